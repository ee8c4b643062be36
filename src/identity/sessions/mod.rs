//! Sessions: who has signed in, and with what.
//!
//! A session is a record that every node knows from the journal, so that no request asks the database and one that is ended
//! anywhere ends everywhere at once. It knows by what it was begun, so that further ways to sign in are further words. When
//! it was last used is not in the journal: each node notes it and tells the database now and then ([`Sessions::keep`]).

pub mod store;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::store::{SESSION, SessionRow, note_seen, sessions};
use super::{Bits, Caller, Directory, People, Person};
use crate::index::RecordKeeper;
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// How often the database is told which sessions are in use.
const NOTED: Duration = Duration::from_secs(300);
/// How long the secret before the last rotation is still taken: as long as requests under way may last.
pub const GRACE: TimeDelta = TimeDelta::seconds(60);

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Without a request.
    pub idle: Duration,
    /// At all.
    pub longest: Duration,
}

impl Default for Terms {
    /// A working day, and a month.
    fn default() -> Self {
        Self { idle: Duration::from_secs(8 * 3600), longest: Duration::from_secs(30 * 86_400) }
    }
}

/// The sessions in memory.
#[derive(Debug)]
pub struct Sessions {
    known: ArcSwap<Known>,
    people: Arc<People>,
    directory: Arc<Directory>,
    terms: Terms,
}

#[derive(Debug, Default, Clone)]
struct Known {
    by_hash: HashMap<[u8; 32], Arc<Session>>,
    by_id: HashMap<Uuid, Arc<Session>>,
    /// Which states are known, of ended ones too.
    versions: HashMap<Uuid, i64>,
}

/// A session that has not been ended.
#[derive(Debug)]
pub struct Session {
    pub id: Uuid,
    pub account: Uuid,
    /// What it was begun by.
    pub begun_by: Vec<String>,
    /// False while a second factor is still to be shown.
    pub complete: bool,
    pub created_at: DateTime<Utc>,
    pub rotated_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    hash: [u8; 32],
    previous: Option<[u8; 32]>,
    /// Seconds since 1970.
    seen: AtomicI64,
}

impl Sessions {
    /// None yet.
    pub fn new(people: Arc<People>, directory: Arc<Directory>, terms: Terms) -> Self {
        Self { known: ArcSwap::default(), people, directory, terms }
    }

    /// How long they last.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// The session whose cookie holds this secret, complete or not, and notes that it is in use.
    pub fn find(&self, bits: &Bits, now: DateTime<Utc>) -> Option<Arc<Session>> {
        let session = self.look(bits, now)?;
        session.seen.fetch_max(now.timestamp(), Ordering::Relaxed);
        Some(session)
    }

    fn look(&self, bits: &Bits, now: DateTime<Utc>) -> Option<Arc<Session>> {
        let (hash, known) = (bits.hash(), self.known.load());
        let session = known.by_hash.get(&hash)?;
        let is_late = session.hash != hash && session.rotated_at + GRACE <= now;
        let idle = now.timestamp() - session.seen.load(Ordering::Relaxed);
        if is_late || session.ends_at <= now || idle > self.terms.idle.as_secs().try_into().unwrap_or(i64::MAX) {
            return None;
        }
        self.people.get(session.account)?;
        Some(session.clone())
    }

    /// Who sends this secret, as [`Self::caller`], without a note that the session is in use.
    pub fn still(&self, bits: &Bits, now: DateTime<Utc>) -> Option<Caller> {
        let session = self.look(bits, now).filter(|session| session.complete)?;
        self.caller_of(session.account, Some(session.id))
    }

    /// Who sends this secret; `None` without a complete session.
    pub fn caller(&self, bits: &Bits, now: DateTime<Utc>) -> Option<Caller> {
        let session = self.find(bits, now).filter(|session| session.complete)?;
        self.caller_of(session.account, Some(session.id))
    }

