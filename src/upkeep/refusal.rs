//! Why something of upkeep is not done.

use schemars::JsonSchema;
use serde::Serialize;

use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::{Faults, Tell};

/// Why something is not done that was well put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    /// Collections without a status have no upkeep; those the caller may not know of are like names nobody has declared.
    NoObject,
    NoDefect,
    NoOutage,
    NoOrganisation,
    /// Another record has the id.
    IdTaken,
    Resolved,
    Over,
    VersionMissing,
    Stale,
}

impl Tell for Refusal {
    const FILE: &'static str = "upkeep";
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    #[error("{0:?}")]
    Refused(Refusal),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(StoreError),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl From<StoreError> for UpkeepError {
    fn from(error: StoreError) -> Self {
        match error.broken_constraint() {
            // Two records of the same id at the same moment, for two objects.
            Some("inspection_pkey" | "defect_pkey" | "outage_pkey") => Self::Refused(Refusal::IdTaken),
            _ => Self::Store(error),
        }
    }
}

impl From<Refusal> for UpkeepError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Faults> for UpkeepError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
