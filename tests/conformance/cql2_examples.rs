//! The examples of the standard (opengeospatial/ogcapi-features, cql2/standard/schema/examples), over HTTP.
//!
//! Nearly all of them name properties of imaginary collections, so that the right answer is mostly a refusal: that of a
//! filter that was understood, never that of one that could not be read.

use std::path::Path;

use reqwest::StatusCode;
use serde_json::{Value as Json, json};

use crate::material::{self, ORACLES};
use crate::server::Server;

/// Name and content of every file with an ending.
fn examples(folder: &Path, ending: &str) -> Vec<(String, String)> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the examples").map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("an example"))).collect()
}

/// Why the filter was refused, in words; `None` if it was taken.
fn refusal(server: &Server, language: &str, filter: &str) -> Option<String> {
    let parameters = [("filter-lang", language), ("filter", filter), ("limit", "1")];
    let response = server.get("/ogc/collections/hydrants/items", &parameters);
    let status = response.status();
    let body: Json = response.json().expect("JSON");
    match status {
        StatusCode::OK => None,
        StatusCode::BAD_REQUEST => Some(body["detail"].as_str().expect("a reason").to_owned()),
        other => panic!("{other} for {filter}: {body}"),
    }
}

#[test]
fn every_example_in_text_and_json_is_understood() {
    let Some(folder) = material::path(ORACLES, "cql2/examples") else { return };
    let server = Server::demo();
    let (texts, jsons) = (examples(&folder.join("text"), "txt"), examples(&folder.join("json"), "json"));
    assert_eq!((texts.len(), jsons.len()), (120, 109), "the number of examples");
    for (language, examples) in [("cql2-text", &texts), ("cql2-json", &jsons)] {
        for (name, filter) in examples {
            let refusal = refusal(&server, language, filter.trim());
            let unread = refusal.as_ref().is_some_and(|reason| reason.contains("cannot be read at"));
            assert!(!unread, "{name}: {refusal:?}");
        }
    }
}

#[test]
fn what_is_no_cql2_is_refused_with_the_place_of_the_fault() {
    let server = Server::demo();
    for (filter, place) in [
        ("kind = 'pillar' AND", "character 20"),
        ("kind == 'pillar'", "character 7"),
        ("kind = 'pillar", "character 8"),
        ("(kind = 'pillar'", "character 17"),
        ("kind = 'pillar' flow_rate > 1", "character 17"),
        ("S_INTERSECTS(geometry, POINT(1))", "character"),
        ("updated_at > TIMESTAMP('yesterday')", "character"),
    ] {
        let reason = refusal(&server, "cql2-text", filter).expect(filter);
        assert!(reason.contains(place), "{filter}: {reason}");
    }
    for filter in [json!({"op": "="}), json!({"args": []}), json!([1]), json!({"op": "and", "args": "x"})] {
        let reason = refusal(&server, "cql2-json", &filter.to_string());
        assert!(reason.is_some(), "{filter}");
    }
}
