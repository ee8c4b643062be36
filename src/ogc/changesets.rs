//! Many edits in one transaction, and what was done before: `/api/changesets`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::changeset_input::{read_changeset, read_reason};
use super::collections::snapshot;
use super::history;
use super::layer::known;
use crate::collection::Visibility;
use crate::editing::{EditError, EditOutcome, Outcome};
use crate::feature::crs::Crs;
use crate::feature::value::format_instant;
use crate::http::answer::{JSON, cache_control};
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::problem::written;
use crate::http::{Absent, Answer, Ask, Parameters, Path, Problem};
use crate::identity::organisations::store::actors_of;
use crate::identity::{Action, Caller};
use crate::ogc::Ogc;
use crate::proposals::accepted;
use crate::store::StoreError;
use crate::store::history::{ChangesetSummary, Listed, Past, Wanted};

/// Changesets, or entries of one, that an answer lists when nothing is asked for, and at most.
const DEFAULT_LIMIT: usize = 100;
const MAXIMUM_LIMIT: usize = 1_000;

/// `POST /api/changesets`
pub async fn create(
    State(ogc): State<Arc<Ogc>>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let input = read_json(&headers, body, JSON_TYPES, ogc.body_limit).await?;
    let changeset = read_changeset(input).map_err(Problem::invalid)?;
    let collections: Vec<String> = changeset.edits.iter().map(|(_, edit)| edit.collection.clone()).collect();
    match ogc.editor.commit_changeset(&ask.caller, changeset).await? {
        Outcome::Made(outcome) => created(&ogc, &ask, &outcome, Some(&collections)),
        Outcome::Waits(proposal) => accepted(&ogc.editor, &ask, &proposal).await,
    }
}

/// `GET /api/changesets`, those of which the caller may see anything, the newest first; `before` is the id of the last one
/// seen.
pub async fn latest(State(ogc): State<Arc<Ogc>>, ask: Ask) -> Result<Answer, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let organisation = query.id("organisation");
    let wanted = Wanted {
        domain: query.take("domain"),
        collection: collection(&ogc, &ask, &mut query),
        actors: None,
        since: query.instant("since"),
        until: query.instant("until"),
    };
    let (before, limit) = portion(query)?;
    let wanted = Wanted { actors: actors(&ogc, organisation).await?, ..wanted };
    let past = past(&ogc, &ask.caller);
    let found = ogc.store.changesets(&past, &wanted, before, limit + 1).await?;
    let shown = &found[..found.len().min(limit as usize)];
    let listed = |one: &Listed| {
        let mut summary = summary(&ask, &one.summary);
        summary["features"] = json!(one.features);
        summary
    };
    let mut answer = json!({ "changesets": shown.iter().map(listed).collect::<Vec<_>>() });
    if let (true, Some(last)) = (found.len() > shown.len(), shown.last()) {
        answer["next"] = json!(ask.this_with(&[("before", &last.summary.id.to_string())]));
    }
    Ok(Answer::new(JSON, answer.to_string()).seen_by(Visibility::Staff))
}

/// `GET /api/changesets/{id}`: what it changed as far as the caller may see it, the last change first.
pub async fn one(State(ogc): State<Arc<Ogc>>, Path(id): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    let id = changeset_id(&id)?;
    let (before, limit) = portion(Parameters::parse(&ask.query))?;
    let past = past(&ogc, &ask.caller);
    let found = ogc.store.visible_changeset(id, &past).await?.ok_or_else(|| unknown(id))?;
    let entries = ogc.store.changeset_entries_before(id, &past, before, limit + 1).await?;
    let shown = &entries[..entries.len().min(limit as usize)];
    let mut body = summary(&ask, &found).to_string().into_bytes();
    // The summary is an object: its brace is opened again for the changes.
    body.pop();
    if let (true, Some(last)) = (entries.len() > shown.len(), shown.last()) {
        let next = ask.this_with(&[("before", &last.sequence.to_string())]);
        body.extend_from_slice(format!(",\"next\":{}", json!(next)).as_bytes());
    }
    body.extend_from_slice(b",\"changes\":");
    history::write_entries(&ogc, &ask.caller, shown, Crs::CRS84, &mut body)?;
    body.push(b'}');
    Ok(Answer::new(JSON, body).seen_by(Visibility::Staff))
}

