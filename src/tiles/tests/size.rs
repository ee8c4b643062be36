use super::*;

#[test]
fn no_tile_of_the_district_is_too_big_and_every_one_is_readable() {
    let registers = district();
    let extent = registers.get("municipalities").extent().expect("municipalities");
    let mut greatest = 0;
    for tileset in [base(registers), firewater(registers)] {
        let view = registers.view(&tileset);
        for grid in &GRIDS {
            let area = registers.atlas.project(grid, extent);
            for (z, _) in grid
                .levels
                .iter()
                .enumerate()
                .filter(|(_, level)| level.zoom <= if grid == Grid::web() { 13 } else { 11 })
            {
                for tile in grid.tiles(z as u8, area).expect("tiles").iter() {
                    let bytes = encode(&view, grid, tile);
                    assert!(bytes.len() <= MOST_BYTES, "{} {tile}: {}", grid.id, bytes.len());
                    greatest = greatest.max(bytes.len());
                    read(&bytes, |_, _| {});
                }
            }
        }
    }
    assert!(greatest > 20_000, "the greatest has {greatest} bytes: too easy a district");
}

#[test]
fn a_tile_with_more_points_than_it_can_hold_counts_them_in_cells_and_loses_none() {
    let mut registers = Registers::empty();
    let snapshot = registers.get("hydrants").clone();
    let mut encoder = snapshot.encoder();
    // A hundred a side, two metres apart: nobody has that.
    let features: Vec<_> = (0..10_000u32)
        .map(|number| {
            let place = at(f64::from(number % 100) * 2.0, f64::from(number / 100) * 2.0);
            encoder.encode(id(number.into()), 1, Some(place), br#"{"kind":"pillar","ref":"H"}"#).expect("a feature").0
        })
        .collect();
    let position = registers.position("hydrants");
    registers.snapshots[position] = Arc::new(Snapshot::load(snapshot.collection().clone(), snapshot.frame(), features));
    let tileset = of([Layer { status: true, ..registers.layer("hydrants") }]);
    let view = registers.view(&tileset);
    for grid in &GRIDS {
        for (z, _) in grid.levels.iter().enumerate().filter(|(_, level)| level.zoom >= 14 && level.zoom < 18) {
            let extent = registers.atlas.project(grid, registers.get("hydrants").extent().expect("hydrants"));
            let mut sum = 0;
            for tile in grid.tiles(z as u8, extent).expect("tiles").iter() {
                let bytes = encode(&view, grid, tile);
                assert!(bytes.len() <= MOST_BYTES);
                read(&bytes, |_, feature| {
                    let [x, y] = feature.geometry().parts().next().expect("a part")[0];
                    if (0..4096).contains(&x) && (0..4096).contains(&y) {
                        sum += feature.property("count").and_then(mvt::Value::number).unwrap_or(1.0) as u64;
                    }
                });
            }
            assert_eq!(sum, 10_000, "{} level {z}", grid.id);
        }
    }
}
