//! From a text to a place on earth: [`parse`](crate::coordinate::parse()) and, for Gauss-Krüger, the shift from its datum.
//!
//! Gauss-Krüger figures are written alike on two datums, DHDN (west) and
//! Pulkovo 1942(83) (east, "42/83"), which lie hundreds of metres apart. Which is meant is said, or the district has an
//! order for it, or nobody is sent anywhere.

use geo_types::Coord;

use super::{District, Label, Language};
use crate::coordinate::{Certainty, Context, Datum, LonLat, Note, ParseError, Place, geodesic_distance_m, parse};
use crate::feature::crs::{Crs, CrsError};
use crate::texts::Told;

/// Datums nearer to one another than this are the same for a crew, metres.
const SAME_M: f64 = 1.0;

/// A place that a text names by figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub at: LonLat,
    pub certainty: Certainty,
    /// What a person should be told before it is used.
    pub notes: Vec<Note>,
}

/// A place that figures may stand for, and the CRS in which they do.
#[derive(Clone, Debug, PartialEq)]
pub struct Reckoned {
    pub crs: Crs,
    pub at: LonLat,
}

/// Why a text is no place.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoSpot {
    #[error(transparent)]
    Unread(#[from] ParseError),
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// Gauss-Krüger figures that are different places in each of these.
    #[error("{}", which_datum(.0, Language::En))]
    Datums(Vec<Reckoned>),
}

impl From<&NoSpot> for Told {
    fn from(error: &NoSpot) -> Self {
        Label::new(error.message(Language::De), error.message(Language::En)).into()
    }
}

impl NoSpot {
    /// What is wrong, for people.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Unread(error), Language::De) => error.german(),
            (Self::Crs(error), Language::De) => error.german(),
            (Self::Datums(candidates), language) => which_datum(candidates, language),
            (error, _) => error.to_string(),
        }
    }

    /// True if the text has words that no coordinate has.
    pub fn is_worded(&self) -> bool {
        matches!(self, Self::Unread(ParseError::Word(_) | ParseError::Character(_) | ParseError::Count(0)))
    }

    /// True if the text is certainly meant as figures of a place, so that it is nothing else either.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Unread(error) => error.is_final(),
            Self::Crs(_) | Self::Datums(_) => true,
        }
    }
}

/// The place a text names in any notation a crew has.
///
/// # Errors
/// What is wrong with the text, or that it names several places.
pub fn locate(district: &District, text: &str) -> Result<Spot, NoSpot> {
    let context = Context { district: Some(district.bounds), reference: None };
    let reading = parse(text, &context)?;
    let certainty = Certainty::within(reading.radius, district.position_accuracy);
    let (at, mut notes) = match (reading.position(), &reading.place) {
        (None, Place::Projected(projected)) => {
            let metres = Coord { x: projected.easting, y: projected.northing };
            let (at, assumed) = reckon(district, projected.epsg, projected.alternatives, metres)?;
            (at, if assumed { vec![Note::DatumAssumed] } else { Vec::new() })
        }
        (Some(at), _) => (at, reading.notes),
        (None, _) => return Err(ParseError::Empty.into()),
    };
    // A datum is settled after the text was read.
    if context.holds(at, 0.0) == Some(false) && !notes.contains(&Note::OutsideDistrict) {
        notes.push(Note::OutsideDistrict);
    }
    Ok(Spot { at, certainty, notes })
}

/// The place of metres in one CRS or another, and whether the district's order decided between them.
fn reckon(district: &District, first: u32, others: &[u32], metres: Coord) -> Result<(LonLat, bool), NoSpot> {
    let transformer = district.frame().transformer;
    let place = |code: u32| -> Result<Reckoned, CrsError> {
        let crs = Crs::from_epsg(code)?;
        let there = transformer.coord(crs, Crs::CRS84, metres)?;
        Ok(Reckoned { crs, at: LonLat { lon: there.x, lat: there.y } })
    };
    let first = place(first)?;
    // Where the other datum was never used it is not meant.
    let others = others
        .iter()
        .filter_map(|code| place(*code).ok())
        .filter(|it| it.crs.is_used_near(Coord { x: it.at.lon, y: it.at.lat }));
    let all: Vec<Reckoned> = std::iter::once(first.clone()).chain(others).collect();
    if all.iter().all(|other| geodesic_distance_m(first.at, other.at) <= SAME_M) {
        return Ok((first.at, false));
    }
    let datum = |crs: Crs| crs.epsg().and_then(Datum::of);
    let in_order = |crs: &Crs| all.iter().find(|one| datum(one.crs) == datum(*crs));
    match district.gauss_krueger.iter().find_map(in_order) {
        Some(one) => Ok((one.at, true)),
        None => Err(NoSpot::Datums(all)),
    }
}

/// What to write so that the datum is clear.
fn which_datum(candidates: &[Reckoned], language: Language) -> String {
    let codes: Vec<String> = candidates.iter().map(|one| one.crs.to_string()).collect();
    let apart = match candidates {
        [one, other, ..] => geodesic_distance_m(one.at, other.at).round(),
        _ => 0.0,
    };
    match language {
        Language::De => format!(
            "Gauß-Krüger-Koordinaten ohne Bezugssystem: In {} liegen die Orte {apart} m auseinander. Schreiben Sie \
             „42/83“ oder „DHDN“ davor oder die Nummer, etwa „{} …“",
            codes.join(" und "),
            codes.last().map_or("EPSG:2398", String::as_str),
        ),
        Language::En => format!(
            "Gauss-Krüger coordinates without their datum: in {} the places are {apart} m apart; write '42/83' or 'DHDN' \
             before them, or the code as in '{} …'",
            codes.join(" and "),
            codes.last().map_or("EPSG:2398", String::as_str),
        ),
    }
}
