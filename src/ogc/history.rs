//! What was: the versions of a feature, and a collection at a past time. For staff.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;

use super::changeset_input::read_restoration;
use super::collections::snapshot;
use super::crs;
use super::edit;
use super::items::write;
use super::{Ogc, precondition};
use crate::collection::Visibility;
use crate::editing::{Outcome, Restoration};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::feature::value::format_instant;
use crate::http::answer::{CONTENT_CRS, GEOJSON, JSON, cache_control, content_crs};
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::{Absent, Answer, Ask, Parameters, Path, Problem, Wrong};
use crate::identity::{Action, Caller, Subject};
use crate::index::Snapshot;
use crate::proposals::accepted;
use crate::store::StoreError;
use crate::store::features::FeatureState;
use crate::store::history::{HistoryEntry, State as PastState};

/// Bytes that are collected before they are sent on.
const CHUNK: usize = 64 * 1024;

/// `/ogc/collections/{collection}/items/{id}/history`, the oldest version first.
pub async fn of_feature(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<Answer, Problem> {
    ask.caller.may_read_past(snapshot(&ogc, &ask.caller, &name)?.collection())?;
    let mut query = Parameters::parse(&ask.query);
    let crs = crs::parameter(&mut query, "crs", &ogc.district);
    query.finish()?;
    let unknown = || Problem::not_found(&Absent::NeverFeature { collection: &name, id: &id });
    let feature: FeatureId = id.parse().map_err(|_| unknown())?;
    let entries = ogc.store.feature_history(&name, feature).await?;
    if entries.is_empty() {
        return Err(unknown());
    }
    let mut body = format!("{{\"collection\":{},\"id\":\"{feature}\",\"versions\":", json!(name)).into_bytes();
    write_entries(&ogc, &ask.caller, &entries, crs, &mut body)?;
    body.push(b'}');
    Ok(Answer::new(JSON, body).seen_by(Visibility::Staff).in_crs(crs))
}

/// `POST /ogc/collections/{collection}/items/{id}/restore`, with `If-Match` as any edit. A deleted feature has no tag: the
/// version of its deletion stands for it (`"7"`, as its history says), or `*`.
pub async fn restore(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let snapshot = snapshot(&ogc, &ask.caller, &name)?;
    ask.caller.may(Action::Edit, &Subject::of(snapshot.collection()))?;
    Parameters::parse(&ask.query).finish()?;
    let feature: FeatureId =
        id.parse().map_err(|_| Problem::not_found(&Absent::NeverFeature { collection: &name, id: &id }))?;
    let input = read_json(&headers, body, JSON_TYPES, ogc.body_limit).await?;
    let (version, reason) = read_restoration(input).map_err(Problem::invalid)?;
    let current = snapshot.get(feature).map(|stored| stored.version);
    let precondition = precondition::of(&headers, current, ogc.tag_edition());
    let wanted = Restoration { collection: name.clone(), id: feature, version, precondition, reason };
    let outcome = ogc.editor.restore(&ask.caller, wanted).await?;
    match outcome {
        Outcome::Made(outcome) => edit::answer(&ogc, &ask, &name, &outcome, StatusCode::OK),
        Outcome::Waits(proposal) => accepted(&ogc.editor, &ask, &proposal).await,
    }
}

/// Changes with who made them, when, why, and what was before and after, as a JSON list.
pub fn write_entries(
    ogc: &Ogc,
    caller: &Caller,
    entries: &[HistoryEntry],
    crs: Crs,
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    out.push(b'[');
    for (i, entry) in entries.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let snapshot = snapshot(ogc, caller, &entry.collection)?;
        let mut described = json!({
            "version": entry.version,
            "operation": entry.operation,
            "collection": entry.collection,
            "feature": entry.feature,
            "sequence": entry.sequence,
            "changeset": entry.changeset.id,
            "kind": entry.changeset.kind,
            "actor": entry.changeset.actor,
            "reason": entry.changeset.reason,
            "at": format_instant(entry.changeset.at),
        });
        if let Some(proposer) = &entry.changeset.proposer {
            described["proposer"] = json!(proposer);
        }
        out.extend_from_slice(described.to_string().as_bytes());
        // The object's brace is opened again for the two states.
        out.pop();
        for (name, state) in [("before", &entry.before), ("after", &entry.after)] {
            out.extend_from_slice(format!(",\"{name}\":").as_bytes());
            write_state(&snapshot, entry.feature, state.as_ref(), crs, out)?;
        }
        out.push(b'}');
    }
    out.push(b']');
    Ok(())
}

