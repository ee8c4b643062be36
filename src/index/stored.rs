//! A feature as memory keeps it: ready to be filtered and ready to be sent.

use std::sync::Arc;

use geo_types::{Coord, Rect};

use super::Pile;
use crate::collection::{Collection, Frame, Visibility, encode, validate};
use crate::feature::crs::{Crs, CrsError};
use crate::feature::geometry::{CoordinateStyle, right_handed, write_geojson, write_position};
use crate::feature::{FeatureId, Geometry, Row, RowBuilder, Shape};

/// How CRS84 coordinates are written: longitude first, about a millimetre.
const CRS84_STYLE: CoordinateStyle = CoordinateStyle { north_first: false, decimals: 8 };

/// How the GeoJSON of a point begins; a brace ends it.
pub const POINT: &[u8; 30] = br#"{"type":"Point","coordinates":"#;

/// What stands between the geometry of a feature and its members. It lies between them in memory, too, so that a feature
/// is sent in one copy; a point's ends its geometry first.
fn glue(of_point: bool) -> &'static [u8] {
    if of_point { br#"},"properties":{"# } else { br#","properties":{"# }
}

/// One feature. Its packed row and the pieces of its GeoJSON lie in one run of bytes, so that answering a million-fold
/// read costs two copies a feature and no allocation. Features that were loaded together share their run with
/// neighbours, see [`super::pile`]. A clone shares the bytes, too.
#[derive(Debug, Clone)]
pub struct Stored {
    pub id: FeatureId,
    /// Counts from 1, one up a change.
    pub version: i64,
    /// In the district's CRS.
    pub shape: Shape,
    run: Arc<[u8]>,
    start: u32,
    cuts: Cuts,
}

/// Where a feature's bytes are cut, counted from their start: packed row, GeoJSON geometry in CRS84 (see
/// [`Stored::place_json`]), [`glue`], members by class of visibility, the public ones first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cuts {
    row_end: u32,
    geometry_end: u32,
    /// By class: where the members end that it sees.
    seen_ends: [u32; Visibility::ALL.len()],
}

impl Cuts {
    /// How many bytes there are.
    pub(super) fn len(self) -> usize {
        self.end() as usize
    }

    fn end(self) -> u32 {
        self.seen_end(Visibility::Staff)
    }

    /// Where the members end that somebody may see.
    fn seen_end(self, visibility: Visibility) -> u32 {
        self.seen_ends[visibility as usize]
    }
}

impl Stored {
    /// A feature whose bytes begin at `start` of a run.
    pub(super) fn new(id: FeatureId, version: i64, shape: Shape, run: Arc<[u8]>, start: usize, cuts: Cuts) -> Self {
        Self { id, version, shape, run, start: start as u32, cuts }
    }

    fn bytes(&self, from: u32, to: u32) -> &[u8] {
        let start = self.start as usize;
        &self.run[start + from as usize..start + to as usize]
    }

