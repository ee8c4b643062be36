//! What features hold, as JSON Schema (OGC 23-058r2), derived from the declaration and from nothing else.
//!
//! One schema serves as returnable and receivable: what the server sets itself is `readOnly`. The queryables
//! (19-079r2, 6.2) and sortables are the parts of it that filters and orders may name. The same in GeoJSON's places is for
//! programs that know nothing of schemas of OGC.

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::layer::Layer;
use crate::collection::{Catalogue, Collection, Language, Presence, Property, PropertyKind, Visibility};
use crate::feature::GeometryKind;
use crate::http::answer::SCHEMA;
use crate::http::{Answer, Ask, Parameters, Path, Problem, Wrong};
use crate::ogc::Ogc;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Which part of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Everything,
    Queryables,
    Sortables,
    /// Everything, where GeoJSON has it.
    GeoJson,
}

/// `/ogc/collections/{collection}/schema`
pub async fn schema(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    answer(&ogc, &name, &ask, Part::Everything)
}

/// `/ogc/collections/{collection}/schema/geojson`
pub async fn geojson(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    answer(&ogc, &name, &ask, Part::GeoJson)
}

/// `/ogc/collections/{collection}/queryables`
pub async fn queryables(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    answer(&ogc, &name, &ask, Part::Queryables)
}

/// `/ogc/collections/{collection}/sortables`
pub async fn sortables(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    answer(&ogc, &name, &ask, Part::Sortables)
}

fn answer(ogc: &Ogc, name: &str, ask: &Ask, part: Part) -> Result<Answer, Problem> {
    let layer = Layer::find(ogc, &ask.caller, name)?;
    let mut query = Parameters::parse(&ask.query);
    // There is one representation: a schema is for programs, the collection's page shows the same to people.
    let format = query.take("f");
    if let Some(format) = format.filter(|format| format != "json") {
        query.wrong("f", &Wrong::NotOffered { word: &format, offered: &["json"] });
    }
    query.finish()?;
    let collection = layer.snapshot.collection();
    let visibility = layer.visibility;
    let mut document = match part {
        Part::GeoJson => in_geojson(document(collection, visibility, ask.language, Part::Everything), collection),
        part => document(collection, visibility, ask.language, part),
    };
    document["$id"] = json!(ask.url(&ask.path));
    Ok(Answer::document(ask, SCHEMA, document.to_string()).seen_by(visibility))
}

fn document(collection: &Collection, visibility: Visibility, language: Language, part: Part) -> Json {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), id_schema(language));
    if part != Part::Sortables {
        properties.insert("geometry".to_owned(), geometry_schema(collection, language));
    }
    let mut required = Vec::new();
    for (k, property) in collection.visible(visibility) {
        let is_list = matches!(property.kind, PropertyKind::List(_));
        if part != Part::Everything && (!property.queryable || (part == Part::Sortables && is_list)) {
            continue;
        }
        let mut schema = property_schema(property, language);
        if part == Part::Everything {
            add_roles(&mut schema, collection, k, property);
            if property.presence == Presence::Mandatory {
                required.push(property.name.as_str());
            }
        }
        properties.insert(property.name.clone(), schema);
    }
    let mut document = json!({
        "$schema": DIALECT,
        "$id": "",
        "type": "object",
        "title": collection.title.in_language(language),
        "description": collection.description.in_language(language),
        "properties": properties,
        "additionalProperties": false,
    });
    if part == Part::Everything {
        document["required"] = json!(required);
        let groups = groups(collection, visibility, language);
        if !groups.is_empty() {
            document["x-geokontor-groups"] = json!(groups);
        }
        let media: Vec<&str> = collection.files.all().map(|(medium, _)| medium.name()).collect();
        if !media.is_empty() {
            document["x-geokontor-files"] = json!(media);
        }
    }
    document
}

/// The groups that a form shows, with the names of the properties that its reader may see.
fn groups(collection: &Collection, visibility: Visibility, language: Language) -> Vec<Json> {
    let names = |positions: &[usize]| -> Vec<&str> {
        let seen = positions.iter().map(|k| &collection.properties[*k]).filter(|each| each.visibility <= visibility);
        seen.map(|property| property.name.as_str()).collect()
    };
    let named = collection.groups.iter().map(|group| (&group.title, names(&group.properties)));
    let shown = named.filter(|(_, names)| !names.is_empty());
    shown.map(|(title, names)| json!({ "title": title.in_language(language), "properties": names })).collect()
}

/// A schema with what it says in the places of a GeoJSON feature (RFC 7946). What nobody recorded is null in a feature,
/// so who looks at some, as GDAL does at the first twenty, does not learn of which type it may be. That null is a value as well
/// is not said: GDAL takes a property with a list of types for a text.
fn in_geojson(mut schema: Json, collection: &Collection) -> Json {
    let Some(mut properties) = schema["properties"].as_object_mut().map(std::mem::take) else { return schema };
    let id = properties.remove("id");
    properties.remove("geometry");
    let kinds = collection.geometry.iter().map(|kind| format!("https://geojson.org/schema/{}.json", kind.name()));
    let mut geometry: Vec<Json> = kinds.map(|address| json!({ "$ref": address })).collect();
    if !collection.geometry_required {
        geometry.push(json!({ "type": "null" }));
    }
    schema["properties"] = json!({
        "type": { "const": "Feature" },
        "id": id,
        "geometry": { "oneOf": geometry },
        "properties": { "type": "object", "properties": properties, "additionalProperties": false },
    });
    // Answers have links beside, and with `properties=` a part of the properties.
    schema["additionalProperties"] = json!(true);
    schema["required"] = json!(["type", "geometry", "properties"]);
    schema
}

