//! OpenStreetMap data, as XML ([`xml`]), PBF ([`pbf`]) or the JSON of Overpass ([`json`]): tagged nodes, ways and areas
//! become rows with their tags.
//!
//! Objects may stand in any order and have ids of an editor (negative, not yet in OSM), so the file is gone through three
//! times: for the relations that are wanted, for their ways and all that are wanted themselves, and for the nodes of those.
//! Only these are held in memory, by a [`plan`]. Overpass sends geometries with the objects (`out geom`), or only where
//! their middle is (`out center`): that becomes a point, and its row says so. What the mapping leaves out by its tags is
//! sent without a geometry, to be counted there; what cannot be taken is counted here, by reason. [`area`] puts rings
//! together.

mod area;
mod json;
mod pbf;
mod plan;
mod xml;

use std::io::Write;

use geo_types::Coord;
use serde::{Deserialize, Serialize};

use self::plan::{Plan, Sender};
use super::ReadError;
use super::input::Input;
use super::layers::Offer;
use crate::exchange::frame::{FrameWriter, Header};

pub use json::is_json;

/// Tags that say nothing about an object.
const EMPTY_TAGS: [&str; 6] = ["created_by", "converted_by", "source", "time", "ele", "attribution"];

/// What is wanted of OSM data.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Wanted {
    pub points: bool,
    pub lines: bool,
    pub areas: bool,
    /// Key and values; an object must have one of each, in small letters. What has not is only counted.
    pub only: Vec<(String, Vec<String>)>,
}

type Tags = Vec<(String, String)>;

/// One object of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    Node { id: i64, at: Coord, tags: Tags },
    Way(Way),
    Relation(Relation),
    Deleted,
}

/// A way with its nodes, and where they lie as far as the way says so itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Way {
    pub id: i64,
    pub nodes: Vec<i64>,
    pub places: Vec<Coord>,
    /// Where its middle is, if somebody asked for that.
    pub centre: Option<Coord>,
    pub tags: Tags,
}

/// A relation with the ways it is made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Relation {
    pub id: i64,
    pub ways: Vec<Member>,
    /// How many other members it has.
    pub others: usize,
    pub centre: Option<Coord>,
    pub tags: Tags,
}

/// A way of a relation, and where it runs as far as the relation says so itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Member {
    pub way: i64,
    pub is_inner: bool,
    pub places: Vec<Coord>,
}

/// Stands for a place that is not in the file.
const NOWHERE: Coord = Coord { x: f64::NAN, y: f64::NAN };

/// The forms of OSM data, which can be named as a layer.
pub const LAYERS: [&str; 3] = ["points", "lines", "multipolygons"];

/// The forms a collection may take are read together.
pub fn offers(wanted: &Wanted) -> Vec<Offer> {
    let taken = [wanted.points, wanted.lines, wanted.areas];
    LAYERS.into_iter().zip(taken).filter(|(_, taken)| *taken).map(|(name, _)| Offer::part(name)).collect()
}

/// Sends the objects of the chosen forms.
pub fn read<W: Write>(
    input: &Input,
    wanted: &Wanted,
    layers: &[&str],
    header: Header,
    writer: &mut FrameWriter<W>,
) -> Result<(), ReadError> {
    let has = |k: usize| layers.contains(&LAYERS[k]);
    let wanted = Wanted { points: has(0), lines: has(1), areas: has(2), ..wanted.clone() };
    let format = "OpenStreetMap data".to_owned();
    let (crs, crs_by_format) = (Some("OGC:CRS84".to_owned()), true);
    writer.header(&Header { format, crs, crs_by_format, ..header })?;
    let mut plan = Plan::default();
    let mut sender = Sender::new(&wanted);
    each(input, writer, &mut |element, writer| plan.relation(element, &mut sender, writer))?;
    each(input, writer, &mut |element, writer| plan.way(element, &mut sender, writer))?;
    each(input, writer, &mut |element, writer| plan.node(element, &mut sender, writer))?;
    plan.send(&mut sender, writer)
}

/// Goes through the file once.
fn each<W: Write>(
    input: &Input,
    writer: &mut FrameWriter<W>,
    take: &mut impl FnMut(Element, &mut FrameWriter<W>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut gone_through = 0u32;
    let mut one = |element| {
        gone_through = gone_through.wrapping_add(1);
        if gone_through.is_multiple_of(10_000) {
            writer.alive()?;
        }
        take(element, writer)
    };
    if input.ending() == "pbf" {
        pbf::each(input, &mut one)
    } else if is_json(input)? {
        json::each(input, &mut one)
    } else {
        xml::each(input, &mut one)
    }
}

/// What to say of an answer of Overpass that is not complete.
fn broken_off() -> ReadError {
    ReadError::refused(
        "Die Overpass-Abfrage wurde abgebrochen (runtime error): Die Datei ist nicht vollständig; bitte noch einmal abfragen",
        "the Overpass query was broken off (runtime error): the file is not complete; run the query again",
    )
}
