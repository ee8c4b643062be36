//! Follows the journal, once the registers are loaded: the only writer of the index.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use geo_types::Rect;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use super::loading::{self, LoadError, readable};
use super::{Action, Applied, Changed, Encoder, Index, Snapshot, Stored};
use crate::feature::geometry::read_wkb;
use crate::feature::{FeatureId, Geometry};
use crate::store::journal::{CHANNEL, ChangeRow, Cursor, Follow, Listener, News, Origin};
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// How long the follower sleeps when nobody wakes it: the bound on how stale a node is that misses a notification.
const PULSE: Duration = Duration::from_millis(500);

/// Why the index cannot be filled or followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Load(#[from] LoadError),
}

impl FollowError {
    /// True if the journal is another one than what is in memory came from.
    fn is_of_another_history(&self) -> bool {
        let (Self::Store(error) | Self::Load(LoadError::Store(error))) = self else { return false };
        matches!(error, StoreError::WentBack(_))
    }
}

/// How far a follower is.
#[derive(Debug, Default)]
struct Progress {
    cursor: Option<Cursor>,
    /// Whose journal it is.
    origin: Option<Origin>,
    /// The registers have been shown once.
    has_begun: bool,
}

/// Loads every collection and then follows the journal until `stop`. A lost database is looked for again and again;
/// readers meanwhile see the last state. Nothing is lost by it: the cursor says where to go on. Where a database comes back
/// that lacks what was read, there are no readers until everything has been loaded anew.
pub async fn run(index: Arc<Index>, store: Store, stop: CancellationToken) {
    let mut progress = Progress::default();
    while !stop.is_cancelled() {
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = follow(&index, &store, &mut progress) => outcome,
        };
        match outcome {
            Err(error) if error.is_of_another_history() => {
                tracing::error!(%error, origin = ?progress.origin, "the registers are loaded anew");
                metrics::counter!("geokontor_database_went_back_total").increment(1);
                progress.cursor = None;
                index.reached.send_replace(None);
                continue;
            }
            Err(error) => {
                tracing::warn!(%error, "the journal cannot be followed; reads go on with the last state");
                metrics::gauge!("geokontor_follower_connected").set(0.0);
            }
            Ok(()) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PULSE) => {}
        }
    }
}

/// Follows on one pair of connections until one of them fails.
async fn follow(index: &Arc<Index>, store: &Store, progress: &mut Progress) -> Result<(), FollowError> {
    // Listening before looking: what is committed in between is announced.
    let mut listener = store.listen(CHANNEL).await?;
    let mut journal = store.follow().await?;
    let origin = journal.origin().await?;
    if progress.origin.as_ref().is_some_and(|known| *known != origin) {
        tracing::warn!(before = ?progress.origin, now = ?origin, "the database is a copy of the one that was followed");
    }
    index.era.store(era(&origin), Ordering::Release);
    progress.origin = Some(origin);
    let mut since = match progress.cursor.clone() {
        Some(since) => {
            journal.resume(&since).await?;
            since
        }
        None => begin(index, store, &mut journal, progress).await?,
    };
    metrics::gauge!("geokontor_follower_connected").set(1.0);
    loop {
        // Kept outside before anything can fail: a cancelled or failed look is simply repeated.
        progress.cursor = Some(since.clone());
        let looking = Instant::now();
        let (now, passed) = journal.news(&since, |news| take(index, news)).await?;
        since = now;
        progress.cursor = Some(since.clone());
        index.observers.iter().for_each(|observer| observer.reached(&since, &passed));
        index.reached.send_replace(Some(since.clone()));
        *index.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(looking);
        wake(index, &mut listener).await?;
    }
}

/// Loads everything, for the first time or anew.
async fn begin(
    index: &Arc<Index>,
    store: &Store,
    journal: &mut Follow,
    progress: &mut Progress,
) -> Result<Cursor, FollowError> {
    let cursor = loading::load(index, journal).await?;
    // After the cursor's moment, so that nothing between the two is missed.
    for keeper in &index.keepers {
        keeper.load(store).await?;
    }
    if std::mem::replace(&mut progress.has_begun, true) {
        index.observers.iter().for_each(|observer| observer.restarted(&cursor));
    } else {
        index.observers.iter().for_each(|observer| observer.reached(&cursor, &[]));
    }
    Ok(cursor)
}

/// The same on every node.
fn era(origin: &Origin) -> u32 {
    let text = format!("{} {} {}", origin.system, origin.timeline, origin.table);
    let [a, b, c, d, ..] = Sha256::digest(text).0;
    u32::from_be_bytes([a, b, c, d])
}

/// Waits for a notification, a poke or the pulse.
async fn wake(index: &Index, listener: &mut Listener) -> Result<(), FollowError> {
    tokio::select! {
        () = index.poke.notified() => Ok(()),
        () = tokio::time::sleep(PULSE) => Ok(()),
        told = listener.told() => Ok(told?),
    }
}

