//! OpenStreetMap data, as XML ([`xml`]) or PBF ([`pbf`]): tagged nodes, ways and areas become rows with their tags.
//!
//! Objects may stand in any order and have ids of an editor (negative, not yet in OSM), so the file is gone through three
//! times: for the relations that are wanted, for their ways and all that are wanted themselves, and for the nodes of those.
//! Only these are held in memory. What the mapping leaves out by its tags is sent without a geometry, to be counted there;
//! what cannot be taken is counted here, by reason. [`area`] puts rings together.

mod area;
mod pbf;
mod xml;

use std::collections::HashMap;
use std::io::Write;

use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::input::Input;
use super::layers::Offer;
use super::{ReadError, check_rows};
use crate::collection::Label;
use crate::exchange::frame::{FrameWriter, Header};

/// What the reader keeps of a file at most: positions, and nodes of ways.
const KEPT: usize = 40_000_000;

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
    Way { id: i64, nodes: Vec<i64>, places: Vec<Coord>, tags: Tags },
    Relation { id: i64, ways: Vec<(i64, bool)>, others: usize, tags: Tags },
    Deleted,
}

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
    let mut sender = Sender { wanted: &wanted, json: Vec::new(), wkb: Vec::new() };
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
    if input.ending() == "pbf" { pbf::each(input, &mut one) } else { xml::each(input, &mut one) }
}

/// What is kept of a file.
#[derive(Default)]
struct Plan {
    relations: Vec<Relation>,
    ways: Vec<(i64, Way)>,
    /// Ways that wanted relations are made of.
    parts: HashMap<i64, Option<Way>>,
    /// Where the nodes of kept ways lie.
    places: HashMap<i64, Coord>,
    kept: usize,
}

struct Relation {
    id: i64,
    ways: Vec<(i64, bool)>,
    tags: Tags,
}

#[derive(Clone)]
struct Way {
    nodes: Vec<i64>,
    places: Vec<Coord>,
    tags: Tags,
}

impl Plan {
    fn relation<W: Write>(
        &mut self,
        element: Element,
        sender: &mut Sender<'_>,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let Element::Relation { id, ways, others, tags } = element else { return Ok(()) };
        if !has_meaning(&tags) || tags.iter().all(|(key, _)| key == "type") {
            return Ok(());
        }
        let is_area = tags.iter().any(|(key, value)| key == "type" && (value == "multipolygon" || value == "boundary"));
        let reason = match (is_area && (!ways.is_empty() || others == 0), sender.wanted.areas) {
            (true, true) if !matches(&tags, sender.wanted) => return sender.send("relation", id, None, tags, writer),
            (true, true) => {
                self.parts.extend(ways.iter().map(|(way, _)| (*way, None)));
                self.relations.push(Relation { id, ways, tags });
                return Ok(());
            }
            (true, false) => Label::new("Fläche aus mehreren Linien (Relation)", "area of several ways (relation)"),
            (false, _) => Label::new("Relation, die keine Fläche ist", "relation that is no area"),
        };
        writer.pass(reason, None);
        Ok(())
    }

    fn way<W: Write>(
        &mut self,
        element: Element,
        sender: &mut Sender<'_>,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let Element::Way { id, nodes, places, tags } = element else { return Ok(()) };
        let way = Way { nodes, places, tags };
        let is_part = self.parts.contains_key(&id);
        let is_object = has_meaning(&way.tags);
        let wanted = sender.wanted;
        let is_matched = is_object && matches(&way.tags, wanted);
        if is_part || is_matched {
            self.keep(way.nodes.len())?;
            if way.places.len() < way.nodes.len() {
                self.places.extend(way.nodes.iter().map(|node| (*node, Coord { x: f64::NAN, y: f64::NAN })));
            }
        }
        if is_part {
            self.parts.insert(id, Some(way.clone()));
        }
        if !is_object {
            return Ok(());
        }
        let reason = match (form(&way, wanted), wanted.lines, wanted.areas) {
            (Form::Line, true, _) | (Form::Area, _, true) if !is_matched => {
                return sender.send("way", id, None, way.tags, writer);
            }
            (Form::Line, true, _) | (Form::Area, _, true) => {
                self.ways.push((id, way));
                return Ok(());
            }
            (Form::Line, false, _) => {
                Label::new("Linie (Weg, der nicht geschlossen ist)", "line (way that is not closed)")
            }
            (Form::Area, _, false) => Label::new("Fläche (geschlossener Weg)", "area (closed way)"),
        };
        writer.pass(reason, None);
        Ok(())
    }

