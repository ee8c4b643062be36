//! The tilesets of the dataset and of a collection: a list, and the metadata of each (20-057, 8 and 9; 17-083r4, 7).

use std::sync::Arc;

use axum::extract::State;
use serde_json::{Value as Json, json};

use super::Of;
use super::matrix_sets::{named, only_json, registered, url};
use crate::collection::Collection;
use crate::feature::GeometryKind;
use crate::feature::crs::Crs;
use crate::http::answer::JSON;
use crate::http::{Absent, Answer, Ask, Parameters, Path, Problem, Wrong};
use crate::ogc::Ogc;
use crate::ogc::link::{Link, link};
use crate::tiles::grid::{GRIDS, Grid};
use crate::tiles::tileset::{Content, Layer};
use crate::tiles::{MVT, Served, tilejson};

/// Relation to the definition of the tile matrix set (20-057, table 2).
const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";

/// `/ogc/tiles`
pub async fn of_dataset(State(ogc): State<Arc<Ogc>>, ask: Ask) -> Result<Answer, Problem> {
    list(&ogc, &ask, Of::Dataset)
}

/// `/ogc/collections/{collection}/tiles`
pub async fn of_collection(State(ogc): State<Arc<Ogc>>, Path(name): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    list(&ogc, &ask, Of::Collection(&name))
}

/// `/ogc/tiles/{tileMatrixSetId}`
pub async fn one_of_dataset(State(ogc): State<Arc<Ogc>>, Path(id): Path<String>, ask: Ask) -> Result<Answer, Problem> {
    one(&ogc, &ask, Of::Dataset, &id)
}

/// `/ogc/collections/{collection}/tiles/{tileMatrixSetId}`
pub async fn one_of_collection(
    State(ogc): State<Arc<Ogc>>,
    Path((name, id)): Path<(String, String)>,
    ask: Ask,
) -> Result<Answer, Problem> {
    one(&ogc, &ask, Of::Collection(&name), &id)
}

fn served<'a>(ogc: &'a Ogc, ask: &Ask, of: Of<'_>) -> Result<&'a Served, Problem> {
    let place = of.place(ogc, &ask.caller)?;
    ogc.tiles.sets.at(place).ok_or_else(|| Problem::not_found(&Absent::Tileset))
}

fn list(ogc: &Ogc, ask: &Ask, of: Of<'_>) -> Result<Answer, Problem> {
    let served = served(ogc, ask, of)?;
    only_json(ask)?;
    let tilesets: Vec<Json> = GRIDS
        .iter()
        .map(|grid| {
            let path = format!("{}/{}", of.path(), grid.id);
            let of_itself = link(ask.url(&path), "self", JSON, "This tileset");
            head(ogc, ask, served, grid, vec![of_itself, scheme(ask, grid), item(ask, &path)])
        })
        .collect();
    let links = [link(ask.this(), "self", JSON, "This document")];
    Ok(Answer::document(ask, JSON, json!({ "tilesets": tilesets, "links": links }).to_string()))
}

fn one(ogc: &Ogc, ask: &Ask, of: Of<'_>, id: &str) -> Result<Answer, Problem> {
    let served = served(ogc, ask, of)?;
    let grid = named(id)?;
    let mut query = Parameters::parse(&ask.query);
    let format = query.take("f");
    if let Some(other) = format.as_deref().filter(|format| !["json", "tilejson"].contains(format)) {
        query.wrong("f", &Wrong::NotOffered { word: other, offered: &["json", "tilejson"] });
    }
    query.finish()?;
    let path = format!("{}/{}", of.path(), grid.id);
    if format.as_deref() == Some("tilejson") {
        return tile_json(ogc, ask, served, grid, &path);
    }
    let mut links = vec![link(ask.this(), "self", JSON, "This document"), scheme(ask, grid), item(ask, &path)];
    if grid == Grid::web() {
        let href = ask.url(&format!("{path}?f=tilejson"));
        links.push(link(href, "describedby", JSON, "The tileset as TileJSON"));
    }
    let mut document = head(ogc, ask, served, grid, links);
    let (min, max) = (ogc.district.bounds.min(), ogc.district.bounds.max());
    document["boundingBox"] =
        json!({ "lowerLeft": [min.x, min.y], "upperRight": [max.x, max.y], "crs": Crs::CRS84.uri() });
    let layers = tilejson::layers(&ogc.tiles, ask, served);
    document["layers"] = layers.map(|layer| described(ogc, ask, layer)).collect();
    Ok(Answer::document(ask, JSON, document.to_string()))
}

