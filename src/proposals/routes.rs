//! `/api/proposals`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::answers::{self, ProposalList};
use super::list::Asked;
use super::show::Shower;
use super::{Proposals, describe};
use crate::accounts::body::Body;
use crate::editing::Editor;
use crate::editing::proposals::{self, DecisionError, ProposalRefusal, store};
use crate::feature::FeatureId;
use crate::http::answer::private;
use crate::http::body::{BodyFault, JSON_TYPES, check_reason, read_json};
use crate::http::{Ask, Gate, Needs, Operation, Parameters, Path, Problem, Routes, Wrong};
use crate::identity::Action;
use crate::store::StoreError;

/// Proposals that an answer lists when nothing is asked for, and at most.
pub(super) const DEFAULT_LIMIT: usize = 50;
pub(super) const MAXIMUM_LIMIT: usize = 200;

/// Bytes of a body.
const MOST: usize = 16 << 10;

type Shared = State<Arc<Proposals>>;

impl FromRef<Arc<Proposals>> for Gate {
    fn from_ref(domain: &Arc<Proposals>) -> Self {
        domain.gate.clone()
    }
}

/// The routes for those who propose and those who approve.
pub fn add(routes: Routes<Arc<Proposals>>) -> Routes<Arc<Proposals>> {
    // Which of them is the caller's matter the handler knows.
    const KNOW: Needs = Needs::Action(Action::Read);
    const DECIDE: Needs = Needs::AccountFor(Action::Approve);
    let (approved, refused) = ("/api/proposals/{proposal}/approve", "/api/proposals/{proposal}/refuse");
    let withdrawn = "/api/proposals/{proposal}/withdraw";
    routes
        .route(Operation::get("proposals", "/api/proposals", KNOW).described(describe::list), list)
        .route(Operation::get("proposal", "/api/proposals/{proposal}", KNOW).described(describe::one), one)
        .route(Operation::post("proposal_approve", approved, DECIDE).described(describe::approve), approve)
        .route(Operation::post("proposal_refuse", refused, DECIDE).described(describe::refuse), refuse)
        .route(Operation::post("proposal_withdraw", withdrawn, KNOW).described(describe::withdraw), withdraw)
}

/// The answer to an edit that has become a proposal: 202, where it waits, and what it would change.
///
/// # Errors
/// The database's.
pub async fn accepted(editor: &Editor, ask: &Ask, proposal: &proposals::Proposal) -> Result<Response, Problem> {
    let shown = whole(editor, ask, proposal).await?;
    let location = HeaderValue::from_str(&shown.head.href).ok().map(|href| (header::LOCATION, href));
    let mut response = (StatusCode::ACCEPTED, private(Json(shown))).into_response();
    response.headers_mut().extend(location);
    Ok(response)
}

async fn list(State(domain): Shared, ask: Ask) -> Result<Response, Problem> {
    let asked = read_question(&ask)?;
    let (found, more) = domain.listed(&ask.caller, &asked);
    let ids: Vec<Uuid> = found.iter().map(|one| one.id).collect();
    let mut words = store::words(&domain.editor.spine.store, &ids).await?;
    let shower = shower(&domain.editor, &ask);
    let next = found.last().filter(|_| more).map(|last| ask.this_with(&[("before", &last.id.to_string())]));
    let proposals = found.iter().map(|one| shower.summary(one, words.remove(&one.id))).collect();
    Ok(private(Json(ProposalList { proposals, next })))
}

async fn one(State(domain): Shared, Path(id): Path<Uuid>, ask: Ask) -> Result<Response, Problem> {
    Parameters::parse(&ask.query).finish()?;
    let found = domain.seen(&ask.caller, id).ok_or(ProposalRefusal::NoProposal)?;
    shown(&domain, &ask, &found).await
}

async fn approve(
    State(domain): Shared,
    Path(id): Path<Uuid>,
    ask: Ask,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let reason = read_reason(&headers, body, false).await?;
    let decided = domain.editor.approve(&ask.caller, id, reason.as_deref()).await?;
    shown(&domain, &ask, &decided).await
}

async fn refuse(
    State(domain): Shared,
    Path(id): Path<Uuid>,
    ask: Ask,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let reason = read_reason(&headers, body, true).await?.unwrap_or_default();
    let decided = domain.editor.refuse(&ask.caller, id, &reason).await?;
    shown(&domain, &ask, &decided).await
}

async fn withdraw(
    State(domain): Shared,
    Path(id): Path<Uuid>,
    ask: Ask,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let reason = read_reason(&headers, body, false).await?;
    let decided = domain.editor.withdraw(&ask.caller, id, reason.as_deref()).await?;
    shown(&domain, &ask, &decided).await
}

async fn shown(domain: &Proposals, ask: &Ask, proposal: &proposals::Proposal) -> Result<Response, Problem> {
    Ok(private(Json(whole(&domain.editor, ask, proposal).await?)))
}

async fn whole(editor: &Editor, ask: &Ask, proposal: &proposals::Proposal) -> Result<answers::Proposal, StoreError> {
    let words = store::words(&editor.spine.store, &[proposal.id]).await?.remove(&proposal.id);
    let edits = store::edits(&editor.spine.store, proposal.id).await?;
    Ok(shower(editor, ask).whole(proposal, words, &edits))
}

fn shower<'a>(editor: &'a Editor, ask: &'a Ask) -> Shower<'a> {
    Shower { editor, caller: &ask.caller, places: editor.whereabouts.now(), base: &ask.base }
}

fn read_question(ask: &Ask) -> Result<Asked, Problem> {
    let mut query = Parameters::parse(&ask.query);
    let collection = query.take("collection");
    let feature = query.id("feature").map(FeatureId);
    let before = query.id("before");
    let state = query.take("state").and_then(|word| {
        let state = proposals::State::ALL.into_iter().find(|state| state.name() == word);
        if state.is_none() {
            let known = proposals::State::ALL.map(proposals::State::name);
            query.wrong("state", &Wrong::Choice { words: &known });
        }
        state
    });
    let limit = query.clamped("limit", 1, MAXIMUM_LIMIT).unwrap_or(DEFAULT_LIMIT);
    query.finish()?;
    Ok(Asked { collection, feature, state, before, limit })
}

/// Why, where anything is said; with `needed` it must be.
async fn read_reason(headers: &HeaderMap, body: HttpBody, needed: bool) -> Result<Option<String>, Problem> {
    let mut body = Body::of(read_json(headers, body, JSON_TYPES, MOST).await?);
    let text = body.optional_text("reason").filter(|text| needed || !text.trim().is_empty());
    let reason = match text.as_deref().map(check_reason) {
        Some(Ok(reason)) => Some(reason),
        Some(Err(fault)) => {
            body.wrong("reason", "reason", &fault);
            None
        }
        None if needed => {
            body.wrong("reason", "missing", &BodyFault::ReasonEmpty);
            None
        }
        None => None,
    };
    body.finish().map_err(DecisionError::Invalid)?;
    Ok(reason)
}
