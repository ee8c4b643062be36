//! How many points there are in each cell of a grid, kept from tile to tile.
//!
//! At low zooms points that share a cell are one symbol with their number. A tile of the whole district would have to
//! look at every point; instead the counts of a tile are added up from those of the finer tiles below it, down to the
//! finest level at which points are counted ([`Pyramid`]). A change makes those tiles old in which it happened, one a
//! level, and the rest is kept.
//!
//! Cells belong to the level and not to the tile, so neighbouring tiles agree about them, and each point is in exactly one.
//! Sums are of integers: the order in which points are added makes no difference, and every node shows the same.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use geo::InteriorPoint;
use geo_types::{Coord, Rect, coord};
use tokio::sync::Notify;

use super::atlas::{Atlas, Sheet};
use super::grid::{GRIDS, Grid, Level, TileId, TileRange};
use super::mvt::EXTENT;
use super::tileset::{Content, Layer};
use super::view::LayerView;
use crate::feature::{FeatureId, Shape};
use crate::firewater::status::Status;
use crate::index::Stored;

/// Steps in which places are added up, to the metre.
const STEPS_A_METRE: f64 = 10_000.0;
/// After more changes than this at once, such as an import brings, or more tiles than this, all is counted anew. A
/// changeset of a thousand edits stays below both.
const MANY_CHANGES: usize = 1_000;
const MANY_TILES: u64 = 100_000;

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

/// What distinguishes pyramids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    collection: usize,
    content: Content,
    /// The day for whose statuses it counts; `None` where it counts none.
    day: Option<NaiveDate>,
    /// The first zoom that is not counted.
    single_from: u8,
}

/// The pyramids of a server.
#[derive(Debug, Default)]
pub struct Clusters {
    /// Counts the changes told of.
    epoch: AtomicU64,
    pyramids: Mutex<HashMap<Kind, Arc<Pyramid>>>,
    /// So much has changed that a pyramid has to be counted anew.
    pub(super) flooded: Notify,
}

impl Clusters {
    /// How many changes have been told of.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// The pyramid of a layer on a day.
    pub(super) fn pyramid(&self, layer: &Layer, today: NaiveDate) -> Arc<Pyramid> {
        let Layer { collection, content, status, single_from, .. } = *layer;
        let kind = Kind { collection, content, day: status.then_some(today), single_from };
        let mut pyramids = self.pyramids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = pyramids.get(&kind) {
            return known.clone();
        }
        // One day before another is counted ahead of it, so two are kept and older ones forgotten.
        pyramids.retain(|known, _| known.day.and_then(|day| day.succ_opt()).is_none_or(|next| next >= today));
        // Whoever asks for it may hold a view of before a change that nobody could tell a new pyramid of.
        let floor = self.epoch();
        let blocks = Mutex::new(Blocks { floor, ..Blocks::default() });
        pyramids.entry(kind).or_insert_with(|| Arc::new(Pyramid { blocks })).clone()
    }

    /// See [`Atlas::changed`].
    pub(super) fn changed(&self, atlas: &Atlas, collection: usize, boxes: &[Boxes]) {
        let epoch = self.epoch.fetch_add(1, Ordering::AcqRel) + 1;
        let pyramids: Vec<_> = {
            let pyramids = self.pyramids.lock().unwrap_or_else(PoisonError::into_inner);
            let concerned = pyramids.iter().filter(|(kind, _)| kind.collection == collection);
            concerned.map(|(kind, pyramid)| (kind.single_from, pyramid.clone())).collect()
        };
        let mut named = HashMap::new();
        for (single_from, pyramid) in pyramids {
            match named.entry(single_from).or_insert_with(|| touched(atlas, single_from, boxes)) {
                Some(tiles) => pyramid.outdate(epoch, tiles),
                None => {
                    pyramid.outdate_all(epoch);
                    self.flooded.notify_one();
                }
            }
        }
    }
}

impl Clusters {
    /// See [`Atlas::restarted`].
    pub(super) fn restarted(&self) {
        let epoch = self.epoch.fetch_add(1, Ordering::AcqRel) + 1;
        let pyramids = self.pyramids.lock().unwrap_or_else(PoisonError::into_inner);
        pyramids.values().for_each(|pyramid| pyramid.outdate_all(epoch));
        self.flooded.notify_one();
    }
}

/// The counted tiles of all grids in which something changed; `None`: too many to be named.
fn touched(atlas: &Atlas, single_from: u8, boxes: &[Boxes]) -> Option<HashSet<(usize, TileId)>> {
    if boxes.len() > MANY_CHANGES {
        return None;
    }
    let mut tiles = HashSet::new();
    // A hair more, for a place on the very edge of a cell.
    let hair = coord! { x: 0.01, y: 0.01 };
    for area in boxes.iter().flat_map(|(before, after)| [before, after]).flatten() {
        for grid in &GRIDS {
            let area = atlas.project(grid, *area);
            let area = Rect::new(area.min() - hair, area.max() + hair);
            for (z, _) in grid.levels.iter().enumerate().filter(|(_, level)| level.zoom < single_from) {
                let Some(range) = grid.tiles(z as u8, area) else { continue };
                if range.count() + tiles.len() as u64 > MANY_TILES {
                    return None;
                }
                tiles.extend(range.iter().map(|tile| (grid.number(), tile)));
            }
        }
    }
    Some(tiles)
}

