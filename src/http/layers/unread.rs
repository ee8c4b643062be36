//! Bodies of requests that nobody reads to their end.
//!
//! Behind an answer that came before the body was read, HTTP/1.1 cannot tell what is left of the body from the next request,
//! so the connection ends. A client that is told so can send the next request elsewhere at once, and need not find out by
//! an error in the middle of it (RFC 9110, 9.3 and 10.1.1).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Version, header};
use futures_util::{StreamExt, stream};

/// Whether the body of a request has been read to its end.
#[derive(Debug)]
pub struct Reading {
    ended: Arc<AtomicBool>,
    version: Version,
}

/// Watches the body of a request; `None` for one without.
pub fn watch(request: &mut Request) -> Option<Reading> {
    if request.body().is_end_stream() {
        return None;
    }
    let ended = Arc::new(AtomicBool::new(false));
    let (body, seen) = (std::mem::take(request.body_mut()), ended.clone());
    let end = stream::poll_fn(move |_| {
        seen.store(true, Ordering::Release);
        Poll::Ready(None)
    });
    *request.body_mut() = Body::from_stream(body.into_data_stream().chain(end));
    Some(Reading { ended, version: request.version() })
}

impl Reading {
    /// Says in an answer that the connection ends with it, if it does.
    pub fn tell(&self, headers: &mut HeaderMap) {
        // In HTTP/2 a stream ends by itself, and the header is not allowed.
        if self.version < Version::HTTP_2 && !self.ended.load(Ordering::Acquire) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}
