//! Features in a transaction: every change and its journal row together.

use std::collections::{BTreeSet, HashMap};

use serde_json::value::RawValue;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};

use super::{StoreError, Transaction};
use crate::feature::geometry::{read_wkb, write_ewkb};
use crate::feature::{FeatureId, Geometry};

pub use crate::collection::REGISTER;

/// The state of a feature as the database has it.
#[derive(Debug, Clone)]
pub struct FeatureState {
    pub id: FeatureId,
    pub version: i64,
    pub geometry: Option<Geometry>,
    /// A JSON object.
    pub properties: Box<RawValue>,
}

/// Arbitrary but fixed: the locks that stand for objects' numbers.
const NUMBERS: i32 = 0x6765_6f6b;

impl Transaction {
    /// A feature, locked until the end of the transaction.
    pub async fn read(&mut self, collection: &str, id: FeatureId) -> Result<Option<FeatureState>, StoreError> {
        let row = sqlx::query(
            "SELECT id, version, ST_AsBinary(geometry) AS geometry, properties::text AS properties FROM feature \
             WHERE collection = $1 AND id = $2 FOR UPDATE",
        )
        .bind(collection)
        .bind(id.0)
        .fetch_optional(self.connection())
        .await?;
        row.as_ref().map(state).transpose()
    }

