//! Whether a geometry is one: finite, with enough positions, no ring that crosses itself, holes inside their shell, parts
//! beside each other (OGC 06-103r4, 6.1.11).
//!
//! The library's own check compares every edge of a ring with every other, and every part with every other: a lake of
//! 50,000 positions takes it a minute, and a thread with it. Here edges meet only those whose extent they share, in one
//! sweep from west to east, and all the work has a limit, since the shapes that defeat a sweep are made by attackers.

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::{BoundingRect, CoordsIter, Intersects, PreparedGeometry, Relate, Validation};
use geo_types::{Line, LineString, Polygon, Rect};

use super::Geometry;
use super::fault::{InvalidShape, Pieces, Ring};

/// Pairs of edges, or positions of pairs of rings, that are compared for one geometry: about a second.
pub(super) const MOST_COMPARISONS: usize = 20_000_000;

/// Why a geometry is not valid, found with so many comparisons at most.
pub(super) fn check(geometry: &Geometry, comparisons: usize) -> Result<(), InvalidShape> {
    let mut budget = Budget(comparisons);
    match geometry {
        Geometry::Polygon(polygon) => budget.polygon(polygon),
        Geometry::MultiPolygon(polygons) => {
            for (n, polygon) in polygons.iter().enumerate() {
                budget.polygon(polygon).map_err(|fault| InvalidShape::InPart { part: n, fault: Box::new(fault) })?;
            }
            let bounds: Vec<_> = polygons.iter().map(BoundingRect::bounding_rect).collect();
            budget.pairs(&bounds, |budget, a, b| budget.beside(Pieces::Parts, (a, &polygons.0[a]), (b, &polygons.0[b])))
        }
        other if other.coords_iter().any(|at| !at.x.is_finite() || !at.y.is_finite()) => Err(InvalidShape::NotFinite),
        // Of what has no rings the library finds nothing else wrong.
        other => other.check_validation().map_err(|_| InvalidShape::LineTooShort),
    }
}

/// The comparisons that may still be made.
struct Budget(usize);

impl Budget {
    fn spend(&mut self, comparisons: usize) -> Result<(), InvalidShape> {
        self.0 = self.0.checked_sub(comparisons).ok_or(InvalidShape::TooIntricate)?;
        Ok(())
    }

    fn polygon(&mut self, polygon: &Polygon) -> Result<(), InvalidShape> {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        for (n, ring) in rings.enumerate() {
            self.ring(ring, n.checked_sub(1).map_or(Ring::Exterior, Ring::Interior))?;
        }
        if polygon.interiors().is_empty() {
            return Ok(());
        }
        let shell = Polygon::new(polygon.exterior().clone(), Vec::new());
        let prepared = PreparedGeometry::from(&shell);
        let holes: Vec<Polygon> =
            polygon.interiors().iter().map(|ring| Polygon::new(ring.clone(), Vec::new())).collect();
        for (n, hole) in holes.iter().enumerate() {
            self.spend(shell.coords_count() + hole.coords_count())?;
            let relation = prepared.relate(hole);
            if !relation.is_contains() {
                return Err(InvalidShape::HoleOutside { hole: n });
            }
            if relation.get(CoordPos::OnBoundary, CoordPos::OnBoundary) == Dimensions::OneDimensional {
                return Err(InvalidShape::HoleOnShell { hole: n });
            }
        }
        let bounds: Vec<_> = holes.iter().map(BoundingRect::bounding_rect).collect();
        self.pairs(&bounds, |budget, a, b| budget.beside(Pieces::InteriorRings, (a, &holes[a]), (b, &holes[b])))
    }

    fn ring(&mut self, ring: &LineString, which: Ring) -> Result<(), InvalidShape> {
        if ring.0.iter().any(|at| !at.x.is_finite() || !at.y.is_finite()) {
            return Err(InvalidShape::RingNotFinite { ring: which });
        }
        // A position that is repeated makes an edge without length, which would touch both of its neighbours.
        let edges: Vec<Line> = ring.lines().filter(|edge| edge.start != edge.end).collect();
        if edges.len() < 3 {
            return Err(InvalidShape::RingTooShort { ring: which });
        }
        let bounds: Vec<_> = edges.iter().map(|edge| Some(edge.bounding_rect())).collect();
        self.pairs(&bounds, |_, a, b| {
            let (one, other) = (edges[a], edges[b]);
            let follow = one.start == other.end || one.end == other.start;
            let crosses = !follow && one.intersects(&other);
            if crosses { Err(InvalidShape::SelfIntersection { ring: which }) } else { Ok(()) }
        })
    }

    /// Two areas that may touch in points, and share nothing else.
    fn beside(
        &mut self,
        what: Pieces,
        (a, one): (usize, &Polygon),
        (b, other): (usize, &Polygon),
    ) -> Result<(), InvalidShape> {
        self.spend(one.coords_count() + other.coords_count())?;
        let relation = one.relate(other);
        if relation.get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional {
            return Err(InvalidShape::Overlap { what, one: a, other: b });
        }
        if relation.get(CoordPos::OnBoundary, CoordPos::OnBoundary) == Dimensions::OneDimensional {
            return Err(InvalidShape::TouchOnLine { what, one: a, other: b });
        }
        Ok(())
    }

