//! A row of property values, packed into one run of bytes.
//!
//! A register of a million features is read from memory, so a row may cost neither an allocation a value nor room for
//! what is not recorded. Layout, all little-endian:
//!
//! ```text
//! u64           which properties are recorded, bit k for property k
//! n × u32       what fits in four bytes: booleans, codes, days, small integers; for the rest its place in the tail
//! n × u8        their types
//! …             the tail: eight bytes a number or instant, four bytes of length and the bytes of a text or list
//! ```
//!
//! A value is found by counting the set bits below its own, so reading property k costs the same whatever the row.

use chrono::{DateTime, Datelike, NaiveDate};

use super::Value;

/// How many properties a collection may declare: one bit each in a row's head.
pub const MAX_PROPERTIES: usize = 64;

const HEAD: usize = size_of::<u64>();
const SLOT: usize = size_of::<u32>();

/// A packed row. Only [`RowBuilder`] makes one, so its offsets are always within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a>(&'a [u8]);

impl<'a> Row<'a> {
    /// A row over bytes that a [`RowBuilder`] has packed.
    pub fn new(packed: &'a [u8]) -> Self {
        debug_assert!(packed.len() >= HEAD);
        Self(packed)
    }

    /// The packed bytes.
    pub fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Which properties are recorded, bit k for property k.
    pub fn recorded(self) -> u64 {
        u64::from_le_bytes(self.array(0))
    }

    /// The value of property `k`, counted from 0 in the order of declaration.
    pub fn get(self, k: usize) -> Value<'a> {
        let recorded = self.recorded();
        let bit = 1u64 << k;
        if recorded & bit == 0 {
            return Value::Null;
        }
        let nth = (recorded & (bit - 1)).count_ones() as usize;
        let count = recorded.count_ones() as usize;
        let slot = u32::from_le_bytes(self.array(HEAD + SLOT * nth));
        let tags = HEAD + SLOT * count;
        let place = tags + count + slot as usize;
        match self.0[tags + nth] {
            tag::BOOLEAN => Value::Boolean(slot != 0),
            tag::SMALL_INTEGER => Value::Integer(slot.cast_signed().into()),
            tag::INTEGER => Value::Integer(i64::from_le_bytes(self.array(place))),
            tag::NUMBER => Value::Number(f64::from_le_bytes(self.array(place))),
            tag::CODE => Value::Code(slot as u16),
            tag::DATE => NaiveDate::from_num_days_from_ce_opt(slot.cast_signed()).map_or(Value::Null, Value::Date),
            tag::INSTANT => {
                let micros = i64::from_le_bytes(self.array(place));
                DateTime::from_timestamp_micros(micros).map_or(Value::Null, Value::Instant)
            }
            tag::TEXT => Value::Text(self.text(place)),
            _ => Value::List(self.text(place)),
        }
    }

    fn array<const N: usize>(self, at: usize) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.0[at..at + N]);
        bytes
    }

    fn text(self, place: usize) -> &'a str {
        let length = u32::from_le_bytes(self.array(place)) as usize;
        let bytes = &self.0[place + SLOT..place + SLOT + length];
        // The builder copied these bytes from a str.
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

mod tag {
    pub const BOOLEAN: u8 = 0;
    pub const SMALL_INTEGER: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const CODE: u8 = 3;
    pub const DATE: u8 = 4;
    pub const INSTANT: u8 = 5;
    pub const TEXT: u8 = 6;
    pub const LIST: u8 = 7;
    pub const INTEGER: u8 = 8;
}

/// Packs a row. One builder serves many rows: [`RowBuilder::clear`] keeps its buffers.
#[derive(Debug, Default)]
pub struct RowBuilder {
    recorded: u64,
    slots: Vec<(u8, u8, u32)>,
    tail: Vec<u8>,
}

impl RowBuilder {
    /// An empty row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts over, keeping the buffers.
    pub fn clear(&mut self) {
        self.recorded = 0;
        self.slots.clear();
        self.tail.clear();
    }

