//! What a device takes along, and how it follows: `/api/device`.
//!
//! In reading order: [`columns`] (features of a collection, column by column), [`register`] (every source of water in one
//! file), [`gazetteer`] (addresses, streets and places in one file), [`roads`] (the network of the hoses in one file),
//! [`shelf`] (all three kept compressed until they change), [`cursor`] (how far a device has followed), [`routes`] (what
//! there is, the files, and what has changed since). The base map is an archive of [`crate::tiles::pmtiles`].
//!
//! A device gets what its caller may see, as everywhere; the files of addresses and roads are the same for all. The module
//! reads the index; what a device missed comes from [`crate::events`], as it does for streams.

mod columns;
mod cursor;
mod describe;
mod gazetteer;
mod register;
mod roads;
mod routes;
mod shelf;

pub use cursor::DeviceCursor;
pub use shelf::Shelf;

use std::sync::Arc;

use crate::clock::Clock;
use crate::collection::{Catalogue, District};
use crate::events::Events;
use crate::firewater::Roads;
use crate::http::Gate;
use crate::index::Index;
use crate::search::Search;
use crate::tiles::Tiles;
use crate::work::Pool;

/// What devices take along is made from this.
#[derive(Debug)]
pub struct Offline {
    pub gate: Gate,
    pub district: Arc<District>,
    pub catalogue: Arc<Catalogue>,
    pub index: Arc<Index>,
    pub roads: Arc<Roads>,
    pub search: Arc<Search>,
    pub events: Arc<Events>,
    pub tiles: Arc<Tiles>,
    pub shelf: Shelf,
    pub work: Arc<Pool>,
    pub clock: Clock,
    /// Differs between declarations and versions of the server.
    pub edition: u32,
}

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
