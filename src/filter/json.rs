//! CQL2 JSON. Read by hand, so that a fault is named with its place and a member nobody reads is refused.

use geo_types::GeometryCollection;
use serde_json::{Map, Value as Json};

use super::ast::{Function, Node, Size, chain};
use super::literal::interval_end;
use super::time::{read_date, read_instant};
use super::{FilterError, Matter};
use crate::feature::Geometry;
use crate::feature::geometry::read_geojson;
use crate::texts::Told;

/// Reads a filter in CQL2 JSON.
pub(super) fn read(text: &str) -> Result<Node, FilterError> {
    Size::bytes(text)?;
    let json: Json =
        serde_json::from_str(text).map_err(|error| fault("", &Matter::JsonReads { reason: error.to_string() }))?;
    Reader { size: Size::default() }.node(&json, "", 1)
}

fn fault(pointer: &str, message: impl Into<Told>) -> FilterError {
    FilterError::Json { pointer: pointer.to_owned(), message: message.into() }
}

struct Reader {
    size: Size,
}

impl Reader {
    fn node(&mut self, json: &Json, at: &str, depth: usize) -> Result<Node, FilterError> {
        self.size.node()?;
        Size::depth(depth)?;
        match json {
            Json::Null => Err(fault(at, &Matter::NullInJson)),
            Json::Bool(value) => Ok(Node::Boolean(*value)),
            Json::Number(number) => number
                .as_f64()
                .filter(|number| number.is_finite())
                .map(Node::Number)
                .ok_or_else(|| fault(at, &Matter::NoUsableJsonNumber { text: number.to_string() })),
            Json::String(text) => Ok(Node::Text(text.clone())),
            Json::Array(entries) => self.nodes(entries, at, depth).map(Node::Array),
            Json::Object(object) => self.object(json, object, at, depth),
        }
    }

    fn nodes(&mut self, entries: &[Json], at: &str, depth: usize) -> Result<Vec<Node>, FilterError> {
        Size::entries(entries.len())?;
        entries.iter().enumerate().map(|(i, entry)| self.node(entry, &format!("{at}/{i}"), depth + 1)).collect()
    }

    fn object(&mut self, json: &Json, object: &Map<String, Json>, at: &str, depth: usize) -> Result<Node, FilterError> {
        let known = ["op", "property", "date", "timestamp", "interval", "bbox", "type"];
        let Some(key) = known.into_iter().find(|key| object.contains_key(*key)) else {
            return Err(fault(at, &Matter::ObjectMembers));
        };
        let allowed: &[&str] = match key {
            "op" => &["op", "args"],
            "type" => &["type", "coordinates", "geometries", "bbox"],
            _ => &[key],
        };
        if let Some(other) = object.keys().find(|name| !allowed.contains(&name.as_str())) {
            return Err(fault(at, &Matter::NoMeaningBeside { other, key }));
        }
        let value = &object[key];
        let text = || value.as_str().ok_or_else(|| fault(&format!("{at}/{key}"), &Matter::TextHere));
        let in_place = |error: FilterError| fault(&format!("{at}/{key}"), &error);
        match key {
            "op" => self.operation(text()?, object.get("args"), at, depth),
            "property" => Ok(Node::Property(text()?.to_owned())),
            "date" => read_date(text()?).map(Node::Date).map_err(in_place),
            "timestamp" => read_instant(text()?).map(Node::Timestamp).map_err(in_place),
            "interval" => self.interval(value, &format!("{at}/interval"), depth),
            "bbox" => bbox(value, &format!("{at}/bbox")),
            _ => geometry(json, at, true).map(Node::Geometry),
        }
    }

    fn operation(&mut self, name: &str, args: Option<&Json>, at: &str, depth: usize) -> Result<Node, FilterError> {
        let Some(args) = args.and_then(Json::as_array) else {
            return Err(fault(&format!("{at}/args"), &Matter::NeedsArgs { name }));
        };
        let operands = self.nodes(args, &format!("{at}/args"), depth)?;
        let function = Function::named(name);
        Ok(match function {
            Function::And | Function::Or => chain(function, operands),
            _ => Node::Apply(function, operands),
        })
    }

    fn interval(&mut self, json: &Json, at: &str, depth: usize) -> Result<Node, FilterError> {
        let ends = json.as_array().map(Vec::as_slice).unwrap_or_default();
        let [start, end] = ends else {
            return Err(fault(at, &Matter::IntervalEnds));
        };
        let mut read = |json: &Json, i: usize| {
            let at = format!("{at}/{i}");
            let node = self.node(json, &at, depth + 1)?;
            interval_end(node).map_err(|message| fault(&at, message))
        };
        Ok(Node::Interval(Box::new([read(start, 0)?, read(end, 1)?])))
    }
}

fn bbox(json: &Json, at: &str) -> Result<Node, FilterError> {
    let numbers: Option<Vec<f64>> =
        json.as_array().and_then(|numbers| numbers.iter().map(|n| n.as_f64().filter(|n| n.is_finite())).collect());
    numbers
        .filter(|numbers| matches!(numbers.len(), 4 | 6))
        .map(Node::Bbox)
        .ok_or_else(|| fault(at, &Matter::BboxArray))
}

fn geometry(json: &Json, at: &str, collections: bool) -> Result<Geometry, FilterError> {
    if json.get("type").and_then(Json::as_str) != Some("GeometryCollection") {
        return read_geojson(json, false).map_err(|error| fault(&format!("{at}{}", error.pointer), &error));
    }
    let parts = json.get("geometries").and_then(Json::as_array).filter(|parts| collections && !parts.is_empty());
    let Some(parts) = parts else {
        return Err(fault(at, &Matter::CollectionMembers));
    };
    let parts: Result<Vec<Geometry>, FilterError> =
        parts.iter().enumerate().map(|(i, part)| geometry(part, &format!("{at}/geometries/{i}"), false)).collect();
    Ok(Geometry::GeometryCollection(GeometryCollection(parts?)))
}
