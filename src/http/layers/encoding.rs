//! Compression, and entity tags that tell one encoding from another.
//!
//! A strong entity tag promises equal bytes (RFC 9110, 8.8.1), so the compressed form of an answer needs another tag
//! than the plain one. Handlers know one tag, that of the content: on the way out the encoding is appended to it, on the
//! way in it is taken off again.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use tower::Service;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;

/// Below this many bytes a packet is a packet, compressed or not.
const FLOOR: u64 = 1024;

/// Of brotli the level at which it is as fast as gzip and still smaller; the others are near their defaults with it.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

const SUFFIXES: [&str; 3] = ["-gzip", "-br", "-zstd"];

/// What a request says about encodings, kept while a handler answers it.
#[derive(Debug, Default)]
pub struct Accepted {
    encodings: Option<HeaderValue>,
    /// The encoding in the entity tags of `If-None-Match`, for the tag of a 304.
    known: Option<&'static str>,
}

/// Reads `Accept-Encoding`, and takes encodings off the entity tags of the request.
pub fn accepted(headers: &mut HeaderMap) -> Accepted {
    let known = strip(headers, &header::IF_NONE_MATCH);
    strip(headers, &header::IF_MATCH);
    Accepted { encodings: headers.get(header::ACCEPT_ENCODING).cloned(), known }
}

fn strip(headers: &mut HeaderMap, name: &HeaderName) -> Option<&'static str> {
    let text = headers.get(name)?.to_str().ok()?;
    let suffix = SUFFIXES.into_iter().find(|suffix| text.contains(&format!("{suffix}\"")))?;
    let plain = SUFFIXES.iter().fold(text.to_owned(), |text, suffix| text.replace(&format!("{suffix}\""), "\""));
    let plain = HeaderValue::try_from(plain).ok()?;
    headers.insert(name, plain);
    Some(suffix)
}

/// Compresses an answer if that pays and the caller understands it.
pub async fn encode(response: Response, accepted: &Accepted) -> Response {
    if response.status() == StatusCode::NOT_MODIFIED {
        return match accepted.known {
            Some(suffix) => tagged(response, suffix),
            None => response,
        };
    }
    if !pays(&response) {
        return response;
    }
    let Some(encodings) = &accepted.encodings else { return varying(response) };
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(header::ACCEPT_ENCODING, encodings.clone());
    let mut compression = Compression::new(Given(Some(response))).quality(LEVEL);
    let Ok(response) = compression.call(request).await;
    let response = response.map(Body::new);
    match response.headers().get(header::CONTENT_ENCODING).and_then(|name| name.to_str().ok()) {
        Some("gzip") => tagged(response, "-gzip"),
        Some("br") => tagged(response, "-br"),
        Some("zstd") => tagged(response, "-zstd"),
        _ => response,
    }
}

/// True for text and tiles large enough; images, archives and event streams stay as they are.
fn pays(response: &Response) -> bool {
    let headers = response.headers();
    if response.body().size_hint().exact().is_some_and(|size| size < FLOOR)
        || headers.contains_key(header::CONTENT_ENCODING)
        || headers.contains_key(header::CONTENT_RANGE)
    {
        return false;
    }
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return false };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let text = kind.starts_with("text/") && kind != "text/event-stream";
    text || kind.ends_with("json")
        || kind.ends_with("xml")
        || ["application/javascript", "application/wasm", "application/vnd.mapbox-vector-tile", "application/yaml"]
            .contains(&kind)
}

fn varying(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// `"a"` becomes `"a-gzip"`; a weak tag promises no bytes and stays.
fn tagged(mut response: Response, suffix: &str) -> Response {
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let strong = tag.filter(|tag| tag.len() > 1 && tag.starts_with('"')).and_then(|tag| tag.strip_suffix('"'));
    if let Some(value) = strong.and_then(|tag| HeaderValue::try_from(format!("{tag}{suffix}\"")).ok()) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// A service that has its answer already: the compression is a layer and wants one.
struct Given(Option<Response>);

impl Service<Request> for Given {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        ready(Ok(self.0.take().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(bytes: usize, kind: &str) -> Response {
        let builder = Response::builder().header(header::CONTENT_TYPE, kind).header(header::ETAG, "\"7\"");
        builder.body(Body::from(vec![b'a'; bytes])).expect("an answer")
    }

    fn asked(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header"))).collect()
    }

    #[tokio::test]
    async fn each_encoding_has_its_own_tag_and_small_or_packed_answers_have_none() {
        for (encoding, tag) in [("gzip", "\"7-gzip\""), ("br", "\"7-br\""), ("zstd", "\"7-zstd\"")] {
            let accepted = accepted(&mut asked(&[(header::ACCEPT_ENCODING, encoding)]));
            let response = encode(answer(5000, "application/geo+json"), &accepted).await;
            assert_eq!(response.headers()[header::CONTENT_ENCODING], encoding);
            assert_eq!(response.headers()[header::ETAG], tag);
            assert_eq!(response.headers().get_all(header::VARY).iter().count(), 1);
            for plain in [answer(500, "application/geo+json"), answer(5000, "image/png")] {
                let response = encode(plain, &accepted).await;
                assert_eq!(response.headers()[header::ETAG], "\"7\"");
                assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
            }
        }
    }

    #[tokio::test]
    async fn a_tag_comes_back_to_the_handler_as_it_gave_it_and_to_the_caller_as_it_came() {
        let mut headers = asked(&[(header::IF_NONE_MATCH, "\"6-br\", \"7-br\""), (header::IF_MATCH, "\"7-gzip\"")]);
        let accepted = accepted(&mut headers);
        assert_eq!(headers[header::IF_NONE_MATCH], "\"6\", \"7\"");
        assert_eq!(headers[header::IF_MATCH], "\"7\"");
        let mut response = answer(0, "application/json");
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        assert_eq!(encode(response, &accepted).await.headers()[header::ETAG], "\"7-br\"");
    }
}
