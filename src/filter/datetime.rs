//! The `datetime` parameter (OGC 17-069r4, 7.15.4), and start or end with a duration (ISO 8601-1, 5.5.2).

use std::str::FromStr;

use chrono::{DateTime, Days, Months, NaiveTime, TimeDelta, Utc};

use super::time::{Moment, OPEN_END, OPEN_START, Scale, Span, read_moment, shown};
use super::{FilterError, Matter};
use crate::feature::Value;

/// A stretch of time, both ends included. Days are days in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatetimeFilter(Span);

impl DatetimeFilter {
    /// Whether a day or point in time falls into the stretch. What has no time always does, as the standard has it.
    pub fn matches(self, value: Value<'_>) -> bool {
        match value {
            Value::Date(date) => self.0.intersects(Span::of_date(date, Scale::Micros)),
            Value::Instant(instant) => self.0.intersects(Span::of_instant(instant)),
            _ => true,
        }
    }
}

fn fault(matter: &Matter<'_>) -> FilterError {
    FilterError::time(matter)
}

impl FromStr for DatetimeFilter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let text = text.trim();
        let moment = |text: &str| read_moment(text);
        let Some((start, end)) = text.split_once('/') else {
            return match text {
                "" | ".." => Ok(Self(Span::ALWAYS)),
                _ => Ok(Self(moment(text)?.span(Scale::Micros))),
            };
        };
        let is_open = |end: &str| end.is_empty() || end == "..";
        let span = match (start.starts_with('P'), end.starts_with('P')) {
            (true, true) => return Err(fault(&Matter::TwoDurations)),
            (false, true) => lasting(moment(start)?, Duration::read(end)?)?,
            (true, false) => until(moment(end)?, Duration::read(start)?)?,
            (false, false) => Span {
                start: if is_open(start) { OPEN_START } else { moment(start)?.span(Scale::Micros).start },
                end: if is_open(end) { OPEN_END } else { moment(end)?.span(Scale::Micros).end },
            },
        };
        if span.start > span.end {
            return Err(fault(&Matter::EndsFirst { text: shown(text) }));
        }
        Ok(Self(span))
    }
}

/// From a start. A day stands for its midnight and the end is not included: 2018-02-12/P2D are two days.
fn lasting(start: Moment, duration: Duration) -> Result<Span, FilterError> {
    let (first, whole_days) = first_instant(start);
    let end = duration.after(first)?.timestamp_micros();
    Ok(Span { start: first.timestamp_micros(), end: if whole_days { end - 1 } else { end } })
}

/// Up to an end. A day is included: P2D/2018-02-12 are the 11th and the 12th.
fn until(end: Moment, duration: Duration) -> Result<Span, FilterError> {
    let span = end.span(Scale::Micros);
    let (first, whole_days) = first_instant(end);
    let end = if whole_days { Duration { days: 1, ..Duration::default() }.after(first)? } else { first };
    Ok(Span { start: duration.before(end)?.timestamp_micros(), end: span.end })
}

fn first_instant(moment: Moment) -> (DateTime<Utc>, bool) {
    match moment {
        Moment::Date(date) => (date.and_time(NaiveTime::MIN).and_utc(), true),
        Moment::Instant(instant) => (instant, false),
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Duration {
    months: u32,
    days: u64,
    seconds: i64,
}

impl Duration {
    /// Reads `P1Y2M3DT4H5M6S` and `P4W`, whole numbers only.
    fn read(text: &str) -> Result<Self, FilterError> {
        let malformed = || fault(&Matter::NoDuration { text: shown(text) });
        let mut duration = Self::default();
        let (mut number, mut in_time, mut last) = (None::<u32>, false, 0);
        for c in text.chars().skip(1) {
            if let Some(digit) = c.to_digit(10) {
                let grown = number.unwrap_or(0).checked_mul(10).and_then(|number| number.checked_add(digit));
                number = Some(grown.filter(|number| *number < 1_000_000).ok_or_else(malformed)?);
                continue;
            }
            if c == 'T' && !in_time && number.is_none() {
                in_time = true;
                continue;
            }
            let amount = number.take().ok_or_else(malformed)?;
            let rank = match (c, in_time) {
                ('Y', false) => 1,
                ('M', false) => 2,
                ('W', false) => 3,
                ('D', false) => 4,
                ('H', true) => 5,
                ('M', true) => 6,
                ('S', true) => 7,
                _ => return Err(malformed()),
            };
            if rank <= last {
                return Err(malformed());
            }
            last = rank;
            match rank {
                1 => duration.months += amount * 12,
                2 => duration.months += amount,
                3 => duration.days += u64::from(amount) * 7,
                4 => duration.days += u64::from(amount),
                5 => duration.seconds += i64::from(amount) * 3_600,
                6 => duration.seconds += i64::from(amount) * 60,
                _ => duration.seconds += i64::from(amount),
            }
        }
        // A number without a unit, no number at all, or a T with nothing behind it.
        if number.is_some() || last == 0 || (in_time && last < 5) { Err(malformed()) } else { Ok(duration) }
    }

    fn after(self, start: DateTime<Utc>) -> Result<DateTime<Utc>, FilterError> {
        start
            .checked_add_months(Months::new(self.months))
            .and_then(|moved| moved.checked_add_days(Days::new(self.days)))
            .and_then(|moved| moved.checked_add_signed(TimeDelta::seconds(self.seconds)))
            .ok_or_else(|| fault(&Matter::BeyondCalendars))
    }

    fn before(self, end: DateTime<Utc>) -> Result<DateTime<Utc>, FilterError> {
        end.checked_sub_signed(TimeDelta::seconds(self.seconds))
            .and_then(|moved| moved.checked_sub_days(Days::new(self.days)))
            .and_then(|moved| moved.checked_sub_months(Months::new(self.months)))
            .ok_or_else(|| fault(&Matter::BeforeCalendars))
    }
}
