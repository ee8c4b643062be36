//! Where fire water lies open or stored: lakes, ponds, rivers, the sea, tanks and wells.
//!
//! This file finds the places; `sources` fills in what the register says about them.

use geo_types::Coord;

use super::dice::{Dice, Subject};
use super::grid::SegmentGrid;
use super::land::Land;
use super::layout::{Spot, Street, Use};
use super::municipalities::Cell;
use super::names::{of_place, whole};
use super::plane::{
    Line, Shape, Wobble, angle_of, blob, contains, direction, distance, hermite, left, middle_of, normal, rectangle,
    smooth,
};
use super::roads::{Road, Way};
use super::settlements::{Kind, Settlement};
use super::skeleton::ROADS;

/// What a water is; the names of the code list `water_source_kind`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum WaterKind {
    Lake,
    FirePond,
    NaturalPond,
    River,
    Ditch,
    Sea,
    UndergroundTank,
    AboveGroundTank,
    Well,
    Basin,
}

/// One water source on the ground.
pub(super) struct Water {
    pub(super) kind: WaterKind,
    pub(super) municipality: usize,
    /// The settlement it belongs to, if any.
    pub(super) settlement: Option<usize>,
    /// The street it lies at, by number.
    pub(super) street: Option<usize>,
    /// Its point, or its outline as an open ring.
    pub(super) shape: Line,
    /// Where an engine comes nearest to the water.
    pub(super) access: Coord<f64>,
    /// Whether a way leads there.
    pub(super) reachable: bool,
    pub(super) name: Option<String>,
    /// Running number in the municipality.
    pub(super) number: u32,
}

/// All waters, the outlines that tracks go round, and paths drawn to the shores.
pub(super) struct Survey {
    pub(super) waters: Vec<Water>,
    pub(super) lakes: Vec<Shape>,
    pub(super) paths: Vec<Line>,
}

/// Finds all waters of the district and numbers them.
#[expect(clippy::too_many_arguments, reason = "called once, with the parts of the unfinished skeleton")]
pub(super) fn survey(
    seed: u64,
    settlements: &[Settlement],
    streets: &[Street],
    spots_of: &[Vec<Spot>],
    roads: &[Road],
    lakes: Vec<Line>,
    cells: &[Cell],
    land: &Land<'_>,
    grid: &SegmentGrid,
) -> Survey {
    let mut dice = Dice::new(seed, Subject::Water, 0);
    let mut found =
        Survey { waters: Vec::new(), lakes: lakes.into_iter().map(Shape::new).collect(), paths: Vec::new() };
    found.open_waters(&mut dice, settlements, land, grid);
    let mut first_street = 0;
    for (number, place) in settlements.iter().enumerate() {
        for spot in &spots_of[number] {
            // Roads are drawn after spots are kept; no pond lies under one.
            if !grid.occupied(spot.at, (spot.radius * 0.8).max(2.5), None) {
                found.waters.extend(of_spot(&mut dice, number, place, spot, first_street));
            }
        }
        found.at_sea(number, place, &cells[place.municipality], grid);
        first_street += streets[first_street..].iter().take_while(|street| street.settlement == number).count();
    }
    found.waters.extend(rivers(&mut dice, cells, roads, settlements, land, grid));
    found.waters.sort_by_key(|water| (water.municipality, water.settlement.unwrap_or(usize::MAX)));
    let (mut municipality, mut number) = (usize::MAX, 0);
    for water in &mut found.waters {
        if water.municipality != municipality {
            (municipality, number) = (water.municipality, 0);
        }
        number += 1;
        water.number = number;
    }
    found
}