    /// Sets property `k`. Setting it a second time replaces the value; `Null` unsets it.
    pub fn set(&mut self, k: usize, value: Value<'_>) {
        debug_assert!(k < MAX_PROPERTIES);
        if self.recorded & (1 << k) != 0 {
            self.slots.retain(|slot| usize::from(slot.0) != k);
            self.recorded &= !(1 << k);
        }
        let (tag, slot) = match value {
            Value::Null => return,
            Value::Boolean(value) => (tag::BOOLEAN, u32::from(value)),
            Value::Integer(value) => match i32::try_from(value) {
                Ok(small) => (tag::SMALL_INTEGER, small.cast_unsigned()),
                Err(_) => (tag::INTEGER, self.push(&value.to_le_bytes())),
            },
            Value::Number(value) => (tag::NUMBER, self.push(&value.to_le_bytes())),
            Value::Code(value) => (tag::CODE, u32::from(value)),
            Value::Date(value) => (tag::DATE, value.num_days_from_ce().cast_unsigned()),
            Value::Instant(value) => (tag::INSTANT, self.push(&value.timestamp_micros().to_le_bytes())),
            Value::Text(value) => (tag::TEXT, self.push_text(value)),
            Value::List(value) => (tag::LIST, self.push_text(value)),
        };
        self.recorded |= 1 << k;
        self.slots.push((k as u8, tag, slot));
    }

    /// The packed row, appended to `out`.
    pub fn pack(&mut self, out: &mut Vec<u8>) {
        self.slots.sort_unstable_by_key(|slot| slot.0);
        out.reserve(HEAD + (SLOT + 1) * self.slots.len() + self.tail.len());
        out.extend_from_slice(&self.recorded.to_le_bytes());
        for (_, _, slot) in &self.slots {
            out.extend_from_slice(&slot.to_le_bytes());
        }
        out.extend(self.slots.iter().map(|slot| slot.1));
        out.extend_from_slice(&self.tail);
    }

    /// The packed row as a buffer of its own.
    pub fn finish(mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.pack(&mut out);
        out
    }

    fn push(&mut self, bytes: &[u8]) -> u32 {
        let place = self.tail.len() as u32;
        self.tail.extend_from_slice(bytes);
        place
    }

    fn push_text(&mut self, text: &str) -> u32 {
        let place = self.push(&(text.len() as u32).to_le_bytes());
        self.tail.extend_from_slice(text.as_bytes());
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_back_every_value_it_was_given_and_null_for_the_rest() {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day");
        let instant = DateTime::from_timestamp_micros(1_700_000_000_123_456).expect("an instant");
        let mut builder = RowBuilder::new();
        builder.set(63, Value::Text("Löschteich"));
        builder.set(0, Value::Boolean(true));
        builder.set(5, Value::Integer(-7));
        builder.set(6, Value::Integer(1 << 40));
        builder.set(7, Value::Number(4.5));
        builder.set(8, Value::Code(3));
        builder.set(9, Value::Date(day));
        builder.set(10, Value::Instant(instant));
        builder.set(11, Value::List(r#"[{"count":1}]"#));
        let packed = builder.finish();
        let row = Row::new(&packed);
        assert_eq!(row.get(0), Value::Boolean(true));
        assert_eq!(row.get(1), Value::Null);
        assert_eq!(row.get(5), Value::Integer(-7));
        assert_eq!(row.get(6), Value::Integer(1 << 40));
        assert_eq!(row.get(7), Value::Number(4.5));
        assert_eq!(row.get(8), Value::Code(3));
        assert_eq!(row.get(9), Value::Date(day));
        assert_eq!(row.get(10), Value::Instant(instant));
        assert_eq!(row.get(11), Value::List(r#"[{"count":1}]"#));
        assert_eq!(row.get(63), Value::Text("Löschteich"));
    }

    #[test]
    fn setting_a_property_again_replaces_it_and_null_unsets_it() {
        let mut builder = RowBuilder::new();
        builder.set(2, Value::Integer(1));
        builder.set(3, Value::Integer(2));
        builder.set(2, Value::Integer(9));
        builder.set(3, Value::Null);
        let packed = builder.finish();
        assert_eq!(Row::new(&packed).get(2), Value::Integer(9));
        assert_eq!(Row::new(&packed).get(3), Value::Null);
    }
}
