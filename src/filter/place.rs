//! Spatial tests. Nearly every feature is a point and nearly every literal a box, so those two are answered by
//! comparing numbers; the rest goes through the intersection matrix (DE-9IM) of the `geo` crate.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Contains, Intersects, Relate};
use geo_types::{Coord, Rect};

use super::ast::Relation;
use crate::feature::{Geometry, Shape};

/// A literal geometry in the district's CRS with what makes tests cheap.
#[derive(Debug, Clone)]
pub(super) struct Region {
    geometry: Geometry,
    /// `None` for nothing at all.
    bounds: Option<Rect<f64>>,
    /// A box wholly inside, if one is known.
    inner: Option<Rect<f64>>,
    areal: bool,
}

impl Region {
    pub(super) fn new(geometry: Geometry, inner: Option<Rect<f64>>) -> Self {
        let areal = matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
        Self { bounds: geometry.bounding_rect(), inner, areal, geometry }
    }

    /// A box. One without width or height is the line or point it looks like.
    pub(super) fn rect(rect: Rect<f64>) -> Self {
        let geometry: Geometry = match (rect.width() == 0.0, rect.height() == 0.0) {
            (true, true) => geo_types::Point(rect.min()).into(),
            (false, false) => rect.to_polygon().into(),
            _ => geo_types::LineString(vec![rect.min(), rect.max()]).into(),
        };
        Self::new(geometry, Some(rect))
    }

    pub(super) fn bounds(&self) -> Option<Rect<f64>> {
        self.bounds
    }

    pub(super) fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Whether the shape and the region share a point.
    #[inline]
    pub(super) fn meets(&self, shape: &Shape) -> bool {
        // Nearly every feature that is asked about is a point well inside.
        match (shape, self.inner) {
            (Shape::Point(coord), Some(inner)) if inner.contains(coord) => true,
            _ => self.touches(shape),
        }
    }

    fn touches(&self, shape: &Shape) -> bool {
        let Some(bounds) = self.bounds else { return false };
        match shape {
            Shape::Absent => false,
            Shape::Point(coord) => bounds.intersects(coord) && self.position(*coord) != CoordPos::Outside,
            Shape::Other(geometry) => {
                let Some(other) = geometry.bounding_rect() else { return false };
                bounds.intersects(&other)
                    && (self.inner.is_some_and(|inner| holds(inner, other)) || self.geometry.intersects(&**geometry))
            }
        }
    }

    /// Where a coordinate lies. A coordinate on the inner box may lie on the boundary and is looked at exactly.
    fn position(&self, coord: Coord) -> CoordPos {
        match self.inner {
            Some(inner) if inner.contains(&coord) => CoordPos::Inside,
            _ => self.geometry.coordinate_position(&coord),
        }
    }
}

fn holds(outer: Rect<f64>, rect: Rect<f64>) -> bool {
    outer.intersects(&rect.min()) && outer.intersects(&rect.max())
}

/// A spatial test of the feature's geometry.
#[derive(Debug)]
pub(super) struct Spatial {
    pub(super) relation: Relation,
    /// `None` compares the geometry with itself.
    pub(super) region: Option<Region>,
}

impl Spatial {
    /// Unknown without a geometry.
    pub(super) fn truth(&self, shape: &Shape) -> Option<bool> {
        let Some(region) = &self.region else {
            return shape.geometry().map(|geometry| relates(self.relation, &geometry, &geometry));
        };
        match shape {
            Shape::Absent => None,
            Shape::Point(coord) if !region.bounds.is_some_and(|bounds| bounds.intersects(coord)) => Some(self.apart()),
            Shape::Point(coord) if region.areal => Some(match self.relation {
                Relation::Intersects => region.position(*coord) != CoordPos::Outside,
                Relation::Disjoint => region.position(*coord) == CoordPos::Outside,
                Relation::Within => region.position(*coord) == CoordPos::Inside,
                Relation::Touches => region.position(*coord) == CoordPos::OnBoundary,
                // A point neither equals nor holds an area, and crosses and overlaps need two dimensions to differ in.
                Relation::Equals | Relation::Contains | Relation::Crosses | Relation::Overlaps => false,
            }),
            _ => {
                let geometry = shape.geometry()?;
                let near = match (region.bounds, geometry.bounding_rect()) {
                    (Some(a), Some(b)) => a.intersects(&b),
                    _ => false,
                };
                Some(if near { relates(self.relation, &geometry, &region.geometry) } else { self.apart() })
            }
        }
    }

    /// The answer for two geometries without a common point.
    fn apart(&self) -> bool {
        self.relation == Relation::Disjoint
    }

    /// A box that everything passing meets.
    pub(super) fn window(&self) -> Option<Rect<f64>> {
        self.region.as_ref().filter(|_| self.relation != Relation::Disjoint).and_then(Region::bounds)
    }
}

/// Whether two geometries stand in a relation.
pub(super) fn relates(relation: Relation, a: &Geometry, b: &Geometry) -> bool {
    let matrix = a.relate(b);
    match relation {
        Relation::Intersects => matrix.is_intersects(),
        Relation::Equals => matrix.is_equal_topo(),
        Relation::Disjoint => matrix.is_disjoint(),
        Relation::Touches => matrix.is_touches(),
        Relation::Within => matrix.is_within(),
        Relation::Overlaps => matrix.is_overlaps(),
        Relation::Crosses => matrix.is_crosses(),
        Relation::Contains => matrix.is_contains(),
    }
}
