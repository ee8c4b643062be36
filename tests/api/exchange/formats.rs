//! What comes in by every format, and what goes out and comes back.

use std::path::Path;

use geokontor::exchange::export::Format;
use serde_json::{Value as Json, json};

use super::ground::Ground;
use super::{How, counted, exported, features, import_text, imported, scratch, try_import};

const NAMES: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","geometry":{"type":"Point","coordinates":[11.46,53.8916]},"properties":{
   "ref":"H-1","kind":"pillar","operational_status":"ready","main_diameter":100,"flow_rate":800,"flow_measured_on":"2024-05-31",
   "static_pressure":4.5,"couplings":[{"coupling":"storz_a","count":1},{"coupling":"storz_b","count":2}],"gate_valve":true,
   "street":"Lübsche Straße; \"am Tor\"","remark":"erste Zeile\nzweite Zeile","manufacturer":"VAG","municipality":"13074087",
   "external_ids":[{"system":"utility","value":"A;1"}],"inner_diameter":102.2,"year_built":1998}},
 {"type":"Feature","geometry":{"type":"Point","coordinates":[11.47,53.8920]},"properties":{"kind":"underground","gate_valve":false,"ref":"0050"}}
]}"#;

/// Everything of a feature but when it was written.
fn content(mut feature: Json) -> Json {
    feature["properties"].as_object_mut().expect("properties").remove("updated_at");
    let coordinates = feature["geometry"]["coordinates"].clone();
    // A millimetre is lost on the way through other CRSs.
    if let Some([x, y]) = coordinates.as_array().map(Vec::as_slice) {
        let round = |value: &Json| (value.as_f64().expect("a number") * 1e7).round();
        feature["geometry"]["coordinates"] = json!([round(x), round(y)]);
    }
    feature
}

fn contents(ground: &Ground, collection: &str) -> Vec<Json> {
    features(ground, collection).into_iter().map(content).collect()
}

#[tokio::test]
async fn what_is_exported_comes_back_whole_in_every_lossless_format() {
    let ground = Ground::start().await;
    assert_eq!(counted(import_text(&ground, "a.geojson", NAMES, How::default()).await.counts), "2 new");
    let before = contents(&ground, "hydrants");
    let formats = [
        (Format::GeoJson, None),
        (Format::GeoJson, Some("EPSG:25833")),
        (Format::Csv, None),
        (Format::Csv, Some("EPSG:25833")),
        (Format::GeoPackage, None),
        (Format::Kml, None),
        (Format::Shapefile, None),
    ];
    for (format, crs) in formats {
        let ending = Format::ALL.iter().find(|(_, known, _)| *known == format).expect("known").2;
        let folder = scratch();
        let file = folder.path().join(format!("out.{ending}"));
        let written = exported(&ground, "hydrants", format, crs.map(|crs| crs.parse().expect("a CRS")), &file);
        assert_eq!((written.features, written.absent), (2, 0), "{format:?}");
        // Into the same registers: nothing to change. A CSV does not say its CRS: it is found.
        let again = imported(&ground, &file, How::default()).await;
        assert_eq!(counted(again.counts), "2 unchanged", "{format:?} {crs:?} {:?}", again.faulty);
        assert_eq!(again.changeset, None);
        // Into others: the same features with the same ids.
        let other = Ground::start().await;
        let there = imported(&other, &file, How::default()).await;
        assert_eq!(counted(there.counts), "2 new", "{format:?} {crs:?} {:?}", there.faulty);
        assert_eq!(contents(&other, "hydrants"), before, "{format:?} {crs:?}");
    }
}

#[tokio::test]
async fn areas_and_lines_survive_the_round_trip() {
    let ground = Ground::start().await;
    let text = r#"{"type":"FeatureCollection","features":[
      {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[11.4,53.9],[11.401,53.9],[11.401,53.901],[11.4,53.9]]]},"properties":{"kind":"natural_pond","name":"Soll"}},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[11.41,53.91]},"properties":{"kind":"well","yield_rate":900}}]}"#;
    let how = How { collection: Some("water_sources"), ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.geojson", text, how).await.counts), "2 new");
    for format in [Format::GeoJson, Format::Csv, Format::GeoPackage] {
        let ending = Format::ALL.iter().find(|(_, known, _)| *known == format).expect("known").2;
        let folder = scratch();
        let file = folder.path().join(format!("out.{ending}"));
        exported(&ground, "water_sources", format, None, &file);
        let again = imported(&ground, &file, how).await;
        assert_eq!(counted(again.counts), "2 unchanged", "{format:?} {:?}", again.faulty);
    }
    // Alamos knows hydrants only: all are missing, and counted.
    let folder = scratch();
    let written = exported(&ground, "water_sources", Format::Alamos, None, &folder.path().join("a.csv"));
    assert_eq!((written.features, written.absent), (0, 2));
}

