//! Plane geometry of the drawing: lines, rings and boxes in metres, y to the north.
//!
//! Knows nothing of districts. Angles are mathematical (radians, from east, anticlockwise).

use std::f64::consts::TAU;

use geo_types::{Coord, LineString, Polygon};

use super::dice::Dice;

pub(super) type Line = Vec<Coord<f64>>;

pub(super) fn at(x: f64, y: f64) -> Coord<f64> {
    Coord { x, y }
}

pub(super) fn direction(angle: f64) -> Coord<f64> {
    at(angle.cos(), angle.sin())
}

pub(super) fn angle_of(vector: Coord<f64>) -> f64 {
    vector.y.atan2(vector.x)
}

/// The smaller angle between two directions, `0..=PI`.
pub(super) fn turn(a: f64, b: f64) -> f64 {
    let d = (a - b).rem_euclid(TAU);
    d.min(TAU - d)
}

/// Turned by 90° to the left.
pub(super) fn left(vector: Coord<f64>) -> Coord<f64> {
    at(-vector.y, vector.x)
}

pub(super) fn dot(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

pub(super) fn distance(a: Coord<f64>, b: Coord<f64>) -> f64 {
    // Not `hypot`: coordinates of a district cannot overflow, and this is asked millions of times.
    ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()
}

pub(super) fn normal(vector: Coord<f64>) -> Coord<f64> {
    let length = vector.x.hypot(vector.y);
    if length > 0.0 { vector / length } else { at(1.0, 0.0) }
}

/// To the centimetre: what a register would hold, and what makes two passes compare equal.
pub(super) fn rounded(point: Coord<f64>) -> Coord<f64> {
    at((point.x * 100.0).round() / 100.0, (point.y * 100.0).round() / 100.0)
}

pub(super) fn rounded_line(line: &[Coord<f64>]) -> LineString<f64> {
    LineString::new(line.iter().map(|point| rounded(*point)).collect())
}

/// A polygon from its open ring.
pub(super) fn polygon(ring: &[Coord<f64>]) -> Polygon<f64> {
    Polygon::new(rounded_line(ring), Vec::new())
}

pub(super) fn length(line: &[Coord<f64>]) -> f64 {
    line.windows(2).map(|w| distance(w[0], w[1])).sum()
}

/// The point `metres` down the line and the direction there.
pub(super) fn along(line: &[Coord<f64>], metres: f64) -> (Coord<f64>, Coord<f64>) {
    let mut left_over = metres;
    for w in line.windows(2) {
        let step = distance(w[0], w[1]);
        if left_over <= step && step > 0.0 {
            let forward = (w[1] - w[0]) / step;
            return (w[0] + forward * left_over.max(0.0), forward);
        }
        left_over -= step;
    }
    match line {
        [.., a, b] => (*b, normal(*b - *a)),
        [only] => (*only, at(1.0, 0.0)),
        [] => (at(0.0, 0.0), at(1.0, 0.0)),
    }
}

pub(super) fn segment_distance(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
    distance(p, segment_point(p, a, b))
}

/// The point of a segment nearest to `p`.
pub(super) fn segment_point(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> Coord<f64> {
    let ab = b - a;
    let squared = dot(ab, ab);
    let t = if squared > 0.0 { (dot(p - a, ab) / squared).clamp(0.0, 1.0) } else { 0.0 };
    a + ab * t
}

pub(super) fn line_distance(p: Coord<f64>, line: &[Coord<f64>]) -> f64 {
    line.windows(2).map(|w| segment_distance(p, w[0], w[1])).fold(f64::INFINITY, f64::min)
}

/// Where two segments cross.
pub(super) fn crossing(a: [Coord<f64>; 2], b: [Coord<f64>; 2]) -> Option<Coord<f64>> {
    let (r, s) = (a[1] - a[0], b[1] - b[0]);
    let denominator = r.x * s.y - r.y * s.x;
    if denominator.abs() < 1e-12 {
        return None;
    }
    let q = b[0] - a[0];
    let t = (q.x * s.y - q.y * s.x) / denominator;
    let u = (q.x * r.y - q.y * r.x) / denominator;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then(|| a[0] + r * t)
}

/// Whether an open or closed ring contains the point.
pub(super) fn contains(ring: &[Coord<f64>], p: Coord<f64>) -> bool {
    let mut inside = false;
    let Some(mut a) = ring.last().copied() else {
        return false;
    };
    for &b in ring {
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
        a = b;
    }
    inside
}

/// Area of an open ring, positive when it runs anticlockwise.
pub(super) fn area(ring: &[Coord<f64>]) -> f64 {
    let Some(origin) = ring.first().copied() else {
        return 0.0;
    };
    ring.windows(2).map(|w| (w[0] - origin, w[1] - origin)).map(|(a, b)| (a.x * b.y - a.y * b.x) / 2.0).sum()
}

/// Corners cut twice a round (Chaikin), the ends kept.
pub(super) fn smooth(line: &[Coord<f64>], rounds: usize) -> Line {
    let mut current = line.to_vec();
    for _ in 0..rounds {
        let (Some(first), Some(last)) = (current.first().copied(), current.last().copied()) else {
            break;
        };
        let mut next = vec![first];
        for w in current.windows(2) {
            next.push(w[0] * 0.75 + w[1] * 0.25);
            next.push(w[0] * 0.25 + w[1] * 0.75);
        }
        next.push(last);
        current = next;
    }
    current
}

/// A curve that leaves `from` along `leaving` and reaches `to` along `arriving` (vectors in metres).
pub(super) fn hermite(
    (from, leaving): (Coord<f64>, Coord<f64>),
    (to, arriving): (Coord<f64>, Coord<f64>),
    pieces: usize,
) -> Line {
    (0..=pieces)
        .map(|i| {
            let t = i as f64 / pieces as f64;
            let (t2, t3) = (t * t, t * t * t);
            from * (2.0 * t3 - 3.0 * t2 + 1.0)
                + leaving * (t3 - 2.0 * t2 + t)
                + to * (3.0 * t2 - 2.0 * t3)
                + arriving * (t3 - t2)
        })
        .collect()
}

/// A smooth random function of `0..=1` that is zero at both ends.
pub(super) struct Wobble(Vec<(f64, f64, f64)>);

impl Wobble {
    /// `waves` sine waves; the higher ones are weaker by `roughness` (0 smooth, 1 jagged).
    pub(super) fn new(dice: &mut Dice, waves: usize, roughness: f64) -> Self {
        let waves: Vec<_> = (0..waves)
            .map(|k| {
                let fade = if k == 0 { 1.0 } else { roughness / (k as f64).powf(0.75) };
                (fade * dice.range(0.5, 1.0), (k as f64 + dice.range(0.6, 1.4)) * TAU / 1.6, dice.range(0.0, TAU))
            })
            .collect();
        let sum: f64 = waves.iter().map(|wave| wave.0).sum();
        Wobble(waves.into_iter().map(|(a, f, p)| (a / sum, f, p)).collect())
    }

    /// Within ±1.
    pub(super) fn value(&self, t: f64) -> f64 {
        let envelope = (t * (1.0 - t) * 4.0).clamp(0.0, 1.0).sqrt();
        envelope * self.0.iter().map(|(a, f, p)| a * (f * t + p).sin()).sum::<f64>()
    }
}

/// A closed wavy shape around `centre`, as an open ring: `long` and `wide` are its half axes.
pub(super) fn blob(dice: &mut Dice, centre: Coord<f64>, axis: f64, long: f64, wide: f64, points: usize) -> Line {
    let waves: Vec<_> = (2..8).map(|k| (dice.range(0.0, 0.48 / k as f64), k as f64, dice.range(0.0, TAU))).collect();
    // Hardly any water is straight.
    let curl = dice.bell() * 0.22 * long;
    let (forward, across) = (direction(axis), left(direction(axis)));
    (0..points)
        .map(|i| {
            let theta = TAU * i as f64 / points as f64;
            let r = 1.0 + waves.iter().map(|(a, k, p)| a * (k * theta + p).sin()).sum::<f64>();
            centre
                + forward * (theta.cos() * r * long)
                + across * (theta.sin() * r * wide + curl * (theta.cos().powi(2) - 0.5))
        })
        .collect()
}

/// A ring with the circle round it, for questions that are mostly answered "far away".
pub(super) struct Shape {
    pub(super) ring: Line,
    centre: Coord<f64>,
    reach: f64,
}

impl Shape {
    pub(super) fn new(ring: Line) -> Self {
        let centre = middle_of(&ring);
        let reach = ring.iter().map(|p| distance(*p, centre)).fold(0.0, f64::max);
        Shape { ring, centre, reach }
    }

    /// Metres from the point to the ring, 0 inside; for far points only a lower bound.
    pub(super) fn distance(&self, p: Coord<f64>) -> f64 {
        let gap = distance(p, self.centre) - self.reach;
        match gap {
            gap if gap > 1500.0 => gap,
            _ if contains(&self.ring, p) => 0.0,
            _ => line_distance(p, &self.ring),
        }
    }

    /// Whether the point lies inside or within `metres` of the ring.
    pub(super) fn near(&self, p: Coord<f64>, metres: f64) -> bool {
        distance(p, self.centre) < self.reach + metres
            && (contains(&self.ring, p) || line_distance(p, &self.ring) < metres)
    }
}

/// The mean of a line's points.
pub(super) fn middle_of(line: &[Coord<f64>]) -> Coord<f64> {
    line.iter().fold(at(0.0, 0.0), |sum, p| sum + *p) / line.len().max(1) as f64
}

/// The four corners of a rectangle, anticlockwise; `forward` runs along its width.
pub(super) fn rectangle(centre: Coord<f64>, forward: Coord<f64>, width: f64, depth: f64) -> [Coord<f64>; 4] {
    let (f, a) = (forward * (width / 2.0), left(forward) * (depth / 2.0));
    [centre - f - a, centre + f - a, centre + f + a, centre - f + a]
}

/// Whether two rectangles overlap (separating axes).
pub(super) fn overlap(a: &[Coord<f64>; 4], b: &[Coord<f64>; 4]) -> bool {
    let axes = [a[1] - a[0], a[3] - a[0], b[1] - b[0], b[3] - b[0]];
    axes.iter().all(|axis| {
        let span = |box_: &[Coord<f64>; 4]| {
            box_.iter()
                .map(|corner| dot(*corner, *axis))
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
        };
        let ((a_low, a_high), (b_low, b_high)) = (span(a), span(b));
        a_low < b_high && b_low < a_high
    })
}
