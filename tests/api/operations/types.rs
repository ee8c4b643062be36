//! The types of the pages: `web/openapi.json` has the schemas of what is sent and answered, and `web/src/server/api.ts` is made
//! from it. `make types` writes both anew.

use std::collections::BTreeMap;
use std::path::Path;

use geokontor::http::spec::{Context, Version};
use geokontor::texts::Language;
use serde_json::{Value as Json, json};

use crate::support::TestServer;

/// The schemas of types by their names, from all operations.
fn schemas(server: &TestServer) -> BTreeMap<String, Json> {
    let (catalogue, district) = (&server.app.catalogue, &server.app.district);
    let context = Context { catalogue, district, language: Language::En, version: Version::V3_1 };
    let mut all = BTreeMap::new();
    for operation in geokontor::server::routes(&server.app).operations() {
        for (name, schema) in operation.specs(&context).into_iter().flat_map(|written| written.schemas) {
            let same = all.insert(name.clone(), schema.clone()).is_none_or(|other| other == schema);
            assert!(same, "{name} is two different things");
        }
    }
    all
}

#[tokio::test]
async fn the_pages_have_the_types_of_what_is_sent_and_answered() {
    let server = TestServer::start().await;
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "What is sent and answered; written by make types", "version": "0" },
        "components": { "schemas": schemas(&server) },
    });
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/openapi.json");
    let mut text = serde_json::to_string_pretty(&document).expect("JSON");
    text.push('\n');
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&file, &text).expect("a file");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "{} is not what is described; make types writes it anew", file.display());
}

/// Schemas of types and those that are written by hand are told apart by the first letter of their names.
#[tokio::test]
async fn schemas_of_types_do_not_hide_others() {
    let server = TestServer::start().await;
    let of_types = schemas(&server);
    let document = server.get("/api/openapi.json").await.json();
    let all = document["components"]["schemas"].as_object().expect("schemas");
    for (name, schema) in all {
        assert_eq!(of_types.contains_key(name), name.starts_with(char::is_uppercase), "{name}");
        assert!(of_types.get(name).is_none_or(|of_type| of_type == schema), "{name}");
    }
}
