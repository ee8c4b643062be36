//! What may be the matter with tablets.

use schemars::JsonSchema;
use serde::Serialize;

use crate::identity::Denied;
use crate::identity::attempts::TooEarly;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::{Faults, Tell};
use crate::work::Busy;

/// Why something of a tablet is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    NoDevice,
    NoOrganisation,
    /// An organisation of that kind has no crews.
    NoCrews,
    /// Unknown, used or too old: whoever guesses is not told which.
    CodeRefused,
    /// The browser is no tablet.
    NotEnrolled,
    PinWrong,
    /// Too many guesses.
    TooEarly {
        seconds: u32,
    },
}

impl Tell for Refusal {
    const FILE: &'static str = "devices";
}

/// Why something of a tablet was not done.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    #[error("{0:?}")]
    Refused(Refusal),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl From<Refusal> for DeviceError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<TooEarly> for DeviceError {
    fn from(TooEarly { seconds }: TooEarly) -> Self {
        Self::Refused(Refusal::TooEarly { seconds })
    }
}

impl From<Faults> for DeviceError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
