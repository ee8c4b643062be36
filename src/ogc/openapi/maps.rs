//! Maps as pictures, what programs need to draw them, and the pages that show them.

use serde_json::{Map, Value as Json, json};

use super::parts::{answer, with_problems};
use crate::http::answer::JSON;
use crate::ogc::link::PAGE;
use crate::print::ask::{MAX_EDGE, MAX_MARKERS};

/// Maps for eyes, as a tag.
pub const MAPS: &str = "Maps";

const PICTURES: [(&str, &str); 3] = [("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")];
const CRSS: [&str; 3] = ["EPSG:3857", "EPSG:25832", "EPSG:25833"];

/// Adds images, raster tiles, styles, sprites and glyphs.
pub fn add_picture_paths(paths: &mut Map<String, Json>) {
    for (ending, media) in PICTURES {
        let summary = format!("A map as a picture ({ending})");
        let image = get(&format!("image_{ending}"), &summary, image_parameters(ending), media, &["400"]);
        paths.insert(format!("/map/image.{ending}"), image);
        let row = json!({ "name": "y", "in": "path", "required": true, "description": "The row; with @2x twice as fine",
                          "schema": { "type": "string", "pattern": "^[0-9]+(@2x)?$" } });
        let name = text_in_path("tileset", "A tileset, or map for the whole map");
        let parameters = vec![name, whole("z"), whole("x"), row, choice("style", &["day", "night"])];
        let summary = format!("A tile as a picture ({ending})");
        let tile = get(&format!("raster_tile_{ending}"), &summary, parameters, media, &["400", "404"]);
        paths.insert(format!("/tiles/{{tileset}}/{{z}}/{{x}}/{{y}}.{ending}"), tile);
    }
    let style = vec![choice_in_path("style", &["day.json", "night.json"])];
    let style = get("style", "A MapLibre style", style, JSON, &["400", "404"]);
    paths.insert("/map/styles/{style}".to_owned(), style);
    let names = [
        "day.png",
        "day.json",
        "day@2x.png",
        "day@2x.json",
        "night.png",
        "night.json",
        "night@2x.png",
        "night@2x.json",
    ];
    let sprite = vec![choice_in_path("sprite", &names)];
    let mut sprite = get("sprite", "The symbols of a style, and where they are", sprite, JSON, &["400", "404"]);
    sprite["get"]["responses"]["200"]["content"]["image/png"] = json!({ "schema": binary() });
    paths.insert("/map/sprites/{sprite}".to_owned(), sprite);
    let stack = text_in_path("fontstack", "Fonts apart by commas, of which the first that there is is given");
    let glyphs = vec![stack, text_in_path("range", "Such as 0-255.pbf")];
    let glyphs = get("glyphs", "Letters of a font", glyphs, "application/x-protobuf", &["400", "404"]);
    paths.insert("/map/glyphs/{fontstack}/{range}".to_owned(), glyphs);
}

/// Adds the pages that alarm software and other homepages link to.
pub fn add_page_paths(paths: &mut Map<String, Json>) {
    // The pages take whatever they are called with, and crews get their map.
    let language = || text("lang", "de or en; without it, that of the browser");
    let at = text("at", "The incident: any coordinate a crew has, or an address");
    let crew = vec![at, text("text", "What has happened"), language()];
    paths.insert("/map".to_owned(), get("crew_map", "The map for crews", crew, PAGE, &[]));
    for (path, id, summary) in [
        ("/sign-in", "sign_in_page", "The page to sign in"),
        ("/account", "account_page", "The page of one's own account"),
        ("/administration", "administration_page", "The page for those who say who may do what"),
    ] {
        paths.insert(path.to_owned(), get(id, summary, vec![language()], PAGE, &[]));
    }
    let centre = text("center", "Longitude and latitude in degrees, with a comma; without it, the whole district");
    let layers = text("layers", "Of hydrants, water_sources, suction_points, apart by commas");
    let list = text("list", "no leaves the link to the list out");
    let embed = vec![centre, text("zoom", "0 to 20; 15 where nothing is said"), layers, language(), list];
    let summary = "The map in a frame of other homepages";
    paths.insert("/embed".to_owned(), get("embedded_map", summary, embed, PAGE, &[]));
    let summary = "The element <geokontor-map> for other homepages";
    paths.insert("/embed.js".to_owned(), get("element", summary, vec![], "text/javascript", &[]));
    let front = json!({
        "200": { "description": "The portal, for browsers", "content": { "text/html": {} } },
        "307": { "description": "To the landing page of the OGC API, for programs" },
    });
    let front =
        json!({ "tags": ["Capabilities"], "summary": "The front door", "operationId": "front", "responses": front });
    paths.insert("/".to_owned(), json!({ "get": front }));
}

