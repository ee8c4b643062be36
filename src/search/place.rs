//! One place from a text, for every door that takes one: the link of the crew map, map images, the alarm sheet, nearest
//! water. A coordinate, an address, or whatever else the search knows.
//!
//! What may be meant for several places is refused with them: an engine that is sent to the first of eight Dorfstraßen
//! is seven times in the wrong village.

use schemars::JsonSchema;
use serde::Serialize;

use super::find::Question;
use super::hit::Hit;
use super::keeper::Lookup;
use super::kind::{Kind, Kinds};
use crate::collection::locate::{NoSpot, Reckoned, Spot, locate};
use crate::collection::{Collection, District, Language, Visibility};
use crate::coordinate::{Certainty, LonLat, Note, Precision, Utmref, geodesic_distance_m, named_by_link};
use crate::feature::FeatureId;
use crate::index::Index;
use crate::texts::{Tell, Told};

/// So many candidates are told.
const CANDIDATES: usize = 5;
/// Places of one name that are nearer to one another than this are one, metres.
const ONE_PLACE_M: f64 = 50.0;

const UTMREF: &str = "32U PE 6165 7426";

/// A place that a text names.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    pub at: LonLat,
    pub certainty: Certainty,
    /// What had to be assumed in reading it.
    pub notes: Vec<&'static str>,
    /// What a text without figures was understood as.
    pub matched: Option<String>,
    /// As it was written; `None` for degrees that were given as numbers.
    pub text: Option<String>,
}

/// A place that a refused text may mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// What it is, in the words of a search.
    pub kind: &'static str,
    pub label: String,
    pub detail: Option<String>,
    pub lon: f64,
    pub lat: f64,
    pub certainty: &'static str,
    /// Metres around it within which the place may lie; null for an exact one.
    pub radius: Option<f64>,
    /// The feature it is, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<FeatureId>,
}

/// What is said of a text that is no place, or several.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum NoPlace {
    Unknown { text: String, example: &'static str },
    Ambiguous { text: String },
}

impl Tell for NoPlace {
    const FILE: &'static str = "places";
}

/// Why a text is no place.
#[derive(Debug, Clone, PartialEq)]
pub struct Unplaced {
    /// For programs: `parameter`, `ambiguous`, `ambiguous-datum`.
    pub code: &'static str,
    /// For people.
    pub told: Told,
    /// What may be meant, the likeliest first.
    pub candidates: Vec<Candidate>,
}

impl Located {
    /// A place that was given in degrees.
    pub fn exact(at: LonLat) -> Self {
        Self { at, certainty: Certainty::Exact, notes: Vec::new(), matched: None, text: None }
    }

    fn of_spot(spot: &Spot, text: &str) -> Self {
        let notes = spot.notes.iter().map(|note| note_name(*note)).collect();
        Self { at: spot.at, certainty: spot.certainty, notes, matched: None, text: Some(text.to_owned()) }
    }

    fn of_hit(hit: Hit, text: &str) -> Self {
        let at = LonLat { lon: hit.lon, lat: hit.lat };
        Self { at, certainty: hit.certainty, notes: Vec::new(), matched: Some(hit.label), text: Some(text.to_owned()) }
    }
}

impl Lookup {
    /// The place that a text names, to a caller who may see so much of each collection.
    ///
    /// # Errors
    /// A text that names none or may mean several.
    pub fn place(
        &self,
        index: &Index,
        text: &str,
        sees: impl Fn(&Collection) -> Option<Visibility>,
        language: Language,
    ) -> Result<Located, Unplaced> {
        let refused = |error: &NoSpot| Unplaced { code: "parameter", told: error.into(), candidates: Vec::new() };
        let named = named_by_link(text);
        let no_spot = match locate(self.district(), text) {
            Ok(spot) => return Ok(Located::of_spot(&spot, text)),
            Err(error @ NoSpot::Datums(_)) => return Err(ambiguous_datum(self.district(), &error)),
            Err(error) if error.is_final() && named.is_none() => return Err(refused(&error)),
            Err(error) => error,
        };
        let text = named.as_deref().unwrap_or(text);
        let question = Question {
            text: text.to_owned(),
            near: None,
            view: None,
            limit: CANDIDATES + 1,
            kinds: Kinds::all().without(Kind::Coordinate),
        };
        let hits = self.find(index, &question, sees, language);
        match meant(&hits) {
            Some(hit) => Ok(Located::of_hit(hit.clone(), text)),
            None if hits.is_empty() && no_spot.is_worded() => Err(unknown(text)),
            None if hits.is_empty() => Err(refused(&no_spot)),
            None => Err(ambiguous(text, hits)),
        }
    }
}

