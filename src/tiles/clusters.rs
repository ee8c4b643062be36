//! How many points there are in each cell of a grid, kept from tile to tile.
//!
//! At low zooms points that share a cell are one symbol with their number. A tile of the whole district would have to
//! look at every point; instead the counts of a tile are added up from those of the finer tiles below it, down to the
//! finest level at which points are counted ([`Pyramid`]). A change makes those tiles old in which it happened, one a
//! level, and the rest is kept.
//!
//! Cells belong to the level and not to the tile, so neighbouring tiles agree about them, and each point is in exactly one.
//! Sums are of integers: the order in which points are added makes no difference, and every node shows the same.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use geo::InteriorPoint;
use geo_types::{Coord, Rect, coord};

use super::atlas::{Atlas, Sheet};
use super::grid::{Grid, Level, TileId};
use super::mvt::EXTENT;
use super::tileset::{Content, Layer};
use super::view::LayerView;
use crate::feature::{FeatureId, Shape};
use crate::firewater::status::Status;
use crate::index::Stored;

/// Steps in which places are added up, to the metre.
const STEPS_A_METRE: f64 = 10_000.0;
/// More tiles than this at once are not made old one by one.
const MANY: u64 = 10_000;

/// The box of a feature before and after a change, in the district's CRS; `None` where there was none.
pub type Boxes = (Option<Rect<f64>>, Option<Rect<f64>>);

/// Points of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Counted from the grid's origin, to the right and down.
    pub x: u32,
    pub y: u32,
    pub count: u32,
    /// How many have each status, in the order of [`STATUSES`]; zero in layers without.
    pub by_status: [u32; 4],
    /// The sum of the places, right and down from the grid's origin.
    sum: (i64, i64),
    /// One of the points: the point, if it is alone.
    pub id: FeatureId,
}

/// The statuses in the order in which they are counted.
pub const STATUSES: [Status; 4] = [Status::Ready, Status::Restricted, Status::Unknown, Status::OutOfService];

impl Cell {
    /// The middle of its points in a tile's units.
    pub fn middle(&self, grid: &Grid, tile: TileId) -> Coord {
        let bounds = grid.bounds(tile);
        let unit = bounds.width() / f64::from(EXTENT);
        let mean = |sum: i64| sum as f64 / f64::from(self.count) / STEPS_A_METRE;
        coord! {
            x: (grid.origin.x + mean(self.sum.0) - bounds.min().x) / unit,
            y: (bounds.max().y - grid.origin.y + mean(self.sum.1)) / unit,
        }
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        for (sum, part) in self.by_status.iter_mut().zip(other.by_status) {
            *sum += part;
        }
        self.sum = (self.sum.0 + other.sum.0, self.sum.1 + other.sum.1);
        self.id = self.id.min(other.id);
    }
}

/// What distinguishes pyramids over one collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    collection: usize,
    content: Content,
    status: bool,
    /// The first zoom that is not counted.
    single_from: u8,
}

/// The pyramids of a server.
#[derive(Debug, Default)]
pub struct Clusters {
    /// Counts the changes told of.
    epoch: AtomicU64,
    /// With the day for whose statuses they count.
    pyramids: Mutex<HashMap<Kind, (NaiveDate, Arc<Pyramid>)>>,
}

impl Clusters {
    /// How many changes have been told of.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// The pyramid of a layer on a day. Those of earlier days are forgotten.
    pub(super) fn pyramid(&self, layer: &Layer, today: NaiveDate) -> Arc<Pyramid> {
        let Layer { collection, content, status, single_from, .. } = *layer;
        let kind = Kind { collection, content, status, single_from };
        let mut pyramids = self.pyramids.lock().unwrap_or_else(PoisonError::into_inner);
        let made = pyramids.entry(kind).or_insert_with(|| (today, Arc::default()));
        if made.0 != today {
            *made = (today, Arc::default());
        }
        made.1.clone()
    }

