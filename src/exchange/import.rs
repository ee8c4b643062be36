//! A whole import: reader ∥ worker ∥ database, one changeset, one transaction.
//!
//! Three stages work at the same time with short queues between them, so memory is bounded whatever the file's size: a
//! thread takes frames from the reader process; a thread works on rows; the caller's task writes. The same file twice
//! changes nothing: a run that would change nothing leaves no changeset.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc;

use super::frame::Header;
use super::locate::{Located, Unlocated, locate};
use super::mapping::Mapping;
use super::recognise::Known;
use super::report::{Counts, ReportFile, RowReport, Status};
use super::source::{Source, SourceError, SourceRow};
use super::worker::{Done, Worker, Write};
use crate::collection::{Collection, District, Fault};
use crate::editing::{EditError, Editor};
use crate::feature::GeometryKind;
use crate::feature::crs::Crs;
use crate::identity::{Caller, Denied};
use crate::store::StoreError;
use crate::store::bulk::BulkWriter;
use crate::store::features::{ChangesetKind, ChangesetTransaction, NewChangeset};

/// Rows handed from stage to stage at a time.
const BATCH: usize = 1_000;
/// Batches that may wait between two stages.
const WAITING: usize = 16;
/// Rows looked at to find the CRS.
const SAMPLE: usize = 500;
/// Files above this are worth building the spatial index anew, bytes.
const LARGE: u64 = 10 << 20;
/// Rows with faults that are kept for the summary.
const SHOWN: usize = 20;

/// What is to be imported and how.
#[derive(Debug)]
pub struct ImportOrder {
    pub file: PathBuf,
    pub mapping: Mapping,
    /// What the user says the CRS is.
    pub crs: Option<Crs>,
    pub layer: Option<String>,
    pub reason: Option<String>,
    /// Everything but the writing.
    pub dry_run: bool,
    /// Any row with an error refuses the whole file.
    pub strict: bool,
    /// Take rows that lie on an existing feature without an id as new ones.
    pub accept_duplicates: bool,
    /// Where the report of every row goes.
    pub report: Option<PathBuf>,
    /// The binary that runs as reader.
    pub reader: PathBuf,
    /// Wait until the index of this process shows the result.
    pub wait: bool,
}