    /// Features, locked until the end of the transaction, in the order of collection and id: who locks that way never waits
    /// in a circle. What is not there is not in the answer.
    pub async fn lock(
        &mut self,
        wanted: &BTreeSet<(String, FeatureId)>,
    ) -> Result<HashMap<(String, FeatureId), FeatureState>, StoreError> {
        // Nearly every changeset has one edit, and then the order is no question.
        if wanted.len() < 2 {
            let Some((collection, id)) = wanted.first() else { return Ok(HashMap::new()) };
            let state = self.read(collection, *id).await?;
            return Ok(state.map(|state| ((collection.clone(), *id), state)).into_iter().collect());
        }
        let (collections, ids): (Vec<&str>, Vec<uuid::Uuid>) =
            wanted.iter().map(|(collection, id)| (collection.as_str(), id.0)).unzip();
        let rows = sqlx::query(
            "SELECT f.collection, f.id, f.version, ST_AsBinary(f.geometry) AS geometry, f.properties::text AS properties \
             FROM feature f JOIN unnest($1::text[], $2::uuid[]) AS wanted (collection, id) \
               ON f.collection = wanted.collection AND f.id = wanted.id \
             ORDER BY f.collection, f.id FOR UPDATE OF f",
        )
        .bind(collections)
        .bind(ids)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Ok(((row.try_get("collection")?, FeatureId(row.try_get("id")?)), state(row)?))).collect()
    }

    /// Takes turns with other changesets that give the same numbers away or take them. Without, two that do so in another
    /// order would each wait for what the other has written into the unique index. The names fall into a few hundred
    /// locks, as the database has room for some thousands only.
    pub async fn reserve(&mut self, names: &BTreeSet<String>) -> Result<(), StoreError> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        sqlx::query(
            "SELECT pg_advisory_xact_lock($2, slot) \
             FROM (SELECT DISTINCT hashtext(name) & 255 AS slot FROM unnest($1::text[]) AS name ORDER BY slot) slots",
        )
        .bind(names)
        .bind(NUMBERS)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The features of a collection that have one of some numbers, each in its municipality: id, municipality, number.
    /// `reference` is the property the collection has them in.
    pub async fn holders(
        &mut self,
        collection: &str,
        reference: &str,
        wanted: &[(String, String)],
    ) -> Result<Vec<(FeatureId, String, String)>, StoreError> {
        let (municipalities, numbers): (Vec<&str>, Vec<&str>) =
            wanted.iter().map(|(municipality, number)| (municipality.as_str(), number.as_str())).unzip();
        // Declared names are letters, digits and underscores; these are the terms of the unique index.
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT f.id, wanted.municipality, wanted.number \
             FROM feature_{collection} f JOIN unnest($1::text[], $2::text[]) AS wanted (municipality, number) \
               ON f.properties->>'{reference}' = wanted.number \
               AND coalesce(f.properties->>'municipality', '') = wanted.municipality \
             WHERE f.properties ? '{reference}'",
        )))
        .bind(municipalities)
        .bind(numbers)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Ok((FeatureId(row.try_get(0)?), row.try_get(1)?, row.try_get(2)?))).collect()
    }

    /// The highest version a feature ever had; 0 if there was none. A restored feature goes on counting from there.
    pub async fn last_version(&mut self, id: FeatureId) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(version), 0) FROM change WHERE feature = $1";
        Ok(sqlx::query_scalar(sql).bind(id.0).fetch_one(self.connection()).await?)
    }

    /// Adds a feature.
    pub async fn create(&mut self, collection: &str, after: &FeatureState) -> Result<(), StoreError> {
        let geometry = self.ewkb(after.geometry.as_ref())?;
        sqlx::query(
            "WITH stored AS ( \
               INSERT INTO feature (collection, id, version, geometry, properties) \
               VALUES ($1, $2, $3, $4::geometry, $5::jsonb)) \
             INSERT INTO change (changeset, collection, feature, version, operation, after_geometry, after_properties) \
             VALUES ($6, $1, $2, $3, 'create', $4::geometry, $5::jsonb)",
        )
        .bind(collection)
        .bind(after.id.0)
        .bind(after.version)
        .bind(geometry)
        .bind(after.properties.get())
        .bind(self.changeset)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Gives a feature that [`Self::read`] has locked its next state.
    pub async fn update(&mut self, collection: &str, after: &FeatureState) -> Result<(), StoreError> {
        let geometry = self.ewkb(after.geometry.as_ref())?;
        // The journal's part reads the state from before, as every part of one statement does.
        sqlx::query(
            "WITH stored AS ( \
               UPDATE feature SET version = $3, geometry = $4::geometry, properties = $5::jsonb \
               WHERE collection = $1 AND id = $2) \
             INSERT INTO change (changeset, collection, feature, version, operation, before_geometry, before_properties, \
                                 after_geometry, after_properties) \
             SELECT $6, $1, $2, $3, 'update', geometry, properties, $4::geometry, $5::jsonb \
             FROM feature WHERE collection = $1 AND id = $2",
        )
        .bind(collection)
        .bind(after.id.0)
        .bind(after.version)
        .bind(geometry)
        .bind(after.properties.get())
        .bind(self.changeset)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Removes a feature that [`Self::read`] has locked.
    pub async fn delete(&mut self, collection: &str, before: &FeatureState) -> Result<(), StoreError> {
        sqlx::query(
            "WITH gone AS ( \
               DELETE FROM feature WHERE collection = $1 AND id = $2 RETURNING geometry, properties) \
             INSERT INTO change (changeset, collection, feature, version, operation, before_geometry, before_properties) \
             SELECT $4, $1, $2, $3, 'delete', geometry, properties FROM gone",
        )
        .bind(collection)
        .bind(before.id.0)
        .bind(before.version + 1)
        .bind(self.changeset)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// A geometry as it is bound to a statement.
    pub(crate) fn ewkb(&self, geometry: Option<&Geometry>) -> Result<Option<Vec<u8>>, StoreError> {
        geometry.map(|geometry| ewkb(geometry, self.srid)).transpose()
    }
}

fn state(row: &PgRow) -> Result<FeatureState, StoreError> {
    Ok(FeatureState {
        id: FeatureId(row.try_get("id")?),
        version: row.try_get("version")?,
        geometry: stored_geometry(row.try_get("geometry")?)?,
        properties: stored_json(row.try_get("properties")?)?,
    })
}

pub(super) fn ewkb(geometry: &Geometry, srid: i32) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::with_capacity(25);
    write_ewkb(geometry, srid, &mut bytes).map_err(|error| StoreError::Stored(error.to_string()))?;
    Ok(bytes)
}

/// A geometry as it was selected, by `ST_AsBinary`.
pub(crate) fn stored_geometry(wkb: Option<Vec<u8>>) -> Result<Option<Geometry>, StoreError> {
    wkb.map(|wkb| read_wkb(&wkb)).transpose().map_err(|error| StoreError::Stored(error.to_string()))
}

/// Properties as they were selected, as text.
pub(crate) fn stored_json(text: String) -> Result<Box<RawValue>, StoreError> {
    RawValue::from_string(text).map_err(|error| StoreError::Stored(error.to_string()))
}
