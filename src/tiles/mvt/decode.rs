//! Vector tiles read: bytes in, layers of features out. Start at [`Tile::decode`].
//!
//! Whatever the bytes are, the answer is a tile or an [`MvtError`]: counts are compared with the bytes that are left
//! before anything is reserved for them, so memory is a small multiple of the input. Names and texts are borrowed from the
//! bytes; positions of a layer lie side by side in one vector. Rings are given as they stand: which of them are holes is
//! said by their winding ([`ring_area`]).

mod geometry;
mod wire;

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub use geometry::ring_area;
use wire::{Field, Reader};

/// A tile larger than this is refused unread.
pub const MAX_BYTES: usize = 16 << 20;

/// What is wrong with a tile's bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MvtError {
    #[error("a tile of {0} bytes; at most {MAX_BYTES} are read")]
    TooLarge(usize),
    #[error("the bytes end in the middle of {0}")]
    Truncated(&'static str),
    #[error("a number has more than 64 bits")]
    LongNumber,
    #[error("wire type {0} is none of protocol buffers")]
    WireType(u8),
    #[error("{0} has another wire type than the format says")]
    WrongType(&'static str),
    #[error("{0} is not UTF-8")]
    NotText(&'static str),
    #[error("a layer without {0}")]
    LayerWithout(&'static str),
    #[error("a layer of version {0}; 1 and 2 are known")]
    Version(u64),
    #[error("an extent of {0}")]
    Extent(u64),
    #[error("a value must have exactly one type")]
    Value,
    #[error("a feature's tags must be pairs of places in the layer's keys and values")]
    Tags,
    #[error("geometry type {0} is not known")]
    Kind(u64),
    #[error("geometry: {0}")]
    Geometry(&'static str),
}

/// What a feature's geometry is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Point,
    Line,
    Polygon,
}

/// A property's value. The four integer types of the format become two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'t> {
    Text(&'t str),
    Float(f64),
    Integer(i64),
    /// Beyond `i64` only; what fits is an [`Self::Integer`].
    Unsigned(u64),
    Bool(bool),
}

/// A decoded tile; texts are borrowed from its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile<'t> {
    pub layers: Vec<Layer<'t>>,
}

/// One layer: its features and what they share.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer<'t> {
    pub name: &'t str,
    /// Side of the tile in the units of positions.
    pub extent: u32,
    pub keys: Vec<&'t str>,
    pub values: Vec<Value<'t>>,
    features: Vec<Record>,
    positions: Vec<[i32; 2]>,
    /// Where each part ends in `positions`.
    ends: Vec<u32>,
    /// Places in `keys` and `values`.
    tags: Vec<[u32; 2]>,
}

/// A feature: its id and where its things lie in the layer.
#[derive(Debug, Clone, PartialEq)]
struct Record {
    id: Option<u64>,
    kind: Kind,
    tags: Range<u32>,
    parts: Range<u32>,
}

/// A feature of a layer.
#[derive(Clone, Copy)]
pub struct Feature<'l, 't> {
    layer: &'l Layer<'t>,
    record: &'l Record,
}

/// Kind and parts of a feature's geometry: points (one part), lines (a part each) or rings (a part each, closed by
/// implication: the last position is not the first again).
#[derive(Clone, Copy)]
pub struct Geometry<'l> {
    pub kind: Kind,
    positions: &'l [[i32; 2]],
    start: usize,
    ends: &'l [u32],
}

impl<'t> Tile<'t> {
    /// Reads an uncompressed tile. Everything is checked here; nothing that comes later can fail.
    pub fn decode(bytes: &'t [u8]) -> Result<Self, MvtError> {
        if bytes.len() > MAX_BYTES {
            return Err(MvtError::TooLarge(bytes.len()));
        }
        let mut layers = Vec::new();
        let mut reader = Reader::new(bytes);
        while let Some((number, field)) = reader.field()? {
            if number == 3 {
                layers.push(Layer::decode(field.bytes("a layer")?)?);
            }
        }
        Ok(Self { layers })
    }

    /// The layer of a name.
    pub fn layer(&self, name: &str) -> Option<&Layer<'t>> {
        self.layers.iter().find(|layer| layer.name == name)
    }
}