/// What an import has done.
#[derive(Debug)]
pub struct ImportOutcome {
    pub counts: Counts,
    /// `None` if nothing was changed.
    pub changeset: Option<i64>,
    pub located: Option<Located>,
    /// Format and layer of the file.
    pub header: Header,
    /// Columns of the file that nothing was taken from.
    pub left_over: Vec<String>,
    /// The first rows with faults.
    pub faulty: Vec<RowReport>,
    pub elapsed: Duration,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub rows: u64,
    pub elapsed: Duration,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Unlocated(#[from] Unlocated),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error("the report cannot be written: {0}")]
    Report(#[from] std::io::Error),
    #[error("{} rows have errors, and the import is strict; nothing was imported", .0.counts.error)]
    Strict(Box<ImportOutcome>),
    #[error("{0} features were changed by somebody else while the file was imported; nothing was imported, try again")]
    Overtaken(usize),
    #[error("the import stopped without a reason")]
    Stopped,
}

/// What the worker tells the writer.
enum Message {
    Begin { header: Header, located: Option<Located> },
    Rows(Vec<Done>),
    End { left_over: Vec<String> },
    Failed(ImportError),
}

/// Imports a file. `progress` is called about once a second.
pub async fn import(
    editor: &Editor,
    caller: &Caller,
    order: ImportOrder,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportOutcome, ImportError> {
    let started = Instant::now();
    let order = Arc::new(order);
    let collection = order.mapping.collection.clone();
    caller.may_administer(&collection.name)?;
    let foreign = editor.store.foreign_changes(&collection.name, &order.mapping.supplier).await?;
    let snapshot = editor.index.snapshot_of(&collection.name).ok_or(ImportError::Stopped)?;
    let (preparer, district) = (editor.preparer(), editor.district.clone());
    let (to_worker, from_reader) = sync_channel(WAITING);
    let (to_writer, mut from_worker) = mpsc::channel(WAITING);
    let reading = order.clone();
    std::thread::spawn(move || read(&reading, &to_worker));
    let working = order.clone();
    std::thread::spawn(move || {
        let known = Known::new(snapshot, &foreign);
        let worker = Worker::new(&working.mapping, preparer, known, foreign, working.accept_duplicates);
        let outcome = work(&working, &district, worker, &from_reader, &to_writer);
        if let Err(error) = outcome {
            let _ = to_writer.blocking_send(Message::Failed(error));
        }
    });
    let mut run = Run::new(editor, caller, &order, &collection, started)?;
    while let Some(message) = from_worker.recv().await {
        match message {
            Message::Begin { header, located } => (run.outcome.header, run.outcome.located) = (header, located),
            Message::Rows(rows) => run.take(rows, progress).await?,
            Message::End { left_over } => {
                run.outcome.left_over = left_over;
                return run.finish().await;
            }
            Message::Failed(error) => return Err(error),
        }
    }
    Err(ImportError::Stopped)
}

type Batch = Result<(Option<Header>, Vec<SourceRow>), SourceError>;

/// First stage: frames from the reader process. Ends early if nobody wants more.
fn read(order: &ImportOrder, to_worker: &SyncSender<Batch>) {
    let fine = |batch| to_worker.send(batch).is_ok();
    let layer = order.layer.as_deref().or(order.mapping.layer.as_deref());
    let mut source = match Source::open(&order.reader, &order.file, layer, &osm_layers(&order.mapping.collection)) {
        Ok(source) => source,
        Err(error) => {
            let _ = fine(Err(error));
            return;
        }
    };
    let mut header = Some(source.header.clone());
    loop {
        let mut rows = Vec::with_capacity(BATCH);
        let mut last = false;
        while rows.len() < BATCH && !last {
            match source.next_row() {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => last = true,
                Err(error) => {
                    let _ = fine(Err(error));
                    return;
                }
            }
        }
        if !fine(Ok((header.take(), rows))) || last {
            return;
        }
    }
}

/// Where in OSM data the features of a collection may lie.
fn osm_layers(collection: &Collection) -> Vec<&'static str> {
    let has = |kind| collection.geometry.contains(&kind);
    let mut layers = Vec::new();
    layers.extend(has(GeometryKind::Point).then_some("points"));
    layers.extend(has(GeometryKind::LineString).then_some("lines"));
    layers.extend((has(GeometryKind::Polygon) || has(GeometryKind::MultiPolygon)).then_some("multipolygons"));
    layers
}

/// Second stage: rows become what is to be written.
fn work(
    order: &ImportOrder,
    district: &District,
    mut worker: Worker<'_>,
    from_reader: &Receiver<Batch>,
    to_writer: &mpsc::Sender<Message>,
) -> Result<(), ImportError> {
    let mut first = true;
    while let Ok(batch) = from_reader.recv() {
        let (header, rows) = batch?;
        if std::mem::take(&mut first) {
            let header = header.unwrap_or_default();
            let sample: Vec<_> = rows.iter().take(SAMPLE).filter_map(|row| worker.sample(row)).collect();
            let located = match locate(order.crs, order.mapping.crs, &header, &sample, district) {
                Ok(located) => Some(located),
                // Without any position there is nothing to be located: every row will be told what it lacks.
                Err(_) if sample.is_empty() => None,
                Err(error) => return Err(error.into()),
            };
            if let Some(located) = &located {
                // Refused once, not row by row: a transformation that ignores the datum.
                let frame = district.frame();
                frame
                    .transformer
                    .transformation(located.crs, frame.crs)
                    .map_err(|error| Unlocated(error.to_string()))?;
                worker.locate(located.clone());
            }
            if to_writer.blocking_send(Message::Begin { header, located }).is_err() {
                return Ok(());
            }
        }
        let done = rows.into_iter().map(|row| worker.row(row)).collect();
        if to_writer.blocking_send(Message::Rows(done)).is_err() {
            return Ok(());
        }
    }
    let _ = to_writer.blocking_send(Message::End { left_over: worker.left_over() });
    Ok(())
}

/// Third stage: the transaction and the report.
struct Run<'a> {
    editor: &'a Editor,
    caller: &'a Caller,
    order: &'a ImportOrder,
    collection: &'a Collection,
    started: Instant,
    told: Instant,
    report: Option<ReportFile>,
    transaction: Option<(ChangesetTransaction, BulkWriter)>,
    /// The spatial index waits for the end.
    index_later: bool,
    outcome: ImportOutcome,
}

impl<'a> Run<'a> {
    fn new(
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
            left_over: Vec::new(),
            faulty: Vec::new(),
            elapsed: Duration::ZERO,
        };
        let report = order.report.as_deref().map(ReportFile::create).transpose()?;
        Ok(Self {
            editor,
            caller,
            order,
            collection,
            started,
            told: started,
            report,
            transaction: None,
            index_later: false,
            outcome,
        })
    }

