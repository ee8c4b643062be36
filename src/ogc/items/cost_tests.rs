//! What the dearest questions cost, counted in steps and not in time.

use std::f64::consts::TAU;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use geo_types::{Coord, Rect};
use uuid::Uuid;

use super::query::ItemsQuery;
use super::select::page;
use super::steps;
use crate::collection::{Catalogue, District, Visibility};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::filter::{DistrictPlane, Filter, Language, Sort};
use crate::index::{Encoder, Snapshot};
use crate::texts::english;
use crate::work::{Effort, Ended};

const CORNER: Coord = Coord { x: 260_000.0, y: 5_960_000.0 };
/// Houses along each side of a square village.
const SIDE: usize = 40;
const STREET: f64 = 30.0;
const MIDDLE: f64 = SIDE as f64 * STREET / 2.0;

struct Village {
    district: District,
    houses: Snapshot,
}

impl Village {
    fn new() -> Self {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let district = District::load(&data.join("district.toml")).expect("the district");
        let buildings = catalogue.get("buildings").expect("buildings");
        let mut encoder = Encoder::new(buildings.clone(), district.frame());
        let houses = (0..SIDE * SIDE).map(|nth| {
            let (x, y) = (CORNER.x + (nth % SIDE) as f64 * STREET, CORNER.y + (nth / SIDE) as f64 * STREET);
            let walls = Rect::new(Coord { x, y }, Coord { x: x + 12.0, y: y + 9.0 }).to_polygon();
            let name = format!(r#"{{"name":"Haus Nummer {nth} an der Ähnlichen Straße"}}"#);
            let id = FeatureId(Uuid::from_u128(nth as u128));
            encoder.encode(id, 1, Some(walls.into()), name.as_bytes()).expect("a house").0
        });
        let houses: Vec<_> = houses.collect();
        let houses = Snapshot::load(buildings.clone(), district.frame(), houses);
        Self { district, houses }
    }

    fn query(&self, filter: &str) -> ItemsQuery {
        let plane = DistrictPlane::new(&self.district);
        let filter = Filter::parse(Language::Text, filter).expect("a filter");
        let predicate = filter.compile(self.houses.collection(), self.district.crs, &plane, Visibility::Public);
        let predicate = Some(Arc::new(predicate.expect("a predicate")));
        ItemsQuery { predicate, limit: 10_000, crs: Crs::CRS84, ..ItemsQuery::everything() }
    }

    /// How many houses pass, if so many steps are enough, and the steps it took.
    fn ask(&self, filter: &str, most: u64) -> (Result<usize, Ended>, u64) {
        let effort = Effort::of(most, Arc::default());
        let found = page(&self.houses, &self.query(filter), &effort).map(|page| page.features.len());
        (found, effort.spent())
    }
}

/// Positions in metres from the village's corner as a ring of WKT.
fn ring(places: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut text = String::new();
    let mut first = None;
    for (x, y) in places {
        let place = format!("{:.1} {:.1}", CORNER.x + x, CORNER.y + y);
        let _ = write!(text, "{place}, ");
        first.get_or_insert(place);
    }
    text + &first.expect("a position")
}

fn round(positions: u32, radius: f64) -> String {
    let angle = |nth: u32| TAU * f64::from(nth) / f64::from(positions);
    let places = (0..positions).map(|nth| (MIDDLE + radius * angle(nth).cos(), MIDDLE + radius * angle(nth).sin()));
    format!("POLYGON(({}))", ring(places))
}

/// Teeth across the whole village, slanted so that the box of each meets all houses.
fn comb(teeth: u32) -> String {
    let tooth = |nth: u32| [(f64::from(nth) * 0.1, 0.0), (f64::from(nth) * 0.1 + 2.0 * MIDDLE, 2.0 * MIDDLE)];
    let back = [(f64::from(teeth) * 0.1 + 3.0 * MIDDLE, -10.0), (0.0, -10.0)];
    format!("POLYGON(({}))", ring((0..teeth).flat_map(tooth).chain(back)))
}

/// A line that crosses itself nearly everywhere.
fn star(points: u32) -> String {
    let angle = |nth: u32| TAU * f64::from(nth) * f64::from(points / 2) / f64::from(points);
    let places = (0..points).map(|nth| (MIDDLE + MIDDLE * angle(nth).cos(), MIDDLE + MIDDLE * angle(nth).sin()));
    format!("LINESTRING({})", ring(places))
}

#[test]
fn a_border_of_many_positions_costs_little_more_than_one_of_few() {
    let village = Village::new();
    for relation in ["S_INTERSECTS", "S_WITHIN", "S_DISJOINT", "S_OVERLAPS"] {
        let ask = |positions| village.ask(&format!("{relation}(geometry, {})", round(positions, 400.0)), 100_000_000);
        let ((few, cheap), (many, dear)) = (ask(100), ask(1_000));
        let (few, many) = (few.expect("an answer"), many.expect("an answer"));
        assert!(few.abs_diff(many) <= 4 && many > 20, "{relation}: {few} and {many} houses");
        assert!(dear < 10 * cheap, "{relation}: {cheap} steps, and {dear} for ten times the positions");
        // Every house against every position would be a hundred times as much.
        assert!(dear < SIDE as u64 * SIDE as u64 * 1_000 * 4, "{relation}: {dear} steps");
    }
}

#[test]
fn questions_made_to_be_dear_end_when_their_steps_are_spent() {
    let village = Village::new();
    let many = |test: &str, times: usize| vec![test; times].join(" OR ");
    let most = 1_000_000;
    for filter in [
        format!("S_WITHIN(geometry, {})", comb(400)),
        format!("S_INTERSECTS(geometry, {})", comb(700)),
        format!("S_CROSSES(geometry, {})", star(999)),
        format!("S_TOUCHES(geometry, {})", star(999)),
        many("ACCENTI(CASEI(name)) LIKE ACCENTI('%ä%e%i%x')", 200),
        many("name LIKE '%_________________x%'", 300),
        many("height + storeys * 2 ^ 3 = 1", 200),
    ] {
        assert_eq!(village.ask(&filter, most), (Err(Ended::TooCostly), most), "{}", &filter[..60]);
    }
}

#[test]
fn the_edges_of_a_comb_are_counted_with_every_house_that_it_touches() {
    let village = Village::new();
    let corner = format!("BBOX({0}, {1}, {0}, {1})", CORNER.x + MIDDLE, CORNER.y + MIDDLE);
    let spent = |teeth: u32| {
        let one_house = format!("S_INTERSECTS(geometry, {corner}) AND S_TOUCHES(geometry, {})", comb(teeth));
        village.ask(&one_house, u64::MAX).1
    };
    let (few, many) = (spent(100), spent(400));
    // Four times the teeth are sixteen times the pairs of edges that a matrix looks at; positions alone make 70,000 steps.
    assert!(many - few > 100_000, "{few} steps, and {many} for four times the teeth");
}

#[test]
fn putting_features_in_order_is_counted_and_ends_when_its_steps_are_spent() {
    let village = Village::new();
    let collection = village.houses.collection();
    let sorted = |by: &str, limit: usize, most: u64| {
        let sort = Sort::parse(by, collection, Visibility::Public).expect("an order");
        let query = ItemsQuery { sort: Some(sort), limit, crs: Crs::CRS84, ..ItemsQuery::everything() };
        let effort = Effort::of(most, Arc::default());
        let found = page(&village.houses, &query, &effort);
        (found.map(|page| page.features.iter().map(|stored| stored.id.0.as_u128()).collect::<Vec<_>>()), effort.spent())
    };
    let all = (SIDE * SIDE) as u64;
    let (whole, spent) = sorted("-name", 10_000, u64::MAX);
    let whole = whole.expect("all houses");
    assert!(whole.len() as u64 == all && spent > 10 * all, "{spent} steps");
    for limit in [1, 7, 100, 1_599] {
        assert_eq!(sorted("-name", limit, u64::MAX).0.expect("a page"), whole[..limit], "the first {limit}");
    }
    assert_eq!(sorted("-name", 100, 2 * all), (Err(Ended::TooCostly), 2 * all));
}

#[test]
fn what_needs_many_steps_is_not_done_where_it_keeps_others_waiting() {
    let village = Village::new();
    let steps = |filter: &str| steps(&village.houses, &village.query(filter)).0;
    let near = "S_INTERSECTS(geometry, BBOX(260000, 5960000, 260050, 5960050))";
    assert!(steps(near) < super::MANY);
    assert!(steps(&format!("S_WITHIN(geometry, {})", round(1_000, 400.0))) > super::MANY);
    assert!(steps(&vec!["name LIKE 'a%'"; 20].join(" OR ")) > super::MANY);
}

#[test]
fn nothing_is_looked_at_for_an_answer_that_nobody_waits_for() {
    let village = Village::new();
    let effort = Effort::of(u64::MAX, Arc::new(AtomicBool::new(true)));
    let ended = page(&village.houses, &village.query("name LIKE '%1%'"), &effort).map(|page| page.features.len());
    assert_eq!(ended, Err(Ended::GivenUp));
    assert!(effort.spent() <= (SIDE * SIDE) as u64, "{} steps", effort.spent());
}

#[test]
fn two_literals_that_cross_everywhere_are_refused() {
    let village = Village::new();
    let plane = DistrictPlane::new(&village.district);
    let crossing = format!("S_CROSSES({}, {})", star(41), star(39));
    let crossings = |times: usize| {
        let filter = vec![crossing.as_str(); times].join(" OR ");
        let filter = Filter::parse(Language::Text, &filter).expect("a filter");
        filter.compile(village.houses.collection(), village.district.crs, &plane, Visibility::Public)
    };
    assert!(crossings(1).is_ok());
    let refusal = english(&crossings(6).expect_err("a refusal: together they are too many"));
    assert!(refusal.contains("crossings of two geometries"), "{refusal}");
}
