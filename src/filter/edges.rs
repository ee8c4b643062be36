//! The edges of a geometry in a tree, so that a test looks at those nearby and not at all of them.
//!
//! A point counts as an edge without length. What is looked at is counted as effort: shapes whose edges all lie above
//! each other defeat any tree, and are made by attackers.

use std::sync::OnceLock;

use geo::coordinate_position::CoordPos;
use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{BoundingRect, CoordsIter, Intersects};
use geo_types::{Coord, Line, LineString, Point, Polygon, Rect};
use rstar::{AABB, RTree};

use crate::feature::Geometry;
use crate::work::Effort;

/// Steps of one way down the tree, and of an edge found there.
const DESCENT: u64 = 10;
const EDGE: u64 = 2;
/// Edges of a line that are compared with its others at most, before the line counts as hopelessly tangled.
const MOST_TANGLED: u64 = 200_000;

/// The edges of a geometry.
#[derive(Debug, Clone)]
pub(super) struct Edges {
    tree: RTree<Line>,
    /// Beyond the eastern end of all edges.
    east: f64,
    /// One position of each part: a point, a line, a ring.
    parts: Vec<Coord>,
    /// Positions of the geometry.
    pub(super) positions: u64,
    /// Places where its lines cross themselves or each other; areas have none.
    pub(super) tangles: u64,
    own_pairs: OnceLock<u64>,
}

impl Edges {
    /// Puts the edges of a geometry into a tree.
    pub(super) fn of(geometry: &Geometry) -> Self {
        let (mut edges, mut parts) = (Vec::new(), Vec::new());
        visit_parts(geometry, &mut |part| parts.extend(part.first()), &mut |edge| edges.push(edge));
        let east = geometry.bounding_rect().map_or(0.0, |bounds| bounds.max().x);
        let tree = RTree::bulk_load(edges);
        let is_areal = matches!(geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
        let tangles = if is_areal { 0 } else { tangles(&tree) };
        Self { tree, east, parts, positions: geometry.coords_count() as u64, tangles, own_pairs: OnceLock::new() }
    }

    /// Whether an edge of another geometry shares a point with one of these.
    pub(super) fn meet(&self, other: &Geometry, effort: &Effort) -> bool {
        let mut meets = false;
        visit_edges(other, &mut |edge| meets = meets || self.near(edge, effort).any(|mine| mine.intersects(&edge)));
        meets
    }

    /// How many pairs of edges share a point, or fewer if the effort ends before.
    pub(super) fn contacts(&self, other: &Geometry, effort: &Effort) -> u64 {
        let mut contacts = 0;
        visit_edges(other, &mut |edge| {
            if effort.check().is_ok() {
                contacts += self.near(edge, effort).filter(|mine| mine.intersects(&edge)).count() as u64;
            }
        });
        contacts
    }

    /// Pairs of the geometry's own edges whose boxes meet. Every matrix looks at all of them, whatever the other geometry is;
    /// of a border there are a few to each edge, of a comb as many as its edges squared.
    pub(super) fn own_pairs(&self) -> u64 {
        *self.own_pairs.get_or_init(|| self.tree.intersection_candidates_with_other_tree(&self.tree).count() as u64)
    }

    /// Where a position lies, if the edges are those of an area: how many of them it has to its east decides.
    pub(super) fn position(&self, at: Coord, effort: &Effort) -> CoordPos {
        let mut inside = false;
        for edge in self.near(Line::new(at, Coord { x: self.east.max(at.x), y: at.y }), effort) {
            if edge.intersects(&at) {
                return CoordPos::OnBoundary;
            }
            let (lower, upper) =
                if edge.start.y <= edge.end.y { (edge.start, edge.end) } else { (edge.end, edge.start) };
            // Of two edges that meet at its height only one counts.
            let crosses = lower.y <= at.y && at.y < upper.y;
            inside ^= crosses && RobustKernel::orient2d(lower, upper, at) == Orientation::CounterClockwise;
        }
        if inside { CoordPos::Inside } else { CoordPos::Outside }
    }

    /// How many parts lie in a box, and how many of these inside an area.
    pub(super) fn parts_inside(&self, area: &Geometry, bounds: Rect<f64>, effort: &Effort) -> Share {
        effort.spend(1 + self.parts.len() as u64 / 8);
        if !is_areal(area) {
            return Share::None;
        }
        let positions = area.coords_count() as u64;
        let is_inside = |at: &Coord| {
            effort.spend(positions);
            effort.check().is_ok() && {
                use geo::coordinate_position::CoordinatePosition;
                area.coordinate_position(at) == CoordPos::Inside
            }
        };
        Share::of(self.parts.iter().map(|at| bounds.intersects(at) && is_inside(at)))
    }

    /// The edges whose boxes meet that of another edge.
    fn near<'e>(&'e self, edge: Line, effort: &'e Effort) -> impl Iterator<Item = &'e Line> {
        effort.spend(DESCENT);
        let found = self.tree.locate_in_envelope_intersecting(&box_of(edge));
        found.inspect(|_| effort.spend(EDGE))
    }
}

/// How many of some parts lie inside of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    None,
    Some,
    All,
}

