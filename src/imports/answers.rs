//! Imports as they are answered, in one language.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::preview::{Change, Said};
use super::rows::PreviewRow;
use super::settings::Settings;
use super::state::State;
use super::store::Import;
use super::summary::{ImportReason, Summary};
use crate::exchange::examine::{Examined, ExaminedColumn, Sample};
use crate::exchange::frame::Passed;
use crate::exchange::report::Counts;
use crate::texts::{Label, Language};

/// First rows that are told.
const FIRST: usize = 20;

#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportList {
    /// The newest first.
    pub imports: Vec<FileImport>,
    /// Suppliers whose files were mapped before.
    pub suppliers: Vec<KnownSupplier>,
}

/// A supplier whose columns are known.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KnownSupplier {
    pub collection: String,
    pub supplier: String,
}

/// A file that somebody imports.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FileImport {
    pub id: Uuid,
    pub collection: String,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub state: State,
    /// Whatever is decided names it.
    pub version: i64,
    /// Rows were mended or decided about since they were worked out.
    pub stale: bool,
    /// Rows that are done with, while the server works on them.
    pub progress: i64,
    /// Why the last step came to nothing.
    pub problem: Option<String>,
    pub reason: String,
    /// Once it is written, if there was anything to write.
    pub changeset: Option<i64>,
    /// What it has written was taken back.
    pub undone: bool,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub settings: ImportSettings,
    /// What the file holds, once it was looked at; not in a list.
    pub file: Option<ImportedFile>,
    /// What would become of it, or has.
    pub summary: Option<ImportSummary>,
}

/// How the file is understood.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportSettings {
    pub layer: Option<String>,
    pub encoding: Option<String>,
    pub crs: Option<String>,
    /// As a mapping file has it.
    pub mapping: Json,
    pub accept_duplicates: bool,
}

/// What was found in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportedFile {
    /// For people: with encoding and separator.
    pub format: String,
    pub layers: Vec<ImportLayer>,
    pub rows: u64,
    pub columns: Vec<ExaminedColumn>,
    pub first: Vec<ImportFirstRow>,
    /// The CRS that the file names.
    pub crs: Option<String>,
    /// What was found out about it and is worth telling.
    pub remarks: Vec<String>,
    /// Why it cannot be read as it is.
    pub failure: Option<String>,
}

/// A layer, sheet, folder or file that could be read.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportLayer {
    pub name: String,
    /// Why it is read only when it is named.
    pub aside: Option<String>,
}

/// One of the first rows of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportFirstRow {
    pub line: u64,
    pub cells: Map<String, Json>,
}

/// What comes of all rows together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportSummary {
    pub counts: Counts,
    pub crs: Option<String>,
    pub crs_because: Option<String>,
    pub swapped_axes: bool,
    pub units: Vec<ImportUnit>,
    /// Columns that nothing was taken from.
    pub left_over: Vec<String>,
    /// What stands in the file and is not among its rows.
    pub passed: Vec<String>,
    pub reasons: Vec<ImportReason>,
    /// Rows without any position, where the register needs one.
    pub placeless: u64,
}

/// A column whose unit was told by its head.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportUnit {
    pub column: String,
    pub unit: String,
}

/// Where the first rows would lie.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportSample {
    pub crs: Option<String>,
    /// Why that one.
    pub because: Option<String>,
    pub swapped_axes: bool,
    /// Why none could be told.
    pub problem: Option<String>,
    pub places: Vec<ImportPlace>,
    /// Those that are usual in the district.
    pub usual: Vec<String>,
}

/// Where a row lies.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportPlace {
    pub line: u64,
    /// Longitude and latitude.
    pub at: [f64; 2],
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportRows {
    /// In the order of the file.
    pub rows: Vec<ImportRow>,
    /// How many there are of what was asked for.
    pub total: i64,
}

/// What becomes of a row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportRow {
    /// Its place among the rows, from 0.
    pub number: i32,
    pub layer: Option<String>,
    pub line: i64,
    pub status: String,
    /// The object it is; null for a new one.
    pub feature: Option<Uuid>,
    /// Longitude and latitude.
    pub at: Option<[f64; 2]>,
    pub faults: Vec<ImportRemark>,
    pub warnings: Vec<ImportRemark>,
    pub changes: Vec<ImportChange>,
    /// As the file has it; of rows that something was said about.
    pub cells: Option<Json>,
}

/// Something that is said of a row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportRemark {
    pub text: String,
    pub property: Option<String>,
    pub column: Option<String>,
    /// What the register has and what the file says, where both have changed it.
    pub sides: Option<[Json; 2]>,
}

/// A property that changes; null as the property is the place, which moves by `after` metres.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportChange {
    pub property: Option<String>,
    pub before: Json,
    pub after: Json,
}

/// Where all rows lie: a list of number, status, longitude and latitude each.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportPlaces {
    pub places: Vec<(i32, String, f64, f64)>,
}

