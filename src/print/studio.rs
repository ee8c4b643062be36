//! What maps are drawn with, read once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use tiny_skia::Pixmap;

use super::map::fonts::Fonts;
use super::map::labels::Icons;
use super::map::scene::Fetched;
use super::map::style::{Style, Undrawable};
use super::map::{DrawError, Picture, Tools};
use super::raster::Kept;
use crate::collection::{DeclarationFault, DeclarationFaults};
use crate::texts::Told;
use crate::tiles::style::sprite;
use crate::tiles::{Cartography, Theme};

/// Symbols kept as pixels; with every zoom they have another size.
const MOST_ICONS: usize = 2_000;
/// Symbols are drawn in sizes this far apart, so that few are made.
const ICON_STEP: f32 = 1.0 / 16.0;

/// Styles, letters and symbols.
pub struct Studio {
    pub cartography: Arc<Cartography>,
    styles: [Style; 2],
    fonts: Fonts,
    icons: [IconShelf; 2],
    /// Raster tiles.
    pub kept: Kept,
}

impl std::fmt::Debug for Studio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Studio").finish_non_exhaustive()
    }
}

/// Symbols already drawn, by name and size in [`ICON_STEP`]s.
type IconShelf = Mutex<HashMap<(String, u32), Option<Arc<Pixmap>>>>;

impl Studio {
    /// Makes the cartography ready to be drawn.
    ///
    /// # Errors
    /// What a style asks for that the server cannot draw, by layer and property, with the file's line.
    pub fn new(cartography: Arc<Cartography>) -> Result<Self, DeclarationFaults> {
        let mut faults = Vec::new();
        let styles = Theme::ALL.map(|theme| {
            Style::read(&cartography.styles.of(theme).to_string()).unwrap_or_else(|found| {
                for fault in found.0 {
                    let (property, reason) = (fault.property, fault.told);
                    let reason = match property.is_empty() {
                        true => reason,
                        false => Told::of(&Undrawable::InProperty { property, reason }),
                    };
                    let fault = cartography.styles.fault(&fault.layer, reason);
                    // Both themes have the same layers, hence the same faults.
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
                Style { layers: Vec::new() }
            })
        });
        let files = cartography.fonts.iter().map(|font| (font.name.as_str(), font.data.as_slice()));
        let unread = |error: String| DeclarationFault::of_file(Path::new("fonts"), Told::verbatim(error));
        let fonts = Fonts::read(files).map_err(|error| unread(error.to_string()))?;
        if !faults.is_empty() {
            return Err(DeclarationFaults(faults));
        }
        Ok(Self { cartography, styles, fonts, icons: Default::default(), kept: Kept::new() })
    }

    /// The style of a theme.
    pub fn style(&self, theme: Theme) -> &Style {
        &self.styles[theme as usize]
    }

    /// Draws a picture of a theme. Blocking work, for the pool.
    ///
    /// # Errors
    /// See [`DrawError`].
    pub fn draw(
        &self,
        picture: &Picture<'_>,
        fetched: &Fetched,
        theme: Theme,
        cancelled: &AtomicBool,
    ) -> Result<Pixmap, DrawError> {
        picture.draw(fetched, self.tools(&self.shelf(theme), cancelled))
    }

    /// The symbols of a theme.
    pub fn shelf(&self, theme: Theme) -> Shelf<'_> {
        Shelf { studio: self, theme }
    }

    /// What pictures are drawn with.
    pub fn tools<'t>(&'t self, shelf: &'t Shelf<'_>, cancelled: &'t AtomicBool) -> Tools<'t> {
        Tools { icons: shelf, fonts: &self.fonts, cancelled }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a symbol's scale is a small number")]
    fn icon(&self, theme: Theme, name: &str, scale: f32) -> Option<Arc<Pixmap>> {
        let steps = (scale / ICON_STEP).round().clamp(1.0, 512.0) as u32;
        let key = (name.to_owned(), steps);
        let shelf = &self.icons[theme as usize];
        if let Some(icon) = shelf.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return icon.clone();
        }
        let symbol = self.cartography.symbols.get(theme, name)?;
        let drawn = sprite::draw(symbol, steps as f32 * ICON_STEP);
        let icon = drawn.inspect_err(|error| tracing::error!(%error, "a symbol cannot be drawn")).ok().map(Arc::new);
        let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.len() >= MOST_ICONS {
            shelf.clear();
        }
        shelf.insert(key, icon.clone());
        icon
    }
}

/// The symbols of a theme.
pub struct Shelf<'s> {
    studio: &'s Studio,
    theme: Theme,
}

impl Icons for Shelf<'_> {
    fn icon(&self, name: &str, scale: f32) -> Option<Arc<Pixmap>> {
        self.studio.icon(self.theme, name, scale)
    }
}
