//! Reading a place from whatever a person types, pastes or takes down on the radio.
//!
//! [`parse`] tries the notations from the most distinctive to the least: links of map services, `geo:` address, UTMREF,
//! metres (UTM and Gauss-Krüger), degrees. `said` takes out what stands beside the figures (`Koordinaten:`, `EPSG:2398`), `scan` cuts text into numbers, words and marks and settles what a comma means; `degrees` and
//! `metres` give them sense. A wrong place sends an engine the wrong way, so what can be read in two ways is refused, and
//! what had to be assumed is said in the [`notes`](Reading::notes).

mod degrees;
mod error;
mod geo_uri;
mod german;
mod link;
mod metres;
mod said;
mod scan;

use geo_types::Rect;

use super::{LonLat, Precision, Utmref, UtmrefError, mgrs::resembles_utmref};
pub use error::ParseError;

/// Longest text looked at, in characters.
const LONGEST: usize = 500;

/// The coarsest grid reference that is a place: what is read off a map of 1:50,000.
const COARSEST_CELL: Precision = Precision::M100;

/// What is known about where a place is likely to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Context {
    /// Bounds of the district in degrees, x = longitude: decides the order of bare numbers.
    pub district: Option<Rect<f64>>,
    /// A place nearby, for a UTMREF without its grid zone; without it the middle of the district serves.
    pub reference: Option<LonLat>,
}

impl Context {
    /// The place from which something incomplete is completed.
    fn nearby(&self) -> Option<LonLat> {
        let middle = |district: Rect<f64>| LonLat { lon: district.center().x, lat: district.center().y };
        self.reference.or(self.district.map(middle))
    }

    /// Whether a place lies in the district or at most `margin` degrees outside; `None` without a district.
    pub fn holds(&self, place: LonLat, margin: f64) -> Option<bool> {
        let (min, max) = self.district.map(|district| (district.min(), district.max()))?;
        let between = |value: f64, low: f64, high: f64| low - margin <= value && value <= high + margin;
        Some(between(place.lon, min.x, max.x) && between(place.lat, min.y, max.y))
    }
}

/// A place as read, and what was assumed in reading it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The place.
    pub place: Place,
    /// What a person should be told before it is used; empty when nothing was assumed.
    pub notes: Vec<Note>,
    /// Metres by which the place may be off, as far as its figures tell.
    pub radius: f64,
}

impl Reading {
    /// The place in degrees; for a UTMREF the middle of its cell. `None` for Gauss-Krüger, which PROJ has to transform.
    pub fn position(&self) -> Option<LonLat> {
        match &self.place {
            Place::Geographic(place) => Some(*place),
            Place::Utmref(reference) => Some(reference.position()),
            Place::Projected(projected) => projected.position,
        }
    }
}

/// The kinds of notation.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Degrees.
    Geographic(LonLat),
    /// A cell of the military grid.
    Utmref(Utmref),
    /// Metres in a projected coordinate reference system.
    Projected(Projected),
}

/// Metres in a projected coordinate reference system, as read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projected {
    /// EPSG code of the system the numbers belong to.
    pub epsg: u32,
    /// EPSG codes whose numbers look the same but lie some hundred metres off; empty for UTM.
    pub alternatives: &'static [u32],
    /// Easting in metres, with the zone before it where the system has it so.
    pub easting: f64,
    /// Northing in metres.
    pub northing: f64,
    /// The place in degrees, where no datum shift is needed.
    pub position: Option<LonLat>,
}

/// What had to be assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// The place is not in the district.
    OutsideDistrict,
    /// Two bare numbers: taken as latitude, longitude because nothing said otherwise.
    OrderAssumed,
    /// Two bare numbers: taken as longitude, latitude because only so do they lie in or near the district.
    LongitudeFirst,
    /// A UTMREF or UTM pair without its zone: the one that lies nearby was taken.
    ZoneCompleted,
    /// Gauss-Krüger numbers did not tell their datum; the one usual in the district was taken.
    DatumAssumed,
}

/// Reads a place in any notation a crew has.
///
/// Degrees, with minutes and seconds or without, decimal point or comma, direction letters before or after (`O` is east,
/// as in German); UTM with zone; eastings with the zone before them; Gauss-Krüger; UTMREF; `geo:` addresses. Two bare
/// numbers are latitude and longitude unless only the other order lies in or near the district. What leaves more than some
/// 200 m open is no place to send anybody to, and refused: fewer than three digits a side of a UTMREF, fewer than three
/// decimals of a degree or one of a minute.
///
/// # Errors
/// [`ParseError`] names the fault and an accepted form. Anything ambiguous is refused.
pub fn parse(text: &str, context: &Context) -> Result<Reading, ParseError> {
    let text = trimmed(text);
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    if text.chars().count() > LONGEST {
        return Err(ParseError::TooLong);
    }
    let mut reading = read(text, context)?;
    if let Some(place) = reading.position()
        && context.holds(place, 0.0) == Some(false)
    {
        reading.notes.push(Note::OutsideDistrict);
    }
    Ok(reading)
}

/// The address or name that a link of a map service, or a `geo:` address, asks for instead of a coordinate.
pub fn named_by_link(text: &str) -> Option<String> {
    let text = trimmed(text);
    if let Some(rest) = strip_geo(text) {
        return geo_uri::named(rest);
    }
    match link::read(text) {
        Some(Ok(link::Link::Text(name))) => Some(name),
        _ => None,
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

fn strip_geo(text: &str) -> Option<&str> {
    let head = text.get(..4)?;
    head.eq_ignore_ascii_case("geo:").then(|| &text[4..])
}

fn read(text: &str, context: &Context) -> Result<Reading, ParseError> {
    let geographic = |place, radius| Reading { place: Place::Geographic(place), notes: Vec::new(), radius };
    let text = said::unannounced(text);
    if let Some(link) = link::read(text) {
        return match link? {
            link::Link::Place(place, steps) => {
                degrees::fine_enough(steps)?;
                Ok(geographic(place, degrees::open_m(place, steps)))
            }
            link::Link::View(place, radius) => Ok(geographic(place, radius)),
            link::Link::Text(_) => Err(ParseError::Link),
        };
    }
    if let Some(rest) = strip_geo(text) {
        let (place, steps) = geo_uri::read(rest).ok_or_else(|| ParseError::GeoUri(text.to_owned()))?;
        degrees::fine_enough(steps)?;
        return Ok(Reading {
            place: Place::Geographic(place),
            notes: Vec::new(),
            radius: degrees::open_m(place, steps),
        });
    }
    if resembles_utmref(text) {
        let (reference, completed) = match Utmref::parse(text, None) {
            Err(UtmrefError::ZoneMissing { .. }) => (Utmref::parse(text, context.nearby())?, true),
            other => (other?, false),
        };
        if reference.precision() < COARSEST_CELL {
            return Err(ParseError::CoarseSquare {
                reference: reference.to_string(),
                cell_m: reference.precision().cell_m(),
            });
        }
        let notes = if completed { vec![Note::ZoneCompleted] } else { Vec::new() };
        let radius = f64::from(reference.precision().cell_m()) * std::f64::consts::FRAC_1_SQRT_2;
        return Ok(Reading { place: Place::Utmref(reference), notes, radius });
    }
    let (rest, said) = said::take(text);
    let tokens = scan::tokens(&rest)?;
    if metres::are_meant(&tokens) { metres::read(&tokens, said, context) } else { degrees::read(&tokens, context) }
}

#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod said_tests;
#[cfg(test)]
mod tests;
