//! What imports ask the journal.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use serde_json::{Map, Value as Json};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::feature::geometry::read_wkb;
use crate::feature::{FeatureId, Geometry};
use crate::store::{Store, StoreError};

/// What a supplier's imports have said of a feature that somebody else has changed too.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub properties: Map<String, Json>,
    pub geometry: Option<Geometry>,
}

/// The features of a collection that both a supplier's imports and others have changed.
#[derive(Debug, Default)]
pub struct Foreign {
    pub said: HashMap<FeatureId, Said>,
    /// Last state of features that the supplier brought and somebody else deleted.
    pub deleted: Vec<(FeatureId, Map<String, Json>)>,
}

/// Changesets that were taken back, and those that took them back, count as if they had not been.
const FOREIGN: &str = "WITH void AS ( \
       SELECT id FROM changeset WHERE undoes IS NOT NULL UNION SELECT undoes FROM changeset WHERE undoes IS NOT NULL), \
     mine AS ( \
       SELECT id FROM changeset WHERE kind = 'import' AND source->>'supplier' = $2 AND id NOT IN (SELECT id FROM void)), \
     others AS ( \
       SELECT DISTINCT feature FROM change WHERE collection = $1 \
         AND changeset NOT IN (SELECT id FROM mine) AND changeset NOT IN (SELECT id FROM void)) \
   SELECT c.feature, c.operation, c.changeset IN (SELECT id FROM mine) AS mine, \
          c.before_properties, c.after_properties, \
          ST_AsBinary(c.before_geometry) AS before_geometry, ST_AsBinary(c.after_geometry) AS after_geometry \
   FROM change c JOIN others USING (feature) \
   WHERE c.collection = $1 AND c.changeset NOT IN (SELECT id FROM void) \
     AND EXISTS (SELECT 1 FROM change m WHERE m.feature = c.feature AND m.changeset IN (SELECT id FROM mine)) \
   ORDER BY c.feature, c.version";

impl Store {
    /// What the imports of a supplier have said of features that others have changed since or before.
    ///
    /// A property counts as said by an import if that import changed it. So what a user has set and an import has left
    /// alone never becomes the supplier's word.
    pub async fn foreign_changes(&self, collection: &str, supplier: &str) -> Result<Foreign, StoreError> {
        let mut foreign = Foreign::default();
        let mut rows = sqlx::query(FOREIGN).bind(collection).bind(supplier).fetch(self.pool());
        while let Some(row) = rows.try_next().await? {
            take(&mut foreign, &row)?;
        }
        Ok(foreign)
    }

    /// Those of some ids that the journal has ever seen.
    pub async fn ids_in_journal(&self, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let sql = "SELECT DISTINCT feature FROM change WHERE feature = ANY($1)";
        Ok(sqlx::query_scalar(sql).bind(ids).fetch_all(self.pool()).await?)
    }
}

fn take(foreign: &mut Foreign, row: &PgRow) -> Result<(), StoreError> {
    let object = |name: &str| -> Result<Map<String, Json>, StoreError> {
        let json: Option<Json> = row.try_get(name)?;
        Ok(json.and_then(|json| if let Json::Object(map) = json { Some(map) } else { None }).unwrap_or_default())
    };
    let id = FeatureId(row.try_get("feature")?);
    let mine: bool = row.try_get("mine")?;
    let (before, after) = (object("before_properties")?, object("after_properties")?);
    if row.try_get::<String, _>("operation")? == "delete" {
        foreign.said.remove(&id);
        if !mine {
            foreign.deleted.push((id, before));
        }
        return Ok(());
    }
    foreign.deleted.retain(|(deleted, _)| *deleted != id);
    let said = foreign.said.entry(id).or_default();
    if !mine {
        return Ok(());
    }
    for (name, value) in &after {
        if before.get(name) != Some(value) {
            said.properties.insert(name.clone(), value.clone());
        }
    }
    let geometry = |name: &str| -> Result<Option<Geometry>, StoreError> {
        let wkb: Option<Vec<u8>> = row.try_get(name)?;
        wkb.map(|wkb| read_wkb(&wkb)).transpose().map_err(|error| StoreError::Stored(error.to_string()))
    };
    let (was, is) = (geometry("before_geometry")?, geometry("after_geometry")?);
    if was != is {
        said.geometry = is;
    }
    Ok(())
}
