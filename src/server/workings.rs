//! Jobs and mails, for those who run the server: what waits, what has failed, and what to do about it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::Server;
use crate::http::answer::private;
use crate::http::spec::{Context, Spec, answer, in_query, limit, object};
use crate::http::{Needs, Operation, Parameters, Path, Problem, Routes};
use crate::identity::Action;
use crate::mail;
use crate::texts::Tell;

const DEFAULT_LIMIT: usize = 100;
const MAXIMUM_LIMIT: usize = 1_000;
const STATES: [&str; 3] = ["waiting", "running", "failed"];

/// What is said of jobs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum AboutJobs {
    /// There is no such job, or somebody works on it.
    NotAtRest { id: String },
    /// There is no such state.
    UnknownState { state: String, known: Vec<String> },
}

impl Tell for AboutJobs {
    const FILE: &'static str = "jobs";
}

/// `/api/jobs` and `/api/outbox`.
pub fn routes(server: Arc<Server>) -> Routes {
    let needs = Needs::District(Action::Administer);
    Routes::new()
        .route(Operation::get("jobs", "/api/jobs", needs).described(describe_jobs), jobs)
        .route(Operation::post("jobs.retry", "/api/jobs/{id}/retry", needs).described(describe_retry), retry)
        .route(Operation::post("jobs.discard", "/api/jobs/{id}/discard", needs).described(describe_discard), discard)
        .route(Operation::get("outbox", "/api/outbox", needs).described(describe_outbox), outbox)
        .answered_by(server)
}

fn describe_jobs(_: &Context<'_>) -> Spec {
    Spec::new("Operating", "Jobs that wait, run or have failed")
        .explained("Jobs that are done are gone. `counts` tells all of them by queue and state, ages in seconds.")
        .parameters([
            in_query("state", "Jobs in this state alone", json!({ "type": "string", "enum": STATES })),
            limit(MAXIMUM_LIMIT, DEFAULT_LIMIT),
        ])
        .answers("200", answer("Jobs, failed ones first", "application/json", &object()))
}

fn describe_retry(_: &Context<'_>) -> Spec {
    Spec::new("Operating", "Try a job again at once")
        .answers("204", json!({ "description": "It is tried" }))
        .refused("404", "NotFound")
}

fn describe_discard(_: &Context<'_>) -> Spec {
    Spec::new("Operating", "Forget a job")
        .explained("What it was to do is not done. A mail stays in the outbox as discarded.")
        .answers("204", json!({ "description": "It is gone" }))
        .refused("404", "NotFound")
}

fn describe_outbox(_: &Context<'_>) -> Spec {
    Spec::new("Operating", "Mails and what became of them")
        .explained(
            "Not what they say: links in them open accounts. `relay` is the mail server, null where none is set.",
        )
        .parameters([limit(MAXIMUM_LIMIT, DEFAULT_LIMIT)])
        .answers("200", answer("Mails, the newest first", "application/json", &object()))
}

async fn jobs(State(server): State<Arc<Server>>, mut query: Parameters) -> Result<Response, Problem> {
    let state = query.take("state");
    let most = most(&mut query);
    query.finish()?;
    if let Some(state) = state.as_deref().filter(|state| !STATES.contains(state)) {
        let known = STATES.map(str::to_owned).to_vec();
        return Err(Problem::parameter("state", &AboutJobs::UnknownState { state: state.to_owned(), known }));
    }
    let (jobs, counts) = (server.store.jobs(state.as_deref(), most).await?, server.store.job_counts().await?);
    Ok(private(Json(json!({ "jobs": jobs, "counts": counts }))))
}

async fn retry(State(server): State<Arc<Server>>, Path(id): Path<String>) -> Result<Response, Problem> {
    done(&id, server.store.retry_job(number(&id)?).await?)
}

async fn discard(State(server): State<Arc<Server>>, Path(id): Path<String>) -> Result<Response, Problem> {
    done(&id, server.store.discard_job(number(&id)?).await?)
}

async fn outbox(State(server): State<Arc<Server>>, mut query: Parameters) -> Result<Response, Problem> {
    let most = most(&mut query);
    query.finish()?;
    let mails = mail::store::outbox(&server.store, most).await?;
    let relay = server.config.mail.as_ref().map(mail::Relay::place);
    Ok(private(Json(json!({ "mails": mails, "relay": relay }))))
}

fn most(query: &mut Parameters) -> i64 {
    // More are not refused but given in portions, as with features.
    query.clamped("limit", 1, MAXIMUM_LIMIT).unwrap_or(DEFAULT_LIMIT) as i64
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse().map_err(|_| not_at_rest(id))
}

fn done(id: &str, done: bool) -> Result<Response, Problem> {
    if done { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(not_at_rest(id)) }
}

fn not_at_rest(id: &str) -> Problem {
    Problem::not_found(&AboutJobs::NotAtRest { id: id.to_owned() })
}
