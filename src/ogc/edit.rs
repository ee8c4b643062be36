//! Creating, replacing, updating and deleting one feature (OGC 20-002r1).
//!
//! Thin: the headers say which version, which CRS and why; [`crate::editing`] decides and does.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::items::query::ItemsQuery;
use super::items::{tag_of, write};
use super::layer::{self, Layer};
use super::link::link;
use super::{Ogc, precondition};
use crate::collection::Faults;
use crate::editing::{Edit, EditOutcome, Operation, Outcome, Precondition};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::http::answer::{GEOJSON, cache_control};
use crate::http::body::{FEATURE_TYPES, PATCH_TYPES, body_crs, read_json, reason};
use crate::http::problem::written;
use crate::http::{Absent, Answer, Ask, Parameters, Path, Problem, ProblemKind};
use crate::identity::{Action, Caller, Fields, Subject};
use crate::index::Snapshot;
use crate::proposals::accepted;

/// What may be done where nothing may be changed.
const READING: &str = "GET, HEAD, OPTIONS";

/// The number of the changeset an edit became; what undoing needs.
const CHANGESET: HeaderName = HeaderName::from_static("geokontor-changeset");

/// The properties that the caller may change, and `geometry`, apart by commas.
const PROPERTIES: HeaderName = HeaderName::from_static("geokontor-properties");

/// `POST /ogc/collections/{collection}/items`
pub async fn create(
    State(ogc): State<Arc<Ogc>>,
    Path(name): Path<String>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let edit = SingleEdit::permitted(&ogc, &ask, &headers, &name, Action::Create)?;
    let feature = edit.read(body, FEATURE_TYPES).await?;
    edit.make(Operation::Create { feature }, StatusCode::CREATED).await
}

/// `PUT /ogc/collections/{collection}/items/{id}`
pub async fn replace(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let edit = SingleEdit::permitted(&ogc, &ask, &headers, &name, Action::Edit)?;
    let (id, precondition) = edit.target(&id)?;
    let feature = edit.read(body, FEATURE_TYPES).await?;
    edit.make(Operation::Replace { id, precondition, feature }, StatusCode::OK).await
}

/// `PATCH /ogc/collections/{collection}/items/{id}`
pub async fn patch(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let edit = SingleEdit::permitted(&ogc, &ask, &headers, &name, Action::Edit)?;
    let (id, precondition) = edit.target(&id)?;
    let patch = edit.read(body, PATCH_TYPES).await?;
    edit.make(Operation::Patch { id, precondition, patch }, StatusCode::OK).await
}

/// `DELETE /ogc/collections/{collection}/items/{id}`
pub async fn delete(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let edit = SingleEdit::permitted(&ogc, &ask, &headers, &name, Action::Delete)?;
    let (id, precondition) = edit.target(&id)?;
    edit.make(Operation::Delete { id, precondition }, StatusCode::NO_CONTENT).await
}

/// An edit of one feature on its way from the request to the editor.
struct SingleEdit<'a> {
    ogc: &'a Ogc,
    ask: &'a Ask,
    headers: &'a HeaderMap,
    snapshot: Arc<Snapshot>,
}

impl<'a> SingleEdit<'a> {
    /// For a caller who may edit the collection at all: whoever may not is told before the input is looked at.
    fn permitted(
        ogc: &'a Ogc,
        ask: &'a Ask,
        headers: &'a HeaderMap,
        collection: &str,
        action: Action,
    ) -> Result<Self, Problem> {
        let snapshot = match Layer::find(ogc, &ask.caller, collection)? {
            Layer { snapshot, part: None, .. } => snapshot,
            _ => return Err(read_only(ogc, &ask.caller, collection)),
        };
        ask.caller.may(action, &Subject::of(snapshot.collection()))?;
        Parameters::parse(&ask.query).finish()?;
        Ok(Self { ogc, ask, headers, snapshot })
    }

    /// The feature that is meant, and which state of it the caller has seen.
    fn target(&self, id: &str) -> Result<(FeatureId, Precondition), Problem> {
        let collection = &self.snapshot.collection().name;
        let unknown = || Problem::not_found(&Absent::Feature { collection, id });
        let id: FeatureId = id.parse().map_err(|_| unknown())?;
        let current = self.snapshot.get(id).map(|stored| stored.version);
        Ok((id, precondition::of(self.headers, current, self.ogc.tag_edition())))
    }

    async fn read(&self, body: Body, types: &[&str]) -> Result<serde_json::Value, Problem> {
        read_json(self.headers, body, types, self.ogc.body_limit).await
    }

    async fn make(&self, operation: Operation, done: StatusCode) -> Result<Response, Problem> {
        let (crs, reason) = (body_crs(self.headers)?, reason(self.headers)?);
        let collection = self.snapshot.collection().name.clone();
        let edits = vec![Edit { collection: collection.clone(), operation }];
        let outcome = self.ogc.editor.commit(&self.ask.caller, &reason, crs, edits).await?;
        match outcome {
            Outcome::Made(outcome) => answer(self.ogc, self.ask, &collection, &outcome, done),
            Outcome::Waits(proposal) => accepted(&self.ogc.editor, self.ask, &proposal).await,
        }
    }
}

