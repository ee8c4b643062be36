//! A whole import: reader ∥ worker ∥ database, one changeset, one transaction.
//!
//! Three stages work at the same time with short queues between them: a thread takes frames from the reader process; a
//! thread works on rows; the caller's task writes. What is kept of a row once it is written are some dozen bytes, and of
//! the register its keys ([`super::register`]), so memory is bounded whatever the rows hold. The same file twice changes
//! nothing: a run that would change nothing leaves no changeset.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::frame::{Header, Passed};
use super::locate::{Located, Unlocated};
use super::mapping::Mapping;
use super::mending::Mended;
use super::reader::Format;
use super::reader::encoding::Encoding;
use super::recognise::Known;
use super::register::{FeatureKeys, StateReader};
use super::report::{Counts, Sum, ToldRow};
use super::source::SourceError;
use super::stages::{Message, WAITING, Work, read};
use super::store::Reading;
use super::watch::{Meter, Watch};
use super::worker::{Habits, Surroundings, Worker};
use super::writing::Run;
use crate::collection::Language;
use crate::editing::{EditError, Editor, Places, Preparer};
use crate::feature::crs::Crs;
use crate::firewater::plausibility::{HYDRANTS, Waters};
use crate::identity::{Action, Caller, Denied, Subject};
use crate::index::{Encoder, Pile, Snapshot};
use crate::store::StoreError;
use crate::texts::Texts;

/// The reference layer that says where the district is.
const MUNICIPALITIES: &str = "municipalities";

/// What is to be imported and how.
#[derive(Debug)]
pub struct ImportOrder {
    pub file: PathBuf,
    pub mapping: Mapping,
    /// What the user says the CRS is.
    pub crs: Option<Crs>,
    pub layer: Option<String>,
    /// What the bytes of text mean, if the user knows better than the file.
    pub encoding: Option<Encoding>,
    pub reason: Option<String>,
    /// Everything but the writing.
    pub dry_run: bool,
    /// Any row with an error refuses the whole file.
    pub strict: bool,
    /// Take rows that lie on an existing feature without an id as new ones.
    pub accept_duplicates: bool,
    /// What people have made of single rows.
    pub mended: Mended,
    /// Whoever watches gets rows as the file has them, and features as they are before an update.
    pub keeps_rows: bool,
    /// Where the report of every row goes.
    pub report: Option<PathBuf>,
    /// In which the report speaks.
    pub language: Language,
    pub texts: Arc<Texts>,
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
    /// Where the rows of the first layer lie.
    pub located: Option<Located>,
    /// Format and layer of the file; the first layer, if several were read.
    pub header: Header,
    /// The other layers, with the places of their rows.
    pub further: Vec<(Header, Option<Located>)>,
    /// What stands in the file and is not among its rows, by reason.
    pub passed: Vec<Passed>,
    /// Columns of the file that nothing was taken from.
    pub left_over: Vec<String>,
    /// Columns whose unit was told by their head or below it, with that.
    pub units: Vec<(String, String)>,
    /// What was said how often.
    pub sums: Vec<Sum>,
    /// Rows without any position, where the collection needs one.
    pub placeless: u64,
    /// The first rows with faults.
    pub faulty: Vec<ToldRow>,
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
    #[error("the register has changed since it was looked at what the file would do; nothing was imported")]
    Differs,
    #[error("the import stopped without a reason")]
    Stopped,
}

