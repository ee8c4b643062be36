//! Where people live: one main place a municipality, villages, estates and hamlets around it.
//!
//! Only positions, kinds and sizes; streets are laid out in `villages` and `towns`.

use std::f64::consts::PI;

use geo_types::Coord;

use super::dice::{Dice, Subject};
use super::municipalities::Tiling;
use super::names::PlaceNames;
use super::plane::{Line, at, contains, distance, line_distance};

/// How a settlement is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Radial streets round a market, quarters between them.
    Town,
    /// Houses along one street.
    Street,
    /// A street that opens round a green.
    Green,
    /// Two streets that cross.
    Crossroads,
    /// A manor with its avenue and a row of cottages.
    Estate,
    /// A few farms on a lane.
    Hamlet,
}

/// One settlement.
pub(super) struct Settlement {
    pub(super) name: String,
    pub(super) municipality: usize,
    pub(super) centre: Coord<f64>,
    pub(super) kind: Kind,
    /// Whether it gave the municipality its name.
    pub(super) main: bool,
    /// Metres of street it should have.
    pub(super) streets_wanted: f64,
    /// How far its streets may reach from the centre.
    pub(super) room: f64,
    /// Whether drinking-water mains strong enough for hydrants lie here.
    pub(super) served: bool,
    /// Within sight of the sea: guests, holiday homes.
    pub(super) seaside: bool,
}

/// Where settlements may stand and how many.
pub(super) struct Placing<'a> {
    pub(super) seed: u64,
    pub(super) tiling: &'a Tiling,
    pub(super) towns: &'a [usize],
    /// 1 for the usual district; more means more and larger settlements.
    pub(super) growth: f64,
    /// The large lakes, which were there first.
    pub(super) lakes: &'a [Line],
}

