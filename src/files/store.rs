//! Files of objects in the database and the journal. What people have typed or drawn stands in the table alone.

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::file::{File, Pictures};
use crate::blobs::{Sha256, attachments, detach};
use crate::collection::Medium;
use crate::feature::value::format_instant;
use crate::store::records::RecordChange;
use crate::store::{Store, StoreError, Transaction};

/// The subject of the journal's entries, and of the attachments that hold the content.
pub const OBJECT_FILE: &str = "object_file";

/// The file of an id.
///
/// # Errors
/// The database's.
pub async fn file<'c>(database: impl PgExecutor<'c>, id: Uuid) -> Result<Option<File>, StoreError> {
    let row = sqlx::query("SELECT * FROM object_file WHERE id = $1").bind(id).fetch_optional(database).await?;
    row.as_ref().map(read).transpose()
}

/// The file of an id, outside of a transaction.
///
/// # Errors
/// The database's.
pub async fn found(store: &Store, id: Uuid) -> Result<Option<File>, StoreError> {
    file(store.pool(), id).await
}

/// The files of an object in their order, those that were taken away among them.
///
/// # Errors
/// The database's.
pub async fn files_of<'c>(
    database: impl PgExecutor<'c>,
    (collection, object): (&str, Uuid),
) -> Result<Vec<File>, StoreError> {
    let sql = "SELECT * FROM object_file WHERE collection = $1 AND object = $2 ORDER BY place, added_at, id";
    let rows = sqlx::query(sql).bind(collection).bind(object).fetch_all(database).await?;
    rows.iter().map(read).collect()
}

/// The same, outside of a transaction.
///
/// # Errors
/// The database's.
pub async fn listed(store: &Store, of: (&str, Uuid)) -> Result<Vec<File>, StoreError> {
    files_of(store.pool(), of).await
}

/// The first photo of each of some objects, named by collection and id, but for those of defects.
///
/// # Errors
/// The database's.
pub async fn first_photos(store: &Store, objects: &[(String, Uuid)]) -> Result<Vec<File>, StoreError> {
    let sql = "SELECT DISTINCT ON (f.object) f.* FROM object_file f \
               JOIN unnest($1::text[], $2::uuid[]) AS o (collection, object) USING (collection, object) \
               WHERE f.medium = 'photo' AND f.defect IS NULL AND f.removed_at IS NULL ORDER BY f.object, f.place, f.added_at";
    let (collections, ids): (Vec<&str>, Vec<Uuid>) = objects.iter().map(|(name, id)| (name.as_str(), *id)).unzip();
    let rows = sqlx::query(sql).bind(collections).bind(ids).fetch_all(store.pool()).await?;
    rows.iter().map(read).collect()
}

/// A photo, and the bytes of its pictures.
#[derive(Debug)]
pub struct SizedPhoto {
    pub file: File,
    pub thumbnail_bytes: u64,
    pub screen_bytes: u64,
}

/// The photos of objects of some collections, but for those of defects; those of an object one after the other, in their order.
///
/// # Errors
/// The database's.
pub async fn all_photos(store: &Store, collections: &[String]) -> Result<Vec<SizedPhoto>, StoreError> {
    let sql = "SELECT f.*, t.size AS thumbnail_size, s.size AS screen_size FROM object_file f \
               JOIN blob t ON t.sha256 = f.thumbnail JOIN blob s ON s.sha256 = f.screen \
               WHERE f.collection = ANY ($1) AND f.medium = 'photo' AND f.defect IS NULL AND f.removed_at IS NULL \
               ORDER BY f.collection, f.object, f.place, f.added_at";
    let rows = sqlx::query(sql).bind(collections).fetch_all(store.pool()).await?;
    let sized = |row: &PgRow| {
        let size = |column| Ok::<_, StoreError>(row.try_get::<i64, _>(column)?.unsigned_abs());
        Ok(SizedPhoto {
            file: read(row)?,
            thumbnail_bytes: size("thumbnail_size")?,
            screen_bytes: size("screen_size")?,
        })
    };
    rows.iter().map(sized).collect()
}

/// Whether a defect is one of an object.
///
/// # Errors
/// The database's.
pub async fn is_defect_of(
    transaction: &mut Transaction,
    defect: Uuid,
    (collection, object): (&str, Uuid),
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT FROM defect WHERE id = $1 AND collection = $2 AND object = $3)";
    let query = sqlx::query_scalar(sql).bind(defect).bind(collection).bind(object);
    Ok(query.fetch_one(transaction.connection()).await?)
}

