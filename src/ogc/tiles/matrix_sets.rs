//! `/ogc/tileMatrixSets` and `/ogc/tileMatrixSets/{tileMatrixSetId}` (17-083r4, 6 and annex C).

use axum::response::IntoResponse;
use serde_json::{Value as Json, json};

use crate::http::answer::JSON;
use crate::http::{Absent, Answer, Ask, Parameters, Path, Problem, Wrong};
use crate::ogc::link::link;
use crate::tiles::grid::{GRIDS, Grid, TILE_PIXELS};

/// `/ogc/tileMatrixSets`
pub async fn all(ask: Ask) -> Result<impl IntoResponse, Problem> {
    only_json(&ask)?;
    let sets: Vec<Json> = GRIDS
        .iter()
        .map(|grid| {
            let mut set = json!({
                "id": grid.id,
                "title": grid.title,
                "crs": grid.crs.uri(),
                "links": [link(url(&ask, grid), "self", JSON, grid.title)],
            });
            if let Some(uri) = registered(grid) {
                set["uri"] = uri.into();
            }
            set
        })
        .collect();
    let links = [link(ask.this(), "self", JSON, "This document")];
    Ok(Answer::document(&ask, JSON, json!({ "tileMatrixSets": sets, "links": links }).to_string()))
}

/// `/ogc/tileMatrixSets/{tileMatrixSetId}`
pub async fn one(Path(id): Path<String>, ask: Ask) -> Result<impl IntoResponse, Problem> {
    let grid = named(&id)?;
    only_json(&ask)?;
    let matrices: Vec<Json> = (0..grid.levels.len() as u8).map(|z| matrix(grid, z)).collect();
    let mut document = json!({
        "id": grid.id,
        "title": grid.title,
        "crs": grid.crs.uri(),
        "orderedAxes": ["E", "N"],
        "tileMatrices": matrices,
    });
    // The words of the standard's first version (17-083r2), for GDAL before 3.9, which knows no others.
    document["type"] = "TileMatrixSetType".into();
    document["identifier"] = grid.id.into();
    document["supportedCRS"] = grid.crs.uri().into();
    document["tileMatrix"] = document["tileMatrices"].clone();
    if let Some(uri) = registered(grid) {
        document["uri"] = uri.into();
        document["wellKnownScaleSet"] = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible".into();
    }
    Ok(Answer::document(&ask, JSON, document.to_string()))
}

fn matrix(grid: &Grid, z: u8) -> Json {
    let tiles = grid.level(z).map_or(0, |level| level.tiles);
    json!({
        "id": z.to_string(),
        "scaleDenominator": grid.scale_denominator(z),
        "cellSize": grid.cell_size(z),
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [grid.origin.x, grid.origin.y],
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": tiles,
        "matrixHeight": tiles,
        "type": "TileMatrixType",
        "identifier": z.to_string(),
        "topLeftCorner": [grid.origin.x, grid.origin.y],
    })
}

/// The grid an address names.
///
/// # Errors
/// 404 with the names there are.
pub fn named(id: &str) -> Result<&'static Grid, Problem> {
    Grid::named(id).ok_or_else(|| {
        let known: Vec<&str> = GRIDS.iter().map(|grid| grid.id).collect();
        let name: String = id.chars().take(60).collect();
        Problem::not_found(&Absent::Grid { name, known })
    })
}

/// The address of a grid's definition.
pub fn url(ask: &Ask, grid: &Grid) -> String {
    ask.url(&format!("/ogc/tileMatrixSets/{}", grid.id))
}

/// The name in OGC's register; only the web's grid has one.
pub fn registered(grid: &Grid) -> Option<&'static str> {
    (grid == Grid::web()).then_some("http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad")
}

/// These documents have no page for people.
///
/// # Errors
/// 400 for parameters but `f=json`.
pub fn only_json(ask: &Ask) -> Result<(), Problem> {
    let mut query = Parameters::parse(&ask.query);
    if let Some(format) = query.take("f").filter(|format| format != "json") {
        query.wrong("f", &Wrong::NotOffered { word: &format, offered: &["json"] });
    }
    query.finish()
}
