//! What can be wrong with the input of an edit, beside the values of its properties.

use schemars::JsonSchema;
use serde::Serialize;

use super::Hint;
use crate::texts::{Label, Tell};

/// What can be wrong with a feature or a patch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum InputFault<'a> {
    NoFeature,
    NoObject,
    NoMember {
        name: &'a str,
    },
    StaysFeature,
    NoPatch,
    IdStays,
    GeometryMissing {
        collection: &'a str,
    },
    GeometryKind {
        collection: &'a str,
        wanted: Vec<Label>,
        found: Option<Label>,
    },
    /// `at` is latitude and longitude in degrees.
    Outside {
        at: Option<String>,
        nought: bool,
        swapped: bool,
    },
    NoMunicipality {
        key: &'a str,
    },
}

impl Tell for InputFault<'_> {
    const FILE: &'static str = "input";
}

impl InputFault<'_> {
    /// A position outside of the district.
    pub fn outside(at: Option<String>, hint: &Hint) -> Self {
        Self::Outside { at, nought: matches!(hint, Hint::Nought), swapped: matches!(hint, Hint::Swapped) }
    }
}
