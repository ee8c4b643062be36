//! Buildings along the streets of a settlement, and their house numbers.
//!
//! A building stands where its plot is free: not on a street, not on another building, not on a
//! spot kept for a pond or church. Left of a street the numbers are odd, right of it even.

use std::collections::HashMap;

use geo_types::Coord;

use super::dice::{Dice, Subject};
use super::landmarks::landmark;
use super::layout::{Build, Street};
use super::plane::{Line, along, distance, left, length, overlap, rectangle};
use super::plots::{House, next_house, with_wing};
use super::skeleton::Skeleton;

/// One footprint.
pub(super) struct Building {
    /// Open ring, anticlockwise.
    pub(super) ring: Line,
    pub(super) function: &'static str,
    pub(super) storeys: i64,
    pub(super) name: Option<String>,
    pub(super) street: usize,
    /// House number and its addition, for buildings that have an address.
    pub(super) number: Option<(u32, Option<char>)>,
}

/// A settlement being built up.
pub(super) struct Site<'a> {
    skeleton: &'a Skeleton,
    settlement: usize,
    taken: HashMap<(i32, i32), Vec<[Coord<f64>; 4]>>,
    pub(super) built: Vec<Building>,
}

/// All buildings of a settlement; the same every time.
pub(super) fn of_settlement(skeleton: &Skeleton, settlement: usize) -> Vec<Building> {
    let mut dice = Dice::new(skeleton.seed, Subject::Building, settlement as u64);
    let mut site = Site { skeleton, settlement, taken: HashMap::new(), built: Vec::new() };
    for spot in &skeleton.spots_of[settlement] {
        let first = skeleton.streets_of[settlement].start;
        for building in landmark(&mut dice, spot, first + spot.street, &skeleton.settlements[settlement].name) {
            // Roads are drawn after spots are kept; where one runs through, nothing was built.
            if building.ring.iter().any(|corner| skeleton.grid.occupied(*corner, 3.0, None)) {
                continue;
            }
            site.keep(&bounding(&building.ring));
            site.built.push(building);
        }
    }
    for number in skeleton.streets_of[settlement].clone() {
        let street = &skeleton.streets[number];
        if street.build != Build::Bare {
            site.row(&mut dice, number, street, 1.0);
            site.row(&mut dice, number, street, -1.0);
        }
    }
    site.built
}

/// Corners of the box along the first edge; landmarks only need to be kept clear roughly.
fn bounding(ring: &[Coord<f64>]) -> [Coord<f64>; 4] {
    let forward = super::plane::normal(ring[1] - ring[0]);
    let across = left(forward);
    let (mut low, mut high) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    for p in ring {
        let (f, a) = (super::plane::dot(*p - ring[0], forward), super::plane::dot(*p - ring[0], across));
        low = (low.0.min(f), low.1.min(a));
        high = (high.0.max(f), high.1.max(a));
    }
    let corner = |f: f64, a: f64| ring[0] + forward * f + across * a;
    [corner(low.0, low.1), corner(high.0, low.1), corner(high.0, high.1), corner(low.0, high.1)]
}

