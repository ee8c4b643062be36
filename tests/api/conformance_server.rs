//! Not a test of its own: a server with some features for the official suites, other people's clients and load tests.

use axum::http::header;
use axum::routing::get;
use bytes::Bytes;
use geokontor::clock::Clock;
use serde_json::{Value as Json, json};

use crate::support::{TestServer, hydrant};

/// Serves until it is ended: `PORT=8123 DENSE=0 cargo test --test api -- --ignored serve_for_other_programs`. `DENSE` is
/// a number of hydrants that stand within some 800 m; `/bare` answers with their page from a constant, for comparison.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until it is ended"]
async fn serve_for_other_programs() {
    let setting = |name: &str, default: &str| std::env::var(name).unwrap_or_else(|_| default.to_owned());
    let (port, dense) = (setting("PORT", "8123"), setting("DENSE", "0").parse::<usize>().expect("a number"));
    let mut config = TestServer::start().await.app.config.clone();
    config.public_url = Some(format!("http://127.0.0.1:{port}"));
    config.maximum_limit = 10_000;
    let server = TestServer::start_on(config, Clock::system()).await;
    fill(&server).await;
    println!("token for editing: {}", server.token("administrator", None, None).await);
    for part in crowd(dense).chunks(1_000) {
        server.seed("hydrants", part.to_vec()).await;
    }
    let page = server.get("/ogc/collections/hydrants/items?bbox=11.69,53.99,11.71,54.01&limit=1000").await;
    let bytes = Bytes::from(page.body);
    println!("the dense page has {} features and {} bytes", dense.min(1_000), bytes.len());
    let bare = move || async move { ([(header::CONTENT_TYPE, "application/geo+json")], bytes.clone()) };
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    println!("serving on {port}");
    axum::serve(listener, server.router().route("/bare", get(bare))).await.expect("it serves");
}

/// Hydrants 25 m apart around 54 N 11.7 E.
fn crowd(count: usize) -> Vec<Json> {
    let at = |n: usize, step: f64| step * (n as f64 - 16.0);
    (0..count)
        .map(|n| {
            let more = json!({
                "ref": format!("D{n}"), "flow_rate": 800, "flow_method": "measured", "hydrant_diameter": 80,
                "main_diameter": 150, "street": "Dorfstraße", "house_number": n.to_string(), "place": "Neu Muster",
                "operator": "Zweckverband Muster", "status_as_of": "2026-04-01",
            });
            hydrant(11.7 + at(n % 32, 0.000_38), 54.0 + at(n / 32 % 32, 0.000_22), more)
        })
        .collect()
}

/// Some features in every collection.
async fn fill(server: &TestServer) {
    let feature =
        |geometry: Json, properties: Json| json!({ "type": "Feature", "geometry": geometry, "properties": properties });
    let point = |n: u32| json!({ "type": "Point", "coordinates": [11.2 + f64::from(n) * 0.01, 53.7 + f64::from(n % 6) * 0.03] });
    let square = |x: f64, y: f64, s: f64| json!({ "type": "Polygon", "coordinates": [[[x, y], [x + s, y], [x + s, y + s], [x, y + s], [x, y]]] });
    let along = |n: u32| 11.2 + f64::from(n) * 0.01;
    let line = |n: u32| json!({ "type": "LineString", "coordinates": [[along(n), 53.7], [along(n) + 0.01, 53.75]] });
    server
        .seed(
            "municipalities",
            vec![
                feature(square(10.8, 53.5, 0.6), json!({ "key": "13074001", "name": "West" })),
                feature(square(11.4, 53.5, 0.6), json!({ "key": "13074002", "name": "Ost" })),
            ],
        )
        .await;
    let hydrants = (0..500).map(|n| {
        let (x, y) = (f64::from(n % 25), f64::from(n / 25));
        let kind = if n % 3 == 0 { "underground" } else { "pillar" };
        hydrant(
            11.0 + x * 0.02,
            53.6 + y * 0.015,
            json!({ "ref": format!("H{n}"), "kind": kind, "flow_rate": 400 + n }),
        )
    });
    server.seed("hydrants", hydrants.collect()).await;
    let several = |make: &dyn Fn(u32) -> Json| (0..30).map(make).collect::<Vec<_>>();
    let buildings = several(&|n| feature(square(along(n), 53.7, 0.002), json!({ "name": format!("Haus {n}") })));
    server.seed("buildings", buildings).await;
    server.seed("roads", several(&|n| feature(line(n), json!({ "name": format!("Straße {n}") })))).await;
    server.seed("addresses", several(&|n| feature(point(n), json!({})))).await;
    server.seed("hydrant_signs", several(&|n| feature(point(n), json!({})))).await;
    let suction_points = several(&|n| feature(point(n), json!({ "kind": "pillar_connection" })));
    server.seed("suction_points", suction_points).await;
    let sources = several(&|n| match n % 2 {
        0 => feature(square(along(n), 53.9, 0.001), json!({ "kind": "natural_pond" })),
        _ => feature(point(n), json!({ "kind": "pond_din14210" })),
    });
    server.seed("water_sources", sources).await;
}
