//! Sources near a place, in the plane of the district's CRS.
//!
//! The index gives features by rising distance of their boxes. For a point that is its distance; for a pond the true
//! distance to its edge is measured, and the search goes on until no box can lie nearer.

use geo_types::Coord;

use super::closed::BEYOND_LIMIT;
use super::closest::closest;
use super::nearest::Query;
use super::status::{Readiness, StatusRule};
use crate::collection::Visibility;
use crate::index::{Snapshot, Stored};

/// A source whose distance in the plane is known.
pub(super) struct Candidate<'a> {
    pub(super) water: usize,
    pub(super) stored: &'a Stored,
    pub(super) readiness: Readiness,
    pub(super) nearest: Coord,
    pub(super) distance: f64,
}

/// Sources that give water, and those met on the way that do not.
pub(super) struct Candidates<'a> {
    pub(super) usable: Vec<Candidate<'a>>,
    pub(super) unusable: Vec<Candidate<'a>>,
}

impl<'a> Candidates<'a> {
    /// None, with room for so many of each.
    pub(super) fn with_room(count: usize) -> Self {
        Self { usable: Vec::with_capacity(count), unusable: Vec::with_capacity(count) }
    }

    /// Adds the `limit` nearest usable sources of one collection, and the unusable ones met on the way.
    pub(super) fn collect(
        &mut self,
        water: usize,
        snapshot: &'a Snapshot,
        rule: &StatusRule,
        from: Coord,
        query: &Query,
    ) {
        let reach = reach(query);
        let near = snapshot.nearest_few(from, few(query.limit), reach);
        read_ahead(&near);
        self.settle(water, rule, (from, query.limit), &near, || {
            snapshot.nearest(from).take_while(move |(squared, _)| squared.sqrt() <= reach)
        });
    }

    /// Adds the `limit` nearest usable sources of one collection if they are certainly among those of the [`few`] nearest
    /// boxes. Where many give no water, or areas lie farther off than their boxes, `all` are looked at, one after the other.
    pub(super) fn settle<I: Iterator<Item = (f64, &'a Stored)>>(
        &mut self,
        water: usize,
        rule: &StatusRule,
        (from, limit): (Coord, usize),
        near: &[(f64, &'a Stored)],
        all: impl FnOnce() -> I,
    ) {
        let (usable, unusable) = (self.usable.len(), self.unusable.len());
        let farthest = self.take_in(water, near.iter().copied(), rule, from, limit);
        let is_all = near.len() < few(limit);
        if is_all || near.last().is_some_and(|(squared, _)| squared.sqrt() >= farthest) {
            return;
        }
        self.usable.truncate(usable);
        self.unusable.truncate(unusable);
        self.take_in(water, all(), rule, from, limit);
    }

    /// Adds what is worth it of some sources, the nearest first; gives the distance beyond which no other is.
    fn take_in(
        &mut self,
        water: usize,
        near: impl Iterator<Item = (f64, &'a Stored)>,
        rule: &StatusRule,
        from: Coord,
        limit: usize,
    ) -> f64 {
        let enough = self.unusable.len() + limit.max(BEYOND_LIMIT);
        let mut farthest = Farthest::new(limit);
        for (squared, stored) in near {
            if squared.sqrt() > farthest.bound() {
                break;
            }
            let Some(candidate) = candidate(water, stored, rule, from) else { continue };
            if candidate.readiness.is_usable() {
                farthest.add(candidate.distance);
                self.usable.push(candidate);
            } else if self.unusable.len() < enough {
                self.unusable.push(candidate);
            }
        }
        farthest.bound()
    }
}

/// How far is searched in the plane, metres. The projection stretches by less than a percent; what is too far is left
/// out after measuring.
pub(super) fn reach(query: &Query) -> f64 {
    query.radius * 1.01 + 1.0
}

/// How many boxes are looked for where so many sources are wanted: some of them give no water, or lie farther off than
/// their boxes.
pub(super) fn few(count: usize) -> usize {
    count + count / 4 + 2
}

/// A feature as a source; `None` for one that is not there, or nowhere.
pub(super) fn candidate<'a>(water: usize, stored: &'a Stored, rule: &StatusRule, from: Coord) -> Option<Candidate<'a>> {
    let readiness = rule.readiness(stored.row())?;
    let (nearest, distance) = closest(&stored.shape, from)?;
    Some(Candidate { water, stored, readiness, nearest, distance })
}

/// Looks at the bytes of every feature and does nothing with them. They lie anywhere in memory: asked for one right after
/// the other they arrive together, asked for when they are needed each would be waited for.
pub(super) fn read_ahead(batch: &[(f64, &Stored)]) {
    let first = |bytes: &[u8]| bytes.first().copied().unwrap_or_default();
    let looked = batch.iter().fold(0, |sum, (_, stored)| {
        sum ^ first(stored.row().bytes()) ^ first(stored.place_json()) ^ first(stored.members_json(Visibility::Public))
    });
    std::hint::black_box(looked);
}

/// The `limit` smallest distances so far; beyond the greatest of them nothing is worth looking at.
struct Farthest {
    limit: usize,
    distances: Vec<f64>,
}

impl Farthest {
    fn new(limit: usize) -> Self {
        Self { limit, distances: Vec::with_capacity(limit + 1) }
    }

    fn bound(&self) -> f64 {
        if self.distances.len() < self.limit { f64::INFINITY } else { self.distances.last().copied().unwrap_or(0.0) }
    }

    fn add(&mut self, distance: f64) {
        let at = self.distances.partition_point(|known| *known <= distance);
        self.distances.insert(at, distance);
        self.distances.truncate(self.limit);
    }
}
