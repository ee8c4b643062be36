//! A row as JSON, the one form in which properties are answered, stored and journalled.

use std::collections::HashMap;

use super::{Collection, Property, PropertyKind, Visibility};
use crate::feature::geometry::write_decimal;
use crate::feature::value::{format_instant, write_date, write_instant};
use crate::feature::{Row, Value};

/// Appends `"name":value` for every recorded property that `wanted` accepts, separated by commas, and says whether
/// there was any.
pub fn write_members(
    collection: &Collection,
    row: Row<'_>,
    wanted: impl Fn(usize, &Property) -> bool,
    out: &mut Vec<u8>,
) -> bool {
    let start = out.len();
    for (k, property) in collection.properties.iter().enumerate() {
        if !wanted(k, property) {
            continue;
        }
        let value = row.get(k);
        if value.is_null() {
            continue;
        }
        if out.len() > start {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(property.name.as_bytes());
        out.extend_from_slice(b"\":");
        write_value(property, value, out);
    }
    out.len() > start
}

/// The members of what is not recorded, as `null`: programs learn from the first features they get what there may be, and
/// drop what these lack. Features lack the same in large groups, so each text is made once an answer.
#[derive(Debug)]
pub struct Absent<'a> {
    collection: &'a Collection,
    /// Bit k for property k.
    wanted: u64,
    texts: HashMap<u64, Vec<u8>>,
}

impl<'a> Absent<'a> {
    /// For the properties whose bits are set in `wanted`.
    pub fn new(collection: &'a Collection, wanted: u64) -> Self {
        Self { collection, wanted, texts: HashMap::new() }
    }

    /// For everything that a caller may see.
    pub fn visible(collection: &'a Collection, to: Visibility) -> Self {
        Self::new(collection, collection.visible(to).fold(0, |wanted, (k, _)| wanted | 1 << k))
    }

    /// Appends what a row lacks to its members, which begin at `start` of `out`.
    pub fn write(&mut self, row: Row<'_>, start: usize, out: &mut Vec<u8>) {
        let text = self.of(row);
        let is_first = out.len() == start;
        out.extend_from_slice(if is_first { text.get(1..).unwrap_or_default() } else { text });
    }

    /// What a row lacks, a comma before each member.
    pub fn of(&mut self, row: Row<'_>) -> &[u8] {
        let absent = self.wanted & !row.recorded();
        self.texts.entry(absent).or_insert_with(|| {
            let mut text = Vec::new();
            for (k, property) in self.collection.properties.iter().enumerate() {
                if absent & (1 << k) != 0 {
                    text.extend_from_slice(b",\"");
                    text.extend_from_slice(property.name.as_bytes());
                    text.extend_from_slice(b"\":null");
                }
            }
            text
        })
    }
}

/// Appends all recorded properties as a JSON object.
pub fn write_object(collection: &Collection, row: Row<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    write_members(collection, row, |_, _| true, out);
    out.push(b'}');
}

/// Appends one value as JSON.
pub fn write_value(property: &Property, value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::Integer(value) => out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
        Value::Number(value) => match property.kind {
            PropertyKind::Number { decimals, .. } => {
                write_decimal(value, decimals, out);
            }
            _ => out.extend_from_slice(ryu::Buffer::new().format(value).as_bytes()),
        },
        Value::Code(position) => {
            // Codes are snake_case by declaration: nothing to escape.
            out.push(b'"');
            out.extend_from_slice(property.codes().map_or("", |list| list.code(position)).as_bytes());
            out.push(b'"');
        }
        Value::Date(date) => {
            out.push(b'"');
            write_date(date, out);
            out.push(b'"');
        }
        Value::Instant(instant) => {
            out.push(b'"');
            write_instant(instant, out);
            out.push(b'"');
        }
        // Writing into a Vec cannot fail.
        Value::Text(text) => drop(serde_json::to_writer(out, text)),
        Value::List(json) => out.extend_from_slice(json.as_bytes()),
    }
}

/// The value as people write it into a table cell: codes as codes, numbers with a point, nothing for null.
pub fn plain_text(property: &Property, value: Value<'_>) -> String {
    let mut out = Vec::new();
    match value {
        Value::Null => return String::new(),
        Value::Text(text) => return text.to_owned(),
        Value::Instant(instant) => return format_instant(instant),
        Value::Date(date) => return date.to_string(),
        Value::Code(position) => {
            return property.codes().map_or_else(String::new, |list| list.code(position).to_owned());
        }
        other => write_value(property, other, &mut out),
    }
    String::from_utf8(out).unwrap_or_default()
}
