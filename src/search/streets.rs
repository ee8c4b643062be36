//! The streets as they are searched, with the places where they meet: what a device needs to find a corner.

use std::collections::BTreeSet;

use geo::CoordsIter;
use geo_types::{Line, MultiLineString};
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::crossing::{self, MEETS_M};
use super::entry::Entry;
use super::gazetteer::Gazetteer;
use super::keeper::Lookup;
use super::kind::Kind;
use crate::coordinate::LonLat;
use crate::feature::FeatureId;
use crate::index::{Index, Snapshot};

/// A street, by name and whereabouts.
#[derive(Debug, Clone, PartialEq)]
pub struct Street {
    pub name: String,
    pub settlement: String,
    pub postcode: String,
    pub post_town: String,
    /// The name of its municipality.
    pub municipality: String,
    /// One of its addresses; `None` where it has none.
    pub address: Option<FeatureId>,
    pub at: LonLat,
    /// Metres from there within which all of it lies.
    pub reach: f64,
}

/// All streets, and where two of them meet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Streets {
    pub streets: Vec<Street>,
    /// Two streets by their place in the list, in the order in which a crossing names them.
    pub crossings: Vec<(usize, usize, LonLat)>,
}

/// A piece of a street's road, with the street's place in the list.
type Piece = GeomWithData<rstar::primitives::Line<[f64; 2]>, usize>;

impl Lookup {
    /// The streets of now.
    pub fn streets(&self, index: &Index) -> Streets {
        let state = self.up_to_date(index);
        let gazetteer = &state.gazetteer;
        let mut entries: Vec<&Entry> =
            gazetteer.entries().map(|(_, entry)| entry).filter(|it| it.kind == Kind::Street).collect();
        // The same on every node, whatever came in first.
        entries.sort_by_cached_key(|it| (it.settlement.clone(), it.name.clone(), it.postcode.clone()));
        let roads = self.sources().roads.as_ref().map(|roads| index.snapshot(roads.source.position));
        let is_road = |id: &FeatureId| roads.as_ref().is_some_and(|roads| roads.get(*id).is_some());
        let streets = entries.iter().map(|entry| street(gazetteer, entry, is_road)).collect();
        let crossings = roads.as_ref().map(|roads| crossings(roads, &entries)).unwrap_or_default();
        Streets { streets, crossings }
    }
}

fn street(gazetteer: &Gazetteer, entry: &Entry, is_road: impl Fn(&FeatureId) -> bool) -> Street {
    let area = entry.area.and_then(|area| gazetteer.areas().get(area as usize));
    let numbered = entry.houses.first().map(|house| house.id);
    let at = entry.middle();
    Street {
        name: entry.name.to_string(),
        settlement: entry.settlement.to_string(),
        postcode: entry.postcode.to_string(),
        post_town: entry.post_town.to_string(),
        municipality: area.map(|area| area.name.to_string()).unwrap_or_default(),
        address: numbered.or_else(|| entry.lines.iter().find(|id| !is_road(id)).copied()),
        at,
        reach: entry.reach(at),
    }
}

fn crossings(roads: &Snapshot, entries: &[&Entry]) -> Vec<(usize, usize, LonLat)> {
    let lines: Vec<MultiLineString> = entries.iter().map(|entry| crossing::lines(roads, entry)).collect();
    let pieces = lines.iter().enumerate().flat_map(|(street, lines)| {
        let piece = move |line: Line| {
            let ends = [line.start, line.end].map(|end| [end.x, end.y]);
            Piece::new(rstar::primitives::Line::new(ends[0], ends[1]), street)
        };
        lines.0.iter().flat_map(|line| line.lines()).map(piece)
    });
    let tree = RTree::bulk_load(pieces.collect());
    // Only streets that come near one another are compared, and these as a search compares them.
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (street, lines) in lines.iter().enumerate() {
        for at in lines.coords_iter() {
            let near = tree.locate_within_distance([at.x, at.y], MEETS_M * MEETS_M);
            let others = near.map(|piece| piece.data).filter(|other| *other != street);
            pairs.extend(others.map(|other| (street.min(other), street.max(other))));
        }
    }
    let meeting = |(one, other): (usize, usize)| {
        let (one, other) = if crossing::in_order(entries[one], entries[other]) { (one, other) } else { (other, one) };
        let at = crossing::meeting_of(&lines[one], &lines[other])?;
        Some((one, other, roads.frame().on_earth(at).ok()?))
    };
    pairs.into_iter().filter_map(meeting).collect()
}
