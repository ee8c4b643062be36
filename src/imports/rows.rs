//! The rows of a preview; [`store`] keeps them.

pub mod store;

use serde_json::Value as Json;
use uuid::Uuid;

/// What would become of a row.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    /// Its place among the rows of the file, from 0.
    pub number: i32,
    pub layer: Option<String>,
    pub line: i64,
    pub status: String,
    pub feature: Option<Uuid>,
    /// Longitude and latitude.
    pub at: Option<[f64; 2]>,
    /// Lists of [`Said`](crate::imports::preview::Said).
    pub faults: Json,
    pub warnings: Json,
    /// A list of [`Change`](crate::imports::preview::Change).
    pub changes: Json,
    pub cells: Option<Json>,
}

/// Which rows are asked for.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    pub statuses: &'a [String],
    /// Only those with a warning.
    pub warned: bool,
    /// What is in a cell, a remark or a value.
    pub text: Option<&'a str>,
    /// Those behind this number.
    pub after: Option<i32>,
    pub limit: i64,
}
