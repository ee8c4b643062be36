//! Credentials in the database.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{Credential, CredentialKind};
use crate::store::{Store, StoreError, Transaction};

/// The credentials of an account.
///
/// # Errors
/// The database's.
pub async fn credentials(store: &Store, account: Uuid) -> Result<Vec<Credential>, StoreError> {
    let sql = "SELECT * FROM credential WHERE account = $1 ORDER BY created_at, id";
    sqlx::query(sql).bind(account).fetch_all(store.pool()).await?.iter().map(credential).collect()
}

/// The credentials of an account, which nobody else changes before the end of the transaction.
///
/// # Errors
/// The database's.
pub async fn locked_credentials(transaction: &mut Transaction, account: Uuid) -> Result<Vec<Credential>, StoreError> {
    let sql = "SELECT FROM account WHERE id = $1 FOR UPDATE";
    sqlx::query(sql).bind(account).execute(transaction.connection()).await?;
    let sql = "SELECT * FROM credential WHERE account = $1 ORDER BY created_at, id";
    sqlx::query(sql).bind(account).fetch_all(transaction.connection()).await?.iter().map(credential).collect()
}

/// Keeps the password of an account, in place of any other.
///
/// # Errors
/// The database's.
pub async fn keep_password(
    transaction: &mut Transaction,
    account: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    take_credentials(transaction, account, &[CredentialKind::Password]).await?;
    keep(transaction, account, CredentialKind::Password, hash.as_bytes(), Some(now), now).await
}

/// Keeps the secret of an authenticator that has not shown a code yet, in place of any other such.
///
/// # Errors
/// The database's.
pub async fn keep_totp(
    transaction: &mut Transaction,
    account: Uuid,
    secret: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    take_credentials(transaction, account, &[CredentialKind::Totp]).await?;
    keep(transaction, account, CredentialKind::Totp, secret, None, now).await
}

/// The authenticator of an account has shown the code of a step. False if that step, or a later one, was used already.
///
/// # Errors
/// The database's.
pub async fn use_totp(
    transaction: &mut Transaction,
    credential: Uuid,
    step: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE credential SET used_step = $2, confirmed_at = coalesce(confirmed_at, $3) \
               WHERE id = $1 AND (used_step IS NULL OR used_step < $2)";
    let done = sqlx::query(sql).bind(credential).bind(step).bind(now).execute(transaction.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps recovery codes, in place of all others.
///
/// # Errors
/// The database's.
pub async fn keep_recovery(
    transaction: &mut Transaction,
    account: Uuid,
    hashes: &[[u8; 32]],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    take_credentials(transaction, account, &[CredentialKind::Recovery]).await?;
    for hash in hashes {
        keep(transaction, account, CredentialKind::Recovery, hash, Some(now), now).await?;
    }
    Ok(())
}

/// Takes away a recovery code by its use. False if there is none of that hash.
///
/// # Errors
/// The database's.
pub async fn use_recovery(transaction: &mut Transaction, account: Uuid, hash: &[u8; 32]) -> Result<bool, StoreError> {
    let sql = "DELETE FROM credential WHERE account = $1 AND kind = 'recovery' AND secret = $2";
    let done = sqlx::query(sql).bind(account).bind(hash.as_slice()).execute(transaction.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes away all credentials of some kinds.
///
/// # Errors
/// The database's.
pub async fn take_credentials(
    transaction: &mut Transaction,
    account: Uuid,
    kinds: &[CredentialKind],
) -> Result<(), StoreError> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let sql = "DELETE FROM credential WHERE account = $1 AND kind = ANY ($2)";
    sqlx::query(sql).bind(account).bind(kinds).execute(transaction.connection()).await?;
    Ok(())
}

async fn keep(
    transaction: &mut Transaction,
    account: Uuid,
    kind: CredentialKind,
    secret: &[u8],
    confirmed_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO credential (id, account, kind, secret, created_at, confirmed_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(Uuid::now_v7())
        .bind(account)
        .bind(kind.name())
        .bind(secret)
        .bind(now)
        .bind(confirmed_at)
        .execute(transaction.connection())
        .await?;
    Ok(())
}

fn credential(row: &PgRow) -> Result<Credential, StoreError> {
    let kind: String = row.try_get("kind")?;
    Ok(Credential {
        id: row.try_get("id")?,
        kind: CredentialKind::named(&kind),
        secret: row.try_get("secret")?,
        created_at: row.try_get("created_at")?,
        confirmed_at: row.try_get("confirmed_at")?,
        used_step: row.try_get("used_step")?,
        name: row.try_get("name")?,
        used_at: row.try_get("used_at")?,
    })
}
