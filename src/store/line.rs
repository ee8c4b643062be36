//! The line to the database: which of its hosts takes writes, and whether it is still there.
//!
//! A connection whose other end has vanished says nothing, for a quarter of an hour. So one connection is asked every
//! second, and when no answer comes, whatever waits for the database is told at once. The same question finds the host
//! that takes writes, after a replica was promoted as at the start.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use sqlx::postgres::{PgConnection, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Connection, Describe, Either, Error, Execute, Executor, PgPool, Postgres, SqlStr};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::StoreError;
use super::hosts::{Candidate, candidates};

/// How often the database is asked whether it is there; while it is not, how often it is looked for.
const PULSE: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(200);

/// How long an answer to that may take. With the pulse before it less than the five seconds that are promised.
const ANSWER: Duration = Duration::from_millis(3_500);

/// How long a host may take to let us in.
const ENTRY: Duration = Duration::from_secs(2);

/// How long somebody waits for a free connection.
const ACQUIRE: Duration = Duration::from_secs(5);

const CONNECTIONS: u32 = 16;

/// The way to a database, shared by all who use it.
#[derive(Debug, Clone)]
pub struct Line(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    candidates: Vec<Candidate>,
    now: ArcSwap<Reached>,
    state: watch::Sender<State>,
}

/// The host that was found last.
#[derive(Debug)]
struct Reached {
    candidate: usize,
    pool: PgPool,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// No host takes writes, as far as is known.
    is_down: bool,
    /// How often it was lost: what waited before that waits in vain.
    losses: u64,
}

impl Line {
    /// A line to the database of a URL; nothing is connected yet.
    ///
    /// # Errors
    /// [`StoreError::Url`].
    pub fn to(url: &str) -> Result<Self, StoreError> {
        let mut candidates = candidates(url)?;
        for candidate in &mut candidates {
            // Migrations may find everything in place; that is no news.
            // A plan made for any collection would lock all of their tables, and so wait for a load into one of them.
            // A client that has vanished must not hold its locks for hours.
            candidate.options = std::mem::take(&mut candidate.options).application_name("geokontor").options([
                ("client_min_messages", "warning"),
                ("plan_cache_mode", "force_custom_plan"),
                ("tcp_keepalives_idle", "5"),
                ("tcp_keepalives_interval", "3"),
                ("tcp_keepalives_count", "3"),
            ]);
        }
        let first = candidates.first().ok_or_else(|| StoreError::Url("it names no host".to_owned()))?;
        let now = ArcSwap::from_pointee(Reached { candidate: 0, pool: pool(first) });
        Ok(Self(Arc::new(Shared { candidates, now, state: watch::Sender::default() })))
    }

    /// Looks for the host that takes writes, and goes on looking after it from then on.
    ///
    /// # Errors
    /// Why there is none, of the first host that gave a reason.
    pub async fn find(&self) -> Result<(), StoreError> {
        let probe = self.0.find().await?;
        tokio::spawn(keep(Arc::downgrade(&self.0), probe));
        Ok(())
    }

    /// Connections to the host that was found last.
    pub fn pool(&self) -> PgPool {
        self.0.now.load().pool.clone()
    }

    /// What programs of PostgreSQL's are told to reach the same host.
    pub fn environment(&self) -> &[(&'static str, String)] {
        &self.0.candidates[self.0.now.load().candidate].environment
    }

    /// Runs statements on connections of the pool.
    pub fn executor(&self) -> Guarded<'static> {
        Guarded { inner: Inner::Pool(self.pool()), line: self.clone() }
    }

    /// Runs a statement on a connection.
    pub fn on<'c>(&self, connection: &'c mut PgConnection) -> Guarded<'c> {
        Guarded { inner: Inner::Connection(connection), line: self.clone() }
    }

    /// Waits for the database, and no longer than it is there.
    pub async fn until_lost<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut state = self.0.state.subscribe();
        let State { is_down, losses } = *state.borrow_and_update();
        if is_down {
            return Err(gone("no host of the database takes writes"));
        }
        tokio::select! {
            biased;
            done = work => done,
            _ = state.wait_for(|now| now.losses != losses) => Err(gone("the database does not answer any more")),
        }
    }
}

fn gone(reason: &str) -> Error {
    Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, reason))
}

fn pool(candidate: &Candidate) -> PgPool {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .connect_lazy_with(candidate.options.clone())
}

/// Looks after a line as long as anybody uses it.
async fn keep(line: Weak<Shared>, probe: PgConnection) {
    let mut probe = Some(probe);
    loop {
        sleep(if probe.is_some() { PULSE } else { LOOK }).await;
        let Some(line) = line.upgrade() else { return };
        line.look(&mut probe).await;
    }
}

