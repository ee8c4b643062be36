//! Good files as other programs write them, and ours as other programs read them. Made when the tests run, by GDAL's own
//! tools and by hand.

use std::path::{Path, PathBuf};
use std::process::Command;

use geokontor::exchange::export::Format;
use serde_json::json;

use super::ground::Ground;
use super::{How, counted, exported, features, import_text, imported, pbf, scratch, try_import};

/// Two hydrants as an office calls them.
const HYDRANTS: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","geometry":{"type":"Point","coordinates":[11.46,53.8916]},"properties":{
   "Nummer":"H-1","Bauart":"Überflurhydrant","Durchfluss":800,"Ruhedruck":4.5,"Messdatum":"2024-05-31",
   "Rechtswert":267397.361,"Hochwert":5977269.578,"Vorschieber":"ja"}},
 {"type":"Feature","geometry":{"type":"Point","coordinates":[11.47,53.8920]},"properties":{
   "Nummer":"0050","Bauart":"Unterflurhydrant","Durchfluss":null,"Ruhedruck":null,"Messdatum":null,
   "Rechtswert":268056.5,"Hochwert":5977276.25,"Vorschieber":"nein"}}]}"#;

/// What an office says of them.
const MAPPING: &str = r#"
collection = "hydrants"
supplier = "Amt"
[[properties]]
property = "ref"
columns = ["Nummer", "name"]
[[properties]]
property = "kind"
columns = ["Bauart"]
[[properties]]
property = "flow_rate"
columns = ["Durchfluss"]
[[properties]]
property = "flow_measured_on"
columns = ["Messdatum"]
[[properties]]
property = "static_pressure"
columns = ["Ruhedruck"]
[[properties]]
property = "gate_valve"
columns = ["Vorschieber"]
"#;

struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let folder = scratch();
        std::fs::write(folder.path().join("amt.toml"), MAPPING).expect("written");
        std::fs::write(folder.path().join("in.geojson"), HYDRANTS).expect("written");
        Self { folder }
    }

    /// Writes the hydrants with `ogr2ogr`.
    fn file(&self, name: &str, arguments: &[&str]) -> PathBuf {
        let file = self.folder.path().join(name);
        let source = self.folder.path().join("in.geojson");
        let status = Command::new("ogr2ogr").args(arguments).arg(&file).arg(source).status();
        assert!(status.expect("ogr2ogr").success(), "{name}");
        file
    }

    async fn sends(&self, ground: &Ground, file: &Path) -> String {
        let mapping = self.folder.path().join("amt.toml");
        let outcome = imported(ground, file, How { mapping: mapping.to_str(), ..How::default() }).await;
        assert!(outcome.faulty.is_empty(), "{}: {:?}", file.display(), outcome.faulty);
        counted(outcome.counts)
    }
}

#[tokio::test]
async fn spreadsheets_google_earth_files_and_waypoints_say_the_same() {
    let (ground, office) = (Ground::start().await, Office::new());
    let dates = ["-mapFieldType", "Date=String"];
    let files = [
        office.file("a.xlsx", &["-f", "XLSX"]),
        // Typed in as text, which leaves the program nothing to tell the head by.
        office.file("text.xlsx", &["-f", "XLSX", "-mapFieldType", "All=String"]),
        office.file("a.kmz", &["-f", "LIBKML", dates[0], dates[1]]),
        office.file("a.kml", &["-f", "KML", dates[0], dates[1]]),
        office.file("a.gpx", &["-f", "GPX", "-dsco", "GPX_USE_EXTENSIONS=YES", dates[0], dates[1]]),
    ];
    assert_eq!(office.sends(&ground, &files[0]).await, "2 new");
    let all = features(&ground, "hydrants");
    let expected = json!({ "ref": "H-1", "kind": "pillar", "flow_rate": 800, "static_pressure": 4.5,
        "flow_measured_on": "2024-05-31", "gate_valve": true });
    for (name, value) in expected.as_object().expect("properties") {
        assert_eq!(&all[0]["properties"][name], value, "{name}");
    }
    assert_eq!(all[1]["properties"]["ref"], "0050");
    // The place was found by the columns of the sheet, in the CRS that fits the district.
    let at = &all[0]["geometry"]["coordinates"];
    assert!((at[0].as_f64().expect("a number") - 11.46).abs() < 1e-6, "{at}");
    for file in &files[1..] {
        let other = Ground::start().await;
        assert_eq!(office.sends(&other, file).await, "2 new", "{}", file.display());
        for (here, there) in all.iter().zip(features(&other, "hydrants")) {
            for name in ["ref", "kind", "flow_rate", "static_pressure", "flow_measured_on", "gate_valve"] {
                assert_eq!(there["properties"][name], here["properties"][name], "{} {name}", file.display());
            }
        }
    }
}

#[tokio::test]
async fn of_several_sheets_the_only_filled_one_is_meant_and_otherwise_one_must_be_named() {
    let (ground, office) = (Ground::start().await, Office::new());
    let file = office.file("a.xlsx", &["-f", "XLSX"]);
    office.file("a.xlsx", &["-f", "XLSX", "-update", "-nln", "Tabelle2", "-where", "Nummer = 'none'"]);
    assert_eq!(office.sends(&ground, &file).await, "2 new");
    office.file("a.xlsx", &["-f", "XLSX", "-update", "-nln", "Tabelle3"]);
    let error = try_import(&ground, &file, How::default()).await.expect_err("two sheets").to_string();
    assert!(error.contains("Tabelle3") && error.contains("--layer"), "{error}");
}