fn write_state(
    snapshot: &Snapshot,
    id: FeatureId,
    state: Option<&PastState>,
    crs: Crs,
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    let Some(state) = state else {
        out.extend_from_slice(b"null");
        return Ok(());
    };
    write::loose_feature(snapshot, id, state.geometry.as_ref(), state.properties.get().as_bytes(), crs, out)
        .map_err(|error| Problem::parameter("crs", &error))
}

/// `/api/history/{collection}?at=…`: the collection as it was, sent while it is read.
pub async fn of_collection(
    State(ogc): State<Arc<Ogc>>,
    Path(name): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let snapshot = snapshot(&ogc, &ask.caller, &name)?;
    ask.caller.may_read_past(snapshot.collection())?;
    let mut query = Parameters::parse(&ask.query);
    let crs = crs::parameter(&mut query, "crs", &ogc.district);
    let at = instant(&mut query);
    query.finish()?;
    let (sender, receiver) = mpsc::channel(4);
    let head = format!("{{\"type\":\"FeatureCollection\",\"at\":\"{}\",\"features\":[", format_instant(at));
    let past = Past { snapshot, crs, sender, out: head.into_bytes(), first: true };
    tokio::spawn(past.send_all(ogc, name, at));
    let mut response = Body::from_stream(ReceiverStream::new(receiver)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON));
    headers.insert(header::CACHE_CONTROL, cache_control(Visibility::Staff));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept, Accept-Encoding"));
    headers.extend(content_crs(crs).map(|crs| (CONTENT_CRS, crs)));
    Ok(response)
}

fn instant(query: &mut Parameters) -> DateTime<Utc> {
    if query.text("at").is_none() {
        query.wrong("at", &Wrong::Instant { text: None });
    }
    query.instant("at").unwrap_or_default()
}

/// Why the stream of a past state ended early.
#[derive(Debug, thiserror::Error)]
enum StreamError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Crs(#[from] crate::feature::crs::CrsError),
    #[error("the client has left")]
    Gone,
}

/// A past state on its way to a client.
struct Past {
    snapshot: Arc<Snapshot>,
    crs: Crs,
    sender: Sender<Result<Bytes, StreamError>>,
    out: Vec<u8>,
    first: bool,
}

impl Past {
    async fn send_all(mut self, ogc: Arc<Ogc>, name: String, at: DateTime<Utc>) {
        let (give, states) = mpsc::channel(256);
        let sent = async {
            // Owned here, so that a client who leaves ends the reading too.
            let mut states = states;
            while let Some(state) = states.recv().await {
                self.take(&state).await?;
            }
            Ok::<(), StreamError>(())
        };
        let (read, sent) = tokio::join!(ogc.store.collection_at(&name, at, give), sent);
        let done = match read.map_err(StreamError::from).and(sent) {
            Ok(()) => self.finish().await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::warn!(%error, collection = name, "a past state was not sent to its end");
            // An error in the stream ends the connection, so that the client sees that something is missing.
            let _ = self.sender.send(Err(error)).await;
        }
    }

    async fn take(&mut self, state: &FeatureState) -> Result<(), StreamError> {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        let properties = state.properties.get().as_bytes();
        write::loose_feature(&self.snapshot, state.id, state.geometry.as_ref(), properties, self.crs, &mut self.out)?;
        if self.out.len() >= CHUNK { self.send().await } else { Ok(()) }
    }

    async fn finish(&mut self) -> Result<(), StreamError> {
        self.out.extend_from_slice(b"]}");
        self.send().await
    }

    async fn send(&mut self) -> Result<(), StreamError> {
        let bytes = Bytes::from(std::mem::take(&mut self.out));
        self.sender.send(Ok(bytes)).await.map_err(|_| StreamError::Gone)
    }
}
