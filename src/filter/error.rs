//! Why a filter, box, period or order is refused.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::Matter;
use crate::texts::{Tell, Told};

/// What is wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum FilterError {
    /// More than a server wants to evaluate for every feature.
    TooLarge { what: Told, limit: usize },
    /// The text does not follow the grammar of CQL2 text.
    Syntax {
        /// Counted from 1.
        position: usize,
        message: Told,
    },
    /// The JSON does not follow the schema of CQL2 JSON.
    Json {
        /// JSON pointer into the filter (RFC 6901).
        pointer: String,
        message: Told,
    },
    /// No such queryable, or none for this caller; the two cannot be told apart.
    UnknownProperty { name: String, collection: String },
    /// The code list does not have the code.
    UnknownCode { code: String, list: String, known: Vec<String> },
    /// An operand does not suit the operator or function.
    Type {
        /// The operator, function or property.
        place: Told,
        message: Told,
    },
    /// Well-formed, but not offered here.
    Unsupported { what: Told, reason: Told },
    /// A literal geometry or box cannot be used.
    Geometry { place: Told, message: Told },
    /// The value of a parameter named like a property.
    Value { message: Told },
    /// The `bbox` parameter.
    Bbox { message: Told },
    /// The `datetime` parameter or a date or time in a filter.
    Time { message: Told },
    /// The `sortby` parameter.
    Sort { message: Told },
}

impl Tell for FilterError {
    const FILE: &'static str = "filters";
}

/// For logs.
impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Told::of(self).fmt(f)
    }
}

impl std::error::Error for FilterError {}

impl FilterError {
    /// An operand that does not suit a named operator, function or property.
    pub(super) fn mismatch(place: &str, message: impl Into<Told>) -> Self {
        Self::unfit(Told::verbatim(place), message)
    }

    /// The same of any other part of the filter.
    pub(super) fn unfit(place: Told, message: impl Into<Told>) -> Self {
        Self::Type { place, message: message.into() }
    }

    pub(super) fn unsupported(what: impl Into<Told>, reason: &Matter<'_>) -> Self {
        Self::Unsupported { what: what.into(), reason: reason.into() }
    }

    pub(super) fn geometry(place: impl Into<Told>, message: impl Into<Told>) -> Self {
        Self::Geometry { place: place.into(), message: message.into() }
    }

    pub(super) fn bbox(message: impl Into<Told>) -> Self {
        Self::Bbox { message: message.into() }
    }

    pub(super) fn time(message: &Matter<'_>) -> Self {
        Self::Time { message: message.into() }
    }

    pub(super) fn sort(message: &Matter<'_>) -> Self {
        Self::Sort { message: message.into() }
    }
}
