//! Why a change is not made.

use schemars::JsonSchema;
use serde::Serialize;

use crate::collection::{Fault, Faults};
use crate::feature::FeatureId;
use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::Tell;

/// Why a change is not made. Whatever it is, nothing of it is stored; [`EditError::Lagging`] alone says the opposite.
#[derive(Debug, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum EditError {
    #[error("there is no collection '{name}'")]
    UnknownCollection { name: String },
    #[error("'{collection}' has no feature {id}")]
    NotFound {
        collection: String,
        #[schemars(with = "String")]
        id: FeatureId,
    },
    #[error("there is no changeset {changeset}")]
    UnknownChangeset { changeset: i64 },
    /// The feature is not as its author has seen it; `current` is its version now, and nothing if it is gone.
    #[error("feature {id} is at version {current:?} now")]
    Stale {
        #[schemars(with = "String")]
        id: FeatureId,
        current: Option<i64>,
    },
    #[error("no version was named")]
    PreconditionMissing,
    #[error("the input has faults: {0}")]
    #[serde(skip)]
    Invalid(Faults),
    #[error("another object of the municipality already has this number")]
    ReferenceTaken,
    #[error(transparent)]
    #[serde(skip)]
    Denied(#[from] Denied),
    /// It takes a second person, and cannot wait for one.
    #[error("this takes a second person")]
    CannotWait,
    #[error("changeset {changeset} has been taken back already")]
    UndoneAlready { changeset: i64 },
    #[error("changeset {changeset} cannot be taken back: feature {id} has been changed since")]
    ChangedSince {
        changeset: i64,
        #[schemars(with = "String")]
        id: FeatureId,
    },
    #[error(transparent)]
    #[serde(skip)]
    Store(StoreError),
    #[error(transparent)]
    #[serde(skip)]
    Lagging(#[from] Lagging),
}

impl Tell for EditError {
    const FILE: &'static str = "edits";
}

impl EditError {
    /// A single fault.
    pub fn invalid(fault: Fault) -> Self {
        Self::Invalid(fault.into())
    }
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        // The one rule the database knows better than memory: two writers may take the same number at the same moment.
        if error.broken_constraint().is_some_and(|name| name.ends_with("_reference")) {
            return Self::ReferenceTaken;
        }
        Self::Store(error)
    }
}
