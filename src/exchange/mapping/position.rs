//! Where a row lies, by its cells: a pair of columns or one column with the whole position, in any notation that
//! [`crate::coordinate`] reads, as well-known text, WKB or GeoJSON.

use std::str::FromStr;

use geo_types::{Coord, Point};
use serde_json::Value as Json;

use super::numbers::parse_number;
use crate::coordinate::{self, Context, Datum, Note, Place, Reading};
use crate::exchange::remark::What;
use crate::feature::Geometry;
use crate::feature::crs::Crs;
use crate::feature::geometry::{read_geojson, read_wkb};

/// A position as a row has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    pub geometry: Geometry,
    /// The CRS that the notation itself tells; `None`: that of the file.
    pub crs: Option<Crs>,
    /// Width in metres of the square that a grid reference names, where that is worth a word.
    pub cell_m: Option<u32>,
}

/// Squares this small need no word.
const FINE_M: u32 = 1;
/// What well-known text begins with.
const KINDS: [&str; 7] =
    ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"];
/// The flag of a WKB that an SRID follows, as PostGIS writes it.
const WITH_SRID: u32 = 0x2000_0000;

impl Position {
    fn of(geometry: Geometry, crs: Option<Crs>) -> Self {
        Self { geometry, crs, cell_m: None }
    }

    fn point(x: f64, y: f64, crs: Option<Crs>) -> Self {
        Self::of(Point::new(x, y).into(), crs)
    }
}

/// Reads one cell that holds a whole position.
pub fn whole(cell: &Json, context: &Context) -> Result<Position, What> {
    let text = match cell {
        Json::Object(_) => return geojson(cell),
        Json::String(text) => text.trim(),
        _ => return Err(What::NoPosition),
    };
    if text.starts_with('{') {
        return serde_json::from_str(text).map_err(|_| What::NoGeometryText).and_then(|json| geojson(&json));
    }
    if is_hex(text) {
        return hex_wkb(text).ok_or(What::NoGeometryText);
    }
    let (srid, plain) = match text.split_once(';') {
        Some((srid, rest)) if srid.trim().to_uppercase().starts_with("SRID=") => (Some(&srid.trim()[5..]), rest.trim()),
        _ => (None, text),
    };
    let word = plain.find(|c: char| !c.is_ascii_alphabetic()).map_or(plain, |end| &plain[..end]).to_uppercase();
    if KINDS.contains(&word.as_str()) && plain.contains('(') {
        let crs = srid.map(|srid| Crs::from_str(&format!("EPSG:{}", srid.trim()))).transpose();
        let geometry = wkt::Wkt::from_str(plain).ok().and_then(|wkt| Geometry::try_from(wkt).ok());
        return match (geometry, crs) {
            (Some(geometry), Ok(crs)) => Ok(Position::of(geometry, crs)),
            _ => Err(What::NoGeometryText),
        };
    }
    read(text, context)
}

/// Reads a pair of cells, x east and y north. Two plain numbers are in the CRS of the file; anything else is read like
/// what a person says.
pub fn pair(x: &str, y: &str, context: &Context) -> Result<Position, What> {
    let number = |text: &str| parse_number(text.trim_end_matches(['°', 'm', ' ']), false);
    if let (Some(x), Some(y)) = (number(x), number(y)) {
        return Ok(Position::point(x, y, None));
    }
    // The zone of UTM may stand before the easting.
    read(&format!("{y}; {x}"), context).or_else(|error| read(&format!("{x}; {y}"), context).map_err(|_| error))
}

fn read(text: &str, context: &Context) -> Result<Position, What> {
    let Reading { place, notes, .. } = coordinate::parse(text, context).map_err(|_| What::NoPosition)?;
    Ok(match place {
        Place::Geographic(at) => Position::point(at.lon, at.lat, Some(Crs::CRS84)),
        Place::Utmref(reference) => {
            let (at, cell) = (reference.position(), reference.precision().cell_m());
            Position { cell_m: (cell > FINE_M).then_some(cell), ..Position::point(at.lon, at.lat, Some(Crs::CRS84)) }
        }
        Place::Projected(metres) => {
            // Only a zone or a datum that was written tells the system; otherwise it is found for the whole file.
            let is_datum_said = Datum::of(metres.epsg).is_some() && metres.alternatives.is_empty();
            let said = is_datum_said || (metres.easting < 1e6 && !notes.contains(&Note::ZoneCompleted));
            let crs = if said { Crs::from_epsg(metres.epsg).ok() } else { None };
            Position::point(metres.easting, metres.northing, crs)
        }
    })
}

fn geojson(json: &Json) -> Result<Position, What> {
    let geometry = if json["type"] == "Feature" { &json["geometry"] } else { json };
    let geometry = read_geojson(geometry, false).map_err(|_| What::NoGeometryText)?;
    let first = geo::CoordsIter::coords_iter(&geometry).next();
    // Metres in a GeoJSON: the file's CRS, which has yet to be found.
    let metres = first.is_some_and(|Coord { x, y }| x.abs() > 180.0 || y.abs() > 180.0);
    Ok(Position::of(geometry, (!metres).then_some(Crs::CRS84)))
}

