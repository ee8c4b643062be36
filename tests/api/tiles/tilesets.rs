//! What there is, and who sees what of it.

use axum::http::Method;
use serde_json::{Value as Json, json};

use super::address;
use crate::support::{TestServer, Token, hydrant};

fn names(list: &Json, member: &str) -> Vec<String> {
    let entries = list.as_array().expect("a list").iter();
    entries.map(|entry| entry[member].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn tilejson_says_what_a_map_must_know() {
    let server = TestServer::start().await;
    let document = server.get("/tiles/firewater").await.json();
    assert_eq!(document["tilejson"], "3.0.0");
    assert_eq!(document["tiles"], json!(["https://geo.example/tiles/firewater/{z}/{x}/{y}"]));
    assert_eq!((&document["minzoom"], &document["maxzoom"]), (&json!(0), &json!(16)));
    assert_eq!(names(&document["vector_layers"], "id"), ["hydrants", "water_sources", "suction_points"]);
    let fields = &document["vector_layers"][0]["fields"];
    assert_eq!(fields["main_diameter"], "Main diameter (mm)");
    assert_eq!(fields["status"], "What to expect today");
    let base = server.get("/tiles/base").await.json();
    let layers =
        ["municipalities", "water", "water_names", "buildings", "roads", "street_names", "addresses", "places"];
    assert_eq!(names(&base["vector_layers"], "id"), layers);
    let written: Vec<&String> = base["vector_layers"][5]["fields"].as_object().expect("fields").keys().collect();
    assert_eq!(written, ["zoom", "name", "class"]);
    let own = server.get_with("/tiles/hydrants", &[("accept-language", "de")]).await.json();
    assert_eq!(own["description"], "Hydranten");
    assert!(own["vector_layers"][0]["fields"].get("manufacturer").is_none());
}

#[tokio::test]
async fn staff_and_the_public_have_tiles_of_their_own() {
    let server = TestServer::start().await;
    let (lon, lat) = (11.4, 53.89);
    let more = json!({ "ref": "H1", "manufacturer": "Secret Works" });
    server.seed("hydrants", vec![hydrant(lon, lat, more)]).await;
    let reader = server.token("reader", None, None).await;
    let stranger = server.token("reader", Some(&["roads"]), None).await;
    let path = address("hydrants", 16, lon, lat);
    let holds = |body: &[u8]| body.windows(12).any(|bytes| bytes == b"Secret Works");
    for _ in 0..2 {
        let staff = server.send(Method::GET, &path, Token::Secret(&reader), &[], None).await;
        assert!(holds(&staff.body));
        assert_eq!(staff.header("cache-control"), "private, no-cache");
        for token in [Token::Nobody, Token::Secret(&stranger)] {
            let public = server.send(Method::GET, &path, token, &[], None).await;
            assert!(!public.body.is_empty() && !holds(&public.body));
            assert_ne!(public.header("etag"), staff.header("etag"));
        }
    }
    assert_eq!(server.app.tiles.cache.encodes(), 2);
    // The layers of the register for maps hold nothing that only staff may see: one tile for everybody.
    let path = address("firewater", 16, lon, lat);
    for token in [Token::Nobody, Token::Secret(&reader)] {
        server.send(Method::GET, &path, token, &[], None).await;
    }
    assert_eq!(server.app.tiles.cache.encodes(), 3);
}

#[tokio::test]
async fn the_same_tile_comes_in_the_words_of_the_ogc_api() {
    let server = TestServer::start().await;
    server.seed_hydrants(3).await;
    let conformance = server.get("/ogc/conformance").await.json();
    let classes = conformance["conformsTo"].as_array().expect("classes");
    assert!(classes.contains(&json!("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt")));
    let list = server.get("/ogc").await.link("http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector").expect("a link");
    let tilesets = server.get(&list).await.json();
    let web = tilesets["tilesets"][0]["links"][0]["href"].as_str().expect("an address").to_owned();
    let tileset = server.get(&web).await.json();
    assert_eq!(tileset["tileMatrixSetURI"], "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad");
    let template = server.get(&web).await.link("item").expect("a template");
    let (x, y) = super::tile_at(10, 11.4, 53.89);
    let tile = template.replace("{tileMatrix}", "10").replace("{tileRow}", &y.to_string());
    let tile = server.get(&tile.replace("{tileCol}", &x.to_string())).await;
    let same = server.get(&format!("/tiles/firewater/10/{x}/{y}")).await;
    assert!(!same.body.is_empty());
    assert_eq!(tile.body, same.body);
    let limits = tileset["tileMatrixSetLimits"][10].clone();
    assert!(limits["minTileRow"].as_u64() <= Some(y.into()) && limits["maxTileRow"].as_u64() >= Some(y.into()));
    let sets = server.get("/ogc/tileMatrixSets").await.json();
    assert_eq!(names(&sets["tileMatrixSets"], "id"), ["WebMercatorQuad", "gdi_de_25832", "gdi_de_25833"]);
    let gdi = server.get("/ogc/tileMatrixSets/gdi_de_25832").await.json();
    assert_eq!(gdi["tileMatrices"][3]["matrixWidth"], 20);
    assert_eq!(gdi["tileMatrices"][3]["scaleDenominator"].as_f64().map(f64::round), Some(1_000_000.0));
}
