//! Nearest water along roads.

use serde_json::{Value as Json, json};

use super::{checked, feature, told};
use crate::support::{TestServer, hydrant, until};

/// A road through some places.
fn road(class: &str, places: &[[f64; 2]]) -> Json {
    feature(json!({ "type": "LineString", "coordinates": places }), json!({ "class": class }))
}

/// A server whose network has these roads.
async fn on_roads(roads: Vec<Json>) -> TestServer {
    let server = TestServer::start().await;
    let count = roads.len();
    server.seed("roads", roads).await;
    let built = async || server.app.roads.network().is_some_and(|network| network.graph().edges().len() >= count);
    until("the network is built", built).await;
    server
}

/// Two streets that run beside each other, a hundred metres apart, and join far in the east.
fn two_streets() -> Vec<Json> {
    vec![
        road("residential", &[[11.460, 53.8900], [11.470, 53.8900]]),
        road("residential", &[[11.460, 53.8909], [11.470, 53.8909]]),
        road("path", &[[11.470, 53.8900], [11.470, 53.8909]]),
    ]
}

#[tokio::test]
async fn water_is_ranked_by_the_way_of_the_hoses_and_the_straight_line_stands_beside_it() {
    let server = on_roads(two_streets()).await;
    server
        .seed(
            "hydrants",
            vec![
                hydrant(11.4601, 53.8909, checked("behind the gardens", "ready")),
                hydrant(11.4640, 53.8900, checked("down the street", "ready")),
                hydrant(11.4610, 53.8900, checked("broken", "out_of_service")),
            ],
        )
        .await;
    let path = "/api/firewater/nearest?lon=11.4601&lat=53.8900";
    let by_road = server.get(path).await.json();
    assert_eq!(told(&by_road), ["down the street", "behind the gardens", "broken"]);
    assert_eq!((&by_road["by"], &by_road["road_network"]), (&json!("road"), &json!(true)));
    let near = &by_road["sources"][0];
    assert_eq!(near["route"]["distance"], near["route"]["straight"], "one straight street");
    assert_eq!(near["route"]["straight"], near["distance"]);
    let far = &by_road["sources"][1]["route"];
    assert!((1_350.0..1_450.0).contains(&far["distance"].as_f64().expect("metres")), "{far}");
    // 256 m are 13 hoses of 20 m, and 17 with 30 % more.
    assert_eq!((&near["route"]["hoses"], &near["route"]["hoses_reserve"]), (&json!(13), &json!(17)), "{near}");
    assert_eq!(near["needs"], json!(["key_pillar"]));
    assert!(near["route"].get("geometry").is_none());

    let by_line = server.get(&format!("{path}&by=line")).await.json();
    assert_eq!(told(&by_line), ["behind the gardens", "down the street", "broken"]);
    assert_eq!(by_line["sources"][0]["route"], Json::Null);
}

#[tokio::test]
async fn ways_are_drawn_for_those_who_ask() {
    let server = on_roads(two_streets()).await;
    server.seed("hydrants", vec![hydrant(11.4605, 53.8909, checked("it", "ready"))]).await;
    let answer = server.get("/api/firewater/nearest?lon=11.4601&lat=53.8900&geometry=route").await.json();
    let line = &answer["sources"][0]["route"]["geometry"];
    assert_eq!(line["type"], "LineString");
    let turns = line["coordinates"].as_array().expect("turns");
    let near = |turn: &Json, lon: f64, lat: f64| {
        (turn[0].as_f64().expect("a longitude") - lon).abs() < 1e-5
            && (turn[1].as_f64().expect("a latitude") - lat).abs() < 1e-5
    };
    assert!(near(&turns[0], 11.4601, 53.89) && near(&turns[turns.len() - 1], 11.4605, 53.8909), "{line}");
    assert!(turns.iter().any(|turn| near(turn, 11.47, 53.89)) && turns.iter().any(|turn| near(turn, 11.47, 53.8909)));
}

