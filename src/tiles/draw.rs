//! A feature's geometry as a tile shows it: projected, cut, simplified, in whole units, as commands.

use geo_types::{Coord, LineString, Polygon};

use super::atlas::Placement;
use super::clip::{Lies, Square};
use super::mvt::path::area;
use super::mvt::{EXTENT, Kind, Path};
use super::simplify::Simplifier;
use super::view::MARGIN;
use crate::feature::Geometry;

/// Margin of areas: an outline, no symbols. Thicker strokes along a border are lines of their own.
const AREA_MARGIN: f64 = 16.0;

/// How much detail a layer of a tile has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detail {
    /// Points nearer than this to a line or ring are left out, units.
    pub tolerance: f64,
    /// Areas smaller than this are left out, square units.
    pub least_area: f64,
    /// Lines whose box is smaller than this both ways are left out, units.
    pub least_length: f64,
}

/// Draws geometries of one tile; keeps its buffers from one to the next.
#[derive(Debug)]
pub struct Pen<'a> {
    placement: &'a Placement<'a>,
    detail: Detail,
    pub path: Path,
    simplifier: Simplifier,
    places: Vec<Coord>,
    buffer: Vec<Coord>,
    snapped: Vec<[i32; 2]>,
}

impl<'a> Pen<'a> {
    /// A pen for a tile.
    pub fn new(placement: &'a Placement<'a>, detail: Detail) -> Self {
        Self {
            placement,
            detail,
            path: Path::default(),
            simplifier: Simplifier::default(),
            places: Vec::new(),
            buffer: Vec::new(),
            snapped: Vec::new(),
        }
    }

    /// Where a place lies in the tile, to the unit; `None` outside of its margin.
    #[inline]
    pub fn point(&self, place: Coord) -> Option<[i32; 2]> {
        let at = self.placement.at(place);
        let [x, y] = snap(at);
        let (low, high) = (-MARGIN as i32, EXTENT as i32 + MARGIN as i32);
        ((low..=high).contains(&x) && (low..=high).contains(&y)).then_some([x, y])
    }

    /// Draws a line or an area, or several points; `None` if nothing of it is seen.
    pub fn draw(&mut self, geometry: &Geometry) -> Option<(Kind, std::ops::Range<usize>)> {
        let start = self.path.begin();
        let kind = match geometry {
            Geometry::MultiPoint(points) => {
                let seen: Vec<_> = points.0.iter().filter_map(|point| self.point(point.0)).collect();
                if !seen.is_empty() {
                    self.path.points(&seen);
                }
                Kind::Point
            }
            Geometry::LineString(line) => {
                self.line(line);
                Kind::Line
            }
            Geometry::MultiLineString(lines) => {
                lines.0.iter().for_each(|line| self.line(line));
                Kind::Line
            }
            Geometry::Polygon(polygon) => {
                self.polygon(polygon);
                Kind::Polygon
            }
            Geometry::MultiPolygon(polygons) => {
                polygons.0.iter().for_each(|polygon| self.polygon(polygon));
                Kind::Polygon
            }
            // Collections do not declare other kinds.
            _ => return None,
        };
        let end = self.path.end();
        (end > start).then_some((kind, start..end))
    }

    fn project(&mut self, line: &[Coord]) {
        self.places.clear();
        self.places.extend(line.iter().map(|place| self.placement.at(*place)));
    }

    /// Draws a line that is projected already, whole, if its middle lies in the tile.
    pub fn stretch(&mut self, line: &[Coord]) -> Option<std::ops::Range<usize>> {
        let start = self.path.begin();
        self.snapped.clear();
        for place in line {
            let point = snap(*place);
            if self.snapped.last() != Some(&point) {
                self.snapped.push(point);
            }
        }
        let middle = middle(&self.snapped)?;
        let extent = 0.0..f64::from(EXTENT);
        if !extent.contains(&middle.x) || !extent.contains(&middle.y) {
            return None;
        }
        self.path.line(&self.snapped);
        Some(start..self.path.end())
    }

    fn line(&mut self, line: &LineString) {
        self.project(&line.0);
        let square = Square::around(EXTENT, MARGIN);
        let lies = square.relation(&self.places);
        if lies == Lies::Outside || is_small(&self.places, self.detail.least_length) {
            return;
        }
        let mut places = std::mem::take(&mut self.places);
        // Before it is cut, so that the pieces of neighbouring tiles fit.
        self.simplifier.line(&mut places, self.detail.tolerance);
        let (path, snapped) = (&mut self.path, &mut self.snapped);
        let mut write = |piece: &[Coord]| {
            snapped.clear();
            for place in piece {
                let point = snap(*place);
                if snapped.last() != Some(&point) {
                    snapped.push(point);
                }
            }
            if snapped.len() > 1 {
                path.line(snapped);
            }
        };
        match lies {
            Lies::Inside => write(&places),
            _ => square.line(&places, &mut self.buffer, write),
        }
        self.places = places;
    }

