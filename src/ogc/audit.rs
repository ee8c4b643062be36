//! The audit trail of a collection as a table: a row for every value that somebody changed. For staff.
//!
//! The table is written while the journal is read, in the shape of our other tables: semicolons, UTF-8 with a byte order
//! mark, and no text that a spreadsheet program would run.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value as Json};
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;
use wkt::ToWkt;

use super::changesets::actors;
use super::collections::snapshot;
use crate::collection::{Collection, Derivation, Visibility};
use crate::exchange::guard;
use crate::feature::value::format_instant;
use crate::http::answer::cache_control;
use crate::http::{Ask, Parameters, Path, Problem};
use crate::index::Snapshot;
use crate::ogc::Ogc;
use crate::store::StoreError;
use crate::store::history::{HistoryEntry, State as PastState, Wanted};

/// The media type, also for the description.
pub const CSV: &str = "text/csv";
const COLUMNS: [&str; 12] = [
    "at",
    "actor",
    "kind",
    "reason",
    "changeset",
    "object",
    "ref",
    "version",
    "operation",
    "property",
    "before",
    "after",
];
/// Changes that are written before they are sent on.
const PORTION: usize = 256;

/// `/api/history/{collection}/changes.csv`
pub async fn of_collection(
    State(ogc): State<Arc<Ogc>>,
    Path(name): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let snapshot = snapshot(&ogc, &ask.caller, &name)?;
    ask.caller.may_read_past(snapshot.collection())?;
    let mut query = Parameters::parse(&ask.query);
    let (since, until, organisation) = (query.instant("since"), query.instant("until"), query.id("organisation"));
    query.finish()?;
    let actors = actors(&ogc, organisation).await?;
    let wanted = Wanted { collection: Some(name), actors, since, until, ..Wanted::default() };
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(send_all(ogc, snapshot, wanted, sender));
    let mut response = Body::from_stream(ReceiverStream::new(receiver)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"changes.csv\""));
    headers.insert(header::CACHE_CONTROL, cache_control(Visibility::Staff));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept-Encoding"));
    Ok(response)
}

/// Why the table ended early.
#[derive(Debug, thiserror::Error)]
enum TrailError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Table(#[from] csv::Error),
    #[error("the client has left")]
    Gone,
}

async fn send_all(ogc: Arc<Ogc>, snapshot: Arc<Snapshot>, wanted: Wanted, sender: Sender<Result<Bytes, TrailError>>) {
    let (give, mut entries) = mpsc::channel(PORTION);
    let sent = async {
        let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
        let mut mark: &[u8] = b"\xEF\xBB\xBF";
        let mut held = Vec::with_capacity(PORTION);
        while entries.recv_many(&mut held, PORTION).await > 0 {
            rows.extend(held.drain(..).flat_map(|entry| rows_of(snapshot.collection(), &entry)));
            send(&sender, std::mem::take(&mut mark), std::mem::take(&mut rows)).await?;
        }
        send(&sender, mark, rows).await
    };
    let (read, sent) = tokio::join!(ogc.store.collection_changes(&wanted, give), sent);
    if let Err(error) = read.map_err(TrailError::from).and(sent) {
        tracing::warn!(%error, collection = wanted.collection, "an audit trail was not sent to its end");
        // An error in the stream ends the connection, so that the client sees that something is missing.
        let _ = sender.send(Err(error)).await;
    }
}

async fn send(
    sender: &Sender<Result<Bytes, TrailError>>,
    mark: &[u8],
    rows: Vec<Vec<String>>,
) -> Result<(), TrailError> {
    let mut table =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(mark.to_vec());
    for row in rows {
        table.write_record(row)?;
    }
    let bytes = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    sender.send(Ok(bytes.into())).await.map_err(|_| TrailError::Gone)
}

/// A row for each value that differs; one without a property where none does, as of a deletion.
fn rows_of(collection: &Collection, entry: &HistoryEntry) -> Vec<Vec<String>> {
    let (before, after) = (properties(entry.before.as_ref()), properties(entry.after.as_ref()));
    let reference = collection.reference.map(|k| collection.properties[k].name.as_str());
    let called = reference.and_then(|name| after.get(name).or_else(|| before.get(name))).map_or_else(String::new, cell);
    let head = [
        format_instant(entry.changeset.at),
        guard::put(&entry.changeset.actor).into_owned(),
        entry.changeset.kind.clone(),
        guard::put(&entry.changeset.reason).into_owned(),
        entry.changeset.id.to_string(),
        entry.feature.to_string(),
        called,
        entry.version.to_string(),
        entry.operation.clone(),
    ];
    let row = |property: &str, before: String, after: String| {
        let value = [property.to_owned(), before, after];
        head.iter().cloned().chain(value).collect::<Vec<String>>()
    };
    if entry.after.is_none() {
        return vec![row("", String::new(), String::new())];
    }
    // When it was written stands in front already.
    let noted = collection.derived(Derivation::UpdatedAt).map(|k| collection.properties[k].name.as_str());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).filter(|name| noted != Some(name)).collect();
    let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    let text = |values: &Map<String, Json>, name: &str| values.get(name).map_or_else(String::new, cell);
    let mut rows: Vec<Vec<String>> = differing.map(|name| row(name, text(&before, name), text(&after, name))).collect();
    let (was, is) = (geometry(entry.before.as_ref()), geometry(entry.after.as_ref()));
    if was != is {
        rows.push(row("geometry", was, is));
    }
    if rows.is_empty() {
        rows.push(row("", String::new(), String::new()));
    }
    rows
}

fn properties(state: Option<&PastState>) -> Map<String, Json> {
    state.and_then(|state| serde_json::from_str(state.properties.get()).ok()).unwrap_or_default()
}

/// As well-known text, in the district's CRS.
fn geometry(state: Option<&PastState>) -> String {
    state.and_then(|state| state.geometry.as_ref()).map_or_else(String::new, |geometry| geometry.wkt_string())
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => guard::put(text).into_owned(),
        other => other.to_string(),
    }
}
