//! The tables of content, blobs and attachments.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::{BlobError, Place, Received, SWEEP, Sha256};
use crate::store::aside::Aside;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The kind of record that attachments are in the journal.
pub const ATTACHMENT: &str = "attachment";

/// Content that was begun so long ago is swept if nothing is attached to it, and is attached to nothing when half of that has passed:
/// so nobody attaches what is just being swept.
const KEPT: &str = "interval '24 hours'";

/// Has a sweep when what is begun, or loosened, now may be swept.
const PLAN: &str = "INSERT INTO job (queue, key, payload, run_at) VALUES ($1, 'content', '{}', now() + interval '25 hours') \
                    ON CONFLICT (queue, key) WHERE key IS NOT NULL DO NOTHING";

const UNATTACHED: &str = "NOT EXISTS (SELECT FROM attachment WHERE blob = b.sha256)";
const UNNAMED: &str = "NOT EXISTS (SELECT FROM blob WHERE content = c.id)";

/// Begins content.
pub(super) async fn begin(store: &Store, content: Uuid, place: Place) -> Result<(), StoreError> {
    let sql = format!("WITH begun AS (INSERT INTO content (id, place) VALUES ($2, $3)) {PLAN}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(SWEEP).bind(content).bind(place.name()).execute(store.pool()).await?;
    Ok(())
}

/// Adds a portion.
pub(super) async fn put(store: &Store, content: Uuid, number: i32, bytes: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO content_portion (content, number, bytes) VALUES ($1, $2, $3)";
    sqlx::query(sql).bind(content).bind(number).bind(bytes).execute(store.pool()).await?;
    Ok(())
}

/// A portion; `None` if there is none.
pub(super) async fn get(store: &Store, content: Uuid, number: i32) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT bytes FROM content_portion WHERE content = $1 AND number = $2";
    Ok(sqlx::query_scalar(sql).bind(content).bind(number).fetch_optional(store.pool()).await?)
}

/// Removes contents that no blob names, with their portions.
pub(super) async fn remove(connection: impl PgExecutor<'_>, contents: &[Uuid]) -> Result<(), StoreError> {
    let sql = "DELETE FROM content c WHERE id = ANY ($1) AND NOT EXISTS (SELECT FROM blob WHERE content = c.id)";
    sqlx::query(sql).bind(contents).execute(connection).await?;
    Ok(())
}

/// Where whole content is.
pub(super) struct Found {
    pub content: Uuid,
    pub place: Place,
    pub size: u64,
    pub media: String,
}

pub(super) async fn find(store: &Store, sha256: Sha256) -> Result<Option<Found>, StoreError> {
    let sql =
        "SELECT content, place, size, media FROM blob JOIN content ON content.id = blob.content WHERE sha256 = $1";
    let row = sqlx::query(sql).bind(sha256.0.as_slice()).fetch_optional(store.pool()).await?;
    let found = |row: PgRow| {
        let place = Place::named(row.try_get("place")?);
        Ok(Found { content: row.try_get("content")?, place, size: size(&row)?, media: row.try_get("media")? })
    };
    row.map(found).transpose()
}

fn size(row: &PgRow) -> Result<u64, StoreError> {
    Ok(row.try_get::<i64, _>("size")?.unsigned_abs())
}

/// What content is to be attached to.
#[derive(Debug, Clone)]
pub struct NewAttachment<'a> {
    /// A kind of record, in snake case.
    pub subject: &'a str,
    pub of: Uuid,
    /// What people call the file.
    pub name: &'a str,
}

/// Something that content belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: Uuid,
    pub name: String,
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    pub media: String,
    pub created_at: DateTime<Utc>,
}

