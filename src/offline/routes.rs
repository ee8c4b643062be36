//! `/api/device`: what there is to take along, the files, and what has changed since.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::Offline;
use super::columns;
use super::cursor::DeviceCursor;
use super::describe;
use super::register::{Class, FORMAT};
use super::shelf::Kind;
use crate::events::{Replay, replay};
use crate::feature::FeatureId;
use crate::feature::value::format_instant;
use crate::firewater::COLLECTIONS;
use crate::http::answer::{JSON, cache_control};
use crate::http::coding::Coding;
use crate::http::{Absent, Gate, Needs, Operation, Parameters, Problem, ProblemKind, Routes, Trouble, Wrong, etag};
use crate::identity::Caller;
use crate::index::Stored;
use crate::tiles::packing::unpack_gzip;
use crate::tiles::pmtiles::State as Archive;

/// The tileset a device takes along. Water is drawn from the register, which changes reach.
const MAP: &str = "base";

impl FromRef<Arc<Offline>> for Gate {
    fn from_ref(domain: &Arc<Offline>) -> Self {
        domain.gate.clone()
    }
}

impl Offline {
    /// Every route of this module.
    pub fn routes(self: Arc<Self>) -> Routes {
        Routes::new()
            .route(
                Operation::get("device.manifest", "/api/device/manifest", Needs::Nothing).described(describe::manifest),
                manifest,
            )
            .route(
                Operation::get("device.register", "/api/device/register", Needs::Nothing).described(describe::register),
                register,
            )
            .route(
                Operation::get("device.search", "/api/device/search", Needs::Nothing).described(describe::search),
                search,
            )
            .route(
                Operation::get("device.roads", "/api/device/roads", Needs::Nothing).described(describe::roads),
                roads,
            )
            .route(
                Operation::get("device.changes", "/api/device/changes", Needs::Nothing).described(describe::changes),
                changes,
            )
            .answered_by(self)
    }
}

/// `/api/device/manifest`: every part with its size and tag, and where following begins for who takes them now.
async fn manifest(
    State(offline): State<Arc<Offline>>,
    caller: Caller,
    mut query: Parameters,
) -> Result<Response, Problem> {
    query.finish()?;
    let class = Class::of(&caller, &offline.catalogue);
    // Before the states are taken: what changes in between is told twice rather than never.
    let cursor = cursor(&offline, class)?;
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let Some(file) = offline.shelf.get(&offline, kind, class, Coding::Gzip).await? else { continue };
        parts.push(json!({
            "name": kind.name(),
            "url": format!("/api/device/{}", kind.name()),
            "state": "ready",
            "bytes": file.ready.body.len(),
            "unpacked": file.plain,
            "etag": file.ready.tag.to_str().unwrap_or_default(),
        }));
    }
    parts.extend(map(&offline));
    Ok(fresh(
        class,
        &json!({
            "format": FORMAT,
            "time": format_instant(offline.clock.now()),
            "cursor": cursor.to_string(),
            "district": offline.district.name,
            "parts": parts,
        }),
    ))
}

/// The base map as a part; nothing where there is no such tileset.
fn map(offline: &Arc<Offline>) -> Option<Json> {
    let url = format!("/tiles/{MAP}.pmtiles");
    let ready = |size: u64, tag: &HeaderValue| {
        let tag = tag.to_str().unwrap_or_default();
        json!({ "name": "map", "url": url, "state": "ready", "bytes": size, "etag": tag, "ranges": true })
    };
    if let Some(archive) = offline.tiles.foreign.get(MAP) {
        return Some(ready(archive.served.size, &archive.served.tag));
    }
    Some(match offline.tiles.made.get(&offline.tiles, offline.tiles.sets.place(MAP)?) {
        Archive::Ready(served) => ready(served.size, &served.tag),
        Archive::Making => json!({ "name": "map", "url": url, "state": "making", "ranges": true }),
    })
}

async fn register(
    State(offline): State<Arc<Offline>>,
    caller: Caller,
    query: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&offline, Kind::Register, Class::of(&caller, &offline.catalogue), query, &headers).await
}

/// The same for everybody; the caller is looked up so that who sends a token that is no longer valid is told so.
async fn search(
    State(offline): State<Arc<Offline>>,
    _: Caller,
    query: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&offline, Kind::Search, Class::PUBLIC, query, &headers).await
}

/// The same for everybody, as the search is.
async fn roads(
    State(offline): State<Arc<Offline>>,
    _: Caller,
    query: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&offline, Kind::Roads, Class::PUBLIC, query, &headers).await
}