    /// See [`Atlas::changed`].
    pub(super) fn changed(&self, atlas: &Atlas, collection: usize, boxes: &[Boxes]) {
        let epoch = self.epoch.fetch_add(1, Ordering::AcqRel) + 1;
        let pyramids: Vec<_> = {
            let pyramids = self.pyramids.lock().unwrap_or_else(PoisonError::into_inner);
            let concerned = pyramids.iter().filter(|(kind, _)| kind.collection == collection);
            concerned.map(|(kind, (_, pyramid))| (kind.single_from, pyramid.clone())).collect()
        };
        for (single_from, pyramid) in pyramids {
            pyramid.outdate(atlas, single_from, epoch, boxes);
        }
    }
}

/// Counts by tile for one layer, kept.
#[derive(Debug, Default)]
pub struct Pyramid {
    blocks: Mutex<Blocks>,
}

#[derive(Debug, Default)]
struct Blocks {
    by_tile: HashMap<(usize, TileId), Block>,
    /// Blocks made from a view of before this epoch are old wherever they lie.
    floor: u64,
}

/// The cells of one tile.
#[derive(Debug, Default)]
struct Block {
    cells: Option<Arc<[Cell]>>,
    /// The epoch of the view they were counted in.
    made: u64,
    /// The epoch of the last change in the tile.
    changed: u64,
}

/// What counting needs to know of a layer and grid.
struct Count<'a> {
    view: &'a LayerView,
    grid: &'static Grid,
    sheet: &'a Sheet,
    /// Where there are points at all, in the grid's CRS.
    extent: Rect<f64>,
    /// The finest level that is counted.
    finest: u8,
}

impl Pyramid {
    /// The cells of a tile with points in them, row by row.
    pub(super) fn cells(&self, atlas: &Atlas, view: &LayerView, grid: &'static Grid, tile: TileId) -> Arc<[Cell]> {
        let Some(extent) = view.snapshot.extent() else { return Arc::default() };
        let sheet = atlas.sheet(grid);
        let finest = grid.levels.iter().rposition(|level| level.zoom < view.layer.single_from).unwrap_or(0) as u8;
        let count = Count { view, grid, sheet, extent: sheet.project(extent), finest: finest.max(tile.z) };
        self.block(&count, tile)
    }

    fn block(&self, count: &Count<'_>, tile: TileId) -> Arc<[Cell]> {
        if !count.grid.tiles(tile.z, count.extent).is_some_and(|range| range.contains(tile)) {
            return Arc::default();
        }
        let key = (count.grid.number(), tile);
        let lock = || self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let blocks = lock();
            let known = blocks.by_tile.get(&key).filter(|block| block.made >= block.changed.max(blocks.floor));
            if let Some(cells) = known.and_then(|block| block.cells.clone()) {
                return cells;
            }
        }
        let cells: Arc<[Cell]> = if tile.z >= count.finest { count.points(tile) } else { self.sum(count, tile) }.into();
        let mut blocks = lock();
        let block = blocks.by_tile.entry(key).or_default();
        if block.cells.is_none() || block.made <= count.view.epoch {
            block.cells = Some(cells.clone());
            block.made = count.view.epoch;
        }
        cells
    }

    /// Adds up the cells of the next level.
    fn sum(&self, count: &Count<'_>, tile: TileId) -> Vec<Cell> {
        let levels = count.grid.levels;
        let (level, finer) = (&levels[usize::from(tile.z)], &levels[usize::from(tile.z) + 1]);
        let ratio = (finer.tiles * finer.cells) / (level.tiles * level.cells);
        let mut dense = Dense::new(level, tile);
        let below = |at: u32| {
            let first = at * level.cells * ratio;
            (first / finer.cells, (first + level.cells * ratio - 1) / finer.cells)
        };
        let ((left, right), (top, bottom)) = (below(tile.x), below(tile.y));
        for y in top..=bottom {
            for x in left..=right {
                for cell in self.block(count, TileId { z: tile.z + 1, x, y }).iter() {
                    dense.add(&Cell { x: cell.x / ratio, y: cell.y / ratio, ..*cell });
                }
            }
        }
        dense.finish()
    }

    /// Makes old what lies where something changed.
    fn outdate(&self, atlas: &Atlas, single_from: u8, epoch: u64, boxes: &[Boxes]) {
        let mut tiles = Vec::new();
        let mut many = boxes.len() as u64 > MANY / 10;
        for area in boxes.iter().flat_map(|(before, after)| [before, after]).flatten() {
            for grid in &super::grid::GRIDS {
                // A hair more, for a place on the very edge of a cell.
                let hair = coord! { x: 0.01, y: 0.01 };
                let area = atlas.project(grid, *area);
                let area = Rect::new(area.min() - hair, area.max() + hair);
                for (z, _) in grid.levels.iter().enumerate().filter(|(_, level)| level.zoom < single_from) {
                    let Some(range) = grid.tiles(z as u8, area) else { continue };
                    many |= range.count() + tiles.len() as u64 > MANY;
                    if many {
                        break;
                    }
                    tiles.extend(range.iter().map(|tile| (grid.number(), tile)));
                }
            }
        }
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        if many {
            blocks.floor = epoch;
            return;
        }
        for tile in tiles {
            let block = blocks.by_tile.entry(tile).or_default();
            block.changed = epoch;
            block.cells = None;
        }
    }
}

