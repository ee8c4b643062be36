//! What the clock changes: a feature names a moment, and when that has passed, a state of it is another.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value as Json};

use super::{Collection, PropertyKind};
use crate::clock::beginning_of;

/// A state that begins or ends at a moment that the feature itself names.
#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    /// The property that names the moment. It is gone once that has passed.
    pub at: usize,
    pub moment: Moment,
    /// What properties are from then on.
    pub set: Vec<(usize, Json)>,
    /// Properties that are no longer recorded then.
    pub clear: Vec<usize>,
    /// What the history says.
    pub reason: String,
}

/// How a moment is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A day, which has passed when the next one begins in the district.
    Day,
    /// An instant.
    Instant,
}

impl Moment {
    /// How values of a kind name a moment; `None` if they do not.
    pub fn of(kind: &PropertyKind) -> Option<Self> {
        match kind {
            // A day that must lie in the past is none to wait for.
            PropertyKind::Date { past: false, .. } => Some(Self::Day),
            PropertyKind::Instant => Some(Self::Instant),
            _ => None,
        }
    }

    /// When the moment has passed that a stored value names; `None` if it names none.
    pub fn passes(self, stored: &str, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Day => Some(beginning_of(stored.parse::<NaiveDate>().ok()?.succ_opt()?, zone)),
            Self::Instant => Some(DateTime::parse_from_rfc3339(stored).ok()?.to_utc()),
        }
    }
}

impl Timer {
    /// Makes of stored properties what they are once the moment has passed.
    pub fn apply(&self, collection: &Collection, properties: &mut Map<String, Json>) {
        let name = |k: usize| collection.properties[k].name.as_str();
        for k in self.clear.iter().chain([&self.at]) {
            properties.remove(name(*k));
        }
        for (k, value) in &self.set {
            properties.insert(name(*k).to_owned(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day_passes(day: &str, zone: Tz) -> String {
        Moment::Day.passes(day, zone).expect("a moment").to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    #[test]
    fn a_day_has_passed_at_midnight_of_the_district_also_around_the_nights_in_which_clocks_change() {
        let berlin = |day| day_passes(day, Tz::Europe__Berlin);
        assert_eq!(berlin("2026-12-05"), "2026-12-05T23:00:00Z");
        // The day of 23 hours, and those beside it.
        assert_eq!(berlin("2026-03-28"), "2026-03-28T23:00:00Z");
        assert_eq!(berlin("2026-03-29"), "2026-03-29T22:00:00Z");
        // The day of 25 hours, and those beside it.
        assert_eq!(berlin("2026-10-24"), "2026-10-24T22:00:00Z");
        assert_eq!(berlin("2026-10-25"), "2026-10-25T23:00:00Z");
        assert_eq!(berlin("2027-12-31"), "2027-12-31T23:00:00Z");
    }

    #[test]
    fn an_instant_in_the_hour_that_comes_twice_is_the_one_that_its_offset_names() {
        let at = |text| Moment::Instant.passes(text, Tz::Europe__Berlin).expect("a moment");
        let hour = at("2026-10-25T02:30:00+01:00") - at("2026-10-25T02:30:00+02:00");
        assert_eq!(hour, chrono::TimeDelta::hours(1));
        assert_eq!(at("2026-03-29T03:00:00+02:00"), at("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn what_is_no_moment_is_never_due() {
        for text in ["", "soon", "2026-02-30", "2026-12-05T10:00:00Z"] {
            assert_eq!(Moment::Day.passes(text, Tz::UTC), None, "{text}");
        }
        for text in ["", "2026-12-05", "2026-12-05T10:00:00"] {
            assert_eq!(Moment::Instant.passes(text, Tz::UTC), None, "{text}");
        }
    }
}
