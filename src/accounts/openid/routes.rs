//! Sign-in through providers: `/api/sign-in/openid` and `/api/account/identities`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use openidconnect::url::Url;

use super::{Answer, Arrival, PENDING, describe};
use crate::accounts::answers::{Elsewhere, Provider, Return, SignInWays};
use crate::accounts::own::routes::person;
use crate::accounts::sign_in::routes::{OnLine, read, session, set_cookies, visitor};
use crate::accounts::{AccountError, Accounts};
use crate::http::answer::private;
use crate::http::session::{ATTEMPT, check_page, cookie, set_cookie};
use crate::http::{Limit, Needs, Operation, Path, Problem, Routes};
use crate::identity::accounts::NewPassword;
use crate::identity::{Bits, Caller};
use crate::texts::Label;

type Shared = State<Arc<Accounts>>;

/// The routes for those who come through a provider.
pub fn add(routes: Routes<Arc<Accounts>>) -> Routes<Arc<Accounts>> {
    use Needs::{Account, Nothing};
    const LINK: &str = "/api/account/identities/{provider}";
    // Each is noted in the database until the browser comes back, and makes us ask the provider.
    let post = |id, address, needs| Operation::post(id, address, needs).limited(Limit::SignIn);
    routes
        .route(Operation::get("sign_in_ways", "/api/sign-in", Nothing).described(describe::ways), ways)
        .route(post("sign_in_openid", "/api/sign-in/openid/{provider}", Nothing).described(describe::leave), leave)
        .route(
            post("sign_in_openid_return", "/api/sign-in/openid/{provider}/return", Nothing)
                .described(describe::come_back),
            come_back,
        )
        .route(post("account_identity_link", LINK, Account).described(describe::link), link)
        .route(Operation::delete("account_identity_unlink", LINK, Account).described(describe::unlink), unlink)
}

async fn ways(State(accounts): Shared) -> Response {
    let provider = |(name, label): (&str, &Label)| Provider { name: name.to_owned(), label: label.clone() };
    private(Json(SignInWays {
        providers: accounts.providers.names().map(provider).collect(),
        passkeys: accounts.site.as_ref().map(|site| site.origin().to_owned()),
    }))
}

async fn leave(State(accounts): Shared, Path(provider): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    check_page(&headers, &accounts.gate)?;
    Ok(sent_away(&accounts.leave(&provider).await?))
}

async fn come_back(
    State(accounts): Shared,
    Path(provider): Path<String>,
    line: OnLine,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (code, state) = (body.optional_text("code"), body.optional_text("state"));
    let (issuer, error) = (body.optional_text("iss"), body.optional_text("error"));
    body.finish().map_err(AccountError::from)?;
    let answer = Answer { code, state, issuer, error };
    let (bits, session) = (cookie(&headers, ATTEMPT), session(&accounts, &headers).ok());
    let visitor = visitor(&accounts, line, &headers);
    let mut response = match accounts.come_back(&provider, answer, bits, session.as_deref(), visitor).await? {
        Arrival::Step(step) => {
            let mut response = private(Json(Return::Progress((&step).into())));
            set_cookies(&mut response, &step);
            response
        }
        Arrival::Linked => private(Json(Return::Linked)),
    };
    let (name, value) = set_cookie(ATTEMPT, None, 0);
    response.headers_mut().append(name, value);
    Ok(response)
}

async fn link(
    State(accounts): Shared,
    caller: Caller,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let password = NewPassword::typed(&body.optional_text("password").unwrap_or_default());
    body.finish().map_err(AccountError::from)?;
    Ok(sent_away(&accounts.leave_to_link(person(&caller)?, &provider, password).await?))
}

async fn unlink(State(accounts): Shared, caller: Caller, Path(provider): Path<String>) -> Result<Response, Problem> {
    accounts.unlink(&caller, person(&caller)?, &provider).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Tells a page where to go, and the browser what to bring back.
fn sent_away((address, bits): &(Url, Bits)) -> Response {
    let mut response = private(Json(Elsewhere { location: address.to_string() }));
    let (name, value) = set_cookie(ATTEMPT, Some(bits), PENDING.num_seconds().unsigned_abs());
    response.headers_mut().append(name, value);
    response
}
