//! The sources of water around a place by their distance along roads.
//!
//! Candidates come by rising straight distance, which no way is shorter than: the search may stop as soon as the next
//! candidate is farther in a straight line than the last one wanted is by road. The ways are those of one
//! [`Spread`] from the place.
//!
//! A way leads straight from the place to its nearest road, along roads, and straight from there to the source; where
//! the water is nearer than a road, straight to it. Some sources have none: no road is near them, the network has a gap
//! before them, or the way is longer than is searched. The first two are ranked by the straight line times the district's
//! factor for detours, because a gap in the data must not hide water that is at hand; the last is ranked behind all
//! that can be reached.

use std::iter::Peekable;

use geo_types::Coord;

use super::candidates::{Candidate, candidate, reach, read_ahead};
use super::closed::{BEYOND_LIMIT, Closed};
use super::nearest::{Found, Held, Query, Route, Waters};
use super::network::graph::Snap;
use super::network::{Network, Spread};
use crate::collection::Laying;
use crate::coordinate::ShortLines;
use crate::feature::crs::CrsError;
use crate::index::Stored;

/// Ways are searched up to so many times the radius, in metres at least and at most.
const FACTOR: f64 = 3.0;
const LEAST_M: f64 = 1_000.0;
const MOST_M: f64 = 20_000.0;
/// Candidates looked at for each one wanted, a limit of work: more are needed only where the network is in pieces.
const LOOKED_AT: usize = 40;
/// Candidates fetched at once.
const BATCH: usize = 16;

/// What a search by road needs beside the sources.
#[derive(Debug, Clone, Copy)]
pub struct Streets<'s> {
    pub network: &'s Network,
    pub laying: &'s Laying,
    /// True if the turns of the ways are wanted.
    pub paths: bool,
}

/// A source in its rank.
struct Ranked<'a> {
    found: Found<'a>,
    place: Coord,
    /// Metres it is ranked by.
    key: f64,
}

