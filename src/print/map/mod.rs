//! Map images: the cartography of the web map, drawn by the server.
//!
//! A [`Picture`] says what is wanted, [`Picture::draw`] draws it. In reading order: [`style`] (what layers look like),
//! [`frame`] (which part of the world, in which projection), [`scene`] (its vector tiles), [`shape`] (lines and rings in
//! pixels), [`paint`] (areas, lines, circles), [`underlay`] (what callers draw on the ground), [`fonts`] (letters),
//! [`labels`] (symbols and names), [`furniture`] (markers, scale bar, attribution), [`sketch`] (all of it put together).
//! Nothing here knows HTTP, the register or where tiles come from: see [`scene::Tiles`] and [`labels::Icons`].

pub mod fonts;
pub mod frame;
pub mod furniture;
pub mod labels;
pub mod paint;
pub mod scene;
pub mod shape;
pub mod sketch;
pub mod style;
pub mod underlay;

#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicBool;

use tiny_skia::Pixmap;

use crate::tiles::mvt::MvtError;
use fonts::Fonts;
use frame::MapWindow;
use furniture::{Furniture, Marker};
use labels::Icons;
use scene::Fetched;
use sketch::Sketch;
use style::{Layer, Style};

/// An image that is wanted.
#[derive(Clone, Copy)]
pub struct Picture<'p> {
    pub frame: MapWindow,
    pub style: &'p Style,
    /// True if the style's background is painted; else the image is transparent where nothing lies.
    pub ground: bool,
    /// Which layers of the style are shown, beside its background.
    pub shown: &'p dyn Fn(&Layer) -> bool,
    pub markers: &'p [Marker],
    pub furniture: &'p Furniture,
    /// True if a text that the image's edge would cut is left out.
    pub whole_texts: bool,
    /// True if it is printed: paper has room for more than screens of the same zoom (see [`style::Layer`]).
    pub is_paper: bool,
}

/// What an image is drawn with.
#[derive(Clone, Copy)]
pub struct Tools<'t> {
    pub icons: &'t dyn Icons,
    pub fonts: &'t Fonts,
    /// Set when nobody waits for the image any more.
    pub cancelled: &'t AtomicBool,
}

/// Why there is no image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    #[error("an image of {0} × {1} pixels cannot be made")]
    Size(u32, u32),
    #[error("a tile cannot be read: {0}")]
    Tile(#[from] MvtError),
    #[error("nobody waits for the image any more")]
    Cancelled,
}

impl Picture<'_> {
    /// The names of the sources the image is made from.
    pub fn sources(&self) -> Vec<&str> {
        let layers = self.style.layers.iter().filter(|layer| self.shows(layer));
        let mut sources: Vec<&str> = layers.filter_map(|layer| layer.source.as_deref()).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// Draws the image from the tiles of its sources and frame. Blocking work of some ten milliseconds a megapixel.
    ///
    /// # Errors
    /// See [`DrawError`].
    pub fn draw(&self, fetched: &Fetched, tools: Tools<'_>) -> Result<Pixmap, DrawError> {
        self.sketch(fetched, tools)?.draw(&[], &[])
    }

    /// The picture with its names not yet placed, for who draws more on it.
    ///
    /// # Errors
    /// A tile that cannot be read.
    pub fn sketch<'s>(&'s self, fetched: &'s Fetched, tools: Tools<'s>) -> Result<Sketch<'s>, DrawError> {
        Sketch::new(*self, fetched, tools)
    }

    fn shows(&self, layer: &Layer) -> bool {
        let zoom = self.frame.zoom;
        if layer.source.is_none() {
            return self.ground;
        }
        let from = layer.fills_paper_from.filter(|_| self.is_paper).unwrap_or(layer.zooms.0);
        (from..layer.zooms.1).contains(&zoom) && (self.shown)(layer)
    }
}