/// Keeps a file; its content is attached besides.
///
/// # Errors
/// The database's.
pub async fn add(transaction: &mut Transaction, file: &File) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO object_file (id, version, collection, object, defect, medium, kind, name, caption, notes, place, \
                                  width, height, media, size, content, screen, thumbnail, added_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
    )
    .bind(file.id)
    .bind(file.version)
    .bind(&file.collection)
    .bind(file.object)
    .bind(file.defect)
    .bind(file.medium.name())
    .bind(&file.kind)
    .bind(&file.name)
    .bind(&file.caption)
    .bind(json!(file.notes))
    .bind(file.place)
    .bind(file.pictures.map(|pictures| i64::from(pictures.width)))
    .bind(file.pictures.map(|pictures| i64::from(pictures.height)))
    .bind(&file.media)
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(file.content.0.as_slice())
    .bind(file.pictures.map(|pictures| pictures.screen.0.to_vec()))
    .bind(file.pictures.map(|pictures| pictures.thumbnail.0.to_vec()))
    .bind(file.added_at)
    .execute(transaction.connection())
    .await?;
    enter(transaction, None, file).await
}

/// Writes what may change of a file whose object is locked.
///
/// # Errors
/// The database's.
pub async fn change(transaction: &mut Transaction, before: &File, after: &File) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE object_file SET version = $2, kind = $3, caption = $4, notes = $5, place = $6, removed_at = $7 \
         WHERE id = $1",
    )
    .bind(after.id)
    .bind(after.version)
    .bind(&after.kind)
    .bind(&after.caption)
    .bind(json!(after.notes))
    .bind(after.place)
    .bind(after.removed_at)
    .execute(transaction.connection())
    .await?;
    enter(transaction, Some(before), after).await
}

/// Forgets a file that was taken away before an instant, with its content; `false` if it is not such a one.
///
/// # Errors
/// The database's.
pub async fn forget(
    transaction: &mut Transaction,
    store: &Store,
    id: Uuid,
    removed_before: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "DELETE FROM object_file WHERE id = $1 AND removed_at <= $2 RETURNING *";
    let row = sqlx::query(sql).bind(id).bind(removed_before).fetch_optional(transaction.connection()).await?;
    let Some(row) = row else { return Ok(false) };
    let gone = read(&row)?;
    for attachment in attachments(store, OBJECT_FILE, id).await? {
        detach(transaction, attachment.id).await?;
    }
    let change = RecordChange {
        subject: OBJECT_FILE,
        id,
        version: gone.version + 1,
        before: Some(journalled(&gone)),
        after: None,
    };
    transaction.record(&change).await?;
    Ok(true)
}

async fn enter(transaction: &mut Transaction, before: Option<&File>, after: &File) -> Result<(), StoreError> {
    let (id, version) = (after.id, after.version);
    let (before, after) = (before.map(journalled), Some(journalled(after)));
    transaction.record(&RecordChange { subject: OBJECT_FILE, id, version, before, after }).await
}

fn journalled(of: &File) -> Json {
    json!({
        "collection": of.collection, "object": of.object, "defect": of.defect, "medium": of.medium, "kind": of.kind,
        "place": of.place, "notes": of.notes.len(), "sha256": of.content.to_string(), "size": of.size,
        "added_at": format_instant(of.added_at), "removed_at": of.removed_at.map(format_instant),
    })
}

fn read(row: &PgRow) -> Result<File, StoreError> {
    let (medium, notes): (String, Json) = (row.try_get("medium")?, row.try_get("notes")?);
    let pictures = match row.try_get::<Option<i64>, _>("width")? {
        None => None,
        Some(width) => Some(Pictures {
            width: u32::try_from(width).unwrap_or_default(),
            height: u32::try_from(row.try_get::<i64, _>("height")?).unwrap_or_default(),
            screen: hash(row, "screen")?,
            thumbnail: hash(row, "thumbnail")?,
        }),
    };
    Ok(File {
        id: row.try_get("id")?,
        version: row.try_get("version")?,
        collection: row.try_get("collection")?,
        object: row.try_get("object")?,
        defect: row.try_get("defect")?,
        // The table takes no other.
        medium: Medium::named(&medium).unwrap_or(Medium::Document),
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        caption: row.try_get("caption")?,
        notes: serde_json::from_value(notes).map_err(|error| StoreError::Stored(error.to_string()))?,
        place: row.try_get("place")?,
        pictures,
        media: row.try_get("media")?,
        size: row.try_get::<i64, _>("size")?.unsigned_abs(),
        content: hash(row, "content")?,
        added_at: row.try_get("added_at")?,
        removed_at: row.try_get("removed_at")?,
    })
}

fn hash(row: &PgRow, column: &str) -> Result<Sha256, StoreError> {
    let bytes: Vec<u8> = row.try_get(column)?;
    bytes.try_into().map(Sha256).map_err(|_| StoreError::Stored("a hash has not 32 bytes".to_owned()))
}
