//! Text and lines on a page, in points from its upper left corner.

use std::sync::Arc;

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};

use crate::tiles::Cartography;

pub const BLACK: [u8; 3] = [0, 0, 0];
pub const WHITE: [u8; 3] = [255, 255, 255];
pub const GREY: [u8; 3] = [90, 90, 90];
/// Stands out in colour, and is light enough for black letters where it is printed in grey.
pub const AMBER: [u8; 3] = [255, 205, 70];
pub const LIGHT: [u8; 3] = [225, 225, 225];

/// The faces of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// The letters of the sheet.
pub struct Letters<'c> {
    faces: [Letter<'c>; 2],
}

struct Letter<'c> {
    font: Font,
    face: ttf_parser::Face<'c>,
}

/// The cartography has no font that can be printed.
#[derive(Debug, thiserror::Error)]
#[error("the font '{0}' cannot be read")]
pub struct NoFont(&'static str);

impl<'c> Letters<'c> {
    /// Reads the fonts of the cartography.
    ///
    /// # Errors
    /// A font that is missing or cannot be read.
    pub fn read(cartography: &'c Cartography) -> Result<Self, NoFont> {
        let letter = |name: &'static str| {
            let font = cartography.font(name).ok_or(NoFont(name))?;
            let face = ttf_parser::Face::parse(&font.data, 0).map_err(|_| NoFont(name))?;
            let font = Font::new(Arc::new(font.data.clone()).into(), 0).ok_or(NoFont(name))?;
            Ok(Letter { font, face })
        };
        Ok(Self { faces: [letter("Geokontor Regular")?, letter("Geokontor Bold")?] })
    }

    fn of(&self, weight: Weight) -> &Letter<'c> {
        &self.faces[weight as usize]
    }

    /// A text in letters that there are: others would print as boxes, and an archive refuses the file.
    pub fn printable(&self, text: &str) -> String {
        let is_there =
            |c: &char| self.faces.iter().all(|letter| letter.face.glyph_index(*c).is_some_and(|id| id.0 != 0));
        let shown = text.chars().map(|c| match c {
            c if c.is_whitespace() => ' ',
            c if is_there(&c) => c,
            _ => '?',
        });
        let text: String = shown.collect();
        text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// How wide a text is, without what kerning saves.
    pub fn width(&self, text: &str, weight: Weight, size: f32) -> f32 {
        let face = &self.of(weight).face;
        let advance = |c: char| face.glyph_index(c).and_then(|id| face.glyph_hor_advance(id)).unwrap_or_default();
        let units: u32 = text.chars().map(|c| u32::from(advance(c))).sum();
        units as f32 / f32::from(face.units_per_em()) * size
    }

    /// As much of a text as fits into a width, with dots for the rest.
    pub fn fitted(&self, text: &str, weight: Weight, size: f32, width: f32) -> String {
        if self.width(text, weight, size) <= width {
            return text.to_owned();
        }
        let mut cut = String::new();
        let mut room = width - self.width("…", weight, size);
        for c in text.chars() {
            room -= self.width(c.encode_utf8(&mut [0; 4]), weight, size);
            if room < 0.0 {
                break;
            }
            cut.push(c);
        }
        format!("{}…", cut.trim_end())
    }

    /// A text in lines of a width, at most `most` of them; what does not fit is cut with dots.
    pub fn lines(&self, text: &str, weight: Weight, size: f32, width: f32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut words = text.split(' ').peekable();
        while words.peek().is_some() {
            if lines.len() + 1 == most {
                let rest: Vec<&str> = words.collect();
                lines.push(self.fitted(&rest.join(" "), weight, size, width));
                break;
            }
            let mut line = self.fitted(words.next().unwrap_or_default(), weight, size, width);
            while let Some(word) = words.peek() {
                let longer = format!("{line} {word}");
                if self.width(&longer, weight, size) > width {
                    break;
                }
                line = longer;
                words.next();
            }
            lines.push(line);
        }
        lines
    }
}

