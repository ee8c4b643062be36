//! Filters, queryables as parameters, orders (Part 3).

use axum::http::StatusCode;
use serde_json::json;

use crate::support::{Reply, TestServer, hydrant};

const ITEMS: &str = "/ogc/collections/hydrants/items";

async fn server_with_three() -> TestServer {
    let server = TestServer::start().await;
    let features = vec![
        hydrant(11.40, 53.89, json!({ "ref": "a", "flow_rate": 400, "place": "Gägelow" })),
        hydrant(11.41, 53.89, json!({ "ref": "b", "flow_rate": 1600, "kind": "underground" })),
        hydrant(11.42, 53.89, json!({ "ref": "c", "place": "Bobitz" })),
    ];
    server.seed("hydrants", features).await;
    server
}

fn refs(reply: &Reply) -> String {
    let features = reply.json()["features"].as_array().cloned().unwrap_or_default();
    let mut refs: Vec<String> =
        features.iter().map(|feature| feature["properties"]["ref"].as_str().unwrap_or("?").to_owned()).collect();
    refs.sort();
    refs.concat()
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[tokio::test]
async fn a_filter_in_either_language_leaves_what_passes() {
    let server = server_with_three().await;
    for (filter, expected) in [
        ("flow_rate >= 400", "ab"),
        ("kind = 'pillar' AND flow_rate > 100", "a"),
        ("flow_rate IS NULL", "c"),
        ("CASEI(place) LIKE CASEI('GÄG%')", "a"),
        ("S_INTERSECTS(geometry, BBOX(11.405, 53, 12, 54)) AND kind <> 'pillar'", "b"),
    ] {
        let reply = server.get(&format!("{ITEMS}?filter={}", encoded(filter))).await;
        assert_eq!((reply.status, refs(&reply).as_str()), (StatusCode::OK, expected), "{filter}");
    }
    let filter = json!({ "op": "=", "args": [{ "property": "kind" }, "underground"] }).to_string();
    let reply = server.get(&format!("{ITEMS}?filter-lang=cql2-json&filter={}", encoded(&filter))).await;
    assert_eq!(refs(&reply), "b");
}

#[tokio::test]
async fn filter_box_and_queryables_as_parameters_hold_together() {
    let server = server_with_three().await;
    let reply = server.get(&format!("{ITEMS}?kind=pillar&bbox=11.395,53,11.425,54&filter=flow_rate%20IS%20NULL")).await;
    assert_eq!(refs(&reply), "c");
    assert_eq!(refs(&server.get(&format!("{ITEMS}?flow_rate=1600")).await), "b");
    assert_eq!(refs(&server.get(&format!("{ITEMS}?place=Bobitz")).await), "c");
}

#[tokio::test]
async fn features_come_in_the_order_asked_for_across_pages() {
    let server = server_with_three().await;
    let order = async |sortby: &str| {
        let mut page = server.get(&format!("{ITEMS}?limit=1&sortby={sortby}")).await;
        let mut order = refs(&page);
        while let Some(next) = page.link("next") {
            page = server.get(&next).await;
            order.push_str(&refs(&page));
        }
        order
    };
    assert_eq!(order("-flow_rate").await, "bac");
    assert_eq!(order("%2Bflow_rate").await, "abc");
    assert_eq!(order("place,-ref").await, "cab");
}

#[tokio::test]
async fn a_filter_that_cannot_be_understood_is_refused_with_the_place() {
    let server = server_with_three().await;
    for filter in [
        "flow_rate >",
        "colour = 'red'",
        "kind = 'fountain'",
        "flow_rate = 'much'",
        "pg_sleep(10) = 1",
        "S_INTERSECTS(geometry, POINT(1))",
    ] {
        let reply = server.get(&format!("{ITEMS}?filter={}", encoded(filter))).await;
        assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["filter".to_owned()]), "{filter}");
    }
    let deep = format!("{}flow_rate=1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(server.get(&format!("{ITEMS}?filter={}", encoded(&deep))).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn features_without_a_geometry_match_every_box_and_no_relation() {
    let server = TestServer::start().await;
    let sign = |geometry: serde_json::Value| json!({ "type": "Feature", "geometry": geometry, "properties": { "subject": "hydrant", "condition": "good" } });
    let placed = json!({ "type": "Point", "coordinates": [11.46, 53.89] });
    let ids = server.seed("hydrant_signs", vec![sign(serde_json::Value::Null), sign(placed)]).await;
    // 17-069r4, /req/core/fc-bbox-response, C.
    let elsewhere = server.get("/ogc/collections/hydrant_signs/items?bbox=177,65,-177,70").await;
    assert_eq!(elsewhere.ids(), [ids[0].to_string()]);
    let filter = "filter=S_INTERSECTS(geometry,BBOX(-180,-90,180,90))";
    let related = server.get(&format!("/ogc/collections/hydrant_signs/items?{filter}")).await;
    assert_eq!(related.ids(), [ids[1].to_string()]);
}