impl Waters {
    /// The nearest sources by road. Fails for a place that has no coordinates in the district's CRS.
    pub fn nearest_by_road(&self, query: &Query, streets: Streets<'_>) -> Result<Vec<Found<'_>>, CrsError> {
        let from = self.frame.in_plane(query.at)?;
        let mut search = Search {
            waters: self,
            query,
            from,
            lines: ShortLines::from(query.at),
            ways: Ways::new(from, query.radius, streets),
        };
        let mut unusable = Vec::new();
        let mut ranked = Vec::with_capacity(query.limit + 1);
        search.rank(&mut ranked, &mut unusable)?;
        if ranked.len() == query.limit {
            search.add_close(&mut ranked, &mut unusable)?;
        }
        let closed = Closed::beside(query, ranked.iter().map(|one| &one.found));
        let mut more = Vec::new();
        for candidate in unusable {
            search.take(&mut more, closed.most(), &candidate)?;
        }
        if ranked.len() >= query.limit {
            search.add_unlimited(&mut ranked)?;
        }
        let more = more.into_iter().enumerate().filter(|(nth, one)| closed.tells(*nth, &one.found));
        ranked.extend(more.map(|(_, one)| one));
        let finished = ranked.into_iter().map(|one| search.finished(one));
        finished.collect()
    }
}

/// A search under way.
struct Search<'s, 'a> {
    waters: &'a Waters,
    query: &'s Query,
    from: Coord,
    lines: ShortLines,
    ways: Ways<'s>,
}

impl<'a> Search<'_, 'a> {
    /// Ranks the usable sources, and collects those met on the way that are not, as long as there is room for them.
    fn rank(&mut self, ranked: &mut Vec<Ranked<'a>>, unusable: &mut Vec<Candidate<'a>>) -> Result<(), CrsError> {
        let limit = self.query.limit;
        let mut rising = Rising::new(self.waters, self.from, reach(self.query));
        for _ in 0..(limit * LOOKED_AT).div_ceil(BATCH) {
            let batch = rising.batch();
            read_ahead(&batch.iter().map(|(squared, _, stored)| (*squared, *stored)).collect::<Vec<_>>());
            for (squared, water, stored) in &batch {
                if squared.sqrt() > self.ways.reach_of(ranked, limit) {
                    return Ok(());
                }
                let Held { status, .. } = &self.waters.waters[*water];
                let Some(candidate) = candidate(*water, stored, status, self.from) else { continue };
                if candidate.readiness.is_usable() {
                    self.take(ranked, limit, &candidate)?;
                } else if unusable.len() < limit.max(BEYOND_LIMIT) {
                    unusable.push(candidate);
                }
            }
            if batch.len() < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes a source in if it is among the nearest `room`.
    fn take(&mut self, ranked: &mut Vec<Ranked<'a>>, room: usize, candidate: &Candidate<'a>) -> Result<(), CrsError> {
        let mut found = self.waters.measured(&self.lines, candidate)?;
        if room == 0 || found.distance > self.query.radius {
            return Ok(());
        }
        // What the ellipsoid makes of the plane's metres here; one for all the way, so it stays longer than the line.
        let scale = if candidate.distance > 1.0 { found.distance / candidate.distance } else { 1.0 };
        let bound = self.ways.reach_of(ranked, room);
        let (key, metres) = match self.ways.to(candidate.nearest, candidate.distance, bound) {
            Way::Of(metres) => (metres, Some(metres)),
            Way::None(key) => (key, None),
        };
        if ranked.len() >= room && key >= bound {
            return Ok(());
        }
        found.route = metres.map(|metres| Route { distance: (metres * scale).max(found.distance), path: Vec::new() });
        let at = ranked.partition_point(|known| known.key <= key);
        ranked.insert(at, Ranked { found, place: candidate.nearest, key });
        ranked.truncate(room);
        Ok(())
    }

    /// Adds sources at hand in a straight line that others are nearer than by road, in their rank.
    fn add_close(&mut self, ranked: &mut Vec<Ranked<'a>>, unusable: &mut Vec<Candidate<'a>>) -> Result<(), CrsError> {
        let met = unusable.iter().map(|candidate| candidate.stored);
        let known: Vec<&Stored> = ranked.iter().map(|one| one.found.stored).chain(met).collect();
        let close = self.waters.close(self.from, self.query, &known);
        let room = ranked.len() + close.usable.len();
        for candidate in &close.usable {
            self.take(ranked, room, candidate)?;
        }
        unusable.extend(close.unusable);
        Ok(())
    }

    /// Adds sources that never run dry and were cut off by the limit.
    fn add_unlimited(&mut self, ranked: &mut Vec<Ranked<'a>>) -> Result<(), CrsError> {
        let known: Vec<Found<'_>> = ranked.iter().map(|one| one.found.clone()).collect();
        let missing = self.waters.unlimited_missing(self.query, &known);
        let mut more = Vec::new();
        if missing > 0 {
            for water in 0..self.waters.waters.len() {
                // A lake that is near in a straight line may be far by road: some more are compared.
                for candidate in self.waters.unlimited_of(water, self.from, self.query, missing * 3, &known) {
                    self.take(&mut more, missing, &candidate)?;
                }
            }
        }
        ranked.extend(more);
        Ok(())
    }

    /// A source with the turns of its way, if somebody wants to draw it.
    fn finished(&self, ranked: Ranked<'a>) -> Result<Found<'a>, CrsError> {
        let Ranked { mut found, place, .. } = ranked;
        if let Some(route) = found.route.as_mut().filter(|_| self.ways.streets.paths) {
            route.path.push(self.query.at);
            for turn in self.ways.turns(place, (self.from, place)) {
                route.path.push(self.waters.frame.on_earth(turn)?);
            }
            route.path.push(found.position);
        }
        Ok(found)
    }
}

/// The way to a source, in metres of the plane.
enum Way {
    Of(f64),
    /// There is none, and so the source is ranked.
    None(f64),
}

/// All ways from one place.
struct Ways<'s> {
    streets: Streets<'s>,
    /// The place's own road and the search from there.
    start: Option<(Snap, Spread<'s>)>,
    bound: f64,
}

impl<'s> Ways<'s> {
    fn new(from: Coord, radius: f64, streets: Streets<'s>) -> Self {
        let snap = streets.network.snap(from, streets.laying.road_within);
        let start = snap.map(|snap| (snap, streets.network.spread(snap)));
        Self { streets, start, bound: (radius * FACTOR).clamp(LEAST_M, MOST_M).max(radius) }
    }

    /// The way to a place so many metres off; no farther than `bound` is told apart.
    fn to(&mut self, place: Coord, straight: f64, bound: f64) -> Way {
        let bound = bound.min(self.bound);
        let detour = straight * self.streets.laying.detour;
        let Some((start, spread)) = &mut self.start else { return Way::None(detour) };
        if straight <= start.offset {
            return Way::Of(straight);
        }
        let Some(snap) = self.streets.network.snap(place, self.streets.laying.road_within) else {
            return Way::None(detour);
        };
        if straight <= snap.offset {
            return Way::Of(straight);
        }
        let graph = self.streets.network.graph();
        if graph.part(&snap) != graph.part(start) {
            return Way::None(detour);
        }
        let offsets = start.offset + snap.offset;
        match spread.metres_to(&snap, bound - offsets) {
            Some(along) => Way::Of((along + offsets).max(straight)),
            None => Way::None(bound.max(detour)),
        }
    }

    /// The turns of the way to a place for which [`Self::to`] has found one: none if it leads straight there.
    fn turns(&self, place: Coord, (from, to): (Coord, Coord)) -> Vec<Coord> {
        let Some((start, spread)) = &self.start else { return Vec::new() };
        let straight = super::network::graph::between(from, to);
        let snap = self.streets.network.snap(place, self.streets.laying.road_within);
        match snap.filter(|snap| straight > start.offset.max(snap.offset)) {
            Some(snap) => spread.path_to(&snap),
            None => Vec::new(),
        }
    }

    /// Beyond this nothing is worth looking at.
    fn reach_of(&self, ranked: &[Ranked<'_>], room: usize) -> f64 {
        match ranked.last() {
            Some(last) if ranked.len() >= room => last.key,
            _ => f64::INFINITY,
        }
    }
}

/// Features with the squares of their distances.
type Features<'a> = Box<dyn Iterator<Item = (f64, &'a Stored)> + 'a>;

/// The features of all collections by rising distance of their boxes.
struct Rising<'a> {
    sources: Vec<Peekable<Features<'a>>>,
    reach: f64,
}

impl<'a> Rising<'a> {
    fn new(waters: &'a Waters, from: Coord, reach: f64) -> Self {
        let boxed = |held: &'a Held| -> Features<'a> { Box::new(held.snapshot.nearest(from)) };
        Self { sources: waters.waters.iter().map(|held| boxed(held).peekable()).collect(), reach }
    }

    /// The next ones: squared distance, collection, feature. Fewer than [`BATCH`] are the last.
    fn batch(&mut self) -> Vec<(f64, usize, &'a Stored)> {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let heads = self.sources.iter_mut().enumerate();
            let heads = heads.filter_map(|(water, source)| source.peek().map(|(squared, _)| (*squared, water)));
            let Some((squared, water)) = heads.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
            if squared.sqrt() > self.reach {
                break;
            }
            batch.extend(self.sources[water].next().map(|(squared, stored)| (squared, water, stored)));
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use geo_types::{Point, coord};
    use rand::{RngExt, SeedableRng};
    use uuid::Uuid;

    use super::*;
    use crate::collection::{Catalogue, District};
    use crate::coordinate::LonLat;
    use crate::feature::{FeatureId, Geometry};
    use crate::firewater::Register;
    use crate::index::{Encoder, Index, Snapshot};

    const CORNER: Coord = Coord { x: 260_000.0, y: 5_960_000.0 };

    /// Hydrants as the register holds them, some of them out of service.
    fn waters(places: &[Coord]) -> (District, Waters) {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Arc::new(Catalogue::load(&data).expect("the declarations"));
        let district = District::load(&data.join("district.toml")).expect("the district");
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let register = Register::new(&catalogue, &district);
        let mut waters = Waters::new(&register, &Index::new(catalogue.clone(), &district), today);
        let hydrants = catalogue.get("hydrants").expect("hydrants");
        let mut encoder = Encoder::new(hydrants.clone(), district.frame());
        let stored = places.iter().enumerate().map(|(nth, place)| {
            let status = if nth % 7 == 3 { "out_of_service" } else { "ready" };
            let properties = format!(r#"{{"kind":"pillar","operational_status":"{status}"}}"#);
            let id = FeatureId(Uuid::from_u128(nth as u128));
            encoder.encode(id, 1, Some(Geometry::Point(Point(*place))), properties.as_bytes()).expect("a feature").0
        });
        waters.waters[0].snapshot =
            Arc::new(Snapshot::load(hydrants.clone(), district.frame(), stored.collect::<Vec<_>>()));
        (district, waters)
    }

    fn place(district: &District, at: Coord) -> LonLat {
        district.frame().on_earth(at).expect("a place")
    }

    /// Streets in squares of 200 m, with gaps.
    fn streets(random: &mut rand_pcg::Pcg64) -> Vec<Vec<Coord>> {
        let node = |x: i32, y: i32| coord! { x: CORNER.x + f64::from(x) * 200.0, y: CORNER.y + f64::from(y) * 200.0 };
        let mut lines = Vec::new();
        for x in 0..10 {
            for y in 0..10 {
                for (dx, dy) in [(1, 0), (0, 1)] {
                    if random.random_range(0..10) < 7 {
                        lines.push(vec![node(x, y), node(x + dx, y + dy)]);
                    }
                }
            }
        }
        lines
    }

    #[test]
    fn the_search_stops_early_and_still_finds_the_nearest_of_all_by_road() {
        let mut random = rand_pcg::Pcg64::seed_from_u64(11);
        let somewhere = |random: &mut rand_pcg::Pcg64| {
            coord! { x: CORNER.x + random.random_range(0.0..2_000.0), y: CORNER.y + random.random_range(0.0..2_000.0) }
        };
        let lines = streets(&mut random);
        let network = Network::build(lines.iter().map(Vec::as_slice));
        let places: Vec<Coord> = (0..400).map(|_| somewhere(&mut random)).collect();
        let (district, waters) = waters(&places);
        let streets = Streets { network: &network, laying: &district.laying, paths: true };
        for _ in 0..15 {
            let at = place(&district, somewhere(&mut random));
            let query = |limit| Query { at, radius: 1_500.0, limit, always_within: 0.0, unlimited: 0 };
            let few = waters.nearest_by_road(&query(8), streets).expect("an answer");
            let all = waters.nearest_by_road(&query(400), streets).expect("an answer");
            let distances = |found: &[Found<'_>]| -> Vec<Option<String>> {
                found.iter().map(|one| one.route.as_ref().map(|route| format!("{:.3}", route.distance))).collect()
            };
            let usable = few.iter().take_while(|one| one.readiness.is_usable()).count();
            assert_eq!(usable, 8);
            assert_eq!(distances(&few[..8]), distances(&all[..8]));
            for one in &all {
                let Some(route) = &one.route else { continue };
                assert!(route.distance >= one.distance, "{} is less than {}", route.distance, one.distance);
                let lines = route.path.windows(2).map(|pair| ShortLines::from(pair[0]).distance_and_bearing(pair[1]).0);
                let drawn: f64 = lines.sum();
                assert!(
                    (drawn - route.distance).abs() < 0.5 + drawn * 0.001,
                    "{drawn} is drawn, {} told",
                    route.distance
                );
            }
        }
    }

    #[test]
    fn what_lies_close_by_is_told_in_its_rank_however_long_the_way_is_and_however_few_are_asked_for() {
        // A dead end that leads round to a hydrant behind the house, and others along the street.
        let along = |places: &[(f64, f64)]| -> Vec<Coord> {
            places.iter().map(|(x, y)| coord! { x: CORNER.x + x, y: CORNER.y + y }).collect()
        };
        let street = along(&[(0.0, 0.0), (300.0, 0.0), (300.0, 60.0), (0.0, 60.0)]);
        let network = Network::build([&street[..]]);
        let (district, waters) = waters(&along(&[(90.0, 0.0), (130.0, 0.0), (0.0, 60.0), (250.0, 60.0)]));
        let streets = Streets { network: &network, laying: &district.laying, paths: false };
        let at = place(&district, coord! { x: CORNER.x, y: CORNER.y });
        let ids = |limit, always_within| -> Vec<u128> {
            let query = Query { at, radius: 2_000.0, limit, always_within, unlimited: 0 };
            let found = waters.nearest_by_road(&query, streets).expect("an answer");
            found.iter().map(|one| one.stored.id.0.as_u128()).collect()
        };
        assert_eq!(ids(2, 0.0), [0, 1]);
        assert_eq!(ids(2, 75.0), [0, 1, 2]);
        assert_eq!(ids(1, 100.0), [0, 2], "the one along the street is in the list already");
        let query = Query { at, radius: 2_000.0, limit: 2, always_within: 75.0, unlimited: 0 };
        let found = waters.nearest_by_road(&query, streets).expect("an answer");
        let way = found[2].route.as_ref().expect("a way").distance;
        assert!((found[2].distance - 60.0).abs() < 0.1 && (way - 660.0).abs() < 1.0, "{} {way}", found[2].distance);
        let nearer = Query { radius: 50.0, ..query };
        assert!(waters.nearest_by_road(&nearer, streets).expect("an answer").is_empty());
    }

    #[test]
    fn where_there_is_no_road_the_straight_line_counts_with_its_detour() {
        let road = [CORNER, coord! { x: CORNER.x + 600.0, y: CORNER.y }];
        let network = Network::build([&road[..]]);
        // On the road; off all roads but nearer than that with its detour; off all roads and farther.
        let places = [(500.0, 2.0), (0.0, 300.0), (0.0, 380.0)];
        let places = places.map(|(x, y)| coord! { x: CORNER.x + x, y: CORNER.y + y });
        let (district, waters) = waters(&places);
        let at = place(&district, coord! { x: CORNER.x, y: CORNER.y + 1.0 });
        let query = Query { at, radius: 2_000.0, limit: 10, always_within: 0.0, unlimited: 0 };
        let streets = Streets { network: &network, laying: &district.laying, paths: false };
        let found = waters.nearest_by_road(&query, streets).expect("an answer");
        let ids: Vec<u128> = found.iter().map(|one| one.stored.id.0.as_u128()).collect();
        assert_eq!(ids, [1, 0, 2]);
        assert!(found[0].route.is_none() && found[2].route.is_none());
        let route = found[1].route.as_ref().expect("a way").distance;
        assert!((502.5..503.5).contains(&route), "{route}");
    }
}
