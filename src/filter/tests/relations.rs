//! Relations are found by edges and parts where that is enough; the intersection matrix of both geometries has the last word.

use geo::Relate;
use geo_types::{GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::*;
use crate::feature::Geometry;
use crate::filter::ast::Relation;
use crate::filter::place::{Region, Spatial};

const RELATIONS: [Relation; 8] = [
    Relation::Intersects,
    Relation::Equals,
    Relation::Disjoint,
    Relation::Touches,
    Relation::Within,
    Relation::Overlaps,
    Relation::Crosses,
    Relation::Contains,
];

/// Whole coordinates in a small room: edges and corners of two geometries often meet.
fn at(random: &mut Pcg64Mcg) -> (f64, f64) {
    (f64::from(random.random_range(0..16)), f64::from(random.random_range(0..16)))
}

fn boxed(x: f64, y: f64, width: f64, height: f64) -> LineString {
    LineString::from(vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)])
}

/// A box, sometimes with a hole, sometimes a triangle.
fn area(random: &mut Pcg64Mcg) -> Polygon {
    let (x, y) = at(random);
    let (width, height) = (f64::from(random.random_range(3..9)), f64::from(random.random_range(3..9)));
    match random.random_range(0..3) {
        0 => Polygon::new(LineString::from(vec![(x, y), (x + width, y), (x, y + height), (x, y)]), Vec::new()),
        1 => Polygon::new(boxed(x, y, width, height), vec![boxed(x + 1.0, y + 1.0, width - 2.0, height - 2.0)]),
        _ => Polygon::new(boxed(x, y, width, height), Vec::new()),
    }
}

fn line(random: &mut Pcg64Mcg) -> LineString {
    let count = random.random_range(2..5);
    let mut places: Vec<(f64, f64)> = (0..count).map(|_| at(random)).collect();
    places.dedup();
    if places.len() < 2 {
        places.push((places[0].0 + 1.0, places[0].1));
    }
    LineString::from(places)
}

/// Any geometry; areas of several parts lie apart from each other.
fn geometry(random: &mut Pcg64Mcg) -> Geometry {
    match random.random_range(0..7) {
        0 => Point::from(at(random)).into(),
        1 => MultiPoint::from((0..3).map(|_| at(random)).collect::<Vec<_>>()).into(),
        2 => line(random).into(),
        3 => MultiLineString(vec![line(random), line(random)]).into(),
        4 | 5 => area(random).into(),
        _ => {
            let (x, y) = at(random);
            let parts = [(0.0, 3.0), (4.0, 3.0)].map(|(off, side)| boxed(x + off, y, side, side));
            MultiPolygon(parts.map(|ring| Polygon::new(ring, Vec::new())).to_vec()).into()
        }
    }
}

fn by_matrix(relation: Relation, a: &Geometry, b: &Geometry) -> bool {
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

#[test]
fn every_relation_is_the_one_of_the_intersection_matrix() {
    let mut random = Pcg64Mcg::seed_from_u64(11);
    let mut held = [0; RELATIONS.len()];
    for nth in 0..1_500 {
        let feature = geometry(&mut random);
        let literal = if nth % 20 == 0 { feature.clone() } else { geometry(&mut random) };
        let shape = Shape::from(Some(feature.clone()));
        for (nth, relation) in RELATIONS.into_iter().enumerate() {
            let spatial = Spatial { relation, region: Some(Region::new(literal.clone(), None)) };
            let expected = by_matrix(relation, &feature, &literal);
            assert_eq!(spatial.truth(&shape, unlimited()), Some(expected), "{relation:?} {feature:?} {literal:?}");
            held[nth] += usize::from(expected);
        }
    }
    assert!(held.iter().all(|times| *times > 2), "{held:?}: each relation holds sometimes");
}

#[test]
fn a_geometry_stands_to_itself_as_the_matrix_says() {
    let mut random = Pcg64Mcg::seed_from_u64(12);
    for _ in 0..300 {
        let feature = geometry(&mut random);
        for relation in RELATIONS {
            let truth = Spatial { relation, region: None }.truth(&Shape::from(Some(feature.clone())), unlimited());
            assert_eq!(truth, Some(by_matrix(relation, &feature, &feature)), "{relation:?} {feature:?}");
        }
    }
}

#[test]
fn positions_in_a_large_area_are_found_as_in_a_small_one() {
    // A comb with holes in its back, of more positions than are looked at one after the other.
    let teeth = (0..60).flat_map(|n| [(f64::from(n), 10.0), (f64::from(n) + 0.5, 4.0)]);
    let ring: Vec<(f64, f64)> =
        [(0.0, 20.0)].into_iter().chain(teeth).chain([(60.0, 10.0), (60.0, 20.0), (0.0, 20.0)]).collect();
    let holes = (0..10).map(|n| boxed(f64::from(n) * 6.0 + 1.0, 12.0, 3.0, 5.0)).collect();
    let comb = Polygon::new(LineString::from(ring), holes);
    let mut random = Pcg64Mcg::seed_from_u64(13);
    for relation in [Relation::Intersects, Relation::Within, Relation::Touches, Relation::Disjoint] {
        let spatial = Spatial { relation, region: Some(Region::new(comb.clone().into(), None)) };
        for _ in 0..2_000 {
            let place = coord! {
                x: f64::from(random.random_range(-2..126)) / 2.0,
                y: f64::from(random.random_range(6..44)) / 2.0,
            };
            let expected = by_matrix(relation, &Point(place).into(), &comb.clone().into());
            assert_eq!(spatial.truth(&Shape::Point(place), unlimited()), Some(expected), "{relation:?} {place:?}");
        }
    }
}

#[test]
fn parts_of_a_collection_count_each_for_itself() {
    let apart = |x: f64| Geometry::from(Point::from((x, 5.0)));
    let literal = Geometry::GeometryCollection(GeometryCollection(vec![
        Polygon::new(boxed(0.0, 0.0, 10.0, 10.0), Vec::new()).into(),
        apart(50.0),
    ]));
    let meets = |feature: Geometry| {
        let spatial = Spatial { relation: Relation::Intersects, region: Some(Region::new(literal.clone(), None)) };
        spatial.truth(&Shape::from(Some(feature)), unlimited())
    };
    assert_eq!(meets(apart(5.0)), Some(true));
    assert_eq!(meets(apart(50.0)), Some(true));
    assert_eq!(meets(apart(30.0)), Some(false));
    assert_eq!(meets(LineString::from(vec![(2.0, 2.0), (3.0, 3.0)]).into()), Some(true), "wholly inside");
}
