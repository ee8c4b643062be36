//! Who is asking, from the `Authorization` header.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::{Gate, Problem};
use crate::identity::{Caller, Secret};

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Gate: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        of(&parts.headers, &Gate::from_ref(state))
    }
}

/// No header: anonymous. A header that names nobody is an error rather than anonymous, so that a client with an
/// expired token learns it instead of silently seeing less.
pub(super) fn of(headers: &HeaderMap, gate: &Gate) -> Result<Caller, Problem> {
    let Some(header) = headers.get(header::AUTHORIZATION) else { return Ok(Caller::anonymous()) };
    let secret = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| token.trim().parse::<Secret>().ok());
    secret.and_then(|secret| gate.caller(&secret)).ok_or_else(|| {
        let detail = "The token is not valid, has expired or was revoked. Ask for a new one.";
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "The token is not valid", detail)
    })
}
