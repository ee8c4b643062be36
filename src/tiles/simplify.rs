//! Leaving out points that make no visible difference (Douglas and Peucker 1973).

use geo_types::Coord;

/// Simplifies lines and rings; keeps its buffers.
#[derive(Debug, Default)]
pub struct Simplifier {
    keep: Vec<bool>,
    waiting: Vec<(usize, usize)>,
}

impl Simplifier {
    /// Removes from a line the points nearer than `tolerance` to what is left. Both ends stay.
    pub fn line(&mut self, points: &mut Vec<Coord>, tolerance: f64) {
        if points.len() < 3 || tolerance <= 0.0 {
            return;
        }
        self.keep.clear();
        self.keep.resize(points.len(), false);
        self.between(points, 0, points.len() - 1, tolerance);
        self.retain(points);
    }

    /// The same for an open ring, whose last point is joined to its first. It may be left with fewer than three points.
    pub fn ring(&mut self, points: &mut Vec<Coord>, tolerance: f64) {
        if points.len() < 4 || tolerance <= 0.0 {
            return;
        }
        // From a point that does not depend on where the ring is said to begin, to the one farthest from it.
        let order = |a: &Coord, b: &Coord| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
        let first = (0..points.len()).min_by(|a, b| order(&points[*a], &points[*b])).unwrap_or(0);
        points.rotate_left(first);
        let away = |at: &usize| squared(points[*at] - points[0]);
        let far = (1..points.len()).max_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(1);
        points.push(points[0]);
        self.keep.clear();
        self.keep.resize(points.len(), false);
        self.between(points, 0, far, tolerance);
        self.between(points, far, points.len() - 1, tolerance);
        self.retain(points);
        points.pop();
    }

    fn between(&mut self, points: &[Coord], first: usize, last: usize, tolerance: f64) {
        self.keep[first] = true;
        self.keep[last] = true;
        self.waiting.push((first, last));
        while let Some((first, last)) = self.waiting.pop() {
            let (from, to) = (points[first], points[last]);
            let farthest = (first + 1..last)
                .map(|at| (distance_squared(points[at], from, to), at))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((distance, at)) = farthest
                && distance > tolerance * tolerance
            {
                self.keep[at] = true;
                self.waiting.push((first, at));
                self.waiting.push((at, last));
            }
        }
    }

    fn retain(&self, points: &mut Vec<Coord>) {
        let mut keep = self.keep.iter();
        points.retain(|_| keep.next().copied().unwrap_or(true));
    }
}

fn squared(v: Coord) -> f64 {
    v.x * v.x + v.y * v.y
}

/// Square of the distance from a point to a segment.
fn distance_squared(point: Coord, from: Coord, to: Coord) -> f64 {
    let (along, off) = (to - from, point - from);
    let length = squared(along);
    if length == 0.0 {
        return squared(off);
    }
    let part = ((off.x * along.x + off.y * along.y) / length).clamp(0.0, 1.0);
    squared(off - along * part)
}

#[cfg(test)]
mod tests {
    use geo_types::coord;

    use super::*;

    fn coords(points: &[(f64, f64)]) -> Vec<Coord> {
        points.iter().map(|(x, y)| coord! { x: *x, y: *y }).collect()
    }

    #[test]
    fn a_line_keeps_its_ends_and_what_strays_too_far() {
        let mut line = coords(&[(0.0, 0.0), (5.0, 0.5), (10.0, 6.0), (15.0, 0.4), (20.0, 0.0)]);
        Simplifier::default().line(&mut line, 1.0);
        assert_eq!(line, coords(&[(0.0, 0.0), (5.0, 0.5), (10.0, 6.0), (15.0, 0.4), (20.0, 0.0)]));
        Simplifier::default().line(&mut line, 4.0);
        assert_eq!(line, coords(&[(0.0, 0.0), (10.0, 6.0), (20.0, 0.0)]));
        Simplifier::default().line(&mut line, 9.0);
        assert_eq!(line, coords(&[(0.0, 0.0), (20.0, 0.0)]));
    }

    #[test]
    fn a_ring_is_simplified_alike_wherever_it_begins() {
        let ring = coords(&[(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0), (5.0, 10.2), (0.0, 10.0)]);
        for turn in 0..ring.len() {
            let mut turned = ring.clone();
            turned.rotate_left(turn);
            Simplifier::default().ring(&mut turned, 1.0);
            assert_eq!(turned, coords(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]));
        }
    }
}
