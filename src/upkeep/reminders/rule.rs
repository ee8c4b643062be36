//! On which day an organisation is reminded.

use chrono::{Days, NaiveDate};

use crate::collection::Reminding;

/// The next day on which an organisation is reminded whose open defects are due on these days, given when it was last; `None` if
/// nothing has a due date.
pub fn next(due: &[NaiveDate], last: Option<NaiveDate>, today: NaiveDate, by: Reminding) -> Option<NaiveDate> {
    let first = (*due.iter().min()?).checked_sub_days(Days::new(by.days_before)).unwrap_or(NaiveDate::MIN);
    let again = last.and_then(|last| last.checked_add_days(Days::new(by.every_days)));
    Some(first.max(again.unwrap_or(NaiveDate::MIN)).max(today))
}

/// Is a defect told of on a day that is due on another?
pub fn is_told(due: NaiveDate, today: NaiveDate, by: Reminding) -> bool {
    today.checked_add_days(Days::new(by.days_before)).is_some_and(|horizon| due <= horizon)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY: Reminding = Reminding { days_before: 7, every_days: 14, hour: 6 };

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn next_day(due: &[&str], last: Option<&str>) -> Option<String> {
        let due: Vec<NaiveDate> = due.iter().map(|due| day(due)).collect();
        next(&due, last.map(day), day("2026-06-01"), BY).map(|day| day.to_string())
    }

    #[test]
    fn an_organisation_is_reminded_before_the_first_of_its_defects_is_due() {
        assert_eq!(next_day(&["2026-07-15", "2026-06-20"], None).as_deref(), Some("2026-06-13"));
        assert_eq!(next_day(&[], Some("2026-05-01")), None);
    }

    #[test]
    fn what_is_due_already_is_told_today_and_again_only_after_the_period() {
        assert_eq!(next_day(&["2026-05-01"], None).as_deref(), Some("2026-06-01"));
        assert_eq!(next_day(&["2026-05-01"], Some("2026-05-30")).as_deref(), Some("2026-06-13"));
        assert_eq!(next_day(&["2026-05-01"], Some("2026-01-01")).as_deref(), Some("2026-06-01"));
    }

    #[test]
    fn what_is_due_later_is_not_told_yet() {
        assert!(is_told(day("2026-06-08"), day("2026-06-01"), BY));
        assert!(!is_told(day("2026-06-09"), day("2026-06-01"), BY));
    }
}
