//! The skeleton: everything that has to be known before the first object can be told.
//!
//! It holds land, settlements, streets, roads and waters, some tens of megabytes at most, and is
//! only read once it stands. Buildings, addresses, hydrants and signs are drawn from it in passing.

use std::ops::Range;

use chrono::NaiveDate;
use geo_types::Coord;

use super::DemoPlan;
use super::communities::{Municipality, municipalities};
use super::dice::{Dice, Subject};
use super::grid::SegmentGrid;
use super::land::Land;
use super::layout::{Build, Layout, Spot, Street};
use super::municipalities::{Cell, tile};
use super::network::{Link, connect};
use super::offices::spread;
use super::plane::{Line, angle_of, distance, length};
use super::roads::{Road, Way};
use super::settlements::{Kind, Placing, Settlement};
use super::waters::{Water, survey};
use super::{lakes, motorway, roads, towns, tracks, villages};

/// Streets are owners of their number in the grid, roads and tracks of this plus theirs.
pub(super) const ROADS: u32 = 1 << 24;
/// A map of single houses is worth telling for a district, not for a country.
const MOST_BUILDINGS: f64 = 29_000.0;

/// The district before the details.
pub(super) struct Skeleton {
    pub(super) seed: u64,
    pub(super) today: NaiveDate,
    pub(super) municipalities: Vec<Municipality>,
    pub(super) settlements: Vec<Settlement>,
    pub(super) streets: Vec<Street>,
    /// The streets of every settlement.
    pub(super) streets_of: Vec<Range<usize>>,
    pub(super) spots_of: Vec<Vec<Spot>>,
    pub(super) roads: Vec<Road>,
    pub(super) waters: Vec<Water>,
    pub(super) grid: SegmentGrid,
    /// Share of the plots that get a house.
    pub(super) built_share: f64,
}

impl Skeleton {
    /// Plans a whole district.
    pub(super) fn new(plan: &DemoPlan) -> Self {
        let seed = plan.seed;
        let growth = (plan.hydrants as f64 / 4000.0).max(1.0);
        let tiling = tile(seed, plan.bounds);
        let land = Land::new(&tiling.cells);
        let mut dice = Dice::new(seed, Subject::Lake, 0);
        let planned_lakes = lakes::large(&mut dice, plan.bounds, &land);
        let town_cells = town_cells(&tiling.cells);
        let placing = Placing { seed, tiling: &tiling, towns: &town_cells, growth, lakes: &planned_lakes };
        let settlements = placing.settle();

        let links = connect(&settlements, &tiling.outside, &land, &planned_lakes);
        let mut layouts = lay_out(seed, &settlements, &tiling.outside, &links);
        let mut roads = roads::draw(seed, &links, &mut layouts, &tiling.outside, &land);
        let highway = motorway::draw(plan.bounds, &settlements, &planned_lakes, &roads, &land);
        roads.extend(highway);

        let (mut streets, streets_of, spots_of) = flatten(layouts);
        let mut grid = SegmentGrid::default();
        for (number, street) in streets.iter().enumerate() {
            grid.add(&street.line, number as u32);
        }
        for (number, road) in roads.iter().enumerate() {
            grid.add(&road.line, ROADS + number as u32);
        }
        let large = lakes::settle(planned_lakes, &grid);
        let small = lakes::small(&mut dice, plan.bounds, &land, &grid, &large);
        let all_lakes: Vec<Line> = large.into_iter().chain(small).collect();
        let mut waters =
            survey(seed, &settlements, &streets, &spots_of, &roads, all_lakes, &tiling.cells, &land, &grid);
        for (number, path) in waters.paths.iter().enumerate() {
            grid.add(path, ROADS + (roads.len() + number) as u32);
        }
        roads.extend(waters.paths.drain(..).map(|line| Road { line, way: Way::Track, reference: None }));
        let built_up: Vec<(Coord<f64>, f64)> =
            settlements.iter().map(|s| (s.centre, if s.urban() { s.town_radius() } else { 90.0 })).collect();
        let starts: Vec<Line> =
            roads.iter().filter(|road| matches!(road.way, Way::Road(_))).map(|road| road.line.clone()).collect();
        let fields = tracks::Fields { seed, land: &land, lakes: &waters.lakes, towns: &built_up };
        let first = ROADS + roads.len() as u32;
        roads.extend(fields.draw(&starts, &mut grid, first));

        let municipalities = municipalities(plan, tiling.cells, &town_cells, &settlements, &streets, &streets_of);
        allot_hydrants(plan.hydrants, &mut streets, &settlements);
        let built_share = (MOST_BUILDINGS / expected_buildings(&streets)).min(1.0);
        Skeleton {
            seed,
            today: plan.today,
            municipalities,
            settlements,
            streets,
            streets_of,
            spots_of,
            roads,
            waters: waters.waters,
            grid,
            built_share,
        }
    }

