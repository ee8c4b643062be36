//! What the making of tiles needs beside the data: the ways from the district's CRS into each grid, and what is kept
//! between tiles because a single one has no time for it.
//!
//! Made once at start. A tile shows what lies within a degree of the district's bounds.

use std::collections::HashMap;
use std::sync::Arc;

use geo_types::{Coord, Rect, coord};

use super::chart::{Chart, Patch};
use super::clusters::{Boxes, Clusters};
use super::grid::{GRIDS, Grid, TileId};
use super::mvt::EXTENT;
use crate::collection::District;
use crate::feature::crs::{Crs, CrsError, Transformer};
use crate::search::Settlements;

/// How far around the district's bounds charts reach, degrees. More than any margin of a district.
const AROUND_DEG: f64 = 1.0;

/// Shared by all tiles of a server.
#[derive(Debug)]
pub struct Atlas {
    /// One a grid, in the order of [`GRIDS`].
    sheets: Vec<Sheet>,
    pub(super) clusters: Clusters,
    pub(super) places: Arc<Settlements>,
    /// Months for which a confirmation of a collection's features counts.
    pub(super) verified_for_months: HashMap<String, u32>,
}

/// The district in the plane of one grid.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The ground that charts cover, in the district's CRS and in the grid's.
    ground: Rect<f64>,
    plane: Rect<f64>,
    into: Chart,
    back: Chart,
}

/// Where a tile lies in the district's CRS, and the way from there into its units.
#[derive(Debug)]
pub(super) struct Placement<'a> {
    /// Holds everything that the tile with its margin shows; a little more.
    pub window: Rect<f64>,
    patch: Patch,
    /// For the far corners of what is only seen in part: outside of its window a patch is worth nothing.
    into: &'a Chart,
    corner: Coord,
    unit: f64,
}

impl Placement<'_> {
    /// A place of the district in the tile's units: x to the right, y down from the upper left corner.
    #[inline]
    pub fn at(&self, place: Coord) -> Coord {
        let (low, high) = (self.window.min(), self.window.max());
        if place.x >= low.x && place.x <= high.x && place.y >= low.y && place.y <= high.y {
            self.patch.at(place)
        } else {
            units(self.into.at(place), self.corner, self.unit)
        }
    }
}

/// A place of the grid's plane in units of a tile, from the tile's upper left corner.
fn units(image: Coord, corner: Coord, unit: f64) -> Coord {
    coord! { x: (image.x - corner.x) / unit, y: (corner.y - image.y) / unit }
}

impl Atlas {
    /// The atlas of a district.
    ///
    /// # Errors
    /// When PROJ does not know a way from the district's CRS into the web's grid.
    pub fn new(district: &District) -> Result<Self, CrsError> {
        let frame = district.frame();
        let reach = coord! { x: AROUND_DEG, y: AROUND_DEG };
        let around = Rect::new(district.bounds.min() - reach, district.bounds.max() + reach);
        let transformer = frame.transformer;
        let ground = project_box(transformer, Crs::CRS84, frame.crs, around)?;
        let sheets: Result<_, _> = GRIDS
            .iter()
            .map(|grid| match Sheet::new(transformer, frame.crs, grid, ground) {
                // Only the web's grid is the whole world's: a district elsewhere has no tiles in the others.
                Err(_) if grid != Grid::web() => Ok(Sheet::beyond(grid, ground)),
                made => made,
            })
            .collect();
        Ok(Self {
            sheets: sheets?,
            clusters: Clusters::default(),
            places: Arc::default(),
            verified_for_months: district.verified_for_months.clone(),
        })
    }

    /// The same, ready to be shared.
    ///
    /// # Errors
    /// As [`Atlas::new`].
    pub fn shared(district: &District) -> Result<Arc<Self>, CrsError> {
        Self::new(district).map(Arc::new)
    }