    /// A hash of everything that is kept of it but id and version, the same on every node.
    pub(super) fn digest(&self) -> u64 {
        // Eight bytes a step: this is done for every feature at every start.
        let step = |hash: u64, part: u64| (hash.rotate_left(5) ^ part).wrapping_mul(0x517C_C1B7_2722_0A95);
        let mut parts = self.bytes(0, self.cuts.end()).chunks_exact(8);
        let hash = parts
            .by_ref()
            .fold(0, |hash, part| step(hash, part.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))));
        parts.remainder().iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)))
    }

    /// The typed properties.
    pub fn row(&self) -> Row<'_> {
        Row::new(self.bytes(0, self.cuts.row_end))
    }

    /// Appends the geometry as a GeoJSON object in CRS84, or `null`.
    pub fn write_geometry_json(&self, out: &mut Vec<u8>) {
        match self.shape {
            Shape::Point(_) => {
                out.extend_from_slice(POINT);
                out.extend_from_slice(self.place_json());
                out.push(b'}');
            }
            _ => out.extend_from_slice(self.place_json()),
        }
    }

    /// What memory keeps of [`Self::write_geometry_json`]: of a point, nearly everything a register holds, the two
    /// coordinates in their brackets, of anything else the whole.
    pub fn place_json(&self) -> &[u8] {
        self.bytes(self.cuts.row_end, self.cuts.geometry_end)
    }

    /// The place of a point in CRS84, as its GeoJSON says it: longitude and latitude in degrees, to a millimetre. Reading
    /// the two numbers costs less than a transformation. `None` for anything but a point.
    pub fn position(&self) -> Option<Coord> {
        let Shape::Point(_) = self.shape else { return None };
        let (x, rest) = read_decimal(self.place_json().strip_prefix(b"[")?)?;
        let (y, _) = read_decimal(rest.strip_prefix(b",")?)?;
        Some(Coord { x, y })
    }

    /// The box of the geometry in CRS84, as its GeoJSON says it: longitudes and latitudes in degrees. Narrower than what
    /// becomes of a box in the district's CRS.
    pub fn extent(&self) -> Option<Rect<f64>> {
        let mut json = self.place_json();
        let mut extent: Option<Rect<f64>> = None;
        let mut x = None;
        while let Some(start) = json.iter().position(|byte| *byte == b'-' || byte.is_ascii_digit()) {
            let (number, rest) = read_decimal(&json[start..])?;
            json = rest;
            let Some(x) = x.take() else {
                x = Some(number);
                continue;
            };
            let (mut min, mut max) =
                extent.map_or((Coord { x, y: number }, Coord { x, y: number }), |it| (it.min(), it.max()));
            (min.x, min.y) = (min.x.min(x), min.y.min(number));
            (max.x, max.y) = (max.x.max(x), max.y.max(number));
            extent = Some(Rect::new(min, max));
        }
        extent
    }

    /// Appends what follows `"geometry":` in a feature in CRS84, up to the last member of its properties. Says where these
    /// begin.
    pub fn write_json(&self, visibility: Visibility, out: &mut Vec<u8>) -> usize {
        if let Shape::Point(_) = self.shape {
            out.extend_from_slice(POINT);
        }
        out.extend_from_slice(self.bytes(self.cuts.row_end, self.cuts.seen_end(visibility)));
        out.len() - self.members_json(visibility).len()
    }

    /// Bytes that [`Self::write_json`] appends, or a few more.
    pub fn json_len(&self, visibility: Visibility) -> usize {
        POINT.len() + (self.cuts.seen_end(visibility) - self.cuts.row_end) as usize
    }

    /// The members of `properties` a caller may see, without braces.
    pub fn members_json(&self, visibility: Visibility) -> &[u8] {
        let is_point = matches!(self.shape, Shape::Point(_));
        self.bytes(self.cuts.geometry_end + glue(is_point).len() as u32, self.cuts.seen_end(visibility))
    }

    /// Bytes this feature takes in memory, without the allocator's own.
    pub fn footprint(&self) -> usize {
        size_of::<Self>() + self.cuts.len()
    }
}

/// Reads a number of few digits such as `-11.4600001`, and gives what follows it. Both parts of the division are exact
/// in an `f64`, so the result is the number nearest to the text.
fn read_decimal(text: &[u8]) -> Option<(f64, &[u8])> {
    const POWERS: [f64; 10] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    let (negative, text) = text.strip_prefix(b"-").map_or((false, text), |rest| (true, rest));
    let (mut number, mut point, mut end) = (0u64, None, 0);
    for byte in text {
        match byte {
            b'0'..=b'9' => number = number.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
            b'.' if point.is_none() => point = Some(end),
            _ => break,
        }
        end += 1;
    }
    let decimals = point.map_or(0, |point| end - point - 1);
    // As many digits as certainly fit.
    let value = if end < 20 { number as f64 / POWERS.get(decimals)? } else { return None };
    (end > 0).then(|| (if negative { -value } else { value }, &text[end..]))
}

/// Makes [`Stored`] features; keeps its buffers from one to the next.
#[derive(Debug)]
pub struct Encoder {
    collection: Arc<Collection>,
    /// By class of visibility: bit k for property k of that class.
    classes: [u64; Visibility::ALL.len()],
    frame: Frame,
    row: RowBuilder,
    packed: Vec<u8>,
    buffer: Vec<u8>,
}

