use std::collections::HashSet;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::clock::Clock;
use crate::index::Index;

/// Points whose place is in the tile itself and not in its margin, counted: each by itself or with its cell.
fn counted(bytes: &[u8], layer: &str) -> u64 {
    let mut sum = 0;
    read(bytes, |name, feature| {
        if name != layer {
            return;
        }
        let [x, y] = feature.geometry().parts().next().expect("a part")[0];
        let count = feature.property("count").and_then(mvt::Value::number).unwrap_or(1.0) as u64;
        // A cell's middle may be rounded up to the edge; its cell is in the tile if its middle before rounding was.
        if (0..4096).contains(&x) && (0..4096).contains(&y) {
            sum += count;
        }
    });
    sum
}

fn total(registers: &Registers, view: &View, grid: &'static Grid, z: u8, layer: &str) -> u64 {
    let extent = registers.get("hydrants").extent().expect("hydrants");
    let range = grid.tiles(z, registers.atlas.project(grid, extent)).expect("tiles");
    range.iter().map(|tile| counted(&encode(view, grid, tile), layer)).sum()
}

#[test]
fn the_counts_of_all_tiles_add_up_to_all_points_at_every_zoom_of_every_grid() {
    let registers = district();
    let tileset = of([Layer { status: true, ..registers.layer("hydrants") }]);
    let view = registers.view(&tileset);
    let rule = view.layers[0].rule.clone().expect("a rule");
    let expected = registers.get("hydrants").iter().filter(|stored| rule.readiness(stored.row()).is_some()).count();
    for grid in &GRIDS {
        for (z, level) in
            grid.levels.iter().enumerate().filter(|(_, level)| level.zoom <= if grid == Grid::web() { 15 } else { 12 })
        {
            let sum = total(registers, &view, grid, z as u8, "hydrants");
            assert_eq!(sum, expected as u64, "{} level {z}, zoom {}", grid.id, level.zoom);
        }
    }
}

