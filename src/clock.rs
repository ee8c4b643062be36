//! The time, as something that is passed in.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

/// Tells the time. Rules take a day or an instant; only the outermost layer holds a clock, so that tests can hold another.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// By which days begin.
    zone: Tz,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self { now: Arc::new(Utc::now), zone: Tz::UTC }
    }

    /// A clock that stands.
    pub fn standing_at(instant: DateTime<Utc>) -> Self {
        Self { now: Arc::new(move || instant), zone: Tz::UTC }
    }

    /// A clock that is asked elsewhere what time it is.
    pub fn told_by(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self { now: Arc::new(now), zone: Tz::UTC }
    }

    /// The same clock where days begin by this zone.
    #[must_use]
    pub fn in_zone(self, zone: Tz) -> Self {
        Self { zone, ..self }
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    /// The day it is in the district.
    pub fn today(&self) -> NaiveDate {
        self.day_of(self.now())
    }

    /// The day of an instant in the district.
    pub fn day_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.on_the_wall(instant).date()
    }

    /// An instant as the clocks on the walls of the district show it.
    pub fn on_the_wall(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        instant.with_timezone(&self.zone).naive_local()
    }
}

/// The instant at which a day begins in a zone: midnight, or what comes after it where clocks are set forward over midnight.
/// A midnight that comes twice counts when it comes first.
pub fn beginning_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let after_gap = || GapInfo::new(&midnight, &zone).and_then(|gap| gap.end);
    let begins = zone.from_local_datetime(&midnight).earliest().or_else(after_gap);
    begins.map_or_else(|| midnight.and_utc(), |begins| begins.to_utc())
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(instant: &str) -> String {
        let instant: DateTime<Utc> = instant.parse().expect("an instant");
        let clock = Clock::standing_at(instant).in_zone(Tz::Europe__Berlin);
        format!("{} {}", clock.today(), clock.on_the_wall(instant).format("%H:%M"))
    }

    #[test]
    fn a_day_begins_at_midnight_in_the_district_and_not_in_greenwich() {
        assert_eq!(shown("2026-12-31T22:59:59Z"), "2026-12-31 23:59");
        assert_eq!(shown("2026-12-31T23:00:00Z"), "2027-01-01 00:00");
        assert_eq!(shown("2026-06-30T22:30:00Z"), "2026-07-01 00:30");
    }

    #[test]
    fn a_day_begins_once_wherever_clocks_are_set_over_midnight() {
        let begins = |day: &str, zone: Tz| beginning_of(day.parse().expect("a day"), zone).to_rfc3339();
        assert_eq!(begins("2026-03-29", Tz::Europe__Berlin), "2026-03-28T23:00:00+00:00");
        assert_eq!(begins("2026-03-30", Tz::Europe__Berlin), "2026-03-29T22:00:00+00:00");
        // Forward from midnight to one, and back from midnight to eleven.
        assert_eq!(begins("2024-04-26", Tz::Africa__Cairo), "2024-04-25T22:00:00+00:00");
        assert_eq!(begins("2024-11-01", Tz::Africa__Cairo), "2024-10-31T22:00:00+00:00");
        // A day that the calendar of Samoa left out.
        assert_eq!(begins("2011-12-30", Tz::Pacific__Apia), "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn clocks_change_on_the_last_sundays_of_march_and_october() {
        assert_eq!(shown("2026-03-29T00:59:59Z"), "2026-03-29 01:59");
        assert_eq!(shown("2026-03-29T01:00:00Z"), "2026-03-29 03:00");
        assert_eq!(shown("2026-10-25T00:59:59Z"), "2026-10-25 02:59");
        assert_eq!(shown("2026-10-25T01:00:00Z"), "2026-10-25 02:00");
    }
}
