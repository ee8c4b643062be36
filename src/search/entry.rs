//! What has a name: streets with their houses, settlements, municipalities, waters.

use geo::InteriorPoint;

use super::fold::{self, Token};
use super::house::{HouseNumber, Misfit};
use super::kind::Kind;
use super::words::{WordId, Words};
use crate::collection::Frame;
use crate::coordinate::{LonLat, geodesic_distance_m};
use crate::feature::crs::Crs;
use crate::feature::{FeatureId, Shape};
use crate::index::Stored;

/// Something with a name.
#[derive(Debug)]
pub struct Entry {
    pub kind: Kind,
    /// As it is written in the register.
    pub name: Box<str>,
    pub words: Spelling,
    /// What else it may be called together with: settlement, post town, postcode.
    pub context: Vec<WordId>,
    /// Number of the municipality.
    pub area: Option<u32>,
    pub settlement: Box<str>,
    pub postcode: Box<str>,
    pub post_town: Box<str>,
    /// Holds everything that belongs to it; wider than needed after something has gone, until all is made anew.
    pub extent: Extent,
    /// Where to go. Of a street that has houses, the one in the middle is better.
    pub at: LonLat,
    pub houses: Vec<House>,
    /// The pieces of a street.
    pub lines: Vec<FeatureId>,
    /// Addresses of a settlement, inhabitants of a municipality.
    pub size: u32,
    /// The feature it is, where it is one.
    pub id: Option<FeatureId>,
}

/// The words of a name, and how many letters it has without those that may be left out.
#[derive(Debug, Clone, Default)]
pub struct Spelling {
    pub ids: Vec<WordId>,
    pub letters: u16,
    /// Of all words.
    pub all_letters: u16,
}

/// An address of a street.
#[derive(Debug, Clone, Copy)]
pub struct House {
    pub number: HouseNumber,
    pub id: FeatureId,
    /// Degrees.
    pub at: [f32; 2],
}

/// West, south, east, north in degrees, to about a metre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent(pub [f32; 4]);

impl Extent {
    /// Holds nothing.
    pub const NOTHING: Self = Self([f32::MAX, f32::MAX, f32::MIN, f32::MIN]);

    /// A single place.
    pub fn point(at: LonLat) -> Self {
        let (lon, lat) = (at.lon as f32, at.lat as f32);
        Self([lon, lat, lon, lat])
    }

    /// The smallest one that holds both.
    pub fn join(&mut self, other: Self) {
        let ([w, s, e, n], [west, south, east, north]) = (self.0, other.0);
        self.0 = [w.min(west), s.min(south), e.max(east), n.max(north)];
    }

    /// Kilometres from a place; 0 within.
    pub fn km_from(self, place: LonLat) -> f32 {
        const KM_PER_DEGREE: f32 = 111.2;
        let [west, south, east, north] = self.0;
        let (lon, lat) = (place.lon as f32, place.lat as f32);
        let across = (west - lon).max(lon - east).max(0.0) * lat.to_radians().cos();
        let along = (south - lat).max(lat - north).max(0.0);
        across.hypot(along) * KM_PER_DEGREE
    }

    /// Metres from a place to the farthest corner.
    pub fn reach(self, from: LonLat) -> f64 {
        let [west, south, east, north] = self.0.map(f64::from);
        let corners = [(west, south), (west, north), (east, south), (east, north)];
        corners.into_iter().map(|(lon, lat)| geodesic_distance_m(from, LonLat { lon, lat })).fold(0.0, f64::max)
    }

    /// The same with some twenty metres around it.
    #[must_use]
    pub fn widened(self) -> Self {
        const MARGIN: f32 = 3e-4;
        let [west, south, east, north] = self.0;
        Self([west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN])
    }

    /// Whether the two have anything in common.
    pub fn meets(self, other: Self) -> bool {
        let ([w, s, e, n], [west, south, east, north]) = (self.0, other.0);
        w <= east && west <= e && s <= north && south <= n
    }
}

/// Where a feature is, and a place on it. `None` without a geometry or where PROJ knows no way.
pub fn place_of(stored: &Stored, frame: &Frame) -> Option<(LonLat, Extent)> {
    if let Some(position) = stored.position() {
        let at = LonLat { lon: position.x, lat: position.y };
        return Some((at, Extent::point(at)));
    }
    let Shape::Other(geometry) = &stored.shape else { return None };
    let inner = frame.transformer.coord(frame.crs, Crs::CRS84, geometry.interior_point()?.0).ok()?;
    let bounds = stored.extent()?;
    let (min, max) = (bounds.min(), bounds.max());
    let extent = Extent([min.x, min.y, max.x, max.y].map(|degrees| degrees as f32));
    Some((LonLat { lon: inner.x, lat: inner.y }, extent))
}

