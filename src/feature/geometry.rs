//! What we accept as a geometry, and its encodings: GeoJSON for people and programs, WKB for PostGIS.
//!
//! In memory a geometry is a [`geo_types::Geometry`] in east-north (longitude-latitude) order, whatever order its
//! CRS prescribes on the wire; the swap happens in [`read_geojson`] and [`write_geojson`] alone.

use std::fmt;

use geo::BoundingRect;
use geo::winding_order::Winding;
use geo_types::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
use serde::Deserialize;
use serde_json::Value as Json;

use super::validity;

pub use super::fault::{GeometryError, GeometryFault};

/// A geometry of any of the seven simple-feature kinds, x east and y north.
pub type Geometry = geo_types::Geometry<f64>;

/// More positions than this in one geometry is refused: no object of a district register has them, attacks do.
pub const MAX_POSITIONS: usize = 100_000;

/// The kinds a collection may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GeometryKind {
    Point,
    MultiPoint,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
}

impl GeometryKind {
    /// The kind of a geometry; `None` for the helper kinds of geo-types and for collections.
    pub fn of(geometry: &Geometry) -> Option<Self> {
        match geometry {
            Geometry::Point(_) => Some(Self::Point),
            Geometry::MultiPoint(_) => Some(Self::MultiPoint),
            Geometry::LineString(_) => Some(Self::LineString),
            Geometry::MultiLineString(_) => Some(Self::MultiLineString),
            Geometry::Polygon(_) => Some(Self::Polygon),
            Geometry::MultiPolygon(_) => Some(Self::MultiPolygon),
            _ => None,
        }
    }

    /// The name in GeoJSON, WKT and PostGIS.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::MultiPoint => "MultiPoint",
            Self::LineString => "LineString",
            Self::MultiLineString => "MultiLineString",
            Self::Polygon => "Polygon",
            Self::MultiPolygon => "MultiPolygon",
        }
    }

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        let all =
            [Self::Point, Self::MultiPoint, Self::LineString, Self::MultiLineString, Self::Polygon, Self::MultiPolygon];
        all.into_iter().find(|kind| kind.name() == name)
    }

    /// What people call one of it, in German and with its article.
    pub fn german(self) -> &'static str {
        match self {
            Self::Point => "ein Punkt",
            Self::MultiPoint => "eine Punktmenge",
            Self::LineString => "eine Linie",
            Self::MultiLineString => "eine mehrteilige Linie",
            Self::Polygon => "eine Fläche",
            Self::MultiPolygon => "eine mehrteilige Fläche",
        }
    }
}

impl fmt::Display for GeometryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a GeoJSON geometry object. `north_first` says that the CRS of the body puts the northing (latitude) first.
/// Heights are dropped: the register keeps places, not altitudes.
pub fn read_geojson(json: &Json, north_first: bool) -> Result<Geometry, GeometryError> {
    let kind =
        json.get("type").and_then(Json::as_str).ok_or_else(|| GeometryError::new("/type", GeometryFault::NoType))?;
    let coordinates = json
        .get("coordinates")
        .ok_or_else(|| GeometryError::new("/coordinates", GeometryFault::NoCoordinates { kind: kind.to_owned() }))?;
    let mut reader = Reader { north_first, positions: 0 };
    let at = "/coordinates";
    Ok(match kind {
        "Point" => Point(reader.position(coordinates, at)?).into(),
        "MultiPoint" => MultiPoint(reader.many(coordinates, at, |r, c, at| r.position(c, at).map(Point))?).into(),
        "LineString" => reader.line(coordinates, at)?.into(),
        "MultiLineString" => MultiLineString(reader.many(coordinates, at, Reader::line)?).into(),
        "Polygon" => reader.polygon(coordinates, at)?.into(),
        "MultiPolygon" => MultiPolygon(reader.many(coordinates, at, Reader::polygon)?).into(),
        other => {
            return Err(GeometryError::new("/type", GeometryFault::UnknownType { kind: other.to_owned() }));
        }
    })
}

struct Reader {
    north_first: bool,
    positions: usize,
}

