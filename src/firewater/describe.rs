//! How the answers for crews and alarm software are described.

use serde_json::{Value as Json, json};

use crate::http::answer::JSON;
use crate::http::spec::{Context, Spec, choice, limit, number, object};

/// What crews ask for, as a tag.
pub const FIRE_WATER: &str = "Fire water";

/// Where the incident is, and how far around it is looked.
pub fn place() -> [Json; 4] {
    let at = "Any coordinate a crew has instead of lon and lat (UTMREF, degrees in any form, UTM, Gauss-Krüger with its \
              datum), or an address, a street, a settlement. What leaves more than some 200 m open is refused, and so is \
              what may mean several places: with the code ambiguous or ambiguous-datum and the member candidates";
    [
        number("lon", "Longitude in degrees; with lat", -180.0, 180.0),
        number("lat", "Latitude in degrees; with lon", -90.0, 90.0),
        json!({ "name": "at", "in": "query", "description": at, "schema": { "type": "string" },
          "example": "32U PE 61655 74265" }),
        number("radius", "Metres", 0.0, 50_000.0),
    ]
}

/// `/api/firewater/nearest`
pub fn nearest(_: &Context<'_>) -> Spec {
    let description = "The limit counts usable sources, and those out of service only where usable ones leave room; without one \
                       it is the district's. Beyond it are told: in their rank, usable ones that are close by in a straight \
                       line (the district says how close); usable ones that never run dry, though they are farther; last of \
                       all up to five out of \
                       service that are no farther, in a straight line, than the farthest usable one within the limit, so \
                       that nobody takes a closed hydrant for one that is not recorded.";
    let by = "What is ranked by; without a road network, the straight line";
    Spec::new(FIRE_WATER, "The nearest water: usable sources first, then by distance")
        .explained(description)
        .parameters(place())
        .parameter(limit(100, 10))
        .parameter(choice("by", by, &["road", "line"]))
        .parameter(choice("geometry", "With route, the ways along roads as lines", &["none", "route"]))
        .found("The sources around the place", JSON, &answer())
        .refused("400", "Invalid")
}

/// `/api/firewater/settings`
pub fn settings(_: &Context<'_>) -> Spec {
    Spec::new(FIRE_WATER, "What the district reckons with")
        .found("Hoses, friction, how long a confirmation counts", JSON, &object())
        .refused("400", "Invalid")
}

/// The answer of nearest water, as far as it is not the register's.
fn answer() -> Json {
    let text = || json!({ "type": "string" });
    let or_null = |kind: &str| json!({ "type": [kind, "null"] });
    let near = json!({
        "type": ["object", "null"],
        "description": "The nearest address, within what the district calls near",
        "properties": {
            "label": text(), "settlement": or_null("string"), "municipality": or_null("string"),
            "distance": { "type": "number", "description": "Metres" },
        },
    });
    let at = json!({
        "type": "object",
        "properties": {
            "lon": { "type": "number" }, "lat": { "type": "number" },
            "utmref": or_null("string"), "degrees_minutes": text(),
            "certainty": { "type": "string", "enum": ["exact", "street", "settlement", "coarse"] },
            "radius": { "type": ["number", "null"],
                "description": "Metres around the place in which the incident may lie; null for an exact one" },
            "matched": { "type": ["string", "null"], "description": "What an address was understood as" },
            "municipality": { "type": ["string", "null"], "description": "In which the place lies" },
            "near": near,
        },
    });
    json!({ "type": "object", "properties": { "at": at, "notes": { "type": "array", "items": text() } } })
}
