//! Fonts, and their letters in the form map programs fetch: signed distance fields, 256 code points at a time.
//!
//! The form is MapLibre's glyph range, a protocol buffer with one font stack. A range is made when it is first asked for
//! and kept. Every range of a font exists; most hold nothing.

use std::path::Path;
use std::sync::OnceLock;

use axum::http::HeaderValue;
use bytes::Bytes;

use super::StyleMistake;
use super::sdf::Outline;
use crate::collection::{DeclarationFault, DeclarationFaults};
use crate::http::etag;

/// Pixels an em has in a glyph range.
const EM: f32 = 24.0;
/// Code points in a range, and ranges in a font: the format reaches up to U+FFFF.
const RANGE: u32 = 256;
const RANGES: usize = 256;

/// A font of the cartography.
pub struct Font {
    /// Its full name, by which styles call it: `Geokontor Regular`.
    pub name: String,
    /// The file, as it may be given to a program that draws letters itself.
    pub data: Vec<u8>,
    ranges: Vec<OnceLock<Range>>,
}

/// A range of a font, encoded.
#[derive(Debug, Clone)]
pub struct Range {
    pub bytes: Bytes,
    pub tag: HeaderValue,
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Font").field("name", &self.name).field("bytes", &self.data.len()).finish_non_exhaustive()
    }
}

impl Font {
    /// Reads the fonts of a folder, by file name.
    ///
    /// # Errors
    /// Every file that cannot be read or is no TrueType font with a name.
    pub fn load_all(folder: &Path) -> Result<Vec<Self>, DeclarationFaults> {
        let entries = std::fs::read_dir(folder).map_err(|error| DeclarationFault::unreadable(folder, &error))?;
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "ttf"));
        paths.sort();
        let (mut fonts, mut faults) = (Vec::new(), Vec::new());
        for path in paths {
            match std::fs::read(&path).map(Self::new) {
                Ok(Ok(font)) => fonts.push(font),
                Ok(Err(mistake)) => faults.push(DeclarationFault::of_file(&path, &mistake)),
                Err(error) => faults.push(DeclarationFault::unreadable(&path, &error)),
            }
        }
        if faults.is_empty() { Ok(fonts) } else { Err(DeclarationFaults(faults)) }
    }

    fn new(data: Vec<u8>) -> Result<Self, StyleMistake<'static>> {
        let face = ttf_parser::Face::parse(&data, 0);
        let face = face.map_err(|error| StyleMistake::NotAFont { error: error.to_string() })?;
        let full =
            face.names().into_iter().find(|name| name.name_id == ttf_parser::name_id::FULL_NAME && name.is_unicode());
        let name = full.and_then(|name| name.to_string()).ok_or(StyleMistake::FontWithoutName)?;
        Ok(Self { name, data, ranges: (0..RANGES).map(|_| OnceLock::new()).collect() })
    }

    /// The range that begins at a code point; `None` where none begins.
    pub fn range(&self, start: u32) -> Option<&Range> {
        let number = usize::try_from(start / RANGE).ok().filter(|_| start.is_multiple_of(RANGE))?;
        Some(self.ranges.get(number)?.get_or_init(|| {
            let bytes = Bytes::from(self.encode(start));
            Range { tag: etag::of_bytes(&bytes), bytes }
        }))
    }

    fn encode(&self, start: u32) -> Vec<u8> {
        let mut stack = Vec::new();
        write_bytes(&mut stack, 1, self.name.as_bytes());
        write_bytes(&mut stack, 2, format!("{start}-{}", start + RANGE - 1).as_bytes());
        // It was parsed when the font was loaded.
        if let Ok(face) = ttf_parser::Face::parse(&self.data, 0) {
            for letter in (start..start + RANGE).filter_map(char::from_u32) {
                if let Some(glyph) = face.glyph_index(letter) {
                    write_bytes(&mut stack, 3, &encode_glyph(&face, letter, glyph));
                }
            }
        }
        let mut glyphs = Vec::new();
        write_bytes(&mut glyphs, 1, &stack);
        glyphs
    }
}

