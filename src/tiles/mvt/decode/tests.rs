use rand::{RngExt as _, SeedableRng as _};

use super::*;

/// A field with a length.
fn block(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("short");
    assert!(length < 128, "short");
    [&[number << 3 | 2, length][..], payload].concat()
}

/// The examples of the format's chapter 4.3.5, each as a feature of a layer.
fn layer_with(kind: u8, geometry: &[u8]) -> Vec<u8> {
    let feature = [&[0x08, 42, 0x18, kind][..], &block(2, &[0, 0, 1, 1]), &block(4, geometry)].concat();
    let layer = [
        block(1, b"wells"),
        block(2, &feature),
        block(3, b"name"),
        block(3, b"depth"),
        block(4, &block(1, "Börn".as_bytes())),
        block(4, &[0x30, 9]),
        vec![0x28, 0x80, 0x20],
        vec![0x78, 2],
    ];
    block(3, &layer.concat())
}

#[test]
fn a_feature_is_read_with_its_id_its_values_and_its_place() {
    let bytes = layer_with(1, &[9, 50, 34]);
    let tile = Tile::decode(&bytes).expect("valid");
    let layer = tile.layer("wells").expect("there");
    assert_eq!((layer.extent, layer.features().len()), (4096, 1));
    let feature = layer.features().next().expect("one");
    assert_eq!(feature.id(), Some(42));
    assert_eq!(feature.property("name"), Some(Value::Text("Börn")));
    assert_eq!(feature.property("depth"), Some(Value::Integer(-5)));
    assert_eq!(feature.property("colour"), None);
    let geometry = feature.geometry();
    assert_eq!(geometry.kind, Kind::Point);
    assert_eq!(geometry.parts().collect::<Vec<_>>(), [[[25, 17]]]);
}

#[test]
fn lines_follow_each_other_from_where_the_last_one_ended() {
    let bytes = layer_with(2, &[9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]);
    let tile = Tile::decode(&bytes).expect("valid");
    let feature = tile.layers[0].features().next().expect("one");
    let lines: Vec<_> = feature.geometry().parts().map(<[_]>::to_vec).collect();
    assert_eq!(lines, [vec![[2, 2], [2, 10], [10, 10]], vec![[1, 1], [3, 5]]]);
}

#[test]
fn a_ring_that_winds_the_other_way_is_a_hole_of_the_polygon_before_it() {
    let commands = [
        9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15,
    ];
    let bytes = layer_with(3, &commands);
    let tile = Tile::decode(&bytes).expect("valid");
    let polygons = tile.layers[0].features().next().expect("one").geometry().polygons();
    let rings: Vec<usize> = polygons.iter().map(Vec::len).collect();
    assert_eq!(rings, [1, 2]);
    assert_eq!(polygons[1][1], [[13, 13], [13, 17], [17, 17], [17, 13]]);
    assert!(ring_area(polygons[0][0]) > 0 && ring_area(polygons[1][1]) < 0);
}

#[test]
fn counts_that_the_bytes_cannot_hold_are_refused_before_memory_is_taken() {
    // A MoveTo of 2^29 - 1 points in five bytes.
    let bytes = layer_with(1, &[0xf9, 0xff, 0xff, 0xff, 0x0f, 2, 2]);
    assert_eq!(Tile::decode(&bytes), Err(MvtError::Truncated("a geometry")));
}

#[test]
fn commands_that_make_no_geometry_are_refused() {
    for (kind, commands, what) in [
        (1, &[][..], "no commands"),
        (1, &[10, 2, 2], "a line command for a point"),
        (1, &[9, 2, 2, 9, 2, 2], "two commands for points"),
        (2, &[9, 2, 2], "a line of one position"),
        (2, &[17, 2, 2, 2, 2, 10, 2, 2], "a line that begins twice"),
        (3, &[9, 2, 2, 18, 2, 2, 3, 3], "a ring that is not closed"),
        (3, &[9, 2, 2, 10, 2, 2, 15], "a ring of two positions"),
        (4, &[9, 2, 2], "an unknown type"),
    ] {
        assert!(Tile::decode(&layer_with(kind, commands)).is_err(), "{what}");
    }
}

#[test]
fn tags_outside_of_keys_and_values_are_refused() {
    let feature = [&[0x18, 1][..], &block(2, &[0, 0]), &block(4, &[9, 2, 2])].concat();
    let bytes = block(3, &[block(1, b"a"), block(2, &feature)].concat());
    assert_eq!(Tile::decode(&bytes), Err(MvtError::Tags));
}

#[test]
fn every_cut_and_every_changed_byte_is_a_tile_or_an_error_and_never_a_panic() {
    let whole = layer_with(3, &[9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15]);
    for end in 0..whole.len() {
        let _ = Tile::decode(&whole[..end]);
    }
    let mut dice = rand_pcg::Pcg64Mcg::seed_from_u64(7);
    for _ in 0..20_000 {
        let mut bytes = whole.clone();
        for _ in 0..dice.random_range(1..4) {
            let at = dice.random_range(0..bytes.len());
            bytes[at] = dice.random();
        }
        if let Ok(tile) = Tile::decode(&bytes) {
            let features = tile.layers.iter().flat_map(Layer::features);
            features.for_each(|feature| drop((feature.properties().count(), feature.geometry().polygons())));
        }
    }
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..dice.random_range(0..200)).map(|_| dice.random()).collect();
        let _ = Tile::decode(&bytes);
    }
}
