//! `/api/firewater`: what a crew gets.

mod alarm_sheet;
mod by_road;
mod place;

use axum::http::StatusCode;
use geokontor::coordinate::{LonLat, geodesic_distance_m};
use serde_json::{Value as Json, json};

use crate::support::{TestServer, Token, hydrant};

/// The places of the sources in an answer, as `ref distance`.
fn told(answer: &Json) -> Vec<String> {
    let sources = answer["sources"].as_array().expect("sources");
    sources.iter().map(|source| source["ref"].as_str().unwrap_or("?").to_owned()).collect()
}

fn checked(reference: &str, status: &str) -> Json {
    json!({ "ref": reference, "operational_status": status, "status_as_of": "2026-05-01" })
}

#[tokio::test]
async fn usable_sources_come_first_and_each_group_by_distance() {
    let server = TestServer::start().await;
    server
        .seed(
            "hydrants",
            vec![
                hydrant(11.4601, 53.8916, checked("broken, at hand", "out_of_service")),
                hydrant(11.4640, 53.8916, checked("ready, far", "ready")),
                hydrant(11.4620, 53.8916, checked("restricted, near", "restricted")),
                hydrant(11.4630, 53.8916, json!({ "ref": "never verified" })),
            ],
        )
        .await;
    let answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    assert_eq!(told(&answer), ["restricted, near", "never verified", "ready, far", "broken, at hand"]);
    let states: Vec<_> = answer["sources"].as_array().expect("sources").iter().map(|s| s["status"].clone()).collect();
    assert_eq!(states, ["restricted", "unknown", "ready", "out_of_service"]);
}

#[tokio::test]
async fn distances_are_geodesic_and_bearings_point_to_the_source() {
    let server = TestServer::start().await;
    server.seed("hydrants", vec![hydrant(11.4600, 53.8943, json!({ "ref": "north" }))]).await;
    let answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    let expected = geodesic_distance_m(LonLat { lon: 11.46, lat: 53.8916 }, LonLat { lon: 11.46, lat: 53.8943 });
    let distance = answer["sources"][0]["distance"].as_f64().expect("a distance");
    assert!((distance - expected).abs() <= 0.05, "{distance} is not {expected}");
    assert_eq!(answer["sources"][0]["bearing"], 0.0);
}

#[tokio::test]
async fn a_pond_is_as_far_as_its_edge_and_stands_among_hydrants_and_suction_points() {
    let server = TestServer::start().await;
    let pond = json!({"type": "Polygon", "coordinates":
        [[[11.461, 53.890], [11.480, 53.890], [11.480, 53.900], [11.461, 53.900], [11.461, 53.890]]]});
    server
        .seed("water_sources", vec![feature(pond, json!({ "ref": "lake", "kind": "lake", "inexhaustible": true }))])
        .await;
    server.seed("hydrants", vec![hydrant(11.4625, 53.8916, json!({ "ref": "hydrant" }))]).await;
    let suction = feature(
        json!({"type": "Point", "coordinates": [11.4606, 53.8916]}),
        json!({ "ref": "suction", "kind": "shaft" }),
    );
    server.seed("suction_points", vec![suction]).await;
    let answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    assert_eq!(told(&answer), ["suction", "lake", "hydrant"]);
    let edge = answer["sources"][1]["distance"].as_f64().expect("a distance");
    assert!((60.0..70.0).contains(&edge), "the edge is some 66 m away, not {edge}");
    let inside = server.get("/api/firewater/nearest?lon=11.47&lat=53.895&limit=1").await.json();
    assert_eq!(inside["sources"][0]["distance"], 0.0);
}

