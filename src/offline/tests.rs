//! What devices are held to. The fixtures are read by the tests of `web/src/crew/offline`, too, so that both sides answer the
//! same; `UPDATE_FIXTURES=1 cargo test --lib offline::` writes them anew after a change that is meant.

use std::path::PathBuf;

use chrono::Datelike;
use geo_types::{Coord, LineString, coord};
use rand::{RngExt, SeedableRng};
use serde_json::{Value as Json, json};

use super::register::{self, Class};
use super::{columns, gazetteer, roads};
use crate::collection::Visibility;
use crate::collection::locate::{NoSpot, Reckoned, locate};
use crate::coordinate::{LonLat, named_by_link};
use crate::feature::crs::Crs;
use crate::feature::{Geometry, Shape};
use crate::firewater::by_road::Streets;
use crate::firewater::nearest::{Found, Query, Waters};
use crate::firewater::network::Network;
use crate::firewater::{COLLECTIONS, Register};
use crate::tiles::tests::{HERE, Registers, district};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

pub(super) fn read(name: &str) -> Json {
    let text = std::fs::read_to_string(fixture(name)).expect("the fixture");
    serde_json::from_str(&text).expect("JSON")
}

/// Compares with the fixture, or writes it.
pub(super) fn holds(name: &str, found: &Json) {
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(fixture(name), format!("{found}\n")).expect("the fixture is written");
    }
    assert!(read(name) == *found, "{name} says something else; was the change meant?");
}

fn file(registers: &Registers, class: Class) -> Json {
    let snapshots: Vec<_> = COLLECTIONS.iter().map(|name| registers.get(name).clone()).collect();
    serde_json::from_slice(&register::write(&snapshots, class, &registers.district)).expect("JSON")
}

/// The register with the properties alone that decide about order and state.
fn what_decides(register: Json) -> Json {
    only(register, &["kind", "lifecycle", "operational_status", "status_as_of"])
}

/// The register with some properties alone.
pub(super) fn only(mut register: Json, kept: &[&str]) -> Json {
    for collection in register["collections"].as_array_mut().into_iter().flatten() {
        if let Some(columns) = collection["columns"].as_object_mut() {
            columns.retain(|name, _| kept.contains(&name.as_str()));
        }
        if let Some(fields) = collection["fields"].as_array_mut() {
            fields.retain(|field| field["name"].as_str().is_some_and(|name| kept.contains(&name)));
        }
    }
    register
}

#[test]
fn devices_and_server_find_the_same_water_at_200_places() {
    let registers = Registers::demo(200);
    let rules = Register::new(&registers.catalogue, &registers.district);
    let waters = Waters::of(&rules, |position| registers.snapshots[position].clone(), registers.today);
    let everywhere = usual(&registers);
    let mut random = rand_pcg::Pcg64::seed_from_u64(7);
    let bounds = registers.district.bounds;
    let places: Vec<Json> = (0..200)
        .map(|_| {
            let rounded = |value: f64| (value * 1e6).round() / 1e6;
            let lon = rounded(random.random_range(bounds.min().x..bounds.max().x));
            let lat = rounded(random.random_range(bounds.min().y..bounds.max().y));
            let query = Query { at: LonLat { lon, lat }, radius: 15_000.0, limit: 6, ..everywhere };
            let found = waters.nearest(&query).expect("a place in Germany");
            let found: Vec<Json> = found
                .iter()
                .map(|found| {
                    json!([found.stored.id, (found.distance * 10.0).round() / 10.0, found.readiness.status.name()])
                })
                .collect();
            json!({ "lon": lon, "lat": lat, "found": found })
        })
        .collect();
    let found = json!({
        "day": registers.today.num_days_from_ce() - 719_163,
        "radius": 15_000,
        "limit": 6,
        "register": what_decides(file(&registers, Class::PUBLIC)),
        "places": places,
    });
    holds("nearest.json", &found);
}

/// The largest town of the invented district.
const TOWN: Coord = Coord { x: 265_300.0, y: 5_961_000.0 };

/// The register around the town, so that the fixture stays small.
fn register_around(registers: &Registers) -> Json {
    let near = |shape: &Shape| match shape {
        Shape::Point(at) => (*at - TOWN).x.abs() < 6e3 && (*at - TOWN).y.abs() < 6e3,
        _ => true,
    };
    let mut register = file(registers, Class::PUBLIC);
    register["collections"] = COLLECTIONS
        .iter()
        .map(|name| {
            let snapshot = registers.get(name);
            let features: Vec<_> = snapshot.by_id(None).filter(|stored| near(&stored.shape)).collect();
            let mut out = Vec::new();
            columns::write(snapshot.collection(), Visibility::Public, &features, true, &mut out);
            serde_json::from_slice::<Json>(&out).expect("JSON")
        })
        .collect();
    register["nearest_water"]["always_within"] = json!(ALWAYS_WITHIN);
    what_decides(register)
}

