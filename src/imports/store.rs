//! Imports in the database, beside the journal; their rows are kept by [`rows`](super::rows).

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::settings::Settings;
use super::state::State;
use super::summary::Summary;
use crate::blobs::Sha256;
use crate::exchange::examine::Examined;
use crate::exchange::mending::{Mended, Mending};
use crate::store::aside::Aside;
use crate::store::{Store, StoreError, Transaction};
use crate::texts::Label;

/// An import, but for its rows.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: Uuid,
    pub account: Option<Uuid>,
    pub collection: String,
    pub name: String,
    pub sha256: Sha256,
    /// Bytes.
    pub size: i64,
    pub state: State,
    pub version: i64,
    pub stale: bool,
    pub settings: Settings,
    pub examined: Option<Examined>,
    pub summary: Option<Summary>,
    pub digest: Option<Vec<u8>>,
    pub progress: i64,
    pub problem: Option<Label>,
    pub reason: String,
    pub changeset: Option<i64>,
    /// What it has written was taken back.
    pub undone: bool,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

/// Was it taken back?
const UNDONE: &str = "EXISTS (SELECT FROM changeset WHERE undoes = import.changeset) AS undone";

/// A file that has arrived.
#[derive(Debug)]
pub struct NewImport<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub collection: &'a str,
    pub name: &'a str,
    pub sha256: Sha256,
    pub size: u64,
    pub at: DateTime<Utc>,
}

/// What was worked out in a step.
#[derive(Debug, Default)]
pub struct Outcome<'a> {
    pub examined: Option<&'a Examined>,
    pub settings: Option<&'a Settings>,
    pub summary: Option<&'a Summary>,
    pub digest: Option<&'a [u8]>,
    pub problem: Option<&'a Label>,
}

/// Keeps a new import with the file that it is of; `false` if its account has as many as it may have.
pub async fn create(transaction: &mut Transaction, new: &NewImport<'_>, most: i64) -> Result<bool, StoreError> {
    let sql = "INSERT INTO import (id, account, collection, name, sha256, size, state, settings, created_at, changed_at) \
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $9 WHERE (SELECT count(*) FROM import WHERE account = $2) < $10";
    let query = sqlx::query(sql).bind(new.id).bind(new.account).bind(new.collection).bind(new.name);
    let query = query.bind(new.sha256.0.as_slice()).bind(i64::try_from(new.size).unwrap_or(i64::MAX));
    let query = query.bind(State::Examining.name()).bind(json(&Settings::default())?).bind(new.at).bind(most);
    Ok(query.execute(transaction.connection()).await?.rows_affected() == 1)
}

