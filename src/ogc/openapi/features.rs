//! The paths and schemas of one collection.

use serde_json::{Map, Value as Json, json};

use super::parts::{answer, answer_or_page, reference, with_problems};
use crate::collection::{Collection, Language, Presence, Property, PropertyKind, Visibility};
use crate::http::answer::{GEOJSON, JSON, SCHEMA};
use crate::http::spec::Version;
use crate::ogc::schema::property_schema;

/// Adds `/collections/{name}` and everything below it.
pub fn add_paths(collection: &Collection, prefix: &str, paths: &mut Map<String, Json>) {
    let name = &collection.name;
    let at = |rest: &str| format!("{prefix}/collections/{name}{rest}");
    add_documents(collection, prefix, paths);
    paths.insert(at("/items"), json!({ "get": list(collection, name), "post": create(name) }));
    let mut item = one(name);
    item["parameters"] = json!([reference("parameters", "id")]);
    paths.insert(at("/items/{id}"), item);
    paths.insert(at("/items/{id}/history"), history(name));
    paths.insert(at("/items/{id}/restore"), restore(name));
}

/// The same of a part of a collection, which is only read.
pub fn add_part_paths(part: &Collection, whole: &str, prefix: &str, paths: &mut Map<String, Json>) {
    let at = |rest: &str| format!("{prefix}/collections/{}{rest}", part.name);
    add_documents(part, prefix, paths);
    paths.insert(at("/items"), json!({ "get": list(part, whole) }));
    let item = json!({ "parameters": [reference("parameters", "id")], "get": read(&part.name, whole) });
    paths.insert(at("/items/{id}"), item);
}

/// Adds the collection and its schemas.
fn add_documents(collection: &Collection, prefix: &str, paths: &mut Map<String, Json>) {
    let name = &collection.name;
    let at = |rest: &str| format!("{prefix}/collections/{name}{rest}");
    let document = |summary: &str, id: &str, format: &str, found: Json| {
        let responses = with_problems(json!({ "200": found }), &[("400", "Invalid"), ("406", "NotAcceptable")]);
        json!({ "get": {
            "tags": [name], "summary": summary, "operationId": format!("{name}_{id}"),
            "parameters": [reference("parameters", format)], "responses": responses,
        } })
    };
    let summary = "The collection";
    let found = answer_or_page(summary, JSON, &reference("schemas", "collection"));
    paths.insert(at(""), document(summary, "collection", "f", found));
    let object = json!({ "type": "object" });
    for (part, summary) in [
        ("schema", "What features hold"),
        ("schema/geojson", "What features hold, where GeoJSON has it"),
        ("queryables", "What filters may name"),
        ("sortables", "What sortby may name"),
    ] {
        let found = answer(summary, SCHEMA, &object);
        paths.insert(at(&format!("/{part}")), document(summary, &part.replace('/', "_"), "f-json", found));
    }
}

/// Adds the schemas of the collection's features, in which codes are listed and units named.
pub fn add_schemas(
    collection: &Collection,
    to: Visibility,
    language: Language,
    version: Version,
    schemas: &mut Map<String, Json>,
) {
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
        if property.presence != Presence::Mandatory {
            or_null(&mut schema, version);
        }
        properties.insert(property.name.clone(), schema);
    }
    // What is given may be a part (`properties=`), what is sent may not.
    let held = json!({ "type": "object", "properties": properties });
    let mut sent = json!({ "allOf": [reference("schemas", &format!("{name}_properties"))] });
    // An empty list is not allowed here (OpenAPI 3.0.3, 4.7.24).
    if !required.is_empty() {
        sent["required"] = json!(required);
    }
    let feature = |properties: Json| {
        json!({
            "type": "object", "required": ["type", "geometry", "properties"],
            "properties": {
                "type": { "type": "string", "enum": ["Feature"] },
                "id": { "type": "string", "format": "uuid", "readOnly": true },
                "geometry": geometry(collection),
                "properties": properties,
                "links": { "type": "array", "readOnly": true, "items": reference("schemas", "link") },
            },
        })
    };
    let given = feature(reference("schemas", &format!("{name}_properties")));
    schemas.insert(format!("{name}_new"), feature(sent));
    schemas.insert(format!("{name}_patch"), patch());
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
    schemas.insert(format!("{name}_feature"), given);
    schemas.insert(format!("{name}_features"), features);
}

