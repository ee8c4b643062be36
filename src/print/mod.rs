//! What leaves on paper and as pictures.
//!
//! [`map`] draws map images: the cartography of the web map, from the same style and the same tiles, by this program
//! alone. Nothing here knows SQL.

pub mod map;
