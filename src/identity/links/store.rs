//! Links in the database.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::Purpose;
use crate::feature::value::format_instant;
use crate::identity::Bits;
use crate::identity::bits::hex;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The subject of the journal's entries.
pub const LINK: &str = "link";

/// A link without its secret.
#[derive(Debug, Clone)]
pub struct LinkRow {
    pub id: Uuid,
    pub version: i64,
    pub account: Uuid,
    pub purpose: Purpose,
    pub hash: Vec<u8>,
    /// The address that it confirms.
    pub mail: Option<String>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

impl LinkRow {
    /// The state in the journal, without the address.
    fn to_journal(&self) -> Json {
        json!({
            "account": self.account,
            "purpose": self.purpose.name(),
            "hash": hex(&self.hash),
            "created_at": format_instant(self.created_at),
            "expires_at": format_instant(self.expires_at),
            "used_at": self.used_at.map(format_instant),
        })
    }
}

/// Makes a link, and ends all others of its purpose; gives what is to be sent.
///
/// # Errors
/// The database's.
pub async fn create_link(
    transaction: &mut Transaction,
    account: Uuid,
    purpose: Purpose,
    mail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Bits, StoreError> {
    end_links(transaction, account, purpose, now).await?;
    let bits = Bits::random();
    let sql = "INSERT INTO link (id, version, account, purpose, hash, mail, created_at, expires_at) \
               VALUES ($1, 1, $2, $3, $4, $5, $6, $7) RETURNING *";
    let made = sqlx::query(sql)
        .bind(Uuid::now_v7())
        .bind(account)
        .bind(purpose.name())
        .bind(bits.hash().as_slice())
        .bind(mail)
        .bind(now)
        .bind(now + purpose.lasts())
        .fetch_one(transaction.connection())
        .await?;
    let made = row(&made)?;
    let change = RecordChange { subject: LINK, id: made.id, version: 1, before: None, after: Some(made.to_journal()) };
    transaction.record(&change).await?;
    Ok(bits)
}

/// Ends the links of an account for a purpose.
///
/// # Errors
/// The database's.
pub async fn end_links(
    transaction: &mut Transaction,
    account: Uuid,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "SELECT * FROM link WHERE account = $1 AND purpose = $2 AND used_at IS NULL FOR UPDATE";
    let open = sqlx::query(sql).bind(account).bind(purpose.name()).fetch_all(transaction.connection()).await?;
    for open in &open {
        end(transaction, &row(open)?, now).await?;
    }
    Ok(())
}

/// The link of a secret.
///
/// # Errors
/// The database's.
pub async fn link(store: &Store, bits: &Bits) -> Result<Option<LinkRow>, StoreError> {
    let sql = "SELECT * FROM link WHERE hash = $1";
    sqlx::query(sql).bind(bits.hash().as_slice()).fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

/// Uses a link up. False if somebody was faster.
///
/// # Errors
/// The database's.
pub async fn use_link(transaction: &mut Transaction, link: &LinkRow, now: DateTime<Utc>) -> Result<bool, StoreError> {
    end(transaction, link, now).await
}

async fn end(transaction: &mut Transaction, link: &LinkRow, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let sql = "UPDATE link SET used_at = $2, version = version + 1, mail = NULL WHERE id = $1 AND used_at IS NULL RETURNING *";
    let used = sqlx::query(sql).bind(link.id).bind(now).fetch_optional(transaction.connection()).await?;
    let Some(used) = used.as_ref().map(row).transpose()? else { return Ok(false) };
    let (before, after) = (Some(link.to_journal()), Some(used.to_journal()));
    transaction.record(&RecordChange { subject: LINK, id: used.id, version: used.version, before, after }).await?;
    Ok(true)
}

fn row(row: &PgRow) -> Result<LinkRow, StoreError> {
    let purpose: String = row.try_get("purpose")?;
    Ok(LinkRow {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        account: row.try_get("account")?,
        purpose: Purpose::named(&purpose).ok_or_else(|| sqlx::Error::Decode(format!("purpose '{purpose}'").into()))?,
        hash: row.try_get("hash")?,
        mail: row.try_get("mail")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        used_at: row.try_get("used_at")?,
    })
}

/// Has an account a link of a purpose that was not used, whether it has expired or not?
///
/// # Errors
/// The database's.
pub async fn has_open(store: &Store, account: Uuid, purpose: Purpose) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT FROM link WHERE account = $1 AND purpose = $2 AND used_at IS NULL)";
    Ok(sqlx::query_scalar(sql).bind(account).bind(purpose.name()).fetch_one(store.pool()).await?)
}
