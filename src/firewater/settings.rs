//! `/api/firewater/settings`: what the district reckons with, so that clients reckon the same, also without a network.

use serde_json::{Value as Json, json};

use super::relay;
use crate::collection::District;

/// The settings as JSON.
pub fn settings(district: &District, road_network: bool) -> Json {
    let rows: Vec<Json> = relay::FRICTION.iter().map(|(flow, loss)| json!({ "flow": flow, "loss": loss })).collect();
    let hoses: Vec<Json> =
        relay::HOSES.iter().map(|(name, diameter)| json!({ "name": name, "diameter": diameter })).collect();
    json!({
        "hose": district.laying,
        "nearest_water": district.nearest_water,
        "position_accuracy_m": district.position_accuracy,
        "address_within_m": district.address_within,
        "road_network": road_network,
        "verified_for_months": district.verified_for_months.iter().collect::<std::collections::BTreeMap<_, _>>(),
        "relay": {
            "outlet": relay::OUTLET,
            "inlet": relay::INLET,
            "bar_per_metre": relay::BAR_PER_METRE,
            "friction": { "diameter": relay::TABLE_DIAMETER, "per_100_m": rows },
            "hoses": hoses,
        },
    })
}
