//! `/api/supply`: which buildings have the fire water they need.

use std::io::Write;
use std::process::{Command, Stdio};

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, hydrant, municipality};

/// A footprint around a place, some ten metres wide.
fn building(lon: f64, lat: f64, properties: Json) -> Json {
    let (east, north) = (0.00008, 0.00005);
    let ring = [
        [lon - east, lat - north],
        [lon + east, lat - north],
        [lon + east, lat + north],
        [lon - east, lat + north],
        [lon - east, lat - north],
    ];
    let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

fn house(lon: f64, lat: f64) -> Json {
    building(lon, lat, json!({ "function": "residential", "storeys": 2 }))
}

fn ready(reference: &str, flow: i64) -> Json {
    json!({ "ref": reference, "operational_status": "ready", "status_as_of": "2026-05-01", "flow_rate": flow })
}

/// A village: three houses in a row, some 130 m apart, and hydrants at both ends.
struct Village {
    server: TestServer,
    token: String,
    houses: Vec<String>,
    hydrants: Vec<String>,
}

impl Village {
    async fn settle() -> Self {
        let server = TestServer::start().await;
        let mut place = municipality("13074001", 11.4);
        place["properties"]["population"] = json!(7);
        server.seed("municipalities", vec![place]).await;
        let houses = [11.460, 11.462, 11.464].map(|lon| house(lon, 53.8900));
        let houses = server.seed("buildings", houses.to_vec()).await;
        let hydrants =
            vec![hydrant(11.4598, 53.8901, ready("west", 800)), hydrant(11.4660, 53.8901, ready("east", 800))];
        let hydrants = server.seed("hydrants", hydrants).await;
        let names = |ids: Vec<geokontor::feature::FeatureId>| ids.iter().map(ToString::to_string).collect();
        Self {
            token: server.token("reader", None, None).await,
            houses: names(houses),
            hydrants: names(hydrants),
            server,
        }
    }

    async fn get(&self, path: &str) -> Reply {
        self.server.send(Method::GET, path, Token::Secret(&self.token), &[], None).await
    }

    async fn counts(&self) -> Json {
        self.get("/api/supply").await.json()["total"]["buildings"].clone()
    }

    /// What is told of a house.
    async fn house(&self, nth: usize) -> Json {
        self.get(&format!("/api/supply/buildings/{}", self.houses[nth])).await.json()
    }
}

#[tokio::test]
async fn a_building_says_which_points_count_what_each_gives_and_what_is_missing() {
    let village = Village::settle().await;
    let near = village.house(0).await;
    assert_eq!((&near["verdict"], &near["missing"]), (&json!("supplied"), &json!(0.0)));
    assert_eq!(near["words"]["en"], "supplied: 48 m³/h are needed, 48 m³/h are there");
    let point = &near["points"][0];
    assert_eq!((&point["ref"], &point["gives"], &point["counts"]), (&json!("west"), &json!(48.0), &json!(true)));
    assert_eq!(point["words"]["de"], "zählt mit 48 m³/h");
    let path = format!("/api/supply/buildings/{}?without={}", village.houses[0], village.hydrants[0]);
    let without = village.get(&path).await.json();
    assert_eq!((&without["verdict"], &without["missing"]), (&json!("none"), &json!(48.0)));
    assert_eq!((&without["points"][0]["failed"], &without["points"][0]["counts"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn what_is_recorded_counts_with_the_next_answer() {
    let village = Village::settle().await;
    let before = village.counts().await;
    assert_eq!((&before["supplied"], &before["none"]), (&json!(3), &json!(0)));
    let editor = village.server.token("editor", None, None).await;
    let closed = json!({ "properties": { "operational_status": "out_of_service" } });
    let path = format!("/ogc/collections/hydrants/items/{}", village.hydrants[0]);
    let headers = [("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let edit = village.server.send(Method::PATCH, &path, Token::Secret(&editor), &headers, Some(&closed)).await;
    assert_eq!(edit.status, StatusCode::OK, "{}", edit.text());
    let lost = village.house(0).await;
    assert_eq!(lost["verdict"], "none");
    assert_eq!(lost["points"][0]["words"]["de"], "außer Betrieb");
    assert_ne!(village.counts().await, before);
    village.server.seed("hydrants", vec![hydrant(11.4601, 53.8901, json!({ "ref": "new" }))]).await;
    let new = village.house(0).await;
    assert_eq!(new["verdict"], "unknown", "nobody knows what it gives");
    assert_eq!(new["points"][0]["gives"], Json::Null);
}

#[tokio::test]
async fn table_and_map_show_the_numbers_of_the_summary() {
    let village = Village::settle().await;
    let summary = village.get("/api/supply").await.json();
    let place = &summary["municipalities"][0];
    assert_eq!((&place["key"], &place["population"]), (&json!("13074001"), &json!(7)));
    assert_eq!(place["people"]["supplied"], 7, "they add up to the people of the municipality");
    let table = village.get("/api/supply/municipalities.csv").await.text();
    let row = table.lines().find(|line| line.contains("13074001")).expect("a row");
    let cells: Vec<&str> = row.split(';').collect();
    let of = |part: &str, verdict: &str| place[part][verdict].to_string();
    let told = ["supplied", "too_little", "none", "unknown"].map(|verdict| of("buildings", verdict));
    assert_eq!(cells[3..7], told);
    assert_eq!(cells[8], of("people", "supplied"));
    // Where the houses are, zoom 15.
    let tile = village.get("/api/supply/tiles/15/17427/10538").await;
    assert_eq!(tile.header("content-type"), "application/vnd.mapbox-vector-tile");
    assert_eq!(tile.header("cache-control"), "private, no-cache");
    let drawn = geokontor::tiles::mvt::Tile::decode(&tile.body).expect("a tile");
    let houses = drawn.layer("supply").expect("a layer").features().count();
    assert_eq!(houses, 3, "every house is drawn");
}

/// The text of a PDF; `None` where the program that reads it is not there.
fn text_of(reply: &Reply) -> Option<String> {
    let mut program = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    program.stdin.take()?.write_all(&reply.body).ok()?;
    String::from_utf8(program.wait_with_output().ok()?.stdout).ok()
}

#[tokio::test]
async fn the_report_prints_the_numbers_of_the_summary_in_the_language_that_is_asked_for() {
    let village = Village::settle().await;
    let alone = [11.490, 11.4905].map(|lon| house(lon, 53.8900));
    village.server.seed("buildings", alone.to_vec()).await;
    let summary = village.get("/api/supply").await.json();
    let report = village.get("/api/supply/report.pdf?lang=de").await;
    assert_eq!((report.status, report.header("content-type")), (StatusCode::OK, "application/pdf"));
    let Some(german) = text_of(&report) else { return };
    let row = |name: &str| {
        let line = german.lines().find(|line| line.trim_start().starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name} is not in\n{german}"));
        let cells: Vec<u64> = line.replace(name, "").split_whitespace().filter_map(|cell| cell.parse().ok()).collect();
        cells
    };
    let told = |of: &Json| -> Vec<u64> {
        let verdicts = ["supplied", "too_little", "none", "unknown"];
        let of = |what: &str| verdicts.map(|verdict| of[what][verdict].as_u64().expect("a number"));
        of("buildings").into_iter().chain(of("people")).collect()
    };
    assert_eq!(row("Gemeinde 13074001"), told(&summary["municipalities"][0]));
    assert_eq!(row("alle"), told(&summary["total"]));
    for words in ["DVGW-Arbeitsblatt W 405", "300 m Schlauchweg", "höchstens 2", "48 m³/h"] {
        assert!(german.contains(words), "{words} is not in\n{german}");
    }
    let tank = german.lines().find(|line| line.trim_start().starts_with("1 ")).expect("a place for a tank");
    assert!(tank.contains('2'), "{tank}");
    let english = text_of(&village.get("/api/supply/report.pdf?lang=en").await).expect("a text");
    assert!(english.contains("Fire-water supply") && english.contains("By municipality"));
}

#[tokio::test]
async fn whoever_depends_on_a_hydrant_is_told_before_it_fails() {
    let village = Village::settle().await;
    let path = format!("/api/supply/without?object={}", village.hydrants[0]);
    let told = village.get(&path).await.json();
    let changed = told["buildings"].as_array().expect("buildings");
    assert!(!changed.is_empty() && told["lost"]["buildings"] == changed.len(), "{told}");
    assert_eq!((&told["without"][0]["ref"], &told["without"][0]["collection"]), (&json!("west"), &json!("hydrants")));
    assert!(changed.iter().all(|one| one["before"] == "supplied" && one["after"] == "none"));
    let both = village.get(&format!("{path},{}", village.hydrants[1])).await.json();
    assert_eq!(both["lost"], json!({ "buildings": 3, "people": 7 }));
    assert_eq!(village.counts().await["supplied"], 3, "nothing has really failed");
}

#[tokio::test]
async fn a_place_is_judged_by_what_is_to_be_built_there() {
    let village = Village::settle().await;
    let verdict = async |query: &str| {
        let answer = village.get(&format!("/api/supply/place?lon=11.4599&lat=53.89{query}")).await.json();
        answer["verdict"].as_str().expect("a verdict").to_owned()
    };
    assert_eq!(verdict("").await, "supplied");
    assert_eq!(verdict("&needs=96").await, "too_little");
    assert_eq!(verdict(&format!("&without={}", village.hydrants[0])).await, "none");
}

#[tokio::test]
async fn places_for_a_tank_are_told_with_what_each_adds() {
    let village = Village::settle().await;
    let alone = [11.490, 11.4905].map(|lon| house(lon, 53.8900));
    village.server.seed("buildings", alone.to_vec()).await;
    let told = village.get("/api/supply/tanks?limit=3").await.json();
    let places = told["places"].as_array().expect("places");
    assert_eq!(places.len(), 1, "one tank helps both");
    assert_eq!((&places[0]["rank"], &places[0]["buildings"]), (&json!(1), &json!(2)));
    assert_eq!(told["tank_flow"], 48.0);
}

#[tokio::test]
async fn where_water_is_missing_is_told_to_those_who_keep_the_register_alone() {
    let village = Village::settle().await;
    let crew = village.server.token("crew", None, None).await;
    let of_roads = village.server.token("reader", Some(&["roads"]), None).await;
    let paths = [
        "/api/supply".to_owned(),
        format!("/api/supply/buildings/{}", village.houses[0]),
        "/api/supply/place?lon=11.46&lat=53.89".to_owned(),
        format!("/api/supply/without?object={}", village.hydrants[0]),
        "/api/supply/tanks".to_owned(),
        "/api/supply/municipalities.csv".to_owned(),
        "/api/supply/report.pdf".to_owned(),
        "/api/supply/tiles/15/17427/10538".to_owned(),
    ];
    for path in paths {
        assert_eq!(village.server.get(&path).await.status, StatusCode::UNAUTHORIZED, "{path}");
        for token in [&crew, &of_roads] {
            let refused = village.server.send(Method::GET, &path, Token::Secret(token), &[], None).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(village.get(&path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_a_reason() {
    let village = Village::settle().await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    let many = vec![nobody; 51].join(",");
    for (path, status) in [
        ("/api/supply?x=1".to_owned(), StatusCode::BAD_REQUEST),
        (format!("/api/supply/buildings/{nobody}"), StatusCode::NOT_FOUND),
        (format!("/api/supply/buildings/{}?without=x", village.houses[0]), StatusCode::BAD_REQUEST),
        ("/api/supply/buildings/x".to_owned(), StatusCode::NOT_FOUND),
        ("/api/supply/without".to_owned(), StatusCode::BAD_REQUEST),
        (format!("/api/supply/without?object={nobody}"), StatusCode::NOT_FOUND),
        // A building is no water.
        (format!("/api/supply/without?object={}", village.houses[0]), StatusCode::NOT_FOUND),
        (format!("/api/supply/without?object={many}"), StatusCode::BAD_REQUEST),
        ("/api/supply/place".to_owned(), StatusCode::BAD_REQUEST),
        ("/api/supply/place?lon=11.46&lat=53.89&needs=-1".to_owned(), StatusCode::BAD_REQUEST),
        ("/api/supply/place?lon=11.46&lat=NaN".to_owned(), StatusCode::BAD_REQUEST),
        ("/api/supply/tanks?limit=0".to_owned(), StatusCode::BAD_REQUEST),
        ("/api/supply/report.pdf?lang=fr".to_owned(), StatusCode::BAD_REQUEST),
        ("/api/supply/tanks?by=money".to_owned(), StatusCode::BAD_REQUEST),
        ("/api/supply/tiles/15/99999/10571".to_owned(), StatusCode::NOT_FOUND),
        ("/api/supply/tiles/-1/0/0".to_owned(), StatusCode::NOT_FOUND),
    ] {
        let refused = village.get(&path).await;
        assert_eq!(refused.status, status, "{path}: {}", refused.text());
    }
    let far = village.get("/api/supply/place?lon=-170&lat=0").await;
    assert!(far.status.is_success() || far.status == StatusCode::BAD_REQUEST, "{}", far.text());
}
