//! Moving coordinates and geometries from one CRS to another, from any thread.
//!
//! This file knows geometries; `cache` has the plans and the PROJ objects.

use std::sync::Arc;

use geo_types::{Coord, Geometry, Polygon, Rect};

use super::bounds;
use super::cache::{self, Key};
use super::proj::Direction;
use super::{Crs, CrsError, Transformation};

/// Transforms coordinates with operations suited to a district. Cheap to copy; usable from any thread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Transformer {
    area: Option<Rect<f64>>,
}

impl Transformer {
    /// A transformer for a district given as longitudes (x) and latitudes (y); `None` takes what suits most of the world.
    pub fn new(area: Option<Rect<f64>>) -> Self {
        Self { area }
    }

    /// The plan used between two CRSs, for showing its name and accuracy.
    ///
    /// # Errors
    /// As [`Transformation::new`].
    pub fn transformation(&self, from: Crs, to: Crs) -> Result<Arc<Transformation>, CrsError> {
        cache::plan(from, to, self.area)
    }

    /// Transforms a geometry in place; on error it is left as it was.
    ///
    /// A box or triangle becomes a polygon, since its image is in general neither.
    ///
    /// # Errors
    /// As [`Transformation::new`]; [`CrsError::OutOfRange`] names the first coordinate that cannot be transformed.
    pub fn transform(&self, from: Crs, to: Crs, geometry: &mut Geometry<f64>) -> Result<(), CrsError> {
        let mut coords = Vec::new();
        each_run(geometry, &mut |run| coords.extend_from_slice(run));
        self.coords(from, to, &mut coords)?;
        let mut rest = &coords[..];
        each_run(geometry, &mut |run| {
            let (head, tail) = rest.split_at(run.len());
            run.copy_from_slice(head);
            rest = tail;
        });
        Ok(())
    }

    /// Transforms many coordinates in place; on error their content is unspecified.
    ///
    /// # Errors
    /// As [`Transformer::transform`].
    pub fn coords(&self, from: Crs, to: Crs, coords: &mut [Coord<f64>]) -> Result<(), CrsError> {
        let given = coords.to_vec();
        self.attempt(from, to, coords)?;
        match coords.iter().position(|coord| !is_finite(*coord)) {
            None => Ok(()),
            Some(index) => Err(CrsError::OutOfRange { x: given[index].x, y: given[index].y, from, to }),
        }
    }

    /// Transforms one coordinate.
    ///
    /// # Errors
    /// As [`Transformer::transform`].
    pub fn coord(&self, from: Crs, to: Crs, coord: Coord<f64>) -> Result<Coord<f64>, CrsError> {
        let mut moved = [coord];
        self.attempt(from, to, &mut moved)?;
        let out_of_range = CrsError::OutOfRange { x: coord.x, y: coord.y, from, to };
        if is_finite(moved[0]) { Ok(moved[0]) } else { Err(out_of_range) }
    }

    /// The box in `to` that encloses a box in `from`; `None` when the two have no common ground.
    ///
    /// A straight edge becomes a curve, so the edges are transformed in many points and the result is widened by what a
    /// curve may bulge between two of them. A projection folds or tears a box that reaches far beyond its zone (the whole
    /// world in UTM); such a box is first cut to the target's area of use, generously widened. Beyond the edge of a
    /// shift grid the next best operation is good enough for a box and is used.
    ///
    /// # Errors
    /// As [`Transformation::new`]; [`CrsError::OutOfRange`] for a box of `from` that means no place.
    pub fn bounds(&self, from: Crs, to: Crs, bounds: Rect<f64>) -> Result<Option<Rect<f64>>, CrsError> {
        bounds::transform(from, to, bounds, self.area)
    }

    /// Transforms what can be transformed; the rest becomes infinite.
    pub(super) fn attempt(&self, from: Crs, to: Crs, coords: &mut [Coord<f64>]) -> Result<(), CrsError> {
        if from == to {
            return Ok(());
        }
        let key = Key::new(from, to, self.area);
        let warm = cache::warm(key);
        let legs = match warm {
            Some(legs) => legs,
            None => cache::runners(&*self.transformation(from, to)?, key)?,
        };
        for leg in legs.iter() {
            if let Some(best) = leg.first() {
                best.run(Direction::Forward, coords);
            }
        }
        Ok(())
    }
}

pub(super) fn is_finite(coord: Coord<f64>) -> bool {
    coord.x.is_finite() && coord.y.is_finite()
}

/// Calls `visit` with every run of coordinates of a geometry, in a fixed order.
fn each_run(geometry: &mut Geometry<f64>, visit: &mut dyn FnMut(&mut [Coord<f64>])) {
    match geometry {
        Geometry::Point(point) => visit(std::slice::from_mut(&mut point.0)),
        Geometry::Line(line) => {
            visit(std::slice::from_mut(&mut line.start));
            visit(std::slice::from_mut(&mut line.end));
        }
        Geometry::LineString(line) => visit(&mut line.0),
        Geometry::Polygon(polygon) => each_ring(polygon, visit),
        Geometry::MultiPoint(points) => points.0.iter_mut().for_each(|p| visit(std::slice::from_mut(&mut p.0))),
        Geometry::MultiLineString(lines) => lines.0.iter_mut().for_each(|line| visit(&mut line.0)),
        Geometry::MultiPolygon(polygons) => polygons.0.iter_mut().for_each(|polygon| each_ring(polygon, visit)),
        Geometry::GeometryCollection(parts) => parts.0.iter_mut().for_each(|part| each_run(part, visit)),
        Geometry::Rect(rect) => {
            *geometry = Geometry::Polygon(rect.to_polygon());
            each_run(geometry, visit);
        }
        Geometry::Triangle(triangle) => {
            *geometry = Geometry::Polygon(triangle.to_polygon());
            each_run(geometry, visit);
        }
    }
}

fn each_ring(polygon: &mut Polygon<f64>, visit: &mut dyn FnMut(&mut [Coord<f64>])) {
    polygon.exterior_mut(|ring| visit(&mut ring.0));
    polygon.interiors_mut(|rings| rings.iter_mut().for_each(|ring| visit(&mut ring.0)));
}