    fn node<W: Write>(
        &mut self,
        element: Element,
        sender: &mut Sender<'_>,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        match element {
            Element::Node { id, at, tags } => {
                if let Some(place) = self.places.get_mut(&id) {
                    *place = at;
                }
                match (has_meaning(&tags), sender.wanted.points) {
                    (false, _) => Ok(()),
                    (true, true) => sender.send("node", id, Some(Point(at).into()), tags, writer),
                    (true, false) => {
                        writer.pass(Label::new("Punkt", "point"), None);
                        Ok(())
                    }
                }
            }
            Element::Deleted => {
                writer.pass(Label::new("Im Editor gelöschtes Objekt", "object deleted in the editor"), None);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn keep(&mut self, nodes: usize) -> Result<(), ReadError> {
        self.kept += nodes;
        if self.kept <= KEPT {
            return Ok(());
        }
        Err(ReadError::refused(
            "Die OSM-Daten sind zu umfangreich: Schneiden Sie den Landkreis aus, oder nennen Sie ein --mapping",
            "the OSM data are too large: cut out the district, or name a --mapping",
        ))
    }

    /// Sends ways and areas.
    fn send<W: Write>(self, sender: &mut Sender<'_>, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
        let incomplete = || {
            Label::new(
                "Weg oder Fläche, deren Punkte nicht alle in der Datei stehen",
                "way or area whose nodes are not all in the file",
            )
        };
        for (id, way) in &self.ways {
            let Some(line) = self.line(way) else {
                writer.pass(incomplete(), None);
                continue;
            };
            let geometry = match form(way, sender.wanted) {
                Form::Area => Polygon::new(LineString(line), Vec::new()).into(),
                Form::Line => LineString(line).into(),
            };
            sender.send("way", *id, Some(geometry), way.tags.clone(), writer)?;
        }
        for relation in &self.relations {
            let lines = |is_inner: bool| -> Option<Vec<Vec<Coord>>> {
                let ways = relation.ways.iter().filter(|(_, inner)| *inner == is_inner);
                ways.map(|(way, _)| self.line(self.parts.get(way)?.as_ref()?)).collect()
            };
            match lines(false).zip(lines(true)).and_then(|(outer, inner)| area::of(outer, inner)) {
                Some(area) => sender.send("relation", relation.id, Some(area), relation.tags.clone(), writer)?,
                None => writer.pass(incomplete(), None),
            }
        }
        Ok(())
    }

    /// Where a way runs, if all of its nodes are known.
    fn line(&self, way: &Way) -> Option<Vec<Coord>> {
        let line: Vec<Coord> = if way.places.len() >= way.nodes.len() {
            way.places.clone()
        } else {
            way.nodes.iter().map(|node| self.places.get(node).copied()).collect::<Option<_>>()?
        };
        (line.len() > 1 && line.iter().all(|at| at.x.is_finite())).then_some(line)
    }
}

/// True if the tags say anything.
fn has_meaning(tags: &Tags) -> bool {
    tags.iter().any(|(key, _)| !EMPTY_TAGS.contains(&key.as_str()))
}

/// True if the mapping takes an object with these tags.
fn matches(tags: &Tags, wanted: &Wanted) -> bool {
    let has = |(key, values): &(String, Vec<String>)| {
        tags.iter().any(|(own, value)| own.eq_ignore_ascii_case(key) && values.contains(&value.trim().to_lowercase()))
    };
    wanted.only.iter().all(has)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Line,
    Area,
}

/// A closed way is an area where the collection has areas and no lines. Where it has both, `area=yes` and `area=no` decide,
/// and what is built to go along is a line (<https://wiki.openstreetmap.org/wiki/Key:area>).
fn form(way: &Way, wanted: &Wanted) -> Form {
    let is_closed = match (way.nodes.first(), way.places.first()) {
        (Some(first), _) => way.nodes.len() > 3 && way.nodes.last() == Some(first),
        (None, Some(first)) => way.places.len() > 3 && way.places.last() == Some(first),
        (None, None) => false,
    };
    let tag = |key: &str| way.tags.iter().find(|(own, _)| own == key).map(|(_, value)| value.as_str());
    match (is_closed, wanted.areas, wanted.lines, tag("area")) {
        (false, ..) | (true, false, true, _) | (true, _, _, Some("no")) => Form::Line,
        (true, _, false, _) | (true, _, _, Some("yes")) => Form::Area,
        (true, true, true, _) if ["highway", "barrier", "railway", "waterway"].iter().any(|key| tag(key).is_some()) => {
            Form::Line
        }
        (true, true, true, _) => Form::Area,
    }
}

/// Makes rows of objects.
struct Sender<'a> {
    wanted: &'a Wanted,
    json: Vec<u8>,
    wkb: Vec<u8>,
}

impl Sender<'_> {
    fn send<W: Write>(
        &mut self,
        kind: &str,
        id: i64,
        geometry: Option<Geometry>,
        tags: Tags,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        check_rows(writer.rows())?;
        let mut object = Map::with_capacity(tags.len() + 1);
        // An object that is not in OSM yet has no id to be found by again: the next file gives it to another.
        if id > 0 {
            object.insert("@id".to_owned(), format!("{kind}/{id}").into());
        }
        object.extend(tags.into_iter().map(|(key, value)| (key, Json::String(value))));
        self.json.clear();
        serde_json::to_writer(&mut self.json, &object).map_err(std::io::Error::from)?;
        self.wkb.clear();
        if let Some(geometry) = geometry {
            wkb::writer::write_geometry(&mut self.wkb, &geometry, &wkb::writer::WriteOptions::default())
                .map_err(ReadError::unreadable)?;
        }
        Ok(writer.row(writer.rows() + 1, &self.wkb, &self.json)?)
    }
}