    /// The holder of an account, in one of its sessions.
    pub fn caller_of(&self, account: Uuid, session: Option<Uuid>) -> Option<Caller> {
        let known = self.people.get(account)?;
        let person = Person { account, actor: known.actor, session };
        Some(match known.administrator {
            true => Caller::administrator(person),
            false => Caller::of_account(person, self.directory.power_of(account)),
        })
    }

    /// When a session was last seen, as far as this node knows.
    pub fn last_seen(&self, session: Uuid) -> Option<DateTime<Utc>> {
        let known = self.known.load();
        DateTime::from_timestamp(known.by_id.get(&session)?.seen.load(Ordering::Relaxed), 0)
    }

    /// Tells the database now and then which sessions are in use, and learns it of those on other nodes.
    pub async fn keep(self: Arc<Self>, store: Store, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(NOTED)).await.is_some() {
            if let Err(error) = self.note(&store).await {
                tracing::warn!(%error, "which sessions are in use could not be noted");
            }
        }
    }

    /// One such exchange with the database.
    ///
    /// # Errors
    /// The database's.
    pub async fn note(&self, store: &Store) -> Result<(), StoreError> {
        let known = self.known.load_full();
        let seen = |session: &Arc<Session>| (session.id, session.seen.load(Ordering::Relaxed));
        for (id, at) in note_seen(store, &known.by_id.values().map(seen).collect::<Vec<_>>()).await? {
            if let Some(session) = known.by_id.get(&id) {
                session.seen.fetch_max(at, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

impl RecordKeeper for Sessions {
    fn subject(&self) -> &'static str {
        SESSION
    }

    fn load<'a>(&'a self, store: &'a Store) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            let mut read = Known::default();
            sessions(store).await?.into_iter().for_each(|row| read.take(row));
            self.known.store(Arc::new(read));
            Ok(())
        }
        .boxed()
    }

    fn changed(&self, records: &[RecordChanged]) {
        let mut known = Known::clone(&self.known.load());
        for record in records {
            let state = record.after.as_ref().and_then(|state| from_journal(record, state));
            match state {
                Some(row) => known.take(row),
                None => known.forget(record.id),
            }
        }
        self.known.store(Arc::new(known));
    }
}

fn from_journal(record: &RecordChanged, state: &Json) -> Option<SessionRow> {
    SessionRow::from_journal(record.id, record.version, state)
}

impl Known {
    /// Takes the state of a session, unless a newer one is known.
    fn take(&mut self, row: SessionRow) {
        if self.versions.get(&row.id).is_some_and(|known| *known > row.version) {
            return;
        }
        self.versions.insert(row.id, row.version);
        let seen = self.by_id.get(&row.id).map_or(i64::MIN, |old| old.seen.load(Ordering::Relaxed));
        self.forget(row.id);
        let Some(session) = session(row, seen) else { return };
        let session = Arc::new(session);
        self.by_hash.insert(session.hash, session.clone());
        self.by_hash.extend(session.previous.map(|hash| (hash, session.clone())));
        self.by_id.insert(session.id, session);
    }

    fn forget(&mut self, id: Uuid) {
        if let Some(old) = self.by_id.remove(&id) {
            self.by_hash.remove(&old.hash);
            old.previous.map(|hash| self.by_hash.remove(&hash));
        }
    }
}

fn session(row: SessionRow, seen: i64) -> Option<Session> {
    if row.ended_at.is_some() {
        return None;
    }
    Some(Session {
        id: row.id,
        account: row.account,
        begun_by: row.begun_by,
        complete: row.complete,
        created_at: row.created_at,
        rotated_at: row.rotated_at,
        ends_at: row.ends_at,
        hash: row.hash.try_into().ok()?,
        previous: row.previous.and_then(|hash| hash.try_into().ok()),
        seen: AtomicI64::new(row.last_seen.timestamp().max(seen)),
    })
}
