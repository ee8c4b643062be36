//! The descriptions of the API.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{TestServer, Token};

/// Every `$ref` below a value.
fn references(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Object(members) => {
            if let Some(Json::String(reference)) = members.get("$ref") {
                found.insert(reference.clone());
            }
            members.values().for_each(|value| references(value, found));
        }
        Json::Array(entries) => entries.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_descriptions_hang_together_and_have_the_exact_media_types() {
    let server = TestServer::start().await;
    for (path, version, media) in [
        ("/ogc/api", "3.0.3", "application/vnd.oai.openapi+json;version=3.0"),
        ("/api/openapi.json", "3.1.0", "application/vnd.oai.openapi+json;version=3.1"),
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.header("content-type"), media);
        let document = reply.json();
        assert_eq!(document["openapi"], version);
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("a local reference");
            assert!(document.pointer(pointer).is_some(), "{path}: {reference} leads nowhere");
        }
        let mut ids = BTreeSet::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in
                item.as_object().expect("operations").iter().filter(|(name, _)| *name != "parameters")
            {
                let id = operation["operationId"].as_str().expect("an id");
                assert!(ids.insert(id.to_owned()), "{method} {path}: {id} is there twice");
            }
        }
    }
}

/// What only pages of this server fetch.
const FILES_OF_PAGES: [&str; 7] = [
    "/ogc/style.css",
    "/api/viewer/{file}",
    "/assets/{file}",
    "/icons/{file}",
    "/favicon.ico",
    "/sw.js",
    "/manifest.webmanifest",
];

/// An address whose parts that differ have no names; collections are described one by one.
fn nameless(address: &str) -> String {
    let parts = address.replace("{collection}", "hydrants");
    let parts: Vec<&str> = parts.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
    parts.join("/")
}

/// What may be done at an address of the router, by what a refusal says.
async fn methods(server: &TestServer, address: &str) -> BTreeSet<String> {
    let path = nameless(address).replace("{}", "1");
    let refused = server.send(Method::TRACE, &path, Token::Nobody, &[], None).await;
    assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED, "{address}");
    let is_described = |method: &&str| !["HEAD", "OPTIONS"].contains(method);
    refused.header("allow").split(',').map(str::trim).filter(is_described).map(str::to_lowercase).collect()
}

#[tokio::test]
async fn everything_that_is_served_is_described_with_every_method() {
    let server = TestServer::start().await;
    let routes = geokontor::server::routes(&server.app);
    // The older document describes the OGC API alone, by paths from its landing page on, and not itself.
    for (document, prefix, left_out) in [("/api/openapi.json", "", "/ogc/"), ("/ogc/api", "/ogc", "/ogc/api")] {
        let mut described = BTreeMap::<String, BTreeSet<String>>::new();
        for (path, item) in server.get(document).await.json()["paths"].as_object().expect("paths") {
            let methods = item.as_object().expect("operations").keys().filter(|name| *name != "parameters").cloned();
            described.entry(nameless(&format!("{prefix}{path}"))).or_default().extend(methods);
        }
        let served = routes.operations().iter().map(|operation| &operation.address);
        let served = served.filter(|address| address.starts_with(prefix));
        let served = served.filter(|address| !FILES_OF_PAGES.contains(address) && **address != left_out);
        for address in served.filter(|address| !(prefix == "/ogc" && **address == "/ogc")) {
            let told = described.get(&nameless(address)).cloned().unwrap_or_default();
            assert_eq!(told, methods(&server, address).await, "{address} in {document}");
        }
    }
}

#[tokio::test]
async fn limit_bbox_and_datetime_have_the_prescribed_shapes() {
    let server = TestServer::start().await;
    let document = server.get("/ogc/api").await.json();
    let parameters = &document["components"]["parameters"];
    assert_eq!(
        parameters["limit"]["schema"],
        json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 })
    );
    assert_eq!(
        parameters["bbox"]["schema"],
        json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } })
    );
    for name in ["limit", "bbox", "datetime"] {
        assert_eq!(parameters[name]["style"], "form");
        assert_eq!(parameters[name]["explode"], false);
        assert_eq!(parameters[name]["required"], false);
    }
    assert!(document["paths"]["/collections/hydrants/items"]["get"].is_object());
}

#[tokio::test]
async fn the_viewer_is_served_from_here() {
    let server = TestServer::start().await;
    let page = server.get("/api").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "start.js"] {
        assert!(page.text().contains(&format!("api/viewer/{file}")));
        assert_eq!(server.get(&format!("/api/viewer/{file}")).await.status, StatusCode::OK, "{file}");
    }
    assert_eq!(server.get("/api/viewer/index.html").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_address_that_is_described_is_served_and_operators_find_theirs() {
    let server = TestServer::start().await;
    let document = server.get("/api/openapi.json").await.json();
    let paths: Vec<String> = document["paths"].as_object().expect("paths").keys().cloned().collect();
    for path in ["/health/live", "/health/ready", "/metrics", "/api", "/api/openapi.json", "/ogc/api"] {
        assert!(paths.iter().any(|described| described == path), "{path}");
    }
    // A stream of events has no end to wait for, and an empty register has no roads; their own tests ask for them.
    let left_out = ["/api/events", "/api/device/roads"];
    let is_read = |path: &&String| document["paths"][path.as_str()].get("get").is_some();
    let answered = paths.iter().filter(|path| !path.contains('{') && !left_out.contains(&path.as_str()));
    for path in answered.filter(is_read) {
        let reply = server.get(path).await;
        let status = reply.status.as_u16().to_string();
        let answers = &document["paths"][path]["get"]["responses"];
        assert!(answers.get(&status).is_some(), "{path}: {status} is not described");
        assert_ne!(reply.status, StatusCode::NOT_FOUND, "{path}");
        if reply.status.is_redirection() {
            continue;
        }
        let media = reply.header("content-type").split("; ").next().unwrap_or_default().to_owned();
        let content = &answers[&status]["content"];
        assert!(answers[&status].get("$ref").is_some() || content.get(&media).is_some(), "{path}: {media}");
    }
}
