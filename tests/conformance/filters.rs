//! A filter for every class of CQL2 that we claim, against a plain search through all features in this process.

use geo::{BoundingRect, Contains, Intersects, Relate};
use geo_types::{Geometry, LineString, Point, Polygon, Rect, polygon};
use serde_json::{Map, Value as Json};

use crate::server::Server;

/// What a test looks at: one feature as it was given to everybody.
struct Feature {
    id: String,
    geometry: Geometry<f64>,
    properties: Map<String, Json>,
}

impl Feature {
    fn read(json: &Json) -> Self {
        let geometry = serde_json::from_value::<geojson::Geometry>(json["geometry"].clone()).expect("a geometry");
        Self {
            id: json["id"].as_str().expect("an id").to_owned(),
            geometry: Geometry::try_from(geometry).expect("a geometry"),
            properties: json["properties"].as_object().expect("properties").clone(),
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.properties.get(name)?.as_str()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.properties.get(name)?.as_f64()
    }
}

type Test = fn(&Feature) -> bool;

/// Asks for each filter, and compares the ids with those the test finds. Every filter must let some through and keep
/// some back, or it would prove nothing.
fn compare(collection: &str, cases: &[(&str, Test)]) {
    let server = Server::demo();
    let all: Vec<Feature> = server.features(collection, &[]).iter().map(Feature::read).collect();
    assert!(all.len() > 1_000, "{} features", all.len());
    for (filter, test) in cases {
        let found = server.features(collection, &[("filter", filter), ("properties", "updated_at")]);
        let mut found: Vec<&str> = found.iter().map(|feature| feature["id"].as_str().expect("an id")).collect();
        let mut expected: Vec<&str> =
            all.iter().filter(|feature| test(feature)).map(|feature| feature.id.as_str()).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert!(!expected.is_empty() && expected.len() < all.len(), "{filter} tells nothing apart: {}", expected.len());
        let (missing, wrong) = (without(&expected, &found), without(&found, &expected));
        assert!(
            missing.is_empty() && wrong.is_empty() && found.len() == expected.len(),
            "{filter}: {} expected, {} found; missing {missing:?}, wrong {wrong:?}",
            expected.len(),
            found.len()
        );
    }
}

fn without<'a>(these: &[&'a str], those: &[&str]) -> Vec<&'a str> {
    these.iter().copied().filter(|id| those.binary_search(id).is_err()).take(5).collect()
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace('ß', "ss").replace('ä', "a").replace('ö', "o").replace('ü', "u")
}

/// The middle of the demo district.
fn window() -> Rect<f64> {
    Rect::new((11.2, 53.75), (11.5, 53.92))
}

fn triangle() -> Polygon<f64> {
    polygon![(x: 11.0, y: 53.7), (x: 11.6, y: 53.75), (x: 11.3, y: 54.0), (x: 11.0, y: 53.7)]
}

const TRIANGLE: &str = "POLYGON((11.0 53.7, 11.6 53.75, 11.3 54.0, 11.0 53.7))";

#[test]
fn comparisons_of_hydrants_find_what_a_plain_search_finds() {
    compare(
        "hydrants",
        &[
            // basic-cql2
            ("kind = 'pillar'", |h| h.text("kind") == Some("pillar")),
            ("kind <> 'pillar'", |h| h.text("kind") != Some("pillar")),
            ("flow_rate > 800", |h| h.number("flow_rate").is_some_and(|rate| rate > 800.0)),
            ("flow_rate >= 800 AND flow_rate <= 1600", |h| {
                h.number("flow_rate").is_some_and(|rate| (800.0..=1600.0).contains(&rate))
            }),
            ("NOT flow_rate >= 800", |h| h.number("flow_rate").is_some_and(|rate| rate < 800.0)),
            ("flow_rate IS NULL", |h| h.number("flow_rate").is_none()),
            ("flow_rate IS NOT NULL AND (kind = 'pillar' OR kind = 'wall')", |h| {
                h.number("flow_rate").is_some() && matches!(h.text("kind"), Some("pillar" | "wall"))
            }),
            ("street > 'M'", |h| h.text("street").is_some_and(|street| street > "M")),
            ("status_as_of < DATE('2024-01-01')", |h| h.text("status_as_of").is_some_and(|day| day < "2024-01-01")),
            // advanced-comparison-operators
            ("street LIKE '%straße'", |h| h.text("street").is_some_and(|street| street.ends_with("straße"))),
            ("street NOT LIKE 'A%'", |h| h.text("street").is_some_and(|street| !street.starts_with('A'))),
            ("street LIKE '_m %'", |h| {
                let mut letters = h.text("street").unwrap_or_default().chars();
                letters.next().is_some() && letters.as_str().starts_with("m ")
            }),
            ("flow_rate BETWEEN 600 AND 1200", |h| {
                h.number("flow_rate").is_some_and(|rate| (600.0..=1200.0).contains(&rate))
            }),
            ("main_diameter IN (80, 150)", |h| h.number("main_diameter").is_some_and(|d| d == 80.0 || d == 150.0)),
            ("kind NOT IN ('pillar', 'underground')", |h| !matches!(h.text("kind"), Some("pillar" | "underground"))),
            // case-insensitive-comparison, accent-insensitive-comparison
            ("CASEI(street) = CASEI('HAUPTSTRASSE')", |h| {
                h.text("street").is_some_and(|street| street.to_lowercase().replace('ß', "ss") == "hauptstrasse")
            }),
            ("ACCENTI(CASEI(street)) LIKE ACCENTI(CASEI('%MÜHLE%'))", |h| {
                h.text("street").is_some_and(|street| folded(street).contains("muhle"))
            }),
        ],
    );
}

