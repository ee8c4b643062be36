//! Real registers through the real program: imported by the command line, asked for the nearest water over HTTP.
//!
//! What is right was reckoned from the files alone, with haversine distances on a sphere of 6,371,008.8 m; the server
//! measures on the ellipsoid, which is why half a percent is allowed.

use serde_json::Value as Json;

use crate::material::{self, REAL_DATA, did_not_run};
use crate::server::{District, Server};

const TOLERANCE: f64 = 0.005;

/// A register that is imported, and the file of its district.
struct Register {
    file: &'static str,
    district: &'static str,
    mapping: &'static str,
    features: usize,
}

impl Register {
    /// A server that holds the register. `None`: it could not be tested, and that has been said.
    fn server(&self) -> Option<Server> {
        let file = material::path(REAL_DATA, self.file)?;
        let server = Server::start(District::Fixture(self.district));
        if !server.run(&["import", "--help"]).status.success() {
            did_not_run("the program cannot import yet");
            return None;
        }
        let file = file.to_str().expect("a path in UTF-8");
        let order = ["import", file, "--collection", "hydrants", "--mapping", self.mapping, "--accept-duplicates"];
        let output = server.run(&order);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        // The server follows the journal by itself; it need not have read it to its end when the import does.
        crate::server::until("the server shows what was imported", || {
            server.json("/ogc/collections/hydrants/items", &[("limit", "1")])["numberMatched"] == self.features
        });
        Some(server)
    }
}

/// The sources around a place.
fn nearest(server: &Server, lon: &str, lat: &str, radius: &str) -> Vec<Json> {
    let parameters = [("lon", lon), ("lat", lat), ("radius", radius), ("limit", "100")];
    let answer = server.json("/api/firewater/nearest", &parameters);
    answer["sources"].as_array().expect("sources").clone()
}

fn distances(sources: &[Json]) -> Vec<f64> {
    let mut distances: Vec<f64> =
        sources.iter().map(|source| source["distance"].as_f64().expect("a distance")).collect();
    distances.sort_by(f64::total_cmp);
    distances
}

fn assert_begins_with(sources: &[Json], expected: &[f64]) {
    let found = distances(sources);
    assert!(found.len() >= expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= expected * TOLERANCE, "{found} instead of {expected}");
    }
}

#[test]
fn the_nearest_hydrants_of_a_district_from_openstreetmap_are_right() {
    let register = Register {
        file: "ennepe-ruhr/hydrants.geojson",
        district: "ennepe-ruhr.toml",
        mapping: "osm",
        features: 1_949,
    };
    let Some(server) = register.server() else { return };
    let around = nearest(&server, "7.3955", "51.3880", "300");
    assert_begins_with(&around, &[28.2, 29.4, 52.7, 76.3]);
    assert_eq!(around.len(), 32, "within 300 m");
    assert_eq!(nearest(&server, "7.3955", "51.3880", "75").len(), 3, "within 75 m");
    // A place without water: nothing within reach of a hose, and the nearest is named all the same.
    assert!(nearest(&server, "7.3500", "51.4430", "300").is_empty());
    assert_begins_with(&nearest(&server, "7.3500", "51.4430", "2000"), &[414.5]);
}

#[test]
fn the_nearest_hydrants_of_a_utility_are_right() {
    let register = Register {
        file: "kirchzarten/hydranten_ewk.kml",
        district: "kirchzarten.toml",
        mapping: "kirchzarten",
        features: 309,
    };
    let Some(server) = register.server() else { return };
    let around = nearest(&server, "7.9550", "47.9650", "300");
    assert_begins_with(&around, &[34.7, 48.7, 52.0]);
    assert_eq!(around.len(), 33, "within 300 m");
}

#[test]
fn the_nearest_hydrants_of_a_city_on_another_continent_are_right() {
    let register = Register {
        file: "boston/hydrants.csv",
        district: "boston.toml",
        mapping: "tests/fixtures/mappings/boston.toml",
        features: 13_253,
    };
    let Some(server) = register.server() else { return };
    let around = nearest(&server, "-71.0589", "42.3601", "300");
    assert_begins_with(&around, &[81.1, 116.3, 123.9, 130.0]);
    assert_eq!(around.len(), 81, "within 300 m");
}
