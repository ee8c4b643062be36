//! How the search is described.

use serde_json::{Value as Json, json};

use super::kind::{KINDS, Kind};
use crate::http::answer::JSON;
use crate::http::spec::{Context, SEARCH, Spec, in_list, limit, number, text};

/// `/api/search`
pub fn search(_: &Context<'_>) -> Spec {
    let q = "An address, a street, a place, a municipality, the number of a hydrant or water, or any coordinate; words in \
             any order, the last one may be unfinished";
    let kinds = json!({ "type": "array", "items": { "type": "string", "enum": KINDS.map(Kind::name) } });
    let hint = "What to give, where the question is a coordinate that leaves more than some 200 m open";
    let results = json!({
        "type": "object", "required": ["results"],
        "properties": {
            "results": { "type": "array", "items": hit() },
            "hint": { "type": "string", "description": hint },
        },
    });
    Spec::new(SEARCH, "One field for every place")
        .parameter(json!({ "name": "q", "in": "query", "required": true, "description": q,
            "schema": { "type": "string", "maxLength": 200 }, "example": "hauptstr 12 gadebusch" }))
        .parameter(number("lon", "What is near comes first: longitude in degrees, with lat", -180.0, 180.0))
        .parameter(number("lat", "Latitude in degrees, with lon", -90.0, 90.0))
        .parameter(text("bbox", "What is in view comes first: west, south, east, north in degrees"))
        .parameter(limit(50, 10))
        .parameter(in_list("kinds", "Only results of these kinds", kinds))
        .found("What fits, the best first", JSON, &results)
        .refused("400", "Invalid")
}

fn hit() -> Json {
    let text = || json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "kind": { "type": "string", "enum": KINDS.map(Kind::name) },
            "label": text(), "detail": { "type": ["string", "null"] },
            "lon": { "type": "number" }, "lat": { "type": "number" },
            "exact": { "type": "boolean", "description": "Found as it is written" },
            "certainty": { "type": "string", "enum": ["exact", "street", "settlement", "coarse"] },
            "radius": { "type": ["number", "null"],
                "description": "Metres around it in which an incident there may lie; null for an exact place" },
        },
    })
}
