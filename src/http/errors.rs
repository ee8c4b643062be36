//! The whole error → status table.

use axum::http::StatusCode;

use super::Problem;
use super::problem::request_id;
use crate::editing::EditError;
use crate::identity::Denied;
use crate::store::StoreError;

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Anonymous => {
                Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "A token is needed", denied.to_string())
            }
            Denied::Role { .. } | Denied::Collection { .. } | Denied::Area { .. } => {
                Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", denied.to_string())
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(id = request_id(), %error, "the database is not available");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database-unavailable",
                    "The database is not available",
                    "Nothing was stored. Reading goes on from memory; try the change again in a moment.",
                )
            }
            StoreError::Collision => {
                let detail = "Another change was being made to the same objects. Nothing was stored; try again.";
                Self::new(StatusCode::CONFLICT, "collision", "Two changes met", detail)
            }
            StoreError::Uncertain => {
                tracing::warn!(id = request_id(), %error, "the database was lost during a commit");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "outcome-unknown",
                    "Whether it was stored is not known",
                    "The database was lost while the change was being stored. Read the object again before repeating it.",
                )
            }
            other => Self::internal(&other),
        }
    }
}

impl From<EditError> for Problem {
    fn from(error: EditError) -> Self {
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
            EditError::Invalid(faults) => Self::invalid(faults.0),
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
