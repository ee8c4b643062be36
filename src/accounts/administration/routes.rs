//! `/api/accounts`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::Standing;
use crate::accounts::answers::{AccountList, InvitedAccount, NewLink};
use crate::accounts::sign_in::routes::read;
use crate::accounts::{AccountError, Accounts, describe};
use crate::http::answer::private;
use crate::http::{Needs, Operation, Path, Problem, Routes};
use crate::identity::accounts::store::NewAccount;
use crate::identity::links::Purpose;
use crate::identity::{Action, Caller};
use crate::texts::Language;

type Shared = State<Arc<Accounts>>;

/// The routes for those who say who may do what. Tokens are for programs and administer no accounts.
pub fn add(routes: Routes<Arc<Accounts>>) -> Routes<Arc<Accounts>> {
    const NEEDS: Needs = Needs::AccountFor(Action::Administer);
    let post = |id, address| Operation::post(id, address, NEEDS);
    routes
        .route(Operation::get("accounts", "/api/accounts", NEEDS).described(describe::accounts), all)
        .route(post("account_invite", "/api/accounts").described(describe::invite), invite)
        .route(post("account_link", "/api/accounts/{account}/link").described(describe::new_link), new_link)
        .route(
            post("account_factor_reset", "/api/accounts/{account}/factor-reset").described(describe::factor_reset),
            reset,
        )
        .route(post("account_disable", "/api/accounts/{account}/disable").described(describe::disable), disable)
        .route(post("account_enable", "/api/accounts/{account}/enable").described(describe::enable), enable)
        .route(Operation::delete("account_erase", "/api/accounts/{account}", NEEDS).described(describe::erase), erase)
}

async fn all(State(accounts): Shared, caller: Caller) -> Result<Response, Problem> {
    let all = accounts.all(&caller).await?;
    Ok(private(Json(AccountList { accounts: all.into_iter().map(Into::into).collect() })))
}

async fn invite(
    State(accounts): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (mail, name, language) = (body.mail("mail"), body.required_name("name"), body.language("language"));
    let administrator = body.flag("administrator");
    let (organisation, role) = (body.id("organisation"), body.optional_text("role"));
    let (mail, name) = body.finish_with(mail.zip(name)).map_err(AccountError::from)?;
    let new = NewAccount { name, mail, language: language.unwrap_or(Language::De), administrator };
    let role = organisation.map(|organisation| (organisation, role.as_deref().unwrap_or_default()));
    let (account, link) = accounts.invite(&caller, &new, role).await?;
    let answer = InvitedAccount { account: account.into(), link };
    Ok((StatusCode::CREATED, private(Json(answer))).into_response())
}

async fn new_link(State(accounts): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let link = accounts.new_link(&caller, id, Purpose::Password).await?;
    Ok(private(Json(NewLink { link })))
}

async fn reset(State(accounts): Shared, caller: Caller, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let link = accounts.reset_factor(&caller, id).await?;
    Ok(private(Json(NewLink { link })))
}

async fn disable(accounts: Shared, caller: Caller, id: Path<Uuid>) -> Result<Response, Problem> {
    set(accounts, caller, id, Standing::Disabled).await
}

async fn enable(accounts: Shared, caller: Caller, id: Path<Uuid>) -> Result<Response, Problem> {
    set(accounts, caller, id, Standing::Enabled).await
}

async fn erase(accounts: Shared, caller: Caller, id: Path<Uuid>) -> Result<Response, Problem> {
    set(accounts, caller, id, Standing::Erased).await
}

async fn set(
    State(accounts): Shared,
    caller: Caller,
    Path(id): Path<Uuid>,
    standing: Standing,
) -> Result<Response, Problem> {
    accounts.set_standing(&caller, id, standing).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
