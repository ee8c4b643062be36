//! What is told of supply. Flows are cubic metres an hour.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::given::Grounds;
use super::settings::Measure;
use super::verdict::Verdict;
use crate::texts::Label;

/// All buildings judged, by municipality.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplySummary {
    pub settings: SupplySettings,
    /// The day in the district for which it holds.
    pub day: NaiveDate,
    pub total: SupplyTally,
    /// By their keys.
    pub municipalities: Vec<SupplyOfMunicipality>,
    /// Buildings that lie in no municipality.
    pub elsewhere: SupplyTally,
    /// Points at which water is drawn.
    pub points: usize,
}

/// By what is judged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SupplySettings {
    pub title: Label,
    /// The code of practice.
    pub source: Label,
    /// Metres to the water.
    pub reach: f64,
    pub measured_by: Measure,
    /// True if there are roads to measure along; without them ways are straight lines times a factor.
    pub road_network: bool,
    /// Points for one building; null for any number.
    pub most_points: Option<usize>,
    /// What each of them must give.
    pub least_flow: f64,
    pub hours: f64,
    /// Usable cubic metres of the tank whose places are looked for.
    pub tank_volume: f64,
    pub demands: Vec<SupplyDemand>,
}

/// What a class of buildings needs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SupplyDemand {
    pub name: String,
    pub title: Label,
    pub flow: f64,
}

/// Buildings and people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SupplyTally {
    pub buildings: SupplyCount,
    pub people: SupplyCount,
}

/// How many, by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SupplyCount {
    pub supplied: u32,
    /// Some water is there, and certainly not enough.
    pub too_little: u32,
    /// No water is there.
    pub none: u32,
    /// Depends on what is not recorded or not verified.
    pub unknown: u32,
    /// Needs nothing of its own.
    pub exempt: u32,
}

/// A municipality.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SupplyOfMunicipality {
    pub key: String,
    pub name: String,
    /// Null where it is not recorded; nobody is counted there then.
    pub population: Option<u32>,
    #[serde(flatten)]
    pub tally: SupplyTally,
}

/// A building or a place, and why it is supplied or not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplyOfPlace {
    /// The building; null for a place.
    pub building: Option<Uuid>,
    pub lon: f64,
    pub lat: f64,
    /// What the building is used for; null where that is not recorded.
    pub function: Option<Label>,
    pub people: u32,
    pub verdict: Verdict,
    pub words: Label,
    /// What it needs; null if that is nothing. Where its use or its storeys are not known, something from the least to the most.
    pub needs: Option<SupplyNeeds>,
    /// What is surely there.
    pub sure: f64,
    /// What is missing of the most that it may need.
    pub missing: f64,
    /// All points in reach, the nearest first.
    pub points: Vec<SupplyPoint>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct SupplyNeeds {
    pub least: f64,
    pub most: f64,
}

/// A point in reach.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplyPoint {
    pub collection: String,
    pub id: Uuid,
    /// The number people call it by.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    pub kind: Option<Label>,
    pub lon: f64,
    pub lat: f64,
    /// Metres to the building, as they are measured.
    pub metres: f64,
    /// What it gives, as far as that is recorded; null where nobody knows.
    pub gives: Option<f64>,
    /// Is it one of those that supply the building?
    pub counts: bool,
    pub because: Grounds,
    pub words: Label,
    /// True of one that is taken for failed.
    pub failed: bool,
}

/// What is lost if some objects fail.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplyWithout {
    /// The points that are taken for failed; of a source with suction points, these.
    pub without: Vec<SupplyFailed>,
    /// Buildings and people whose supply is certainly too little then, and was not before.
    pub lost: SupplyLoss,
    /// Of which nobody would know any more.
    pub doubtful: SupplyLoss,
    /// Buildings whose verdict changes.
    pub buildings: Vec<SupplyChange>,
}

/// A point that is taken for failed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplyFailed {
    pub collection: String,
    pub id: Uuid,
    /// The number people call it by.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    pub lon: f64,
    pub lat: f64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SupplyLoss {
    pub buildings: u32,
    pub people: u32,
}

/// A building whose verdict changes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplyChange {
    pub id: Uuid,
    pub lon: f64,
    pub lat: f64,
    pub before: Verdict,
    pub after: Verdict,
    pub people: u32,
}

/// Where a new tank would help most.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplyPlaces {
    /// Usable cubic metres of the tank, and what that gives.
    pub tank_volume: f64,
    pub tank_flow: f64,
    /// The best first; each with what it adds to those before it.
    pub places: Vec<SupplySite>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SupplySite {
    pub rank: usize,
    pub lon: f64,
    pub lat: f64,
    pub utmref: Option<String>,
    /// The nearest address.
    pub near: Option<String>,
    pub municipality: Option<String>,
    /// Buildings that would be supplied, and people in them.
    pub buildings: u32,
    pub people: u32,
    /// The same of this place and all before it.
    pub buildings_so_far: u32,
    pub people_so_far: u32,
}
