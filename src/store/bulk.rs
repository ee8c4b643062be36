//! Many features in one transaction, at the speed of COPY.
//!
//! New features go straight into the two tables. Changed ones go through a temporary table and two statements, so that
//! their journal rows hold what was there before. Memory is bounded by the portion, not by the file.

use sqlx::Connection;
use uuid::Uuid;

use super::copy::CopyWriter;
use super::features::ewkb;
use super::transaction::{NewChangeset, Transaction};
use super::{Store, StoreError};
use crate::feature::Geometry;

/// Bytes after which a portion is sent. Small, so that the database works while the next one is being made.
const PORTION: usize = 2 << 20;

/// How long a load asks for the lock on an empty collection, milliseconds.
const PATIENCE: u32 = 500;
/// SQLSTATE of a lock that was not to be had.
const NOT_AVAILABLE: &str = "55P03";

/// Arbitrary but fixed: who fills an empty database does it alone.
const FILLING: i64 = 0x6765_6f6b_0002;

impl Store {
    /// Begins a changeset on empty registers; `None` if they are not. Of several processes that ask together one goes
    /// ahead, and the others learn when it is done whether there is still nothing.
    pub async fn begin_on_empty(&self, changeset: &NewChangeset) -> Result<Option<Transaction>, StoreError> {
        let mut transaction = self.begin(changeset).await?;
        // Held until the end of the transaction; the statement after it sees what was committed meanwhile.
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(FILLING).execute(transaction.connection()).await?;
        let sql = "SELECT NOT EXISTS (SELECT FROM change)";
        let is_empty: bool = sqlx::query_scalar(sql).fetch_one(transaction.connection()).await?;
        Ok(is_empty.then_some(transaction))
    }

    /// Tells the planner what a bulk load has changed, rather than waiting for the database to notice.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        sqlx::query("ANALYZE feature, change").execute(self.pool()).await?;
        Ok(())
    }
}

/// Collects features for [`Transaction`]; call [`BulkWriter::finish`] at the end.
#[derive(Debug)]
pub struct BulkWriter {
    collection: String,
    created: CopyWriter,
    created_journal: CopyWriter,
    updated: CopyWriter,
    updates: usize,
    geometry: Vec<u8>,
}

