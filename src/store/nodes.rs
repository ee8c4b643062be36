//! The processes that serve this database, and how large it is: what those want to know who run it.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{Store, StoreError};

/// What a process tells of itself.
#[derive(Debug, Clone)]
pub struct Node {
    pub id: Uuid,
    /// Host and address, for people.
    pub name: String,
    /// How far it has followed the journal; `None` while it loads.
    pub cursor: Option<String>,
    /// Features in its memory.
    pub features: usize,
}

/// A process, as it is told to those who run the server.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Node")]
pub struct NodeSummary {
    pub id: Uuid,
    pub name: String,
    pub version: String,
    pub started_at: DateTime<Utc>,
    /// Seconds since it was heard of.
    pub seen: f64,
    /// How far it has followed the journal; null while it loads.
    pub cursor: Option<String>,
    /// Features in its memory.
    pub features: i64,
}

/// How much room something takes in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "StoreSize")]
pub struct Size {
    /// `features`, `journal`, `work`, `files`, or `all`: the whole database.
    pub store: String,
    pub bytes: i64,
}

impl Store {
    /// Says that a process is there. Those that have not been heard of for a day are forgotten.
    ///
    /// # Errors
    /// The database's.
    pub async fn tell_of(&self, node: &Node) -> Result<(), StoreError> {
        let sql = "WITH gone AS (DELETE FROM node WHERE seen_at < now() - interval '1 day') \
                   INSERT INTO node (id, name, version, cursor, features) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (id) DO UPDATE \
                   SET seen_at = excluded.seen_at, cursor = excluded.cursor, features = excluded.features";
        sqlx::query(sql)
            .bind(node.id)
            .bind(&node.name)
            .bind(env!("CARGO_PKG_VERSION"))
            .bind(&node.cursor)
            .bind(i64::try_from(node.features).unwrap_or(i64::MAX))
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Says that a process ends.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_leave(&self, node: Uuid) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM node WHERE id = $1").bind(node).execute(self.pool()).await?;
        Ok(())
    }

    /// The processes that serve this database, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn nodes(&self) -> Result<Vec<NodeSummary>, StoreError> {
        let sql = "SELECT *, greatest(extract(epoch FROM now() - seen_at), 0)::float8 AS seen FROM node \
                   ORDER BY started_at, id";
        let summary = |row: &PgRow| {
            Ok(NodeSummary {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                version: row.try_get("version")?,
                started_at: row.try_get("started_at")?,
                seen: row.try_get("seen")?,
                cursor: row.try_get("cursor")?,
                features: row.try_get("features")?,
            })
        };
        sqlx::query(sql).fetch_all(self.pool()).await?.iter().map(summary).collect()
    }

    /// How much room the parts of the database take, with their indexes, and the whole.
    ///
    /// # Errors
    /// The database's.
    pub async fn sizes(&self) -> Result<Vec<Size>, StoreError> {
        let sql = "SELECT store, coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes \
                   FROM (VALUES (1, 'features', '^feature(_|$)'), (2, 'journal', '^(change|changeset|record_change)$'), \
                                (3, 'work', '^(job|mail)$'), (4, 'files', '^(content|content_portion|blob|attachment)$')) \
                        AS s (place, store, names) \
                   LEFT JOIN pg_class c ON c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \
                     AND c.relname ~ s.names \
                   GROUP BY place, store \
                   UNION ALL SELECT 'all', pg_database_size(current_database())";
        let size = |row: &PgRow| Ok(Size { store: row.try_get("store")?, bytes: row.try_get("bytes")? });
        sqlx::query(sql).fetch_all(self.pool()).await?.iter().map(size).collect()
    }

    /// When the journal begins, and when it was last added to; nothing while it is empty.
    ///
    /// # Errors
    /// The database's.
    pub async fn journal_span(&self) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, StoreError> {
        let sql = "SELECT (SELECT at FROM changeset ORDER BY id LIMIT 1) AS first, \
                          (SELECT at FROM changeset ORDER BY id DESC LIMIT 1) AS last";
        let row = sqlx::query(sql).fetch_one(self.pool()).await?;
        let (first, last): (Option<_>, Option<_>) = (row.try_get("first")?, row.try_get("last")?);
        Ok(first.zip(last))
    }
}
