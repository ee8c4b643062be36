//! The whole error → status table.

use axum::http::StatusCode;

use crate::accounts::{AccountError, Refusal};
use crate::editing::EditError;
use crate::http::problem::request_id;
use crate::http::{Problem, ProblemKind};
use crate::identity::Denied;
use crate::mail::MailError;
use crate::store::{Passing, StoreError};
use crate::work::{Busy, Ended};

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Anonymous => {
                Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "A token is needed", denied.to_string())
            }
            Denied::NotSignedIn => {
                Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first", denied.to_string())
            }
            Denied::NoRole
            | Denied::Role { .. }
            | Denied::Collection { .. }
            | Denied::Owner { .. }
            | Denied::Area { .. } => Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", denied.to_string()),
        }
    }
}

impl From<Busy> for Problem {
    fn from(_: Busy) -> Self {
        let detail =
            "So much of this kind is asked for that it would not be ready in time. Try again in a few seconds.";
        Self::unavailable("busy", "The server is busy", detail, "3")
    }
}

impl From<Ended> for Problem {
    fn from(ended: Ended) -> Self {
        match ended {
            // Nobody hears it.
            Ended::GivenUp => Self::unavailable("busy", "The answer was given up", ended.to_string(), "1"),
            Ended::TooCostly => {
                let detail = "The server would have to compare too much. Ask for a smaller area with bbox, for a simpler \
                              geometry or with a shorter filter.";
                Self::new(StatusCode::BAD_REQUEST, "too-costly", "It asks for too much", detail)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(id = request_id(), %error, "the database is not available");
                let detail = "Nothing was stored. Reading goes on from memory; try the change again in a moment.";
                Self::unavailable("database-unavailable", "The database is not available", detail, "5")
            }
            StoreError::Passing { state, .. } => {
                tracing::warn!(id = request_id(), %error, "the database cannot do it now");
                Self::from(state)
            }
            StoreError::WentBack(_) => Self::loading(),
            StoreError::Collision => {
                let detail = "Another change was being made to the same objects. Nothing was stored; try again.";
                Self::new(StatusCode::CONFLICT, "collision", "Two changes met", detail)
            }
            StoreError::Uncertain => {
                tracing::warn!(id = request_id(), %error, "the database was lost during a commit");
                let detail = "The database was lost while the change was being stored. Read the object again before repeating it.";
                Self::unavailable("outcome-unknown", "Whether it was stored is not known", detail, "10")
            }
            other => Self::internal(&other),
        }
    }
}

impl From<Passing> for Problem {
    fn from(state: Passing) -> Self {
        let (kind, title, what, seconds) = match state {
            Passing::ReadOnly => ("database-read-only", "The database takes no changes", "is set to read only", "10"),
            Passing::Full => ("database-full", "The database has no room", "has run out of disk or memory", "60"),
            Passing::TooSlow => ("database-slow", "The database took too long", "gave up on the change", "5"),
        };
        let detail = format!("Nothing was stored: the database {what}. Reading goes on from memory; try again later.");
        Self::unavailable(kind, title, detail, seconds)
    }
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
        // Not all faults in one sentence: of them there may be many.
        let error = match error {
            EditError::Invalid(faults) => return Self::invalid(faults),
            other => other,
        };
        let detail = error.to_string();
        match error {
            EditError::UnknownCollection(_) | EditError::NotFound { .. } | EditError::UnknownChangeset(_) => {
                Self::not_found(detail)
            }
            EditError::Stale { .. } => {
                Self::new(StatusCode::PRECONDITION_FAILED, "stale", "Changed by somebody else", detail)
            }
            EditError::PreconditionMissing => {
                Self::new(StatusCode::PRECONDITION_REQUIRED, "precondition-required", "If-Match is missing", detail)
            }
            EditError::Invalid(faults) => Self::invalid(faults),
            EditError::Denied(denied) => denied.into(),
            EditError::ReferenceTaken => Self::new(StatusCode::CONFLICT, "duplicate", "The number is taken", detail),
            EditError::CannotUndo { .. } => {
                Self::new(StatusCode::CONFLICT, "cannot-undo", "Cannot be taken back", detail)
            }
            EditError::Store(error) => error.into(),
            // The change is kept: saying otherwise would make the author repeat it.
            EditError::Lagging(_) => Self::new(StatusCode::ACCEPTED, "lagging", "Stored, not yet visible", detail),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Refused(refusal) => refusal.into(),
            AccountError::Shut(shut) => Self::of(ProblemKind::LinkShut, &shut),
            AccountError::Invalid(faults) => Self::invalid(faults),
            AccountError::Busy(busy) => busy.into(),
            AccountError::Mail(MailError::Store(error)) | AccountError::Store(error) => error.into(),
            AccountError::Mail(error) => Self::internal(&error),
            AccountError::Lagging(lagging) => EditError::Lagging(lagging).into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match &refusal {
            Refusal::Refused | Refusal::WrongCode | Refusal::NotBegun => ProblemKind::Unauthenticated,
            Refusal::WrongPassword | Refusal::FactorRequired | Refusal::FactorLinkNeeded => ProblemKind::Forbidden,
            Refusal::TooEarly { .. } => ProblemKind::TooManyRequests,
            Refusal::NoAccount | Refusal::NoSession => ProblemKind::NotFound,
            Refusal::MailTaken | Refusal::NoFactor | Refusal::FactorExists | Refusal::LastAdministrator => {
                ProblemKind::Conflict
            }
            Refusal::Field { .. } | Refusal::BadMail | Refusal::BadName | Refusal::BadLanguage => {
                ProblemKind::InvalidInput
            }
        };
        let problem = Self::of(kind, &refusal);
        match refusal {
            Refusal::TooEarly { seconds } => problem.after(seconds),
            _ => problem,
        }
    }
}
