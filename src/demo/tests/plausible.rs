//! The district holds together on the map.

use std::collections::{HashMap, HashSet};

use geo::algorithm::{Area, BoundingRect, Contains, Validation};
use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use sha2::{Digest, Sha256};

use super::super::grid::SegmentGrid;
use super::{district, of, plan};
use crate::demo::{DemoFeature, generate};

fn polygon(feature: &DemoFeature) -> &Polygon<f64> {
    let Some(Geometry::Polygon(polygon)) = &feature.geometry else { panic!("no polygon: {feature:?}") };
    polygon
}

fn point(feature: &DemoFeature) -> Point<f64> {
    let Some(Geometry::Point(point)) = &feature.geometry else { panic!("no point: {feature:?}") };
    *point
}

fn text<'a>(feature: &'a DemoFeature, name: &str) -> &'a str {
    feature.properties[name].as_str().unwrap()
}

fn hash(seed: u64) -> Vec<u8> {
    let mut sha = Sha256::new();
    for feature in generate(&plan(seed, 300)) {
        sha.update(format!("{feature:?}"));
    }
    sha.finalize().to_vec()
}

fn key(p: Coord<f64>) -> (i64, i64) {
    ((p.x * 100.0).round() as i64, (p.y * 100.0).round() as i64)
}

#[test]
fn the_same_seed_gives_the_same_district_and_another_seed_another_one() {
    assert_eq!(hash(7), hash(7));
    assert_ne!(hash(7), hash(8));
}

#[test]
fn there_are_exactly_as_many_hydrants_as_planned_and_collections_come_in_order() {
    for hydrants in [0, 299] {
        let made = generate(&plan(3, hydrants)).filter(|feature| feature.collection == "hydrants").count();
        assert_eq!(made, hydrants);
    }
    let mut order: Vec<&str> = district().iter().map(|feature| feature.collection).collect();
    order.dedup();
    assert_eq!(
        order,
        [
            "municipalities",
            "roads",
            "buildings",
            "addresses",
            "water_sources",
            "suction_points",
            "hydrants",
            "hydrant_signs"
        ]
    );
}

#[test]
fn municipalities_share_their_borders_and_leave_no_gap() {
    let rings: Vec<&Polygon<f64>> = of("municipalities").map(polygon).collect();
    assert_eq!(rings.len(), 84);
    assert!(rings.iter().all(|ring| ring.is_valid()));
    let mut edges = HashSet::new();
    for ring in &rings {
        for line in ring.exterior().lines() {
            assert!(edges.insert((key(line.start), key(line.end))), "two municipalities on one side of a border");
        }
    }
    // What has no counterpart is the outer border: one closed line round all land.
    let outer: HashMap<_, _> = edges.iter().filter(|(a, b)| !edges.contains(&(*b, *a))).copied().collect();
    let start = *outer.keys().next().unwrap();
    let mut border = vec![start];
    while border.len() == 1 || border[border.len() - 1] != start {
        border.push(outer[&border[border.len() - 1]]);
    }
    assert_eq!(border.len() - 1, outer.len(), "more than one outer border");
    let coords = border.iter().map(|(x, y)| Coord { x: *x as f64 / 100.0, y: *y as f64 / 100.0 });
    let district = Polygon::new(LineString::from_iter(coords), Vec::new());
    let sum: f64 = rings.iter().map(|ring| ring.unsigned_area()).sum();
    assert!((district.unsigned_area() - sum).abs() < 1.0);
}

#[test]
fn every_address_lies_in_its_municipality() {
    let land: HashMap<&str, &Polygon<f64>> = of("municipalities").map(|it| (text(it, "name"), polygon(it))).collect();
    for address in of("addresses") {
        assert!(land[text(address, "post_town")].contains(&point(address)), "{address:?}");
    }
}