/// A feature ready for readers.
fn encode(
    encoder: &mut Encoder,
    id: FeatureId,
    version: i64,
    geometry: Option<&[u8]>,
    properties: &[u8],
) -> Option<Stored> {
    let geometry: Option<Geometry> = readable(id, geometry.map(read_wkb).transpose())?;
    readable(id, encoder.encode(id, version, geometry, properties)).map(|(stored, _)| stored)
}

/// Takes a portion of news.
fn take(index: &Arc<Index>, news: News) -> Result<(), FollowError> {
    for keeper in &index.keepers {
        let of_it = news.records.iter().filter(|record| record.subject == keeper.subject());
        let records: Vec<RecordChanged> = of_it.cloned().collect();
        if !records.is_empty() {
            keeper.changed(&records);
        }
    }
    apply(index, news.changes)
}

/// Brings the index up to date with some changes, all collections in their order.
fn apply(index: &Arc<Index>, changes: Vec<ChangeRow>) -> Result<(), FollowError> {
    let mut by_collection: HashMap<usize, Vec<ChangeRow>> = HashMap::new();
    for change in changes {
        if let Some(position) = index.catalogue.position(&change.collection) {
            by_collection.entry(position).or_default().push(change);
        }
    }
    for (position, changes) in by_collection {
        let before = index.snapshot(position);
        let mut encoder = before.encoder();
        let mut told = Told::new(position, &before, !index.observers.is_empty());
        let applied = changes.into_iter().map(|change| {
            let id = change.feature.into();
            let (version, transaction, at) = (change.version, change.transaction, change.at);
            let after = change
                .after
                .and_then(|(properties, geometry)| encode(&mut encoder, id, version, geometry.as_deref(), &properties));
            told.note(id, version, transaction, at, after.as_ref());
            Applied { id, after }
        });
        let after = Arc::new(before.apply(applied));
        index.snapshots[position].store(after.clone());
        // After readers see the change and before the cursor passes it: what is made from now on is made from the new
        // state, and what was made before is dropped before anybody is told that the change is done.
        index.observers.iter().for_each(|observer| observer.changed(&told.changes));
        if after.wants_merge() {
            merge(index, position, after);
        }
    }
    Ok(())
}

/// Finds out what changes mean for those who are told of them.
struct Told<'a> {
    collection: usize,
    before: &'a Snapshot,
    wanted: bool,
    /// Features that changed in this portion already; `None` after a deletion.
    latest: HashMap<FeatureId, Option<Held>>,
    changes: Vec<Changed>,
}

/// A state of a feature, as far as it matters here.
#[derive(Clone, Copy)]
struct Held {
    version: i64,
    bounds: Option<Rect<f64>>,
}

impl From<&Stored> for Held {
    fn from(stored: &Stored) -> Self {
        Self { version: stored.version, bounds: stored.shape.bounds() }
    }
}

impl<'a> Told<'a> {
    fn new(collection: usize, before: &'a Snapshot, wanted: bool) -> Self {
        Self { collection, before, wanted, latest: HashMap::new(), changes: Vec::new() }
    }

    fn note(&mut self, id: FeatureId, version: i64, transaction: u64, at: DateTime<Utc>, after: Option<&Stored>) {
        if !self.wanted {
            return;
        }
        let held = || self.before.get(id).map(Held::from);
        let before = self.latest.get(&id).copied().unwrap_or_else(held);
        // The snapshot passes over what is older than what it holds.
        if before.is_some_and(|held| held.version >= version && after.is_some()) {
            return;
        }
        let action = match (before, after) {
            (None, None) => return,
            (None, Some(_)) => Action::Created,
            (Some(_), Some(_)) => Action::Updated,
            (Some(_), None) => Action::Deleted,
        };
        let now = after.map(Held::from);
        self.latest.insert(id, now);
        let (before, after) = (before.and_then(|held| held.bounds), now.and_then(|now| now.bounds));
        self.changes.push(Changed { collection: self.collection, id, action, version, transaction, at, before, after });
    }
}

/// Builds a new tree beside readers and writer, one at a time a collection.
fn merge(index: &Arc<Index>, position: usize, from: Arc<Snapshot>) {
    if index.merging[position].swap(true, Ordering::AcqRel) {
        return;
    }
    let index = index.clone();
    tokio::task::spawn_blocking(move || {
        let _done = Done { index: index.clone(), position };
        let merged = from.merged();
        drop(from);
        index.snapshots[position].rcu(|now| now.adopt(&merged));
    });
}

/// Lets the next merge begin, however this one ends.
struct Done {
    index: Arc<Index>,
    position: usize,
}

impl Drop for Done {
    fn drop(&mut self) {
        self.index.merging[self.position].store(false, Ordering::Release);
    }
}
