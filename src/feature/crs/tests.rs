use geo_types::{Coord, Geometry, LineString, Point, Polygon, Rect, coord};

use super::*;

/// The district of the vectors, in degrees.
fn district() -> Rect<f64> {
    Rect::new(coord! { x: 10.76, y: 53.5 }, coord! { x: 11.9, y: 54.1 })
}

fn transformer() -> Transformer {
    Transformer::new(Some(district()))
}

pub(super) fn epsg(code: u32) -> Crs {
    Crs::from_epsg(code).unwrap()
}

#[track_caller]
fn assert_near(found: Coord<f64>, x: f64, y: f64, tolerance: f64) {
    let off = (found.x - x).abs().max((found.y - y).abs());
    assert!(off <= tolerance, "{found:?} is {off} from {x}, {y}");
}

pub(super) const LONGITUDE: f64 = 11.46;
pub(super) const LATITUDE: f64 = 53.8916;

/// The first control point in every CRS: code, east, north, tolerance in metres.
const CONTROL: [(u32, f64, f64, f64); 6] = [
    (25833, 267_397.361, 5_977_269.578, 0.01),
    (5650, 33_267_397.361, 5_977_269.578, 0.01),
    (25832, 661_655.370, 5_974_265.571, 0.01),
    (2398, 4_464_623.879, 5_974_134.376, 0.05),
    (31468, 4_464_599.195, 5_973_544.591, 1.0),
    (5678, 4_464_599.195, 5_973_544.591, 1.0),
];

#[test]
fn control_point_comes_out_right_from_wgs84_and_from_etrs89() {
    for (code, x, y, tolerance) in CONTROL {
        for from in [Crs::CRS84, Crs::WGS84, Crs::ETRS89] {
            let found = transformer().coord(from, epsg(code), coord! { x: LONGITUDE, y: LATITUDE }).unwrap();
            assert_near(found, x, y, tolerance);
        }
    }
}

#[test]
fn control_point_comes_back_from_every_crs() {
    for (code, x, y, tolerance) in CONTROL {
        let found = transformer().coord(epsg(code), Crs::CRS84, coord! { x: x, y: y }).unwrap();
        // A degree of latitude is 111 km, one of longitude 65 km.
        assert_near(found, LONGITUDE, LATITUDE, tolerance / 65_000.0);
    }
}

#[test]
fn control_point_comes_out_right_without_an_area_and_between_projected_systems() {
    for (code, x, y, tolerance) in CONTROL {
        let from = coord! { x: 267_397.361, y: 5_977_269.578 };
        let found = Transformer::default().coord(Crs::UTM33, epsg(code), from).unwrap();
        assert_near(found, x, y, tolerance);
    }
}

#[test]
fn other_control_points_come_out_right_in_utm_33() {
    for (longitude, latitude, x, y) in [
        (11.1875, 53.8640, 249_334.828, 5_975_129.956),
        (10.9220, 53.8420, 231_746.567, 5_973_655.981),
        (11.4730, 53.6200, 266_749.999, 5_947_027.107),
    ] {
        let found = transformer().coord(Crs::CRS84, Crs::UTM33, coord! { x: longitude, y: latitude }).unwrap();
        assert_near(found, x, y, 0.01);
    }
}

#[test]
fn gauss_krueger_is_shifted_with_the_german_grid() {
    assert_eq!(assert_grids(), Ok(()));
    let plan = Transformer::default().transformation(epsg(31467), Crs::UTM32).unwrap();
    assert!(plan.operation().contains("DHDN to ETRS89 (8)"), "{}", plan.operation());
    assert_eq!(plan.accuracy_m(), Some(0.9));
    assert!(proj_version().starts_with('9'), "{}", proj_version());
}

#[test]
fn the_most_accurate_way_is_taken_even_if_it_is_not_the_direct_one() {
    let plan = transformer().transformation(Crs::CRS84, epsg(2398)).unwrap();
    assert!(plan.operation().contains("Pulkovo 1942(83) to ETRS89 (2)"), "{}", plan.operation());
    assert_eq!(plan.accuracy_m(), Some(1.1));
}

#[test]
fn wgs84_and_etrs89_are_joined_by_a_stated_null_transformation() {
    for (from, to) in [(Crs::WGS84, Crs::UTM33), (Crs::CRS84, Crs::ETRS89), (Crs::UTM32, Crs::WEB_MERCATOR)] {
        let plan = transformer().transformation(from, to).unwrap();
        assert!(plan.operation().contains("ETRS89 to WGS 84 (1)"), "{}", plan.operation());
        assert_eq!(plan.accuracy_m(), Some(1.0));
    }
    assert_eq!(transformer().transformation(Crs::UTM33, Crs::UTM32).unwrap().accuracy_m(), Some(0.0));
    assert_eq!(transformer().transformation(Crs::CRS84, Crs::WGS84).unwrap().accuracy_m(), Some(0.0));
    let same = transformer().coord(Crs::WGS84, Crs::ETRS89, coord! { x: LONGITUDE, y: LATITUDE }).unwrap();
    assert_eq!(same, coord! { x: LONGITUDE, y: LATITUDE });
}

