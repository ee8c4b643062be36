//! Tiles of what no collection holds: shapes of others, each with a few words.

use geo_types::{Coord, Rect};

use super::Atlas;
use super::atlas::Placement;
use super::draw::{Detail, Pen};
use super::grid::{Grid, TileId};
use super::mvt::{Kind, LayerWriter};
use super::view::MARGIN;
use crate::feature::Geometry;

/// A tile with one layer, being drawn.
#[derive(Debug)]
pub struct Overlay<'a> {
    window: Rect<f64>,
    pen: Pen<'a>,
    layer: LayerWriter,
    keys: Vec<(&'static str, u32)>,
}

/// What is said of a shape.
#[derive(Debug, Clone, Copy)]
pub enum Word<'w> {
    Text(&'w str),
    Number(i64),
}

impl Overlay<'_> {
    /// Draws a tile of the web's grid. One that shows nothing of the district is empty.
    pub fn drawn(atlas: &Atlas, tile: TileId, layer: &str, draw: impl FnOnce(&mut Overlay<'_>)) -> Vec<u8> {
        let grid = Grid::web();
        let mut bytes = Vec::new();
        let Some(placement) = atlas.sheet(grid).place(grid, tile, MARGIN) else { return bytes };
        let mut overlay = Overlay::over(&placement);
        draw(&mut overlay);
        if !overlay.layer.is_empty() {
            overlay.layer.finish(layer, &mut bytes);
        }
        bytes
    }

    fn over<'a>(placement: &'a Placement<'a>) -> Overlay<'a> {
        // Footprints are told apart by eye down to about two units.
        let detail = Detail { tolerance: 1.0, least_area: 4.0, least_length: 2.0 };
        let window = placement.window;
        Overlay { window, pen: Pen::new(placement, detail), layer: LayerWriter::new(), keys: Vec::new() }
    }

    /// Where in the district's CRS the tile and its margin lie.
    pub fn window(&self) -> Rect<f64> {
        self.window
    }

    /// Draws a line or an area.
    pub fn shape(&mut self, geometry: &Geometry, words: &[(&'static str, Word<'_>)]) {
        self.pen.path.clear();
        if let Some((kind, range)) = self.pen.draw(geometry) {
            self.tag(words);
            self.layer.feature(None, kind, self.pen.path.commands(range));
        }
    }

    /// Draws a point.
    pub fn point(&mut self, at: Coord, words: &[(&'static str, Word<'_>)]) {
        let Some(place) = self.pen.point(at) else { return };
        self.pen.path.clear();
        let start = self.pen.path.begin();
        self.pen.path.points(&[place]);
        self.tag(words);
        self.layer.feature(None, Kind::Point, self.pen.path.since(start));
    }

    fn tag(&mut self, words: &[(&'static str, Word<'_>)]) {
        for (name, word) in words {
            let known = self.keys.iter().find(|(key, _)| key == name).map(|(_, number)| *number);
            let key = known.unwrap_or_else(|| {
                let number = self.layer.key(name);
                self.keys.push((name, number));
                number
            });
            let value = match word {
                Word::Text(text) => self.layer.text(text),
                Word::Number(number) => self.layer.integer(*number),
            };
            self.layer.tag(key, value);
        }
    }
}
