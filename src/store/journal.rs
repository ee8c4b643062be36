//! The journal as its followers read it: everything at once, then exactly what is new.
//!
//! "New" cannot mean "with a higher sequence number": a transaction may take number 5, work for a minute and commit after
//! number 6 has been read. It means "not visible in the snapshot I read last". PostgreSQL names such a snapshot
//! ([`Cursor`]) and tests a row's transaction against it, so nothing is read twice and nothing is skipped, and nobody
//! waits for a long transaction of somebody else.
//!
//! A database may also go back: a replica that lacked the last changes is promoted, a backup is restored. Then what was
//! read is no more, and new changes come under numbers that were read. [`Follow::resume`] and every look notice it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use sqlx::postgres::{PgListener, PgRow};
use sqlx::{Connection, Row};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::copy::{CopyReader, Fields, Rows};
pub use super::cursor::{Cursor, Passed};
use super::records::RecordChanged;
use super::{Line, Store, StoreError};

/// The channel on which a commit announces that the journal has grown.
pub const CHANNEL: &str = "geokontor_journal";

/// Present states of features, as the connection has given them.
#[derive(Debug)]
pub struct StateRows(Rows);

impl StateRows {
    /// Each of them.
    ///
    /// # Errors
    /// A row that is none of the feature table.
    pub fn iter(&self) -> impl Iterator<Item = Result<StateRow<'_>, StoreError>> {
        self.0.iter().map(|fields| state_row(&fields))
    }
}

/// The present state of one feature, as it lies in the buffer of the connection.
#[derive(Debug)]
pub struct StateRow<'a> {
    pub collection: &'a str,
    pub feature: Uuid,
    pub version: i64,
    /// WKB.
    pub geometry: Option<&'a [u8]>,
    /// JSON.
    pub properties: &'a [u8],
}

/// One change as a follower needs it: what a feature has become.
#[derive(Debug)]
pub struct ChangeRow {
    pub collection: String,
    pub feature: Uuid,
    pub version: i64,
    pub transaction: u64,
    /// When its changeset began.
    pub at: DateTime<Utc>,
    /// `None` after a deletion: properties as JSON and geometry as WKB.
    pub after: Option<(Vec<u8>, Option<Vec<u8>>)>,
}

/// Some of what is new.
#[derive(Debug, Default)]
pub struct News {
    pub changes: Vec<ChangeRow>,
    pub records: Vec<RecordChanged>,
}

impl News {
    fn len(&self) -> usize {
        self.changes.len() + self.records.len()
    }
}

/// One change as those need it who missed it: what, when and where, nothing of what it says.
#[derive(Debug)]
pub struct MissedRow {
    pub collection: String,
    pub feature: Uuid,
    pub version: i64,
    /// `create`, `update` or `delete`.
    pub operation: String,
    pub transaction: u64,
    pub at: DateTime<Utc>,
    /// West, south, east, north in the CRS of storage.
    pub before: Option<[f64; 4]>,
    pub after: Option<[f64; 4]>,
}

/// Bytes of states that are handed over at once: some thousand features, so that handing over costs nothing beside them.
const BLOCK: usize = 1 << 20;

/// How many changes are handed over at once; bounds the memory a large import takes on other nodes.
const PORTION: usize = 20_000;

/// A connection that has broken without a word, while the database answers on others, is noticed after so long. Sorting the
/// changes of a large import takes less.
const STALL: Duration = Duration::from_secs(60);

async fn within<T>(time: Duration, wait: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    let stalled = |_| StoreError::Stored("the database has stopped to answer".to_owned());
    Ok(tokio::time::timeout(time, wait).await.map_err(stalled)??)
}

/// Which database this is: a copy of it that goes its own way is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The cluster's number, drawn when it was made; replicas have the same.
    pub system: i64,
    /// Counts up when a replica is promoted or a point in time is recovered.
    pub timeline: String,
    /// That of the journal's table, drawn when it was made: a restored backup has another.
    pub table: i64,
}

/// A connection that follows the journal.
#[derive(Debug)]
pub struct Follow {
    line: Line,
    connection: sqlx::pool::PoolConnection<sqlx::Postgres>,
    /// The nonce of the changeset that was read last; 0 before there is one. As long as that is there, the database has not
    /// gone back. Whoever writes looks at it, too.
    last: Arc<AtomicI64>,
}

/// Listens to one channel of the database.
#[derive(Debug)]
pub struct Listener {
    store: Store,
    inner: PgListener,
}

impl Listener {
    /// Returns when something was told.
    ///
    /// # Errors
    /// When the connection or the database is lost, so that who listens can look for what was missed.
    pub async fn told(&mut self) -> Result<(), StoreError> {
        // Not `recv`, which would listen again after a lost connection without saying that something was missed.
        match self.store.alive(self.inner.try_recv()).await? {
            Some(_) => Ok(()),
            None => Err(StoreError::Stored("the connection that listens was lost".to_owned())),
        }
    }
}

