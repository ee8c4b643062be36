//! Where the index's news become events: one a process.
//!
//! The follower brings changes look by look; each look is a [`Batch`], and the cursor after it is the id of its last
//! event. Streams are readers of one bounded queue, so a thousand of them cost a pointer each, and one that is slow loses
//! its place in the queue rather than holding anybody up.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, broadcast};

use super::event::{Event, Words};
use crate::index::{Changed, Observer};
use crate::store::journal::{Cursor, Passed};

/// Changes of one look that are told one by one. Of more, such as an import brings, clients learn only that it happened.
pub const MOST_IN_A_BATCH: usize = 1_000;

/// Events kept for those who come back.
const KEPT: usize = 4_096;

/// Clients that read the journal at the same time.
const REPLAYS: usize = 2;

/// Batches a stream may be behind.
const QUEUE: usize = 256;

/// What one look at the journal brought.
#[derive(Debug)]
pub struct Batch {
    pub events: Vec<Event>,
    /// Collections of which too much changed to be told.
    pub flooded: BTreeSet<usize>,
    /// The changesets it is made of.
    pub passed: Vec<Passed>,
    /// What came before it is no more: the database has gone back.
    pub restarted: bool,
    pub after: Cursor,
}

/// Makes events of changes and hands them to streams.
#[derive(Debug)]
pub struct Hub {
    pub words: Words,
    /// How many may read what was missed from the database at the same time.
    pub replays: Semaphore,
    state: Mutex<State>,
    news: broadcast::Sender<Arc<Batch>>,
}

#[derive(Debug, Default)]
struct State {
    /// Told by the index, its look not finished yet.
    pending: Vec<Changed>,
    flooded: BTreeSet<usize>,
    kept: VecDeque<Arc<Batch>>,
    kept_events: usize,
    /// Everything that this does not see and `reached` does is in `kept`.
    floor: Option<Cursor>,
    reached: Option<Cursor>,
}

/// A place in the queue, and what was before it.
#[derive(Debug)]
pub struct Subscription {
    pub news: broadcast::Receiver<Arc<Batch>>,
    pub kept: Vec<Arc<Batch>>,
    pub floor: Cursor,
    pub reached: Cursor,
}

impl Subscription {
    /// True if what a client saw last is of the history that is followed here. `older` are the changesets between it and
    /// the floor, if it lies before that.
    pub fn follows(&self, since: &Cursor, older: &[Passed]) -> bool {
        // None of the older ones is seen by the floor and passed again by a batch.
        self.reached.follows(since, self.kept.iter().flat_map(|batch| &batch.passed).chain(older))
    }
}

impl Hub {
    /// A hub nobody has told anything.
    pub fn new(words: Words) -> Self {
        Self { words, replays: Semaphore::new(REPLAYS), state: Mutex::default(), news: broadcast::Sender::new(QUEUE) }
    }

    /// A place in the queue from now on; `None` until the registers are loaded.
    pub fn subscribe(&self) -> Option<Subscription> {
        // Batches are sent under the same lock: none is both kept and still to come, none is neither.
        let state = self.state();
        Some(Subscription {
            news: self.news.subscribe(),
            kept: state.kept.iter().cloned().collect(),
            floor: state.floor.clone()?,
            reached: state.reached.clone()?,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Keeps a batch for those who come back, and hands it to those who are here.
    fn keep(&mut self, batch: Arc<Batch>, news: &broadcast::Sender<Arc<Batch>>) {
        self.kept_events += batch.events.len() + 1;
        self.kept.push_back(batch.clone());
        while self.kept_events > KEPT {
            let Some(oldest) = self.kept.pop_front() else { break };
            self.kept_events -= oldest.events.len() + 1;
            self.floor = Some(oldest.after.clone());
        }
        // Nobody listening is no error.
        let _ = news.send(batch);
    }
}

impl Observer for Hub {
    fn changed(&self, changes: &[Changed]) {
        let mut state = self.state();
        for changed in changes {
            if state.pending.len() < MOST_IN_A_BATCH {
                state.pending.push(changed.clone());
            } else {
                state.flooded.insert(changed.collection);
            }
        }
    }

    fn reached(&self, cursor: &Cursor, passed: &[Passed]) {
        let mut state = self.state();
        if state.floor.is_none() {
            state.floor = Some(cursor.clone());
        }
        state.reached = Some(cursor.clone());
        let changes = std::mem::take(&mut state.pending);
        if changes.is_empty() && passed.is_empty() {
            return;
        }
        let mut flooded = std::mem::take(&mut state.flooded);
        let mut events = Vec::new();
        if flooded.is_empty() {
            metrics::counter!("geokontor_events_total").increment(changes.len() as u64);
            events = changes.into_iter().map(Event::new).collect();
        } else {
            flooded.extend(changes.iter().map(|changed| changed.collection));
        }
        let batch = Batch { events, flooded, passed: passed.to_vec(), restarted: false, after: cursor.clone() };
        state.keep(Arc::new(batch), &self.news);
    }

    fn restarted(&self, cursor: &Cursor) {
        let mut state = self.state();
        *state = State { floor: Some(cursor.clone()), reached: Some(cursor.clone()), ..State::default() };
        let batch = Batch {
            events: Vec::new(),
            flooded: BTreeSet::new(),
            passed: Vec::new(),
            restarted: true,
            after: cursor.clone(),
        };
        state.keep(Arc::new(batch), &self.news);
    }
}