    async fn take(
        &mut self,
        mut rows: Vec<Done>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), ImportError> {
        self.refuse_used_ids(&mut rows).await?;
        for Done { report, write } in rows {
            self.outcome.counts.add(&report);
            if let Some(file) = &mut self.report {
                file.write(&report)?;
            }
            if matches!(report.status, Status::Error | Status::Conflict | Status::Duplicate)
                && self.outcome.faulty.len() < SHOWN
            {
                self.outcome.faulty.push(report);
            }
            if let Some(write) = write.filter(|_| !self.order.dry_run) {
                self.write(write).await?;
            }
        }
        if self.told.elapsed() > Duration::from_secs(1) {
            self.told = Instant::now();
            progress(Progress { rows: self.outcome.counts.rows, elapsed: self.started.elapsed() });
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
        let used = self.editor.store.ids_in_journal(&given).await?;
        for done in rows
            .iter_mut()
            .filter(|done| !used.is_empty() && matches!(&done.write, Some(Write::Create { given: true, .. })))
        {
            if done.report.feature.is_some_and(|id| used.contains(&id.0)) {
                done.write = None;
                done.report.status = Status::Conflict;
                done.report.faults.push(Fault::new(
                    "id",
                    "deleted",
                    "the feature has been deleted here; restore it instead".to_owned(),
                ));
            }
        }
        Ok(())
    }

    async fn write(&mut self, write: Write) -> Result<(), ImportError> {
        if self.transaction.is_none() {
            let file = self.order.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let changeset = NewChangeset {
                kind: ChangesetKind::Import,
                actor: self.caller.name().to_owned(),
                reason: self.order.reason.clone().unwrap_or_else(|| format!("Import {file}")),
                source: None,
                undoes: None,
            };
            let mut transaction = self.editor.store.begin(&changeset).await?;
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

    async fn finish(mut self) -> Result<ImportOutcome, ImportError> {
        if let Some(report) = self.report.take() {
            report.finish()?;
        }
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
        let committed = transaction.commit().await?;
        self.outcome.changeset = Some(committed.changeset);
        if self.order.wait {
            self.editor.index.wait_for(committed.transaction).await.map_err(EditError::from)?;
        }
        self.outcome.elapsed = self.started.elapsed();
        Ok(self.outcome)
    }

    fn source(&self) -> serde_json::Value {
        json!({
            "file": self.order.file.file_name().map(|name| name.to_string_lossy()),
            "format": self.outcome.header.format,
            "layer": self.outcome.header.layer,
            "mapping": self.order.mapping.name,
            "supplier": self.order.mapping.supplier,
            "collection": self.collection.name,
            "crs": self.outcome.located.as_ref().map(|located| located.crs.to_string()),
            "counts": self.outcome.counts,
        })
    }
}

/// The binary this process runs, which is also the reader.
pub fn own_binary() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| Path::new("geokontor").to_owned())
}
