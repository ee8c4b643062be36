//! `/map/styles`, `/map/sprites`, `/map/glyphs`: what map programs fetch.

use axum::http::StatusCode;
use geokontor::config::Config;
use geokontor::tiles::style::GroundConfig;
use serde_json::Value;

use crate::support::{TestServer, declarations};

#[tokio::test]
async fn a_style_leads_to_tiles_sprite_and_letters_that_are_there() {
    let server = TestServer::start().await;
    for theme in ["day", "night"] {
        let reply = server.get(&format!("/map/styles/{theme}.json")).await;
        assert_eq!(reply.status, StatusCode::OK);
        let style = reply.json();
        assert_eq!(style["version"], 8);
        let path = |address: &Value| {
            let address = address.as_str().expect("an address");
            address.strip_prefix("https://geo.example").expect("an address of this server").to_owned()
        };
        for source in style["sources"].as_object().expect("sources").values() {
            assert_eq!(server.get(&path(&source["url"])).await.status, StatusCode::OK);
        }
        let sprite = path(&style["sprite"]);
        let index = server.get(&format!("{sprite}.json")).await;
        assert_eq!(index.json()["hydrants-pillar-out_of_service"]["pixelRatio"], 1);
        let image = server.get(&format!("{sprite}.png")).await;
        assert_eq!((image.header("content-type"), &image.body[1..4]), ("image/png", b"PNG".as_slice()));
        let glyphs = path(&style["glyphs"]).replace("{fontstack}", "Geokontor%20Bold").replace("{range}", "0-255");
        let letters = server.get(&glyphs).await;
        assert_eq!((letters.status, letters.header("content-type")), (StatusCode::OK, "application/x-protobuf"));
        assert!(letters.body.len() > 20_000);
    }
}

#[tokio::test]
async fn who_has_a_style_sprite_or_range_already_gets_none_and_other_origins_may_have_them() {
    let server = TestServer::start().await;
    for path in ["/map/styles/night.json", "/map/sprites/day.json", "/map/glyphs/Geokontor%20Regular/256-511.pbf"] {
        let first = server.get(path).await;
        assert_eq!(first.header("access-control-allow-origin"), "*", "{path}");
        assert!(!first.header("cache-control").is_empty(), "{path}");
        let again = server.get_with(path, &[("if-none-match", first.header("etag"))]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_with_what_is() {
    let server = TestServer::start().await;
    for (path, there) in [
        ("/map/styles/dusk.json", "day.json and night.json"),
        ("/map/styles/day", "day.json and night.json"),
        ("/map/sprites/dusk.png", "day and night, with @2x or without, .png and .json"),
        ("/map/sprites/day@3x.png", "day and night"),
        ("/map/sprites/day.svg", "day and night"),
        ("/map/glyphs/Arial/0-255.pbf", "Geokontor Bold, Geokontor Regular"),
        ("/map/glyphs/Geokontor%20Bold/1-256.pbf", "in steps of 256"),
        ("/map/glyphs/Geokontor%20Bold/65536-65791.pbf", "in steps of 256"),
        ("/map/glyphs/Geokontor%20Bold/99999999999-5.pbf", "in steps of 256"),
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(reply.text().contains(there), "{path}: {}", reply.text());
    }
    assert_eq!(server.get("/map/styles/day.json?theme=night").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_range_without_letters_is_empty_and_of_a_font_stack_the_first_known_font_is_given() {
    let server = TestServer::start().await;
    let far = server.get("/map/glyphs/Geokontor%20Bold/19968-20223.pbf").await;
    assert_eq!(far.status, StatusCode::OK);
    assert!(far.body.len() < 60, "{} bytes", far.body.len());
    let stack = server.get("/map/glyphs/Arial,Geokontor%20Bold/0-255.pbf").await;
    assert_eq!(stack.body, server.get("/map/glyphs/Geokontor%20Bold/0-255.pbf").await.body);
}

#[tokio::test]
async fn an_external_ground_is_in_the_style_and_pages_may_load_it_and_nothing_else() {
    let ground = GroundConfig {
        day: Some("https://tiles.example/{z}/{x}/{y}.png".to_owned()),
        night: None,
        attribution: Some("© somebody".to_owned()),
    };
    let server = TestServer::configured(declarations(), |config: &mut Config| config.map_ground = ground).await;
    let style = server.get("/map/styles/day.json").await.json();
    assert_eq!(style["sources"]["ground:raster"]["attribution"], "© somebody");
    assert!(style["sources"].get("base").is_none());
    let page = server.get("/ogc?f=html").await;
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.contains("img-src 'self' data: blob: https://tiles.example;"), "{policy}");
    assert!(policy.contains("connect-src 'self' https://tiles.example;"), "{policy}");
    assert!(policy.contains("default-src 'self';") && policy.contains("script-src 'self';"), "{policy}");
    let without = TestServer::start().await.get("/ogc?f=html").await;
    assert!(!without.header("content-security-policy").contains("https:"));
}
