//! Sessions in the database.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::feature::value::format_instant;
use crate::identity::Bits;
use crate::identity::bits::{hex, unhex};
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The subject of the journal's entries.
pub const SESSION: &str = "session";

/// A session without its secret.
#[derive(Debug, Clone)]
pub struct SessionRow {
    pub id: Uuid,
    pub version: i64,
    pub account: Uuid,
    pub hash: Vec<u8>,
    pub previous: Option<Vec<u8>>,
    pub begun_by: Vec<String>,
    pub complete: bool,
    pub created_at: DateTime<Utc>,
    pub rotated_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Not in the journal; there it is when the state was made.
    pub last_seen: DateTime<Utc>,
    /// What the browser calls itself; not in the journal.
    pub browser: Option<String>,
}

/// A session to be begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub account: Uuid,
    pub begun_by: String,
    pub complete: bool,
    pub ends_at: DateTime<Utc>,
    pub browser: Option<String>,
}

impl SessionRow {
    /// A session as the journal has it; `None` for what no version of this program has written.
    pub fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self> {
        let instant = |name: &str| state[name].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
        let rotated_at = instant("rotated_at")?;
        Some(Self {
            id,
            version,
            account: state["account"].as_str()?.parse().ok()?,
            hash: unhex(state["hash"].as_str()?)?,
            previous: state["previous"].as_str().and_then(unhex),
            begun_by: state["begun_by"].as_array()?.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            complete: state["complete"].as_bool()?,
            created_at: instant("created_at")?,
            rotated_at,
            ends_at: instant("ends_at")?,
            ended_at: instant("ended_at"),
            last_seen: rotated_at,
            browser: None,
        })
    }

    fn to_journal(&self) -> Json {
        json!({
            "account": self.account,
            "hash": hex(&self.hash),
            "previous": self.previous.as_deref().map(hex),
            "begun_by": self.begun_by,
            "complete": self.complete,
            "created_at": format_instant(self.created_at),
            "rotated_at": format_instant(self.rotated_at),
            "ends_at": format_instant(self.ends_at),
            "ended_at": self.ended_at.map(format_instant),
        })
    }
}

/// The sessions that have not been ended, the newest first.
///
/// # Errors
/// The database's.
pub async fn sessions(store: &Store) -> Result<Vec<SessionRow>, StoreError> {
    let sql = "SELECT * FROM session WHERE ended_at IS NULL ORDER BY created_at DESC";
    sqlx::query(sql).fetch_all(store.pool()).await?.iter().map(row).collect()
}

/// Those of an account.
///
/// # Errors
/// The database's.
pub async fn sessions_of(store: &Store, account: Uuid) -> Result<Vec<SessionRow>, StoreError> {
    let sql = "SELECT * FROM session WHERE account = $1 AND ended_at IS NULL ORDER BY created_at DESC";
    sqlx::query(sql).bind(account).fetch_all(store.pool()).await?.iter().map(row).collect()
}

/// Begins a session; gives it with what goes into the cookie.
///
/// # Errors
/// The database's.
pub async fn begin_session(
    transaction: &mut Transaction,
    new: &NewSession,
    now: DateTime<Utc>,
) -> Result<(SessionRow, Bits), StoreError> {
    let bits = Bits::random();
    let sql = "INSERT INTO session (id, version, account, hash, begun_by, complete, created_at, rotated_at, ends_at, \
                 last_seen, browser) VALUES ($1, 1, $2, $3, ARRAY[$4], $5, $6, $6, $7, $6, $8) RETURNING *";
    let made = sqlx::query(sql)
        .bind(Uuid::now_v7())
        .bind(new.account)
        .bind(bits.hash().as_slice())
        .bind(&new.begun_by)
        .bind(new.complete)
        .bind(now)
        .bind(new.ends_at)
        .bind(&new.browser)
        .fetch_one(transaction.connection())
        .await?;
    let made = row(&made)?;
    let (id, after) = (made.id, Some(made.to_journal()));
    transaction.record(&RecordChange { subject: SESSION, id, version: 1, before: None, after }).await?;
    Ok((made, bits))
}

