//! `/api/inspections`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::NewInspection;
use super::answers::{Inspection, InspectionList, RecordedInspection, warnings};
use super::store::listed;
use crate::http::answer::private;
use crate::http::{Needs, Operation, Parameters, Problem, Routes};
use crate::identity::{Action, Caller};
use crate::upkeep::routes::{Shared, invalid, made, read, span};
use crate::upkeep::{Upkeep, describe};

/// The routes of inspections.
pub fn add(routes: Routes<Arc<Upkeep>>) -> Routes<Arc<Upkeep>> {
    const ALL: &str = "/api/inspections";
    routes
        .route(Operation::get("inspections", ALL, Needs::Action(Action::Read)).described(describe::inspections), all)
        .route(
            Operation::post("inspection", ALL, Needs::Action(Action::Inspect)).described(describe::inspection),
            record,
        )
}

async fn all(State(upkeep): Shared, caller: Caller, parameters: Parameters) -> Result<Response, Problem> {
    let span = span(&upkeep, &caller, parameters)?;
    let mut found = listed(&upkeep.editor.spine.store, &span).await?;
    let more = found.len() > span.most;
    found.truncate(span.most);
    let told = |one| {
        let title = upkeep.words.list(&one);
        Inspection::of(one, title)
    };
    Ok(private(Json(InspectionList { inspections: found.into_iter().map(told).collect(), more })))
}

async fn record(
    State(upkeep): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&headers, body).await?;
    let object = upkeep.named_object(&caller, Action::Inspect, &mut body)?;
    let new = NewInspection::read(body, object, &upkeep.checklists, upkeep.clock.today()).map_err(invalid)?;
    let recorded = upkeep.record_inspection(&caller, &new).await?;
    let title = upkeep.words.list(&recorded.inspection);
    let answer = RecordedInspection {
        inspection: Inspection::of(recorded.inspection, title),
        status: recorded.status,
        warnings: warnings(&recorded.warnings, &upkeep.texts),
    };
    Ok(made(recorded.is_new, answer))
}