#[tokio::test]
async fn every_notation_of_a_crew_leads_to_the_same_hydrant() {
    let server = TestServer::start().await;
    server.seed("hydrants", vec![hydrant(11.4601, 53.8917, json!({ "ref": "it" }))]).await;
    for notation in [
        "32U PE 61655 74265",
        "32 u pe 6165 7426",
        "PE 61655 74265",
        "53,8916 11,4600",
        "53,8916° N 11,46° O",
        "53° 53,496' N 11° 27,600' E",
        "33 U 267397 5977269",
        "32 661655 5974265",
        "33267397 5977269",
        "geo:53.8916,11.46",
    ] {
        let query: String =
            percent_encoding::utf8_percent_encode(notation, percent_encoding::NON_ALPHANUMERIC).to_string();
        let reply = server.get(&format!("/api/firewater/nearest?at={query}")).await;
        let answer = reply.json();
        assert_eq!(told(&answer), ["it"], "{notation}");
        let distance = answer["sources"][0]["distance"].as_f64().expect("a distance");
        assert!(distance < 25.0, "{notation}: {distance}");
        assert_eq!(&answer["at"]["utmref"].as_str().expect("a UTMREF")[..6], "32U PE", "{notation}");
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_read_is_refused_with_what_is_wrong() {
    let server = TestServer::start().await;
    for (query, pointers) in [
        ("", vec!["at"]),
        ("?lon=11.46", vec!["lat"]),
        ("?lon=x&lat=99&limit=0&radius=-1", vec!["lon", "lat", "radius", "limit"]),
        ("?at=32U+PE+6165+742", vec!["at"]),
        ("?at=32U+IO+6165+7426", vec!["at"]),
        ("?at=nowhere", vec!["at"]),
        ("?at=53.9,11.4&lon=11.4", vec!["at"]),
        ("?at=53.9,11.4", vec!["at"]),
        ("?lon=NaN&lat=53.9", vec!["lon"]),
        ("?where=here", vec!["where"]),
    ] {
        let reply = server.get(&format!("/api/firewater/nearest{query}")).await;
        assert_eq!(reply.status, 400, "{query}: {}", reply.text());
        assert_eq!(reply.pointers(), pointers, "{query}: {}", reply.text());
    }
}

#[tokio::test]
async fn the_radius_and_the_limit_bound_the_answer() {
    let server = TestServer::start().await;
    server.seed_hydrants(5).await;
    let within = server.get("/api/firewater/nearest?lon=11.4&lat=53.89&radius=1000").await.json();
    assert_eq!(told(&within), ["H0", "H1"]);
    let one = server.get("/api/firewater/nearest?lon=11.4&lat=53.89&radius=50000&limit=1").await.json();
    assert_eq!(told(&one), ["H0"]);
    let none = server.get("/api/firewater/nearest?lon=11.0&lat=53.6&radius=100").await.json();
    assert_eq!(told(&none), Vec::<String>::new());
}

#[tokio::test]
async fn an_edit_changes_the_next_answer() {
    let server = TestServer::start().await;
    let ids = server.seed("hydrants", vec![hydrant(11.4601, 53.8916, checked("it", "ready"))]).await;
    let token = server.token("editor", None, None).await;
    let path = format!("/ogc/collections/hydrants/items/{}", ids[0]);
    let patch = json!({"properties": {"operational_status": "out_of_service", "status_reason": "defekt"}});
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let reply = server.send(http::Method::PATCH, &path, Token::Secret(&token), &headers, Some(&patch)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    assert_eq!(answer["sources"][0]["usable"], false);
    assert_eq!(answer["sources"][0]["status_reason"], "defekt");
}

#[tokio::test]
async fn planned_and_removed_hydrants_are_not_told() {
    let server = TestServer::start().await;
    let with = |reference: &str, lifecycle: &str| {
        hydrant(11.4601, 53.8916, json!({ "ref": reference, "lifecycle": lifecycle }))
    };
    server
        .seed("hydrants", vec![with("planned", "planned"), with("removed", "removed"), with("there", "existing")])
        .await;
    let answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916").await.json();
    assert_eq!(told(&answer), ["there"]);
}

#[tokio::test]
async fn a_source_is_told_with_words_days_and_the_notations_of_crews() {
    let server = TestServer::start().await;
    let properties = json!({
        "ref": "H \"7\"", "kind": "underground", "operational_status": "ready", "status_as_of": "2026-05-01",
        "flow_rate": 1600, "main_diameter": 150
    });
    let ids = server.seed("hydrants", vec![hydrant(11.46, 53.8916, properties)]).await;
    let mut answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.89&radius=500").await.json();
    let (now, today) = (answer["time"].take(), chrono::NaiveDate::from_ymd_opt(2026, 5, 1).expect("a day"));
    let now: chrono::DateTime<chrono::Utc> = now.as_str().and_then(|now| now.parse().ok()).expect("an instant");
    let updated_at = answer["sources"][0]["updated_at"].take();
    assert!(updated_at.as_str().is_some_and(|text| text.ends_with('Z')), "{updated_at}");
    let expected = json!({
        "at": {
            "lon": 11.46, "lat": 53.89, "utmref": "32U PE 61661 74087",
            "degrees_minutes": "53° 53,400' N 11° 27,600' O",
            "certainty": "exact", "radius": null, "matched": null, "municipality": null, "near": null
        },
        "notes": [],
        "radius": 500.0,
        "limit": 8,
        "by": "line",
        "road_network": false,
        "time": null,
        "sources": [{
            "collection": "hydrants",
            "id": ids[0],
            "ref": "H \"7\"",
            "kind": { "code": "underground", "de": "Unterflurhydrant", "en": "Underground hydrant" },
            "distance": 178.1,
            "bearing": 0.0,
            "route": null,
            "needs": ["standpipe", "key_underground"],
            "unlimited": false,
            "usable": true,
            "status": "ready",
            "status_because": "recorded",
            "status_as_of": "2026-05-01",
            "status_age_days": (now.date_naive() - today).num_days(),
            "flow_class": { "code": "k96", "de": "Ab 96 m³/h", "en": "From 96 m³/h", "at_least": 1600, "below": 3200 },
            "flow_rate": 1600,
            "flow_method": null,
            "main_diameter": 150,
            "usable_volume": null,
            "inexhaustible": null,
            "access_note": null,
            "position": {
                "lon": 11.46, "lat": 53.8916, "utmref": "32U PE 61655 74265",
                "degrees_minutes": "53° 53,496' N 11° 27,600' O"
            },
            "updated_at": null
        }]
    });
    assert_eq!(serde_json::to_string(&answer).expect("text"), serde_json::to_string(&expected).expect("text"));
}

#[tokio::test]
async fn usable_sources_are_found_behind_many_that_give_no_water() {
    let server = TestServer::start().await;
    let broken = (0..40)
        .map(|n| hydrant(11.46 + f64::from(n) * 1e-5, 53.8916, checked(&format!("broken {n}"), "out_of_service")));
    let usable = (0..3).map(|n| hydrant(11.47 + f64::from(n) * 1e-4, 53.8916, checked(&format!("W{n}"), "ready")));
    server.seed("hydrants", broken.chain(usable).collect()).await;
    let answer = server.get("/api/firewater/nearest?lon=11.46&lat=53.8916&limit=5").await.json();
    let five = ["broken 0", "broken 1", "broken 2", "broken 3", "broken 4"];
    assert_eq!(told(&answer)[..3], ["W0", "W1", "W2"]);
    assert_eq!(told(&answer)[3..], five, "five a crew comes upon, though there is room for two");
}

#[tokio::test]
async fn whoever_stands_before_a_closed_hydrant_is_told_so_however_many_usable_ones_are_near() {
    let server = TestServer::start().await;
    let at = |meters: i32| 11.46 + f64::from(meters) * 1.53e-5;
    let ready = (1..=20).map(|n| hydrant(at(n * 20), 53.8916, checked(&format!("W{n}"), "ready")));
    let closed = [5, 130, 250, 900].map(|m| hydrant(at(m), 53.8916, checked(&format!("closed {m}"), "out_of_service")));
    server.seed("hydrants", ready.chain(closed).collect()).await;
    let ask = async |limit| server.get(&format!("/api/firewater/nearest?lon=11.46&lat=53.8916&limit={limit}")).await;
    let answer = told(&ask(10).await.json());
    assert_eq!(answer[..10], ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8", "W9", "W10"]);
    assert_eq!(answer[10..], ["closed 5", "closed 130"], "what lies behind the last usable one is in nobody's way");
    assert_eq!(told(&ask(1).await.json()), ["W1", "W2", "W3", "closed 5"], "within 75 m all are told");
    assert_eq!(
        told(&ask(22).await.json())[20..],
        ["closed 5", "closed 130", "closed 250"],
        "within the limit and nearer"
    );
}

#[tokio::test]
async fn a_grid_square_without_digits_is_no_place_to_search_around() {
    let server = TestServer::start().await;
    server.seed_hydrants(1).await;
    for (at, cure) in [("32U+PE", "at least three digits each"), ("53.9,11.4", "at least three decimals")] {
        for path in ["/api/firewater/nearest?", "/api/firewater/alarm-sheet.pdf?lang=en&", "/map/image.png?"] {
            let reply = server.get(&format!("{path}at={at}")).await;
            assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["at".to_owned()]), "{path}");
            assert!(reply.text().contains(cure), "{path}{at}: {}", reply.text());
        }
        let found = server.get(&format!("/api/search?q={at}")).await.json();
        assert_eq!(found["results"], json!([]), "{at}");
        assert!(found["hint"].as_str().is_some_and(|hint| hint.contains(cure)), "{at}: {found}");
    }
    let fine = server.get("/api/search?q=32U+PE+616+742").await.json();
    assert_eq!((&fine["results"][0]["kind"], &fine["hint"]), (&json!("coordinate"), &json!(null)));
}

fn feature(geometry: Json, properties: Json) -> Json {
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}