fn tile_json(ogc: &Ogc, ask: &Ask, served: &Served, grid: &Grid, path: &str) -> Result<Answer, Problem> {
    if grid != Grid::web() {
        return Err(Problem::parameter("f", &Wrong::TileJsonGrid));
    }
    let template = ask.url(&format!("{path}/{{z}}/{{y}}/{{x}}"));
    Ok(Answer::document(ask, JSON, tilejson::document(&ogc.tiles, ask, served, &template).to_string()))
}

/// The tiles, by a template.
fn item(ask: &Ask, path: &str) -> Link {
    let href = ask.url(&format!("{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"));
    link(href, "item", MVT, "The tiles").templated()
}

fn scheme(ask: &Ask, grid: &Grid) -> Link {
    link(url(ask, grid), TILING_SCHEME, JSON, grid.title)
}

/// What every mention of a tileset says (20-057, table 6).
fn head(ogc: &Ogc, ask: &Ask, served: &Served, grid: &Grid, links: Vec<Link>) -> Json {
    json!({
        "title": format!("{}, {}", served.title.in_language(ask.language), grid.title),
        "dataType": "vector",
        "crs": grid.crs.uri(),
        "tileMatrixSetId": grid.id,
        "tileMatrixSetURI": registered(grid).map_or_else(|| url(ask, grid), str::to_owned),
        "tileMatrixSetLimits": limits(ogc, grid),
        "links": links,
    })
}

/// The tiles of each level in which anything can be.
fn limits(ogc: &Ogc, grid: &Grid) -> Json {
    let limit = |z: u8| {
        let range = ogc.tiles.atlas.coverage(grid, z)?;
        Some(json!({
            "tileMatrix": z.to_string(),
            "minTileRow": range.y.0, "maxTileRow": range.y.1,
            "minTileCol": range.x.0, "maxTileCol": range.x.1,
        }))
    };
    (0..grid.levels.len() as u8).filter_map(limit).collect()
}

fn described(ogc: &Ogc, ask: &Ask, layer: &Layer) -> Json {
    let collection = &ogc.catalogue.collections()[layer.collection];
    let fields = tilejson::fields(&ogc.tiles, ask, layer);
    let properties: serde_json::Map<String, Json> =
        fields.into_iter().map(|(name, title)| (name, json!({ "title": title }))).collect();
    json!({
        "id": layer.name,
        "title": collection.title.in_language(ask.language),
        "description": collection.description.in_language(ask.language),
        "dataType": "vector",
        "geometryDimension": dimension(collection, layer),
        "propertiesSchema": { "type": "object", "properties": properties },
        "links": [link(ask.url(&format!("/ogc/collections/{}", collection.name)), "geodata", JSON, "The collection")],
    })
}

/// 0 for points, 1 for lines, 2 for areas; of a mixture the highest.
fn dimension(collection: &Collection, layer: &Layer) -> u8 {
    let of = |kind: &GeometryKind| match kind {
        GeometryKind::Point | GeometryKind::MultiPoint => 0,
        GeometryKind::LineString | GeometryKind::MultiLineString => 1,
        GeometryKind::Polygon | GeometryKind::MultiPolygon => 2,
    };
    match layer.content {
        Content::Points | Content::Places => 0,
        Content::Names => 1,
        Content::Areas => 2,
        Content::Features => collection.geometry.iter().map(of).max().unwrap_or_default(),
    }
}
