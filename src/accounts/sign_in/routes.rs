//! `/api/sign-in`, `/api/sign-out` and `/api/links`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Extension, FromRef, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{Step, Visitor};
use crate::accounts::answers::{Elsewhere, MailAddress, OpenedLink, Progress};
use crate::accounts::body::Body;
use crate::accounts::{AccountError, Accounts, Refusal, describe};
use crate::http::answer::private;
use crate::http::body::{JSON_TYPES, read_json};
use crate::http::line::Line;
use crate::http::session::{BROWSER, SESSION, check_page, cookie, set_cookie};
use crate::http::{Gate, Limit, Needs, Operation, Problem, Routes, origin};
use crate::identity::links::Purpose;
use crate::identity::sessions::Session;

/// Bytes of a body.
const MOST: usize = 16 << 10;
/// Characters that are kept of what a browser calls itself.
const LONGEST_AGENT: usize = 200;
/// How long browsers keep what they are known by.
const KNOWN: u64 = 180 * 86_400;

type Shared = State<Arc<Accounts>>;
pub(in crate::accounts) type OnLine = Option<Extension<Arc<Line>>>;

impl FromRef<Arc<Accounts>> for Gate {
    fn from_ref(domain: &Arc<Accounts>) -> Self {
        domain.gate.clone()
    }
}

/// The routes for those who are not in yet.
pub fn add(routes: Routes<Arc<Accounts>>) -> Routes<Arc<Accounts>> {
    let post = |id, address| Operation::post(id, address, Needs::Nothing).limited(Limit::SignIn);
    routes
        .route(post("sign_in", "/api/sign-in").described(describe::sign_in), sign_in)
        .route(
            post("sign_in_second_factor", "/api/sign-in/second-factor").described(describe::second_factor),
            second_factor,
        )
        .route(Operation::post("sign_out", "/api/sign-out", Needs::Nothing).described(describe::sign_out), sign_out)
        .route(post("link_request", "/api/links").described(describe::link_request), request)
        .route(post("link_open", "/api/links/open").described(describe::link_open), open)
        .route(post("link_password", "/api/links/password").described(describe::link_password), set_password)
        .route(post("link_factor", "/api/links/factor").described(describe::link_factor), enrol)
}

async fn sign_in(
    State(accounts): Shared,
    line: OnLine,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (mail, password) = (body.mail("mail"), body.password("password"));
    let mail = body.finish_with(mail).map_err(AccountError::from)?;
    Ok(stepped(&accounts.sign_in(mail, password, visitor(&accounts, line, &headers)).await?))
}

async fn second_factor(
    State(accounts): Shared,
    line: OnLine,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let code = body.text("code");
    body.finish().map_err(AccountError::from)?;
    let session = session(&accounts, &headers)?;
    Ok(stepped(&accounts.second_factor(&session, &code, visitor(&accounts, line, &headers)).await?))
}

async fn sign_out(State(accounts): Shared, headers: HeaderMap) -> Result<Response, Problem> {
    check_page(&headers, &accounts.gate)?;
    let no_cookie = [set_cookie(SESSION, None, 0)];
    // Whoever is out already is out.
    if let Ok(session) = session(&accounts, &headers) {
        accounts.sign_out(&session).await?;
        if let Some(elsewhere) = accounts.way_out_of(&session).await {
            return Ok((no_cookie, private(Json(Elsewhere { location: elsewhere.into() }))).into_response());
        }
    }
    Ok((StatusCode::NO_CONTENT, no_cookie).into_response())
}

/// The answer is the same whether there is such an account, and so is the time until it.
async fn request(
    State(accounts): Shared,
    line: OnLine,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let mail = body.mail("mail");
    let mail = body.finish_with(mail).map_err(AccountError::from)?;
    let address = visitor(&accounts, line, &headers).address;
    tokio::spawn(async move {
        if let Err(error) = accounts.send_link(mail, address).await {
            tracing::warn!(%error, "a link for a new password was not sent");
        }
    });
    Ok(StatusCode::ACCEPTED.into_response())
}

async fn open(State(accounts): Shared, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let bits = body.link();
    body.finish().map_err(AccountError::from)?;
    let session = session(&accounts, &headers).ok();
    let (link, account) = accounts.look_at(bits, session.as_deref()).await?;
    // Whoever has the mailbox of a new address need not be the person: without their session nothing is told of them.
    let told = (link.purpose != Purpose::Mail || session.is_some()).then_some((account.name, account.mail));
    let (name, mail) = told.unzip();
    let mail = mail.flatten();
    Ok(private(Json(OpenedLink {
        purpose: link.purpose,
        name,
        mail,
        new_mail: link.mail,
        expires_at: link.expires_at,
    })))
}

async fn set_password(State(accounts): Shared, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (bits, password) = (body.link(), body.password("password"));
    body.finish().map_err(AccountError::from)?;
    let session = session(&accounts, &headers).ok();
    let account = accounts.set_password(bits, password, session.as_deref()).await?;
    Ok(private(Json(MailAddress { mail: account.mail })))
}

async fn enrol(State(accounts): Shared, line: OnLine, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (bits, password) = (body.link(), body.password("password"));
    body.finish().map_err(AccountError::from)?;
    Ok(stepped(&accounts.enrol_by_link(bits, password, visitor(&accounts, line, &headers)).await?))
}

/// A body that a page of this server, or a program, has sent.
pub(in crate::accounts) async fn read(
    accounts: &Accounts,
    headers: &HeaderMap,
    body: HttpBody,
) -> Result<Body, Problem> {
    check_page(headers, &accounts.gate)?;
    Ok(Body::of(read_json(headers, body, JSON_TYPES, MOST).await?))
}

/// The session of the request, complete or not.
pub(in crate::accounts) fn session(accounts: &Accounts, headers: &HeaderMap) -> Result<Arc<Session>, AccountError> {
    let bits = cookie(headers, SESSION);
    Ok(bits.and_then(|bits| accounts.gate.session(&bits)).ok_or(Refusal::NotBegun)?)
}

/// Who asks, as far as it matters for being let in.
pub(in crate::accounts) fn visitor(accounts: &Accounts, line: OnLine, headers: &HeaderMap) -> Visitor {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Visitor {
        address: line.map(|Extension(line)| origin::of(line.peer, headers, &accounts.trusted_proxies)),
        browser: cookie(headers, BROWSER),
        agent: agent.map(|text| text.chars().take(LONGEST_AGENT).collect()),
    }
}

/// The answer to a step on the way in.
pub(in crate::accounts) fn stepped(step: &Step) -> Response {
    let mut response = private(Json(Progress::from(step)));
    set_cookies(&mut response, step);
    response
}

/// Hands the browser its cookies.
pub(in crate::accounts) fn set_cookies(response: &mut Response, step: &Step) {
    let headers = response.headers_mut();
    let (name, value) = set_cookie(SESSION, Some(&step.session), step.seconds);
    headers.append(name, value);
    if let Some(browser) = &step.browser {
        let (name, value) = set_cookie(BROWSER, Some(browser), KNOWN);
        headers.append(name, value);
    }
}
