//! Why something of an import is not done.

use schemars::JsonSchema;
use serde::Serialize;

use crate::blobs::BlobError;
use crate::editing::EditError;
use crate::exchange::export::ExportError;
use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::{Faults, Tell};
use crate::work::Busy;

/// Why something is not done that was well put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    /// Those of others are like those that are not there.
    NoImport,
    NoRow,
    NoReport,
    /// The server works on it, or it is done.
    NotNow,
    /// It was looked at what would become of the rows before something was decided anew.
    Stale,
    TooMany {
        most: i64,
    },
    /// Its author may not import here any more.
    MayNoLonger,
    TooLarge {
        megabytes: u64,
    },
    EmptyFile,
    BrokenOff,
}

impl Tell for Refusal {
    const FILE: &'static str = "desk_imports";
}

/// What can be wrong with what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Wrong {
    NoCollection { name: String },
    FileName { most: usize },
    Format { endings: String },
    NoEncoding { name: String },
    SupplierLength { most: usize },
    NoDecision { known: Vec<String> },
    NoObject,
    CellLength { most: usize },
    Undecidable,
    ReasonLength { most: usize },
}

impl Tell for Wrong {
    const FILE: &'static str = "desk_imports";
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum ImportsError {
    #[error("{0:?}")]
    Refused(Refusal),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Blob(BlobError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error("the file cannot be read: {0}")]
    Disk(#[from] std::io::Error),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl From<BlobError> for ImportsError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { most } => Self::Refused(Refusal::TooLarge { megabytes: most >> 20 }),
            BlobError::Empty => Self::Refused(Refusal::EmptyFile),
            BlobError::BrokenOff(_) => Self::Refused(Refusal::BrokenOff),
            BlobError::Store(error) => Self::Store(error),
            other => Self::Blob(other),
        }
    }
}

impl From<Refusal> for ImportsError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Faults> for ImportsError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