impl Store {
    /// A listener on a channel.
    pub async fn listen(&self, channel: &str) -> Result<Listener, StoreError> {
        let pool = self.line().pool();
        self.alive(async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.eager_reconnect(false);
            listener.listen(channel).await?;
            Ok(listener)
        })
        .await
        .map(|inner| Listener { store: self.clone(), inner })
    }

    /// What `until` sees and `since` does not, in the order of the journal; at most `limit` rows, which then are no more
    /// than some of it.
    pub async fn missed(&self, since: &Cursor, until: &Cursor, limit: i64) -> Result<Vec<MissedRow>, StoreError> {
        // What a cursor does not see is either in progress for it or beyond it. Said so, an index finds it.
        let sql = "SELECT m.*, s.at FROM ( \
                     SELECT sequence, changeset, collection, feature, version, operation, \
                            transaction::text AS transaction, \
                            ST_XMin(before_geometry) AS before_w, ST_YMin(before_geometry) AS before_s, \
                            ST_XMax(before_geometry) AS before_e, ST_YMax(before_geometry) AS before_n, \
                            ST_XMin(after_geometry) AS after_w, ST_YMin(after_geometry) AS after_s, \
                            ST_XMax(after_geometry) AS after_e, ST_YMax(after_geometry) AS after_n \
                     FROM change \
                     WHERE (transaction >= pg_snapshot_xmax($1::pg_snapshot) \
                            OR transaction IN (SELECT pg_snapshot_xip($1::pg_snapshot))) \
                       AND pg_visible_in_snapshot(transaction, $2::pg_snapshot) \
                     LIMIT $3) m \
                   JOIN changeset s ON s.id = m.changeset ORDER BY m.sequence";
        let rows = sqlx::query(sql).bind(since.snapshot()).bind(until.snapshot()).bind(limit);
        let rows = within(STALL, rows.fetch_all(self.pool())).await?;
        rows.iter().map(|row| missed_row(row).map_err(StoreError::from)).collect()
    }

    /// A connection for reading the journal.
    pub async fn follow(&self) -> Result<Follow, StoreError> {
        let pool = self.line().pool();
        let connection = self.alive(pool.acquire()).await?;
        Ok(Follow { line: self.line().clone(), connection, last: self.followed.clone() })
    }

    /// The changesets that `until` sees and `since` does not, as [`Cursor::follows`] wants them.
    pub async fn passed(&self, since: &Cursor, until: &Cursor) -> Result<Vec<Passed>, StoreError> {
        let sql = "SELECT transaction::text AS transaction, nonce FROM changeset \
                   WHERE (transaction >= pg_snapshot_xmax($1::pg_snapshot) \
                          OR transaction IN (SELECT pg_snapshot_xip($1::pg_snapshot))) \
                     AND pg_visible_in_snapshot(transaction, $2::pg_snapshot)";
        let rows = sqlx::query(sql).bind(since.snapshot()).bind(until.snapshot());
        let rows = within(STALL, rows.fetch_all(self.pool())).await?;
        rows.iter().map(|row| Ok(Passed { transaction: transaction(row)?, nonce: row.try_get("nonce")? })).collect()
    }
}

impl Follow {
    /// Which database is followed.
    pub async fn origin(&mut self) -> Result<Origin, StoreError> {
        // The timeline that is written now; that of the last checkpoint may still be the one before a promotion.
        let sql = "SELECT (pg_control_system()).system_identifier AS system, \
                          left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) AS timeline, \
                          'changeset'::regclass::oid::bigint AS \"table\"";
        let row = sqlx::query(sql).fetch_one(self.line.on(&mut self.connection)).await?;
        Ok(Origin { system: row.try_get("system")?, timeline: row.try_get("timeline")?, table: row.try_get("table")? })
    }

    /// Makes sure that everything `since` sees is still there and nothing new can hide under numbers it sees, before
    /// following goes on from it.
    ///
    /// # Errors
    /// [`StoreError::WentBack`] if not.
    pub async fn resume(&mut self, since: &Cursor) -> Result<(), StoreError> {
        let row = sqlx::query(SEEN).bind(since.snapshot());
        let row = within(STALL, row.fetch_one(self.line.on(&mut self.connection))).await?;
        let now: Cursor = row.try_get::<String, _>("cursor")?.parse()?;
        if !since.is_reached_by(&now) {
            return Err(StoreError::WentBack("it counts transactions from an earlier point".to_owned()));
        }
        if sum(&row)? != since.sum() {
            return Err(StoreError::WentBack("changesets that were read are not there".to_owned()));
        }
        Ok(())
    }