impl FileImport {
    pub fn of(import: Import, language: Language) -> Self {
        Self {
            id: import.id,
            collection: import.collection,
            name: import.name,
            size: import.size,
            state: import.state,
            version: import.version,
            stale: import.stale,
            progress: import.progress,
            problem: import.problem.map(|problem| told(&problem, language)),
            reason: import.reason,
            changeset: import.changeset,
            undone: import.undone,
            created_at: import.created_at,
            changed_at: import.changed_at,
            settings: ImportSettings::of(import.settings),
            file: import.examined.map(|examined| ImportedFile::of(examined, language)),
            summary: import.summary.map(|summary| ImportSummary::of(summary, language)),
        }
    }
}

impl ImportSettings {
    fn of(settings: Settings) -> Self {
        let Settings { layer, encoding, crs, mapping, accept_duplicates, .. } = settings;
        Self { layer, encoding, crs, mapping: mapping.unwrap_or_default(), accept_duplicates }
    }
}

impl ImportedFile {
    fn of(examined: Examined, language: Language) -> Self {
        let Examined { layers, header, failure, rows, columns, first, .. } = examined;
        let layer = |layer: crate::exchange::frame::OfferedLayer| ImportLayer {
            name: layer.name,
            aside: layer.aside.map(|reason| told(&reason, language)),
        };
        let first = first.into_iter().take(FIRST);
        Self {
            format: header.format,
            layers: layers.into_iter().map(layer).collect(),
            rows,
            columns,
            first: first.map(|row| ImportFirstRow { line: row.line, cells: row.cells }).collect(),
            crs: header.crs.or(header.unknown_crs),
            remarks: header.remarks.iter().map(|remark| told(remark, language)).collect(),
            failure: failure.map(|failure| told(&failure, language)),
        }
    }
}

impl ImportSummary {
    fn of(summary: Summary, language: Language) -> Self {
        let unit = |(column, unit)| ImportUnit { column, unit };
        Self {
            counts: summary.counts,
            crs: summary.crs,
            crs_because: summary.crs_because.map(|because| told(&because, language)),
            swapped_axes: summary.swapped_axes,
            units: summary.units.into_iter().map(unit).collect(),
            left_over: summary.left_over,
            passed: summary.passed.iter().map(|passed| passed_over(passed, language)).collect(),
            reasons: summary.sums.iter().map(|sum| sum.told(language)).collect(),
            placeless: summary.placeless,
        }
    }
}

impl ImportSample {
    pub fn of(sample: Sample, usual: Vec<String>, language: Language) -> Self {
        let (located, problem) = match sample.located {
            Ok(located) => (Some(located), None),
            Err(problem) => (None, Some(told(&problem, language))),
        };
        let place = |(line, at): (u64, geo_types::Coord)| ImportPlace { line, at: [at.x, at.y] };
        Self {
            crs: located.as_ref().map(|located| located.crs.to_string()),
            because: located.as_ref().map(|located| told(&located.because, language)),
            swapped_axes: located.is_some_and(|located| located.swapped_axes),
            problem,
            places: sample.places.into_iter().map(place).collect(),
            usual,
        }
    }
}

impl ImportRow {
    pub fn of(row: PreviewRow, language: Language) -> Self {
        let remarks = |json: Json| {
            let said: Vec<Said> = serde_json::from_value(json).unwrap_or_default();
            let remark = |said: Said| ImportRemark {
                text: told(&said.text, language),
                property: said.property,
                column: said.column,
                sides: said.sides,
            };
            said.into_iter().map(remark).collect()
        };
        let changes: Vec<Change> = serde_json::from_value(row.changes).unwrap_or_default();
        let change = |Change { property, before, after }| ImportChange { property, before, after };
        Self {
            number: row.number,
            layer: row.layer,
            line: row.line,
            status: row.status,
            feature: row.feature,
            at: row.at,
            faults: remarks(row.faults),
            warnings: remarks(row.warnings),
            changes: changes.into_iter().map(change).collect(),
            cells: row.cells,
        }
    }
}

fn passed_over(passed: &Passed, language: Language) -> String {
    format!("{} × {}", passed.count, told(&passed.reason, language))
}

/// A sentence of the importer without its hint for the command line: the desk has fields for what options name.
fn told(label: &Label, language: Language) -> String {
    let text = label.in_language(language);
    match text.rsplit_once("; ") {
        Some((sentence, hint)) if hint.contains("--") => sentence.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_at_a_desk_is_told_of_options() {
        let told = |de: &str| told(&Label::new(de, de), Language::De);
        assert_eq!(
            told("Die Datei nennt kein Koordinatensystem; --crs legt es fest"),
            "Die Datei nennt kein Koordinatensystem"
        );
        assert_eq!(told("zwei Ebenen: a; b, wählen Sie"), "zwei Ebenen: a; b, wählen Sie");
    }
}