#[test]
fn properties_are_compared_and_reckoned_with_as_a_plain_search_does() {
    compare(
        "hydrants",
        &[
            // property-property
            ("hydrant_diameter < main_diameter", |h| {
                h.number("hydrant_diameter").zip(h.number("main_diameter")).is_some_and(|(a, b)| a < b)
            }),
            ("main_diameter = hydrant_diameter", |h| {
                h.number("hydrant_diameter").zip(h.number("main_diameter")).is_some_and(|(a, b)| a == b)
            }),
            // arithmetic
            ("flow_rate / 60 > 16", |h| h.number("flow_rate").is_some_and(|rate| rate / 60.0 > 16.0)),
            ("flow_rate * 60 / 1000 + 1 <= 48", |h| {
                h.number("flow_rate").is_some_and(|rate| rate * 60.0 / 1000.0 + 1.0 <= 48.0)
            }),
            ("main_diameter % 100 = 50", |h| h.number("main_diameter").is_some_and(|d| d % 100.0 == 50.0)),
            ("main_diameter DIV 100 = 1", |h| h.number("main_diameter").is_some_and(|d| (d / 100.0).trunc() == 1.0)),
            ("main_diameter ^ 2 > 10000 - 1", |h| h.number("main_diameter").is_some_and(|d| d.powi(2) > 9_999.0)),
        ],
    );
}

#[test]
fn times_of_hydrants_find_what_a_plain_search_finds() {
    compare(
        "hydrants",
        &[
            ("T_AFTER(status_as_of, DATE('2025-01-01'))", |h| h.text("status_as_of").is_some_and(|d| d > "2025-01-01")),
            ("T_BEFORE(status_as_of, DATE('2025-01-01'))", |h| {
                h.text("status_as_of").is_some_and(|d| d < "2025-01-01")
            }),
            ("T_DURING(status_as_of, INTERVAL('2024-01-01', '2024-12-31'))", |h| {
                h.text("status_as_of").is_some_and(|d| d > "2024-01-01" && d < "2024-12-31")
            }),
            ("T_INTERSECTS(status_as_of, INTERVAL('2024-01-01', '2024-12-31'))", |h| {
                h.text("status_as_of").is_some_and(|d| ("2024-01-01"..="2024-12-31").contains(&d))
            }),
            ("T_DISJOINT(status_as_of, INTERVAL('2024-01-01', '..'))", |h| {
                h.text("status_as_of").is_some_and(|d| d < "2024-01-01")
            }),
        ],
    );
}

#[test]
fn places_of_hydrants_find_what_a_plain_search_finds() {
    let within = format!("S_WITHIN(geometry, {TRIANGLE})");
    let disjoint = format!("S_DISJOINT(geometry, {TRIANGLE})");
    let not = format!("kind = 'pillar' AND NOT S_INTERSECTS(geometry, {TRIANGLE})");
    compare(
        "hydrants",
        &[
            ("S_INTERSECTS(geometry, BBOX(11.2, 53.75, 11.5, 53.92))", |h| window().intersects(&h.geometry)),
            (&within, |h| triangle().contains(&h.geometry)),
            (&disjoint, |h| !triangle().intersects(&h.geometry)),
            (&not, |h| h.text("kind") == Some("pillar") && !triangle().intersects(&h.geometry)),
            (
                "S_INTERSECTS(geometry, MULTIPOLYGON(((11.0 53.7, 11.2 53.7, 11.2 53.9, 11.0 53.7)), ((11.4 53.7, 11.6 53.7, 11.6 53.9, 11.4 53.7))))",
                |h| {
                    let west = polygon![(x: 11.0, y: 53.7), (x: 11.2, y: 53.7), (x: 11.2, y: 53.9), (x: 11.0, y: 53.7)];
                    let east = polygon![(x: 11.4, y: 53.7), (x: 11.6, y: 53.7), (x: 11.6, y: 53.9), (x: 11.4, y: 53.7)];
                    west.intersects(&h.geometry) || east.intersects(&h.geometry)
                },
            ),
        ],
    );
}