impl Transaction {
    /// Puts off the upkeep of a collection's spatial index to the end of a load, if the collection is empty: building an
    /// index of a million points at once takes a fifth of adding them one by one. Says whether
    /// [`Transaction::index_at_last`] must be called.
    ///
    /// It is a deliberate trade: whoever asks the database for this collection waits until the transaction ends, and so
    /// does a node that starts. Servers that run read from memory, and nobody else's collection is locked. Where the
    /// lock is not to be had at once, because somebody reads the table, the load goes on with the index in place rather
    /// than let everybody queue up behind it.
    pub async fn index_later(&mut self, collection: &str) -> Result<bool, StoreError> {
        let sql = "SELECT NOT EXISTS (SELECT FROM feature WHERE collection = $1)";
        let is_empty: bool = sqlx::query_scalar(sql).bind(collection).fetch_one(self.connection()).await?;
        if !is_empty {
            return Ok(false);
        }
        let mut attempt = self.inner.begin().await?;
        let sql = format!(
            "SET LOCAL lock_timeout = '{PATIENCE}ms'; DROP INDEX IF EXISTS feature_{collection}_geometry; \
             SET LOCAL lock_timeout = DEFAULT"
        );
        match sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *attempt).await {
            Ok(_) => {
                attempt.commit().await?;
                Ok(true)
            }
            Err(error)
                if error.as_database_error().and_then(|error| error.code()).as_deref() == Some(NOT_AVAILABLE) =>
            {
                attempt.rollback().await?;
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Builds what was put off.
    pub async fn index_at_last(&mut self, collection: &str) -> Result<(), StoreError> {
        let name = format!("feature_{collection}_geometry");
        self.run(format!("CREATE INDEX IF NOT EXISTS {name} ON feature_{collection} USING gist (geometry)")).await
    }

    /// Runs a statement made of the names of declared collections, which are snake_case.
    async fn run(&mut self, sql: String) -> Result<(), StoreError> {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(self.connection()).await?;
        Ok(())
    }
}

impl BulkWriter {
    /// A writer for one collection.
    pub fn new(collection: &str) -> Self {
        Self {
            collection: collection.to_owned(),
            created: CopyWriter::new(),
            created_journal: CopyWriter::new(),
            updated: CopyWriter::new(),
            updates: 0,
            geometry: Vec::new(),
        }
    }

    /// Adds a new feature, version 1. `properties` is a JSON object.
    pub async fn create(
        &mut self,
        transaction: &mut Transaction,
        id: Uuid,
        geometry: Option<&Geometry>,
        properties: &[u8],
    ) -> Result<(), StoreError> {
        let version = 1i64.to_be_bytes();
        self.geometry.clear();
        if let Some(geometry) = geometry {
            self.geometry = ewkb(geometry, transaction.srid)?;
        }
        let geometry = (!self.geometry.is_empty()).then_some(self.geometry.as_slice());
        let row = &mut self.created;
        row.row(5);
        row.field(Some(self.collection.as_bytes()));
        row.field(Some(id.as_bytes()));
        row.field(Some(&version));
        row.field(geometry);
        row.jsonb(Some(properties));
        let row = &mut self.created_journal;
        row.row(7);
        row.field(Some(&transaction.changeset.to_be_bytes()));
        row.field(Some(self.collection.as_bytes()));
        row.field(Some(id.as_bytes()));
        row.field(Some(&version));
        row.field(Some(b"create"));
        row.field(geometry);
        row.jsonb(Some(properties));
        if self.created.len() + self.created_journal.len() > PORTION {
            self.send_created(transaction).await?;
        }
        Ok(())
    }

    /// Gives a feature its next state. `version` is the one it has now; [`BulkWriter::finish`] fails if it has changed
    /// since it was read.
    pub async fn update(
        &mut self,
        transaction: &mut Transaction,
        id: Uuid,
        version: i64,
        geometry: Option<&Geometry>,
        properties: &[u8],
    ) -> Result<(), StoreError> {
        if self.updates == 0 {
            let sql = "CREATE TEMPORARY TABLE bulk_update \
                       (id uuid PRIMARY KEY, version bigint, geometry geometry, properties jsonb) ON COMMIT DROP";
            sqlx::query(sql).execute(transaction.connection()).await?;
        }
        self.updates += 1;
        let geometry = geometry.map(|geometry| ewkb(geometry, transaction.srid)).transpose()?;
        self.updated.row(4);
        self.updated.field(Some(id.as_bytes()));
        self.updated.field(Some(&version.to_be_bytes()));
        self.updated.field(geometry.as_deref());
        self.updated.jsonb(Some(properties));
        if self.updated.len() > PORTION {
            self.send_updated(transaction).await?;
        }
        Ok(())
    }

    /// Sends what is left and applies the updates. Says how many of them found their feature as it was read.
    pub async fn finish(mut self, transaction: &mut Transaction) -> Result<Applied, StoreError> {
        self.send_created(transaction).await?;
        if self.updates == 0 {
            return Ok(Applied { updates: 0, conflicts: 0 });
        }
        self.send_updated(transaction).await?;
        let sql = "WITH stored AS ( \
                     UPDATE feature f SET version = f.version + 1, geometry = u.geometry, properties = u.properties \
                     FROM bulk_update u WHERE f.collection = $2 AND f.id = u.id AND f.version = u.version \
                     RETURNING f.id) \
                   INSERT INTO change (changeset, collection, feature, version, operation, before_geometry, \
                                       before_properties, after_geometry, after_properties) \
                   SELECT $1, $2, f.id, f.version + 1, 'update', f.geometry, f.properties, u.geometry, u.properties \
                   FROM feature f JOIN bulk_update u ON f.id = u.id JOIN stored s ON s.id = f.id \
                   WHERE f.collection = $2";
        let done = sqlx::query(sql)
            .bind(transaction.changeset)
            .bind(&self.collection)
            .execute(transaction.connection())
            .await?;
        sqlx::query("DROP TABLE bulk_update").execute(transaction.connection()).await?;
        let updates = usize::try_from(done.rows_affected()).unwrap_or(usize::MAX);
        Ok(Applied { updates, conflicts: self.updates - updates })
    }

    async fn send_created(&mut self, transaction: &mut Transaction) -> Result<(), StoreError> {
        let into_feature = "COPY feature (collection, id, version, geometry, properties) FROM STDIN (FORMAT binary)";
        let into_change = "COPY change (changeset, collection, feature, version, operation, after_geometry, \
                           after_properties) FROM STDIN (FORMAT binary)";
        send(transaction, into_feature, self.created.finish()).await?;
        send(transaction, into_change, self.created_journal.finish()).await
    }

    async fn send_updated(&mut self, transaction: &mut Transaction) -> Result<(), StoreError> {
        send(transaction, "COPY bulk_update FROM STDIN (FORMAT binary)", self.updated.finish()).await
    }
}

/// What became of the updates of a [`BulkWriter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    pub updates: usize,
    /// Features that somebody else changed after they were read.
    pub conflicts: usize,
}

async fn send(transaction: &mut Transaction, sql: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
    let copying = async {
        let mut copy = transaction.inner.copy_in_raw(sql).await?;
        copy.send(bytes).await?;
        copy.finish().await
    };
    transaction.store.line().until_lost(copying).await?;
    Ok(())
}
