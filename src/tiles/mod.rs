//! Vector tiles, made from memory.
//!
//! What a tile shows is declared in `tiles/tilesets.toml` ([`tileset`]); the cartography drawn from it lies beside it in
//! `tiles/`. This module knows the index, no SQL; of HTTP only [`serve`], [`packing`], [`routes`] and [`tilejson`]; [`pmtiles`] makes a tileset one file and serves such files.
//!
//! In reading order: [`grid`] (how planes are cut into tiles), [`chart`] and [`atlas`] (from the district's CRS into them),
//! [`view`] (one moment of what a tileset shows), [`content`] (from a view to a tile), [`draw`] with [`clip`] and
//! [`simplify`] (from a geometry to what is seen of it), [`clusters`] (points counted by cell) and [`ahead`] (before
//! somebody asks), [`names`] (where streets are named), [`overlay`] (what no collection holds), [`mvt`] (the format),
//! [`touched`] (which tiles a change may alter); the names of settlements come from [`crate::search::places`]. What is
//! served stands beside it: [`declaration`] (the file), [`cache`] with [`packing`] (tiles kept until a change touches
//! them), [`serve`] (one tile for one caller), [`drawer`] (who makes pictures of them), [`routes`] and [`tilejson`]. [`style`] is what maps are drawn with.

pub mod ahead;
pub mod atlas;
pub mod cache;
mod chart;
mod clip;
pub mod clusters;
pub mod content;
pub mod declaration;
mod describe;
mod draw;
pub mod drawer;
pub mod grid;
pub mod mvt;
mod names;
pub mod overlay;
pub mod packing;
pub mod pmtiles;
pub mod routes;
mod seen;
pub mod serve;
mod simplify;
pub mod style;
pub mod tilejson;
pub mod tileset;
pub mod touched;
pub mod view;

pub use ahead::Ahead;
pub use atlas::Atlas;
pub use cache::TileCache;
pub use content::{MOST_BYTES, encode};
pub use declaration::{Served, TilesetMistake, Tilesets};
pub use drawer::{PictureAsk, TileDrawer, WHOLE_MAP};
pub use grid::{GRIDS, Grid, NoSuchTile, TileId, TileRange};
pub use overlay::{Overlay, Word};
pub use seen::Seen;
pub use serve::MVT;
pub use style::{Cartography, Theme};
pub use tileset::{Classes, Content, Layer, Names, Tileset};
pub use touched::{Touched, touched};
pub use view::View;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::http::Gate;
use crate::index::Index;
use crate::work::Pool;

/// What tiles are made from and kept in.
#[derive(Debug)]
pub struct Tiles {
    pub gate: Gate,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    pub index: Arc<Index>,
    pub sets: Arc<Tilesets>,
    pub atlas: Arc<Atlas>,
    pub cache: Arc<TileCache>,
    /// Tilesets as files, made here.
    pub made: pmtiles::MadeArchives,
    /// Tilesets in files of others.
    pub foreign: pmtiles::Archives,
    /// Makes tiles that are pictures.
    pub drawer: Arc<dyn TileDrawer>,
    pub work: Arc<Pool>,
    pub clock: Clock,
    /// Ends the making of archives.
    pub stop: CancellationToken,
}

#[cfg(test)]
pub(crate) mod tests;