fn id_schema(language: Language) -> Json {
    let title = match language {
        Language::De => "Kennung",
        Language::En => "Id",
    };
    json!({ "title": title, "type": "string", "format": "uuid", "readOnly": true, "x-ogc-role": "id" })
}

/// The format names one kind, or what the kinds have in common.
fn geometry_schema(collection: &Collection, language: Language) -> Json {
    let kinds = &collection.geometry;
    let format = match kinds.as_slice() {
        [one] => format!("geometry-{}", one.name().to_lowercase()),
        [GeometryKind::Point, GeometryKind::MultiPoint] => "geometry-point-or-multipoint".to_owned(),
        [GeometryKind::LineString, GeometryKind::MultiLineString] => {
            "geometry-linestring-or-multilinestring".to_owned()
        }
        [GeometryKind::Polygon, GeometryKind::MultiPolygon] => "geometry-polygon-or-multipolygon".to_owned(),
        _ => "geometry-any".to_owned(),
    };
    let title = match language {
        Language::De => "Lage",
        Language::En => "Position",
    };
    // The format has no word for some of the kinds.
    let named: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    json!({ "title": title, "format": format, "x-ogc-role": "primary-geometry", "x-geokontor-geometry": named })
}

fn add_roles(schema: &mut Json, collection: &Collection, k: usize, property: &Property) {
    if collection.temporal == Some(k) {
        let is_date = matches!(property.kind, PropertyKind::Date { .. });
        schema["x-ogc-role"] = json!(if is_date { "primary-date" } else { "primary-instant" });
    }
    if !property.is_writable() {
        schema["readOnly"] = json!(true);
    }
    if let Some(default) = &property.default {
        schema["default"] = default.clone();
    }
}

/// The schema of a property's values, with titles in one language.
pub fn property_schema(property: &Property, language: Language) -> Json {
    let mut schema = value_schema(property, language);
    schema["title"] = json!(property.title.in_language(language));
    if let Some(description) = &property.description {
        schema["description"] = json!(description.in_language(language));
    }
    if let Some(unit) = &property.unit {
        schema["x-ogc-unit"] = json!(unit);
    }
    schema
}

fn value_schema(property: &Property, language: Language) -> Json {
    match &property.kind {
        PropertyKind::Text { max_length, digits_only } => {
            let mut schema = json!({ "type": "string", "maxLength": max_length });
            if *digits_only {
                schema["pattern"] = json!("^[0-9]*$");
            }
            schema
        }
        PropertyKind::Integer { minimum, maximum } => {
            let mut schema = json!({ "type": "integer" });
            // What the declaration leaves open is no limit worth telling.
            if *minimum != i64::MIN {
                schema["minimum"] = json!(minimum);
            }
            if *maximum != i64::MAX {
                schema["maximum"] = json!(maximum);
            }
            schema
        }
        PropertyKind::Number { minimum, maximum, .. } => {
            let mut schema = json!({ "type": "number" });
            if *minimum != f64::MIN {
                schema["minimum"] = json!(minimum);
            }
            if *maximum != f64::MAX {
                schema["maximum"] = json!(maximum);
            }
            schema
        }
        PropertyKind::Boolean => json!({ "type": "boolean" }),
        PropertyKind::Date { .. } => json!({ "type": "string", "format": "date" }),
        PropertyKind::Instant => json!({ "type": "string", "format": "date-time" }),
        PropertyKind::Code(list) => {
            let codes: Vec<&str> = list.codes().iter().map(|code| code.code.as_str()).collect();
            let titled: Vec<Json> = list
                .codes()
                .iter()
                .map(|code| json!({ "const": code.code, "title": code.label.in_language(language) }))
                .collect();
            json!({ "type": "string", "enum": codes, "oneOf": titled, "x-ogc-codelist": list.name })
        }
        PropertyKind::List(fields) => {
            let entries: Map<String, Json> =
                fields.iter().map(|field| (field.name.clone(), property_schema(field, language))).collect();
            let required: Vec<&str> =
                fields.iter().filter(|f| f.presence == Presence::Mandatory).map(|f| f.name.as_str()).collect();
            let item = json!({
                "type": "object", "properties": entries, "required": required, "additionalProperties": false,
            });
            json!({ "type": "array", "maxItems": 100, "items": item })
        }
    }
}

/// A number that differs when what the server says about the same data may differ: other declarations, other version.
pub fn edition(catalogue: &Catalogue) -> u32 {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
    for collection in catalogue.collections() {
        digest.update(&collection.name);
        digest.update(collection.visibility.name());
        for visibility in Visibility::ALL {
            for language in [Language::De, Language::En] {
                digest.update(document(collection, visibility, language, Part::Everything).to_string());
            }
        }
    }
    let bytes = digest.finalize();
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
