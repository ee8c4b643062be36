//! The two stages of an import before the writing: frames are taken from the reader, rows become what is to be written.

use std::sync::mpsc::{Receiver, SyncSender};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::frame::{Header, Passed, RawRow};
use super::import::{ImportError, ImportOrder};
use super::locate::{Located, Unlocated, locate};
use super::mapping::Mapping;
use super::reader::Order;
use super::reader::osm::Wanted;
use super::register::{Fetched, StateReader};
use super::report::{RowReport, holds_rows};
use super::source::{PATIENCE, Sent, Source, SourceError, SourceRow};
use super::worker::{Done, ReadRow, Worker};
use crate::collection::{District, Label};
use crate::feature::GeometryKind;
use crate::store::StoreError;

/// Rows handed from stage to stage at a time.
const BATCH: usize = 1_000;
/// Batches that may wait between two stages.
pub const WAITING: usize = 4;
/// Rows looked at to find the CRS.
const SAMPLE: usize = 500;
/// What the worker tells the writer.
pub enum Message {
    /// A layer begins.
    Begin {
        header: Header,
        located: Option<Located>,
    },
    Rows(Vec<Done>),
    End {
        left_over: Vec<String>,
        units: Vec<(String, String)>,
        passed: Vec<Passed>,
    },
    Failed(ImportError),
}

/// What the reader hands on.
pub enum Read {
    /// Rows of one layer; with its header the first of them.
    Rows { header: Option<Box<Header>>, rows: Vec<SourceRow> },
    /// After the last row: what stood in the file besides.
    End(Vec<Passed>),
}

pub type Batch = Result<Read, SourceError>;

/// First stage: frames from the reader process. Ends early if nobody wants more.
pub fn read(order: &ImportOrder, to_worker: &SyncSender<Batch>) {
    let what = Order {
        file: String::new(),
        layer: order.layer.clone().or_else(|| order.mapping.layer.clone()),
        encoding: order.encoding,
        columns: order.mapping.columns(),
        osm: osm_wanted(&order.mapping),
        table: order.mapping.table.clone(),
    };
    let hand_on = |batch: Batch| to_worker.send(batch).is_ok();
    if let Err(error) =
        Source::open(&order.reader, &order.file, what, PATIENCE).and_then(|source| batches(source, hand_on))
    {
        let _ = to_worker.send(Err(error));
    }
}

/// Hands on rows in batches, none of which holds rows of two layers.
fn batches(mut source: Source, hand_on: impl Fn(Batch) -> bool) -> Result<(), SourceError> {
    let (mut header, mut rows) = (None, Vec::with_capacity(BATCH));
    loop {
        let sent = source.receive()?;
        let is_full = match &sent {
            Some(Sent::Row(_)) => rows.len() == BATCH,
            Some(Sent::Layer(_)) | None => header.is_some() || !rows.is_empty(),
        };
        if is_full {
            let rows = std::mem::replace(&mut rows, Vec::with_capacity(BATCH));
            if !hand_on(Ok(Read::Rows { header: header.take(), rows })) {
                return Ok(());
            }
        }
        match sent {
            Some(Sent::Row(row)) => rows.push(row),
            Some(Sent::Layer(next)) => header = Some(Box::new(next)),
            None => {
                hand_on(Ok(Read::End(source.passed().to_vec())));
                return Ok(());
            }
        }
    }
}

/// What of OSM data the features of a mapping may be.
pub(super) fn osm_wanted(mapping: &Mapping) -> Wanted {
    let has = |kind| mapping.collection.geometry.contains(&kind);
    let only = mapping.only.iter().map(|condition| (condition.column.clone(), condition.values.clone()));
    Wanted {
        points: has(GeometryKind::Point),
        lines: has(GeometryKind::LineString),
        areas: has(GeometryKind::Polygon) || has(GeometryKind::MultiPolygon),
        only: only.collect(),
    }
}

/// Second stage: rows become what is to be written. While the states for one batch are fetched, the next one is read.
pub struct Work<'a> {
    pub order: &'a ImportOrder,
    pub district: &'a District,
    pub worker: Worker<'a>,
    pub states: Option<StateReader>,
    /// Drives the connection of `states`.
    pub runtime: &'a Handle,
    /// The layer that has begun, where several are read.
    pub layer: Option<String>,
}

/// A row that was read, and as the file has it where the report holds that, too.
type Taken = (Result<ReadRow, RowReport>, Option<Box<RawRow>>);

/// A batch that was read, and the states that are being fetched for it.
struct Fetching {
    rows: Vec<Taken>,
    /// `None` where there is nothing to fetch from.
    states: Option<JoinHandle<(StateReader, Result<Fetched, StoreError>)>>,
}

