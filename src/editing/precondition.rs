//! Which state of a feature the author of a change has seen.

use chrono::{DateTime, Timelike, Utc};

use super::EditError;
use crate::feature::FeatureId;

/// Which state of a feature the author of an edit has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing was said; refused, because the edit might undo somebody else's.
    Missing,
    /// `If-Match: *`: whatever it is now.
    Any,
    /// One of the versions behind the ETags sent.
    Version(i64),
    /// `If-Unmodified-Since`: the state that was there at this second.
    UnmodifiedSince(DateTime<Utc>),
    /// ETags were sent, and none of them is one of ours.
    Never,
}

impl Precondition {
    /// Compares with the state that is there: its version, and when it was made where the collection records that.
    ///
    /// # Errors
    /// [`EditError::Stale`] if it is another state; [`EditError::PreconditionMissing`] if nothing was said that could be
    /// compared.
    pub fn check(self, id: FeatureId, version: i64, made: Option<DateTime<Utc>>) -> Result<(), EditError> {
        let fits = match self {
            Self::Missing => return Err(EditError::PreconditionMissing),
            Self::Any => true,
            Self::Version(seen) => seen == version,
            Self::Never => false,
            Self::UnmodifiedSince(at) => match made.and_then(|made| made.with_nanosecond(0)) {
                Some(made) => made <= at,
                None => return Err(EditError::PreconditionMissing),
            },
        };
        if fits { Ok(()) } else { Err(EditError::Stale { id, current: Some(version) }) }
    }

    /// What to say when there is no feature: whoever names a state has missed its deletion (RFC 9110, 13.1.1).
    pub fn of_nothing(self, collection: &str, id: FeatureId) -> EditError {
        match self {
            Self::Missing | Self::Any => EditError::NotFound { collection: collection.to_owned(), id },
            Self::Version(_) | Self::UnmodifiedSince(_) | Self::Never => EditError::Stale { id, current: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::english;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_time_stands_for_the_state_of_its_second_and_for_none_where_times_are_not_recorded() {
        let since = Precondition::UnmodifiedSince(at("2026-06-01T10:00:00Z"));
        let check = |made| since.check(FeatureId::new(), 3, made);
        assert!(check(Some(at("2026-06-01T10:00:00.700Z"))).is_ok());
        assert!(matches!(check(Some(at("2026-06-01T10:00:01Z"))), Err(EditError::Stale { current: Some(3), .. })));
        assert!(matches!(check(None), Err(EditError::PreconditionMissing)));
    }

    #[test]
    fn of_what_is_gone_no_version_is_told() {
        let gone = english(&Precondition::Version(2).of_nothing("hydrants", FeatureId::new()));
        assert!(gone.contains("deleted") && !gone.contains("version 0"), "{gone}");
    }
}