impl Count<'_> {
    /// The cells of a tile from its points.
    fn points(&self, tile: TileId) -> Vec<Cell> {
        let Some(placement) = self.sheet.place(self.grid, tile, 2.0) else { return Vec::new() };
        let level = &self.grid.levels[usize::from(tile.z)];
        let unit = level.edge / f64::from(EXTENT);
        let corner = coord! { x: f64::from(tile.x) * level.edge, y: f64::from(tile.y) * level.edge };
        let cell = level.edge / f64::from(level.cells);
        let mut dense = Dense::new(level, tile);
        self.view.snapshot.window(placement.window, |stored| {
            let stored: &Stored = stored;
            let Some((place, status)) = self.view.point(stored) else { return };
            let at = placement.at(place);
            let steps = |corner: f64, at: f64| ((corner + at * unit) * STEPS_A_METRE).round();
            let (x, y) = (steps(corner.x, at.x), steps(corner.y, at.y));
            // From the rounded place and the level's own measure, so that two tiles never differ about an edge.
            let cell = |steps: f64| (steps / STEPS_A_METRE / cell).floor().max(0.0) as u32;
            let mut by_status = [0; 4];
            if let Some(status) = status {
                by_status[status as usize] = 1;
            }
            let sum = (x as i64, y as i64);
            dense.add(&Cell { x: cell(x), y: cell(y), count: 1, by_status, sum, id: stored.id });
        });
        dense.finish()
    }
}

impl LayerView {
    /// The place and status of a feature that is counted or drawn as a point; `None` for one that is not.
    pub(super) fn point(&self, stored: &Stored) -> Option<(Coord, Option<Status>)> {
        let place = match (&stored.shape, self.layer.content) {
            (_, Content::Areas | Content::Places) | (Shape::Absent, _) => return None,
            (Shape::Point(place), _) => *place,
            (Shape::Other(geometry), Content::Points) => geometry.interior_point()?.0,
            (Shape::Other(_), Content::Features) => return None,
        };
        match &self.rule {
            None => Some((place, None)),
            Some(rule) => rule.readiness(stored.row()).map(|readiness| (place, Some(readiness.status))),
        }
    }
}

/// The cells of a tile while they are counted.
struct Dense {
    cells: u32,
    first: (u32, u32),
    dense: Vec<Option<Cell>>,
}

impl Dense {
    fn new(level: &Level, tile: TileId) -> Self {
        let cells = level.cells;
        let first = (tile.x * cells, tile.y * cells);
        Self { cells, first, dense: vec![None; (cells * cells) as usize] }
    }

    /// Adds a cell, unless it belongs to another tile.
    fn add(&mut self, cell: &Cell) {
        let (Some(x), Some(y)) = (cell.x.checked_sub(self.first.0), cell.y.checked_sub(self.first.1)) else { return };
        if x >= self.cells || y >= self.cells {
            return;
        }
        match &mut self.dense[(y * self.cells + x) as usize] {
            Some(sum) => sum.add(cell),
            empty => *empty = Some(*cell),
        }
    }

    fn finish(self) -> Vec<Cell> {
        self.dense.into_iter().flatten().collect()
    }
}