/// What becomes of a session when its secret is changed.
#[derive(Debug, Clone, Copy)]
pub enum Rotation {
    /// Nothing else: the old secret is taken for a moment, because requests may be under way.
    Daily,
    /// It holds more rights than before, by this: the old secret ends at once.
    Raised { by: &'static str, complete: bool, ends_at: DateTime<Utc> },
}

/// Gives a session a new secret; nothing if it has been ended.
///
/// # Errors
/// The database's.
pub async fn rotate_session(
    transaction: &mut Transaction,
    id: Uuid,
    rotation: Rotation,
    now: DateTime<Utc>,
) -> Result<Option<Bits>, StoreError> {
    let sql = "SELECT * FROM session WHERE id = $1 AND ended_at IS NULL FOR UPDATE";
    let found = sqlx::query(sql).bind(id).fetch_optional(transaction.connection()).await?;
    let Some(before) = found.as_ref().map(row).transpose()? else { return Ok(None) };
    let bits = Bits::random();
    let mut after = SessionRow { hash: bits.hash().to_vec(), previous: None, rotated_at: now, ..before.clone() };
    match rotation {
        Rotation::Daily => after.previous = Some(before.hash.clone()),
        Rotation::Raised { by, complete, ends_at } => {
            after.begun_by.push(by.to_owned());
            (after.complete, after.ends_at) = (complete, ends_at);
        }
    }
    write(transaction, &before, &after).await?;
    Ok(Some(bits))
}

/// Ends sessions of an account: one, or all but one. Gives how many.
///
/// # Errors
/// The database's.
pub async fn end_sessions(
    transaction: &mut Transaction,
    account: Uuid,
    which: Which,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let sql = "SELECT * FROM session WHERE account = $1 AND ended_at IS NULL FOR UPDATE";
    let found = sqlx::query(sql).bind(account).fetch_all(transaction.connection()).await?;
    let rows: Vec<SessionRow> = found.iter().map(row).collect::<Result<_, _>>()?;
    let chosen: Vec<SessionRow> = rows.into_iter().filter(|row| which.is(row.id)).collect();
    for before in &chosen {
        write(transaction, before, &SessionRow { ended_at: Some(now), ..before.clone() }).await?;
    }
    Ok(chosen.len())
}

/// Some sessions of an account.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    One(Uuid),
    AllBut(Option<Uuid>),
}

impl Which {
    fn is(self, id: Uuid) -> bool {
        match self {
            Self::One(one) => id == one,
            Self::AllBut(kept) => kept != Some(id),
        }
    }
}

/// Notes when sessions were last seen, in seconds since 1970, and gives what is known of them from all nodes.
pub(super) async fn note_seen(store: &Store, seen: &[(Uuid, i64)]) -> Result<Vec<(Uuid, i64)>, StoreError> {
    let (ids, times): (Vec<Uuid>, Vec<i64>) = seen.iter().copied().unzip();
    let sql = "UPDATE session SET last_seen = greatest(last_seen, to_timestamp(seen.at)) \
               FROM unnest($1::uuid[], $2::bigint[]) AS seen (id, at) WHERE session.id = seen.id \
               RETURNING session.id, extract(epoch FROM session.last_seen)::bigint AS at";
    let rows = sqlx::query(sql).bind(ids).bind(times).fetch_all(store.pool()).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("at")?))).collect()
}

async fn write(transaction: &mut Transaction, before: &SessionRow, after: &SessionRow) -> Result<(), StoreError> {
    let version = before.version + 1;
    let sql = "UPDATE session SET version = $2, hash = $3, previous = $4, begun_by = $5, complete = $6, rotated_at = $7, \
                 ends_at = $8, ended_at = $9, browser = CASE WHEN $9 IS NULL THEN browser END WHERE id = $1";
    sqlx::query(sql)
        .bind(before.id)
        .bind(version)
        .bind(&after.hash)
        .bind(&after.previous)
        .bind(&after.begun_by)
        .bind(after.complete)
        .bind(after.rotated_at)
        .bind(after.ends_at)
        .bind(after.ended_at)
        .execute(transaction.connection())
        .await?;
    let (was, is) = (Some(before.to_journal()), Some(after.to_journal()));
    transaction.record(&RecordChange { subject: SESSION, id: before.id, version, before: was, after: is }).await
}

fn row(row: &PgRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        account: row.try_get("account")?,
        hash: row.try_get("hash")?,
        previous: row.try_get("previous")?,
        begun_by: row.try_get("begun_by")?,
        complete: row.try_get("complete")?,
        created_at: row.try_get("created_at")?,
        rotated_at: row.try_get("rotated_at")?,
        ends_at: row.try_get("ends_at")?,
        ended_at: row.try_get("ended_at")?,
        last_seen: row.try_get("last_seen")?,
        browser: row.try_get("browser")?,
    })
}
