//! Streets of villages, estates and hamlets.
//!
//! The main street follows the road that passes through; lanes and a few newer loops branch off.

use std::f64::consts::PI;

use geo_types::Coord;

use super::dice::Dice;
use super::layout::{Build, Layout, Spot, Street, Use};
use super::names::StreetNames;
use super::plane::{Line, Wobble, along, angle_of, direction, distance, left, length, turn};
use super::settlements::{Kind, Settlement};

/// A road that will arrive: its direction seen from the centre and how much it counts.
pub(super) type Arrival = (f64, f64);

/// Builds one village while drawing.
pub(super) struct Village<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) place: &'a Settlement,
    number: usize,
    pub(super) names: StreetNames,
    pub(super) layout: Layout,
    /// Mouths of lanes: host street, metres along it, side.
    pub(super) mouths: Vec<(usize, f64, f64)>,
}

/// Lays out any settlement that is not a town.
pub(super) fn lay_out(dice: &mut Dice, place: &Settlement, number: usize, arrivals: &[Arrival]) -> Layout {
    let mut village =
        Village { dice, place, number, names: StreetNames::default(), layout: Layout::default(), mouths: Vec::new() };
    let axis = through_axis(arrivals).unwrap_or_else(|| village.dice.range(0.0, PI));
    let green = village.main_street(axis);
    match place.kind {
        Kind::Crossroads => village.cross_street(axis),
        Kind::Estate => village.avenue(axis, arrivals),
        _ => {}
    }
    village.side_gates(axis, arrivals, green);
    village.lanes(green);
    village.spots(green);
    village.layout
}

/// The direction most arriving roads agree on, as of an axis.
fn through_axis(arrivals: &[Arrival]) -> Option<f64> {
    // Doubling the angle makes opposite directions one (mean of axial data).
    let (x, y) = arrivals.iter().fold((0.0, 0.0), |(x, y), (angle, weight)| {
        (x + weight * (2.0 * angle).cos(), y + weight * (2.0 * angle).sin())
    });
    (x.hypot(y) > 1e-6).then(|| y.atan2(x) / 2.0)
}

/// Where on the main street the green lies, as metres along it, and the point in its middle.
pub(super) type Green = Option<(f64, f64, Coord<f64>)>;

