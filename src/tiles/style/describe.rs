//! How styles, symbols and letters are described.

use crate::http::answer::JSON;
use crate::http::spec::{Context, MAPS, Spec, binary, object, text_in_path, word_in_path};

const SPRITES: [&str; 8] =
    ["day.png", "day.json", "day@2x.png", "day@2x.json", "night.png", "night.json", "night@2x.png", "night@2x.json"];

/// `/map/styles/{style}`
pub fn style(_: &Context<'_>) -> Spec {
    Spec::new(MAPS, "A MapLibre style")
        .parameter(word_in_path("style", &["day.json", "night.json"]))
        .found("A MapLibre style", JSON, &object())
        .refused("400", "Invalid")
        .refused("404", "NotFound")
}

/// `/map/sprites/{sprite}`
pub fn sprite(_: &Context<'_>) -> Spec {
    let summary = "The symbols of a style, and where they are";
    Spec::new(MAPS, summary)
        .parameter(word_in_path("sprite", &SPRITES))
        .found(summary, JSON, &object())
        .found(summary, "image/png", &binary())
        .refused("400", "Invalid")
        .refused("404", "NotFound")
}

/// `/map/glyphs/{fontstack}/{range}`
pub fn glyphs(_: &Context<'_>) -> Spec {
    Spec::new(MAPS, "Letters of a font")
        .parameter(text_in_path("fontstack", "Fonts apart by commas, of which the first that there is is given"))
        .parameter(text_in_path("range", "Such as 0-255.pbf"))
        .found("Letters of a font", "application/x-protobuf", &binary())
        .refused("400", "Invalid")
        .refused("404", "NotFound")
}
