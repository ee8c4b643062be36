//! Why something of files is not done.

use schemars::JsonSchema;
use serde::Serialize;

use super::reader::Unfit;
use crate::blobs::BlobError;
use crate::identity::Denied;
use crate::index::Lagging;
use crate::store::StoreError;
use crate::texts::{Faults, Tell};
use crate::work::Busy;

/// Why something is not done that was well put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Refusal {
    /// Also where its collection takes no files.
    NoObject,
    /// Also where the caller may not see it.
    NoFile,
    /// A defect that is none of the object's.
    NoDefect,
    /// Another file has the id.
    IdTaken,
    VersionMissing,
    Stale,
    Removed,
    /// So many of the kind are there already.
    TooMany {
        most: u32,
    },
    // What is the matter with what was sent.
    NoPhotos,
    NoDocuments,
    Format,
    Heic,
    TooManyPixels {
        megapixels: u64,
        most: u64,
    },
    Broken,
    TooLarge {
        megabytes: u64,
    },
    Empty,
    BrokenOff,
}

impl Tell for Refusal {
    const FILE: &'static str = "files";
}

impl From<Unfit> for Refusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Format => Self::Format,
            Unfit::Heic => Self::Heic,
            Unfit::Broken => Self::Broken,
            Unfit::TooManyPixels { width, height } => {
                let pixels = u64::from(width) * u64::from(height);
                Self::TooManyPixels { megapixels: pixels.div_ceil(1_000_000), most: super::MOST_PIXELS / 1_000_000 }
            }
        }
    }
}

/// What is wrong with a member of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Wrong {
    IdMissing,
    CollectionMissing,
    KindUnknown {
        known: Vec<String>,
    },
    Name {
        most: usize,
    },
    Caption {
        most: usize,
    },
    Notes {
        most: usize,
        points: usize,
        letters: usize,
    },
    /// Only photos are drawn on.
    NoPhoto,
    /// A file that it is to stand before or behind.
    NoNeighbour,
    BothSides,
}

impl Tell for Wrong {
    const FILE: &'static str = "files";
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{0:?}")]
    Refused(Refusal),
    #[error("{0}")]
    Invalid(Faults),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Blob(BlobError),
    #[error("no file could be looked at: {0}")]
    Disk(#[from] std::io::Error),
    #[error(transparent)]
    Store(StoreError),
    #[error(transparent)]
    Lagging(#[from] Lagging),
}

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        match error.broken_constraint() {
            // Two files of the same id at the same moment, for two objects.
            Some("object_file_pkey") => Self::Refused(Refusal::IdTaken),
            _ => Self::Store(error),
        }
    }
}

impl From<BlobError> for FileError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { most } => Self::Refused(Refusal::TooLarge { megabytes: most >> 20 }),
            BlobError::Store(error) => error.into(),
            other => Self::Blob(other),
        }
    }
}

impl From<Refusal> for FileError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Faults> for FileError {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
