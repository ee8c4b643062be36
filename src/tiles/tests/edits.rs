use std::collections::HashMap;

use geo_types::{LineString, Polygon};
use rand::{RngExt, SeedableRng};

use super::*;

/// All tiles of a part of the district, by grid, at some levels.
fn tiles(registers: &Registers, view: &View, around: Rect<f64>, zooms: &[u8]) -> HashMap<(usize, TileId), Vec<u8>> {
    let mut tiles = HashMap::new();
    for grid in &GRIDS {
        let area = registers.atlas.project(grid, around);
        // A tile of the other grids is a quarter of the web's of the same detail.
        let deepest = if grid == Grid::web() { 20 } else { 14 };
        let drawn = |level: &grid::Level| level.zoom <= deepest && zooms.contains(&level.zoom);
        for (z, _) in grid.levels.iter().enumerate().filter(|(_, level)| drawn(level)) {
            for tile in grid.tiles(z as u8, area).expect("tiles").iter() {
                tiles.insert((grid.number(), tile), encode(view, grid, tile));
            }
        }
    }
    tiles
}

fn geometry(random: &mut rand_pcg::Pcg64, collection: &str) -> Geometry {
    let mut place = || HERE + coord! { x: random.random_range(0.0..1_500.0), y: random.random_range(0.0..1_500.0) };
    let (start, end) = (place(), place());
    match collection {
        "roads" => Geometry::LineString(LineString(vec![start, end, place()])),
        "buildings" => {
            let size = 30.0;
            let ring = [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size), (0.0, 0.0)];
            let ring = ring.iter().map(|(x, y)| start + coord! { x: *x, y: *y }).collect();
            Geometry::Polygon(Polygon::new(ring, vec![]))
        }
        _ => Point(start).into(),
    }
}

#[test]
fn every_tile_that_an_edit_alters_is_named_and_few_others_are() {
    let mut registers = Registers::empty();
    let mut random = rand_pcg::Pcg64::seed_from_u64(5);
    let layers = [("hydrants", r#"{"kind":"pillar"}"#), ("roads", r#"{"class":"primary"}"#), ("buildings", "{}")];
    for number in 0..60u128 {
        let (name, properties) = layers[number as usize % 3];
        let geometry = geometry(&mut random, name);
        registers.put(name, number, Some(geometry), properties);
    }
    let tileset = of(layers.map(|(name, _)| registers.layer(name)));
    let around = Rect::new(HERE - coord! { x: 600.0, y: 600.0 }, HERE + coord! { x: 2_100.0, y: 2_100.0 });
    let zooms = [3, 8, 11, 13, 14, 16];
    let mut before = tiles(&registers, &registers.view(&tileset), around, &zooms);
    let (mut named, mut altered) = (0, 0);
    for _ in 0..40 {
        let number = random.random_range(0..80u128);
        let (name, properties) = layers[number as usize % 3];
        let gone = random.random_range(0..4) == 0;
        let geometry = (!gone).then(|| geometry(&mut random, name));
        let (was, is) = registers.put(name, number, geometry, properties);
        let after = tiles(&registers, &registers.view(&tileset), around, &zooms);
        for grid in &GRIDS {
            let touched = touched(&registers.atlas, &tileset, grid, registers.position(name), was, is);
            for ((_, tile), bytes) in after.iter().filter(|((number, _), _)| *number == grid.number()) {
                let differs = before[&(grid.number(), *tile)] != *bytes;
                assert!(!differs || touched.contains(*tile), "{} {tile} after {was:?} {is:?}", grid.id);
                altered += usize::from(differs);
                named += usize::from(touched.contains(*tile) && name != "roads");
            }
            assert!(touched.iter().all(|tile| touched.contains(tile)));
        }
        before = after;
    }
    // Roads are named by their box, which holds tiles that the line misses.
    assert!(altered > 300 && named < 2 * altered, "{named} named, {altered} altered");
}

#[test]
fn a_point_that_is_moved_touches_a_tile_or_two_a_zoom() {
    let registers = Registers::empty();
    let tileset = of([registers.layer("hydrants")]);
    let place = |east: f64| Some(Rect::new(HERE + coord! { x: east, y: 0.0 }, HERE + coord! { x: east, y: 0.0 }));
    let one = touched(&registers.atlas, &tileset, Grid::web(), registers.position("hydrants"), None, place(0.0));
    assert_eq!(one.iter().map(|tile| tile.z).collect::<std::collections::BTreeSet<_>>().len(), 21);
    assert!(one.count() <= 21 * 2, "{one:?}");
    let far =
        touched(&registers.atlas, &tileset, Grid::web(), registers.position("hydrants"), place(0.0), place(9_000.0));
    assert!(far.count() <= 21 * 4);
    let none = touched(&registers.atlas, &tileset, Grid::web(), registers.position("roads"), None, place(0.0));
    assert_eq!(none, Touched::default());
}