impl Shared {
    async fn look(&self, probe: &mut Option<PgConnection>) {
        if let Some(connection) = probe {
            match timeout(ANSWER, takes_writes(connection)).await {
                Ok(Ok(true)) => return,
                // Told to end, or a host that is a replica since: both may be over already.
                Ok(_) => {}
                Err(_) => self.give_up("does not answer any more"),
            }
            *probe = None;
        }
        match self.find().await {
            Ok(connection) => *probe = Some(connection),
            Err(error) => self.give_up(&error.to_string()),
        }
    }

    fn give_up(&self, reason: &str) {
        let was_down = self.state.borrow().is_down;
        if !was_down {
            let host = &self.candidates[self.now.load().candidate].name;
            tracing::warn!(host, reason, "the database is lost");
        }
        // Whoever came in between waits in vain, too.
        self.state.send_modify(|state| *state = State { is_down: true, losses: state.losses + 1 });
    }

    /// A connection to the first host that takes writes, beginning with the one that did so last.
    async fn find(&self) -> Result<PgConnection, StoreError> {
        let (last, count) = (self.now.load().candidate, self.candidates.len());
        let mut reason = None;
        for candidate in (last..count).chain(0..last) {
            match self.try_host(candidate).await {
                Ok(connection) => {
                    self.take(candidate);
                    return Ok(connection);
                }
                Err(error) => reason = reason.or(Some(error)),
            }
        }
        Err(reason.unwrap_or_else(|| StoreError::Unavailable(gone("the URL names no host"))))
    }

    async fn try_host(&self, candidate: usize) -> Result<PgConnection, StoreError> {
        let entering = async {
            let mut connection = PgConnection::connect_with(&self.candidates[candidate].options).await?;
            let takes_writes = takes_writes(&mut connection).await?;
            Ok::<_, Error>((connection, takes_writes))
        };
        let name = &self.candidates[candidate].name;
        match timeout(ENTRY, entering).await {
            Ok(Ok((connection, true))) => Ok(connection),
            Ok(Ok(_)) => Err(StoreError::Unavailable(gone(&format!("{name} is a replica and takes no writes")))),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(StoreError::Unavailable(gone(&format!("{name} lets nobody in")))),
        }
    }

    /// Has everybody use a host from now on.
    fn take(&self, candidate: usize) {
        let before = self.now.load_full();
        let has_moved = candidate != before.candidate;
        let was_down = self.state.borrow().is_down;
        // Connections of before may be dead without saying so.
        if has_moved || was_down {
            self.now.store(Arc::new(Reached { candidate, pool: pool(&self.candidates[candidate]) }));
            let host = &self.candidates[candidate].name;
            tracing::info!(host, "the database is found");
            tokio::spawn(async move { before.pool.close().await });
        }
        self.state.send_modify(|state| {
            *state = State { is_down: false, losses: state.losses + u64::from(has_moved) };
        });
    }
}

async fn takes_writes(connection: &mut PgConnection) -> Result<bool, Error> {
    sqlx::query_scalar("SELECT NOT pg_is_in_recovery()").fetch_one(connection).await
}

/// Runs statements as what is inside does, but gives up when the database is lost. A transaction that was open then is
/// never committed.
pub struct Guarded<'c> {
    inner: Inner<'c>,
    line: Line,
}

enum Inner<'c> {
    Pool(PgPool),
    Connection(&'c mut PgConnection),
}

impl fmt::Debug for Guarded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").finish_non_exhaustive()
    }
}

type Rows<'e> = BoxStream<'e, Result<Either<PgQueryResult, PgRow>, Error>>;

impl<'c> Executor<'c> for Guarded<'c> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Rows<'e>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let rows = match self.inner {
            Inner::Pool(pool) => (&pool).fetch_many(query),
            Inner::Connection(connection) => connection.fetch_many(query),
        };
        let steps = stream::unfold((Some(rows), self.line), |(rows, line)| async move {
            let mut rows = rows?;
            match line.until_lost(async { Ok(rows.next().await) }).await {
                Ok(row) => Some((row?, (Some(rows), line))),
                Err(error) => Some((Err(error), (None, line))),
            }
        });
        steps.boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let row = match self.inner {
            Inner::Pool(pool) => (&pool).fetch_optional(query),
            Inner::Connection(connection) => connection.fetch_optional(query),
        };
        Box::pin(async move { self.line.until_lost(row).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'c: 'e,
    {
        let described = match self.inner {
            Inner::Pool(pool) => (&pool).describe(sql),
            Inner::Connection(connection) => connection.describe(sql),
        };
        Box::pin(async move { self.line.until_lost(described).await })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, Result<PgStatement, Error>>
    where
        'c: 'e,
    {
        let prepared = match self.inner {
            Inner::Pool(pool) => (&pool).prepare_with(sql, parameters),
            Inner::Connection(connection) => connection.prepare_with(sql, parameters),
        };
        Box::pin(async move { self.line.until_lost(prepared).await })
    }
}