/// Attaches content in the transaction that changes what it belongs to. Gives the number of the attachment. Content that is there
/// already is not kept twice.
///
/// # Errors
/// [`BlobError::Name`], [`BlobError::Late`] and the database's.
pub async fn attach(
    transaction: &mut Transaction,
    received: &Received,
    to: &NewAttachment<'_>,
) -> Result<Uuid, BlobError> {
    if to.name.is_empty() || to.name.chars().count() > 200 || to.name.chars().any(char::is_control) {
        return Err(BlobError::Name);
    }
    let id = Uuid::now_v7();
    // Writing what stands there locks it: it is not swept meanwhile.
    let sql = format!(
        "WITH kept AS ( \
           INSERT INTO blob (sha256, size, media, content) \
           SELECT $1, $2, $3, id FROM content WHERE id = $4 AND begun_at > now() - {KEPT} / 2 \
           ON CONFLICT (sha256) DO UPDATE SET size = excluded.size RETURNING sha256) \
         INSERT INTO attachment (id, subject, subject_id, blob, name) SELECT $5, $6, $7, sha256, $8 FROM kept"
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(received.sha256.0.as_slice())
        .bind(i64::try_from(received.size).unwrap_or(i64::MAX))
        .bind(received.media)
        .bind(received.content)
        .bind(id)
        .bind(to.subject)
        .bind(to.of)
        .bind(to.name)
        .execute(transaction.connection())
        .await
        .map_err(StoreError::from)?;
    if done.rows_affected() == 0 {
        return Err(BlobError::Late);
    }
    let after =
        json!({ "subject": to.subject, "of": to.of, "sha256": received.sha256.to_string(), "size": received.size });
    let change = RecordChange { subject: ATTACHMENT, id, version: 1, before: None, after: Some(after) };
    transaction.record(&change).await?;
    Ok(id)
}

/// Takes an attachment away; `false` if there is none. Its content goes some day if nothing else is attached to it.
///
/// # Errors
/// The database's.
pub async fn detach(transaction: &mut Transaction, id: Uuid) -> Result<bool, StoreError> {
    let sql = "WITH gone AS (DELETE FROM attachment WHERE id = $1 RETURNING *) \
               SELECT subject, subject_id, blob, size FROM gone JOIN blob ON sha256 = blob";
    let row = sqlx::query(sql).bind(id).fetch_optional(transaction.connection()).await?;
    let Some(row) = row else { return Ok(false) };
    let (subject, of): (String, Uuid) = (row.try_get("subject")?, row.try_get("subject_id")?);
    let before =
        json!({ "subject": subject, "of": of, "sha256": hash(&row, "blob")?.to_string(), "size": size(&row)? });
    let change = RecordChange { subject: ATTACHMENT, id, version: 2, before: Some(before), after: None };
    transaction.record(&change).await?;
    sqlx::query(PLAN).bind(SWEEP).execute(transaction.connection()).await?;
    Ok(true)
}

/// What is attached to something, the oldest first.
///
/// # Errors
/// The database's.
pub async fn attachments(store: &Store, subject: &str, of: Uuid) -> Result<Vec<Attachment>, StoreError> {
    let sql = "SELECT a.id, a.name, a.created_at, b.sha256, b.size, b.media \
               FROM attachment a JOIN blob b ON b.sha256 = a.blob \
               WHERE a.subject = $1 AND a.subject_id = $2 ORDER BY a.created_at, a.id";
    let rows = sqlx::query(sql).bind(subject).bind(of).fetch_all(store.pool()).await?;
    let attachment = |row: &PgRow| {
        Ok(Attachment {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            sha256: hash(row, "sha256")?,
            size: size(row)?,
            media: row.try_get("media")?,
            created_at: row.try_get("created_at")?,
        })
    };
    rows.iter().map(attachment).collect()
}

fn hash(row: &PgRow, column: &str) -> Result<Sha256, StoreError> {
    let bytes: Vec<u8> = row.try_get(column)?;
    bytes.try_into().map(Sha256).map_err(|_| StoreError::Stored("a hash has not 32 bytes".to_owned()))
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FileFigures")]
pub struct Figures {
    pub blobs: i64,
    /// Of all blobs.
    pub bytes: i64,
    pub attachments: i64,
    /// Contents that no blob names: under way, or to be swept.
    pub loose: i64,
}

/// How much is kept, for those who run the server.
///
/// # Errors
/// The database's.
pub async fn figures(store: &Store) -> Result<Figures, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM blob) AS blobs, (SELECT coalesce(sum(size), 0)::bigint FROM blob) AS bytes, \
                 (SELECT count(*) FROM attachment) AS attachments, \
                 (SELECT count(*) FROM content c WHERE NOT EXISTS (SELECT FROM blob WHERE content = c.id)) AS loose";
    let row = sqlx::query(sql).fetch_one(store.pool()).await?;
    Ok(Figures {
        blobs: row.try_get("blobs")?,
        bytes: row.try_get("bytes")?,
        attachments: row.try_get("attachments")?,
        loose: row.try_get("loose")?,
    })
}

/// Forgets blobs that have been attached to nothing for long enough: what they named is loose then.
pub(super) async fn loosen(store: &Store) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM blob b WHERE created_at < now() - {KEPT} AND {UNATTACHED}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(store.pool()).await?;
    Ok(())
}

/// Contents that no blob has named for long enough, the oldest first.
pub(super) async fn loose(store: &Store, most: i64) -> Result<Vec<(Uuid, Place)>, StoreError> {
    let sql = format!(
        "SELECT id, place FROM content c WHERE begun_at < now() - {KEPT} AND {UNNAMED} ORDER BY begun_at LIMIT $1"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(most).fetch_all(store.pool()).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, Place::named(row.try_get("place")?)))).collect()
}

/// Plans the next sweep, if anything is left that may have to be swept.
pub(super) async fn plan(aside: &mut Aside) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT EXISTS (SELECT FROM blob b WHERE {UNATTACHED}) OR EXISTS (SELECT FROM content c WHERE {UNNAMED})"
    );
    let is_left: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(aside.connection()).await?;
    if is_left {
        sqlx::query(PLAN).bind(SWEEP).execute(aside.connection()).await?;
    }
    Ok(())
}
