//! Fills the registers with everything the database holds, on all cores: a start is what an outage is measured by.
//!
//! One task takes rows from the database and cuts them into blocks; on as many threads as there are cores the rows of a
//! block become features, each thread piling up its own. At the end the piles are put together, see [`super::pile`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::task::JoinError;

use super::{Encoder, Index, Pile, Snapshot};
use crate::feature::FeatureId;
use crate::feature::geometry::read_wkb;
use crate::memory;
use crate::store::StoreError;
use crate::store::journal::{Cursor, Follow, StateRow, StateRows};

/// Blocks that wait for a thread: enough that none waits for the database, and some megabytes.
const WAITING: usize = 4;
/// More threads than this the database does not keep busy.
const MOST_THREADS: usize = 8;

/// Why the registers could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the loading broke off: {0}")]
    Broken(#[from] JoinError),
}

/// Fills the index with everything the database holds.
///
/// # Errors
/// The database's; the index is then as it was.
pub async fn load(index: &Arc<Index>, journal: &mut Follow) -> Result<Cursor, LoadError> {
    let started = Instant::now();
    let (takers, blocks) = mpsc::channel(WAITING);
    let blocks = Arc::new(Mutex::new(blocks));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let working: Vec<_> = (0..threads)
        .map(|_| {
            let (index, blocks) = (index.clone(), blocks.clone());
            tokio::task::spawn_blocking(move || pile_up(&index, &blocks))
        })
        .collect();
    // The threads alone keep it: when all have ended early, the task that reads learns of it.
    drop(blocks);
    let read = journal.load(takers).await;
    let mut loaders = Vec::with_capacity(threads);
    for thread in working {
        loaders.push(thread.await??);
    }
    let cursor = read?;
    let filling = index.clone();
    tokio::task::spawn_blocking(move || fill(&filling, loaders)).await?;
    // Beside the readers: they need not wait for it.
    drop(tokio::task::spawn_blocking(memory::give_back));
    tracing::info!(seconds = started.elapsed().as_secs_f64(), "the registers are loaded");
    Ok(cursor)
}

/// Makes features of blocks until there are no more; one loader a collection.
fn pile_up(index: &Index, blocks: &Mutex<mpsc::Receiver<StateRows>>) -> Result<Vec<Loader>, StoreError> {
    let collections = index.catalogue.collections();
    let mut loaders: Vec<Loader> =
        (0..collections.len()).map(|position| Loader::new(&index.snapshot(position))).collect();
    let positions: HashMap<&str, usize> =
        collections.iter().enumerate().map(|(position, collection)| (collection.name.as_str(), position)).collect();
    // The lock is held while waiting: the others would wait for the same.
    let next = || blocks.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
    while let Some(block) = next() {
        for row in block.iter() {
            let row = row?;
            // Collections that are no longer declared stay in the database and out of sight.
            if let Some(position) = positions.get(row.collection) {
                loaders[*position].take(&row);
            }
        }
    }
    Ok(loaders)
}

/// Puts together what the threads have piled up.
fn fill(index: &Index, loaders: Vec<Vec<Loader>>) {
    let mut threads: Vec<_> = loaders.into_iter().map(Vec::into_iter).collect();
    for (position, collection) in index.catalogue.collections().iter().enumerate() {
        let parts: Vec<Loader> = threads.iter_mut().filter_map(Iterator::next).collect();
        let misfits: usize = parts.iter().map(|part| part.misfits).sum();
        let pile = parts.into_iter().fold(Pile::default(), |pile, part| pile.joined_by(part.features));
        let features = pile.len();
        let empty = index.snapshot(position);
        let snapshot = Snapshot::load(collection.clone(), empty.frame(), pile.settle());
        index.snapshots[position].store(Arc::new(snapshot));
        if misfits > 0 {
            tracing::warn!(
                collection = collection.name,
                misfits,
                "stored values do not fit the declaration and are not shown"
            );
        }
        tracing::info!(collection = collection.name, features, "loaded");
    }
}

/// What a thread has piled up of a collection.
struct Loader {
    encoder: Encoder,
    features: Pile,
    misfits: usize,
}

impl Loader {
    fn new(snapshot: &Snapshot) -> Self {
        Self { encoder: snapshot.encoder(), features: Pile::default(), misfits: 0 }
    }

    fn take(&mut self, row: &StateRow<'_>) {
        let id = row.feature.into();
        let Some(geometry) = readable(id, row.geometry.map(read_wkb).transpose()) else { return };
        let piled = self.encoder.pile(id, row.version, geometry, row.properties, &mut self.features);
        self.misfits += readable(id, piled).unwrap_or_default();
    }
}

/// A feature that cannot be read is reported and left out rather than stopping the server.
pub(super) fn readable<T, E: std::fmt::Display>(id: FeatureId, read: Result<T, E>) -> Option<T> {
    read.inspect_err(|error| tracing::error!(feature = %id, %error, "a stored feature cannot be read and is not shown"))
        .ok()
}
