//! The paths and schemas of one collection.

use serde_json::{Map, Value as Json, json};

use super::parts::{answer, reference, with_problems};
use crate::collection::{Collection, Language, Presence, PropertyKind, Visibility};
use crate::http::answer::{GEOJSON, JSON, SCHEMA};
use crate::ogc::schema::property_schema;

/// Adds `/collections/{name}` and everything below it.
pub fn add_paths(collection: &Collection, prefix: &str, paths: &mut Map<String, Json>) {
    let name = &collection.name;
    let at = |rest: &str| format!("{prefix}/collections/{name}{rest}");
    let document = |summary: &str, id: &str, media: &str, schema: &Json| {
        let responses = json!({ "200": answer(summary, media, schema) });
        let responses = with_problems(responses, &[("400", "Invalid"), ("406", "NotAcceptable")]);
        json!({ "get": {
            "tags": [name], "summary": summary, "operationId": format!("{name}_{id}"),
            "parameters": [reference("parameters", "f")], "responses": responses,
        } })
    };
    let object = json!({ "type": "object" });
    paths.insert(at(""), document("The collection", "collection", JSON, &reference("schemas", "collection")));
    paths.insert(at("/schema"), document("What features hold", "schema", SCHEMA, &object));
    paths.insert(at("/queryables"), document("What filters may name", "queryables", SCHEMA, &object));
    paths.insert(at("/sortables"), document("What sortby may name", "sortables", SCHEMA, &object));
    paths.insert(at("/items"), json!({ "get": list(collection), "post": create(name) }));
    let mut item = one(name);
    item["parameters"] = json!([reference("parameters", "id")]);
    paths.insert(at("/items/{id}"), item);
    paths.insert(at("/items/{id}/history"), history(name));
    paths.insert(at("/items/{id}/restore"), restore(name));
}

/// Adds the schemas of the collection's features, in which codes are listed and units named.
pub fn add_schemas(collection: &Collection, to: Visibility, language: Language, schemas: &mut Map<String, Json>) {
    let name = &collection.name;
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (_, property) in collection.visible(to) {
        let mut schema = property_schema(property, language);
        plain(&mut schema);
        if !property.is_writable() {
            schema["readOnly"] = json!(true);
        } else if property.presence == Presence::Mandatory && property.default.is_none() {
            required.push(&property.name);
        }
        properties.insert(property.name.clone(), schema);
    }
    let mut held = json!({ "type": "object", "properties": properties });
    // An empty list is not allowed here (OpenAPI 3.0.3, 4.7.24).
    if !required.is_empty() {
        held["required"] = json!(required);
    }
    let feature = json!({
        "type": "object", "required": ["type", "geometry", "properties"],
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": { "type": "string", "format": "uuid", "readOnly": true },
            "geometry": reference("schemas", "geometry"),
            "properties": reference("schemas", &format!("{name}_properties")),
            "links": { "type": "array", "readOnly": true, "items": reference("schemas", "link") },
        },
    });
    let features = json!({
        "type": "object", "required": ["type", "features"],
        "properties": {
            "type": { "type": "string", "enum": ["FeatureCollection"] },
            "timeStamp": { "type": "string", "format": "date-time" },
            "numberMatched": { "type": "integer", "minimum": 0 },
            "numberReturned": { "type": "integer", "minimum": 0 },
            "links": { "type": "array", "items": reference("schemas", "link") },
            "features": { "type": "array", "items": reference("schemas", &format!("{name}_feature")) },
        },
    });
    schemas.insert(format!("{name}_properties"), held);
    schemas.insert(format!("{name}_feature"), feature);
    schemas.insert(format!("{name}_features"), features);
}

/// Takes out what JSON Schema has and OpenAPI 3.0 has not: titled constants (the codes stand in `enum`, too).
fn plain(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            members.retain(|name, _| name != "oneOf" && name != "const");
            members.values_mut().for_each(plain);
        }
        Json::Array(entries) => entries.iter_mut().for_each(plain),
        _ => {}
    }
}