pub async fn find(store: &Store, id: Uuid) -> Result<Option<Import>, StoreError> {
    let sql = format!("SELECT *, {UNDONE} FROM import WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(store.pool()).await?;
    row.as_ref().map(import).transpose()
}

/// The imports of an account, the newest first, without what was found in their files.
pub async fn of_account(store: &Store, account: Uuid) -> Result<Vec<Import>, StoreError> {
    let sql = format!(
        "SELECT id, account, collection, name, sha256, size, state, version, stale, settings, NULL::jsonb AS examined, \
                summary, digest, progress, problem, reason, changeset, created_at, changed_at, {UNDONE} \
         FROM import WHERE account = $1 ORDER BY created_at DESC, id"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account).fetch_all(store.pool()).await?.iter().map(import).collect()
}

/// Goes on to a state in which the server works, if nobody has decided anything else meanwhile.
pub async fn go_on(
    aside: &mut Aside,
    import: &Import,
    next: State,
    settings: &Settings,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE import SET state = $3, version = version + 1, settings = $4, reason = $5, progress = 0, problem = NULL, \
                 changed_at = $6 WHERE id = $1 AND version = $2";
    let query = sqlx::query(sql).bind(import.id).bind(import.version).bind(next.name()).bind(json(settings)?);
    let done = query.bind(reason).bind(at).execute(aside.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes what has come of a step, if it is still wanted.
pub async fn end_step(
    aside: &mut Aside,
    import: &Import,
    next: State,
    outcome: &Outcome<'_>,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE import SET state = $3, examined = coalesce($4, examined), settings = coalesce($5, settings), \
                 summary = coalesce($6, summary), digest = coalesce($7, digest), problem = $8, \
                 stale = stale AND $7 IS NULL, changed_at = $9 \
               WHERE id = $1 AND version = $2";
    let query = sqlx::query(sql).bind(import.id).bind(import.version).bind(next.name());
    let query = query.bind(outcome.examined.map(json).transpose()?).bind(outcome.settings.map(json).transpose()?);
    let query = query.bind(outcome.summary.map(json).transpose()?).bind(outcome.digest);
    let query = query.bind(outcome.problem.map(json).transpose()?).bind(at);
    Ok(query.execute(aside.connection()).await?.rows_affected() == 1)
}

/// Goes back from writing to looking, and says why.
pub async fn look_again(
    aside: &mut Aside,
    import: &Import,
    problem: &Label,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE import SET state = $3, version = version + 1, progress = 0, problem = $4, changed_at = $5 \
               WHERE id = $1 AND version = $2";
    let query = sqlx::query(sql).bind(import.id).bind(import.version).bind(State::Previewing.name());
    let done = query.bind(json(problem)?).bind(at).execute(aside.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that everything is written, in the transaction that writes it. False if that is not wanted any more.
pub async fn committed(
    transaction: &mut Transaction,
    import: &Import,
    summary: &Summary,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE import SET state = $3, summary = $4, changeset = $5, changed_at = $6, problem = NULL \
               WHERE id = $1 AND version = $2";
    let changeset = transaction.changeset();
    let query = sqlx::query(sql).bind(import.id).bind(import.version).bind(State::Committed.name());
    let query = query.bind(json(summary)?).bind(changeset).bind(at);
    Ok(query.execute(transaction.connection()).await?.rows_affected() == 1)
}

/// The transaction of a changeset, which indexes wait for.
pub async fn transaction_of(store: &Store, changeset: i64) -> Result<Option<u64>, StoreError> {
    let sql = "SELECT transaction::text FROM changeset WHERE id = $1";
    let text: Option<String> = sqlx::query_scalar(sql).bind(changeset).fetch_optional(store.pool()).await?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// How many rows are done with, for those who wait.
pub async fn progress(store: &Store, id: Uuid, rows: u64) -> Result<(), StoreError> {
    let sql = "UPDATE import SET progress = $2 WHERE id = $1";
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    sqlx::query(sql).bind(id).bind(rows).execute(store.pool()).await?;
    Ok(())
}

/// What was made of the rows of a file.
pub async fn mended(store: &Store, id: Uuid) -> Result<Mended, StoreError> {
    let sql = "SELECT layer, line, mending FROM import_mending WHERE import = $1";
    let mut mended = Mended::default();
    for row in sqlx::query(sql).bind(id).fetch_all(store.pool()).await? {
        let layer: String = row.try_get("layer")?;
        let line: i64 = row.try_get("line")?;
        mended.add((!layer.is_empty()).then_some(layer), line.unsigned_abs(), read(row.try_get("mending")?)?);
    }
    Ok(mended)
}

/// Keeps what was made of some rows, over what was made of them before. What was worked out is stale then.
pub async fn mend(
    aside: &mut Aside,
    import: &Import,
    rows: &[(Option<String>, i64)],
    mending: &Mending,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE import SET stale = true, version = version + 1, changed_at = $3 WHERE id = $1 AND version = $2";
    let query = sqlx::query(sql).bind(import.id).bind(import.version).bind(at);
    if query.execute(aside.connection()).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let (layers, lines): (Vec<String>, Vec<i64>) =
        rows.iter().map(|(layer, line)| (layer.clone().unwrap_or_default(), *line)).unzip();
    let sql = "INSERT INTO import_mending (import, layer, line, mending) \
               SELECT $1, layer, line, $4 FROM unnest($2::text[], $3::bigint[]) AS row (layer, line) \
               ON CONFLICT (import, layer, line) DO UPDATE SET mending = jsonb_build_object( \
                 'cells', coalesce(import_mending.mending->'cells', '{}') || coalesce(excluded.mending->'cells', '{}'), \
                 'decision', coalesce(nullif(excluded.mending->'decision', 'null'), import_mending.mending->'decision'))";
    let query = sqlx::query(sql).bind(import.id).bind(layers).bind(lines).bind(json(mending)?);
    query.execute(aside.connection()).await?;
    Ok(true)
}

/// Forgets what was made of rows: the file is read in another way.
pub async fn forget_mendings(aside: &mut Aside, id: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM import_mending WHERE import = $1").bind(id).execute(aside.connection()).await?;
    Ok(())
}

/// Removes an import.
pub async fn remove(transaction: &mut Transaction, id: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM import WHERE id = $1").bind(id).execute(transaction.connection()).await?;
    Ok(())
}

/// The mappings that were used for files of suppliers, the latest first.
pub async fn mappings(store: &Store, collection: &str) -> Result<Vec<(String, Json)>, StoreError> {
    let sql = "SELECT supplier, definition FROM import_mapping WHERE collection = $1 ORDER BY used_at DESC, supplier";
    let rows = sqlx::query(sql).bind(collection).fetch_all(store.pool()).await?;
    rows.iter().map(|row| Ok((row.try_get("supplier")?, row.try_get("definition")?))).collect()
}

/// Remembers how the columns of a supplier are mapped.
pub async fn remember_mapping(
    aside: &mut Aside,
    collection: &str,
    supplier: &str,
    definition: &Json,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO import_mapping (collection, supplier, definition, used_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (collection, supplier) DO UPDATE SET definition = $3, used_at = $4";
    let query = sqlx::query(sql).bind(collection).bind(supplier).bind(definition).bind(at);
    query.execute(aside.connection()).await?;
    Ok(())
}

fn import(row: &PgRow) -> Result<Import, StoreError> {
    let sha256: Vec<u8> = row.try_get("sha256")?;
    let sha256 = sha256.try_into().map(Sha256).map_err(|_| StoreError::Stored("a hash has not 32 bytes".to_owned()))?;
    let state: &str = row.try_get("state")?;
    let state = State::named(state).ok_or_else(|| StoreError::Stored("an import in a state unknown".to_owned()))?;
    let examined: Option<Json> = row.try_get("examined")?;
    let (summary, problem): (Option<Json>, Option<Json>) = (row.try_get("summary")?, row.try_get("problem")?);
    Ok(Import {
        id: row.try_get("id")?,
        account: row.try_get("account")?,
        collection: row.try_get("collection")?,
        name: row.try_get("name")?,
        sha256,
        size: row.try_get("size")?,
        state,
        version: row.try_get("version")?,
        stale: row.try_get("stale")?,
        settings: read(row.try_get("settings")?)?,
        examined: examined.map(read).transpose()?,
        summary: summary.map(read).transpose()?,
        digest: row.try_get("digest")?,
        progress: row.try_get("progress")?,
        problem: problem.map(read).transpose()?,
        reason: row.try_get("reason")?,
        changeset: row.try_get("changeset")?,
        undone: row.try_get("undone")?,
        created_at: row.try_get("created_at")?,
        changed_at: row.try_get("changed_at")?,
    })
}

/// As it is stored. PostgreSQL keeps no zero character in JSON, and files may have some.
fn json(it: &impl serde::Serialize) -> Result<Json, StoreError> {
    let mut json = serde_json::to_value(it).map_err(|error| StoreError::Stored(error.to_string()))?;
    without_zeros(&mut json);
    Ok(json)
}

/// Zero characters shown as what they are: unreadable.
pub fn without_zeros(json: &mut Json) {
    match json {
        Json::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{FFFD}"),
        Json::Array(items) => items.iter_mut().for_each(without_zeros),
        Json::Object(members) => {
            if members.keys().any(|name| name.contains('\0')) {
                *members = std::mem::take(members)
                    .into_iter()
                    .map(|(name, value)| (name.replace('\0', "\u{FFFD}"), value))
                    .collect();
            }
            members.values_mut().for_each(without_zeros);
        }
        _ => {}
    }
}

fn read<T: serde::de::DeserializeOwned>(json: Json) -> Result<T, StoreError> {
    serde_json::from_value(json).map_err(|error| StoreError::Stored(error.to_string()))
}