/// A line across the district and how a road lies to it.
fn across() -> Geometry<f64> {
    LineString::from(vec![(10.9, 53.8), (11.9, 53.83)]).into()
}

#[test]
fn roads_are_found_by_every_relation_a_line_can_have() {
    compare(
        "roads",
        &[
            ("class IN ('primary', 'secondary') AND S_INTERSECTS(geometry, BBOX(11.2, 53.75, 11.5, 53.92))", |r| {
                matches!(r.text("class"), Some("primary" | "secondary")) && r.geometry.intersects(&window())
            }),
            ("S_INTERSECTS(geometry, LINESTRING(10.9 53.8, 11.9 53.83))", |r| r.geometry.intersects(&across())),
            ("S_CROSSES(geometry, LINESTRING(10.9 53.8, 11.9 53.83))", |r| r.geometry.relate(&across()).is_crosses()),
            ("S_CROSSES(geometry, BBOX(11.2, 53.75, 11.5, 53.92))", |r| {
                r.geometry.relate(&Geometry::from(window().to_polygon())).is_crosses()
            }),
            ("S_WITHIN(geometry, BBOX(11.2, 53.75, 11.5, 53.92))", |r| {
                r.geometry.relate(&Geometry::from(window().to_polygon())).is_within()
            }),
            ("S_DISJOINT(geometry, BBOX(11.2, 53.75, 11.5, 53.92))", |r| !r.geometry.intersects(&window())),
        ],
    );
}

#[test]
fn buildings_are_found_by_every_relation_an_area_can_have() {
    compare(
        "buildings",
        &[
            ("storeys >= 2 AND S_WITHIN(geometry, BBOX(11.2, 53.75, 11.5, 53.92))", |b| {
                b.number("storeys").is_some_and(|n| n >= 2.0)
                    && b.geometry.bounding_rect().is_some_and(|bounds| {
                        window().contains(&Point::from(bounds.min())) && window().contains(&Point::from(bounds.max()))
                    })
            }),
            ("S_INTERSECTS(geometry, LINESTRING(10.9 53.8, 11.9 53.83))", |b| b.geometry.intersects(&across())),
            ("S_OVERLAPS(geometry, BBOX(10.9, 53.8, 11.9, 53.803))", |b| {
                let window = Rect::new((10.9, 53.8), (11.9, 53.803)).to_polygon();
                b.geometry.relate(&Geometry::from(window)).is_overlaps()
            }),
        ],
    );
}

#[test]
fn a_building_equals_touches_and_contains_what_it_should() {
    let server = Server::demo();
    let crs = "http://www.opengis.net/def/crs/EPSG/0/25833";
    // In the CRS of the storage, where no coordinate is rounded: equal is equal to the last digit.
    let all = server.features("buildings", &[("crs", crs)]);
    let chosen =
        all.iter().map(Feature::read).find(|b| matches!(b.geometry, Geometry::Polygon(_))).expect("a building");
    let Geometry::Polygon(polygon) = &chosen.geometry else { panic!("a polygon was chosen") };
    let wkt = |positions: &[geo_types::Coord]| {
        positions.iter().map(|at| format!("{} {}", at.x, at.y)).collect::<Vec<_>>().join(", ")
    };
    let ring = format!("POLYGON(({}))", wkt(&polygon.exterior().0));
    let inside = geo::InteriorPoint::interior_point(polygon).expect("a point inside");
    let corner = Point(polygon.exterior().0[0]);
    let found = |filter: &str| {
        let found = server.features("buildings", &[("filter", filter), ("filter-crs", crs)]);
        found.iter().filter_map(|feature| feature["id"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(found(&format!("S_EQUALS(geometry, {ring})")), std::slice::from_ref(&chosen.id));
    assert!(found(&format!("S_CONTAINS(geometry, POINT({} {}))", inside.x(), inside.y())).contains(&chosen.id));
    assert!(found(&format!("S_TOUCHES(geometry, POINT({} {}))", corner.x(), corner.y())).contains(&chosen.id));
    assert!(!found(&format!("S_CONTAINS(geometry, POINT({} {}))", corner.x(), corner.y())).contains(&chosen.id));
}
