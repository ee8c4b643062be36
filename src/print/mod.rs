//! What leaves on paper and as pictures.
//!
//! In reading order: [`map`] (map images: the cartography of the web map, drawn by this program alone), [`studio`] (what
//! they are drawn with, and the bounded pool that draws them), [`source`] (tiles of the register as it is now), [`ask`]
//! (what a request wants), [`encode`] (pixels as files), [`routes`] (`/map/image.png`), [`raster`] (the same map cut into
//! tiles), [`sheet`] (the alarm sheet). Nothing here knows SQL.
//!
//! Who needs a map within a document builds a [`map::Picture`] and draws it with [`Studio::draw`].

pub mod ask;
pub mod encode;
pub mod map;
pub mod raster;
mod routes;
mod sheet;
pub mod source;
pub mod studio;

pub use routes::routes;
pub use sheet::routes as sheet_routes;
pub use studio::Studio;
