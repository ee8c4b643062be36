//! The sources of water around a place: usable ones first, each group by distance along a straight line; or along roads,
//! see [`super::by_road`]. Sources that never run dry are told even if they are farther than all others; so are, last of
//! all, those out of service that a crew would come upon before the last usable one.
//!
//! They are found in the plane of the district's CRS, see [`super::candidates`]. Distances in the answer are geodesic: a
//! projected metre is off by up to 0.04 % here, which orders nothing differently but would not equal what others measure.

use std::sync::Arc;

use chrono::NaiveDate;
use geo_types::Coord;

use super::candidates::{Candidate, Candidates, candidate, few, reach};
use super::closed::Closed;
use super::register::{Register, Unlimited, Water};
use super::status::{Readiness, StatusRule};
use crate::collection::Frame;
use crate::coordinate::{LonLat, ShortLines};
use crate::feature::crs::CrsError;
use crate::index::{Index, Snapshot, Stored};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query {
    pub at: LonLat,
    /// Metres.
    pub radius: f64,
    /// Usable sources, and others as long as there are fewer.
    pub limit: usize,
    /// Metres in a straight line up to which usable sources are told beyond the limit.
    pub always_within: f64,
    /// Usable sources that never run dry and are told in any case, beyond the limit if need be.
    pub unlimited: usize,
}

/// A source and where it is from the place asked about.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// Place of the collection in the [`Register`].
    pub water: usize,
    pub stored: &'a Stored,
    pub readiness: Readiness,
    /// The nearest point of the source.
    pub position: LonLat,
    /// Geodesic, metres.
    pub distance: f64,
    /// Initial bearing from the place to the source, degrees clockwise from north.
    pub bearing: f64,
    /// The way along roads, where one was looked for and found.
    pub route: Option<Route>,
}

/// A way along roads.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Metres, from the place to the source; never less than the straight line.
    pub distance: f64,
    /// Its turns, from the place to the source; empty if nobody wants to draw it.
    pub path: Vec<LonLat>,
}

/// All sources as of one moment.
#[derive(Debug)]
pub struct Waters {
    pub(super) frame: Frame,
    /// In the order of the register.
    pub(super) waters: Vec<Held>,
}

/// The sources of one collection as of one moment.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) status: StatusRule,
    pub(super) unlimited: Arc<Unlimited>,
}

/// Sources of one collection that are looked at for one that never runs dry: a limit of work where there is none.
const MOST_LOOKED_AT: usize = 1_000;

impl Waters {
    /// The sources the index holds now.
    pub fn new(register: &Register, index: &Index, today: NaiveDate) -> Self {
        Self::of(register, |position| index.snapshot(position), today)
    }

    /// The same for states that need not be in an index, by the places of their collections in the catalogue.
    pub fn of(register: &Register, snapshot: impl Fn(usize) -> Arc<Snapshot>, today: NaiveDate) -> Self {
        let waters = register.waters.iter();
        let held = |water: &Water| Held {
            snapshot: snapshot(water.position),
            status: water.status.on(today),
            unlimited: water.unlimited.clone(),
        };
        Self { frame: register.frame, waters: waters.map(held).collect() }
    }