impl Site<'_> {
    /// One side of a street; `side` is 1 left and −1 right of its direction.
    fn row(&mut self, dice: &mut Dice, number: usize, street: &Street, side: f64) {
        let metres = length(&street.line);
        let base_setback = dice.range(2.5, 7.5);
        let mut house_number = if side > 0.0 { 1 } else { 2 };
        let mut done = dice.range(4.0, 14.0);
        loop {
            let house = next_house(dice, street, base_setback);
            if done + house.plot > metres - 3.0 {
                return;
            }
            let (point, forward) = along(&street.line, done + house.plot / 2.0);
            done += house.plot;
            let empty = dice.chance(house.gaps) || !dice.chance(self.skeleton.built_share);
            let centre = point + left(forward) * (side * (house.setback + house.depth / 2.0));
            if !empty && self.place(dice, number, &house, centre, forward, side, house_number) {
                self.behind(dice, number, street, &house, centre, forward, side);
            }
            // Empty plots keep their number for the house to come.
            if !empty || dice.chance(0.6) {
                house_number += 2;
            }
        }
    }

    /// Puts the house up if its ground is free.
    #[expect(clippy::too_many_arguments, reason = "a house, its place and its number")]
    fn place(
        &mut self,
        dice: &mut Dice,
        street: usize,
        house: &House,
        centre: Coord<f64>,
        forward: Coord<f64>,
        side: f64,
        number: u32,
    ) -> bool {
        let corners = rectangle(centre, forward, house.width, house.depth);
        if !self.free(&corners, house.width.max(house.depth)) {
            return false;
        }
        self.keep(&corners);
        let ring = if house.width > 9.0 && house.depth > 7.0 && dice.chance(0.28) {
            with_wing(dice, centre, forward, house, side)
        } else {
            corners.to_vec()
        };
        let addition = dice.chance(0.04).then(|| dice.pick(&['a', 'b']));
        self.built.push(Building {
            ring,
            function: house.function,
            storeys: house.storeys,
            name: None,
            street,
            number: Some((number, addition)),
        });
        true
    }

    /// Garages, sheds and barns that belong to the house just built.
    #[expect(clippy::too_many_arguments, reason = "a house and its place")]
    fn behind(
        &mut self,
        dice: &mut Dice,
        street: usize,
        road: &Street,
        house: &House,
        centre: Coord<f64>,
        forward: Coord<f64>,
        side: f64,
    ) {
        let away = left(forward) * side;
        let mut extra =
            |dice: &mut Dice, chance: f64, offset: Coord<f64>, (width, depth): (f64, f64), function: &'static str| {
                if !dice.chance(chance) {
                    return;
                }
                let corners = rectangle(centre + offset, forward, width, depth);
                if self.free(&corners, width.max(depth)) {
                    self.keep(&corners);
                    self.built.push(Building {
                        ring: corners.to_vec(),
                        function,
                        storeys: 1,
                        name: None,
                        street,
                        number: None,
                    });
                }
            };
        let beside = forward * (dice.sign() * (house.width / 2.0 + 3.6));
        match (road.build, house.function) {
            (Build::Detached, _) => extra(dice, 0.26, beside, (3.4, 6.4), "garage"),
            (Build::Rural, "farmhouse") => {
                let (wide, deep) = (dice.range(13.0, 24.0), dice.range(9.0, 13.0));
                let back = away * (house.depth / 2.0 + dice.range(14.0, 22.0) + deep / 2.0);
                extra(dice, 0.8, back, (wide, deep), "barn");
                let aside = away * (house.depth / 2.0 + 11.0) + forward * (dice.sign() * (house.width / 2.0 + 1.0));
                extra(dice, 0.5, aside, (7.0, 14.0), "stable");
            }
            (Build::Rural, _) => {
                let (wide, deep) = (dice.range(4.0, 9.0), dice.range(3.5, 6.0));
                let back = away * (house.depth / 2.0 + dice.range(6.0, 14.0));
                extra(dice, 0.3, back, (wide, deep), "outbuilding");
            }
            (Build::Core, _) => {
                extra(dice, 0.18, away * (house.depth / 2.0 + 4.5), (house.width * 0.5, 7.0), "outbuilding");
            }
            _ => {}
        }
    }

    /// Whether nothing else claims the ground.
    fn free(&self, corners: &[Coord<f64>; 4], size: f64) -> bool {
        let middle = (corners[0] + corners[2]) / 2.0;
        let rim = (0..4).flat_map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            [a, a * 0.67 + b * 0.33, a * 0.33 + b * 0.67]
        });
        let on_street = || rim.clone().chain([middle]).any(|p| self.skeleton.grid.occupied(p, 3.9, None));
        let on_spot = || {
            self.skeleton.spots_of[self.settlement]
                .iter()
                .any(|spot| distance(spot.at, middle) < spot.radius + size * 0.6 + 1.0)
        };
        let on_building = || {
            let (x, y) = cell(middle);
            (x - 1..=x + 1)
                .flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)))
                .filter_map(|key| self.taken.get(&key))
                .flatten()
                .any(|other| overlap(other, corners))
        };
        let ring = &self.skeleton.municipalities[self.skeleton.settlements[self.settlement].municipality].cell.ring;
        !on_spot() && !on_building() && !on_street() && corners.iter().all(|p| super::plane::contains(ring, *p))
    }

    fn keep(&mut self, corners: &[Coord<f64>; 4]) {
        let middle = (corners[0] + corners[2]) / 2.0;
        self.taken.entry(cell(middle)).or_default().push(*corners);
    }
}

/// Cells as wide as the largest hall, so that looking one cell round finds every neighbour.
fn cell(p: Coord<f64>) -> (i32, i32) {
    ((p.x / 70.0).floor() as i32, (p.y / 70.0).floor() as i32)
}
