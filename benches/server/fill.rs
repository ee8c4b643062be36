//! Fills a database, or a file, with the register that is measured.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use geo_types::Point;
use geokontor::collection::{Catalogue, District, Frame};
use geokontor::feature::crs::Crs;
use geokontor::feature::geometry::{CoordinateStyle, write_geojson};
use geokontor::feature::{FeatureId, Geometry};
use geokontor::store::Store;
use geokontor::store::actors::Actor;
use geokontor::store::bulk::BulkWriter;
use geokontor::store::features::REGISTER;
use geokontor::store::transaction::NewChangeset;

use crate::Outcome;
use crate::villages::Villages;

/// The declarations of this checkout.
pub fn declarations() -> Outcome<(District, Catalogue)> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    Ok((District::load(&data.join("district.toml"))?, Catalogue::load(&data)?))
}

/// Puts so many hydrants into an empty database, journalled like everything else.
pub async fn database(url: &str, count: usize) -> Outcome<Store> {
    let (district, catalogue) = declarations()?;
    let store = Store::connect(url, district.crs, Duration::from_secs(5)).await?;
    store.migrate().await?;
    store.apply_declarations(&catalogue, district.time_zone).await?;
    let changeset = NewChangeset {
        actor: Actor::system("bench"),
        domain: REGISTER,
        kind: "import",
        reason: format!("{count} hydrants to measure with"),
        source: None,
        undoes: None,
    };
    let mut transaction = store.begin(&changeset).await?;
    let mut writer = BulkWriter::new("hydrants");
    for hydrant in Villages::new(count) {
        let geometry = Geometry::Point(Point(hydrant.place));
        let id = FeatureId::new().0;
        writer.create(&mut transaction, id, Some(&geometry), hydrant.properties.as_bytes()).await?;
    }
    writer.finish(&mut transaction).await?;
    transaction.commit().await?;
    store.analyze().await?;
    Ok(store)
}

/// Writes so many hydrants as a GeoJSON file.
pub fn geojson(path: &Path, count: usize) -> Outcome<()> {
    let Frame { crs, transformer } = declarations()?.0.frame();
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    let mut feature = Vec::new();
    file.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    for (nth, hydrant) in Villages::new(count).enumerate() {
        feature.clear();
        feature.extend_from_slice(if nth > 0 { b",\n" } else { b"" });
        feature.extend_from_slice(b"{\"type\":\"Feature\",\"geometry\":");
        let place = transformer.coord(crs, Crs::CRS84, hydrant.place)?;
        let style = CoordinateStyle { north_first: false, decimals: 8 };
        write_geojson(&Geometry::Point(Point(place)), style, &mut feature);
        feature.extend_from_slice(b",\"properties\":");
        feature.extend_from_slice(hydrant.properties.as_bytes());
        feature.push(b'}');
        file.write_all(&feature)?;
    }
    file.write_all(b"\n]}\n")?;
    Ok(file.flush()?)
}
