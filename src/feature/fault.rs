//! What can be wrong with a geometry, in both languages of the interface.

use super::GeometryKind;
use crate::texts::{Label, Told};

/// Why something is not a geometry we take. `pointer` is relative to the geometry object (RFC 6901).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct GeometryError {
    pub pointer: String,
    pub fault: GeometryFault,
}

impl GeometryError {
    pub(super) fn new(pointer: impl Into<String>, fault: GeometryFault) -> Self {
        Self { pointer: pointer.into(), fault }
    }
}

/// What is wrong with a geometry; its `Display` is the English text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GeometryFault {
    // The way it is written.
    #[error(
        "a geometry is an object with 'type' and 'coordinates', such as {{\"type\": \"Point\", \"coordinates\": [11.46, 53.89]}}"
    )]
    NoType,
    #[error("a {kind} needs 'coordinates'")]
    NoCoordinates { kind: String },
    #[error("'{kind}' is not a geometry type the registers use")]
    UnknownType { kind: String },
    #[error("an array is expected here")]
    NoArray,
    #[error("a position is an array of two numbers")]
    NoPosition,
    #[error("not a WKB geometry: {reason}")]
    NoWkb { reason: String },
    #[error("the geometry cannot be encoded: {reason}")]
    NotEncoded { reason: String },
    // How much there is.
    #[error("the geometry is empty")]
    Empty,
    #[error("more than {most} positions")]
    TooManyPositions { most: usize },
    #[error("a line needs at least two positions")]
    ShortLine,
    #[error("a ring needs at least four positions, the last equal to the first")]
    OpenRing,
    #[error("a coordinate is not a finite number")]
    NotFinite,
    // What it would be.
    #[error("the geometry is not valid: {0}")]
    Invalid(InvalidShape),
}

/// Why a shape is none (OGC 06-103r4, 6.1.11). Rings and parts are counted from 0, as in the arrays of GeoJSON.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvalidShape {
    #[error("has a non-finite coordinate")]
    NotFinite,
    #[error("line must have at least 2 distinct points")]
    LineTooShort,
    #[error("{ring} has a non-finite coordinate")]
    RingNotFinite { ring: Ring },
    #[error("{ring} must have at least 3 distinct points")]
    RingTooShort { ring: Ring },
    #[error("{ring} has a self-intersection")]
    SelfIntersection { ring: Ring },
    #[error("interior ring at index {hole} is not contained within the polygon's exterior")]
    HoleOutside { hole: usize },
    #[error("exterior ring and interior ring at index {hole} intersect on a line")]
    HoleOnShell { hole: usize },
    #[error("{what} {one} and {other} overlap", what = .what.english())]
    Overlap { what: Pieces, one: usize, other: usize },
    #[error("{what} {one} and {other} touch on a line", what = .what.english())]
    TouchOnLine { what: Pieces, one: usize, other: usize },
    #[error("part {part}: {fault}")]
    InPart { part: usize, fault: Box<InvalidShape> },
    #[error("it is too intricate to be checked; make it simpler")]
    TooIntricate,
}

/// A ring of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    Exterior,
    Interior(usize),
}

impl std::fmt::Display for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exterior => f.write_str("exterior ring"),
            Self::Interior(n) => write!(f, "interior ring at index {n}"),
        }
    }
}

impl Ring {
    fn german(self) -> String {
        match self {
            Self::Exterior => "der Außenring".to_owned(),
            Self::Interior(n) => format!("der Innenring {n}"),
        }
    }
}

/// What lies beside each other in an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pieces {
    Parts,
    InteriorRings,
}

impl Pieces {
    fn english(self) -> &'static str {
        match self {
            Self::Parts => "parts",
            Self::InteriorRings => "interior rings",
        }
    }

    fn german(self) -> &'static str {
        match self {
            Self::Parts => "die Teilflächen",
            Self::InteriorRings => "die Innenringe",
        }
    }
}

impl From<&GeometryError> for Told {
    fn from(error: &GeometryError) -> Self {
        Label::new(error.fault.german(), error.to_string()).into()
    }
}

