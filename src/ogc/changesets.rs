//! Many edits in one transaction, and what was done before: `/api/changesets`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json, json};

use super::history;
use crate::app::App;
use crate::collection::{Fault, Visibility};
use crate::editing::{Edit, EditError, EditOutcome, Operation, Precondition};
use crate::feature::crs::Crs;
use crate::feature::value::format_instant;
use crate::http::answer::{JSON, cache_control};
use crate::http::body::{JSON_TYPES, check_reason, read_json};
use crate::http::{Answer, Ask, Parameters, Path, Problem};
use crate::identity::{Caller, Denied};
use crate::store::history::ChangesetSummary;

/// Edits of one changeset: more belong into an import.
const MAX_EDITS: usize = 1_000;
/// Changesets, or entries of one, that an answer lists when nothing is asked for, and at most.
const DEFAULT_LIMIT: i64 = 100;
const MAXIMUM_LIMIT: i64 = 1_000;

/// `POST /api/changesets`
pub async fn create(
    State(app): State<Arc<App>>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    may_edit_anything(&app, &ask.caller)?;
    Parameters::parse(&ask.query).finish()?;
    let input = read_json(&headers, body, JSON_TYPES, app.config.body_limit).await?;
    let Changeset { reason, crs, edits } = read_changeset(input).map_err(Problem::invalid)?;
    let collections: Vec<String> = edits.iter().map(|edit| edit.collection.clone()).collect();
    let patches: Vec<bool> = edits.iter().map(|edit| matches!(edit.operation, Operation::Patch { .. })).collect();
    let done = app.editor.commit(&ask.caller, &reason, crs, edits).await;
    let outcome = done.map_err(|error| Problem::from(placed(error, &patches)))?;
    created(&ask, &outcome, Some(&collections))
}

/// `GET /api/changesets`, the newest first; `before` is the id of the last one seen.
pub async fn latest(State(app): State<Arc<App>>, ask: Ask) -> Result<Answer, Problem> {
    // What was done may concern any collection.
    for collection in app.catalogue.collections() {
        ask.caller.may_read_staff(&collection.name)?;
    }
    let (before, limit) = portion(&ask)?;
    let found = app.store.changesets(before, limit + 1).await?;
    let shown = &found[..found.len().min(limit as usize)];
    let mut answer = json!({ "changesets": shown.iter().map(|one| summary(&ask, one)).collect::<Vec<_>>() });
    if let (true, Some(last)) = (found.len() > shown.len(), shown.last()) {
        answer["next"] = json!(ask.this_with(&[("before", &last.id.to_string())]));
    }
    Ok(Answer::new(JSON, answer.to_string()).seen_by(Visibility::Staff))
}

/// `GET /api/changesets/{id}`: what it changed, the last change first.
pub async fn one(State(app): State<Arc<App>>, Path(id): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    may_read_anything(&app, &ask.caller)?;
    let id = changeset_id(&id)?;
    let (before, limit) = portion(&ask)?;
    let found = app.store.changeset(id).await?.ok_or_else(|| unknown(id))?;
    let entries = app.store.changeset_entries_before(id, before, limit + 1).await?;
    for entry in &entries {
        ask.caller.may_read_staff(&entry.collection)?;
    }
    let shown = &entries[..entries.len().min(limit as usize)];
    let mut body = summary(&ask, &found).to_string().into_bytes();
    // The summary is an object: its brace is opened again for the changes.
    body.pop();
    if let (true, Some(last)) = (entries.len() > shown.len(), shown.last()) {
        let next = ask.this_with(&[("before", &last.sequence.to_string())]);
        body.extend_from_slice(format!(",\"next\":{}", json!(next)).as_bytes());
    }
    body.extend_from_slice(b",\"changes\":");
    history::write_entries(&app, shown, Crs::CRS84, &mut body)?;
    body.push(b'}');
    Ok(Answer::new(JSON, body).seen_by(Visibility::Staff))
}

/// `POST /api/changesets/{id}/undo`
pub async fn undo(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    may_edit_anything(&app, &ask.caller)?;
    Parameters::parse(&ask.query).finish()?;
    let id = changeset_id(&id)?;
    let input = read_json(&headers, body, JSON_TYPES, app.config.body_limit).await?;
    let mut faults = Vec::new();
    let mut object = Object::new(input, String::new(), &mut faults);
    let reason = object.reason();
    object.end();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let outcome = app.editor.undo(&ask.caller, id, &reason).await?;
    created(&ask, &outcome, None)
}

