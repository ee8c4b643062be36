//! How sure the place of an incident is, and what a text names.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, declarations, hydrant};

fn feature(geometry: Json, properties: Json) -> Json {
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

fn address(lon: f64, lat: f64, street: &str, number: &str, place: &str) -> Json {
    let properties = json!({ "street": street, "house_number": number, "postcode": "19205", "post_town": "Gadebusch",
        "place": place });
    feature(json!({ "type": "Point", "coordinates": [lon, lat] }), properties)
}

/// Two villages of one municipality with a street of the same name, and one that only one of them has.
async fn villages() -> TestServer {
    let server = TestServer::start().await;
    let ring = json!([[[11.0, 53.6], [11.6, 53.6], [11.6, 53.95], [11.0, 53.95], [11.0, 53.6]]]);
    let lossow = json!({ "key": "13074026", "name": "Lossow" });
    server.seed("municipalities", vec![feature(json!({ "type": "Polygon", "coordinates": ring }), lossow)]).await;
    let mut addresses = vec![
        address(11.1100, 53.70, "Fasanengasse", "7", "Grürnitz"),
        address(11.1130, 53.70, "Fasanengasse", "9", "Grürnitz"),
        address(11.1160, 53.70, "Fasanengasse", "11", "Grürnitz"),
    ];
    for (lon, village) in [(11.12, "Grürnitz"), (11.30, "Vietlübbe")] {
        addresses.push(address(lon, 53.71, "Dorfstraße", "3", village));
    }
    server.seed("addresses", addresses).await;
    server.seed("hydrants", vec![hydrant(11.1101, 53.7001, json!({ "ref": "LOS-0001" }))]).await;
    server
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn ask(server: &TestServer, at: &str) -> Reply {
    let path = format!("/api/firewater/nearest?at={}", encoded(at));
    server.get_with(&path, &[("accept-language", "de")]).await
}

async fn at(server: &TestServer, text: &str) -> Json {
    let reply = ask(server, text).await;
    assert_eq!(reply.status, StatusCode::OK, "{text}: {}", reply.text());
    reply.json()["at"].clone()
}

#[tokio::test]
async fn an_answer_says_how_sure_its_place_is_and_near_which_address_it_lies() {
    let server = villages().await;
    let house = at(&server, "Fasanengasse 7, Grürnitz").await;
    assert_eq!((&house["lon"], &house["lat"]), (&json!(11.11), &json!(53.7)));
    assert_eq!((&house["certainty"], &house["radius"]), (&json!("exact"), &json!(null)));
    assert_eq!(house["matched"], "Fasanengasse 7, 19205 Gadebusch");
    let near =
        json!({ "label": "Fasanengasse 7", "settlement": "Grürnitz", "municipality": "Lossow", "distance": 0.0 });
    assert_eq!((&house["near"], &house["municipality"]), (&near, &json!("Lossow")));

    let street = at(&server, "Fasanengasse").await;
    assert_eq!(street["certainty"], "street");
    assert!((street["lon"].as_f64().expect("a longitude") - 11.113).abs() < 1e-6, "the house in the middle");
    let radius = street["radius"].as_f64().expect("a radius");
    assert!((190.0..210.0).contains(&radius), "the houses lie within 198 m, not {radius}");

    let village = at(&server, "Vietlübbe").await;
    assert_eq!((&village["certainty"], &village["matched"]), (&json!("settlement"), &json!("Vietlübbe")));

    let fine = at(&server, "53.7001 N 11.1101 E").await;
    assert_eq!((&fine["certainty"], &fine["matched"]), (&json!("exact"), &json!(null)));
    assert_eq!(fine["near"]["label"], "Fasanengasse 7");
    let coarse = at(&server, "53.702 N 11.11 E").await;
    assert_eq!((&coarse["certainty"], &coarse["radius"]), (&json!("coarse"), &json!(65.0)));
    let field = at(&server, "53.8001 N 11.2001 E").await;
    assert_eq!((&field["near"], &field["municipality"]), (&json!(null), &json!("Lossow")));
}

#[tokio::test]
async fn a_text_that_may_be_several_places_is_refused_with_them() {
    let server = villages().await;
    for door in ["/api/firewater/nearest", "/api/firewater/alarm-sheet.pdf", "/map/image.png"] {
        let path = format!("{door}?at={}", encoded("dorfstr 3"));
        let reply = server.get_with(&path, &[("accept-language", "de")]).await;
        assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["at".to_owned()]), "{door}");
        let problem = reply.json();
        assert_eq!(problem["errors"][0]["code"], "ambiguous", "{door}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("nicht eindeutig")), "{problem}");
        let mut candidates = problem["candidates"].as_array().cloned().expect("candidates");
        candidates.sort_by_key(|candidate| candidate["lon"].to_string());
        for candidate in candidates.iter_mut().filter_map(Json::as_object_mut) {
            assert!(candidate.remove("id").is_some(), "the address can be looked up: {candidate:?}");
        }
        let village = |lon: f64, name: &str| {
            json!({ "kind": "address", "label": "Dorfstraße 3, 19205 Gadebusch", "detail": format!("{name}, Lossow"),
            "lon": lon, "lat": 53.71, "certainty": "exact", "radius": null, "collection": "addresses" })
        };
        assert_eq!(candidates, [village(11.12, "Grürnitz"), village(11.3, "Vietlübbe")], "{door}");
    }
    assert_eq!(at(&server, "dorfstr 3 vietlübbe").await["lon"], 11.3);
    let nearest = ask(&server, "Fasanengasse 8, Grürnitz").await;
    assert_eq!(nearest.status, StatusCode::BAD_REQUEST);
    let candidate = &nearest.json()["candidates"][0];
    assert_eq!(
        (&candidate["label"], &candidate["certainty"]),
        (&json!("Fasanengasse 7, 19205 Gadebusch"), &json!("street"))
    );
    let nowhere = ask(&server, "Atlantis").await;
    assert_eq!((nowhere.status, nowhere.json().get("candidates")), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn maps_and_sheets_take_an_address_as_nearest_water_does() {
    let server = villages().await;
    for door in ["/map/image.png?width=64&height=64&at=", "/api/firewater/alarm-sheet.pdf?at="] {
        let reply = server.get(&format!("{door}{}", encoded("Fasanengasse 7, Grürnitz"))).await;
        assert_eq!(reply.status, StatusCode::OK, "{door}: {}", reply.text());
    }
    let settings = server.get("/api/firewater/settings").await.json();
    assert_eq!(settings["position_accuracy_m"], 50.0);
}

#[tokio::test]
async fn what_the_search_finds_says_how_sure_a_place_it_is() {
    let server = villages().await;
    let mut sure = Vec::new();
    for text in ["Fasanengasse 7", "Fasanengasse", "Fasanengasse 8", "Vietlübbe", "LOS-0001", "53.7001 N 11.1101 E"] {
        let hit = server.get(&format!("/api/search?q={}", encoded(text))).await.json()["results"][0].clone();
        sure.push(format!("{} {}", hit["certainty"].as_str().unwrap_or("?"), hit["radius"].is_number()));
    }
    assert_eq!(sure, ["exact false", "street true", "street true", "settlement true", "exact false", "exact false"]);
}

#[tokio::test]
async fn metres_that_may_be_on_two_datums_are_refused_unless_they_say_which() {
    let server = villages().await;
    let reply = ask(&server, "4464624 5974134").await;
    let problem = reply.json();
    assert_eq!((reply.status, &problem["errors"][0]["code"]), (StatusCode::BAD_REQUEST, &json!("ambiguous-datum")));
    let detail = problem["detail"].as_str().unwrap_or_default().to_owned();
    for told in ["„42/83“", "„DHDN“", "EPSG:2398", "590 m"] {
        assert!(detail.contains(told), "{detail}");
    }
    let labels: Vec<&str> =
        problem["candidates"].as_array().into_iter().flatten().filter_map(|one| one["label"].as_str()).collect();
    assert!(
        matches!(labels[..], [west, east] if west.starts_with("EPSG:31468") && east.starts_with("EPSG:2398")),
        "{labels:?}"
    );
    for (text, northing) in
        [("42/83 4464624 5974134", "74265"), ("EPSG:2398 4464624 5974134", "74265"), ("DHDN 4464624 5974134", "74855")]
    {
        let place = at(&server, text).await;
        let utmref = place["utmref"].as_str().unwrap_or_default();
        assert!(utmref.starts_with("32U PE 616") && utmref.ends_with(northing), "{text}: {utmref}");
    }
}

#[tokio::test]
async fn a_district_may_say_which_datum_is_usual_and_the_answer_says_that_it_was_assumed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("district.toml");
    let text = std::fs::read_to_string(declarations().join("district.toml")).expect("the district");
    let text = text.replace("gauss_krueger = []", r#"gauss_krueger = ["EPSG:2398", "EPSG:31468"]"#);
    std::fs::write(&file, text).expect("the district is written");
    let server = TestServer::configured(declarations(), |config| config.district = file).await;
    let answer = ask(&server, "4464624 5974134").await.json();
    assert_eq!(answer["notes"], json!(["datum_assumed"]));
    assert!(answer["at"]["utmref"].as_str().is_some_and(|utmref| utmref.ends_with("74265")), "{answer}");
    let said = ask(&server, "DHDN 4464624 5974134").await.json();
    assert_eq!(said["notes"], json!([]));
}

#[tokio::test]
async fn an_incident_is_read_from_what_people_pass_on() {
    let server = villages().await;
    for text in [
        "Fasanengasse 7, 19205 Grürnitz, Landkreis Nordwestmecklenburg, Deutschland",
        "Fasanengasse 7, 1. OG rechts, Grürnitz",
        "https://maps.google.com/?q=Fasanengasse+7,+Gr%C3%BCrnitz",
        "geo:0,0?q=Fasanengasse+7,+Gr%C3%BCrnitz",
        "Koordinaten: 53.7000 N 11.1100 E",
        "https://www.openstreetmap.org/?mlat=53.7000&mlon=11.1100#map=19/53.70000/11.11000",
    ] {
        let place = at(&server, text).await;
        assert_eq!(
            (&place["lon"], &place["lat"], &place["certainty"]),
            (&json!(11.11), &json!(53.7), &json!("exact")),
            "{text}"
        );
    }
    for text in ["Fasanengasse 7, Hamburg", "Fasanengasse", "///filled.count.soap", "Fasaneng"] {
        let reply = ask(&server, text).await;
        assert!(
            reply.status == StatusCode::BAD_REQUEST || reply.json()["at"]["certainty"] == "street",
            "{text}: {}",
            reply.text()
        );
    }
}
