//! Tiles in the words of the standard. The ids of operations end as 20-057, table 11 has it.

use serde_json::{Value as Json, json};

use crate::http::answer::JSON;
use crate::http::spec::{Context, Spec, TILES, binary, in_path, object, whole_in_path};
use crate::tiles::MVT;
use crate::tiles::grid::GRIDS;

/// `/ogc/tileMatrixSets`
pub fn matrix_sets(_: &Context<'_>) -> Spec {
    read("Tile matrix sets", JSON, &object())
}

/// `/ogc/tileMatrixSets/{tileMatrixSetId}`
pub fn matrix_set(_: &Context<'_>) -> Spec {
    read("A tile matrix set", JSON, &object()).parameter(grid()).refused("404", "NotFound")
}

/// `/ogc/tiles`
pub fn sets_of_dataset(_: &Context<'_>) -> Spec {
    sets("of the dataset")
}

/// `/ogc/tiles/{tileMatrixSetId}`
pub fn set_of_dataset(_: &Context<'_>) -> Spec {
    set("of the dataset")
}

/// `/ogc/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub fn tile_of_dataset(_: &Context<'_>) -> Spec {
    tile("of the dataset")
}

/// `/ogc/collections/{collection}/tiles`
pub fn sets_of_collection(context: &Context<'_>) -> Vec<Spec> {
    each(context, "", "getTileSetsList", sets)
}

/// `/ogc/collections/{collection}/tiles/{tileMatrixSetId}`
pub fn set_of_collection(context: &Context<'_>) -> Vec<Spec> {
    each(context, "/{tileMatrixSetId}", "getTileSet", set)
}

/// `/ogc/collections/{collection}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub fn tile_of_collection(context: &Context<'_>) -> Vec<Spec> {
    each(context, "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", "getTile", tile)
}

fn each(context: &Context<'_>, rest: &str, operation: &str, spec: fn(&str) -> Spec) -> Vec<Spec> {
    let names = context.collections().map(|collection| &collection.name);
    let of = |name: &String| {
        let address = format!("/ogc/collections/{name}/tiles{rest}");
        spec(&format!("of {name}")).at(address, format!("{name}.collection.vector.{operation}"))
    };
    names.map(of).collect()
}

fn sets(of: &str) -> Spec {
    read(&format!("The tilesets {of}"), JSON, &object())
}

fn set(of: &str) -> Spec {
    read(&format!("A tileset {of}"), JSON, &object()).parameter(grid()).refused("404", "NotFound")
}

fn tile(of: &str) -> Spec {
    read(&format!("A tile {of}"), MVT, &binary())
        .parameter(grid())
        .parameters(["tileMatrix", "tileRow", "tileCol"].map(whole_in_path))
        .refused("404", "NotFound")
}

fn read(summary: &str, media: &str, schema: &Json) -> Spec {
    Spec::new(TILES, summary).found(summary, media, schema).refused("400", "Invalid")
}

fn grid() -> Json {
    let ids: Vec<&str> = GRIDS.iter().map(|grid| grid.id).collect();
    in_path("tileMatrixSetId", json!({ "type": "string", "enum": ids }))
}