#[tokio::test]
async fn no_hose_is_laid_along_a_motorway_and_the_network_follows_its_roads() {
    let mut roads = two_streets();
    roads.push(road("motorway", &[[11.460, 53.8900], [11.460, 53.8909]]));
    let server = TestServer::start().await;
    let ids = server.seed("roads", roads).await;
    server.seed("hydrants", vec![hydrant(11.4601, 53.8909, checked("it", "ready"))]).await;
    let edges = || server.app.roads.network().map_or(0, |network| network.graph().edges().len());
    until("the motorway is left out", async || edges() == 3).await;
    let metres = async || {
        let answer = server.get("/api/firewater/nearest?lon=11.4601&lat=53.8900").await.json();
        answer["sources"][0]["route"]["distance"].as_f64()
    };
    assert!(metres().await.is_some_and(|metres| metres > 1_000.0));
    // The motorway becomes a street: the network follows within moments.
    let token = server.token("administrator", None, None).await;
    let path = format!("/ogc/collections/roads/items/{}", ids[3]);
    let patch = json!({ "properties": { "class": "residential" } });
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let token = crate::support::Token::Secret(&token);
    let reply = server.send(http::Method::PATCH, &path, token, &headers, Some(&patch)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    until("the new street is there", async || edges() == 4).await;
    assert!(metres().await.is_some_and(|metres| metres < 120.0));
}

#[tokio::test]
async fn water_without_a_way_is_told_all_the_same() {
    let mut roads = two_streets();
    // A street that hangs together with no other.
    roads.push(road("residential", &[[11.4601, 53.8918], [11.4640, 53.8918]]));
    let server = on_roads(roads).await;
    server
        .seed(
            "hydrants",
            vec![
                hydrant(11.4603, 53.8918, checked("on the island", "ready")),
                hydrant(11.4601, 53.8950, checked("in the fields", "ready")),
            ],
        )
        .await;
    let answer = server.get("/api/firewater/nearest?lon=11.4601&lat=53.8900").await.json();
    assert_eq!(told(&answer), ["on the island", "in the fields"]);
    let routes: Vec<_> = answer["sources"].as_array().expect("sources").iter().map(|one| &one["route"]).collect();
    assert_eq!(routes, [&Json::Null, &Json::Null]);
    // An incident far from every road knows straight lines only, and says so.
    let answer = server.get("/api/firewater/nearest?lon=11.4601&lat=53.8940").await.json();
    assert_eq!(told(&answer), ["in the fields", "on the island"]);
    assert_eq!(answer["road_network"], true);
}

#[tokio::test]
async fn what_never_runs_dry_is_told_even_if_it_is_farther_than_the_limit() {
    let server = on_roads(two_streets()).await;
    server.seed("hydrants", (0..5).map(|n| hydrant(11.461 + f64::from(n) * 1e-4, 53.89, json!({}))).collect()).await;
    let point = |lon: f64| json!({"type": "Point", "coordinates": [lon, 53.8902]});
    let source = |lon: f64, properties: Json| feature(point(lon), properties);
    server
        .seed(
            "water_sources",
            vec![
                source(11.465, json!({ "ref": "pond", "kind": "natural_pond" })),
                source(11.466, json!({ "ref": "dry lake", "kind": "lake", "inexhaustible": false })),
                source(11.467, json!({ "ref": "lake", "kind": "lake" })),
                source(11.468, json!({ "ref": "well", "kind": "well", "inexhaustible": true })),
                source(11.469, json!({ "ref": "sea", "kind": "sea" })),
            ],
        )
        .await;
    for by in ["road", "line"] {
        let answer = server.get(&format!("/api/firewater/nearest?lon=11.46&lat=53.89&limit=3&by={by}")).await.json();
        assert_eq!(told(&answer)[3..], ["lake", "well"], "by {by}");
        let unlimited: Vec<_> =
            answer["sources"].as_array().expect("sources").iter().map(|one| one["unlimited"] == true).collect();
        assert_eq!(unlimited, [false, false, false, true, true]);
    }
    let near = server.get("/api/firewater/nearest?lon=11.46&lat=53.89&limit=3&radius=200").await.json();
    assert_eq!(told(&near).len(), 3, "nothing beyond the radius");
}

#[tokio::test]
async fn clients_are_told_what_the_district_reckons_with() {
    let server = TestServer::start().await;
    let settings = server.get("/api/firewater/settings").await.json();
    assert_eq!(settings["hose"]["length"], 20.0);
    assert_eq!(settings["hose"]["reserve"], 1.3);
    assert_eq!(settings["hose"]["at_hand"], 100.0);
    assert_eq!(settings["nearest_water"]["unlimited"], 2);
    assert_eq!(settings["verified_for_months"]["hydrants"], 48);
    assert_eq!(settings["relay"]["friction"]["per_100_m"][4], json!({ "flow": 800.0, "loss": 1.0 }));
    assert_eq!(settings["road_network"], false);
    assert_eq!(server.get("/api/firewater/settings?x=1").await.status, 400);
}

#[tokio::test]
async fn other_words_than_those_known_are_refused() {
    let server = TestServer::start().await;
    let reply = server.get("/api/firewater/nearest?lon=11.46&lat=53.89&by=boat&geometry=all").await;
    assert_eq!((reply.status.as_u16(), reply.pointers()), (400, vec!["by".to_owned(), "geometry".to_owned()]));
}
