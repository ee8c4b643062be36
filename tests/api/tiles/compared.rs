//! Tiles of the invented district, decoded and compared with the items of the same place, feature by feature: the items
//! are projected here, by the formula of the web's grid and not by the server's charts.

use std::collections::{HashMap, HashSet};

use geo::{Area, Intersects, MapCoords};
use geo_types::{Coord, Geometry, Rect, coord};
use geokontor::demo::load::{Ground, load};
use geokontor::tiles::mvt::{Feature, Tile};

use crate::support::TestServer;

const EXTENT: f64 = 4096.0;
/// From this zoom on every source of water is drawn by itself.
const SINGLE_FROM: u8 = 14;
/// Rounding to units on both sides.
const UNIT: f64 = 1.0;
/// How far around a tile things may be drawn, in units.
const MARGIN: f64 = 64.0;

type Items = HashMap<String, Geometry<f64>>;

/// A server with the invented district, a quarter of the usual one.
async fn district() -> TestServer {
    let server = TestServer::configured(crate::support::declarations(), |config| config.maximum_limit = 10_000).await;
    let app = &server.app;
    let ground = Ground { district: app.district.clone(), catalogue: app.catalogue.clone() };
    let now = app.clock.now();
    let plan = ground.plan(7, 1_000, now).expect("a plan");
    let loading = load(&app.store, &ground, &plan, now, false, |_| {}).await;
    crate::support::until_shown(app, loading.expect("the district is loaded").expect("it was empty")).await;
    server
}

/// Every item of a collection with its geometry in degrees, but for water that is not there (yet, or any more): no map
/// shows it.
async fn items(server: &TestServer, collection: &str) -> Items {
    let mut path = format!("/ogc/collections/{collection}/items?limit=10000");
    let mut items = Items::new();
    loop {
        let page = server.get(&path).await;
        for feature in page.json()["features"].as_array().expect("features") {
            if ["planned", "removed"].map(Some).contains(&feature["properties"]["lifecycle"].as_str()) {
                continue;
            }
            let geometry = serde_json::from_value::<geojson::Geometry>(feature["geometry"].clone()).expect("GeoJSON");
            items.insert(feature["id"].as_str().expect("an id").to_owned(), geometry.try_into().expect("a geometry"));
        }
        let Some(next) = page.link("next") else { return items };
        path = next.trim_start_matches("https://geo.example").to_owned();
    }
}

/// A place in the plane of a zoom, in units of its tiles.
fn units(z: u8, place: Coord) -> Coord {
    let side = f64::from(1_u32 << z) * EXTENT;
    let north = place.y.to_radians().tan().asinh() / std::f64::consts::PI;
    coord! { x: (place.x + 180.0) / 360.0 * side, y: (1.0 - north) / 2.0 * side }
}

/// A geometry in the units of a tile.
fn placed(geometry: &Geometry<f64>, (z, x, y): (u8, u32, u32)) -> Geometry<f64> {
    let corner = coord! { x: f64::from(x) * EXTENT, y: f64::from(y) * EXTENT };
    geometry.map_coords(|place| units(z, place) - corner)
}

fn tile_of(z: u8, place: Coord) -> (u8, u32, u32) {
    let place = units(z, place) / EXTENT;
    (z, place.x as u32, place.y as u32)
}

fn point(geometry: &Geometry<f64>) -> Coord {
    let Geometry::Point(point) = geometry else { panic!("a point is a point") };
    point.0
}

