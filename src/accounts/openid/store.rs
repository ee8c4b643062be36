//! Identities at providers and sign-ins under way, in the database. Neither is in the journal.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::identity::Bits;
use crate::store::{Store, StoreError, Transaction};

/// Who the holder of an account is at a provider.
#[derive(Debug, Clone)]
pub struct Identity {
    pub issuer: String,
    pub account: Uuid,
    pub created_at: DateTime<Utc>,
    pub used_at: DateTime<Utc>,
}

/// A browser that was sent to a provider.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    pub provider: String,
    /// Whose account is to be linked; `None` where somebody wants to sign in.
    pub account: Option<Uuid>,
}

/// Notes that a browser is sent to a provider; forgets those that have not come back in time.
///
/// # Errors
/// The database's.
pub async fn keep_attempt(
    store: &Store,
    bits: &Bits,
    attempt: &AttemptRow,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "WITH late AS (DELETE FROM openid_attempt WHERE expires_at <= $5) \
               INSERT INTO openid_attempt (hash, provider, account, expires_at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql)
        .bind(bits.hash().as_slice())
        .bind(&attempt.provider)
        .bind(attempt.account)
        .bind(expires_at)
        .bind(now)
        .execute(store.pool())
        .await?;
    Ok(())
}

/// Takes the attempt of a browser, which nobody can take again.
///
/// # Errors
/// The database's.
pub async fn take_attempt(store: &Store, bits: &Bits, now: DateTime<Utc>) -> Result<Option<AttemptRow>, StoreError> {
    let sql = "DELETE FROM openid_attempt WHERE hash = $1 RETURNING provider, account, expires_at > $2 AS in_time";
    let taken = sqlx::query(sql).bind(bits.hash().as_slice()).bind(now).fetch_optional(store.pool()).await?;
    let Some(row) = taken.filter(|row| row.try_get("in_time").unwrap_or(false)) else { return Ok(None) };
    Ok(Some(AttemptRow { provider: row.try_get("provider")?, account: row.try_get("account")? }))
}

/// Whose account a person of a provider has.
///
/// # Errors
/// The database's.
pub async fn identity(store: &Store, issuer: &str, subject: &str) -> Result<Option<Identity>, StoreError> {
    let sql = "SELECT * FROM openid_identity WHERE issuer = $1 AND subject = $2";
    sqlx::query(sql).bind(issuer).bind(subject).fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

/// Who the holder of an account is elsewhere, the oldest first.
///
/// # Errors
/// The database's.
pub async fn identities(store: &Store, account: Uuid) -> Result<Vec<Identity>, StoreError> {
    let sql = "SELECT * FROM openid_identity WHERE account = $1 ORDER BY created_at, issuer";
    sqlx::query(sql).bind(account).fetch_all(store.pool()).await?.iter().map(row).collect()
}

/// Links a person of a provider with an account. False if they are linked with another.
///
/// # Errors
/// The database's.
pub async fn link_identity(
    transaction: &mut Transaction,
    (issuer, subject): (&str, &str),
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO openid_identity AS known (issuer, subject, account, created_at, used_at) \
               VALUES ($1, $2, $3, $4, $4) \
               ON CONFLICT (issuer, subject) DO UPDATE SET used_at = $4 WHERE known.account = $3";
    let done =
        sqlx::query(sql).bind(issuer).bind(subject).bind(account).bind(now).execute(transaction.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a person has signed in through a provider.
///
/// # Errors
/// The database's.
pub async fn use_identity(store: &Store, issuer: &str, subject: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE openid_identity SET used_at = $3 WHERE issuer = $1 AND subject = $2";
    sqlx::query(sql).bind(issuer).bind(subject).bind(now).execute(store.pool()).await?;
    Ok(())
}

/// Takes an account's links with a provider away. False if there were none.
///
/// # Errors
/// The database's.
pub async fn unlink(transaction: &mut Transaction, account: Uuid, issuer: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM openid_identity WHERE account = $1 AND issuer = $2";
    let done = sqlx::query(sql).bind(account).bind(issuer).execute(transaction.connection()).await?;
    Ok(done.rows_affected() > 0)
}

/// The memberships of an account that a provider has given and that have not ended.
///
/// # Errors
/// The database's.
pub async fn given(store: &Store, account: Uuid, issuer: &str) -> Result<Vec<Uuid>, StoreError> {
    let sql = "SELECT id FROM membership JOIN openid_membership AS given ON given.membership = membership.id \
               WHERE account = $1 AND issuer = $2 AND ended_at IS NULL";
    Ok(sqlx::query_scalar(sql).bind(account).bind(issuer).fetch_all(store.pool()).await?)
}

/// Notes that a membership was given by a provider.
///
/// # Errors
/// The database's.
pub async fn keep_given(transaction: &mut Transaction, membership: Uuid, issuer: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO openid_membership (membership, issuer) VALUES ($1, $2)";
    sqlx::query(sql).bind(membership).bind(issuer).execute(transaction.connection()).await?;
    Ok(())
}

fn row(row: &PgRow) -> Result<Identity, StoreError> {
    Ok(Identity {
        issuer: row.try_get("issuer")?,
        account: row.try_get("account")?,
        created_at: row.try_get("created_at")?,
        used_at: row.try_get("used_at")?,
    })
}
