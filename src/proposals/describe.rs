//! The operations of proposals in the words of OpenAPI.

use serde_json::{Value as Json, json};

use super::answers::{Proposal, ProposalList};
use super::routes::{DEFAULT_LIMIT, MAXIMUM_LIMIT};
use crate::editing::proposals::State;
use crate::http::spec::{Context, JSON, Spec, closed_object, in_query, limit, reference, text};

/// Edits that wait for a second person, as a tag.
pub const TAG: &str = "Proposals";

fn spec(summary: &str) -> Spec {
    Spec::new(TAG, summary)
}

fn id() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

/// `GET /api/proposals`
pub fn list(_: &Context<'_>) -> Spec {
    let what = "One's own, and those at places where one may edit or approve. What a collection wants approved is declared; \
                an edit of that kind by somebody who may not approve it there is answered with 202 and waits.";
    let states = json!({ "type": "string", "enum": State::ALL.map(State::name) });
    spec("Edits that wait, or waited, for a second person")
        .explained(what)
        .parameter(text("collection", "Only those about features of this collection"))
        .parameter(in_query("feature", "Only those about this feature", id()))
        .parameter(in_query("state", "Only those that have come so far", states))
        .parameter(in_query("before", "The last one that was seen; those before it are told", id()))
        .parameter(limit(MAXIMUM_LIMIT, DEFAULT_LIMIT))
        .gives::<ProposalList>("200", "Proposals")
        .refused("400", "Invalid")
        .refused("503", "Unavailable")
}

/// `GET /api/proposals/{proposal}`
pub fn one(_: &Context<'_>) -> Spec {
    spec("A proposal, field by field")
        .gives::<Proposal>("200", "What was, what would be and what is now")
        .refused("404", "NotFound")
        .refused("503", "Unavailable")
}

/// `POST /api/proposals/{proposal}/approve`
pub fn approve(_: &Context<'_>) -> Spec {
    let what = "It is made at once, in one changeset. What others have changed since stays, where it is something else; where \
                it is the same, the proposal stays open. For persons: a program approves nothing.";
    decided("Approve the proposal of somebody else", false).explained(what)
}

/// `POST /api/proposals/{proposal}/refuse`
pub fn refuse(_: &Context<'_>) -> Spec {
    decided("Refuse the proposal of somebody else, for a reason that its author is told", true)
}

/// `POST /api/proposals/{proposal}/withdraw`
pub fn withdraw(_: &Context<'_>) -> Spec {
    decided("Withdraw one's own proposal", false)
}

/// An edit that may become a proposal, which is answered like one that is stored and not to be seen yet.
pub fn may_wait(edit: Spec) -> Spec {
    let what = "It takes a second person and waits for one: the proposal, and its address in `Location`. A problem with this \
                status says that the edit is stored, but not to be seen yet";
    edit.gives::<Proposal>("202", what).or_problem("202")
}

fn decided(summary: &str, needs_reason: bool) -> Spec {
    let required: &[&str] = if needs_reason { &["reason"] } else { &[] };
    spec(summary)
        .body(JSON, &closed_object(required, &json!({ "reason": reference("schemas", "reason") })))
        .gives::<Proposal>("200", "As it is now")
        .refused("202", "Lagging")
        .refused("400", "Invalid")
        .refused("404", "NotFound")
        .refuses("409", "It has been decided already, or what it is about has been changed since")
        .refused("503", "Unavailable")
}
