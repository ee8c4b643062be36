//! Mapbox Vector Tiles, version 2.1: writing ([`encode`], [`path`]) and reading ([`decode`]).
//!
//! The format is <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>. Nothing here knows features of the
//! register.

pub mod decode;
pub mod encode;
pub mod path;

pub use decode::{Feature, Geometry, Kind, MvtError, Tile, Value};
pub use encode::LayerWriter;
pub use path::Path;

/// Units along the edge of the tiles that are written.
pub const EXTENT: u32 = 4096;
