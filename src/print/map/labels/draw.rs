//! Symbols and texts on the pixels.

use std::collections::HashMap;

use tiny_skia::{FillRule, LineJoin, Path, PathBuilder, PathSegment, Pixmap, PixmapPaint, Stroke, Transform};

use super::super::fonts::Fonts;
use super::super::paint::ink;
use super::super::style::Colour;
use super::{PlacedIcon, PlacedText, Shown};

/// Draws texts; keeps the halos of letters, which are dear to make.
pub struct Typesetter<'f> {
    fonts: &'f Fonts,
    /// By face, glyph and the halo's width in ems (as bits): the outline drawn with a pen as wide.
    halos: HashMap<(usize, u16, u32), Option<Path>>,
}

/// What letters are drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    ink: Colour,
    halo: Colour,
}

/// Draws what a layer shows.
pub fn draw(pixmap: &mut Pixmap, shown: &Shown, typesetter: &mut Typesetter<'_>) {
    if shown.one_by_one {
        for symbol in &shown.symbols {
            symbol.icon.iter().for_each(|icon| icon.draw(pixmap));
            typesetter.write(pixmap, symbol.text.as_slice());
        }
        return;
    }
    shown.symbols.iter().filter_map(|symbol| symbol.icon.as_ref()).for_each(|icon| icon.draw(pixmap));
    typesetter.write(pixmap, shown.symbols.iter().filter_map(|symbol| symbol.text.as_ref()));
}

impl PlacedIcon {
    pub(in super::super) fn draw(&self, pixmap: &mut Pixmap) {
        // Some keep room and are not to be seen.
        if self.opacity <= 0.0 {
            return;
        }
        let paint = PixmapPaint { opacity: self.opacity.clamp(0.0, 1.0), ..PixmapPaint::default() };
        let [x, y] = self.corner;
        pixmap.draw_pixmap(x, y, self.image.as_ref().as_ref(), &paint, Transform::identity(), None);
    }
}

impl<'f> Typesetter<'f> {
    /// One for an image.
    pub fn new(fonts: &'f Fonts) -> Self {
        Self { fonts, halos: HashMap::new() }
    }

    /// The faces it writes with.
    pub fn fonts(&self) -> &'f Fonts {
        self.fonts
    }

    /// Writes texts: first all halos, so that none covers a neighbour's letters.
    pub fn write<'t>(&mut self, pixmap: &mut Pixmap, texts: impl IntoIterator<Item = &'t PlacedText>) {
        let mut looks: Vec<(Look, PathBuilder, PathBuilder)> = Vec::new();
        for text in texts {
            let look = Look { ink: text.ink, halo: text.halo };
            let at = looks.iter().position(|(known, ..)| *known == look).unwrap_or_else(|| {
                looks.push((look, PathBuilder::new(), PathBuilder::new()));
                looks.len() - 1
            });
            let (_, letters, halos) = &mut looks[at];
            self.add(text, letters, halos);
        }
        for (look, letters, halos) in looks {
            for (colour, path) in [(look.halo, halos), (look.ink, letters)] {
                if let Some(path) = path.finish() {
                    pixmap.fill_path(&path, &ink(colour), FillRule::Winding, Transform::identity(), None);
                }
            }
        }
    }

    fn add(&mut self, text: &PlacedText, letters: &mut PathBuilder, halos: &mut PathBuilder) {
        let face = self.fonts.face(text.face);
        let halo = text.halo_width / text.size;
        for letter in &text.letters {
            let Some(glyph) = face.glyph(letter.character) else { continue };
            let Some(outline) = &glyph.outline else { continue };
            let ([cos, sin], [x, y]) = (letter.direction.map(|part| part * text.size), letter.origin);
            let transform = Transform::from_row(cos, sin, -sin, cos, x, y);
            if !text.ink.is_invisible() {
                add(letters, outline, transform);
            }
            if halo > 0.0 && !text.halo.is_invisible() {
                let wide = self.halos.entry((text.face, glyph.id, halo.to_bits())).or_insert_with(|| {
                    let pen = Stroke { width: 2.0 * halo, line_join: LineJoin::Round, ..Stroke::default() };
                    outline.stroke(&pen, text.size)
                });
                wide.iter().for_each(|wide| add(halos, wide, transform));
            }
        }
    }
}

/// Adds a path, moved and turned.
fn add(builder: &mut PathBuilder, path: &Path, transform: Transform) {
    let at = |mut point: tiny_skia::Point| {
        transform.map_point(&mut point);
        (point.x, point.y)
    };
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                let (x, y) = at(to);
                builder.move_to(x, y);
            }
            PathSegment::LineTo(to) => {
                let (x, y) = at(to);
                builder.line_to(x, y);
            }
            PathSegment::QuadTo(by, to) => {
                let ((x1, y1), (x, y)) = (at(by), at(to));
                builder.quad_to(x1, y1, x, y);
            }
            PathSegment::CubicTo(first, second, to) => {
                let ((x1, y1), (x2, y2), (x, y)) = (at(first), at(second), at(to));
                builder.cubic_to(x1, y1, x2, y2, x, y);
            }
            PathSegment::Close => builder.close(),
        }
    }
}
