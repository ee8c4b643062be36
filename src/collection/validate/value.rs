//! One value against its property.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::Value as Json;

use super::{ValueFault, escaped};
use crate::collection::encode::write_value;
use crate::collection::{Presence, Property, PropertyKind};
use crate::feature::Value;
use crate::texts::Told;

/// Why a value does not fit.
pub struct Reason {
    /// Where in the value, as a JSON pointer: empty but in lists.
    pub pointer: String,
    pub code: &'static str,
    pub told: Told,
}

fn reason(code: &'static str, fault: &ValueFault<'_>) -> Reason {
    Reason { pointer: String::new(), code, told: fault.into() }
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
    let unit = property.unit.as_deref();
    match &property.kind {
        PropertyKind::Text { max_length, digits_only } => {
            let text = json.as_str().ok_or_else(|| wrong_type(json, |found| ValueFault::NoText { found }))?;
            if text.chars().count() > *max_length {
                return Err(reason("too-long", &ValueFault::TooLong { most: *max_length }));
            }
            if *digits_only && !text.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(reason("pattern", &ValueFault::DigitsOnly));
            }
            if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                return Err(reason("pattern", &ValueFault::ControlCharacters));
            }
            // An empty text says no more than no text.
            set(if text.trim().is_empty() { Value::Null } else { Value::Text(text) });
        }
        PropertyKind::Integer { minimum, maximum } => {
            let value = whole_number(json)
                .ok_or_else(|| wrong_type(json, |found| ValueFault::NoWholeNumber { unit, found }))?;
            if value < *minimum || value > *maximum {
                return Err(out_of_range(unit, *minimum as f64, *maximum as f64));
            }
            set(Value::Integer(value));
        }
        PropertyKind::Number { minimum, maximum, .. } => {
            let value = json.as_f64().ok_or_else(|| wrong_type(json, |found| ValueFault::NoNumber { unit, found }))?;
            if !(value >= *minimum && value <= *maximum) {
                return Err(out_of_range(unit, *minimum, *maximum));
            }
            set(Value::Number(value));
        }
        PropertyKind::Boolean => {
            let value = json.as_bool().ok_or_else(|| wrong_type(json, |found| ValueFault::NoBoolean { found }))?;
            set(Value::Boolean(value));
        }
        PropertyKind::Date { earliest, past } => {
            let text = json.as_str().ok_or_else(|| wrong_type(json, |found| ValueFault::NoDate { found }))?;
            let date: NaiveDate = text.parse().map_err(|_| reason("format", &ValueFault::NotADate { text }))?;
            if *past && date > today {
                let (date, today) = (date.to_string(), today.to_string());
                return Err(reason("future-date", &ValueFault::Ahead { date, today }));
            }
            // Years of more digits, or with a sign, have neither our files nor PostgreSQL.
            if !(1..=9_999).contains(&date.year()) {
                return Err(reason("format", &ValueFault::Year));
            }
            if date < *earliest {
                let (date, first) = (date.to_string(), earliest.to_string());
                return Err(reason("range", &ValueFault::TooEarly { date, first }));
            }
            set(Value::Date(date));
        }
        PropertyKind::Instant => {
            let no_text = || wrong_type(json, |found| ValueFault::NoInstant { found });
            let text = json.as_str().ok_or_else(no_text)?;
            let instant =
                DateTime::parse_from_rfc3339(text).map_err(|_| reason("format", &ValueFault::NotAnInstant { text }))?;
            set(Value::Instant(instant.with_timezone(&Utc)));
        }
        PropertyKind::Code(list) => {
            let code = json.as_str().ok_or_else(|| wrong_type(json, |found| ValueFault::NoCode { found }))?;
            let position = list.position(code).ok_or_else(|| {
                let known = list.codes().iter().map(|code| code.code.as_str()).collect();
                reason("unknown-code", &ValueFault::UnknownCode { code, known })
            })?;
            set(Value::Code(position));
        }
        PropertyKind::List(_) => return Err(wrong_type(json, |found| ValueFault::NoSingleValue { found })),
    }
    Ok(())
}

/// 100, and also 100.0: programs that know one kind of number write the latter.
fn whole_number(json: &Json) -> Option<i64> {
    json.as_i64()
        .or_else(|| json.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 9e15).map(|value| value as i64))
}

fn wrong_type<'a>(found: &Json, fault: impl FnOnce(String) -> ValueFault<'a>) -> Reason {
    let mut shown = found.to_string();
    if shown.chars().count() > 40 {
        shown = shown.chars().take(40).chain(['…']).collect();
    }
    reason("type", &fault(shown))
}

fn out_of_range(unit: Option<&str>, minimum: f64, maximum: f64) -> Reason {
    reason("range", &ValueFault::Range { minimum, maximum, unit })
}

/// Entries of a list, and members of an entry, that are looked at.
const MAX_ENTRIES: usize = 100;

/// The list with its fields in declared order; `None` for an empty one.
pub fn canonical_list(fields: &[Property], json: &Json, today: NaiveDate) -> Result<Option<String>, Vec<Reason>> {
    let entries = json.as_array().ok_or_else(|| vec![wrong_type(json, |found| ValueFault::NoList { found })])?;
    if entries.len() > MAX_ENTRIES {
        return Err(vec![reason("too-long", &ValueFault::TooManyEntries { most: MAX_ENTRIES })]);
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
    let Some(object) = entry.as_object() else {
        return fault(None, wrong_type(entry, |found| ValueFault::NoObject { found }));
    };
    if object.len() > MAX_ENTRIES {
        return fault(None, reason("too-long", &ValueFault::TooManyFields { entry: i, most: MAX_ENTRIES }));
    }
    for name in object.keys().filter(|name| fields.iter().all(|field| field.name != **name)) {
        fault(Some(name), reason("unknown-property", &ValueFault::UnknownField { entry: i, name }));
    }
    let start = out.len();
    for field in fields {
        let Some(json) = object.get(&field.name).filter(|json| !json.is_null()) else {
            if field.presence == Presence::Mandatory {
                fault(Some(&field.name), reason("missing", &ValueFault::MissingField { entry: i, name: &field.name }));
            }
            continue;
        };
        out.push(if out.len() > start { b',' } else { b'{' });
        out.extend_from_slice(format!("\"{}\":", field.name).as_bytes());
        if let Err(reasons) = set_value(field, json, today, |value| write_value(field, value, out)) {
            for reason in reasons {
                let told = Told::of(&ValueFault::InEntry { entry: i, field: &field.name, reason: reason.told });
                fault(Some(&field.name), Reason { pointer: reason.pointer, code: reason.code, told });
            }
        }
    }
    if out.len() == start {
        out.push(b'{');
    }
    out.push(b'}');
}
