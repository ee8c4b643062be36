//! Spatial tests. Nearly every feature is a point and nearly every literal a box, so those two are answered by
//! comparing numbers. Of the rest most lie wholly inside or wholly outside of each other, which is seen from their edges
//! and one position of each part; only what is left goes through the intersection matrix (DE-9IM) of the `geo` crate,
//! which looks at all positions of both.

use std::sync::OnceLock;

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Contains, CoordsIter, Intersects, Relate};
use geo_types::{Coord, Rect};

use super::ast::Relation;
use super::edges::{Edges, Share, is_areal, visit_first};
use crate::feature::{Geometry, Shape};
use crate::work::Effort;

/// Geometries of fewer positions are looked at from one end to the other.
const FEW: usize = 64;
/// Steps of a matrix for each position of the two geometries, most of a microsecond, and for each place where edges meet,
/// which takes memory above all.
const MATRIX: u64 = 40;
const CONTACT: u64 = 500;
/// Pairs of a geometry's own edges that a matrix looks at in the time of a step.
const PAIRS_IN_A_STEP: u64 = 4;

/// A literal geometry in the district's CRS with what makes tests cheap.
#[derive(Debug, Clone)]
pub(super) struct Region {
    geometry: Geometry,
    /// `None` for nothing at all.
    bounds: Option<Rect<f64>>,
    /// A box wholly inside, if one is known.
    inner: Option<Rect<f64>>,
    areal: bool,
    few: bool,
    /// Made when they are needed.
    edges: OnceLock<Box<Edges>>,
}

impl Region {
    pub(super) fn new(geometry: Geometry, inner: Option<Rect<f64>>) -> Self {
        let areal = matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
        let few = geometry.coords_count() < FEW;
        Self { bounds: geometry.bounding_rect(), inner, areal, few, edges: OnceLock::new(), geometry }
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

    /// Positions of the geometry.
    pub(super) fn positions(&self) -> u64 {
        self.geometry.coords_count() as u64
    }

    fn edges(&self) -> &Edges {
        self.edges.get_or_init(|| Box::new(Edges::of(&self.geometry)))
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
            Shape::Point(coord) => {
                bounds.intersects(coord) && self.position(*coord, &Effort::new()) != CoordPos::Outside
            }
            Shape::Other(geometry) => {
                let Some(other) = geometry.bounding_rect() else { return false };
                bounds.intersects(&other)
                    && (self.inner.is_some_and(|inner| holds(inner, other)) || self.shares_a_point(geometry))
            }
        }
    }

    fn shares_a_point(&self, geometry: &Geometry) -> bool {
        if self.few {
            return self.geometry.intersects(geometry);
        }
        self.relation_is(Relation::Intersects, geometry, &Effort::new()) == Some(true)
    }

    /// Where a coordinate lies. A coordinate on the inner box may lie on the boundary and is looked at exactly.
    fn position(&self, coord: Coord, effort: &Effort) -> CoordPos {
        match self.inner {
            Some(inner) if inner.contains(&coord) => CoordPos::Inside,
            _ if self.areal && !self.few => self.edges().position(coord, effort),
            _ => {
                effort.spend(self.positions());
                self.geometry.coordinate_position(&coord)
            }
        }
    }

    /// Whether a geometry near the region stands in a relation to it. `None` if finding out costs too much.
    pub(super) fn relation_is(&self, relation: Relation, geometry: &Geometry, effort: &Effort) -> Option<bool> {
        let edges = self.edges();
        let truth = if edges.meet(geometry, effort) {
            match relation {
                Relation::Intersects => true,
                Relation::Disjoint => false,
                _ => self.by_matrix(relation, geometry, effort)?,
            }
        } else {
            // No edge meets another, so each part lies wholly inside or wholly outside of the other geometry.
            let bounds = geometry.bounding_rect()?;
            match (self.parts_of(geometry, effort), edges.parts_inside(geometry, bounds, effort)) {
                (Share::None, Share::None) => relation == Relation::Disjoint,
                (_, _) if matches!(relation, Relation::Intersects | Relation::Disjoint) => {
                    relation == Relation::Intersects
                }
                (Share::All, Share::None) => relation == Relation::Within,
                (Share::None, Share::All) => relation == Relation::Contains,
                _ => self.by_matrix(relation, geometry, effort)?,
            }
        };
        (effort.left() > 0).then_some(truth)
    }

    /// How many parts of a geometry lie inside the region, if none of its edges meets one of the region's.
    fn parts_of(&self, geometry: &Geometry, effort: &Effort) -> Share {
        if !is_areal(&self.geometry) {
            return Share::None;
        }
        let mut firsts = Vec::new();
        visit_first(geometry, &mut |at| firsts.push(at));
        Share::of(firsts.into_iter().map(|at| self.position(at, effort) == CoordPos::Inside))
    }

    fn by_matrix(&self, relation: Relation, geometry: &Geometry, effort: &Effort) -> Option<bool> {
        let edges = self.edges();
        let contacts = edges.contacts(geometry, effort).saturating_add(edges.tangles);
        let positions = edges.positions + geometry.coords_count() as u64;
        let pairs = edges.own_pairs() / PAIRS_IN_A_STEP;
        effort.spend(contacts.saturating_mul(CONTACT).saturating_add(positions * MATRIX + pairs));
        (effort.left() > 0).then(|| relates(relation, geometry, &self.geometry))
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
    pub(super) fn truth(&self, shape: &Shape, effort: &Effort) -> Option<bool> {
        let Some(region) = &self.region else {
            return (!matches!(shape, Shape::Absent)).then_some(holds_of_itself(self.relation));
        };
        match shape {
            Shape::Absent => None,
            Shape::Point(coord) if !region.bounds.is_some_and(|bounds| bounds.intersects(coord)) => Some(self.apart()),
            Shape::Point(coord) if region.areal => Some(match self.relation {
                Relation::Intersects => region.position(*coord, effort) != CoordPos::Outside,
                Relation::Disjoint => region.position(*coord, effort) == CoordPos::Outside,
                Relation::Within => region.position(*coord, effort) == CoordPos::Inside,
                Relation::Touches => region.position(*coord, effort) == CoordPos::OnBoundary,
                // A point neither equals nor holds an area, and crosses and overlaps need two dimensions to differ in.
                Relation::Equals | Relation::Contains | Relation::Crosses | Relation::Overlaps => false,
            }),
            _ => {
                let geometry = shape.geometry()?;
                let near = match (region.bounds, geometry.bounding_rect()) {
                    (Some(a), Some(b)) => a.intersects(&b),
                    _ => false,
                };
                if near { region.relation_is(self.relation, &geometry, effort) } else { Some(self.apart()) }
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

/// Whether a geometry stands in a relation to itself.
fn holds_of_itself(relation: Relation) -> bool {
    matches!(relation, Relation::Intersects | Relation::Equals | Relation::Within | Relation::Contains)
}

/// Whether two geometries stand in a relation.
fn relates(relation: Relation, a: &Geometry, b: &Geometry) -> bool {
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

/// Whether two literals stand in a relation. `None` if finding out costs too much.
pub(super) fn literals(relation: Relation, a: &Region, b: &Region, effort: &Effort) -> Option<bool> {
    match (a.bounds, b.bounds) {
        (Some(one), Some(other)) if one.intersects(&other) => b.relation_is(relation, &a.geometry, effort),
        _ => Some(relates(relation, &a.geometry, &b.geometry)),
    }
}
