//! Vector tiles, made from memory.
//!
//! What a tile shows is declared in `tiles/tilesets.toml` ([`tileset`]); the cartography drawn from it lies beside it in
//! `tiles/`. This module knows the index, no SQL.

pub mod mvt;
pub mod tileset;

pub use tileset::{Layer, Tileset, Tilesets};
