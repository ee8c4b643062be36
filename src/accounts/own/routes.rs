//! `/api/account`.

use std::sync::Arc;

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Enrolment, Own, picture};
use crate::accounts::answers::{
    NewAuthenticator, OwnAccount, OwnFactors, OwnRole, Passkey, RecoveryCodes, Session, SessionList,
};
use crate::accounts::sign_in::routes::{read, session, set_cookies, visitor};
use crate::accounts::{AccountError, Accounts, describe, working};
use crate::http::answer::private;
use crate::http::session::{SESSION, check_site, set_cookie};
use crate::http::{Ask, Limit, Needs, Operation, Path, Problem, Routes};
use crate::identity::accounts::{Credential, CredentialKind};
use crate::identity::sessions::store::SessionRow;
use crate::identity::{Action, Caller, Denied, Person};
use crate::texts::Language;

type Shared = State<Arc<Accounts>>;

/// The routes for one's own account. To set up a factor one may be on the way in still.
pub fn add(routes: Routes<Arc<Accounts>>) -> Routes<Arc<Accounts>> {
    use Needs::{Account, Nothing};
    const OWN: &str = "/api/account";
    const SESSIONS: &str = "/api/account/sessions";
    const ONE: &str = "/api/account/sessions/{session}";
    const TOTP: &str = "/api/account/totp";
    routes
        .route(Operation::get("account", OWN, Account).described(describe::account), own)
        .route(Operation::patch("account_change", OWN, Account).described(describe::account_change), change)
        .route(
            Operation::post("account_password", "/api/account/password", Account)
                .limited(Limit::SignIn)
                .described(describe::password),
            password,
        )
        .route(Operation::get("account_sessions", SESSIONS, Account).described(describe::sessions), sessions)
        .route(Operation::delete("account_sessions_end", SESSIONS, Account).described(describe::end_others), end_others)
        .route(Operation::delete("account_session_end", ONE, Account).described(describe::end_session), end_one)
        .route(
            Operation::post("account_totp_begin", TOTP, Nothing).limited(Limit::SignIn).described(describe::totp_begin),
            begin_totp,
        )
        .route(
            Operation::put("account_totp_confirm", TOTP, Nothing)
                .limited(Limit::SignIn)
                .described(describe::totp_confirm),
            confirm_totp,
        )
        .route(
            Operation::delete("account_totp_remove", TOTP, Account)
                .limited(Limit::SignIn)
                .described(describe::totp_remove),
            remove_totp,
        )
        .route(
            Operation::post("account_recovery_codes", "/api/account/recovery-codes", Account)
                .limited(Limit::SignIn)
                .described(describe::recovery_codes),
            recovery_codes,
        )
}