/// Draws on a page.
pub struct Pen<'p, 'c> {
    pub surface: Surface<'p>,
    pub letters: &'p Letters<'c>,
}

impl Pen<'_, '_> {
    /// Writes a line of text whose baseline begins at a point.
    pub fn text(&mut self, [x, y]: [f32; 2], text: &str, weight: Weight, size: f32, colour: [u8; 3]) {
        if text.is_empty() {
            return;
        }
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(colour, 1.0)));
        let font = self.letters.of(weight).font.clone();
        self.surface.draw_text(Point::from_xy(x, y), font, size, text, false, TextDirection::LeftToRight);
    }

    /// The same, ending at a point.
    pub fn text_to(&mut self, [x, y]: [f32; 2], text: &str, weight: Weight, size: f32, colour: [u8; 3]) {
        let width = self.letters.width(text, weight, size);
        self.text([x - width, y], text, weight, size, colour);
    }

    /// The same, around a point.
    pub fn text_at(&mut self, [x, y]: [f32; 2], text: &str, weight: Weight, size: f32, colour: [u8; 3]) {
        let width = self.letters.width(text, weight, size);
        self.text([x - width / 2.0, y], text, weight, size, colour);
    }

    /// Draws along points.
    pub fn line(&mut self, points: &[[f32; 2]], width: f32, colour: [u8; 3], dash: Option<[f32; 2]>) {
        if let Some(path) = polyline(points) {
            self.stroke(&path, width, colour, dash);
        }
    }

    /// Draws along a path.
    pub fn stroke(&mut self, path: &Path, width: f32, colour: [u8; 3], dash: Option<[f32; 2]>) {
        let dash = dash.map(|dash| StrokeDash { array: dash.to_vec(), offset: 0.0 });
        let paint = rgb::Color::new(colour[0], colour[1], colour[2]).into();
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint, width, dash, ..Stroke::default() }));
        self.surface.draw_path(path);
    }

    /// Fills a path.
    pub fn fill(&mut self, path: &Path, colour: [u8; 3], opacity: f32) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill(colour, opacity)));
        self.surface.draw_path(path);
    }

    /// Fills a rectangle: left, top, width, height.
    pub fn block(&mut self, [x, y, width, height]: [f32; 4], colour: [u8; 3], opacity: f32) {
        if let Some(path) = rectangle([x, y, width, height]) {
            self.fill(&path, colour, opacity);
        }
    }
}

fn fill(colour: [u8; 3], opacity: f32) -> Fill {
    let opacity = NormalizedF32::new(opacity).unwrap_or(NormalizedF32::ONE);
    Fill { paint: rgb::Color::new(colour[0], colour[1], colour[2]).into(), opacity, rule: FillRule::NonZero }
}

/// A rectangle: left, top, width, height.
pub fn rectangle([x, y, width, height]: [f32; 4]) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

/// A circle.
pub fn circle([x, y]: [f32; 2], radius: f32) -> Option<Path> {
    // Four cubic curves are a circle to a fiftieth of a percent with handles of this length.
    let handle = radius * 0.552_284_8;
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.cubic_to(x + radius, y + handle, x + handle, y + radius, x, y + radius);
    path.cubic_to(x - handle, y + radius, x - radius, y + handle, x - radius, y);
    path.cubic_to(x - radius, y - handle, x - handle, y - radius, x, y - radius);
    path.cubic_to(x + handle, y - radius, x + radius, y - handle, x + radius, y);
    path.close();
    path.finish()
}

/// An area with straight edges.
pub fn polygon(points: &[[f32; 2]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (nth, [x, y]) in points.iter().enumerate() {
        if nth == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    path.close();
    path.finish()
}

fn polyline(points: &[[f32; 2]]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (nth, [x, y]) in points.iter().enumerate() {
        if nth == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    path.finish()
}
