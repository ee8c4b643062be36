//! How tiles are described: as map libraries ask for them. One address gives a tileset as a document or as an archive, and
//! a tile as vectors or as a picture, each described by itself.

use serde_json::{Value as Json, json};

use super::{MVT, pmtiles};
use crate::http::answer::JSON;
use crate::http::spec::{Context, MAPS, Spec, TILES, binary, in_path, object, text_in_path, whole_in_path, word};

const PICTURES: [(&str, &str); 3] = [("png", "image/png"), ("jpg", "image/jpeg"), ("webp", "image/webp")];

/// `/tiles/{tileset}`
pub fn tileset(_: &Context<'_>) -> Vec<Spec> {
    let of = |summary: &str, media: &str, schema: &Json| {
        Spec::new(TILES, summary)
            .parameter(in_path("tileset", json!({ "type": "string" })))
            .found(summary, media, schema)
            .refused("400", "Invalid")
            .refused("404", "NotFound")
    };
    let archive = format!("/tiles/{{tileset}}{}", pmtiles::ENDING);
    vec![
        of("A tileset as TileJSON", JSON, &object()),
        of("A tileset as one archive", pmtiles::MEDIA, &binary()).at(archive, "tileset.archive"),
    ]
}

/// `/tiles/{tileset}/{z}/{x}/{y}`
pub fn tile(_: &Context<'_>) -> Vec<Spec> {
    let mut specs = vec![vectors()];
    specs.extend(PICTURES.map(|(ending, media)| picture(ending, media)));
    specs
}

fn vectors() -> Spec {
    let summary = "A tile of the web's grid";
    Spec::new(TILES, summary)
        .parameter(in_path("tileset", json!({ "type": "string" })))
        .parameters(["z", "x", "y"].map(whole_in_path))
        .found(summary, MVT, &binary())
        .refused("400", "Invalid")
        .refused("404", "NotFound")
}

fn picture(ending: &str, media: &str) -> Spec {
    let summary = format!("A tile as a picture ({ending})");
    let row = json!({ "name": "y", "in": "path", "required": true, "description": "The row; with @2x twice as fine",
                      "schema": { "type": "string", "pattern": "^[0-9]+(@2x)?$" } });
    Spec::new(MAPS, summary.clone())
        .at(format!("/tiles/{{tileset}}/{{z}}/{{x}}/{{y}}.{ending}"), format!("raster_tile_{ending}"))
        .parameter(text_in_path("tileset", "A tileset, or map for the whole map"))
        .parameters(["z", "x"].map(whole_in_path))
        .parameter(row)
        .parameter(word("style", &["day", "night"]))
        .found(&summary, media, &binary())
        .refused("400", "Invalid")
        .refused("404", "NotFound")
}
