//! What was: the history of a feature, a collection at a past time, the changes of a changeset.

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use serde_json::value::RawValue;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::mpsc;

use super::features::{FeatureState, stored_geometry, stored_json};
use super::{Store, StoreError};
use crate::feature::{FeatureId, Geometry};

/// One entry of a feature's history.
#[derive(Debug)]
pub struct HistoryEntry {
    pub sequence: i64,
    pub changeset: ChangesetSummary,
    pub collection: String,
    pub feature: FeatureId,
    pub version: i64,
    /// `create`, `update` or `delete`.
    pub operation: String,
    pub before: Option<State>,
    pub after: Option<State>,
}

/// Geometry and properties of one moment.
#[derive(Debug)]
pub struct State {
    pub geometry: Option<Geometry>,
    pub properties: Box<RawValue>,
}

impl State {
    /// The state of a feature at a version.
    pub fn of(&self, id: FeatureId, version: i64) -> FeatureState {
        FeatureState { id, version, geometry: self.geometry.clone(), properties: self.properties.clone() }
    }
}

/// Who did something when and why.
#[derive(Debug)]
pub struct ChangesetSummary {
    pub id: i64,
    /// Whose rules were asked.
    pub domain: String,
    pub kind: String,
    pub actor: String,
    pub reason: String,
    pub at: DateTime<Utc>,
    /// Who proposed it, where somebody else has approved it.
    pub proposer: Option<String>,
}

const SUMMARY: &str = "SELECT s.id AS changeset, s.domain, s.kind, a.label AS actor, s.reason, s.at, by.label AS proposer \
    FROM changeset s JOIN actor a ON a.id = s.actor \
    LEFT JOIN proposal p ON p.changeset = s.id LEFT JOIN actor by ON by.id = p.actor";

const ENTRY: &str = "SELECT c.sequence, c.collection, c.feature, c.version, c.operation, \
    ST_AsBinary(c.before_geometry) AS before_geometry, c.before_properties::text AS before_properties, \
    ST_AsBinary(c.after_geometry) AS after_geometry, c.after_properties::text AS after_properties, \
    s.id AS changeset, s.domain, s.kind, a.label AS actor, s.reason, s.at, by.label AS proposer \
    FROM change c JOIN changeset s ON s.id = c.changeset JOIN actor a ON a.id = s.actor \
    LEFT JOIN proposal p ON p.changeset = s.id LEFT JOIN actor by ON by.id = p.actor";

/// Which changesets are asked for; all of them where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub domain: Option<String>,
    /// Those that changed a feature of this collection.
    pub collection: Option<String>,
    /// The actors by number.
    pub actors: Option<Vec<i64>>,
    pub since: Option<DateTime<Utc>>,
    /// Without this instant itself.
    pub until: Option<DateTime<Utc>>,
}

/// A changeset and how many features it changed.
#[derive(Debug)]
pub struct Listed {
    pub summary: ChangesetSummary,
    /// Of those that may be seen; [`MOST_COUNTED`] and more are not told apart.
    pub features: i64,
}

/// Features of a changeset that are counted: an import has any number.
pub const MOST_COUNTED: i64 = 10_000;

/// What of the past somebody may see.
#[derive(Debug, Clone)]
pub struct Past {
    /// Changes of features of these collections.
    pub collections: Vec<String>,
    /// What was done to records: tokens, say.
    pub records: bool,
}

/// Whether anything that a changeset `s` did may be seen: $1 collections, $2 records.
const VISIBLE: &str = "(EXISTS (SELECT 1 FROM change c WHERE c.changeset = s.id AND c.collection = ANY($1)) \
    OR $2 AND EXISTS (SELECT 1 FROM record_change r WHERE r.changeset = s.id))";

/// Whether a changeset `s` is wanted: $5 domain, $6 collection, $7 actors, $8 and $9 since and until when.
const WANTED: &str = "($5::text IS NULL OR s.domain = $5) \
    AND ($6::text IS NULL OR EXISTS (SELECT FROM change c WHERE c.changeset = s.id AND c.collection = $6)) \
    AND ($7::bigint[] IS NULL OR s.actor = ANY($7)) \
    AND ($8::timestamptz IS NULL OR s.at >= $8) AND ($9::timestamptz IS NULL OR s.at < $9)";

impl Store {
    /// Every change of a feature, the oldest first.
    pub async fn feature_history(&self, collection: &str, id: FeatureId) -> Result<Vec<HistoryEntry>, StoreError> {
        // Safe: two constants of this file.
        let sql = AssertSqlSafe(format!("{ENTRY} WHERE c.feature = $1 AND c.collection = $2 ORDER BY c.version"));
        let rows = sqlx::query(sql).bind(id.0).bind(collection).fetch_all(self.pool()).await?;
        rows.iter().map(entry).collect()
    }

    /// The changes of a changeset that may be seen, before a sequence, the last first, at most `limit`.
    pub async fn changeset_entries_before(
        &self,
        changeset: i64,
        past: &Past,
        before: i64,
        limit: i64,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        // Safe: two constants of this file.
        let sql = AssertSqlSafe(format!(
            "{ENTRY} WHERE c.changeset = $1 AND c.collection = ANY($2) AND c.sequence < $3 ORDER BY c.sequence DESC LIMIT $4"
        ));
        let query = sqlx::query(sql).bind(changeset).bind(&past.collections).bind(before).bind(limit);
        let rows = query.fetch_all(self.pool()).await?;
        rows.iter().map(entry).collect()
    }