impl<'t> Layer<'t> {
    fn decode(bytes: &'t [u8]) -> Result<Self, MvtError> {
        let (mut version, mut extent, mut name) = (1, 4096, None);
        let mut layer = Self {
            name: "",
            extent: 4096,
            keys: Vec::new(),
            values: Vec::new(),
            features: Vec::new(),
            positions: Vec::new(),
            ends: Vec::new(),
            tags: Vec::new(),
        };
        let mut features = Vec::new();
        let mut reader = Reader::new(bytes);
        while let Some((number, field)) = reader.field()? {
            match number {
                1 => name = Some(field.text("a layer's name")?),
                2 => features.push(field.bytes("a feature")?),
                3 => layer.keys.push(field.text("a key")?),
                4 => layer.values.push(Value::decode(field.bytes("a value")?)?),
                5 => extent = field.varint("an extent")?,
                15 => version = field.varint("a version")?,
                _ => {}
            }
        }
        layer.name = name.ok_or(MvtError::LayerWithout("a name"))?;
        if !(1..=2).contains(&version) {
            return Err(MvtError::Version(version));
        }
        // Larger extents than this would leave no room for positions beside the tile.
        layer.extent = u32::try_from(extent)
            .ok()
            .filter(|extent| (1..=1 << 24).contains(extent))
            .ok_or(MvtError::Extent(extent))?;
        // Keys and values may stand behind the features that use them.
        layer.features.reserve(features.len());
        features.into_iter().try_for_each(|feature| layer.feature(feature))?;
        Ok(layer)
    }

    fn feature(&mut self, bytes: &[u8]) -> Result<(), MvtError> {
        let (mut id, mut kind, mut commands) = (None, 0, &[][..]);
        let first_tag = place(self.tags.len())?;
        let mut reader = Reader::new(bytes);
        while let Some((number, field)) = reader.field()? {
            match number {
                1 => id = Some(field.varint("a feature's id")?),
                2 => self.read_tags(field.bytes("a feature's tags")?)?,
                3 => kind = field.varint("a geometry's type")?,
                4 => commands = field.bytes("a geometry")?,
                _ => {}
            }
        }
        let kind = match kind {
            // The format lets a decoder pass over what it does not know; of an unknown type nothing can be drawn.
            0 => {
                self.tags.truncate(first_tag as usize);
                return Ok(());
            }
            1 => Kind::Point,
            2 => Kind::Line,
            3 => Kind::Polygon,
            other => return Err(MvtError::Kind(other)),
        };
        let first_part = place(self.ends.len())?;
        geometry::read(commands, kind, &mut self.positions, &mut self.ends)?;
        let (tags, parts) = (first_tag..place(self.tags.len())?, first_part..place(self.ends.len())?);
        self.features.push(Record { id, kind, tags, parts });
        Ok(())
    }

    fn read_tags(&mut self, bytes: &[u8]) -> Result<(), MvtError> {
        let mut reader = Reader::new(bytes);
        while !reader.is_empty() {
            let key = reader.varint()?;
            if reader.is_empty() {
                return Err(MvtError::Tags);
            }
            let value = reader.varint()?;
            if key >= self.keys.len() as u64 || value >= self.values.len() as u64 {
                return Err(MvtError::Tags);
            }
            self.tags.push([place(key as usize)?, place(value as usize)?]);
        }
        Ok(())
    }

    /// The features in the tile's order.
    pub fn features(&self) -> impl ExactSizeIterator<Item = Feature<'_, 't>> {
        self.features.iter().map(|record| Feature { layer: self, record })
    }

    /// The place of a key, to be asked for once a layer.
    pub fn key(&self, name: &str) -> Option<u32> {
        self.keys.iter().position(|key| *key == name).and_then(|at| u32::try_from(at).ok())
    }
}

