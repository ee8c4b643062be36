//! Why a building is supplied or not, and why a point counts or not, in words.

use schemars::JsonSchema;
use serde::Serialize;

use super::given::{ANY, Given, Grounds};
use super::settings::{Needs, cubic_metres};
use super::verdict::Verdict;
use crate::texts::Tell;

/// A reason, as a sentence. Flows are in cubic metres an hour.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Why {
    /// It has what it needs.
    Supplied {
        needs: f64,
        has: f64,
    },
    /// It has some water, and lacks the rest.
    TooLittle {
        needs: f64,
        has: f64,
        missing: f64,
    },
    /// What there is suffices for no use that the building may have, and nothing is sure.
    NotEvenPossible {
        needs: f64,
        possible: f64,
    },
    None {
        needs: f64,
        metres: f64,
    },
    /// It may have what it needs.
    Unknown {
        needs: f64,
        has: f64,
        missing: f64,
    },
    /// What it needs is not known.
    UseUnknown {
        least: f64,
        most: f64,
        has: f64,
    },
    Exempt,
    /// A point that is counted on.
    Counts {
        gives: f64,
    },
    /// One that would be the third where two are allowed, or draws the same water as one that counts.
    Surplus {
        gives: f64,
    },
    NotRecorded,
    NotVerified {
        gives: Option<f64>,
    },
    RoughFlow {
        gives: Option<f64>,
    },
    Seasonal,
    LessThanAPoint {
        least: f64,
    },
    OutOfService,
}

impl Tell for Why {
    const FILE: &'static str = "supply";
}

/// Cubic metres an hour, to a tenth.
pub fn tenths(flow: u32) -> f64 {
    (cubic_metres(flow) * 10.0).round() / 10.0
}

impl Why {
    /// Why a building has its verdict. `sure` and `possible` are what it surely and possibly has, litres a minute.
    pub fn of_building(verdict: Verdict, needs: Needs, (sure, possible): (u32, u32), reach: f64) -> Self {
        let Needs::Flow { least, most } = needs else { return Self::Exempt };
        let (needed, has, missing) = (tenths(most), tenths(sure), tenths(most.saturating_sub(sure)));
        match verdict {
            Verdict::Exempt => Self::Exempt,
            Verdict::Supplied => Self::Supplied { needs: needed, has },
            Verdict::None => Self::None { needs: tenths(least), metres: reach },
            Verdict::TooLittle if sure == 0 => {
                Self::NotEvenPossible { needs: tenths(least), possible: tenths(possible) }
            }
            Verdict::TooLittle => {
                Self::TooLittle { needs: tenths(least), has, missing: tenths(least.saturating_sub(sure)) }
            }
            Verdict::Unknown if sure >= least => Self::UseUnknown { least: tenths(least), most: needed, has },
            Verdict::Unknown => Self::Unknown { needs: needed, has, missing },
        }
    }

    /// Why a point counts, or not.
    pub fn of_point(given: Given, is_counted: bool, least: u32) -> Self {
        let possible = (given.possible != ANY).then(|| tenths(given.possible));
        match given.because {
            Grounds::Sure if is_counted => Self::Counts { gives: tenths(given.sure) },
            Grounds::Sure => Self::Surplus { gives: tenths(given.sure) },
            Grounds::NotRecorded => Self::NotRecorded,
            Grounds::NotVerified => Self::NotVerified { gives: possible },
            Grounds::RoughFlow => Self::RoughFlow { gives: possible },
            Grounds::Seasonal => Self::Seasonal,
            Grounds::TooLittle => Self::LessThanAPoint { least: tenths(least) },
            Grounds::OutOfService => Self::OutOfService,
        }
    }
}