impl Share {
    /// Looks at no more of them than it takes.
    pub(super) fn of(inside: impl Iterator<Item = bool>) -> Self {
        let (mut some, mut all) = (false, true);
        for one in inside {
            some |= one;
            all &= one;
            if some && !all {
                return Self::Some;
            }
        }
        if some { Self::All } else { Self::None }
    }
}

/// Whether a geometry has an area.
pub(super) fn is_areal(geometry: &Geometry) -> bool {
    match geometry {
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => true,
        Geometry::GeometryCollection(parts) => parts.0.iter().any(is_areal),
        _ => false,
    }
}

/// One position of each part of a geometry.
pub(super) fn visit_first(geometry: &Geometry, visit: &mut dyn FnMut(Coord)) {
    visit_parts(geometry, &mut |part| part.first().into_iter().for_each(|at| visit(*at)), &mut |_| {});
}

fn visit_edges(geometry: &Geometry, edge: &mut dyn FnMut(Line)) {
    visit_parts(geometry, &mut |_| {}, edge);
}

/// Calls for each part of a geometry and for each edge of it.
fn visit_parts(geometry: &Geometry, part: &mut dyn FnMut(&[Coord]), edge: &mut dyn FnMut(Line)) {
    let line = |line: &LineString, part: &mut dyn FnMut(&[Coord]), edge: &mut dyn FnMut(Line)| {
        part(&line.0);
        line.lines().for_each(edge);
    };
    let point = |point: &Point, part: &mut dyn FnMut(&[Coord]), edge: &mut dyn FnMut(Line)| {
        part(&[point.0]);
        edge(Line::new(point.0, point.0));
    };
    let polygon = |polygon: &Polygon, part: &mut dyn FnMut(&[Coord]), edge: &mut dyn FnMut(Line)| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).for_each(|ring| line(ring, part, edge));
    };
    match geometry {
        Geometry::Point(at) => point(at, part, edge),
        Geometry::MultiPoint(points) => points.0.iter().for_each(|at| point(at, part, edge)),
        Geometry::Line(straight) => line(&LineString::from(*straight), part, edge),
        Geometry::LineString(string) => line(string, part, edge),
        Geometry::MultiLineString(lines) => lines.0.iter().for_each(|string| line(string, part, edge)),
        Geometry::Polygon(area) => polygon(area, part, edge),
        Geometry::MultiPolygon(areas) => areas.0.iter().for_each(|area| polygon(area, part, edge)),
        Geometry::Rect(rect) => polygon(&rect.to_polygon(), part, edge),
        Geometry::Triangle(triangle) => polygon(&triangle.to_polygon(), part, edge),
        Geometry::GeometryCollection(parts) => parts.0.iter().for_each(|inner| visit_parts(inner, part, edge)),
    }
}

/// Pairs of edges of lines that share a point; those that follow each other do.
fn tangles(tree: &RTree<Line>) -> u64 {
    let (mut looked, mut met) = (0, 0);
    for edge in tree {
        for other in tree.locate_in_envelope_intersecting(&box_of(*edge)) {
            looked += 1;
            met += u64::from(edge.intersects(other));
        }
        if looked > MOST_TANGLED {
            return u64::MAX;
        }
    }
    met
}

fn box_of(edge: Line) -> AABB<Point> {
    AABB::from_corners(edge.start.into(), edge.end.into())
}
