//! The two stages of an import before the writing: frames are taken from the reader, rows become what is to be written.

use std::sync::mpsc::{Receiver, SyncSender};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::frame::Header;
use super::import::{ImportError, ImportOrder};
use super::locate::{Located, Unlocated, locate};
use super::reader::Order;
use super::register::{StateReader, States};
use super::report::RowReport;
use super::source::{Source, SourceError, SourceRow};
use super::worker::{Done, ReadRow, Worker};
use crate::collection::{Collection, District};
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
    Begin { header: Header, located: Option<Located> },
    Rows(Vec<Done>),
    End { left_over: Vec<String> },
    Failed(ImportError),
}

/// What the reader hands on: the header before the first rows.
pub type Batch = Result<(Option<Header>, Vec<SourceRow>), SourceError>;

/// First stage: frames from the reader process. Ends early if nobody wants more.
pub fn read(order: &ImportOrder, to_worker: &SyncSender<Batch>) {
    let fine = |batch| to_worker.send(batch).is_ok();
    let what = Order {
        file: String::new(),
        layer: order.layer.clone().or_else(|| order.mapping.layer.clone()),
        osm_layers: osm_layers(&order.mapping.collection),
        table: order.mapping.table.clone(),
    };
    let mut source = match Source::open(&order.reader, &order.file, what) {
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
fn osm_layers(collection: &Collection) -> Vec<String> {
    let has = |kind| collection.geometry.contains(&kind);
    let mut layers: Vec<&str> = Vec::new();
    layers.extend(has(GeometryKind::Point).then_some("points"));
    layers.extend(has(GeometryKind::LineString).then_some("lines"));
    layers.extend((has(GeometryKind::Polygon) || has(GeometryKind::MultiPolygon)).then_some("multipolygons"));
    layers.into_iter().map(str::to_owned).collect()
}

/// Second stage: rows become what is to be written. While the states for one batch are fetched, the next one is read.
pub struct Work<'a> {
    pub order: &'a ImportOrder,
    pub district: &'a District,
    pub worker: Worker<'a>,
    pub states: Option<StateReader>,
    /// Drives the connection of `states`.
    pub runtime: &'a Handle,
}

/// A batch that was read, and the states that are being fetched for it.
struct Fetching {
    rows: Vec<Result<ReadRow, RowReport>>,
    /// `None` where there is nothing to fetch from.
    states: Option<JoinHandle<(StateReader, Result<States, StoreError>)>>,
}

impl Work<'_> {
    /// Works until there are no more rows, or nobody wants any.
    pub fn run(&mut self, from_reader: &Receiver<Batch>, to_writer: &mpsc::Sender<Message>) -> Result<(), ImportError> {
        let mut first = true;
        let mut before: Option<Fetching> = None;
        let send = |message| to_writer.blocking_send(message).is_ok();
        while let Ok(batch) = from_reader.recv() {
            let (header, rows) = batch?;
            if std::mem::take(&mut first) {
                let header = header.unwrap_or_default();
                let located = self.locate(&header, &rows)?;
                if !send(Message::Begin { header, located }) {
                    return Ok(());
                }
            }
            let rows: Vec<_> = rows.into_iter().map(|row| self.worker.read(row)).collect();
            // One connection fetches one thing at a time.
            let fetched = before.take().map(|before| self.fetched(before)).transpose()?;
            before = Some(self.fetch(rows));
            if let Some((rows, states)) = fetched
                && !send(self.decided(rows, &states))
            {
                return Ok(());
            }
        }
        if let Some(before) = before {
            let (rows, states) = self.fetched(before)?;
            let _ = send(self.decided(rows, &states));
        }
        let _ = send(Message::End { left_over: self.worker.left_over() });
        Ok(())
    }

    /// Begins to fetch what a batch needs.
    fn fetch(&mut self, rows: Vec<Result<ReadRow, RowReport>>) -> Fetching {
        let Some(mut states) = self.states.take() else { return Fetching { rows, states: None } };
        let mut ids = Vec::new();
        rows.iter().flatten().for_each(|row| self.worker.candidates(row, &mut ids));
        ids.sort_unstable();
        ids.dedup();
        let states = self.runtime.spawn(async move {
            let found = states.states(&ids).await;
            (states, found)
        });
        Fetching { rows, states: Some(states) }
    }

    fn fetched(&mut self, fetching: Fetching) -> Result<(Vec<Result<ReadRow, RowReport>>, States), ImportError> {
        let Some(states) = fetching.states else { return Ok((fetching.rows, States::new())) };
        let (states, found) = self.runtime.block_on(states).map_err(|_| ImportError::Stopped)?;
        self.states = Some(states);
        Ok((fetching.rows, found?))
    }

    fn decided(&mut self, rows: Vec<Result<ReadRow, RowReport>>, states: &States) -> Message {
        let decide = |row: Result<ReadRow, RowReport>| match row {
            Ok(row) => self.worker.decide(row, states),
            Err(report) => Done { report, write: None },
        };
        Message::Rows(rows.into_iter().map(decide).collect())
    }

    /// Finds the CRS by the first rows, and tells the worker.
    fn locate(&mut self, header: &Header, rows: &[SourceRow]) -> Result<Option<Located>, ImportError> {
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
        way.map_err(|error| Unlocated(error.to_string()))?;
        self.worker.locate(located.clone());
        Ok(Some(located))
    }
}
