//! What a caller draws on the ground of a map: lines and areas under all symbols and names.

use tiny_skia::{FillRule, LineCap, LineJoin, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

use super::paint::{add_line, add_visible, ink, sight};
use super::shape::{self, Pixel};
use super::style::Colour;

/// A line; a ring where it ends as it begins. All lengths are pixels of the image.
#[derive(Debug, Clone)]
pub struct Underlay {
    pub line: Vec<Pixel>,
    /// Of the area within a ring.
    pub fill: Colour,
    pub colour: Colour,
    pub width: f32,
    /// Lengths of dash and gap; `None` for a solid line.
    pub dashes: Option<[f32; 2]>,
}

impl Underlay {
    pub(super) fn draw(&self, pixmap: &mut Pixmap) {
        let sight = sight(pixmap).grown(self.width);
        if !self.fill.is_invisible() {
            let mut area = PathBuilder::new();
            add_line(&mut area, &shape::cut_ring(self.line.clone(), &sight), true);
            if let Some(area) = area.finish() {
                pixmap.fill_path(&area, &ink(self.fill), FillRule::Winding, Transform::identity(), None);
            }
        }
        let mut path = PathBuilder::new();
        add_visible(&mut path, &self.line, &sight);
        let dash = self.dashes.and_then(|dashes| StrokeDash::new(dashes.to_vec(), 0.0));
        let (line_cap, line_join) = (LineCap::Butt, LineJoin::Round);
        let stroke = Stroke { width: self.width, line_cap, line_join, dash, ..Stroke::default() };
        if let Some(path) = path.finish() {
            pixmap.stroke_path(&path, &ink(self.colour), &stroke, Transform::identity(), None);
        }
    }
}
