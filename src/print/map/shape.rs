//! Lines and rings in the pixels of an image: cut to what can be seen, put together across the edges of tiles.

use std::collections::HashMap;

/// A position in an image.
pub type Pixel = [f32; 2];

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub low: Pixel,
    pub high: Pixel,
}

impl Window {
    /// The smallest one around positions; `None` around none.
    pub fn around(line: &[Pixel]) -> Option<Self> {
        let (first, rest) = line.split_first()?;
        let start = Self { low: *first, high: *first };
        Some(rest.iter().fold(start, |window, [x, y]| Self {
            low: [window.low[0].min(*x), window.low[1].min(*y)],
            high: [window.high[0].max(*x), window.high[1].max(*y)],
        }))
    }

    /// Larger by a distance on every side.
    #[must_use]
    pub fn grown(self, by: f32) -> Self {
        Self { low: self.low.map(|low| low - by), high: self.high.map(|high| high + by) }
    }

    /// True if the two share more than an edge.
    pub fn meets(&self, other: &Self) -> bool {
        (0..2).all(|k| self.low[k] < other.high[k] && other.low[k] < self.high[k])
    }

    /// True if the other lies within.
    pub fn holds(&self, other: &Self) -> bool {
        (0..2).all(|k| self.low[k] <= other.low[k] && other.high[k] <= self.high[k])
    }
}

