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
use crate::http::spec::{Context, OPERATING, Spec, in_query, limit};
use crate::http::{Needs, Operation, Parameters, Path, Problem, Routes};
use crate::identity::Action;
use crate::mail;
use crate::mail::store::MailSummary;
use crate::store::jobs::{JobCount, JobState, JobSummary};
use crate::texts::Tell;

const DEFAULT_LIMIT: usize = 100;
const MAXIMUM_LIMIT: usize = 1_000;

#[derive(Debug, Serialize, JsonSchema)]
struct Jobs {
    /// Failed ones first.
    jobs: Vec<JobSummary>,
    /// All of them, by queue and state.
    counts: Vec<JobCount>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Outbox {
    /// The newest first.
    mails: Vec<MailSummary>,
    /// The mail server; null where none is set.
    relay: Option<String>,
}

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
    Spec::new(OPERATING, "Jobs that wait, run or have failed")
        .explained("Jobs that are done are gone.")
        .parameters([
            in_query("state", "Jobs in this state alone", json!({ "type": "string", "enum": JobState::ALL })),
            limit(MAXIMUM_LIMIT, DEFAULT_LIMIT),
        ])
        .gives::<Jobs>("200", "The jobs")
}

fn describe_retry(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Try a job again at once")
        .answers("204", json!({ "description": "It is tried" }))
        .refused("404", "NotFound")
}

fn describe_discard(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Forget a job")
        .explained("What it was to do is not done. A mail stays in the outbox as discarded.")
        .answers("204", json!({ "description": "It is gone" }))
        .refused("404", "NotFound")
}

fn describe_outbox(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Mails and what became of them")
        .explained("Not what they say: links in them open accounts.")
        .parameters([limit(MAXIMUM_LIMIT, DEFAULT_LIMIT)])
        .gives::<Outbox>("200", "The mails")
}

async fn jobs(State(server): State<Arc<Server>>, mut query: Parameters) -> Result<Response, Problem> {
    let state = query.take("state");
    let most = most(&mut query);
    query.finish()?;
    let state = state.map(known_state).transpose()?;
    let (jobs, counts) = (server.store.jobs(state, most).await?, server.store.job_counts().await?);
    Ok(private(Json(Jobs { jobs, counts })))
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
    let relay = server.config.mail.as_ref().map(|relay| relay.place().to_owned());
    Ok(private(Json(Outbox { mails, relay })))
}

fn known_state(word: String) -> Result<JobState, Problem> {
    let known = || JobState::ALL.map(|state| state.name().to_owned()).to_vec();
    let found = JobState::ALL.into_iter().find(|state| state.name() == word);
    found.ok_or_else(|| Problem::parameter("state", &AboutJobs::UnknownState { known: known(), state: word }))
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
