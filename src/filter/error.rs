//! Why a filter, box, period or order is refused.

/// What is wrong, where, and what would be right. Every message may be shown to the caller.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FilterError {
    /// More than a server wants to evaluate for every feature.
    #[error("the filter is too large: {what}; at most {limit} are taken")]
    TooLarge { what: &'static str, limit: usize },
    /// The text does not follow the grammar of CQL2 text.
    #[error("the filter cannot be read at character {position}: {message}")]
    Syntax {
        /// Counted from 1.
        position: usize,
        message: String,
    },
    /// The JSON does not follow the schema of CQL2 JSON.
    #[error("the filter cannot be read at '{pointer}': {message}")]
    Json {
        /// JSON pointer into the filter (RFC 6901).
        pointer: String,
        message: String,
    },
    /// No such queryable, or none for this caller; the two cannot be told apart.
    #[error("unknown property '{name}'; the queryables of '{collection}' name those that can be used")]
    UnknownProperty { name: String, collection: String },
    /// The code list does not have the code.
    #[error("'{code}' is not in the code list '{list}'; its codes are {known}")]
    UnknownCode { code: String, list: String, known: String },
    /// An operand does not suit the operator or function.
    #[error("{place}: {message}")]
    Type {
        /// The operator, function or property.
        place: String,
        message: String,
    },
    /// Well-formed, but not offered here.
    #[error("{what} is not supported: {reason}")]
    Unsupported { what: String, reason: String },
    /// A literal geometry or box cannot be used.
    #[error("{place}: {message}")]
    Geometry { place: String, message: String },
    /// The `bbox` parameter.
    #[error("bbox: {0}")]
    Bbox(String),
    /// The `datetime` parameter or a date or time in a filter.
    #[error("{0}")]
    Time(String),
    /// The `sortby` parameter.
    #[error("sortby: {0}")]
    Sort(String),
}

impl FilterError {
    pub(super) fn mismatch(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Type { place: place.into(), message: message.into() }
    }

    pub(super) fn unsupported(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into(), reason: reason.into() }
    }

    pub(super) fn geometry(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Geometry { place: place.into(), message: message.into() }
    }
}