#[test]
fn a_transformation_that_ignores_the_datum_is_refused() {
    // EPSG:4004 is an unknown datum on Bessel's ellipsoid, EPSG:4600 is Anguilla 1957.
    for code in [4004, 4600] {
        let from = epsg(code);
        let refused = transformer().coord(from, Crs::UTM33, coord! { x: LONGITUDE, y: LATITUDE });
        assert_eq!(refused, Err(CrsError::OnlyBallpark { from, to: Crs::UTM33 }));
    }
}

#[test]
fn longitude_and_latitude_survive_the_way_to_utm_and_back() {
    for east in 0..20 {
        for north in 0..20 {
            let start = coord! { x: 10.76 + f64::from(east) * 0.057, y: 53.5 + f64::from(north) * 0.03 };
            let utm = transformer().coord(Crs::CRS84, Crs::UTM33, start).unwrap();
            let back = transformer().coord(Crs::UTM33, Crs::CRS84, utm).unwrap();
            assert_eq!(format!("{:.8} {:.8}", back.x, back.y), format!("{:.8} {:.8}", start.x, start.y));
        }
    }
}

#[test]
fn geometries_of_all_kinds_are_moved_in_place() {
    let line = LineString::from(vec![(11.0, 53.6), (11.1, 53.7), (11.2, 53.6)]);
    let ring = LineString::from(vec![(11.0, 53.6), (11.2, 53.6), (11.1, 53.8), (11.0, 53.6)]);
    let hole = LineString::from(vec![(11.08, 53.65), (11.12, 53.65), (11.1, 53.7), (11.08, 53.65)]);
    let polygon = Polygon::new(ring, vec![hole]);
    let parts: Vec<Geometry<f64>> = vec![
        Point::new(11.46, 53.8916).into(),
        line.clone().into(),
        polygon.clone().into(),
        Geometry::MultiPoint(vec![(11.0, 53.6), (11.1, 53.7)].into()),
        Geometry::MultiLineString(geo_types::MultiLineString(vec![line])),
        Geometry::MultiPolygon(geo_types::MultiPolygon(vec![polygon])),
        Geometry::Rect(district()),
    ];
    let mut moved = Geometry::GeometryCollection(geo_types::GeometryCollection(parts.clone()));
    transformer().transform(Crs::CRS84, Crs::UTM33, &mut moved).unwrap();
    let Geometry::GeometryCollection(inner) = &moved else { panic!("a collection stays one") };
    assert_eq!(inner.0[0], {
        let mut point: Geometry<f64> = parts[0].clone();
        transformer().transform(Crs::CRS84, Crs::UTM33, &mut point).unwrap();
        point
    });
    transformer().transform(Crs::UTM33, Crs::CRS84, &mut moved).unwrap();
    let Geometry::GeometryCollection(back) = moved else { panic!("a collection stays one") };
    use geo::CoordsIter;
    for (was, is) in parts.iter().zip(&back.0).take(6) {
        for (was, is) in was.coords_iter().zip(is.coords_iter()) {
            assert_near(is, was.x, was.y, 1e-10);
        }
    }
    assert!(matches!(back.0[6], Geometry::Polygon(_)));
}

#[test]
fn a_coordinate_that_cannot_be_moved_is_named_and_the_geometry_left_alone() {
    let start: Geometry<f64> = LineString::from(vec![(11.0, 53.6), (11.1, 153.7)]).into();
    let mut line = start.clone();
    let refused = transformer().transform(Crs::CRS84, Crs::UTM33, &mut line);
    let expected = CrsError::OutOfRange { x: 11.1, y: 153.7, from: Crs::CRS84, to: Crs::UTM33 };
    assert_eq!(refused, Err(expected));
    assert_eq!(line, start);
    let nan = transformer().coord(Crs::CRS84, Crs::UTM33, coord! { x: f64::NAN, y: 53.0 });
    assert!(matches!(nan, Err(CrsError::OutOfRange { .. })), "{nan:?}");
    // Madrid is beyond the German shift grid: refused, not shifted by something worse.
    let madrid = transformer().coord(Crs::CRS84, epsg(31467), coord! { x: -3.7, y: 40.4 });
    assert!(matches!(madrid, Err(CrsError::OutOfRange { .. })), "{madrid:?}");
}

#[test]
fn coordinates_that_stay_in_their_crs_are_untouched_but_must_be_numbers() {
    let pair = coord! { x: 1.0, y: 2.0 };
    assert_eq!(transformer().coord(Crs::UTM33, Crs::UTM33, pair), Ok(pair));
    let broken = transformer().coord(Crs::UTM33, Crs::UTM33, coord! { x: 1.0, y: f64::INFINITY });
    assert!(matches!(broken, Err(CrsError::OutOfRange { .. })));
}