async fn own(State(accounts): Shared, ask: Ask) -> Result<Response, Problem> {
    let person = person(&ask.caller)?;
    let own = accounts.own(person).await?;
    let mut response = private(Json(told(&accounts, own, &ask)));
    if let Some((bits, seconds)) = accounts.rotated(person).await? {
        let (name, value) = set_cookie(SESSION, Some(&bits), seconds);
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

async fn change(State(accounts): Shared, ask: Ask, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (name, language) = (body.name("name"), body.language("language"));
    body.finish().map_err(AccountError::from)?;
    let own = accounts.rename(&ask.caller, person(&ask.caller)?, name, language).await?;
    Ok(private(Json(told(&accounts, own, &ask))))
}

async fn password(
    State(accounts): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let (present, new) = (body.password("present"), body.password("password"));
    body.finish().map_err(AccountError::from)?;
    accounts.change_password(&caller, person(&caller)?, present, new).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn sessions(State(accounts): Shared, caller: Caller) -> Result<Response, Problem> {
    let person = person(&caller)?;
    let rows = accounts.own_sessions(person).await?;
    let told = |row: SessionRow| Session {
        id: row.id,
        current: person.session == Some(row.id),
        begun_by: row.begun_by,
        browser: row.browser,
        created_at: row.created_at,
        last_seen: row.last_seen,
        ends_at: row.ends_at,
    };
    Ok(private(Json(SessionList { sessions: rows.into_iter().map(told).collect() })))
}

async fn end_others(State(accounts): Shared, caller: Caller) -> Result<Response, Problem> {
    accounts.end_own(&caller, person(&caller)?, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn end_one(State(accounts): Shared, caller: Caller, Path(session): Path<Uuid>) -> Result<Response, Problem> {
    accounts.end_own(&caller, person(&caller)?, Some(session)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn begin_totp(State(accounts): Shared, headers: HeaderMap) -> Result<Response, Problem> {
    check_site(&Method::POST, &headers, &accounts.gate)?;
    let session = session(&accounts, &headers)?;
    let enrolment = accounts.enrol(&session).await?;
    let picture = picture::svg(&enrolment.address);
    let Enrolment { secret, address } = enrolment;
    Ok(private(Json(NewAuthenticator { secret, address, picture })))
}

async fn confirm_totp(State(accounts): Shared, headers: HeaderMap, body: HttpBody) -> Result<Response, Problem> {
    check_site(&Method::PUT, &headers, &accounts.gate)?;
    let mut body = read(&accounts, &headers, body).await?;
    let code = body.text("code");
    body.finish().map_err(AccountError::from)?;
    let session = session(&accounts, &headers)?;
    let enrolled = accounts.confirm(&session, &code, visitor(&accounts, None, &headers).browser).await?;
    let mut response = private(Json(RecoveryCodes { recovery_codes: enrolled.recovery_codes }));
    set_cookies(&mut response, &enrolled.step);
    Ok(response)
}

async fn remove_totp(
    State(accounts): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let password = body.password("password");
    body.finish().map_err(AccountError::from)?;
    accounts.remove_factor(&caller, person(&caller)?, password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn recovery_codes(
    State(accounts): Shared,
    caller: Caller,
    headers: HeaderMap,
    body: HttpBody,
) -> Result<Response, Problem> {
    let mut body = read(&accounts, &headers, body).await?;
    let password = body.password("password");
    body.finish().map_err(AccountError::from)?;
    let recovery_codes = accounts.recovery_codes(&caller, person(&caller)?, password).await?;
    Ok(private(Json(RecoveryCodes { recovery_codes })))
}

/// Whoever is signed in, behind [`Needs::Account`].
pub(in crate::accounts) fn person(caller: &Caller) -> Result<Person, Denied> {
    caller.person().ok_or(Denied::NotSignedIn)
}

fn told(accounts: &Accounts, own: Own, ask: &Ask) -> OwnAccount {
    let Own { account, credentials, linked, must_show_two } = own;
    let since = |kind| working(&credentials, kind).map(|kept| kept.created_at);
    let of_kind = |kind| credentials.iter().filter(move |kept: &&Credential| kept.kind == kind);
    let passkey = |kept: &Credential| Passkey {
        id: kept.id,
        name: kept.name.clone().unwrap_or_default(),
        created_at: kept.created_at,
        used_at: kept.used_at,
    };
    OwnAccount {
        id: account.id,
        role: account.administrator.then_some("administrator"),
        actions: Action::ALL.into_iter().filter(|action| ask.caller.could(*action).is_ok()).collect(),
        district: ask.caller.could_everywhere(Action::Administer).is_ok(),
        organisations: own_roles(accounts, account.id, ask.language),
        name: account.name,
        mail: account.mail,
        language: account.language,
        created_at: account.created_at,
        factors: OwnFactors {
            password: since(CredentialKind::Password),
            totp: since(CredentialKind::Totp),
            recovery_codes: of_kind(CredentialKind::Recovery).count(),
            required: must_show_two,
        },
        passkeys: of_kind(CredentialKind::Passkey).map(passkey).collect(),
        identities: linked,
    }
}

/// Where one has which role, and what it allows.
fn own_roles(accounts: &Accounts, account: Uuid, language: Language) -> Vec<OwnRole> {
    let told = accounts.own_roles(account).into_iter().map(|(organisation, role, said)| OwnRole {
        id: organisation.id,
        name: organisation.name,
        kind: organisation.kind,
        role: role.title.in_language(language).to_owned(),
        sentences: said.iter().map(|said| accounts.texts.sentence(said, language)).collect(),
    });
    told.collect()
}
