//! How sure it is that an incident is where a place says.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// What a place stands for, and the metres around it in which the incident may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Certainty {
    /// A house, a hydrant, a coordinate to a few metres.
    Exact,
    /// Somewhere along a street.
    Street(f64),
    /// Somewhere in a village, a town, a municipality.
    Settlement(f64),
    /// A coordinate or an area that leaves more open than the district calls exact.
    Coarse(f64),
}

impl Certainty {
    /// Of a place that may be off by so many metres, where up to `accuracy` is exact.
    pub fn within(radius: f64, accuracy: f64) -> Self {
        if radius <= accuracy { Self::Exact } else { Self::Coarse(radius) }
    }

    /// The word for clients.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Street(_) => "street",
            Self::Settlement(_) => "settlement",
            Self::Coarse(_) => "coarse",
        }
    }

    /// Metres around the place in which the incident may lie; `None` for an exact one.
    pub fn radius(self) -> Option<f64> {
        match self {
            Self::Exact => None,
            Self::Street(radius) | Self::Settlement(radius) | Self::Coarse(radius) => Some(radius.ceil()),
        }
    }
}

impl Serialize for Certainty {
    /// Members `certainty` and `radius`, to be flattened into an answer.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Certainty", 2)?;
        members.serialize_field("certainty", self.name())?;
        members.serialize_field("radius", &self.radius())?;
        members.end()
    }
}

impl JsonSchema for Certainty {
    fn schema_name() -> Cow<'static, str> {
        "Certainty".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = [Self::Exact, Self::Street(0.0), Self::Settlement(0.0), Self::Coarse(0.0)].map(Self::name);
        let radius = "Metres around the place in which the incident may lie; null for an exact one";
        json_schema!({
            "type": "object", "required": ["certainty", "radius"],
            "properties": {
                "certainty": { "type": "string", "enum": words },
                "radius": { "type": ["number", "null"], "description": radius },
            },
        })
    }
}
