//! The database: the only place (with the domains' own `store.rs`) where SQL stands.
//!
//! PostGIS holds the truth; memory is read. Everything here is a transaction or a stream of rows; no rule of a domain is
//! decided here. In reading order: [`connect`](Store::connect) and migrations, [`declared`] (what the declarations
//! imply: partitions and views), [`transaction`] (the unit of work) by [`actors`], with [`features`] and
//! [`records`] (changed and journalled in it), [`bulk`] (features by the million), [`jobs`] (what is to be done later), [`timers`] (the moments that
//! features name), [`published`] (what a domain writes into features beside the people who edit them),
//! [`aside`] (a transaction that the journal does not know of), [`journal`] (what the index follows) with [`journal::Cursor`] (how far), [`settle`] (what became of
//! a commit whose answer was lost), [`history`] (what was), [`undo`] (taking a changeset back), [`contents`] (what
//! a backup is held against), [`readers`] (users of the database beside the server), [`nodes`] (which processes serve it), [`inspect`]
//! (is the database fit to serve from).

pub mod actors;
pub mod aside;
pub mod bulk;
pub mod contents;
pub(crate) mod copy;
mod cursor;
pub mod declared;
mod error;
pub mod features;
pub mod history;
mod hosts;
pub mod inspect;
pub mod jobs;
pub mod journal;
mod line;
pub mod nodes;
pub mod published;
pub mod readers;
pub mod records;
mod settle;
pub mod timers;
mod told;
pub mod transaction;
pub mod undo;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use arc_swap::ArcSwap;
use sqlx::Postgres;

use crate::feature::crs::Crs;
use timers::Timers;

pub use error::{Passing, StoreError};
pub(crate) use line::{Guarded, Line};
pub use told::OfDatabase;
pub use transaction::Transaction;

/// The schema, embedded in the binary.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The database of a district.
#[derive(Debug, Clone)]
pub struct Store {
    line: Line,
    srid: i32,
    /// The nonce of the changeset that the follower of this process has read last; 0 without a follower.
    followed: Arc<AtomicI64>,
    timers: Arc<ArcSwap<Timers>>,
}

/// After a restore from a dump the journal may name transactions this cluster has not reached; a follower would read those
/// rows for ever, and take transactions to come for ones that it has seen. They are long committed: say so. Every table of
/// the journal is brought in order, also those of an earlier schema.
pub(crate) const FORGET_FOREIGN_TRANSACTIONS: &str = "
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT a.attrelid::regclass::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND a.attname = 'transaction' AND a.atttypid = 'xid8'::regtype AND NOT a.attisdropped
  LOOP EXECUTE 'UPDATE ' || name || ' SET transaction = ''3''::xid8 '
    'WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())'; END LOOP;
END $$;
";

impl Store {
    /// Connects to the host of `url` that takes writes, waiting up to `patience` for one to come up.
    pub async fn connect(url: &str, crs: Crs, patience: Duration) -> Result<Self, StoreError> {
        let srid = crs.epsg().and_then(|code| code.try_into().ok()).unwrap_or(4326);
        let store = Self { line: Line::to(url)?, srid, followed: Arc::default(), timers: Arc::default() };
        let until = tokio::time::Instant::now() + patience;
        loop {
            match store.line.find().await {
                Ok(()) => return Ok(store),
                Err(error) if error.may_come_up() && tokio::time::Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(self.pool()).await?;
        Ok(())
    }

    /// Brings the schema up to date. sqlx holds an advisory lock meanwhile, so processes may start together.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.line.pool()).await?;
        self.forget_foreign_transactions().await
    }

    /// True if no feature is stored in any of the collections.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let any: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM change)").fetch_one(self.pool()).await?;
        Ok(!any)
    }

    /// Version of PostgreSQL and PostGIS, for people.
    pub async fn versions(&self) -> Result<String, StoreError> {
        let sql = "SELECT 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()";
        Ok(sqlx::query_scalar(sql).fetch_one(self.pool()).await?)
    }

    /// How many connections are open, and how many of them wait for work.
    pub fn connections(&self) -> (usize, usize) {
        let pool = self.line.pool();
        (pool.size() as usize, pool.num_idle())
    }

    /// The SRID of stored geometries.
    pub fn srid(&self) -> i32 {
        self.srid
    }

    /// Runs statements, each on a connection of its own.
    pub(crate) fn pool(&self) -> Guarded<'static> {
        self.line.executor()
    }

    /// Begins a transaction on a connection of its own, with a statement of one's own if there is one.
    pub(crate) async fn transaction(
        &self,
        begin: Option<&'static str>,
    ) -> Result<sqlx::Transaction<'static, Postgres>, StoreError> {
        let pool = self.line.pool();
        let beginning = async {
            match begin {
                Some(begin) => pool.begin_with(begin).await,
                None => pool.begin().await,
            }
        };
        Ok(self.line.until_lost(beginning).await?)
    }

    /// Waits for something of the database's, and no longer than that is there.
    pub(crate) async fn alive<T>(&self, work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
        Ok(self.line.until_lost(work).await?)
    }

    /// The line that statements on a connection are guarded by.
    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    async fn forget_foreign_transactions(&self) -> Result<(), StoreError> {
        sqlx::raw_sql(FORGET_FOREIGN_TRANSACTIONS).execute(self.pool()).await?;
        Ok(())
    }
}
