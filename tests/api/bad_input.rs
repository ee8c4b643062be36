//! Input of every wrong kind: refused with 400 (or the status that says it better), every fault named, never a 5xx.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, hydrant};

const ITEMS: &str = "/ogc/collections/hydrants/items";
const GEOJSON: (&str, &str) = ("content-type", "application/geo+json");

async fn post(server: &TestServer, token: &str, body: &Json) -> Reply {
    server.send(Method::POST, ITEMS, Token::Secret(token), &[GEOJSON], Some(body)).await
}

fn faults(reply: &Reply) -> Vec<(String, String)> {
    let errors = reply.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &Json, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
}

#[tokio::test]
async fn faults_of_parameters_are_told_in_the_language_of_the_reader() {
    let server = TestServer::start().await;
    let doors = [
        (
            "/api/firewater/nearest?lon=11.4&lat=53.8&limit=viele&by=luft",
            vec!["eine ganze Zahl ab 1", "road oder line"],
        ),
        ("/api/firewater/nearest", vec!["Ort fehlt"]),
        ("/api/firewater/nearest?lon=11.4", vec!["lon und lat gehören zusammen"]),
        ("/api/firewater/alarm-sheet.pdf?at=53.8,11.4&limit=0&colour=red", vec!["eine ganze Zahl", "kein Parameter"]),
        ("/api/search?q=Lossow&kinds=haus&bbox=1,2", vec!["„haus“ gibt es nicht", "West, Süd, Ost, Nord"]),
        ("/api/search", vec!["Suchtext fehlt"]),
        ("/map/image.png?center=a&width=0&style=dawn", vec!["Länge,Breite", "von Pixeln", "day oder night"]),
        ("/tiles/map/12/2177/1333.png?style=dawn", vec!["day oder night"]),
    ];
    for (path, expected) in doors {
        let problem = server.get_with(path, &[("accept-language", "de-DE,de;q=0.9")]).await;
        assert_eq!(problem.status, StatusCode::BAD_REQUEST, "{path}");
        let problem = problem.json();
        let said = problem["detail"].as_str().unwrap_or_default();
        assert!(expected.iter().all(|words| said.contains(words)), "{path}: {said}");
        let english = [" is ", " are ", "expected", "given"];
        assert!(english.iter().all(|word| !said.contains(word)), "{path}: {said}");
        assert!(problem["title"].as_str().is_some_and(|title| title.contains("nicht gültig")), "{problem}");
    }
    let sheet = server.get("/api/firewater/alarm-sheet.pdf?at=53.8,11.4&limit=0").await;
    assert!(sheet.text().contains("eine ganze Zahl"), "alarm software here says no language: {}", sheet.text());
    let sheet = server.get("/api/firewater/alarm-sheet.pdf?at=53.8,11.4&limit=0&lang=en").await;
    assert!(sheet.text().contains("a whole number"), "{}", sheet.text());
    let nearest = server.get("/api/firewater/nearest?lon=11.4&lat=53.8&limit=0").await;
    assert!(nearest.text().contains("a whole number"), "{}", nearest.text());
}

#[tokio::test]
async fn every_fault_of_a_feature_is_named_with_its_place_and_kind() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let polygon =
        json!({ "type": "Polygon", "coordinates": [[[11.4, 53.8], [11.5, 53.8], [11.5, 53.9], [11.4, 53.8]]] });
    let mut wrong_type = hydrant(0.0, 0.0, json!({}));
    wrong_type["geometry"] = polygon;
    let cases = [
        (wrong_type, "/geometry", "geometry-type"),
        (hydrant(2.35, 48.85, json!({})), "/geometry", "outside-district"),
        (hydrant(0.0, 0.0, json!({})), "/geometry", "outside-district"),
        (hydrant(53.89, 11.4, json!({})), "/geometry", "outside-district"),
        (hydrant(11.4, 53.89, json!({ "colour": "red" })), "/properties/colour", "unknown-property"),
        (hydrant(11.4, 53.89, json!({ "kind": "fountain" })), "/properties/kind", "unknown-code"),
        (hydrant(11.4, 53.89, json!({ "flow_rate": "800 l/min" })), "/properties/flow_rate", "type"),
        (hydrant(11.4, 53.89, json!({ "flow_rate": 900_000 })), "/properties/flow_rate", "range"),
        (hydrant(11.4, 53.89, json!({ "status_as_of": "2031-01-01" })), "/properties/status_as_of", "future-date"),
        (hydrant(11.4, 53.89, json!({ "status_as_of": "01.05.2024" })), "/properties/status_as_of", "format"),
        (json!({ "type": "Feature", "geometry": null, "properties": { "kind": "pillar" } }), "/geometry", "missing"),
        (json!([1, 2]), "/type", "type"),
    ];
    for (body, pointer, code) in cases {
        let reply = post(&server, &token, &body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert!(faults(&reply).contains(&(pointer.to_owned(), code.to_owned())), "{body}: {}", reply.text());
    }
    let several = hydrant(0.0, 0.0, json!({ "kind": "fountain", "flow_rate": "much", "colour": 1 }));
    let mut pointers = post(&server, &token, &several).await.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/geometry", "/properties/colour", "/properties/flow_rate", "/properties/kind"]);
    let list =
        json!([{ "coupling": "storz_q", "count": 0, "colour": 1 }, 7, { "coupling": "storz_a", "count": 1 }, {}]);
    let mut pointers = post(&server, &token, &hydrant(11.4, 53.89, json!({ "couplings": list }))).await.pointers();
    pointers.sort();
    let within = ["0/colour", "0/count", "0/coupling", "1", "3/count", "3/coupling"]
        .map(|at| format!("/properties/couplings/{at}"));
    assert_eq!(pointers, within);
    assert_eq!(server.get(ITEMS).await.ids().len(), 0, "nothing of it is stored");
}

