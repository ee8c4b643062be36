//! The register that is measured: hydrants with exactly ten properties each, clustered like villages.
//!
//! Neighbours lie far apart in memory, because each hydrant belongs to a village drawn anew: the worst order for a cache,
//! and the one a register has after some years of edits. The same count gives the same register.

use geo_types::{Coord, coord};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// Where villages lie, in metres of EPSG:25833: 50 by 42 km, the size of the district.
const WEST: f64 = 230_000.0;
const SOUTH: f64 = 5_942_000.0;
const WIDTH: f64 = 50_000.0;
const HEIGHT: f64 = 42_000.0;

/// Hydrants of a village, on average, and the most villages there are.
const VILLAGE: usize = 400;
const VILLAGES: usize = 2_000;

/// Half the side of the boxes that are asked for, metres.
pub const HALF_BOX: f64 = 400.0;

/// An invented hydrant.
#[derive(Debug, Clone)]
pub struct Hydrant {
    /// In EPSG:25833.
    pub place: Coord,
    /// A JSON object of ten properties.
    pub properties: String,
}

/// Makes hydrants, one after the other.
#[derive(Debug)]
pub struct Villages {
    dice: Pcg64,
    /// Middle and radius of each, metres.
    pub villages: Vec<(Coord, f64)>,
    left: usize,
    made: usize,
}

impl Villages {
    /// A register of so many hydrants.
    pub fn new(count: usize) -> Self {
        let mut dice = Pcg64::seed_from_u64(count as u64);
        let villages = (0..(count / VILLAGE).clamp(20, VILLAGES))
            .map(|_| {
                let x = WEST + WIDTH * dice.random_range(0.0..1.0);
                let y = SOUTH + HEIGHT * dice.random_range(0.0..1.0);
                (coord! { x: x, y: y }, dice.random_range(250.0..700.0))
            })
            .collect();
        Self { dice, villages, left: count, made: 0 }
    }

    /// A place in one of the villages: denser towards the middle.
    pub fn place(&mut self) -> Coord {
        let (centre, radius) = self.villages[self.dice.random_range(0..self.villages.len())];
        let mut off = || radius * (self.dice.random_range(-1.0..1.0) + self.dice.random_range(-1.0..1.0)) / 2.0;
        let round = |metres: f64| (metres * 1000.0).round() / 1000.0;
        coord! { x: round(centre.x + off()), y: round(centre.y + off()) }
    }
}

impl Iterator for Villages {
    type Item = Hydrant;

    fn next(&mut self) -> Option<Hydrant> {
        self.left = self.left.checked_sub(1)?;
        self.made += 1;
        let place = self.place();
        let number = self.made;
        let dice = &mut self.dice;
        let mut one_of = |words: &'static [&'static str]| words[dice.random_range(0..words.len())];
        let kind = one_of(&["underground", "underground", "underground", "pillar", "wall"]);
        let status = one_of(&["ready", "ready", "ready", "ready", "restricted", "out_of_service", "unknown"]);
        let hydrant_diameter = one_of(&["80", "100"]);
        let main_diameter = one_of(&["80", "100", "125", "150", "200"]);
        let street = one_of(&["Dorfstraße", "Lindenallee", "Am Mühlenteich", "Zum Gutshof", "Wismarsche Straße"]);
        let village = one_of(&["Dorf Mecklenburg", "Bobitz", "Groß Stieten", "Lübow", "Hohen Viecheln"]);
        let (year, month, day) = (dice.random_range(2019..2026), dice.random_range(1..13), dice.random_range(1..29));
        let flow = 50 * dice.random_range(4..60);
        let properties = format!(
            "{{\"ref\":\"H {number:07}\",\"kind\":\"{kind}\",\"operational_status\":\"{status}\",\
             \"status_as_of\":\"{year}-{month:02}-{day:02}\",\"lifecycle\":\"existing\",\
             \"hydrant_diameter\":{hydrant_diameter},\"main_diameter\":{main_diameter},\"flow_rate\":{flow},\
             \"street\":\"{street}\",\"place\":\"{village}\"}}"
        );
        Some(Hydrant { place, properties })
    }
}
