//! `/api/imports`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State as Extracted};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::answers::{FileImport, ImportList, ImportPlaces, ImportRow, ImportRows, ImportSample, KnownSupplier};
use super::rows;
use super::settings::Settings;
use super::store::{self, Import};
use super::watching::REPORT;
use super::{CELL, Imports, ImportsError, REASON, Refusal, Wrong, describe};
use crate::accounts::body::Body;
use crate::blobs;
use crate::exchange::examine::sample;
use crate::exchange::mending::{Decision, Mending};
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::limit::Limit;
use crate::http::{Ask, Gate, Needs, Operation, Parameters, Path, Problem, Routes};
use crate::identity::{Action, Caller, Denied, Person};

/// Bytes of a body: a mapping with the words of a supplier for every code.
const MOST: usize = 512 << 10;
/// Rows that are told when nothing is asked for, and at most.
pub const USUAL_ROWS: usize = 100;
pub const MOST_ROWS: usize = 500;
/// What rows may be.
pub const STATUSES: [&str; 7] = ["new", "changed", "unchanged", "duplicate", "conflict", "error", "skipped"];
/// What may be decided about a row.
pub const DECISIONS: [&str; 5] = ["leave", "new", "same", "ours", "theirs"];

type Shared = Extracted<Arc<Imports>>;

impl FromRef<Arc<Imports>> for Gate {
    fn from_ref(domain: &Arc<Imports>) -> Self {
        domain.gate.clone()
    }
}

impl Imports {
    /// The routes of the module.
    pub fn routes(self: Arc<Self>) -> Routes {
        const NEEDS: Needs = Needs::AccountFor(Action::Import);
        const ALL: &str = "/api/imports";
        const OUT: &str = "/api/checkouts";
        const ONE: &str = "/api/imports/{import}";
        Routes::new()
            .route(Operation::get("imports", ALL, NEEDS).described(describe::imports), all)
            .route(Operation::post("import_create", ALL, NEEDS).described(describe::create), create)
            .route(
                Operation::get("checkout", OUT, Needs::Action(Action::Import))
                    .described(describe::checkout)
                    .limited(Limit::Export),
                checkout,
            )
            .route(Operation::get("import", ONE, NEEDS).described(describe::import), one)
            .route(Operation::delete("import_delete", ONE, NEEDS).described(describe::delete), delete)
            .route(
                Operation::put("import_choose", "/api/imports/{import}/settings", NEEDS).described(describe::choose),
                choose,
            )
            .route(
                Operation::post("import_sample", "/api/imports/{import}/sample", NEEDS).described(describe::sample),
                places_of_sample,
            )
            .route(
                Operation::get("import_rows", "/api/imports/{import}/rows", NEEDS).described(describe::rows),
                rows_of,
            )
            .route(
                Operation::get("import_places", "/api/imports/{import}/places", NEEDS).described(describe::places),
                places,
            )
            .route(
                Operation::put("import_mend", "/api/imports/{import}/rows/{row}", NEEDS).described(describe::mend),
                mend,
            )
            .route(
                Operation::post("import_decide", "/api/imports/{import}/decisions", NEEDS).described(describe::decide),
                decide,
            )
            .route(
                Operation::post("import_commit", "/api/imports/{import}/commit", NEEDS).described(describe::commit),
                commit,
            )
            .route(Operation::post("import_undo", "/api/imports/{import}/undo", NEEDS).described(describe::undo), undo)
            .route(
                Operation::get("import_report", "/api/imports/{import}/report", NEEDS)
                    .described(describe::report)
                    .limited(Limit::Export),
                report,
            )
            .answered_by(self)
    }
}

async fn all(Extracted(imports): Shared, ask: Ask) -> Result<Response, Problem> {
    let mut query = Parameters::parse(&ask.query);
    query.finish()?;
    let person = person(&ask.caller)?;
    let all = store::of_account(&imports.blobs.store, person.account).await?;
    let mut suppliers = Vec::new();
    for collection in imports.editor.spine.index.catalogue().collections() {
        if imports.may_import(&ask.caller, collection).is_err() {
            continue;
        }
        let known = store::mappings(&imports.blobs.store, &collection.name).await?;
        let of = |(supplier, _)| KnownSupplier { collection: collection.name.clone(), supplier };
        suppliers.extend(known.into_iter().map(of));
    }
    let all = all.into_iter().map(|import| FileImport::of(import, ask.language)).collect();
    Ok(private(Json(ImportList { imports: all, suppliers })))
}

