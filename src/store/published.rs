//! What a domain writes into features beside the people who edit them.
//!
//! It notes which values it has written. Whatever door a later change comes by, be it an edit, an import, an undo or a timer, the
//! commit of its changeset asks for another look where other values stand there now ([`Transaction::commit`]): a job, which
//! reads what is there and writes what follows.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::jobs::{self, NewJob};
use super::{StoreError, Transaction};
use crate::feature::FeatureId;

/// The queue whose jobs are features to be looked at again.
pub const LOOKS: &str = "look";

/// A feature to be looked at again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    pub collection: String,
    pub feature: Uuid,
    /// The day that has begun, for a look that was asked for ahead.
    pub day: Option<NaiveDate>,
}

/// What was written into a feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The properties, null where nothing is recorded.
    pub properties: Map<String, Json>,
    /// What the domain wants to know at the next look.
    pub note: Json,
}

impl Look {
    /// The job of it, at once or later. Of a feature there is one.
    pub fn job(&self, run_at: Option<DateTime<Utc>>) -> NewJob {
        let key = format!("{}/{}", self.collection, self.feature);
        NewJob { queue: LOOKS, key: Some(key), payload: serde_json::json!(self), run_at }
    }
}

/// What was written into a feature.
///
/// # Errors
/// The database's.
pub async fn published<'c>(
    database: impl PgExecutor<'c>,
    collection: &str,
    feature: FeatureId,
) -> Result<Option<Published>, StoreError> {
    let sql = "SELECT properties, note FROM published WHERE collection = $1 AND feature = $2";
    let row = sqlx::query(sql).bind(collection).bind(feature.0).fetch_optional(database).await?;
    let Some(row) = row else { return Ok(None) };
    let properties = row.try_get::<Json, _>("properties")?.as_object().cloned().unwrap_or_default();
    Ok(Some(Published { properties, note: row.try_get("note")? }))
}

impl Transaction {
    /// Notes what is written into a feature in this transaction.
    ///
    /// # Errors
    /// The database's.
    pub async fn publish(
        &mut self,
        collection: &str,
        feature: FeatureId,
        published: &Published,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO published (collection, feature, properties, note) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (collection, feature) DO UPDATE SET properties = excluded.properties, note = excluded.note";
        let query = sqlx::query(sql).bind(collection).bind(feature.0);
        let query = query.bind(Json::Object(published.properties.clone())).bind(&published.note);
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Asks for another look at features in which the changeset leaves other values than were written.
    pub(super) async fn look_again(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT p.collection, p.feature \
                   FROM change c JOIN published p ON p.collection = c.collection AND p.feature = c.feature \
                   WHERE c.changeset = $1 AND c.after_properties IS NOT NULL AND EXISTS ( \
                     SELECT FROM jsonb_each(p.properties) AS written \
                     WHERE coalesce(c.after_properties->written.key, 'null') <> written.value)";
        let rows = sqlx::query(sql).bind(self.changeset()).fetch_all(self.connection()).await?;
        let mut looks = Vec::with_capacity(rows.len());
        for row in &rows {
            let look = Look { collection: row.try_get("collection")?, feature: row.try_get("feature")?, day: None };
            looks.push(look.job(None));
        }
        if !looks.is_empty() {
            jobs::enqueue_all(self.connection(), &looks).await?;
        }
        Ok(())
    }
}
