//! The journal as its followers read it: everything at once, then exactly what is new.
//!
//! "New" cannot mean "with a higher sequence number": a transaction may take number 5, work for a minute and commit after
//! number 6 has been read. It means "not visible in the snapshot I read last". PostgreSQL names such a snapshot
//! ([`Cursor`]) and tests a row's transaction against it, so nothing is read twice and nothing is skipped, and nobody
//! waits for a long transaction of somebody else.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use sqlx::postgres::{PgListener, PgRow};
use sqlx::{Connection, Row};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::copy::{CopyReader, Fields, Rows};
use super::{Store, StoreError};

/// The channel on which a commit announces that the journal has grown.
pub const CHANNEL: &str = "geokontor_journal";

/// Which transactions have been read, as PostgreSQL writes a snapshot: `xmin:xmax:in progress,…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    xmin: u64,
    xmax: u64,
    in_progress: Vec<u64>,
}

impl Cursor {
    /// True if everything the transaction did has been read.
    pub fn sees(&self, transaction: u64) -> bool {
        transaction < self.xmin || (transaction < self.xmax && self.in_progress.binary_search(&transaction).is_err())
    }

    /// True if everything `other` sees is seen by this cursor, too.
    pub fn covers(&self, other: &Self) -> bool {
        let unseen = |transaction: &u64| !other.sees(*transaction);
        let beyond = self.xmax..other.xmax.max(self.xmax);
        // A gap that large is never all in progress.
        let few = beyond.end - beyond.start <= other.in_progress.len() as u64;
        few && beyond.into_iter().all(|transaction| unseen(&transaction)) && self.in_progress.iter().all(unseen)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let fault = || StoreError::Stored(format!("'{text}' is not a snapshot of transactions"));
        let mut parts = text.splitn(3, ':');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or_else(fault);
        let (xmin, xmax) = (number()?, number()?);
        let in_progress = parts
            .next()
            .unwrap_or_default()
            .split(',')
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| fault()))
            .collect::<Result<Vec<u64>, _>>()?;
        // What PostgreSQL would refuse, too: cursors come back from clients.
        let ascending = in_progress.windows(2).all(|pair| pair[0] < pair[1]);
        let within = in_progress.iter().all(|transaction| (xmin..xmax).contains(transaction));
        if xmin == 0 || xmin > xmax || xmax > i64::MAX as u64 || !ascending || !within {
            return Err(fault());
        }
        Ok(Self { xmin, xmax, in_progress })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.xmin, self.xmax)?;
        for (i, transaction) in self.in_progress.iter().enumerate() {
            write!(f, "{}{transaction}", if i > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

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

/// A database that vanished without closing its connections is noticed after so long, and not when the kernel gives up a
/// quarter of an hour later. Sorting the changes of a large import takes less.
const STALL: Duration = Duration::from_secs(60);

async fn within<T>(time: Duration, wait: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    let stalled = |_| StoreError::Stored("the database has stopped to answer".to_owned());
    Ok(tokio::time::timeout(time, wait).await.map_err(stalled)??)
}

/// A connection that follows the journal.
#[derive(Debug)]
pub struct Follow {
    connection: sqlx::pool::PoolConnection<sqlx::Postgres>,
}

impl Store {
    /// A listener on a channel; it fails when its connection is lost, so that who listens can look for what was missed.
    pub async fn listen(&self, channel: &str) -> Result<PgListener, StoreError> {
        let mut listener = PgListener::connect_with(self.pool()).await?;
        listener.eager_reconnect(false);
        listener.listen(channel).await?;
        Ok(listener)
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
        let rows = sqlx::query(sql).bind(since.to_string()).bind(until.to_string()).bind(limit);
        let rows = within(STALL, rows.fetch_all(self.pool())).await?;
        rows.iter().map(|row| missed_row(row).map_err(StoreError::from)).collect()
    }

    /// A connection for reading the journal.
    pub async fn follow(&self) -> Result<Follow, StoreError> {
        Ok(Follow { connection: self.pool().acquire().await? })
    }
}

impl Follow {
    /// Hands over the present state of every feature, all of one moment, and gives back the cursor of that moment.
    ///
    /// # Errors
    /// The database's, and if nobody takes any more.
    pub async fn load(&mut self, takers: mpsc::Sender<StateRows>) -> Result<Cursor, StoreError> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = self.connection.begin_with(begin).await?;
        let cursor: String =
            sqlx::query_scalar("SELECT pg_current_snapshot()::text").fetch_one(&mut *transaction).await?;
        let sql = "COPY (SELECT collection, id, version, ST_AsBinary(geometry), properties FROM feature) \
                   TO STDOUT (FORMAT binary)";
        let gone = |_| StoreError::Stored("nobody takes the features that are read".to_owned());
        let mut reader = CopyReader::new();
        {
            let mut copy = transaction.copy_out_raw(sql).await?;
            while let Some(bytes) = copy.try_next().await? {
                reader.push(&bytes);
                if reader.waiting() >= BLOCK {
                    takers.send(StateRows(reader.whole_rows()?)).await.map_err(gone)?;
                }
            }
        }
        takers.send(StateRows(reader.whole_rows()?)).await.map_err(gone)?;
        transaction.commit().await?;
        cursor.parse()
    }

    /// Everything committed since `since`, in portions handed to `take`, and the cursor after it.
    pub async fn news<E: From<StoreError>>(
        &mut self,
        since: &Cursor,
        mut take: impl FnMut(Vec<ChangeRow>) -> Result<(), E>,
    ) -> Result<Cursor, E> {
        // One statement, so that the rows and the snapshot that says which rows they are cannot differ.
        let sql = "SELECT pg_current_snapshot()::text AS cursor, c.collection, c.feature, c.version, \
                          c.transaction::text AS transaction, s.at, c.after_properties::text AS properties, ST_AsBinary(c.after_geometry) AS geometry \
                   FROM (VALUES (1)) AS always LEFT JOIN (change c JOIN changeset s ON s.id = c.changeset) \
                     ON c.transaction >= pg_snapshot_xmin($1::pg_snapshot) \
                    AND NOT pg_visible_in_snapshot(c.transaction, $1::pg_snapshot) \
                   ORDER BY c.sequence";
        let mut rows = sqlx::query(sql).bind(since.to_string()).fetch(&mut *self.connection);
        let mut cursor = None;
        let mut portion = Vec::new();
        while let Some(row) = within(STALL, rows.try_next()).await? {
            if cursor.is_none() {
                cursor = Some(row.try_get::<String, _>("cursor").map_err(StoreError::from)?);
            }
            portion.extend(change_row(&row).map_err(StoreError::from)?);
            if portion.len() >= PORTION {
                take(std::mem::take(&mut portion))?;
            }
        }
        if !portion.is_empty() {
            take(portion)?;
        }
        Ok(cursor.unwrap_or_default().parse()?)
    }
}

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

/// xid8 has no type of its own in the client.
fn transaction(row: &PgRow) -> Result<u64, sqlx::Error> {
    let text: String = row.try_get("transaction")?;
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor {
        text.parse().expect("a cursor")
    }

    #[test]
    fn a_cursor_covers_another_if_it_sees_all_that_the_other_sees() {
        for (large, small) in [
            ("10:10:", "10:10:"),
            ("10:12:", "10:10:"),
            ("10:12:10", "10:12:10,11"),
            // The one that is in progress here has not been seen there either.
            ("10:12:11", "10:14:11,12,13"),
        ] {
            assert!(cursor(large).covers(&cursor(small)), "{large} {small}");
        }
        for (one, other) in [("10:12:11", "10:12:10"), ("10:10:", "10:12:11"), ("10:10:", "900000000000:900000000000:")]
        {
            assert!(!cursor(one).covers(&cursor(other)), "{one} {other}");
        }
    }

    #[test]
    fn what_postgresql_would_not_take_as_a_snapshot_is_no_cursor() {
        for text in
            ["", "10", "10:9:", "0:0:", "10:12:12", "10:12:11,10", "10:12:9", "1:2:x", "1:18446744073709551615:"]
        {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
