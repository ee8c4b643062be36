//! The search over the invented district, without a database.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use geo_types::{Coord, Rect};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use uuid::Uuid;

use super::sources::{Address, Sources};
use super::*;
use crate::collection::{Catalogue, District, Language, Visibility};
use crate::coordinate::{LonLat, Precision, Utmref, format};
use crate::demo::{DemoPlan, generate};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::index::{Index, Pile, Snapshot};

struct World {
    index: Index,
    search: Lookup,
    sources: Sources,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Arc::new(Catalogue::load(&data).expect("the declarations"));
    let district = Arc::new(District::load(&data.join("district.toml")).expect("the district"));
    let index = Index::new(catalogue.clone(), &district);
    let corner = |x, y| {
        let frame = district.frame();
        frame.transformer.coord(Crs::CRS84, frame.crs, Coord { x, y }).expect("a corner")
    };
    let plan = DemoPlan {
        seed: 5,
        hydrants: 1_000,
        today: NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day"),
        municipality_prefix: district.municipality_prefix.clone(),
        bounds: Rect::new(corner(10.85, 53.6), corner(11.9, 54.0)),
    };
    let mut piles: Vec<(Pile, _)> = catalogue
        .collections()
        .iter()
        .map(|it| (Pile::default(), Snapshot::empty(it.clone(), district.frame())))
        .collect();
    for (number, feature) in generate(&plan).enumerate() {
        let (pile, snapshot) = &mut piles[catalogue.position(feature.collection).expect("declared")];
        let properties = serde_json::to_vec(&feature.properties).expect("JSON");
        let id = FeatureId(Uuid::from_u128(number as u128 + 1));
        snapshot.encoder().pile(id, 1, feature.geometry, &properties, pile).expect("a feature");
    }
    let snapshots =
        piles.into_iter().map(|(pile, empty)| Snapshot::load(empty.collection().clone(), empty.frame(), pile.settle()));
    let index = index.holding(snapshots);
    let search = Lookup::new(&catalogue, district, Arc::default());
    search.renew(&index);
    World { index, search, sources: Sources::new(&catalogue) }
});

fn ask(text: &str) -> Vec<Hit> {
    let question = Question { text: text.to_owned(), near: None, view: None, limit: 10, kinds: Kinds::all() };
    WORLD.search.find(&WORLD.index, &question, |_| Some(Visibility::Staff), Language::De)
}

/// The way one of many people writes something.
fn spelled(text: &str, random: &mut Pcg64) -> String {
    let streets = ["straße", "strasse", "str.", "str", "strase"];
    let mut text = text.to_lowercase().replace("straße", streets.choose(random).expect("one"));
    if random.random() {
        text = text.replace('ß', "ss");
    }
    match random.random_range(0..3) {
        0 => text = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"),
        1 => text = text.replace('ä', "a").replace('ö', "o").replace('ü', "u"),
        _ => {}
    }
    if random.random() {
        text = text.replace('-', " ");
    }
    if random.random_range(0..4) == 0 { text.to_uppercase() } else { text }
}

/// The same with one slip in one of its longer words.
fn mistyped(text: &str, random: &mut Pcg64) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let long = |nth: usize| {
        let run = |way: &mut dyn Iterator<Item = usize>| way.take_while(|n| letters[*n].is_alphabetic()).count();
        letters[nth].is_alphabetic() && run(&mut (nth..letters.len())) + run(&mut (0..nth).rev()) >= 5
    };
    let places: Vec<usize> = (0..letters.len()).filter(|nth| long(*nth)).collect();
    let Some(place) = places.choose(random).copied() else { return text.to_owned() };
    let other = char::from(b'a' + random.random_range(0..26));
    match random.random_range(0..4) {
        0 => letters[place] = other,
        1 => letters.insert(place, other),
        2 if letters.get(place + 1).is_some_and(|next| next.is_alphabetic()) => letters.swap(place, place + 1),
        _ => drop(letters.remove(place)),
    }
    letters.into_iter().collect()
}

fn asked_for(address: &Address<'_>, random: &mut Pcg64) -> String {
    let house = format!("{} {}{}", address.street, address.number, address.addition);
    let town = [address.settlement.to_owned(), format!("{} {}", address.postcode, address.settlement)];
    let town = town.choose(random).expect("one");
    let (house, town) = (spelled(&house, random), spelled(town, random));
    let text = match random.random_range(0..3) {
        0 => format!("{house}, {town}"),
        1 => format!("{house} {town}"),
        _ => format!("{town}, {house}"),
    };
    mistyped(&text, random)
}

