//! One change as clients are told of it.

use std::sync::{Arc, OnceLock};

use geo_types::Rect;
use serde_json::{Map, Value as Json, json};

use crate::collection::{Catalogue, Frame};
use crate::feature::Shape;
use crate::feature::crs::Crs;
use crate::feature::value::format_instant;
use crate::filter::BboxFilter;
use crate::index::Changed;
use crate::tiles::grid::{Grid, TileId};
use crate::tiles::{Atlas, Tilesets, touched};

/// Tiles of a tileset that an event names.
const MOST_TILES: u64 = 1_000;

/// What turns changes into words.
#[derive(Debug)]
pub struct Words {
    pub catalogue: Arc<Catalogue>,
    pub frame: Frame,
    pub tilesets: Arc<Tilesets>,
    pub atlas: Arc<Atlas>,
}

/// A change, put into words when the first stream wants it.
#[derive(Debug)]
pub struct Event {
    pub changed: Changed,
    text: OnceLock<Arc<str>>,
}

/// Which changes a stream is for.
#[derive(Debug, Default)]
pub struct Filter {
    /// By place in the catalogue: what the caller may know of and wants to be told of.
    pub collections: Vec<bool>,
    pub bbox: Option<BboxFilter>,
}

impl Filter {
    /// True if the stream is for this collection.
    pub fn wants(&self, collection: usize) -> bool {
        self.collections.get(collection).copied().unwrap_or_default()
    }

    /// True if the stream is for this change: where the feature was counts as much as where it is.
    pub fn passes(&self, changed: &Changed) -> bool {
        let meets = |bbox: &BboxFilter| {
            let mut boxes = [changed.before, changed.after].into_iter().flatten();
            boxes.any(|bounds| bbox.matches(&as_shape(bounds)))
        };
        self.wants(changed.collection) && self.bbox.as_ref().is_none_or(meets)
    }
}

fn as_shape(bounds: Rect<f64>) -> Shape {
    if bounds.min() == bounds.max() {
        Shape::Point(bounds.min())
    } else {
        Shape::from(Some(bounds.to_polygon().into()))
    }
}

impl Event {
    /// A change that nobody has put into words yet.
    pub fn new(changed: Changed) -> Self {
        Self { changed, text: OnceLock::new() }
    }

    /// The data of the event.
    pub fn text(&self, words: &Words) -> Arc<str> {
        self.text.get_or_init(|| words.say(&self.changed).to_string().into()).clone()
    }
}

impl Words {
    fn say(&self, changed: &Changed) -> Json {
        json!({
            "collection": self.catalogue.collections()[changed.collection].name,
            "id": changed.id,
            "action": changed.action.name(),
            "version": changed.version,
            "time": format_instant(changed.at),
            "before": self.degrees(changed.before),
            "after": self.degrees(changed.after),
            "tiles": self.tiles(changed),
        })
    }

    /// The tiles of the web's grid that the change may have altered, by tileset, at the zooms clients ask for; null for a
    /// tileset of which so many may be that they are not named. A tileset of which none is altered is left out.
    fn tiles(&self, changed: &Changed) -> Map<String, Json> {
        let shows = self.tilesets.iter().filter(|served| served.shows(changed.collection));
        let named = shows.map(|served| {
            let (boxes, tileset) = ((changed.before, changed.after), &served.tileset);
            let touched = touched(&self.atlas, tileset, Grid::web(), changed.collection, boxes.0, boxes.1);
            let asked = |tile: &TileId| (served.zooms.0..=served.zooms.1).contains(&tile.z);
            let tiles = (touched.count() <= MOST_TILES)
                .then(|| touched.iter().filter(asked).map(|tile| [u32::from(tile.z), tile.x, tile.y]).collect());
            (tileset.name.clone(), tiles.map_or(Json::Null, |tiles: Vec<[u32; 3]>| json!(tiles)))
        });
        named.filter(|(_, tiles)| tiles.as_array().is_none_or(|tiles| !tiles.is_empty())).collect()
    }

    /// West, south, east, north in CRS84, rounded outwards.
    fn degrees(&self, bounds: Option<Rect<f64>>) -> Option<[f64; 4]> {
        let held = self.frame.transformer.bounds(self.frame.crs, Crs::CRS84, bounds?).ok()??;
        let (min, max) = (held.min(), held.max());
        let (down, up) = (|value: f64| (value * 1e7).floor() / 1e7, |value: f64| (value * 1e7).ceil() / 1e7);
        Some([down(min.x), down(min.y), up(max.x), up(max.y)])
    }
}
