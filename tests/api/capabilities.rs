//! `/ogc`, `/ogc/conformance`, `/ogc/collections`, schemas.

use axum::http::StatusCode;
use geokontor::feature::crs::Crs;
use serde_json::json;

use crate::support::{TestServer, declarations_with};

#[tokio::test]
async fn the_landing_page_leads_to_everything() {
    let server = TestServer::start().await;
    let reply = server.get("/ogc").await;
    assert_eq!(reply.status, StatusCode::OK);
    let links: Vec<String> = reply.json()["links"]
        .as_array()
        .expect("links")
        .iter()
        .map(|link| format!("{} {} {}", link["rel"], link["type"], link["href"]).replace('"', ""))
        .collect();
    insta::assert_snapshot!(links.join("\n"), @r"
    self application/json https://geo.example/ogc
    alternate text/html https://geo.example/ogc?f=html
    service-desc application/vnd.oai.openapi+json;version=3.0 https://geo.example/ogc/api
    service-desc application/vnd.oai.openapi+json;version=3.1 https://geo.example/api/openapi.json
    service-doc text/html https://geo.example/api
    conformance application/json https://geo.example/ogc/conformance
    http://www.opengis.net/def/rel/ogc/1.0/conformance application/json https://geo.example/ogc/conformance
    data application/json https://geo.example/ogc/collections
    http://www.opengis.net/def/rel/ogc/1.0/data application/json https://geo.example/ogc/collections
    http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector application/json https://geo.example/ogc/tiles
    http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes application/json https://geo.example/ogc/tileMatrixSets
    ");
}

#[tokio::test]
async fn a_browser_gets_pages_in_german_or_english_and_a_program_gets_json() {
    let server = TestServer::start().await;
    server.seed_hydrants(2).await;
    for path in
        ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/hydrants", "/ogc/collections/hydrants/items"]
    {
        let german = server.get_with(path, &[("accept", "text/html,*/*;q=0.8"), ("accept-language", "de-DE,de")]).await;
        assert_eq!(german.status, StatusCode::OK, "{path}");
        assert!(german.text().starts_with("<!DOCTYPE html><html lang=\"de\">"), "{path}");
        assert_eq!(german.header("content-language"), "de", "{path}");
        let english = server.get(&format!("{path}?f=html")).await;
        assert!(english.text().contains("<html lang=\"en\">"), "{path}");
        assert!(server.get(path).await.header("content-type").contains("json"), "{path}");
    }
    let neither = server.get_with("/ogc", &[("accept", "image/png")]).await;
    assert_eq!(neither.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn the_landing_page_leads_a_crew_to_its_map() {
    let server = TestServer::start().await;
    let page = server.get_with("/ogc?f=html", &[("accept-language", "de")]).await.text();
    assert!(page.contains("href=\"https://geo.example/map\">Die Karte für Einsatzkräfte"), "{page}");
}

#[tokio::test]
async fn a_feature_is_told_in_words_and_shown_on_the_map() {
    let server = TestServer::start().await;
    let told = json!({
        "ref": "H 1", "status_as_of": "2026-05-01",
        "couplings": [{ "coupling": "storz_b", "count": 2 }, { "coupling": "storz_a", "count": 1 }],
    });
    let id = server.seed("hydrants", vec![crate::support::hydrant(11.4, 53.89, told)]).await[0];
    let path = format!("/ogc/collections/hydrants/items/{id}?f=html");
    let german = server.get_with(&path, &[("accept-language", "de")]).await.text();
    assert!(german.contains("<td>2 × Storz B (75), 1 × Storz A (110)</td>"), "{german}");
    assert!(german.contains("<td>01.05.2026</td>"), "{german}");
    assert!(german.contains("<td>01.06.2026, 10:00 UTC</td>"), "{german}");
    assert!(german.contains("<code>11.4, 53.89</code>"), "{german}");
    assert!(german.contains("/map?at=53.890000%2C11.400000&amp;text=H+1\">Auf der Karte zeigen"), "{german}");
}

#[tokio::test]
async fn a_text_with_markup_stays_text_on_a_page() {
    let server = TestServer::start().await;
    let evil = json!({ "ref": "<script>alert(1)</script>" });
    server.seed("hydrants", vec![crate::support::hydrant(11.4, 53.89, evil)]).await;
    let page = server.get("/ogc/collections/hydrants/items?f=html").await.text();
    assert!(!page.contains("<script>"));
    assert!(page.contains("&lt;script&gt;"));
    let page = server.get("/ogc/collections/hydrants/items?f=html&kind=pillar&ref=%22%3E%3Cscript%3E").await.text();
    assert!(!page.contains("<script>"));
}

#[tokio::test]
async fn a_collection_says_where_its_features_lie_and_in_which_crss_it_answers() {
    let server = TestServer::start().await;
    server.seed_hydrants(3).await;
    let reply = server.get("/ogc/collections/hydrants").await;
    let collection = reply.json();
    let bbox: Vec<f64> = serde_json::from_value(collection["extent"]["spatial"]["bbox"][0].clone()).expect("a box");
    assert!(bbox[0] <= 11.4 && bbox[1] <= 53.89 && bbox[2] >= 11.42 && bbox[3] >= 53.89, "{bbox:?}");
    assert_eq!(
        collection["crs"],
        json!([
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "http://www.opengis.net/def/crs/EPSG/0/25833",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "http://www.opengis.net/def/crs/EPSG/0/3857",
            "http://www.opengis.net/def/crs/EPSG/0/4258",
            "http://www.opengis.net/def/crs/EPSG/0/25832",
            "http://www.opengis.net/def/crs/EPSG/0/5650",
        ])
    );
    assert_eq!(collection["storageCrs"], "http://www.opengis.net/def/crs/EPSG/0/25833");
    let listed = server.get("/ogc/collections").await.json();
    let same = listed["collections"].as_array().expect("collections").iter().find(|one| one["id"] == "hydrants");
    assert_eq!(same.expect("hydrants")["extent"], collection["extent"]);
    for rel in [
        "self",
        "alternate",
        "items",
        "http://www.opengis.net/def/rel/ogc/1.0/queryables",
        "http://www.opengis.net/def/rel/ogc/1.0/schema",
    ] {
        assert!(reply.link(rel).is_some(), "{rel}");
    }
}

/// The suite of the OGC and many a client transform two corners of the extent; that box must find everything, too.
#[tokio::test]
async fn the_extent_holds_every_feature_in_every_crs_even_by_its_corners() {
    let server = TestServer::start().await;
    let at = |n: i32| (10.9 + 0.1 * f64::from(n % 9), 53.55 + 0.1 * f64::from(n / 9));
    let features = (0..45).map(|n| crate::support::hydrant(at(n).0, at(n).1, json!({ "ref": n.to_string() })));
    server.seed("hydrants", features.collect()).await;
    let collection = server.get("/ogc/collections/hydrants").await.json();
    let [west, south, east, north]: [f64; 4] =
        serde_json::from_value(collection["extent"]["spatial"]["bbox"][0].clone()).expect("a box");
    let frame = server.app.district.frame();
    for crs in collection["crs"].as_array().expect("crss") {
        let name = crs.as_str().expect("a name");
        let crs: Crs = name.parse().expect("a CRS");
        let corner = |x, y| {
            let at = frame.transformer.coord(Crs::CRS84, crs, geo_types::Coord { x, y }).expect("within range");
            crs.reorder(at)
        };
        let (low, high) = (corner(west, south), corner(east, north));
        let bbox = format!("{},{},{},{}", low.x, low.y, high.x, high.y);
        let found = server.get(&format!("/ogc/collections/hydrants/items?bbox={bbox}&bbox-crs={name}")).await;
        assert_eq!(found.ids().len(), 45, "{name}");
    }
}

#[tokio::test]
async fn an_unknown_collection_is_not_found_and_the_known_ones_are_named() {
    let server = TestServer::start().await;
    let reply = server.get("/ogc/collections/trees").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert!(reply.text().contains("hydrants, water_sources"));
}

#[tokio::test]
async fn the_schema_names_codes_units_and_roles_in_the_caller_s_language() {
    let server = TestServer::start().await;
    let path = "/ogc/collections/hydrants/schema";
    let reply = server.get_with(path, &[("accept-language", "de")]).await;
    assert_eq!(reply.header("content-type"), "application/schema+json");
    let schema = reply.json();
    assert_eq!(schema["$id"], "https://geo.example/ogc/collections/hydrants/schema");
    let properties = &schema["properties"];
    assert_eq!(properties["geometry"]["format"], "geometry-point");
    assert_eq!(properties["geometry"]["x-ogc-role"], "primary-geometry");
    assert!(properties["geometry"].get("type").is_none());
    assert_eq!(properties["id"]["x-ogc-role"], "id");
    assert_eq!(properties["flow_rate"]["x-ogc-unit"], "l/min");
    assert_eq!(properties["flow_class"]["readOnly"], true);
    assert_eq!(properties["updated_at"]["x-ogc-role"], "primary-instant");
    assert_eq!(properties["kind"]["oneOf"][0], json!({ "const": "pillar", "title": "Überflurhydrant" }));
    assert_eq!(server.get(path).await.json()["properties"]["kind"]["oneOf"][0]["title"], "Pillar hydrant");
}

#[tokio::test]
async fn programs_that_know_no_schemas_of_ogc_find_the_same_where_geojson_has_it() {
    let server = TestServer::start().await;
    let collection = server.get("/ogc/collections/hydrants").await.json();
    let links = collection["links"].as_array().expect("links");
    let link = links.iter().find(|link| link["rel"] == "describedBy").expect("a link");
    assert_eq!(link["type"], "application/schema+json");
    let feature = server.get(link["href"].as_str().expect("an address")).await.json();
    let mut schema = server.get("/ogc/collections/hydrants/schema").await.json();
    let properties = schema["properties"].as_object_mut().expect("properties");
    assert_eq!(properties.remove("id").as_ref(), Some(&feature["properties"]["id"]));
    properties.remove("geometry");
    assert_eq!(feature["properties"]["properties"]["properties"], schema["properties"]);
    assert_eq!(
        feature["properties"]["geometry"],
        json!({ "oneOf": [{ "$ref": "https://geojson.org/schema/Point.json" }] })
    );
}

#[tokio::test]
async fn queryables_and_sortables_are_what_filters_and_orders_may_name() {
    let server = TestServer::start().await;
    let queryables = server.get("/ogc/collections/hydrants/queryables").await.json();
    assert_eq!(queryables["additionalProperties"], false);
    assert!(queryables["properties"]["flow_rate"].is_object());
    assert!(queryables["properties"]["geometry"].is_object());
    let sortables = server.get("/ogc/collections/hydrants/sortables").await.json();
    assert!(sortables["properties"].get("geometry").is_none());
    assert!(sortables["properties"].get("couplings").is_none());
    for name in sortables["properties"].as_object().expect("properties").keys() {
        let reply = server.get(&format!("/ogc/collections/hydrants/items?sortby=-{name}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{name}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_document_the_client_has_is_not_sent_again() {
    let server = TestServer::start().await;
    for path in ["/ogc", "/ogc/collections", "/ogc/collections/hydrants/schema", "/ogc/api"] {
        let first = server.get(path).await;
        let again = server.get_with(path, &[("if-none-match", first.header("etag"))]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(again.body.is_empty(), "{path}");
        assert_eq!(again.header("etag"), first.header("etag"), "{path}");
    }
}

#[tokio::test]
async fn a_collection_leads_to_its_metadata_if_it_is_declared_to_have_some() {
    let metadata = "https://metadata.example/csw?id=7";
    let data = declarations_with(|text| format!("metadata_url = \"{metadata}\"\n{text}"));
    let server = TestServer::start_with(data.path().to_owned()).await;
    let link = async |name: &str| server.get(&format!("/ogc/collections/{name}")).await.link("describedby");
    assert_eq!(link("hydrants").await.as_deref(), Some(metadata));
    assert_eq!(link("roads").await, None);
    let page = server.get("/ogc/collections/hydrants?f=html").await.text();
    assert!(page.contains(metadata), "{page}");
}

#[tokio::test]
async fn a_page_tells_the_state_crews_are_told_beside_the_one_that_is_recorded() {
    let server = TestServer::start().await;
    let hydrant = |reference: &str, checked: &str| {
        let told = json!({ "ref": reference, "operational_status": "ready", "status_as_of": checked });
        crate::support::hydrant(11.4, 53.89, told)
    };
    let ids = server.seed("hydrants", vec![hydrant("old", "2019-05-01"), hydrant("new", "2026-05-01")]).await;
    let german = [("accept-language", "de")];
    let page = async |path: &str| server.get_with(path, &german).await.text();
    let both = "Einsatzbereit (für Einsatzkräfte: Nicht geprüft)";
    for (nth, is_old) in [(0, true), (1, false)] {
        let path = format!("/ogc/collections/hydrants/items/{}?f=html", ids[nth]);
        assert_eq!(page(&path).await.contains(both), is_old, "{path}");
    }
    assert_eq!(page("/ogc/collections/hydrants/items?f=html").await.matches(both).count(), 1);
}