/// `POST /api/changesets/{id}/undo`
pub async fn undo(
    State(ogc): State<Arc<Ogc>>,
    Path(id): Path<String>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let id = changeset_id(&id)?;
    let input = read_json(&headers, body, JSON_TYPES, ogc.body_limit).await?;
    let reason = read_reason(input).map_err(Problem::invalid)?;
    let outcome = ogc.editor.undo(&ask.caller, id, &reason).await?;
    created(&ogc, &ask, &outcome, None)
}

fn created(ogc: &Ogc, ask: &Ask, outcome: &EditOutcome, collections: Option<&[String]>) -> Result<Response, Problem> {
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
    let mut body = json!({ "id": outcome.changeset, "at": format_instant(outcome.at), "features": features });
    if !outcome.warnings.is_empty() {
        body["warnings"] = json!(written(&outcome.warnings, &ogc.texts, ask.language));
    }
    // Everything was so already: nothing was made.
    let status = if outcome.changeset.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = Answer::new(JSON, body.to_string()).with_status(status).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache_control(Visibility::Staff));
    let href = outcome.changeset.map(|id| ask.url(&format!("/api/changesets/{id}")));
    headers.extend(href.and_then(|href| HeaderValue::from_str(&href).ok()).map(|href| (header::LOCATION, href)));
    Ok(response)
}

fn summary(ask: &Ask, changeset: &ChangesetSummary) -> Json {
    let mut summary = json!({
        "id": changeset.id,
        "domain": changeset.domain,
        "kind": changeset.kind,
        "actor": changeset.actor,
        "reason": changeset.reason,
        "at": format_instant(changeset.at),
        "href": ask.url(&format!("/api/changesets/{}", changeset.id)),
    });
    if let Some(proposer) = &changeset.proposer {
        summary["proposer"] = json!(proposer);
    }
    summary
}

/// The collection that is named; one that the caller may not know of is like none.
fn collection(ogc: &Ogc, ask: &Ask, query: &mut Parameters) -> Option<String> {
    let name = query.take("collection")?;
    if snapshot(ogc, &ask.caller, &name).is_err() {
        query.fault("collection", &Absent::Collection { name: &name, known: known(ogc, &ask.caller) });
    }
    Some(name)
}

/// Who acts for the organisation that is named; `None` for anybody.
pub async fn actors(ogc: &Ogc, organisation: Option<Uuid>) -> Result<Option<Vec<i64>>, StoreError> {
    match organisation {
        Some(organisation) => Ok(Some(actors_of(&ogc.store, organisation).await?)),
        None => Ok(None),
    }
}

fn portion(mut query: Parameters) -> Result<(i64, i64), Problem> {
    let before = query.whole("before").unwrap_or(i64::MAX);
    // More are not refused but given in portions, as with features.
    let limit = query.clamped("limit", 1, MAXIMUM_LIMIT).unwrap_or(DEFAULT_LIMIT);
    query.finish()?;
    Ok((before, limit as i64))
}

fn changeset_id(text: &str) -> Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found(&Absent::Changeset { text }))
}

fn unknown(id: i64) -> Problem {
    EditError::UnknownChangeset { changeset: id }.into()
}

/// What of the past a caller may see: of a collection whoever reads it as staff, of records whoever administers the whole
/// district.
fn past(ogc: &Ogc, caller: &Caller) -> Past {
    let readable = ogc.catalogue.collections().iter().filter(|collection| caller.may_read_past(collection).is_ok());
    Past {
        collections: readable.map(|collection| collection.name.clone()).collect(),
        records: caller.could_everywhere(Action::Administer).is_ok(),
    }
}