fn image_parameters(ending: &str) -> Vec<Json> {
    let pixels = |name: &str, default: u32| {
        let schema = json!({ "type": "integer", "minimum": 1, "maximum": MAX_EDGE, "default": default });
        json!({ "name": name, "in": "query", "description": "Pixels of the style", "schema": schema })
    };
    let marker = json!({ "name": "marker", "in": "query", "style": "form", "explode": true,
        "description": "longitude,latitude or longitude,latitude,label; as often as wanted",
        "schema": { "type": "array", "maxItems": MAX_MARKERS, "items": { "type": "string" } } });
    let mut all = vec![
        text("center", "Longitude and latitude in degrees, with a comma; one of center, at and bbox"),
        text("at", "Any coordinate a crew has, or an address"),
        text("bbox", "West, south, east, north, with commas"),
        choice("bbox-crs", &["CRS84", CRSS[0], CRSS[1], CRSS[2]]),
        choice("crs", &CRSS),
        number("zoom", "With center or at: the web's zoom; 16 where nothing is said", 0.0, 22.0),
        number("scale", "With center or at, instead of zoom: 1 to this on paper", 100.0, 10_000_000.0),
        pixels("width", 1024),
        pixels("height", 768),
        number("ratio", "Pixels of the picture to one of the style", 1.0, 4.0),
        number("dpi", "Instead of ratio: pixels to the inch of paper", 96.0, 384.0),
        choice("style", &["day", "night"]),
        text("layers", "Layers or tilesets to be shown, apart by commas"),
        marker,
        text("furniture", "none, all, or some of attribution, scale"),
    ];
    if ending == "jpg" {
        all.push(number("quality", "85 where nothing is said", 1.0, 100.0));
    }
    all
}

/// An operation; `refusals` are the statuses it answers with beside 200.
fn get(id: &str, summary: &str, parameters: Vec<Json>, media: &str, refusals: &[&str]) -> Json {
    let schema = match media {
        JSON => json!({ "type": "object" }),
        PAGE | "text/javascript" => json!({ "type": "string" }),
        _ => binary(),
    };
    let mut responses = json!({ "200": answer(summary, media, &schema) });
    for refusal in refusals {
        let name = if *refusal == "404" { "NotFound" } else { "Invalid" };
        responses = with_problems(responses, &[(refusal, name)]);
    }
    json!({ "get": {
        "tags": [MAPS], "summary": summary, "operationId": id, "parameters": parameters, "responses": responses,
    } })
}

fn binary() -> Json {
    json!({ "type": "string", "format": "binary" })
}

fn text(name: &str, description: &str) -> Json {
    json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } })
}

fn number(name: &str, description: &str, minimum: f64, maximum: f64) -> Json {
    let schema = json!({ "type": "number", "minimum": minimum, "maximum": maximum });
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// The first is what is meant where nothing is said.
fn choice(name: &str, words: &[&str]) -> Json {
    json!({ "name": name, "in": "query", "schema": { "type": "string", "enum": words, "default": words[0] } })
}

fn choice_in_path(name: &str, words: &[&str]) -> Json {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "enum": words } })
}

fn text_in_path(name: &str, description: &str) -> Json {
    json!({ "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "string" } })
}

fn whole(name: &str) -> Json {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "integer", "minimum": 0 } })
}