#[tokio::test]
async fn swapped_axes_and_zero_zero_are_recognised() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let swapped = post(&server, &token, &hydrant(53.89, 11.4, json!({}))).await;
    assert!(swapped.text().contains("with its axes swapped it would lie inside"), "{}", swapped.text());
    let zero = post(&server, &token, &hydrant(0.0, 0.0, json!({}))).await;
    assert!(zero.text().contains("no position was recorded"), "{}", zero.text());
}

#[tokio::test]
async fn a_body_that_is_no_json_too_deep_too_large_or_of_another_type_is_refused() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let send = async |body: Vec<u8>, kind: &str| {
        server.send_bytes(Method::POST, ITEMS, Token::Secret(&token), &[("content-type", kind)], body).await
    };
    let broken = send(b"{\"type\": \"Feature\",\n \"geometry\": oops}".to_vec(), "application/json").await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert!(broken.text().contains("line 2 column"), "{}", broken.text());
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(send(deep.into_bytes(), "application/json").await.status, StatusCode::BAD_REQUEST);
    let large = send(vec![b' '; 1_000_001], "application/json").await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(large.header("content-type"), "application/problem+json");
    let not_utf8 = send(b"{\"type\":\"\xff\"}".to_vec(), "application/json").await;
    assert_eq!(not_utf8.status, StatusCode::BAD_REQUEST);
    for kind in ["text/plain", "application/merge-patch+json", ""] {
        let reply = send(b"{}".to_vec(), kind).await;
        assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert_eq!(reply.header("accept"), "application/geo+json, application/json");
    }
}

#[tokio::test]
async fn several_bad_parameters_are_all_named_with_what_is_known() {
    let server = TestServer::start().await;
    let reply = server
        .get(&format!("{ITEMS}?limit=unlimited&bbox=1,2,3&datetime=soon&crs=x&colour=red&f=xml&next=zz&limit=1"))
        .await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let mut pointers = reply.pointers();
    pointers.sort();
    assert_eq!(pointers, ["bbox", "colour", "crs", "datetime", "f", "limit", "limit", "next"]);
    assert!(reply.text().contains("known are f, limit, crs"), "{}", reply.text());
}

#[tokio::test]
async fn no_parameter_value_makes_the_server_fail() {
    let server = TestServer::start().await;
    server.seed_hydrants(3).await;
    let values = [
        "",
        "0",
        "-1",
        "1e999",
        "NaN",
        "%00",
        "%FF",
        "null",
        "[]",
        "{}",
        "'",
        "\\",
        "..",
        "/",
        "..%2F..",
        "a".repeat(5_000).as_str(),
        "9999999999999999999999",
        "1,2,3,4,5,6,7",
        "1,2,3,inf",
        "180,90,-180,-90",
        "53,11,54,12",
        "%F0%9F%9A%92",
        "http://www.opengis.net/def/crs/EPSG/0/0",
        "EPSG:7837",
        "P1D",
        "2026-02-30",
        "0000-01-01/9999-12-31",
        "7b7d",
        "0190a5c27b1e7c3a9f102f6f0d1c9a117b226b696e64223a317d",
        "+",
        "%2B%2B",
        ",",
    ]
    .map(str::to_owned);
    for name in [
        "limit",
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "filter",
        "filter-lang",
        "filter-crs",
        "sortby",
        "properties",
        "next",
        "f",
        "kind",
        "flow_rate",
        "updated_at",
        "id",
        "couplings",
    ] {
        for value in &values {
            for more in ["", "&sortby=-kind&bbox=11,53,12,54"] {
                let reply = server.get(&format!("{ITEMS}?{name}={value}{more}")).await;
                let known = [StatusCode::OK, StatusCode::BAD_REQUEST];
                assert!(known.contains(&reply.status), "{name}={value}{more}: {} {}", reply.status, reply.text());
            }
        }
    }
}

