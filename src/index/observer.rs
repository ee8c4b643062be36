//! Who is told of changes: what is derived from the index (tiles, events) and must not be older than it.
//!
//! The follower tells observers after readers can see a change and before the request that made it is answered. So
//! whatever an observer drops in [`Observer::changed`] is gone when the author of the edit hears of its success.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use geo_types::Rect;

use crate::feature::FeatureId;
use crate::store::journal::{Cursor, Passed};
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// What became of a feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// Place of its collection in the catalogue.
    pub collection: usize,
    pub id: FeatureId,
    pub action: Action,
    /// The version after the change.
    pub version: i64,
    /// The transaction that made the change.
    pub transaction: u64,
    /// When its changeset began.
    pub at: DateTime<Utc>,
    /// Its box before and after in the district's CRS; `None` where there was no feature or it had no place.
    pub before: Option<Rect<f64>>,
    pub after: Option<Rect<f64>>,
}

/// What was done to a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Created,
    Updated,
    Deleted,
}

impl Action {
    /// The word for clients.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// Somebody who keeps something that changes make old. The follower waits for it: be quick.
pub trait Observer: std::fmt::Debug + Send + Sync {
    /// Readers see these changes from now on; those who made them still wait for their answer. A look at the journal that
    /// fails half way is repeated, and what it had brought is not told again.
    fn changed(&self, changes: &[Changed]);

    /// Everything up to this cursor has been told: all changes of the changesets that were passed on the way. The first
    /// call, after the registers were loaded, says where it begins.
    fn reached(&self, cursor: &Cursor, passed: &[Passed]);

    /// The database has gone back, and the registers were loaded anew: whatever was kept is void, and this is where it
    /// begins again. Nobody reads before this has returned.
    fn restarted(&self, cursor: &Cursor);
}

/// Somebody who keeps the records of one subject in memory. As with features, whoever made a change is answered after the
/// keeper knows of it.
pub trait RecordKeeper: std::fmt::Debug + Send + Sync {
    /// Whose changes it wants.
    fn subject(&self) -> &'static str;

    /// Reads all of them, at first and when the database has gone back. The state read may be newer than what is told next:
    /// what is older than what is kept is to be passed over.
    fn load<'a>(&'a self, store: &'a Store) -> BoxFuture<'a, Result<(), StoreError>>;

    /// These are what they have become, in the order of the journal.
    fn changed(&self, records: &[RecordChanged]);
}
