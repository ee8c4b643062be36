//! The register as it is now, and what it is drawn with.

use std::sync::Arc;

use super::Studio;
use crate::clock::Clock;
use crate::index::Index;
use crate::tiles::{Atlas, Tilesets};

/// What every picture needs, be it an image, a raster tile or the map on a sheet.
#[derive(Debug)]
pub struct Painter {
    pub index: Arc<Index>,
    pub tilesets: Arc<Tilesets>,
    pub atlas: Arc<Atlas>,
    pub studio: Studio,
    pub clock: Clock,
}
