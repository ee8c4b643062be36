//! The kinds of error answers.

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::Tell;

/// What kind of error an answer is; its sentences are the titles (RFC 9457, 3.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum ProblemKind {
    BodyUnread,
    Busy,
    CannotUndo,
    Collision,
    Conflict,
    ContentCoding,
    CursorGone,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseSlow,
    DatabaseUnavailable,
    Duplicate,
    Forbidden,
    Internal,
    InvalidInput,
    InvalidParameter,
    InvalidRequest,
    Lagging,
    LinkShut,
    Loading,
    MalformedJson,
    MediaType,
    MethodNotAllowed,
    NotAcceptable,
    NotFound,
    NotReady,
    OutcomeUnknown,
    PreconditionRequired,
    ProviderUnavailable,
    Range,
    Stale,
    Timeout,
    TooCostly,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    UnsupportedMediaType,
}

impl Tell for ProblemKind {
    const FILE: &'static str = "titles";
}

impl ProblemKind {
    /// Last part of the `type` URI, stable for programs.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// The status it is answered with.
    pub fn status(self) -> StatusCode {
        self.facts().1
    }

    fn facts(self) -> (&'static str, StatusCode) {
        match self {
            Self::BodyUnread => ("body-unread", StatusCode::BAD_REQUEST),
            Self::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE),
            Self::CannotUndo => ("cannot-undo", StatusCode::CONFLICT),
            Self::Collision => ("collision", StatusCode::CONFLICT),
            Self::Conflict => ("conflict", StatusCode::CONFLICT),
            Self::ContentCoding => ("content-coding", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::CursorGone => ("cursor-gone", StatusCode::GONE),
            Self::DatabaseFull => ("database-full", StatusCode::SERVICE_UNAVAILABLE),
            Self::DatabaseReadOnly => ("database-read-only", StatusCode::SERVICE_UNAVAILABLE),
            Self::DatabaseSlow => ("database-slow", StatusCode::SERVICE_UNAVAILABLE),
            Self::DatabaseUnavailable => ("database-unavailable", StatusCode::SERVICE_UNAVAILABLE),
            Self::Duplicate => ("duplicate", StatusCode::CONFLICT),
            Self::Forbidden => ("forbidden", StatusCode::FORBIDDEN),
            Self::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR),
            Self::InvalidInput => ("invalid-input", StatusCode::BAD_REQUEST),
            Self::InvalidParameter => ("invalid-parameter", StatusCode::BAD_REQUEST),
            Self::InvalidRequest => ("invalid-request", StatusCode::BAD_REQUEST),
            // The change is kept: saying otherwise would make the author repeat it.
            Self::Lagging => ("lagging", StatusCode::ACCEPTED),
            Self::LinkShut => ("link-shut", StatusCode::GONE),
            Self::Loading => ("loading", StatusCode::SERVICE_UNAVAILABLE),
            Self::MalformedJson => ("malformed-json", StatusCode::BAD_REQUEST),
            Self::MediaType => ("media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::MethodNotAllowed => ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
            Self::NotAcceptable => ("not-acceptable", StatusCode::NOT_ACCEPTABLE),
            Self::NotFound => ("not-found", StatusCode::NOT_FOUND),
            Self::NotReady => ("not-ready", StatusCode::SERVICE_UNAVAILABLE),
            Self::OutcomeUnknown => ("outcome-unknown", StatusCode::SERVICE_UNAVAILABLE),
            Self::PreconditionRequired => ("precondition-required", StatusCode::PRECONDITION_REQUIRED),
            Self::ProviderUnavailable => ("provider-unavailable", StatusCode::SERVICE_UNAVAILABLE),
            Self::Range => ("range", StatusCode::RANGE_NOT_SATISFIABLE),
            Self::Stale => ("stale", StatusCode::PRECONDITION_FAILED),
            Self::Timeout => ("timeout", StatusCode::SERVICE_UNAVAILABLE),
            Self::TooCostly => ("too-costly", StatusCode::BAD_REQUEST),
            Self::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::TooManyRequests => ("too-many-requests", StatusCode::TOO_MANY_REQUESTS),
            Self::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED),
            Self::UnsupportedMediaType => ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Told;

    #[test]
    fn a_kind_is_called_the_same_by_programs_and_by_its_title() {
        for kind in [ProblemKind::BodyUnread, ProblemKind::MethodNotAllowed, ProblemKind::Busy, ProblemKind::TooCostly]
        {
            assert_eq!(Told::of(&kind).sentence(), format!("titles.{}", kind.name()));
        }
    }
}
