//! Streets as they are walked: the pieces of one name, joined where they meet.

use std::collections::HashMap;

use geo_types::{Coord, LineString};

use crate::feature::Geometry;
use crate::index::Stored;

/// Cosine of the sharpest turn at which a street is taken to go on, about 120°.
const SHARPEST: f64 = -0.5;

/// A line of a street, and whose it is.
#[derive(Debug, Clone)]
pub struct Piece<'a> {
    pub line: Vec<Coord>,
    pub of: &'a Stored,
}

/// The lines of a geometry; none of points and areas.
pub fn lines(geometry: &Geometry) -> &[LineString] {
    match geometry {
        Geometry::LineString(line) => std::slice::from_ref(line),
        Geometry::MultiLineString(lines) => &lines.0,
        _ => &[],
    }
}

/// Pieces put together where they meet, straight on where there is a choice. A street is its longest piece's.
pub fn join(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    if pieces.len() < 2 {
        return pieces;
    }
    let mut ends: HashMap<[i64; 2], Vec<usize>> = HashMap::new();
    for (number, piece) in pieces.iter().enumerate() {
        for end in [piece.line.first(), piece.line.last()].into_iter().flatten() {
            ends.entry(key(*end)).or_default().push(number);
        }
    }
    let mut left: Vec<Option<Piece<'_>>> = pieces.into_iter().map(Some).collect();
    let mut joined = Vec::new();
    for number in 0..left.len() {
        let Some(mut street) = left[number].take() else { continue };
        let mut longest = length(&street.line);
        // To its end, then the other way to its beginning.
        for _ in 0..2 {
            while let Some(next) = next(&street.line, &ends, &left).and_then(|number| left[number].take()) {
                let long = length(&next.line);
                if long > longest {
                    (longest, street.of) = (long, next.of);
                }
                append(&mut street.line, next.line);
            }
            street.line.reverse();
        }
        joined.push(street);
    }
    joined
}

/// The piece that goes on where a line ends.
fn next(line: &[Coord], ends: &HashMap<[i64; 2], Vec<usize>>, left: &[Option<Piece<'_>>]) -> Option<usize> {
    let [.., before, end] = line else { return None };
    let there = ends.get(&key(*end))?;
    let straightness = |number: usize| {
        let next = &left[number].as_ref()?.line;
        let [first, second] = if key(*next.first()?) == key(*end) { [0, 1] } else { [next.len() - 1, next.len() - 2] };
        Some(cosine(*end - *before, *next.get(second)? - next[first]))
    };
    let onward = there.iter().filter_map(|number| Some((straightness(*number)?, *number)));
    let straightest = onward.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))?;
    (straightest.0 > SHARPEST).then_some(straightest.1)
}

fn append(line: &mut Vec<Coord>, mut next: Vec<Coord>) {
    if next.first().map(|first| key(*first)) != line.last().map(|last| key(*last)) {
        next.reverse();
    }
    line.extend_from_slice(&next[1..]);
}

/// Ends meet to the unit.
fn key(place: Coord) -> [i64; 2] {
    [place.x, place.y].map(|at| at.round() as i64)
}

fn cosine(one: Coord, other: Coord) -> f64 {
    let lengths = one.x.hypot(one.y) * other.x.hypot(other.y);
    if lengths > 0.0 { (one.x * other.x + one.y * other.y) / lengths } else { 1.0 }
}

fn length(line: &[Coord]) -> f64 {
    line.windows(2).map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum()
}
