//! Letters: outlines, widths and kerning of the cartography's faces, read once; and texts set in lines.

mod kerning;
mod setting;

use std::collections::HashMap;

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

pub use setting::{Line, Setting};

/// Size at which MapLibre sets text, and how far above the middle of a line it begins to count: its baseline lies
/// `ascender - 17` of 24 units below the middle (maplibre-gl-js, `shaping.ts`).
const MAPLIBRE_EM: f32 = 24.0;
const MAPLIBRE_SHIFT: f32 = 17.0;

/// The faces of the cartography, the first of which stands in for one that is missing.
#[derive(Debug)]
pub struct Fonts {
    faces: Vec<Typeface>,
}

/// One face. All lengths are in ems.
#[derive(Debug)]
pub struct Typeface {
    pub name: String,
    /// How far the baseline lies below the middle of a line.
    pub baseline: f32,
    glyphs: HashMap<char, Glyph>,
    kerning: HashMap<(u16, u16), f32>,
}

/// A letter.
#[derive(Debug)]
pub struct Glyph {
    pub id: u16,
    pub advance: f32,
    /// `None` for a space. The baseline is at 0, y points downwards.
    pub outline: Option<Path>,
}

/// A file that is no font to draw with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    #[error("there is no font")]
    None,
    #[error("the font '{0}' cannot be read: {1}")]
    Unreadable(String, String),
}

impl Fonts {
    /// Reads fonts: names, as styles use them, and files.
    ///
    /// # Errors
    /// [`FontError`]; at least one font must be given.
    pub fn read<'f>(files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> Result<Self, FontError> {
        let faces =
            files.into_iter().map(|(name, bytes)| Typeface::read(name, bytes)).collect::<Result<Vec<_>, _>>()?;
        if faces.is_empty() { Err(FontError::None) } else { Ok(Self { faces }) }
    }

    /// The first face of a list of names that there is, and its number; the first of all if there is none.
    pub fn choose(&self, names: &[String]) -> (usize, &Typeface) {
        let number = names.iter().find_map(|name| self.faces.iter().position(|face| face.name == *name)).unwrap_or(0);
        (number, &self.faces[number])
    }

    /// A face by its number.
    pub fn face(&self, number: usize) -> &Typeface {
        &self.faces[number]
    }
}

impl Typeface {
    fn read(name: &str, bytes: &[u8]) -> Result<Self, FontError> {
        let face = Face::parse(bytes, 0).map_err(|error| FontError::Unreadable(name.to_owned(), error.to_string()))?;
        let scale = 1.0 / f32::from(face.units_per_em());
        let mut characters = Vec::new();
        for table in face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables).filter(|table| table.is_unicode()) {
            table.codepoints(|code| characters.extend(char::from_u32(code)));
        }
        let mut glyphs = HashMap::new();
        for character in characters {
            if let Some(id) = face.glyph_index(character) {
                let advance = f32::from(face.glyph_hor_advance(id).unwrap_or_default()) * scale;
                glyphs.insert(character, Glyph { id: id.0, advance, outline: outline(&face, id, scale) });
            }
        }
        let kerning = kerning::read(&face, |character| glyphs.get(&character).map(|glyph: &Glyph| GlyphId(glyph.id)));
        let kerning = kerning.into_iter().map(|(pair, units)| (pair, units * scale)).collect();
        let ascender = (f32::from(face.ascender()) * scale * MAPLIBRE_EM).round();
        Ok(Self { name: name.to_owned(), baseline: (ascender - MAPLIBRE_SHIFT) / MAPLIBRE_EM, glyphs, kerning })
    }

    /// The letter for a character; `None` if the face has none.
    pub fn glyph(&self, character: char) -> Option<&Glyph> {
        self.glyphs.get(&character)
    }

    /// How much closer (negative) or farther apart two letters stand than their widths say.
    pub fn kerning(&self, left: u16, right: u16) -> f32 {
        self.kerning.get(&(left, right)).copied().unwrap_or_default()
    }
}

/// A letter's outline in ems.
fn outline(face: &Face<'_>, id: GlyphId, scale: f32) -> Option<Path> {
    let mut pen = Pen { path: PathBuilder::new(), scale };
    face.outline_glyph(id, &mut pen)?;
    pen.path.finish()
}

struct Pen {
    path: PathBuilder,
    scale: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(x * self.scale, -y * self.scale);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(x * self.scale, -y * self.scale);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(x1 * self.scale, -y1 * self.scale, x * self.scale, -y * self.scale);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let k = self.scale;
        self.path.cubic_to(x1 * k, -y1 * k, x2 * k, -y2 * k, x * k, -y * k);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
