//! Filters against a small invented register: whatever a filter says is compared with the same said in Rust.

mod conformance;
mod logic;
mod operators;
mod parameters;
mod refusals;
mod relations;
mod spatial;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate, Utc};
use geo_types::{Coord, coord};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use uuid::Uuid;

use super::{DistrictPlane, Filter, FilterError, Language, Predicate, Subject};
use crate::collection::{Catalogue, Collection, District, Visibility};
use crate::feature::crs::{Crs, Transformer};
use crate::feature::{FeatureId, Row, RowBuilder, Shape, Value};
use crate::texts::english;
use crate::work::Effort;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(&data()).expect("the declarations"));
static DISTRICT: LazyLock<District> =
    LazyLock::new(|| District::load(&data().join("district.toml")).expect("the district"));

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn hydrants() -> &'static Arc<Collection> {
    CATALOGUE.get("hydrants").expect("hydrants")
}

fn plane() -> DistrictPlane {
    DistrictPlane::new(&DISTRICT)
}

/// What is recorded of one hydrant, beside the packed row that says the same.
struct Hydrant {
    id: FeatureId,
    kind: Option<u16>,
    reference: Option<String>,
    street: Option<&'static str>,
    flow_rate: Option<i64>,
    static_pressure: Option<f64>,
    flow_pressure: Option<f64>,
    status_as_of: Option<NaiveDate>,
    updated_at: Option<DateTime<Utc>>,
    gate_valve: Option<bool>,
    place: Option<Coord>,
    row: Vec<u8>,
    shape: Shape,
}

/// What lets anything be looked at.
fn unlimited() -> &'static Effort {
    thread_local!(static UNLIMITED: &'static Effort = Box::leak(Box::new(Effort::of(u64::MAX, Arc::default()))));
    UNLIMITED.with(|effort| *effort)
}

impl Hydrant {
    fn subject(&self) -> Subject<'_> {
        Subject { id: self.id, row: Row::new(&self.row), shape: &self.shape, effort: unlimited() }
    }
}

const STREETS: [&str; 7] =
    ["Lübsche Straße", "LÜBSCHE STRASSE", "Am Markt", "am markt", "100% Weg", "Hinter_Hof", "Mühlen's Gang"];

/// 400 hydrants, every property missing in about a fifth of them.
static REGISTER: LazyLock<Vec<Hydrant>> = LazyLock::new(|| {
    let mut random = Pcg64Mcg::seed_from_u64(7);
    (0..400).map(|nth| hydrant(nth, &mut random)).collect()
});

fn hydrant(nth: u32, random: &mut Pcg64Mcg) -> Hydrant {
    fn some<T>(random: &mut Pcg64Mcg, make: impl FnOnce(&mut Pcg64Mcg) -> T) -> Option<T> {
        if random.random_range(0..5) == 0 { None } else { Some(make(random)) }
    }
    let place = some(random, |r| {
        coord! {
            x: 240_000.0 + f64::from(r.random_range(0..40)) * 500.0,
            y: 5_965_000.0 + f64::from(r.random_range(0..40)) * 500.0,
        }
    });
    let mut hydrant = Hydrant {
        id: FeatureId(Uuid::from_u128(u128::from(nth) << 64 | 0x7000_8000_0000_0000_0000)),
        kind: some(random, |r| r.random_range(0..4)),
        reference: some(random, |_| format!("H {nth}")),
        street: some(random, |r| STREETS[r.random_range(0..STREETS.len())]),
        flow_rate: some(random, |r| r.random_range(1..20) * 100),
        static_pressure: some(random, |r| f64::from(r.random_range(0..12)) / 2.0),
        flow_pressure: some(random, |r| f64::from(r.random_range(0..12)) / 2.0),
        status_as_of: some(random, |r| date(2024, r.random_range(1..=12), r.random_range(1..=28))),
        updated_at: some(random, |r| {
            DateTime::from_timestamp(1_704_067_200 + r.random_range(0..366 * 24) * 3_600, 0).expect("an instant")
        }),
        gate_valve: some(random, |r| r.random_range(0..2) == 1),
        place,
        row: Vec::new(),
        shape: place.map_or(Shape::Absent, Shape::Point),
    };
    let mut row = RowBuilder::new();
    let mut set = |name: &str, value: Option<Value<'_>>| {
        row.set(hydrants().position(name).expect("a property"), value.unwrap_or(Value::Null));
    };
    set("kind", hydrant.kind.map(Value::Code));
    set("ref", hydrant.reference.as_deref().map(Value::Text));
    set("street", hydrant.street.map(Value::Text));
    set("flow_rate", hydrant.flow_rate.map(Value::Integer));
    set("static_pressure", hydrant.static_pressure.map(Value::Number));
    set("flow_pressure", hydrant.flow_pressure.map(Value::Number));
    set("status_as_of", hydrant.status_as_of.map(Value::Date));
    set("updated_at", hydrant.updated_at.map(Value::Instant));
    set("gate_valve", hydrant.gate_valve.map(Value::Boolean));
    hydrant.row = row.finish();
    hydrant
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn compiled_in(crs: Crs, text: &str) -> Result<Predicate, FilterError> {
    Filter::parse(Language::Text, text)?.compile(hydrants(), crs, &plane(), Visibility::Staff)
}

fn compiled(text: &str) -> Result<Predicate, FilterError> {
    compiled_in(Crs::CRS84, text)
}

fn refusal(text: &str) -> String {
    english(&compiled(text).map(|_| text).expect_err("a refusal"))
}

/// The filter and its negation pass exactly the features for which the expectation is true and false.
fn holds(text: &str, expected: impl Fn(&Hydrant) -> Option<bool>) {
    holds_in(Crs::CRS84, text, expected);
}

fn holds_in(crs: Crs, text: &str, expected: impl Fn(&Hydrant) -> Option<bool>) {
    let predicate = compiled_in(crs, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let negated = compiled_in(crs, &format!("NOT ({text})")).expect("the negation");
    for hydrant in REGISTER.iter() {
        let subject = hydrant.subject();
        let found = match (predicate.matches(&subject), negated.matches(&subject)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
            (true, true) => panic!("{text} and its negation both hold"),
        };
        assert_eq!(found, expected(hydrant), "{text} for {}", hydrant.id);
    }
}
