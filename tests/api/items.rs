//! `/ogc/collections/{collection}/items`: pages, boxes, times.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use geokontor::collection::Visibility;
use serde_json::json;

use crate::support::{NOW, TestServer, Token, hydrant};

const ITEMS: &str = "/ogc/collections/hydrants/items";

#[tokio::test]
async fn a_page_of_features_is_geojson_with_counts_links_and_the_time() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(1).await;
    let reply = server.get(ITEMS).await;
    assert_eq!(reply.header("content-type"), "application/geo+json");
    assert_eq!(reply.header("content-crs"), "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
    assert_eq!(reply.header("cache-control"), "no-cache");
    assert_eq!(reply.header("vary"), "Authorization, Cookie, Accept, Accept-Encoding");
    let text = reply.text().replace(&ids[0].to_string(), "ID");
    insta::assert_snapshot!(text, @r#"{"type":"FeatureCollection","timeStamp":"2026-06-01T10:00:00.000Z","numberMatched":1,"numberReturned":1,"links":[{"href":"https://geo.example/ogc/collections/hydrants/items","rel":"self","type":"application/geo+json","title":"This document"},{"href":"https://geo.example/ogc/collections/hydrants/items?f=html","rel":"alternate","type":"text/html","title":"This document as HTML"},{"href":"https://geo.example/ogc/collections/hydrants","rel":"collection","type":"application/json","title":"The collection"}],"features":[{"type":"Feature","id":"ID","geometry":{"type":"Point","coordinates":[11.4,53.89]},"properties":{"ref":"H0","kind":"pillar","operational_status":"ready","lifecycle":"existing","flow_class":"unknown","updated_at":"2026-06-01T10:00:00.000Z","status_as_of":null,"status_reason":null,"status_until":null,"hydrant_diameter":null,"main_diameter":null,"flow_rate":null,"flow_method":null,"flow_measured_on":null,"static_pressure":null,"flow_pressure":null,"couplings":null,"position":null,"pipe_function":null,"network":null,"street":null,"house_number":null,"place":null,"municipality":null,"location_note":null,"access_note":null,"operator":null,"ownership":null,"year_built":null,"count":null,"positional_accuracy":null,"position_source":null}}]}"#);
}

#[tokio::test]
async fn one_feature_has_links_and_a_strong_tag() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let reply = server.get(&format!("{ITEMS}/{id}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("etag").starts_with("\"1-pj84-"), "{}", reply.header("etag"));
    assert_eq!(reply.link("collection").as_deref(), Some("https://geo.example/ogc/collections/hydrants"));
    assert!(reply.link("self").is_some() && reply.link("alternate").is_some());
    assert_eq!(reply.json()["properties"]["ref"], "H0");
    let again = server.get_with(&format!("{ITEMS}/{id}"), &[("if-none-match", reply.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let other = server.get(&format!("{ITEMS}/{id}?crs=EPSG:25833")).await;
    assert_ne!(other.header("etag"), reply.header("etag"), "another representation, another strong tag");
    for missing in ["0190a5c2-7b1e-7c3a-9f10-2f6f0d1c9a11", "seven", "%FF"] {
        assert_eq!(server.get(&format!("{ITEMS}/{missing}")).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn pages_show_every_feature_once_even_if_some_come_and_go_meanwhile() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(25).await;
    for filter in ["", "&bbox=11,53,12,54", "&kind=pillar", "&sortby=-ref", "&bbox=11,53,12,54&sortby=ref"] {
        let mut seen = Vec::new();
        let mut page = server.get(&format!("{ITEMS}?limit=7{filter}")).await;
        loop {
            assert_eq!(page.status, StatusCode::OK, "{filter}: {}", page.text());
            seen.extend(page.ids());
            let json = page.json();
            assert_eq!(json["numberMatched"], 25, "{filter}");
            let Some(next) = page.link("next") else { break };
            assert_eq!(page.header("link"), format!("<{next}>; rel=\"next\""));
            page = server.get(&next).await;
        }
        let all: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(seen.len(), 25, "{filter}");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all, "{filter}");
    }
    let first = server.get(&format!("{ITEMS}?limit=5")).await;
    server.seed("hydrants", vec![hydrant(11.5, 53.8, json!({ "ref": "late" }))]).await;
    let second = server.get(&first.link("next").expect("a next page")).await;
    let expected: Vec<String> = ids[5..10].iter().map(ToString::to_string).collect();
    assert_eq!(second.ids(), expected);
}

#[tokio::test]
async fn the_limit_is_clamped_to_the_maximum_and_counts_stay_exact() {
    let server = TestServer::start().await;
    server.seed_hydrants(12).await;
    let reply = server.get(&format!("{ITEMS}?limit=99999999999999999999")).await.json();
    assert_eq!((reply["numberMatched"].clone(), reply["numberReturned"].clone()), (json!(12), json!(12)));
    let reply = server.get(&format!("{ITEMS}?limit=5&bbox=11.395,53,11.475,54")).await.json();
    assert_eq!((reply["numberMatched"].clone(), reply["numberReturned"].clone()), (json!(8), json!(5)));
    let reply = server.get(&format!("{ITEMS}?limit=5&kind=pillar")).await.json();
    assert_eq!((reply["numberMatched"].clone(), reply["numberReturned"].clone()), (json!(12), json!(5)));
}

#[tokio::test]
async fn a_box_finds_what_meets_it_in_any_crs_and_axis_order() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(10).await;
    let wanted: BTreeSet<String> = ids[2..5].iter().map(ToString::to_string).collect();
    for filter in [
        "bbox=11.415,53.88,11.445,53.9",
        "bbox=11.415,53.88,-10,11.445,53.9,100",
        "bbox=53.88,11.415,53.9,11.445&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        "bbox=1270711,7145000,1274051,7152000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "filter=S_INTERSECTS(geometry,BBOX(11.415,53.88,11.445,53.9))",
    ] {
        let reply = server.get(&format!("{ITEMS}?{filter}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{filter}: {}", reply.text());
        assert_eq!(reply.ids().into_iter().collect::<BTreeSet<_>>(), wanted, "{filter}");
    }
    for nothing in ["-1.5,50,1.5,53", "-180,85,180,90", "177,65,-177,70"] {
        let reply = server.get(&format!("{ITEMS}?bbox={nothing}")).await;
        assert_eq!((reply.status, reply.ids().len()), (StatusCode::OK, 0), "{nothing}");
    }
    assert_eq!(server.get(&format!("{ITEMS}?bbox=-180,-90,180,90")).await.ids().len(), 10);
}

#[tokio::test]
async fn datetime_filters_on_the_declared_time() {
    let server = TestServer::start().await;
    server.seed_hydrants(2).await;
    let day = &NOW[..10];
    for (datetime, count) in [
        (NOW.to_owned(), 2),
        (day.to_owned(), 2),
        (format!("{day}/P2D"), 2),
        ("../2026-05-31".to_owned(), 0),
        (format!("{day}/.."), 2),
        ("2018-02-12T00:00:00Z/2018-03-18T12:31:12Z".to_owned(), 0),
    ] {
        let reply = server.get(&format!("{ITEMS}?datetime={datetime}")).await;
        assert_eq!((reply.status, reply.ids().len()), (StatusCode::OK, count), "{datetime}");
    }
}

#[tokio::test]
async fn only_the_properties_asked_for_are_sent() {
    let server = TestServer::start().await;
    server.seed_hydrants(1).await;
    let reply = server.get(&format!("{ITEMS}?properties=kind,ref")).await.json();
    assert_eq!(reply["features"][0]["properties"], json!({ "ref": "H0", "kind": "pillar" }));
}

#[tokio::test]
async fn a_page_the_client_has_is_not_sent_until_something_changes() {
    let server = TestServer::start().await;
    server.seed_hydrants(2).await;
    let path = format!("{ITEMS}?bbox=11,53,12,54");
    let first = server.get(&path).await;
    assert!(first.header("etag").starts_with("W/\""));
    let again = server.get_with(&path, &[("if-none-match", first.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.header("cache-control"), "no-cache");
    server.seed("hydrants", vec![hydrant(11.5, 53.8, json!({}))]).await;
    let changed = server.get_with(&path, &[("if-none-match", first.header("etag"))]).await;
    assert_eq!((changed.status, changed.ids().len()), (StatusCode::OK, 3));
}

#[tokio::test]
async fn what_nobody_has_recorded_is_null_so_that_programs_learn_of_it() {
    let server = TestServer::start().await;
    server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({})), hydrant(11.5, 53.89, json!({ "ref": "H1" }))]).await;
    let staff = server.token("reader", None, None).await;
    let hydrants = server.app.catalogue.get("hydrants").expect("hydrants").clone();
    for (token, visibility) in [(Token::Nobody, Visibility::Public), (Token::Secret(&staff), Visibility::Staff)] {
        let names: BTreeSet<String> = hydrants.visible(visibility).map(|(_, property)| property.name.clone()).collect();
        for path in [ITEMS.to_owned(), format!("{ITEMS}?crs=EPSG:25833"), format!("{ITEMS}?sortby=ref&limit=1")] {
            let reply = server.send(Method::GET, &path, token, &[], None).await.json();
            for feature in reply["features"].as_array().expect("features") {
                let properties = feature["properties"].as_object().expect("properties");
                assert_eq!(properties.keys().cloned().collect::<BTreeSet<_>>(), names, "{path}");
                assert!(properties["flow_rate"].is_null());
            }
        }
    }
    let reply = server.get(&format!("{ITEMS}?properties=flow_rate,street")).await.json();
    assert_eq!(reply["features"][0]["properties"], json!({ "flow_rate": null, "street": null }));
    // And what was read can be written back.
    let editor = server.token("editor", None, None).await;
    let (id, found) = (reply["features"][0]["id"].as_str().expect("an id").to_owned(), server.get(ITEMS).await);
    let path = format!("{ITEMS}/{id}");
    let feature = found.json()["features"].as_array().expect("features").iter().find(|it| it["id"] == *id).cloned();
    let written = server.send(
        Method::PUT,
        &path,
        Token::Secret(&editor),
        &[("if-match", "*"), ("content-type", "application/geo+json")],
        feature.as_ref(),
    );
    assert_eq!(written.await.status, StatusCode::OK);
}

/// Ponds as points and as areas, as the registers have them.
fn pond(geometry: serde_json::Value, name: &str) -> serde_json::Value {
    json!({ "type": "Feature", "geometry": geometry, "properties": { "kind": "natural_pond", "name": name } })
}

#[tokio::test]
async fn a_collection_of_points_and_areas_is_read_by_kind_of_geometry_too() {
    let server = TestServer::start().await;
    let area = json!({ "type": "Polygon", "coordinates": [[[11.4,53.9],[11.41,53.9],[11.41,53.91],[11.4,53.9]]] });
    let point = json!({ "type": "Point", "coordinates": [11.42, 53.9] });
    let ids = server.seed("water_sources", vec![pond(area, "Soll"), pond(point, "Teich")]).await;
    let at = |part: &str, rest: &str| format!("/ogc/collections/water_sources_{part}{rest}");
    for (part, id, kind) in [("areas", ids[0], "Polygon"), ("points", ids[1], "Point")] {
        for filter in ["", "?bbox=11,53,12,54", "?sortby=name", "?kind=natural_pond", "?limit=1"] {
            let found = server.get(&at(part, &format!("/items{filter}"))).await.json();
            assert_eq!((&found["numberMatched"], &found["numberReturned"]), (&json!(1), &json!(1)), "{part} {filter}");
            assert_eq!(found["features"][0]["id"], id.to_string());
            assert_eq!(found["features"][0]["geometry"]["type"], kind);
        }
        let one = server.get(&at(part, &format!("/items/{id}"))).await;
        let collection = format!("https://geo.example/ogc/collections/water_sources_{part}");
        assert_eq!(one.link("collection"), Some(collection));
        let schema = server.get(&at(part, "/schema")).await.json();
        assert_eq!(schema["properties"]["geometry"]["format"], format!("geometry-{}", kind.to_lowercase()));
        assert_eq!(server.get(&at(part, "/queryables")).await.status, StatusCode::OK);
    }
    assert_eq!(server.get(&at("areas", &format!("/items/{}", ids[1]))).await.status, StatusCode::NOT_FOUND);
    let listed = server.get("/ogc/collections").await.json();
    let names: Vec<&str> =
        listed["collections"].as_array().expect("a list").iter().filter_map(|it| it["id"].as_str()).collect();
    let first = names.iter().position(|name| *name == "water_sources").expect("listed");
    assert_eq!(names[first..first + 3], ["water_sources", "water_sources_points", "water_sources_areas"]);
    // What only staff may see is seen by staff here, too, and nobody writes to a part.
    let staff = server.token("editor", Some(&["water_sources"]), None).await;
    let seen = server.send(Method::GET, &at("areas", "/items"), Token::Secret(&staff), &[], None).await.json();
    assert!(seen["features"][0]["properties"].get("remark").is_some());
    let new = pond(json!({ "type": "Point", "coordinates": [11.43, 53.9] }), "Neu");
    let typed = [("content-type", "application/geo+json")];
    let refused = server.send(Method::POST, &at("points", "/items"), Token::Secret(&staff), &typed, Some(&new)).await;
    assert_eq!((refused.status, refused.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS"));
    assert!(refused.text().contains("'water_sources'"), "{}", refused.text());
}
