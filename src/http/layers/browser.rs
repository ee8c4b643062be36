//! Headers that tell browsers what they may do with an answer.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

/// Reading is for every origin and never with credentials, so that any web map may use the register and no page can act
/// in the name of somebody who is logged in elsewhere. Writing from another origin is not offered.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
const ANY: HeaderValue = HeaderValue::from_static("*");
const ASKED: HeaderValue =
    HeaderValue::from_static("Authorization, Accept, Accept-Crs, If-None-Match, If-Range, Range, X-Request-Id");
const A_DAY: HeaderValue = HeaderValue::from_static("86400");

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin-when-cross-origin");

/// What pages may load. Own scripts only; MapLibre runs its workers from blobs and draws images it made itself. Of other
/// origins those of a configured ground of the map, and nothing but images and data from them.
pub fn policy<'a>(origins: impl IntoIterator<Item = &'a String>) -> HeaderValue {
    policy_of_page(origins, "", &[])
}

/// The policy of a page that holds scripts of its own, let through by their hashes (`'sha256-…'`, apart by spaces), and
/// that pages of other origins may frame.
pub fn policy_of_page<'a>(
    origins: impl IntoIterator<Item = &'a String>,
    hashes: &str,
    framed_by: &[String],
) -> HeaderValue {
    let others: String = origins.into_iter().map(|origin| format!(" {origin}")).collect();
    let hashes: String = hashes.split_whitespace().map(|hash| format!(" {hash}")).collect();
    let framing: String = framed_by.iter().map(|origin| format!(" {origin}")).collect();
    let policy = format!(
        "default-src 'self'; script-src 'self'{hashes}; img-src 'self' data: blob:{others}; \
         connect-src 'self'{others}; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'self'{framing}"
    );
    // Origins are ASCII; see `tiles::style::ground` and `config::origin`.
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'"))
}

/// True for the question a browser asks before it sends a request to another origin.
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// What may be asked of this server from another origin.
pub fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ASKED);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, A_DAY);
    response
}

/// Adds the headers every answer has, and the policies for pages that have none of their own.
pub fn protect(headers: &mut HeaderMap, policy: &HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        headers.entry(header::REFERRER_POLICY).or_insert(REFERRER);
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| policy.clone());
    }
}
