use geo_types::{LineString, MultiPolygon, Polygon};

use super::*;
use crate::tiles::mvt::path::area;

fn ring(points: &[(f64, f64)]) -> LineString {
    points.iter().map(|(x, y)| HERE + coord! { x: *x, y: *y }).collect()
}

fn square(east: f64, north: f64, size: f64) -> LineString {
    ring(&[(east, north), (east + size, north), (east + size, north + size), (east, north + size), (east, north)])
}

/// What the tile around [`HERE`] shows of one building.
fn building(geometry: Geometry, z: u8) -> Vec<(Kind, Vec<Vec<[i32; 2]>>)> {
    let mut registers = Registers::empty();
    registers.put("buildings", 1, Some(geometry), "{}");
    let web = Grid::web();
    let tileset = of([registers.layer("buildings")]);
    let tile = registers.tile_at(web, z, HERE);
    shapes(&encode(&registers.view(&tileset), web, tile))
}

fn areas(parts: &[Vec<[i32; 2]>]) -> Vec<i64> {
    parts.iter().map(|ring| area(ring)).collect()
}

#[test]
fn exterior_rings_have_positive_area_and_holes_negative_however_they_were_drawn() {
    let clockwise = |ring: LineString, yes: bool| if yes { ring.into_iter().rev().collect() } else { ring };
    for (outer, inner) in [(false, false), (false, true), (true, false), (true, true)] {
        let polygon =
            Polygon::new(clockwise(square(0.0, 0.0, 40.0), outer), vec![clockwise(square(10.0, 10.0, 10.0), inner)]);
        let shapes = building(polygon.into(), 16);
        let [(Kind::Polygon, parts)] = &shapes[..] else { panic!("{shapes:?}") };
        let areas = areas(parts);
        assert!(matches!(areas[..], [outer, inner] if outer > 0 && inner < 0 && outer > -inner), "{areas:?}");
    }
}

#[test]
fn each_polygon_of_several_has_its_holes_behind_it() {
    let with_hole = |east: f64| Polygon::new(square(east, 0.0, 30.0), vec![square(east + 10.0, 10.0, 8.0)]);
    let shapes = building(MultiPolygon(vec![with_hole(0.0), with_hole(50.0)]).into(), 16);
    let [(Kind::Polygon, parts)] = &shapes[..] else { panic!("{shapes:?}") };
    let signs: Vec<_> = areas(parts).iter().map(|area| area.signum()).collect();
    assert_eq!(signs, [1, -1, 1, -1]);
}

#[test]
fn an_area_around_the_whole_tile_fills_it_to_the_margin_and_a_hole_in_it_stays() {
    let polygon = Polygon::new(square(-5_000.0, -5_000.0, 10_000.0), vec![square(-3.0, -3.0, 6.0)]);
    let shapes = building(polygon.into(), 17);
    let [(Kind::Polygon, parts)] = &shapes[..] else { panic!("{shapes:?}") };
    let mut corners = parts[0].clone();
    corners.sort_unstable();
    assert_eq!(corners, [[-16, -16], [-16, 4112], [4112, -16], [4112, 4112]]);
    assert_eq!(parts.len(), 2);
    // The tile in the middle of the hole's wide sibling shows nothing at all.
    let frame = Polygon::new(square(-5_000.0, -5_000.0, 10_000.0), vec![square(-4_000.0, -4_000.0, 8_000.0)]);
    let shapes = building(frame.into(), 17);
    let total: i64 = shapes.iter().flat_map(|(_, parts)| areas(parts)).sum();
    assert_eq!(total, 0, "the hole takes away all that the area fills: {shapes:?}");
}

#[test]
fn an_area_smaller_than_a_pixel_is_left_out_until_it_is_one() {
    let house = || Polygon::new(square(0.0, 0.0, 10.0), vec![]).into();
    let shown: Vec<_> = (10..=20).map(|z| building(house(), z).len()).collect();
    assert_eq!(shown, [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], "a pixel is 5.6 m wide at zoom 13");
}

