//! A file sent whole or in pieces (RFC 9110, 14): what readers of archives and interrupted downloads ask for.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::MEDIA;
use crate::http::{Problem, ProblemKind, Trouble, etag};

/// Read from the disk at a time; bounds what a slow reader holds in memory.
const PIECE: u64 = 256 << 10;

/// A file that does not change while it is held.
#[derive(Debug, Clone)]
pub struct Served {
    pub file: Arc<File>,
    pub size: u64,
    /// Strong: of these very bytes.
    pub tag: HeaderValue,
}

impl Served {
    /// The answer to a request for the file.
    ///
    /// # Errors
    /// 416 for a range beyond the end.
    pub fn answer(&self, method: &Method, headers: &HeaderMap) -> Result<Response, Problem> {
        let known: Vec<HeaderValue> = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        if etag::is_known(&known, &self.tag) {
            return Ok(self.dressed(StatusCode::NOT_MODIFIED.into_response()));
        }
        let text = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
        // Of another version pieces would not fit together: then all of it (RFC 9110, 13.1.5).
        let fits = headers.get(header::IF_RANGE).is_none_or(|tag| *tag == self.tag);
        let asked = text.filter(|_| fits).map_or(Asked::All, |text| asked(text, self.size));
        let (status, range) = match asked {
            Asked::All => (StatusCode::OK, 0..self.size),
            Asked::Piece(range) => (StatusCode::PARTIAL_CONTENT, range),
            Asked::Nothing => return Err(self.beyond()),
        };
        let length = range.end - range.start;
        let content = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), self.size);
        let body = if *method == Method::HEAD { Body::empty() } else { self.stream(range) };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
        out.insert(header::CONTENT_LENGTH, length.into());
        if status == StatusCode::PARTIAL_CONTENT {
            out.extend(HeaderValue::try_from(content).ok().map(|content| (header::CONTENT_RANGE, content)));
        }
        Ok(self.dressed(response))
    }

    fn dressed(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        // no-transform: a proxy that compressed it would make ranges lie.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
        response
    }

    fn beyond(&self) -> Problem {
        let mut problem = Problem::of(ProblemKind::Range, &Trouble::Range { size: self.size });
        let content = HeaderValue::try_from(format!("bytes */{}", self.size)).ok();
        problem.hint = content.map(|content| Box::new((header::CONTENT_RANGE, content)));
        problem
    }

    fn stream(&self, range: Range<u64>) -> Body {
        let file = self.file.clone();
        Body::from_stream(futures_util::stream::unfold(range, move |range| {
            let file = file.clone();
            async move {
                if range.is_empty() {
                    return None;
                }
                let end = range.end.min(range.start + PIECE);
                let piece = tokio::task::spawn_blocking(move || read(&file, range.start..end)).await;
                let piece = piece.unwrap_or_else(|error| Err(io::Error::other(error)));
                // After an error nothing follows; the reader sees that the body is short.
                let rest = if piece.is_ok() { end..range.end } else { range.end..range.end };
                Some((piece, rest))
            }
        }))
    }
}

fn read(file: &File, range: Range<u64>) -> io::Result<Bytes> {
    let mut piece = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
    file.read_exact_at(&mut piece, range.start)?;
    Ok(piece.into())
}

#[derive(Debug, PartialEq)]
enum Asked {
    All,
    Piece(Range<u64>),
    Nothing,
}

/// Reads `Range`. What is not understood, several ranges among it, is as if it were not there (RFC 9110, 14.2).
fn asked(text: &str, size: u64) -> Asked {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Asked::All;
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..size.min(last.saturating_add(1)),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(length)) if first.is_empty() => size.saturating_sub(length)..size,
        _ => return Asked::All,
    };
    if range.start < range.end { Asked::Piece(range) } else { Asked::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_piece_a_beginning_or_an_end_of_the_file() {
        assert_eq!(asked("bytes=0-99", 1_000), Asked::Piece(0..100));
        assert_eq!(asked("bytes=900-", 1_000), Asked::Piece(900..1_000));
        assert_eq!(asked("bytes=-100", 1_000), Asked::Piece(900..1_000));
        assert_eq!(asked("bytes=900-99999999999999999999", 1_000), Asked::All, "no number there is");
        assert_eq!(asked("bytes=900-18446744073709551615", 1_000), Asked::Piece(900..1_000));
        assert_eq!(asked("bytes=-5000", 1_000), Asked::Piece(0..1_000));
    }

    #[test]
    fn what_lies_beyond_is_refused_and_what_is_not_understood_is_passed_over() {
        assert_eq!(asked("bytes=1000-", 1_000), Asked::Nothing);
        assert_eq!(asked("bytes=-0", 1_000), Asked::Nothing);
        for text in ["bytes=5-1", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=-", ""] {
            assert_eq!(asked(text, 1_000), Asked::All, "{text}");
        }
    }
}
