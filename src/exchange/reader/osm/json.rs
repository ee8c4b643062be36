//! OSM data as JSON, as Overpass answers with `[out:json]`
//! (<https://dev.overpass-api.de/output_formats.html#json>): plain, with `out center` or with `out geom`.

use geo_types::Coord;
use serde::Deserialize;

use super::{Element, Member, NOWHERE, Relation, Tags, Way, broken_off};
use crate::exchange::reader::ReadError;
use crate::exchange::reader::input::Input;
use crate::exchange::reader::scanner::Scanner;

/// Members before the objects that are looked at to know the format by.
const LOOKED_AT: usize = 20;

/// True for a JSON text whose outermost object has `elements`, as Overpass writes it.
pub fn is_json(input: &Input) -> Result<bool, ReadError> {
    let mut scanner = Scanner::new(input.open()?)?;
    Ok(scanner.skip_space(b"\xEF\xBB\xBF")? == Some(b'{') && to_elements(&mut scanner).unwrap_or(false))
}

/// Goes on to the list of objects; false if there is none.
fn to_elements(scanner: &mut Scanner) -> Result<bool, ReadError> {
    let mut piece = Vec::new();
    scanner.expect(b'{')?;
    for _ in 0..LOOKED_AT {
        if scanner.skip_space(b",")? != Some(b'"') {
            return Ok(false);
        }
        piece.clear();
        scanner.value(&mut piece)?;
        scanner.skip_space(b"")?;
        scanner.expect(b':')?;
        let begins = scanner.skip_space(b"")?;
        match piece.as_slice() {
            b"\"elements\"" => return Ok(begins == Some(b'[')),
            b"\"features\"" => return Ok(false),
            _ => {
                piece.clear();
                scanner.value(&mut piece)?;
            }
        }
    }
    Ok(false)
}

/// Gives the objects in the order of the file.
pub fn each(input: &Input, take: &mut dyn FnMut(Element) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let (text, _) = input.text(None)?;
    let mut scanner = Scanner::new(text)?;
    let mut piece = Vec::new();
    scanner.skip_space(b"")?;
    to_elements(&mut scanner)?;
    scanner.expect(b'[')?;
    loop {
        match scanner.skip_space(b",")? {
            Some(b']') => break,
            None => return Err(cut_off()),
            Some(_) => {
                piece.clear();
                scanner.value(&mut piece)?;
                let object: Object = serde_json::from_slice(&piece).map_err(|error| faulty(&error))?;
                if let Some(element) = object.element() {
                    take(element)?;
                }
            }
        }
    }
    scanner.expect(b']')?;
    // A query that ran out of time or memory answers with what it had found until then, and a remark.
    piece.clear();
    while let Some(byte) = scanner.skip_space(b",:")? {
        if byte == b'}' {
            break;
        }
        scanner.value(&mut piece)?;
    }
    match String::from_utf8_lossy(&piece) {
        rest if rest.contains("runtime error") => Err(broken_off()),
        _ => Ok(()),
    }
}

fn faulty(error: &serde_json::Error) -> ReadError {
    ReadError::refused(
        format!("Die OSM-Daten sind beschädigt: {error}"),
        format!("the file cannot be read as OpenStreetMap data: {error}"),
    )
}

fn cut_off() -> ReadError {
    ReadError::refused(
        "Die OSM-Daten brechen mittendrin ab: Sie wurden nicht vollständig übertragen",
        "the OpenStreetMap data end in the middle: they were not sent completely",
    )
}

/// One object as Overpass writes it.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: String,
    id: i64,
    #[serde(flatten)]
    at: Option<At>,
    center: Option<At>,
    #[serde(default)]
    nodes: Vec<i64>,
    #[serde(default)]
    geometry: Vec<Option<At>>,
    #[serde(default)]
    members: Vec<Part>,
    #[serde(default)]
    tags: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize, Clone, Copy)]
struct At {
    lat: f64,
    lon: f64,
}

impl From<At> for Coord {
    fn from(at: At) -> Self {
        Self { x: at.lon, y: at.lat }
    }
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "ref")]
    id: i64,
    #[serde(default)]
    role: String,
    #[serde(default)]
    geometry: Vec<Option<At>>,
}

/// The places of a geometry; those beyond the box of the query are null.
fn places(geometry: &[Option<At>]) -> Vec<Coord> {
    geometry.iter().map(|at| at.map_or(NOWHERE, Coord::from)).collect()
}

impl Object {
    fn element(self) -> Option<Element> {
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let tags: Tags = self.tags.into_iter().map(|(key, value)| (key, text(value))).collect();
        let (id, centre) = (self.id, self.center.map(Coord::from));
        match self.kind.as_str() {
            "node" => Some(Element::Node { id, at: self.at?.into(), tags }),
            "way" => Some(Element::Way(Way { id, nodes: self.nodes, places: places(&self.geometry), centre, tags })),
            "relation" => {
                let (ways, others): (Vec<Part>, Vec<Part>) =
                    self.members.into_iter().partition(|member| member.kind == "way");
                let member = |part: Part| Member {
                    way: part.id,
                    is_inner: part.role == "inner",
                    places: places(&part.geometry),
                };
                let (ways, others) = (ways.into_iter().map(member).collect(), others.len());
                Some(Element::Relation(Relation { id, ways, others, centre, tags }))
            }
            _ => None,
        }
    }
}
