use rand::{RngExt, SeedableRng};

use super::*;

/// Tile units in which a place of the district lies, by PROJ.
fn exact(registers: &Registers, grid: &Grid, tile: TileId, place: Coord) -> Coord {
    let frame = registers.district.frame();
    let image = frame.transformer.coord(frame.crs, grid.crs, place).expect("a place");
    let bounds = grid.bounds(tile);
    let unit = bounds.width() / f64::from(mvt::EXTENT);
    coord! { x: (image.x - bounds.min().x) / unit, y: (bounds.max().y - image.y) / unit }
}

#[test]
fn a_place_lies_in_its_tile_where_proj_says_to_a_twentieth_of_a_unit_in_every_grid_at_every_level() {
    let registers = Registers::empty();
    let mut random = rand_pcg::Pcg64::seed_from_u64(3);
    for grid in &GRIDS {
        let mut worst = 0f64;
        for z in 0..grid.levels.len() as u8 {
            for _ in 0..40 {
                let place = coord! {
                    x: random.random_range(220_000.0..300_000.0),
                    y: random.random_range(5_925_000.0..5_995_000.0),
                };
                let tile = registers.tile_at(grid, z, place);
                let placement = registers.atlas.sheet(grid).place(grid, tile, 64.0).expect("on the sheet");
                let (is, should) = (placement.at(place), exact(&registers, grid, tile, place));
                worst = worst.max((is.x - should.x).abs()).max((is.y - should.y).abs());
                let (low, high) = (placement.window.min(), placement.window.max());
                assert!((low.x..=high.x).contains(&place.x) && (low.y..=high.y).contains(&place.y), "{tile}");
            }
        }
        assert!(worst < 0.05, "{}: {worst}", grid.id);
    }
}

#[test]
fn the_window_of_a_tile_holds_everything_in_its_margin() {
    let registers = Registers::empty();
    let frame = registers.district.frame();
    for grid in &GRIDS {
        for z in 0..grid.levels.len() as u8 {
            let tile = registers.tile_at(grid, z, HERE);
            let window = registers.atlas.sheet(grid).place(grid, tile, 64.0).expect("on the sheet").window;
            let bounds = grid.bounds(tile);
            let unit = bounds.width() / 4096.0;
            for step in 0..=400 {
                let part = f64::from(step % 101) / 100.0;
                let (near, far) = (-63.9 * unit, bounds.width() + 63.9 * unit);
                let along = near + (far - near) * part;
                let (x, y) = [(along, near), (along, far), (near, along), (far, along)][step as usize % 4];
                let edge = coord! { x: bounds.min().x + x, y: bounds.min().y + y };
                let sheet = registers.atlas.coverage(grid, z).expect("a sheet");
                if !grid.tiles(z, Rect::new(edge, edge)).is_some_and(|range| range.iter().all(|t| sheet.contains(t))) {
                    continue;
                }
                // Only near the district; a tile of the world reaches where no chart is.
                let Ok(place) = frame.transformer.coord(grid.crs, frame.crs, edge) else { continue };
                let is_near = (place.x - HERE.x).abs() < 60_000.0 && (place.y - HERE.y).abs() < 60_000.0;
                let (low, high) = (window.min(), window.max());
                let inside = (low.x..=high.x).contains(&place.x) && (low.y..=high.y).contains(&place.y);
                assert!(inside || !is_near, "{} {tile}: {place:?} is not in {window:?}", grid.id);
            }
        }
    }
}

#[test]
fn a_tile_far_from_the_district_is_empty() {
    let registers = Registers::empty();
    let tileset = of([registers.layer("hydrants")]);
    let view = registers.view(&tileset);
    for grid in &GRIDS {
        for z in 3..grid.levels.len() as u8 {
            let last = grid.levels[usize::from(z)].tiles - 1;
            for (x, y) in [(0, 0), (last, 0), (0, last), (last, last)] {
                assert_eq!(encode(&view, grid, TileId { z, x, y }), [0u8; 0]);
            }
        }
    }
}

#[test]
fn no_address_makes_the_encoder_fail() {
    let mut registers = Registers::empty();
    registers.hydrant(1, 0.0, 0.0);
    let tileset = of([registers.layer("hydrants"), registers.layer("roads")]);
    let view = registers.view(&tileset);
    for grid in &GRIDS {
        for z in [0, 1, 7, 14, 20, 21, 255] {
            for (x, y) in [(0, 0), (u32::MAX, 0), (0, u32::MAX), (u32::MAX, u32::MAX), (1 << 20, 1 << 20)] {
                encode(&view, grid, TileId { z, x, y });
            }
        }
    }
}

#[test]
fn the_edge_of_something_great_is_where_proj_says_in_the_closest_tile() {
    let mut registers = Registers::empty();
    // Twenty kilometres of road past this place; the ends are a thousand tiles away.
    let (from, to) = (HERE - coord! { x: 9_000.0, y: 4_000.0 }, HERE + coord! { x: 9_000.0, y: 4_000.0 });
    registers.put("roads", 1, Some(Geometry::LineString(vec![from, to].into())), r#"{"class":"primary"}"#);
    let tileset = of([registers.layer("roads")]);
    let view = registers.view(&tileset);
    for grid in &GRIDS {
        let frame = registers.district.frame();
        let ends = [from, to].map(|end| frame.transformer.coord(frame.crs, grid.crs, end).expect("a place"));
        let middle = (ends[0] + ends[1]) / 2.0;
        let z = grid.levels.len() as u8 - 1;
        let tile = grid.tiles(z, Rect::new(middle, middle)).and_then(|range| range.iter().next()).expect("a tile");
        let bounds = grid.bounds(tile);
        let unit = bounds.width() / 4096.0;
        let seen = shapes(&encode(&view, grid, tile));
        let [(Kind::Line, parts)] = &seen[..] else { panic!("{}: {seen:?}", grid.id) };
        let (a, b) = (parts[0][0], parts[0][parts[0].len() - 1]);
        let place = |at: [i32; 2]| {
            let (right, down) = (f64::from(at[0]) * unit, f64::from(at[1]) * unit);
            coord! { x: bounds.min().x + right, y: bounds.max().y - down }
        };
        for end in [place(a), place(b)] {
            let (along, off) = (ends[1] - ends[0], end - ends[0]);
            let distance = (along.x * off.y - along.y * off.x).abs() / along.x.hypot(along.y);
            assert!(distance < unit, "{}: {} units off", grid.id, distance / unit);
        }
    }
}

#[test]
fn a_district_far_from_a_grid_has_tiles_in_the_webs_and_none_in_that() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/districts/boston.toml");
    let district = District::load(&file).expect("the district");
    let atlas = Atlas::new(&district).expect("an atlas");
    assert!(atlas.coverage(Grid::web(), 12).is_some());
    for grid in GRIDS.iter().filter(|grid| *grid != Grid::web()) {
        assert!((0..grid.levels.len() as u8).all(|z| atlas.coverage(grid, z).is_none()), "{}", grid.id);
    }
}