impl<'t> Value<'t> {
    fn decode(bytes: &'t [u8]) -> Result<Self, MvtError> {
        let mut value = None;
        let mut reader = Reader::new(bytes);
        while let Some((number, field)) = reader.field()? {
            let read = match (number, field) {
                (1, field) => Value::Text(field.text("a value")?),
                (2, Field::Fixed32(bits)) => Value::Float(f64::from(f32::from_bits(bits))),
                (3, Field::Fixed64(bits)) => Value::Float(f64::from_bits(bits)),
                (4, field) => Value::Integer(field.varint("a value")?.cast_signed()),
                (5, field) => {
                    let number = field.varint("a value")?;
                    i64::try_from(number).map_or(Value::Unsigned(number), Value::Integer)
                }
                (6, field) => Value::Integer(wire::zigzag(field.varint("a value")?)),
                (7, field) => Value::Bool(field.varint("a value")? != 0),
                (2 | 3, _) => return Err(MvtError::WrongType("a value")),
                _ => continue,
            };
            if value.replace(read).is_some() {
                return Err(MvtError::Value);
            }
        }
        value.ok_or(MvtError::Value)
    }

    /// The number, if it is one.
    pub fn number(self) -> Option<f64> {
        match self {
            Value::Float(value) => Some(value),
            Value::Integer(value) => Some(value as f64),
            Value::Unsigned(value) => Some(value as f64),
            Value::Text(_) | Value::Bool(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn text(self) -> Option<&'t str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }
}

impl<'l, 't> Feature<'l, 't> {
    /// The feature's number, if it has one.
    pub fn id(self) -> Option<u64> {
        self.record.id
    }

    /// The value of a property. Some writers repeat keys in a layer, so it goes by the name and not by the key's place.
    pub fn property(self, name: &str) -> Option<Value<'t>> {
        let named = |tag: &&[u32; 2]| self.layer.keys[tag[0] as usize] == name;
        self.tags().iter().find(named).map(|tag| self.layer.values[tag[1] as usize])
    }

    /// The value of a property whose place is known ([`Layer::key`]).
    pub fn value(self, key: u32) -> Option<Value<'t>> {
        self.tags().iter().find(|tag| tag[0] == key).map(|tag| self.layer.values[tag[1] as usize])
    }

    /// All properties in the feature's order.
    pub fn properties(self) -> impl Iterator<Item = (&'t str, Value<'t>)> + 'l {
        self.tags().iter().map(move |[key, value]| (self.layer.keys[*key as usize], self.layer.values[*value as usize]))
    }

    /// The feature's geometry in the units of the layer's extent, y downwards.
    pub fn geometry(self) -> Geometry<'l> {
        let parts = self.record.parts.start as usize..self.record.parts.end as usize;
        let start = parts.start.checked_sub(1).map_or(0, |before| self.layer.ends[before] as usize);
        Geometry { kind: self.record.kind, positions: &self.layer.positions, start, ends: &self.layer.ends[parts] }
    }

    fn tags(self) -> &'l [[u32; 2]] {
        &self.layer.tags[self.record.tags.start as usize..self.record.tags.end as usize]
    }
}

impl<'l> Geometry<'l> {
    /// Each line or ring; of points all in one part.
    pub fn parts(self) -> impl Iterator<Item = &'l [[i32; 2]]> {
        let mut start = self.start;
        self.ends.iter().map(move |end| &self.positions[std::mem::replace(&mut start, *end as usize)..*end as usize])
    }

    /// The rings of each polygon: the outer one, then its holes. An outer ring has a positive area in the tile's system
    /// (MVT 2.1, 4.3.4.4).
    pub fn polygons(self) -> Vec<Vec<&'l [[i32; 2]]>> {
        let mut polygons: Vec<Vec<&[[i32; 2]]>> = Vec::new();
        for ring in self.parts() {
            match polygons.last_mut() {
                Some(polygon) if ring_area(ring) < 0 => polygon.push(ring),
                _ => polygons.push(vec![ring]),
            }
        }
        polygons
    }
}

impl fmt::Debug for Feature<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let properties: Vec<_> = self.properties().collect();
        let parts: Vec<_> = self.geometry().parts().collect();
        formatter
            .debug_struct("Feature")
            .field("id", &self.record.id)
            .field("kind", &self.record.kind)
            .field("properties", &properties)
            .field("parts", &parts)
            .finish()
    }
}

/// A place in a vector; the limit of bytes keeps every one within 32 bits.
fn place(index: usize) -> Result<u32, MvtError> {
    u32::try_from(index).map_err(|_| MvtError::TooLarge(index))
}