/// The pieces of a line within a window.
pub fn cut_line(line: &[Pixel], window: &Window) -> Vec<Vec<Pixel>> {
    let mut pieces: Vec<Vec<Pixel>> = Vec::new();
    let mut open = false;
    for pair in line.windows(2) {
        let Some((from, to)) = cut_segment(pair[0], pair[1], window) else {
            open = false;
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if open => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
        open = to == pair[1];
    }
    pieces
}

/// The part of a segment within a window (Liang and Barsky 1984).
fn cut_segment(from: Pixel, to: Pixel, window: &Window) -> Option<(Pixel, Pixel)> {
    let (mut enter, mut leave) = (0.0_f32, 1.0_f32);
    for k in 0..2 {
        let step = to[k] - from[k];
        for (toward, room) in [(-step, from[k] - window.low[k]), (step, window.high[k] - from[k])] {
            if toward == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if toward < 0.0 {
                enter = enter.max(room / toward);
            } else {
                leave = leave.min(room / toward);
            }
        }
    }
    let at = |part: f32| [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    let start = if enter <= 0.0 { from } else { at(enter) };
    let end = if leave >= 1.0 { to } else { at(leave) };
    (enter < leave).then_some((start, end))
}

/// A ring cut to a window (Sutherland and Hodgman 1974). Pieces stay joined along the window's edge, which lies outside
/// of the image.
pub fn cut_ring(ring: Vec<Pixel>, window: &Window) -> Vec<Pixel> {
    let sides =
        [(0, window.low[0], 1.0), (0, window.high[0], -1.0), (1, window.low[1], 1.0), (1, window.high[1], -1.0)];
    sides.iter().fold(ring, |ring, (k, edge, sign): &(usize, f32, f32)| {
        let inside = |position: &Pixel| (position[*k] - edge) * sign >= 0.0;
        let mut cut = Vec::with_capacity(ring.len() + 4);
        for (index, to) in ring.iter().enumerate() {
            let from = &ring[if index == 0 { ring.len() - 1 } else { index - 1 }];
            if inside(from) != inside(to) {
                let part = (edge - from[*k]) / (to[*k] - from[*k]);
                cut.push([from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]);
            }
            if inside(to) {
                cut.push(*to);
            }
        }
        cut
    })
}

/// Lines put together where the end of one is the end of another, as those of neighbouring tiles are.
pub fn join(lines: Vec<Vec<Pixel>>, tolerance: f32) -> Vec<Vec<Pixel>> {
    let mut ends = Ends { lines: lines.into_iter().map(Some).collect(), cells: HashMap::new(), tolerance };
    ends.index();
    let mut joined = Vec::new();
    for index in 0..ends.lines.len() {
        let Some(mut line) = ends.lines[index].take() else { continue };
        for _ in 0..2 {
            while let Some(next) = line.last().and_then(|end| ends.take_at(*end)) {
                line.extend_from_slice(&next[1..]);
            }
            // The other way round next, and back to how it was.
            line.reverse();
        }
        joined.push(line);
    }
    joined
}

struct Ends {
    lines: Vec<Option<Vec<Pixel>>>,
    /// Lines by the cells in which they end.
    cells: HashMap<(i32, i32), Vec<usize>>,
    tolerance: f32,
}

impl Ends {
    fn index(&mut self) {
        for (index, line) in self.lines.iter().enumerate() {
            for end in line.iter().flat_map(|line| [line.first(), line.last()]).flatten() {
                self.cells.entry(self.cell(*end)).or_default().push(index);
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels of an image and a little beyond")]
    fn cell(&self, [x, y]: Pixel) -> (i32, i32) {
        let side = self.tolerance * 2.0;
        ((x / side).floor() as i32, (y / side).floor() as i32)
    }

    /// Takes the nearest line that ends at a place, turned so that it begins there.
    fn take_at(&mut self, place: Pixel) -> Option<Vec<Pixel>> {
        let (column, row) = self.cell(place);
        let away = |end: Option<&Pixel>| end.map_or(f32::INFINITY, |end| (end[0] - place[0]).hypot(end[1] - place[1]));
        let mut best: Option<(f32, usize, bool)> = None;
        for (dx, dy) in (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy))) {
            for index in self.cells.get(&(column + dx, row + dy)).into_iter().flatten() {
                let Some(line) = &self.lines[*index] else { continue };
                for (distance, turned) in [(away(line.first()), false), (away(line.last()), true)] {
                    if distance <= self.tolerance && best.is_none_or(|(least, ..)| distance < least) {
                        best = Some((distance, *index, turned));
                    }
                }
            }
        }
        let (_, index, turned) = best?;
        let mut line = self.lines[index].take()?;
        if turned {
            line.reverse();
        }
        Some(line)
    }
}

/// The line beside a line, to the right for positive distances. Corners are cut where they would reach far out.
pub fn beside(line: &[Pixel], distance: f32) -> Vec<Pixel> {
    let normal = |a: Pixel, b: Pixel| {
        let length = (b[0] - a[0]).hypot(b[1] - a[1]).max(1e-6);
        [-(b[1] - a[1]) / length, (b[0] - a[0]) / length]
    };
    let normals: Vec<Pixel> = line.windows(2).map(|pair| normal(pair[0], pair[1])).collect();
    let (Some(first), Some(last)) = (normals.first(), normals.last()) else { return line.to_vec() };
    line.iter()
        .enumerate()
        .map(|(index, position)| {
            let before = if index == 0 { first } else { &normals[index - 1] };
            let after = normals.get(index).unwrap_or(last);
            let sum = [before[0] + after[0], before[1] + after[1]];
            // Length of the mitre: the sum of two unit vectors has length 2 cos(half the angle).
            let square = (sum[0] * sum[0] + sum[1] * sum[1]).max(1.0);
            let reach = 2.0 * distance / square;
            [position[0] + sum[0] * reach, position[1] + sum[1] * reach]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { low: [0.0, 0.0], high: [10.0, 10.0] };

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two_pieces() {
        let line = [[1.0, 5.0], [20.0, 5.0], [20.0, 8.0], [-5.0, 8.0]];
        let pieces = cut_line(&line, &WINDOW);
        assert_eq!(pieces, [vec![[1.0, 5.0], [10.0, 5.0]], vec![[10.0, 8.0], [0.0, 8.0]]]);
        assert!(cut_line(&[[-1.0, -1.0], [-5.0, 20.0]], &WINDOW).is_empty());
    }

    #[test]
    fn a_ring_is_cut_at_the_corner() {
        let ring = vec![[5.0, 5.0], [15.0, 5.0], [15.0, 15.0], [5.0, 15.0]];
        let cut = cut_ring(ring, &WINDOW);
        let window = Window::around(&cut).expect("some");
        assert_eq!((window.low, window.high, cut.len()), ([5.0, 5.0], [10.0, 10.0], 4));
    }

    #[test]
    fn lines_that_meet_at_their_ends_become_one_whatever_their_direction() {
        let lines = vec![
            vec![[5.0, 0.0], [10.0, 0.0]],
            vec![[40.0, 40.0], [50.0, 50.0]],
            vec![[5.1, 0.0], [0.0, 0.0]],
            vec![[20.0, 0.0], [10.0, 0.1]],
        ];
        let joined = join(lines, 0.5);
        assert_eq!(joined.len(), 2);
        assert_eq!((joined[0][0], joined[0][joined[0].len() - 1]), ([0.0, 0.0], [20.0, 0.0]));
    }

    #[test]
    fn a_line_beside_a_line_keeps_its_distance() {
        let moved = beside(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]], 2.0);
        assert_eq!(moved, [[0.0, 2.0], [8.0, 2.0], [8.0, 10.0]]);
    }
}
