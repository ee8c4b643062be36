//! The operations of supply in the words of OpenAPI.

use serde_json::json;

use super::answers::{SupplyOfPlace, SupplyPlaces, SupplySummary, SupplyWithout};
use super::routes::{MOST_FAILED, MOST_NEEDED, MOST_PLACES, USUAL_PLACES};
use crate::http::spec::{Context, Spec, binary, choice, in_list, in_path, limit, number, string, whole_in_path};
use crate::tiles::MVT;

const TAG: &str = "Supply";

const KEPT: &str = "It is made anew before it is answered whenever registers, roads or the day have changed.";

fn spec(summary: &str) -> Spec {
    Spec::new(TAG, summary)
}

fn failed(name: &str, description: &str) -> serde_json::Value {
    let ids = json!({ "type": "array", "maxItems": MOST_FAILED, "items": { "type": "string", "format": "uuid" } });
    in_list(name, description, ids)
}

pub fn summary(_: &Context<'_>) -> Spec {
    spec("Which buildings and people have the fire water they need, by municipality")
        .explained(KEPT)
        .gives::<SupplySummary>("200", "Counts by verdict, and by what is judged")
        .refused("400", "Invalid")
}

pub fn building(_: &Context<'_>) -> Spec {
    let id = in_path("building", json!({ "type": "string", "format": "uuid" }));
    spec("Whether a building has the fire water it needs, and why")
        .parameter(id)
        .parameter(failed("without", "Objects that are taken for failed"))
        .gives::<SupplyOfPlace>("200", "The verdict, and all points in reach")
        .refused("400", "Invalid")
        .refuses("404", "There is no such building or object")
}

pub fn place(_: &Context<'_>) -> Spec {
    let needs = "Cubic metres an hour that are needed there; without it the least of the district's demands";
    spec("Whether a place has the fire water that something there needs, and why")
        .parameter(number("lon", "Longitude in degrees", -180.0, 180.0))
        .parameter(number("lat", "Latitude in degrees", -90.0, 90.0))
        .parameter(number("needs", needs, 1.0, MOST_NEEDED))
        .parameter(failed("without", "Objects that are taken for failed"))
        .gives::<SupplyOfPlace>("200", "The verdict, and all points in reach")
        .refused("400", "Invalid")
        .refuses("404", "There is no such object")
}

pub fn without(_: &Context<'_>) -> Spec {
    let mut object = failed("object", "Objects that are taken for failed; with a source, all its suction points");
    object["required"] = json!(true);
    spec("Which buildings would lose their fire water if some objects failed")
        .parameter(object)
        .gives::<SupplyWithout>("200", "The buildings whose verdict changes")
        .refused("400", "Invalid")
        .refuses("404", "There is no such object")
}

pub fn tanks(_: &Context<'_>) -> Spec {
    let by = "What is counted: of each place, what it adds to those before it";
    spec("Where a new tank would help most")
        .parameter(limit(MOST_PLACES, USUAL_PLACES))
        .parameter(choice("by", by, &["buildings", "people"]))
        .gives::<SupplyPlaces>("200", "The places, the best first")
        .refused("400", "Invalid")
}

pub fn table(_: &Context<'_>) -> Spec {
    spec("The counts by municipality as a table")
        .found("CSV with semicolons", "text/csv; charset=utf-8", &string())
        .refused("400", "Invalid")
}

pub fn tile(_: &Context<'_>) -> Spec {
    let layer = "One layer, supply. From zoom 13 on, footprints with verdict and id; below, squares with counts by verdict, all, \
                 gaps, and the verdict that most have.";
    spec("A tile of the map of gaps, in the web's grid")
        .explained(layer)
        .parameters([whole_in_path("z"), whole_in_path("x"), whole_in_path("y")])
        .found("The tile; empty where nothing is", MVT, &binary())
        .refused("400", "Invalid")
        .refuses("404", "The grid has no such tile")
}
