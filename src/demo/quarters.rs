//! Quarters of a town: parallel streets and cross streets between two radials.

use std::f64::consts::{PI, TAU};

use geo_types::Coord;

use super::layout::Build;
use super::plane::{angle_of, direction, distance, left};
use super::towns::{Belt, Town};

/// How finely a row is walked to see where it leaves its part of the town.
const STEP: f64 = 12.0;

/// A piece of town between two radials, about to be filled with streets.
#[derive(Clone, Copy)]
struct Part {
    sector: usize,
    belt: Belt,
    /// How much of the belt's depth is built on.
    share: f64,
    /// How far the streets swing to either side, in metres.
    sway: f64,
    /// The shortest street worth a name.
    least: f64,
}

impl Town<'_> {
    /// Whether a point lies strictly between two radials and within a belt.
    fn in_sector(&self, part: &Part, p: Coord<f64>) -> bool {
        let r = distance(p, self.place.centre);
        if r < self.market || r > self.radius * 1.25 {
            return false;
        }
        let angle = angle_of(p - self.place.centre);
        let from = self.radial_angle(part.sector, r);
        let to = self.radial_angle((part.sector + 1) % self.radials.len(), r);
        let span = if self.radials.len() == 1 { TAU } else { (to - from).rem_euclid(TAU) };
        if (angle - from).rem_euclid(TAU) >= span {
            return false;
        }
        let (inner, outer) = self.limits(part.belt, angle);
        let outer = if part.belt == Belt::Outer { outer * part.share } else { outer };
        r > inner && r < outer
    }

    fn bisector(&self, sector: usize) -> (f64, f64) {
        let from = self.radials[sector].0;
        let span = (self.radials[(sector + 1) % self.radials.len()].0 - from).rem_euclid(TAU);
        let span = if span < 0.01 { TAU } else { span };
        (from + span / 2.0, span)
    }

    pub(super) fn fill_sector(&mut self, sector: usize) {
        let (middle, span) = self.bisector(sector);
        let (skew, wide) = (self.dice.range(-0.12, 0.12), self.dice.range(52.0, 66.0));
        let old = Part { sector, belt: Belt::OldTown, share: 1.0, sway: 0.0, least: 40.0 };
        self.fill(old, middle + PI / 2.0 + skew, wide, (Build::Core, 100));
        self.fill(old, middle + skew, wide * 1.7, (Build::Core, 100));

        let inner = Part { belt: Belt::Inner, sway: self.dice.range(2.0, 9.0), least: 55.0, ..old };
        let heading = middle + self.dice.range(-0.5, 0.5);
        self.quarter(inner, heading, (Build::Detached, 150));
        if self.radius > 350.0 {
            self.belt_street(sector, span);
        }
        // Growth was uneven: some sides of the town end at the older suburbs.
        if self.dice.chance(0.82) {
            let kind = self.dice.weighted(&[
                (5.5, (Build::Detached, 100)),
                (2.2, (Build::Blocks, 150)),
                (2.3, (Build::Trade, 150)),
            ]);
            let outer = Part {
                belt: Belt::Outer,
                share: self.dice.range(0.82, 1.0),
                sway: self.dice.range(2.0, 14.0),
                ..inner
            };
            let heading = middle + self.dice.range(-0.8, 0.8);
            self.quarter(outer, heading, kind);
        }
    }

    fn quarter(&mut self, part: Part, heading: f64, kind: (Build, i64)) {
        let (rows, columns) = match kind.0 {
            Build::Trade => (self.dice.range(120.0, 150.0), self.dice.range(200.0, 260.0)),
            _ => (self.dice.range(78.0, 98.0), self.dice.range(150.0, 200.0)),
        };
        self.fill(part, heading, rows, kind);
        self.fill(part, heading + PI / 2.0, columns, kind);
    }

    /// The street between the older and the newer suburbs of a sector.
    fn belt_street(&mut self, sector: usize, span: f64) {
        let next = (sector + 1) % self.radials.len();
        let from = self.radial_angle(sector, self.middle(self.radials[sector].0));
        let to = from + span + self.radial_angle(next, self.middle(self.radials[next].0)) - self.radials[next].0 - from
            + self.radials[sector].0;
        let pieces = ((to - from) * self.middle(from) / 18.0).ceil().max(2.0) as usize;
        let angles = (0..=pieces).map(|n| from + (to - from) * n as f64 / pieces as f64);
        let line = angles.map(|angle| self.point(angle, self.middle(angle))).collect();
        let name = self.names.any(self.dice, true);
        self.add(line, name, Build::Detached, 150);
    }

    /// Parallel streets at a distance of `apart` through one part; short runs are left out.
    fn fill(&mut self, part: Part, heading: f64, apart: f64, kind: (Build, i64)) {
        let (forward, across) = (direction(heading), left(direction(heading)));
        let count = (self.radius * 1.3 / apart) as i64;
        let (shift, phase) = (self.dice.unit(), self.dice.range(0.0, TAU));
        for row in -count..=count {
            // Rows end unevenly at the edge of the town.
            let part = Part { share: part.share * self.dice.range(0.9, 1.0), ..part };
            let base = self.place.centre + across * ((row as f64 + shift) * apart);
            let on_row = |t: f64| base + forward * t + across * (part.sway * (t / 130.0 + phase).sin());
            let mut run: Vec<f64> = Vec::new();
            let steps = (self.radius * 1.3 / STEP) as i64;
            for n in -steps..=steps + 1 {
                let t = n as f64 * STEP;
                if n <= steps && self.in_sector(&part, on_row(t)) {
                    run.push(t);
                } else if let (Some(&from), Some(&to)) = (run.first(), run.last()) {
                    let ends = (self.edge(&part, &on_row, from, from - STEP), self.edge(&part, &on_row, to, to + STEP));
                    if ends.1 - ends.0 >= part.least {
                        self.add_run(&on_row, ends, kind);
                    }
                    run.clear();
                }
            }
        }
    }

    /// Where between a parameter inside and one outside the part ends, to the decimetre.
    fn edge(&self, part: &Part, on_row: &impl Fn(f64) -> Coord<f64>, mut inside: f64, mut outside: f64) -> f64 {
        for _ in 0..7 {
            let middle = (inside + outside) / 2.0;
            if self.in_sector(part, on_row(middle)) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        inside
    }

    fn add_run(&mut self, on_row: &impl Fn(f64) -> Coord<f64>, (from, to): (f64, f64), (build, main): (Build, i64)) {
        // Long streets are cut as towns name them: every few hundred metres.
        let parts = ((to - from) / 420.0).ceil().max(1.0);
        for part in 0..parts as usize {
            let start = from + (to - from) * part as f64 / parts;
            let metres = (to - from) / parts;
            let pieces = (metres / 28.0).ceil();
            let line = (0..=pieces as usize).map(|n| on_row(start + metres * n as f64 / pieces)).collect();
            let name = self.names.any(self.dice, true);
            self.add(line, name, build, main);
        }
    }
}