/// Metres in a straight line up to which every source is told in the town.
const ALWAYS_WITHIN: f64 = 250.0;

/// What is asked where nobody says otherwise.
fn usual(registers: &Registers) -> Query {
    let nearest = registers.district.nearest_water;
    Query {
        at: LonLat { lon: 0.0, lat: 0.0 },
        radius: 2_000.0,
        limit: nearest.limit,
        always_within: nearest.always_within,
        unlimited: nearest.unlimited,
    }
}

/// The roads around it.
fn roads_around(registers: &Registers) -> Network {
    let is_near = |line: &&LineString| line.coords().all(|at| (*at - TOWN).x.abs() < 3e3 && (*at - TOWN).y.abs() < 3e3);
    let lines: Vec<&LineString> = registers
        .get("roads")
        .by_id(None)
        .filter_map(|road| match &road.shape {
            Shape::Other(geometry) => match &**geometry {
                Geometry::LineString(line) => Some(line),
                _ => None,
            },
            _ => None,
        })
        .filter(is_near)
        .collect();
    Network::build(lines.iter().map(|line| line.0.as_slice()))
}

#[test]
fn devices_and_server_lay_the_same_hoses_from_100_places() {
    let registers = district();
    let network = roads_around(registers);
    let rules = Register::new(&registers.catalogue, &registers.district);
    let waters = Waters::of(&rules, |position| registers.snapshots[position].clone(), registers.today);
    let streets = Streets { network: &network, laying: &registers.district.laying, paths: false };
    let frame = registers.district.frame();
    // Farther than anywhere, so that many of the places have sources that are told for this alone.
    let everywhere = Query { always_within: ALWAYS_WITHIN, ..usual(registers) };
    let mut random = rand_pcg::Pcg64::seed_from_u64(8);
    let places: Vec<Json> = (0..100)
        .map(|_| {
            let at = TOWN + coord! { x: random.random_range(-2e3..2e3), y: random.random_range(-2e3..2e3) };
            let at = frame.transformer.coord(frame.crs, Crs::CRS84, at).expect("a place");
            let rounded = |value: f64| (value * 1e6).round() / 1e6;
            let (lon, lat) = (rounded(at.x), rounded(at.y));
            let query = Query { at: LonLat { lon, lat }, radius: 3_000.0, limit: 6, ..everywhere };
            let found = waters.nearest_by_road(&query, streets).expect("a place in Germany");
            let tenths = |metres: f64| (metres * 10.0).round() / 10.0;
            let told = |found: &Found<'_>| {
                json!([found.stored.id, tenths(found.distance), found.route.as_ref().map(|way| tenths(way.distance))])
            };
            json!({ "lon": lon, "lat": lat, "found": found.iter().map(told).collect::<Vec<_>>() })
        })
        .collect();
    let roads = roads::write(&network, &registers.district).expect("roads");
    let found = json!({
        "day": registers.today.num_days_from_ce() - 719_163,
        "radius": 3_000,
        "limit": 6,
        "register": register_around(registers),
        "roads": serde_json::from_slice::<Json>(&roads).expect("JSON"),
        "places": places,
    });
    holds("by_road.json", &found);
}

#[test]
fn devices_and_server_read_the_same_coordinates() {
    let texts = read("coordinates.json");
    let rounded = |degrees: f64| (degrees * 1e8).round() / 1e8;
    let found = texts.as_array().expect("a list").iter().map(|entry| {
        let text = entry["text"].as_str().expect("a text");
        match locate(&district().district, text) {
            Ok(spot) => {
                let notes: Vec<String> = spot.notes.iter().map(|note| format!("{note:?}")).collect();
                let radius = spot.certainty.radius();
                let (lon, lat) = (rounded(spot.at.lon), rounded(spot.at.lat));
                json!({ "text": text, "lon": lon, "lat": lat, "notes": notes, "radius": radius })
            }
            Err(NoSpot::Datums(reckoned)) => {
                let one = |it: &Reckoned| json!([it.crs.epsg(), rounded(it.at.lon), rounded(it.at.lat)]);
                json!({ "text": text, "datums": reckoned.iter().map(one).collect::<Vec<_>>() })
            }
            Err(_) => match named_by_link(text) {
                Some(name) => json!({ "text": text, "named": name }),
                None => json!({ "text": text }),
            },
        }
    });
    holds("coordinates.json", &found.collect());
}

