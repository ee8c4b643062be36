//! Bodies of requests: their type, their size, their CRS.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::answer::CONTENT_CRS;
use super::{Problem, ProblemKind};

use crate::feature::crs::{Crs, CrsError};
use crate::texts::{Fault, Tell, Told};

/// What an edit calls its reason in, as UTF-8, percent-encoded where a header cannot hold it.
pub const REASON: HeaderName = HeaderName::from_static("geokontor-reason");

/// Types a feature may come as.
pub const FEATURE_TYPES: &[&str] = &["application/geo+json", "application/json"];
/// Types of a change.
pub const PATCH_TYPES: &[&str] = &["application/merge-patch+json"];
/// Types of everything else.
pub const JSON_TYPES: &[&str] = &["application/json"];

/// A reason has this many characters at most.
const MAX_REASON: usize = 500;

/// Reads a JSON body. One of the wrong type, or packed, is 415, one too large 413, and one that is no JSON 400 with line and column.
/// Nesting beyond 128 levels counts as no JSON.
pub async fn read_json(headers: &HeaderMap, body: Body, types: &[&str], limit: usize) -> Result<Json, Problem> {
    check_type(headers, types)?;
    check_coding(headers)?;
    let bytes = axum::body::to_bytes(body, limit).await.map_err(|error| unread(&error, limit))?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(&error))
}

fn check_type(headers: &HeaderMap, types: &[&str]) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim();
    if types.iter().any(|known| known.eq_ignore_ascii_case(media)) {
        return Ok(());
    }
    let known = types.join(", ");
    let given = (!media.is_empty()).then_some(media);
    let mut problem = Problem::of(ProblemKind::MediaType, &BodyFault::Type { given, known: types });
    let accept = if types == PATCH_TYPES { HeaderName::from_static("accept-patch") } else { header::ACCEPT };
    problem.hint = HeaderValue::from_str(&known).ok().map(|known| Box::new((accept, known)));
    Err(problem)
}

/// A packed body is not taken: how large it is shows only when it is too late.
///
/// # Errors
/// It is packed.
pub fn check_coding(headers: &HeaderMap) -> Result<(), Problem> {
    let codings = headers.get_all(header::CONTENT_ENCODING).iter();
    if codings.into_iter().all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    let problem = Problem::of(ProblemKind::ContentCoding, &BodyFault::Coding);
    Err(problem.hinting(header::ACCEPT_ENCODING, HeaderValue::from_static("identity")))
}

fn unread(error: &axum::Error, limit: usize) -> Problem {
    use std::error::Error;
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return Problem::of(ProblemKind::TooLarge, &BodyFault::TooLarge { limit });
        }
        cause = error.source();
    }
    Problem::of(ProblemKind::BodyUnread, &BodyFault::Unread)
}

fn malformed(error: &serde_json::Error) -> Problem {
    let told = Told::of(&BodyFault::NotJson { reason: error.to_string() });
    Problem { kind: ProblemKind::MalformedJson, ..Problem::invalid(Fault::new("", "json", told)) }
}

/// The CRS of the coordinates in the body; CRS84 when nothing is said.
pub fn body_crs(headers: &HeaderMap) -> Result<Crs, Problem> {
    let Some(value) = headers.get(CONTENT_CRS) else { return Ok(Crs::CRS84) };
    let text = value.to_str().unwrap_or("?").trim();
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
    text.parse().map_err(|error: CrsError| Problem::parameter("Content-Crs", &error))
}

/// Why the author makes the change.
pub fn reason(headers: &HeaderMap) -> Result<String, Problem> {
    let Some(value) = headers.get(REASON) else { return Ok("OGC API edit".to_owned()) };
    let fault = |fault: BodyFault<'static>| Problem::parameter("Geokontor-Reason", &fault);
    let decoded = percent_encoding::percent_decode(value.as_bytes()).decode_utf8();
    check_reason(&decoded.map_err(|_| fault(BodyFault::ReasonNotUtf8))?).map_err(fault)
}

/// A reason fit for the journal.
///
/// # Errors
/// What is wrong with it.
pub fn check_reason(text: &str) -> Result<String, BodyFault<'static>> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BodyFault::ReasonEmpty);
    }
    if text.chars().count() > MAX_REASON {
        return Err(BodyFault::ReasonLong { most: MAX_REASON });
    }
    if text.chars().any(char::is_control) {
        return Err(BodyFault::ReasonControl);
    }
    Ok(text.to_owned())
}

/// What can be wrong with a body, or with the reason sent along.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum BodyFault<'a> {
    /// Of a type that is not taken, or of none.
    Type {
        given: Option<&'a str>,
        known: &'a [&'a str],
    },
    Coding,
    TooLarge {
        limit: usize,
    },
    Unread,
    NotJson {
        reason: String,
    },
    UnknownMember {
        name: &'a str,
    },
    ReasonNotUtf8,
    ReasonEmpty,
    ReasonLong {
        most: usize,
    },
    ReasonControl,
}

impl Tell for BodyFault<'_> {
    const FILE: &'static str = "bodies";
}