#[test]
fn any_address_with_a_slip_in_any_spelling_is_among_the_first_three() {
    let mut random = Pcg64::seed_from_u64(8);
    let addresses = WORLD.index.snapshot_of("addresses").expect("addresses");
    let fields = WORLD.sources.addresses.as_ref().expect("addresses");
    let all: Vec<_> = addresses.iter().collect();
    let mut lost = Vec::new();
    for _ in 0..500 {
        let stored = all.choose(&mut random).expect("an address");
        let text = asked_for(&fields.read(stored.row()), &mut random);
        let hits = ask(&text);
        // Some villages have two houses of the same address.
        let wanted = format!("{:?}", fields.read(stored.row()));
        let told = |hit: &Hit| Some(format!("{:?}", fields.read(addresses.get(hit.id?)?.row())));
        if !hits.iter().take(3).any(|hit| told(hit).as_ref() == Some(&wanted)) {
            let labels: Vec<_> = hits.iter().take(3).map(|hit| &hit.label).collect();
            lost.push(format!("{text} ({wanted}): {labels:?}"));
        }
    }
    assert!(lost.is_empty(), "{} of 500\n{}", lost.len(), lost.join("\n"));
}

/// A slip at a place in a word: a wrong letter, one too many or too few, or two swapped.
fn slip(word: &mut Vec<char>, place: usize, random: &mut Pcg64) {
    let other = char::from(b'a' + random.random_range(0..26));
    match random.random_range(0..4) {
        0 => word[place] = other,
        1 => word.insert(place, other),
        2 => word.swap(place, place + 1),
        _ => drop(word.remove(place)),
    }
}

#[test]
fn a_street_of_eight_letters_is_found_with_two_slips_and_one_of_four_with_one() {
    let mut random = Pcg64::seed_from_u64(21);
    let addresses = WORLD.index.snapshot_of("addresses").expect("addresses");
    let fields = WORLD.sources.addresses.as_ref().expect("addresses");
    let mut names: Vec<String> = addresses.iter().map(|stored| fields.read(stored.row()).street.to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| name.chars().count() >= 4 && name.chars().all(char::is_alphabetic));
    assert!(names.len() > 100, "{} names are too few", names.len());
    let mut lost = Vec::new();
    for name in names.iter().flat_map(|name| [name; 3]) {
        let mut word: Vec<char> = name.to_lowercase().chars().collect();
        let length = word.len();
        // From behind, and apart: what is swapped and then torn apart is more than two slips.
        if length >= 8 {
            slip(&mut word, random.random_range(length / 2 + 1..length - 1), &mut random);
        }
        slip(&mut word, random.random_range(0..length / 2 - 1), &mut random);
        let typed: String = word.iter().collect();
        let hits = ask(&typed);
        if !hits.iter().any(|hit| hit.label.starts_with(name.as_str())) {
            let labels: Vec<_> = hits.iter().map(|hit| &hit.label).collect();
            lost.push(format!("{typed} ({name}): {labels:?}"));
        }
    }
    // One whose double s was torn apart, or that came as near to the streets of ten villages, may be lost.
    let asked = 3 * names.len();
    assert!(lost.len() * 50 < asked, "{} of {asked}\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn every_hydrant_is_found_by_its_number_however_it_is_written() {
    let hydrants = WORLD.index.snapshot_of("hydrants").expect("hydrants");
    let register = &WORLD.sources.registers[0];
    for stored in hydrants.iter().step_by(23) {
        let number = register.reference(stored.row());
        for text in [number.to_owned(), number.to_lowercase().replace('-', " "), format!("Hydrant {number}")] {
            let hits = ask(&text);
            assert_eq!(hits.first().and_then(|hit| hit.id), Some(stored.id), "{text}: {hits:?}");
        }
    }
}

#[test]
fn any_spelling_of_a_coordinate_is_the_same_place() {
    let place = LonLat { lon: 11.46, lat: 53.8916 };
    let utmref = Utmref::in_zone(place, 32, Precision::M1).expect("a reference").to_string();
    for text in [
        "53.8916 11.46",
        "53.8916, 11.46",
        "53,8916 11,46",
        "11.46 53.8916",
        "N 53.8916 E 11.46",
        "53° 53,496' N 11° 27,600' O",
        "53°53'29.76\"N 11°27'36\"E",
        "geo:53.8916,11.46",
        &utmref,
        &utmref.replace(' ', "").to_lowercase(),
        &utmref["32U ".len()..],
        &format::decimal_degrees(place, format::Language::De),
        "32U 661655 5974265",
    ] {
        let hit = ask(text).into_iter().next().unwrap_or_else(|| panic!("{text} is nothing"));
        assert_eq!(hit.kind, Kind::Coordinate, "{text}");
        assert!((hit.lon - place.lon).abs() < 2e-5 && (hit.lat - place.lat).abs() < 2e-5, "{text}: {hit:?}");
        assert!(hit.label.starts_with("32U PE 6165"), "{text}: {hit:?}");
    }
}

#[test]
fn what_is_no_coordinate_is_not_taken_for_one() {
    for text in ["12 14", "Dorfstraße 5", "5", "19205", "B 105", "A 20"] {
        assert!(ask(text).iter().all(|hit| hit.kind != Kind::Coordinate), "{text}");
    }
}

#[test]
fn whatever_is_typed_gives_an_answer() {
    let mut random = Pcg64::seed_from_u64(3);
    let letters: Vec<char> = "aäßéstr 019.,-/'°ŁⅣ½𝒶\u{301}\u{0}漢".chars().collect();
    for _ in 0..400 {
        let length = random.random_range(0..60);
        ask(&(0..length).map(|_| *letters.choose(&mut random).expect("one")).collect::<String>());
    }
}
