//! Tilesets as one file each: PMTiles 3 (<https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>).
//!
//! In reading order: [`export`] (a tileset written to a file, tile by tile), [`made`] (such files kept by a server for
//! those who take the map along), [`ranges`] (a file sent in pieces), [`configured`] (somebody else's archives served as
//! tilesets). An archive is a copy of one moment and says so by its entity tag; whoever needs edits at once takes tiles.

pub mod configured;
pub mod export;
pub mod made;
pub mod ranges;

pub use configured::{Archive, Archives, OpenError};
pub use export::{ExportError, Written, write};
pub use made::{MadeArchives, State};
pub use ranges::Served as ServedFile;

/// The media type of archives.
pub const MEDIA: &str = "application/vnd.pmtiles";
/// The ending of their addresses.
pub const ENDING: &str = ".pmtiles";
