//! `/api/firewater/settings`: what the district reckons with, so that clients reckon the same, also without a network.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::relay;
use crate::collection::{District, Laying, NearestWater};

/// What a district reckons with.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FirewaterSettings<'a> {
    hose: &'a Laying,
    nearest_water: NearestWater,
    /// A position that may be off by more metres is asked about.
    position_accuracy_m: f64,
    /// Metres up to which an address is near.
    address_within_m: f64,
    /// Are there roads to rank by?
    road_network: bool,
    /// By collection: how long a confirmation counts.
    verified_for_months: BTreeMap<&'a str, u32>,
    relay: RelaySettings,
}

/// What a line of hoses with pumps is reckoned with.
#[derive(Debug, Serialize, JsonSchema)]
struct RelaySettings {
    /// Bar that a pump gives, and that the next one wants.
    outlet: f64,
    inlet: f64,
    /// Bar that are lost by a metre uphill.
    bar_per_metre: f64,
    friction: FrictionTable,
    hoses: Vec<Hose>,
}

/// Bar that are lost in 100 m of hose.
#[derive(Debug, Serialize, JsonSchema)]
struct FrictionTable {
    /// Of the hose, millimetres.
    diameter: f64,
    per_100_m: Vec<Friction>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Friction {
    /// Litres a minute.
    flow: f64,
    /// Bar.
    loss: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Hose {
    name: &'static str,
    /// Millimetres.
    diameter: f64,
}

impl<'a> FirewaterSettings<'a> {
    /// Those of a district.
    pub fn of(district: &'a District, road_network: bool) -> Self {
        let per_100_m = relay::FRICTION.map(|(flow, loss)| Friction { flow, loss }).into();
        let hoses = relay::HOSES.map(|(name, diameter)| Hose { name, diameter }).into();
        Self {
            hose: &district.laying,
            nearest_water: district.nearest_water,
            position_accuracy_m: district.position_accuracy,
            address_within_m: district.address_within,
            road_network,
            verified_for_months: district.verified_for_months.iter().map(|(name, &months)| (&**name, months)).collect(),
            relay: RelaySettings {
                outlet: relay::OUTLET,
                inlet: relay::INLET,
                bar_per_metre: relay::BAR_PER_METRE,
                friction: FrictionTable { diameter: relay::TABLE_DIAMETER, per_100_m },
                hoses,
            },
        }
    }
}
