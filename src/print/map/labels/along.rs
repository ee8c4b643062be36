//! Places for names along lines: letter by letter, upright, not around sharp bends.

use super::super::shape::Pixel;

/// Most that a name may turn from one letter to the next, radians.
const MAX_BEND: f32 = 0.55;
/// Most that it may turn from its first to its last letter.
const MAX_TURN: f32 = 1.6;

/// A line with the way to each of its positions.
#[derive(Debug)]
pub struct Track {
    line: Vec<Pixel>,
    lengths: Vec<f32>,
}

impl Track {
    /// A line to be written along.
    pub fn new(line: Vec<Pixel>) -> Self {
        let mut lengths = Vec::with_capacity(line.len());
        let mut way = 0.0;
        for (index, position) in line.iter().enumerate() {
            if index > 0 {
                let before = line[index - 1];
                way += (position[0] - before[0]).hypot(position[1] - before[1]);
            }
            lengths.push(way);
        }
        Self { line, lengths }
    }

    /// Length in pixels.
    pub fn length(&self) -> f32 {
        self.lengths.last().copied().unwrap_or_default()
    }

    /// The position after a way along the line.
    pub fn at(&self, way: f32) -> Pixel {
        let after = self.lengths.partition_point(|length| *length < way).clamp(1, self.line.len() - 1);
        let (from, to) = (self.line[after - 1], self.line[after]);
        let step = (self.lengths[after] - self.lengths[after - 1]).max(1e-6);
        let part = ((way - self.lengths[after - 1]) / step).clamp(0.0, 1.0);
        [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
    }

    /// The ways to the middles of names of a width: as many as have room at a spacing, evenly spread.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a line has some dozen names")]
    pub fn middles(&self, width: f32, spacing: f32) -> Vec<f32> {
        let length = self.length();
        // A name that fills its line to the ends runs into the crossings there.
        if length < width * 1.05 || self.line.len() < 2 {
            return Vec::new();
        }
        let count = (length / spacing.max(width + 16.0)).floor().clamp(1.0, 200.0);
        (0..count as usize).map(|k| length * (k as f32 + 0.5) / count).collect()
    }

    /// Where letters of a name stand: the middle of each and its direction; letters are given by the ways of their
    /// middles from that of the name, and their widths. `None` if the line bends too sharply below the name.
    pub fn letters(&self, middle: f32, letters: &[(f32, f32)]) -> Option<Vec<(Pixel, [f32; 2])>> {
        let half = letters.iter().map(|(way, width)| way.abs() + width / 2.0).fold(0.0, f32::max);
        if middle - half < 0.0 || middle + half > self.length() {
            return None;
        }
        let (start, end) = (self.at(middle - half), self.at(middle + half));
        // Upright: from left to right, and straight up rather than straight down.
        let turned = if (end[0] - start[0]).abs() < 1e-3 { end[1] > start[1] } else { end[0] < start[0] };
        let sign = if turned { -1.0 } else { 1.0 };
        let mut placed = Vec::with_capacity(letters.len());
        let mut last: Option<f32> = None;
        let mut turn: f32 = 0.0;
        let mut turns = (0.0_f32, 0.0_f32);
        for (way, width) in letters {
            let centre = middle + sign * way;
            // The chord below the letter; a short one would follow every kink.
            let reach = sign * width.max(2.0) * 0.5;
            let (from, to) = (self.at(centre - reach), self.at(centre + reach));
            let angle = (to[1] - from[1]).atan2(to[0] - from[0]);
            if let Some(last) = last {
                let bend =
                    (angle - last + std::f32::consts::PI).rem_euclid(std::f32::consts::TAU) - std::f32::consts::PI;
                turn += bend;
                turns = (turns.0.min(turn), turns.1.max(turn));
                if bend.abs() > MAX_BEND || turns.1 - turns.0 > MAX_TURN {
                    return None;
                }
            }
            last = Some(angle);
            let position = [f32::midpoint(from[0], to[0]), f32::midpoint(from[1], to[1])];
            placed.push((position, [angle.cos(), angle.sin()]));
        }
        Some(placed)
    }
}
