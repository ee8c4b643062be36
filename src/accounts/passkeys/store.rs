//! Passkeys, and challenges that are not answered yet, in the database. Neither is in the journal.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use crate::identity::Bits;
use crate::store::{Store, StoreError, Transaction};

/// How long an answer may take: as long as browsers wait for one.
pub const PENDING: TimeDelta = TimeDelta::minutes(5);

/// What an authenticator is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// A new passkey.
    Registration,
    /// A passkey of somebody who has shown a password.
    SecondFactor,
    /// Any passkey, by somebody of whom nothing is known yet.
    SignIn,
}

impl Ceremony {
    fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::SecondFactor => "second-factor",
            Self::SignIn => "sign-in",
        }
    }
}

/// A passkey as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: Uuid,
    pub account: Uuid,
    pub key: Passkey,
}

/// Notes what an authenticator is asked, in place of what it was asked in that session before; gives what goes into the
/// browser's cookie. Forgets what was not answered in time.
///
/// # Errors
/// The database's.
pub async fn keep_ceremony(
    store: &Store,
    ceremony: Ceremony,
    session: Option<Uuid>,
    state: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<Bits, StoreError> {
    let bits = Bits::random();
    let state = serde_json::to_value(state).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = "WITH late AS (DELETE FROM passkey_ceremony WHERE expires_at <= $6 OR session = $3) \
               INSERT INTO passkey_ceremony (hash, purpose, session, state, expires_at) VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(bits.hash().as_slice())
        .bind(ceremony.name())
        .bind(session)
        .bind(state)
        .bind(now + PENDING)
        .bind(now)
        .execute(store.pool())
        .await?;
    Ok(bits)
}

/// Takes what the authenticator of a browser was asked, which nobody can take again. Nothing if it was asked something else,
/// in another session, or too long ago.
///
/// # Errors
/// The database's.
pub async fn take_ceremony<T: DeserializeOwned>(
    store: &Store,
    bits: &Bits,
    ceremony: Ceremony,
    session: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Option<T>, StoreError> {
    let sql = "DELETE FROM passkey_ceremony WHERE hash = $1 \
               RETURNING state, purpose = $2 AND session IS NOT DISTINCT FROM $3 AND expires_at > $4 AS fits";
    let taken = sqlx::query(sql)
        .bind(bits.hash().as_slice())
        .bind(ceremony.name())
        .bind(session)
        .bind(now)
        .fetch_optional(store.pool())
        .await?;
    let Some(row) = taken else { return Ok(None) };
    if !row.try_get::<bool, _>("fits")? {
        return Ok(None);
    }
    // What another version of the program has asked is asked anew.
    Ok(serde_json::from_value(row.try_get("state")?).ok())
}

/// The passkeys of an account.
///
/// # Errors
/// The database's.
pub async fn passkeys(store: &Store, account: Uuid) -> Result<Vec<Kept>, StoreError> {
    let sql =
        "SELECT id, account, secret FROM credential WHERE account = $1 AND kind = 'passkey' ORDER BY created_at, id";
    sqlx::query(sql).bind(account).fetch_all(store.pool()).await?.iter().map(kept).collect()
}

/// The passkey that an authenticator calls so.
///
/// # Errors
/// The database's.
pub async fn passkey(store: &Store, handle: &[u8]) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT id, account, secret FROM credential WHERE handle = $1";
    sqlx::query(sql).bind(handle).fetch_optional(store.pool()).await?.as_ref().map(kept).transpose()
}

/// Keeps a new passkey. False if it is known already, whosever it is.
///
/// # Errors
/// The database's.
pub async fn keep_passkey(
    transaction: &mut Transaction,
    account: Uuid,
    name: &str,
    key: &Passkey,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO credential (id, account, kind, secret, created_at, confirmed_at, name, handle) \
               VALUES ($1, $2, 'passkey', $3, $4, $4, $5, $6) ON CONFLICT (handle) DO NOTHING";
    let done = sqlx::query(sql)
        .bind(Uuid::now_v7())
        .bind(account)
        .bind(written(key)?)
        .bind(now)
        .bind(name)
        .bind(key.cred_id().as_slice())
        .execute(transaction.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A passkey has been used, and tells how often it was so far; one that does not count says 0. False if it is gone, or if
/// another use has told as much: then there are two of it.
///
/// # Errors
/// The database's.
pub async fn use_passkey(
    transaction: &mut Transaction,
    used: &Kept,
    count: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE credential SET secret = $2, used_step = $3, used_at = $4 \
               WHERE id = $1 AND (used_step IS NULL OR used_step < $3 OR used_step = 0 AND $3 = 0)";
    let done = sqlx::query(sql)
        .bind(used.id)
        .bind(written(&used.key)?)
        .bind(count)
        .bind(now)
        .execute(transaction.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a passkey of an account another name. False if there is none of that id.
///
/// # Errors
/// The database's.
pub async fn rename_passkey(
    transaction: &mut Transaction,
    account: Uuid,
    id: Uuid,
    name: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE credential SET name = $3 WHERE id = $1 AND account = $2 AND kind = 'passkey'";
    let done = sqlx::query(sql).bind(id).bind(account).bind(name).execute(transaction.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a passkey of an account away. False if there is none of that id.
///
/// # Errors
/// The database's.
pub async fn take_passkey(transaction: &mut Transaction, account: Uuid, id: Uuid) -> Result<bool, StoreError> {
    let sql = "DELETE FROM credential WHERE id = $1 AND account = $2 AND kind = 'passkey'";
    let done = sqlx::query(sql).bind(id).bind(account).execute(transaction.connection()).await?;
    Ok(done.rows_affected() == 1)
}

fn written(key: &Passkey) -> Result<Vec<u8>, StoreError> {
    Ok(serde_json::to_vec(key).map_err(|error| sqlx::Error::Encode(error.into()))?)
}

fn kept(row: &PgRow) -> Result<Kept, StoreError> {
    let secret: Vec<u8> = row.try_get("secret")?;
    let key = serde_json::from_slice(&secret).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Kept { id: row.try_get("id")?, account: row.try_get("account")?, key })
}
