//! One value against its property.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::Value as Json;

use super::escaped;
use crate::collection::encode::write_value;
use crate::collection::{Presence, Property, PropertyKind};
use crate::feature::Value;

/// Why a value does not fit.
pub struct Reason {
    /// Where in the value, as a JSON pointer: empty but in lists.
    pub pointer: String,
    pub code: &'static str,
    pub message: String,
}

fn reason(code: &'static str, message: impl Into<String>) -> Reason {
    Reason { pointer: String::new(), code, message: message.into() }
}

/// Hands a value that fits its property to `set`.
pub fn set_value(
    property: &Property,
    json: &Json,
    today: NaiveDate,
    set: impl FnOnce(Value<'_>),
) -> Result<(), Vec<Reason>> {
    let PropertyKind::List(fields) = &property.kind else {
        return set_single(property, json, today, set).map_err(|reason| vec![reason]);
    };
    let canonical = canonical_list(fields, json, today)?;
    set(canonical.as_deref().map_or(Value::Null, Value::List));
    Ok(())
}

fn set_single(property: &Property, json: &Json, today: NaiveDate, set: impl FnOnce(Value<'_>)) -> Result<(), Reason> {
    match &property.kind {
        PropertyKind::Text { max_length, digits_only } => {
            let text = json.as_str().ok_or_else(|| wrong_type("a text", json))?;
            if text.chars().count() > *max_length {
                return Err(reason("too-long", format!("at most {max_length} characters")));
            }
            if *digits_only && !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(reason("pattern", "digits only"));
            }
            if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                return Err(reason("pattern", "control characters are not allowed"));
            }
            // An empty text says no more than no text.
            set(if text.trim().is_empty() { Value::Null } else { Value::Text(text) });
        }
        PropertyKind::Integer { minimum, maximum } => {
            let value = whole_number(json).ok_or_else(|| wrong_type(&with_unit("a whole number", property), json))?;
            if value < *minimum || value > *maximum {
                return Err(out_of_range(property, minimum, maximum));
            }
            set(Value::Integer(value));
        }
        PropertyKind::Number { minimum, maximum, .. } => {
            let value = json.as_f64().ok_or_else(|| wrong_type(&with_unit("a number", property), json))?;
            if !(value >= *minimum && value <= *maximum) {
                return Err(out_of_range(property, minimum, maximum));
            }
            set(Value::Number(value));
        }
        PropertyKind::Boolean => set(Value::Boolean(json.as_bool().ok_or_else(|| wrong_type("true or false", json))?)),
        PropertyKind::Date { earliest, past } => {
            let text = json.as_str().ok_or_else(|| wrong_type("a date such as 2024-05-31", json))?;
            let date: NaiveDate =
                text.parse().map_err(|_| reason("format", format!("'{text}' is not a date such as 2024-05-31")))?;
            if *past && date > today {
                return Err(reason("future-date", format!("{date} lies ahead of today, {today}")));
            }
            // Years of more digits, or with a sign, have neither our files nor PostgreSQL.
            if !(1..=9_999).contains(&date.year()) {
                return Err(reason("format", "a year is a number from 0001 to 9999, of four digits"));
            }
            if date < *earliest {
                let message = format!("{date} is too early, {earliest} is the first day; leave out what is not known");
                return Err(reason("range", message));
            }
            set(Value::Date(date));
        }
        PropertyKind::Instant => {
            let example = "a point in time such as 2024-05-31T12:00:00Z";
            let text = json.as_str().ok_or_else(|| wrong_type(example, json))?;
            let instant = DateTime::parse_from_rfc3339(text)
                .map_err(|_| reason("format", format!("'{text}' is not {example}")))?;
            set(Value::Instant(instant.with_timezone(&Utc)));
        }
        PropertyKind::Code(list) => {
            let code = json.as_str().ok_or_else(|| wrong_type("a code", json))?;
            let position = list.position(code).ok_or_else(|| {
                let known: Vec<&str> = list.codes().iter().map(|code| code.code.as_str()).collect();
                reason("unknown-code", format!("'{code}' is not one of {}", known.join(", ")))
            })?;
            set(Value::Code(position));
        }
        PropertyKind::List(_) => return Err(wrong_type("a single value", json)),
    }
    Ok(())
}

