//! Time as clocks on walls show it: Central European, with summer time from the last Sunday of March to the last of
//! October, changing at one o'clock UTC (Directive 2000/84/EC).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// An instant by the clocks of the district.
pub fn on_the_wall(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.naive_utc() + TimeDelta::hours(if is_summer(instant) { 2 } else { 1 })
}

fn is_summer(instant: DateTime<Utc>) -> bool {
    let change = |month: u32| {
        let last = NaiveDate::from_ymd_opt(instant.year(), month, 31)?;
        let sunday = last.checked_sub_days(Days::new(u64::from(last.weekday().num_days_from_sunday())))?;
        Some(sunday.and_hms_opt(1, 0, 0)?.and_utc())
    };
    change(3).zip(change(10)).is_some_and(|(begin, end)| instant >= begin && instant < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_change_on_the_last_sundays_of_march_and_october() {
        let shown = |instant: &str| {
            let instant: DateTime<Utc> = instant.parse().expect("an instant");
            on_the_wall(instant).format("%d.%m. %H:%M").to_string()
        };
        assert_eq!(shown("2026-01-15T12:00:00Z"), "15.01. 13:00");
        assert_eq!(shown("2026-03-29T00:59:59Z"), "29.03. 01:59");
        assert_eq!(shown("2026-03-29T01:00:00Z"), "29.03. 03:00");
        assert_eq!(shown("2026-10-25T00:59:59Z"), "25.10. 02:59");
        assert_eq!(shown("2026-10-25T01:00:00Z"), "25.10. 02:00");
        assert_eq!(shown("2026-12-31T23:30:00Z"), "01.01. 00:30");
    }
}
