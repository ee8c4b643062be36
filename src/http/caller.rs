//! Who is asking, from the `Authorization` header.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use super::Problem;
use crate::app::App;
use crate::identity::{Caller, Secret};

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    /// No header: anonymous. A header that names nobody is an error rather than anonymous, so that a client with an
    /// expired token learns it instead of silently seeing less.
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Some(header) = parts.headers.get(header::AUTHORIZATION) else { return Ok(Self::anonymous()) };
        let secret = header
            .to_str()
            .ok()
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| token.trim().parse::<Secret>().ok());
        secret.and_then(|secret| app.directory.caller(&secret, app.clock.now())).ok_or_else(|| {
            let detail = "The token is not valid, has expired or was revoked. Ask for a new one.";
            Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "The token is not valid", detail)
        })
    }
}