impl GeometryFault {
    /// The text in German.
    pub fn german(&self) -> String {
        match self {
            Self::NoType => "eine Geometrie ist ein Objekt mit „type“ und „coordinates“, etwa {\"type\": \"Point\", \"coordinates\": [11.46, 53.89]}".to_owned(),
            Self::NoCoordinates { kind } => format!("{} hat keine „coordinates“", german_kind(kind)),
            Self::UnknownType { kind } => format!("„{kind}“ ist keine Geometrieart, die die Register kennen"),
            Self::NoArray => "hier muss eine Liste stehen".to_owned(),
            Self::NoPosition => "eine Koordinate ist eine Liste aus zwei Zahlen".to_owned(),
            Self::NoWkb { reason } => format!("kein lesbares WKB ({reason})"),
            Self::NotEncoded { reason } => format!("die Geometrie lässt sich nicht kodieren ({reason})"),
            Self::Empty => "die Geometrie ist leer".to_owned(),
            Self::TooManyPositions { most } => format!("mehr als {most} Stützpunkte"),
            Self::ShortLine => "eine Linie braucht mindestens zwei Stützpunkte".to_owned(),
            Self::OpenRing => {
                "ein Ring braucht mindestens vier Stützpunkte, der letzte gleich dem ersten: er ist nicht geschlossen oder zu kurz"
                    .to_owned()
            }
            Self::NotFinite => "eine Koordinate ist keine endliche Zahl".to_owned(),
            Self::Invalid(shape) => format!("die Geometrie ist ungültig: {}", shape.german()),
        }
    }
}

/// The name of a kind as people say it; what is no kind stays as it is written.
fn german_kind(name: &str) -> String {
    GeometryKind::named(name).map_or_else(|| format!("„{name}“"), |kind| kind.german().to_owned())
}

impl InvalidShape {
    /// The text in German.
    pub fn german(&self) -> String {
        match self {
            Self::NotFinite => "eine Koordinate ist keine endliche Zahl".to_owned(),
            Self::LineTooShort => "die Linie hat keine zwei verschiedenen Stützpunkte".to_owned(),
            Self::RingNotFinite { ring } => {
                format!("{} hat eine Koordinate, die keine endliche Zahl ist", ring.german())
            }
            Self::RingTooShort { ring } => format!("{} hat keine drei verschiedenen Stützpunkte", ring.german()),
            Self::SelfIntersection { ring } => format!("{} schneidet sich selbst", ring.german()),
            Self::HoleOutside { hole } => format!("der Innenring {hole} liegt nicht innerhalb des Außenrings"),
            Self::HoleOnShell { hole } => format!("der Außenring und der Innenring {hole} haben eine Kante gemeinsam"),
            Self::Overlap { what, one, other } => format!("{} {one} und {other} überlappen sich", what.german()),
            Self::TouchOnLine { what, one, other } => {
                format!("{} {one} und {other} haben eine Kante gemeinsam", what.german())
            }
            Self::InPart { part, fault } => format!("Teilfläche {part}: {}", fault.german()),
            Self::TooIntricate => "sie ist zu verschachtelt, um geprüft zu werden; bitte vereinfachen".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each; the match says which is forgotten here when there is a new one.
    fn all() -> Vec<GeometryFault> {
        let shapes = [
            InvalidShape::NotFinite,
            InvalidShape::LineTooShort,
            InvalidShape::RingNotFinite { ring: Ring::Exterior },
            InvalidShape::RingTooShort { ring: Ring::Interior(1) },
            InvalidShape::SelfIntersection { ring: Ring::Exterior },
            InvalidShape::HoleOutside { hole: 0 },
            InvalidShape::HoleOnShell { hole: 0 },
            InvalidShape::Overlap { what: Pieces::Parts, one: 0, other: 1 },
            InvalidShape::TouchOnLine { what: Pieces::InteriorRings, one: 0, other: 1 },
            InvalidShape::InPart { part: 1, fault: Box::new(InvalidShape::HoleOutside { hole: 2 }) },
            InvalidShape::TooIntricate,
        ];
        let written = [
            GeometryFault::NoType,
            GeometryFault::NoCoordinates { kind: "Point".to_owned() },
            GeometryFault::UnknownType { kind: "Curve".to_owned() },
            GeometryFault::NoArray,
            GeometryFault::NoPosition,
            GeometryFault::NoWkb { reason: "7".to_owned() },
            GeometryFault::NotEncoded { reason: "7".to_owned() },
            GeometryFault::Empty,
            GeometryFault::TooManyPositions { most: 5 },
            GeometryFault::ShortLine,
            GeometryFault::OpenRing,
            GeometryFault::NotFinite,
        ];
        written.into_iter().chain(shapes.map(GeometryFault::Invalid)).collect()
    }

    #[test]
    fn every_fault_has_words_of_its_own_in_both_languages() {
        const ENGLISH: [&str; 12] = [
            " ring ", "interior", "exterior", " the ", " is ", "part", " not ", "touch", "overlap ", "needs", "must",
            "index",
        ];
        let all = all();
        for fault in &all {
            let (de, en) = (fault.german(), fault.to_string());
            assert!(!de.is_empty() && !en.is_empty() && de != en, "{fault:?}");
            assert!(ENGLISH.iter().all(|word| !de.contains(word)), "{de}");
        }
        let mut texts: Vec<String> = all.iter().map(GeometryFault::german).collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), all.len());
    }
}
