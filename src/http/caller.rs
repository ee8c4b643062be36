//! Who is asking, from the `Authorization` header or the cookie of a session.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};

use super::{Gate, Problem, ProblemKind, Trouble, session};
use crate::identity::{Caller, Secret};

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Gate: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        of(&parts.method, &parts.headers, &Gate::from_ref(state))
    }
}

/// No header: anonymous. A header that names nobody is an error rather than anonymous, so that a client with an
/// expired token learns it instead of silently seeing less.
pub(super) fn of(method: &Method, headers: &HeaderMap, gate: &Gate) -> Result<Caller, Problem> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return signed_in(method, headers, gate) };
    if headers.contains_key(header::COOKIE) && session::cookie(headers, session::SESSION).is_some() {
        return Err(Problem::of(ProblemKind::InvalidRequest, &Trouble::TwoCallers));
    }
    let refused = || Problem::of(ProblemKind::Unauthenticated, &Trouble::TokenNotValid);
    secret(header).and_then(|secret| gate.caller(&secret)).ok_or_else(refused)
}

/// The secret of a token (RFC 6750, 2.1).
pub(super) fn secret(header: &HeaderValue) -> Option<Secret> {
    let (scheme, token) = header.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().parse().ok()).flatten()
}

/// Who the cookie names. A cookie that names nobody any more cannot be taken away by a page that only reads, so such a reader
/// is whoever they would be without it; whoever wants to change something learns that the session has ended.
fn signed_in(method: &Method, headers: &HeaderMap, gate: &Gate) -> Result<Caller, Problem> {
    if !headers.contains_key(header::COOKIE) {
        return Ok(Caller::anonymous());
    }
    let Some(bits) = session::cookie(headers, session::SESSION) else { return tablet(method, headers, gate) };
    match gate.person(&bits) {
        Some(caller) => session::check_site(method, headers, gate).map(|()| caller),
        None if method.is_safe() || gate.session(&bits).is_some() => tablet(method, headers, gate),
        None => Err(Problem::of(ProblemKind::Unauthenticated, &Trouble::SessionEnded)),
    }
}

/// The tablet that the cookie names. It counts for what our pages ask, which lie behind its PIN, and not for an address that
/// somebody opens. One that is revoked is refused whatever it asks, so that its page learns it and drops what it has.
fn tablet(method: &Method, headers: &HeaderMap, gate: &Gate) -> Result<Caller, Problem> {
    let bits = session::cookie(headers, session::DEVICE).filter(|_| !session::is_navigation(headers));
    let Some(bits) = bits else { return Ok(Caller::anonymous()) };
    match gate.device(&bits) {
        Some((_, caller)) => session::check_site(method, headers, gate).map(|()| caller),
        None => Err(Problem::of(ProblemKind::Unauthenticated, &Trouble::DeviceEnded)),
    }
}