/// 100, and also 100.0: programs that know one kind of number write the latter.
fn whole_number(json: &Json) -> Option<i64> {
    json.as_i64()
        .or_else(|| json.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 9e15).map(|value| value as i64))
}

fn with_unit(what: &str, property: &Property) -> String {
    property.unit.as_ref().map_or_else(|| what.to_owned(), |unit| format!("{what} in {unit}, without the unit"))
}

fn wrong_type(expected: &str, found: &Json) -> Reason {
    let mut shown = found.to_string();
    if shown.chars().count() > 40 {
        shown = shown.chars().take(40).chain(['…']).collect();
    }
    reason("type", format!("{expected} is expected, not {shown}"))
}

fn out_of_range(property: &Property, minimum: impl fmt::Display, maximum: impl fmt::Display) -> Reason {
    let unit = property.unit.as_ref().map_or_else(String::new, |unit| format!(" {unit}"));
    reason("range", format!("the value must lie between {minimum} and {maximum}{unit}"))
}

/// Entries of a list, and members of an entry, that are looked at.
const MAX_ENTRIES: usize = 100;

/// The list with its fields in declared order; `None` for an empty one.
pub fn canonical_list(fields: &[Property], json: &Json, today: NaiveDate) -> Result<Option<String>, Vec<Reason>> {
    let entries = json.as_array().ok_or_else(|| vec![wrong_type("a list", json)])?;
    if entries.len() > MAX_ENTRIES {
        return Err(vec![reason("too-long", format!("at most {MAX_ENTRIES} entries"))]);
    }
    let mut reasons = Vec::new();
    let mut out = vec![b'['];
    for (i, entry) in entries.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let mut fault = |name: Option<&str>, reason: Reason| {
            let name = name.map_or_else(String::new, |name| format!("/{}", escaped(name)));
            reasons.push(Reason { pointer: format!("/{i}{name}{}", reason.pointer), ..reason });
        };
        write_entry(fields, i, entry, today, &mut out, &mut fault);
    }
    out.push(b']');
    if !reasons.is_empty() {
        return Err(reasons);
    }
    Ok((!entries.is_empty()).then(|| String::from_utf8(out).unwrap_or_default()))
}

/// Writes one entry of a list; what is wrong with which member of it goes to `fault`.
fn write_entry(
    fields: &[Property],
    i: usize,
    entry: &Json,
    today: NaiveDate,
    out: &mut Vec<u8>,
    fault: &mut impl FnMut(Option<&str>, Reason),
) {
    let Some(object) = entry.as_object() else { return fault(None, wrong_type("an object", entry)) };
    if object.len() > MAX_ENTRIES {
        return fault(None, reason("too-long", format!("entry {i} has more than {MAX_ENTRIES} fields")));
    }
    for name in object.keys().filter(|name| fields.iter().all(|field| field.name != **name)) {
        fault(Some(name), reason("unknown-property", format!("entry {i} has an unknown field '{name}'")));
    }
    let start = out.len();
    for field in fields {
        let Some(json) = object.get(&field.name).filter(|json| !json.is_null()) else {
            if field.presence == Presence::Mandatory {
                fault(Some(&field.name), reason("missing", format!("entry {i} lacks '{}'", field.name)));
            }
            continue;
        };
        out.push(if out.len() > start { b',' } else { b'{' });
        out.extend_from_slice(format!("\"{}\":", field.name).as_bytes());
        if let Err(reasons) = set_value(field, json, today, |value| write_value(field, value, out)) {
            for reason in reasons {
                let message = format!("entry {i}, {}: {}", field.name, reason.message);
                fault(Some(&field.name), Reason { message, ..reason });
            }
        }
    }
    if out.len() == start {
        out.push(b'{');
    }
    out.push(b'}');
}