impl Entry {
    /// Something without houses, lines or surroundings yet.
    pub fn new(kind: Kind, name: &str, words: &mut Words) -> Self {
        Self {
            kind,
            name: name.into(),
            words: Spelling::of(name, kind == Kind::Street, words),
            context: Vec::new(),
            area: None,
            settlement: "".into(),
            postcode: "".into(),
            post_town: "".into(),
            extent: Extent::NOTHING,
            at: LonLat { lon: 0.0, lat: 0.0 },
            houses: Vec::new(),
            lines: Vec::new(),
            size: 0,
            id: None,
        }
    }

    /// Adds words of the surroundings.
    pub fn near(&mut self, text: &str, words: &mut Words) {
        for token in fold::tokens(text) {
            let word = words.number(&token.text);
            if !self.context.contains(&word) {
                self.context.push(word);
            }
        }
    }

    /// Adds a house in the order of numbers.
    pub fn add_house(&mut self, house: House) {
        let place = self.houses.partition_point(|other| (other.number, other.id) < (house.number, house.id));
        self.houses.insert(place, house);
    }

    /// The houses that fit a number, the best first: itself or the nearest, then those with the same number.
    pub fn houses_like(&self, asked: HouseNumber) -> Vec<(Misfit, &House)> {
        let all = self.houses.iter().map(|house| (asked.misfit(house.number), house));
        let mut found: Vec<_> = all.clone().filter(|(misfit, _)| misfit.is_exact() || misfit.is_letter()).collect();
        if found.is_empty() {
            return all.min_by_key(|(misfit, _)| *misfit).into_iter().collect();
        }
        found.sort_by_key(|(misfit, _)| *misfit);
        found
    }

    /// Metres from a place within which everything of it lies: its houses where there are any.
    pub fn reach(&self, from: LonLat) -> f64 {
        let house = |[lon, lat]: [f32; 2]| LonLat { lon: f64::from(lon), lat: f64::from(lat) };
        let farthest = self.houses.iter().map(|it| geodesic_distance_m(from, house(it.at))).reduce(f64::max);
        farthest.unwrap_or_else(|| self.extent.reach(from))
    }

    /// The place to go to.
    pub fn middle(&self) -> LonLat {
        match self.houses.get(self.houses.len() / 2) {
            Some(House { at: [lon, lat], .. }) => LonLat { lon: f64::from(*lon), lat: f64::from(*lat) },
            None => self.at,
        }
    }
}

impl Spelling {
    /// The words of a name. A street's are there joined and apart, too, as people write them either way.
    pub fn of(name: &str, street: bool, words: &mut Words) -> Self {
        let tokens = fold::tokens(name);
        let mut texts: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
        let joined: String = texts.concat();
        if tokens.len() > 1 {
            texts.push(&joined);
        }
        // "Menzelstr." for the Adolf-Menzel-Straße.
        let glued = match &tokens[..] {
            [.., stem, ending] if street && tokens.len() > 2 && fold::is_ending(&ending.text) => {
                format!("{}{}", stem.text, ending.text)
            }
            _ => String::new(),
        };
        if !glued.is_empty() {
            texts.push(&glued);
        }
        if street {
            let cut = tokens.iter().filter_map(|token| fold::cut_ending(&token.text));
            texts.extend(cut.flat_map(|(stem, ending)| [stem, ending]));
        }
        let mut ids: Vec<WordId> = texts.into_iter().map(|text| words.number(text)).collect();
        ids.sort_unstable();
        ids.dedup();
        let all_letters = tokens.iter().map(|token| token.text.len() as u16).sum();
        Self { ids, letters: letters(&tokens), all_letters }
    }
}

/// Letters of the words that may not be left out; of all, if all may.
pub fn letters(tokens: &[Token]) -> u16 {
    let count = |light: bool| {
        let counted = tokens.iter().filter(|token| light || !fold::is_light(&token.text));
        counted.map(|token| token.text.len() as u16).sum()
    };
    match count(false) {
        0 => count(true),
        letters => letters,
    }
}