impl Survey {
    /// Lakes and field ponds; most lakes get a path from the nearest way to the shore.
    fn open_waters(&mut self, dice: &mut Dice, settlements: &[Settlement], land: &Land<'_>, grid: &SegmentGrid) {
        for Shape { ring: lake, .. } in &self.lakes {
            let centre = middle_of(lake);
            let Some(municipality) = land.municipality(centre) else {
                continue;
            };
            let large = distance(lake[0], centre) > 60.0;
            let near = lake
                .iter()
                .filter_map(|p| grid.nearest_point(*p, 700.0).map(|(metres, target)| (metres, *p, target)))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let wanted = if large { 0.9 } else { 0.4 };
            let reachable =
                near.is_some_and(|(metres, _, _)| metres < if large { 700.0 } else { 250.0 }) && dice.chance(wanted);
            let mut access = near.map_or(centre, |(_, shore, _)| shore);
            if let (Some((metres, shore, target)), true) = (near, reachable) {
                let outward = normal(shore - centre);
                access = shore + outward * 4.0;
                if metres > 25.0 {
                    let bend = direction(angle_of(target - shore) + dice.range(-0.5, 0.5)) * (metres * 0.6);
                    self.paths.push(hermite(
                        (target, bend * -1.0),
                        (access, outward * (-metres * 0.5)),
                        8 + (metres / 40.0) as usize,
                    ));
                }
            }
            let nearest =
                (0..settlements.len()).filter(|&i| settlements[i].municipality == municipality).min_by(|&a, &b| {
                    distance(settlements[a].centre, centre).total_cmp(&distance(settlements[b].centre, centre))
                });
            let kind = if large { WaterKind::Lake } else { WaterKind::NaturalPond };
            let name = match (large, nearest) {
                (true, Some(i)) => Some(format!("{} See", of_place(whole(&settlements[i].name)))),
                _ => None,
            };
            self.waters.push(Water {
                kind,
                municipality,
                settlement: nearest,
                street: None,
                shape: lake.clone(),
                access,
                reachable,
                name,
                number: 0,
            });
        }
    }

    /// A place at the shore for every settlement by the sea, and the path to it.
    fn at_sea(&mut self, number: usize, place: &Settlement, cell: &Cell, grid: &SegmentGrid) {
        if !place.seaside || place.kind == Kind::Hamlet {
            return;
        }
        let away = |p: &Coord<f64>| distance(*p, place.centre);
        let shore = cell.coast.iter().flatten().copied().min_by(|a, b| away(a).total_cmp(&away(b)));
        let Some(nearest) = shore else { return };
        let point = nearest + normal(place.centre - nearest) * 9.0;
        let street = grid.nearest_point(point, 1300.0);
        if !contains(&cell.ring, point) {
            return;
        }
        if let Some((metres, target)) = street.filter(|(metres, _)| *metres > 25.0) {
            let (out, back) = (normal(point - target), normal(nearest - place.centre));
            self.paths.push(hermite(
                (target, out * (metres * 0.8)),
                (point, back * (metres * 0.6)),
                4 + (metres / 40.0) as usize,
            ));
        }
        self.waters.push(Water {
            kind: WaterKind::Sea,
            municipality: place.municipality,
            settlement: Some(number),
            street: None,
            shape: vec![point],
            access: point,
            reachable: street.is_some(),
            name: Some("Ostsee".to_owned()),
            number: 0,
        });
    }
}

/// The pond, tank or well on a spot that the layout kept free.
fn of_spot(dice: &mut Dice, number: usize, place: &Settlement, spot: &Spot, first_street: usize) -> Option<Water> {
    let kind = match spot.what {
        Use::Pond if spot.radius > 11.0 && dice.chance(0.6) => WaterKind::FirePond,
        Use::Pond => WaterKind::NaturalPond,
        Use::Works => dice.weighted(&[
            (5.5, WaterKind::UndergroundTank),
            (3.0, WaterKind::Well),
            (1.1, WaterKind::AboveGroundTank),
            (0.4, WaterKind::Basin),
        ]),
        _ => return None,
    };
    let forward = direction(spot.axis);
    let shape = match kind {
        // A fire pond is dug with a digger, a natural one is not.
        WaterKind::FirePond => {
            let box_ = rectangle(spot.at, forward, spot.radius * 1.7, spot.radius * 1.1);
            let closed: Line =
                [(box_[0] + box_[1]) / 2.0, box_[1], box_[2], box_[3], box_[0], (box_[0] + box_[1]) / 2.0].to_vec();
            let mut ring = smooth(&closed, 2);
            ring.pop();
            ring
        }
        WaterKind::NaturalPond => blob(dice, spot.at, spot.axis, spot.radius * 0.85, spot.radius * 0.62, 18),
        _ => vec![spot.at],
    };
    let toward = if spot.radius > 5.0 { forward * (spot.radius * 0.8) } else { forward * 2.0 };
    Some(Water {
        kind,
        municipality: place.municipality,
        settlement: Some(number),
        street: Some(first_street + spot.street),
        shape,
        access: spot.at + toward,
        reachable: true,
        name: None,
        number: 0,
    })
}

