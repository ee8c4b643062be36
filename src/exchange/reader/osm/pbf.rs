//! OSM data as protocol buffers (<https://wiki.openstreetmap.org/wiki/PBF_Format>).

use std::io::BufReader;

use geo_types::Coord;
use osmpbf::{Element as Raw, ElementReader, RelMemberType};

use super::{Element, Member, Relation, Tags, Way};
use crate::exchange::reader::ReadError;
use crate::exchange::reader::input::Input;

/// Gives the objects in the order of the file.
pub fn each(input: &Input, take: &mut dyn FnMut(Element) -> Result<(), ReadError>) -> Result<(), ReadError> {
    let reader = ElementReader::new(BufReader::with_capacity(1 << 20, input.open()?));
    let mut outcome = Ok(());
    let read = reader.for_each(|raw| {
        if outcome.is_ok() {
            outcome = take(element(&raw));
        }
    });
    outcome?;
    read.map_err(|error| {
        ReadError::refused(
            format!("Die OSM-Daten sind beschädigt: {error}"),
            format!("the file cannot be read as OpenStreetMap data: {error}"),
        )
    })
}

fn element(raw: &Raw<'_>) -> Element {
    match raw {
        Raw::Node(node) => {
            Element::Node { id: node.id(), at: Coord { x: node.lon(), y: node.lat() }, tags: tags(node.tags()) }
        }
        Raw::DenseNode(node) => {
            Element::Node { id: node.id(), at: Coord { x: node.lon(), y: node.lat() }, tags: tags(node.tags()) }
        }
        Raw::Way(way) => {
            Element::Way(Way { id: way.id(), nodes: way.refs().collect(), tags: tags(way.tags()), ..Way::default() })
        }
        Raw::Relation(relation) => {
            let (mut ways, mut others) = (Vec::new(), 0);
            for member in relation.members() {
                match member.member_type {
                    RelMemberType::Way => {
                        let is_inner = member.role().is_ok_and(|role| role == "inner");
                        ways.push(Member { way: member.member_id, is_inner, places: Vec::new() });
                    }
                    _ => others += 1,
                }
            }
            let tags = tags(relation.tags());
            Element::Relation(Relation { id: relation.id(), ways, others, centre: None, tags })
        }
    }
}

fn tags<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Tags {
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
