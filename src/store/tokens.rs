//! API tokens as the database keeps them.

use chrono::{DateTime, Utc};
use sqlx::Row;

use super::{Store, StoreError};

/// The channel on which a change of the tokens is announced.
pub const CHANNEL: &str = "geokontor_tokens";

/// A token without its secret, which nobody knows any more.
#[derive(Debug, Clone)]
pub struct TokenRow {
    pub id: i64,
    pub name: String,
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    pub role: String,
    pub collections: Option<Vec<String>>,
    pub area: Option<Vec<String>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A token to be kept.
#[derive(Debug)]
pub struct NewToken {
    pub name: String,
    pub hash: [u8; 32],
    pub role: &'static str,
    pub collections: Option<Vec<String>>,
    pub area: Option<Vec<String>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Keeps a token. `false` if the name is taken. Asked again after a lost connection: the hash says whose the name is.
    pub async fn create_token(&self, token: &NewToken) -> Result<bool, StoreError> {
        let sql = "WITH kept AS (INSERT INTO token (name, hash, role, collections, area, expires_at) \
                     VALUES ($1, $2, $3, $4, $5, $6) \
                     ON CONFLICT (name) DO UPDATE SET name = excluded.name WHERE token.hash = excluded.hash RETURNING id) \
                   SELECT pg_notify('geokontor_tokens', '') FROM kept";
        self.until_known(|| async {
            let query = sqlx::query(sql)
                .bind(&token.name)
                .bind(token.hash.as_slice())
                .bind(token.role)
                .bind(&token.collections)
                .bind(&token.area)
                .bind(token.expires_at);
            Ok(query.execute(self.pool()).await?.rows_affected() == 1)
        })
        .await
    }

    /// Ends a token at once. `false` if there is no valid one of that name. Asked again after a lost connection: the time says
    /// who has ended it.
    pub async fn revoke_token(&self, name: &str) -> Result<bool, StoreError> {
        let now: DateTime<Utc> = sqlx::query_scalar("SELECT now()").fetch_one(self.pool()).await?;
        let sql = "WITH ended AS (UPDATE token SET revoked_at = $2 \
                     WHERE name = $1 AND (revoked_at IS NULL OR revoked_at = $2) RETURNING id) \
                   SELECT pg_notify('geokontor_tokens', '') FROM ended";
        self.until_known(|| async {
            let query = sqlx::query(sql).bind(name).bind(now);
            Ok(query.execute(self.pool()).await?.rows_affected() == 1)
        })
        .await
    }

    /// All tokens.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let sql =
            "SELECT id, name, hash, role, collections, area, created_at, expires_at, revoked_at FROM token ORDER BY id";
        sqlx::query(sql)
            .fetch_all(self.pool())
            .await?
            .iter()
            .map(|row| {
                Ok(TokenRow {
                    id: row.try_get("id")?,
                    name: row.try_get("name")?,
                    hash: row.try_get("hash")?,
                    role: row.try_get("role")?,
                    collections: row.try_get("collections")?,
                    area: row.try_get("area")?,
                    created_at: row.try_get("created_at")?,
                    expires_at: row.try_get("expires_at")?,
                    revoked_at: row.try_get("revoked_at")?,
                })
            })
            .collect()
    }
}
