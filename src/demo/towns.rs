//! Streets of towns: a market, radial streets to the gates, a ring round the old town, quarters.
//!
//! Everything is measured in polar coordinates round the market. The sector between two radial
//! streets is filled with parallel streets and cross streets that end exactly at the radials.

use std::f64::consts::TAU;

use geo_types::Coord;

use super::dice::Dice;
use super::layout::{Build, Layout, Spot, Street, Use};
use super::names::{StreetNames, of_place};
use super::plane::{Line, along, angle_of, direction, distance, left, length};
use super::settlements::Settlement;
use super::villages::Arrival;

/// The rings of growth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Belt {
    OldTown,
    Inner,
    Outer,
}

/// A town while it is drawn.
pub(super) struct Town<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) place: &'a Settlement,
    number: usize,
    pub(super) names: StreetNames,
    pub(super) layout: Layout,
    pub(super) radius: f64,
    pub(super) market: f64,
    ring: f64,
    /// Radial streets by their angle at the market, ascending, each with its bend.
    pub(super) radials: Vec<(f64, f64)>,
    lobes: [f64; 2],
}

/// Lays out a town. `toward` names the place each arrival comes from.
pub(super) fn lay_out(
    dice: &mut Dice,
    place: &Settlement,
    number: usize,
    arrivals: &[Arrival],
    toward: &[&str],
) -> Layout {
    let radius = place.town_radius();
    let lobes = [dice.range(0.0, TAU), dice.range(0.0, TAU)];
    let radials = radial_angles(dice, arrivals).into_iter().map(|angle| (angle, dice.bell() * 0.12)).collect();
    let mut town = Town {
        dice,
        place,
        number,
        names: StreetNames::default(),
        layout: Layout::default(),
        radius,
        market: 26.0 + radius * 0.018,
        ring: (radius * 0.3).clamp(95.0, 330.0),
        radials,
        lobes,
    };
    town.centre();
    town.radial_streets(arrivals, toward);
    for sector in 0..town.radials.len() {
        town.fill_sector(sector);
    }
    town.spots();
    town.layout
}

/// The directions of arriving roads, those close together merged, wide gaps filled.
fn radial_angles(dice: &mut Dice, arrivals: &[Arrival]) -> Vec<f64> {
    let mut angles: Vec<f64> = Vec::new();
    for (angle, _) in arrivals {
        let angle = angle.rem_euclid(TAU);
        if angles.iter().all(|known| super::plane::turn(*known, angle) > 0.6) {
            angles.push(angle);
        }
    }
    if angles.is_empty() {
        angles.push(dice.range(0.0, TAU));
    }
    loop {
        angles.sort_by(f64::total_cmp);
        let gap = |i: usize| {
            let next = if i + 1 < angles.len() { angles[i + 1] } else { angles[0] + TAU };
            next - angles[i]
        };
        let Some(widest) = (0..angles.len()).max_by(|&a, &b| gap(a).total_cmp(&gap(b))) else {
            return angles;
        };
        if gap(widest) < 1.9 {
            return angles;
        }
        let between = angles[widest] + gap(widest) * dice.range(0.42, 0.58);
        angles.push(between.rem_euclid(TAU));
    }
}

