//! Compression, and entity tags that tell one encoding from another.
//!
//! A strong entity tag promises equal bytes (RFC 9110, 8.8.1), so the compressed form of an answer needs another tag
//! than the plain one. Handlers know one tag, that of the content: on the way out the encoding is appended to it, on the
//! way in it is taken off again.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use libdeflater::{CompressionLvl, Compressor};
use tower::Service;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;

use crate::http::coding::{self, Coding, Levels};
use crate::http::{Problem, ProblemKind, Trouble};
use crate::work::{Kind, Pool};

/// Below this many bytes a packet is a packet, compressed or not.
const FLOOR: u64 = 1024;

/// Of brotli the level at which it is as fast as gzip in a stream and still smaller; the others are near their defaults with
/// it.
const LEVEL: i32 = 4;

/// The same where a whole answer is packed at once, of which gzip is the quickest.
const LEVELS: Levels = Levels { gzip: &PACKER, brotli: LEVEL.unsigned_abs(), brotli_window: 22, zstd: LEVEL };

/// Bytes up to which an answer is packed at once.
const WHOLE: usize = 64 << 20;
/// An answer of more bytes is for a program that takes a whole register along.
const LARGE: usize = 4 << 20;

thread_local! {
    static PACKER: RefCell<Compressor> = RefCell::new(Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default()));
}

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

/// Compresses an answer if that pays and the caller understands it. What takes no encoding that there is, plain neither,
/// is 406 for a read; a change has been made by now and a refusal says why, so these are told plain.
pub async fn encode(method: &Method, response: Response, accepted: &Accepted, pool: &Pool) -> Response {
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
    if let Some(coding) = Coding::accepted(Some(encodings), Coding::Gzip).filter(|_| is_whole(&response)) {
        return packed(response, coding, pool).await;
    }
    let mut request = Request::new(Body::empty());
    request.headers_mut().insert(header::ACCEPT_ENCODING, encodings.clone());
    let status = response.status();
    let mut compression = Compression::new(Given(Some(response))).quality(CompressionLevel::Precise(LEVEL));
    let Ok(response) = compression.call(request).await;
    let mut response = response.map(Body::new);
    // All that the compression has changed then is the status.
    if response.status() != status {
        *response.status_mut() = status;
        let is_read = method.is_safe() && status.is_success();
        return if is_read { unacceptable(&response) } else { response };
    }
    match response.headers().get(header::CONTENT_ENCODING).and_then(|name| name.to_str().ok()) {
        Some("gzip") => tagged(response, suffix(Coding::Gzip)),
        Some("br") => tagged(response, suffix(Coding::Brotli)),
        Some("zstd") => tagged(response, suffix(Coding::Zstd)),
        _ => response,
    }
}

/// True for a body that lies in memory and is not so large that it should be sent while the rest is being packed.
fn is_whole(response: &Response) -> bool {
    response.body().size_hint().exact().is_some_and(|size| size <= WHOLE as u64)
}

/// An answer whose body lies in memory, packed at once.
async fn packed(response: Response, coding: Coding, pool: &Pool) -> Response {
    let (head, body) = response.into_parts();
    let packed = match to_bytes(body, WHOLE).await {
        Ok(content) => pack(content, coding, pool).await,
        Err(error) => Err(Problem::internal(&error)),
    };
    let packed = match packed {
        Ok(packed) => packed,
        Err(problem) => return problem.into_response(),
    };
    let mut response = Response::from_parts(head, Body::from(packed));
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    // The whole can still be asked for in parts, but not these bytes.
    headers.remove(header::ACCEPT_RANGES);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    tagged(varying(response), suffix(coding))
}

async fn pack(content: Bytes, coding: Coding, pool: &Pool) -> Result<Vec<u8>, Problem> {
    let packed = if content.len() <= quick(coding) {
        coding::pack(&content, coding, LEVELS)
    } else {
        let kind = if content.len() <= LARGE { Kind::Answer } else { Kind::Extract };
        pool.run(kind, move |_| coding::pack(&content, coding, LEVELS)).await?
    };
    packed.map_err(|error| Problem::internal(&error))
}

/// Bytes up to which packing takes no longer than other work between two waits: about a millisecond. The rest is for the
/// pool.
fn quick(coding: Coding) -> usize {
    match coding {
        Coding::Gzip | Coding::Zstd => 256 << 10,
        Coding::Brotli => 64 << 10,
    }
}

/// What an entity tag ends in.
fn suffix(coding: Coding) -> &'static str {
    match coding {
        Coding::Gzip => "-gzip",
        Coding::Brotli => "-br",
        Coding::Zstd => "-zstd",
    }
}