async fn bytes(server: &TestServer, tileset: &str, (z, x, y): (u8, u32, u32)) -> Vec<u8> {
    let reply = server.get(&format!("/tiles/{tileset}/{z}/{x}/{y}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.body
}

fn id<'t>(feature: Feature<'_, 't>) -> Option<&'t str> {
    feature.property("id").and_then(|value| value.text())
}

fn count(feature: Feature<'_, '_>, name: &str) -> f64 {
    feature.property(name).and_then(|value| value.number()).unwrap_or(0.0)
}

fn position(feature: Feature<'_, '_>) -> Coord {
    let [x, y] = feature.geometry().parts().next().expect("a part")[0];
    coord! { x: f64::from(x), y: f64::from(y) }
}

fn is_within(place: Coord, edge: f64) -> bool {
    let range = -edge..EXTENT + edge;
    range.contains(&place.x) && range.contains(&place.y)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tiles_of_the_district_hold_the_items_of_the_same_place_at_every_zoom() {
    let server = district().await;
    let hydrants = items(&server, "hydrants").await;
    assert!((900..1_000).contains(&hydrants.len()), "{} hydrants", hydrants.len());
    for z in 0..SINGLE_FROM {
        counted(&server, &hydrants, z).await;
    }
    // Past the last zoom of the tileset too, where it is drawn from the same data.
    for z in SINGLE_FROM..=20 {
        let sampled: HashSet<_> = hydrants.values().step_by(29).map(|place| tile_of(z, point(place))).collect();
        for (z, x, y) in sampled {
            for tile in [(z, x, y), (z, x + 1, y), (z, x, y + 1)] {
                single(&server, &hydrants, tile).await;
            }
        }
    }
    for (collection, zooms) in [("roads", [14, 16, 18]), ("buildings", [14, 16, 18]), ("municipalities", [8, 11, 14])] {
        let items = items(&server, collection).await;
        for z in zooms {
            let sampled: HashSet<_> = hydrants.values().step_by(83).map(|place| tile_of(z, point(place))).collect();
            for tile in sampled {
                drawn(&server, collection, &items, tile).await;
            }
        }
    }
}

/// Below the zoom of single sources: each is drawn where it is or counted, and none twice.
async fn counted(server: &TestServer, hydrants: &Items, z: u8) {
    let tiles: HashSet<_> = hydrants.values().map(|place| tile_of(z, point(place))).collect();
    let (mut sum, mut singles) = (0.0, HashSet::new());
    for tile in tiles {
        let bytes = bytes(server, "firewater", tile).await;
        let decoded = Tile::decode(&bytes).expect("a tile");
        let Some(layer) = decoded.layer("hydrants") else { continue };
        for feature in layer.features().filter(|feature| is_within(position(*feature), 0.0)) {
            if let Some(id) = id(feature) {
                let place = point(&placed(&hydrants[id], tile));
                assert!(near(place, position(feature)), "{id} in {tile:?}: {place:?} {:?}", position(feature));
                singles.insert(id.to_owned());
                continue;
            }
            let all = count(feature, "count");
            let by_status: f64 =
                ["ready", "restricted", "unknown", "out_of_service"].iter().map(|name| count(feature, name)).sum();
            assert!(all > 1.0, "{tile:?}");
            assert_eq!(all, by_status, "{tile:?}");
            sum += all;
        }
    }
    assert_eq!(sum as usize + singles.len(), hydrants.len(), "zoom {z}");
}

/// Where sources are single: exactly those that lie in the tile and its margin, where they lie.
async fn single(server: &TestServer, hydrants: &Items, tile: (u8, u32, u32)) {
    let bytes = bytes(server, "firewater", tile).await;
    let decoded = Tile::decode(&bytes).expect("a tile");
    let mut seen = HashMap::new();
    for feature in decoded.layer("hydrants").into_iter().flat_map(|layer| layer.features()) {
        let id = id(feature).unwrap_or_else(|| panic!("{tile:?}: a single one has an id")).to_owned();
        assert!(seen.insert(id, position(feature)).is_none(), "{tile:?}: no feature stands in it twice");
    }
    for (id, geometry) in hydrants {
        let place = point(&placed(geometry, tile));
        match seen.remove(id) {
            Some(shown) => assert!(near(place, shown), "{id} in {tile:?}: {place:?} {shown:?}"),
            None => assert!(!is_within(place, MARGIN - UNIT), "{id} is missing in {tile:?}"),
        }
    }
    assert!(seen.is_empty(), "{tile:?} holds what is no item: {seen:?}");
}

fn near(a: Coord, b: Coord) -> bool {
    (a.x - b.x).abs() <= UNIT && (a.y - b.y).abs() <= UNIT
}

/// Lines and areas: what meets the tile is in it, what is in it meets the tile.
async fn drawn(server: &TestServer, collection: &str, items: &Items, tile: (u8, u32, u32)) {
    let bytes = bytes(server, collection, tile).await;
    let decoded = Tile::decode(&bytes).expect("a tile");
    let layers = decoded.layer(collection).into_iter();
    let shown: HashSet<&str> = layers.flat_map(|layer| layer.features().filter_map(id).collect::<Vec<_>>()).collect();
    let square = |edge: f64| Rect::new(coord! { x: -edge, y: -edge }, coord! { x: EXTENT + edge, y: EXTENT + edge });
    for (id, geometry) in items {
        let geometry = placed(geometry, tile);
        if shown.contains(id.as_str()) {
            assert!(geometry.intersects(&square(MARGIN + UNIT).to_polygon()), "{collection} {id} is not in {tile:?}");
        } else {
            // An area below a pixel is left out on purpose.
            let visible = !matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_))
                || geometry.unsigned_area() > 16.0 * 16.0;
            let meets = geometry.intersects(&square(-2.0 * UNIT).to_polygon());
            assert!(!(visible && meets), "{collection} {id} is missing in {tile:?}");
        }
    }
    let known: Vec<_> = shown.iter().filter(|id| !items.contains_key(**id)).collect();
    assert!(known.is_empty(), "{collection} in {tile:?}: no items {known:?}");
}
