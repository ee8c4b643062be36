//! `/api/search`: one field for every place.

use axum::http::{Method, StatusCode};
use geokontor::feature::FeatureId;
use serde_json::{Value as Json, json};

use crate::support::{TestServer, Token, declarations_with, hydrant};

fn feature(geometry: &str, coordinates: Json, properties: Json) -> Json {
    let geometry = json!({ "type": geometry, "coordinates": coordinates });
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

fn address(lon: f64, lat: f64, street: &str, number: &str, place: &str) -> Json {
    let properties = json!({ "street": street, "house_number": number.trim_end_matches(char::is_alphabetic),
        "house_number_addition": number.trim_start_matches(char::is_numeric), "postcode": "19205",
        "post_town": "Gadebusch", "place": place });
    feature("Point", json!([lon, lat]), properties)
}

/// A town, a village, their streets and some water.
async fn district() -> TestServer {
    let server = TestServer::start().await;
    let ring = json!([[[11.0, 53.6], [11.6, 53.6], [11.6, 53.95], [11.0, 53.95], [11.0, 53.6]]]);
    let town = json!({ "key": "13074026", "name": "Gadebusch", "office": "Amt Gadebusch", "population": 5_400 });
    server.seed("municipalities", vec![feature("Polygon", ring, town)]).await;
    let mut addresses = Vec::new();
    for number in ["9", "11", "13", "13a", "20"] {
        addresses.push(address(11.11 + 1e-4 * addresses.len() as f64, 53.70, "Hauptstraße", number, "Gadebusch"));
    }
    addresses.push(address(11.12, 53.71, "Große Müllerstraße", "5", "Gadebusch"));
    addresses.push(address(11.30, 53.80, "Hauptstraße", "11", "Vietlübbe"));
    addresses.push(address(11.31, 53.80, "An der Mühle", "2", "Vietlübbe"));
    server.seed("addresses", addresses).await;
    let roads = vec![
        feature(
            "LineString",
            json!([[11.11, 53.70], [11.115, 53.70]]),
            json!({ "name": "Hauptstraße", "class": "residential" }),
        ),
        feature("LineString", json!([[11.2, 53.70], [11.3, 53.75]]), json!({ "ref": "B 104", "class": "primary" })),
    ];
    server.seed("roads", roads).await;
    server.seed("hydrants", vec![hydrant(11.12, 53.70, json!({ "ref": "GDB-0012" }))]).await;
    let pond = json!({ "ref": "GDB-L003", "kind": "natural_pond", "name": "Dorfteich", "operational_status": "ready" });
    server.seed("water_sources", vec![feature("Point", json!([11.3, 53.8]), pond)]).await;
    server
}

fn query(text: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/api/search?q={encoded}")
}

async fn results(server: &TestServer, path: &str) -> Vec<Json> {
    let reply = server.get_with(path, &[("accept-language", "de")]).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
    reply.json()["results"].as_array().cloned().unwrap_or_else(|| panic!("{path}: {}", reply.text()))
}

/// The labels of the answer to a text, with a tilde before those that are neither exact nor begun.
async fn labels(server: &TestServer, text: &str) -> Vec<String> {
    let tilde = |hit: &Json| if hit["exact"] == true || hit["begun"] == true { "" } else { "~" };
    let label = |hit: &Json| format!("{}{}", tilde(hit), hit["label"].as_str().unwrap_or("?"));
    results(server, &query(text)).await.iter().map(label).collect()
}

async fn first(server: &TestServer, text: &str) -> String {
    labels(server, text).await.into_iter().next().unwrap_or_else(|| "nothing".to_owned())
}

#[tokio::test]
async fn an_address_is_found_in_every_spelling_and_order_of_words() {
    let server = district().await;
    for text in [
        "Hauptstraße 13a, 19205 Gadebusch",
        "hauptstr 13a gadebusch",
        "13 a hauptstr. gadebusch",
        "Gadebusch, HAUPTSTRASSE 13 A",
        "Haupt Str 13a Gadeb",
        "Hautpstraße 13a Gadebush",
    ] {
        let found = first(&server, text).await;
        assert_eq!(found.trim_start_matches('~'), "Hauptstraße 13a, 19205 Gadebusch", "{text}");
        assert_eq!(found.starts_with('~'), text.contains("Hautp"), "{text}");
    }
    for text in ["Gr. Müllerstr 5", "grosse muellerstrasse 5", "Grosse Mullerstr. 5", "müllerst 5"] {
        assert_eq!(first(&server, text).await, "Große Müllerstraße 5, 19205 Gadebusch", "{text}");
    }
    assert_eq!(first(&server, "a.d. Mühle 2").await, "An der Mühle 2, 19205 Gadebusch");
    assert_eq!(first(&server, "Hauptstr 11 Vietlübbe").await, "Hauptstraße 11, 19205 Gadebusch");
    let vietluebbe = &results(&server, &query("Hauptstr 11 Vietlübbe")).await[0];
    assert_eq!((&vietluebbe["detail"], &vietluebbe["lon"]), (&json!("Vietlübbe"), &json!(11.3)));
}

#[tokio::test]
async fn for_a_house_that_is_not_there_the_nearest_number_is_given_and_said_to_be() {
    let server = district().await;
    assert_eq!(first(&server, "Hauptstr 12 Gadebusch").await, "~Hauptstraße 11, 19205 Gadebusch");
    assert_eq!(first(&server, "Hauptstr 11b Gadebusch").await, "~Hauptstraße 11, 19205 Gadebusch");
    assert_eq!(labels(&server, "Hauptstr 13 Gadebusch").await, ["Hauptstraße 13, 19205 Gadebusch"]);
    assert_eq!(first(&server, "Hauptstr 20c Gadebusch").await, "~Hauptstraße 20, 19205 Gadebusch");
}

#[tokio::test]
async fn words_that_no_register_has_do_not_empty_an_answer() {
    let server = district().await;
    for text in [
        "Hauptstraße 13a, 19205 Gadebusch, Landkreis Nordwestmecklenburg",
        "Hauptstr. 13a, 19205 Gadebusch, Mecklenburg-Vorpommern, Deutschland",
        "Hauptstr. 13a, D-19205 Gadebusch M-V",
        "Hauptstr. 13a EG links, Gadebusch",
        "Hauptstr. 13a, 2. OG, Gadebusch",
        "c/o Müller, Hauptstraße 13a, Gadebusch",
        "Frau Lütjohann, Hauptstraße Nr. 13a, OT Gadebusch",
        "https://maps.google.com/?q=Hauptstra%C3%9Fe+13a,+19205+Gadebusch",
    ] {
        assert_eq!(labels(&server, text).await, ["Hauptstraße 13a, 19205 Gadebusch"], "{text}");
    }
    for text in
        ["Hauptstr. 13a Gadebusch bei Rolf hinterm Deich", "Schuppen Hauptstr. 13a Gadebusch", "Hauptstr 13a Berlin"]
    {
        assert_eq!(first(&server, text).await, "~Hauptstraße 13a, 19205 Gadebusch", "{text}");
    }
    assert_eq!(labels(&server, "Atlantis Rhabarber").await, Vec::<String>::new());
    assert_eq!(labels(&server, "19205").await, ["Gadebusch", "Vietlübbe"]);
}

#[tokio::test]
async fn a_suffix_may_be_glued_to_the_last_part_of_a_name_or_stand_apart() {
    let server = district().await;
    let named = |street: &str, number: &str| address(11.13, 53.70, street, number, "Gadebusch");
    server.seed("addresses", vec![named("Adolf-Menzel-Straße", "3a"), named("Dr.-Leberstraße", "4")]).await;
    assert_eq!(first(&server, "Menzelstr. 3a").await, "Adolf-Menzel-Straße 3a, 19205 Gadebusch");
    for text in ["Adolf-Menzelstr. 3a", "A.-Menzel-Str. 3a", "Adolf Menzel Straße 3a", "Adolfmenzelstraße 3a"] {
        assert_eq!(first(&server, text).await, "Adolf-Menzel-Straße 3a, 19205 Gadebusch", "{text}");
    }
    for text in ["Dr.-Leber-Str. 4", "Doktor-Leber-Straße 4", "Dr. Leberstr 4"] {
        assert_eq!(labels(&server, text).await, ["Dr.-Leberstraße 4, 19205 Gadebusch"], "{text}");
    }
}

#[tokio::test]
async fn a_corner_is_where_the_streets_meet_or_both_of_them() {
    let server = district().await;
    let road = |name: &str, line: Json| feature("LineString", line, json!({ "name": name, "class": "residential" }));
    let roads = vec![
        road("Bahnhofstraße", json!([[11.113, 53.698], [11.113, 53.70], [11.113, 53.702]])),
        road("Feldweg", json!([[11.118, 53.71], [11.119, 53.712]])),
    ];
    server.seed("roads", roads).await;
    for text in
        ["Ecke Hauptstraße Bahnhofstraße", "Hauptstr. / Bahnhofstr., Gadebusch", "Bahnhofstr Ecke Hauptstr Gadebusch"]
    {
        let hits = results(&server, &query(text)).await;
        assert_eq!((hits.len(), &hits[0]["kind"]), (1, &json!("crossing")), "{text}: {hits:?}");
        assert_eq!(
            (&hits[0]["lon"], &hits[0]["lat"], &hits[0]["certainty"]),
            (&json!(11.113), &json!(53.7), &json!("exact"))
        );
        assert_eq!(hits[0]["exact"], true, "{text}");
    }
    let apart = labels(&server, "Ecke Hauptstraße Feldweg Gadebusch").await;
    assert!(apart.iter().any(|label| label.contains("Hauptstraße")), "{apart:?}");
    assert!(apart.iter().any(|label| label.contains("Feldweg")), "{apart:?}");
    assert!(apart.iter().all(|label| label.starts_with('~')), "{apart:?}");
}

#[tokio::test]
async fn a_corner_is_found_however_many_villages_have_streets_of_these_names() {
    let server = TestServer::start().await;
    let lat = |nth: usize| 53.60 + 0.01 * nth as f64;
    let villages = (0..20).flat_map(|nth| {
        let village = format!("Dorf{}", char::from(b'a' + u8::try_from(nth).unwrap_or_default()));
        ["Hauptstraße", "Seeweg"].map(|street| address(11.2, lat(nth), street, "1", &village))
    });
    server.seed("addresses", villages.collect()).await;
    let road = |name: &str, line: Json| feature("LineString", line, json!({ "name": name, "class": "residential" }));
    let crossing = lat(19);
    let roads = vec![
        road("Hauptstraße", json!([[11.199, crossing], [11.2, crossing], [11.201, crossing]])),
        road("Seeweg", json!([[11.2, crossing], [11.2, crossing + 0.001]])),
    ];
    server.seed("roads", roads).await;
    let hits = results(&server, &query("Ecke Hauptstraße Seeweg")).await;
    assert_eq!((hits.len(), &hits[0]["kind"]), (1, &json!("crossing")), "{hits:?}");
}

#[tokio::test]
async fn nothing_is_exact_that_is_called_otherwise() {
    let server = district().await;
    server
        .seed(
            "hydrants",
            vec![
                hydrant(11.13, 53.70, json!({ "ref": "GDB-0104" })),
                hydrant(11.13, 53.71, json!({ "ref": "GDB-0105" })),
            ],
        )
        .await;
    assert_eq!(labels(&server, "B 104").await, ["B 104"]);
    assert_eq!(labels(&server, "B 105").await, Vec::<String>::new());
    for text in ["105", "Müllerstraße 5", "Hauptst", "Hauptstr 12", "Gadebush", "Hauptstr 11 Wismar"] {
        let hits = results(&server, &query(text)).await;
        assert!(!hits.is_empty() && hits.iter().all(|hit| hit["exact"] == false), "{text}: {hits:?}");
    }
    assert_eq!(labels(&server, "Hydrant 105 Gadebusch").await, ["GDB-0105"]);
    assert_eq!(labels(&server, "GDB-0105").await, ["GDB-0105"]);
}

#[tokio::test]
async fn coordinates_that_may_be_on_two_datums_are_both_with_what_to_write() {
    let server = district().await;
    let reply = server.get_with(&query("4464624 5974134"), &[("accept-language", "de")]).await.json();
    let details: Vec<_> =
        reply["results"].as_array().into_iter().flatten().map(|hit| (&hit["exact"], &hit["detail"])).collect();
    assert!(
        matches!(details[..], [(exact, one), (_, other)] if *exact == false
        && one.as_str().is_some_and(|one| one.contains("EPSG:31468"))
        && other.as_str().is_some_and(|other| other.contains("EPSG:2398"))),
        "{reply}"
    );
    assert!(reply["hint"].as_str().is_some_and(|hint| hint.contains("42/83") && hint.contains("DHDN")), "{reply}");
    let words = server.get_with(&query("///filled.count.soap"), &[("accept-language", "de")]).await.json();
    assert!(words["hint"].as_str().is_some_and(|hint| hint.contains("what3words")), "{words}");
}

#[tokio::test]
async fn while_a_word_is_typed_what_begins_with_it_is_found() {
    let server = district().await;
    for end in 3.."Gadebusch".len() {
        assert_eq!(first(&server, &"Gadebusch"[..=end]).await, "Gadebusch");
    }
    assert_eq!(first(&server, "viet").await, "Vietlübbe");
    assert_eq!(first(&server, "hauptst").await, "Hauptstraße, 19205 Gadebusch");
}

#[tokio::test]
async fn an_answer_says_what_was_found_and_where() {
    let server = district().await;
    let mut answer = results(&server, &query("GDB 12")).await;
    let id = answer[0].as_object_mut().and_then(|hit| hit.remove("id")).expect("an id");
    assert!(id.as_str().is_some_and(|id| id.parse::<FeatureId>().is_ok()));
    let hydrant = json!({ "kind": "hydrant", "label": "GDB-0012", "detail": "Überflurhydrant, Gadebusch",
        "lon": 11.12, "lat": 53.7, "collection": "hydrants", "exact": true, "certainty": "exact", "radius": null });
    assert_eq!(answer[0], hydrant);
    let pond = &results(&server, &query("dorfteich")).await[0];
    assert_eq!((&pond["kind"], &pond["label"]), (&json!("water_source"), &json!("Dorfteich")));
    assert!(pond["detail"].as_str().is_some_and(|detail| detail.contains("GDB-L003")), "{pond}");
    let road = &results(&server, &query("b104")).await[0];
    assert_eq!((&road["kind"], &road["label"]), (&json!("street"), &json!("B 104")));
    assert_eq!(road["bbox"], json!([11.2, 53.7, 11.3, 53.75]));
    let kinds: Vec<Json> = results(&server, &query("Gadebusch")).await.iter().map(|hit| hit["kind"].clone()).collect();
    assert_eq!(kinds[..2], [json!("place"), json!("municipality")]);
    let place = &results(&server, &query("53° 53,496' N 11° 27,600' O")).await[0];
    assert_eq!((&place["kind"], &place["lon"], &place["lat"]), (&json!("coordinate"), &json!(11.46), &json!(53.8916)));
    assert_eq!(place["label"], "32U PE 61655 74265");
}

#[tokio::test]
async fn what_is_in_view_comes_first_and_kinds_and_limit_are_kept() {
    let server = district().await;
    for (place, lon) in
        [("&lon=11.3&lat=53.8", 11.3), ("&lon=11.11&lat=53.7", 11.1101), ("&bbox=11.2,53.75,11.4,53.9", 11.3)]
    {
        let hits = results(&server, &format!("{}{place}", query("Hauptstr 11"))).await;
        assert_eq!(hits[0]["lon"], lon, "{place}");
    }
    let only = results(&server, &format!("{}&kinds=municipality,street&limit=1", query("gadebusch"))).await;
    assert_eq!((only.len(), &only[0]["kind"]), (1, &json!("municipality")));
}

#[tokio::test]
async fn what_an_edit_has_answered_is_found_by_the_next_search() {
    let server = district().await;
    let token = server.token("editor", None, None).await;
    let secret = Token::Secret(&token);
    let (path, new) = ("/ogc/collections/hydrants/items", hydrant(11.13, 53.70, json!({ "ref": "GDB-0815" })));
    assert_eq!(labels(&server, "gdb 815").await, Vec::<String>::new());
    let geojson = [("content-type", "application/geo+json")];
    for round in 0..3 {
        let created = server.send(Method::POST, path, secret, &geojson, Some(&new)).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
        assert_eq!(first(&server, "gdb 815").await, "GDB-0815", "{round}");
        let item = created.header("location").to_owned();
        let renamed = json!({ "type": "Feature", "properties": { "ref": "GDB-4711" } });
        let merge = [("content-type", "application/merge-patch+json"), ("if-match", created.header("etag"))];
        let patched = server.send(Method::PATCH, &item, secret, &merge, Some(&renamed)).await;
        assert_eq!(patched.status, StatusCode::OK, "{}", patched.text());
        assert_eq!(labels(&server, "gdb 815").await, Vec::<String>::new(), "{round}");
        assert_eq!(first(&server, "4711").await, "GDB-4711", "{round}");
        let gone = server.send(Method::DELETE, &item, secret, &[("if-match", patched.header("etag"))], None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text());
        assert_eq!(labels(&server, "4711").await, Vec::<String>::new(), "{round}");
        // Whether it was made anew meanwhile makes no difference.
        server.app.search.lookup.renew(&server.app.index);
    }
    server.seed("addresses", vec![address(11.4, 53.82, "Neue Reihe", "1", "Pokrent")]).await;
    assert_eq!(first(&server, "pokrent").await, "Pokrent");
    assert_eq!(first(&server, "neue reihe 1").await, "Neue Reihe 1, 19205 Gadebusch");
}

#[tokio::test]
async fn nobody_finds_by_what_they_may_not_see() {
    let data = declarations_with(|text| {
        // Public properties come first, so the number moves to the end.
        let (head, rest) = text.split_once("[[properties]]\nname = \"ref\"\n").expect("the number");
        let (number, rest) = rest.split_once("[[properties]]").expect("another property");
        format!("{head}[[properties]]{rest}\n[[properties]]\nname = \"ref\"\nvisibility = \"staff\"\n{number}")
    });
    let server = TestServer::start_with(data.path().to_owned()).await;
    server.seed("hydrants", vec![hydrant(11.12, 53.70, json!({ "ref": "GDB-0012" }))]).await;
    assert_eq!(labels(&server, "GDB-0012").await, Vec::<String>::new());
    let token = server.token("reader", None, None).await;
    let reply = server.send(Method::GET, &query("GDB-0012"), Token::Secret(&token), &[], None).await;
    assert_eq!(reply.json()["results"][0]["label"], "GDB-0012");
}

#[tokio::test]
async fn every_fault_of_a_question_is_named_at_once() {
    let server = TestServer::start().await;
    let reply = server.get("/api/search?lon=200&bbox=1,2,3&limit=0&kinds=house&colour=red&q=x").await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let mut pointers = reply.pointers();
    pointers.sort_unstable();
    pointers.dedup();
    assert_eq!(pointers, ["bbox", "colour", "kinds", "lat", "limit", "lon"]);
    for path in ["/api/search".to_owned(), query(""), query(&"x".repeat(201)), query(&"a ".repeat(17))] {
        let reply = server.get(&path).await;
        assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["q".to_owned()]), "{path}");
    }
    assert_eq!(results(&server, &query("?!")).await, Vec::<Json>::new());
}
