//! Which municipality a point lies in, asked often while drawing.

use geo_types::{Coord, Rect};

use super::municipalities::Cell;
use super::plane::contains;

/// The rings with their boxes.
pub(super) struct Land<'a> {
    cells: Vec<(Rect<f64>, &'a Cell)>,
}

impl<'a> Land<'a> {
    pub(super) fn new(cells: &'a [Cell]) -> Self {
        let boxed = |cell: &'a Cell| {
            let start = Rect::new(cell.site, cell.site);
            let around = cell.ring.iter().fold(start, |r, p| {
                Rect::new(
                    Coord { x: r.min().x.min(p.x), y: r.min().y.min(p.y) },
                    Coord { x: r.max().x.max(p.x), y: r.max().y.max(p.y) },
                )
            });
            (around, cell)
        };
        Land { cells: cells.iter().map(boxed).collect() }
    }

    /// The municipality that contains the point; none in the sea and outside the district.
    pub(super) fn municipality(&self, p: Coord<f64>) -> Option<usize> {
        self.cells.iter().position(|(r, cell)| {
            (r.min().x..=r.max().x).contains(&p.x) && (r.min().y..=r.max().y).contains(&p.y) && contains(&cell.ring, p)
        })
    }
}