/// Why a stored feature cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("its properties are not a JSON object: {0}")]
    Properties(#[from] serde_json::Error),
    #[error("its geometry cannot be brought to CRS84: {0}")]
    Geometry(#[from] CrsError),
}

impl Encoder {
    /// An encoder for one collection, whose geometries are in the district's CRS.
    pub fn new(collection: Arc<Collection>, frame: Frame) -> Self {
        let seen = Visibility::ALL.map(|class| collection.visible_bits(class));
        let classes = std::array::from_fn(|nth| if nth == 0 { seen[0] } else { seen[nth] & !seen[nth - 1] });
        Self { collection, classes, frame, row: RowBuilder::new(), packed: Vec::new(), buffer: Vec::new() }
    }

    /// Encodes a feature from its stored JSON. What does not fit the declaration is left out and counted.
    pub fn encode(
        &mut self,
        id: FeatureId,
        version: i64,
        geometry: Option<Geometry>,
        properties: &[u8],
    ) -> Result<(Stored, usize), EncodeError> {
        let (cuts, misfits) = self.fill(geometry.as_ref(), properties)?;
        let run = self.buffer.as_slice().into();
        Ok((Stored::new(id, version, Shape::from(geometry), run, 0, cuts), misfits))
    }

    /// The same for one of many that are loaded together.
    pub fn pile(
        &mut self,
        id: FeatureId,
        version: i64,
        geometry: Option<Geometry>,
        properties: &[u8],
        pile: &mut Pile,
    ) -> Result<usize, EncodeError> {
        let (cuts, misfits) = self.fill(geometry.as_ref(), properties)?;
        pile.add(id, version, Shape::from(geometry), &self.buffer, cuts);
        Ok(misfits)
    }

    /// Puts a feature's bytes into the buffer; gives their cuts and counts what does not fit.
    fn fill(&mut self, geometry: Option<&Geometry>, properties: &[u8]) -> Result<(Cuts, usize), EncodeError> {
        self.row.clear();
        let misfits = validate::read_stored(&self.collection, properties, &mut self.row)?;
        self.packed.clear();
        self.row.pack(&mut self.packed);
        self.buffer.clear();
        self.buffer.extend_from_slice(&self.packed);
        let row_end = self.buffer.len();
        let Frame { crs, transformer } = self.frame;
        match geometry {
            None => self.buffer.extend_from_slice(b"null"),
            // Nearly everything a register holds is a point, which needs no buffer.
            Some(Geometry::Point(point)) => {
                let place = transformer.coord(crs, Crs::CRS84, point.0)?;
                write_position(place, CRS84_STYLE, &mut self.buffer);
            }
            Some(geometry) => {
                let mut geographic = geometry.clone();
                transformer.transform(crs, Crs::CRS84, &mut geographic)?;
                right_handed(&mut geographic);
                write_geojson(&geographic, CRS84_STYLE, &mut self.buffer);
            }
        }
        let geometry_end = self.buffer.len();
        self.buffer.extend_from_slice(glue(matches!(geometry, Some(Geometry::Point(_)))));
        let row = Row::new(&self.packed);
        let members = self.buffer.len();
        let mut seen_ends = [0; Visibility::ALL.len()];
        for (end, bits) in seen_ends.iter_mut().zip(self.classes) {
            let before = self.buffer.len();
            if before > members {
                self.buffer.push(b',');
            }
            if !encode::write_members(&self.collection, row, bits, &mut self.buffer) {
                self.buffer.truncate(before);
            }
            *end = self.buffer.len() as u32;
        }
        let cuts = Cuts { row_end: row_end as u32, geometry_end: geometry_end as u32, seen_ends };
        Ok((cuts, misfits))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use geo_types::Point;
    use rand::{RngExt, SeedableRng};
    use uuid::Uuid;

    use super::*;
    use crate::collection::{Catalogue, District};

    #[test]
    fn the_position_of_a_point_is_the_one_its_geojson_shows() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let hydrants = Catalogue::load(&data).expect("the declarations").get("hydrants").expect("hydrants").clone();
        let frame = District::load(&data.join("district.toml")).expect("the district").frame();
        let mut encoder = Encoder::new(hydrants, frame);
        let mut random = rand_pcg::Pcg64::seed_from_u64(3);
        for number in 0..500 {
            let place = Coord {
                x: 230_000.0 + random.random_range(0.0..50_000.0),
                y: 5_942_000.0 + random.random_range(0.0..42_000.0),
            };
            let geometry = Some(Geometry::Point(Point(place)));
            let encoded = encoder.encode(FeatureId(Uuid::from_u128(number)), 1, geometry, br#"{"kind":"pillar"}"#);
            let stored = encoded.expect("a feature").0;
            let position = stored.position().expect("a position");
            let shown = format!(r#"{{"type":"Point","coordinates":[{},{}]}}"#, position.x, position.y);
            let mut written = Vec::new();
            stored.write_geometry_json(&mut written);
            assert_eq!(String::from_utf8(written).as_deref(), Ok(&*shown));
            let exact = frame.transformer.coord(frame.crs, Crs::CRS84, place).expect("a place");
            assert!((position.x - exact.x).abs() <= 5.1e-9 && (position.y - exact.y).abs() <= 5.1e-9);
        }
    }

    #[test]
    fn decimals_are_read_to_the_last_digit() {
        for text in ["0", "-0.5", "11", "11.46", "53.89160001", "-179.99999999", "0.00000001"] {
            let (value, rest) = read_decimal(text.as_bytes()).expect("a number");
            assert_eq!(value.to_bits(), text.parse::<f64>().expect("a number").to_bits(), "{text}");
            assert!(rest.is_empty());
        }
        for text in ["", "-", "x", "1.2345678901"] {
            assert!(read_decimal(text.as_bytes()).is_none(), "{text}");
        }
    }
}
