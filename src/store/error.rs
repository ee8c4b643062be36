//! What can go wrong with the database, and which of it passes.

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database answers, but not with what was asked for; what the transaction had done is undone.
    #[error("the database cannot do it now ({state:?}): {source}")]
    Passing { state: Passing, source: sqlx::Error },
    /// The connection was lost at the moment of the commit, and what became of it could not be found out.
    #[error("whether the change was stored is not known: the database was lost while it was being stored")]
    Uncertain,
    /// What was read of the journal is not in it any more: another history than the one that was followed.
    #[error("the database has gone back: {0}")]
    WentBack(String),
    /// Two transactions waited for each other, and this one gave way.
    #[error("the change met another one in the same objects; nothing of it was stored")]
    Collision,
    /// What there may be only once exists already. Whoever looks before they write meets this where two looked at the same
    /// moment.
    #[error("what there may be only once exists already ({constraint}); nothing of the change was stored")]
    Taken { constraint: String },
    /// Somebody else has taken over the job meanwhile, or it was asked for anew.
    #[error("the job is somebody else's by now; nothing of what was done for it is kept")]
    LeaseLost,
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
    #[error("the schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database URL is not valid: {0}")]
    Url(String),
    /// A view of ours would have to be made anew, and others have built on it.
    #[error(
        "the view register.{view} cannot follow the declaration while something is built on it ({dependents}): {lost}; drop or change that first, and make it anew after the start"
    )]
    Dependents { view: String, lost: String, dependents: String },
    #[error("{0}")]
    Stored(String),
}

/// A state of the database that somebody or time will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// It takes no writes: it was told so, or is a replica.
    ReadOnly,
    /// No room on the disk, or no memory.
    Full,
    /// A statement or a lock took longer than the database allows.
    TooSlow,
}

impl StoreError {
    /// The name of the unique constraint that a change would have broken.
    pub fn broken_constraint(&self) -> Option<&str> {
        match self {
            Self::Taken { constraint } => Some(constraint),
            _ => None,
        }
    }
}

impl Passing {
    /// By SQLSTATE (PostgreSQL documentation, appendix A).
    fn of(code: &str) -> Option<Self> {
        match code {
            "25006" => Some(Self::ReadOnly),
            // Class 53, insufficient resources, but for connections, of which there is none then.
            "53000" | "53100" | "53200" | "53400" => Some(Self::Full),
            "55P03" | "57014" => Some(Self::TooSlow),
            _ => None,
        }
    }
}

/// True if the server has ended the connection, or made none.
fn is_gone(code: &str) -> bool {
    // 08: failures of connections; 57P: told to end, starting, shutting down; 25P03, 25P04: idle or busy too long; 28: who
    // we are cannot be checked now, as while hosts change; 3D: the database is being made anew; 42P01: its tables are.
    ["08", "57P", "28", "3D"].iter().any(|class| code.starts_with(class))
        || ["53300", "25P03", "25P04", "42P01"].contains(&code)
}

impl StoreError {
    /// True if the same may succeed a moment later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Passing { .. } | Self::Collision)
    }

    /// True for a database that is on its way; one that knows us not, or not the database we want, will hardly come.
    pub(super) fn may_come_up(&self) -> bool {
        let Self::Unavailable(error) = self else { return false };
        let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
        !code.starts_with("28") && !code.starts_with("3D")
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        match &error {
            Io(_) | PoolClosed | PoolTimedOut | Tls(_) | WorkerCrashed => return Self::Unavailable(error),
            // What comes of a connection that breaks in the middle of a message.
            Protocol(_) => return Self::Unavailable(error),
            _ => {}
        }
        let Database(refusal) = &error else { return Self::Database(error) };
        let code = refusal.code().unwrap_or_default();
        // A deadlock or a serialization failure: the same transaction would have succeeded a moment later.
        if code == "40P01" || code == "40001" {
            return Self::Collision;
        }
        if refusal.is_unique_violation() {
            return Self::Taken { constraint: refusal.constraint().unwrap_or_default().to_owned() };
        }
        match Passing::of(&code) {
            Some(state) => Self::Passing { state, source: error },
            None if is_gone(&code) => Self::Unavailable(error),
            None => Self::Database(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_that_pass_are_told_from_faults_by_their_code() {
        for (code, state) in [("25006", Passing::ReadOnly), ("53100", Passing::Full), ("57014", Passing::TooSlow)] {
            assert_eq!(Passing::of(code), Some(state));
            assert!(!is_gone(code), "{code}");
        }
        for code in ["08006", "57P01", "57P03", "53300", "3D000"] {
            assert!(is_gone(code) && Passing::of(code).is_none(), "{code}");
        }
        for code in ["23505", "22P02", "XX001", "42501", ""] {
            assert!(!is_gone(code) && Passing::of(code).is_none(), "{code}");
        }
    }
}