    /// Hands over the present state of every feature, all of one moment, and gives back the cursor of that moment.
    ///
    /// # Errors
    /// The database's, and if nobody takes any more.
    pub async fn load(&mut self, takers: mpsc::Sender<StateRows>) -> Result<Cursor, StoreError> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = self.connection.begin_with(begin).await?;
        let row = sqlx::query(SEEN).bind(None::<String>).fetch_one(self.line.on(&mut transaction)).await?;
        let seen: Cursor = row.try_get::<String, _>("cursor")?.parse()?;
        let number = row.try_get::<Option<String>, _>("number")?.map_or(Ok(0), |number| read_transaction(&number))?;
        let last = row.try_get::<Option<i64>, _>("last")?.unwrap_or_default();
        let cursor = seen.up_to(number, sum(&row)?);
        let sql = "COPY (SELECT collection, id, version, ST_AsBinary(geometry), properties FROM feature) \
                   TO STDOUT (FORMAT binary)";
        let gone = |_| StoreError::Stored("nobody takes the features that are read".to_owned());
        let mut reader = CopyReader::new();
        {
            let mut copy = transaction.copy_out_raw(sql).await?;
            while let Some(bytes) = self.line.until_lost(copy.try_next()).await? {
                reader.push(&bytes);
                if reader.waiting() >= BLOCK {
                    takers.send(StateRows(reader.whole_rows()?)).await.map_err(gone)?;
                }
            }
        }
        takers.send(StateRows(reader.whole_rows()?)).await.map_err(gone)?;
        transaction.commit().await?;
        self.last.store(last, Ordering::Release);
        Ok(cursor)
    }

    /// Everything committed since `since`: changes of features and records in portions handed to `take`, then the changesets they belong to and
    /// the cursor after them.
    ///
    /// # Errors
    /// [`StoreError::WentBack`] if what was read last is no more.
    pub async fn news<E: From<StoreError>>(
        &mut self,
        since: &Cursor,
        mut take: impl FnMut(News) -> Result<(), E>,
    ) -> Result<(Cursor, Vec<Passed>), E> {
        let mut rows = sqlx::query(NEWS)
            .bind(since.snapshot())
            .bind(self.last.load(Ordering::Acquire))
            .fetch(self.line.on(&mut self.connection));
        let (mut cursor, mut stands) = (None, true);
        let (mut portion, mut passed) = (News::default(), Vec::new());
        while let Some(row) = within(STALL, rows.try_next()).await? {
            if cursor.is_none() {
                cursor = Some(row.try_get::<String, _>("cursor").map_err(StoreError::from)?);
                stands = row.try_get("stands").map_err(StoreError::from)?;
            }
            passed.extend(passed_row(&row).map_err(StoreError::from)?);
            portion.changes.extend(change_row(&row).map_err(StoreError::from)?);
            portion.records.extend(record_row(&row).map_err(StoreError::from)?);
            if portion.len() >= PORTION {
                take(std::mem::take(&mut portion))?;
            }
        }
        drop(rows);
        let now: Cursor = cursor.unwrap_or_default().parse()?;
        if !stands || !since.is_reached_by(&now) {
            return Err(StoreError::WentBack("the changeset that was read last is not there".to_owned()).into());
        }
        if portion.len() > 0 {
            take(portion)?;
        }
        if let Some(last) = passed.iter().max_by_key(|passed| passed.transaction) {
            self.last.store(last.nonce, Ordering::Release);
        }
        Ok((since.after(&now, &passed), passed))
    }
}

/// What is there of the changesets that a snapshot sees, the present one if none is given: the sum of their nonces, and the
/// last of them.
const SEEN: &str = "WITH seen AS NOT MATERIALIZED ( \
      SELECT transaction, nonce FROM changeset \
      WHERE pg_visible_in_snapshot(transaction, coalesce($1::pg_snapshot, pg_current_snapshot()))) \
    SELECT pg_current_snapshot()::text AS cursor, \
           (SELECT (coalesce(sum(nonce), 0) % 18446744073709551616)::text FROM seen) AS sum, \
           newest.transaction::text AS number, newest.nonce AS last \
    FROM (VALUES (1)) AS always \
    LEFT JOIN (SELECT * FROM seen ORDER BY transaction DESC LIMIT 1) AS newest ON true";

