//! How the answers for crews and alarm software are described.

use serde_json::{Value as Json, json};

use super::settings::FirewaterSettings;
use super::status::{Because, Status};
use crate::http::answer::JSON;
use crate::http::schema::or_null;
use crate::http::spec::{Context, Spec, choice, limit, number, string};

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
        .gives::<FirewaterSettings<'_>>("200", "Hoses, friction, how long a confirmation counts")
        .refused("400", "Invalid")
}

/// The answer of nearest water, which is written by hand ([`answer`](super::answer)).
fn answer() -> Json {
    json!({
        "type": "object",
        "required": ["at", "notes", "radius", "limit", "by", "road_network", "time", "sources"],
        "properties": {
            "at": incident(),
            "notes": { "type": "array", "items": string(), "description": "How the question was understood" },
            "radius": metres("Around the place, in which it was looked"),
            "limit": { "type": "integer", "description": "Usable sources that were asked for" },
            "by": { "type": "string", "enum": ["road", "line"], "description": "What they are ranked by" },
            "road_network": { "type": "boolean", "description": "Are there roads to rank by?" },
            "time": { "type": "string", "format": "date-time" },
            "sources": { "type": "array", "items": source() },
        },
    })
}

fn incident() -> Json {
    let near = json!({
        "type": ["object", "null"],
        "description": "The nearest address, within what the district calls near",
        "required": ["label", "settlement", "municipality", "distance"],
        "properties": {
            "label": string(), "settlement": or_null(string()), "municipality": or_null(string()),
            "distance": metres("To the place"),
        },
    });
    let words = ["exact", "street", "settlement", "coarse"];
    position(&json!({
        "certainty": { "type": "string", "enum": words },
        "radius": or_null(metres("Around the place, in which the incident may lie; null for an exact one")),
        "matched": { "type": ["string", "null"], "description": "What an address was understood as" },
        "municipality": { "type": ["string", "null"], "description": "In which the place lies" },
        "near": near,
    }))
}

/// A place in the forms crews use, and what else is told of it.
fn position(more: &Json) -> Json {
    let mut members = json!({
        "lon": { "type": "number" }, "lat": { "type": "number" }, "utmref": or_null(string()), "degrees_minutes": string(),
    });
    for (name, schema) in more.as_object().into_iter().flatten() {
        members[name] = schema.clone();
    }
    let names: Vec<&String> = members.as_object().into_iter().flatten().map(|(name, _)| name).collect();
    json!({ "type": "object", "required": names, "properties": members })
}

fn source() -> Json {
    let mut members = json!({
        "collection": string(),
        "id": { "type": "string", "format": "uuid" },
        "kind": code(),
        "distance": metres("In a straight line"),
        "bearing": { "type": "number", "description": "From the place, degrees from north" },
        "route": route(),
        "needs": { "type": "array", "items": string(), "description": "What has to be carried there" },
        "unlimited": { "type": "boolean", "description": "Does it never run dry?" },
        "usable": { "type": "boolean" },
        "status": { "type": "string", "enum": Status::ALL.map(Status::name) },
        "status_because": { "type": "string", "enum": Because::ALL.map(Because::name) },
        "status_as_of": or_null(json!({ "type": "string", "format": "date" })),
        "status_age_days": { "type": ["integer", "null"] },
        "flow_class": or_null(code()),
        "flow_rate": { "type": ["integer", "null"], "description": "Litres a minute" },
        "flow_method": or_null(code()),
        "main_diameter": { "type": ["integer", "null"], "description": "Millimetres" },
        "usable_volume": { "type": ["number", "null"], "description": "Cubic metres" },
        "inexhaustible": { "type": ["boolean", "null"] },
        "access_note": or_null(string()),
        "position": position(&json!({})),
        "updated_at": or_null(json!({ "type": "string", "format": "date-time" })),
    });
    let always: Vec<String> = members.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    for name in ["ref", "name", "status_reason"] {
        members[name] = string();
    }
    members["status_until"] = json!({ "type": "string", "format": "date" });
    json!({ "type": "object", "required": always, "properties": members })
}

fn route() -> Json {
    let position = json!({ "type": "array", "minItems": 2, "maxItems": 2, "items": { "type": "number" } });
    let line = json!({
        "type": "object", "required": ["type", "coordinates"],
        "properties": {
            "type": { "type": "string", "enum": ["LineString"] },
            "coordinates": { "type": "array", "items": position },
        },
    });
    json!({
        "type": ["object", "null"], "description": "The way along roads, and B hoses along it",
        "required": ["distance", "straight", "hoses", "hoses_reserve"],
        "properties": {
            "distance": metres("By road"), "straight": metres("In a straight line"),
            "hoses": { "type": "integer" }, "hoses_reserve": { "type": "integer" }, "geometry": line,
        },
    })
}

/// A code with its labels; of a class the numbers it stands for.
fn code() -> Json {
    json!({
        "type": "object", "required": ["code", "de", "en"],
        "properties": {
            "code": string(), "de": string(), "en": string(),
            "at_least": { "type": "integer" }, "below": { "type": "integer" },
        },
    })
}

fn metres(description: &str) -> Json {
    json!({ "type": "number", "description": format!("Metres. {description}") })
}