/// The problem instead of an answer, with those of its headers that are not about its content.
fn unacceptable(answer: &Response) -> Response {
    let mut response = Problem::of(ProblemKind::NotAcceptable, &Trouble::NoEncoding).into_response();
    let of_content = [header::ETAG, header::LAST_MODIFIED, header::LINK];
    for (name, value) in answer.headers() {
        if !name.as_str().starts_with("content-") && !of_content.contains(name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
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

/// Says that the answer depends on `Accept-Encoding`, unless it says so.
fn varying(mut response: Response) -> Response {
    let is_it = |name: &[u8]| name.trim_ascii().eq_ignore_ascii_case(b"accept-encoding");
    let named = |line: &HeaderValue| line.as_bytes().rsplit(|byte| *byte == b',').any(is_it);
    if !response.headers().get_all(header::VARY).iter().any(named) {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
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
    use std::io::Read;

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
            let response = encode(&Method::GET, answer(5000, "application/geo+json"), &accepted, &Pool::new(1)).await;
            assert_eq!(response.headers()[header::CONTENT_ENCODING], encoding);
            assert_eq!(response.headers()[header::ETAG], tag);
            assert_eq!(response.headers().get_all(header::VARY).iter().count(), 1);
            for plain in [answer(500, "application/geo+json"), answer(5000, "image/png")] {
                let response = encode(&Method::GET, plain, &accepted, &Pool::new(1)).await;
                assert_eq!(response.headers()[header::ETAG], "\"7\"");
                assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
            }
        }
    }

    #[tokio::test]
    async fn what_is_packed_is_unpacked_to_what_was_said_whether_at_once_elsewhere_or_in_a_stream() {
        let all = "gzip, br, zstd;q=0.9";
        let quick = quick(Coding::Gzip);
        let sizes = [quick, quick + 1, LARGE + 1, WHOLE, WHOLE + 1].map(|bytes| (all, bytes));
        for (encodings, bytes) in
            sizes.into_iter().chain(["br", "zstd", "gzip;q=0.5, br"].map(|only| (only, quick + 1)))
        {
            let accepted = accepted(&mut asked(&[(header::ACCEPT_ENCODING, encodings)]));
            let mut plain = answer(bytes, "application/json");
            plain.headers_mut().insert(header::VARY, HeaderValue::from_static("Authorization, Accept-Encoding"));
            let response = encode(&Method::GET, plain, &accepted, &Pool::new(1)).await;
            assert_eq!(response.headers().get_all(header::VARY).iter().count(), 1);
            let coding = response.headers()[header::CONTENT_ENCODING].clone();
            let packed = to_bytes(response.into_body(), WHOLE).await.expect("a body");
            let mut content = Vec::new();
            match coding.to_str().expect("text") {
                "gzip" => flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut content).expect("gzip"),
                "br" => brotli::Decompressor::new(&packed[..], 4_096).read_to_end(&mut content).expect("brotli"),
                _ => zstd::stream::read::Decoder::new(&packed[..])
                    .expect("zstd")
                    .read_to_end(&mut content)
                    .expect("zstd"),
            };
            assert_eq!((content.len(), content.iter().all(|byte| *byte == b'a')), (bytes, true));
            assert_eq!(coding == "gzip", encodings == all && bytes <= WHOLE);
        }
    }

    #[tokio::test]
    async fn large_answers_are_packed_in_the_pool_in_whichever_coding() {
        let pool = Pool::new(1);
        let (_done, wait) = std::sync::mpsc::channel::<()>();
        let mut first = Box::pin(pool.run(Kind::Answer, move |_| wait.recv().is_ok()));
        assert!(futures_util::poll!(&mut first).is_pending());
        let mut others = Vec::new();
        // As many as may wait.
        loop {
            let mut other = Box::pin(pool.run(Kind::Answer, |_| ()));
            if futures_util::poll!(&mut other).is_ready() {
                break;
            }
            others.push(other);
        }
        for (coding, name) in [(Coding::Gzip, "gzip"), (Coding::Brotli, "br"), (Coding::Zstd, "zstd")] {
            let accepted = accepted(&mut asked(&[(header::ACCEPT_ENCODING, name)]));
            let answers = [quick(coding), quick(coding) + 1].map(|bytes| answer(bytes, "application/json"));
            for (response, status) in answers.into_iter().zip([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE]) {
                assert_eq!(encode(&Method::GET, response, &accepted, &pool).await.status(), status, "{name}");
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
        assert_eq!(encode(&Method::GET, response, &accepted, &Pool::new(1)).await.headers()[header::ETAG], "\"7-br\"");
    }

    #[tokio::test]
    async fn who_takes_no_encoding_and_not_plain_either_is_told_why_unless_something_was_changed() {
        let accepted = accepted(&mut asked(&[(header::ACCEPT_ENCODING, "identity;q=0")]));
        let refused = encode(&Method::GET, answer(5000, "application/json"), &accepted, &Pool::new(1)).await;
        assert_eq!(refused.status(), StatusCode::NOT_ACCEPTABLE);
        assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert!(!refused.headers().contains_key(header::ETAG));
        assert!(refused.headers().contains_key(header::VARY));
        let done = encode(&Method::PATCH, answer(5000, "application/json"), &accepted, &Pool::new(1)).await;
        assert_eq!(
            (done.status(), &done.headers()[header::ETAG]),
            (StatusCode::OK, &HeaderValue::from_static("\"7\""))
        );
    }
}
