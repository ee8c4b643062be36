//! The documents that say what there is.

use serde_json::json;

use super::each_or_part;
use crate::http::answer::{JSON, SCHEMA};
use crate::http::spec::{CAPABILITIES, Context, PAGE, Spec, Version, object, reference};
use crate::ogc::link::{OPENAPI_3_0, OPENAPI_3_1};

/// `/ogc`
pub fn landing(_: &Context<'_>) -> Spec {
    document("The landing page", "landing")
}

/// `/ogc/conformance`
pub fn conformance(_: &Context<'_>) -> Spec {
    document("Standards met", "conformance")
}

/// `/ogc/collections`
pub fn collections(_: &Context<'_>) -> Spec {
    document("The collections", "collections")
}

/// `/ogc/collections/{collection}`
pub fn collection(context: &Context<'_>) -> Vec<Spec> {
    each_or_part(context, "/ogc/collections/{collection}", "collection", |collection, _| {
        Spec::new(&collection.name, "The collection")
            .parameter(reference("parameters", "f"))
            .found("The collection", JSON, &reference("schemas", "collection"))
            .or_page()
            .refused("400", "Invalid")
            .refused("406", "NotAcceptable")
    })
}

/// `/ogc/collections/{collection}/schema`
pub fn schema(context: &Context<'_>) -> Vec<Spec> {
    schemas(context, "schema", "What features hold")
}

/// `/ogc/collections/{collection}/schema/geojson`
pub fn geojson(context: &Context<'_>) -> Vec<Spec> {
    schemas(context, "schema/geojson", "What features hold, where GeoJSON has it")
}

/// `/ogc/collections/{collection}/queryables`
pub fn queryables(context: &Context<'_>) -> Vec<Spec> {
    schemas(context, "queryables", "What filters may name")
}

/// `/ogc/collections/{collection}/sortables`
pub fn sortables(context: &Context<'_>) -> Vec<Spec> {
    schemas(context, "sortables", "What sortby may name")
}

/// `/ogc/api`: told by the newer document; the older one does not describe itself.
pub fn api_3_0(context: &Context<'_>) -> Vec<Spec> {
    match context.version {
        Version::V3_0 => Vec::new(),
        Version::V3_1 => vec![description(OPENAPI_3_0).at("/ogc/api", "api_3_0")],
    }
}

/// `/api/openapi.json`
pub fn api_3_1(_: &Context<'_>) -> Spec {
    description(OPENAPI_3_1)
}

/// `/api`
pub fn viewer(_: &Context<'_>) -> Spec {
    Spec::new(CAPABILITIES, "A page to try the API").found("The page", PAGE, &json!({ "type": "string" }))
}

fn document(summary: &str, schema: &str) -> Spec {
    Spec::new(CAPABILITIES, summary)
        .parameter(reference("parameters", "f"))
        .found(summary, JSON, &reference("schemas", schema))
        .or_page()
        .refused("400", "Invalid")
        .refused("406", "NotAcceptable")
}

fn schemas(context: &Context<'_>, part: &str, summary: &str) -> Vec<Spec> {
    let (address, id) = (format!("/ogc/collections/{{collection}}/{part}"), part.replace('/', "_"));
    each_or_part(context, &address, &id, |collection, _| {
        Spec::new(&collection.name, summary)
            .parameter(reference("parameters", "f-json"))
            .found(summary, SCHEMA, &object())
            .refused("400", "Invalid")
            .refused("406", "NotAcceptable")
    })
}

fn description(media: &str) -> Spec {
    Spec::new(CAPABILITIES, "The API described for programs")
        .parameter(reference("parameters", "f-json"))
        .found("The description", media, &object())
        .refused("400", "Invalid")
}
