//! Schemas of what is answered, derived from the types that are answered, and the two dialects of JSON Schema that OpenAPI
//! has had.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value as Json, json};

/// The schema of a type as it is answered: a reference to a component, and all components that it needs, by their names.
pub fn of<T: JsonSchema>() -> (Json, Map<String, Json>) {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let schema = generator.subschema_for::<T>();
    (schema.to_value(), generator.take_definitions(true))
}

/// A schema that takes null, too. Where values are listed, null is listed, too.
#[must_use]
pub fn or_null(mut schema: Json) -> Json {
    schema["type"] = json!([schema["type"].take(), "null"]);
    if let Some(values) = schema.get_mut("enum").and_then(Json::as_array_mut) {
        values.push(Json::Null);
    }
    schema
}

/// Puts a schema into the words of OpenAPI 3.0, which has a JSON Schema of its own (OpenAPI 3.0.3, 4.7.24): `nullable`
/// instead of a list of types, and nothing beside a reference.
pub fn put_into_3_0(schema: &mut Json) {
    if let Ok(schema) = <&mut Schema>::try_from(schema) {
        for transform in &mut SchemaSettings::openapi3().transforms {
            transform.transform(schema);
        }
    }
}
