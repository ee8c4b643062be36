//! Every address that can be read, with rubbish in every part of it: never a 5xx, never a silence, and every refusal a
//! problem that says what is wrong.

use std::time::Duration;

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value as Json;

use crate::server::Server;

const ROUNDS: usize = 1_500;

/// An answer to rubbish that takes longer than this has been thought about for too long.
const PATIENCE: Duration = Duration::from_secs(20);

const PATHS: [&str; 22] = [
    "/ogc",
    "/ogc/api",
    "/ogc/conformance",
    "/ogc/collections",
    "/ogc/collections/hydrants",
    "/ogc/collections/{rubbish}",
    "/ogc/collections/hydrants/schema",
    "/ogc/collections/roads/queryables",
    "/ogc/collections/buildings/sortables",
    "/ogc/collections/hydrants/items",
    "/ogc/collections/water_sources/items",
    "/ogc/collections/hydrant_signs/items",
    "/ogc/collections/{rubbish}/items",
    "/ogc/collections/hydrants/items/{rubbish}",
    "/ogc/collections/hydrants/items/{rubbish}/history",
    "/api",
    "/api/openapi.json",
    "/api/changesets",
    "/api/changesets/{rubbish}",
    "/api/history/hydrants",
    "/api/firewater/nearest",
    "/{rubbish}",
];

const NAMES: [&str; 27] = [
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "limit",
    "next",
    "properties",
    "sortby",
    "f",
    "kind",
    "flow_rate",
    "remark",
    "id",
    "at",
    "lon",
    "lat",
    "radius",
    "before",
    "reason",
    "",
    "constructor",
    "ä",
    "updated_at",
    "geometry",
];

/// What has broken others, and pieces of what is right.
const PIECES: [&str; 46] = [
    "",
    "0",
    "-1",
    "1e999",
    "NaN",
    "inf",
    "null",
    "true",
    "'",
    "\"",
    "`",
    "\\",
    "(",
    ")",
    "[",
    "{\"op\":",
    "}",
    ",",
    ";",
    "..",
    "/",
    "%",
    "\u{0}",
    "\u{7f}",
    "\u{202e}",
    "🔥",
    "ß",
    "<script>",
    "\r\nX: y",
    "11.2,53.75,11.5,53.9",
    "kind",
    "flow_rate",
    "= 'pillar'",
    " AND ",
    "NOT ",
    "POLYGON((",
    "INTERVAL(",
    "DATE('",
    "2026-02-30",
    "2026-05-31T12:00:00Z",
    "EPSG:4326",
    "32U PE 6165 7426",
    "9223372036854775808",
    "cql2-json",
    "S_INTERSECTS(geometry,",
    "LIKE '%%%'",
];

fn rubbish(dice: &mut Pcg64) -> String {
    if dice.random_ratio(1, 40) {
        return PIECES.choose(dice).expect("a piece").repeat(800);
    }
    (0..dice.random_range(0..6)).filter_map(|_| PIECES.choose(dice).copied()).collect()
}

fn address(dice: &mut Pcg64) -> String {
    let path = PATHS.choose(dice).expect("a path");
    let encode =
        |text: &str| percent_encoding::percent_encode(text.as_bytes(), percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut address = path.replace("{rubbish}", &encode(&rubbish(dice)));
    for n in 0..dice.random_range(0..4) {
        let name = NAMES.choose(dice).expect("a name");
        let value = encode(&rubbish(dice));
        address.push(if n == 0 { '?' } else { '&' });
        address.push_str(&format!("{}={value}", encode(name)));
    }
    address
}

#[test]
fn rubbish_in_an_address_is_refused_with_a_reason_or_answered() {
    let server = Server::demo();
    let mut dice = Pcg64::seed_from_u64(2_026);
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let address = address(&mut dice);
        let request = server.client.get(format!("{}{address}", server.base)).timeout(PATIENCE);
        let response = request.send().unwrap_or_else(|error| panic!("{error} for {address}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().unwrap_or_else(|error| panic!("{error} for {address}"));
        assert!(!status.is_server_error(), "{status} for {address}");
        if status.is_client_error() {
            refused += 1;
            assert_eq!(headers.get(CONTENT_TYPE).expect("a type"), "application/problem+json", "{address}");
            let problem: Json = serde_json::from_slice(&body).expect("JSON");
            assert_eq!(problem["status"], status.as_u16(), "{address}");
            assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{address}: {problem}");
        }
    }
    assert!(refused > ROUNDS / 2, "{refused} of {ROUNDS}: the rubbish is not rubbish enough");
}
