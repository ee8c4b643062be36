//! Saved views in the database, beside the journal.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::store::{Store, StoreError};

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    pub id: Uuid,
    pub account: Uuid,
    pub organisation: Option<Uuid>,
    pub collection: String,
    pub name: String,
    pub query: String,
    pub created_at: DateTime<Utc>,
}

/// A view to be kept.
#[derive(Debug)]
pub struct NewView<'a> {
    pub account: Uuid,
    pub organisation: Option<Uuid>,
    pub collection: &'a str,
    pub name: &'a str,
    pub query: &'a str,
    pub at: DateTime<Utc>,
}

/// Views of an account and those that organisations share, of one collection or of all, by name.
pub async fn views(
    store: &Store,
    account: Uuid,
    organisations: &[Uuid],
    collection: Option<&str>,
) -> Result<Vec<ViewRow>, StoreError> {
    let sql = "SELECT * FROM saved_view WHERE (account = $1 OR organisation = ANY($2)) \
               AND ($3::text IS NULL OR collection = $3) ORDER BY lower(name), id";
    let query = sqlx::query(sql).bind(account).bind(organisations).bind(collection);
    query.fetch_all(store.pool()).await?.iter().map(row).collect()
}

pub async fn view(store: &Store, id: Uuid) -> Result<Option<ViewRow>, StoreError> {
    let query = sqlx::query("SELECT * FROM saved_view WHERE id = $1").bind(id);
    query.fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

/// Keeps a view; `None` if its account has as many as it may have.
pub async fn create_view(store: &Store, new: &NewView<'_>, most: i64) -> Result<Option<ViewRow>, StoreError> {
    let sql = "INSERT INTO saved_view (id, account, organisation, collection, name, query, created_at) \
               SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT count(*) FROM saved_view WHERE account = $2) < $8 \
               RETURNING *";
    let query = sqlx::query(sql).bind(Uuid::now_v7()).bind(new.account).bind(new.organisation).bind(new.collection);
    let query = query.bind(new.name).bind(new.query).bind(new.at).bind(most);
    query.fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

pub async fn delete_view(store: &Store, id: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM saved_view WHERE id = $1").bind(id).execute(store.pool()).await?;
    Ok(())
}

fn row(row: &PgRow) -> Result<ViewRow, StoreError> {
    Ok(ViewRow {
        id: row.try_get("id")?,
        account: row.try_get("account")?,
        organisation: row.try_get("organisation")?,
        collection: row.try_get("collection")?,
        name: row.try_get("name")?,
        query: row.try_get("query")?,
        created_at: row.try_get("created_at")?,
    })
}
