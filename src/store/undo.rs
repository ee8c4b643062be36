//! Taking back a whole changeset in a handful of statements, whatever its size.
//!
//! A feature may have been changed twice in a changeset: what was before the first change comes back, and what the last one
//! left must still be there.

use sqlx::Row;

use super::{StoreError, Transaction};
use crate::feature::FeatureId;

/// How a changeset was taken back, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// So many features.
    Done(u64),
    /// This one has been changed since.
    Touched(FeatureId),
}

/// What to bring back, a row a feature.
const PLAN: &str = "CREATE TEMPORARY TABLE undo ON COMMIT DROP AS \
    SELECT s.collection, s.feature, s.last, l.operation = 'delete' AS gone, f.before_geometry, f.before_properties \
    FROM (SELECT collection, feature, min(version) AS first, max(version) AS last \
          FROM change WHERE changeset = $1 GROUP BY collection, feature) s \
    JOIN change f ON f.changeset = $1 AND f.feature = s.feature AND f.version = s.first \
    JOIN change l ON l.changeset = $1 AND l.feature = s.feature AND l.version = s.last";

const TOUCHED: &str = "SELECT u.feature FROM undo u \
    LEFT JOIN feature f ON f.collection = $1 AND f.id = u.feature \
    WHERE u.collection = $1 \
      AND CASE WHEN u.gone THEN f.id IS NOT NULL ELSE f.version IS DISTINCT FROM u.last END \
    ORDER BY u.feature LIMIT 1";

/// What the changeset made goes.
const REMOVE: &str = "WITH gone AS ( \
      DELETE FROM feature f USING undo u \
      WHERE f.collection = $1 AND u.collection = $1 AND f.id = u.feature AND f.version = u.last \
        AND NOT u.gone AND u.before_properties IS NULL \
      RETURNING f.id, f.version, f.geometry, f.properties) \
    INSERT INTO change (changeset, collection, feature, version, operation, before_geometry, before_properties) \
    SELECT $2, $1, id, version + 1, 'delete', geometry, properties FROM gone";

/// What it changed gets its earlier state. The journal's part reads the state from before the statement.
const REVERT: &str = "WITH stored AS ( \
      UPDATE feature f SET version = f.version + 1, geometry = u.before_geometry, properties = u.before_properties \
      FROM undo u \
      WHERE f.collection = $1 AND u.collection = $1 AND f.id = u.feature AND f.version = u.last \
        AND NOT u.gone AND u.before_properties IS NOT NULL \
      RETURNING f.id) \
    INSERT INTO change (changeset, collection, feature, version, operation, before_geometry, before_properties, \
                        after_geometry, after_properties) \
    SELECT $2, $1, f.id, f.version + 1, 'update', f.geometry, f.properties, u.before_geometry, u.before_properties \
    FROM feature f JOIN undo u ON u.feature = f.id AND u.collection = $1 JOIN stored s ON s.id = f.id \
    WHERE f.collection = $1";

/// What it deleted comes back, counting on from its last version.
const RESTORE: &str = "WITH wanted AS MATERIALIZED ( \
      SELECT u.feature, u.before_geometry, u.before_properties, \
             (SELECT max(c.version) + 1 FROM change c WHERE c.feature = u.feature) AS version \
      FROM undo u WHERE u.collection = $1 AND u.gone AND u.before_properties IS NOT NULL), \
    stored AS ( \
      INSERT INTO feature (collection, id, version, geometry, properties) \
      SELECT $1, feature, version, before_geometry, before_properties FROM wanted) \
    INSERT INTO change (changeset, collection, feature, version, operation, after_geometry, after_properties) \
    SELECT $2, $1, feature, version, 'create', before_geometry, before_properties FROM wanted";

/// In the order in which changesets lock, see [`Transaction::lock`].
const LOCK: &str = "SELECT count(*) FROM (SELECT FROM feature f JOIN undo u ON u.collection = f.collection AND u.feature = f.id \
    ORDER BY f.collection, f.id FOR UPDATE OF f) locked";

impl Transaction {
    /// Plans to take back a changeset, and locks the features it touched; says in which collections they are.
    pub async fn plan_undo(&mut self, changeset: i64) -> Result<Vec<String>, StoreError> {
        sqlx::query(PLAN).bind(changeset).execute(self.connection()).await?;
        sqlx::query("ANALYZE undo").execute(self.connection()).await?;
        sqlx::query(LOCK).execute(self.connection()).await?;
        let sql = "SELECT DISTINCT collection FROM undo ORDER BY collection";
        Ok(sqlx::query_scalar(sql).fetch_all(self.connection()).await?)
    }

    /// Has what comes back in a collection say that it was written `now`, in the property that holds this.
    pub async fn stamp_undo(&mut self, collection: &str, property: &str, now: &str) -> Result<(), StoreError> {
        let sql = "UPDATE undo SET before_properties = before_properties || jsonb_build_object($2::text, $3::text) \
                   WHERE collection = $1 AND before_properties IS NOT NULL";
        sqlx::query(sql).bind(collection).bind(property).bind(now).execute(self.connection()).await?;
        Ok(())
    }

    /// Carries out the plan for one collection. A feature that is changed by somebody else meanwhile is noticed: its version
    /// no longer fits, and the counts do not match.
    pub async fn take_back(&mut self, collection: &str) -> Result<TakenBack, StoreError> {
        if let Some(touched) = self.touched(collection).await? {
            return Ok(TakenBack::Touched(touched));
        }
        let mut done = 0;
        for sql in [REMOVE, REVERT, RESTORE] {
            let outcome = sqlx::query(sql).bind(collection).bind(self.changeset).execute(self.connection()).await?;
            done += outcome.rows_affected();
        }
        // Made and deleted in the same changeset: nothing is left to take back.
        let sql = "SELECT count(*) FROM undo WHERE collection = $1 AND NOT (gone AND before_properties IS NULL)";
        let wanted: i64 = sqlx::query_scalar(sql).bind(collection).fetch_one(self.connection()).await?;
        if done == wanted.unsigned_abs() {
            return Ok(TakenBack::Done(done));
        }
        let sql = "SELECT u.feature FROM undo u WHERE u.collection = $1 \
                     AND NOT EXISTS (SELECT FROM change c WHERE c.feature = u.feature AND c.changeset = $2) LIMIT 1";
        let missed = sqlx::query_scalar(sql).bind(collection).bind(self.changeset);
        Ok(TakenBack::Touched(FeatureId(missed.fetch_one(self.connection()).await?)))
    }

    async fn touched(&mut self, collection: &str) -> Result<Option<FeatureId>, StoreError> {
        let found = sqlx::query_scalar(TOUCHED).bind(collection).fetch_optional(self.connection()).await?;
        Ok(found.map(FeatureId))
    }

    /// The features this transaction has changed so far with their versions (none for deleted ones), at most `limit`.
    pub async fn changed(&mut self, limit: i64) -> Result<Vec<(FeatureId, Option<i64>)>, StoreError> {
        let sql = "SELECT feature, version, operation = 'delete' AS gone FROM change WHERE changeset = $1 \
                   ORDER BY sequence LIMIT $2";
        let rows = sqlx::query(sql).bind(self.changeset).bind(limit).fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let version: i64 = row.try_get("version")?;
                let gone: bool = row.try_get("gone")?;
                Ok((FeatureId(row.try_get("feature")?), (!gone).then_some(version)))
            })
            .collect()
    }
}
