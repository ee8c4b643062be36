//! A line with the way along it, and the places on it that have room for a name.

use geo_types::Coord;

/// Radians that a line may turn within the room of a letter and a half. Map programs refuse more than 45° (MapLibre style
/// specification, `text-max-angle`).
const MOST_BEND: f64 = 0.7;
/// Radians that it may turn below a whole name.
const MOST_TURN: f64 = 2.0;
/// Of its part of the line, that a name keeps from the ends: names of neighbouring parts keep their distance.
const APART: f64 = 0.15;
/// A line needs so much more than the length of a name: one that fills it runs into the crossings.
const ROOM: f64 = 1.05;

/// What a name takes.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    pub length: f64,
    pub half_height: f64,
    /// How much of it symbols may cover.
    pub coverable: f64,
}

/// Parts of a way, from and to, in order and apart.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Spans(Vec<(f64, f64)>);

impl Spans {
    /// How much of a part of the way they cover.
    fn cover(&self, from: f64, to: f64) -> f64 {
        self.0.iter().map(|(low, high)| (high.min(to) - low.max(from)).max(0.0)).sum()
    }

    fn merged(mut spans: Vec<(f64, f64)>) -> Self {
        spans.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut merged: Vec<(f64, f64)> = Vec::with_capacity(spans.len());
        for (low, high) in spans {
            match merged.last_mut() {
                Some(last) if low <= last.1 => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }
}

/// A line to be written along.
#[derive(Debug)]
pub struct Track {
    line: Vec<Coord>,
    ways: Vec<f64>,
}

impl Track {
    /// A line of two places or more.
    pub fn new(line: Vec<Coord>) -> Self {
        let mut way = 0.0;
        let mut ways = Vec::with_capacity(line.len());
        for (number, place) in line.iter().enumerate() {
            if number > 0 {
                way += (place.x - line[number - 1].x).hypot(place.y - line[number - 1].y);
            }
            ways.push(way);
        }
        Self { line, ways }
    }

    pub fn length(&self) -> f64 {
        self.ways.last().copied().unwrap_or_default()
    }

    /// The place after a way.
    pub fn at(&self, way: f64) -> Coord {
        let after = self.ways.partition_point(|one| *one < way).clamp(1, self.line.len() - 1);
        let (from, to) = (self.line[after - 1], self.line[after]);
        let step = (self.ways[after] - self.ways[after - 1]).max(f64::EPSILON);
        from + (to - from) * ((way - self.ways[after - 1]) / step).clamp(0.0, 1.0)
    }

    /// A stretch of at most a length, as long on both sides of its middle.
    pub fn around(&self, middle: f64, length: f64) -> Vec<Coord> {
        let half = (length / 2.0).min(middle).min(self.length() - middle);
        let (from, to) = (middle - half, middle + half);
        let within = self.ways.iter().zip(&self.line).filter(|(way, _)| **way > from && **way < to);
        let mut stretch = vec![self.at(from)];
        stretch.extend(within.map(|(_, place)| *place));
        stretch.push(self.at(to));
        stretch
    }

    /// Places along a name, near enough for the room it takes.
    pub fn samples(&self, middle: f64, label: Label) -> impl Iterator<Item = Coord> + '_ {
        let steps = (label.length / (2.0 * label.half_height)).ceil().max(1.0);
        let start = middle - label.length / 2.0;
        (0..=steps as usize).map(move |step| self.at(start + label.length * step as f64 / steps))
    }

    /// The parts of the way that lie within a distance of places.
    pub fn near(&self, places: &[Coord], distance: f64) -> Spans {
        let (mut low, mut high) = (self.line[0], self.line[0]);
        for place in &self.line {
            (low.x, low.y) = (low.x.min(place.x), low.y.min(place.y));
            (high.x, high.y) = (high.x.max(place.x), high.y.max(place.y));
        }
        let is_near = |at: &&Coord| {
            at.x > low.x - distance && at.x < high.x + distance && at.y > low.y - distance && at.y < high.y + distance
        };
        let mut spans = Vec::new();
        for place in places.iter().filter(is_near) {
            for (pair, way) in self.line.windows(2).zip(&self.ways) {
                spans.extend(chord(pair[0], pair[1], *place, distance).map(|(from, to)| (way + from, way + to)));
            }
        }
        Spans::merged(spans)
    }

    /// The middles of names of a line, one for each `every` of its length where there is none yet.
    pub fn places(&self, label: Label, every: f64, known: &[f64], covered: &Spans, taken: &Spans) -> Vec<f64> {
        let length = self.length();
        if self.line.len() < 2 || label.length * ROOM > length {
            return Vec::new();
        }
        let parts = (length / every.max(label.length * 2.0)).round().max(1.0);
        let part = length / parts;
        let margin = if parts > 1.0 { part * APART } else { 0.0 };
        let mut middles = Vec::new();
        for number in 0..parts as usize {
            let (from, to) = (part * number as f64, part * (number + 1) as f64);
            if !known.iter().any(|middle| (from..to).contains(middle)) {
                let best = self.best(label, from + margin, to - margin, covered, taken);
                // Names of this very zoom may meet where parts do.
                let apart = |middle: &f64| middles.last().is_none_or(|last| middle - last > label.length * 1.5);
                middles.extend(best.filter(apart));
            }
        }
        middles
    }

    /// The best middle within a part of the way: the nearest to its middle of those that the least is covered of.
    fn best(&self, label: Label, from: f64, to: f64, covered: &Spans, taken: &Spans) -> Option<f64> {
        let half = label.length * ROOM / 2.0;
        let (low, high) = (from.max(half), to.min(self.length() - half));
        if low > high {
            return None;
        }
        let middle = f64::midpoint(from, to).clamp(low, high);
        let step = label.length / 12.0;
        let steps = ((high - low) / step).ceil() as i32;
        let mut best: Option<(f64, f64)> = None;
        for place in (0..=steps).flat_map(|away| [away, -away]).map(|away| middle + f64::from(away) * step) {
            let (start, end) = (place - label.length / 2.0, place + label.length / 2.0);
            if place < low || place > high || taken.cover(start, end) > 0.0 {
                continue;
            }
            let hidden = covered.cover(start, end);
            if best.is_none_or(|(least, _)| hidden < least - step / 2.0) && self.is_straight(start, end, label) {
                best = Some((hidden, place));
                if hidden == 0.0 {
                    break;
                }
            }
        }
        best.filter(|(hidden, _)| *hidden <= label.coverable).map(|(_, place)| place)
    }

    /// True if a name can be read along a part of the way.
    fn is_straight(&self, start: f64, end: f64, label: Label) -> bool {
        let inner = self.ways.iter().enumerate().filter(|(_, way)| **way > start && **way < end);
        let turns: Vec<(f64, f64)> = inner.filter_map(|(at, way)| Some((*way, self.turn(at)?))).collect();
        let window = label.half_height * 3.0;
        let bend = |(first, (way, _)): (usize, &(f64, f64))| {
            turns[first..].iter().take_while(|(other, _)| other - way <= window).map(|(_, turn)| turn).sum::<f64>()
        };
        turns.iter().map(|(_, turn)| turn).sum::<f64>() <= MOST_TURN
            && turns.iter().enumerate().map(bend).all(|bend| bend <= MOST_BEND)
    }

    /// How far the line turns at one of its inner places, radians.
    fn turn(&self, at: usize) -> Option<f64> {
        let (before, here, after) = (*self.line.get(at.checked_sub(1)?)?, self.line[at], *self.line.get(at + 1)?);
        let (come, go) = (here - before, after - here);
        Some((come.x * go.y - come.y * go.x).atan2(come.x * go.x + come.y * go.y).abs())
    }
}

/// The part of a segment within a distance of a place, as ways from its beginning.
fn chord(from: Coord, to: Coord, place: Coord, distance: f64) -> Option<(f64, f64)> {
    let (step, there) = (to - from, place - from);
    let length = step.x.hypot(step.y);
    if length == 0.0 {
        return None;
    }
    let along = (there.x * step.x + there.y * step.y) / length;
    let off = (there.x * step.y - there.y * step.x) / length;
    let half = (distance * distance - off * off).max(0.0).sqrt();
    let (low, high) = ((along - half).max(0.0), (along + half).min(length));
    (low < high).then_some((low, high))
}
