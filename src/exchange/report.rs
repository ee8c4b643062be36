//! What became of the rows of a file.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use serde::Serialize;

use crate::collection::Fault;
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
    /// The word in reports.
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
    pub faults: Vec<Fault>,
    pub warnings: Vec<String>,
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

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} rows: {} new, {} changed, {} unchanged, {} duplicate, {} conflict, {} error, {} skipped; {} with warnings",
            self.rows,
            self.new,
            self.changed,
            self.unchanged,
            self.duplicate,
            self.conflict,
            self.error,
            self.skipped,
            self.warned
        )
    }
}

impl RowReport {
    /// Everything wrong with the row, as one text.
    pub fn reasons(&self) -> String {
        let reasons: Vec<String> = self
            .faults
            .iter()
            .map(|fault| match fault.pointer.trim_start_matches("/properties/").trim_start_matches('/') {
                "" => fault.message.clone(),
                place => format!("{place}: {}", fault.message),
            })
            .collect();
        reasons.join("; ")
    }
}

/// Writes the report as CSV, a line for every row of the file.
pub struct ReportFile(csv::Writer<BufWriter<File>>);

impl fmt::Debug for ReportFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReportFile")
    }
}

impl ReportFile {
    /// Begins a report.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(BufWriter::new(File::create(path)?));
        writer.write_record(["line", "status", "feature", "reasons", "warnings", "layer"])?;
        Ok(Self(writer))
    }

    /// Writes a row.
    pub fn write(&mut self, row: &RowReport) -> io::Result<()> {
        let line = row.line.to_string();
        let feature = row.feature.map(|id| id.to_string()).unwrap_or_default();
        let layer = row.layer.as_deref().unwrap_or_default();
        self.0.write_record([&line, row.status.name(), &feature, &row.reasons(), &row.warnings.join("; "), layer])?;
        Ok(())
    }

    /// Ends the report.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
