//! Tokens in the database. A token is a record: every change of it is in the journal, with its state and without the secret,
//! which nobody knows any more.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value as Json, json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::feature::value::format_instant;
use crate::store::actors::ActorKind;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The domain of changesets that change who may do what.
pub const IDENTITY: &str = "identity";
/// The subject of the journal's entries.
pub const TOKEN: &str = "token";

/// A record that is kept in memory: how its state stands in the journal.
pub trait Entry: Sized {
    /// The state as the journal has it; `None` for what no version of this program has written.
    fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self>;

    /// The state for the journal.
    fn to_journal(&self) -> Json;
}

/// A token without its secret.
#[derive(Debug, Clone)]
pub struct TokenRow {
    pub id: Uuid,
    pub version: i64,
    pub name: String,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// Who changes things with it.
    pub actor: i64,
    pub role: String,
    pub collections: Option<Vec<String>>,
    pub area: Option<Vec<String>>,
    /// Whose it is: it never holds more than its owner. Of neither it is the district's own.
    pub organisation: Option<Uuid>,
    pub account: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token to be kept.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    pub name: String,
    pub hash: [u8; 32],
    pub role: String,
    pub collections: Option<Vec<String>>,
    pub area: Option<Vec<String>>,
    pub organisation: Option<Uuid>,
    pub account: Option<Uuid>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Entry for TokenRow {
    fn from_journal(id: Uuid, version: i64, state: &Json) -> Option<Self> {
        let owner = |name: &str| state[name].as_str().map(Uuid::parse_str).transpose().ok();
        Some(Self {
            id,
            version,
            name: text(state, "name")?,
            hash: unhex(state["hash"].as_str()?)?,
            actor: state["actor"].as_i64()?,
            role: text(state, "role")?,
            collections: list(state, "collections"),
            area: list(state, "area"),
            organisation: owner("organisation")?,
            account: owner("account")?,
            created_at: instant(state, "created_at")?,
            expires_at: instant(state, "expires_at"),
            revoked_at: instant(state, "revoked_at"),
        })
    }

    fn to_journal(&self) -> Json {
        let instant = |time: Option<DateTime<Utc>>| time.map(format_instant);
        json!({
            "name": self.name,
            "hash": hex(&self.hash),
            "actor": self.actor,
            "role": self.role,
            "collections": self.collections,
            "area": self.area,
            "organisation": self.organisation,
            "account": self.account,
            "created_at": instant(Some(self.created_at)),
            "expires_at": instant(self.expires_at),
            "revoked_at": instant(self.revoked_at),
        })
    }
}

/// All tokens, the oldest first.
///
/// # Errors
/// The database's.
pub async fn tokens(store: &Store) -> Result<Vec<TokenRow>, StoreError> {
    let sql = "SELECT * FROM token ORDER BY created_at, name";
    sqlx::query(sql).fetch_all(store.pool()).await?.iter().map(row).collect()
}

/// Keeps a token; nothing if its name is, or was, somebody's.
///
/// # Errors
/// The database's.
pub async fn create_token(transaction: &mut Transaction, token: &NewToken) -> Result<Option<TokenRow>, StoreError> {
    let sql = "WITH author AS (INSERT INTO actor (kind, label) VALUES ($1, $2) \
                 ON CONFLICT (kind, label) WHERE kind IN ('token', 'system', 'timer') DO UPDATE SET label = excluded.label \
                 RETURNING id) \
               INSERT INTO token (id, version, actor, name, hash, role, collections, area, expires_at, organisation, account) \
               SELECT $3, 1, id, $2, $4, $5, $6, $7, $8, $9, $10 FROM author ON CONFLICT (name) DO NOTHING RETURNING *";
    let made = sqlx::query(sql)
        .bind(ActorKind::Token.name())
        .bind(&token.name)
        .bind(Uuid::now_v7())
        .bind(token.hash.as_slice())
        .bind(&token.role)
        .bind(&token.collections)
        .bind(&token.area)
        .bind(token.expires_at)
        .bind(token.organisation)
        .bind(token.account)
        .fetch_optional(transaction.connection())
        .await?;
    let Some(made) = made.as_ref().map(row).transpose()? else { return Ok(None) };
    let after = Some(made.to_journal());
    transaction.record(&RecordChange { subject: TOKEN, id: made.id, version: 1, before: None, after }).await?;
    Ok(Some(made))
}

/// Ends a token at once; `false` if there is no valid one of that name.
///
/// # Errors
/// The database's.
pub async fn revoke_token(transaction: &mut Transaction, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT * FROM token WHERE name = $1 AND revoked_at IS NULL FOR UPDATE";
    let found = sqlx::query(sql).bind(name).fetch_optional(transaction.connection()).await?;
    let Some(before) = found.as_ref().map(row).transpose()? else { return Ok(false) };
    let sql = "UPDATE token SET revoked_at = now(), version = version + 1 WHERE id = $1 RETURNING *";
    let after = row(&sqlx::query(sql).bind(before.id).fetch_one(transaction.connection()).await?)?;
    let (version, now) = (after.version, Some(after.to_journal()));
    let change = RecordChange { subject: TOKEN, id: after.id, version, before: Some(before.to_journal()), after: now };
    transaction.record(&change).await?;
    Ok(true)
}

/// On which days tokens were last used, as far as the database has been told.
///
/// # Errors
/// The database's.
pub async fn token_uses(store: &Store) -> Result<HashMap<Uuid, NaiveDate>, StoreError> {
    let sql = "SELECT id, last_used_on FROM token WHERE revoked_at IS NULL AND last_used_on IS NOT NULL";
    let rows = sqlx::query(sql).fetch_all(store.pool()).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("last_used_on")?))).collect()
}