/// Imports a file. `progress` is called about once a second.
pub async fn import(
    editor: &Editor,
    caller: &Caller,
    order: ImportOrder,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportOutcome, ImportError> {
    import_watched(editor, caller, order, &mut Meter(progress)).await
}

/// The same, while somebody looks on who has a word before the commit.
pub async fn import_watched(
    editor: &Editor,
    caller: &Caller,
    order: ImportOrder,
    watch: &mut dyn Watch,
) -> Result<ImportOutcome, ImportError> {
    let started = Instant::now();
    let order = Arc::new(order);
    let collection = order.mapping.collection.clone();
    caller.may(Action::Import, &Subject::of(&collection))?;
    let (to_worker, from_reader) = sync_channel(WAITING);
    let (to_writer, mut from_worker) = mpsc::channel(WAITING);
    let reading = order.clone();
    std::thread::spawn(move || read(&reading, &to_worker));
    let (surroundings, states) = surroundings(editor, &order).await?;
    let (working, district, runtime) = (order.clone(), editor.district.clone(), Handle::current());
    let importer = caller.clone();
    std::thread::spawn(move || {
        let _runtime = runtime.enter();
        let habits = Habits {
            bounds: district.bounds,
            strict: working.strict,
            accept_duplicates: working.accept_duplicates,
            keeps_before: working.keeps_rows,
            spreadsheet: matches!(Format::of(&working.file.to_string_lossy()), Some(Format::Csv | Format::Sheets)),
        };
        let worker = Worker::new(&working.mapping, surroundings, habits, importer);
        let mut work = Work { order: &working, district: &district, worker, states, runtime: &runtime, layer: None };
        if let Err(error) = work.run(&from_reader, &to_writer) {
            let _ = to_writer.blocking_send(Message::Failed(error));
        }
    });
    let mut run = Run::new(editor, caller, &order, &collection, started)?;
    while let Some(message) = from_worker.recv().await {
        match message {
            Message::Begin { header, located } => run.begin(header, located),
            Message::Rows(rows) => run.take(rows, watch).await?,
            Message::End { left_over, units, passed } => {
                (run.outcome.left_over, run.outcome.units, run.outcome.passed) = (left_over, units, passed);
                return run.finish(watch).await;
            }
            Message::Failed(error) => return Err(error),
        }
    }
    Err(ImportError::Stopped)
}

/// What the rows are compared with, all of one moment, and where states come from; `None` if there are none.
async fn surroundings(
    editor: &Editor,
    order: &ImportOrder,
) -> Result<(Surroundings, Option<StateReader>), ImportError> {
    let collection = &order.mapping.collection;
    let foreign = editor.spine.store.foreign_changes(&collection.name, &order.mapping.supplier).await?;
    let mut reading = editor.spine.store.reading().await?;
    let register = FeatureKeys::read(&mut reading, collection, &foreign).await?;
    let places = Places::within(areas(editor, &mut reading, MUNICIPALITIES).await?, &editor.district);
    let waters = match collection.name.as_str() {
        HYDRANTS => areas(editor, &mut reading, Waters::COLLECTION).await?.map(Waters::new),
        _ => None,
    };
    let preparer = Preparer::new(editor.district.clone(), places, editor.clock.now());
    let frame = preparer.frame();
    let known = Known::new(collection, register);
    let states = if known.register.is_empty() {
        // What it has locked would be in the way of the load.
        reading.end().await?;
        None
    } else {
        Some(StateReader::new(reading, collection.clone(), frame))
    };
    let texts = order.texts.clone();
    Ok((Surroundings { preparer, known, foreign, waters, texts }, states))
}

/// The areas of a collection, if there is one of the name.
async fn areas(editor: &Editor, reading: &mut Reading, name: &str) -> Result<Option<Arc<Snapshot>>, StoreError> {
    let Some(collection) = editor.spine.index.catalogue().get(name).cloned() else { return Ok(None) };
    let frame = editor.district.frame();
    let (mut encoder, mut pile) = (Encoder::new(collection.clone(), frame), Pile::default());
    reading
        .areas(name, |id, version, geometry, properties| {
            // What cannot be read is no worse than what is not there; readers of the register report it.
            let _ = encoder.pile(id, version, geometry, properties, &mut pile);
        })
        .await?;
    Ok(Some(Arc::new(Snapshot::load(collection, frame, pile.settle()))))
}