#[tokio::test]
async fn osm_data_as_xml_and_as_pbf_are_the_same_nodes_and_areas() {
    let area = pbf::Way {
        id: 9,
        nodes: vec![
            (11, 11.40, 53.90),
            (12, 11.401, 53.90),
            (13, 11.401, 53.901),
            (14, 11.40, 53.901),
            (11, 11.40, 53.90),
        ],
        tags: vec![("emergency", "fire_water_pond"), ("natural", "water"), ("name", "Mühlenteich")],
    };
    let nodes = vec![
        pbf::Node {
            id: 1,
            at: (11.46, 53.89),
            tags: vec![("emergency", "fire_hydrant"), ("fire_hydrant:type", "pillar"), ("ref", "17")],
        },
        pbf::Node {
            id: 2,
            at: (11.47, 53.89),
            tags: vec![("emergency", "fire_hydrant"), ("fire_hydrant:diameter", "150")],
        },
        pbf::Node { id: 3, at: (11.48, 53.89), tags: vec![("highway", "bus_stop")] },
    ];
    let osm = How { mapping: Some("osm"), ..How::default() };
    let waters = How { collection: Some("water_sources"), ..osm };
    let folder = scratch();
    let (xml, binary) = (folder.path().join("a.osm"), folder.path().join("a.osm.pbf"));
    std::fs::write(&xml, pbf::xml(&nodes, &[&area])).expect("written");
    std::fs::write(&binary, pbf::pbf(&nodes, &[&area])).expect("written");
    let ground = Ground::start().await;
    let first = imported(&ground, &xml, osm).await;
    assert_eq!(counted(first.counts), "2 new, 1 skipped", "{:?}", first.faulty);
    assert_eq!(counted(imported(&ground, &xml, waters).await.counts), "1 new, 3 skipped");
    let pond = &features(&ground, "water_sources")[0];
    assert_eq!((&pond["geometry"]["type"], &pond["properties"]["name"]), (&json!("Polygon"), &json!("Mühlenteich")));
    assert_eq!(pond["properties"]["external_ids"], json!([{ "system": "osm", "value": "way/9" }]));
    // The other form brings nothing new, and to an empty register the same.
    assert_eq!(counted(imported(&ground, &binary, osm).await.counts), "2 unchanged, 1 skipped");
    assert_eq!(counted(imported(&ground, &binary, waters).await.counts), "1 unchanged, 3 skipped");
    let other = Ground::start().await;
    assert_eq!(counted(imported(&other, &binary, osm).await.counts), "2 new, 1 skipped");
    assert_eq!(features(&other, "hydrants")[1]["properties"]["main_diameter"], 150);
}

#[tokio::test]
async fn every_format_that_is_written_opens_in_gdal_with_all_its_features() {
    let (ground, office) = (Ground::start().await, Office::new());
    office.sends(&ground, &office.folder.path().join("in.geojson")).await;
    for (_, format, ending) in Format::ALL {
        let folder = scratch();
        let file = folder.path().join(format!("out.{ending}"));
        let written = exported(&ground, "hydrants", format, None, &file);
        assert_eq!((written.features, written.absent), (2, 0), "{format:?}");
        let name = match format {
            Format::Shapefile => format!("/vsizip/{}/hydrants.shp", file.display()),
            _ => file.display().to_string(),
        };
        let output = Command::new("ogrinfo").args(["-ro", "-al", "-so", &name]).output().expect("ogrinfo");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("Feature Count: 2"), "{format:?}: {said}");
        assert!(output.stderr.is_empty(), "{format:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test]
async fn waypoints_go_out_with_name_and_facts_and_come_back_where_they_were() {
    let (ground, office) = (Ground::start().await, Office::new());
    office.sends(&ground, &office.folder.path().join("in.geojson")).await;
    let folder = scratch();
    let file = folder.path().join("out.gpx");
    exported(&ground, "hydrants", Format::Gpx, None, &file);
    let text = std::fs::read_to_string(&file).expect("text");
    assert!(text.contains("<name>H-1</name>") && text.contains("Überflurhydrant"), "{text}");
    // A waypoint holds the whole object beside its name, so it is found by its id.
    assert_eq!(office.sends(&ground, &file).await, "2 unchanged");
}

#[tokio::test]
async fn what_a_shapefile_has_no_room_for_is_told() {
    let ground = Ground::start().await;
    let (long, list) = ("ä".repeat(200), (0..12).map(|n| format!(r#"{{"system":"s{n}","value":"Nummer {n}"}}"#)));
    let list = list.collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[11.46,53.89]}},"properties":{{"kind":"pillar","remark":"{long}","external_ids":[{list}]}}}}"#
    );
    assert_eq!(counted(import_text(&ground, "a.geojson", text, How::default()).await.counts), "1 new");
    let folder = scratch();
    let file = folder.path().join("out.zip");
    let written = exported(&ground, "hydrants", Format::Shapefile, None, &file);
    let cut: Vec<_> = written.cut.iter().map(|cut| (cut.property.as_str(), cut.values, cut.width)).collect();
    assert_eq!(cut, [("external_ids", 1, 254), ("remark", 1, 254)]);
    assert!(written.renamed.contains(&("main_diameter".to_owned(), "main_diame".to_owned())), "{:?}", written.renamed);
    // What is there is whole letters, and says that it goes on; other formats have room for all of it.
    let name = format!("/vsizip/{}/hydrants.shp", file.display());
    let output = Command::new("ogrinfo").args(["-ro", "-al", &name]).output().expect("ogrinfo");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(&format!("= {}…", "ä".repeat(125))), "{said}");
    let whole = exported(&ground, "hydrants", Format::GeoPackage, None, &folder.path().join("out.gpkg"));
    assert!(whole.cut.is_empty() && whole.renamed.is_empty());
}
