//! How much a database holds, as of one moment: what a backup is held against when it is restored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{Postgres, Transaction};

use super::{Line, Store, StoreError};

/// How much a database holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Features by collection.
    pub features: BTreeMap<String, i64>,
    pub changesets: i64,
    pub changes: i64,
    pub tokens: i64,
    /// The sum of the nonces of all changesets, modulo 2^64: it stands for the whole history.
    pub history: String,
}

/// Counts what there is: one row, one value, the JSON of [`Contents`]. Names are whole, since a restore empties the search path.
pub(crate) const COUNT_CONTENTS: &str = "
SELECT json_build_object(
  'features', (SELECT coalesce(json_object_agg(collection, features), '{}')
    FROM (SELECT collection, count(*) AS features FROM public.feature GROUP BY collection) AS counted),
  'changesets', (SELECT count(*) FROM public.changeset),
  'changes', (SELECT count(*) FROM public.change),
  'tokens', (SELECT count(*) FROM public.token),
  'history', (SELECT coalesce(sum(nonce), 0) % 18446744073709551616 FROM public.changeset)::text)
";

/// One moment of the database, for as long as it is held.
#[derive(Debug)]
pub struct Moment {
    line: Line,
    transaction: Transaction<'static, Postgres>,
    /// What other programs name it by.
    pub snapshot: String,
}

impl Store {
    /// Holds the database as it is now.
    pub async fn moment(&self) -> Result<Moment, StoreError> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let (line, mut transaction) = (self.line().clone(), self.transaction(Some(begin)).await?);
        let exported = sqlx::query_scalar("SELECT pg_export_snapshot()");
        let snapshot = exported.fetch_one(line.on(&mut transaction)).await?;
        Ok(Moment { line, transaction, snapshot })
    }

    /// True if anybody has ever stored anything; `None` if there are no tables yet.
    pub async fn has_contents(&self) -> Result<Option<bool>, StoreError> {
        let sql = "SELECT to_regclass('public.changeset') IS NOT NULL AND to_regclass('public.token') IS NOT NULL";
        let has_tables: bool = sqlx::query_scalar(sql).fetch_one(self.pool()).await?;
        if !has_tables {
            return Ok(None);
        }
        let sql = "SELECT EXISTS (SELECT FROM changeset) OR EXISTS (SELECT FROM token)";
        Ok(Some(sqlx::query_scalar(sql).fetch_one(self.pool()).await?))
    }

    /// What programs of PostgreSQL's are told, by variables of their environment, to reach the same database.
    pub fn environment(&self) -> &[(&'static str, String)] {
        self.line().environment()
    }
}

impl Moment {
    /// How much there is at this moment.
    pub async fn contents(&mut self) -> Result<Contents, StoreError> {
        let counting = sqlx::query_scalar(COUNT_CONTENTS);
        let Json(contents) = counting.fetch_one(self.line.on(&mut self.transaction)).await?;
        Ok(contents)
    }
}
