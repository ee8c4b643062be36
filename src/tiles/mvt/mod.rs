//! Mapbox Vector Tiles, version 2.1: reading ([`decode`]).
//!
//! The format is <https://github.com/mapbox/vector-tile-spec/tree/master/2.1>. Nothing here knows features of the
//! register.

pub mod decode;

pub use decode::{Geometry, Kind, MvtError, Tile, Value};