impl Village<'_> {
    pub(super) fn add(&mut self, line: Line, name: String, build: Build, main: i64) -> usize {
        let mut street = Street::new(line, name, self.number, build);
        street.main = main;
        self.layout.streets.push(street);
        self.layout.streets.len() - 1
    }

    fn main_street(&mut self, axis: f64) -> Green {
        let share = match self.place.kind {
            Kind::Hamlet => 1.0,
            Kind::Street => self.dice.range(0.65, 0.9),
            Kind::Green | Kind::Estate => self.dice.range(0.5, 0.65),
            Kind::Crossroads | Kind::Town => self.dice.range(0.4, 0.5),
        };
        let metres = (self.place.streets_wanted * share).clamp(90.0, self.place.room * 1.8);
        let (forward, across) = (direction(axis), left(direction(axis)));
        let bend = self.dice.bell() * 0.05 * metres;
        let wobble = Wobble::new(self.dice, 3, 0.5);
        let opening = (self.place.kind == Kind::Green).then(|| {
            (
                self.dice.range(0.36, 0.46) * metres,
                self.dice.range(130.0, 230.0).min(metres * 0.5),
                self.dice.range(24.0, 38.0),
            )
        });
        let pieces = (metres / 11.0).ceil() as usize;
        let branch = |side: f64| -> Line {
            (0..=pieces)
                .map(|n| {
                    let u = n as f64 / pieces as f64;
                    let lens = opening.map_or(0.0, |(middle, long, wide)| {
                        let v = ((u * metres - middle) / long + 0.5).clamp(0.0, 1.0);
                        (PI * v).sin().powf(0.7) * wide
                    });
                    let aside = bend * (4.0 * u * (1.0 - u) - 0.66) + wobble.value(u) * metres * 0.022 + side * lens;
                    self.place.centre + forward * ((u - 0.5) * metres) + across * aside
                })
                .collect()
        };
        let (one, other) = (branch(1.0), branch(-1.0));
        let name = match self.place.kind {
            Kind::Estate => self.dice.pick(&["Gutsstraße", "Dorfstraße", "Am Gut"]),
            Kind::Hamlet => self.dice.pick(&["Ausbau", "Dorfstraße", "Zum Ausbau", "Am Bruch", "Waldweg"]),
            _ => self.dice.weighted(&[
                (6.0, "Dorfstraße"),
                (1.5, "Hauptstraße"),
                (1.0, "Lange Straße"),
                (0.7, "Lindenstraße"),
            ]),
        };
        let name = self.names.wanted(self.dice, name, false);
        let size = if self.place.main { self.dice.pick(&[100, 125, 150]) } else { self.dice.pick(&[80, 100, 100]) };
        let main = self.add(one.clone(), name, Build::Rural, size);
        let ends = [(one[0], one[0] - one[1]), (one[pieces], one[pieces] - one[pieces - 1])];
        for (point, outward) in ends {
            self.layout.gate(Some(main), point, angle_of(outward));
        }
        opening.map(|(middle, long, _)| {
            let part: Line = (0..=pieces)
                .filter(|&n| (n as f64 / pieces as f64 * metres - middle).abs() <= long / 2.0 + 12.0)
                .map(|n| other[n])
                .collect();
            let name = self.names.wanted(self.dice, "Am Anger", false);
            self.add(part, name, Build::Rural, 80);
            let at = (middle / metres * pieces as f64) as usize;
            (middle - long / 2.0, middle + long / 2.0, (one[at] + other[at]) / 2.0)
        })
    }

    fn cross_street(&mut self, axis: f64) {
        let main = self.layout.streets[0].line.clone();
        let metres = length(&main);
        let (crossing, _) = along(&main, metres * self.dice.range(0.4, 0.6));
        let axis = axis + PI / 2.0 + self.dice.range(-0.3, 0.3);
        let half = (self.place.streets_wanted * self.dice.range(0.13, 0.2)).min(self.place.room * 0.8);
        for side in [1.0, -1.0] {
            let far = half * self.dice.range(0.7, 1.3);
            let bend = self.dice.bell() * 0.08;
            let pieces = (far / 12.0).ceil() as usize;
            let line: Line = (0..=pieces)
                .map(|n| {
                    let r = far * n as f64 / pieces as f64;
                    crossing + direction(axis + bend * r / far) * (side * r)
                })
                .collect();
            let (point, outward) = (line[pieces], line[pieces] - line[pieces - 1]);
            let wanted =
                self.dice.pick(&["Kirchstraße", "Mühlenstraße", "Schulstraße", "Bergstraße", "Seestraße", "Kreuzweg"]);
            let name = self.names.wanted(self.dice, wanted, false);
            let street = self.add(line, name, Build::Rural, 100);
            self.mouths.extend([(0, distance(main[0], crossing), 1.0), (0, distance(main[0], crossing), -1.0)]);
            self.layout.gate(Some(street), point, angle_of(outward));
        }
    }

    /// The straight avenue from the middle of the village to the manor.
    fn avenue(&mut self, axis: f64, arrivals: &[Arrival]) {
        let main = self.layout.streets[0].line.clone();
        let at = length(&main) * self.dice.range(0.35, 0.65);
        let (mouth, forward) = along(&main, at);
        let toward = |side: f64| {
            let heading = axis + side * PI / 2.0;
            arrivals.iter().filter(|a| turn(a.0, heading) < 0.8).count()
        };
        // The park lies on the side where fewer roads come in.
        let side = if toward(1.0) <= toward(-1.0) { 1.0 } else { -1.0 };
        let heading = left(forward) * side;
        let far = self.dice.range(120.0, 240.0).min(self.place.room - 90.0).max(60.0);
        let line = vec![mouth, mouth + heading * (far / 2.0), mouth + heading * far];
        let wanted = self.dice.pick(&["Lindenallee", "Zum Gutshaus", "Gutsallee", "Kastanienallee", "Schlossallee"]);
        let name = self.names.wanted(self.dice, wanted, false);
        let street = self.add(line, name, Build::Bare, 80);
        self.layout.streets[street].dead_end = true;
        self.mouths.push((0, at, side));
        self.layout.spots.push(Spot {
            what: Use::Manor,
            at: mouth + heading * (far + 48.0),
            axis: angle_of(heading),
            radius: 62.0,
            street,
        });
    }

    /// Gates on the long sides for roads that come in across the main street.
    fn side_gates(&mut self, axis: f64, arrivals: &[Arrival], green: Green) {
        let main = self.layout.streets[0].line.clone();
        let metres = length(&main);
        for side in [1.0, -1.0] {
            let heading = axis + side * PI / 2.0;
            let served = self.layout.gates.iter().any(|gate| turn(gate.outward, heading) < 0.7);
            let wanted = arrivals.iter().any(|arrival| turn(arrival.0, heading) < PI / 4.0);
            if wanted && !served {
                let share = if green.is_some() { self.dice.pick(&[0.1, 0.86]) } else { self.dice.range(0.25, 0.75) };
                let (point, forward) = along(&main, metres * share);
                self.layout.gate(None, point, angle_of(left(forward) * side));
                self.mouths.push((0, metres * share, side));
            }
        }
    }
}
