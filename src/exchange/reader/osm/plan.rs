//! What of OSM data is kept until its geometry is complete, and which objects become rows.

use std::collections::HashMap;
use std::io::Write;

use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use serde_json::{Map, Value as Json};

use super::{EMPTY_TAGS, Element, NOWHERE, Relation, Tags, Wanted, Way, area};
use crate::collection::Label;
use crate::exchange::frame::FrameWriter;
use crate::exchange::reader::{ReadError, check_rows};

/// What the reader keeps of a file at most: positions, and nodes of ways.
const KEPT: usize = 40_000_000;

/// What is kept of a file.
#[derive(Default)]
pub struct Plan {
    relations: Vec<Relation>,
    ways: Vec<Way>,
    /// Ways that wanted relations are made of.
    parts: HashMap<i64, Option<Way>>,
    /// Where the nodes of kept ways lie.
    places: HashMap<i64, Coord>,
    kept: usize,
}

impl Plan {
    pub fn relation<W: Write>(
        &mut self,
        element: Element,
        sender: &mut Sender<'_>,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let Element::Relation(relation) = element else { return Ok(()) };
        let tags = &relation.tags;
        if !has_meaning(tags) || tags.iter().all(|(key, _)| key == "type") {
            return Ok(());
        }
        let is_area = tags.iter().any(|(key, value)| key == "type" && (value == "multipolygon" || value == "boundary"))
            && (!relation.ways.is_empty() || relation.others == 0);
        let is_taken = (is_area && sender.wanted.areas) || sender.takes_centre(relation.centre);
        if is_taken && !matches(tags, sender.wanted) {
            return sender.send("relation", relation.id, None, relation.tags, writer);
        }
        if is_taken {
            let elsewhere = relation.ways.iter().filter(|member| member.places.is_empty());
            self.parts.extend(elsewhere.map(|member| (member.way, None)));
            self.relations.push(relation);
            return Ok(());
        }
        let reason = if is_area {
            Label::new("Fläche aus mehreren Linien (Relation)", "area of several ways (relation)")
        } else {
            Label::new("Relation, die keine Fläche ist", "relation that is no area")
        };
        writer.pass(reason, None);
        Ok(())
    }

    pub fn way<W: Write>(
        &mut self,
        element: Element,
        sender: &mut Sender<'_>,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let Element::Way(way) = element else { return Ok(()) };
        let is_part = self.parts.contains_key(&way.id);
        let is_object = has_meaning(&way.tags);
        let is_matched = is_object && matches(&way.tags, sender.wanted);
        if is_part || is_matched {
            self.keep(way.nodes.len())?;
            if way.places.len() < way.nodes.len() {
                self.places.extend(way.nodes.iter().map(|node| (*node, NOWHERE)));
            }
        }
        if is_part {
            self.parts.insert(way.id, Some(way.clone()));
        }
        if !is_object {
            return Ok(());
        }
        if sender.takes(&way) || sender.takes_centre(way.centre) {
            if is_matched {
                self.ways.push(way);
                return Ok(());
            }
            return sender.send("way", way.id, None, way.tags, writer);
        }
        writer.pass(
            match form(&way, sender.wanted) {
                _ if way.has_only_centre() => only_centre(),
                Form::Line => Label::new("Linie (Weg, der nicht geschlossen ist)", "line (way that is not closed)"),
                Form::Area => Label::new("Fläche (geschlossener Weg)", "area (closed way)"),
            },
            None,
        );
        Ok(())
    }