#[tokio::test]
async fn a_table_of_a_utility_is_understood_with_its_commas_units_and_umlauts() {
    let ground = Ground::start().await;
    let table = "Nummer;Bauart;Rechtswert;Hochwert;Durchfluss;Nennweite Leitung;Ruhedruck;Baujahr;Straße\n\
                 ;;[m];[m];l/min;;bar;;\n\
                 17;Unterflurhydrant;267397,361;5977269,578;1.200;DN 100;4,5;2017/01/01;Mühlenstraße\n\
                 18;\u{dc}berflurhydrant;267497,361;5977269,578;48 m³/h;150er;0;2017;Am Dom\n";
    let latin: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let outcome = import_text(&ground, "hydranten.csv", latin, How::default()).await;
    assert_eq!(counted(outcome.counts), "2 new", "{:?}", outcome.faulty);
    let located = outcome.located.expect("found");
    assert_eq!((located.crs.to_string().as_str(), located.swapped_axes), ("EPSG:25833", false));
    let all = features(&ground, "hydrants");
    let first = &all[0]["properties"];
    assert_eq!(
        (&first["flow_rate"], &first["main_diameter"], &first["static_pressure"]),
        (&json!(1200), &json!(100), &json!(4.5))
    );
    assert_eq!(
        (&first["kind"], &first["year_built"], &first["street"]),
        (&json!("underground"), &json!(2017), &json!("Mühlenstraße"))
    );
    let second = &all[1]["properties"];
    assert_eq!(
        (&second["flow_rate"], &second["main_diameter"], &second["kind"]),
        (&json!(800), &json!(150), &json!("pillar"))
    );
}

#[tokio::test]
async fn osm_files_are_filtered_to_what_a_collection_is_about() {
    let ground = Ground::start().await;
    let osm = r#"<?xml version="1.0"?><osm version="0.6">
      <node id="1" lat="53.89" lon="11.46" version="1"><tag k="emergency" v="fire_hydrant"/><tag k="fire_hydrant:type" v="pillar"/><tag k="fire_hydrant:position" v="street"/></node>
      <node id="2" lat="53.89" lon="11.47" version="1"><tag k="emergency" v="suction_point"/></node>
      <node id="3" lat="53.89" lon="11.48" version="1"><tag k="emergency" v="fire_service_inlet"/></node>
      <node id="4" lat="53.89" lon="11.49" version="1"><tag k="highway" v="bus_stop"/></node></osm>"#;
    let how = How { mapping: Some("osm"), ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.osm", osm, how).await.counts), "1 new, 3 skipped");
    let points = How { collection: Some("suction_points"), ..how };
    assert_eq!(counted(import_text(&ground, "a.osm", osm, points).await.counts), "1 new, 3 skipped");
    let folder = scratch();
    let file = folder.path().join("osm.geojson");
    exported(&ground, "hydrants", Format::Osm, None, &file);
    let out: Json = serde_json::from_slice(&std::fs::read(file).expect("read")).expect("JSON");
    let tags = &out["features"][0]["properties"];
    let expected = json!({ "@id": "node/1", "emergency": "fire_hydrant", "fire_hydrant:type": "pillar", "fire_hydrant:position": "street" });
    for (key, value) in expected.as_object().expect("tags") {
        assert_eq!(&tags[key], value, "{tags}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_is_one_clear_error() {
    let ground = Ground::start().await;
    let folder = scratch();
    let cases: [(&str, &[u8], &str); 9] = [
        ("a.zip", b"PK\x03\x04 and then nothing", "damaged"),
        ("a.zip", b"not a zip", "not a zip file"),
        ("a.gpkg", b"SQLite format 3\0 no more", "cannot be read as GeoPackage"),
        ("a.xlsx", b"PK\x03\x04", "damaged"),
        ("a.geojson", b"{\"type\":\"FeatureCollection\",\"features\":[{", "not sent completely"),
        ("a.geojson", b"", "empty"),
        ("a.kml", b"<html></html>", "cannot be read as KML"),
        ("a.csv", b"only one column\n1\n", "separator"),
        ("a.dwg", b"AC1015", "names no format"),
    ];
    for (name, bytes, part) in cases {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).expect("written");
        let error = try_import(&ground, &file, How::default()).await.expect_err(name).to_string();
        assert!(error.contains(part), "{name}: {error}");
    }
    assert!(try_import(&ground, Path::new("/vsicurl/http://127.0.0.1/a.geojson"), How::default()).await.is_err());
    assert_eq!(ground.count("SELECT count(*) FROM changeset").await, 0);
}

#[tokio::test]
async fn a_shapefile_without_prj_is_placed_by_the_district_and_asked_about_when_unsure() {
    let ground = Ground::start().await;
    import_text(&ground, "a.geojson", NAMES, How::default()).await;
    let folder = scratch();
    let zip = folder.path().join("a.zip");
    exported(&ground, "hydrants", Format::Shapefile, Some("EPSG:31468".parse().expect("a CRS")), &zip);
    let unpacked = std::process::Command::new("python3")
        .args(["-c", "import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); [z.extract(n,sys.argv[2]) for n in z.namelist() if not n.endswith('.prj')]"])
        .arg(&zip)
        .arg(folder.path())
        .status();
    assert!(unpacked.expect("python").success());
    let shape = folder.path().join("hydrants.shp");
    let error = try_import(&ground, &shape, How::default()).await.expect_err("two datums").to_string();
    assert!(error.contains("EPSG:2398") && error.contains("EPSG:31468") && error.contains("--crs"), "{error}");
    let said = imported(&ground, &shape, How { crs: Some("EPSG:31468"), ..How::default() }).await;
    assert_eq!(counted(said.counts), "2 unchanged", "{:?}", said.faulty);
}
