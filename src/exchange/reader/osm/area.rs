//! Areas of several ways: rings are put together at their ends, holes go into the ring they lie in.

use geo::{Contains, Intersects};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};

/// The area of outer and inner ways; `None` if they do not close.
pub fn of(outer: Vec<Vec<Coord>>, inner: Vec<Vec<Coord>>) -> Option<Geometry> {
    let mut polygons: Vec<Polygon> =
        rings(outer)?.into_iter().map(|ring| Polygon::new(LineString(ring), Vec::new())).collect();
    for hole in rings(inner)? {
        let around = |polygon: &&mut Polygon| {
            let shell = Polygon::new(polygon.exterior().clone(), Vec::new());
            // A hole may touch its shell: the first point that lies within tells.
            let within = hole.iter().find(|at| !shell.exterior().intersects(&Point(**at)));
            within.or(hole.first()).is_some_and(|at| shell.contains(&Point(*at)))
        };
        polygons.iter_mut().find(around)?.interiors_push(LineString(hole));
    }
    match polygons.len() {
        0 => None,
        1 => polygons.pop().map(Into::into),
        _ => Some(MultiPolygon(polygons).into()),
    }
}

/// Closed rings of ways that meet at their ends, in whatever order and direction.
fn rings(mut ways: Vec<Vec<Coord>>) -> Option<Vec<Vec<Coord>>> {
    let mut rings = Vec::new();
    while let Some(mut ring) = ways.pop() {
        while ring.first() != ring.last() {
            let end = *ring.last()?;
            let next = ways.iter().position(|way| way.first() == Some(&end) || way.last() == Some(&end))?;
            let mut way = ways.swap_remove(next);
            if way.first() != Some(&end) {
                way.reverse();
            }
            ring.extend(way.into_iter().skip(1));
        }
        if ring.len() < 4 {
            return None;
        }
        rings.push(ring);
    }
    Some(rings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(points: &[(i32, i32)]) -> Vec<Coord> {
        points.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect()
    }

    #[test]
    fn ways_in_any_direction_make_rings_and_holes_go_where_they_lie() {
        let outer = vec![
            way(&[(0, 0), (9, 0), (9, 9)]),
            way(&[(0, 0), (0, 9), (9, 9)]),
            way(&[(20, 0), (29, 0), (29, 9), (20, 0)]),
        ];
        let inner = vec![way(&[(1, 1), (1, 2), (2, 2), (1, 1)])];
        let Some(Geometry::MultiPolygon(area)) = of(outer, inner) else { panic!("an area") };
        let holes: usize = area.0.iter().map(|polygon| polygon.interiors().len()).sum();
        assert_eq!((area.0.len(), holes), (2, 1));
        assert_eq!(of(vec![way(&[(0, 0), (9, 0), (9, 9)])], Vec::new()), None);
    }
}
