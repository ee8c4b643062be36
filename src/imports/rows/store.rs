//! The rows of a preview in the database.

use serde_json::Value as Json;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{PreviewRow, Wanted};
use crate::imports::store::without_zeros;
use crate::store::aside::Aside;
use crate::store::{Store, StoreError};

/// Begins a preview anew.
pub async fn clear(aside: &mut Aside, import: Uuid) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM import_row WHERE import = $1").bind(import).execute(aside.connection()).await?;
    Ok(())
}

/// Adds rows.
pub async fn add(aside: &mut Aside, import: Uuid, rows: Vec<PreviewRow>) -> Result<(), StoreError> {
    let sql = "INSERT INTO import_row \
                 (import, number, layer, line, status, feature, longitude, latitude, faults, warnings, changes, cells) \
               SELECT $1, * FROM unnest($2::int[], $3::text[], $4::bigint[], $5::text[], $6::uuid[], $7::float8[], \
                 $8::float8[], $9::jsonb[], $10::jsonb[], $11::jsonb[], $12::jsonb[])";
    let mut columns = Columns::default();
    rows.into_iter().for_each(|row| columns.push(row));
    let query = sqlx::query(sql).bind(import).bind(columns.numbers).bind(columns.layers).bind(columns.lines);
    let query = query.bind(columns.statuses).bind(columns.features).bind(columns.longitudes).bind(columns.latitudes);
    let query = query.bind(columns.faults).bind(columns.warnings).bind(columns.changes).bind(columns.cells);
    query.execute(aside.connection()).await?;
    Ok(())
}

/// Rows column by column, as one statement takes them.
#[derive(Default)]
struct Columns {
    numbers: Vec<i32>,
    layers: Vec<Option<String>>,
    lines: Vec<i64>,
    statuses: Vec<String>,
    features: Vec<Option<Uuid>>,
    longitudes: Vec<Option<f64>>,
    latitudes: Vec<Option<f64>>,
    faults: Vec<Json>,
    warnings: Vec<Json>,
    changes: Vec<Json>,
    cells: Vec<Option<Json>>,
}

impl Columns {
    fn push(&mut self, mut row: PreviewRow) {
        for json in [&mut row.faults, &mut row.warnings, &mut row.changes] {
            without_zeros(json);
        }
        row.cells.iter_mut().for_each(without_zeros);
        self.numbers.push(row.number);
        self.layers.push(row.layer.map(|layer| layer.replace('\0', "\u{FFFD}")));
        self.lines.push(row.line);
        self.statuses.push(row.status);
        self.features.push(row.feature);
        self.longitudes.push(row.at.map(|at| at[0]));
        self.latitudes.push(row.at.map(|at| at[1]));
        self.faults.push(row.faults);
        self.warnings.push(row.warnings);
        self.changes.push(row.changes);
        self.cells.push(row.cells);
    }
}

/// What of the rows is wanted, as a condition on `$2` to `$4`.
const WANTED: &str = "import = $1 AND (cardinality($2::text[]) = 0 OR status = ANY ($2)) \
    AND (NOT $3 OR jsonb_array_length(warnings) > 0) \
    AND ($4::text IS NULL OR strpos(lower(concat_ws(' ', line, faults, warnings, changes, cells)), lower($4)) > 0)";

/// Rows in the order of the file, and how many there are of them.
pub async fn list(store: &Store, import: Uuid, wanted: &Wanted<'_>) -> Result<(Vec<PreviewRow>, i64), StoreError> {
    let sql = format!(
        "SELECT * FROM import_row WHERE {WANTED} AND ($5::int IS NULL OR number > $5) ORDER BY number LIMIT $6"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(import).bind(wanted.statuses).bind(wanted.warned);
    let query = query.bind(wanted.text).bind(wanted.after).bind(wanted.limit);
    let rows = query.fetch_all(store.pool()).await?.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let sql = format!("SELECT count(*) FROM import_row WHERE {WANTED}");
    let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(import).bind(wanted.statuses).bind(wanted.warned);
    Ok((rows, query.bind(wanted.text).fetch_one(store.pool()).await?))
}

/// One row.
pub async fn one(store: &Store, import: Uuid, number: i32) -> Result<Option<PreviewRow>, StoreError> {
    let query = sqlx::query("SELECT * FROM import_row WHERE import = $1 AND number = $2").bind(import).bind(number);
    query.fetch_optional(store.pool()).await?.as_ref().map(row).transpose()
}

/// Layer and line of all rows of a status.
pub async fn lines(store: &Store, import: Uuid, status: &str) -> Result<Vec<(Option<String>, i64)>, StoreError> {
    let sql = "SELECT layer, line FROM import_row WHERE import = $1 AND status = $2";
    let rows = sqlx::query(sql).bind(import).bind(status).fetch_all(store.pool()).await?;
    rows.iter().map(|row| Ok((row.try_get("layer")?, row.try_get("line")?))).collect()
}

/// Number, status, longitude and latitude of all rows that have a place.
pub async fn places(store: &Store, import: Uuid) -> Result<Vec<(i32, String, f64, f64)>, StoreError> {
    let sql = "SELECT number, status, longitude, latitude FROM import_row \
               WHERE import = $1 AND longitude IS NOT NULL ORDER BY number";
    let rows = sqlx::query(sql).bind(import).fetch_all(store.pool()).await?;
    let place = |row: &PgRow| {
        Ok((row.try_get("number")?, row.try_get("status")?, row.try_get("longitude")?, row.try_get("latitude")?))
    };
    rows.iter().map(place).collect()
}

fn row(row: &PgRow) -> Result<PreviewRow, StoreError> {
    let (x, y): (Option<f64>, Option<f64>) = (row.try_get("longitude")?, row.try_get("latitude")?);
    Ok(PreviewRow {
        number: row.try_get("number")?,
        layer: row.try_get("layer")?,
        line: row.try_get("line")?,
        status: row.try_get("status")?,
        feature: row.try_get("feature")?,
        at: x.zip(y).map(|(x, y)| [x, y]),
        faults: row.try_get("faults")?,
        warnings: row.try_get("warnings")?,
        changes: row.try_get("changes")?,
        cells: row.try_get("cells")?,
    })
}
