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
    /// Keeps a token. `false` if the name is taken.
    pub async fn create_token(&self, token: &NewToken) -> Result<bool, StoreError> {
        let sql = "WITH kept AS (INSERT INTO token (name, hash, role, collections, area, expires_at) \
                     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING RETURNING id) \
                   SELECT pg_notify('geokontor_tokens', '') FROM kept";
        let done = sqlx::query(sql)
            .bind(&token.name)
            .bind(token.hash.as_slice())
            .bind(token.role)
            .bind(&token.collections)
            .bind(&token.area)
            .bind(token.expires_at)
            .execute(self.pool())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends a token at once. `false` if there is no valid one of that name.
    pub async fn revoke_token(&self, name: &str) -> Result<bool, StoreError> {
        let sql = "WITH ended AS (UPDATE token SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL RETURNING id) \
                   SELECT pg_notify('geokontor_tokens', '') FROM ended";
        Ok(sqlx::query(sql).bind(name).execute(self.pool()).await?.rows_affected() == 1)
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
