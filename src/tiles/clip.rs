//! Cutting lines and rings at the edges of a square.
//!
//! Lines by Liang and Barsky ("A new concept and method for line clipping", 1984), rings by Sutherland and Hodgman
//! ("Reentrant polygon clipping", 1974). A ring that leaves the square several times stays one ring, joined along the
//! square's edge: that edge lies in the tile's margin, where nobody sees it.

use geo_types::Coord;

/// A square around a tile, in its units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Square {
    pub min: f64,
    pub max: f64,
}

/// Where something lies towards a square.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    Inside,
    Outside,
    /// Perhaps partly inside.
    Across,
}

impl Square {
    /// The square of a tile of so many units with a margin.
    pub fn around(extent: u32, margin: f64) -> Self {
        Self { min: -margin, max: f64::from(extent) + margin }
    }

    /// Where the box of a run of points lies.
    pub fn relation(&self, points: &[Coord]) -> Lies {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut left, mut right) = (f64::INFINITY, f64::NEG_INFINITY);
        for point in points {
            (left, right) = (left.min(point.x), right.max(point.x));
            (low, high) = (low.min(point.y), high.max(point.y));
        }
        if !(left <= self.max && low <= self.max && right >= self.min && high >= self.min) {
            return Lies::Outside;
        }
        let inside = left >= self.min && low >= self.min && right <= self.max && high <= self.max;
        if inside { Lies::Inside } else { Lies::Across }
    }

    /// Calls `visit` with each piece of a line within the square, of two points or more. `piece` is a buffer.
    pub fn line(&self, points: &[Coord], piece: &mut Vec<Coord>, mut visit: impl FnMut(&[Coord])) {
        piece.clear();
        for pair in points.windows(2) {
            let Some((enters, leaves)) = self.segment(pair[0], pair[1]) else { continue };
            let at = |part: f64| match part {
                0.0 => pair[0],
                1.0 => pair[1],
                _ => pair[0] + (pair[1] - pair[0]) * part,
            };
            if enters > 0.0 || piece.is_empty() {
                if piece.len() > 1 {
                    visit(piece);
                }
                piece.clear();
                piece.push(at(enters));
            }
            piece.push(at(leaves));
            if leaves < 1.0 {
                visit(piece);
                piece.clear();
            }
        }
        if piece.len() > 1 {
            visit(piece);
        }
        piece.clear();
    }

    /// The part of a segment within the square, as fractions of its length.
    fn segment(&self, from: Coord, to: Coord) -> Option<(f64, f64)> {
        let (mut enters, mut leaves) = (0.0f64, 1.0f64);
        for (start, step) in [(from.x, to.x - from.x), (from.y, to.y - from.y)] {
            if step == 0.0 {
                if start < self.min || start > self.max {
                    return None;
                }
                continue;
            }
            let (near, far) = if step > 0.0 { (self.min, self.max) } else { (self.max, self.min) };
            enters = enters.max((near - start) / step);
            leaves = leaves.min((far - start) / step);
        }
        (enters <= leaves).then_some((enters, leaves))
    }

    /// Cuts a ring; `ring` becomes what is left of it and `buffer` is used on the way. The ring is open: its last point is
    /// joined to its first.
    pub fn ring(&self, ring: &mut Vec<Coord>, buffer: &mut Vec<Coord>) {
        type Axis = fn(&Coord) -> f64;
        let sides: [(Axis, f64, f64); 4] = [
            (|point| point.x, self.min, 1.0),
            (|point| point.x, self.max, -1.0),
            (|point| point.y, self.min, 1.0),
            (|point| point.y, self.max, -1.0),
        ];
        for (axis, edge, sign) in sides {
            buffer.clear();
            let Some(last) = ring.last() else { return };
            let mut before = *last;
            let mut depth_before = (axis(&before) - edge) * sign;
            for point in ring.iter() {
                let depth = (axis(point) - edge) * sign;
                if (depth >= 0.0) != (depth_before >= 0.0) {
                    let part = depth_before / (depth_before - depth);
                    buffer.push(before + (*point - before) * part);
                }
                if depth >= 0.0 {
                    buffer.push(*point);
                }
                (before, depth_before) = (*point, depth);
            }
            std::mem::swap(ring, buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use geo_types::coord;

    use super::*;

    const SQUARE: Square = Square { min: 0.0, max: 10.0 };

    fn coords(points: &[(f64, f64)]) -> Vec<Coord> {
        points.iter().map(|(x, y)| coord! { x: *x, y: *y }).collect()
    }

    fn pieces(points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let mut pieces = Vec::new();
        let plain = |piece: &[Coord]| piece.iter().map(|point| (point.x, point.y)).collect();
        SQUARE.line(&coords(points), &mut Vec::new(), |piece| pieces.push(plain(piece)));
        pieces
    }

    fn cut(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut ring = coords(points);
        SQUARE.ring(&mut ring, &mut Vec::new());
        ring.iter().map(|point| (point.x, point.y)).collect()
    }

    #[test]
    fn a_line_is_cut_where_it_crosses_the_edge() {
        assert_eq!(pieces(&[(-5.0, 5.0), (15.0, 5.0)]), [[(0.0, 5.0), (10.0, 5.0)]]);
        assert_eq!(pieces(&[(2.0, 2.0), (8.0, 2.0), (8.0, 8.0)]), [[(2.0, 2.0), (8.0, 2.0), (8.0, 8.0)]]);
        assert_eq!(pieces(&[(-5.0, -1.0), (15.0, -1.0)]), Vec::<Vec<_>>::new());
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let found = pieces(&[(5.0, 5.0), (15.0, 5.0), (15.0, 8.0), (5.0, 8.0)]);
        assert_eq!(found, [[(5.0, 5.0), (10.0, 5.0)], [(10.0, 8.0), (5.0, 8.0)]]);
    }

    #[test]
    fn a_line_through_a_corner_is_cut_at_the_corner() {
        assert_eq!(pieces(&[(-5.0, -5.0), (5.0, 5.0)]), [[(0.0, 0.0), (5.0, 5.0)]]);
        assert_eq!(pieces(&[(-5.0, 4.0), (4.0, -5.0)]), Vec::<Vec<_>>::new(), "past the corner");
    }

    #[test]
    fn a_ring_around_the_square_becomes_the_square() {
        let mut corners = cut(&[(-9.0, -9.0), (19.0, -9.0), (19.0, 19.0), (-9.0, 19.0)]);
        corners.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
        assert_eq!(corners, [(0.0, 0.0), (0.0, 10.0), (10.0, 0.0), (10.0, 10.0)]);
    }

    #[test]
    fn a_ring_over_a_corner_gets_the_corner_as_a_point() {
        let cut = cut(&[(5.0, 5.0), (15.0, 5.0), (15.0, 15.0), (5.0, 15.0)]);
        assert_eq!(cut.len(), 4);
        assert!(cut.contains(&(10.0, 10.0)) && cut.contains(&(5.0, 5.0)), "{cut:?}");
    }

    #[test]
    fn a_ring_outside_leaves_nothing_even_past_a_corner() {
        assert_eq!(cut(&[(11.0, 1.0), (12.0, 1.0), (12.0, 2.0)]), []);
        assert_eq!(cut(&[(-9.0, 5.0), (-1.0, -9.0), (-9.0, -9.0)]), []);
    }
}