fn list(collection: &Collection) -> Json {
    let name = &collection.name;
    let common =
        ["limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "sortby", "next", "f"];
    let mut parameters: Vec<Json> = common.iter().map(|name| reference("parameters", name)).collect();
    parameters.push(chosen(collection));
    for (_, property) in collection.visible(Visibility::Public).filter(|(_, property)| property.queryable) {
        if matches!(property.kind, PropertyKind::List(_)) {
            continue;
        }
        let mut schema = property_schema(property, Language::En);
        plain(&mut schema);
        parameters.push(json!({
            "name": property.name, "in": "query", "required": false, "schema": schema, "style": "form", "explode": false,
            "description": format!("Only features with this value: {}", property.title.en),
        }));
    }
    let mut found = answer("The features", GEOJSON, &reference("schemas", &format!("{name}_features")));
    found["headers"] = headers();
    let responses = with_problems(json!({ "200": found }), &[("400", "Invalid"), ("406", "NotAcceptable")]);
    json!({
        "tags": [name], "summary": "The features, page by page", "operationId": format!("{name}_items"),
        "parameters": parameters, "responses": responses,
    })
}

fn chosen(collection: &Collection) -> Json {
    let names: Vec<&str> = collection.visible(Visibility::Public).map(|(_, property)| property.name.as_str()).collect();
    json!({
        "name": "properties", "in": "query", "required": false, "style": "form", "explode": false,
        "description": "Properties that are wanted; all without it",
        "schema": { "type": "array", "items": { "type": "string", "enum": names } },
    })
}

fn headers() -> Json {
    json!({ "ETag": reference("headers", "ETag"), "Content-Crs": reference("headers", "Content-Crs") })
}

/// What every edit may be refused with.
const REFUSALS: [(&str, &str); 7] = [
    ("400", "Invalid"),
    ("401", "Unauthenticated"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("413", "TooLarge"),
    ("415", "MediaType"),
    ("503", "Unavailable"),
];
/// What an edit of something that is there may be refused with besides.
const STALENESS: [(&str, &str); 2] = [("412", "Stale"), ("428", "PreconditionRequired")];

fn edit(name: &str, operation: &str, summary: &str, headers: &[&str], responses: Json) -> Json {
    let responses = with_problems(responses, &REFUSALS);
    let responses = if headers.contains(&"If-Match") { with_problems(responses, &STALENESS) } else { responses };
    let parameters: Vec<Json> = headers.iter().map(|name| reference("parameters", name)).collect();
    json!({
        "tags": [name], "summary": summary, "operationId": format!("{name}_{operation}"), "parameters": parameters,
        "security": [{ "token": [] }], "responses": responses,
    })
}

fn create(name: &str) -> Json {
    let feature = reference("schemas", &format!("{name}_feature"));
    let mut made = answer("The feature with its new id", GEOJSON, &feature);
    made["headers"] = headers();
    made["headers"]["Location"] = json!({ "description": "Where it is", "schema": { "type": "string" } });
    let mut create =
        edit(name, "create", "Add a feature", &["Content-Crs", "Geokontor-Reason"], json!({ "201": made }));
    create["requestBody"] = json!({ "required": true, "content": { GEOJSON: { "schema": feature } } });
    create
}

fn one(name: &str) -> Json {
    let feature = reference("schemas", &format!("{name}_feature"));
    let mut found = answer("The feature", GEOJSON, &feature);
    found["headers"] = headers();
    let responses =
        with_problems(json!({ "200": found }), &[("400", "Invalid"), ("404", "NotFound"), ("406", "NotAcceptable")]);
    let headers_of_edit = ["If-Match", "Content-Crs", "Geokontor-Reason"];
    let mut replace = edit(name, "replace", "Replace the feature", &headers_of_edit, json!({ "200": found }));
    replace["requestBody"] = json!({ "required": true, "content": { GEOJSON: { "schema": feature } } });
    let mut patch = edit(name, "update", "Change parts of the feature", &headers_of_edit, json!({ "200": found }));
    patch["requestBody"] = json!({ "required": true, "content": {
        "application/merge-patch+json": { "schema": { "type": "object" } } } });
    let gone = json!({ "204": { "description": "It is deleted" } });
    json!({
        "get": {
            "tags": [name], "summary": "One feature", "operationId": format!("{name}_item"),
            "parameters": [reference("parameters", "crs"), reference("parameters", "f")], "responses": responses,
        },
        "put": replace,
        "patch": patch,
        "delete": edit(name, "delete", "Delete the feature", &["If-Match", "Geokontor-Reason"], gone),
    })
}

fn history(name: &str) -> Json {
    let responses =
        json!({ "200": answer("Every version with who, when and why", JSON, &json!({ "type": "object" })) });
    let mut get = edit(name, "history", "What the feature was (staff)", &["crs"], responses);
    get["parameters"] = json!([reference("parameters", "crs")]);
    json!({ "parameters": [reference("parameters", "id")], "get": get })
}

fn restore(name: &str) -> Json {
    let feature = reference("schemas", &format!("{name}_feature"));
    let mut post = edit(
        name,
        "restore",
        "Give the feature the state of an earlier version",
        &[],
        json!({ "200": answer("The feature", GEOJSON, &feature) }),
    );
    post["requestBody"] = json!({ "required": true, "content": { JSON: { "schema": {
        "type": "object", "required": ["version", "reason"],
        "properties": { "version": { "type": "integer", "minimum": 1 }, "reason": { "type": "string" } },
    } } } });
    json!({ "parameters": [reference("parameters", "id")], "post": post })
}