impl Town<'_> {
    pub(super) fn add(&mut self, line: Line, name: String, build: Build, main: i64) -> usize {
        let mut street = Street::new(line, name, self.number, build);
        street.main = main;
        self.layout.streets.push(street);
        self.layout.streets.len() - 1
    }

    /// How far the town reaches in a direction: it grew unevenly.
    fn extent(&self, angle: f64) -> f64 {
        let [a, b] = self.lobes;
        (self.radius * (0.97 + 0.13 * (2.0 * angle + a).sin() + 0.10 * (3.0 * angle + b).sin())).min(self.place.room)
    }

    pub(super) fn radial_angle(&self, radial: usize, r: f64) -> f64 {
        let (angle, bend) = self.radials[radial];
        angle + bend * (r / self.radius).powi(2)
    }

    pub(super) fn point(&self, angle: f64, r: f64) -> Coord<f64> {
        self.place.centre + direction(angle) * r
    }

    /// The town wall that was: nearly a circle.
    fn wall(&self, angle: f64) -> f64 {
        let [a, b] = self.lobes;
        self.ring * (1.0 + 0.08 * (2.0 * angle + b).sin() + 0.035 * (5.0 * angle + a).sin())
    }

    /// Where the older suburbs end and the newer ones begin.
    pub(super) fn middle(&self, angle: f64) -> f64 {
        (self.wall(angle) + self.extent(angle)) * 0.52
    }

    pub(super) fn limits(&self, belt: Belt, angle: f64) -> (f64, f64) {
        match belt {
            Belt::OldTown => (self.market, self.wall(angle)),
            Belt::Inner => (self.wall(angle), self.middle(angle)),
            Belt::Outer => (self.middle(angle), self.extent(angle)),
        }
    }

    /// The market and the ring street.
    fn centre(&mut self) {
        let circle = |radius: &dyn Fn(f64) -> f64| -> Line {
            let pieces = (TAU * radius(0.0) / 12.0).ceil() as usize;
            let angles = (0..=pieces).map(|n| TAU * n as f64 / pieces as f64);
            angles.map(|angle| self.point(angle, radius(angle))).collect()
        };
        let market = circle(&|_| self.market);
        let wall = circle(&|angle| self.wall(angle));
        let name = self.names.wanted(self.dice, "Markt", true);
        self.add(market, name, Build::Core, 150);
        let name = self.names.wanted(self.dice, if self.radius > 700.0 { "Wallstraße" } else { "Am Wall" }, true);
        self.add(wall, name, Build::Core, 200);
    }

    /// A radial between two distances from the market.
    fn radial_line(&self, radial: usize, from: f64, to: f64) -> Line {
        let pieces = ((to - from) / 15.0).ceil().max(1.0) as usize;
        let radii = (0..=pieces).map(|n| from + (to - from) * n as f64 / pieces as f64);
        radii.map(|r| self.point(self.radial_angle(radial, r), r)).collect()
    }

    fn radial_streets(&mut self, arrivals: &[Arrival], toward: &[&str]) {
        for radial in 0..self.radials.len() {
            let angle = self.radials[radial].0;
            let wall = self.wall(self.radial_angle(radial, self.ring));
            let name = self.names.any(self.dice, true);
            let line = self.radial_line(radial, self.market, wall);
            self.add(line, name, Build::Core, 150);
            let from = arrivals.iter().position(|arrival| super::plane::turn(arrival.0, angle) < 0.4);
            let wanted = match from.and_then(|i| toward.get(i)) {
                Some(place) => {
                    format!("{} {}", of_place(place), self.dice.pick(&["Straße", "Straße", "Chaussee", "Landstraße"]))
                }
                None => "Bahnhofstraße".to_owned(),
            };
            let name = self.names.wanted(self.dice, &wanted, true);
            let line = self.radial_line(radial, wall, self.extent(angle) * 0.98);
            let end = line.len() - 1;
            let (point, outward) = (line[end], angle_of(line[end] - line[end - 1]));
            let street = self.add(line, name, Build::Detached, 200);
            self.layout.gate(Some(street), point, outward);
        }
    }

    fn spots(&mut self) {
        let church = self.point(self.radials[0].0 + 0.5, 0.0);
        self.layout.spots.push(Spot { what: Use::Church, at: church, axis: 0.0, radius: 14.0, street: 0 });
        let large = self.radius > 700.0;
        let wanted = [
            (Use::TownHall, 1, 17.0, 12.0, 0.0, 0.2),
            (Use::School, if large { 5 } else { 1 }, 40.0, 34.0, 0.35, 0.9),
            (Use::Kindergarten, if large { 6 } else { 2 }, 28.0, 21.0, 0.35, 0.95),
            (Use::FireStation, if large { 3 } else { 1 }, 26.0, 20.0, 0.35, 0.85),
            (Use::Hospital, i64::from(large), 56.0, 48.0, 0.5, 0.95),
            (Use::Pond, if large { 4 } else { 2 }, 34.0, 20.0, 0.4, 1.0),
            (Use::Works, if large { 12 } else { 4 }, 9.0, 3.5, 0.4, 1.0),
        ];
        for (what, count, away, radius, near, far) in wanted {
            for _ in 0..count {
                self.beside_street(what, away, radius, near, far);
            }
        }
    }

    fn beside_street(&mut self, what: Use, away: f64, radius: f64, near: f64, far: f64) {
        for _ in 0..60 {
            let street = self.dice.below(self.layout.streets.len());
            let line = &self.layout.streets[street].line;
            let (point, forward) = along(line, length(line) * self.dice.range(0.15, 0.85));
            let share = distance(point, self.place.centre) / self.radius;
            let at = point + left(forward) * (self.dice.sign() * away);
            let free = |s: &Street| super::plane::line_distance(at, &s.line) > (away * 0.93).min(radius + 5.0);
            let taken = self.layout.spots.iter().any(|spot| distance(spot.at, at) < spot.radius + radius + 6.0);
            if (near..far).contains(&share) && !taken && self.layout.streets.iter().all(free) {
                self.layout.spots.push(Spot { what, at, axis: angle_of(forward), radius, street });
                return;
            }
        }
    }
}
