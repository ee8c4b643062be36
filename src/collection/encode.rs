//! A row as JSON, the one form in which properties are answered, stored and journalled.

use super::{Collection, Property, PropertyKind, Visibility};
use crate::feature::geometry::write_decimal;
use crate::feature::value::{format_instant, write_date, write_instant};
use crate::feature::{Row, Value};

/// Appends `"name":value` for every recorded property whose bit is set in `wanted`, separated by commas, and says whether
/// there was any.
pub fn write_members(collection: &Collection, row: Row<'_>, wanted: u64, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let mut rest = wanted & row.recorded();
    while rest != 0 {
        let k = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        let Some(property) = collection.properties.get(k) else { break };
        if out.len() > start {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(property.name.as_bytes());
        out.extend_from_slice(b"\":");
        write_value(property, row.get(k), out);
    }
    out.len() > start
}

/// `,"name":null` for every property of a collection, one behind the other: what a feature lacks of properties side by side
/// is one copy.
#[derive(Debug, Clone)]
pub(super) struct Nulls {
    text: Vec<u8>,
    /// Where each property begins, and where the last one ends.
    starts: Vec<usize>,
}

impl Nulls {
    pub(super) fn of(properties: &[Property]) -> Self {
        let (mut text, mut starts) = (Vec::new(), vec![0]);
        for property in properties {
            text.extend_from_slice(b",\"");
            text.extend_from_slice(property.name.as_bytes());
            text.extend_from_slice(b"\":null");
            starts.push(text.len());
        }
        Self { text, starts }
    }

    /// The members of the properties whose bits are set, in as few pieces as there are stretches of bits.
    fn pieces(&self, mut absent: u64) -> impl Iterator<Item = &[u8]> {
        std::iter::from_fn(move || {
            let first = absent.trailing_zeros();
            let count = absent.checked_shr(first)?.trailing_ones();
            // A one added at its beginning is carried through the stretch.
            absent &= absent.wrapping_add(1 << first);
            self.text.get(self.starts[first as usize]..*self.starts.get((first + count) as usize)?)
        })
    }
}

/// The members of what is not recorded, as `null`: programs learn from the first features they get what there may be, and
/// drop what these lack.
#[derive(Debug, Clone, Copy)]
pub struct Absent<'a> {
    nulls: &'a Nulls,
    wanted: u64,
}

impl<'a> Absent<'a> {
    /// For the properties of a collection whose bits are set in `wanted`.
    pub fn new(collection: &'a Collection, wanted: u64) -> Self {
        Self { nulls: &collection.nulls, wanted }
    }

    /// For everything that a caller may see.
    pub fn visible(collection: &'a Collection, to: Visibility) -> Self {
        Self::new(collection, collection.visible_bits(to))
    }

    /// Appends what a row lacks to its members, which begin at `start` of `out`.
    pub fn write(self, row: Row<'_>, start: usize, out: &mut Vec<u8>) {
        let is_first = out.len() == start;
        for piece in self.pieces(row) {
            out.extend_from_slice(piece);
        }
        if is_first && out.len() > start {
            // The comma before the first.
            out.remove(start);
        }
    }

    /// Bytes that [`Self::write`] appends, or one more.
    pub fn len(self, row: Row<'_>) -> usize {
        self.pieces(row).map(<[u8]>::len).sum()
    }

    fn pieces(self, row: Row<'_>) -> impl Iterator<Item = &'a [u8]> {
        self.nulls.pieces(self.wanted & !row.recorded())
    }
}

/// Appends all recorded properties as a JSON object.
pub fn write_object(collection: &Collection, row: Row<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    write_members(collection, row, u64::MAX, out);
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::collection::Catalogue;
    use crate::feature::RowBuilder;

    #[test]
    fn what_is_wanted_and_not_recorded_is_null_behind_what_is_recorded_in_the_order_of_declaration() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let hydrants = Catalogue::load(&data).expect("the declarations").get("hydrants").expect("hydrants").clone();
        let mut random = rand_pcg::Pcg64::seed_from_u64(2);
        for round in 0..500 {
            let (recorded, wanted) = match round {
                0 => (0, u64::MAX),
                1 => (u64::MAX, u64::MAX),
                2 => (0, 0),
                _ => (random.random::<u64>(), random.random::<u64>()),
            };
            let wanted = wanted & hydrants.visible_bits(Visibility::Staff);
            let mut row = RowBuilder::new();
            for k in (0..hydrants.properties.len()).filter(|k| recorded & (1 << k) != 0) {
                row.set(k, Value::Boolean(true));
            }
            let packed = row.finish();
            let row = Row::new(&packed);
            let absent = Absent::new(&hydrants, wanted);
            let mut out = b"{".to_vec();
            write_members(&hydrants, row, wanted, &mut out);
            let written = out.len();
            absent.write(row, 1, &mut out);
            assert!(absent.len(row) - (out.len() - written) <= 1);
            let of = |value: &'static str, is_it: bool| {
                let wanted = hydrants.properties.iter().enumerate().filter(move |(k, _)| wanted & (1 << k) != 0);
                let those = wanted.filter(move |(k, _)| (recorded & (1 << k) != 0) == is_it);
                those.map(move |(_, property)| format!(r#""{}":{value}"#, property.name))
            };
            let expected: Vec<String> = of("true", true).chain(of("null", false)).collect();
            assert_eq!(String::from_utf8(out), Ok(format!("{{{}", expected.join(","))));
        }
    }
}
