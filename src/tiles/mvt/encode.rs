//! Writing a tile: layers, features, keys and values, each straight into bytes.
//!
//! One [`LayerWriter`] serves a layer. It keeps its buffers from feature to feature: nothing is allocated for a feature.
//! Keys and values are written once a layer and named by number (MVT 2.1, 4.4).

use super::{EXTENT, Kind};

/// Writes one layer.
#[derive(Debug, Default)]
pub struct LayerWriter {
    features: Vec<u8>,
    /// The tags of the feature at hand.
    tags: Vec<u8>,
    keys: Vec<u8>,
    key_count: u32,
    values: Values,
}

impl LayerWriter {
    /// An empty layer.
    pub fn new() -> Self {
        Self::default()
    }

    /// True without features.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Adds a key and gives its number. Ask once for each name.
    pub fn key(&mut self, name: &str) -> u32 {
        length_delimited(3, name.as_bytes(), &mut self.keys);
        self.key_count += 1;
        self.key_count - 1
    }

    /// The number of a text among the values.
    pub fn text(&mut self, text: &str) -> u32 {
        self.values.add(|value| length_delimited(1, text.as_bytes(), value))
    }

    /// The number of a double.
    pub fn double(&mut self, number: f64) -> u32 {
        self.values.add(|value| {
            value.push(field(3, FIXED64));
            value.extend_from_slice(&number.to_le_bytes());
        })
    }

    /// The number of an integer; written as `uint_value`, below zero as `sint_value`.
    pub fn integer(&mut self, number: i64) -> u32 {
        self.values.add(|value| match u64::try_from(number) {
            Ok(number) => {
                value.push(field(5, VARINT));
                varint(number, value);
            }
            Err(_) => {
                value.push(field(6, VARINT));
                varint(((number << 1) ^ (number >> 63)).cast_unsigned(), value);
            }
        })
    }

    /// The number of a boolean.
    pub fn boolean(&mut self, truth: bool) -> u32 {
        self.values.add(|value| value.extend_from_slice(&[field(7, VARINT), u8::from(truth)]))
    }

    /// Adds a text that no other feature has: not worth looking for among the values.
    pub fn unique_text(&mut self, text: &str) -> u32 {
        self.values.push(|value| length_delimited(1, text.as_bytes(), value))
    }

    /// Gives the next feature a property.
    pub fn tag(&mut self, key: u32, value: u32) {
        varint(key.into(), &mut self.tags);
        varint(value.into(), &mut self.tags);
    }

    /// Writes a feature with the tags since the last one. `geometry` holds whole command and parameter integers, the
    /// latter zigzag-encoded.
    pub fn feature(&mut self, id: Option<u64>, kind: Kind, geometry: &[u32]) {
        let geometry_length: usize = geometry.iter().map(|integer| varint_length((*integer).into())).sum();
        let delimited = |length: usize| 1 + varint_length(length as u64) + length;
        let id_length = id.map_or(0, |id| 1 + varint_length(id));
        let tags_length = if self.tags.is_empty() { 0 } else { delimited(self.tags.len()) };
        let out = &mut self.features;
        out.push(field(2, LENGTH));
        varint((id_length + tags_length + 2 + delimited(geometry_length)) as u64, out);
        if let Some(id) = id {
            out.push(field(1, VARINT));
            varint(id, out);
        }
        if !self.tags.is_empty() {
            length_delimited(2, &self.tags, out);
            self.tags.clear();
        }
        out.extend_from_slice(&[field(3, VARINT), code(kind)]);
        out.push(field(4, LENGTH));
        varint(geometry_length as u64, out);
        geometry.iter().for_each(|integer| varint((*integer).into(), out));
    }

    /// Appends the layer to a tile.
    pub fn finish(self, name: &str, tile: &mut Vec<u8>) {
        let mut head = Vec::with_capacity(name.len() + 8);
        head.extend_from_slice(&[field(15, VARINT), 2]);
        length_delimited(1, name.as_bytes(), &mut head);
        let mut tail = vec![field(5, VARINT)];
        varint(EXTENT.into(), &mut tail);
        let parts = [&head, &self.features, &self.keys, &self.values.bytes, &tail];
        let length: usize = parts.iter().map(|part| part.len()).sum();
        tile.reserve(length + 6);
        tile.push(field(3, LENGTH));
        varint(length as u64, tile);
        parts.iter().for_each(|part| tile.extend_from_slice(part));
    }
}