async fn create(Extracted(imports): Shared, ask: Ask, body: HttpBody) -> Result<Response, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let what = (query.take("collection"), query.take("name"));
    query.finish()?;
    let person = person(&ask.caller)?;
    let import = imports.receive(&ask.caller, person, what, body.into_data_stream()).await?;
    Ok((StatusCode::CREATED, private(Json(FileImport::of(import, ask.language)))).into_response())
}

async fn checkout(Extracted(imports): Shared, ask: Ask) -> Result<Response, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let name = query.take("collection").unwrap_or_default();
    let collection = imports.collection(&ask.caller, &name);
    if let Err(wrong) = &collection {
        query.fault("collection", wrong);
    }
    query.finish()?;
    let Ok(collection) = collection else { return Err(ImportsError::from(Refusal::NoImport).into()) };
    let file = imports.check_out(&ask.caller, &collection).await?;
    let size = file.metadata().await.map_err(ImportsError::from)?.len();
    let mut response = private(HttpBody::from_stream(ReaderStream::new(file)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(describe::GPKG));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}.gpkg\"", collection.name));
    headers.extend(disposition.ok().map(|value| (header::CONTENT_DISPOSITION, value)));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    Ok(response)
}

async fn one(Extracted(imports): Shared, ask: Ask, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let import = imports.found(person(&ask.caller)?, id).await?;
    Ok(private(Json(FileImport::of(import, ask.language))))
}

async fn delete(Extracted(imports): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let import = imports.found(person(&caller)?, id).await?;
    imports.remove(&caller, &import).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn choose(
    Extracted(imports): Shared,
    ask: Ask,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let (import, mut body) = seen(&imports, &ask.caller, id, &headers, body).await?;
    let settings = Settings::take(&mut body);
    body.finish().map_err(ImportsError::from)?;
    imports.choose(&ask.caller, &import, settings).await?;
    answer(&imports, &ask, id).await
}

async fn places_of_sample(
    Extracted(imports): Shared,
    ask: Ask,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let import = imports.found(person(&ask.caller)?, id).await?;
    let mut body = Body::of(read_json(&headers, body, JSON_TYPES, MOST).await?);
    let settings = Settings::take(&mut body);
    body.finish().map_err(ImportsError::from)?;
    let collection = imports.collection_of(&ask.caller, &import)?;
    let understood = settings.understood(&collection).map_err(ImportsError::from)?;
    let examined = import.examined.ok_or(Refusal::NotNow).map_err(ImportsError::from)?;
    let district = &imports.editor.district;
    let told = sample(&examined, &import.name, &understood.mapping, understood.crs, district);
    let usual = district.import_crs.iter().map(ToString::to_string).collect();
    Ok(private(Json(ImportSample::of(told, usual, ask.language))))
}

async fn rows_of(Extracted(imports): Shared, ask: Ask, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let statuses: Vec<String> =
        query.take("status").map(|all| all.split(',').map(str::to_owned).collect()).unwrap_or_default();
    if statuses.iter().any(|status| !STATUSES.contains(&status.as_str())) {
        query.wrong("status", &crate::http::Wrong::Choice { words: &STATUSES });
    }
    let warned = query.take("warned");
    if warned.as_deref().is_some_and(|it| !matches!(it, "true" | "false")) {
        query.wrong("warned", &crate::http::Wrong::Choice { words: &["true", "false"] });
    }
    let warned = warned.as_deref() == Some("true");
    let text = query.take("text").filter(|text| !text.trim().is_empty());
    let after = query.whole("after").and_then(|number| i32::try_from(number).ok());
    let limit = query.clamped("limit", 1, MOST_ROWS).unwrap_or(USUAL_ROWS);
    query.finish()?;
    let import = imports.found(person(&ask.caller)?, id).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let wanted = rows::Wanted { statuses: &statuses, warned, text: text.as_deref().map(str::trim), after, limit };
    let (rows, total) = rows::store::list(&imports.blobs.store, import.id, &wanted).await?;
    let rows = rows.into_iter().map(|row| ImportRow::of(row, ask.language)).collect();
    Ok(private(Json(ImportRows { rows, total })))
}

async fn places(Extracted(imports): Shared, ask: Ask, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let import = imports.found(person(&ask.caller)?, id).await?;
    let places = rows::store::places(&imports.blobs.store, import.id).await?;
    Ok(private(Json(ImportPlaces { places })))
}

async fn mend(
    Extracted(imports): Shared,
    ask: Ask,
    Path((id, row)): Path<(Uuid, i32)>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let (import, mut body) = seen(&imports, &ask.caller, id, &headers, body).await?;
    let mending = Mending { cells: cells(&mut body), decision: decision(&mut body) };
    body.finish().map_err(ImportsError::from)?;
    imports.mend(&import, row, &mending).await?;
    answer(&imports, &ask, id).await
}

async fn decide(
    Extracted(imports): Shared,
    ask: Ask,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let (import, mut body) = seen(&imports, &ask.caller, id, &headers, body).await?;
    let status = body.text("status");
    if !matches!(status.as_str(), "duplicate" | "conflict" | "error") {
        body.wrong("status", "undecidable", &Wrong::Undecidable);
    }
    let mending = Mending { cells: Map::new(), decision: decision(&mut body) };
    body.finish().map_err(ImportsError::from)?;
    imports.decide(&import, &status, &mending).await?;
    answer(&imports, &ask, id).await
}

async fn commit(
    Extracted(imports): Shared,
    ask: Ask,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let (import, mut body) = seen(&imports, &ask.caller, id, &headers, body).await?;
    let reason = reason(&mut body);
    body.finish().map_err(ImportsError::from)?;
    let settings = Settings { language: ask.language, ..import.settings.clone() };
    imports.commit(&ask.caller, &import, settings, &reason).await?;
    answer(&imports, &ask, id).await
}

async fn undo(
    Extracted(imports): Shared,
    ask: Ask,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let (import, mut body) = seen(&imports, &ask.caller, id, &headers, body).await?;
    let reason = reason(&mut body);
    body.finish().map_err(ImportsError::from)?;
    imports.undo(&ask.caller, &import, &reason).await?;
    answer(&imports, &ask, id).await
}

async fn report(Extracted(imports): Shared, ask: Ask, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let import = imports.found(person(&ask.caller)?, id).await?;
    let kept = blobs::attachments(&imports.blobs.store, REPORT, import.id).await?;
    let kept = kept.last().ok_or(Refusal::NoReport).map_err(ImportsError::from)?;
    let content = imports.blobs.content(kept.sha256).await.map_err(ImportsError::from)?;
    let content = content.ok_or(Refusal::NoReport).map_err(ImportsError::from)?;
    let bytes = content.bytes().await.map_err(ImportsError::from)?;
    let mut response = private(HttpBody::from_stream(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(describe::XLSX));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"import.xlsx\""));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content.size));
    Ok(response)
}

