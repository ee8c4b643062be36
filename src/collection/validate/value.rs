//! One value against its property.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::Value as Json;

use crate::collection::encode::write_value;
use crate::collection::{Presence, Property, PropertyKind};
use crate::feature::Value;

/// Why a value does not fit.
pub struct Reason {
    pub code: &'static str,
    pub message: String,
}

fn reason(code: &'static str, message: impl Into<String>) -> Reason {
    Reason { code, message: message.into() }
}

/// Hands a value that fits its property to `set`.
pub fn set_value(
    property: &Property,
    json: &Json,
    today: NaiveDate,
    set: impl FnOnce(Value<'_>),
) -> Result<(), Reason> {
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
        PropertyKind::Date { past } => {
            let text = json.as_str().ok_or_else(|| wrong_type("a date such as 2024-05-31", json))?;
            let date: NaiveDate =
                text.parse().map_err(|_| reason("format", format!("'{text}' is not a date such as 2024-05-31")))?;
            if *past && date > today {
                return Err(reason("future-date", format!("{date} lies ahead of today, {today}")));
            }
            // Neither our files nor PostgreSQL, which casts it in the views, have a year 0 or one with a sign.
            if !(1..=9_999).contains(&date.year()) {
                return Err(reason("format", "a year is a number from 0001 to 9999, of four digits"));
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
        PropertyKind::List(fields) => {
            let canonical = canonical_list(fields, json, today)?;
            set(canonical.as_deref().map_or(Value::Null, Value::List));
        }
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

/// The list with its fields in declared order; `None` for an empty one.
pub fn canonical_list(fields: &[Property], json: &Json, today: NaiveDate) -> Result<Option<String>, Reason> {
    const MAX_ITEMS: usize = 100;
    let items = json.as_array().ok_or_else(|| wrong_type("a list", json))?;
    if items.len() > MAX_ITEMS {
        return Err(reason("too-long", format!("at most {MAX_ITEMS} entries")));
    }
    let mut out = vec![b'['];
    for (i, item) in items.iter().enumerate() {
        let object = item.as_object().ok_or_else(|| wrong_type("an object", item))?;
        if let Some(unknown) = object.keys().find(|name| fields.iter().all(|field| field.name != **name)) {
            return Err(reason("unknown-property", format!("entry {i} has an unknown field '{unknown}'")));
        }
        out.extend_from_slice(if i > 0 { b",{" } else { b"{" });
        let mut first = true;
        for field in fields {
            let Some(json) = object.get(&field.name).filter(|json| !json.is_null()) else {
                if field.presence == Presence::Mandatory {
                    return Err(reason("missing", format!("entry {i} lacks '{}'", field.name)));
                }
                continue;
            };
            if !first {
                out.push(b',');
            }
            first = false;
            out.extend_from_slice(format!("\"{}\":", field.name).as_bytes());
            set_value(field, json, today, |value| write_value(field, value, &mut out))
                .map_err(|fault| reason(fault.code, format!("entry {i}, {}: {}", field.name, fault.message)))?;
        }
        out.push(b'}');
    }
    out.push(b']');
    Ok((!items.is_empty()).then(|| String::from_utf8(out).unwrap_or_default()))
}
