//! KML 2.2 and GPX 1.1, for maps and navigation devices.

use std::fmt::Write as _;
use std::io::Write;

use geo::Centroid;
use geo_types::Coord;

use super::geojson::write_feature;
use super::table::decimal;
use super::{ExportError, Selection, Written};
use crate::collection::encode::{Absent, plain_text};
use crate::collection::{Language, Property};
use crate::feature::{Geometry, Value};
use crate::index::Stored;

const DEGREES: u8 = 8;

/// The element of a waypoint that holds the whole object as a GeoJSON feature, and the namespace it belongs to. GPX has
/// points, names and descriptions only; programs pass extensions over that they do not know.
pub const WHOLE: &str = "feature";
pub const NAMESPACE: &str = "urn:geokontor:gpx";
pub const PREFIX: &str = "geokontor";
/// GDAL takes an element of 100,000 bytes for a damaged file: a longer one goes on in the next, `feature2`.
const ELEMENT: usize = 60_000;

pub fn write_kml(selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    let collection = selection.collection();
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n",
    )?;
    writeln!(out, "<name>{}</name>", escape(&collection.title.de))?;
    let mut written = Written::default();
    selection.each(|stored, geometry| {
        let Some(geometry) = geometry else {
            written.absent += 1;
            return Ok(());
        };
        let mut text = format!(
            "<Placemark id=\"f{}\"><name>{}</name><ExtendedData>",
            stored.id,
            escape(&title(selection, stored))
        );
        let _ = write!(text, "<Data name=\"id\"><value>{}</value></Data>", stored.id);
        for (k, property) in selection.properties() {
            let value = stored.row().get(k);
            // A placemark's own name is not that of the object: said, or readers would take the one for the other.
            if !value.is_null() || property.name == "name" {
                let plain = escape(&plain_text(property, value));
                let _ = write!(text, "<Data name=\"{}\"><value>{plain}</value></Data>", property.name);
            }
        }
        text.push_str("</ExtendedData>");
        kml_geometry(&geometry, &mut text);
        text.push_str("</Placemark>\n");
        written.features += 1;
        Ok(out.write_all(text.as_bytes())?)
    })?;
    out.write_all(b"</Document></kml>\n")?;
    Ok(written)
}

fn kml_geometry(geometry: &Geometry, out: &mut String) {
    let many = |parts: Vec<Geometry>, out: &mut String| {
        out.push_str("<MultiGeometry>");
        parts.iter().for_each(|part| kml_geometry(part, out));
        out.push_str("</MultiGeometry>");
    };
    match geometry {
        Geometry::Point(point) => drop(write!(out, "<Point><coordinates>{}</coordinates></Point>", pair(point.0))),
        Geometry::LineString(line) => {
            let _ = write!(out, "<LineString><coordinates>{}</coordinates></LineString>", pairs(&line.0));
        }
        Geometry::Polygon(polygon) => {
            let ring = |name: &str, ring: &[Coord]| {
                format!("<{name}><LinearRing><coordinates>{}</coordinates></LinearRing></{name}>", pairs(ring))
            };
            out.push_str("<Polygon>");
            out.push_str(&ring("outerBoundaryIs", &polygon.exterior().0));
            polygon.interiors().iter().for_each(|inner| out.push_str(&ring("innerBoundaryIs", &inner.0)));
            out.push_str("</Polygon>");
        }
        Geometry::MultiPoint(parts) => many(parts.0.iter().map(|part| (*part).into()).collect(), out),
        Geometry::MultiLineString(parts) => many(parts.0.iter().cloned().map(Into::into).collect(), out),
        Geometry::MultiPolygon(parts) => many(parts.0.iter().cloned().map(Into::into).collect(), out),
        _ => {}
    }
}

fn pair(at: Coord) -> String {
    format!("{},{}", decimal(at.x, DEGREES), decimal(at.y, DEGREES))
}

fn pairs(line: &[Coord]) -> String {
    line.iter().map(|at| pair(*at)).collect::<Vec<_>>().join(" ")
}

/// GPX has points only: an area is where its middle is. What the object is in full stands beside it, see [`WHOLE`].
pub fn write_gpx(selection: &Selection, out: &mut dyn Write) -> Result<Written, ExportError> {
    out.write_all(
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"Geokontor\" xmlns=\"http://www.topografix.com/GPX/1/1\" xmlns:{PREFIX}=\"{NAMESPACE}\">\n").as_bytes(),
    )?;
    let mut feature = Vec::new();
    let mut written = Written::default();
    selection.each(|stored, geometry| {
        let Some(middle) = geometry.and_then(|geometry| geometry.centroid()) else {
            written.absent += 1;
            return Ok(());
        };
        let facts: Vec<String> = selection
            .properties()
            .filter(|(_, property)| !matches!(property.name.as_str(), "external_ids" | "updated_at"))
            .filter_map(|(k, property)| described(property, stored.row().get(k)))
            .collect();
        written.features += 1;
        feature.clear();
        // What is not recorded has nothing to say here.
        write_feature(selection, stored, Absent::new(selection.collection(), 0), &mut feature);
        writeln!(
            out,
            "<wpt lat=\"{}\" lon=\"{}\"><name>{}</name><desc>{}</desc><extensions>{}</extensions></wpt>",
            decimal(middle.y(), DEGREES),
            decimal(middle.x(), DEGREES),
            escape(&title(selection, stored)),
            escape(&facts.join("; ")),
            whole(&String::from_utf8_lossy(&feature)),
        )?;
        Ok(())
    })?;
    out.write_all(b"</gpx>\n")?;
    Ok(written)
}

/// A feature as elements of a waypoint.
fn whole(feature: &str) -> String {
    let (mut out, mut rest, mut nth) = (String::with_capacity(feature.len() + 64), feature, 1);
    while !rest.is_empty() {
        let (part, after) = rest.split_at(rest.floor_char_boundary(ELEMENT));
        let name = whole_element(nth);
        let _ = write!(out, "<{PREFIX}:{name}>{}</{PREFIX}:{name}>", escape(part));
        (rest, nth) = (after, nth + 1);
    }
    out
}

/// The name of the `nth` element, counted from 1.
pub fn whole_element(nth: usize) -> String {
    if nth > 1 { format!("{WHOLE}{nth}") } else { WHOLE.to_owned() }
}

/// A property for people: label, value in words, unit.
fn described(property: &Property, value: Value<'_>) -> Option<String> {
    let text = match (value, property.codes()) {
        (Value::Null, _) => return None,
        (Value::Code(position), Some(list)) => list.label(position, Language::De).to_owned(),
        (value, _) => plain_text(property, value),
    };
    let unit = property.unit.as_deref().map_or_else(String::new, |unit| format!(" {unit}"));
    Some(format!("{}: {text}{unit}", property.title.de))
}

/// What people call a feature: its number, or its name, or what it is.
pub fn title(selection: &Selection, stored: &Stored) -> String {
    let collection = selection.collection();
    let row = stored.row();
    let text = |k: Option<usize>| k.and_then(|k| row.get(k).as_text());
    let kind = collection.position("kind").and_then(|k| match (row.get(k), collection.properties[k].codes()) {
        (Value::Code(position), Some(list)) => Some(list.label(position, Language::De)),
        _ => None,
    });
    text(collection.reference)
        .or_else(|| text(collection.position("name")))
        .or(kind)
        .unwrap_or(&collection.title.de)
        .to_owned()
}

/// Text for XML. Characters XML 1.0 has no place for become spaces.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