fn is_hex(text: &str) -> bool {
    text.len() >= 42 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// WKB as PostGIS shows it.
fn hex_wkb(text: &str) -> Option<Position> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pairs = text.as_bytes().chunks_exact(2);
    let bytes: Vec<u8> = pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect::<Option<_>>()?;
    let number = |at: usize| {
        let four = *bytes.get(at..)?.first_chunk::<4>()?;
        Some(if bytes[0] == 1 { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    };
    let srid = if number(1)? & WITH_SRID != 0 { number(5) } else { None };
    let geometry = read_wkb(&bytes).ok()?;
    Some(Position::of(geometry, srid.filter(|srid| *srid != 0).map(Crs::from_epsg).transpose().ok()?))
}

#[cfg(test)]
mod tests {
    use geo_types::{Rect, coord};
    use serde_json::json;

    use super::*;

    fn context() -> Context {
        let district = Rect::new(coord! { x: 10.70, y: 53.45 }, coord! { x: 12.00, y: 54.15 });
        Context { district: Some(district), reference: None }
    }

    /// Where a position lies, rounded, and whether it tells its CRS itself.
    fn placed(position: Result<Position, What>) -> Option<(f64, f64, Option<String>)> {
        let position = position.ok()?;
        let Geometry::Point(at) = position.geometry else { return None };
        let round = |value: f64| (value * 1e4).round() / 1e4;
        Some((round(at.x()), round(at.y()), position.crs.map(|crs| crs.to_string())))
    }

    #[test]
    fn a_pair_of_columns_holds_any_notation() {
        let there = Some((11.2623, 53.9586, Some("OGC:CRS84".to_owned())));
        for (x, y) in [
            ("E11.26230", "N53.95863"),
            ("E 11° 15.738", "N 53° 57.518"),
            ("11°15'44,3\"O", "53°57'31,1\"N"),
            ("11,26230° O", "53,95863° N"),
            ("11° 15' 44.3\"", "53° 57' 31.1\""),
            ("11°15.738'", "53°57.518'"),
        ] {
            assert_eq!(placed(pair(x, y, &context())), there, "{x} {y}");
        }
        assert_eq!(placed(pair("254850,10", "5988000,20", &context())), Some((254_850.1, 5_988_000.2, None)));
        assert_eq!(placed(pair("11,26230°", "53,95863°", &context())), Some((11.2623, 53.9586, None)));
        assert!(pair("links", "oben", &context()).is_err());
    }

    #[test]
    fn one_column_holds_a_whole_position() {
        let degrees = Some("OGC:CRS84".to_owned());
        for text in [
            "53.95863, 11.26230",
            "53,95863 11,26230",
            "N53.95863 E11.26230",
            r#"{"type":"Point","coordinates":[11.2623,53.95863]}"#,
        ] {
            assert_eq!(placed(whole(&json!(text), &context())), Some((11.2623, 53.9586, degrees.clone())), "{text}");
        }
        let wkt = |text: &str| placed(whole(&json!(text), &context()));
        assert_eq!(wkt("POINT (254850.1 5988000.2)"), Some((254_850.1, 5_988_000.2, None)));
        assert_eq!(wkt("SRID=4326;POINT(11.2623 53.95863)"), Some((11.2623, 53.9586, Some("EPSG:4326".to_owned()))));
        assert_eq!(wkt("33 U 254850 5988000"), Some((254_850.0, 5_988_000.0, Some("EPSG:25833".to_owned()))));
        let said = Some((4_464_624.0, 5_974_134.0, Some("EPSG:2398".to_owned())));
        assert_eq!(wkt("42/83 4464624 5974134"), said);
        assert_eq!(wkt("4464624 5974134"), Some((4_464_624.0, 5_974_134.0, None)));
        assert_eq!(wkt("254850,1 5988000,2"), Some((254_850.1, 5_988_000.2, None)));
        // SRID 4326, point 11.2623 53.95863.
        let mut hex = String::from("0101000020E6100000");
        [11.2623_f64, 53.95863]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .for_each(|byte| hex += &format!("{byte:02X}"));
        assert_eq!(wkt(&hex), Some((11.2623, 53.9586, Some("EPSG:4326".to_owned()))));
        let reference = whole(&json!("32U PE 6165 7426"), &context()).expect("read");
        assert_eq!((reference.crs, reference.cell_m), (Some(Crs::CRS84), Some(10)));
        let object = json!({ "type": "Point", "coordinates": [11.2623, 53.95863] });
        assert_eq!(placed(whole(&object, &context())), Some((11.2623, 53.9586, degrees)));
        for text in ["am Dom", "POINT (viel)", "{\"type\":"] {
            assert!(whole(&json!(text), &context()).is_err(), "{text}");
        }
    }
}