    fn polygon(&mut self, polygon: &Polygon) {
        if self.ring(polygon.exterior(), true) {
            for ring in polygon.interiors() {
                self.ring(ring, false);
            }
        }
    }

    /// Draws a ring; false if nothing of it is seen.
    fn ring(&mut self, ring: &LineString, exterior: bool) -> bool {
        let open = ring.0.split_last().map_or(&[][..], |(_, open)| open);
        self.project(open);
        let square = Square::around(EXTENT, AREA_MARGIN);
        let lies = square.relation(&self.places);
        // Of the whole ring: what is seen of a great area may be small.
        if lies == Lies::Outside || ring_area(&self.places).abs() < self.detail.least_area {
            return false;
        }
        self.simplifier.ring(&mut self.places, self.detail.tolerance);
        if lies == Lies::Across {
            square.ring(&mut self.places, &mut self.buffer);
        }
        snap_ring(&self.places, &mut self.snapped);
        let area = area(&self.snapped);
        if area == 0 {
            return false;
        }
        if (area > 0) != exterior {
            self.snapped.reverse();
        }
        self.path.ring(&self.snapped);
        true
    }
}

/// The place half way along a line.
fn middle(line: &[[i32; 2]]) -> Option<Coord> {
    let steps = || {
        line.windows(2).map(|pair| {
            let [from, to] = [0, 1].map(|k| Coord { x: f64::from(pair[k][0]), y: f64::from(pair[k][1]) });
            (from, to - from, (to - from).x.hypot((to - from).y))
        })
    };
    let mut left = steps().map(|(.., length)| length).sum::<f64>() / 2.0;
    for (from, step, length) in steps() {
        if length >= left {
            return Some(from + step * (left / length));
        }
        left -= length;
    }
    None
}

/// The nearest whole unit.
#[inline]
fn snap(place: Coord) -> [i32; 2] {
    // Half a unit up before rounding down: two tiles round a place between them the same way.
    [(place.x + 0.5).floor() as i32, (place.y + 0.5).floor() as i32]
}

/// Rounds a ring and leaves out points that repeat, lie on a straight edge or at the end of a spike.
fn snap_ring(places: &[Coord], snapped: &mut Vec<[i32; 2]>) {
    snapped.clear();
    for place in places {
        push_turning(snapped, snap(*place));
    }
    // The joint of last and first is a corner like others.
    while let [first, second, .., before, last] = snapped[..] {
        if is_no_corner(before, last, first) {
            snapped.pop();
        } else if is_no_corner(last, first, second) {
            snapped.remove(0);
        } else {
            break;
        }
    }
}

fn push_turning(ring: &mut Vec<[i32; 2]>, point: [i32; 2]) {
    loop {
        match ring[..] {
            [.., last] if last == point => return,
            [.., before, last] if is_no_corner(before, last, point) => drop(ring.pop()),
            _ => break,
        }
    }
    ring.push(point);
}

/// True if the middle of three points lies on a straight edge or is the tip of a spike thinner than a unit.
fn is_no_corner(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> bool {
    let step = |from: [i32; 2], to: [i32; 2]| [0, 1].map(|k| i64::from(to[k]) - i64::from(from[k]));
    let (there, back) = (step(a, b), step(b, c));
    let turn = there[0] * back[1] - there[1] * back[0];
    let along = there[0] * back[0] + there[1] * back[1];
    let square = |step: [i64; 2]| step[0] * step[0] + step[1] * step[1];
    turn == 0 || (along < 0 && turn * turn <= square(there).max(square(back)))
}

fn is_small(places: &[Coord], least: f64) -> bool {
    let Some(first) = places.first() else { return true };
    least > 0.0 && places.iter().all(|place| (place.x - first.x).abs() < least && (place.y - first.y).abs() < least)
}

/// Area of an open ring, with a sign.
fn ring_area(ring: &[Coord]) -> f64 {
    let Some(last) = ring.last() else { return 0.0 };
    // From its own corner, so that large coordinates cost no precision.
    let corner = ring[0];
    let mut before = *last - corner;
    let mut sum = 0.0;
    for point in ring {
        let point = *point - corner;
        sum += before.x * point.y - point.x * before.y;
        before = point;
    }
    sum / 2.0
}
