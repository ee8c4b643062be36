//! Dates and points in time as filters write them, and the spans they cover.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{FilterError, Matter};

/// A stretch of time on one scale, both ends included: microseconds since 1970, or days when nothing finer is compared.
/// A day on the scale of microseconds runs from its first to its last microsecond, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

/// The far ends of time, for open intervals.
pub(super) const OPEN_START: i64 = i64::MIN;
pub(super) const OPEN_END: i64 = i64::MAX;

/// The unit in which spans are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    Days,
    Micros,
}

const DAY: i64 = 86_400_000_000;
/// Days from 0001-01-01 (day 1) to 1970-01-01.
const EPOCH: i64 = 719_163;

impl Span {
    pub(super) const ALWAYS: Self = Self { start: OPEN_START, end: OPEN_END };

    pub(super) fn of_date(date: NaiveDate, scale: Scale) -> Self {
        let day = i64::from(date.num_days_from_ce()) - EPOCH;
        match scale {
            Scale::Days => Self { start: day, end: day },
            Scale::Micros => Self { start: day * DAY, end: day * DAY + DAY - 1 },
        }
    }

    pub(super) fn of_instant(instant: DateTime<Utc>) -> Self {
        let micros = instant.timestamp_micros();
        Self { start: micros, end: micros }
    }

    pub(super) fn intersects(self, other: Self) -> bool {
        self.start <= other.end && self.end >= other.start
    }

    /// Before, after, or (for a day and a moment of it) the same.
    pub(super) fn order(self, other: Self) -> std::cmp::Ordering {
        if self.end < other.start {
            std::cmp::Ordering::Less
        } else if self.start > other.end {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    }
}

/// A date or a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Date(NaiveDate),
    Instant(DateTime<Utc>),
}

impl Moment {
    pub(super) fn span(self, scale: Scale) -> Span {
        match self {
            Self::Date(date) => Span::of_date(date, scale),
            Self::Instant(instant) => Span::of_instant(instant),
        }
    }
}

/// Reads `2024-05-31`.
pub(super) fn read_date(text: &str) -> Result<NaiveDate, FilterError> {
    let shape = |(i, byte): (usize, u8)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    let shaped = text.len() == 10 && text.bytes().enumerate().all(shape);
    shaped.then(|| text.parse().ok()).flatten().ok_or_else(|| FilterError::time(&Matter::NoDate { text: shown(text) }))
}

/// Reads `2024-05-31T12:00:00Z`; other offsets and fractions of a second are taken too.
pub(super) fn read_instant(text: &str) -> Result<DateTime<Utc>, FilterError> {
    let dated = text.get(..10).is_some_and(|date| read_date(date).is_ok());
    dated
        .then(|| DateTime::parse_from_rfc3339(text).ok())
        .flatten()
        .map(|instant| instant.with_timezone(&Utc))
        .ok_or_else(|| FilterError::time(&Matter::NoInstant { text: shown(text) }))
}

/// Reads either.
pub(super) fn read_moment(text: &str) -> Result<Moment, FilterError> {
    if text.len() > 10 { read_instant(text).map(Moment::Instant) } else { read_date(text).map(Moment::Date) }
}

/// The head of a text, for messages.
pub(super) fn shown(text: &str) -> String {
    let mut head: String = text.chars().take(40).collect();
    if head.len() < text.len() {
        head.push('…');
    }
    head
}