/// Notes on which days tokens were used. A day that is noted already is not written again.
///
/// # Errors
/// The database's.
pub(super) async fn note_token_uses(store: &Store, uses: &[(Uuid, NaiveDate)]) -> Result<(), StoreError> {
    let (ids, days): (Vec<Uuid>, Vec<NaiveDate>) = uses.iter().copied().unzip();
    let sql = "UPDATE token SET last_used_on = uses.day FROM unnest($1::uuid[], $2::date[]) AS uses (id, day) \
               WHERE token.id = uses.id AND (token.last_used_on IS NULL OR token.last_used_on < uses.day)";
    sqlx::query(sql).bind(ids).bind(days).execute(store.pool()).await?;
    Ok(())
}

fn row(row: &PgRow) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        name: row.try_get("name")?,
        hash: row.try_get("hash")?,
        actor: row.try_get("actor")?,
        role: row.try_get("role")?,
        collections: row.try_get("collections")?,
        area: row.try_get("area")?,
        organisation: row.try_get("organisation")?,
        account: row.try_get("account")?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}

/// A text of a state in the journal.
pub(super) fn text(state: &Json, name: &str) -> Option<String> {
    state[name].as_str().map(str::to_owned)
}

/// A list of texts of a state in the journal.
pub(super) fn list(state: &Json, name: &str) -> Option<Vec<String>> {
    let items = state[name].as_array()?;
    Some(items.iter().filter_map(Json::as_str).map(str::to_owned).collect())
}

/// A moment of a state in the journal.
pub(super) fn instant(state: &Json, name: &str) -> Option<DateTime<Utc>> {
    state[name].as_str().and_then(|text| text.parse().ok())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2).map(|at| text.get(at..at + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_from_the_journal_as_it_was_written() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let token = TokenRow {
            id: Uuid::from_u128(7),
            version: 2,
            name: "Amt Lossow".to_owned(),
            hash: (0..32).collect(),
            actor: 4,
            role: "editor".to_owned(),
            collections: Some(vec!["hydrants".to_owned()]),
            area: None,
            organisation: Some(Uuid::from_u128(8)),
            account: None,
            created_at: at("2026-11-29T08:00:00Z"),
            expires_at: Some(at("2027-01-01T00:00:00Z")),
            revoked_at: None,
        };
        let read = TokenRow::from_journal(token.id, 2, &token.to_journal()).expect("a token");
        assert_eq!(format!("{read:?}"), format!("{token:?}"));
        assert!(TokenRow::from_journal(token.id, 2, &json!({ "name": "half" })).is_none());
    }
}
