//! From input to a row: every property checked against its declaration, every fault reported.
//!
//! Two ways lead here. [`read_object`] takes what people and programs send and is strict. [`read_stored`] takes what the
//! database holds and streams it into a row without building a tree, because a million features are loaded at start;
//! what no longer fits a changed declaration is counted and left out of the row, never of the database.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::encode::write_value;
use super::{Collection, Presence, Property, PropertyKind};
use crate::feature::{RowBuilder, Value};

/// One thing wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// Where, as a JSON pointer into the input (RFC 6901).
    pub pointer: String,
    /// What kind of fault, stable for programs.
    pub code: &'static str,
    /// What is wrong and what would be right, for people.
    pub message: String,
}

impl Fault {
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, message: message.into() }
    }
}

/// Everything wrong with an input; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", fault.pointer, fault.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// An object with more members than this is not looked at: no collection has so many properties, and to name every
/// unknown one, with a guess at what was meant, takes minutes for a million of them.
const MAX_MEMBERS: usize = 1_000;

/// Reads the writable properties of an object into `row`. Mandatory properties that are missing get their default or
/// are a fault. `pointer` is where the object lies in the input; `today` is the clock for dates that may not lie ahead.
/// Derived properties are passed over, so that what was read can be written back; the caller sets them afterwards.
pub fn read_object(
    collection: &Collection,
    object: &Map<String, Json>,
    pointer: &str,
    today: NaiveDate,
    row: &mut RowBuilder,
    faults: &mut Vec<Fault>,
) {
    if object.len() > MAX_MEMBERS {
        let message = format!(
            "more than {MAX_MEMBERS} members; '{}' has {} properties",
            collection.name,
            collection.properties.len()
        );
        return faults.push(Fault::new(pointer, "too-long", message));
    }
    for (name, json) in object {
        let at = || format!("{pointer}/{}", escaped(name));
        let Some(k) = collection.position(name) else {
            let message = match nearest_name(collection, name) {
                Some(near) => format!("'{}' has no property '{name}'; did you mean '{near}'?", collection.name),
                None => format!("'{}' has no property '{name}'", collection.name),
            };
            faults.push(Fault::new(at(), "unknown-property", message));
            continue;
        };
        let property = &collection.properties[k];
        if !property.is_writable() || json.is_null() {
            continue;
        }
        if let Err(reason) = set_value(property, json, today, |value| row.set(k, value)) {
            faults.push(Fault::new(at(), reason.code, reason.message));
        }
    }
    for (k, property) in collection.properties.iter().enumerate() {
        if property.presence != Presence::Mandatory || object.get(&property.name).is_some_and(|json| !json.is_null()) {
            continue;
        }
        match &property.default {
            // A default was checked when the declaration was read.
            Some(default) => drop(set_value(property, default, today, |value| row.set(k, value))),
            None => faults.push(Fault::new(
                format!("{pointer}/{}", property.name),
                "missing",
                format!("'{}' is mandatory", property.name),
            )),
        }
    }
}

/// A name as a part of a JSON pointer (RFC 6901, 3).
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Checks a value against a property without keeping it; used for defaults.
pub(super) fn check_value(property: &Property, json: &Json) -> Result<(), String> {
    set_value(property, json, NaiveDate::MAX, |_| ()).map_err(|reason| reason.message)
}

struct Reason {
    code: &'static str,
    message: String,
}

fn reason(code: &'static str, message: impl Into<String>) -> Reason {
    Reason { code, message: message.into() }
}

fn set_value(property: &Property, json: &Json, today: NaiveDate, set: impl FnOnce(Value<'_>)) -> Result<(), Reason> {
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
fn canonical_list(fields: &[Property], json: &Json, today: NaiveDate) -> Result<Option<String>, Reason> {
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

/// A declared name close to a misspelt one: equal but for case and separators, or one edit away.
fn nearest_name<'a>(collection: &'a Collection, name: &str) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = plain(name);
    collection.properties.iter().map(|property| property.name.as_str()).find(|known| {
        let known = plain(known);
        known == wanted || (known.len() > 3 && one_edit_apart(&known, &wanted))
    })
}

fn one_edit_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - head - tail <= 1
}

/// Streams a stored JSON object into a row. Returns how many members did not fit the declaration.
pub fn read_stored(collection: &Collection, json: &[u8], row: &mut RowBuilder) -> Result<usize, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    StoredObject { collection, row }.deserialize(&mut deserializer)
}

struct StoredObject<'a> {
    collection: &'a Collection,
    row: &'a mut RowBuilder,
}

impl<'de> DeserializeSeed<'de> for StoredObject<'_> {
    type Value = usize;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for StoredObject<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut misfits = 0;
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let Some(k) = self.collection.position(&name) else {
                map.next_value::<IgnoredAny>()?;
                misfits += 1;
                continue;
            };
            let property = &self.collection.properties[k];
            let fits = map.next_value_seed(StoredValue { property, k, row: self.row })?;
            misfits += usize::from(!fits);
        }
        Ok(misfits)
    }
}

struct StoredValue<'a> {
    property: &'a Property,
    k: usize,
    row: &'a mut RowBuilder,
}

impl<'de> DeserializeSeed<'de> for StoredValue<'_> {
    type Value = bool;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StoredValue<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
        let fits = matches!(self.property.kind, PropertyKind::Boolean);
        if fits {
            self.row.set(self.k, Value::Boolean(value));
        }
        Ok(fits)
    }

    fn visit_i64<E>(self, value: i64) -> Result<bool, E> {
        match self.property.kind {
            PropertyKind::Integer { .. } => self.row.set(self.k, Value::Integer(value)),
            PropertyKind::Number { .. } => self.row.set(self.k, Value::Number(value as f64)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<bool, E> {
        self.visit_i64(value.cast_signed())
    }

    fn visit_f64<E>(self, value: f64) -> Result<bool, E> {
        let fits = matches!(self.property.kind, PropertyKind::Number { .. });
        if fits {
            self.row.set(self.k, Value::Number(value));
        }
        Ok(fits)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        let value = match &self.property.kind {
            PropertyKind::Text { .. } => Some(Value::Text(text)),
            PropertyKind::Code(list) => list.position(text).map(Value::Code),
            PropertyKind::Date { .. } => text.parse().ok().map(Value::Date),
            PropertyKind::Instant => {
                DateTime::parse_from_rfc3339(text).ok().map(|instant| Value::Instant(instant.with_timezone(&Utc)))
            }
            _ => None,
        };
        if let Some(value) = value {
            self.row.set(self.k, value);
        }
        Ok(value.is_some())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Json>()? {
            items.push(item);
        }
        let PropertyKind::List(fields) = &self.property.kind else { return Ok(false) };
        // A stored list keeps no order of fields (jsonb does not): bring it into the declared one.
        match canonical_list(fields, &Json::Array(items), NaiveDate::MAX) {
            Ok(Some(list)) => self.row.set(self.k, Value::List(&list)),
            Ok(None) => {}
            Err(_) => return Ok(false),
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }
}
