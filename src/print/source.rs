//! The register as the tiles of an image: encoded afresh, so what was edited is on the next image.

use super::Painter;
use super::map::scene::Tiles;
use crate::collection::Visibility;
use crate::tiles::{Grid, TileId, View, encode};

/// One moment of the tilesets a style draws from, as the public sees them: an image leaves the house.
#[derive(Debug)]
pub struct TilesetViews {
    views: Vec<(String, View)>,
}

impl TilesetViews {
    /// The register now.
    pub fn now<'s>(painter: &Painter, sources: impl IntoIterator<Item = &'s str>) -> Self {
        let today = painter.clock.today();
        let views = sources.into_iter().filter_map(|name| {
            let served = painter.tilesets.at(painter.tilesets.place(name)?)?;
            let snapshot = |position: usize| painter.index.snapshot(position);
            let view = View::new(
                &painter.atlas,
                &served.tileset,
                snapshot,
                |collection| collection.seen_by(Visibility::Public),
                today,
            );
            Some((name.to_owned(), view))
        });
        Self { views: views.collect() }
    }
}

impl Tiles for TilesetViews {
    fn tile(&self, source: &str, z: u8, x: u32, y: u32) -> Option<Vec<u8>> {
        let (_, view) = self.views.iter().find(|(name, _)| name == source)?;
        Some(encode(view, Grid::web(), TileId { z, x, y }))
    }
}

/// A number that differs whenever one of the collections behind the sources has changed, or the day.
pub fn fingerprint<'s>(painter: &Painter, sources: impl IntoIterator<Item = &'s str>) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    painter.clock.today().hash(&mut hasher);
    let served = sources.into_iter().filter_map(|name| painter.tilesets.at(painter.tilesets.place(name)?));
    for layer in served.flat_map(|served| &served.tileset.layers) {
        for snapshot in layer.collections().map(|position| painter.index.snapshot(position)) {
            if snapshot.collection().visibility == Visibility::Public {
                snapshot.fingerprint().hash(&mut hasher);
            }
        }
    }
    hasher.finish()
}
