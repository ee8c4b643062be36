use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::{Contains, Length};
use geo_types::LineString;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::feature::{Shape, Value};

/// Names along roads as the house's tileset has them, clear of hydrants.
fn named(registers: &Registers) -> Tileset {
    let roads = registers.get("roads").collection().clone();
    let place = |name: &str| roads.position(name).expect("a property");
    let names = Names {
        property: place("name"),
        letter: 6.0,
        every: 300.0,
        clear_of: vec![registers.position("hydrants")],
        symbols: vec![(15, 12.0), (16, 20.0), (17, 28.0)],
    };
    of([Layer {
        name: "street_names".to_owned(),
        content: Content::Names,
        properties: vec![place("name")],
        zooms: (14, 16),
        names: Some(names),
        ..registers.layer("roads")
    }])
}

fn road(points: &[(f64, f64)]) -> Option<Geometry> {
    let line: LineString = points.iter().map(|(x, y)| HERE + coord! { x: *x, y: *y }).collect();
    Some(line.into())
}

/// What is written on a tile: zoom, name and stretch.
fn written(registers: &Registers, tile: TileId) -> Vec<(u64, String, Vec<[i32; 2]>)> {
    let mut found = Vec::new();
    read(&encode(&registers.view(&named(registers)), Grid::web(), tile), |_, feature| {
        let name = feature.property("name").and_then(mvt::Value::text).expect("a name").to_owned();
        let zoom = feature.property("zoom").and_then(mvt::Value::number).expect("a zoom") as u64;
        found.push((zoom, name, feature.geometry().parts().next().expect("a part").to_vec()));
    });
    found
}

/// Everything that is written at a zoom, over all tiles around [`HERE`].
fn around(registers: &Registers, z: u8) -> Vec<(TileId, Vec<[i32; 2]>)> {
    let web = Grid::web();
    let reach = coord! { x: 2_000.0, y: 2_000.0 };
    let tiles = web.tiles(z, registers.atlas.project(web, Rect::new(HERE - reach, HERE + reach))).expect("tiles");
    let of_tile = |tile| written(registers, tile).into_iter().map(move |(zoom, _, line)| (zoom, tile, line));
    let all = tiles.iter().flat_map(of_tile);
    all.filter(|(zoom, ..)| *zoom == u64::from(z)).map(|(_, tile, line)| (tile, line)).collect()
}