    /// Calls for each pair whose extents meet.
    fn pairs(
        &mut self,
        bounds: &[Option<Rect<f64>>],
        mut meet: impl FnMut(&mut Self, usize, usize) -> Result<(), InvalidShape>,
    ) -> Result<(), InvalidShape> {
        let mut order: Vec<(Rect<f64>, usize)> =
            bounds.iter().enumerate().filter_map(|(n, bounds)| Some(((*bounds)?, n))).collect();
        order.sort_by(|a, b| a.0.min().x.total_cmp(&b.0.min().x));
        let mut open: Vec<(Rect<f64>, usize)> = Vec::new();
        for (bounds, n) in order {
            self.spend(open.len())?;
            open.retain(|(other, _)| other.max().x >= bounds.min().x);
            for (other, k) in &open {
                if other.max().y >= bounds.min().y && other.min().y <= bounds.max().y {
                    meet(self, n.min(*k), n.max(*k))?;
                }
            }
            open.push((bounds, n));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use geo_types::{Coord, MultiPolygon, polygon};

    use super::*;

    fn square(x: f64, y: f64, size: f64) -> Polygon {
        polygon![(x: x, y: y), (x: x + size, y: y), (x: x + size, y: y + size), (x: x, y: y + size), (x: x, y: y)]
    }

    fn fault(geometry: impl Into<Geometry>) -> String {
        check(&geometry.into(), MOST_COMPARISONS).expect_err("a fault").to_string()
    }

    fn round(positions: u32) -> LineString {
        let at = |n: u32| TAU * f64::from(n % positions) / f64::from(positions);
        (0..=positions).map(|n| Coord { x: at(n).cos(), y: at(n).sin() }).collect()
    }

    #[test]
    fn rings_that_cross_touch_or_vanish_are_named() {
        let crossing = polygon![(x: 0., y: 0.), (x: 1., y: 1.), (x: 1., y: 0.), (x: 0., y: 1.), (x: 0., y: 0.)];
        assert_eq!(fault(crossing), "exterior ring has a self-intersection");
        let flat = polygon![(x: 0., y: 0.), (x: 1., y: 0.), (x: 0., y: 0.), (x: 0., y: 0.)];
        assert_eq!(fault(flat), "exterior ring must have at least 3 distinct points");
        let holed = |holes: Vec<Polygon>| {
            Polygon::new(square(0., 0., 10.).exterior().clone(), holes.iter().map(|h| h.exterior().clone()).collect())
        };
        let outside = fault(holed(vec![square(8., 8., 4.)]));
        assert_eq!(outside, "interior ring at index 0 is not contained within the polygon's exterior");
        let both = fault(holed(vec![square(1., 1., 3.), square(2., 2., 3.)]));
        assert_eq!(both, "interior rings 0 and 1 overlap");
        assert_eq!(check(&holed(vec![square(1., 1., 2.), square(5., 5., 2.)]).into(), MOST_COMPARISONS), Ok(()));
        let parts = |parts: Vec<Polygon>| MultiPolygon::new(parts);
        assert_eq!(fault(parts(vec![square(0., 0., 2.), square(1., 1., 2.)])), "parts 0 and 1 overlap");
        assert_eq!(fault(parts(vec![square(0., 0., 2.), square(2., 0., 2.)])), "parts 0 and 1 touch on a line");
        assert_eq!(
            check(&parts(vec![square(0., 0., 2.), square(2., 2., 2.)]).into(), MOST_COMPARISONS),
            Ok(()),
            "touch in a point"
        );
    }

    #[test]
    fn a_repeated_position_is_no_crossing() {
        let mut ring = square(0., 0., 1.).exterior().0.clone();
        ring.insert(1, ring[0]);
        ring.insert(3, ring[2]);
        assert_eq!(check(&Polygon::new(LineString(ring), Vec::new()).into(), MOST_COMPARISONS), Ok(()));
    }

    #[test]
    fn the_largest_shape_that_is_taken_needs_few_comparisons_and_an_intricate_one_is_refused() {
        let large: Polygon = Polygon::new(round(99_000), Vec::new());
        let mut budget = Budget(MOST_COMPARISONS);
        assert_eq!(budget.polygon(&large), Ok(()));
        assert!(budget.0 > MOST_COMPARISONS / 2, "{} comparisons left", budget.0);
        // Long teeth, one above the other: every edge shares its west and east with every other.
        let teeth = (0..20_000).flat_map(|n| [(0.0, f64::from(n)), (1.0, f64::from(n) + 0.5)]);
        let comb: Polygon = Polygon::new(teeth.chain([(-1.0, 20_000.0)]).collect(), Vec::new());
        assert!(fault(comb).contains("too intricate"));
    }
}
