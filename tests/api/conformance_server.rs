//! Not a test of its own: a server with some features for the official suites and other people's clients.

use chrono::Utc;
use geokontor::clock::Clock;
use serde_json::json;

use crate::support::{TestServer, hydrant};

/// Serves until it is ended: `PORT=8123 cargo test --test api -- --ignored serve_for_other_programs`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until it is ended"]
async fn serve_for_other_programs() {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8123".to_owned());
    let mut config = TestServer::start().await.app.config.clone();
    config.public_url = Some(format!("http://127.0.0.1:{port}"));
    let server = TestServer::start_on(config, Clock::system()).await;
    println!("today is {}", Utc::now());
    let features = (0..500)
        .map(|n| {
            let (x, y) = (f64::from(n % 25), f64::from(n / 25));
            let kind = if n % 3 == 0 { "underground" } else { "pillar" };
            hydrant(11.0 + x * 0.02, 53.6 + y * 0.015, json!({ "ref": format!("H{n}"), "kind": kind, "flow_rate": 400 + n }))
        })
        .collect();
    server.seed("hydrants", features).await;
    let square = |x: f64, y: f64, s: f64| {
        json!({ "type": "Polygon", "coordinates": [[[x, y], [x + s, y], [x + s, y + s], [x, y + s], [x, y]]] })
    };
    let buildings = (0..30).map(|n| {
        json!({ "type": "Feature", "geometry": square(11.2 + f64::from(n) * 0.01, 53.7, 0.002), "properties": {} })
    });
    server.seed("buildings", buildings.collect()).await;
    let roads = (0..30).map(|n| {
        let x = 11.2 + f64::from(n) * 0.01;
        json!({ "type": "Feature", "geometry": { "type": "LineString", "coordinates": [[x, 53.7], [x + 0.01, 53.75]] },
                "properties": { "class": "residential", "name": format!("Straße {n}") } })
    });
    server.seed("roads", roads.collect()).await;
    println!("token for editing: {}", server.token("administrator", None, None).await);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    println!("serving on {port}");
    axum::serve(listener, server.router()).await.expect("it serves");
}
