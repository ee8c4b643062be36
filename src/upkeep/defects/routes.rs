//! `/api/defects`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use uuid::Uuid;

use super::answers::{Defect, DefectList};
use super::store::{Wanted, listed};
use super::{Assignment, NewDefect, Resolution};
use crate::http::answer::private;
use crate::http::{Needs, Operation, Parameters, Path, Problem, Routes, Wrong};
use crate::identity::{Action, Caller};
use crate::upkeep::routes::{Shared, invalid, made, read, seen, span};
use crate::upkeep::{Upkeep, describe};

/// The routes of defects.
pub fn add(routes: Routes<Arc<Upkeep>>) -> Routes<Arc<Upkeep>> {
    const ALL: &str = "/api/defects";
    const ONE: &str = "/api/defects/{defect}";
    const RESOLUTION: &str = "/api/defects/{defect}/resolution";
    const CHANGES: Needs = Needs::Action(Action::Inspect);
    routes
        .route(Operation::get("defects", ALL, Needs::Action(Action::Read)).described(describe::defects), all)
        .route(Operation::post("defect", ALL, CHANGES).described(describe::defect), record)
        .route(Operation::patch("defect_assign", ONE, CHANGES).described(describe::assign), assign)
        .route(Operation::post("defect_resolve", RESOLUTION, CHANGES).described(describe::resolve), resolve)
}

async fn all(State(upkeep): Shared, caller: Caller, mut parameters: Parameters) -> Result<Response, Problem> {
    let organisation = parameters.id("assigned_to");
    let open = match parameters.take("state").as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("resolved") => Some(false),
        Some(_) => {
            parameters.wrong("state", &Wrong::Choice { words: &["open", "resolved"] });
            None
        }
    };
    let wanted = Wanted { span: span(&upkeep, &caller, parameters)?, organisation, open };
    let mut found = listed(&upkeep.editor.spine.store, &wanted).await?;
    let more = found.len() > wanted.span.most;
    found.truncate(wanted.span.most);
    let defects = found.into_iter().map(|one| Defect::of(one, &upkeep.words)).collect();
    Ok(private(Json(DefectList { defects, more })))
}

async fn record(
    State(upkeep): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&headers, body).await?;
    let object = upkeep.named_object(&caller, Action::Inspect, &mut body)?;
    let terms = (&upkeep.words, &*upkeep.directory);
    let new = NewDefect::read(body, object, terms, upkeep.clock.today()).map_err(invalid)?;
    let (defect, is_new) = upkeep.record_defect(&caller, &new).await?;
    Ok(made(is_new, Defect::of(defect, &upkeep.words)))
}

async fn assign(
    State(upkeep): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let to = Assignment::read_alone(read(&headers, body).await?, &upkeep.directory).map_err(invalid)?;
    let defect = upkeep.assign_defect(&caller, id, &seen(&headers), &to).await?;
    Ok(made(false, Defect::of(defect, &upkeep.words)))
}

async fn resolve(
    State(upkeep): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let how = Resolution::read(read(&headers, body).await?, &upkeep.words).map_err(invalid)?;
    let defect = upkeep.resolve_defect(&caller, id, &how).await?;
    Ok(made(false, Defect::of(defect, &upkeep.words)))
}
