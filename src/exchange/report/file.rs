//! The report as a file: a table for programs, or a workbook for an office.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use super::RowReport;
use super::workbook::WorkbookFile;
use crate::collection::{Collection, Language};
use crate::exchange::frame::Header;
use crate::exchange::locate::Located;

/// Writes what became of every row of a file.
pub enum ReportFile {
    Table(Box<TableFile>),
    Workbook(Box<WorkbookFile>),
}

impl fmt::Debug for ReportFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReportFile")
    }
}

/// True for a report that holds the rows of the file, too.
pub fn holds_rows(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

impl ReportFile {
    /// Begins a report: a workbook where the name ends in `.xlsx`, else a table.
    pub fn create(path: &Path, collection: &Arc<Collection>, language: Language) -> io::Result<Self> {
        Ok(if holds_rows(path) {
            Self::Workbook(Box::new(WorkbookFile::create(path, collection, language)?))
        } else {
            Self::Table(Box::new(TableFile::create(path, collection, language)?))
        })
    }

    /// A layer begins.
    pub fn begin(&mut self, header: &Header, located: Option<&Located>) {
        if let Self::Workbook(workbook) = self {
            workbook.begin(header, located);
        }
    }

    /// Writes a row.
    pub fn write(&mut self, row: &RowReport) -> io::Result<()> {
        match self {
            Self::Table(table) => table.write(row),
            Self::Workbook(workbook) => workbook.write(row),
        }
    }

    /// Ends the report.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Table(mut table) => table.writer.flush(),
            Self::Workbook(workbook) => workbook.finish(),
        }
    }
}

/// The report as CSV, a line for every row of the file.
pub struct TableFile {
    writer: csv::Writer<BufWriter<File>>,
    collection: Arc<Collection>,
    language: Language,
}

impl TableFile {
    /// Begins a table. Its head and the word for what became of a row are the same in every language, for programs.
    fn create(path: &Path, collection: &Arc<Collection>, language: Language) -> io::Result<Self> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(BufWriter::new(File::create(path)?));
        writer.write_record(["line", "status", "feature", "reasons", "warnings", "layer"])?;
        Ok(Self { writer, collection: collection.clone(), language })
    }

    fn write(&mut self, row: &RowReport) -> io::Result<()> {
        let line = row.line.to_string();
        let feature = row.feature.map(|id| id.to_string()).unwrap_or_default();
        let reasons = row.reasons(&self.collection, self.language);
        let hints = row.hints(&self.collection, self.language);
        let layer = row.layer.as_deref().unwrap_or_default();
        self.writer.write_record([&line, row.status.name(), &feature, &reasons, &hints, layer])?;
        Ok(())
    }
}
