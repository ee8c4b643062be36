//! The identity of a feature.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of a feature, unique across all collections and never used again after a deletion.
///
/// A UUID of version 7, so that ids made later sort later: paging by id then shows features in the order of creation. Those
/// of the invented district are of version 8 and come from its seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeatureId(pub Uuid);

impl FeatureId {
    /// A new id that sorts after every id this process has made before.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for FeatureId {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Uuid> for FeatureId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// The text is not a UUID.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a feature id; ids look like 0190a5c2-7b1e-7c3a-9f10-2f6f0d1c9a11")]
pub struct InvalidFeatureId(String);

impl FromStr for FeatureId {
    type Err = InvalidFeatureId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidFeatureId(text.to_owned()))
    }
}
