//! How map images are described.

use serde_json::{Value as Json, json};

use super::ask::{MAX_EDGE, MAX_MARKERS};
use super::encode::Format;
use crate::http::spec::{Context, MAPS, Spec, binary, in_query, number, text, word};

const CRSS: [&str; 3] = ["EPSG:3857", "EPSG:25832", "EPSG:25833"];

/// `/map/image.png`
pub fn png(_: &Context<'_>) -> Spec {
    image("png", Format::Png)
}

/// `/map/image.jpg`
pub fn jpg(_: &Context<'_>) -> Spec {
    image("jpg", Format::Jpeg(85)).parameter(number("quality", "85 where nothing is said", 1.0, 100.0))
}

/// `/map/image.webp`
pub fn webp(_: &Context<'_>) -> Spec {
    image("webp", Format::Webp)
}

fn image(ending: &str, format: Format) -> Spec {
    let summary = format!("A map as a picture ({ending})");
    Spec::new(MAPS, summary.clone())
        .parameters(frame())
        .found(&summary, format.media(), &binary())
        .refused("400", "Invalid")
}

fn frame() -> Vec<Json> {
    let pixels = |name: &str, default: u32| {
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": MAX_EDGE, "default": default });
        in_query(name, "Pixels of the style", schema)
    };
    let marker = json!({ "name": "marker", "in": "query", "style": "form", "explode": true,
        "description": "longitude,latitude or longitude,latitude,label; as often as wanted",
        "schema": { "type": "array", "maxItems": MAX_MARKERS, "items": { "type": "string" } } });
    vec![
        text("center", "Longitude and latitude in degrees, with a comma; one of center, at and bbox"),
        text("at", "Any coordinate a crew has, or an address"),
        text("bbox", "West, south, east, north, with commas"),
        word("bbox-crs", &["CRS84", CRSS[0], CRSS[1], CRSS[2]]),
        word("crs", &CRSS),
        number("zoom", "With center or at: the web's zoom; 16 where nothing is said", 0.0, 22.0),
        number("scale", "With center or at, instead of zoom: 1 to this on paper", 100.0, 10_000_000.0),
        pixels("width", 1024),
        pixels("height", 768),
        number("ratio", "Pixels of the picture to one of the style", 1.0, 4.0),
        number("dpi", "Instead of ratio: pixels to the inch of paper", 96.0, 384.0),
        word("style", &["day", "night"]),
        text("layers", "Layers or tilesets to be shown, apart by commas"),
        marker,
        text("furniture", "none, all, or some of attribution, scale"),
    ]
}
