//! Vector tiles, made from memory.
//!
//! What a tile shows is declared in `tiles/tilesets.toml` ([`tileset`]); the cartography drawn from it lies beside it in
//! `tiles/`. This module knows the index, no SQL and no HTTP.
//!
//! In reading order: [`grid`] (how planes are cut into tiles), [`chart`] and [`atlas`] (from the district's CRS into them),
//! [`view`] (one moment of what a tileset shows), [`content`] (from a view to a tile), [`draw`] with [`clip`] and
//! [`simplify`] (from a geometry to what is seen of it), [`clusters`] (points counted by cell), [`places`] (the names of
//! settlements), [`mvt`] (the format), [`touched`] (which tiles a change may alter).

pub mod atlas;
mod chart;
mod clip;
pub mod clusters;
pub mod content;
mod draw;
pub mod grid;
pub mod mvt;
pub mod places;
mod simplify;
pub mod tileset;
pub mod touched;
pub mod view;

pub use atlas::Atlas;
pub use content::{MOST_BYTES, encode};
pub use grid::{GRIDS, Grid, NoSuchTile, TileId, TileRange};
pub use tileset::{Classes, Content, Layer, Tileset, Tilesets};
pub use touched::{Touched, touched};
pub use view::View;

#[cfg(test)]
mod tests;
