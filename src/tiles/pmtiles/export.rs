//! A tileset written to a file.
//!
//! Tiles are made one after the other in the order in which they lie in the file, so that memory holds one tile and the
//! directory (a few bytes a tile), whatever the district. The same content gives the same file on every node.

use std::io::{Seek, Write};

use geo_types::Rect;
use pmtiles::{PmTilesWriter, PmtError, TileCoord, TileType};
use serde_json::{Value as Json, json};

use crate::collection::{Catalogue, District, Visibility};
use crate::tiles::tileset::{Content, Layer};
use crate::tiles::{Atlas, Grid, Served, TileId, View, encode};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Tiles that show something.
    pub tiles: u64,
}

/// Why an archive could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the archive cannot be written: {0}")]
    Write(#[from] PmtError),
    #[error("the export was called off")]
    Stopped,
}

/// What is written about a tileset beside its tiles.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub served: &'a Served,
    pub catalogue: &'a Catalogue,
    pub district: &'a District,
    /// First and last zoom that is written.
    pub zooms: (u8, u8),
}

/// Writes every tile of the web's grid that shows anything. `go_on` is asked before each tile, with its zoom.
///
/// # Errors
/// When the output does not take it, or `go_on` says no.
pub fn write<W: Write + Seek>(
    view: &View,
    atlas: &Atlas,
    about: &About<'_>,
    out: W,
    mut go_on: impl FnMut(u8, u64) -> bool,
) -> Result<Written, ExportError> {
    let (first, last) = about.zooms;
    let bounds = about.district.bounds;
    let (min, max, middle) = (bounds.min(), bounds.max(), bounds.center());
    let mut archive = PmTilesWriter::new(TileType::Mvt)
        .min_zoom(first)
        .max_zoom(last)
        .bounds(min.x, min.y, max.x, max.y)
        .center(middle.x, middle.y)
        .center_zoom(10.clamp(first, last))
        .metadata(metadata(about).to_string())
        .create(out)?;
    let mut written = Written { tiles: 0 };
    let Some(extent) = view.extent() else {
        archive.finalize()?;
        return Ok(written);
    };
    let area = atlas.project(Grid::web(), extent);
    for zoom in first..=last {
        for tile in in_order(zoom, area)? {
            if !go_on(zoom, written.tiles) {
                return Err(ExportError::Stopped);
            }
            let content = encode(view, Grid::web(), tile);
            if !content.is_empty() {
                archive.add_tile(TileCoord::new(tile.z, tile.x, tile.y)?, &content)?;
                written.tiles += 1;
            }
        }
    }
    archive.finalize()?;
    Ok(written)
}

/// The tiles of a zoom over an area, along the curve by which an archive is sorted.
fn in_order(zoom: u8, area: Rect<f64>) -> Result<Vec<TileId>, ExportError> {
    // Symbols reach over the edge: a ring of tiles around the data may show some.
    let edge = Grid::web().level(zoom).map_or(0.0, |level| level.edge) / 32.0;
    let reach = geo_types::coord! { x: edge, y: edge };
    let Some(range) = Grid::web().tiles(zoom, Rect::new(area.min() - reach, area.max() + reach)) else {
        return Ok(Vec::new());
    };
    let mut tiles = Vec::with_capacity(usize::try_from(range.count()).unwrap_or(0));
    for tile in range.iter() {
        tiles.push((pmtiles::TileId::from(TileCoord::new(tile.z, tile.x, tile.y)?).value(), tile));
    }
    tiles.sort_unstable_by_key(|(number, _)| *number);
    Ok(tiles.into_iter().map(|(_, tile)| tile).collect())
}

/// Name and layers, as the format wants them of vector tiles. Nothing in it changes with the time.
fn metadata(about: &About<'_>) -> Json {
    let layers: Vec<Json> = about
        .served
        .tileset
        .layers
        .iter()
        .filter(|layer| about.catalogue.collections()[layer.collection].visibility == Visibility::Public)
        .map(|layer| described(about, layer))
        .collect();
    json!({
        "name": about.served.tileset.name,
        "description": about.served.title.de,
        "type": "overlay",
        "format": "pbf",
        "vector_layers": layers,
    })
}

fn described(about: &About<'_>, layer: &Layer) -> Json {
    let collection = &about.catalogue.collections()[layer.collection];
    let mut fields = serde_json::Map::new();
    if layer.content == Content::Places {
        fields.insert("name".to_owned(), "String".into());
        fields.insert("rank".to_owned(), "Number".into());
    } else {
        match layer.content {
            Content::Names => fields.insert("zoom".to_owned(), "Number".into()),
            _ => fields.insert("id".to_owned(), "String".into()),
        };
        let properties = layer.properties.iter().map(|k| &collection.properties[*k]);
        for property in properties.filter(|property| property.visibility == Visibility::Public) {
            fields.insert(property.name.clone(), property.title.de.clone().into());
        }
        if layer.status {
            fields.insert("status".to_owned(), "String".into());
        }
    }
    json!({
        "id": layer.name,
        "description": collection.title.de,
        "minzoom": layer.zooms.0,
        "maxzoom": about.zooms.1,
        "fields": fields,
    })
}