impl Reader {
    fn many<T>(
        &mut self,
        json: &Json,
        at: &str,
        read: impl Fn(&mut Self, &Json, &str) -> Result<T, GeometryError>,
    ) -> Result<Vec<T>, GeometryError> {
        let parts = json.as_array().ok_or_else(|| GeometryError::new(at, GeometryFault::NoArray))?;
        if parts.is_empty() {
            return Err(GeometryError::new(at, GeometryFault::Empty));
        }
        parts.iter().enumerate().map(|(i, part)| read(self, part, &format!("{at}/{i}"))).collect()
    }

    fn position(&mut self, json: &Json, at: &str) -> Result<Coord, GeometryError> {
        self.positions += 1;
        if self.positions > MAX_POSITIONS {
            return Err(GeometryError::new(at, GeometryFault::TooManyPositions { most: MAX_POSITIONS }));
        }
        let numbers = json.as_array().map(Vec::as_slice).unwrap_or_default();
        let (Some(first), Some(second), 2..=4) =
            (numbers.first().and_then(Json::as_f64), numbers.get(1).and_then(Json::as_f64), numbers.len())
        else {
            return Err(GeometryError::new(at, GeometryFault::NoPosition));
        };
        if !first.is_finite() || !second.is_finite() {
            return Err(GeometryError::new(at, GeometryFault::NotFinite));
        }
        Ok(if self.north_first { Coord { x: second, y: first } } else { Coord { x: first, y: second } })
    }

    fn line(&mut self, json: &Json, at: &str) -> Result<LineString, GeometryError> {
        let line = LineString(self.many(json, at, Self::position)?);
        if line.0.len() < 2 {
            return Err(GeometryError::new(at, GeometryFault::ShortLine));
        }
        Ok(line)
    }

    fn ring(&mut self, json: &Json, at: &str) -> Result<LineString, GeometryError> {
        let ring = LineString(self.many(json, at, Self::position)?);
        if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
            return Err(GeometryError::new(at, GeometryFault::OpenRing));
        }
        Ok(ring)
    }

    fn polygon(&mut self, json: &Json, at: &str) -> Result<Polygon, GeometryError> {
        let mut rings = self.many(json, at, Self::ring)?;
        let shell = rings.remove(0);
        Ok(Polygon::new(shell, rings))
    }
}

/// Checks what a parser of any format cannot know: finite coordinates, enough positions, no ring that crosses itself.
pub fn check(geometry: &Geometry) -> Result<(), GeometryError> {
    valid(geometry, validity::MOST_COMPARISONS)
}

/// The same of a geometry that is only compared with others: so many are sent that little time may go into each.
pub fn check_literal(geometry: &Geometry) -> Result<(), GeometryError> {
    valid(geometry, validity::MOST_COMPARISONS / 10)
}

fn valid(geometry: &Geometry, comparisons: usize) -> Result<(), GeometryError> {
    validity::check(geometry, comparisons)
        .map_err(|shape| GeometryError::new("/coordinates", GeometryFault::Invalid(shape)))
}

/// The bounding box; `None` for an empty geometry.
pub fn bounds(geometry: &Geometry) -> Option<Rect<f64>> {
    geometry.bounding_rect()
}

/// Turns the rings of areas as GeoJSON has them: the outer one against the clock, holes with it (RFC 7946, 3.1.6).
pub fn right_handed(geometry: &mut Geometry) {
    let turn = |polygon: &mut Polygon| {
        polygon.exterior_mut(LineString::make_ccw_winding);
        polygon.interiors_mut(|holes| holes.iter_mut().for_each(LineString::make_cw_winding));
    };
    match geometry {
        Geometry::Polygon(polygon) => turn(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter_mut().for_each(turn),
        _ => {}
    }
}

/// How coordinates of one CRS are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoordinateStyle {
    /// Latitude or northing comes first on the wire.
    pub north_first: bool,
    /// Digits after the point: 8 for degrees, 3 for metres, both about a millimetre.
    pub decimals: u8,
}

