//! The features of collections, one by one.

use serde_json::{Value as Json, json};

use super::{each, each_or_part};
use crate::collection::{Collection, Language, Property, PropertyKind, Visibility};
use crate::http::answer::{GEOJSON, JSON};
use crate::http::spec::{Context, Spec, answer, object, reference};
use crate::ogc::openapi::schemas::plain;
use crate::ogc::schema::property_schema;
use crate::proposals::describe::may_wait;

const ITEMS: &str = "/ogc/collections/{collection}/items";
const ITEM: &str = "/ogc/collections/{collection}/items/{id}";

/// What the answer to a list takes of every collection.
const COMMON: [&str; 10] =
    ["limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "next", "f"];

/// Headers an edit of something that is there is sent with.
const OF_CHANGES: [&str; 4] = ["If-Match", "If-Unmodified-Since", "Content-Crs", "Geokontor-Reason"];

/// `GET /ogc/collections/{collection}/items`
pub fn list(context: &Context<'_>) -> Vec<Spec> {
    each_or_part(context, ITEMS, "items", |collection, whole| {
        let mut found = answer("The features", GEOJSON, &reference("schemas", &format!("{whole}_features")));
        found["headers"] = headers();
        Spec::new(&collection.name, "The features, page by page")
            .parameters(COMMON.map(|name| reference("parameters", name)))
            .parameter(sorted(collection))
            .parameter(chosen(collection))
            .parameters(equalled(collection))
            .answers("200", found)
            .or_page()
            .refused("400", "Invalid")
            .refused("406", "NotAcceptable")
    })
}

/// `POST /ogc/collections/{collection}/items`
pub fn create(context: &Context<'_>) -> Vec<Spec> {
    each(context, ITEMS, "create", |collection| {
        let name = &collection.name;
        let mut made = edited(name, "The feature with its new id");
        made["headers"]["Location"] = json!({ "description": "Where it is", "schema": { "type": "string" } });
        edit(name, "Add a feature", &["Content-Crs", "Geokontor-Reason"])
            .body(GEOJSON, &new_feature(name))
            .answers("201", made)
    })
}

/// `GET /ogc/collections/{collection}/items/{id}`
pub fn read(context: &Context<'_>) -> Vec<Spec> {
    each_or_part(context, ITEM, "item", |collection, whole| {
        let mut found = answer("The feature", GEOJSON, &reference("schemas", &format!("{whole}_feature")));
        found["headers"] = headers();
        found["headers"]["Last-Modified"] = reference("headers", "Last-Modified");
        Spec::new(&collection.name, "One feature")
            .parameters(["id", "crs", "f"].map(|name| reference("parameters", name)))
            .answers("200", found)
            .or_page()
            .refused("400", "Invalid")
            .refused("404", "NotFound")
            .refused("406", "NotAcceptable")
    })
}

/// `PUT /ogc/collections/{collection}/items/{id}`
pub fn replace(context: &Context<'_>) -> Vec<Spec> {
    each(context, ITEM, "replace", |collection| {
        let name = &collection.name;
        edit_of_one(name, "Replace the feature", &OF_CHANGES)
            .body(GEOJSON, &new_feature(name))
            .answers("200", changed(name))
    })
}

/// `PATCH /ogc/collections/{collection}/items/{id}`
pub fn update(context: &Context<'_>) -> Vec<Spec> {
    each(context, ITEM, "update", |collection| {
        let name = &collection.name;
        edit_of_one(name, "Change parts of the feature", &OF_CHANGES)
            .body("application/merge-patch+json", &reference("schemas", &format!("{name}_patch")))
            .answers("200", changed(name))
    })
}

/// `DELETE /ogc/collections/{collection}/items/{id}`
pub fn delete(context: &Context<'_>) -> Vec<Spec> {
    each(context, ITEM, "delete", |collection| {
        let headers = ["If-Match", "If-Unmodified-Since", "Geokontor-Reason"];
        edit_of_one(&collection.name, "Delete the feature", &headers)
            .answers("204", json!({ "description": "It is deleted" }))
    })
}

/// `GET /ogc/collections/{collection}/items/{id}/history`
pub fn history(context: &Context<'_>) -> Vec<Spec> {
    each(context, &format!("{ITEM}/history"), "history", |collection| {
        Spec::new(&collection.name, "What the feature was (staff)")
            .parameters(["id", "crs"].map(|name| reference("parameters", name)))
            .found("Every version with who, when and why", JSON, &object())
            .refused("400", "Invalid")
            .refused("404", "NotFound")
            .refused("503", "Unavailable")
    })
}

/// `POST /ogc/collections/{collection}/items/{id}/restore`
pub fn restore(context: &Context<'_>) -> Vec<Spec> {
    let body = json!({
        "type": "object", "required": ["version", "reason"], "additionalProperties": false,
        "properties": { "version": { "type": "integer", "minimum": 1 }, "reason": reference("schemas", "reason") },
    });
    each(context, &format!("{ITEM}/restore"), "restore", |collection| {
        edit_of_one(&collection.name, "Give the feature the state of an earlier version", &["If-Match"])
            .explained("A deleted feature has no ETag; the version of its deletion stands for it, in quotes.")
            .body(JSON, &body)
            .answers("200", edited(&collection.name, "The feature"))
    })
}

/// What every edit takes, and may be refused with.
fn edit(name: &str, summary: &str, headers: &[&str]) -> Spec {
    may_wait(Spec::new(name, summary))
        .parameters(headers.iter().map(|name| reference("parameters", name)))
        .refused("400", "Invalid")
        .refused("404", "NotFound")
        .refused("409", "Conflict")
        .refused("413", "TooLarge")
        .refused("415", "MediaType")
        .refused("503", "Unavailable")
}

/// The same for something that is there, which somebody else may have changed.
fn edit_of_one(name: &str, summary: &str, headers: &[&str]) -> Spec {
    edit(name, summary, headers)
        .parameter(reference("parameters", "id"))
        .refused("412", "Stale")
        .refused("428", "PreconditionRequired")
}

/// Properties by their values.
fn equalled(collection: &Collection) -> Vec<Json> {
    let queryable = collection.visible(Visibility::Public).filter(|(_, property)| property.queryable);
    let single = queryable.filter(|(_, property)| !matches!(property.kind, PropertyKind::List(_)));
    single.map(|(_, property)| equal(property)).collect()
}

fn equal(property: &Property) -> Json {
    let mut schema = property_schema(property, Language::En);
    plain(&mut schema);
    // To ask for a value that no feature may have is no mistake: none has it.
    let limits = ["minimum", "maximum", "maxLength"];
    schema.as_object_mut().into_iter().for_each(|members| members.retain(|name, _| !limits.contains(&name.as_str())));
    json!({
        "name": property.name, "in": "query", "required": false, "schema": schema, "style": "form", "explode": false,
        "description": format!("Only features with this value: {}", property.title.en),
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

fn changed(name: &str) -> Json {
    edited(name, "The feature, with `warnings` where something is hardly so; as it was, if there was nothing to change")
}

/// The feature as it is after an edit.
fn edited(name: &str, description: &str) -> Json {
    let mut done = answer(description, GEOJSON, &reference("schemas", &format!("{name}_feature")));
    done["headers"] = headers();
    done["headers"]["Geokontor-Changeset"] = reference("headers", "Geokontor-Changeset");
    done
}

fn new_feature(name: &str) -> Json {
    reference("schemas", &format!("{name}_new"))
}