#[tokio::test]
async fn a_year_that_postgresql_has_not_is_refused_for_it_would_break_the_view_for_everybody() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    for day in ["0000-01-01", "-0001-01-01", "+10000-01-01"] {
        let reply = post(&server, &token, &hydrant(11.4, 53.89, json!({ "flow_measured_on": day }))).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{day}");
        assert_eq!(reply.pointers(), ["/properties/flow_measured_on"], "{day}");
    }
}

#[tokio::test]
async fn a_day_before_there_were_registers_is_refused_with_the_first_that_counts() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    for property in ["status_as_of", "flow_measured_on"] {
        // What a spreadsheet makes of an empty cell is among them.
        for day in ["0001-01-01", "1899-12-30", "1904-01-01", "1949-12-31"] {
            let reply = post(&server, &token, &hydrant(11.4, 53.89, json!({ property: day }))).await;
            assert_eq!(faults(&reply), [(format!("/properties/{property}"), "range".to_owned())], "{day}");
            assert!(reply.text().contains("1950-01-01 is the first day"), "{}", reply.text());
        }
        let ahead = post(&server, &token, &hydrant(11.4, 53.89, json!({ property: "2603-01-01" }))).await;
        assert_eq!(faults(&ahead), [(format!("/properties/{property}"), "future-date".to_owned())]);
        let first = post(&server, &token, &hydrant(11.4, 53.89, json!({ property: "1950-01-01" }))).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    }
}

#[tokio::test]
async fn an_object_with_tens_of_thousands_of_unknown_properties_is_one_fault() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let mut body = hydrant(11.4, 53.89, json!({}));
    for n in 0..40_000 {
        body["properties"][format!("property_{n}")] = json!(n);
    }
    let reply = post(&server, &token, &body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(faults(&reply), [("/properties".to_owned(), "too-long".to_owned())]);
}

#[tokio::test]
async fn of_many_faults_the_first_are_told_and_how_many_there_are() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let mut body = hydrant(11.4, 53.89, json!({}));
    for n in 0..290 {
        body["properties"][format!("property_{n}")] = json!(n);
    }
    let reply = post(&server, &token, &body).await;
    assert_eq!((faults(&reply).len(), reply.json()["errors_total"].clone()), (200, json!(290)));
    let long = "x".repeat(400_000);
    let reply = post(&server, &token, &hydrant(11.4, 53.89, json!({ long: 1 }))).await;
    assert!(reply.body.len() < 4_000, "{} bytes", reply.body.len());
    assert!(reply.json().get("errors_total").is_none());
}

#[tokio::test]
async fn a_packed_body_and_a_second_host_are_refused() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let feature = hydrant(11.4, 53.89, json!({}));
    let packed = [GEOJSON, ("content-encoding", "gzip")];
    let reply = server.send(Method::POST, ITEMS, Token::Secret(&token), &packed, Some(&feature)).await;
    assert_eq!((reply.status, reply.header("accept-encoding")), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "identity"));
    let plain = [GEOJSON, ("content-encoding", "identity")];
    let reply = server.send(Method::POST, ITEMS, Token::Secret(&token), &plain, Some(&feature)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let reply = server.get_with(ITEMS, &[("host", "geo.example"), ("host", "other.example")]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.json()["detail"].as_str().is_some_and(|detail| detail.contains("Host")));
}

#[tokio::test]
async fn an_answer_before_the_body_was_read_says_that_the_connection_ends() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let feature = hydrant(11.4, 53.89, json!({}));
    let unread = server.send(Method::POST, ITEMS, Token::Nobody, &[GEOJSON], Some(&feature)).await;
    assert_eq!((unread.status, unread.header("connection")), (StatusCode::UNAUTHORIZED, "close"));
    let typed = [("content-type", "text/csv")];
    let unread = server.send(Method::POST, ITEMS, Token::Secret(&token), &typed, Some(&feature)).await;
    assert_eq!((unread.status, unread.header("connection")), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "close"));
    let read = post(&server, &token, &feature).await;
    assert_eq!((read.status, read.header("connection")), (StatusCode::CREATED, ""));
    assert_eq!(server.get(ITEMS).await.header("connection"), "");
}
