//! How the search is described.

use serde_json::json;

use super::kind::{KINDS, Kind};
use super::routes::Results;
use crate::http::spec::{Context, SEARCH, Spec, in_list, limit, number, text};

/// `/api/search`
pub fn search(_: &Context<'_>) -> Spec {
    let q = "An address, a street, a place, a municipality, the number of a hydrant or water, or any coordinate; words in \
             any order, the last one may be unfinished";
    let kinds = json!({ "type": "array", "items": { "type": "string", "enum": KINDS.map(Kind::name) } });
    Spec::new(SEARCH, "One field for every place")
        .parameter(json!({ "name": "q", "in": "query", "required": true, "description": q,
            "schema": { "type": "string", "maxLength": 200 }, "example": "hauptstr 12 gadebusch" }))
        .parameter(number("lon", "What is near comes first: longitude in degrees, with lat", -180.0, 180.0))
        .parameter(number("lat", "Latitude in degrees, with lon", -90.0, 90.0))
        .parameter(text("bbox", "What is in view comes first: west, south, east, north in degrees"))
        .parameter(limit(50, 10))
        .parameter(in_list("kinds", "Only results of these kinds", kinds))
        .gives::<Results>("200", "What fits")
        .refused("400", "Invalid")
}
