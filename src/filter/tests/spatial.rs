use geo::{Intersects, Within};
use geo_types::{LineString, Polygon, Rect};

use super::*;
use crate::feature::Geometry;
use crate::filter::Bbox;

fn lonlat(coord: Coord) -> Coord {
    Transformer::new(Some(DISTRICT.bounds)).coord(Crs::UTM33, Crs::CRS84, coord).expect("degrees")
}

fn within(c: Coord, west: f64, south: f64, east: f64, north: f64) -> bool {
    c.x >= west && c.x <= east && c.y >= south && c.y <= north
}

#[test]
fn a_box_of_the_district_crs_is_exact_to_its_edge() {
    let (w, s, e, n) = (245_000.0, 5_970_000.0, 250_000.0, 5_980_000.0);
    let text = format!("BBOX({w}, {s}, {e}, {n})");
    let inside = |c: Coord| c.x > w && c.x < e && c.y > s && c.y < n;
    let meets = |c: Coord| within(c, w, s, e, n);
    assert!(REGISTER.iter().any(|h| h.place.is_some_and(|c| meets(c) && !inside(c))), "some lie on the edge");
    let check = |name: &str, expected: &dyn Fn(Coord) -> bool| {
        holds_in(Crs::UTM33, &format!("{name}(geometry, {text})"), |h| h.place.map(expected));
    };
    check("S_INTERSECTS", &meets);
    check("S_DISJOINT", &|c| !meets(c));
    check("S_WITHIN", &inside);
    check("S_TOUCHES", &|c| meets(c) && !inside(c));
    for name in ["S_CONTAINS", "S_CROSSES", "S_EQUALS", "S_OVERLAPS"] {
        check(name, &|_| false);
    }
    holds_in(Crs::UTM33, &format!("S_CONTAINS({text}, geom)"), |h| h.place.map(inside));
    holds_in(Crs::UTM33, "S_EQUALS(geometry, geometry)", |h| h.place.map(|_| true));
}

#[test]
fn a_box_in_degrees_has_the_curved_edges_it_has_on_the_ground() {
    let (w, s, e, n) = (11.10, 53.82, 11.36, 53.95);
    let expected = |h: &Hydrant| h.place.map(|c| within(lonlat(c), w, s, e, n));
    assert!(REGISTER.iter().any(|h| expected(h) == Some(true)));
    holds(&format!("S_INTERSECTS(geometry, BBOX({w}, {s}, {e}, {n}))"), expected);
    holds(&format!("S_INTERSECTS(geometry, POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s})))"), expected);
    holds_in(Crs::WGS84, &format!("S_INTERSECTS(geometry, BBOX({s}, {w}, {n}, {e}))"), expected);
    holds_in(
        Crs::ETRS89,
        &format!("S_WITHIN(geometry, MULTIPOLYGON((({s} {w}, {s} {e}, {n} {e}, {n} {w}, {s} {w}))))"),
        expected,
    );
    let bbox: Bbox = format!("{w},{s},-10,{e},{n},10").parse().expect("a box");
    let filter = bbox.in_district(Crs::CRS84, &plane()).expect("a box");
    for hydrant in REGISTER.iter() {
        assert_eq!(filter.matches(&hydrant.shape), expected(hydrant).unwrap_or(true));
        let found = hydrant.shape.bounds().is_some_and(|b| filter.windows().any(|window| window.intersects(&b)));
        assert!(found || expected(hydrant) != Some(true), "the windows hold what matches");
    }
}

