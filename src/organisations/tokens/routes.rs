//! `/api/tokens`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Owner, Wish};
use crate::accounts::body::Body;
use crate::http::answer::private;
use crate::http::{Needs, Operation, Path, Problem, Routes};
use crate::identity::Caller;
use crate::identity::store::{TokenRow, token_uses};
use crate::organisations::answers::{MadeToken, TokenList, UsedToken};
use crate::organisations::routes::{Shared, keys, read};
use crate::organisations::{OrganisationError, Organisations, Refusal, describe};

/// The routes for whoever has signed in: their own tokens, and those of whom they administer.
pub fn add(routes: Routes<Arc<Organisations>>) -> Routes<Arc<Organisations>> {
    const ALL: &str = "/api/tokens";
    let one = "/api/tokens/{token}";
    routes
        .route(Operation::get("tokens", ALL, Needs::Account).described(describe::tokens), all)
        .route(Operation::post("token_create", ALL, Needs::Account).described(describe::token_create), create)
        .route(Operation::delete("token_revoke", one, Needs::Account).described(describe::token_revoke), revoke)
}

async fn all(State(organisations): Shared, caller: Caller) -> Result<Response, Problem> {
    let noted = token_uses(&organisations.spine.store).await?;
    let with_use = |token: TokenRow| {
        let here = organisations.directory.token_used(token.id).map(|at| organisations.clock.day_of(at));
        UsedToken { last_used_on: noted.get(&token.id).copied().max(here), token: token.into() }
    };
    let tokens = organisations.tokens(&caller).into_iter().map(with_use).collect();
    Ok(private(Json(TokenList { tokens })))
}

async fn create(
    State(organisations): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let wish = wish(&organisations, read(&headers, body).await?).map_err(OrganisationError::from)?;
    let (made, secret) = organisations.make_token(&caller, wish).await?;
    let answer = MadeToken { token: made.into(), secret: secret.reveal() };
    Ok((StatusCode::CREATED, private(Json(answer))).into_response())
}

async fn revoke(State(organisations): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    organisations.revoke(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn wish(organisations: &Organisations, mut body: Body) -> Result<Wish, crate::texts::Faults> {
    let (name, role) = (body.required_name("name"), body.text("role"));
    let (collections, area) = (body.texts("collections"), keys(&mut body, "area"));
    let expires_at = body.instant("expires_at");
    let (organisation, district) = (body.id("organisation"), body.flag("district"));
    let unknown = |name: &&String| organisations.catalogue.get(name).is_none();
    if let Some(collection) = collections.iter().flatten().find(unknown).cloned() {
        body.wrong("collections", "collection", &Refusal::NoCollection { collection });
    }
    if expires_at.is_some_and(|end| end <= organisations.clock.now()) {
        body.wrong("expires_at", "expired", &Refusal::BadExpiry);
    }
    let owner = match (organisation, district) {
        (Some(organisation), false) => Owner::Organisation(organisation),
        (None, true) => Owner::District,
        (None, false) => Owner::Own,
        (Some(_), true) => {
            body.wrong("district", "two-owners", &Refusal::TwoOwners);
            Owner::District
        }
    };
    let name = body.finish_with(name)?.as_str().to_owned();
    Ok(Wish { name, role, collections, area, expires_at, owner })
}
