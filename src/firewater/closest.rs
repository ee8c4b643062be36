//! The point of a source that lies nearest to a place: where a crew sets its suction hose.

use geo::{Closest, ClosestPoint};
use geo_types::{Coord, LineString, Point, Polygon};

use crate::feature::{Geometry, Shape};

/// The point of a shape nearest to a place, and how far it is in the plane. Inside an area that is the place itself.
pub(super) fn closest(shape: &Shape, from: Coord) -> Option<(Coord, f64)> {
    let nearest = match shape {
        Shape::Absent => return None,
        Shape::Point(coord) => *coord,
        Shape::Other(geometry) => match &**geometry {
            Geometry::Polygon(area) => closest_of_area(area, from),
            other => match other.closest_point(&Point(from)) {
                Closest::Intersection(point) | Closest::SinglePoint(point) => point.0,
                Closest::Indeterminate => return None,
            },
        },
    };
    let (east, north) = (nearest.x - from.x, nearest.y - from.y);
    Some((nearest, (east * east + north * north).sqrt()))
}

/// The same of an area. One look at each edge says how near it comes and whether a ray from the place to the east crosses
/// it: an odd number of crossings is inside. `geo` looks twice and takes a root at every edge.
fn closest_of_area(area: &Polygon, from: Coord) -> Coord {
    let (mut nearest, mut least, mut is_inside) = (from, f64::INFINITY, false);
    for edge in std::iter::once(area.exterior()).chain(area.interiors()).flat_map(LineString::lines) {
        let (dx, dy) = (edge.end.x - edge.start.x, edge.end.y - edge.start.y);
        let (px, py) = (from.x - edge.start.x, from.y - edge.start.y);
        let length = dx * dx + dy * dy;
        let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (east, north) = (px - along * dx, py - along * dy);
        let squared = east * east + north * north;
        if squared < least {
            (nearest, least) = (Coord { x: from.x - east, y: from.y - north }, squared);
        }
        is_inside ^= (edge.start.y > from.y) != (edge.end.y > from.y) && px < dx * py / dy;
    }
    if is_inside { from } else { nearest }
}

#[cfg(test)]
mod tests {
    use geo_types::polygon;
    use rand::{RngExt, SeedableRng};

    use super::*;

    #[test]
    fn the_place_nearest_in_an_area_is_the_one_that_geo_finds() {
        let area = polygon![
            exterior: [(x: 0.0, y: 0.0), (x: 60.0, y: -10.0), (x: 100.0, y: 40.0), (x: 55.0, y: 30.0), (x: 20.0, y: 90.0)],
            interiors: [[(x: 20.0, y: 10.0), (x: 40.0, y: 10.0), (x: 40.0, y: 25.0), (x: 20.0, y: 30.0)]],
        ];
        let mut random = rand_pcg::Pcg64::seed_from_u64(11);
        let scattered = (0..5_000).map(|_| (random.random_range(-50.0..150.0), random.random_range(-50.0..150.0)));
        // At the height of corners, where a ray meets two edges at once.
        let level = (-50..150).flat_map(|x| [0.0, -10.0, 10.0, 40.0, 90.0].map(|y| (f64::from(x), y)));
        for (x, y) in scattered.chain(level) {
            let from = Coord { x, y };
            let (Closest::Intersection(expected) | Closest::SinglePoint(expected)) = area.closest_point(&Point(from))
            else {
                panic!("somewhere");
            };
            let found = closest_of_area(&area, from);
            let metres = |to: Coord| (to.x - x).hypot(to.y - y);
            assert!((metres(found) - metres(expected.0)).abs() < 1e-9, "from {from:?}: {found:?}, not {expected:?}");
        }
    }
}
