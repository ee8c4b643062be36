//! A property value, borrowed from wherever the row lies.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};

use crate::coordinate::format::digits;

/// One property of one feature. Codes are positions in their code list, so comparing them costs an integer compare;
/// the collection's declaration turns them into words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Not recorded. (That somebody looked and does not know is a code of its own.)
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    /// Position in the property's code list.
    Code(u16),
    Date(NaiveDate),
    /// A point in time, UTC, to the microsecond.
    Instant(DateTime<Utc>),
    Text(&'a str),
    /// A list of flat objects, as canonical JSON.
    List(&'a str),
}

impl<'a> Value<'a> {
    /// True when the property is not recorded.
    pub fn is_null(self) -> bool {
        matches!(self, Value::Null)
    }

    /// The integer, if it is one.
    pub fn as_integer(self) -> Option<i64> {
        match self {
            Value::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Value::Text(value) => Some(value),
            _ => None,
        }
    }

    /// The position in the code list, if it is a code.
    pub fn as_code(self) -> Option<u16> {
        match self {
            Value::Code(value) => Some(value),
            _ => None,
        }
    }

    /// The day, if it is one.
    pub fn as_date(self) -> Option<NaiveDate> {
        match self {
            Value::Date(value) => Some(value),
            _ => None,
        }
    }

    /// The point in time, if it is one.
    pub fn as_instant(self) -> Option<DateTime<Utc>> {
        match self {
            Value::Instant(value) => Some(value),
            _ => None,
        }
    }
}

/// An instant as RFC 3339 in UTC with milliseconds, the one form in which the house writes points in time.
pub fn format_instant(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Appends [`format_instant`].
pub fn write_instant(instant: DateTime<Utc>, out: &mut Vec<u8>) {
    let (time, milliseconds) = (instant.time(), instant.timestamp_subsec_millis());
    // A leap second, which stands here as more than a thousand milliseconds, and far years are the library's.
    let (Some(day), ..=999) = (day_text(instant.date_naive()), milliseconds) else {
        out.extend_from_slice(format_instant(instant).as_bytes());
        return;
    };
    let mut text = *b"0000-00-00T00:00:00.000Z";
    text[..10].copy_from_slice(&day);
    text[11..13].copy_from_slice(&digits::<2>(time.hour()));
    text[14..16].copy_from_slice(&digits::<2>(time.minute()));
    text[17..19].copy_from_slice(&digits::<2>(time.second()));
    text[20..23].copy_from_slice(&digits::<3>(milliseconds));
    out.extend_from_slice(&text);
}

/// Appends a day as `2026-11-22`.
pub fn write_date(day: NaiveDate, out: &mut Vec<u8>) {
    match day_text(day) {
        Some(text) => out.extend_from_slice(&text),
        None => out.extend_from_slice(day.to_string().as_bytes()),
    }
}

/// A day of a year of four digits.
fn day_text(day: NaiveDate) -> Option<[u8; 10]> {
    let year = u32::try_from(day.year()).ok().filter(|year| *year <= 9999)?;
    let mut text = *b"0000-00-00";
    text[..4].copy_from_slice(&digits::<4>(year));
    text[5..7].copy_from_slice(&digits::<2>(day.month()));
    text[8..].copy_from_slice(&digits::<2>(day.day()));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants_are_written_as_the_library_formats_them() {
        let steps = (-400_000..400_000i64).step_by(997);
        for seconds in steps.map(|step| step * 1_000_003) {
            let Some(instant) = DateTime::from_timestamp_millis(seconds * 1000 + seconds.rem_euclid(1000)) else {
                continue;
            };
            let mut out = Vec::new();
            write_instant(instant, &mut out);
            assert_eq!(String::from_utf8(out).as_deref(), Ok(&*format_instant(instant)));
            let mut out = Vec::new();
            write_date(instant.date_naive(), &mut out);
            assert_eq!(String::from_utf8(out).as_deref(), Ok(&*instant.date_naive().to_string()));
        }
    }
}