    pub(super) fn municipality_of(&self, street: &Street) -> &Municipality {
        &self.municipalities[self.settlements[street.settlement].municipality]
    }
}

/// The five municipalities that are towns: a port in the middle of the coast first.
fn town_cells(cells: &[Cell]) -> Vec<usize> {
    let middle = cells.iter().fold(Coord { x: 0.0, y: 0.0 }, |sum, cell| sum + cell.site) / cells.len() as f64;
    let port = (0..cells.len())
        .filter(|&i| !cells[i].coast.is_empty())
        .min_by(|&a, &b| distance(cells[a].site, middle).total_cmp(&distance(cells[b].site, middle)))
        .unwrap_or(0);
    // Towns need room, and neighbours on all sides make them centres.
    let suited = |i: usize| cells[i].area_km2() > 17.0 && cells[i].neighbours.len() >= 5;
    spread(cells, port, 5, suited)
}

fn lay_out(seed: u64, settlements: &[Settlement], outside: &[Coord<f64>], links: &[Link]) -> Vec<Layout> {
    let centre = |i: usize| settlements.get(i).map_or_else(|| outside[i - settlements.len()], |s| s.centre);
    let mut arrivals: Vec<Vec<(f64, f64, usize)>> = vec![Vec::new(); settlements.len()];
    for link in links {
        for (here, there) in [(link.from, link.to), (link.to, link.from)] {
            if let Some(list) = arrivals.get_mut(here) {
                let weight = [5.0, 3.0, 2.0, 1.0][link.class as usize];
                list.push((angle_of(centre(there) - centre(here)), weight, there));
            }
        }
    }
    settlements
        .iter()
        .enumerate()
        .map(|(number, place)| {
            let mut dice = Dice::new(seed, Subject::Layout, number as u64);
            let heavy_first = &mut arrivals[number];
            heavy_first.sort_by(|a, b| b.1.total_cmp(&a.1));
            let directions: Vec<_> = heavy_first.iter().map(|a| (a.0, a.1)).collect();
            if place.urban() {
                let toward: Vec<&str> =
                    heavy_first.iter().map(|a| settlements.get(a.2).map_or("Land", |s| s.name.as_str())).collect();
                towns::lay_out(&mut dice, place, number, &directions, &toward)
            } else {
                villages::lay_out(&mut dice, place, number, &directions)
            }
        })
        .collect()
}

/// One list of streets, and where in it each settlement's streets stand.
fn flatten(layouts: Vec<Layout>) -> (Vec<Street>, Vec<Range<usize>>, Vec<Vec<Spot>>) {
    let (mut streets, mut ranges, mut spots) = (Vec::new(), Vec::new(), Vec::new());
    for layout in layouts {
        let first = streets.len();
        streets.extend(layout.streets);
        ranges.push(first..streets.len());
        spots.push(layout.spots);
    }
    (streets, ranges, spots)
}

/// Shares the hydrants out over the served streets by length, exactly as many as planned.
fn allot_hydrants(total: usize, streets: &mut [Street], settlements: &[Settlement]) {
    let weight = |street: &Street| {
        let place = &settlements[street.settlement];
        // Mains in towns carry one every 90 m, in villages every 130 m.
        let apart = match (place.urban(), place.kind) {
            (true, _) => 90.0,
            (false, Kind::Hamlet) => 190.0,
            (false, _) => 125.0,
        };
        if place.served && street.build != Build::Bare { length(&street.line) / apart } else { 0.0 }
    };
    let sum: f64 = streets.iter().map(weight).sum();
    let (mut so_far, mut given) = (0.0, 0u32);
    let (mut municipality, mut in_municipality) = (0, 0);
    for street in streets.iter_mut() {
        let here = settlements[street.settlement].municipality;
        if here != municipality {
            (municipality, in_municipality) = (here, 0);
        }
        so_far += weight(street);
        let upto = if sum > 0.0 { (so_far / sum * total as f64).round() as u32 } else { 0 };
        street.hydrants = upto - given;
        street.first_hydrant = in_municipality + 1;
        in_municipality += street.hydrants;
        given = upto;
    }
}

/// About how many buildings the streets would carry if every plot were used.
fn expected_buildings(streets: &[Street]) -> f64 {
    let per_metre = |build: Build| match build {
        Build::Core => 0.1,
        Build::Detached => 0.095,
        Build::Blocks => 0.03,
        Build::Trade => 0.03,
        Build::Rural => 0.075,
        Build::Holiday => 0.12,
        Build::Bare => 0.0,
    };
    streets.iter().map(|street| length(&street.line) * per_metre(street.build)).sum::<f64>().max(1.0)
}
