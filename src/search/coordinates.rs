//! A question that is a coordinate.

use super::find::Question;
use super::hit::Hit;
use super::kind::Kind;
use super::place::utmref;
use crate::collection::{District, Language};
use crate::coordinate::format::{self, degrees_minutes};
use crate::coordinate::locate::locate;
use crate::coordinate::{Context, Note, ParseError, Place, Spot, parse};

/// Two bare numbers of fewer digits than this may be anything.
const DIGITS: usize = 8;

/// A place as it was read.
#[derive(Debug)]
pub struct Read {
    pub hit: Hit,
    certain: bool,
}

impl Read {
    /// Nothing else can be meant.
    pub fn is_certain(&self) -> bool {
        self.certain
    }
}

/// Reads a question as a coordinate. Short ones that say nothing of degrees or zones count only in the district, where a
/// coordinate is likelier than a pair of numbers.
pub fn read(district: &District, question: &Question, language: Language) -> Option<Read> {
    let text = question.text.as_str();
    if !question.kinds.has(Kind::Coordinate) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let reading = parse(text, &Context { district: Some(district.bounds), reference: None }).ok()?;
    let spot = locate(district, text).ok()?;
    let inside = !reading.notes.contains(&Note::OutsideDistrict);
    let completed = reading.notes.contains(&Note::ZoneCompleted);
    let marked = text.contains(['°', 'º', '\'', '′', '"']) || text.trim_start().to_lowercase().starts_with("geo:");
    let named = matches!(reading.place, Place::Utmref(_)) && !completed;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let certain = marked || named || digits >= DIGITS;
    (certain || inside).then(|| Read { hit: hit(district, &spot, language), certain })
}

/// What to give so that a question that names a wide square, or a place told too coarsely, is a coordinate.
pub fn hint(district: &District, question: &Question) -> Option<String> {
    if !question.kinds.has(Kind::Coordinate) {
        return None;
    }
    match parse(&question.text, &Context { district: Some(district.bounds), reference: None }) {
        Err(error @ (ParseError::Coarse | ParseError::CoarseSquare { .. })) => Some(error.to_string()),
        _ => None,
    }
}

fn hit(district: &District, spot: &Spot, language: Language) -> Hit {
    let words = match language {
        Language::De => format::Language::De,
        Language::En => format::Language::En,
    };
    let degrees = degrees_minutes(spot.at, words);
    let (label, detail) = match utmref(district, spot.at) {
        Some(reference) => (reference, Some(degrees)),
        // A place far from the district has none in its zone.
        None => (degrees, None),
    };
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let (lon, lat) = (rounded(spot.at.lon), rounded(spot.at.lat));
    let exact = !spot.notes.contains(&Note::DatumAssumed);
    let certainty = spot.certainty;
    Hit { kind: Kind::Coordinate, label, detail, lon, lat, bbox: None, collection: None, id: None, exact, certainty }
}
