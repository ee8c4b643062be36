//! Vector tiles beside a second encoder, PostGIS, and read by a second decoder, GDAL's driver MVT.

use std::collections::HashSet;
use std::process::Command;

use geokontor::tiles::mvt::Tile;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::server::Server;

/// Collections, zooms at which nothing of them is left out, and how far around a tile they are drawn (units).
const COMPARED: [(&str, [u8; 3], u32); 4] = [
    ("hydrants", [14, 16, 18], 64),
    ("roads", [14, 16, 18], 64),
    ("buildings", [16, 17, 18], 16),
    ("municipalities", [9, 12, 16], 16),
];
const EDGE: u32 = 2;

/// The tile of the web's grid that holds a place in degrees.
fn tile_at(z: u8, (lon, lat): (f64, f64)) -> (u32, u32) {
    let side = f64::from(1_u32 << z);
    let north = lat.to_radians().tan().asinh() / std::f64::consts::PI;
    (((lon + 180.0) / 360.0 * side) as u32, ((1.0 - north) / 2.0 * side) as u32)
}

/// Some places with water, from all over the district.
fn places(server: &Server) -> Vec<(f64, f64)> {
    let hydrants = server.features("hydrants", &[("properties", "ref")]);
    let place = |at: &serde_json::Value, k: usize| at["geometry"]["coordinates"][k].as_f64().expect("a number");
    hydrants.iter().step_by(500).map(|hydrant| (place(hydrant, 0), place(hydrant, 1))).collect()
}

fn bytes(server: &Server, tileset: &str, z: u8, (x, y): (u32, u32)) -> Vec<u8> {
    let answer = server.get(&format!("/tiles/{tileset}/{z}/{x}/{y}"), &[]);
    answer.error_for_status().expect("a tile").bytes().expect("its bytes").to_vec()
}

fn ids(bytes: &[u8], layer: &str) -> HashSet<String> {
    let tile = Tile::decode(bytes).expect("a tile");
    let features = tile.layers.iter().filter(|it| it.name == layer).flat_map(|layer| {
        let ids = layer.features().filter_map(|feature| feature.property("id")?.text().map(str::to_owned));
        ids.collect::<Vec<_>>()
    });
    features.collect()
}

/// What PostGIS encodes of the same box with a margin in units.
async fn second(connection: &mut PgConnection, collection: &str, z: u8, (x, y): (u32, u32), margin: u32) -> Vec<u8> {
    let sql = format!(
        "WITH box AS (SELECT ST_TileEnvelope({z}, {x}, {y}) AS tile), \
         drawn AS (SELECT f.id::text AS id, \
           ST_AsMVTGeom(ST_Transform(f.geometry, 3857), box.tile, 4096, {margin}, true) AS geometry \
           FROM register.{collection} f, box \
           WHERE ST_Transform(f.geometry, 3857) && ST_Expand(box.tile, (ST_XMax(box.tile) - ST_XMin(box.tile)) / 64)) \
         SELECT ST_AsMVT(drawn.*, '{collection}', 4096, 'geometry') FROM drawn WHERE geometry IS NOT NULL"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await.expect("a tile of PostGIS")
}

#[test]
fn postgis_encodes_the_same_features_of_the_same_box() {
    let server = Server::demo();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut connection = runtime.block_on(PgConnection::connect(server.database_url())).expect("a connection");
    // One process makes the whole tile: with workers side by side a layer was seen with a part of its features only.
    let alone = sqlx::raw_sql("SET max_parallel_workers_per_gather = 0").execute(&mut connection);
    runtime.block_on(alone).expect("a setting");
    let mut compared = 0;
    for place in places(&server) {
        for (collection, zooms, margin) in COMPARED {
            for z in zooms {
                let tile = tile_at(z, place);
                let own = ids(&bytes(&server, collection, z, tile), collection);
                let mut theirs = |margin| {
                    let bytes = runtime.block_on(second(&mut connection, collection, z, tile, margin));
                    ids(&bytes, collection)
                };
                // At the very edge of the margin either may round a thing away.
                let (less, more) = (theirs(margin - EDGE), theirs(margin + EDGE));
                let missing: Vec<_> = less.difference(&own).collect();
                let foreign: Vec<_> = own.difference(&more).collect();
                assert!(missing.is_empty(), "missing in {collection} {z} {tile:?}: {missing:?}");
                assert!(foreign.is_empty(), "only we have in {collection} {z} {tile:?}: {foreign:?}");
                compared += own.len();
            }
        }
    }
    assert!(compared > 1_000, "{compared} features were compared");
}

#[test]
fn gdal_reads_tiles_of_every_zoom_without_a_complaint() {
    let server = Server::demo();
    let folder = tempfile::tempdir().expect("a folder");
    let place = places(&server)[0];
    let mut features = 0;
    for (z, tileset) in (0..=20).flat_map(|z| ["firewater", "base"].map(|tileset| (z, tileset))) {
        let (x, y) = tile_at(z, place);
        let bytes = bytes(&server, tileset, z, (x, y));
        // GDAL takes a file without a layer for no tile at all.
        if bytes.is_empty() {
            continue;
        }
        let path = folder.path().join(format!("{tileset}-{z}.mvt"));
        std::fs::write(&path, &bytes).expect("a file");
        let mut command = Command::new("ogrinfo");
        command.args([
            "-ro",
            "-al",
            "-oo",
            "CLIP=NO",
            "-oo",
            &format!("X={x}"),
            "-oo",
            &format!("Y={y}"),
            "-oo",
            &format!("Z={z}"),
        ]);
        let output = command.arg(&path).output().expect("ogrinfo is part of the setup");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{tileset} {z} {x} {y}: {said}");
        let own: usize = Tile::decode(&bytes).expect("a tile").layers.iter().map(|layer| layer.features().len()).sum();
        let told = String::from_utf8_lossy(&output.stdout).matches("OGRFeature(").count();
        assert_eq!(told, own, "{tileset} {z} {x} {y}");
        features += told;
    }
    assert!(features > 100, "{features} features were read");
}