fn created(ask: &Ask, outcome: &EditOutcome, collections: Option<&[String]>) -> Result<Response, Problem> {
    let features: Vec<Json> = outcome
        .features
        .iter()
        .enumerate()
        .map(|(n, (id, version))| {
            let mut feature = json!({ "id": id, "version": version });
            if let Some(collection) = collections.and_then(|collections| collections.get(n)) {
                feature["collection"] = json!(collection);
            }
            feature
        })
        .collect();
    let href = ask.url(&format!("/api/changesets/{}", outcome.changeset));
    let body = json!({ "id": outcome.changeset, "at": format_instant(outcome.at), "features": features });
    let mut response = Answer::new(JSON, body.to_string()).with_status(StatusCode::CREATED).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache_control(Visibility::Staff));
    headers.extend(HeaderValue::from_str(&href).ok().map(|href| (header::LOCATION, href)));
    Ok(response)
}

fn summary(ask: &Ask, changeset: &ChangesetSummary) -> Json {
    json!({
        "id": changeset.id,
        "kind": changeset.kind,
        "actor": changeset.actor,
        "reason": changeset.reason,
        "at": format_instant(changeset.at),
        "href": ask.url(&format!("/api/changesets/{}", changeset.id)),
    })
}

fn portion(ask: &Ask) -> Result<(i64, i64), Problem> {
    let mut query = Parameters::parse(&ask.query);
    let before = query.value::<i64>("before").unwrap_or(i64::MAX);
    let limit = query.value::<u32>("limit").map_or(DEFAULT_LIMIT, |limit| i64::from(limit).clamp(1, MAXIMUM_LIMIT));
    query.finish()?;
    Ok((before, limit))
}

fn changeset_id(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(format!("There is no changeset '{text}'.")))
}

fn unknown(id: i64) -> Problem {
    EditError::UnknownChangeset(id).into()
}

/// Whoever may edit nothing learns nothing about their input.
fn may_edit_anything(app: &App, caller: &Caller) -> Result<(), Denied> {
    any(app, |collection| caller.may_edit(collection))
}

fn may_read_anything(app: &App, caller: &Caller) -> Result<(), Denied> {
    any(app, |collection| caller.may_read_staff(collection))
}

fn any(app: &App, may: impl Fn(&str) -> Result<(), Denied>) -> Result<(), Denied> {
    let mut refusal = None;
    for collection in app.catalogue.collections() {
        match may(&collection.name) {
            Ok(()) => return Ok(()),
            Err(denied) => refusal = refusal.or(Some(denied)),
        }
    }
    refusal.map_or(Ok(()), Err)
}

/// Faults with pointers into the changeset: the editor leaves the place of a single edit out, and calls a patch a feature.
fn placed(error: EditError, patches: &[bool]) -> EditError {
    let EditError::Invalid(mut faults) = error else { return error };
    for fault in &mut faults.0 {
        if patches.len() == 1 {
            fault.pointer = format!("/edits/0/feature{}", fault.pointer);
        }
        for (n, _) in patches.iter().enumerate().filter(|(_, is_patch)| **is_patch) {
            if let Some(rest) = fault.pointer.strip_prefix(&format!("/edits/{n}/feature")) {
                fault.pointer = format!("/edits/{n}/patch{rest}");
            }
        }
    }
    EditError::Invalid(faults)
}

struct Changeset {
    reason: String,
    crs: Crs,
    edits: Vec<Edit>,
}

fn read_changeset(input: Json) -> Result<Changeset, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut object = Object::new(input, String::new(), &mut faults);
    let reason = object.reason();
    let crs = object.text("crs").map(|text| text.parse::<Crs>());
    let edits = object.take("edits");
    object.end();
    let crs = match crs {
        None => Crs::CRS84,
        Some(Ok(crs)) => crs,
        Some(Err(error)) => {
            faults.push(Fault::new("/crs", "crs", error.to_string()));
            Crs::CRS84
        }
    };
    let edits = match edits {
        Some(Json::Array(edits)) if (1..=MAX_EDITS).contains(&edits.len()) => edits,
        _ => {
            faults.push(Fault::new("/edits", "type", format!("a list of 1 to {MAX_EDITS} edits is expected")));
            Vec::new()
        }
    };
    let edits: Vec<Edit> = edits
        .into_iter()
        .enumerate()
        .filter_map(|(n, edit)| read_edit(edit, format!("/edits/{n}"), &mut faults))
        .collect();
    if faults.is_empty() { Ok(Changeset { reason, crs, edits }) } else { Err(faults) }
}

