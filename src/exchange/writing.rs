//! The last stage of an import: one transaction under one changeset, and the report.

use std::time::{Duration, Instant};

use serde_json::json;

use super::frame::Header;
use super::import::{ImportError, ImportOrder, ImportOutcome, Progress};
use super::locate::Located;
use super::remark::{Remark, What};
use super::report::{Counts, ReportFile, RowReport, Status, Sums, ToldRow};
use super::watch::Watch;
use super::worker::{Done, Write};
use crate::collection::Collection;
use crate::editing::{EditError, Editor};
use crate::identity::Caller;
use crate::spine::Purpose;
use crate::store::Transaction;
use crate::store::bulk::BulkWriter;
use crate::store::features::REGISTER;

/// Rows with faults that are kept for the summary.
const SHOWN: usize = 20;
/// Files above this are worth building the spatial index anew, bytes.
const LARGE: u64 = 10 << 20;

/// Takes rows that were worked on, and writes.
#[derive(Debug)]
pub struct Run<'a> {
    editor: &'a Editor,
    caller: &'a Caller,
    order: &'a ImportOrder,
    collection: &'a Collection,
    started: Instant,
    told: Instant,
    report: Option<ReportFile>,
    sums: Sums,
    transaction: Option<(Transaction, BulkWriter)>,
    /// The spatial index waits for the end.
    index_later: bool,
    /// The layer the rows are of, where several are read.
    layer: Option<String>,
    begun: bool,
    pub outcome: ImportOutcome,
}

impl<'a> Run<'a> {
    pub fn new(
        editor: &'a Editor,
        caller: &'a Caller,
        order: &'a ImportOrder,
        collection: &'a Collection,
        started: Instant,
    ) -> Result<Self, ImportError> {
        let outcome = ImportOutcome {
            counts: Counts::default(),
            changeset: None,
            located: None,
            header: Header::default(),
            further: Vec::new(),
            passed: Vec::new(),
            left_over: Vec::new(),
            units: Vec::new(),
            sums: Vec::new(),
            placeless: 0,
            faulty: Vec::new(),
            elapsed: Duration::ZERO,
        };
        let begun = |path| ReportFile::create(path, &order.mapping.collection, order.language);
        let report = order.report.as_deref().map(begun).transpose()?;
        Ok(Self {
            editor,
            caller,
            order,
            collection,
            started,
            told: started,
            report,
            sums: Sums::default(),
            transaction: None,
            index_later: false,
            layer: None,
            begun: false,
            outcome,
        })
    }

    /// A layer begins: the next rows are of it.
    pub fn begin(&mut self, header: Header, located: Option<Located>) {
        if let Some(report) = &mut self.report {
            report.begin(&header, located.as_ref());
        }
        self.layer = header.layer.clone().filter(|_| header.one_of_several);
        if std::mem::replace(&mut self.begun, true) {
            self.outcome.further.push((header, located));
        } else {
            (self.outcome.header, self.outcome.located) = (header, located);
        }
    }

    /// Reports some rows and writes what is to be written.
    pub async fn take(&mut self, mut rows: Vec<Done>, watch: &mut dyn Watch) -> Result<(), ImportError> {
        self.refuse_used_ids(&mut rows).await?;
        rows.iter_mut().for_each(|done| done.report.layer.clone_from(&self.layer));
        watch.rows(&rows).await?;
        for Done { report, write, .. } in rows {
            self.outcome.counts.add(&report);
            if let Some(file) = &mut self.report {
                file.write(&report)?;
            }
            self.sums.add(&report);
            self.outcome.placeless += u64::from(report.faults.iter().any(|it| matches!(it.what, What::NoGeometry)));
            if report.status.is_refused() && self.outcome.faulty.len() < SHOWN {
                let reasons = report.reasons(self.collection, self.order.language);
                let RowReport { layer, line, status, .. } = report;
                self.outcome.faulty.push(ToldRow { layer, line, status, reasons });
            }
            if let Some(write) = write.filter(|_| !self.order.dry_run) {
                self.write(write).await?;
            }
        }
        if self.told.elapsed() > Duration::from_secs(1) {
            self.told = Instant::now();
            watch.progress(Progress { rows: self.outcome.counts.rows, elapsed: self.started.elapsed() });
        }
        Ok(())
    }