/// Message `glyph`: id, bitmap, width, height, left, top, advance. `top` counts from the font's ascender, as MapLibre
/// expects of all fonts.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a letter is some dozens of pixels wide")]
fn encode_glyph(face: &ttf_parser::Face<'_>, letter: char, glyph: ttf_parser::GlyphId) -> Vec<u8> {
    let scale = EM / f32::from(face.units_per_em());
    let mut outline = Outline::scaled(scale);
    face.outline_glyph(glyph, &mut outline);
    let ascender = (f32::from(face.ascender()) * scale).ceil() as i32;
    let advance = (f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale).round() as u32;
    let mut message = Vec::new();
    write_number(&mut message, 1, u32::from(letter));
    let (mut size, mut place) = ((0, 0), (0, -ascender));
    if let Some(field) = outline.field() {
        write_bytes(&mut message, 2, &field.pixels);
        size = (field.width, field.height);
        place = (field.left, field.top - ascender);
    }
    write_number(&mut message, 3, size.0);
    write_number(&mut message, 4, size.1);
    write_number(&mut message, 5, zigzag(place.0));
    write_number(&mut message, 6, zigzag(place.1));
    write_number(&mut message, 7, advance);
    message
}

fn zigzag(number: i32) -> u32 {
    ((number << 1) ^ (number >> 31)).cast_unsigned()
}

fn write_varint(into: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        into.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

fn write_number(into: &mut Vec<u8>, field: u64, number: u32) {
    write_varint(into, field << 3);
    write_varint(into, u64::from(number));
}

fn write_bytes(into: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    write_varint(into, field << 3 | 2);
    write_varint(into, bytes.len() as u64);
    into.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regular() -> Font {
        let fonts = Font::load_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tiles/fonts")).expect("the fonts");
        let names: Vec<&str> = fonts.iter().map(|font| font.name.as_str()).collect();
        assert_eq!(names, ["Geokontor Bold", "Geokontor Regular"]);
        fonts.into_iter().nth(1).expect("two fonts")
    }

    /// Fields of a message: number, and what a number or bytes say.
    fn fields(mut bytes: &[u8]) -> Vec<(u64, u64, &[u8])> {
        fn varint(bytes: &mut &[u8]) -> u64 {
            let mut number = 0;
            for shift in (0..).step_by(7) {
                let byte = bytes[0];
                *bytes = &bytes[1..];
                number |= u64::from(byte & 0x7f) << shift;
                if byte < 0x80 {
                    break;
                }
            }
            number
        }
        let mut found = Vec::new();
        while !bytes.is_empty() {
            let key = varint(&mut bytes);
            let number = varint(&mut bytes);
            let length = if key & 7 == 2 { usize::try_from(number).expect("a length") } else { 0 };
            let (body, rest) = bytes.split_at(length);
            bytes = rest;
            found.push((key >> 3, number, body));
        }
        found
    }

    #[test]
    fn a_range_names_its_font_and_holds_letters_with_their_fields() {
        let font = regular();
        let range = font.range(0).expect("a range").bytes.clone();
        let stack = fields(&range)[0].2;
        let parts = fields(stack);
        assert_eq!(parts[0].2, b"Geokontor Regular");
        assert_eq!(parts[1].2, b"0-255");
        let glyphs: Vec<Vec<(u64, u64, &[u8])>> = parts[2..].iter().map(|part| fields(part.2)).collect();
        assert!(glyphs.len() > 180, "{}", glyphs.len());
        let letter = |code: u64| glyphs.iter().find(|glyph| glyph[0].1 == code).expect("a letter");
        let upper = letter(u64::from(b'H'));
        let (width, height) = (upper[2].1, upper[3].1);
        assert_eq!(upper[1].2.len() as u64, (width + 6) * (height + 6));
        // 0.714 em high, on the baseline: its top is 18 px above it and 8 px below the ascender at 26.
        assert_eq!(height, 18);
        assert_eq!(upper[5].1, u64::from(zigzag(18 - 26)));
        let space = letter(u64::from(b' '));
        assert_eq!(space[1], (3, 0, [].as_slice()), "a space has no field");
        assert!(space.last().is_some_and(|advance| advance.1 > 0));
    }

    #[test]
    fn german_letters_and_the_signs_of_a_map_are_there() {
        let font = regular();
        let face = ttf_parser::Face::parse(&font.data, 0).expect("a font");
        let missing: Vec<char> =
            "ÄÖÜäöüßẞéłžŠ–—„“‚‘…·²³°×½€→←↑↓∞≈≤≥".chars().filter(|c| face.glyph_index(*c).is_none()).collect();
        assert_eq!(missing, Vec::<char>::new());
    }

    #[test]
    fn a_range_outside_of_the_font_is_empty_and_what_begins_nowhere_is_none() {
        let font = regular();
        let far = font.range(0x4e00).expect("a range").bytes.clone();
        assert_eq!(fields(fields(&far)[0].2).len(), 2);
        assert!(font.range(65280).is_some());
        assert!([1, 255, 257, 65536, u32::MAX].into_iter().all(|start| font.range(start).is_none()));
    }
}
