//! Whether an edit changes anything.

use chrono::{DateTime, Utc};
use geo::CoordsIter;
use geo_types::{Coord, LineString, Polygon};

use super::Prepared;
use crate::collection::{Collection, Derivation, Presence, Property, validate};
use crate::feature::{Geometry, Row, RowBuilder};
use crate::identity::Fields;
use crate::store::features::FeatureState;

/// A shorter move than this is how coordinates are rounded, metres.
pub const SAME: f64 = 0.005;

/// The same place but for rounding. Where a ring begins and which way it runs says nothing about an area, and formats
/// differ in it: a Shapefile runs clockwise, GeoJSON the other way.
pub fn near(a: Option<&Geometry>, b: Option<&Geometry>) -> bool {
    match (a, b) {
        (Some(Geometry::Polygon(a)), Some(Geometry::Polygon(b))) => same_area(a, b),
        (Some(Geometry::MultiPolygon(a)), Some(Geometry::MultiPolygon(b))) => {
            a.0.len() == b.0.len() && a.iter().all(|part| b.iter().any(|other| same_area(part, other)))
        }
        (Some(a), Some(b)) => {
            std::mem::discriminant(a) == std::mem::discriminant(b)
                && a.coords_count() == b.coords_count()
                && a.coords_iter().zip(b.coords_iter()).all(|(a, b)| same_place(a, b))
        }
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn same_place(a: Coord, b: Coord) -> bool {
    (a.x - b.x).abs() <= SAME && (a.y - b.y).abs() <= SAME
}

fn same_area(a: &Polygon, b: &Polygon) -> bool {
    let holes = |polygon: &Polygon| polygon.interiors().len();
    same_ring(a.exterior(), b.exterior())
        && holes(a) == holes(b)
        && a.interiors().iter().all(|hole| b.interiors().iter().any(|other| same_ring(hole, other)))
}

fn same_ring(a: &LineString, b: &LineString) -> bool {
    // The last position repeats the first.
    let (Some((_, a)), Some((_, b))) = (a.0.split_last(), b.0.split_last()) else { return a.0.len() == b.0.len() };
    let count = a.len();
    let follows = |at: &dyn Fn(usize) -> usize| (0..count).all(|i| same_place(a[i], b[at(i)]));
    count == b.len()
        && (0..count)
            .filter(|start| same_place(a[0], b[*start]))
            .any(|start| follows(&|i| (start + i) % count) || follows(&|i| (start + count - i) % count))
}

/// True if any property differs that people set.
pub fn differs(collection: &Collection, a: Row<'_>, b: Row<'_>) -> bool {
    collection
        .properties
        .iter()
        .enumerate()
        .filter(|(_, property)| {
            !matches!(property.presence, Presence::Derived(_) | Presence::Automatic(Derivation::UpdatedAt))
        })
        .any(|(k, _)| a.get(k) != b.get(k))
}

/// A state with its properties packed as the declaration knows them now: packed once, and read by every comparison.
#[derive(Debug, Clone)]
pub struct Packed {
    pub state: FeatureState,
    row: Vec<u8>,
}

impl Packed {
    /// Packs the properties of a state.
    pub fn new(collection: &Collection, state: FeatureState) -> Self {
        Self { row: packed(collection, &state), state }
    }

    /// The properties.
    pub fn row(&self) -> Row<'_> {
        Row::new(&self.row)
    }
}

/// What people have changed of a feature; of a new one, what they have set. A municipality that is filled in from the place
/// is nobody's doing.
pub fn changed(collection: &Collection, before: Option<&Packed>, prepared: &Prepared) -> Fields {
    let nothing = RowBuilder::new().finish();
    let old = before.map_or_else(|| Row::new(&nothing), Packed::row);
    Fields {
        properties: changed_between(collection, old, prepared),
        geometry: !near(before.and_then(|before| before.state.geometry.as_ref()), prepared.geometry.as_ref()),
    }
}

/// The properties that people have changed, as bits.
pub fn changed_between(collection: &Collection, old: Row<'_>, prepared: &Prepared) -> u64 {
    let new = Row::new(&prepared.row);
    let is_changed = |(k, property): &(usize, &Property)| match property.presence {
        Presence::Derived(_) | Presence::Automatic(Derivation::UpdatedAt) => false,
        Presence::Automatic(_) if new.get(*k).as_text() == prepared.municipality.as_deref() => false,
        _ => old.get(*k) != new.get(*k),
    };
    let changed = collection.properties.iter().enumerate().filter(is_changed);
    changed.fold(0, |bits, (k, _)| bits | 1 << k)
}

/// The packed properties of a state as the declaration knows them now: what has been taken out of it since must not stand
/// in the way of an edit that never mentions it.
pub fn packed(collection: &Collection, state: &FeatureState) -> Vec<u8> {
    let mut row = RowBuilder::new();
    // Stored properties are an object; anything else has nothing to show.
    let read = validate::read_stored(collection, state.properties.get().as_bytes(), &mut row);
    if read.is_ok() { row.finish() } else { RowBuilder::new().finish() }
}

/// When a state was made, where the collection records that.
pub fn made_at(collection: &Collection, row: Row<'_>) -> Option<DateTime<Utc>> {
    row.get(collection.derived(Derivation::UpdatedAt)?).as_instant()
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;

    use super::*;

    #[test]
    fn an_area_is_the_same_wherever_its_rings_begin_and_whichever_way_they_run() {
        let ring = [(0.0, 0.0), (40.0, 0.0), (40.0, 30.0), (0.0, 30.0)];
        let area = |turn: usize, backwards: bool, off: f64| {
            let mut ring = ring.to_vec();
            ring.rotate_left(turn);
            if backwards {
                ring.reverse();
            }
            let hole = polygon![(x: 5.0, y: 5.0), (x: 9.0, y: 5.0), (x: 9.0, y: 9.0)];
            let shell = ring.into_iter().map(|(x, y)| (x + off, y)).collect();
            Geometry::Polygon(Polygon::new(shell, vec![hole.exterior().clone()]))
        };
        let original = area(0, false, 0.0);
        for (turn, backwards) in [(0, false), (1, false), (3, false), (0, true), (2, true)] {
            assert!(near(Some(&original), Some(&area(turn, backwards, 0.004))), "{turn} {backwards}");
            assert!(!near(Some(&original), Some(&area(turn, backwards, 0.01))), "{turn} {backwards}");
        }
        let without_hole = Geometry::Polygon(Polygon::new(ring.to_vec().into(), Vec::new()));
        assert!(!near(Some(&original), Some(&without_hole)));
        assert!(!near(Some(&original), None));
    }
}