#[test]
fn a_cell_says_how_many_have_each_status_and_a_point_alone_is_itself() {
    let mut registers = Registers::empty();
    let statuses = ["ready", "ready", "restricted", "out_of_service"];
    for (number, status) in statuses.iter().enumerate() {
        let properties = format!(r#"{{"kind":"pillar","operational_status":"{status}","status_as_of":"2026-01-01"}}"#);
        registers.put("hydrants", number as u128, Some(at(number as f64, 0.0)), &properties);
    }
    registers.hydrant(9, 4_000.0, 0.0);
    registers.put("hydrants", 10, Some(at(1.0, 1.0)), r#"{"kind":"pillar","lifecycle":"planned"}"#);
    let tileset = firewater(&registers);
    let view = registers.view(&tileset);
    let web = Grid::web();
    let mut seen = Vec::new();
    read(&encode(&view, web, registers.tile_at(web, 10, HERE)), |layer, feature| {
        assert_eq!(layer, "hydrants");
        let number = |name: &str| feature.property(name).and_then(mvt::Value::number).map(|number| number as u32);
        let text = |name: &str| feature.property(name).and_then(mvt::Value::text).map(str::to_owned);
        let counts = ["count", "ready", "restricted", "unknown", "out_of_service"].map(number);
        seen.push((counts, text("id"), text("status"), feature.id().is_some()));
    });
    seen.sort();
    let alone = id(9).to_string();
    assert_eq!(
        seen,
        [
            ([None; 5], Some(alone), Some("unknown".to_owned()), true),
            ([Some(4), Some(2), Some(1), Some(0), Some(1)], None, None, false),
        ]
    );
}

#[test]
fn neighbouring_tiles_agree_about_the_cells_at_their_common_edge() {
    let registers = district();
    let tileset = of([registers.layer("hydrants")]);
    let view = registers.view(&tileset);
    let web = Grid::web();
    let mut shared = 0;
    let extent = registers.atlas.project(web, registers.get("hydrants").extent().expect("hydrants"));
    for tile in web.tiles(11, extent).expect("tiles").iter() {
        let symbols = |tile: TileId| {
            let mut symbols = HashSet::new();
            read(&encode(&view, web, tile), |_, feature| {
                let [x, y] = feature.geometry().parts().next().expect("a part")[0];
                symbols.insert((x, y, feature.property("count").and_then(mvt::Value::number).map(|n| n as u32)));
            });
            symbols
        };
        let (here, right) = (symbols(tile), symbols(TileId { x: tile.x + 1, ..tile }));
        for (x, y, count) in &here {
            // Rounded alike: neighbours are a whole number of units apart.
            if (4096 - 64..4096 + 64).contains(x) && (0..4096).contains(y) {
                assert!(right.contains(&(x - 4096, *y, *count)), "{tile}: {x} {y} {count:?}");
                shared += 1;
            }
        }
    }
    assert!(shared > 10, "something lies at edges: {shared}");
}

#[test]
fn counts_follow_edits_at_every_zoom() {
    let mut registers = Registers::empty();
    for number in 0..40 {
        registers.hydrant(number, (number as f64) * 120.0, (number as f64) * 70.0);
    }
    let tileset = of([registers.layer("hydrants")]);
    let check = |registers: &Registers, expected: u64| {
        let view = registers.view(&tileset);
        for grid in &GRIDS {
            for (z, _) in grid.levels.iter().enumerate().filter(|(_, level)| level.zoom < 14) {
                assert_eq!(total(registers, &view, grid, z as u8, "hydrants"), expected, "{} {z}", grid.id);
            }
        }
    };
    check(&registers, 40);
    registers.put("hydrants", 3, None, "");
    check(&registers, 39);
    registers.hydrant(77, -900.0, 3_000.0);
    check(&registers, 40);
    registers.hydrant(5, 9_000.0, -2_000.0);
    check(&registers, 40);
    let none = vec![(None, None); 2_000];
    registers.atlas.changed(registers.position("hydrants"), &none);
    check(&registers, 40);
}

#[test]
fn a_view_of_before_an_edit_cannot_bring_back_what_it_saw() {
    let mut registers = Registers::empty();
    registers.hydrant(1, 0.0, 0.0);
    registers.hydrant(2, 1.0, 0.0);
    let tileset = of([registers.layer("hydrants")]);
    let web = Grid::web();
    let tile = registers.tile_at(web, 9, HERE);
    let old = registers.view(&tileset);
    registers.hydrant(3, 0.0, 1.0);
    // Whoever still holds the old view counts after the edit was told of.
    encode(&old, web, tile);
    assert_eq!(counted(&encode(&registers.view(&tileset), web, tile), "hydrants"), 3);
}

#[test]
fn a_view_that_is_made_while_an_edit_is_told_of_keeps_nothing_of_before_it() {
    let mut registers = Registers::empty();
    registers.hydrant(1, 0.0, 0.0);
    registers.hydrant(2, 1.0, 0.0);
    let tileset = of([registers.layer("hydrants")]);
    let web = Grid::web();
    let tile = registers.tile_at(web, 9, HERE);
    let before = registers.snapshots.clone();
    let change = registers.put("hydrants", 3, Some(at(0.0, 1.0)), r#"{"kind":"pillar"}"#);
    // The first of all views takes its snapshot, and hears nothing of the edit that comes just then.
    let snapshot = |k: usize| {
        registers.atlas.changed(k, &[change]);
        before[k].clone()
    };
    let old = View::new(&registers.atlas, &tileset, snapshot, |_| Some(Visibility::Public), registers.today);
    assert_eq!(counted(&encode(&old, web, tile), "hydrants"), 2);
    assert_eq!(counted(&encode(&registers.view(&tileset), web, tile), "hydrants"), 3);
}

/// Forty hydrants in a row, each confirmed on a day.
fn row_of_hydrants(confirmed: &str) -> Registers {
    let mut registers = Registers::empty();
    for number in 0..40 {
        let properties = format!(r#"{{"kind":"pillar","operational_status":"ready","status_as_of":"{confirmed}"}}"#);
        registers.put("hydrants", number, Some(at(number as f64 * 120.0, number as f64 * 70.0)), &properties);
    }
    registers
}

/// Takes all but the first and the last of them away without telling anybody: who counts points from now on finds two.
fn hide_most(registers: &mut Registers) {
    let position = registers.position("hydrants");
    let gone = (1..39).map(|number| Applied { id: id(number), after: None });
    registers.snapshots[position] = Arc::new(registers.snapshots[position].apply(gone));
}

#[test]
fn what_was_counted_ahead_is_not_counted_when_its_tile_is_asked_for() {
    let mut registers = row_of_hydrants("2026-01-01");
    let tileset = of([registers.layer("hydrants")]);
    for grid in &GRIDS {
        for threads in [1, 3] {
            ahead::count(&registers.view(&tileset), grid, threads);
        }
    }
    hide_most(&mut registers);
    let view = registers.view(&tileset);
    for grid in &GRIDS {
        for (z, _) in grid.levels.iter().enumerate().filter(|(_, level)| level.zoom < 14) {
            assert_eq!(total(&registers, &view, grid, z as u8, "hydrants"), 40, "{} {z}", grid.id);
        }
    }
}

#[test]
fn shortly_before_midnight_the_statuses_of_the_next_day_are_counted() {
    let mut registers = row_of_hydrants("2022-11-22");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = Arc::new(Catalogue::load(&root.join("data")).expect("the declarations"));
    let tilesets = Arc::new(Tilesets::load(&root.join("tiles"), &catalogue).expect("the tilesets"));
    let index = Index::new(catalogue, &registers.district);
    let index = Arc::new(index.holding(registers.snapshots.iter().map(|snapshot| (**snapshot).clone())));
    let clock = Clock::standing_at("2026-11-22T23:50:00Z".parse().expect("an instant"));
    let ahead = Ahead::new(index, tilesets.clone(), registers.atlas.clone(), clock);
    ahead.all(&CancellationToken::new());
    hide_most(&mut registers);
    let firewater = &tilesets.at(tilesets.place("firewater").expect("a tileset")).expect("a tileset").tileset;
    let web = Grid::web();
    let tile = registers.tile_at(web, 5, HERE);
    for (day, status) in [("2026-11-22", "ready"), ("2026-11-23", "unknown")] {
        registers.today = day.parse().expect("a day");
        let mut counts = Vec::new();
        read(&encode(&registers.view(firewater), web, tile), |_, feature| {
            counts.push(feature.property(status).and_then(mvt::Value::number).unwrap_or_default());
        });
        assert_eq!(counts.iter().sum::<f64>(), 40.0, "{day}");
    }
}
