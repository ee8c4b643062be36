//! `/api/account/mail` and `/api/links/mail`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::accounts::answers::MailAddress;
use crate::accounts::own::routes::person;
use crate::accounts::sign_in::routes::{read, session};
use crate::accounts::{AccountError, Accounts, describe};
use crate::http::answer::private;
use crate::http::{Limit, Needs, Operation, Problem, Routes};
use crate::identity::Caller;
use crate::identity::accounts::NewPassword;

type Shared = State<Arc<Accounts>>;

/// The routes for whoever has signed in.
pub fn add(routes: Routes<Arc<Accounts>>) -> Routes<Arc<Accounts>> {
    let post = |id, address| Operation::post(id, address, Needs::Account).limited(Limit::SignIn);
    routes
        .route(post("account_mail", "/api/account/mail").described(describe::address_ask), ask)
        .route(post("link_mail", "/api/links/mail").described(describe::address_confirm), confirm)
}

async fn ask(State(accounts): Shared, caller: Caller, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (mail, password) = (body.mail("mail"), body.optional_text("password"));
    let mail = body.finish_with(mail).map_err(AccountError::from)?;
    let password = password.map(|password| NewPassword::typed(&password));
    accounts.ask_for_address(&caller, person(&caller)?, &mail, password).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn confirm(
    State(accounts): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let bits = body.link();
    body.finish().map_err(AccountError::from)?;
    let mail = accounts.change_address(&caller, &*session(&accounts, &headers)?, bits).await?;
    Ok(private(Json(MailAddress { mail: Some(mail.as_str().to_owned()) })))
}
