//! A newer GDAL as a client of `/ogc`: since 3.7 its driver OAPIF speaks Part 2, so it asks for boxes and answers in a CRS of
//! one's choice. It comes with pyogrio; `scripts/conformance` fetches that and names the Python that has it.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use crate::gdal::requests;
use crate::material::did_not_run;
use crate::server::Server;

/// A Python with pyogrio.
const PYTHON: &str = "GEOKONTOR_GDAL_PYTHON";
const SCRIPT: &str = "tests/conformance/newer_gdal.py";

/// Reads hydrants; what came, and what GDAL said while debugging. `None`: there is no newer GDAL, and that has been said.
fn read(server: &Server, crs: &str, bbox: [f64; 4], condition: &str) -> Option<(Json, String)> {
    let Some(python) = std::env::var_os(PYTHON).filter(|python| !python.is_empty()) else {
        did_not_run(&format!("{PYTHON} is not set: no GDAL that asks for CRSs"));
        return None;
    };
    let [source, bbox] = [format!("OAPIF:{}/ogc", server.base), bbox.map(|edge| edge.to_string()).join(",")];
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(SCRIPT)).args([&source, "hydrants", crs, &bbox, condition]);
    let output = command.env("CPL_DEBUG", "ON").output().expect("the Python that is named");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{crs}: {said}");
    assert!(!said.contains("ERROR") && !said.contains("Warning"), "{crs}: {said}");
    Some((serde_json::from_slice(&output.stdout).expect("JSON"), said))
}

/// The ids of all hydrants that lie in a box and meet a condition, found by looking at every one, with their positions.
/// `north_first`: the coordinates are those of a CRS whose first axis points north.
fn by_looking_at_all(
    server: &Server,
    uri: &str,
    [west, south, east, north]: [f64; 4],
    north_first: bool,
    meets: fn(&Json) -> bool,
) -> Vec<(String, [f64; 2])> {
    let all = server.features("hydrants", &[("crs", uri)]);
    let found = all.iter().filter(|feature| meets(&feature["properties"])).map(|feature| {
        let axis = |nth: usize| feature["geometry"]["coordinates"][nth].as_f64().expect("a number");
        let place = if north_first { [axis(1), axis(0)] } else { [axis(0), axis(1)] };
        (feature["id"].as_str().expect("an id").to_owned(), place)
    });
    let mut found: Vec<_> =
        found.filter(|(_, [x, y])| (west..=east).contains(x) && (south..=north).contains(y)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn a_newer_gdal_asks_for_box_filter_and_coordinates_in_a_crs_and_gets_what_looking_at_all_gives() {
    let server = Server::demo();
    let metres = [250_000.0, 5_965_000.0, 262_000.0, 5_980_000.0];
    for (crs, bbox, north_first) in [
        ("EPSG:25833", metres, false),
        ("EPSG:5650", [33_250_000.0, metres[1], 33_262_000.0, metres[3]], false),
        ("EPSG:4258", [11.2, 53.75, 11.5, 53.92], true),
    ] {
        let condition = "kind = 'pillar' AND flow_rate > 800";
        let Some((read, said)) = read(&server, crs, bbox, condition) else { return };
        let uri = format!("http://www.opengis.net/def/crs/{}", crs.replace(':', "/0/"));
        let expected = by_looking_at_all(&server, &uri, bbox, north_first, |of| {
            of["kind"] == "pillar" && of["flow_rate"].as_i64().is_some_and(|flow| flow > 800)
        });
        assert!(!expected.is_empty(), "{crs} finds something");
        assert_eq!(read["crs"], crs, "{}", read["gdal"]);
        let mut features: Vec<(String, [f64; 2])> =
            serde_json::from_value::<Vec<(String, f64, f64)>>(read["features"].clone())
                .expect("ids and places")
                .into_iter()
                .map(|(id, x, y)| (id, [x, y]))
                .collect();
        features.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(features, expected, "{crs} by GDAL {}: {said}", read["gdal"]);
        let requests = requests(&said);
        assert!(!requests.is_empty(), "{said}");
        for part in ["bbox=", &format!("bbox-crs={uri}"), &format!("&crs={uri}"), "filter="] {
            assert!(requests.iter().all(|address| address.contains(part)), "{part} in {requests:?}");
        }
    }
}

#[test]
fn a_newer_gdal_knows_every_field_with_its_type() {
    let server = Server::demo();
    let Some((read, _)) = read(&server, "EPSG:25833", [250_000.0, 5_965_000.0, 262_000.0, 5_980_000.0], "count > 1")
    else {
        return;
    };
    let schema = server.json("/ogc/collections/hydrants/schema", &[]);
    for (name, property) in schema["properties"].as_object().expect("properties") {
        let expected = match (property["type"].as_str(), property["format"].as_str()) {
            (Some("integer"), _) => "OFTInteger",
            (Some("number"), _) => "OFTReal",
            (_, Some("date")) => "OFTDate",
            (_, Some("date-time")) => "OFTDateTime",
            _ => "OFTString",
        };
        assert!(name == "geometry" || read["fields"][name] == expected, "{name}: {expected} in {}", read["fields"]);
    }
}
