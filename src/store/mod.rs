//! The database: the only place (with the domains' own `store.rs`) where SQL stands.
//!
//! PostGIS holds the truth; memory is read. Everything here is a transaction or a stream of rows; no rule of a domain is
//! decided here. In reading order: [`connect`](Store::connect) and migrations, [`declared`] (what the declarations
//! imply: partitions and views), [`features`] (one transaction that changes features and journals it), [`bulk`] (the
//! same for millions), [`journal`] (what the index follows), [`history`] (what was), [`undo`] (taking a changeset back), [`tokens`],
//! [`inspect`] (is the database fit to serve from).

pub mod bulk;
pub(crate) mod copy;
pub mod declared;
pub mod features;
pub mod history;
pub mod inspect;
pub mod journal;
pub mod tokens;
pub mod undo;

use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::feature::crs::Crs;

/// The schema, embedded in the binary.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// The database of a district.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
    srid: i32,
}

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The connection was lost at the moment of the commit, and what became of it could not be found out.
    #[error("whether the change was stored is not known: the database was lost while it was being stored")]
    Uncertain,
    /// Two transactions waited for each other, and this one gave way.
    #[error("the change met another one in the same objects; nothing of it was stored")]
    Collision,
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    #[error("the schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database URL is not valid: {0}")]
    Url(#[source] sqlx::Error),
    /// A view of ours would have to be made anew, and others have built on it.
    #[error(
        "the view register.{view} cannot follow the declaration while something is built on it ({dependents}): {lost}; drop or change that first, and make it anew after the start"
    )]
    Dependents { view: String, lost: String, dependents: String },
    #[error("{0}")]
    Stored(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // A deadlock or a serialization failure: the same transaction would have succeeded a moment later.
        let code = error.as_database_error().and_then(|error| error.code());
        if code.is_some_and(|code| code == "40P01" || code == "40001") {
            return Self::Collision;
        }
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
        let gone = match &error {
            Io(_) | PoolClosed | PoolTimedOut | Tls(_) | WorkerCrashed => true,
            // Class 57: the server is shutting down or was told to end us; 08: connection failures; 53300: too many.
            sqlx::Error::Database(error) => {
                error.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == "53300")
            }
            _ => false,
        };
        if gone { Self::Unavailable(error) } else { Self::Database(error) }
    }
}

impl Store {
    /// Connects to `url`, waiting up to `patience` for the database to come up.
    pub async fn connect(url: &str, crs: Crs, patience: Duration) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url).map_err(StoreError::Url)?.application_name("geokontor");
        // Migrations may find everything in place; that is no news.
        // A plan made for any collection would lock all of their tables, and so wait for a load into one of them.
        let options = options.options([("client_min_messages", "warning"), ("plan_cache_mode", "force_custom_plan")]);
        let pool =
            PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(5)).connect_lazy_with(options);
        let store = Self { pool, srid: crs.epsg().and_then(|code| code.try_into().ok()).unwrap_or(4326) };
        let until = tokio::time::Instant::now() + patience;
        loop {
            match store.ping().await {
                Ok(()) => return Ok(store),
                Err(StoreError::Unavailable(_)) if tokio::time::Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Brings the schema up to date. sqlx holds an advisory lock meanwhile, so processes may start together.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS.run(&self.pool).await?;
        self.forget_foreign_transactions().await
    }

    /// True if no feature is stored in any of the collections.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let any: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM change)").fetch_one(&self.pool).await?;
        Ok(!any)
    }

    /// Version of PostgreSQL and PostGIS, for people.
    pub async fn versions(&self) -> Result<String, StoreError> {
        let sql = "SELECT 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.pool).await?)
    }

    /// How many connections are open, and how many of them wait for work.
    pub fn connections(&self) -> (usize, usize) {
        (self.pool.size() as usize, self.pool.num_idle())
    }

    /// The SRID of stored geometries.
    pub fn srid(&self) -> i32 {
        self.srid
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// After a restore from a dump the journal may name transactions this cluster has not reached; a follower would read
    /// those rows for ever. They are long committed: say so.
    async fn forget_foreign_transactions(&self) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE change SET transaction = '3'::xid8 WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())",
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