/// The values of a layer, each once: their bytes one after the other, and a hash table of where they are.
#[derive(Debug, Default)]
struct Values {
    /// As they stand in the layer, with field number and length.
    bytes: Vec<u8>,
    /// Where the bytes of each begin.
    starts: Vec<u32>,
    /// Open addressing: hash and number of a value and one, zero where nothing is. A power of two, at most half full.
    table: Vec<(u32, u32)>,
    /// How many values are in the table; unique texts are not.
    listed: usize,
}

impl Values {
    /// Appends a value whatever else there is.
    fn push(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> u32 {
        let start = self.bytes.len();
        // The length goes before the value and is nearly always one byte.
        self.bytes.extend_from_slice(&[field(4, LENGTH), 0]);
        write(&mut self.bytes);
        let length = self.bytes.len() - start - 2;
        if length < 0x80 {
            self.bytes[start + 1] = length as u8;
        } else {
            let mut prefix = Vec::with_capacity(10);
            varint(length as u64, &mut prefix);
            self.bytes.splice(start + 1..start + 2, prefix);
        }
        self.starts.push(start as u32);
        self.starts.len() as u32 - 1
    }

    /// The number of a value that is there, or is now.
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> u32 {
        if self.listed * 2 >= self.table.len() {
            self.grow();
        }
        let number = self.push(write);
        let start = self.starts[number as usize] as usize;
        let hash = hash(&self.bytes[start..]);
        let mut at = self.first(hash);
        while let (found, Some(known)) = (self.table[at].0, self.table[at].1.checked_sub(1)) {
            if found == hash && self.value(known) == &self.bytes[start..] {
                self.bytes.truncate(start);
                self.starts.pop();
                return known;
            }
            at = self.next(at);
        }
        self.table[at] = (hash, number + 1);
        self.listed += 1;
        number
    }

    /// Where in the table a value of a hash is looked for, and where next.
    fn first(&self, hash: u32) -> usize {
        hash as usize & (self.table.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.table.len() - 1)
    }

    fn value(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let end = self.starts.get(number + 1).map_or(self.bytes.len(), |end| *end as usize);
        &self.bytes[self.starts[number] as usize..end]
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(64);
        let before = std::mem::replace(&mut self.table, vec![(0, 0); size]);
        for entry in before.into_iter().filter(|entry| entry.1 != 0) {
            let mut at = self.first(entry.0);
            while self.table[at].1 != 0 {
                at = self.next(at);
            }
            self.table[at] = entry;
        }
    }
}

/// Eight bytes at a time, multiplied and folded; what is hashed is short and nobody's attack reaches beyond one tile.
fn hash(bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let last = rest.iter().fold(0, |last, byte| last << 8 | u64::from(*byte));
    let eights = eights.iter().map(|eight| u64::from_le_bytes(*eight));
    let state = eights.chain([last]).fold(bytes.len() as u64, |state: u64, eight| {
        (state.rotate_left(5) ^ eight).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    });
    (state >> 32) as u32
}

/// `GeomType` of the format.
fn code(kind: Kind) -> u8 {
    match kind {
        Kind::Point => 1,
        Kind::Line => 2,
        Kind::Polygon => 3,
    }
}

/// Wire types of protocol buffers.
const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const LENGTH: u8 = 2;

const fn field(number: u8, wire: u8) -> u8 {
    number << 3 | wire
}

fn length_delimited(number: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(field(number, LENGTH));
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

#[inline]
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Bytes of a number as varint: seven bits a byte, at least one byte.
#[inline]
fn varint_length(number: u64) -> usize {
    (64 - (number | 1).leading_zeros() as usize).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_varint_is_as_long_as_it_is_said_to_be() {
        for shift in 0..64 {
            for number in [1u64 << shift, (1 << shift) - 1, u64::MAX >> shift] {
                let mut out = Vec::new();
                varint(number, &mut out);
                assert_eq!(out.len(), varint_length(number), "{number}");
            }
        }
    }

    #[test]
    fn a_value_is_written_once_however_many_there_are() {
        let mut layer = LayerWriter::new();
        let long = "x".repeat(300);
        let numbers = |layer: &mut LayerWriter| -> Vec<u32> {
            let mut numbers: Vec<u32> = (0..500).map(|number| layer.integer(number - 250)).collect();
            numbers.extend([layer.text("ready"), layer.text(&long), layer.text(""), layer.boolean(true)]);
            numbers.extend([layer.double(1.0), layer.integer(1), layer.integer(i64::MIN), layer.integer(i64::MAX)]);
            numbers
        };
        let (first, second) = (numbers(&mut layer), numbers(&mut layer));
        assert_eq!(first, second);
        let mut distinct = first.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 500 + 7, "1 is there once");
        let unique = layer.unique_text("ready");
        assert!(!first.contains(&unique));
    }
}
