//! Error answers as problem details (RFC 9457).

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Wrong;
use crate::collection::{Fault, Faults, Language};

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
    pub status: StatusCode,
    /// Last part of the `type` URI, stable for programs.
    pub kind: &'static str,
    pub title: &'static str,
    /// What is wrong this time and what to do next.
    pub detail: String,
    /// What is wrong with the input; the answer has the faults that are told and, where those are not all, their number.
    pub errors: Faults,
    /// What a value that is not clear may mean.
    pub candidates: Option<Box<serde_json::Value>>,
    /// A header that says what would be taken instead; boxed, because errors travel through every `Result`.
    pub hint: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Problem {
    /// A problem without single faults.
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, title, detail: detail.into(), errors: Faults::default(), candidates: None, hint: None }
    }

    /// 400 for one parameter, told in a language.
    pub fn wrong(language: Language, name: &str, wrong: &Wrong<'_>) -> Self {
        Self::parameters(language, vec![Fault::new(name, "parameter", wrong.message(language))])
    }

    /// 400 for a parameter; `pointer` of the fault is the parameter's name.
    pub fn parameter(name: &str, message: impl Into<String>) -> Self {
        let fault = Fault::new(name, "parameter", message);
        let detail = format!("{name}: {}", fault.message);
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid-parameter", "A parameter is not valid", detail);
        problem.errors.push(fault);
        problem
    }

    /// 400 with everything wrong with the parameters, told in a language; the pointers are the parameters' names.
    pub fn parameters(language: Language, errors: Vec<Fault>) -> Self {
        let named: Vec<String> =
            errors.iter().take(MOST_NAMED).map(|fault| format!("{}: {}", fault.pointer, fault.message)).collect();
        let title = match (language, errors.len()) {
            (Language::De, 1) => "Ein Parameter ist nicht gültig",
            (Language::De, _) => "Parameter sind nicht gültig",
            (Language::En, 1) => "A parameter is not valid",
            (Language::En, _) => "Parameters are not valid",
        };
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid-parameter", title, named.join("; "));
        problem.errors = errors.into();
        problem
    }

    /// 400 with all faults of an input.
    pub fn invalid(errors: impl Into<Faults>) -> Self {
        let errors = errors.into();
        let detail = match errors.told() {
            [one] if errors.total() == 1 => one.message.clone(),
            _ => format!("{} faults", errors.total()),
        };
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "invalid-input", "The input has faults", detail);
        problem.errors = errors;
        problem
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// 503: the registers are not in memory yet, or are being loaded anew.
    pub fn loading() -> Self {
        let detail = "The server is loading the registers. Ask again in a moment.";
        Self::unavailable("loading", "The registers are being loaded", detail, "2")
    }

    /// 503, and after how many seconds to ask again.
    pub fn unavailable(
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
        seconds: &'static str,
    ) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, kind, title, detail);
        problem.hint = Some(Box::new((header::RETRY_AFTER, HeaderValue::from_static(seconds))));
        problem
    }

    /// 500; the cause goes to the log, not to the caller.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(id = request_id(), %cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The server failed",
            "The request could not be answered. The cause is in the server's log under the request id.",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:geokontor:problem:{}", self.kind),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let (told, total) = (self.errors.told(), self.errors.total());
        if total > 0 {
            body["errors"] = json!(told);
        }
        if total > told.len() {
            body["errors_total"] = json!(total);
        }
        if let Some(candidates) = self.candidates {
            body["candidates"] = *candidates;
        }
        if let Some(id) = request_id() {
            body["request_id"] = json!(id);
        }
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.extend(self.hint.map(|hint| *hint));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