/// Appends the geometry as a GeoJSON object.
pub fn write_geojson(geometry: &Geometry, style: CoordinateStyle, out: &mut Vec<u8>) {
    let Some(kind) = GeometryKind::of(geometry) else {
        out.extend_from_slice(b"null");
        return;
    };
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(kind.name().as_bytes());
    out.extend_from_slice(b"\",\"coordinates\":");
    match geometry {
        Geometry::Point(point) => write_position(point.0, style, out),
        Geometry::MultiPoint(points) => write_list(&points.0, out, |point, out| write_position(point.0, style, out)),
        Geometry::LineString(line) => write_line(line, style, out),
        Geometry::MultiLineString(lines) => write_list(&lines.0, out, |line, out| write_line(line, style, out)),
        Geometry::Polygon(polygon) => write_polygon(polygon, style, out),
        Geometry::MultiPolygon(polygons) => {
            write_list(&polygons.0, out, |polygon, out| write_polygon(polygon, style, out));
        }
        _ => {}
    }
    out.push(b'}');
}

fn write_list<T>(items: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

fn write_line(line: &LineString, style: CoordinateStyle, out: &mut Vec<u8>) {
    write_list(&line.0, out, |coord, out| write_position(*coord, style, out));
}

fn write_polygon(polygon: &Polygon, style: CoordinateStyle, out: &mut Vec<u8>) {
    out.push(b'[');
    write_line(polygon.exterior(), style, out);
    for ring in polygon.interiors() {
        out.push(b',');
        write_line(ring, style, out);
    }
    out.push(b']');
}

/// Appends a position as GeoJSON has it: two numbers in brackets.
pub fn write_position(coord: Coord, style: CoordinateStyle, out: &mut Vec<u8>) {
    let (first, second) = if style.north_first { (coord.y, coord.x) } else { (coord.x, coord.y) };
    out.push(b'[');
    write_decimal(first, style.decimals, out);
    out.push(b',');
    write_decimal(second, style.decimals, out);
    out.push(b']');
}

/// Appends `value` rounded to `decimals` digits after the point, without trailing zeros, and says whether anything stands
/// after a point. Integer arithmetic, because this runs for every coordinate of every answer.
pub fn write_decimal(value: f64, decimals: u8, out: &mut Vec<u8>) -> bool {
    const POWERS: [u64; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    let scale = POWERS[usize::from(decimals.min(9))];
    let scaled = (value.abs() * scale as f64).round();
    if scaled >= 9e15 || !scaled.is_finite() {
        // Beyond the exact integers of an f64 there are no decimals to round.
        out.extend_from_slice(ryu::Buffer::new().format(value).as_bytes());
        return true;
    }
    let scaled = scaled as u64;
    if value < 0.0 && scaled > 0 {
        out.push(b'-');
    }
    out.extend_from_slice(itoa::Buffer::new().format(scaled / scale).as_bytes());
    let mut fraction = (scaled % scale) as u32;
    if fraction == 0 {
        return false;
    }
    let mut text = [b'.'; 10];
    let mut end = usize::from(decimals.min(9));
    for digit in text[1..=end].iter_mut().rev() {
        *digit = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
    while text[end] == b'0' {
        end -= 1;
    }
    out.extend_from_slice(&text[..=end]);
    true
}

const EWKB_HAS_SRID: u32 = 0x2000_0000;

/// Appends the geometry as little-endian EWKB with its SRID, the form in which PostGIS takes it in binary.
pub fn write_ewkb(geometry: &Geometry, srid: i32, out: &mut Vec<u8>) -> Result<(), GeometryError> {
    let mut plain = Vec::with_capacity(32);
    wkb::writer::write_geometry(&mut plain, geometry, &wkb::writer::WriteOptions::default())
        .map_err(|e| GeometryError::new("", GeometryFault::NotEncoded { reason: e.to_string() }))?;
    let kind = u32::from_le_bytes([plain[1], plain[2], plain[3], plain[4]]) | EWKB_HAS_SRID;
    out.push(plain[0]);
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&srid.to_le_bytes());
    out.extend_from_slice(&plain[5..]);
    Ok(())
}

/// Reads WKB as PostGIS' `ST_AsBinary` writes it.
pub fn read_wkb(bytes: &[u8]) -> Result<Geometry, GeometryError> {
    // Points are nearly everything a register holds: 1 byte order, 4 bytes type, two doubles.
    if let (21, [1, 1, 0, 0, 0]) = (bytes.len(), &bytes[..5.min(bytes.len())]) {
        let double = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            f64::from_le_bytes(eight)
        };
        return Ok(Point::new(double(5), double(13)).into());
    }
    use geo_traits::to_geo::ToGeoGeometry;
    wkb::reader::read_wkb(bytes)
        .map_err(|e| GeometryError::new("", GeometryFault::NoWkb { reason: e.to_string() }))?
        .try_to_geometry()
        .ok_or_else(|| GeometryError::new("", GeometryFault::Empty))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DEGREES: CoordinateStyle = CoordinateStyle { north_first: false, decimals: 8 };

    fn written(geometry: &Geometry, style: CoordinateStyle) -> String {
        let mut out = Vec::new();
        write_geojson(geometry, style, &mut out);
        String::from_utf8(out).expect("utf-8")
    }

    #[test]
    fn decimals_are_rounded_and_lose_their_trailing_zeros() {
        let text = |value, decimals| {
            let mut out = Vec::new();
            write_decimal(value, decimals, &mut out);
            String::from_utf8(out).expect("utf-8")
        };
        assert_eq!(text(11.46, 8), "11.46");
        assert_eq!(text(-0.000_000_001, 8), "0");
        assert_eq!(text(-71.049226, 8), "-71.049226");
        assert_eq!(text(0.05, 3), "0.05");
        assert_eq!(text(5_977_269.578_4, 3), "5977269.578");
        assert_eq!(text(99.999_999_999, 8), "100");
    }

    #[test]
    fn geojson_and_wkb_give_back_the_geometry_they_were_given() {
        for json in [
            json!({"type":"Point","coordinates":[11.46,53.8916]}),
            json!({"type":"LineString","coordinates":[[1,2],[3,4.5]]}),
            json!({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[2,1],[3,1],[3,2],[2,1]]]}),
            json!({"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]]]}),
            json!({"type":"MultiLineString","coordinates":[[[0,0],[4,0]],[[1,1],[2,2]]]}),
            json!({"type":"MultiPoint","coordinates":[[0,0],[4,0]]}),
        ] {
            let geometry = read_geojson(&json, false).expect("a geometry");
            let text = written(&geometry, DEGREES);
            let again: Json = serde_json::from_str(&text).expect("json");
            assert_eq!(read_geojson(&again, false).expect("a geometry"), geometry);
            let mut ewkb = Vec::new();
            write_ewkb(&geometry, 25833, &mut ewkb).expect("ewkb");
            let mut wkb = vec![ewkb[0]];
            wkb.extend_from_slice(&[ewkb[1], ewkb[2], ewkb[3], 0]);
            wkb.extend_from_slice(&ewkb[9..]);
            assert_eq!(read_wkb(&wkb).expect("a geometry"), geometry);
        }
    }

    #[test]
    fn a_north_first_crs_is_swapped_on_the_wire_only() {
        let geometry = read_geojson(&json!({"type":"Point","coordinates":[53.8916, 11.46]}), true).expect("a geometry");
        assert_eq!(geometry, Point::new(11.46, 53.8916).into());
        assert_eq!(
            written(&geometry, CoordinateStyle { north_first: true, decimals: 8 }),
            r#"{"type":"Point","coordinates":[53.8916,11.46]}"#
        );
    }

    #[test]
    fn a_fault_is_named_with_the_place_where_it_lies() {
        let fault = |json| read_geojson(&json, false).expect_err("a fault").pointer;
        assert_eq!(fault(json!({"type":"Point","coordinates":[11.46]})), "/coordinates");
        assert_eq!(fault(json!({"type":"LineString","coordinates":[[0,0],["a",1]]})), "/coordinates/1");
        assert_eq!(fault(json!({"type":"Polygon","coordinates":[[[0,0],[1,1],[2,2]]]})), "/coordinates/0");
        assert_eq!(fault(json!({"type":"Circle","coordinates":[]})), "/type");
        let bow_tie = read_geojson(&json!({"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}), false);
        assert!(check(&bow_tie.expect("it parses")).is_err());
    }
}
