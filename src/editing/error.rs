//! Why a change is not made.

use crate::collection::{Fault, Faults};
use crate::feature::FeatureId;
use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;

/// Why a change is not made. Whatever it is, nothing of it is stored; [`EditError::Lagging`] alone says the opposite.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("there is no collection '{0}'")]
    UnknownCollection(String),
    #[error("'{collection}' has no feature {id}")]
    NotFound { collection: String, id: FeatureId },
    #[error("there is no changeset {0}")]
    UnknownChangeset(i64),
    /// The feature is not as its author has seen it; `current` is its version now, and nothing if it is gone.
    #[error("{}", stale(*id, *current))]
    Stale { id: FeatureId, current: Option<i64> },
    #[error("say which version you mean to change: send the ETag of the feature as If-Match")]
    PreconditionMissing,
    #[error("the input has faults: {0}")]
    Invalid(Faults),
    #[error("another object of the municipality already has this number")]
    ReferenceTaken,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("changeset {changeset} cannot be taken back: {reason}")]
    CannotUndo { changeset: i64, reason: String },
    #[error(transparent)]
    Store(StoreError),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl EditError {
    /// A single fault.
    pub fn invalid(fault: Fault) -> Self {
        Self::Invalid(fault.into())
    }
}

fn stale(id: FeatureId, current: Option<i64>) -> String {
    match current {
        Some(version) => format!(
            "feature {id} has been changed since it was read: it is at version {version} now; read it again and repeat the change"
        ),
        None => format!("feature {id} is not there: it has been deleted since it was read, or never was"),
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
