//! `/api/account/passkeys`, `/api/sign-in/passkey` and `/api/sign-in/second-factor/passkey`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use uuid::Uuid;
use webauthn_rs::prelude::PublicKeyCredential;

use super::{describe, store::PENDING};
use crate::accounts::answers::RecoveryCodes;
use crate::accounts::own::routes::person;
use crate::accounts::sign_in::routes::{OnLine, read, session, set_cookies, stepped, visitor};
use crate::accounts::{AccountError, Accounts};
use crate::http::answer::private;
use crate::http::session::{PASSKEY, check_page, cookie, set_cookie};
use crate::http::{Limit, Needs, Operation, Path, Problem, Routes};
use crate::identity::accounts::NewPassword;
use crate::identity::{Bits, Caller};

type Shared = State<Arc<Accounts>>;

/// The routes of passkeys. To set one up one may be on the way in still.
pub fn add(routes: Routes<Arc<Accounts>>) -> Routes<Arc<Accounts>> {
    use Needs::{Account, Nothing};
    const OWN: &str = "/api/account/passkeys";
    const ONE: &str = "/api/account/passkeys/{passkey}";
    const ALONE: &str = "/api/sign-in/passkey";
    const SECOND: &str = "/api/sign-in/second-factor/passkey";
    // Each question is noted in the database until it is answered.
    let limited = |operation: Operation| operation.limited(Limit::SignIn);
    routes
        .route(limited(Operation::post("account_passkey_begin", OWN, Nothing)).described(describe::begin), begin)
        .route(limited(Operation::put("account_passkey_keep", OWN, Nothing)).described(describe::keep), keep)
        .route(Operation::patch("account_passkey_rename", ONE, Account).described(describe::rename), rename)
        .route(limited(Operation::delete("account_passkey_remove", ONE, Account)).described(describe::remove), remove)
        .route(limited(Operation::post("sign_in_passkey_ask", ALONE, Nothing)).described(describe::ask), ask)
        .route(limited(Operation::put("sign_in_passkey_show", ALONE, Nothing)).described(describe::show), show)
        .route(
            limited(Operation::post("second_factor_passkey_ask", SECOND, Nothing)).described(describe::ask_second),
            ask_second,
        )
        .route(
            limited(Operation::put("second_factor_passkey_show", SECOND, Nothing)).described(describe::show_second),
            show_second,
        )
}

async fn begin(State(accounts): Shared, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let password = body.optional_text("password");
    body.finish().map_err(AccountError::from)?;
    let session = session(&accounts, &headers)?;
    let password = password.map(|password| NewPassword::typed(&password));
    Ok(asked(accounts.begin_passkey(&session, password).await?))
}

async fn keep(State(accounts): Shared, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (name, made) = (body.required_name("name"), body.required("credential"));
    let (name, made) = body.finish_with(name.zip(made)).map_err(AccountError::from)?;
    let session = session(&accounts, &headers)?;
    let browser = visitor(&accounts, None, &headers).browser;
    let enrolled = accounts.keep_passkey(&session, cookie(&headers, PASSKEY), &name, &made, browser).await?;
    let mut response = private(Json(RecoveryCodes { recovery_codes: enrolled.recovery_codes }));
    set_cookies(&mut response, &enrolled.step);
    Ok(done(response))
}

async fn rename(
    State(accounts): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let name = body.required_name("name");
    let name = body.finish_with(name).map_err(AccountError::from)?;
    accounts.rename_passkey(&caller, person(&caller)?, id, &name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn remove(
    State(accounts): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let password = body.optional_text("password");
    body.finish().map_err(AccountError::from)?;
    let password = password.map(|password| NewPassword::typed(&password));
    accounts.remove_passkey(&caller, person(&caller)?, id, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn ask(State(accounts): Shared, headers: HeaderMap) -> Result<Response, Problem> {
    check_page(&headers, &accounts.gate)?;
    Ok(asked(accounts.ask_any_passkey().await?))
}

async fn show(State(accounts): Shared, line: OnLine, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let shown = shown(&accounts, &headers, body).await?;
    let visitor = visitor(&accounts, line, &headers);
    let step = accounts.show_any_passkey(cookie(&headers, PASSKEY), &shown, visitor).await?;
    Ok(done(stepped(&step)))
}

async fn ask_second(State(accounts): Shared, headers: HeaderMap) -> Result<Response, Problem> {
    check_page(&headers, &accounts.gate)?;
    let session = session(&accounts, &headers)?;
    Ok(asked(accounts.ask_second_passkey(&session).await?))
}

async fn show_second(
    State(accounts): Shared,
    line: OnLine,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let shown = shown(&accounts, &headers, body).await?;
    let session = session(&accounts, &headers)?;
    let visitor = visitor(&accounts, line, &headers);
    let step = accounts.show_second_passkey(&session, cookie(&headers, PASSKEY), &shown, visitor).await?;
    Ok(done(stepped(&step)))
}

/// What an authenticator has answered.
async fn shown(accounts: &Accounts, headers: &HeaderMap, body: HttpBody) -> Result<PublicKeyCredential, Problem> {
    let mut body = read(accounts, headers, body).await?;
    let shown = body.required("credential");
    Ok(body.finish_with(shown).map_err(AccountError::from)?)
}

/// Hands a page what its browser is to ask the authenticator, and the browser what to bring back with the answer.
fn asked((question, bits): (impl Serialize, Bits)) -> Response {
    let mut response = private(Json(question));
    let (name, value) = set_cookie(PASSKEY, Some(&bits), PENDING.num_seconds().unsigned_abs());
    response.headers_mut().append(name, value);
    response
}

/// The question is answered.
fn done(mut response: Response) -> Response {
    let (name, value) = set_cookie(PASSKEY, None, 0);
    response.headers_mut().append(name, value);
    response
}