#[test]
fn a_street_in_pieces_that_are_too_short_for_its_name_has_it_once() {
    let mut registers = Registers::empty();
    for (number, from) in [0.0, 30.0, 60.0, 90.0].into_iter().enumerate() {
        // Two of them are drawn against the others.
        let (a, b) = if number % 2 == 0 { (from, from + 30.0) } else { (from + 30.0, from) };
        registers.put(
            "roads",
            number as u128,
            road(&[(a, 0.0), (b, 0.0)]),
            r#"{"class":"residential","name":"Lange Straße"}"#,
        );
    }
    registers.put("roads", 9, road(&[(0.0, 40.0), (30.0, 40.0)]), r#"{"class":"residential","name":"Lange Straße"}"#);
    assert_eq!(around(&registers, 16).len(), 1, "and not along a piece that is too short by itself");
}

#[test]
fn a_name_on_the_edge_of_a_tile_is_told_by_one_of_both_and_as_if_there_were_none() {
    let mut registers = Registers::empty();
    let web = Grid::web();
    let home = registers.tile_at(web, 16, HERE);
    // Far enough that it lies across an edge of tiles whichever way it goes.
    for (number, (east, north)) in [(400.0, 0.0), (0.0, 400.0)].into_iter().enumerate() {
        let properties = r#"{"class":"residential","name":"Grenzweg"}"#;
        for step in 0..8 {
            let at = |part: f64| (east * (f64::from(step) + part) / 4.0, north * (f64::from(step) + part) / 4.0);
            registers.put("roads", number as u128 * 10 + step as u128, road(&[at(0.1), at(0.9)]), properties);
        }
    }
    let all = around(&registers, 16);
    assert_eq!(all.len(), 16, "each piece is long enough for its name");
    let beyond = |(_, line): &&(TileId, Vec<[i32; 2]>)| line.iter().flatten().any(|at| !(0..4096).contains(at));
    assert!(all.iter().filter(beyond).count() > 0, "none of them lies on an edge");
    let tiles: BTreeSet<_> = all.iter().map(|(tile, _)| (tile.x, tile.y)).collect();
    assert!(tiles.len() > 2 && tiles.contains(&(home.x, home.y)));
}

#[test]
fn a_name_makes_way_for_a_symbol_and_one_that_finds_no_room_is_written_all_the_same_where_streets_are_looked_for() {
    let mut registers = Registers::empty();
    let properties = r#"{"class":"residential","name":"Kastanienstraße"}"#;
    registers.put("roads", 1, road(&[(0.0, 0.0), (160.0, 0.0)]), properties);
    let places = |registers: &Registers, z| {
        let all = around(registers, z);
        all.into_iter().map(|(tile, line)| (tile, line[0], line[line.len() - 1])).collect::<Vec<_>>()
    };
    let free = places(&registers, 16);
    registers.hydrant(1, 80.0, 0.0);
    let made_way = places(&registers, 16);
    assert_eq!((free.len(), made_way.len()), (1, 1));
    assert_ne!(free, made_way);
    // Everywhere a hydrant, ten pixels apart.
    (0..20).for_each(|number| registers.hydrant(number, number as f64 * 8.0, 0.0));
    assert_eq!(places(&registers, 16).len(), 0, "nothing could be read");
    let mut registers = Registers::empty();
    registers.put("roads", 1, road(&[(0.0, 0.0), (80.0, 0.0)]), properties);
    registers.hydrant(1, 40.0, 0.0);
    assert_eq!((places(&registers, 15).len(), places(&registers, 16).len()), (0, 1));
}

#[test]
fn whoever_looks_closer_finds_the_name_again_on_the_tile_that_is_drawn_larger() {
    let mut registers = Registers::empty();
    registers.put("roads", 1, road(&[(0.0, 0.0), (230.0, 10.0)]), r#"{"class":"residential","name":"Am Wall"}"#);
    let web = Grid::web();
    let mut zooms: BTreeMap<u64, usize> = BTreeMap::new();
    let reach = coord! { x: 400.0, y: 400.0 };
    let tiles = web.tiles(16, registers.atlas.project(web, Rect::new(HERE - reach, HERE + reach))).expect("tiles");
    for (zoom, ..) in tiles.iter().flat_map(|tile| written(&registers, tile)) {
        *zooms.entry(zoom).or_default() += 1;
    }
    // Twice the length each time: the names between those that were there before.
    let counts: Vec<(u64, usize)> = zooms.into_iter().collect();
    assert_eq!(counts, [(16, 1), (17, 1), (18, 2), (19, 5)]);
}

#[test]
fn no_name_runs_around_a_sharp_bend_or_over_another() {
    let mut registers = Registers::empty();
    let bent = r#"{"class":"residential","name":"Winkelgasse"}"#;
    registers.put("roads", 1, road(&[(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (60.0, 30.0)]), bent);
    assert_eq!(around(&registers, 16), []);
    let (one, other) = (r#"{"class":"residential","name":"Querweg"}"#, r#"{"class":"residential","name":"Langweg"}"#);
    registers.put("roads", 2, road(&[(200.0, 0.0), (260.0, 0.0)]), one);
    registers.put("roads", 3, road(&[(230.0, -30.0), (230.0, 30.0)]), other);
    assert_eq!(around(&registers, 16).len(), 1, "there is room for one of them where they cross");
}

#[test]
fn nearly_every_street_of_the_district_that_is_longer_than_its_name_is_named() {
    let registers = district();
    let tileset = named(registers);
    let view = registers.view(&tileset);
    let web = Grid::web();
    let mut names: BTreeMap<String, f64> = BTreeMap::new();
    let name = registers.get("roads").collection().position("name").expect("a name");
    // A part of the greatest town: metres of each street as a whole.
    let places = registers.atlas.places.of(registers.get("addresses"));
    let town = places.iter().find(|place| place.rank == 1).expect("a town");
    let reach = coord! { x: 500.0, y: 500.0 };
    let part = Rect::new(town.at - reach, town.at + reach);
    registers.get("roads").window(part, |stored| {
        let stored: &Stored = stored;
        let (Value::Text(name), Shape::Other(shape)) = (stored.row().get(name), &stored.shape) else { return };
        if let Geometry::LineString(line) = &**shape
            && line.0.iter().all(|place| part.contains(place))
        {
            *names.entry(name.to_owned()).or_default() += geo::Euclidean.length(line);
        }
    });
    let metres_a_pixel = 0.71;
    let long =
        names.iter().filter(|(name, metres)| **metres / metres_a_pixel > (name.chars().count() as f64 * 6.0).max(80.0));
    let long: BTreeSet<&String> = long.map(|(name, _)| name).collect();
    let mut written = BTreeSet::new();
    for tile in web.tiles(16, registers.atlas.project(web, part)).expect("tiles").iter() {
        let bytes = encode(&view, web, tile);
        assert!(bytes.len() < 20_000, "{tile}: {}", bytes.len());
        read(&bytes, |_, feature| {
            if feature.property("zoom").and_then(mvt::Value::number) == Some(16.0) {
                written.extend(feature.property("name").and_then(mvt::Value::text).map(str::to_owned));
            }
        });
    }
    let missing: Vec<_> = long.iter().filter(|name| !written.contains(**name)).collect();
    assert!(long.len() > 20 && missing.len() * 10 < long.len(), "{} of {}: {missing:?}", missing.len(), long.len());
}

#[test]
fn every_tile_on_which_a_name_makes_way_is_named_and_a_symbol_that_stays_touches_none() {
    let mut registers = Registers::empty();
    let mut random = rand_pcg::Pcg64::seed_from_u64(7);
    let mut street = |registers: &mut Registers, number: u128| {
        let mut place = || (random.random_range(0.0..1_200.0), random.random_range(0.0..1_200.0));
        let (from, to) = (place(), place());
        let properties = format!(r#"{{"class":"residential","name":"Weg {}"}}"#, number % 9);
        registers.put("roads", number, road(&[from, to]), &properties)
    };
    for number in 0..40 {
        street(&mut registers, number);
    }
    (0..40).for_each(|number| registers.hydrant(number, number as f64 * 29.0, number as f64 * 17.0 % 1_200.0));
    let web = Grid::web();
    let around = Rect::new(HERE - coord! { x: 900.0, y: 900.0 }, HERE + coord! { x: 2_100.0, y: 2_100.0 });
    let tileset = named(&registers);
    let tiles = |registers: &Registers| -> HashMap<TileId, Vec<u8>> {
        let view = registers.view(&tileset);
        let all = [14, 15, 16, 17].map(|z| web.tiles(z, registers.atlas.project(web, around)).expect("tiles"));
        all.into_iter()
            .flat_map(|range| range.iter().collect::<Vec<_>>())
            .map(|tile| (tile, encode(&view, web, tile)))
            .collect()
    };
    let mut before = tiles(&registers);
    let mut altered = 0;
    for turn in 0..24u128 {
        let (name, (was, is)) = if turn % 2 == 0 {
            ("roads", street(&mut registers, turn))
        } else {
            let place = Some(at(turn as f64 * 47.0, turn as f64 * 31.0));
            ("hydrants", registers.put("hydrants", turn, place, r#"{"kind":"pillar"}"#))
        };
        let after = tiles(&registers);
        let touched = touched(&registers.atlas, &tileset, web, registers.position(name), was, is);
        for (tile, bytes) in after.iter().filter(|(tile, bytes)| before[*tile] != **bytes) {
            assert!(touched.contains(*tile), "{tile} after {name} {was:?} {is:?}");
            altered += usize::from(!bytes.is_empty());
        }
        before = after;
    }
    assert!(altered > 40, "{altered}");
    let (was, is) =
        registers.put("hydrants", 1, Some(at(47.0, 31.0)), r#"{"kind":"pillar","operational_status":"ready"}"#);
    let hydrants = registers.position("hydrants");
    assert_eq!(touched(&registers.atlas, &tileset, web, hydrants, was, is), Touched::default());
}