    /// A changeset by number.
    pub async fn changeset(&self, id: i64) -> Result<Option<ChangesetSummary>, StoreError> {
        let sql = AssertSqlSafe(format!("{SUMMARY} WHERE s.id = $1"));
        let row = sqlx::query(sql).bind(id).fetch_optional(self.pool()).await?;
        row.as_ref().map(summary).transpose()
    }

    /// A changeset by number, if any of it may be seen.
    pub async fn visible_changeset(&self, id: i64, past: &Past) -> Result<Option<ChangesetSummary>, StoreError> {
        let sql = AssertSqlSafe(format!("{SUMMARY} WHERE {VISIBLE} AND s.id = $3"));
        let query = sqlx::query(sql).bind(&past.collections).bind(past.records).bind(id);
        query.fetch_optional(self.pool()).await?.as_ref().map(summary).transpose()
    }

    /// The latest of the wanted changesets before one of which anything may be seen, newest first.
    pub async fn changesets(
        &self,
        past: &Past,
        wanted: &Wanted,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Listed>, StoreError> {
        // Safe: constants of this file.
        let sql = AssertSqlSafe(format!(
            "WITH found AS ({SUMMARY} WHERE {VISIBLE} AND s.id < $3 AND {WANTED} ORDER BY s.id DESC LIMIT $4) \
             SELECT found.*, (SELECT count(*) FROM (SELECT FROM change c WHERE c.changeset = found.changeset \
               AND c.collection = ANY($1) LIMIT {MOST_COUNTED}) AS counted) AS features \
             FROM found ORDER BY changeset DESC"
        ));
        let Wanted { domain, collection, actors, since, until } = wanted;
        let query = sqlx::query(sql).bind(&past.collections).bind(past.records).bind(before).bind(limit);
        let query = query.bind(domain).bind(collection).bind(actors).bind(since).bind(until);
        let rows = query.fetch_all(self.pool()).await?;
        rows.iter().map(|row| Ok(Listed { summary: summary(row)?, features: row.try_get("features")? })).collect()
    }

    /// The wanted changes of a collection, the oldest first, handed over one by one; ends early when nobody takes them.
    pub async fn collection_changes(
        &self,
        wanted: &Wanted,
        take: mpsc::Sender<HistoryEntry>,
    ) -> Result<(), StoreError> {
        // Safe: a constant of this file.
        let sql = AssertSqlSafe(format!(
            "{ENTRY} WHERE c.collection = $1 AND ($2::bigint[] IS NULL OR s.actor = ANY($2)) \
             AND ($3::timestamptz IS NULL OR s.at >= $3) AND ($4::timestamptz IS NULL OR s.at < $4) ORDER BY c.sequence"
        ));
        let Wanted { collection, actors, since, until, domain: _ } = wanted;
        let mut rows = sqlx::query(sql).bind(collection).bind(actors).bind(since).bind(until).fetch(self.pool());
        while let Some(row) = rows.try_next().await? {
            if take.send(entry(&row)?).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The features of a collection as they were at a time, handed over one by one; ends early when nobody takes them.
    pub async fn collection_at(
        &self,
        collection: &str,
        at: DateTime<Utc>,
        take: mpsc::Sender<FeatureState>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT ON (c.feature) c.feature, c.version, ST_AsBinary(c.after_geometry) AS geometry, \
                          c.after_properties::text AS properties \
                   FROM change c JOIN changeset s ON s.id = c.changeset \
                   WHERE c.collection = $1 AND s.at <= $2 ORDER BY c.feature, c.version DESC";
        let mut rows = sqlx::query(sql).bind(collection).bind(at).fetch(self.pool());
        while let Some(row) = rows.try_next().await? {
            if let Some(state) = past_state(&row)?
                && take.send(state).await.is_err()
            {
                break;
            }
        }
        Ok(())
    }
}

fn past_state(row: &PgRow) -> Result<Option<FeatureState>, StoreError> {
    let Some(properties) = row.try_get::<Option<String>, _>("properties")? else { return Ok(None) };
    Ok(Some(FeatureState {
        id: FeatureId(row.try_get("feature")?),
        version: row.try_get("version")?,
        geometry: stored_geometry(row.try_get("geometry")?)?,
        properties: stored_json(properties)?,
    }))
}

fn entry(row: &PgRow) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        sequence: row.try_get("sequence")?,
        changeset: summary(row)?,
        collection: row.try_get("collection")?,
        feature: FeatureId(row.try_get("feature")?),
        version: row.try_get("version")?,
        operation: row.try_get("operation")?,
        before: state(row.try_get("before_properties")?, row.try_get("before_geometry")?)?,
        after: state(row.try_get("after_properties")?, row.try_get("after_geometry")?)?,
    })
}

fn state(properties: Option<String>, geometry: Option<Vec<u8>>) -> Result<Option<State>, StoreError> {
    let Some(properties) = properties else { return Ok(None) };
    Ok(Some(State { geometry: stored_geometry(geometry)?, properties: stored_json(properties)? }))
}

fn summary(row: &PgRow) -> Result<ChangesetSummary, StoreError> {
    Ok(ChangesetSummary {
        id: row.try_get("changeset")?,
        domain: row.try_get("domain")?,
        kind: row.try_get("kind")?,
        actor: row.try_get("actor")?,
        reason: row.try_get("reason")?,
        at: row.try_get("at")?,
        proposer: row.try_get("proposer")?,
    })
}