    /// An id is never used again: a file may bring the ids of another Geokontor, but not those of features deleted here.
    async fn refuse_used_ids(&self, rows: &mut [Done]) -> Result<(), ImportError> {
        let given: Vec<_> = rows
            .iter()
            .filter_map(|done| match &done.write {
                Some(Write::Create { id, given: true, .. }) => Some(id.0),
                _ => None,
            })
            .collect();
        if given.is_empty() {
            return Ok(());
        }
        let used = self.editor.spine.store.ids_in_journal(&given).await?;
        for done in rows
            .iter_mut()
            .filter(|done| !used.is_empty() && matches!(&done.write, Some(Write::Create { given: true, .. })))
        {
            if done.report.feature.is_some_and(|id| used.contains(&id.0)) {
                done.write = None;
                done.report.status = Status::Conflict;
                done.report.faults.extend(done.report.feature.map(|id| Remark::of_row(What::Deleted { id })));
            }
        }
        Ok(())
    }

    async fn write(&mut self, write: Write) -> Result<(), ImportError> {
        if self.transaction.is_none() {
            let file = self.order.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let reason = self.order.reason.clone().unwrap_or_else(|| format!("Import {file}"));
            let purpose = Purpose { domain: REGISTER, kind: "import", reason, undoes: None };
            let mut transaction = self.editor.spine.begin(self.caller, purpose).await?;
            // For a file of a few rows nobody should have to wait.
            let large = std::fs::metadata(&self.order.file).is_ok_and(|file| file.len() > LARGE);
            if large {
                self.index_later = transaction.index_later(&self.collection.name).await?;
            }
            self.transaction = Some((transaction, BulkWriter::new(&self.collection.name)));
        }
        let Some((transaction, bulk)) = &mut self.transaction else { return Err(ImportError::Stopped) };
        match write {
            Write::Create { id, prepared, .. } => {
                let properties = prepared.properties.get().as_bytes();
                bulk.create(transaction, id.0, prepared.geometry.as_ref(), properties).await?;
            }
            Write::Update { id, version, prepared } => {
                let properties = prepared.properties.get().as_bytes();
                bulk.update(transaction, id.0, version, prepared.geometry.as_ref(), properties).await?;
            }
        }
        Ok(())
    }

    /// Ends report and transaction.
    pub async fn finish(mut self, watch: &mut dyn Watch) -> Result<ImportOutcome, ImportError> {
        if let Some(report) = self.report.take() {
            report.finish()?;
        }
        self.outcome.sums = std::mem::take(&mut self.sums).sorted();
        self.outcome.elapsed = self.started.elapsed();
        if self.order.strict && self.outcome.counts.error > 0 {
            return Err(ImportError::Strict(Box::new(self.outcome)));
        }
        let Some((mut transaction, bulk)) = self.transaction.take() else { return Ok(self.outcome) };
        let applied = bulk.finish(&mut transaction).await?;
        if applied.conflicts > 0 {
            return Err(ImportError::Overtaken(applied.conflicts));
        }
        if self.index_later {
            transaction.index_at_last(&self.collection.name).await?;
        }
        transaction.set_source(&self.source()).await?;
        watch.seal(&mut transaction, &self.outcome).await?;
        let committed = match self.order.wait {
            true => self.editor.spine.commit::<EditError>(transaction).await?,
            false => transaction.commit().await?,
        };
        self.outcome.changeset = Some(committed.changeset);
        self.outcome.elapsed = self.started.elapsed();
        Ok(self.outcome)
    }

    fn source(&self) -> serde_json::Value {
        let headers =
            std::iter::once(&self.outcome.header).chain(self.outcome.further.iter().map(|(header, _)| header));
        let layers: Vec<&str> = headers.filter_map(|header| header.layer.as_deref()).collect();
        json!({
            "file": self.order.file.file_name().map(|name| name.to_string_lossy()),
            "format": self.outcome.header.format,
            "layer": layers.join(", "),
            "mapping": self.order.mapping.name,
            "supplier": self.order.mapping.supplier,
            "collection": self.collection.name,
            "crs": self.outcome.located.as_ref().map(|located| located.crs.to_string()),
            "counts": self.outcome.counts,
        })
    }
}