/// One statement, so that the rows and the snapshot that says which rows they are cannot differ. A changeset, each of its
/// changes and each of its records are rows of their own: an index finds all of them.
const NEWS: &str = "SELECT pg_current_snapshot()::text AS cursor, \
      $2::bigint = 0 OR EXISTS (SELECT FROM changeset WHERE nonce = $2) AS stands, news.* \
    FROM (VALUES (1)) AS always LEFT JOIN ( \
      SELECT nonce, transaction::text AS transaction, NULL::bigint AS sequence, NULL::text AS collection, \
             NULL::uuid AS feature, NULL::bigint AS version, NULL::timestamptz AS at, NULL::text AS properties, \
             NULL::bytea AS geometry, NULL::text AS subject \
      FROM changeset \
      WHERE transaction >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot) \
      UNION ALL \
      SELECT NULL, c.transaction::text, c.sequence, c.collection, c.feature, c.version, s.at, c.after_properties::text, \
             ST_AsBinary(c.after_geometry), NULL \
      FROM change c JOIN changeset s ON s.id = c.changeset \
      WHERE c.transaction >= pg_snapshot_xmin($1::pg_snapshot) \
        AND NOT pg_visible_in_snapshot(c.transaction, $1::pg_snapshot) \
      UNION ALL \
      SELECT NULL, transaction::text, sequence, NULL, id, version, NULL, after::text, NULL, subject FROM record_change \
      WHERE transaction >= pg_snapshot_xmin($1::pg_snapshot) AND NOT pg_visible_in_snapshot(transaction, $1::pg_snapshot) \
    ) news ON true ORDER BY news.sequence";

fn state_row<'a>(fields: &Fields<'a>) -> Result<StateRow<'a>, StoreError> {
    let fault = || StoreError::Stored("a row of the feature table has an unexpected form".to_owned());
    let collection = fields.get(0).and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or_else(fault)?;
    let feature = fields.get(1).and_then(|bytes| Uuid::from_slice(bytes).ok()).ok_or_else(fault)?;
    let version = fields.get(2).and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes).ok_or_else(fault)?;
    // Binary jsonb is a version byte before the text.
    let properties = fields.get(4).and_then(|bytes| bytes.strip_prefix(&[1])).ok_or_else(fault)?;
    Ok(StateRow { collection, feature, version, geometry: fields.get(3), properties })
}

fn change_row(row: &PgRow) -> Result<Option<ChangeRow>, sqlx::Error> {
    let Some(collection) = row.try_get("collection")? else { return Ok(None) };
    let properties: Option<String> = row.try_get("properties")?;
    Ok(Some(ChangeRow {
        collection,
        feature: row.try_get("feature")?,
        version: row.try_get("version")?,
        transaction: transaction(row)?,
        at: row.try_get("at")?,
        after: match properties {
            Some(properties) => Some((properties.into_bytes(), row.try_get("geometry")?)),
            None => None,
        },
    }))
}

fn record_row(row: &PgRow) -> Result<Option<RecordChanged>, sqlx::Error> {
    let Some(subject) = row.try_get("subject")? else { return Ok(None) };
    let after: Option<String> = row.try_get("properties")?;
    let after = after.map(|text| serde_json::from_str(&text)).transpose();
    Ok(Some(RecordChanged {
        subject,
        id: row.try_get("feature")?,
        version: row.try_get("version")?,
        after: after.map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
    }))
}

fn passed_row(row: &PgRow) -> Result<Option<Passed>, sqlx::Error> {
    let Some(nonce) = row.try_get("nonce")? else { return Ok(None) };
    Ok(Some(Passed { transaction: transaction(row)?, nonce }))
}

/// The sum of nonces as `numeric` gives it, brought to 64 bits.
fn sum(row: &PgRow) -> Result<u64, StoreError> {
    let text: String = row.try_get("sum")?;
    let sum: i128 = text.parse().map_err(|_| StoreError::Stored(format!("'{text}' is not a sum")))?;
    // Wrapping is meant: the sum is one modulo 2^64.
    Ok(sum as u64)
}

fn missed_row(row: &PgRow) -> Result<MissedRow, sqlx::Error> {
    let bounds = |names: [&str; 4]| -> Result<Option<[f64; 4]>, sqlx::Error> {
        let mut bounds = [0.0; 4];
        for (value, name) in bounds.iter_mut().zip(names) {
            let Some(read) = row.try_get(name)? else { return Ok(None) };
            *value = read;
        }
        Ok(Some(bounds))
    };
    Ok(MissedRow {
        collection: row.try_get("collection")?,
        feature: row.try_get("feature")?,
        version: row.try_get("version")?,
        operation: row.try_get("operation")?,
        transaction: transaction(row)?,
        at: row.try_get("at")?,
        before: bounds(["before_w", "before_s", "before_e", "before_n"])?,
        after: bounds(["after_w", "after_s", "after_e", "after_n"])?,
    })
}

fn transaction(row: &PgRow) -> Result<u64, sqlx::Error> {
    let text: String = row.try_get("transaction")?;
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// A transaction's number; xid8 has no type of its own in the client.
pub(super) fn read_transaction(text: &str) -> Result<u64, StoreError> {
    text.parse().map_err(|_| StoreError::Stored(format!("'{text}' is not a transaction")))
}
