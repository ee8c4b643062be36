//! Inspections in the database and the journal. Remarks are what people write; they stand in the table alone.

use serde_json::{Map, Value as Json, json};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::{Answered, Inspection, NewInspection, Outcome};
use crate::feature::value::format_instant;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};
use crate::upkeep::object::Span;

/// The subject of the journal's entries.
pub const INSPECTION: &str = "inspection";

/// The inspection of an id.
///
/// # Errors
/// The database's.
pub async fn inspection(transaction: &mut Transaction, id: Uuid) -> Result<Option<Inspection>, StoreError> {
    let row = sqlx::query("SELECT * FROM inspection WHERE id = $1").bind(id);
    row.fetch_optional(transaction.connection()).await?.as_ref().map(read).transpose()
}

/// Is there another one of the object by the same list and of the same day?
///
/// # Errors
/// The database's.
pub async fn of_day(transaction: &mut Transaction, new: &NewInspection) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT FROM inspection WHERE collection = $1 AND object = $2 AND checklist = $3 AND made_on = $4)";
    let found = sqlx::query_scalar(sql).bind(&new.object.collection.name).bind(new.object.id.0);
    Ok(found.bind(&new.checklist.name).bind(new.made_on).fetch_one(transaction.connection()).await?)
}

/// Keeps an inspection with the answers as they were linked to defects.
///
/// # Errors
/// The database's.
pub async fn add(
    transaction: &mut Transaction,
    new: &NewInspection,
    answers: Vec<Answered>,
) -> Result<Inspection, StoreError> {
    let inspection = Inspection {
        id: new.id,
        collection: new.object.collection.name.clone(),
        object: new.object.id.0,
        checklist: new.checklist.name.clone(),
        checklist_version: new.version,
        made_on: new.made_on,
        outcome: new.outcome,
        complete: new.complete,
        answers,
        measured: new.measured.clone(),
        remark: new.remark.clone(),
        recorded_at: transaction.at(),
    };
    sqlx::query(
        "INSERT INTO inspection (id, collection, object, checklist, checklist_version, made_on, outcome, complete, answers, \
                                 measured, remark, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(inspection.id)
    .bind(&inspection.collection)
    .bind(inspection.object)
    .bind(&inspection.checklist)
    .bind(i64::from(inspection.checklist_version))
    .bind(inspection.made_on)
    .bind(inspection.outcome.name())
    .bind(inspection.complete)
    .bind(json!(inspection.answers))
    .bind(json!(inspection.measured))
    .bind(&inspection.remark)
    .bind(inspection.recorded_at)
    .execute(transaction.connection())
    .await?;
    let after = Some(journalled(&inspection));
    let change = RecordChange { subject: INSPECTION, id: inspection.id, version: 1, before: None, after };
    transaction.record(&change).await?;
    Ok(inspection)
}

/// All inspections of an object, the newest first.
///
/// # Errors
/// The database's.
pub async fn of_object<'c>(
    database: impl PgExecutor<'c>,
    (collection, object): (&str, Uuid),
) -> Result<Vec<Inspection>, StoreError> {
    let sql =
        "SELECT * FROM inspection WHERE collection = $1 AND object = $2 ORDER BY made_on DESC, recorded_at DESC, id";
    let rows = sqlx::query(sql).bind(collection).bind(object).fetch_all(database).await?;
    rows.iter().map(read).collect()
}

/// The newest inspections of a span, at most so many.
///
/// # Errors
/// The database's.
pub async fn listed(store: &Store, span: &Span) -> Result<Vec<Inspection>, StoreError> {
    let sql = "SELECT * FROM inspection WHERE collection = ANY ($1) AND ($2::uuid[] IS NULL OR object = ANY ($2)) \
                 AND ($3::date IS NULL OR made_on >= $3) AND ($4::date IS NULL OR made_on <= $4) \
               ORDER BY made_on DESC, recorded_at DESC, id LIMIT $5";
    let query = sqlx::query(sql).bind(&span.collections).bind(&span.objects).bind(span.from).bind(span.to);
    query.bind(span.limit()).fetch_all(store.pool()).await?.iter().map(read).collect()
}

fn journalled(of: &Inspection) -> Json {
    json!({
        "collection": of.collection, "object": of.object, "checklist": of.checklist,
        "checklist_version": of.checklist_version, "made_on": of.made_on, "outcome": of.outcome, "complete": of.complete,
        "answers": of.answers, "measured": of.measured, "recorded_at": format_instant(of.recorded_at),
    })
}

fn read(row: &PgRow) -> Result<Inspection, StoreError> {
    let stored = |error: serde_json::Error| StoreError::Stored(error.to_string());
    let answers: Vec<Answered> = serde_json::from_value(row.try_get("answers")?).map_err(stored)?;
    let measured: Map<String, Json> = serde_json::from_value(row.try_get("measured")?).map_err(stored)?;
    let outcome: String = row.try_get("outcome")?;
    Ok(Inspection {
        id: row.try_get("id")?,
        collection: row.try_get("collection")?,
        object: row.try_get("object")?,
        checklist: row.try_get("checklist")?,
        checklist_version: u32::try_from(row.try_get::<i64, _>("checklist_version")?).unwrap_or_default(),
        made_on: row.try_get("made_on")?,
        // The table takes no other.
        outcome: Outcome::named(&outcome).unwrap_or(Outcome::NotCheckable),
        complete: row.try_get("complete")?,
        answers,
        measured,
        remark: row.try_get("remark")?,
        recorded_at: row.try_get("recorded_at")?,
    })
}
