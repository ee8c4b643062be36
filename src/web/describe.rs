//! How the pages are described that alarm software and other homepages link to. They take whatever they are called with:
//! crews get their map.

use serde_json::{Value as Json, json};

use crate::http::spec::{CAPABILITIES, Context, MAPS, PAGE, Spec, text};

/// `/`
pub fn portal(_: &Context<'_>) -> Spec {
    Spec::new(CAPABILITIES, "The front door")
        .answers("200", json!({ "description": "The portal, for browsers", "content": { PAGE: {} } }))
        .answers("307", json!({ "description": "To the landing page of the OGC API, for programs" }))
}

/// `/sign-in`
pub fn sign_in(_: &Context<'_>) -> Spec {
    page("The page to sign in")
}

/// `/sign-in/return/{provider}`
pub fn sign_in_return(_: &Context<'_>) -> Spec {
    page("The page to which a provider of OpenID Connect sends browsers back")
}

/// `/account`
pub fn account(_: &Context<'_>) -> Spec {
    page("The page of one's own account")
}

/// `/administration`
pub fn administration(_: &Context<'_>) -> Spec {
    page("The page for those who say who may do what")
}

/// `/desk`
pub fn desk(_: &Context<'_>) -> Spec {
    page("The page on which registers are maintained; /desk/{collection}/{id} opens an object")
}

/// `/map/tablet`
pub fn tablet(_: &Context<'_>) -> Spec {
    page("The page on which the tablet of a vehicle is enrolled, and asks for its PIN")
}

/// `/map`
pub fn crew_map(_: &Context<'_>) -> Spec {
    let summary = "The map for crews";
    Spec::new(MAPS, summary)
        .parameter(text("at", "The incident: any coordinate a crew has, or an address"))
        .parameter(text("text", "What has happened"))
        .parameter(language())
        .found(summary, PAGE, &json!({ "type": "string" }))
}

/// `/embed`
pub fn embedded_map(_: &Context<'_>) -> Spec {
    let summary = "The map in a frame of other homepages";
    let centre = "Longitude and latitude in degrees, with a comma; without it, the whole district";
    Spec::new(MAPS, summary)
        .parameter(text("center", centre))
        .parameter(text("zoom", "0 to 20; 15 where nothing is said"))
        .parameter(text("layers", "Of hydrants, water_sources, suction_points, apart by commas"))
        .parameter(language())
        .parameter(text("list", "no leaves the link to the list out"))
        .found(summary, PAGE, &json!({ "type": "string" }))
}

/// `/embed.js`
pub fn element(_: &Context<'_>) -> Spec {
    let summary = "The element <geokontor-map> for other homepages";
    Spec::new(MAPS, summary).found(summary, "text/javascript", &json!({ "type": "string" }))
}

fn page(summary: &str) -> Spec {
    Spec::new(MAPS, summary).parameter(language()).found(summary, PAGE, &json!({ "type": "string" }))
}

fn language() -> Json {
    text("lang", "de or en; without it, that of the browser")
}
