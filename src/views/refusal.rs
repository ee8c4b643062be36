//! What may be the matter with saved views.

use schemars::JsonSchema;
use serde::Serialize;

use crate::store::StoreError;
use crate::texts::{Faults, Tell};

/// Why something of a saved view is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    /// There is none, or it is somebody else's.
    NoView,
    NameLength {
        most: usize,
    },
    QueryLength {
        most: usize,
    },
    NoCollection {
        name: String,
    },
    /// Views are shared with organisations that one belongs to.
    NoMember,
    TooMany {
        most: i64,
    },
}

impl Tell for Refusal {
    const FILE: &'static str = "views";
}

/// Why something of a saved view was not done.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    #[error("{0:?}")]
    Refused(Refusal),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refusal> for ViewError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Faults> for ViewError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
