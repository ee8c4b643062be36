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

/// One document describes everything, the older one the OGC API alone, by paths from its landing page on, and not itself.
#[tokio::test]
async fn everything_that_is_served_is_described_with_every_method() {
    let server = TestServer::start().await;
    let routes = geokontor::server::routes(&server.app);
    for (document, prefix, left_out) in [("/api/openapi.json", "", ""), ("/ogc/api", "/ogc", "/ogc/api")] {
        let mut described = BTreeSet::<(String, String)>::new();
        for (path, item) in server.get(document).await.json()["paths"].as_object().expect("paths") {
            let path = nameless(format!("{prefix}{path}").trim_end_matches('/'));
            described.extend(item.as_object().expect("operations").keys().map(|method| (path.clone(), method.clone())));
        }
        for operation in routes.operations().iter().filter(|one| one.is_described() && one.address.starts_with(prefix))
        {
            let method = operation.method.as_str().to_ascii_lowercase();
            let is_told = described.contains(&(nameless(operation.address.trim_end_matches('/')), method));
            assert_eq!(is_told, operation.address != left_out, "{} in {document}", operation.id);
        }
    }
}

#[tokio::test]
async fn every_operation_is_described_unless_only_our_pages_fetch_it() {
    let server = TestServer::start().await;
    let routes = geokontor::server::routes(&server.app);
    let others = routes.operations().iter().filter(|operation| !operation.is_described());
    let told: Vec<String> = others.map(|operation| format!("{} {}", operation.method, operation.address)).collect();
    let expected = [
        "GET /ogc/",
        "GET /ogc/style.css",
        "GET /api/viewer/{file}",
        "OPTIONS /ogc/collections/{collection}/items",
        "OPTIONS /ogc/collections/{collection}/items/{id}",
        "GET /desk/{collection}",
        "GET /desk/{collection}/{id}",
        "GET /desk/{collection}/{id}/{part}",
        "GET /tablet",
        "GET /assets/{file}",
        "GET /icons/{file}",
        "GET /favicon.ico",
        "GET /sw.js",
        "GET /manifest.webmanifest",
    ];
    assert_eq!(told, expected);
}

/// What is routed is what is declared: a router may not answer to methods that no operation has.
#[tokio::test]
async fn an_address_takes_the_methods_of_its_operations_and_no_other() {
    let server = TestServer::start().await;
    let routes = geokontor::server::routes(&server.app);
    let mut declared = BTreeMap::<&str, BTreeSet<String>>::new();
    for operation in routes.operations() {
        declared.entry(operation.address).or_default().insert(operation.method.as_str().to_lowercase());
    }
    for (address, mut operations) in declared {
        operations.remove("options");
        assert_eq!(methods(&server, address).await, operations, "{address}");
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
    // A stream of events has no end to wait for, an empty register has no roads, and who asks here is no tablet; their own
    // tests ask for them.
    let left_out = ["/api/events", "/api/device/roads", "/api/enrolment"];
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
