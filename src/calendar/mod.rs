//! Public holidays and working days for deadlines, declared in `data/calendars/*.toml`: which days they are is law of a state,
//! and another district has another calendar.
//!
//! Days here are the district's own; see [`Clock::today`](crate::clock::Clock::today). In reading order: [`easter`] (the day
//! that others move with), [`declaration`] (the file), and the calendar itself. It knows no database and no HTTP.

mod declaration;
mod easter;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::collection::Label;

pub use easter::easter_sunday;

/// The holidays of a district.
#[derive(Debug, Clone)]
pub struct Calendar {
    holidays: Vec<Holiday>,
}

/// One of them, over the years.
#[derive(Debug, Clone)]
struct Holiday {
    name: Label,
    rule: Rule,
    /// The first and the last year in which it is kept.
    years: (i32, i32),
}

/// On which day of a year it falls.
#[derive(Debug, Clone, Copy)]
enum Rule {
    Fixed {
        month: u32,
        day: u32,
    },
    /// Days after Easter Sunday, before it negative.
    Easter(i64),
}

impl Rule {
    fn falls_on(self, day: NaiveDate) -> bool {
        match self {
            Self::Fixed { month, day: of_month } => (day.month(), day.day()) == (month, of_month),
            Self::Easter(days) => {
                easter_sunday(day.year()).is_some_and(|easter| day.signed_duration_since(easter).num_days() == days)
            }
        }
    }
}

impl Calendar {
    /// What is kept on a day; `None` on an ordinary one.
    pub fn holiday(&self, day: NaiveDate) -> Option<&Label> {
        let kept = |holiday: &&Holiday| {
            (holiday.years.0..=holiday.years.1).contains(&day.year()) && holiday.rule.falls_on(day)
        };
        self.holidays.iter().find(kept).map(|holiday| &holiday.name)
    }

    /// True for Monday to Friday but for holidays.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && self.holiday(day).is_none()
    }

    /// The day on which a period of working days ends that begins after `day` (BGB § 187 (1): the day of the event does not
    /// count). For 0 it is `day` itself, be it a working day or not.
    pub fn working_days_after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let mut end = day;
        for _ in 0..count {
            end = self.next_working_day(end + Days::new(1));
        }
        end
    }

    /// The day itself if it is a working day, else the next (BGB § 193: a period that would end on a Saturday, Sunday or
    /// holiday ends on the next working day).
    pub fn next_working_day(&self, day: NaiveDate) -> NaiveDate {
        let mut next = day;
        while !self.is_working_day(next) {
            next = next + Days::new(1);
        }
        next
    }
}

#[cfg(test)]
mod tests;