    /// The nearest sources. Fails for a place that has no coordinates in the district's CRS.
    pub fn nearest(&self, query: &Query) -> Result<Vec<Found<'_>>, CrsError> {
        let from = self.frame.in_plane(query.at)?;
        let mut candidates = Candidates::with_room(self.waters.len() * few(query.limit));
        for (water, Held { snapshot, status, .. }) in self.waters.iter().enumerate() {
            candidates.collect(water, snapshot, status, from, query);
        }
        let lines = ShortLines::from(query.at);
        let mut found = self.told(&lines, candidates.usable, query.limit, query.radius)?;
        if found.len() == query.limit && found.last().is_some_and(|last| last.distance <= query.always_within) {
            let known: Vec<&Stored> = found.iter().map(|source| source.stored).collect();
            let close = self.close(from, query, &known);
            let room = close.usable.len();
            found.extend(self.told(&lines, close.usable, room, query.radius)?);
            // All that were met so far are among them.
            candidates.unusable = close.unusable;
        }
        let closed = Closed::beside(query, found.iter());
        let unusable = self.told(&lines, candidates.unusable, closed.most(), query.radius)?;
        for candidate in self.unlimited(from, query, &found) {
            let source = self.measured(&lines, &candidate)?;
            if source.distance <= query.radius {
                found.push(source);
            }
        }
        let unusable = unusable.into_iter().enumerate().filter(|(nth, source)| closed.tells(*nth, source));
        found.extend(unusable.map(|(_, source)| source));
        Ok(found)
    }

    /// The nearest `room` of some candidates.
    fn told<'a>(
        &self,
        lines: &ShortLines,
        mut candidates: Vec<Candidate<'a>>,
        room: usize,
        radius: f64,
    ) -> Result<Vec<Found<'a>>, CrsError> {
        candidates.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        // What would be cut off at the end is not measured.
        candidates.truncate(room);
        let mut found = Vec::with_capacity(candidates.len());
        for candidate in &candidates {
            let source = self.measured(lines, candidate)?;
            if source.distance <= radius {
                found.push(source);
            }
        }
        found.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        Ok(found)
    }

    /// Sources so near in a straight line that they are told whatever the limit is, without those known.
    pub(super) fn close<'a>(&'a self, from: Coord, query: &Query, known: &[&Stored]) -> Candidates<'a> {
        let within = query.always_within.min(query.radius);
        let mut close = Candidates::with_room(0);
        for (water, Held { snapshot, status, .. }) in self.waters.iter().enumerate() {
            let near = snapshot.nearest(from).take_while(|(squared, _)| squared.sqrt() <= within);
            let new = near.filter(|(_, stored)| known.iter().all(|known| known.id != stored.id));
            for candidate in new.filter_map(|(_, stored)| candidate(water, stored, status, from)) {
                if candidate.distance > within {
                    continue;
                }
                let is_usable = candidate.readiness.is_usable();
                let group = if is_usable { &mut close.usable } else { &mut close.unusable };
                group.push(candidate);
            }
        }
        close
    }

    /// The nearest usable sources that never run dry and were cut off by the limit, the nearest first.
    fn unlimited(&self, from: Coord, query: &Query, found: &[Found<'_>]) -> Vec<Candidate<'_>> {
        let missing = self.unlimited_missing(query, found);
        let mut more: Vec<Candidate<'_>> = Vec::new();
        for water in 0..self.waters.len() {
            if missing == 0 {
                break;
            }
            more.extend(self.unlimited_of(water, from, query, missing, found));
        }
        more.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        more.truncate(missing);
        more
    }

    /// How many sources that never run dry the usable ones of an answer lack. None if the limit has cut nothing off.
    pub(super) fn unlimited_missing(&self, query: &Query, found: &[Found<'_>]) -> usize {
        if found.len() < query.limit {
            return 0;
        }
        let is_unlimited = |source: &&Found<'_>| self.waters[source.water].unlimited.holds(source.stored.row());
        query.unlimited.saturating_sub(found.iter().filter(is_unlimited).count())
    }

    /// Up to `count` usable sources of a collection that never run dry, the nearest first, without those known.
    pub(super) fn unlimited_of<'a>(
        &'a self,
        water: usize,
        from: Coord,
        query: &Query,
        count: usize,
        known: &[Found<'_>],
    ) -> Vec<Candidate<'a>> {
        let Held { snapshot, status, unlimited } = &self.waters[water];
        if !unlimited.is_possible() {
            return Vec::new();
        }
        let is_missing =
            |stored: &Stored| unlimited.holds(stored.row()) && known.iter().all(|known| known.stored.id != stored.id);
        let mut looked_at = 0;
        let near = snapshot.nearest_few_of(from, few(count), reach(query), |stored| {
            looked_at += 1;
            looked_at <= MOST_LOOKED_AT && is_missing(stored)
        });
        let mut more = Candidates::with_room(count);
        more.settle(water, status, (from, count), &near, || {
            let rising = snapshot.nearest(from).take(MOST_LOOKED_AT).filter(|(_, stored)| is_missing(stored));
            rising.take_while(|(squared, _)| squared.sqrt() <= reach(query))
        });
        more.usable
    }

    /// Place, distance and bearing on the ellipsoid.
    pub(super) fn measured<'a>(&self, lines: &ShortLines, candidate: &Candidate<'a>) -> Result<Found<'a>, CrsError> {
        let position = match candidate.stored.position() {
            Some(Coord { x: lon, y: lat }) => LonLat { lon, lat },
            None => self.frame.on_earth(candidate.nearest)?,
        };
        let (distance, bearing) = lines.distance_and_bearing(position);
        Ok(Found {
            water: candidate.water,
            stored: candidate.stored,
            readiness: candidate.readiness,
            position,
            distance,
            // Standing in the water every direction is right; north is as good as any.
            bearing: if distance > 0.0 { bearing } else { 0.0 },
            route: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use geo_types::{LineString, Polygon, coord};
    use rand::{RngExt, SeedableRng};
    use uuid::Uuid;

    use super::*;
    use crate::collection::{Catalogue, District};
    use crate::feature::{FeatureId, Geometry};
    use crate::firewater::closest::closest;
    use crate::index::Encoder;

    const CORNER: Coord = Coord { x: 260_000.0, y: 5_960_000.0 };

    /// Long lakes that lie across one another's boxes; every third is a pond, and may fall dry.
    fn lakes(count: u128, random: &mut rand_pcg::Pcg64) -> (District, Waters) {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Arc::new(Catalogue::load(&data).expect("the declarations"));
        let district = District::load(&data.join("district.toml")).expect("the district");
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let register = Register::new(&catalogue, &district);
        let mut waters = Waters::new(&register, &Index::new(catalogue.clone(), &district), today);
        let sources = catalogue.get("water_sources").expect("water sources");
        let mut encoder = Encoder::new(sources.clone(), district.frame());
        let stored = (0..count).map(|nth| {
            let (x, y) = (random.random_range(0.0..3_000.0), random.random_range(0.0..3_000.0));
            let (east, north) = (random.random_range(-900.0..900.0), random.random_range(200.0..900.0));
            let corners = [(0.0, 0.0), (east, north), (east + 10.0, north), (0.0, 0.0)];
            let ring = corners.map(|(dx, dy)| coord! { x: CORNER.x + x + dx, y: CORNER.y + y + dy });
            let geometry = Geometry::Polygon(Polygon::new(LineString::from(ring.to_vec()), Vec::new()));
            let kind = if nth % 3 == 0 { "natural_pond" } else { "lake" };
            let properties = format!(r#"{{"kind":"{kind}","operational_status":"ready"}}"#);
            let id = FeatureId(Uuid::from_u128(nth));
            encoder.encode(id, 1, Some(geometry), properties.as_bytes()).expect("a feature").0
        });
        let stored = stored.collect::<Vec<_>>();
        let place = register.waters.iter().position(|water| water.name == "water_sources").expect("water sources");
        waters.waters[place].snapshot = Arc::new(Snapshot::load(sources.clone(), district.frame(), stored));
        (district, waters)
    }

    #[test]
    fn beyond_the_limit_the_nearest_that_never_run_dry_are_told_however_their_boxes_lie() {
        let mut random = rand_pcg::Pcg64::seed_from_u64(5);
        let (district, waters) = lakes(120, &mut random);
        let Held { snapshot, unlimited, .. } =
            waters.waters.iter().find(|held| !held.snapshot.is_empty()).expect("lakes");
        for _ in 0..40 {
            let from = coord! { x: CORNER.x + random.random_range(0.0..3_000.0), y: CORNER.y + random.random_range(0.0..3_000.0) };
            let at = district.frame().on_earth(from).expect("a place");
            let mut all: Vec<(f64, &Stored)> =
                snapshot.iter().filter_map(|stored| Some((closest(&stored.shape, from)?.1, stored))).collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (near, rest) = all.split_at(2);
            let never_dry = |(_, stored): &&(f64, &Stored)| unlimited.holds(stored.row());
            let missing = 4 - near.iter().filter(never_dry).count();
            let expected: Vec<FeatureId> =
                near.iter().chain(rest.iter().filter(never_dry).take(missing)).map(|(_, stored)| stored.id).collect();
            let query = Query { at, radius: 50_000.0, limit: 2, always_within: 0.0, unlimited: 4 };
            let found: Vec<FeatureId> =
                waters.nearest(&query).expect("an answer").iter().map(|found| found.stored.id).collect();
            assert_eq!(found, expected);
        }
    }
}
