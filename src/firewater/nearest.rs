//! The sources of water around a place: usable ones first, each group by distance.
//!
//! The index gives features by rising distance of their boxes in the district's CRS. For a point that is its distance;
//! for a pond the true distance to its edge is measured and the search goes on until no box can lie nearer. Distances
//! in the answer are geodesic: a projected metre is off by up to 0.04 % here, which orders nothing differently but would
//! not equal what others measure.

use std::sync::Arc;

use chrono::NaiveDate;
use geo::{Closest, ClosestPoint};
use geo_types::{Coord, Point};

use super::status::{Readiness, StatusRule};
use crate::collection::{District, Frame};
use crate::coordinate::{LonLat, distance_and_bearing};
use crate::feature::Shape;
use crate::feature::crs::{Crs, CrsError};
use crate::index::{Index, Snapshot, Stored};

/// The collections that hold water.
pub const COLLECTIONS: [&str; 3] = ["hydrants", "water_sources", "suction_points"];

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Query {
    pub at: LonLat,
    /// Metres.
    pub radius: f64,
    pub limit: usize,
}

/// A source and where it is from the place asked about.
#[derive(Debug, Clone)]
pub struct Found {
    /// Place of the collection in [`Waters`].
    pub water: usize,
    pub stored: Stored,
    pub readiness: Readiness,
    /// The nearest point of the source.
    pub position: LonLat,
    /// Geodesic, metres.
    pub distance: f64,
    /// Initial bearing from the place to the source, degrees clockwise from north.
    pub bearing: f64,
}

/// All sources as of one moment.
#[derive(Debug, Clone)]
pub struct Waters {
    frame: Frame,
    waters: Vec<(Arc<Snapshot>, StatusRule)>,
}

/// A source whose distance in the plane is known.
struct Candidate<'a> {
    water: usize,
    stored: &'a Stored,
    readiness: Readiness,
    nearest: Coord,
    distance: f64,
}

impl Waters {
    /// The sources the index holds now.
    pub fn new(index: &Index, district: &District, today: NaiveDate) -> Self {
        let waters = COLLECTIONS
            .iter()
            .filter_map(|name| {
                let snapshot = index.snapshot_of(name)?;
                let months = district.verified_for_months.get(*name).copied();
                let rule = StatusRule::new(snapshot.collection(), today, months);
                Some((snapshot, rule))
            })
            .collect();
        Self { frame: district.frame(), waters }
    }

    /// The collection a found source belongs to.
    pub fn snapshot(&self, water: usize) -> &Arc<Snapshot> {
        &self.waters[water].0
    }

    /// The nearest sources. Fails for a place that has no coordinates in the district's CRS.
    pub fn nearest(&self, query: &Query) -> Result<Vec<Found>, CrsError> {
        let Frame { crs, transformer } = self.frame;
        let from = transformer.coord(Crs::CRS84, crs, Coord { x: query.at.lon, y: query.at.lat })?;
        let mut usable = Vec::new();
        let mut unusable = Vec::new();
        for (water, (snapshot, rule)) in self.waters.iter().enumerate() {
            self.collect(water, snapshot, rule, from, query, &mut usable, &mut unusable);
        }
        let mut found = Vec::with_capacity(query.limit);
        for group in [&mut usable, &mut unusable] {
            group.sort_by(|a: &Candidate<'_>, b| a.distance.total_cmp(&b.distance));
            // What would be cut off at the end is not measured.
            group.truncate(query.limit - found.len());
            let mut measured = self.measure(query.at, group)?;
            measured.retain(|found: &Found| found.distance <= query.radius);
            measured.sort_by(|a, b| a.distance.total_cmp(&b.distance));
            found.append(&mut measured);
        }
        Ok(found)
    }

    /// The `limit` nearest usable sources of one collection, and the unusable ones met on the way.
    #[expect(
        clippy::too_many_arguments,
        reason = "two results and the loop's invariants; a struct would only rename them"
    )]
    fn collect<'a>(
        &self,
        water: usize,
        snapshot: &'a Snapshot,
        rule: &StatusRule,
        from: Coord,
        query: &Query,
        usable: &mut Vec<Candidate<'a>>,
        unusable: &mut Vec<Candidate<'a>>,
    ) {
        // The projection stretches by less than a percent; what is too far is left out after measuring.
        let reach = query.radius * 1.01 + 1.0;
        let enough = unusable.len() + query.limit;
        let mut farthest = Farthest::new(query.limit);
        for (box_distance, stored) in snapshot.nearest(from) {
            let box_distance = box_distance.sqrt();
            if box_distance > reach || box_distance > farthest.bound() {
                break;
            }
            let Some(readiness) = rule.readiness(stored.row()) else { continue };
            let Some((nearest, distance)) = closest(&stored.shape, from) else { continue };
            let candidate = Candidate { water, stored, readiness, nearest, distance };
            if readiness.is_usable() {
                farthest.add(distance);
                usable.push(candidate);
            } else if unusable.len() < enough {
                unusable.push(candidate);
            }
        }
    }

    /// Places, distances and bearings on the ellipsoid, all places moved at once.
    fn measure(&self, at: LonLat, candidates: &[Candidate<'_>]) -> Result<Vec<Found>, CrsError> {
        let Frame { crs, transformer } = self.frame;
        let mut places: Vec<Coord> = candidates.iter().map(|candidate| candidate.nearest).collect();
        transformer.coords(crs, Crs::CRS84, &mut places)?;
        let found = candidates.iter().zip(places).map(|(candidate, place)| {
            let position = LonLat { lon: place.x, lat: place.y };
            let (distance, bearing) = distance_and_bearing(at, position);
            Found {
                water: candidate.water,
                stored: candidate.stored.clone(),
                readiness: candidate.readiness,
                position,
                distance,
                // Standing in the water every direction is right; north is as good as any.
                bearing: if distance > 0.0 { bearing } else { 0.0 },
            }
        });
        Ok(found.collect())
    }
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

/// The point of a shape nearest to a place, and how far it is in the plane. Inside an area that is the place itself.
fn closest(shape: &Shape, from: Coord) -> Option<(Coord, f64)> {
    let nearest = match shape {
        Shape::Absent => return None,
        Shape::Point(coord) => *coord,
        Shape::Other(geometry) => match geometry.closest_point(&Point(from)) {
            Closest::Intersection(point) | Closest::SinglePoint(point) => point.0,
            Closest::Indeterminate => return None,
        },
    };
    let (east, north) = (nearest.x - from.x, nearest.y - from.y);
    Some((nearest, (east * east + north * north).sqrt()))
}
