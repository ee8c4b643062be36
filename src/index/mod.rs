//! What is read: every feature of every collection in memory, with an R-tree and a map by id.
//!
//! No spatial read touches the database. A reader takes a [`Snapshot`] of a collection, which never changes under it;
//! the one writer, [`follower`], makes the next snapshot from the journal and swaps it in. Nothing else writes here,
//! not even the request that made an edit: it waits until the follower has passed its transaction. So every node of a
//! cluster sees the same changes the same way.
//!
//! In reading order: [`stored`] (a feature as memory keeps it), [`pile`] (many of them, side by side as in the world),
//! `hilbert` (the order of both), [`tree`] (the packed R-tree), `nearest` (its entries by distance), [`snapshot`] (tree,
//! delta and ids together), `per_state` and [`areas`] (what is made of one), [`loading`] (all at once), [`follower`] (what
//! is new), [`observer`] (who is told before an edit is answered). It knows the journal's reader in `store`, no HTTP.

pub mod areas;
pub mod follower;
mod hilbert;
pub mod loading;
mod nearest;
pub mod observer;
mod per_state;
pub mod pile;
mod slots;
pub mod snapshot;
pub mod stored;
pub mod tree;

pub use observer::{Action, Changed, Observer, RecordKeeper};
pub use per_state::PerState;
pub use pile::Pile;
pub use snapshot::{Applied, Snapshot};
pub use stored::{Encoder, Stored};

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::sync::{Notify, watch};

use crate::collection::{Catalogue, District};
use crate::store::journal::Cursor;

/// The in-memory registers of one process.
#[derive(Debug)]
pub struct Index {
    catalogue: Arc<Catalogue>,
    snapshots: Vec<ArcSwap<Snapshot>>,
    /// Told of every change before the cursor passes it.
    observers: Vec<Arc<dyn Observer>>,
    /// Told of changes of records in the same way.
    keepers: Vec<Arc<dyn RecordKeeper>>,
    /// True while a new tree is being built for the collection.
    merging: Vec<AtomicBool>,
    /// How far the journal has been followed; `None` until it is loaded, and while it is loaded anew.
    reached: watch::Sender<Option<Cursor>>,
    /// Tells one database from another, see [`Index::era`].
    era: AtomicU32,
    /// When the journal was last read to its end.
    looked: Mutex<Option<Instant>>,
    /// Wakes the follower before its next look at the journal is due.
    poke: Notify,
}

/// The follower did not reach a transaction in time; the change is kept, but this node does not show it yet.
#[derive(Debug, thiserror::Error)]
#[error("the change is stored, but the index has not followed within {0:?}")]
pub struct Lagging(pub Duration);

impl Index {
    /// An empty index over the declared collections; [`loading::load`] fills it.
    pub fn new(catalogue: Arc<Catalogue>, district: &District) -> Self {
        let snapshots: Vec<_> = catalogue
            .collections()
            .iter()
            .map(|collection| ArcSwap::from_pointee(Snapshot::empty(collection.clone(), district.frame())))
            .collect();
        let merging = snapshots.iter().map(|_| AtomicBool::new(false)).collect();
        Self {
            catalogue,
            snapshots,
            observers: Vec::new(),
            keepers: Vec::new(),
            merging,
            reached: watch::Sender::new(None),
            era: AtomicU32::new(0),
            looked: Mutex::default(),
            poke: Notify::new(),
        }
    }

    /// An index of features that come from elsewhere than a journal, one snapshot a collection: for measuring.
    #[must_use]
    pub fn holding(self, snapshots: impl IntoIterator<Item = Snapshot>) -> Self {
        for snapshot in snapshots {
            if let Some(position) = self.catalogue.position(&snapshot.collection().name) {
                self.snapshots[position].store(Arc::new(snapshot));
            }
        }
        self
    }

    /// The same index, which tells these of every change.
    #[must_use]
    pub fn observed_by(mut self, observers: Vec<Arc<dyn Observer>>) -> Self {
        self.observers = observers;
        self
    }

    /// The same index, which tells these of every change of their records.
    #[must_use]
    pub fn kept_by(mut self, keepers: Vec<Arc<dyn RecordKeeper>>) -> Self {
        self.keepers = keepers;
        self
    }

    /// The declared collections.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The present state of a collection, by its place in the catalogue.
    pub fn snapshot(&self, position: usize) -> Arc<Snapshot> {
        self.snapshots[position].load_full()
    }

    /// The present state of a collection by name.
    pub fn snapshot_of(&self, name: &str) -> Option<Arc<Snapshot>> {
        self.catalogue.position(name).map(|position| self.snapshot(position))
    }

    /// True once the registers are loaded.
    pub fn is_ready(&self) -> bool {
        self.reached.borrow().is_some()
    }

    /// Waits until the registers are loaded.
    pub async fn loaded(&self) {
        // The sender lives as long as this does.
        let _ = self.reached.subscribe().wait_for(Option::is_some).await;
    }

    /// A number that is another one after the database has been replaced by a copy of it: a promoted replica, a restored
    /// backup. The version of a feature may then name another state than it did before.
    pub fn era(&self) -> u32 {
        self.era.load(Ordering::Acquire)
    }

    /// How far the journal has been followed.
    pub fn cursor(&self) -> Option<Cursor> {
        self.reached.borrow().clone()
    }

    /// Waits until everything `cursor` sees is visible here; false if that takes longer than `patience`.
    pub async fn covers_within(&self, cursor: &Cursor, patience: Duration) -> bool {
        let mut reached = self.reached.subscribe();
        let seen = reached.wait_for(|reached| reached.as_ref().is_some_and(|reached| reached.covers(cursor)));
        matches!(tokio::time::timeout(patience, seen).await, Ok(Ok(_)))
    }

    /// How long ago the journal was last read to its end; what readers see is at most that old.
    pub fn last_look(&self) -> Option<Duration> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).map(|looked| looked.elapsed())
    }

    /// Waits until the changes of a committed transaction are visible to readers of this process.
    pub async fn wait_for(&self, transaction: u64) -> Result<(), Lagging> {
        // Shorter than the time a request has, so that the author learns that the change is kept.
        const PATIENCE: Duration = Duration::from_secs(10);
        let mut reached = self.reached.subscribe();
        self.poke.notify_one();
        let seen = reached.wait_for(|cursor| cursor.as_ref().is_some_and(|cursor| cursor.sees(transaction)));
        match tokio::time::timeout(PATIENCE, seen).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Lagging(PATIENCE)),
        }
    }
}