/// An import of the caller's own, as they have looked at it, and what they have sent.
async fn seen(
    imports: &Imports,
    caller: &Caller,
    id: Uuid,
    headers: &HeaderMap,
    body: HttpBody,
) -> Result<(Import, Body), Problem> {
    let import = imports.found(person(caller)?, id).await?;
    let mut body = Body::of(read_json(headers, body, JSON_TYPES, MOST).await?);
    let version = body.required::<i64>("version");
    if version.is_some_and(|version| version != import.version) {
        return Err(ImportsError::from(Refusal::Stale).into());
    }
    Ok((import, body))
}

/// Why, for the journal.
fn reason(body: &mut Body) -> String {
    let reason = body.text("reason").trim().to_owned();
    if reason.chars().count() > REASON || reason.chars().any(char::is_control) {
        body.wrong("reason", "length", &Wrong::ReasonLength { most: REASON });
    }
    reason
}

/// Cells that were put right: texts, or nothing.
fn cells(body: &mut Body) -> Map<String, Value> {
    let Some(cells) = body.json("cells") else { return Map::new() };
    let Value::Object(cells) = cells else {
        body.wrong("cells", "type", &Wrong::NoObject);
        return Map::new();
    };
    let is_cell = |cell: &Value| match cell {
        Value::Null | Value::Number(_) | Value::Bool(_) => true,
        Value::String(text) => text.chars().count() <= CELL,
        _ => false,
    };
    if !cells.values().all(is_cell) {
        body.wrong("cells", "length", &Wrong::CellLength { most: CELL });
    }
    cells
}

fn decision(body: &mut Body) -> Option<Decision> {
    let said = body.json("decision")?;
    let decision = serde_json::from_value(said).ok();
    if decision.is_none() {
        let known = DECISIONS.map(str::to_owned).to_vec();
        body.wrong("decision", "unknown", &Wrong::NoDecision { known });
    }
    decision
}

async fn answer(imports: &Imports, ask: &Ask, id: Uuid) -> Result<Response, Problem> {
    let import = imports.found(person(&ask.caller)?, id).await?;
    Ok(private(Json(FileImport::of(import, ask.language))))
}

/// Whoever is signed in, behind [`Needs::AccountFor`].
fn person(caller: &Caller) -> Result<Person, Denied> {
    caller.person().ok_or(Denied::NotSignedIn)
}