#[test]
fn boxes_around_the_world_or_far_away_are_answered() {
    for text in
        ["BBOX(-180, -90, 180, 90)", "POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))", "BBOX(11, 50, -11, 80)"]
    {
        holds(&format!("S_INTERSECTS(geometry, {text})"), |h| h.place.map(|_| true));
        holds(&format!("S_WITHIN(geometry, {text})"), |h| h.place.map(|_| true));
    }
    let far = [
        "BBOX(170, -10, -170, 10)",
        "BBOX(100, 20, 110, 30)",
        "POINT(-120 40)",
        "LINESTRING(-120 40, -110 41)",
        "MULTIPOINT((5 5), (6 6))",
        "POLYGON((100 0, 101 0, 101 1, 100 0))",
        "GEOMETRYCOLLECTION(POINT(1 1), LINESTRING(100 0, 101 1))",
    ];
    for text in far {
        holds(&format!("S_INTERSECTS(geometry, {text})"), |h| h.place.map(|_| false));
        holds(&format!("S_DISJOINT(geometry, {text})"), |h| h.place.map(|_| true));
    }
    let world = "BBOX(-20037508, -20037508, 20037508, 20037508)";
    holds_in(Crs::WEB_MERCATOR, &format!("S_INTERSECTS(geometry, {world})"), |h| h.place.map(|_| true));
    holds_in(Crs::UTM32, "S_INTERSECTS(geometry, BBOX(-9e9, -9e9, 9e9, 9e9))", |h| h.place.map(|_| true));
    let gauss_krueger: Crs = "EPSG:31468".parse().expect("a CRS");
    holds_in(gauss_krueger, "S_INTERSECTS(geometry, BBOX(0, 0, 9e9, 9e9))", |h| h.place.map(|_| true));
}

#[test]
fn bbox_parameters_are_read_and_refused() {
    let in_district = |text: &str, crs| text.parse::<Bbox>().and_then(|bbox| bbox.in_district(crs, &plane()));
    assert!(in_district("-180,-90,180,90", Crs::CRS84).expect("a box").matches(&REGISTER[0].shape));
    assert_eq!(in_district("100,20,110,30", Crs::CRS84).expect("a box").windows().count(), 0);
    assert_eq!(in_district("177,-50,-177,50", Crs::CRS84).expect("a box").windows().count(), 0);
    assert!(in_district("100,20,110,30", Crs::CRS84).expect("a box").matches(&Shape::Absent));
    for (text, crs, start) in [
        ("", Crs::CRS84, "'' is not a number"),
        ("1,2,3", Crs::CRS84, "there are 3 numbers"),
        ("1,2,3,4,5,6,7,8", Crs::CRS84, "there are more than 6 numbers"),
        ("1,2,NaN,4", Crs::CRS84, "'NaN' is not a number"),
        ("1,2,inf,4", Crs::CRS84, "'inf' is not a number"),
        ("11,54,12,53", Crs::CRS84, "54 lies north of 53; the south comes before the north"),
        ("54,11,53,12", Crs::WGS84, "54 lies north of 53; the axes of this CRS are north, east"),
        ("250000,5970000,240000,5980000", Crs::UTM33, "250000 lies east of 240000; only a box in degrees"),
    ] {
        let error = english(&in_district(text, crs).expect_err(text));
        assert!(error.starts_with(start), "{error}");
    }
}

fn shaped(geometry: Geometry) -> (Vec<u8>, Shape) {
    (RowBuilder::new().finish(), Shape::from(Some(geometry)))
}