/// `OPTIONS /ogc/collections/{collection}/items`: what this caller may do now, and what of features they may change somewhere.
pub async fn options_of_items(
    State(ogc): State<Arc<Ogc>>,
    Path(name): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let layer = Layer::find(&ogc, &ask.caller, &name)?;
    let subject = Subject::of(layer.snapshot.collection());
    let may = layer.part.is_none() && ask.caller.may(Action::Create, &subject).is_ok();
    let methods = if may { "GET, HEAD, OPTIONS, POST" } else { READING };
    Ok(options(methods, &changeable(&ask.caller, &subject, &layer)))
}

/// `OPTIONS /ogc/collections/{collection}/items/{id}`: what this caller may do with this feature now.
pub async fn options_of_item(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    let layer = Layer::find(&ogc, &ask.caller, &name)?;
    let stored = layer.feature(&id)?;
    let spot = ogc.editor.whereabouts.now().spot(stored.shape.geometry().as_deref());
    let subject = Subject::of(layer.snapshot.collection()).at(&spot);
    let may = |action| layer.part.is_none() && ask.caller.may(action, &subject).is_ok();
    let methods = match (may(Action::Edit), may(Action::Delete)) {
        (true, true) => "GET, HEAD, OPTIONS, PUT, PATCH, DELETE",
        (true, false) => "GET, HEAD, OPTIONS, PUT, PATCH",
        (false, true) => "GET, HEAD, OPTIONS, DELETE",
        (false, false) => READING,
    };
    Ok(options(methods, &changeable(&ask.caller, &subject, &layer)))
}

/// What of a feature the caller may change: the names of visible properties, and `geometry`. Nothing of a part.
fn changeable<'a>(caller: &Caller, subject: &Subject<'_>, layer: &'a Layer) -> Vec<&'a str> {
    let may = |fields| layer.part.is_none() && caller.may(Action::Edit, &subject.changing(fields)).is_ok();
    let collection = layer.snapshot.collection();
    let properties = collection
        .visible(layer.visibility)
        .filter(|(k, _)| may(Fields { properties: 1 << k, geometry: false }))
        .map(|(_, property)| property.name.as_str());
    let geometry = may(Fields { properties: 0, geometry: true }).then_some("geometry");
    properties.chain(geometry).collect()
}

/// 405 for an edit of a part.
fn read_only(ogc: &Ogc, caller: &Caller, name: &str) -> Problem {
    Problem { kind: ProblemKind::MethodNotAllowed, ..layer::unknown(ogc, caller, name) }
        .hinting(header::ALLOW, HeaderValue::from_static(READING))
}

fn options(allowed: &'static str, properties: &[&str]) -> Response {
    let headers = [
        (header::ALLOW, HeaderValue::from_static(allowed)),
        (HeaderName::from_static("accept-patch"), HeaderValue::from_static("application/merge-patch+json")),
        (header::VARY, HeaderValue::from_static("Authorization, Cookie")),
    ];
    let mut response = (StatusCode::OK, headers).into_response();
    let named = (!properties.is_empty()).then(|| HeaderValue::from_str(&properties.join(", ")).ok()).flatten();
    response.headers_mut().extend(named.map(|names| (PROPERTIES, names)));
    response
}

/// The feature as it is now, with its new tag and what is hardly so of it (`warnings`); without content if it is gone. Where
/// nothing was changed, because it was so already, no changeset is named.
pub fn answer(
    ogc: &Ogc,
    ask: &Ask,
    name: &str,
    outcome: &EditOutcome,
    status: StatusCode,
) -> Result<Response, Problem> {
    let changeset = outcome.changeset.map(|number| (CHANGESET, HeaderValue::from(number)));
    let Some((id, Some(version))) = outcome.features.first().copied() else {
        let mut response = status.into_response();
        response.headers_mut().extend(changeset);
        return Ok(response);
    };
    let Layer { snapshot, visibility, .. } = Layer::find(ogc, &ask.caller, name)?;
    let href = ask.url(&format!("/ogc/collections/{name}/items/{id}"));
    let mut response = match snapshot.get(id) {
        Some(stored) if stored.version == version => {
            let links = vec![link(href.clone(), "self", GEOJSON, "The feature")];
            let mut body = write::feature(&snapshot, stored, ask, links, &ItemsQuery::everything(), visibility)?;
            warn(ogc, ask, &outcome.warnings, &mut body);
            Answer::new(GEOJSON, body).with_status(status).seen_by(visibility).in_crs(Crs::CRS84).into_response()
        }
        // Somebody has changed it again meanwhile: what was made is told, not shown.
        _ => (status, [(header::CACHE_CONTROL, cache_control(visibility))]).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag_of(ogc, ask, visibility, Crs::CRS84, version));
    headers.extend(changeset);
    if status == StatusCode::CREATED {
        headers.extend(HeaderValue::from_str(&href).ok().map(|href| (header::LOCATION, href)));
    }
    Ok(response)
}

/// Adds the warnings to a feature, where there are any, as a member of its own (RFC 7946, 6.1).
fn warn(ogc: &Ogc, ask: &Ask, warnings: &Faults, feature: &mut Vec<u8>) {
    if warnings.is_empty() {
        return;
    }
    // The feature's brace is opened again.
    feature.pop();
    let told = written(warnings, &ogc.texts, ask.language);
    feature.extend_from_slice(format!(",\"warnings\":{}}}", json!(told)).as_bytes());
}