async fn file(
    offline: &Arc<Offline>,
    kind: Kind,
    class: Class,
    mut query: Parameters,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    query.finish()?;
    // Made once for all devices, and fetched over weak networks: the smallest.
    let coding = Coding::accepted(headers.get(header::ACCEPT_ENCODING), Coding::Brotli);
    let file = offline.shelf.get(offline, kind, class, coding.unwrap_or(Coding::Gzip)).await?;
    let file = file.ok_or_else(|| Problem::not_found(&Absent::Roads))?;
    let known: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    let (mut response, tag) = if etag::is_known(&known, &file.ready.tag) {
        (StatusCode::NOT_MODIFIED.into_response(), &file.ready.tag)
    } else if let Some(coding) = coding {
        let coding = [(header::CONTENT_ENCODING, coding.name())];
        ((coding, file.ready.body.clone()).into_response(), &file.ready.coded_tag)
    } else {
        let content = unpack_gzip(&file.ready.body).map_err(|error| Problem::internal(&error))?;
        (Bytes::from(content).into_response(), &file.ready.tag)
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    out.insert(header::ETAG, tag.clone());
    out.insert(header::CACHE_CONTROL, cache_control(class.widest()));
    out.insert(header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept-Encoding"));
    Ok(response)
}

/// `/api/device/changes?since=`: every source of water that has changed, as it is now, and those that are gone.
async fn changes(
    State(offline): State<Arc<Offline>>,
    caller: Caller,
    mut query: Parameters,
) -> Result<Response, Problem> {
    let since = query.value::<DeviceCursor>("since");
    query.finish()?;
    let Some(since) = since else { return Err(Problem::parameter("since", &Wrong::Cursor { is_given: false })) };
    let class = Class::of(&caller, &offline.catalogue);
    if (since.class, since.edition) != (class, offline.edition) {
        return Err(gone(&Trouble::CopyOfOthers));
    }
    let replayed = replay(&offline.events, &since.journal).await?;
    let (changes, reached) = match replayed {
        Replay::Changes { changes, reached } => (changes, reached),
        Replay::TooMany => return Err(gone(&Trouble::CopyTooOld)),
        Replay::Foreign => return Err(gone(&Trouble::CopyForeign)),
    };
    let mut touched: BTreeMap<(usize, FeatureId), i64> = BTreeMap::new();
    for change in &changes {
        let name = &offline.catalogue.collections()[change.collection].name;
        if let Some(nth) = COLLECTIONS.iter().position(|water| water == name) {
            let version = touched.entry((nth, change.id)).or_default();
            *version = change.version.max(*version);
        }
    }
    let (states, deleted) = states(&offline, class, &touched);
    let head = json!({
        "cursor": DeviceCursor { journal: reached, ..since }.to_string(),
        "time": format_instant(offline.clock.now()),
        "deleted": deleted,
    });
    let mut body = head.to_string().into_bytes();
    body.pop();
    body.extend_from_slice(b",\"collections\":");
    body.extend_from_slice(&states);
    body.push(b'}');
    Ok(dressed(class, body))
}

/// The present state of features, by collection, and those that are not there any more.
fn states(offline: &Offline, class: Class, touched: &BTreeMap<(usize, FeatureId), i64>) -> (Vec<u8>, Vec<Json>) {
    let mut out = vec![b'['];
    let mut deleted = Vec::new();
    for (nth, name) in COLLECTIONS.iter().enumerate() {
        let Some((snapshot, sees)) = offline.index.snapshot_of(name).zip(class.sees(nth)) else { continue };
        let mut present: Vec<&Stored> = Vec::new();
        for ((_, id), version) in touched.iter().filter(|((collection, _), _)| *collection == nth) {
            match snapshot.get(*id) {
                Some(stored) => present.push(stored),
                None => deleted.push(json!({ "collection": name, "id": id, "version": version })),
            }
        }
        if !present.is_empty() {
            if out.len() > 1 {
                out.push(b',');
            }
            columns::write(snapshot.collection(), sees, &present, false, &mut out);
        }
    }
    out.push(b']');
    (out, deleted)
}

fn cursor(offline: &Offline, class: Class) -> Result<DeviceCursor, Problem> {
    let journal = offline.index.cursor().ok_or_else(Problem::loading)?;
    Ok(DeviceCursor { class, edition: offline.edition, journal })
}

/// 410: the copy cannot be brought up to date and has to be taken anew.
fn gone(why: &Trouble) -> Problem {
    Problem::of(ProblemKind::CursorGone, why)
}

fn fresh(class: Class, document: &Json) -> Response {
    dressed(class, document.to_string().into_bytes())
}

fn dressed(class: Class, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(JSON)),
        (header::CACHE_CONTROL, cache_control(class.widest())),
        (header::VARY, HeaderValue::from_static("Authorization, Cookie, Accept-Encoding")),
    ];
    (headers, body).into_response()
}
