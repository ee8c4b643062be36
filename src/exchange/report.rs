//! What became of the rows of a file. [`file`] writes it, as a table or as a [`workbook`] to be mended and sent again;
//! [`sums`] counts what was said.

mod file;
mod sums;
mod workbook;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::frame::RawRow;
use super::remark::Remark;
use crate::collection::{Collection, Language};
use crate::feature::FeatureId;

pub use file::{ReportFile, holds_rows};
pub use sums::{Sum, Sums};

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    New,
    Changed,
    Unchanged,
    /// Perhaps, or certainly, an object that is there already; not taken.
    Duplicate,
    /// Changed here and by the supplier; ours is kept.
    Conflict,
    Error,
    /// None of the rows the mapping is for.
    Skipped,
}

impl Status {
    /// True for a row that was not taken, or not as it stands.
    pub fn is_refused(self) -> bool {
        matches!(self, Self::Duplicate | Self::Conflict | Self::Error)
    }

    /// The word for people.
    pub fn label(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::En, status) => status.name(),
            (Language::De, Self::New) => "neu",
            (Language::De, Self::Changed) => "geändert",
            (Language::De, Self::Unchanged) => "unverändert",
            (Language::De, Self::Duplicate) => "doppelt",
            (Language::De, Self::Conflict) => "Widerspruch",
            (Language::De, Self::Error) => "Fehler",
            (Language::De, Self::Skipped) => "übersprungen",
        }
    }

    /// The word for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// One row of the report.
#[derive(Debug, Clone)]
pub struct RowReport {
    /// The layer of the row, where several are read.
    pub layer: Option<String>,
    pub line: u64,
    pub status: Status,
    pub feature: Option<FeatureId>,
    pub faults: Vec<Remark>,
    pub warnings: Vec<Remark>,
    /// The row as the file has it, where the report holds it.
    pub raw: Option<Box<RawRow>>,
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ImportCounts")]
pub struct Counts {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub conflict: u64,
    pub error: u64,
    pub skipped: u64,
    /// Rows with at least one warning.
    pub warned: u64,
}

impl Counts {
    /// Counts a row in.
    pub fn add(&mut self, row: &RowReport) {
        self.rows += 1;
        self.warned += u64::from(!row.warnings.is_empty());
        *match row.status {
            Status::New => &mut self.new,
            Status::Changed => &mut self.changed,
            Status::Unchanged => &mut self.unchanged,
            Status::Duplicate => &mut self.duplicate,
            Status::Conflict => &mut self.conflict,
            Status::Error => &mut self.error,
            Status::Skipped => &mut self.skipped,
        } += 1;
    }
}

impl Counts {
    /// Rows that were taken, or are known as they stand.
    pub fn taken(&self) -> u64 {
        self.new + self.changed + self.unchanged
    }

    /// Rows that were not taken, or not as they stand.
    pub fn refused(&self) -> u64 {
        self.duplicate + self.conflict + self.error
    }

    /// All counts as a sentence.
    pub fn text(&self, language: Language) -> String {
        let Self { rows, new, changed, unchanged, duplicate, conflict, error, skipped, warned } = self;
        match language {
            Language::De => format!(
                "{rows} {}: {new} neu, {changed} geändert, {unchanged} unverändert, {duplicate} doppelt, \
                 {conflict} im Widerspruch, {error} fehlerhaft, {skipped} übersprungen; {warned} mit Hinweisen",
                if *rows == 1 { "Zeile" } else { "Zeilen" }
            ),
            Language::En => format!(
                "{rows} rows: {new} new, {changed} changed, {unchanged} unchanged, {duplicate} duplicate, \
                 {conflict} conflict, {error} error, {skipped} skipped; {warned} with warnings"
            ),
        }
    }
}

impl RowReport {
    /// Everything wrong with the row, as one text.
    pub fn reasons(&self, collection: &Collection, language: Language) -> String {
        together(&self.faults, collection, language)
    }

    /// Everything worth a look, as one text.
    pub fn hints(&self, collection: &Collection, language: Language) -> String {
        together(&self.warnings, collection, language)
    }
}

fn together(remarks: &[Remark], collection: &Collection, language: Language) -> String {
    let texts: Vec<String> = remarks.iter().map(|remark| remark.text(collection, language)).collect();
    texts.join("; ")
}

/// A row as it is shown to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRow {
    pub layer: Option<String>,
    pub line: u64,
    pub status: Status,
    pub reasons: String,
}