/// Counts by tile for one layer, kept.
#[derive(Debug)]
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

/// The points of a layer, counted in one grid.
pub(super) struct Count<'a> {
    view: &'a LayerView,
    pyramid: &'a Pyramid,
    grid: &'static Grid,
    sheet: &'a Sheet,
    /// Where there are points at all, in the grid's CRS.
    extent: Rect<f64>,
    /// The finest level that is counted.
    finest: u8,
}

impl Pyramid {
    fn blocks(&self) -> MutexGuard<'_, Blocks> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cells of a tile if they are known and not old.
    fn known(&self, key: &(usize, TileId)) -> Option<Arc<[Cell]>> {
        let blocks = self.blocks();
        let block = blocks.by_tile.get(key).filter(|block| block.made >= block.changed.max(blocks.floor))?;
        block.cells.clone()
    }

    /// Keeps the cells of a tile, counted in a view of some epoch.
    fn keep(&self, key: (usize, TileId), epoch: u64, cells: &Arc<[Cell]>) {
        let mut blocks = self.blocks();
        let block = blocks.by_tile.entry(key).or_default();
        if block.cells.is_none() || block.made <= epoch {
            block.cells = Some(cells.clone());
            block.made = epoch;
        }
    }

    /// Makes old what lies where something changed.
    fn outdate(&self, epoch: u64, tiles: &HashSet<(usize, TileId)>) {
        let mut blocks = self.blocks();
        for tile in tiles {
            let block = blocks.by_tile.entry(*tile).or_default();
            block.changed = epoch;
            block.cells = None;
        }
    }

    fn outdate_all(&self, epoch: u64) {
        self.blocks().floor = epoch;
    }
}

impl<'a> Count<'a> {
    /// The points of a layer; `None` for one that has none.
    pub fn new(atlas: &'a Atlas, view: &'a LayerView, grid: &'static Grid) -> Option<Self> {
        let pyramid = view.pyramid.as_deref()?;
        let sheet = atlas.sheet(grid);
        let extent = sheet.project(view.snapshot.extent()?);
        let finest = grid.levels.iter().rposition(|level| level.zoom < view.layer.single_from)? as u8;
        Some(Self { view, pyramid, grid, sheet, extent, finest })
    }

    /// The tiles of the finest level with points in them, from which all others follow.
    pub fn finest(&self) -> Vec<TileId> {
        self.tiles(self.finest)
    }

    /// The tiles of the coarsest level with points in them.
    pub fn coarsest(&self) -> Vec<TileId> {
        self.tiles(0)
    }

    fn tiles(&self, z: u8) -> Vec<TileId> {
        self.grid.tiles(z, self.extent).into_iter().flat_map(TileRange::iter).collect()
    }

    /// The cells of a tile with points in them, row by row.
    pub fn cells(&self, tile: TileId) -> Arc<[Cell]> {
        if !self.grid.tiles(tile.z, self.extent).is_some_and(|range| range.contains(tile)) {
            return Arc::default();
        }
        let key = (self.grid.number(), tile);
        if let Some(cells) = self.pyramid.known(&key) {
            return cells;
        }
        let cells = if tile.z >= self.finest { self.points(tile) } else { self.sum(tile) }.into();
        self.pyramid.keep(key, self.view.epoch, &cells);
        cells
    }

    /// Adds up the cells of the next level.
    fn sum(&self, tile: TileId) -> Vec<Cell> {
        let levels = self.grid.levels;
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
                for cell in self.cells(TileId { z: tile.z + 1, x, y }).iter() {
                    dense.add(&Cell { x: cell.x / ratio, y: cell.y / ratio, ..*cell });
                }
            }
        }
        dense.finish()
    }

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
            // Places lie right of the grid's origin and below it, so cutting decimals off rounds down.
            let steps = |corner: f64, at: f64| ((corner + at * unit) * STEPS_A_METRE + 0.5) as i64;
            let sum = (steps(corner.x, at.x), steps(corner.y, at.y));
            // From the rounded place and the level's own measure, so that two tiles never differ about an edge.
            let cell = |steps: i64| (steps as f64 / STEPS_A_METRE / cell) as u32;
            let mut by_status = [0; 4];
            if let Some(status) = status {
                by_status[status as usize] = 1;
            }
            dense.add(&Cell { x: cell(sum.0), y: cell(sum.1), count: 1, by_status, sum, id: stored.id });
        });
        dense.finish()
    }
}

impl LayerView {
    /// The place and status of a feature that is counted or drawn as a point; `None` for one that is not.
    pub(super) fn point(&self, stored: &Stored) -> Option<(Coord, Option<Status>)> {
        let place = match (&stored.shape, self.layer.content) {
            (_, Content::Areas | Content::Places | Content::Names) | (Shape::Absent, _) => return None,
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
