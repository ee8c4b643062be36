//! Files that belong to something: photographs, plans, letters.
//!
//! Content comes first and is nobody's ([`Blobs::receive`]): in portions, never whole in memory, hashed on its way. Whoever wants
//! to keep it attaches it ([`attach`]) in the transaction that changes what it belongs to; nothing of it is visible before that is
//! committed. Content is kept once, whatever it is attached to. What was never attached, and what nothing is attached to any
//! more, is swept by a timer ([`Sweeper`]).
//!
//! It lies in the database, or in a bucket of a store that speaks S3 where one is set; what lies elsewhere since before stays
//! readable there.
//!
//! In reading order: [`receive`] (from a stream to whole content), [`read`](mod@read) (and back), [`store`] (the tables),
//! [`bucket`], [`sweeper`]. It knows no HTTP, and not what files are about.

mod bucket;
mod read;
mod receive;
pub mod store;
mod sweeper;

use std::fmt;

use uuid::Uuid;

use crate::store::{Store, StoreError};

pub use bucket::{Bucket, BucketFault, BucketSettings};
pub use read::Content;
pub use store::{Attachment, Figures, NewAttachment, attach, attachments, detach};
pub use sweeper::{SWEEP, Sweeper};

/// Bytes of a portion: what of a file is in memory at a time.
pub const PORTION: usize = 1 << 20;

/// Where content lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Database,
    Bucket,
}

impl Place {
    /// The word in the database.
    fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Bucket => "bucket",
        }
    }

    fn named(name: &str) -> Self {
        if name == Self::Bucket.name() { Self::Bucket } else { Self::Database }
    }
}

/// Keeps content.
#[derive(Debug, Clone)]
pub struct Blobs {
    pub store: Store,
    /// Where new content goes; `None`: into the database.
    pub bucket: Option<Bucket>,
    /// Bytes that a file may have.
    pub most: u64,
}

/// The hash of content: SHA-256 (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256(pub [u8; 32]);

/// Content that has arrived whole and is attached to nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    content: Uuid,
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// The media type, as the first bytes say.
    pub media: &'static str,
}

/// Why content is not kept, or not to be had.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    #[error("a file may have {most} bytes")]
    TooLarge { most: u64 },
    #[error("there is nothing in the file")]
    Empty,
    #[error("the file broke off: {0}")]
    BrokenOff(String),
    #[error("a name has 1 to 200 characters, none of them a control character")]
    Name,
    #[error("the file was received too long ago; send it again")]
    Late,
    #[error("the content is not as it was kept")]
    Damaged,
    #[error("the content lies in a bucket, and none is set")]
    NoBucket,
    #[error("the bucket: {0}")]
    Bucket(#[from] object_store::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl Blobs {
    fn bucket(&self) -> Result<&Bucket, BlobError> {
        self.bucket.as_ref().ok_or(BlobError::NoBucket)
    }
}