/// What is not recorded is null, which each version of OpenAPI says in its own words. Where values are listed, null is
/// listed, too.
fn or_null(schema: &mut Json, version: Version) {
    match version {
        Version::V3_0 => schema["nullable"] = json!(true),
        Version::V3_1 => schema["type"] = json!([schema["type"].take(), "null"]),
    }
    if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    }
}

/// Only what changes; null takes a property away, which each version of OpenAPI says in other words.
fn patch() -> Json {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": { "type": "string", "format": "uuid" },
            "geometry": reference("schemas", "geometry"),
            "properties": { "type": "object" },
        },
    })
}

/// Where none is needed it may be null, which the two versions of OpenAPI say in different words.
fn geometry(collection: &Collection) -> Json {
    match collection.geometry_required {
        true => reference("schemas", "geometry"),
        false => json!({ "description": "A GeoJSON geometry, or null" }),
    }
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

/// `whole` is the name of the collection whose schemas hold here.
fn list(collection: &Collection, whole: &str) -> Json {
    let name = &collection.name;
    let common = ["limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "next", "f"];
    let mut parameters: Vec<Json> = common.iter().map(|name| reference("parameters", name)).collect();
    parameters.extend([sorted(collection), chosen(collection)]);
    for (_, property) in collection.visible(Visibility::Public).filter(|(_, property)| property.queryable) {
        if matches!(property.kind, PropertyKind::List(_)) {
            continue;
        }
        let mut schema = property_schema(property, Language::En);
        plain(&mut schema);
        // To ask for a value that no feature may have is no mistake: none has it.
        let limits = ["minimum", "maximum", "maxLength"];
        schema
            .as_object_mut()
            .into_iter()
            .for_each(|members| members.retain(|name, _| !limits.contains(&name.as_str())));
        parameters.push(json!({
            "name": property.name, "in": "query", "required": false, "schema": schema, "style": "form", "explode": false,
            "description": format!("Only features with this value: {}", property.title.en),
        }));
    }
    let mut found = answer_or_page("The features", GEOJSON, &reference("schemas", &format!("{whole}_features")));
    found["headers"] = headers();
    let responses = with_problems(json!({ "200": found }), &[("400", "Invalid"), ("406", "NotAcceptable")]);
    json!({
        "tags": [name], "summary": "The features, page by page", "operationId": format!("{name}_items"),
        "parameters": parameters, "responses": responses,
    })
}

fn sorted(collection: &Collection) -> Json {
    let is_sortable = |property: &Property| property.queryable && !matches!(property.kind, PropertyKind::List(_));
    let named = collection.visible(Visibility::Public).filter(|(_, property)| is_sortable(property));
    let names: Vec<String> =
        named.flat_map(|(_, property)| ["", "+", "-"].map(|sign| format!("{sign}{}", property.name))).collect();
    json!({
        "name": "sortby", "in": "query", "required": false, "style": "form", "explode": false,
        "description": "Properties to sort by, each with + or - before it if need be",
        "schema": { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string", "enum": names } },
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
const REFUSALS: [(&str, &str); 9] = [
    ("202", "Lagging"),
    ("400", "Invalid"),
    ("401", "Unauthenticated"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("409", "Conflict"),
    ("413", "TooLarge"),
    ("415", "MediaType"),
    ("503", "Unavailable"),
];
/// What an edit of something that is there may be refused with besides.
const STALENESS: [(&str, &str); 2] = [("412", "Stale"), ("428", "PreconditionRequired")];

/// Headers an edit of something that is there is sent with.
const OF_CHANGES: [&str; 4] = ["If-Match", "If-Unmodified-Since", "Content-Crs", "Geokontor-Reason"];

fn edit(name: &str, operation: &str, summary: &str, headers: &[&str], responses: Json) -> Json {
    let responses = with_problems(responses, &REFUSALS);
    let responses = if headers.contains(&"If-Match") { with_problems(responses, &STALENESS) } else { responses };
    let parameters: Vec<Json> = headers.iter().map(|name| reference("parameters", name)).collect();
    json!({
        "tags": [name], "summary": summary, "operationId": format!("{name}_{operation}"), "parameters": parameters,
        "security": [{ "token": [] }], "responses": responses,
    })
}

/// The feature as it is after an edit.
fn edited(name: &str, description: &str) -> Json {
    let mut done = answer(description, GEOJSON, &reference("schemas", &format!("{name}_feature")));
    done["headers"] = headers();
    done["headers"]["Geokontor-Changeset"] = reference("headers", "Geokontor-Changeset");
    done
}

fn new_feature(name: &str) -> Json {
    let feature = reference("schemas", &format!("{name}_new"));
    json!({ "required": true, "content": { GEOJSON: { "schema": feature } } })
}

fn create(name: &str) -> Json {
    let mut made = edited(name, "The feature with its new id");
    made["headers"]["Location"] = json!({ "description": "Where it is", "schema": { "type": "string" } });
    let mut create =
        edit(name, "create", "Add a feature", &["Content-Crs", "Geokontor-Reason"], json!({ "201": made }));
    create["requestBody"] = new_feature(name);
    create
}

fn read(name: &str, whole: &str) -> Json {
    let mut found = answer_or_page("The feature", GEOJSON, &reference("schemas", &format!("{whole}_feature")));
    found["headers"] = headers();
    found["headers"]["Last-Modified"] = reference("headers", "Last-Modified");
    let responses =
        with_problems(json!({ "200": found }), &[("400", "Invalid"), ("404", "NotFound"), ("406", "NotAcceptable")]);
    json!({
        "tags": [name], "summary": "One feature", "operationId": format!("{name}_item"),
        "parameters": [reference("parameters", "crs"), reference("parameters", "f")], "responses": responses,
    })
}

fn one(name: &str) -> Json {
    let done = json!({ "200": edited(name, "The feature; as it was, if there was nothing to change") });
    let mut replace = edit(name, "replace", "Replace the feature", &OF_CHANGES, done.clone());
    replace["requestBody"] = new_feature(name);
    let mut patch = edit(name, "update", "Change parts of the feature", &OF_CHANGES, done);
    patch["requestBody"] = json!({ "required": true, "content": {
        "application/merge-patch+json": { "schema": reference("schemas", &format!("{name}_patch")) } } });
    let gone = json!({ "204": { "description": "It is deleted" } });
    let of_deletion = ["If-Match", "If-Unmodified-Since", "Geokontor-Reason"];
    json!({
        "get": read(name, name),
        "put": replace,
        "patch": patch,
        "delete": edit(name, "delete", "Delete the feature", &of_deletion, gone),
    })
}

fn history(name: &str) -> Json {
    let found = answer("Every version with who, when and why", JSON, &json!({ "type": "object" }));
    let refusals = [
        ("400", "Invalid"),
        ("401", "Unauthenticated"),
        ("403", "Forbidden"),
        ("404", "NotFound"),
        ("503", "Unavailable"),
    ];
    json!({ "parameters": [reference("parameters", "id")], "get": {
        "tags": [name], "summary": "What the feature was (staff)", "operationId": format!("{name}_history"),
        "parameters": [reference("parameters", "crs")], "security": [{ "token": [] }],
        "responses": with_problems(json!({ "200": found }), &refusals),
    } })
}

fn restore(name: &str) -> Json {
    let summary = "Give the feature the state of an earlier version";
    let mut post = edit(name, "restore", summary, &["If-Match"], json!({ "200": edited(name, "The feature") }));
    post["description"] = json!("A deleted feature has no ETag; the version of its deletion stands for it, in quotes.");
    post["requestBody"] = json!({ "required": true, "content": { JSON: { "schema": {
        "type": "object", "required": ["version", "reason"], "additionalProperties": false,
        "properties": { "version": { "type": "integer", "minimum": 1 }, "reason": reference("schemas", "reason") },
    } } } });
    json!({ "parameters": [reference("parameters", "id")], "post": post })
}
