//! What all routes of upkeep share, `/api/checklists` and `/api/upkeep/due`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Serialize;

use super::due::{self, Due};
use super::object::{Seen, Span};
use super::{Refusal, Upkeep, UpkeepError, describe};
use crate::accounts::body::Body;
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::etag::IfMatch;
use crate::http::{Gate, Needs, Operation, Parameters, Problem, Routes, Wrong as WrongParameter};
use crate::identity::{Action, Area, Caller};

/// Bytes of a body: the longest remark, and an answer to every item.
const MOST_BYTES: usize = 64 * 1024;
/// Records, or objects that are due, that are told when nothing is asked for, and at most.
pub const USUAL: usize = 100;
pub const MOST: usize = 1_000;
/// Days ahead that are looked at for what is due, when nothing is asked for, and at most.
const DAYS: usize = 30;
const MOST_DAYS: usize = 3_660;

pub type Shared = State<Arc<Upkeep>>;

impl FromRef<Arc<Upkeep>> for Gate {
    fn from_ref(domain: &Arc<Upkeep>) -> Self {
        domain.gate.clone()
    }
}

/// The routes of check lists and of what is due.
pub fn add(routes: Routes<Arc<Upkeep>>) -> Routes<Arc<Upkeep>> {
    const NEEDS: Needs = Needs::Action(Action::Read);
    routes
        .route(Operation::get("checklists", "/api/checklists", NEEDS).described(describe::checklists), checklists)
        .route(Operation::get("upkeep_due", "/api/upkeep/due", NEEDS).described(describe::due), due)
}

async fn checklists(State(upkeep): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    parameters.finish()?;
    let readable = upkeep.readable(&caller);
    let is_seen = |name: &str| readable.iter().any(|collection| collection.name == name);
    let checklists = upkeep.checklists.iter().filter(|list| is_seen(&list.collection)).map(|list| (**list).clone());
    Ok(private(Json(describe::ChecklistList {
        checklists: checklists.collect(),
        codes: describe::Codes::of(&upkeep.words),
    })))
}

async fn due(State(upkeep): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let area = area(&upkeep, &mut parameters);
    let collections = collections(&upkeep, &caller, &mut parameters);
    let days = parameters.clamped("within_days", 0, MOST_DAYS).unwrap_or(DAYS);
    let most = parameters.clamped("limit", 1, MOST).unwrap_or(USUAL);
    parameters.finish()?;
    let mut all: Vec<Due> = Vec::new();
    for collection in &collections {
        all.extend(due::of(&upkeep, collection, area.as_ref(), days as u64));
    }
    all.sort_by(|one, other| (one.due_on, &one.reference, one.id).cmp(&(other.due_on, &other.reference, other.id)));
    let total = all.len();
    all.truncate(most);
    Ok(private(Json(due::DueList { objects: all, total })))
}

/// The members of a body.
pub async fn read(headers: &HeaderMap, body: HttpBody) -> Result<Body, Problem> {
    Ok(Body::of(read_json(headers, body, JSON_TYPES, MOST_BYTES).await?))
}

/// A record that was made, or was there already.
pub fn made(is_new: bool, record: impl Serialize) -> Response {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    (status, private(Json(record))).into_response()
}

/// The version that `If-Match` names.
pub fn seen(headers: &HeaderMap) -> Seen {
    match IfMatch::of(headers) {
        IfMatch::Absent => Seen::Nothing,
        IfMatch::Any => Seen::Any,
        IfMatch::Tags(tags) => Seen::Versions(tags.iter().map(|tag| tag.version).collect()),
    }
}

/// Which records are asked for by `collection`, `object`, `organisation` (whose area they lie in), `from`, `to` and `limit`.
///
/// # Errors
/// What is wrong with the parameters, and an object that is not there or whose records the caller may not see.
pub fn span(upkeep: &Upkeep, caller: &Caller, mut parameters: Parameters) -> Result<Span, Problem> {
    let area = area(upkeep, &mut parameters);
    let collections = collections(upkeep, caller, &mut parameters);
    let object = parameters.id("object");
    let (from, to) = (day(&mut parameters, "from"), day(&mut parameters, "to"));
    let most = parameters.clamped("limit", 1, MOST).unwrap_or(USUAL);
    if object.is_some() && parameters.text("collection").is_none() {
        parameters.fault("object", &super::Wrong::CollectionToo);
    }
    parameters.finish()?;
    let objects = match (object, area) {
        (Some(id), _) => {
            let name = collections.first().map(|collection| collection.name.as_str()).unwrap_or_default();
            Some(vec![upkeep.read_object(caller, name, id)?.id.0])
        }
        (None, Some(area)) => Some(due::within(upkeep, &collections, &area)),
        (None, None) => None,
    };
    let collections = collections.iter().map(|collection| collection.name.clone()).collect();
    Ok(Span { collections, objects, from, to, most })
}

/// The collections that are asked about: one, or all whose records the caller may see.
fn collections(
    upkeep: &Upkeep,
    caller: &Caller,
    parameters: &mut Parameters,
) -> Vec<Arc<crate::collection::Collection>> {
    let readable = upkeep.readable(caller);
    let Some(wanted) = parameters.take("collection") else { return readable };
    let named: Vec<_> = readable.iter().filter(|collection| collection.name == wanted).cloned().collect();
    if named.is_empty() {
        let words: Vec<&str> = readable.iter().map(|collection| collection.name.as_str()).collect();
        parameters.wrong("collection", &WrongParameter::Choice { words: &words });
    }
    named
}

/// Where the organisation that is asked about works; `None` for the whole district.
fn area(upkeep: &Upkeep, parameters: &mut Parameters) -> Option<Area> {
    let id = parameters.id("organisation")?;
    let organisation = upkeep.directory.organisation(id);
    if organisation.is_none() {
        parameters.fault("organisation", &Refusal::NoOrganisation);
    }
    upkeep.directory.area_of(&organisation?)
}

fn day(parameters: &mut Parameters, name: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(parameters.text(name)?, "%Y-%m-%d").ok();
    if day.is_none() {
        parameters.fault(name, &super::Wrong::NoDay);
    }
    day
}

/// What a body says is wrong.
pub fn invalid(faults: crate::texts::Faults) -> Problem {
    UpkeepError::Invalid(faults).into()
}
