//! What became of the rows of a file.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::remark::Remark;
use crate::collection::{Collection, Language};
use crate::feature::FeatureId;

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
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
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
                "{rows} Zeilen: {new} neu, {changed} geändert, {unchanged} unverändert, {duplicate} doppelt, \
                 {conflict} im Widerspruch, {error} fehlerhaft, {skipped} übersprungen; {warned} mit Hinweisen"
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

/// How often the same was said, and where first.
#[derive(Debug, Clone)]
pub struct Sum {
    /// A reason not to take a row, rather than a warning.
    pub is_fault: bool,
    pub count: u64,
    pub line: u64,
    pub first: Remark,
}

/// Counts remarks by what is the matter and with which column.
#[derive(Debug, Default)]
pub struct Sums(Vec<Sum>);

impl Sums {
    /// Counts the remarks of a row in.
    pub fn add(&mut self, row: &RowReport) {
        row.faults.iter().for_each(|remark| self.count(true, row.line, remark));
        row.warnings.iter().for_each(|remark| self.count(false, row.line, remark));
    }

    fn count(&mut self, is_fault: bool, line: u64, remark: &Remark) {
        let is_same = |sum: &&mut Sum| sum.is_fault == is_fault && sum.first.kind() == remark.kind();
        match self.0.iter_mut().find(is_same) {
            Some(sum) => sum.count += 1,
            None => self.0.push(Sum { is_fault, count: 1, line, first: remark.clone() }),
        }
    }

    /// All sums: reasons before warnings, the most frequent first.
    pub fn sorted(mut self) -> Vec<Sum> {
        self.0.sort_by_key(|sum| (!sum.is_fault, std::cmp::Reverse(sum.count), sum.line));
        self.0
    }
}

/// Writes the report as CSV, a line for every row of the file.
pub struct ReportFile {
    writer: csv::Writer<BufWriter<File>>,
    collection: Arc<Collection>,
    language: Language,
}

impl fmt::Debug for ReportFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReportFile")
    }
}

impl ReportFile {
    /// Begins a report. Its head and the word for what became of a row are the same in every language, for programs.
    pub fn create(path: &Path, collection: &Arc<Collection>, language: Language) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(BufWriter::new(File::create(path)?));
        writer.write_record(["line", "status", "feature", "reasons", "warnings", "layer"])?;
        Ok(Self { writer, collection: collection.clone(), language })
    }

    /// Writes a row.
    pub fn write(&mut self, row: &RowReport) -> io::Result<()> {
        let line = row.line.to_string();
        let feature = row.feature.map(|id| id.to_string()).unwrap_or_default();
        let reasons = row.reasons(&self.collection, self.language);
        let hints = row.hints(&self.collection, self.language);
        let layer = row.layer.as_deref().unwrap_or_default();
        self.writer.write_record([&line, row.status.name(), &feature, &reasons, &hints, layer])?;
        Ok(())
    }

    /// Ends the report.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