    /// The settlements, for whoever needs their names, too.
    pub fn places(&self) -> &Arc<Settlements> {
        &self.places
    }

    pub(super) fn sheet(&self, grid: &Grid) -> &Sheet {
        &self.sheets[grid.number()]
    }

    /// The tiles of a level that could show anything at all of this district.
    pub fn coverage(&self, grid: &Grid, z: u8) -> Option<super::grid::TileRange> {
        grid.tiles(z, self.sheet(grid).plane)
    }

    /// The box in a grid's CRS of a box in the district's.
    pub fn project(&self, grid: &Grid, area: Rect<f64>) -> Rect<f64> {
        self.sheet(grid).into.bounds(area)
    }

    /// Where the features of a collection changed. To be told after readers can see the changes and before their author is
    /// answered; what is kept between tiles is then made anew.
    pub fn changed(&self, collection: usize, boxes: &[Boxes]) {
        self.clusters.changed(self, collection, boxes);
    }

    /// Everything may have changed: the registers were loaded anew.
    pub fn restarted(&self) {
        self.clusters.restarted();
    }
}

impl Sheet {
    fn new(transformer: Transformer, crs: Crs, grid: &Grid, ground: Rect<f64>) -> Result<Self, CrsError> {
        let plane = project_box(transformer, crs, grid.crs, ground)?;
        let mut into = Chart::nodes(ground);
        transformer.coords(crs, grid.crs, &mut into)?;
        let mut back = Chart::nodes(plane);
        transformer.coords(grid.crs, crs, &mut back)?;
        Ok(Self { ground, plane, into: Chart::through(ground, &into), back: Chart::through(plane, &back) })
    }

    /// The sheet of a grid that the district lies too far from: nothing of it is on any tile.
    fn beyond(grid: &Grid, ground: Rect<f64>) -> Self {
        let off = coord! { x: grid.origin.x - 1e9, y: grid.origin.y + 1e9 };
        let plane = Rect::new(off, off);
        let nodes = vec![off; Chart::nodes(ground).len()];
        let chart = Chart::through(ground, &nodes);
        Self { ground, plane, into: chart.clone(), back: chart }
    }

    /// A tile with a margin in its units; `None` when it lies off the sheet.
    pub fn place(&self, grid: &Grid, tile: TileId, margin: f64) -> Option<Placement<'_>> {
        let bounds = grid.bounds(tile);
        let unit = bounds.width() / f64::from(EXTENT);
        let edge = coord! { x: margin * unit, y: margin * unit };
        let area = common(Rect::new(bounds.min() - edge, bounds.max() + edge), self.plane)?;
        let window = common(self.back.bounds(area), self.ground)?;
        let corner = coord! { x: bounds.min().x, y: bounds.max().y };
        let mut nodes = Patch::nodes(window);
        for node in &mut nodes {
            *node = units(self.into.at(*node), corner, unit);
        }
        Some(Placement { window, patch: Patch::through(window, &nodes), into: &self.into, corner, unit })
    }

    /// A box of the district in the plane of the grid.
    pub fn project(&self, area: Rect<f64>) -> Rect<f64> {
        self.into.bounds(area)
    }
}

/// What two boxes have in common.
fn common(one: Rect<f64>, other: Rect<f64>) -> Option<Rect<f64>> {
    let min = coord! { x: one.min().x.max(other.min().x), y: one.min().y.max(other.min().y) };
    let max = coord! { x: one.max().x.min(other.max().x), y: one.max().y.min(other.max().y) };
    (min.x < max.x && min.y < max.y).then(|| Rect::new(min, max))
}

fn project_box(transformer: Transformer, from: Crs, to: Crs, area: Rect<f64>) -> Result<Rect<f64>, CrsError> {
    let out_of_range = CrsError::OutOfRange { x: area.min().x, y: area.min().y, from, to };
    if from == to { Ok(area) } else { transformer.bounds(from, to, area)?.ok_or(out_of_range) }
}
