//! Defects in the database and the journal. Remarks stand in the table alone.

use serde_json::{Value as Json, json};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::{Assignment, Defect, Resolution, Resolved};
use crate::feature::value::format_instant;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};
use crate::upkeep::checklists::Effect;
use crate::upkeep::object::Span;

/// The subject of the journal's entries.
pub const DEFECT: &str = "defect";

/// The defect of an id.
///
/// # Errors
/// The database's.
pub async fn defect(transaction: &mut Transaction, id: Uuid) -> Result<Option<Defect>, StoreError> {
    let row = sqlx::query("SELECT * FROM defect WHERE id = $1").bind(id);
    row.fetch_optional(transaction.connection()).await?.as_ref().map(read).transpose()
}

/// The defects of an object that are open, the oldest first.
///
/// # Errors
/// The database's.
pub async fn open_of<'c>(
    database: impl PgExecutor<'c>,
    (collection, object): (&str, Uuid),
) -> Result<Vec<Defect>, StoreError> {
    let sql =
        "SELECT * FROM defect WHERE collection = $1 AND object = $2 AND resolved_at IS NULL ORDER BY found_on, id";
    let rows = sqlx::query(sql).bind(collection).bind(object).fetch_all(database).await?;
    rows.iter().map(read).collect()
}

/// The open defects that an organisation has to see to by a day, the most urgent first.
///
/// # Errors
/// The database's.
pub async fn assigned_to(transaction: &mut Transaction, organisation: Uuid) -> Result<Vec<Defect>, StoreError> {
    let sql = "SELECT * FROM defect WHERE organisation = $1 AND resolved_at IS NULL AND due_on IS NOT NULL ORDER BY due_on, id";
    let rows = sqlx::query(sql).bind(organisation).fetch_all(transaction.connection()).await?;
    rows.iter().map(read).collect()
}

/// Which defects are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub span: Span,
    /// Assigned to it.
    pub organisation: Option<Uuid>,
    /// Open ones, resolved ones or both.
    pub open: Option<bool>,
}

/// The newest defects that are asked for.
///
/// # Errors
/// The database's.
pub async fn listed(store: &Store, wanted: &Wanted) -> Result<Vec<Defect>, StoreError> {
    let sql = "SELECT * FROM defect WHERE collection = ANY ($1) AND ($2::uuid[] IS NULL OR object = ANY ($2)) \
                 AND ($3::date IS NULL OR found_on >= $3) AND ($4::date IS NULL OR found_on <= $4) \
                 AND ($5::uuid IS NULL OR organisation = $5) AND ($6::boolean IS NULL OR (resolved_at IS NULL) = $6) \
               ORDER BY found_on DESC, recorded_at DESC, id LIMIT $7";
    let Span { collections, objects, from, to, .. } = &wanted.span;
    let query = sqlx::query(sql).bind(collections).bind(objects).bind(from).bind(to);
    let query = query.bind(wanted.organisation).bind(wanted.open).bind(wanted.span.limit());
    query.fetch_all(store.pool()).await?.iter().map(read).collect()
}

/// Keeps a defect.
///
/// # Errors
/// The database's.
pub async fn add(transaction: &mut Transaction, defect: &Defect) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO defect (id, version, collection, object, kind, severity, effect, found_on, inspection, remark, \
                             organisation, due_on, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(defect.id)
    .bind(defect.version)
    .bind(&defect.collection)
    .bind(defect.object)
    .bind(&defect.kind)
    .bind(&defect.severity)
    .bind(defect.effect.name())
    .bind(defect.found_on)
    .bind(defect.inspection)
    .bind(&defect.remark)
    .bind(defect.organisation)
    .bind(defect.due_on)
    .bind(defect.recorded_at)
    .execute(transaction.connection())
    .await?;
    enter(transaction, None, defect).await
}

/// Assigns a defect that is open and locked with its object.
///
/// # Errors
/// The database's.
pub async fn assign(transaction: &mut Transaction, before: &Defect, to: &Assignment) -> Result<Defect, StoreError> {
    let sql = "UPDATE defect SET version = version + 1, organisation = $2, due_on = $3 WHERE id = $1 RETURNING *";
    let row = sqlx::query(sql).bind(before.id).bind(to.organisation).bind(to.due_on);
    let after = read(&row.fetch_one(transaction.connection()).await?)?;
    enter(transaction, Some(before), &after).await?;
    Ok(after)
}

/// Resolves a defect that is open and locked with its object.
///
/// # Errors
/// The database's.
pub async fn resolve(transaction: &mut Transaction, before: &Defect, how: &Resolution) -> Result<Defect, StoreError> {
    let sql = "UPDATE defect SET version = version + 1, resolved_at = $2, resolution = $3, resolution_remark = $4 \
               WHERE id = $1 RETURNING *";
    let row = sqlx::query(sql).bind(before.id).bind(transaction.at()).bind(&how.resolution).bind(&how.remark);
    let after = read(&row.fetch_one(transaction.connection()).await?)?;
    enter(transaction, Some(before), &after).await?;
    Ok(after)
}

async fn enter(transaction: &mut Transaction, before: Option<&Defect>, after: &Defect) -> Result<(), StoreError> {
    let (id, version) = (after.id, after.version);
    let (before, after) = (before.map(journalled), Some(journalled(after)));
    transaction.record(&RecordChange { subject: DEFECT, id, version, before, after }).await
}

fn journalled(of: &Defect) -> Json {
    json!({
        "collection": of.collection, "object": of.object, "kind": of.kind, "severity": of.severity, "effect": of.effect,
        "found_on": of.found_on, "inspection": of.inspection, "organisation": of.organisation, "due_on": of.due_on,
        "recorded_at": format_instant(of.recorded_at),
        "resolved_at": of.resolved.as_ref().map(|resolved| format_instant(resolved.at)),
        "resolution": of.resolved.as_ref().map(|resolved| &resolved.resolution),
    })
}

fn read(row: &PgRow) -> Result<Defect, StoreError> {
    let effect: String = row.try_get("effect")?;
    let resolution: Option<String> = row.try_get("resolution")?;
    let resolved = match row.try_get::<Option<_>, _>("resolved_at")? {
        Some(at) => {
            let remark = row.try_get("resolution_remark")?;
            Some(Resolved { at, resolution: resolution.unwrap_or_default(), remark })
        }
        None => None,
    };
    Ok(Defect {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        collection: row.try_get("collection")?,
        object: row.try_get("object")?,
        kind: row.try_get("kind")?,
        severity: row.try_get("severity")?,
        // The table takes no other.
        effect: Effect::named(&effect).unwrap_or(Effect::None),
        found_on: row.try_get("found_on")?,
        inspection: row.try_get("inspection")?,
        remark: row.try_get("remark")?,
        organisation: row.try_get("organisation")?,
        due_on: row.try_get("due_on")?,
        recorded_at: row.try_get("recorded_at")?,
        resolved,
    })
}
