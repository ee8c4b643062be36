//! `/api/organisations` and `/api/memberships`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use uuid::Uuid;

use super::administration::Seen;
use super::answers::{self, MembershipList, Municipality, OrganisationList};
use super::{OrganisationError, Organisations, Refusal, describe};
use crate::accounts::body::Body;
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::etag::IfMatch;
use crate::http::{Gate, Needs, Operation, Path, Problem, Routes};
use crate::identity::accounts::PersonName;
use crate::identity::organisations::store::NewOrganisation;
use crate::identity::organisations::{Organisation, OrganisationKind, municipalities, whereabouts};
use crate::identity::{Action, Caller, outline_in};

/// Bytes of a body: an outline may have many corners.
const MOST: usize = 1 << 20;
/// Municipality keys of an area.
const MOST_KEYS: usize = 1_000;

pub(super) type Shared = State<Arc<Organisations>>;

impl FromRef<Arc<Organisations>> for Gate {
    fn from_ref(domain: &Arc<Organisations>) -> Self {
        domain.gate.clone()
    }
}

/// The routes for those who say who may do what. Tokens are for programs and administer nobody.
pub fn add(routes: Routes<Arc<Organisations>>) -> Routes<Arc<Organisations>> {
    const NEEDS: Needs = Needs::AccountFor(Action::Administer);
    const ALL: &str = "/api/organisations";
    const ONE: &str = "/api/organisations/{organisation}";
    const MEMBERSHIP: &str = "/api/memberships/{membership}";
    routes
        .route(Operation::get("organisations", ALL, NEEDS).described(describe::organisations), all)
        .route(Operation::post("organisation_create", ALL, NEEDS).described(describe::create), create)
        .route(Operation::get("organisation", ONE, NEEDS).described(describe::organisation), one)
        .route(Operation::put("organisation_change", ONE, NEEDS).described(describe::change), change)
        .route(Operation::delete("organisation_end", ONE, NEEDS).described(describe::end), end)
        .route(Operation::get("memberships", "/api/memberships", NEEDS).described(describe::memberships), memberships)
        .route(Operation::post("role_give", "/api/memberships", NEEDS).described(describe::give), give)
        .route(Operation::delete("role_take", MEMBERSHIP, NEEDS).described(describe::take), take)
}

async fn all(State(organisations): Shared, caller: Caller) -> Result<Response, Problem> {
    let all = organisations.all(&caller).await?;
    let municipalities = municipalities(&organisations.spine.index).into_iter();
    Ok(private(Json(OrganisationList {
        organisations: all.into_iter().map(|one| told(&organisations, one)).collect(),
        municipalities: municipalities.map(|(key, name)| Municipality { key, name }).collect(),
    })))
}

async fn one(State(organisations): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let one = organisations.one(&caller, id).await?;
    Ok(tagged(StatusCode::OK, &organisations, one))
}

async fn create(
    State(organisations): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let new = read_organisation(&organisations, &headers, body).await?;
    let made = organisations.create(&caller, &new).await?;
    Ok(tagged(StatusCode::CREATED, &organisations, made))
}

async fn change(
    State(organisations): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let new = read_organisation(&organisations, &headers, body).await?;
    let changed = organisations.change(&caller, id, &seen(&headers), &new).await?;
    Ok(tagged(StatusCode::OK, &organisations, changed))
}

async fn end(
    State(organisations): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    organisations.end(&caller, id, &seen(&headers)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn memberships(State(organisations): Shared, caller: Caller) -> Result<Response, Problem> {
    let memberships = organisations.memberships(&caller).into_iter().map(Into::into).collect();
    Ok(private(Json(MembershipList { memberships })))
}

async fn give(
    State(organisations): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&headers, body).await?;
    let (account, organisation, role) = (body.id("account"), body.id("organisation"), body.text("role"));
    for (name, id) in [("account", account), ("organisation", organisation)] {
        if id.is_none() {
            body.wrong(name, "missing", &crate::accounts::Refusal::Field { name });
        }
    }
    let (account, organisation) = body.finish_with(account.zip(organisation)).map_err(OrganisationError::from)?;
    let made = organisations.give(&caller, (account, organisation, &role)).await?;
    Ok((StatusCode::CREATED, private(Json(answers::Membership::from(made)))).into_response())
}

async fn take(State(organisations): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    organisations.take(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The members of a body.
pub(super) async fn read(headers: &HeaderMap, body: HttpBody) -> Result<Body, Problem> {
    Ok(Body::of(read_json(headers, body, JSON_TYPES, MOST).await?))
}

async fn read_organisation(
    organisations: &Organisations,
    headers: &HeaderMap,
    body: HttpBody,
) -> Result<NewOrganisation, Problem> {
    let mut body = read(headers, body).await?;
    let (name, kind): (Option<PersonName>, String) = (body.required_name("name"), body.text("kind"));
    let known: Option<OrganisationKind> = kind.parse().ok();
    if known.is_none() {
        let known = OrganisationKind::ALL.map(OrganisationKind::name).to_vec();
        body.wrong("kind", "kind", &Refusal::NoKind { known });
    }
    let municipalities = keys(&mut body, "municipalities");
    let outline = body.json("outline");
    let is_area = |outline: &Value| outline_in(outline, organisations.district.frame()).is_some();
    if outline.as_ref().is_some_and(|outline| !is_area(outline)) {
        body.wrong("outline", "outline", &Refusal::BadOutline);
    }
    let (name, kind) = body.finish_with(name.zip(known)).map_err(OrganisationError::from)?;
    Ok(NewOrganisation { name: name.as_str().to_owned(), kind, municipalities, outline })
}

/// Municipality keys or their beginnings, if there are any.
pub(super) fn keys(body: &mut Body, name: &'static str) -> Option<Vec<String>> {
    let keys = body.texts(name)?;
    let is_key = |key: &String| (1..=8).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_digit());
    if keys.is_empty() || keys.len() > MOST_KEYS || !keys.iter().all(is_key) {
        body.wrong(name, "keys", &Refusal::BadKeys);
    }
    Some(keys)
}

fn seen(headers: &HeaderMap) -> Seen {
    match IfMatch::of(headers) {
        IfMatch::Absent => Seen::Nothing,
        IfMatch::Any => Seen::Any,
        IfMatch::Tags(tags) => Seen::Versions(tags.iter().map(|tag| tag.version).collect()),
    }
}

fn tagged(status: StatusCode, organisations: &Organisations, one: Organisation) -> Response {
    let tag = format!("\"{}\"", one.version);
    (status, [(header::ETAG, tag)], private(Json(told(organisations, one)))).into_response()
}

fn told(organisations: &Organisations, one: Organisation) -> answers::Organisation {
    let places = whereabouts(&one, &organisations.spine.index).places;
    answers::Organisation::new(one, places)
}
