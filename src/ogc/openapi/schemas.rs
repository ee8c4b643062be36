//! The schemas of the features of one collection.

use serde_json::{Map, Value as Json, json};

use crate::collection::{Collection, Language, Presence, Visibility};
use crate::http::schema::or_null;
use crate::http::spec::reference;
use crate::ogc::schema::property_schema;

/// Adds the schemas of the collection's features, in which codes are listed and units named.
pub fn add(collection: &Collection, to: Visibility, language: Language, schemas: &mut Map<String, Json>) {
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
        // What is not recorded is null.
        if property.presence != Presence::Mandatory {
            schema = or_null(schema);
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

/// Only what changes; null takes a property away.
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
pub fn plain(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            members.retain(|name, _| name != "oneOf" && name != "const");
            members.values_mut().for_each(plain);
        }
        Json::Array(entries) => entries.iter_mut().for_each(plain),
        _ => {}
    }
}
