//! A grid over line segments: is there a street near this point, and how far is it?

use std::collections::HashMap;

use geo_types::Coord;

use super::plane::{crossing, distance, segment_distance, segment_point};

const CELL: f64 = 60.0;

/// Segments by the grid cells they touch. Only ever asked by cell, so the order of the map does
/// not reach the output.
#[derive(Default)]
pub(super) struct SegmentGrid {
    cells: HashMap<(i32, i32), Vec<u32>>,
    segments: Vec<([Coord<f64>; 2], u32)>,
}

impl SegmentGrid {
    /// Adds every segment of a line under the owner's number.
    pub(super) fn add(&mut self, line: &[Coord<f64>], owner: u32) {
        for w in line.windows(2) {
            let number = self.segments.len() as u32;
            self.segments.push(([w[0], w[1]], owner));
            let (x0, y0) = cell(w[0]);
            let (x1, y1) = cell(w[1]);
            for x in x0.min(x1)..=x0.max(x1) {
                for y in y0.min(y1)..=y0.max(y1) {
                    self.cells.entry((x, y)).or_default().push(number);
                }
            }
        }
    }

    /// Distance to the nearest segment and its owner, when one lies within `reach` metres.
    pub(super) fn nearest(&self, p: Coord<f64>, reach: f64) -> Option<(f64, u32)> {
        self.around(p, reach)
            .map(|([a, b], owner)| (segment_distance(p, a, b), owner))
            .filter(|(distance, _)| *distance <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
    }

    /// Distance to the nearest segment within `reach` and the point on it.
    pub(super) fn nearest_point(&self, p: Coord<f64>, reach: f64) -> Option<(f64, Coord<f64>)> {
        self.around(p, reach)
            .map(|([a, b], _)| segment_point(p, a, b))
            .map(|point| (distance(p, point), point))
            .filter(|(metres, _)| *metres <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.x.total_cmp(&b.1.x)))
    }

    /// Whether a segment of an owner other than `except` lies within `reach` metres.
    pub(super) fn occupied(&self, p: Coord<f64>, reach: f64, except: Option<u32>) -> bool {
        self.around(p, reach).any(|([a, b], owner)| Some(owner) != except && segment_distance(p, a, b) < reach)
    }

    /// The first crossing of the step with a known segment, and whose segment it is.
    pub(super) fn crossed(&self, from: Coord<f64>, to: Coord<f64>) -> Option<(Coord<f64>, u32)> {
        let reach = distance(from, to);
        self.around(from, reach)
            .filter_map(|(segment, owner)| crossing([from, to], segment).map(|p| (p, owner)))
            .min_by(|a, b| {
                let d = |p: Coord<f64>| distance(from, p);
                d(a.0).total_cmp(&d(b.0)).then(a.1.cmp(&b.1))
            })
    }

    fn around(&self, p: Coord<f64>, reach: f64) -> impl Iterator<Item = ([Coord<f64>; 2], u32)> {
        let (x0, y0) = cell(Coord { x: p.x - reach, y: p.y - reach });
        let (x1, y1) = cell(Coord { x: p.x + reach, y: p.y + reach });
        (x0..=x1)
            .flat_map(move |x| (y0..=y1).map(move |y| (x, y)))
            .filter_map(|key| self.cells.get(&key))
            .flatten()
            .map(|&number| self.segments[number as usize])
    }
}

fn cell(p: Coord<f64>) -> (i32, i32) {
    ((p.x / CELL).floor() as i32, (p.y / CELL).floor() as i32)
}
