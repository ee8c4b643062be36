//! Features of a collection as JSON, column by column: small when compressed, and read by a device without an object a
//! feature.
//!
//! ```json
//! {"name":"hydrants","count":2,"id":["…","…"],"version":[1,4],"x":[114000000,-3512],"y":[538000000,81],
//!  "shape":[[1,{"type":"Polygon",…}]],"columns":{"ref":["LOS-0001",null],"kind":[0,1]}}
//! ```
//!
//! Coordinates are ten-millionths of a degree, each told as the difference from the one before. What is no point has its
//! geometry in `shape`, with its row. Values are as the declaration says: codes as positions in their list, days since
//! 1970-01-01, instants in milliseconds, the rest as it is in JSON. A column nobody has filled is not there.

use std::io::Write;

use crate::collection::{Code, CodeRange, Collection, Property, PropertyKind, Visibility, encode};
use crate::feature::Value;
use crate::index::Stored;

/// Units of coordinates in a degree.
const UNITS: f64 = 1e7;

/// Appends the object. `fields` adds what a device must know to show the values: labels, units and codes.
pub fn write(collection: &Collection, sees: Visibility, features: &[&Stored], fields: bool, out: &mut Vec<u8>) {
    let visible = || collection.properties.iter().enumerate().filter(|(_, property)| property.visibility <= sees);
    // Writing into a Vec cannot fail.
    let _ = write!(out, "{{\"name\":\"{}\",\"count\":{},\"id\":", collection.name, features.len());
    list(features, out, |stored, out| drop(write!(out, "\"{}\"", stored.id)));
    out.extend_from_slice(b",\"version\":");
    list(features, out, |stored, out| drop(write!(out, "{}", stored.version)));
    places(features, out);
    out.extend_from_slice(b",\"columns\":{");
    let filled = visible().filter(|(k, _)| features.iter().any(|stored| !stored.row().get(*k).is_null()));
    for (nth, (k, property)) in filled.enumerate() {
        let comma = if nth > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\"{}\":", property.name);
        list(features, out, |stored, out| value(property, stored.row().get(k), out));
    }
    out.push(b'}');
    if fields {
        out.extend_from_slice(b",\"fields\":");
        let described: Vec<_> = visible().map(|(_, property)| described(property)).collect();
        let _ = serde_json::to_writer(&mut *out, &described);
    }
    out.push(b'}');
}

fn list(features: &[&Stored], out: &mut Vec<u8>, mut each: impl FnMut(&Stored, &mut Vec<u8>)) {
    out.push(b'[');
    for (nth, stored) in features.iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        each(stored, out);
    }
    out.push(b']');
}

/// Longitude and latitude in units; where the feature is no point, nothing new.
fn units(stored: &Stored) -> Option<[i64; 2]> {
    let place = stored.position()?;
    Some([(place.x * UNITS).round() as i64, (place.y * UNITS).round() as i64])
}

fn places(features: &[&Stored], out: &mut Vec<u8>) {
    let places: Vec<Option<[i64; 2]>> = features.iter().map(|stored| units(stored)).collect();
    for (axis, name) in ["x", "y"].into_iter().enumerate() {
        let _ = write!(out, ",\"{name}\":[");
        let mut before = 0;
        for (nth, place) in places.iter().enumerate() {
            let at = place.map_or(before, |place| place[axis]);
            let comma = if nth > 0 { "," } else { "" };
            let _ = write!(out, "{comma}{}", at - before);
            before = at;
        }
        out.push(b']');
    }
    out.extend_from_slice(b",\"shape\":[");
    let shapes = features.iter().enumerate().filter(|(nth, _)| places[*nth].is_none());
    for (k, (nth, stored)) in shapes.enumerate() {
        let comma = if k > 0 { "," } else { "" };
        let _ = write!(out, "{comma}[{nth},");
        stored.write_geometry_json(out);
        out.push(b']');
    }
    out.push(b']');
}

fn value(property: &Property, value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Code(position) => drop(write!(out, "{position}")),
        Value::Date(day) => drop(write!(out, "{}", (day - chrono::NaiveDate::default()).num_days())),
        Value::Instant(instant) => drop(write!(out, "{}", instant.timestamp_millis())),
        other => encode::write_value(property, other, out),
    }
}

/// What a device must know of a property to show its values.
fn described(property: &Property) -> serde_json::Value {
    let mut described = serde_json::json!({
        "name": property.name,
        "de": property.title.de,
        "en": property.title.en,
        "type": kind(&property.kind),
    });
    if let Some(unit) = &property.unit {
        described["unit"] = unit.clone().into();
    }
    if let Some(list) = property.codes() {
        described["codes"] = list.codes().iter().map(code).collect();
    }
    if let PropertyKind::List(parts) = &property.kind {
        described["items"] = parts.iter().map(self::described).collect();
    }
    described
}

/// A code with its labels, with its bounds where it is a class of numbers, and with the kit that its kind needs.
fn code(code: &Code) -> serde_json::Value {
    let Code { code, label, range: CodeRange { at_least, below }, needs } = code;
    if !needs.is_empty() {
        return serde_json::json!([code, label.de, label.en, at_least, below, needs]);
    }
    if at_least.is_none() && below.is_none() {
        return serde_json::json!([code, label.de, label.en]);
    }
    serde_json::json!([code, label.de, label.en, at_least, below])
}

fn kind(kind: &PropertyKind) -> &'static str {
    match kind {
        PropertyKind::Text { .. } => "text",
        PropertyKind::Integer { .. } => "integer",
        PropertyKind::Number { .. } => "number",
        PropertyKind::Boolean => "boolean",
        PropertyKind::Date { .. } => "date",
        PropertyKind::Instant => "instant",
        PropertyKind::Code(_) => "code",
        PropertyKind::List(_) => "list",
    }
}
