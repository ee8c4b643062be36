//! What imports ask the journal and the registers.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use geo_types::{Coord, coord};
use serde_json::{Map, Value as Json};
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row, Transaction};
use uuid::Uuid;

use crate::collection::Collection;
use crate::feature::geometry::read_wkb;
use crate::feature::{FeatureId, Geometry};
use crate::store::copy::{CopyReader, Fields};
use crate::store::{Store, StoreError};

/// The registers as of one moment.
#[derive(Debug)]
pub struct Reading(Transaction<'static, Postgres>);

/// What a feature can be recognised by, in the buffer of the connection.
#[derive(Debug, Default)]
pub struct Keys<'a> {
    pub id: Uuid,
    /// JSON.
    pub external_ids: Option<&'a [u8]>,
    /// The number people call it by, and the municipality in which that is unique.
    pub reference: Option<&'a str>,
    pub municipality: Option<&'a str>,
    pub kind: Option<&'a str>,
    /// Where it lies, if it is a point.
    pub point: Option<Coord>,
}

impl Store {
    /// Begins to read. The moment is that of the first question.
    pub async fn reading(&self) -> Result<Reading, StoreError> {
        Ok(Reading(self.transaction(Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")).await?))
    }
}

impl Reading {
    /// Ends it before it is dropped, so that nothing is locked any more.
    pub async fn end(self) -> Result<(), StoreError> {
        Ok(self.0.rollback().await?)
    }

    /// Hands over the keys of every feature of a collection.
    pub async fn keys(&mut self, collection: &Collection, mut take: impl FnMut(Keys<'_>)) -> Result<(), StoreError> {
        // Names of declarations are snake_case.
        let property = |name: &str| match collection.position(name) {
            Some(_) => format!("properties->>'{name}'"),
            None => "NULL::text".to_owned(),
        };
        let reference = collection.reference.map_or("", |k| collection.properties[k].name.as_str());
        let (reference, municipality, kind) = (property(reference), property("municipality"), property("kind"));
        let sql = format!(
            "COPY (SELECT id, properties->'external_ids', {reference}, {municipality}, {kind}, \
                   CASE WHEN GeometryType(geometry) = 'POINT' THEN ST_X(geometry) END, \
                   CASE WHEN GeometryType(geometry) = 'POINT' THEN ST_Y(geometry) END \
             FROM feature_{}) TO STDOUT (FORMAT binary)",
            collection.name
        );
        self.copy(sql, |fields| {
            take(keys(fields)?);
            Ok(())
        })
        .await
    }

    /// Hands over the state of some features of a collection: version, geometry, properties as JSON.
    pub async fn states(
        &mut self,
        collection: &str,
        ids: &[Uuid],
        mut take: impl FnMut(FeatureId, i64, Option<Geometry>, &[u8]),
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, version, ST_AsBinary(geometry) AS geometry, properties::text AS properties \
                   FROM feature WHERE collection = $1 AND id = ANY($2)";
        let mut rows = sqlx::query(sql).bind(collection).bind(ids).fetch(&mut *self.0);
        while let Some(row) = rows.try_next().await? {
            let geometry = row.try_get::<Option<&[u8]>, _>("geometry")?.map(read_wkb).transpose();
            let geometry = geometry.map_err(|error| StoreError::Stored(error.to_string()))?;
            let properties: &str = row.try_get("properties")?;
            take(FeatureId(row.try_get("id")?), row.try_get("version")?, geometry, properties.as_bytes());
        }
        Ok(())
    }

    /// What some features were in a version.
    pub async fn versions(&mut self, of: &[(Uuid, i64)]) -> Result<HashMap<FeatureId, Said>, StoreError> {
        let (ids, versions): (Vec<Uuid>, Vec<i64>) = of.iter().copied().unzip();
        let sql = "SELECT feature, after_properties, ST_AsBinary(after_geometry) AS after_geometry \
                   FROM unnest($1::uuid[], $2::bigint[]) AS wanted (feature, version) JOIN change USING (feature, version)";
        let rows = sqlx::query(sql).bind(ids).bind(versions).fetch_all(&mut *self.0).await?;
        let base = |row: &PgRow| {
            let properties: Option<Json> = row.try_get("after_properties")?;
            let geometry = row.try_get::<Option<&[u8]>, _>("after_geometry")?.map(read_wkb).transpose();
            let geometry = geometry.map_err(|error| StoreError::Stored(error.to_string()))?;
            let properties = properties.and_then(|json| if let Json::Object(map) = json { Some(map) } else { None });
            Ok((FeatureId(row.try_get("feature")?), Said { properties: properties.unwrap_or_default(), geometry }))
        };
        rows.iter().map(base).collect()
    }

    /// Hands over the areas of a collection, as [`Reading::states`] does.
    pub async fn areas(
        &mut self,
        collection: &str,
        mut take: impl FnMut(FeatureId, i64, Option<Geometry>, &[u8]),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "COPY (SELECT id, version, ST_AsBinary(geometry), properties FROM feature_{collection} \
             WHERE ST_Dimension(geometry) = 2) TO STDOUT (FORMAT binary)"
        );
        self.copy(sql, |fields| {
            let version = fields.get(1).and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
            let properties = fields.get(3).and_then(|bytes| bytes.strip_prefix(&[1])).ok_or_else(unexpected)?;
            let geometry = fields.get(2).map(read_wkb).transpose();
            let geometry = geometry.map_err(|error| StoreError::Stored(error.to_string()))?;
            take(FeatureId(id(fields)?), version.ok_or_else(unexpected)?, geometry, properties);
            Ok(())
        })
        .await
    }

    async fn copy(
        &mut self,
        sql: String,
        mut take: impl FnMut(&Fields<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut reader = CopyReader::new();
        let mut copy = self.0.copy_out_raw(&sql).await?;
        while let Some(bytes) = copy.try_next().await? {
            reader.push(&bytes);
            while let Some(fields) = reader.next_row()? {
                take(&fields)?;
            }
        }
        Ok(())
    }
}

fn unexpected() -> StoreError {
    StoreError::Stored("a row of the feature table has an unexpected form".to_owned())
}

fn id(fields: &Fields<'_>) -> Result<Uuid, StoreError> {
    fields.get(0).and_then(|bytes| Uuid::from_slice(bytes).ok()).ok_or_else(unexpected)
}

fn keys<'a>(fields: &Fields<'a>) -> Result<Keys<'a>, StoreError> {
    let text = |nth| fields.get(nth).map(|bytes| std::str::from_utf8(bytes).map_err(|_| unexpected())).transpose();
    let number = |nth| fields.get(nth).and_then(|bytes| bytes.try_into().ok()).map(f64::from_be_bytes);
    Ok(Keys {
        id: id(fields)?,
        external_ids: fields.get(1).and_then(|bytes| bytes.strip_prefix(&[1])),
        reference: text(2)?,
        municipality: text(3)?,
        kind: text(4)?,
        point: number(5).zip(number(6)).map(|(x, y)| coord! { x: x, y: y }),
    })
}

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
