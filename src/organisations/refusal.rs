//! What may be the matter with organisations.

use schemars::JsonSchema;
use serde::Serialize;

use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::{Faults, Label, Tell};

/// Why something of an organisation is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    NoOrganisation,
    NoMembership,
    NoToken,
    NoAccount,
    NameTaken,
    MemberAlready,
    TokenNameTaken,
    /// `If-Match` is missing, or names another version.
    VersionMissing,
    Stale,
    NoKind {
        known: Vec<&'static str>,
    },
    NoRole {
        known: Vec<String>,
    },
    /// `kinds` are the kinds of organisation that give the role.
    NotForKind {
        role: Label,
        kinds: Vec<&'static str>,
    },
    NoCollection {
        collection: String,
    },
    BadKeys,
    BadOutline,
    BadExpiry,
    /// An area of a token beyond that of its owner.
    AreaBeyond,
    TwoOwners,
}

impl Tell for Refusal {
    const FILE: &'static str = "organisations";
}

/// Why something of an organisation was not done.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
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

impl From<StoreError> for OrganisationError {
    fn from(error: StoreError) -> Self {
        match error.broken_constraint() {
            Some("organisation_name") => Self::Refused(Refusal::NameTaken),
            _ => Self::Store(error),
        }
    }
}

impl From<Refusal> for OrganisationError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Faults> for OrganisationError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
