//! Which tiles a change may alter.
//!
//! A tile's bytes depend on the features in it and in its margin, and at low zooms on those that share a cell with them.
//! So a change touches the tiles that its boxes, before and after, reach with that margin, at every zoom of the layers
//! that draw the collection. Sound: every other tile stays the same to the byte. Tight: a tile is named only if the box
//! of the feature, or of its cell, lies in it or its margin.

use geo_types::{Coord, Rect, coord};

use super::atlas::Atlas;
use super::grid::{Grid, Level, TileId, TileRange};
use super::mvt::EXTENT;
use super::names::REACH;
use super::tileset::{Content, Layer, Tileset};
use super::view::MARGIN;

/// Units by which a tile may see farther than its margin says, because coordinates are rounded.
const SLACK: f64 = 2.0;

/// Tiles of one grid, as rectangles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    ranges: Vec<TileRange>,
}

impl Touched {
    /// The rectangles; one tile may lie in several.
    pub fn ranges(&self) -> &[TileRange] {
        &self.ranges
    }

    /// True for a tile that a change may alter.
    pub fn contains(&self, tile: TileId) -> bool {
        self.ranges.iter().any(|range| range.contains(tile))
    }

    /// How many tiles there are at most: those in several rectangles count several times.
    pub fn count(&self) -> u64 {
        self.ranges.iter().map(TileRange::count).sum()
    }

    /// The tiles, each once, by level.
    pub fn iter(&self) -> impl Iterator<Item = TileId> {
        let ranges = &self.ranges;
        ranges.iter().enumerate().flat_map(move |(nth, range)| {
            range.iter().filter(move |tile| !ranges[..nth].iter().any(|earlier| earlier.contains(*tile)))
        })
    }

    fn add(&mut self, range: TileRange) {
        let within = |outer: &TileRange| {
            outer.z == range.z
                && outer.x.0 <= range.x.0
                && outer.x.1 >= range.x.1
                && outer.y.0 <= range.y.0
                && outer.y.1 >= range.y.1
        };
        if !self.ranges.iter().any(within) {
            self.ranges.push(range);
        }
    }
}

/// The tiles of a tileset that a change of a feature may alter. Boxes are in the district's CRS; `None` where there was no
/// feature or it had no place.
pub fn touched(
    atlas: &Atlas,
    tileset: &Tileset,
    grid: &Grid,
    collection: usize,
    before: Option<Rect<f64>>,
    after: Option<Rect<f64>>,
) -> Touched {
    let mut touched = Touched::default();
    let boxes: Vec<Rect<f64>> = [before, after].into_iter().flatten().map(|area| atlas.project(grid, area)).collect();
    if boxes.is_empty() {
        return touched;
    }
    for layer in tileset.layers.iter().filter(|layer| layer.collections().any(|one| one == collection)) {
        if layer.collection != collection && stays(before, after) {
            continue;
        }
        for (z, level) in grid.levels.iter().enumerate() {
            let z = z as u8;
            if level.zoom < layer.zooms.0 {
                continue;
            }
            if layer.content == Content::Places {
                // A settlement's name may move to any of its houses.
                atlas.coverage(grid, z).into_iter().for_each(|range| touched.add(range));
                continue;
            }
            for area in &boxes {
                grid.tiles(z, reach(grid, level, layer, *area)).into_iter().for_each(|range| touched.add(range));
            }
        }
    }
    touched.ranges.sort_unstable_by_key(|range| (range.z, range.y, range.x));
    touched
}

/// True for a point that is where it was: names keep clear of a symbol whatever it says. Of something larger another shape
/// in the same box may have its symbol elsewhere.
fn stays(before: Option<Rect<f64>>, after: Option<Rect<f64>>) -> bool {
    before == after && after.is_some_and(|area| area.min() == area.max())
}

/// The ground from which a tile sees a change, in the grid's CRS.
fn reach(grid: &Grid, level: &Level, layer: &Layer, area: Rect<f64>) -> Rect<f64> {
    let unit = level.edge / f64::from(EXTENT);
    let around = |area: Rect<f64>, units: f64| {
        let more = coord! { x: units * unit, y: units * unit };
        Rect::new(area.min() - more, area.max() + more)
    };
    if layer.content == Content::Names {
        return around(area, REACH + SLACK);
    }
    if level.zoom >= layer.single_from {
        return around(area, MARGIN + SLACK);
    }
    // The count of the whole cell changes, wherever in it the symbol stands.
    let area = around(area, SLACK);
    let cell = level.edge / f64::from(level.cells);
    let down = |at: f64, from: f64| from + ((at - from) / cell).floor() * cell;
    let up = |at: f64, from: f64| from + ((at - from) / cell).ceil() * cell;
    let Coord { x, y } = grid.origin;
    let cells = Rect::new(
        coord! { x: down(area.min().x, x), y: down(area.min().y, y) },
        coord! { x: up(area.max().x, x), y: up(area.max().y, y) },
    );
    around(cells, MARGIN)
}
