//! A question that is a coordinate.

use super::find::Question;
use super::hit::Hit;
use super::kind::Kind;
use super::place::utmref;
use crate::collection::locate::{NoSpot, Reckoned, locate};
use crate::collection::{District, Language};
use crate::coordinate::format::{self, degrees_minutes};
use crate::coordinate::mgrs::resembles_utmref;
use crate::coordinate::{Certainty, LonLat, Note, named_by_link};

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

/// Reads a question as a coordinate, in each datum it may be meant in. Short ones that say nothing of degrees or zones
/// count only in the district, where a coordinate is likelier than a pair of numbers.
pub fn read(district: &District, question: &Question, language: Language) -> Vec<Read> {
    let text = question.text.as_str();
    if !question.kinds.has(Kind::Coordinate) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let spot = match locate(district, text) {
        Ok(spot) => spot,
        Err(NoSpot::Datums(reckoned)) => return reckoned.iter().map(|one| of_datum(district, one, language)).collect(),
        Err(_) => return Vec::new(),
    };
    let completed = spot.notes.contains(&Note::ZoneCompleted);
    let marked = text.contains(['°', 'º', '\'', '′', '"', ':']);
    let named = resembles_utmref(text) && !completed;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let certain = marked || named || digits >= DIGITS;
    if !certain && spot.notes.contains(&Note::OutsideDistrict) {
        return Vec::new();
    }
    let exact = !spot.notes.contains(&Note::DatumAssumed);
    vec![Read { hit: hit(district, spot.at, (exact, spot.certainty), language), certain }]
}

/// A question that names its place in one of several datums: which of them is left to whoever asks.
fn of_datum(district: &District, one: &Reckoned, language: Language) -> Read {
    let mut hit = hit(district, one.at, (false, Certainty::Exact), language);
    hit.detail = Some(format!("{} ({})", one.crs, one.crs.title()));
    Read { hit, certain: true }
}

/// What to give so that a question that is meant as a coordinate is one.
pub fn hint(district: &District, question: &Question, language: Language) -> Option<String> {
    if !question.kinds.has(Kind::Coordinate) || named_by_link(&question.text).is_some() {
        return None;
    }
    let error = locate(district, &question.text).err()?;
    error.is_final().then(|| error.message(language))
}

fn hit(district: &District, at: LonLat, (exact, certainty): (bool, Certainty), language: Language) -> Hit {
    let words = match language {
        Language::De => format::Language::De,
        Language::En => format::Language::En,
    };
    let degrees = degrees_minutes(at, words);
    let (label, detail) = match utmref(district, at) {
        Some(reference) => (reference, Some(degrees)),
        // A place far from the district has none in its zone.
        None => (degrees, None),
    };
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let (lon, lat) = (rounded(at.lon), rounded(at.lat));
    Hit {
        kind: Kind::Coordinate,
        label,
        detail,
        lon,
        lat,
        bbox: None,
        collection: None,
        id: None,
        exact,
        begun: false,
        in_settlement: false,
        certainty,
    }
}
