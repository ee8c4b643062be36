//! What can be found.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

/// A kind of result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "HitKind")]
pub enum Kind {
    Coordinate,
    Place,
    Municipality,
    Address,
    Street,
    Crossing,
    Hydrant,
    WaterSource,
    SuctionPoint,
}

/// All of them.
pub const KINDS: [Kind; 9] = [
    Kind::Address,
    Kind::Street,
    Kind::Crossing,
    Kind::Place,
    Kind::Municipality,
    Kind::Hydrant,
    Kind::WaterSource,
    Kind::SuctionPoint,
    Kind::Coordinate,
];

impl Kind {
    /// The word for clients.
    pub fn name(self) -> &'static str {
        match self {
            Self::Coordinate => "coordinate",
            Self::Place => "place",
            Self::Municipality => "municipality",
            Self::Address => "address",
            Self::Street => "street",
            Self::Crossing => "crossing",
            Self::Hydrant => "hydrant",
            Self::WaterSource => "water_source",
            Self::SuctionPoint => "suction_point",
        }
    }
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// Every kind.
    pub fn all() -> Self {
        Self(u16::MAX)
    }

    /// No kind.
    pub fn none() -> Self {
        Self(0)
    }

    /// The same with one more.
    #[must_use]
    pub fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// The same without one.
    #[must_use]
    pub fn without(self, kind: Kind) -> Self {
        Self(self.0 & !(1 << kind as u16))
    }

    /// Those in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether a kind is among them.
    pub fn has(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }
}

/// A word that names no kind.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a kind of result; there are {known}", known = KINDS.map(Kind::name).join(", "))]
pub struct UnknownKind(pub String);

impl FromStr for Kinds {
    type Err = UnknownKind;

    /// Names with commas between them.
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        text.split(',').map(str::trim).try_fold(Self::none(), |kinds, name| {
            let kind = KINDS.into_iter().find(|kind| kind.name() == name);
            kind.map(|kind| kinds.with(kind)).ok_or_else(|| UnknownKind(name.chars().take(60).collect()))
        })
    }
}