#[test]
fn what_collapses_on_whole_units_is_left_out() {
    let needle = ring(&[(0.0, 0.0), (400.0, 0.001), (800.0, 0.0), (400.0, -0.001), (0.0, 0.0)]);
    assert_eq!(building(Polygon::new(needle, vec![]).into(), 14), []);
    let shapes = building(
        Polygon::new(
            ring(&[(0.0, 0.0), (30.0, 0.0), (30.0, 0.0), (60.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 0.0)]),
            vec![],
        )
        .into(),
        16,
    );
    let [(_, parts)] = &shapes[..] else { panic!("{shapes:?}") };
    assert_eq!(parts[0].len(), 3, "the spike is gone: {parts:?}");
}

#[test]
fn a_line_is_cut_at_the_margin_and_comes_back_as_another_part() {
    let mut registers = Registers::empty();
    let zigzag = ring(&[(-3_000.0, 0.0), (3_000.0, 10.0), (3_000.0, 30.0), (-3_000.0, 40.0)]);
    registers.put("roads", 1, Some(Geometry::LineString(zigzag)), r#"{"class":"primary"}"#);
    let tileset = of([registers.layer("roads")]);
    let web = Grid::web();
    let shapes = shapes(&encode(&registers.view(&tileset), web, registers.tile_at(web, 16, HERE)));
    let [(Kind::Line, parts)] = &shapes[..] else { panic!("{shapes:?}") };
    assert_eq!(parts.len(), 2);
    for part in parts {
        let mut ends = [part[0][0], part[part.len() - 1][0]];
        ends.sort_unstable();
        assert_eq!(ends, [-64, 4160]);
    }
}

#[test]
fn a_point_near_an_edge_is_in_the_neighbours_margin_and_nowhere_else() {
    for grid in &GRIDS {
        let mut registers = Registers::empty();
        let z = grid.levels.iter().position(|level| level.zoom == 16).expect("a level") as u8;
        let tile = registers.tile_at(grid, z, HERE);
        let bounds = grid.bounds(tile);
        let unit = bounds.width() / 4096.0;
        // Fifty units within the right edge, in the middle of its height.
        let near = coord! { x: bounds.max().x - 50.0 * unit, y: bounds.center().y };
        let frame = registers.district.frame();
        let place = frame.transformer.coord(grid.crs, frame.crs, near).expect("a place");
        registers.put("hydrants", 1, Some(Point(place).into()), r#"{"kind":"pillar"}"#);
        let tileset = of([registers.layer("hydrants")]);
        let view = registers.view(&tileset);
        let parts = |dx: i64, dy: i64| {
            let beside = |at: u32, step: i64| (i64::from(at) + step) as u32;
            shapes(&encode(&view, grid, TileId { z, x: beside(tile.x, dx), y: beside(tile.y, dy) }))
        };
        assert_eq!(parts(0, 0), [(Kind::Point, vec![vec![[4046, 2048]]])], "{}", grid.id);
        assert_eq!(parts(1, 0), [(Kind::Point, vec![vec![[-50, 2048]]])]);
        for (dx, dy) in [(-1, 0), (0, 1), (0, -1), (1, 1), (2, 0)] {
            assert_eq!(parts(dx, dy), [], "{dx} {dy}");
        }
    }
}

#[test]
fn an_area_drawn_as_a_point_stands_on_the_area() {
    let mut registers = Registers::empty();
    // A horseshoe: the middle of its box is not on it.
    let shoe = ring(&[
        (0.0, 0.0),
        (90.0, 0.0),
        (90.0, 90.0),
        (60.0, 90.0),
        (60.0, 30.0),
        (30.0, 30.0),
        (30.0, 90.0),
        (0.0, 90.0),
        (0.0, 0.0),
    ]);
    let geometry = Geometry::Polygon(Polygon::new(shoe, vec![]));
    registers.put("water_sources", 1, Some(geometry.clone()), r#"{"kind":"open_water"}"#);
    let stored = registers.get("water_sources").get(id(1)).expect("the pond");
    let tileset = firewater(&registers);
    let view = registers.view(&tileset);
    let (place, _) = view.layers[1].point(stored).expect("a point");
    assert!(geo::Contains::contains(&geometry, &Point(place)), "{place:?}");
    let web = Grid::web();
    for z in [8, 16] {
        let shapes = shapes(&encode(&view, web, registers.tile_at(web, z, place)));
        assert!(matches!(shapes[..], [(Kind::Point, _)]), "zoom {z}: {shapes:?}");
    }
}
