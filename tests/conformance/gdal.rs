//! GDAL as a client of `/ogc`, by its driver OAPIF.
//!
//! What it asks for stands in its debug output. Debian's GDAL 3.6 asks for the features of an attribute filter in two
//! ways: equalities as parameters, and everything as `filter` only if told that the server takes it.

use std::process::Command;

use serde_json::Value as Json;

use crate::server::Server;

/// Runs a program of GDAL; what it printed, and what it said while debugging.
fn gdal(program: &str, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(program);
    command.args(arguments).env("CPL_DEBUG", "ON").env("OGR_OAPIF_ALLOW_CQL_TEXT", "YES");
    let output = command.output().unwrap_or_else(|error| panic!("{program} is part of the setup: {error}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    assert!(!said.contains("ERROR"), "{program} {arguments:?}: {said}");
    (String::from_utf8(output.stdout).expect("UTF-8"), said)
}

fn source(server: &Server) -> String {
    format!("OAPIF:{}/ogc", server.base)
}

/// The requests for features after the first, by which GDAL learns what a feature looks like.
pub fn requests(said: &str) -> Vec<&str> {
    let fetched = said.lines().filter_map(|line| line.split_once("Fetch(")).map(|(_, rest)| rest);
    fetched.filter(|address| address.contains("/items?")).skip(1).collect()
}

#[test]
fn gdal_finds_every_collection() {
    let server = Server::demo();
    let (layers, _) = gdal("ogrinfo", &["-ro", "-q", &source(&server)]);
    let collections = server.json("/ogc/collections", &[]);
    for collection in collections["collections"].as_array().expect("collections") {
        let (title, id) = (collection["title"].as_str().expect("a title"), collection["id"].as_str().expect("an id"));
        assert!(layers.contains(id), "{id} ({title}) is missing in {layers}");
    }
}

#[test]
fn gdal_knows_every_field_even_if_no_feature_it_looks_at_has_it() {
    let server = Server::demo();
    let collections = server.json("/ogc/collections", &[]);
    for collection in collections["collections"].as_array().expect("collections") {
        let id = collection["id"].as_str().expect("an id");
        let (info, _) = gdal("ogrinfo", &["-ro", "-so", "-oo", "PAGE_SIZE=2", &source(&server), id]);
        let schema = server.json(&format!("/ogc/collections/{id}/schema"), &[]);
        for (name, property) in schema["properties"].as_object().expect("properties") {
            let kind = match (property["type"].as_str(), property["format"].as_str()) {
                (Some("integer"), _) => "Integer",
                (Some("boolean"), _) => "Integer(Boolean)",
                (Some("number"), _) => "Real",
                (_, Some("date")) => "Date",
                (_, Some("date-time")) => "DateTime",
                _ => "String",
            };
            // Of days and moments newer GDALs tell no width.
            let field = format!("{name}: {kind}");
            let is_told =
                |line: &str| line.strip_prefix(&field).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
            let told = name == "geometry" || info.lines().any(is_told);
            assert!(told, "{id}: {name} as {kind} in {info}");
        }
    }
}

#[test]
fn gdal_has_the_server_apply_a_box_and_an_attribute_filter() {
    let server = Server::demo();
    let (source, head) = (source(&server), ["-f", "CSV", "-select", "id", "-oo", "PAGE_SIZE=1000"]);
    // Since 3.8 a layer has the CRS of the district, before it had degrees.
    let window = ["-spat_srs", "OGC:CRS84", "-spat", "11.2", "53.75", "11.5", "53.92"];
    for (condition, filter) in [
        ("kind = 'pillar'", "kind = 'pillar'"),
        ("kind = 'pillar' AND flow_rate > 800", "kind = 'pillar' AND flow_rate > 800"),
        ("street LIKE 'Am %' OR flow_rate < 400", "street LIKE 'Am %' OR flow_rate < 400"),
    ] {
        let arguments = [&head[..], &window, &["-where", condition, "/vsistdout/", &source, "hydrants"]].concat();
        let (read, said) = gdal("ogr2ogr", &arguments);
        let expected = server.features("hydrants", &[("bbox", "11.2,53.75,11.5,53.92"), ("filter", filter)]);
        assert!(!expected.is_empty(), "{filter} finds something");
        assert_eq!(read.lines().skip(1).count(), expected.len(), "{condition}: {said}");
        let requests = requests(&said);
        assert!(!requests.is_empty(), "{condition} was asked for: {said}");
        assert!(requests.iter().all(|address| address.contains("bbox=")), "{requests:?}");
        let pushed = |address: &&str| address.contains("filter=") || address.contains("kind=pillar");
        assert!(requests.iter().all(pushed), "{condition}: {requests:?}");
    }
}

#[test]
fn gdal_pages_through_all_features_in_the_right_place() {
    let server = Server::demo();
    let arguments = ["-f", "GeoJSON", "-t_srs", "EPSG:25833", "-lco", "COORDINATE_PRECISION=4", "-oo", "PAGE_SIZE=700"];
    let (read, said) = gdal("ogr2ogr", &[&arguments[..], &["/vsistdout/", &source(&server), "hydrants"]].concat());
    let read: Json = serde_json::from_str(&read).expect("GeoJSON");
    let read = read["features"].as_array().expect("features");
    let crs = "http://www.opengis.net/def/crs/EPSG/0/25833";
    let mut expected = server.features("hydrants", &[("crs", crs)]);
    assert_eq!(read.len(), expected.len());
    assert!(requests(&said).len() > expected.len() / 700, "several pages: {said}");
    expected.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
    for feature in read {
        let id = feature["properties"]["id"].as_str().or(feature["id"].as_str()).expect("an id");
        let at = expected.binary_search_by(|other| other["id"].as_str().cmp(&Some(id))).expect("a feature of ours");
        for axis in 0..2 {
            let theirs = feature["geometry"]["coordinates"][axis].as_f64().expect("a number");
            let ours = expected[at]["geometry"]["coordinates"][axis].as_f64().expect("a number");
            // GDAL starts from degrees with 8 decimals, which are about a millimetre.
            assert!((theirs - ours).abs() < 0.003, "{id}: {theirs} and {ours}");
        }
    }
}