#[test]
fn transformed_bounds_enclose_every_point_of_the_box() {
    for (from, to, bounds) in [
        (Crs::CRS84, Crs::UTM33, district()),
        (Crs::CRS84, Crs::UTM32, Rect::new((5.0, 47.0), (15.0, 55.0))),
        (Crs::UTM33, Crs::CRS84, Rect::new((200_000.0, 5_900_000.0), (800_000.0, 6_000_000.0))),
        (Crs::UTM33, epsg(31468), Rect::new((230_000.0, 5_930_000.0), (300_000.0, 5_990_000.0))),
    ] {
        let found = transformer().bounds(from, to, bounds).unwrap().unwrap();
        for step in 0..=997 {
            let share = f64::from(step) / 997.0;
            let on = |a: f64, b: f64| a + (b - a) * share;
            let (min, max) = (bounds.min(), bounds.max());
            for edge in [
                (on(min.x, max.x), min.y),
                (on(min.x, max.x), max.y),
                (min.x, on(min.y, max.y)),
                (max.x, on(min.y, max.y)),
            ] {
                let point = transformer().coord(from, to, edge.into()).unwrap();
                assert!(found.min().x <= point.x && point.x <= found.max().x, "{from} {to} {edge:?}");
                assert!(found.min().y <= point.y && point.y <= found.max().y, "{from} {to} {edge:?}");
            }
        }
        let loosest = transformer().bounds(to, from, found).unwrap().unwrap();
        assert!(loosest.width() < bounds.width() * 2.0 + 1.0 && loosest.height() < bounds.height() * 2.0 + 1.0);
    }
}

#[test]
fn bounds_far_beyond_a_zone_still_enclose_the_district() {
    let (world, web) = (Rect::new((-180.0, -90.0), (180.0, 90.0)), 20_037_508.342_789_244);
    let web = Rect::new((-web * 1.5, -web * 1.5), (web * 1.5, web * 1.5));
    let europe = Rect::new((-25.0, 34.0), (45.0, 72.0));
    for code in [25832, 25833, 5650, 2398, 31468, 3857, 4326] {
        let home = transformer().bounds(Crs::CRS84, epsg(code), district()).unwrap().unwrap();
        for (from, wide) in [(Crs::CRS84, world), (Crs::CRS84, europe), (Crs::WEB_MERCATOR, web)] {
            let found = transformer().bounds(from, epsg(code), wide).unwrap().unwrap();
            assert!(found.min().x <= home.min().x && found.min().y <= home.min().y, "{from} {code} {found:?}");
            assert!(found.max().x >= home.max().x && found.max().y >= home.max().y, "{from} {code} {found:?}");
        }
    }
}

#[test]
fn bounds_elsewhere_miss_the_district_and_senseless_ones_are_refused() {
    let australia = Rect::new((110.0, -45.0), (155.0, -10.0));
    let pacific = Rect::new((-179.0, -60.0), (-70.0, 20.0));
    let home = transformer().bounds(Crs::CRS84, Crs::UTM33, district()).unwrap().unwrap();
    for elsewhere in [australia, pacific] {
        let found = transformer().bounds(Crs::CRS84, Crs::UTM33, elsewhere).unwrap();
        use geo::Intersects;
        assert!(found.is_none_or(|found| !found.intersects(&home)), "{found:?}");
    }
    let senseless = Rect::new((-1e9, -1e9), (1e9, 1e9));
    let refused = transformer().bounds(Crs::UTM32, Crs::UTM33, senseless);
    assert!(matches!(refused, Err(CrsError::OutOfRange { .. })), "{refused:?}");
}

#[test]
fn threads_agree_and_each_may_work_at_once() {
    let expected = transformer().coord(Crs::CRS84, epsg(31468), coord! { x: LONGITUDE, y: LATITUDE }).unwrap();
    std::thread::scope(|scope| {
        let work = || {
            (0..500).for_each(|_| {
                let found = transformer().coord(Crs::CRS84, epsg(31468), coord! { x: LONGITUDE, y: LATITUDE });
                assert_eq!(found, Ok(expected));
            });
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn a_file_without_crs_is_found_out_in_either_axis_order() {
    let all = [25833, 5650, 25832, 2398, 31468, 4326, 3857].map(epsg);
    let utm = [coord! { x: 267_397.4, y: 5_977_269.6 }, coord! { x: 249_334.8, y: 5_975_129.9 }];
    let first = Guess { crs: Crs::UTM33, swapped_axes: false, share_inside: 1.0 };
    assert_eq!(candidates(&utm, &all, district()), Ok(vec![first]));

    let northing_first = [coord! { x: 5_973_544.6, y: 4_464_599.2 }, coord! { x: 0.0, y: 0.0 }];
    let found = candidates(&northing_first, &all, district()).unwrap();
    let expected = [2398, 31468].map(|code| Guess { crs: epsg(code), swapped_axes: true, share_inside: 0.5 });
    assert_eq!(found, expected, "datums close to each other are both answered");

    let degrees = [coord! { x: LATITUDE, y: LONGITUDE }];
    let found = candidates(&degrees, &all, district()).unwrap();
    assert_eq!(found, [Guess { crs: Crs::WGS84, swapped_axes: true, share_inside: 1.0 }]);
    assert_eq!(candidates(&[], &all, district()), Ok(vec![]));
}