impl Work<'_> {
    /// Works until there are no more rows, or nobody wants any.
    pub fn run(&mut self, from_reader: &Receiver<Batch>, to_writer: &mpsc::Sender<Message>) -> Result<(), ImportError> {
        let mut before: Option<Fetching> = None;
        let mut passed = Vec::new();
        let send = |message| to_writer.blocking_send(message).is_ok();
        while let Ok(batch) = from_reader.recv() {
            let (header, rows) = match batch? {
                Read::Rows { header, rows } => (header, rows),
                Read::End(what) => {
                    passed = what;
                    break;
                }
            };
            if let Some(header) = header {
                // The rows of the layer before are done with before another begins.
                if let Some(decided) = self.decided(before.take())?
                    && !send(decided)
                {
                    return Ok(());
                }
                let located = self.begin(&header, &rows)?;
                if !send(Message::Begin { header: *header, located }) {
                    return Ok(());
                }
            }
            let rows: Vec<_> = rows.into_iter().map(|row| self.taken(row)).collect();
            // One connection fetches one thing at a time.
            let fetched = before.take().map(|before| self.fetched(before)).transpose()?;
            before = Some(self.fetch(rows));
            if let Some((rows, states)) = fetched
                && !send(self.decide(rows, &states))
            {
                return Ok(());
            }
        }
        if let Some(decided) = self.decided(before.take())? {
            let _ = send(decided);
        }
        let _ = send(Message::End { left_over: self.worker.left_over(), units: self.worker.units(), passed });
        Ok(())
    }

    fn taken(&mut self, row: SourceRow) -> Taken {
        let holds_rows = self.order.keeps_rows || self.order.report.as_deref().is_some_and(holds_rows);
        let raw = match &row {
            SourceRow::Row(raw) if holds_rows => Some(Box::new(raw.clone())),
            _ => None,
        };
        let mending = match &row {
            SourceRow::Row(raw) => self.order.mended.of(self.layer.as_deref(), raw.line),
            SourceRow::Bad { .. } => None,
        };
        (self.worker.read(row, mending), raw)
    }

    /// Begins to fetch what a batch needs.
    fn fetch(&mut self, rows: Vec<Taken>) -> Fetching {
        let Some(mut states) = self.states.take() else { return Fetching { rows, states: None } };
        let mut ids = Vec::new();
        let read = || rows.iter().filter_map(|(row, _)| row.as_ref().ok());
        read().for_each(|row| self.worker.candidates(row, &mut ids));
        let versions: Vec<_> = read().filter_map(ReadRow::checked_out).collect();
        ids.sort_unstable();
        ids.dedup();
        let states = self.runtime.spawn(async move {
            let found = states.fetch(&ids, &versions).await;
            (states, found)
        });
        Fetching { rows, states: Some(states) }
    }

    fn fetched(&mut self, fetching: Fetching) -> Result<(Vec<Taken>, Fetched), ImportError> {
        let Some(states) = fetching.states else { return Ok((fetching.rows, Fetched::default())) };
        let (states, found) = self.runtime.block_on(states).map_err(|_| ImportError::Stopped)?;
        self.states = Some(states);
        Ok((fetching.rows, found?))
    }

    /// Waits for the states of a batch, and decides.
    fn decided(&mut self, fetching: Option<Fetching>) -> Result<Option<Message>, ImportError> {
        let Some(fetching) = fetching else { return Ok(None) };
        let (rows, states) = self.fetched(fetching)?;
        Ok(Some(self.decide(rows, &states)))
    }

    fn decide(&mut self, rows: Vec<Taken>, fetched: &Fetched) -> Message {
        let decide = |(row, raw): Taken| {
            let mut done = match row {
                Ok(row) => self.worker.decide(row, fetched),
                Err(report) => Done { report, write: None, at: None, before: None },
            };
            done.report.raw = raw;
            done
        };
        Message::Rows(rows.into_iter().map(decide).collect())
    }

    /// Begins a layer: finds its CRS by the first rows, and tells the worker.
    fn begin(&mut self, header: &Header, rows: &[SourceRow]) -> Result<Option<Located>, ImportError> {
        self.layer = header.layer.clone().filter(|_| header.one_of_several);
        self.worker.begin(header);
        let sample: Vec<_> = rows.iter().take(SAMPLE).filter_map(|row| self.worker.sample(row)).collect();
        let located = match locate(self.order.crs, self.order.mapping.crs, header, &sample, self.district) {
            Ok(located) => located,
            // Without any position there is nothing to be located: every row will be told what it lacks.
            Err(_) if sample.is_empty() => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // Refused once, not row by row: a transformation that ignores the datum.
        let frame = self.district.frame();
        let way = frame.transformer.transformation(located.crs, frame.crs);
        way.map_err(|error| Unlocated(Label::new(error.german(), error.to_string())))?;
        self.worker.locate(located.clone());
        Ok(Some(located))
    }
}