fn read_edit(input: Json, pointer: String, faults: &mut Vec<Fault>) -> Option<Edit> {
    let mut object = Object::new(input, pointer, faults);
    let collection = object.required("collection");
    let operation = object.required("operation")?;
    let operation = match operation.as_str() {
        "create" => Operation::Create { feature: object.required_value("feature")? },
        "replace" | "patch" | "delete" => {
            let id = object.required("id").and_then(|text| match text.parse() {
                Ok(id) => Some(id),
                Err(error) => {
                    object.fault("id", format!("{error}"));
                    None
                }
            });
            let precondition = object.precondition();
            match operation.as_str() {
                "replace" => {
                    let feature = object.required_value("feature");
                    Operation::Replace { id: id?, precondition, feature: feature? }
                }
                "patch" => {
                    let patch = object.required_value("patch");
                    Operation::Patch { id: id?, precondition, patch: patch? }
                }
                _ => Operation::Delete { id: id?, precondition },
            }
        }
        other => {
            object.fault("operation", format!("'{other}' is not one of create, replace, patch, delete"));
            return None;
        }
    };
    object.end();
    Some(Edit { collection: collection?, operation })
}

/// An object of the input whose members are taken one by one; what is left over is a fault.
struct Object<'f> {
    members: Map<String, Json>,
    pointer: String,
    faults: &'f mut Vec<Fault>,
}

impl<'f> Object<'f> {
    fn new(input: Json, pointer: String, faults: &'f mut Vec<Fault>) -> Self {
        let members = match input {
            Json::Object(members) => members,
            _ => {
                faults.push(Fault::new(pointer.clone(), "type", "an object is expected"));
                Map::new()
            }
        };
        Self { members, pointer, faults }
    }

    fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(Fault::new(format!("{}/{name}", self.pointer), "invalid", message));
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.members.shift_remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Json::String(text) => Some(text),
            _ => {
                self.fault(name, "a text is expected");
                None
            }
        }
    }

    fn required_value(&mut self, name: &str) -> Option<Json> {
        let value = self.take(name);
        if value.is_none() {
            self.fault(name, format!("'{name}' is missing"));
        }
        value
    }

    fn required(&mut self, name: &str) -> Option<String> {
        if self.members.get(name).is_none_or(Json::is_null) {
            self.fault(name, format!("'{name}' is missing"));
            return None;
        }
        self.text(name)
    }

    fn reason(&mut self) -> String {
        let Some(text) = self.required("reason") else { return String::new() };
        check_reason(&text).unwrap_or_else(|message| {
            self.fault("reason", message);
            String::new()
        })
    }

    /// `version`: the number the author has seen, or `"*"` for whatever it is now.
    fn precondition(&mut self) -> Precondition {
        match self.take("version") {
            None => Precondition::Missing,
            Some(Json::String(any)) if any == "*" => Precondition::Any,
            Some(number) => match number.as_i64() {
                Some(version) => Precondition::Version(version),
                None => {
                    self.fault("version", "a whole number is expected: the version that was read, or \"*\" for any");
                    Precondition::Missing
                }
            },
        }
    }

    fn end(self) {
        for name in self.members.keys() {
            let message = format!("'{name}' is not known here");
            self.faults.push(Fault::new(format!("{}/{name}", self.pointer), "unknown-member", message));
        }
    }
}

/// What a restoration is asked with: `{"version": 3, "reason": "…"}`.
pub fn read_restoration(input: Json) -> Result<(i64, String), Vec<Fault>> {
    let mut faults = Vec::new();
    let mut object = Object::new(input, String::new(), &mut faults);
    let reason = object.reason();
    let version = object.required_value("version").and_then(|version| {
        let number = version.as_i64();
        if number.is_none() {
            object.fault("version", "a whole number is expected");
        }
        number
    });
    object.end();
    match version {
        Some(version) if faults.is_empty() => Ok((version, reason)),
        _ => Err(faults),
    }
}