#[test]
fn a_device_takes_along_what_its_class_sees_and_nothing_else() {
    let registers = district();
    let files = [Class::PUBLIC, Class(0b01_01_01), Class(0b10_10_10)].map(|class| file(registers, class));
    for (nth, name) in COLLECTIONS.iter().enumerate() {
        let collection = registers.catalogue.get(name).expect("the collection");
        for property in collection.properties.iter().filter(|property| property.visibility > Visibility::Public) {
            let listed = |file: &Json| {
                let fields = file["collections"][nth]["fields"].as_array().cloned().unwrap_or_default();
                let in_fields = fields.iter().any(|field| field["name"] == property.name);
                in_fields || file["collections"][nth]["columns"].get(&property.name).is_some()
            };
            for (sees, file) in Visibility::ALL.into_iter().zip(&files) {
                assert_eq!(listed(file), property.visibility <= sees, "{name}.{}", property.name);
            }
        }
    }
}

#[test]
fn the_same_features_give_the_same_file() {
    let registers = district();
    assert_eq!(file(registers, Class::PUBLIC), file(registers, Class::PUBLIC));
    assert_eq!(file(registers, Class::PUBLIC)["collections"][0]["count"], registers.get("hydrants").len());
}

#[test]
fn differences_add_up_to_the_places_and_a_pond_keeps_its_shape() {
    let registers = district();
    let hydrants = &file(registers, Class::PUBLIC)["collections"][0];
    let (mut x, mut y) = (0, 0);
    let steps = |axis: &str| hydrants[axis].as_array().expect("steps").clone();
    for (nth, (east, north)) in steps("x").iter().zip(steps("y")).enumerate() {
        x += east.as_i64().expect("a whole number");
        y += north.as_i64().expect("a whole number");
        let id = hydrants["id"][nth].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let place = registers.get("hydrants").get(id).and_then(|stored| stored.position()).expect("a place");
        assert!((place.x - x as f64 / 1e7).abs() < 1e-7 && (place.y - y as f64 / 1e7).abs() < 1e-7);
    }
    let sources = registers.get("water_sources");
    let features: Vec<_> = sources.by_id(None).collect();
    let mut out = Vec::new();
    columns::write(sources.collection(), Visibility::Public, &features, false, &mut out);
    let columns: Json = serde_json::from_slice(&out).expect("JSON");
    assert!(columns["shape"].as_array().is_some_and(|shapes| !shapes.is_empty()));
    assert_eq!(columns.get("fields"), None);
}

#[test]
fn every_address_is_in_the_gazetteer_once() {
    let registers = district();
    let addresses = registers.get("addresses");
    let file = gazetteer::write(
        Some(addresses),
        Some(registers.get("municipalities")),
        &Default::default(),
        &registers.district,
    )
    .expect("a file");
    let file: Json = serde_json::from_slice(&file).expect("JSON");
    let streets = file["streets"].as_array().expect("streets");
    let houses: usize = streets.iter().map(|street| street[2].as_array().map_or(0, Vec::len)).sum();
    assert_eq!(houses, addresses.len());
    assert!(streets.iter().all(|street| {
        let length = |nth: usize| street[nth].as_array().map_or(0, Vec::len);
        length(2) == length(3) && length(3) == length(4)
    }));
    assert_eq!(file["municipalities"].as_array().map(Vec::len), Some(registers.get("municipalities").len()));
}

#[test]
fn an_archive_holds_every_tile_that_shows_something_as_it_is_served() {
    use crate::tiles::pmtiles::{export::About, write};
    use crate::tiles::{Grid, Served, encode};
    let registers = Registers::demo(40);
    let tileset = crate::tiles::Tileset { name: "hydrants".to_owned(), layers: vec![registers.layer("hydrants")] };
    let title = registers.catalogue.get("hydrants").expect("hydrants").title.clone();
    let mut served = Served::new(tileset.clone(), title, None, &registers.catalogue);
    served.zooms = (0, 9);
    let view = registers.view(&tileset);
    let (catalogue, district) = (&registers.catalogue, &registers.district);
    let about = About { served: &served, catalogue, district, zooms: (0, 9) };
    let mut out = std::io::Cursor::new(Vec::new());
    let written = write(&view, &registers.atlas, &about, &mut out, |_, _| true).expect("an archive");
    let mut expected = 0;
    for z in 0..=9 {
        let range = registers.atlas.coverage(Grid::web(), z).expect("tiles");
        expected += range.iter().filter(|tile| !encode(&view, Grid::web(), *tile).is_empty()).count() as u64;
    }
    assert_eq!(written.tiles, expected);
    assert!(registers.tile_at(Grid::web(), 9, HERE).z == 9 && expected > 10, "{expected}");
    let called_off = write(&view, &registers.atlas, &about, std::io::Cursor::new(Vec::new()), |_, tiles| tiles < 5);
    assert!(called_off.is_err());
}
