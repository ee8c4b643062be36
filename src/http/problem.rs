//! Error answers as problem details (RFC 9457).
//!
//! A problem says what is the matter in no language. It travels through the layers in the extensions of its answer, and
//! [`spoken`] writes it where the language of the request is known.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::{ProblemKind, Trouble};
use crate::texts::{Fault, Faults, Language, Texts, Told};

tokio::task_local! {
    /// The id of the request under way, for logs and problems; set by [`super::layers`].
    pub static REQUEST_ID: String;
}

/// The id of the request under way; `None` outside of one.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Faults that are named in one sentence.
const MOST_NAMED: usize = 10;

/// An error answer.
#[derive(Debug, Clone)]
pub struct Problem {
    pub kind: ProblemKind,
    /// What is wrong this time and what to do next; where nothing is said, the faults are.
    pub detail: Option<Told>,
    /// What is wrong with the input; the answer has the faults that are told and, where those are not all, their number.
    pub errors: Faults,
    /// What a value that is not clear may mean.
    pub candidates: Option<Box<serde_json::Value>>,
    /// A header that says what would be taken instead; boxed, because errors travel through every `Result`.
    pub hint: Option<Box<(HeaderName, HeaderValue)>>,
    /// The language that was asked for beside the headers.
    pub language: Option<Language>,
}

impl Problem {
    /// A problem without single faults.
    pub fn of(kind: ProblemKind, detail: impl Into<Told>) -> Self {
        Self { detail: Some(detail.into()), ..Self::with(kind, Faults::default()) }
    }

    fn with(kind: ProblemKind, errors: Faults) -> Self {
        Self { kind, detail: None, errors, candidates: None, hint: None, language: None }
    }

    /// 400 for a parameter; `pointer` of the fault is the parameter's name.
    pub fn parameter(name: &str, told: impl Into<Told>) -> Self {
        Self::parameters(vec![Fault::new(name, "parameter", told)])
    }

    /// 400 with everything wrong with the parameters; the pointers are the parameters' names.
    pub fn parameters(errors: Vec<Fault>) -> Self {
        Self::with(ProblemKind::InvalidParameter, errors.into())
    }

    /// 400 with all faults of an input.
    pub fn invalid(errors: impl Into<Faults>) -> Self {
        Self::with(ProblemKind::InvalidInput, errors.into())
    }

    /// 404.
    pub fn not_found(detail: impl Into<Told>) -> Self {
        Self::of(ProblemKind::NotFound, detail)
    }

    /// 503: the registers are not in memory yet, or are being loaded anew.
    pub fn loading() -> Self {
        Self::of(ProblemKind::Loading, &Trouble::Loading).after(2)
    }

    /// Says after how many seconds to ask again.
    #[must_use]
    pub fn after(self, seconds: u32) -> Self {
        self.hinting(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Says in a header what would be taken.
    #[must_use]
    pub fn hinting(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { hint: Some(Box::new((name, value))), ..self }
    }

    /// In a language that was asked for beside the headers.
    #[must_use]
    pub fn told_in(self, language: Language) -> Self {
        Self { language: Some(language), ..self }
    }

    /// 500; the cause goes to the log, not to the caller.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(id = request_id(), %cause, "a request failed");
        Self::of(ProblemKind::Internal, &Trouble::Internal)
    }

    /// The problem in a language, as RFC 9457 has it.
    pub fn written(&self, texts: &Texts, language: Language) -> serde_json::Value {
        let said = |told: &Told| texts.sentence(told, language);
        let faults = written(&self.errors, texts, language);
        let total = self.errors.total();
        let detail = match (&self.detail, faults.as_slice()) {
            (Some(told), _) => said(told),
            (None, faults) if self.kind == ProblemKind::InvalidParameter => named(faults),
            (None, [one]) if total == 1 => one.message.clone(),
            (None, _) => said(&Told::of(&Trouble::Faults { count: total })),
        };
        let mut body = json!({
            "type": format!("urn:geokontor:problem:{}", self.kind.name()),
            "title": said(&Told::of(&self.kind)),
            "status": self.kind.status().as_u16(),
            "detail": detail,
        });
        if total > 0 {
            body["errors"] = json!(faults);
        }
        if total > faults.len() {
            body["errors_total"] = json!(total);
        }
        if let Some(candidates) = &self.candidates {
            body["candidates"] = (**candidates).clone();
        }
        if let Some(id) = request_id() {
            body["request_id"] = json!(id);
        }
        body
    }
}

/// Faults as they are answered, in a language.
pub fn written<'a>(faults: &'a Faults, texts: &Texts, language: Language) -> Vec<Written<'a>> {
    faults.told().iter().map(|fault| Written::new(fault, texts.sentence(&fault.told, language))).collect()
}

/// A fault as it is answered.
#[derive(Debug, Serialize)]
pub struct Written<'a> {
    pointer: &'a str,
    code: &'static str,
    message: String,
}

impl<'a> Written<'a> {
    fn new(fault: &'a Fault, message: String) -> Self {
        Self { pointer: &fault.pointer, code: fault.code, message }
    }
}

/// The first faults in one sentence, each with what it is about.
fn named(faults: &[Written<'_>]) -> String {
    let each = faults.iter().take(MOST_NAMED).map(|fault| format!("{}: {}", fault.pointer, fault.message));
    each.collect::<Vec<_>>().join("; ")
}

/// An answer as it is, or with its problem written in a language.
pub fn spoken(mut response: Response, texts: &Texts, language: impl FnOnce() -> Language) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let language = problem.language.unwrap_or_else(language);
    *response.body_mut() = Body::from(problem.written(texts, language).to_string());
    let headers = response.headers_mut();
    // That of the empty body it had until now.
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}

impl IntoResponse for Problem {
    /// An answer without a body, which [`spoken`] writes.
    fn into_response(mut self) -> Response {
        let mut response = self.kind.status().into_response();
        let headers = response.headers_mut();
        headers.extend(self.hint.take().map(|hint| *hint));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.kind.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
