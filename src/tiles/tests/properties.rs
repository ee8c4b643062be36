use std::collections::HashSet;

use super::*;
use crate::tiles::content::tile_id;

#[test]
fn an_id_is_stable_exact_in_a_double_and_not_shared() {
    let ids: HashSet<u64> = (0..200_000).map(|number| tile_id(id(number))).collect();
    assert_eq!(ids.len(), 200_000);
    assert!(ids.iter().all(|id| *id < 1 << 53));
    assert_eq!(tile_id(id(0)), tile_id(id(0)));
    let text = "0190a5c2-7b1e-7c3a-9f10-2f6f0d1c9a11";
    assert_eq!(tile_id(text.parse().expect("an id")), 3_085_173_637_562_338, "the same in every release");
}

#[test]
fn values_have_their_types_and_codes_their_words() {
    let mut registers = Registers::empty();
    let properties = r#"{"ref":"H 7","kind":"underground","main_diameter":100,"flow_pressure":1.5,
        "status_as_of":"2026-01-02","operational_status":"ready"}"#;
    registers.put("hydrants", 1, Some(at(0.0, 0.0)), properties);
    let tileset = of([Layer { status: true, ..registers.layer("hydrants") }]);
    let web = Grid::web();
    let tile = encode(&registers.view(&tileset), web, registers.tile_at(web, 16, HERE));
    let mut seen = 0;
    read(&tile, |_, feature| {
        seen += 1;
        let text = |name: &str| feature.property(name).and_then(mvt::Value::text);
        assert_eq!(feature.id(), Some(tile_id(id(1))));
        assert_eq!(text("id"), Some(id(1).to_string()).as_deref());
        assert_eq!(text("ref"), Some("H 7"));
        assert_eq!(text("kind"), Some("underground"));
        assert_eq!(text("status"), Some("ready"));
        assert_eq!(text("status_as_of"), Some("2026-01-02"));
        assert_eq!(text("flow_class"), Some("unknown"), "nobody has measured");
        assert_eq!(feature.property("main_diameter"), Some(mvt::Value::Integer(100)));
        assert_eq!(feature.property("flow_pressure"), Some(mvt::Value::Float(1.5)));
        assert_eq!(feature.property("street"), None, "not recorded");
    });
    assert_eq!(seen, 1);
}

#[test]
fn who_is_not_staff_gets_no_staff_property() {
    let mut registers = Registers::empty();
    registers.put("hydrants", 1, Some(at(0.0, 0.0)), r#"{"kind":"pillar","remark":"Schlüssel beim Wirt"}"#);
    let tileset = of([registers.layer("hydrants")]);
    let web = Grid::web();
    let tile = registers.tile_at(web, 16, HERE);
    let holds = |visibility| {
        let bytes = encode(&registers.view_of(&tileset, visibility), web, tile);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (text.contains("remark"), text.contains("Wirt"))
    };
    assert_eq!(holds(Visibility::Public), (false, false));
    assert_eq!(holds(Visibility::Staff), (true, true));
}

#[test]
fn the_same_contents_give_the_same_bytes_whatever_came_first() {
    let mut registers = Registers::empty();
    let mut other = Registers::empty();
    for number in 0..50 {
        registers.hydrant(number, number as f64 * 3.0, 0.0);
        other.hydrant(49 - number, (49 - number) as f64 * 3.0, 0.0);
    }
    let web = Grid::web();
    for z in 0..=20 {
        let tile = registers.tile_at(web, z, HERE);
        let tileset = of([registers.layer("hydrants")]);
        let (one, two) = (registers.view(&tileset), other.view(&tileset));
        assert_eq!(encode(&one, web, tile), encode(&two, web, tile), "zoom {z}");
    }
}

#[test]
fn classes_appear_at_their_zoom_and_a_layer_never_vanishes_by_looking_closer() {
    let mut registers = Registers::empty();
    let line = |north: f64| {
        let (from, to) = (HERE + coord! { x: -200.0, y: north }, HERE + coord! { x: 200.0, y: north });
        Geometry::LineString(vec![from, to].into())
    };
    registers.put("roads", 1, Some(line(0.0)), r#"{"class":"primary"}"#);
    registers.put("roads", 2, Some(line(5.0)), r#"{"class":"track"}"#);
    let class = registers.get("roads").collection().position("class").expect("class");
    let classes = Classes { property: class, from: vec![5, 5, 8, 9, 10, 11, 12, 13, 14, 14], otherwise: 12 };
    let tileset = of([Layer { zooms: (8, 16), classes: Some(classes), ..registers.layer("roads") }]);
    let view = registers.view(&tileset);
    let web = Grid::web();
    let shown = |z| shapes(&encode(&view, web, registers.tile_at(web, z, HERE))).len();
    assert_eq!((shown(7), shown(13), shown(14), shown(16), shown(17), shown(20)), (0, 1, 2, 2, 2, 2));
}

#[test]
fn a_settlement_is_named_once_at_one_of_its_houses() {
    let registers = district();
    let tileset = base(registers);
    let places = registers.atlas.places.of(registers.get("addresses"));
    assert!(places.iter().any(|place| place.rank == 1) && places.len() > 50, "{}", places.len());
    assert_eq!(places.iter().map(|place| place.addresses as usize).sum::<usize>(), registers.get("addresses").len());
    let view = registers.view(&tileset);
    let web = Grid::web();
    let extent = registers.atlas.project(web, registers.get("addresses").extent().expect("addresses"));
    let mut names = Vec::new();
    for tile in web.tiles(12, extent).expect("tiles").iter() {
        read(&encode(&view, web, tile), |layer, feature| {
            let [x, y] = feature.geometry().parts().next().expect("a part")[0];
            if layer == "places" && (0..4096).contains(&x) && (0..4096).contains(&y) {
                names.push(feature.property("name").and_then(mvt::Value::text).expect("a name").to_owned());
            }
        });
    }
    let mut expected: Vec<_> = places.iter().map(|place| place.name.clone()).collect();
    expected.sort();
    names.sort();
    assert_eq!(names, expected);
}
