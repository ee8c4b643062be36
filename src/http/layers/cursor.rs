//! Reading one's own writes on any node.
//!
//! The answer to a change says how far the journal is, in [`HEADER`]. A request that sends it back waits until the node
//! which answers has followed as far: whoever has changed something on one node sees it on every other.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

use crate::http::Trouble;
use crate::http::{Problem, ProblemKind};
use crate::index::Index;
use crate::store::journal::Cursor;

/// How far the journal was, or must be.
pub const HEADER: HeaderName = HeaderName::from_static("geokontor-cursor");

/// Nodes follow within half a second. One that is farther behind says so before its readers give up.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a request wants to be followed, if it says so.
pub fn wanted(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(HEADER).cloned()
}

/// Waits until this node has followed as far.
///
/// # Errors
/// 400 for what is no cursor, 503 if it takes too long.
pub async fn reach(index: &Index, wanted: &HeaderValue) -> Result<(), Problem> {
    let cursor = wanted.to_str().ok().and_then(|text| text.parse::<Cursor>().ok());
    let cursor = cursor.ok_or_else(|| Problem::of(ProblemKind::InvalidRequest, &Trouble::NoCursor))?;
    if index.covers_within(&cursor, PATIENCE).await {
        return Ok(());
    }
    Err(Problem::of(ProblemKind::NotReady, &Trouble::Behind).after(1))
}

/// Says in the answer to a change how far this node has followed, which is beyond that change.
pub fn tell(index: &Index, response: &mut Response) {
    let cursor = index.cursor().and_then(|cursor| HeaderValue::try_from(cursor.to_string()).ok());
    if let Some(cursor) = cursor {
        response.headers_mut().insert(HEADER, cursor);
    }
}
