//! A property value, borrowed from wherever the row lies.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

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
