//! Moving a box from one CRS to another so that the result encloses it.
//!
//! If a projection is one-to-one on a box, the image of its outline encloses the image of the box. Whether it is, is
//! checked by transforming points back: far from its zone a transverse Mercator answers finite but folded numbers.

use geo_types::{Coord, Rect, coord};

use super::cache::{self, Key};
use super::proj::{Direction, Object};
use super::transform::is_finite;
use super::{Crs, CrsError, facts};

/// Steps an edge.
const STEPS: usize = 24;
/// Inner points a side for the check.
const INNER: usize = 6;
/// How far beyond its area of use a projection is still trusted, in degrees.
const MARGIN_DEG: f64 = 15.0;
/// Half the width of the world in Web Mercator, in metres.
const WEB_MERCATOR_M: f64 = 20_037_508.342_789_244;

/// See [`super::Transformer::bounds`].
pub(super) fn transform(
    from: Crs,
    to: Crs,
    bounds: Rect<f64>,
    area: Option<Rect<f64>>,
) -> Result<Option<Rect<f64>>, CrsError> {
    if from == to {
        return Ok(Some(bounds));
    }
    let Some(bounds) = clamp_to_world(from, bounds) else {
        return Ok(None);
    };
    if let Some(found) = one_to_one(from, to, bounds, area)? {
        return Ok(Some(found));
    }
    let corner = bounds.min();
    let out_of_range = CrsError::OutOfRange { x: corner.x, y: corner.y, from, to };
    let degrees = match from.is_geographic() {
        true => Some(bounds),
        false => one_to_one(from, Crs::CRS84, bounds, area)?,
    };
    let (Some(degrees), Some(usable)) = (degrees, facts(to.code)?.area) else {
        return Err(out_of_range);
    };
    let margin = coord! { x: MARGIN_DEG, y: MARGIN_DEG };
    // At a pole every longitude is the same place, so no box with a pole in it is one-to-one.
    let (min, max) = (usable.min() - margin, usable.max() + margin);
    let usable = Rect::new((min.x, min.y.max(-89.0)), (max.x, max.y.min(89.0)));
    let Some(common) = intersection(degrees, usable) else {
        return Ok(None);
    };
    let source = if from.is_geographic() { from } else { Crs::CRS84 };
    one_to_one(source, to, common, area)?.map(Some).ok_or(out_of_range)
}

/// Cuts off what lies beyond the edge of a world map; `None` when nothing is left.
fn clamp_to_world(crs: Crs, bounds: Rect<f64>) -> Option<Rect<f64>> {
    let (x, y) = match crs {
        Crs::WEB_MERCATOR => (WEB_MERCATOR_M, WEB_MERCATOR_M),
        _ if crs.is_geographic() => (180.0, 90.0),
        _ => return Some(bounds),
    };
    intersection(bounds, Rect::new((-x, -y), (x, y)))
}

fn intersection(a: Rect<f64>, b: Rect<f64>) -> Option<Rect<f64>> {
    let min = coord! { x: a.min().x.max(b.min().x), y: a.min().y.max(b.min().y) };
    let max = coord! { x: a.max().x.min(b.max().x), y: a.max().y.min(b.max().y) };
    (min.x <= max.x && min.y <= max.y).then(|| Rect::new(min, max))
}

/// The enclosing box if the transformation is one-to-one on the given one.
fn one_to_one(from: Crs, to: Crs, bounds: Rect<f64>, area: Option<Rect<f64>>) -> Result<Option<Rect<f64>>, CrsError> {
    let plan = cache::plan(from, to, area)?;
    let mut points = outline(bounds);
    let edge = points.len();
    points.extend(inner(bounds));
    for leg in cache::runners(&plan, Key::new(from, to, area))?.iter() {
        match leg.iter().find_map(|operation| there_and_back(operation, &points)) {
            Some(moved) => points = moved,
            None => return Ok(None),
        }
    }
    Ok(Some(enclosing(&points[..edge])))
}

/// The transformed points, if transforming them back leads to where they came from.
fn there_and_back(operation: &Object, points: &[Coord<f64>]) -> Option<Vec<Coord<f64>>> {
    let mut moved = points.to_vec();
    operation.run(Direction::Forward, &mut moved);
    if !moved.iter().copied().all(is_finite) {
        return None;
    }
    let mut back = moved.clone();
    operation.run(Direction::Inverse, &mut back);
    // A millionth of the numbers' size: 6 m in UTM, 20 m in degrees. A fold is off by whole degrees.
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(180.0);
    let returned = points.iter().zip(&back).all(|(a, b)| near(a.x, b.x) && near(a.y, b.y));
    returned.then_some(moved)
}

/// Points along the four edges of a box, counter-clockwise, first point repeated at the end.
fn outline(bounds: Rect<f64>) -> Vec<Coord<f64>> {
    let (min, max) = (bounds.min(), bounds.max());
    let corners = [min, coord! { x: max.x, y: min.y }, max, coord! { x: min.x, y: max.y }, min];
    let along = |edge: &[Coord<f64>]| {
        let (start, way) = (edge[0], edge[1] - edge[0]);
        (0..STEPS).map(move |step| start + way * (step as f64 / STEPS as f64))
    };
    corners.windows(2).flat_map(along).chain([min]).collect()
}

/// A lattice of points inside a box.
fn inner(bounds: Rect<f64>) -> impl Iterator<Item = Coord<f64>> {
    let share = |step: usize| (step as f64 + 0.5) / INNER as f64;
    let (min, width, height) = (bounds.min(), bounds.width(), bounds.height());
    (0..INNER * INNER)
        .map(move |index| min + coord! { x: width * share(index % INNER), y: height * share(index / INNER) })
}

/// The box around a transformed outline, widened by what its curves may bulge between the points.
///
/// Between two samples of a smooth curve the bulge is at most an eighth of the second difference; twice that is taken.
fn enclosing(outline: &[Coord<f64>]) -> Rect<f64> {
    let (mut min, mut max, mut bulge) = (outline[0], outline[0], coord! { x: 0.0_f64, y: 0.0_f64 });
    for point in outline {
        min = coord! { x: min.x.min(point.x), y: min.y.min(point.y) };
        max = coord! { x: max.x.max(point.x), y: max.y.max(point.y) };
    }
    // Edge by edge: across a corner the second difference measures the corner, not a curve.
    for edge in 0..4 {
        for three in outline[edge * STEPS..=(edge + 1) * STEPS].windows(3) {
            let second = three[0] - three[1] * 2.0 + three[2];
            bulge = coord! { x: bulge.x.max(second.x.abs()), y: bulge.y.max(second.y.abs()) };
        }
    }
    Rect::new(min - bulge / 4.0, max + bulge / 4.0)
}
