//! The road nearest to a place: squares of ground and the straight pieces of road that touch them.
//!
//! Every source that is ranked needs its road, so this must cost less than a look into a tree: a few squares are looked
//! at, with some ten pieces each.

use geo_types::{Coord, coord};

use super::graph::{Graph, Snap};

/// Edge of a square, metres, unless there would be too many.
const SQUARE_M: f64 = 128.0;
const MOST_SQUARES: f64 = 2_000_000.0;

/// The squares.
#[derive(Debug, Default)]
pub struct Grid {
    corner: Coord,
    size: f64,
    columns: i64,
    rows: i64,
    /// Where the pieces of each square begin, with the end as last element.
    first: Vec<u32>,
    pieces: Vec<u32>,
}

impl Grid {
    /// The squares around a graph.
    #[expect(clippy::cast_possible_truncation, reason = "as many squares as there may be at most")]
    pub fn build(graph: &Graph) -> Self {
        let (mut low, mut high) = (coord! { x: f64::INFINITY, y: f64::INFINITY }, coord! { x: 0.0, y: 0.0 });
        let mut is_first = true;
        graph.segments(|_, a, b| {
            for point in [a, b] {
                low = coord! { x: low.x.min(point.x), y: low.y.min(point.y) };
                high = if is_first {
                    point
                } else {
                    coord! { x: high.x.max(point.x), y: high.y.max(point.y) }
                };
                is_first = false;
            }
        });
        if is_first {
            return Self::default();
        }
        let (width, height) = (high.x - low.x, high.y - low.y);
        let size = SQUARE_M.max((width * height / MOST_SQUARES).sqrt()).max(width.max(height) / MOST_SQUARES);
        let (columns, rows) = ((width / size) as i64 + 1, (height / size) as i64 + 1);
        let mut grid = Self { corner: low, size, columns, rows, first: Vec::new(), pieces: Vec::new() };
        let mut first = vec![0_u32; (columns * rows) as usize + 1];
        graph.segments(|_, a, b| grid.touched(a, b, |square| first[square + 1] += 1));
        for square in 1..first.len() {
            first[square] += first[square - 1];
        }
        let mut free = first.clone();
        let mut pieces = vec![0; first.last().copied().unwrap_or_default() as usize];
        graph.segments(|number, a, b| {
            grid.touched(a, b, |square| {
                pieces[free[square] as usize] = number;
                free[square] += 1;
            });
        });
        (grid.first, grid.pieces) = (first, pieces);
        grid
    }

    /// Calls `visit` with every square a straight piece touches, row by row.
    fn touched(&self, a: Coord, b: Coord, mut visit: impl FnMut(usize)) {
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        let (from, to) = (self.row(low.y), self.row(high.y));
        for row in from..=to {
            // The part of the piece within the row; rounding must not lose a square, so the whole where it is flat.
            let at = |y: f64| low.x + (high.x - low.x) * ((y - low.y) / (high.y - low.y)).clamp(0.0, 1.0);
            let (bottom, top) = (self.corner.y + row as f64 * self.size, self.corner.y + (row + 1) as f64 * self.size);
            let (x0, x1) = if from == to { (low.x, high.x) } else { (at(bottom), at(top)) };
            for column in self.column(x0.min(x1))..=self.column(x0.max(x1)) {
                visit((row * self.columns + column) as usize);
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "clamped to the squares there are")]
    fn column(&self, x: f64) -> i64 {
        (((x - self.corner.x) / self.size).floor() as i64).clamp(0, self.columns - 1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "clamped to the squares there are")]
    fn row(&self, y: f64) -> i64 {
        (((y - self.corner.y) / self.size).floor() as i64).clamp(0, self.rows - 1)
    }

    /// The place on the nearest road within `reach` metres.
    #[expect(clippy::cast_possible_truncation, reason = "a place without a column is far from every one of them")]
    pub fn nearest(&self, graph: &Graph, place: Coord, reach: f64) -> Option<Snap> {
        if self.pieces.is_empty() || !place.x.is_finite() || !place.y.is_finite() {
            return None;
        }
        let (x, y) = ((place.x - self.corner.x) / self.size, (place.y - self.corner.y) / self.size);
        let (column, row) = (x.floor() as i64, y.floor() as i64);
        // How far the place is from the edge of its own square.
        let inside =
            [x - x.floor(), y - y.floor()].iter().map(|part| part.min(1.0 - part)).fold(f64::INFINITY, f64::min);
        let mut best: Option<(f64, f64, u32)> = None;
        for ring in 0_i64.. {
            self.ring(column, row, ring, |square| {
                for piece in &self.pieces[self.first[square] as usize..self.first[square + 1] as usize] {
                    let (metres, part) = graph.on_segment(*piece, place);
                    if metres <= reach && best.is_none_or(|(known, _, _)| metres < known) {
                        best = Some((metres, part, *piece));
                    }
                }
            });
            let seen = (ring as f64 + inside) * self.size;
            if seen >= best.map_or(reach, |(metres, _, _)| metres) {
                break;
            }
        }
        best.map(|(metres, part, piece)| graph.snap_on(piece, part, metres))
    }

    /// Calls `visit` with every straight piece of road within `reach` metres and the part of its length there; with some
    /// more than once.
    pub fn within(&self, graph: &Graph, place: Coord, reach: f64, mut visit: impl FnMut(u32, f64)) {
        if self.pieces.is_empty() {
            return;
        }
        for row in self.row(place.y - reach)..=self.row(place.y + reach) {
            for column in self.column(place.x - reach)..=self.column(place.x + reach) {
                let square = (row * self.columns + column) as usize;
                for piece in &self.pieces[self.first[square] as usize..self.first[square + 1] as usize] {
                    let (metres, part) = graph.on_segment(*piece, place);
                    if metres <= reach {
                        visit(*piece, part);
                    }
                }
            }
        }
    }

    /// Calls `visit` with the squares so many steps from one.
    fn ring(&self, column: i64, row: i64, steps: i64, mut visit: impl FnMut(usize)) {
        let columns = |low: i64, high: i64| low.max(0)..=high.min(self.columns - 1);
        for y in (row.saturating_sub(steps)).max(0)..=(row.saturating_add(steps)).min(self.rows - 1) {
            let (left, right) = (column.saturating_sub(steps), column.saturating_add(steps));
            let start = y * self.columns;
            if (y - row).abs() == steps {
                columns(left, right).for_each(|x| visit((start + x) as usize));
            } else {
                [left, right]
                    .iter()
                    .filter(|x| (0..self.columns).contains(*x))
                    .for_each(|x| visit((start + x) as usize));
            }
        }
    }
}
