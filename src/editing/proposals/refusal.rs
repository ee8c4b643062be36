//! Why nothing becomes of a proposal, or not what was asked for.

use schemars::JsonSchema;
use serde::Serialize;

use crate::editing::{ChangesetError, EditError};
use crate::feature::FeatureId;
use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::{Faults, Label, Tell};

/// Why a proposal is not decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum ProposalRefusal {
    NoProposal,
    /// It was decided before.
    Decided {
        state: &'static str,
    },
    /// One's own: somebody else decides.
    Own,
    /// Somebody else's: they alone withdraw it.
    NotOwn,
    /// What it is about has been changed since; the faults say what.
    Outdated,
    /// A field that has been changed meanwhile, differently from what was proposed.
    Changed {
        field: Label,
    },
    /// The feature has been deleted meanwhile.
    Gone {
        #[schemars(with = "String")]
        id: FeatureId,
    },
    /// The feature that was to be made is there already.
    There {
        #[schemars(with = "String")]
        id: FeatureId,
    },
}

impl Tell for ProposalRefusal {
    const FILE: &'static str = "proposals";
}

/// Why a decision about a proposal is not kept. It is as it was then, but for [`DecisionError::Lagging`].
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    #[error("{0:?}")]
    Refused(ProposalRefusal),
    /// What has been changed since it was made, each with its place in the proposal.
    #[error("{0}")]
    Conflict(Faults),
    /// What it wants can no longer be made.
    #[error("{0:?}")]
    Edits(ChangesetError),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl From<ProposalRefusal> for DecisionError {
    fn from(refusal: ProposalRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<EditError> for DecisionError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Denied(denied) => Self::Denied(denied),
            EditError::Lagging(lagging) => Self::Lagging(lagging),
            EditError::Store(error) => Self::Store(error),
            other => Self::Edits(other.into()),
        }
    }
}

impl From<ChangesetError> for DecisionError {
    fn from(error: ChangesetError) -> Self {
        match error {
            ChangesetError::Failed(error) => error.into(),
            refused => Self::Edits(refused),
        }
    }
}
