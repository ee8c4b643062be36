//! What leaves on paper and as pictures.
//!
//! In reading order: [`map`] (map images: the cartography of the web map, drawn by this program alone), [`studio`] (what
//! they are drawn with, and the bounded pool that draws them), [`source`] (tiles of the register as it is now), [`ask`]
//! (what a request wants), [`encode`] (pixels as files), [`routes`] (`/map/image.png`), [`raster`] (the same map cut into
//! tiles), [`sheet`] (the alarm sheet), [`supply`] (the report on the supply with fire water). Nothing here knows SQL.
//!
//! Who needs a map within a document builds a [`map::Picture`] and draws it with [`Studio::draw`].

pub mod ask;
mod describe;
pub mod encode;
pub mod map;
mod painter;
pub mod raster;
mod routes;
mod sheet;
pub mod source;
pub mod studio;
mod supply;

pub use painter::Painter;
pub use raster::Raster;
pub use studio::Studio;

use std::sync::Arc;
use std::time::Duration;

use crate::collection::District;
use crate::editing::Whereabouts;
use crate::files::ObjectFiles;
use crate::firewater::Firewater;
use crate::http::Gate;
use crate::search::Search;
use crate::supply::Supply;
use crate::work::Pool;

/// What pictures and sheets are made from.
#[derive(Debug)]
pub struct Print {
    pub gate: Gate,
    pub district: Arc<District>,
    pub whereabouts: Whereabouts,
    pub painter: Arc<Painter>,
    pub firewater: Arc<Firewater>,
    pub search: Arc<Search>,
    /// For the photos of alarm sheets.
    pub files: Arc<ObjectFiles>,
    pub supply: Arc<Supply>,
    pub work: Arc<Pool>,
    /// How long alarm software waits for a sheet.
    pub sheet_patience: Duration,
    /// Differs between declarations and versions of the server.
    pub edition: u32,
}
