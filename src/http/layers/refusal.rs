//! The framework's own refusals, which come as plain text, as problems.

use axum::body::HttpBody;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::{Problem, ProblemKind, Trouble};

/// The longest text that is repeated in a problem.
const LONGEST: usize = 2_000;

/// An answer as it is, or the problem it should have been. `OPTIONS` on a route that does not treat it succeeds; the
/// framework adds the methods the route has as `Allow`, outside of all layers.
pub async fn as_problem(method: &Method, response: Response) -> Response {
    let status = response.status();
    if status == StatusCode::METHOD_NOT_ALLOWED && method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    if response.extensions().get::<Problem>().is_some() || !is_bare(&response) {
        return response;
    }
    let text = match axum::body::to_bytes(response.into_body(), LONGEST).await {
        Ok(bytes) if !status.is_server_error() => String::from_utf8_lossy(&bytes).into_owned(),
        _ => String::new(),
    };
    problem(status, &text).into_response()
}

/// True for an error without a body, or with a short one in plain text.
fn is_bare(response: &Response) -> bool {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return false;
    }
    let size = response.body().size_hint().exact();
    let kind = response.headers().get(header::CONTENT_TYPE);
    size == Some(0) || size.is_some_and(|size| size <= LONGEST as u64) && is_text(kind)
}

fn is_text(kind: Option<&HeaderValue>) -> bool {
    kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn problem(status: StatusCode, text: &str) -> Problem {
    let or = |otherwise: Trouble| match text {
        "" => otherwise,
        text => Trouble::Framework { text: text.to_owned() },
    };
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(&or(Trouble::Nothing)),
        StatusCode::METHOD_NOT_ALLOWED => Problem::of(ProblemKind::MethodNotAllowed, &Trouble::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of(ProblemKind::TooLarge, &Trouble::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::of(ProblemKind::UnsupportedMediaType, &or(Trouble::SayType)),
        status if status.is_server_error() => Problem::internal(&format!("an answer {status} without a problem")),
        _ => Problem::of(ProblemKind::InvalidRequest, &or(Trouble::Malformed)),
    }
}
