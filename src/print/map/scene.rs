//! The tiles of an image, laid where they belong, and the features a layer shows of them.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::frame::{MapWindow, Sheet};
use super::style::{Context, Layer};
use crate::tiles::mvt::{Feature, MvtError, Tile};

/// Where an image's tiles come from.
pub trait Tiles {
    /// The uncompressed vector tile of a style's source; `None` if the source has none there.
    fn tile(&self, source: &str, z: u8, x: u32, y: u32) -> Option<Vec<u8>>;
}

/// Source, address (zoom, column, row) and bytes of a tile.
type FetchedTile = (String, (u8, u32, u32), Vec<u8>);

/// The bytes of an image's tiles; what a [`Scene`] borrows from.
#[derive(Debug, Default)]
pub struct Fetched {
    tiles: Vec<FetchedTile>,
}

impl Fetched {
    /// Fetches the tiles of sources for a frame. `go_on` is asked before each.
    pub fn fetch(tiles: &dyn Tiles, sources: &[&str], frame: &MapWindow, go_on: impl Fn() -> bool) -> Self {
        let mut fetched = Vec::new();
        for address in frame.tiles() {
            for source in sources {
                if !go_on() {
                    return Self { tiles: fetched };
                }
                let (z, x, y) = address;
                let bytes = tiles.tile(source, z, x, y).filter(|bytes| !bytes.is_empty());
                fetched.extend(bytes.map(|bytes| ((*source).to_owned(), address, bytes)));
            }
        }
        Self { tiles: fetched }
    }
}

impl Fetched {
    /// A number that tells tiles of other content apart.
    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.tiles.hash(&mut hasher);
        hasher.finish()
    }
}

/// All an image shows.
#[derive(Debug)]
pub struct Scene<'t> {
    pub frame: MapWindow,
    tiles: Vec<Laid<'t>>,
}

#[derive(Debug)]
struct Laid<'t> {
    source: &'t str,
    address: (u8, u32, u32),
    tile: Tile<'t>,
}

impl<'t> Scene<'t> {
    /// Decodes the tiles.
    ///
    /// # Errors
    /// The first tile that is none.
    pub fn lay(frame: MapWindow, fetched: &'t Fetched) -> Result<Self, MvtError> {
        let lay = |(source, address, bytes): &'t FetchedTile| {
            Ok(Laid { source, address: *address, tile: Tile::decode(bytes)? })
        };
        Ok(Self { frame, tiles: fetched.tiles.iter().map(lay).collect::<Result<_, _>>()? })
    }

    /// Goes through the features a layer shows, tile by tile.
    pub fn visit<'s>(&'s self, layer: &Layer, mut visit: impl FnMut(&Sheet, Feature<'s, 's>)) {
        for laid in self.tiles.iter().filter(|laid| layer.source.as_deref() == Some(laid.source)) {
            let Some(content) = laid.tile.layer(&layer.source_layer) else { continue };
            let (z, x, y) = laid.address;
            let sheet = self.frame.sheet(z, x, y, content.extent);
            // Filters go by the tile's zoom (style specification, "filter").
            let zoom = f64::from(z);
            for feature in content.features() {
                let context = Context { zoom, feature: Some(feature) };
                if layer.filter.as_ref().is_none_or(|filter| filter.holds(context)) {
                    visit(&sheet, feature);
                }
            }
        }
    }

    /// What properties of a feature go by.
    pub fn context<'c>(&self, feature: Feature<'c, 'c>) -> Context<'c> {
        Context { zoom: self.frame.zoom, feature: Some(feature) }
    }
}
