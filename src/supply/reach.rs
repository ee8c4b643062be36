//! Which buildings are in reach of which point, and how many metres away.
//!
//! By hose, the way leads straight from the point to its nearest road, along roads, and straight to the building; where one of
//! them is nearer to the other than to a road, straight. Where there is no road, or none that leads there, the straight line
//! counts times the district's factor for detours. These are the ways of nearest water
//! ([`by_road`](crate::firewater::by_road)), so a building is supplied by what a crew is shown.

use std::collections::HashMap;

use geo_types::{Coord, coord};

use super::ground::Ground;
use super::settings::{Measure, Terms};
use super::water::Outlet;
use crate::collection::{Frame, Laying};
use crate::coordinate::ShortLines;
use crate::firewater::network::graph::{Snap, between};
use crate::firewater::network::{Network, Spread};
use crate::work::{Effort, Ended};

/// What metres are measured with.
#[derive(Debug, Clone, Copy)]
pub struct Ways<'a> {
    pub ground: &'a Ground,
    pub network: Option<&'a Network>,
    pub laying: &'a Laying,
    pub terms: &'a Terms,
    pub scales: &'a Scales,
}

/// A building or point in reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Its place among the outlets, or among the buildings.
    pub to: u32,
    /// Metres on earth.
    pub metres: f32,
}

/// All buildings and the points in their reach, both ways.
#[derive(Debug, Default)]
pub struct Reach {
    /// By building: where its links begin, with the end as last element.
    first: Vec<u32>,
    /// The nearest point first.
    links: Vec<Link>,
    first_of_outlet: Vec<u32>,
    buildings: Vec<u32>,
}

impl Reach {
    /// Measures all ways.
    ///
    /// # Errors
    /// Nobody waits for it any more.
    pub fn measure(ways: Ways<'_>, outlets: &[Outlet], effort: &Effort) -> Result<Self, Ended> {
        let mut found: Vec<(u32, Link)> = Vec::new();
        let mut first_of_outlet = Vec::with_capacity(outlets.len() + 1);
        let mut buildings = Vec::new();
        for (outlet, nth) in outlets.iter().zip(0..) {
            first_of_outlet.push(buildings.len() as u32);
            ways.from(outlet.at, |building, metres| {
                buildings.push(building);
                found.push((building, Link { to: nth, metres }));
            });
            if nth % 64 == 0 {
                effort.check()?;
            }
        }
        first_of_outlet.push(buildings.len() as u32);
        let mut first = vec![0_u32; ways.ground.buildings.len() + 1];
        found.iter().for_each(|(building, _)| first[*building as usize + 1] += 1);
        for nth in 1..first.len() {
            first[nth] += first[nth - 1];
        }
        let mut free = first.clone();
        let mut links = vec![Link { to: 0, metres: 0.0 }; found.len()];
        for (building, link) in found {
            let at = &mut free[building as usize];
            links[*at as usize] = link;
            *at += 1;
        }
        for pair in first.windows(2) {
            links[pair[0] as usize..pair[1] as usize]
                .sort_unstable_by(|one, other| one.metres.total_cmp(&other.metres).then(one.to.cmp(&other.to)));
        }
        Ok(Self { first, links, first_of_outlet, buildings })
    }

    /// The points in reach of a building, the nearest first.
    pub fn of(&self, building: usize) -> &[Link] {
        &self.links[self.first[building] as usize..self.first[building + 1] as usize]
    }

    /// The buildings in reach of a point.
    pub fn buildings(&self, outlet: usize) -> &[u32] {
        &self.buildings[self.first_of_outlet[outlet] as usize..self.first_of_outlet[outlet + 1] as usize]
    }
}

impl<'a> Ways<'a> {
    /// Calls `visit` with every building in reach of a place, and the metres.
    pub fn from(self, place: Coord, mut visit: impl FnMut(u32, f32)) {
        let scale = self.scales.at(place);
        let mut start = Start::new(self, place);
        self.ground.around(place, |nth| {
            let building = &self.ground.buildings[nth as usize];
            if let Some(metres) = start.to(building.at, building.snap.as_ref(), scale) {
                visit(nth, metres);
            }
        });
    }
}

/// A place, and the search for ways from there, begun when the first is asked for.
pub struct Start<'a> {
    ways: Ways<'a>,
    from: Coord,
    snap: Option<Snap>,
    spread: Option<Spread<'a>>,
}

impl<'a> Start<'a> {
    /// At a place.
    pub fn new(ways: Ways<'a>, from: Coord) -> Self {
        let network = ways.network.filter(|_| ways.terms.by == Measure::Hose);
        let snap = network.and_then(|network| network.snap(from, ways.laying.road_within));
        Self { ways, from, snap, spread: None }
    }

    /// Metres on earth to a building, if it is in reach. `scale` is what a metre of the plane is on earth.
    #[expect(clippy::cast_possible_truncation, reason = "some hundred metres")]
    pub fn to(&mut self, at: Coord, snap: Option<&Snap>, scale: f64) -> Option<f32> {
        let reach = self.ways.terms.reach / scale;
        let straight = between(self.from, at);
        if straight > reach {
            return None;
        }
        let metres = match self.ways.terms.by {
            Measure::Line => straight,
            Measure::Hose => self.by_hose(straight, snap, reach)?,
        };
        (metres <= reach).then_some((metres * scale) as f32)
    }

    fn by_hose(&mut self, straight: f64, to: Option<&Snap>, reach: f64) -> Option<f64> {
        let detour = straight * self.ways.laying.detour;
        let (Some(network), Some(from), Some(to)) = (self.ways.network, self.snap, to) else { return Some(detour) };
        if straight <= from.offset || straight <= to.offset {
            return Some(straight);
        }
        let graph = network.graph();
        if graph.part(&from) != graph.part(to) {
            return Some(detour);
        }
        let offsets = from.offset + to.offset;
        let spread = self.spread.get_or_insert_with(|| network.spread(from));
        Some((spread.metres_to(to, reach - offsets)? + offsets).max(straight))
    }
}

/// What a metre of the district's plane is on earth, by squares of ten kilometres.
#[derive(Debug, Default)]
pub struct Scales(HashMap<(i32, i32), f64>);

const SQUARE_M: f64 = 10_000.0;

impl Scales {
    /// Around some places.
    pub fn around(places: impl Iterator<Item = Coord>, frame: Frame) -> Self {
        let mut scales = HashMap::new();
        for place in places {
            let square = square(place);
            scales.entry(square).or_insert_with(|| scale_in(square, frame));
        }
        Self(scales)
    }

    /// At a place.
    pub fn at(&self, place: Coord) -> f64 {
        self.0.get(&square(place)).copied().unwrap_or(1.0)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "metres of a plane; far ones saturate")]
fn square(place: Coord) -> (i32, i32) {
    ((place.x / SQUARE_M).floor() as i32, (place.y / SQUARE_M).floor() as i32)
}

/// In the middle of a square, to the east.
fn scale_in((column, row): (i32, i32), frame: Frame) -> f64 {
    let middle = coord! { x: (f64::from(column) + 0.5) * SQUARE_M, y: (f64::from(row) + 0.5) * SQUARE_M };
    let east = middle + coord! { x: 1_000.0, y: 0.0 };
    let ends = frame.on_earth(middle).and_then(|middle| Ok((middle, frame.on_earth(east)?)));
    ends.map_or(1.0, |(middle, east)| ShortLines::from(middle).distance_and_bearing(east).0 / 1_000.0)
}
