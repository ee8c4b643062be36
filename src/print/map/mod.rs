//! Map images: the cartography of the web map, drawn by the server.
//!
//! A [`Picture`] says what is wanted, [`Picture::draw`] draws it. In reading order: [`style`] (what layers look like),
//! [`frame`] (which part of the world, in which projection), [`scene`] (its vector tiles), [`shape`] (lines and rings in
//! pixels), [`paint`] (areas, lines, circles), [`fonts`] (letters), [`labels`] (symbols and names), [`furniture`] (markers,
//! scale bar, attribution). Nothing here knows HTTP, the register or where tiles come from: see [`scene::Tiles`] and
//! [`labels::Icons`].

pub mod fonts;
pub mod frame;
pub mod furniture;
pub mod labels;
pub mod paint;
pub mod scene;
pub mod shape;
pub mod style;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use tiny_skia::Pixmap;

use crate::tiles::mvt::MvtError;
use fonts::Fonts;
use frame::Frame;
use furniture::{Furniture, Marker};
use labels::{Icons, Material, Typesetter};
use scene::{Fetched, Scene};
use style::{Kind, Style};

/// An image that is wanted.
#[derive(Clone, Copy)]
pub struct Picture<'p> {
    pub frame: Frame,
    pub style: &'p Style,
    /// True if the style's background is painted; else the image is transparent where nothing lies.
    pub ground: bool,
    /// What is shown of the style; `None` for all of it.
    pub shown: Option<&'p [String]>,
    pub markers: &'p [Marker],
    pub furniture: &'p Furniture,
    /// True if a text that the image's edge would cut is left out.
    pub whole_texts: bool,
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
        let (width, height) = self.frame.size.pixels();
        let mut pixmap = Pixmap::new(width, height).ok_or(DrawError::Size(width, height))?;
        let go_on = || !tools.cancelled.load(Ordering::Relaxed);
        let layers: Vec<_> = self.style.layers.iter().filter(|layer| self.shows(layer)).collect();
        let scene = Scene::lay(self.frame, fetched)?;
        let mut typesetter = Typesetter::new(tools.fonts);
        let markers = furniture::place_markers(self.markers, &self.frame, tools);
        let material = Material { fonts: tools.fonts, icons: tools.icons, whole_texts: self.whole_texts };
        let mut candidates = Vec::new();
        for layer in &layers {
            if let (Kind::Symbol(symbol), true) = (&layer.kind, go_on()) {
                candidates.push(labels::collect(&scene, layer, symbol, material));
            }
        }
        let taken = furniture::taken(&markers, self.furniture, &self.frame, tools.fonts);
        let mut shown = labels::place(candidates, (width, height), &taken, self.whole_texts).into_iter();
        for layer in &layers {
            if !go_on() {
                return Err(DrawError::Cancelled);
            }
            match &layer.kind {
                Kind::Background(background) => paint::background(&mut pixmap, background, self.frame.zoom),
                Kind::Fill(fill) => paint::fills(&mut pixmap, &scene, layer, fill),
                Kind::Line(line) => paint::lines(&mut pixmap, &scene, layer, line),
                Kind::Circle(circle) => paint::circles(&mut pixmap, &scene, layer, circle),
                Kind::Symbol(_) => {
                    shown.next().iter().for_each(|shown| labels::draw(&mut pixmap, shown, &mut typesetter));
                }
                // Pictures of others are fetched by the browser; the server draws its own register.
                Kind::Raster(_) => {}
            }
        }
        furniture::draw(&mut pixmap, &markers, self.furniture, &self.frame, &mut typesetter);
        Ok(pixmap)
    }

    fn shows(&self, layer: &style::Layer) -> bool {
        let zoom = self.frame.zoom;
        if layer.source.is_none() {
            return self.ground;
        }
        let is_asked = |names: &[String]| {
            names
                .iter()
                .any(|name| *name == layer.id || *name == layer.source_layer || layer.source.as_ref() == Some(name))
        };
        (layer.zooms.0..layer.zooms.1).contains(&zoom) && self.shown.is_none_or(is_asked)
    }
}
