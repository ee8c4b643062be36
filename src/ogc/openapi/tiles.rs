//! Tiles. The ids of operations end as 20-057, table 11 has it.

use serde_json::{Map, Value as Json, json};

use super::parts::{answer, with_problems};
use crate::http::answer::JSON;
use crate::tiles::MVT;
use crate::tiles::grid::GRIDS;

/// Adds tile matrix sets, and the tilesets of the dataset and of every collection.
pub fn add_ogc_paths(prefix: &str, collections: &[&str], paths: &mut Map<String, Json>) {
    let sets = format!("{prefix}/tileMatrixSets");
    paths.insert(sets.clone(), get("Tile matrix sets", "tms.getTileMatrixSetsList", &[], JSON));
    let one = get("A tile matrix set", "tms.getTileMatrixSet", &[grid()], JSON);
    paths.insert(format!("{sets}/{{tileMatrixSetId}}"), one);
    add_tilesets(&format!("{prefix}/tiles"), "dataset", "of the dataset", paths);
    for name in collections {
        let (path, id) = (format!("{prefix}/collections/{name}/tiles"), format!("{name}.collection"));
        add_tilesets(&path, &id, &format!("of {name}"), paths);
    }
}

fn add_tilesets(path: &str, id: &str, of: &str, paths: &mut Map<String, Json>) {
    let id = |operation: &str| format!("{id}.vector.{operation}");
    paths.insert(path.to_owned(), get(&format!("The tilesets {of}"), &id("getTileSetsList"), &[], JSON));
    let set = get(&format!("A tileset {of}"), &id("getTileSet"), &[grid()], JSON);
    paths.insert(format!("{path}/{{tileMatrixSetId}}"), set);
    let parameters = [grid(), place("tileMatrix"), place("tileRow"), place("tileCol")];
    let tile = get(&format!("A tile {of}"), &id("getTile"), &parameters, MVT);
    paths.insert(format!("{path}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"), tile);
}

/// Adds what map libraries ask for.
pub fn add_map_paths(paths: &mut Map<String, Json>) {
    let text = json!({ "type": "string" });
    let tileset = json!({ "name": "tileset", "in": "path", "required": true, "schema": text });
    let document = get("A tileset as TileJSON", "tileset", std::slice::from_ref(&tileset), JSON);
    paths.insert("/tiles/{tileset}".to_owned(), document);
    let parameters = [tileset, place("z"), place("x"), place("y")];
    let tile = get("A tile of the web's grid", "tile", &parameters, MVT);
    paths.insert("/tiles/{tileset}/{z}/{x}/{y}".to_owned(), tile);
}

pub(super) fn get(summary: &str, id: &str, parameters: &[Json], media: &str) -> Json {
    let schema = match media {
        MVT => json!({ "type": "string", "format": "binary" }),
        _ => json!({ "type": "object" }),
    };
    let responses = with_problems(json!({ "200": answer(summary, media, &schema) }), &[("400", "Invalid")]);
    let responses = if parameters.is_empty() { responses } else { with_problems(responses, &[("404", "NotFound")]) };
    json!({ "get": {
        "tags": ["Tiles"], "summary": summary, "operationId": id, "parameters": parameters, "responses": responses,
    } })
}

fn grid() -> Json {
    let ids: Vec<&str> = GRIDS.iter().map(|grid| grid.id).collect();
    let schema = json!({ "type": "string", "enum": ids });
    json!({ "name": "tileMatrixSetId", "in": "path", "required": true, "schema": schema })
}

fn place(name: &str) -> Json {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "integer", "minimum": 0 } })
}