/// Bridges over streams: points where an engine can draft beside the road. The streams themselves
/// are courses from inland to the coast that only their crossings make visible.
fn rivers(
    dice: &mut Dice,
    cells: &[Cell],
    roads: &[Road],
    settlements: &[Settlement],
    land: &Land<'_>,
    grid: &SegmentGrid,
) -> Vec<Water> {
    let inland: Vec<&Cell> = cells.iter().filter(|cell| cell.coast.is_empty()).collect();
    let mouths: Vec<Coord<f64>> = cells.iter().flat_map(|cell| &cell.coast).map(|line| line[line.len() / 2]).collect();
    let mut waters: Vec<Water> = Vec::new();
    if inland.is_empty() || mouths.is_empty() {
        return waters;
    }
    for stream in 0..26 {
        let large = stream < 6;
        let from = inland[dice.below(inland.len())].site;
        let to = if large {
            dice.pick(&mouths)
        } else {
            from + direction(dice.range(0.0, 6.3)) * dice.range(4000.0, 9000.0)
        };
        let name = format!(
            "{}{}",
            dice.pick(&["Wrod", "Stemm", "Rad", "Mold", "Ild", "Tarn", "Pöl", "Schlier", "Güst", "Brumm"]),
            if large { dice.pick(&["e", "au"]) } else { dice.pick(&["bach", "graben"]) }
        );
        let wobble = Wobble::new(dice, 6, 0.9);
        let aside = left(to - from) * 0.16;
        let pieces = (distance(from, to) / 50.0).ceil();
        let course: Line = (0..=pieces as i32)
            .map(|n| f64::from(n) / pieces)
            .map(|t| from + (to - from) * t + aside * wobble.value(t))
            .collect();
        for step in course.windows(2) {
            let Some((bridge, owner)) = grid.crossed(step[0], step[1]) else { continue };
            let on_road = owner.checked_sub(ROADS).and_then(|road| roads.get(road as usize));
            let point = bridge + normal(step[1] - step[0]) * 8.0;
            let crowded = waters.iter().any(|other| distance(other.access, point) < 600.0)
                || settlements.iter().any(|place| distance(place.centre, point) < 250.0);
            let Some(municipality) = land.municipality(point).filter(|_| !crowded) else { continue };
            if on_road.is_some_and(|road| matches!(road.way, Way::Road(_))) {
                waters.push(Water {
                    kind: if large { WaterKind::River } else { WaterKind::Ditch },
                    municipality,
                    settlement: None,
                    street: None,
                    shape: vec![point],
                    access: point,
                    reachable: true,
                    name: Some(name.clone()),
                    number: 0,
                });
            }
        }
    }
    waters
}

impl WaterKind {
    /// The code in `water_source_kind`.
    pub(super) fn code(self) -> &'static str {
        match self {
            WaterKind::Lake => "lake",
            WaterKind::FirePond => "pond_din14210",
            WaterKind::NaturalPond => "natural_pond",
            WaterKind::River => "river",
            WaterKind::Ditch => "ditch",
            WaterKind::Sea => "sea",
            WaterKind::UndergroundTank => "underground_tank",
            WaterKind::AboveGroundTank => "above_ground_tank",
            WaterKind::Well => "well",
            WaterKind::Basin => "basin",
        }
    }

    /// Open water that never runs out.
    pub(super) fn inexhaustible(self) -> bool {
        matches!(self, WaterKind::Lake | WaterKind::River | WaterKind::Sea)
    }
}
