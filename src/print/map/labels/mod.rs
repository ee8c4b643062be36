//! Symbols and labels of a whole image.
//!
//! In reading order: [`collect`] (what the style wants to show, from all tiles), [`along`] (places for names along lines),
//! [`place`] (who gets room: the upper layers first, then by sort key) with [`crowd`] (what is taken), [`draw`].
//! Everything goes by fixed orders, so the same map is the same image every time.

mod along;
mod collect;
mod crowd;
mod draw;
mod place;

use std::sync::Arc;

use tiny_skia::Pixmap;

use super::fonts::Fonts;
use super::shape::{Pixel, Window};
use super::style::{Colour, Overlap};

pub use collect::collect;
pub use draw::{Typesetter, draw};
pub use place::Placer;

/// Where symbols come from.
pub trait Icons {
    /// A symbol at a number of pixels for each of the style's.
    fn icon(&self, name: &str, scale: f32) -> Option<Arc<Pixmap>>;
}

/// What labels are made of.
#[derive(Clone, Copy)]
pub struct Material<'m> {
    pub fonts: &'m Fonts,
    pub icons: &'m dyn Icons,
    /// True if a text that the image's edge would cut is left out. Tiles need their texts cut.
    pub whole_texts: bool,
}

/// A symbol that wants room: an icon, a text or both.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub order: f32,
    pub icon: Option<PlacedIcon>,
    /// The same text at the anchors that may be tried; one for most.
    pub texts: Vec<PlacedText>,
    /// The text, for telling whether a name is shown already nearby.
    pub name: String,
    pub rules: Rules,
    /// Where it belongs.
    pub at: Pixel,
    /// How near the same name must not be shown again, pixels; 0: it may.
    pub repeat: f32,
}

/// What may happen if there is no room.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    pub icon_overlap: Overlap,
    pub icon_ignored: bool,
    pub icon_optional: bool,
    pub text_overlap: Overlap,
    pub text_ignored: bool,
    pub text_optional: bool,
}

/// An icon at its place.
#[derive(Debug, Clone)]
pub struct PlacedIcon {
    pub image: Arc<Pixmap>,
    /// Upper left corner.
    pub corner: [i32; 2],
    pub opacity: f32,
    pub window: Window,
}

/// A text at its place: every letter for itself.
#[derive(Debug, Clone)]
pub struct PlacedText {
    pub face: usize,
    /// Pixels an em.
    pub size: f32,
    pub ink: Colour,
    pub halo: Colour,
    pub halo_width: f32,
    pub letters: Vec<PlacedLetter>,
    /// What it covers.
    pub windows: Vec<Window>,
}

/// A letter: where its baseline begins, and its direction as cosine and sine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlacedLetter {
    pub character: char,
    pub origin: Pixel,
    pub direction: [f32; 2],
}

/// The symbols of one layer that found room, in the order they are drawn.
#[derive(Debug, Default)]
pub struct Shown {
    pub symbols: Vec<ShownSymbol>,
    /// True if symbols may overlap: then each is drawn as a whole before the next.
    pub one_by_one: bool,
}

/// What is shown of a candidate.
#[derive(Debug)]
pub struct ShownSymbol {
    pub icon: Option<PlacedIcon>,
    pub text: Option<PlacedText>,
}