/// The hit that is meant without doubt: found as it is written, and nothing else is called so. The town's own street comes
/// before those of villages that only have its postcode.
fn meant(hits: &[Hit]) -> Option<&Hit> {
    let in_settlement = hits.iter().find(|hit| hit.exact && hit.in_settlement);
    let first = in_settlement.or(hits.first()).filter(|hit| hit.exact)?;
    let at = |hit: &Hit| LonLat { lon: hit.lon, lat: hit.lat };
    let is_rival = |other: &&Hit| {
        // A municipality is called after the place in it, and so are the addresses of a village without street names; some
        // addresses are recorded twice.
        let is_called_after = match other.kind {
            Kind::Municipality => other.label == first.label,
            Kind::Street => other.label.split(", ").next() == Some(&first.label),
            _ => false,
        };
        let is_namesake = first.kind == Kind::Place && is_called_after;
        let is_same = first.label == other.label && geodesic_distance_m(at(first), at(other)) <= ONE_PLACE_M;
        other.exact && other.in_settlement >= first.in_settlement && !is_namesake && !is_same
    };
    (!hits.iter().any(|hit| is_rival(&hit))).then_some(first)
}

/// A text of words that nothing is called by.
fn unknown(text: &str) -> Unplaced {
    let text = text.chars().take(60).collect();
    let told = Told::of(&NoPlace::Unknown { text, example: UTMREF });
    Unplaced { code: "parameter", told, candidates: Vec::new() }
}

fn ambiguous(text: &str, hits: Vec<Hit>) -> Unplaced {
    let told = Told::of(&NoPlace::Ambiguous { text: text.chars().take(60).collect() });
    let candidate = |hit: Hit| Candidate {
        kind: hit.kind.name(),
        certainty: hit.certainty.name(),
        radius: hit.certainty.radius(),
        collection: hit.collection,
        id: hit.id,
        label: hit.label,
        detail: hit.detail,
        lon: hit.lon,
        lat: hit.lat,
    };
    Unplaced { code: "ambiguous", told, candidates: hits.into_iter().take(CANDIDATES).map(candidate).collect() }
}

fn ambiguous_datum(district: &District, error: &NoSpot) -> Unplaced {
    let reckoned = if let NoSpot::Datums(reckoned) = error { reckoned.as_slice() } else { &[] };
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let candidate = |one: &Reckoned| Candidate {
        kind: Kind::Coordinate.name(),
        label: format!("{} ({})", one.crs, one.crs.title()),
        detail: utmref(district, one.at),
        lon: rounded(one.at.lon),
        lat: rounded(one.at.lat),
        certainty: Certainty::Exact.name(),
        radius: None,
        collection: None,
        id: None,
    };
    let candidates = reckoned.iter().map(candidate).collect();
    Unplaced { code: "ambiguous-datum", told: error.into(), candidates }
}

/// The reference crews speak; `None` far from the district's zone.
pub fn utmref(district: &District, at: LonLat) -> Option<String> {
    let reference = match district.utmref_zone {
        Some(zone) => Utmref::in_zone(at, zone, Precision::M1),
        None => Utmref::at(at, Precision::M1),
    };
    reference.ok().map(|reference| reference.to_string())
}

fn note_name(note: Note) -> &'static str {
    match note {
        Note::OutsideDistrict => "outside_district",
        Note::OrderAssumed => "order_assumed",
        Note::LongitudeFirst => "longitude_first",
        Note::ZoneCompleted => "zone_completed",
        Note::DatumAssumed => "datum_assumed",
    }
}