    pub fn node<W: Write>(
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
                    (true, true) => sender.send("node", id, Some(Place::Whole(Point(at).into())), tags, writer),
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
    pub fn send<W: Write>(self, sender: &mut Sender<'_>, writer: &mut FrameWriter<W>) -> Result<(), ReadError> {
        for way in &self.ways {
            let whole = if sender.takes(way) { self.line(&way.nodes, &way.places) } else { None };
            let whole = whole.map(|line| match form(way, sender.wanted) {
                Form::Area => Polygon::new(LineString(line), Vec::new()).into(),
                Form::Line => LineString(line).into(),
            });
            sender.send_whole_or_centre("way", way.id, whole, way.centre, &way.tags, writer)?;
        }
        for relation in &self.relations {
            let whole = if sender.wanted.areas { self.area(relation) } else { None };
            sender.send_whole_or_centre("relation", relation.id, whole, relation.centre, &relation.tags, writer)?;
        }
        Ok(())
    }

    /// The area that a relation is, if all of its ways are known.
    fn area(&self, relation: &Relation) -> Option<Geometry> {
        let lines = |is_inner: bool| -> Option<Vec<Vec<Coord>>> {
            let members = relation.ways.iter().filter(|member| member.is_inner == is_inner);
            members
                .map(|member| {
                    if !member.places.is_empty() {
                        return self.line(&[], &member.places);
                    }
                    let way = self.parts.get(&member.way)?.as_ref()?;
                    self.line(&way.nodes, &way.places)
                })
                .collect()
        };
        area::of(lines(false)?, lines(true)?)
    }

    /// Where a way runs, if all of its nodes are known.
    fn line(&self, nodes: &[i64], places: &[Coord]) -> Option<Vec<Coord>> {
        let line: Vec<Coord> = if places.len() >= nodes.len() {
            places.to_vec()
        } else {
            nodes.iter().map(|node| self.places.get(node).copied()).collect::<Option<_>>()?
        };
        (line.len() > 1 && line.iter().all(|at| at.x.is_finite() && at.y.is_finite())).then_some(line)
    }
}

fn incomplete() -> Label {
    Label::new(
        "Weg oder Fläche, deren Punkte nicht alle in der Datei stehen",
        "way or area whose nodes are not all in the file",
    )
}

fn only_centre() -> Label {
    Label::new(
        "Weg oder Fläche, von der die Datei nur den Mittelpunkt hat (out center; mit out geom käme der Umriss)",
        "way or area of which the file has only the centre (out center; out geom would bring the outline)",
    )
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

impl Way {
    /// True if nothing is known of where it runs but its middle.
    fn has_only_centre(&self) -> bool {
        self.centre.is_some() && self.nodes.is_empty() && self.places.is_empty()
    }
}

/// Where an object lies.
enum Place {
    Whole(Geometry),
    /// Its middle, for want of more.
    Centre(Coord),
}

/// Makes rows of objects.
pub struct Sender<'a> {
    wanted: &'a Wanted,
    json: Vec<u8>,
    wkb: Vec<u8>,
}

impl<'a> Sender<'a> {
    pub fn new(wanted: &'a Wanted) -> Self {
        Self { wanted, json: Vec::new(), wkb: Vec::new() }
    }

    /// True for a way that the collection has room for.
    fn takes(&self, way: &Way) -> bool {
        match form(way, self.wanted) {
            _ if way.has_only_centre() => false,
            Form::Line => self.wanted.lines,
            Form::Area => self.wanted.areas,
        }
    }

    /// True for a middle that the collection takes as a point.
    fn takes_centre(&self, centre: Option<Coord>) -> bool {
        centre.is_some() && self.wanted.points
    }

    /// Sends an object with its whole geometry or, failing that, its middle.
    fn send_whole_or_centre<W: Write>(
        &mut self,
        kind: &str,
        id: i64,
        whole: Option<Geometry>,
        centre: Option<Coord>,
        tags: &Tags,
        writer: &mut FrameWriter<W>,
    ) -> Result<(), ReadError> {
        let place = match (whole, centre) {
            (Some(whole), _) => Place::Whole(whole),
            (None, Some(centre)) if self.wanted.points => Place::Centre(centre),
            (None, centre) => {
                writer.pass(if centre.is_some() { only_centre() } else { incomplete() }, None);
                return Ok(());
            }
        };
        self.send(kind, id, Some(place), tags.clone(), writer)
    }

    fn send<W: Write>(
        &mut self,
        kind: &str,
        id: i64,
        place: Option<Place>,
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
        let (geometry, is_centre) = match place {
            None => (None, false),
            Some(Place::Whole(geometry)) => (Some(geometry), false),
            Some(Place::Centre(at)) => (Some(Point(at).into()), true),
        };
        if let Some(geometry) = geometry {
            wkb::writer::write_geometry(&mut self.wkb, &geometry, &wkb::writer::WriteOptions::default())
                .map_err(ReadError::unreadable)?;
        }
        let line = writer.rows() + 1;
        if is_centre {
            writer.row_at_centre(line, &self.wkb, &self.json)?;
        } else {
            writer.row(line, &self.wkb, &self.json)?;
        }
        Ok(())
    }
}