#[test]
fn lines_and_areas_stand_in_every_relation() {
    let square = |x: f64, y: f64, side: f64| {
        Geometry::from(Rect::new(coord! { x: x, y: y }, coord! { x: x + side, y: y + side }).to_polygon())
    };
    let line = |a: (f64, f64), b: (f64, f64)| Geometry::from(LineString::from(vec![a, b]));
    let big = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))";
    for (geometry, relation, literal, expected) in [
        (square(2.0, 2.0, 2.0), "S_WITHIN", big, true),
        (square(2.0, 2.0, 2.0), "S_OVERLAPS", big, false),
        (square(8.0, 8.0, 4.0), "S_OVERLAPS", big, true),
        (square(10.0, 0.0, 4.0), "S_TOUCHES", big, true),
        (square(20.0, 0.0, 4.0), "S_DISJOINT", big, true),
        (square(0.0, 0.0, 10.0), "S_EQUALS", "POLYGON((10 0, 10 10, 0 10, 0 0, 10 0))", true),
        (square(0.0, 0.0, 10.0), "S_CONTAINS", "POINT(5 5)", true),
        (square(0.0, 0.0, 10.0), "S_CONTAINS", "MULTIPOINT(5 5, 6 6)", true),
        (square(0.0, 0.0, 10.0), "S_INTERSECTS", "GEOMETRYCOLLECTION(POINT(5 5), POINT(50 50))", true),
        (line((-5.0, 5.0), (15.0, 5.0)), "S_CROSSES", big, true),
        (line((1.0, 1.0), (2.0, 2.0)), "S_WITHIN", big, true),
        (line((0.0, 0.0), (5.0, 5.0)), "S_CROSSES", "LINESTRING(0 5, 5 0)", true),
        (line((0.0, 0.0), (5.0, 0.0)), "S_OVERLAPS", "LINESTRING(3 0, 9 0)", true),
        (line((0.0, 0.0), (5.0, 0.0)), "S_TOUCHES", "MULTILINESTRING((5 0, 9 9), (7 7, 8 8))", true),
        (line((0.0, 0.0), (5.0, 0.0)), "S_INTERSECTS", "POINT Z (2 0 77)", true),
        (square(0.0, 0.0, 10.0), "S_EQUALS", "BBOX(0, 0, 10, 10)", true),
    ] {
        let text = format!("{relation}(geometry, {literal})");
        let predicate = compiled_in(Crs::UTM33, &text).expect("a filter");
        let (row, shape) = shaped(geometry);
        let subject = Subject { id: REGISTER[0].id, row: Row::new(&row), shape: &shape, effort: unlimited() };
        assert_eq!(predicate.matches(&subject), expected, "{text} for {shape:?}");
    }
}

#[test]
fn the_window_of_a_filter_holds_all_that_passes() {
    let spatial = "S_INTERSECTS(geometry, BBOX(245000, 5970000, 250000, 5980000))";
    let window = |text: &str| compiled_in(Crs::UTM33, text).expect("a filter").window();
    let bounds = Rect::new(coord! { x: 245_000.0, y: 5_970_000.0 }, coord! { x: 250_000.0, y: 5_980_000.0 });
    assert_eq!(window(spatial), Some(bounds));
    assert_eq!(window(&format!("kind = 'pillar' AND ({spatial} AND flow_rate > 1)")), Some(bounds));
    assert_eq!(window(&format!("{spatial} OR kind = 'pillar'")), None);
    assert_eq!(window(&format!("NOT {spatial}")), None);
    assert_eq!(window(&spatial.replace("INTERSECTS", "DISJOINT")), None);
    let narrowed = window(&format!("{spatial} AND S_WITHIN(geometry, BBOX(249000, 5970000, 290000, 5990000))"));
    assert_eq!(narrowed.map(|r| (r.min().x, r.max().x)), Some((249_000.0, 250_000.0)));
}

#[test]
fn a_polygon_with_a_hole_leaves_the_hole_out() {
    let ring = |x: f64, y: f64, side: f64| {
        format!("({x} {y}, {} {y}, {} {}, {x} {}, {x} {y})", x + side, x + side, y + side, y + side)
    };
    let (outer, inner) = ((241_000.0, 5_966_000.0), (245_000.0, 5_970_000.0));
    let text = format!(
        "S_WITHIN(geometry, POLYGON({}, {}))",
        ring(outer.0, outer.1, 15_000.0),
        ring(inner.0, inner.1, 5_000.0)
    );
    let area = |at: (f64, f64), side: f64| -> Polygon {
        Rect::new(coord! { x: at.0, y: at.1 }, coord! { x: at.0 + side, y: at.1 + side }).to_polygon()
    };
    holds_in(Crs::UTM33, &text, |h| {
        let point = geo_types::Point(h.place?);
        Some(point.is_within(&area(outer, 15_000.0)) && !point.intersects(&area(inner, 5_000.0)))
    });
}
