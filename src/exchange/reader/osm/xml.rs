//! OSM data as XML (<https://wiki.openstreetmap.org/wiki/OSM_XML>), as the API, Overpass and editors write it.

use std::io::BufReader;

use geo_types::Coord;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Element, Member, NOWHERE, Relation, Way, broken_off};
use crate::exchange::reader::ReadError;
use crate::exchange::reader::input::Input;
use crate::exchange::reader::xml::{attribute, cut_off, faulty};

/// Gives the objects in the order of the file.
pub fn each(input: &Input, take: &mut dyn FnMut(Element) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let (text, _) = input.text(None)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 20, text));
    let (mut buffer, mut open, mut is_osm, mut is_whole) = (Vec::new(), None, false, false);
    let mut in_remark = false;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| faulty("OpenStreetMap data", &error))? {
            Event::Start(tag) if is_osm => {
                in_remark = tag.local_name().as_ref() == "remark";
                begin(&tag, &mut open);
            }
            // A query that ran out of time or memory answers with what it had found until then, and a remark.
            Event::Text(text) if in_remark && text.xml10_content().contains("runtime error") => {
                return Err(broken_off());
            }
            Event::Empty(tag) if is_osm => {
                let is_object = begin_object(&tag);
                begin(&tag, &mut open);
                if is_object && let Some(element) = open.take() {
                    take(element)?;
                }
            }
            Event::Start(tag) | Event::Empty(tag) => {
                is_osm = matches!(tag.local_name().as_ref(), "osm" | "osmChange");
                if !is_osm {
                    return Err(not_osm());
                }
            }
            Event::End(tag) if matches!(tag.local_name().as_ref(), "node" | "way" | "relation") => {
                if let Some(element) = open.take() {
                    take(element)?;
                }
            }
            Event::End(tag) => is_whole |= matches!(tag.local_name().as_ref(), "osm" | "osmChange"),
            Event::Eof if is_whole => return Ok(()),
            Event::Eof if is_osm => return Err(cut_off()),
            Event::Eof => return Err(not_osm()),
            _ => {}
        }
    }
}

fn not_osm() -> ReadError {
    ReadError::refused(
        "Die Datei lässt sich nicht als OpenStreetMap-Daten lesen: Ihr äußerstes Element ist nicht <osm>",
        "the file cannot be read as OpenStreetMap data: its outermost element is not <osm>",
    )
}

fn begin_object(tag: &BytesStart<'_>) -> bool {
    matches!(tag.local_name().as_ref(), "node" | "way" | "relation")
}

/// Takes in a start tag: an object begins, or one that is open gets a part.
fn begin(tag: &BytesStart<'_>, open: &mut Option<Element>) {
    let number = |name: &str| attribute(tag, name).and_then(|text| text.trim().parse::<f64>().ok());
    let id = |name: &str| attribute(tag, name).and_then(|text| text.trim().parse::<i64>().ok());
    let place = || Some(Coord { x: number("lon")?, y: number("lat")? });
    if begin_object(tag) {
        let is_gone = attribute(tag, "action").as_deref() == Some("delete")
            || attribute(tag, "visible").as_deref() == Some("false");
        *open = match (is_gone, id("id"), tag.local_name().as_ref()) {
            (true, ..) => Some(Element::Deleted),
            (false, None, _) => None,
            (false, Some(id), "node") => place().map(|at| Element::Node { id, at, tags: Vec::new() }),
            (false, Some(id), "way") => Some(Element::Way(Way { id, ..Way::default() })),
            (false, Some(id), _) => Some(Element::Relation(Relation { id, ..Relation::default() })),
        };
        return;
    }
    // Overpass writes places where it was asked for geometries, without those beyond the box of the query.
    match (tag.local_name().as_ref(), open) {
        ("tag", Some(Element::Node { tags, .. })) => tags.extend(attribute(tag, "k").zip(attribute(tag, "v"))),
        ("tag", Some(Element::Way(Way { tags, .. }) | Element::Relation(Relation { tags, .. }))) => {
            tags.extend(attribute(tag, "k").zip(attribute(tag, "v")));
        }
        ("center", Some(Element::Way(Way { centre, .. }) | Element::Relation(Relation { centre, .. }))) => {
            *centre = place();
        }
        ("nd", Some(Element::Way(way))) => {
            way.nodes.extend(id("ref"));
            way.places.extend(place());
        }
        ("nd", Some(Element::Relation(relation))) => {
            if let Some(member) = relation.ways.last_mut() {
                member.places.push(place().unwrap_or(NOWHERE));
            }
        }
        ("member", Some(Element::Relation(relation))) => match (attribute(tag, "type").as_deref(), id("ref")) {
            (Some("way"), Some(way)) => {
                let is_inner = attribute(tag, "role").as_deref() == Some("inner");
                relation.ways.push(Member { way, is_inner, places: Vec::new() });
            }
            _ => relation.others += 1,
        },
        _ => {}
    }
}
