//! Cartography: what the maps look like, and the files that map programs fetch to draw them so.
//!
//! In reading order: [`palette`] (the colours of day and night), [`styles`] (one list of layers, made into a MapLibre
//! style a theme), [`symbols`] (one drawing a kind and one a status, put together), [`sprite`] (all symbols as an image) and [`indexed`]
//! (its file), [`sdf`] and [`glyphs`] (letters as distance fields), [`check`] (a style names only what there is),
//! [`mistake`] (what can be wrong with any of them),
//! [`ground`] (the base map of somebody else under it), [`routes`]. All of it comes from `tiles/`; `docs/cartography.md`
//! says how to change it. Nothing here knows features or tiles.

pub mod check;
mod describe;
pub mod glyphs;
pub mod ground;
mod indexed;
mod mistake;
pub mod palette;
mod routes;
pub mod sdf;
pub mod sprite;
pub mod styles;
pub mod symbols;

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

pub use check::Offers;
pub use glyphs::Font;
pub use ground::{Ground, GroundConfig};
pub use mistake::StyleMistake;
pub use palette::Theme;
pub use routes::Maps;
pub use sprite::{Sprite, SpriteError};
pub use styles::Styles;
pub use symbols::{Symbol, Symbols};

use super::{Content, Layer, Tilesets};
use crate::collection::{Catalogue, DeclarationFault, DeclarationFaults, Visibility};
use crate::texts::Told;
use check::Offer;
use palette::Palettes;

/// Ranges of glyphs that every map needs: Latin, and the punctuation of texts.
const FIRST_RANGES: [u32; 2] = [0, 0x2000];

/// Everything a map is drawn with, checked.
#[derive(Debug)]
pub struct Cartography {
    pub styles: Styles,
    pub symbols: Symbols,
    /// By file name.
    pub fonts: Vec<Font>,
    pub ground: Ground,
    sprites: [[OnceLock<Sprite>; 2]; 2],
    /// Two requests must not draw the same sprite.
    drawing: Mutex<()>,
}

impl Cartography {
    /// Reads `styles/`, `symbols/` and `fonts/` below a folder and holds them against what the tilesets offer.
    ///
    /// # Errors
    /// Every fault of every file and of the configured ground. What a style names is looked for once all files can be
    /// read.
    pub fn load(
        folder: &Path,
        ground: &GroundConfig,
        tilesets: &Tilesets,
        catalogue: &Catalogue,
    ) -> Result<Self, DeclarationFaults> {
        let palettes = Palettes::load(&folder.join("styles/palettes.toml"))?;
        let styles = Styles::load(&folder.join("styles/map.json"), &palettes);
        let symbols = Symbols::load(&folder.join("symbols"), &palettes);
        let fonts = Font::load_all(&folder.join("fonts"));
        let ground = Ground::new(ground).map_err(misconfigured);
        let (styles, symbols, fonts, ground) = match (styles, symbols, fonts, ground) {
            (Ok(styles), Ok(symbols), Ok(fonts), Ok(ground)) => (styles, symbols, fonts, ground),
            (styles, symbols, fonts, ground) => {
                let faults = [styles.err(), symbols.err(), fonts.err(), ground.err()];
                return Err(DeclarationFaults(faults.into_iter().flatten().flat_map(|faults| faults.0).collect()));
            }
        };
        let names: Vec<&str> = fonts.iter().map(|font| font.name.as_str()).collect();
        let faults = check::faults(&styles, &offers(tilesets, catalogue), &symbols, &names);
        if !faults.is_empty() {
            return Err(DeclarationFaults(faults));
        }
        let (sprites, drawing) = Default::default();
        Ok(Self { styles, symbols, fonts, ground, sprites, drawing })
    }

    /// A style as browsers get it: on the configured ground, with the address by which they reach the server.
    pub fn served(&self, theme: Theme, base: &str) -> String {
        self.ground.merged(theme, self.styles.of(theme)).to_string().replace(styles::BASE, base)
    }

    /// A font by its name.
    pub fn font(&self, name: &str) -> Option<&Font> {
        self.fonts.iter().find(|font| font.name == name)
    }

    /// The symbols of a theme as an image for screens with a pixel ratio of 1, or of 2 when `fine`. Drawn once; that
    /// takes a good part of a second, so it is nothing for a thread that answers requests.
    ///
    /// # Errors
    /// None with symbols that were loaded; see [`SpriteError`].
    pub fn sprite(&self, theme: Theme, fine: bool) -> Result<&Sprite, SpriteError> {
        let cell = &self.sprites[theme as usize][usize::from(fine)];
        let _alone = match cell.get() {
            Some(_) => None,
            None => Some(self.drawing.lock().unwrap_or_else(PoisonError::into_inner)),
        };
        match cell.get() {
            Some(sprite) => Ok(sprite),
            None => {
                let sprite = Sprite::draw(self.symbols.of(theme), if fine { 2 } else { 1 })?;
                Ok(cell.get_or_init(|| sprite))
            }
        }
    }

    /// Makes what every map fetches first, so that no crew waits for it: the sprites, and of all fonts the letters of
    /// western languages. Takes a second or two of one core.
    pub fn warm_up(&self) {
        for font in &self.fonts {
            for start in FIRST_RANGES {
                font.range(start);
            }
        }
        for (theme, fine) in Theme::ALL.into_iter().flat_map(|theme| [(theme, true), (theme, false)]) {
            if let Err(error) = self.sprite(theme, fine) {
                tracing::error!(%theme, %error, "a sprite cannot be drawn");
            }
        }
    }

    /// The sprite, if it was drawn already.
    pub fn drawn_sprite(&self, theme: Theme, fine: bool) -> Option<&Sprite> {
        self.sprites[theme as usize][usize::from(fine)].get()
    }
}

/// What layers of tiles offer to styles.
fn offers(tilesets: &Tilesets, catalogue: &Catalogue) -> Offers {
    let mut offers = Offers::new();
    for tileset in tilesets.iter().map(|served| &served.tileset) {
        // A style is the same for everybody: it draws what everybody may know of.
        let is_public = |layer: &&Layer| catalogue.collections()[layer.collection].visibility == Visibility::Public;
        for layer in tileset.layers.iter().filter(is_public) {
            let offer = match layer.content {
                Content::Places => Offer::default().with("name", None).with("rank", None),
                Content::Names => {
                    Offer::of_collection(catalogue, layer.collection, &layer.properties, false).with("zoom", None)
                }
                _ => Offer::of_collection(catalogue, layer.collection, &layer.properties, layer.status),
            };
            offers.insert((tileset.name.clone(), layer.name.clone()), offer);
        }
    }
    offers
}

fn misconfigured(faults: Vec<(&'static str, Told)>) -> DeclarationFaults {
    let fault = |(setting, told)| DeclarationFault::of_file(Path::new(setting), told);
    DeclarationFaults(faults.into_iter().map(fault).collect())
}