#[test]
fn every_hydrant_lies_within_15_m_of_a_street() {
    let mut streets = SegmentGrid::default();
    for road in of("roads").filter(|road| road.properties.contains_key("name")) {
        let Some(Geometry::LineString(line)) = &road.geometry else { panic!("{road:?}") };
        streets.add(&line.0, 0);
    }
    for hydrant in of("hydrants") {
        assert!(streets.nearest(point(hydrant).0, 15.0).is_some(), "{hydrant:?}");
    }
}

#[test]
fn every_classed_road_begins_at_a_street() {
    let mut streets = SegmentGrid::default();
    for road in of("roads").filter(|road| road.properties.contains_key("name")) {
        let Some(Geometry::LineString(line)) = &road.geometry else { panic!("{road:?}") };
        streets.add(&line.0, 0);
    }
    let open = ["primary", "secondary", "tertiary", "unclassified"];
    for road in of("roads").filter(|road| !road.properties.contains_key("name") && open.contains(&text(road, "class")))
    {
        let Some(Geometry::LineString(line)) = &road.geometry else { panic!("{road:?}") };
        assert!(streets.nearest(line.0[0], 0.5).is_some(), "{road:?}");
    }
}

#[test]
fn every_object_lies_in_the_district_or_at_its_edge() {
    let land: Vec<(&Polygon<f64>, _)> =
        of("municipalities").map(|it| (polygon(it), polygon(it).bounding_rect().unwrap())).collect();
    for feature in district().iter().filter(|feature| matches!(feature.geometry, Some(Geometry::Point(_)))) {
        let place = point(feature);
        let inside = land.iter().any(|(ring, around)| around.contains(&place) && ring.contains(&place));
        assert!(inside, "{feature:?}");
    }
}

#[test]
fn numbers_are_used_once() {
    for collection in ["hydrants", "water_sources", "suction_points"] {
        let mut seen = HashSet::new();
        assert!(of(collection).all(|feature| seen.insert(text(feature, "ref"))));
    }
}

#[test]
fn footprints_and_ponds_are_valid_and_buildings_do_not_stand_in_each_other() {
    for feature in of("buildings").chain(of("water_sources")) {
        if let Some(Geometry::Polygon(ring)) = &feature.geometry {
            assert!(ring.is_valid(), "{feature:?}");
            assert!(ring.unsigned_area() > 5.0);
        }
    }
    let middles: Vec<Point<f64>> = of("addresses").map(point).collect();
    let mut seen = HashSet::new();
    assert!(middles.iter().all(|p| seen.insert(key(p.0))));
}

#[test]
fn a_sign_leads_to_its_hydrant() {
    let hydrants: HashMap<&str, Point<f64>> = of("hydrants").map(|it| (text(it, "ref"), point(it))).collect();
    let mut checked = 0;
    for sign in of("hydrant_signs").filter(|sign| sign.geometry.is_some()) {
        let number = |name: &str| sign.properties.get(name).and_then(serde_json::Value::as_f64);
        let Some(bearing) = number("bearing") else {
            continue;
        };
        let (sin, cos) = bearing.to_radians().sin_cos();
        let ahead = number("offset_ahead").unwrap();
        // Facing the sign one looks against its bearing; left is then 90° on from the bearing.
        let aside = number("offset_left").unwrap_or(0.0) - number("offset_right").unwrap_or(0.0);
        let (x, y) = (sin * ahead + cos * aside, cos * ahead - sin * aside);
        let found = point(sign) + Point::new(x, y);
        let hydrant = hydrants[text(sign, "object_ref")];
        assert!((found - hydrant).x().hypot((found - hydrant).y()) < 0.3, "{sign:?}");
        checked += 1;
    }
    assert!(checked > 500);
}

#[test]
fn open_water_and_tanks_are_a_good_part_of_the_fire_water_in_the_country() {
    let rural = of("hydrants").filter(|it| !text(it, "ref").is_empty() && it.properties.contains_key("place")).count();
    // Six of ten village hydrants name their place.
    let share = of("water_sources").count() as f64 / (rural as f64 / 0.6 + of("water_sources").count() as f64);
    assert!((0.22..0.45).contains(&share), "{share}");
}
