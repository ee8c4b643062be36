//! `/api/outages`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use uuid::Uuid;

use super::NewOutage;
use super::answers::{Outage, OutageList};
use super::store::listed;
use crate::http::answer::private;
use crate::http::{Needs, Operation, Parameters, Path, Problem, Routes};
use crate::identity::{Action, Caller};
use crate::upkeep::routes::{Shared, invalid, made, read, span};
use crate::upkeep::{Upkeep, describe};

/// The routes of outages.
pub fn add(routes: Routes<Arc<Upkeep>>) -> Routes<Arc<Upkeep>> {
    const ALL: &str = "/api/outages";
    const END: &str = "/api/outages/{outage}/end";
    const CHANGES: Needs = Needs::Action(Action::Block);
    routes
        .route(Operation::get("outages", ALL, Needs::Action(Action::Read)).described(describe::outages), all)
        .route(Operation::post("outage", ALL, CHANGES).described(describe::outage), record)
        .route(Operation::post("outage_end", END, CHANGES).described(describe::end), end)
}

async fn all(State(upkeep): Shared, caller: Caller, parameters: Parameters) -> Result<Response, Problem> {
    let span = span(&upkeep, &caller, parameters)?;
    let mut found = listed(&upkeep.editor.spine.store, &span).await?;
    let more = found.len() > span.most;
    found.truncate(span.most);
    let today = upkeep.clock.today();
    let outages = found.into_iter().map(|one| Outage::of(one, &upkeep.words, today)).collect();
    Ok(private(Json(OutageList { outages, more })))
}

async fn record(
    State(upkeep): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&headers, body).await?;
    let object = upkeep.named_object(&caller, Action::Block, &mut body)?;
    let today = upkeep.clock.today();
    let new = NewOutage::read(body, object, &upkeep.words, today).map_err(invalid)?;
    let (outage, is_new) = upkeep.record_outage(&caller, &new).await?;
    Ok(made(is_new, Outage::of(outage, &upkeep.words, today)))
}

async fn end(State(upkeep): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let outage = upkeep.end_outage(&caller, id).await?;
    Ok(made(false, Outage::of(outage, &upkeep.words, upkeep.clock.today())))
}
