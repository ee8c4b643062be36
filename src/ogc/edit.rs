//! Creating, replacing, updating and deleting one feature (OGC 20-002r1).
//!
//! Thin: the headers say which version, which CRS and why; [`crate::editing`] decides and does.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::collections::snapshot;
use super::items::query::ItemsQuery;
use super::items::{tag_of, write};
use super::link::link;
use crate::app::App;
use crate::editing::{Edit, EditOutcome, Operation, Places};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::http::answer::{GEOJSON, cache_control};
use crate::http::body::{FEATURE_TYPES, PATCH_TYPES, body_crs, read_json, reason};
use crate::http::{Answer, Ask, Parameters, Path, Problem, etag};
use crate::index::Snapshot;

/// The number of the changeset an edit became; what undoing needs.
const CHANGESET: HeaderName = HeaderName::from_static("geokontor-changeset");

/// `POST /ogc/collections/{collection}/items`
pub async fn create(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let snapshot = permitted(&app, &ask, &name)?;
    let feature = read_json(&headers, body, FEATURE_TYPES, app.config.body_limit).await?;
    let outcome = commit(&app, &ask, &snapshot, &headers, Operation::Create { feature }).await?;
    answer(&app, &ask, &name, &outcome, StatusCode::CREATED)
}

/// `PUT /ogc/collections/{collection}/items/{id}`
pub async fn replace(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let snapshot = permitted(&app, &ask, &name)?;
    let id = feature_id(&name, &id)?;
    let feature = read_json(&headers, body, FEATURE_TYPES, app.config.body_limit).await?;
    let precondition = etag::precondition(&headers, snapshot.get(id).map(|stored| stored.version));
    let outcome = commit(&app, &ask, &snapshot, &headers, Operation::Replace { id, precondition, feature }).await?;
    answer(&app, &ask, &name, &outcome, StatusCode::OK)
}

/// `PATCH /ogc/collections/{collection}/items/{id}`
pub async fn patch(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let snapshot = permitted(&app, &ask, &name)?;
    let id = feature_id(&name, &id)?;
    let patch = read_json(&headers, body, PATCH_TYPES, app.config.body_limit).await?;
    let precondition = etag::precondition(&headers, snapshot.get(id).map(|stored| stored.version));
    let outcome = commit(&app, &ask, &snapshot, &headers, Operation::Patch { id, precondition, patch }).await?;
    answer(&app, &ask, &name, &outcome, StatusCode::OK)
}

/// `DELETE /ogc/collections/{collection}/items/{id}`
pub async fn delete(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = permitted(&app, &ask, &name)?;
    let id = feature_id(&name, &id)?;
    let precondition = etag::precondition(&headers, snapshot.get(id).map(|stored| stored.version));
    let outcome = commit(&app, &ask, &snapshot, &headers, Operation::Delete { id, precondition }).await?;
    Ok((StatusCode::NO_CONTENT, [(CHANGESET, HeaderValue::from(outcome.changeset))]).into_response())
}

/// `OPTIONS /ogc/collections/{collection}/items`: what this caller may do now.
pub async fn options_of_items(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    snapshot(&app, &name)?;
    let allowed = if ask.caller.may_edit(&name).is_ok() { "GET, HEAD, OPTIONS, POST" } else { "GET, HEAD, OPTIONS" };
    Ok(options(allowed))
}

/// `OPTIONS /ogc/collections/{collection}/items/{id}`: what this caller may do with this feature now.
pub async fn options_of_item(
    State(app): State<Arc<App>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<Response, Problem> {
    let snapshot = snapshot(&app, &name)?;
    let stored = super::items::find(&snapshot, &id)?;
    let places = Places::new(&app.index, &app.district);
    let municipality = stored.shape.geometry().and_then(|geometry| places.municipality(&geometry));
    let may = ask.caller.may_edit_in(&name, municipality.as_deref()).is_ok();
    Ok(options(if may { "GET, HEAD, OPTIONS, PUT, PATCH, DELETE" } else { "GET, HEAD, OPTIONS" }))
}

fn options(allowed: &'static str) -> Response {
    let headers = [
        (header::ALLOW, HeaderValue::from_static(allowed)),
        (HeaderName::from_static("accept-patch"), HeaderValue::from_static("application/merge-patch+json")),
        (header::VARY, HeaderValue::from_static("Authorization")),
    ];
    (StatusCode::OK, headers).into_response()
}

/// The collection, if the caller may edit it at all: whoever may not is told before the input is looked at.
fn permitted(app: &App, ask: &Ask, name: &str) -> Result<Arc<Snapshot>, Problem> {
    let snapshot = snapshot(app, name)?;
    ask.caller.may_edit(name)?;
    Parameters::parse(&ask.query).finish()?;
    Ok(snapshot)
}

fn feature_id(collection: &str, text: &str) -> Result<FeatureId, Problem> {
    text.parse().map_err(|_| Problem::not_found(format!("'{collection}' has no feature '{text}'.")))
}

async fn commit(
    app: &App,
    ask: &Ask,
    snapshot: &Snapshot,
    headers: &HeaderMap,
    operation: Operation,
) -> Result<EditOutcome, Problem> {
    let (crs, reason) = (body_crs(headers)?, reason(headers)?);
    let edit = Edit { collection: snapshot.collection().name.clone(), operation };
    Ok(app.editor.commit(&ask.caller, &reason, crs, vec![edit]).await?)
}

/// The feature as it is now, with its new tag.
pub fn answer(
    app: &App,
    ask: &Ask,
    name: &str,
    outcome: &EditOutcome,
    status: StatusCode,
) -> Result<Response, Problem> {
    let Some((id, Some(version))) = outcome.features.first().copied() else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let snapshot = snapshot(app, name)?;
    let visibility = ask.caller.visibility(name);
    let href = ask.url(&format!("/ogc/collections/{name}/items/{id}"));
    let mut response = match snapshot.get(id) {
        Some(stored) if stored.version == version => {
            let links = vec![link(href.clone(), "self", GEOJSON, "The feature")];
            let body = write::feature(&snapshot, stored, ask, links, &ItemsQuery::everything(), visibility)?;
            Answer::new(GEOJSON, body).with_status(status).seen_by(visibility).in_crs(Crs::CRS84).into_response()
        }
        // Somebody has changed it again meanwhile: what was made is told, not shown.
        _ => (status, [(header::CACHE_CONTROL, cache_control(visibility))]).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag_of(app, ask, visibility, Crs::CRS84, version));
    headers.insert(CHANGESET, HeaderValue::from(outcome.changeset));
    if status == StatusCode::CREATED {
        headers.extend(HeaderValue::from_str(&href).ok().map(|href| (header::LOCATION, href)));
    }
    Ok(response)
}
