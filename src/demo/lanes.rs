//! Lanes that branch off a village's main street, and the spots that houses keep clear of.

use geo_types::Coord;

use super::layout::{Build, Spot, Use};
use super::plane::{Line, along, angle_of, direction, distance, left, length, line_distance, smooth};
use super::settlements::Kind;
use super::villages::{Green, Village};

impl Village<'_> {
    /// Lanes and loops until the village has the streets it wants.
    pub(super) fn lanes(&mut self, green: Green) {
        let mut missing = self.place.streets_wanted - self.layout.streets.iter().map(|s| length(&s.line)).sum::<f64>();
        let hosts = self.layout.streets.len();
        for _ in 0..40 {
            if missing < 90.0 || self.place.kind == Kind::Hamlet {
                break;
            }
            let host = if self.dice.chance(0.6) { 0 } else { self.dice.below(hosts) };
            if self.layout.streets[host].build == Build::Bare {
                continue;
            }
            let host_length = length(&self.layout.streets[host].line);
            let at = self.dice.range(0.12, 0.88) * host_length;
            let side = self.dice.sign();
            let in_green = host < 2 && green.is_some_and(|(from, to, _)| at > from - 15.0 && at < to + 15.0);
            let crowded = self.mouths.iter().any(|m| m.0 == host && m.2 == side && (m.1 - at).abs() < 62.0);
            if in_green || crowded {
                continue;
            }
            let (mouth, forward) = along(&self.layout.streets[host].line, at);
            let inward = left(forward) * side;
            let looped = missing > 320.0 && host_length > 260.0 && self.dice.chance(0.4);
            let line =
                if looped { self.loop_line(mouth, forward, inward) } else { self.lane_line(mouth, inward, missing) };
            let fits = line.iter().all(|p| distance(*p, self.place.centre) < self.place.room);
            let beside: Vec<_> = line.iter().skip(2).copied().collect();
            if !fits || !self.layout.clear(&line, 46.0) || beside.iter().any(|p| self.near_spot(*p)) {
                continue;
            }
            missing -= length(&line);
            let name = self.names.any(self.dice, false);
            let holiday = self.place.seaside && self.dice.chance(0.5);
            let build = if looped { Build::Detached } else { Build::Rural };
            let street = self.add(line, name, if holiday { Build::Holiday } else { build }, 80);
            self.layout.streets[street].dead_end = true;
            self.mouths.push((host, at, side));
        }
    }

    fn near_spot(&self, p: Coord<f64>) -> bool {
        self.layout.spots.iter().any(|spot| distance(spot.at, p) < spot.radius + 12.0)
    }

    fn lane_line(&mut self, mouth: Coord<f64>, inward: Coord<f64>, missing: f64) -> Line {
        let far = self.dice.range(90.0, 230.0).min(missing.max(90.0));
        let bend = self.dice.bell() * 0.3;
        let start = angle_of(inward) + self.dice.range(-0.12, 0.12);
        let mut line = vec![mouth];
        let pieces = (far / 14.0).ceil();
        for n in 1..=pieces as usize {
            let last = line[n - 1];
            line.push(last + direction(start + bend * n as f64 / pieces) * (far / pieces));
        }
        line
    }

    /// A new quarter: in, along, and back out to where it can turn.
    fn loop_line(&mut self, mouth: Coord<f64>, forward: Coord<f64>, inward: Coord<f64>) -> Line {
        let (deep, wide) = (self.dice.range(85.0, 150.0), self.dice.range(110.0, 190.0) * self.dice.sign());
        let back = self.dice.range(0.15, 0.45);
        let corners = [
            mouth,
            mouth + inward * (deep * 0.5),
            mouth + inward * deep,
            mouth + inward * deep + forward * (wide * 0.5),
            mouth + inward * deep + forward * wide,
            mouth + inward * (deep * back) + forward * wide,
        ];
        smooth(&corners, 2)
    }

    /// Church, pond and fire station.
    pub(super) fn spots(&mut self, green: Green) {
        let has_church = self.place.main || (self.place.kind != Kind::Hamlet && self.dice.chance(0.25));
        if let Some((_, _, middle)) = green {
            let forward = along(&self.layout.streets[0].line, length(&self.layout.streets[0].line) * 0.42).1;
            let axis = angle_of(forward);
            for step in [-44.0, -22.0, 0.0, 22.0, 44.0] {
                let at = middle + forward * step;
                self.layout.spots.push(Spot { what: Use::Green, at, axis, radius: 13.0, street: 0 });
            }
            if has_church {
                let at = middle + forward * 38.0;
                self.layout.spots.push(Spot { what: Use::Church, at, axis, radius: 14.0, street: 0 });
            }
            if self.dice.chance(0.75) {
                let radius = self.dice.range(8.0, 13.0);
                self.layout.spots.push(Spot { what: Use::Pond, at: middle - forward * 22.0, axis, radius, street: 0 });
            }
        } else if has_church {
            self.beside_street(Use::Church, 30.0, 20.0);
        }
        if self.place.main {
            self.beside_street(Use::FireStation, 19.0, 15.0);
            if self.dice.chance(0.45) {
                self.beside_street(Use::Kindergarten, 26.0, 20.0);
            }
            if self.dice.chance(0.3) {
                self.beside_street(Use::School, 34.0, 30.0);
            }
        }
        let pond = match self.place.kind {
            Kind::Hamlet => 0.45,
            Kind::Estate => 0.8,
            Kind::Green => 0.15,
            _ => 0.5,
        };
        if self.dice.chance(pond) {
            let radius = self.dice.range(9.0, 19.0);
            let away = radius + self.dice.range(9.0, 40.0);
            self.beside_street(Use::Pond, away, radius);
        }
        let works = if self.place.served { self.dice.between(0, 2) } else { self.dice.between(1, 2) };
        for _ in 0..works {
            let away = self.dice.range(7.0, 10.0);
            self.beside_street(Use::Works, away, 3.5);
        }
    }

    /// Keeps a spot beside some street, if one is found that nothing else needs.
    fn beside_street(&mut self, what: Use, away: f64, radius: f64) {
        for _ in 0..25 {
            let street = self.dice.below(self.layout.streets.len());
            let line = &self.layout.streets[street].line;
            let (point, forward) = along(line, length(line) * self.dice.range(0.1, 0.9));
            let at = point + left(forward) * (self.dice.sign() * away);
            let dry = self.layout.streets.iter().all(|s| line_distance(at, &s.line) > away * 0.93);
            if dry && !self.layout.spots.iter().any(|spot| distance(spot.at, at) < spot.radius + radius + 6.0) {
                self.layout.spots.push(Spot { what, at, axis: angle_of(forward), radius, street });
                return;
            }
        }
    }
}
