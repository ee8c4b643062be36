//! What Vite has built.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::{Absent, Path, Problem, etag};

/// The folder holds at least a file that git keeps, so that the program can be built before the web part.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// Files have a hash of their content in their names.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Files whose names stay.
const ASK_ALWAYS: HeaderValue = HeaderValue::from_static("no-cache");

/// Endings of compressed twins and what they are called on the wire, the best first.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

/// A file of the build by its path in `web/dist`, as bytes.
pub fn read(path: &str) -> Option<Bytes> {
    Dist::get(path).map(|file| bytes(&file))
}

fn bytes(file: &EmbeddedFile) -> Bytes {
    match &file.data {
        // In a release build the bytes are part of the program and need no copy.
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::copy_from_slice(data),
    }
}

/// `/assets/{file}`
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    served(&format!("assets/{name}"), FOR_EVER, &headers)
}

/// `/icons/{file}`
pub async fn icon(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    served(&format!("icons/{name}"), ASK_ALWAYS, &headers)
}

/// `/favicon.ico`: asked for by browsers on pages that name no icon, and told as an error where there is none.
pub async fn favicon(headers: HeaderMap) -> Result<Response, Problem> {
    served("icons/water-192.png", ASK_ALWAYS, &headers)
}

/// `/sw.js`: the service worker, whose address stays while its content changes.
pub async fn service_worker(headers: HeaderMap) -> Result<Response, Problem> {
    served("sw.js", ASK_ALWAYS, &headers)
}

/// `/manifest.webmanifest`: what a device needs to know to install the page.
pub async fn manifest(headers: HeaderMap) -> Result<Response, Problem> {
    served("manifest.webmanifest", ASK_ALWAYS, &headers)
}

/// A file in the smallest form the client understands.
fn served(path: &str, keep: HeaderValue, headers: &HeaderMap) -> Result<Response, Problem> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let media = media(name);
    // A twin is not a file of its own.
    let plain = media.and_then(|_| Dist::get(path));
    let (Some(media), Some(plain)) = (media, plain) else {
        return Err(Problem::not_found(&Absent::File { name }));
    };
    let tag = etag::of_content_hash(&plain.metadata.sha256_hash());
    let known: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    if etag::is_known(&known, &tag) {
        let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, keep)];
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let twin = CODINGS
        .into_iter()
        .filter(|(_, coding)| accepts(accepted, coding))
        .find_map(|(ending, coding)| Some((Dist::get(&format!("{path}.{ending}"))?, coding)));
    let mut response = match &twin {
        Some((file, _)) => bytes(file).into_response(),
        None => bytes(&plain).into_response(),
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    answer.insert(header::CACHE_CONTROL, keep);
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    match twin {
        Some((_, coding)) => {
            answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            answer.insert(header::ETAG, etag::in_coding(&tag, coding));
        }
        None => {
            answer.insert(header::ETAG, tag);
        }
    }
    Ok(response)
}

/// True if the client takes this coding: it is named, and not with a weight of zero (RFC 9110, 12.5.3).
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.filter_map(|part| part.strip_prefix("q=")).any(|q| q.parse() == Ok(0.0_f32));
        named && !refused
    })
}

/// The media type by a file's ending; nothing else is served.
fn media(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "ttf" => Some("font/ttf"),
        "woff2" => Some("font/woff2"),
        "webmanifest" => Some("application/manifest+json"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_taken_when_it_is_named_and_not_refused() {
        assert!(accepts("gzip, deflate, br, zstd", "br"));
        assert!(accepts("GZIP;q=0.5", "gzip"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("*", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn only_files_of_known_kinds_are_served() {
        assert_eq!(media("index-abc.js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(media("index-abc.js.br"), None);
        assert_eq!(media("Makefile"), None);
    }
}