impl Placing<'_> {
    /// All settlements, grouped by municipality, its main place first.
    pub(super) fn settle(&self) -> Vec<Settlement> {
        let mut names = PlaceNames::new(Dice::new(self.seed, Subject::Name, 0));
        (0..self.tiling.cells.len()).flat_map(|i| self.municipality(i, &mut names)).collect()
    }

    fn municipality(&self, number: usize, names: &mut PlaceNames) -> Vec<Settlement> {
        let mut dice = Dice::new(self.seed, Subject::Settlement, number as u64);
        let ring = &self.tiling.cells[number].ring;
        // Half of the municipalities have a "Groß" and a "Klein" of the same name.
        let mut sisters = Vec::new();
        if dice.chance(0.5) {
            let (first, second) = names.pair();
            sisters = vec![second, first];
        }
        let main = self.main_place(number, &mut dice, names, &mut sisters);
        let more = self.growth.sqrt().min(5.0);
        let wanted = (dice.range(1.4, 7.0) * more).round() as usize;
        // With many settlements the country is as full as a suburb; then they stand closer.
        let apart = 1250.0 / more.sqrt();
        let mut all = vec![main];
        for _ in 0..wanted {
            let Some((centre, room)) = self.free_place(&mut dice, ring, &all, apart) else {
                continue;
            };
            let kind = dice.weighted(&[
                (3.2, Kind::Street),
                (1.6, Kind::Green),
                (1.4, Kind::Crossroads),
                (1.5, Kind::Estate),
                (2.4, Kind::Hamlet),
            ]);
            let name = match kind {
                Kind::Hamlet if dice.chance(0.5) => names.part_of(&all[0].name),
                _ => sisters.pop().unwrap_or_else(|| names.village()),
            };
            all.push(self.village(&mut dice, number, name, centre, room, kind));
        }
        all
    }

    fn main_place(
        &self,
        number: usize,
        dice: &mut Dice,
        names: &mut PlaceNames,
        sisters: &mut Vec<String>,
    ) -> Settlement {
        let cell = &self.tiling.cells[number];
        let town = self.towns.iter().position(|&town| town == number);
        let (centre, room) = self.roomiest(dice, &cell.ring);
        let more = self.growth.sqrt().min(4.0);
        let (kind, streets_wanted) = match town {
            Some(0) => (Kind::Town, 68_000.0 * more),
            Some(_) => (Kind::Town, dice.range(13_000.0, 21_000.0) * more),
            None => {
                let kind = dice.weighted(&[(2.0, Kind::Street), (2.5, Kind::Green), (3.5, Kind::Crossroads)]);
                (kind, dice.range(1100.0, 2500.0) * self.growth.min(14.0))
            }
        };
        let name = match town {
            Some(_) => names.town(),
            None if dice.chance(0.3) => sisters.pop().unwrap_or_else(|| names.village()),
            None => names.village(),
        };
        let seaside = self.seaside(number, centre, 2200.0);
        Settlement {
            name,
            municipality: number,
            centre,
            kind,
            main: true,
            streets_wanted,
            room: (room - 120.0).max(200.0),
            served: true,
            seaside,
        }
    }

    fn village(
        &self,
        dice: &mut Dice,
        municipality: usize,
        name: String,
        centre: Coord<f64>,
        room: f64,
        kind: Kind,
    ) -> Settlement {
        let metres = match kind {
            Kind::Town | Kind::Crossroads => dice.range(650.0, 1350.0),
            Kind::Street | Kind::Green => dice.range(430.0, 1050.0),
            Kind::Estate => dice.range(350.0, 650.0),
            Kind::Hamlet => dice.range(120.0, 300.0),
        };
        let served = match kind {
            Kind::Hamlet => dice.chance(0.25),
            Kind::Estate => dice.chance(0.7),
            _ => dice.chance(0.93),
        };
        let seaside = self.seaside(municipality, centre, 1500.0);
        // Grown districts turn villages into suburbs and serve all of them.
        let suburb = self.growth > 4.0;
        Settlement {
            name,
            municipality,
            centre,
            kind,
            main: false,
            streets_wanted: metres * self.growth.min(40.0),
            room: room.min(900.0) - 60.0,
            served: served || suburb,
            seaside,
        }
    }

    /// The point of a ring farthest from border and lakes among some tries.
    fn roomiest(&self, dice: &mut Dice, ring: &Line) -> (Coord<f64>, f64) {
        (0..60)
            .filter_map(|_| {
                let p = throw(dice, ring)?;
                Some((p, line_distance(p, ring).min(self.shore_distance(p))))
            })
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((ring[0], 0.0))
    }

    /// A free place and its room: away from the border, the lakes and the settlements there already.
    fn free_place(&self, dice: &mut Dice, ring: &Line, others: &[Settlement], apart: f64) -> Option<(Coord<f64>, f64)> {
        // Suburbs fill the land up to each other, villages keep fields between them.
        let share = if self.growth > 4.0 { 0.85 } else { 0.5 };
        (0..40).find_map(|attempt| {
            let p = throw(dice, ring)?;
            let ease = 1.0 - f64::from(attempt) / 100.0;
            let border = line_distance(p, ring);
            // Asked in this order because the lakes are the dearest question.
            if border <= 380.0 {
                return None;
            }
            let border = border.min(self.shore_distance(p));
            let gap = |other: &Settlement| distance(other.centre, p) - other.reach();
            let nearest = others.iter().map(gap).fold(f64::INFINITY, f64::min);
            (border > 380.0 && nearest > apart * ease).then_some((p, border.min(nearest * share)))
        })
    }

    /// How far a point is from the planned lakes; 0 inside one.
    fn shore_distance(&self, p: Coord<f64>) -> f64 {
        let to = |lake: &Line| {
            if contains(lake, p) { 0.0 } else { line_distance(p, lake) }
        };
        self.lakes.iter().map(to).fold(f64::INFINITY, f64::min)
    }

    fn seaside(&self, municipality: usize, centre: Coord<f64>, reach: f64) -> bool {
        self.tiling.cells[municipality].coast.iter().any(|shore| line_distance(centre, shore) < reach)
    }
}

impl Settlement {
    /// Whether it is laid out like a town: towns, and the suburbs of a grown district.
    pub(super) fn urban(&self) -> bool {
        self.kind == Kind::Town || self.streets_wanted > 3000.0
    }

    /// About how far its streets reach: a street for every 85 m one way and 190 m the other.
    pub(super) fn town_radius(&self) -> f64 {
        (self.streets_wanted / 0.0165 / PI).sqrt().min(self.room)
    }

    /// What others keep away from it beyond the usual distance.
    fn reach(&self) -> f64 {
        if self.urban() { self.town_radius() + 250.0 } else { 0.0 }
    }
}

/// A random point inside the ring.
pub(super) fn throw(dice: &mut Dice, ring: &Line) -> Option<Coord<f64>> {
    let (mut low, mut high) = (ring[0], ring[0]);
    for p in ring {
        low = at(low.x.min(p.x), low.y.min(p.y));
        high = at(high.x.max(p.x), high.y.max(p.y));
    }
    (0..30).map(|_| at(dice.range(low.x, high.x), dice.range(low.y, high.y))).find(|p| contains(ring, *p))
}
