//! Outages in the database and the journal. Remarks stand in the table alone.

use serde_json::{Value as Json, json};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::Outage;
use crate::feature::value::format_instant;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};
use crate::upkeep::checklists::Effect;
use crate::upkeep::object::Span;

/// The subject of the journal's entries.
pub const OUTAGE: &str = "outage";

/// The outage of an id.
///
/// # Errors
/// The database's.
pub async fn outage(transaction: &mut Transaction, id: Uuid) -> Result<Option<Outage>, StoreError> {
    let row = sqlx::query("SELECT * FROM outage WHERE id = $1").bind(id);
    row.fetch_optional(transaction.connection()).await?.as_ref().map(read).transpose()
}

/// The outages of an object that nobody has ended, whether or not their last day is over.
///
/// # Errors
/// The database's.
pub async fn of_object<'c>(
    database: impl PgExecutor<'c>,
    (collection, object): (&str, Uuid),
) -> Result<Vec<Outage>, StoreError> {
    let sql = "SELECT * FROM outage WHERE collection = $1 AND object = $2 AND ended_at IS NULL ORDER BY begins_on, id";
    let rows = sqlx::query(sql).bind(collection).bind(object).fetch_all(database).await?;
    rows.iter().map(read).collect()
}

/// The outages of a span that touch its days, the latest first.
///
/// # Errors
/// The database's.
pub async fn listed(store: &Store, span: &Span) -> Result<Vec<Outage>, StoreError> {
    let sql = "SELECT * FROM outage WHERE collection = ANY ($1) AND ($2::uuid[] IS NULL OR object = ANY ($2)) \
                 AND ($3::date IS NULL OR (ended_at IS NULL AND (ends_on IS NULL OR ends_on >= $3))) \
                 AND ($4::date IS NULL OR begins_on <= $4) \
               ORDER BY begins_on DESC, recorded_at DESC, id LIMIT $5";
    let query = sqlx::query(sql).bind(&span.collections).bind(&span.objects).bind(span.from).bind(span.to);
    query.bind(span.limit()).fetch_all(store.pool()).await?.iter().map(read).collect()
}

/// Keeps an outage.
///
/// # Errors
/// The database's.
pub async fn add(transaction: &mut Transaction, outage: &Outage) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outage (id, version, collection, object, effect, cause, begins_on, ends_on, remark, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(outage.id)
    .bind(outage.version)
    .bind(&outage.collection)
    .bind(outage.object)
    .bind(outage.effect.name())
    .bind(&outage.cause)
    .bind(outage.begins_on)
    .bind(outage.ends_on)
    .bind(&outage.remark)
    .bind(outage.recorded_at)
    .execute(transaction.connection())
    .await?;
    enter(transaction, None, outage).await
}

/// Ends an outage that is locked with its object.
///
/// # Errors
/// The database's.
pub async fn end(transaction: &mut Transaction, before: &Outage) -> Result<Outage, StoreError> {
    let sql = "UPDATE outage SET version = version + 1, ended_at = $2 WHERE id = $1 RETURNING *";
    let row = sqlx::query(sql).bind(before.id).bind(transaction.at());
    let after = read(&row.fetch_one(transaction.connection()).await?)?;
    enter(transaction, Some(before), &after).await?;
    Ok(after)
}

async fn enter(transaction: &mut Transaction, before: Option<&Outage>, after: &Outage) -> Result<(), StoreError> {
    let (id, version) = (after.id, after.version);
    let (before, after) = (before.map(journalled), Some(journalled(after)));
    transaction.record(&RecordChange { subject: OUTAGE, id, version, before, after }).await
}

fn journalled(of: &Outage) -> Json {
    json!({
        "collection": of.collection, "object": of.object, "effect": of.effect, "cause": of.cause,
        "begins_on": of.begins_on, "ends_on": of.ends_on, "recorded_at": format_instant(of.recorded_at),
        "ended_at": of.ended_at.map(format_instant),
    })
}

fn read(row: &PgRow) -> Result<Outage, StoreError> {
    let effect: String = row.try_get("effect")?;
    Ok(Outage {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        collection: row.try_get("collection")?,
        object: row.try_get("object")?,
        // The table takes no other.
        effect: Effect::named(&effect).unwrap_or(Effect::OutOfService),
        cause: row.try_get("cause")?,
        begins_on: row.try_get("begins_on")?,
        ends_on: row.try_get("ends_on")?,
        remark: row.try_get("remark")?,
        recorded_at: row.try_get("recorded_at")?,
        ended_at: row.try_get("ended_at")?,
    })
}
