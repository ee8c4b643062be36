//! Hydrants along the mains, with as much about each as a real register would know.

use geo_types::{Coord, Geometry, Point};
use serde_json::json;

use super::DemoFeature;
use super::base::feature;
use super::dice::{Dice, Subject};
use super::layout::{Build, Street};
use super::plane::{along, contains, left, length, rounded};
use super::rows::{Row, day_before, stepped, tenth};
use super::settlements::Kind;
use super::skeleton::Skeleton;

/// A hydrant as far as its sign needs to know it.
pub(super) struct Hydrant {
    pub(super) street: usize,
    /// Running number in the municipality.
    pub(super) number: u32,
    pub(super) at: Coord<f64>,
    /// Direction of the street.
    pub(super) forward: Coord<f64>,
    /// 1 left of the street, −1 right of it.
    pub(super) side: f64,
    /// Metres from the middle of the street.
    pub(super) aside: f64,
    pub(super) kind: &'static str,
    pub(super) position: &'static str,
    pub(super) main: i64,
}

impl Hydrant {
    /// Number of the random stream of this hydrant: streets never carry a million of them.
    pub(super) fn stream(&self) -> u64 {
        (self.street as u64) << 24 | u64::from(self.number)
    }

    pub(super) fn reference(&self, skeleton: &Skeleton) -> String {
        let street = &skeleton.streets[self.street];
        format!("{}-{:04}", skeleton.municipality_of(street).short, self.number)
    }
}

/// The hydrants of one street in order.
pub(super) fn of_street(skeleton: &Skeleton, number: usize) -> impl Iterator<Item = Hydrant> {
    let street = &skeleton.streets[number];
    let mut dice = Dice::new(skeleton.seed, Subject::HydrantRow, number as u64);
    let metres = length(&street.line);
    // A supplier sets hydrants on one side of a street, as the main lies there.
    let main_side = dice.sign();
    let pillars = if street.build == Build::Rural { 0.16 } else { 0.08 };
    (0..street.hydrants).map(move |n| {
        let share = (f64::from(n) + 0.5 + dice.range(-0.22, 0.22)) / f64::from(street.hydrants);
        let (point, forward) = along(&street.line, metres * share);
        let side = if dice.chance(0.85) { main_side } else { -main_side };
        let kind = match dice.unit() {
            u if u < pillars => "pillar",
            u if u < pillars + 0.004 => "chamber",
            u if u < pillars + 0.007 => "unknown",
            _ => "underground",
        };
        let kerb = street.width() / 2.0;
        let (position, aside) = match (kind, street.build) {
            ("pillar", _) => ("green", kerb + dice.range(1.2, 3.0)),
            (_, Build::Core | Build::Detached | Build::Blocks) if dice.chance(0.55) => {
                ("sidewalk", kerb + dice.range(0.5, 1.6))
            }
            (_, Build::Rural | Build::Holiday) if dice.chance(0.5) => ("green", kerb + dice.range(0.6, 2.2)),
            (_, Build::Trade) if dice.chance(0.3) => ("parking_lot", kerb + dice.range(1.0, 4.0)),
            _ => ("lane", dice.range(0.5, kerb - 0.4)),
        };
        let beside = point + left(forward) * (side * aside);
        let inside = contains(&skeleton.municipality_of(street).cell.ring, beside);
        let (at, aside) = if inside { (beside, aside) } else { (point, 0.0) };
        let main = if dice.chance(0.85) { street.main } else { dice.pick(&[80, 100, 100, 150]) };
        Hydrant {
            street: number,
            number: street.first_hydrant + n,
            at: rounded(at),
            forward,
            side,
            aside,
            kind,
            position,
            main,
        }
    })
}

/// A hydrant as a feature.
pub(super) fn hydrant(skeleton: &Skeleton, it: &Hydrant) -> DemoFeature {
    let street = &skeleton.streets[it.street];
    let place = &skeleton.settlements[street.settlement];
    let municipality = skeleton.municipality_of(street);
    let care = municipality.care;
    let mut dice = Dice::new(skeleton.seed, Subject::Hydrant, it.stream());
    let dice = &mut dice;
    let mut row = Row::new();
    row.set("ref", it.reference(skeleton));
    row.set("kind", it.kind);
    status(dice, &mut row, skeleton);
    row.maybe(dice, care * 0.55, "hydrant_diameter", |_| if it.main >= 150 && it.kind == "pillar" { 100 } else { 80 });
    row.maybe(dice, 0.45 + care * 0.5, "main_diameter", |_| it.main);
    flow(dice, &mut row, skeleton, it, street, care);
    if it.kind == "pillar" {
        row.maybe(dice, 0.55 + care * 0.4, "couplings", |_| match it.main {
            150.. => json!([{ "coupling": "storz_a", "count": 1 }, { "coupling": "storz_b", "count": 2 }]),
            _ => json!([{ "coupling": "storz_b", "count": 2 }]),
        });
    } else if it.kind == "underground" {
        row.maybe(dice, care * 0.15, "couplings", |_| json!([{ "coupling": "claw_dn80", "count": 1 }]));
    }
    row.maybe(dice, care * 0.65, "position", |_| it.position);
    row.maybe(dice, care * 0.25, "pipe_function", |dice| {
        dice.weighted(&[(8.0, "supply"), (1.0, "trunk"), (0.4, "hydrant")])
    });
    row.maybe(dice, care * 0.35, "network", |dice| match (street.dead_end, place.urban()) {
        (true, _) => "dead_end",
        (false, true) => dice.pick(&["meshed", "meshed", "ring"]),
        (false, false) => dice.pick(&["branched", "branched", "ring"]),
    });
    row.maybe(dice, 0.9, "street", |_| street.name.as_str());
    row.maybe(dice, care * 0.25, "location_note", |dice| dice.pick(NOTES));
    if place.kind != Kind::Town {
        row.maybe(dice, 0.6, "place", |_| place.name.as_str());
    }
    row.maybe(dice, 0.35 + care * 0.6, "operator", |_| municipality.operator.as_str());
    row.maybe(dice, care * 0.3, "ownership", |_| "public");
    row.maybe(dice, care * 0.35, "year_built", |dice| {
        if dice.chance(0.45) { dice.between(1965, 1989) } else { dice.between(1991, 2024) }
    });
    row.maybe(dice, care * 0.5, "positional_accuracy", |dice| {
        dice.weighted(&[(4.0, "within_1m"), (3.0, "within_5m"), (1.0, "within_10m"), (0.5, "over_10m")])
    });
    row.maybe(dice, care * 0.5, "position_source", |dice| {
        dice.weighted(&[(4.0, "network_plan"), (3.0, "gnss"), (1.0, "sign"), (1.0, "import")])
    });
    row.maybe(dice, care * 0.4, "gate_valve", |dice| dice.chance(0.7));
    row.maybe(dice, care * 0.3, "closing_direction", |dice| {
        dice.weighted(&[(9.0, "clockwise"), (1.0, "counterclockwise")])
    });
    feature("hydrants", Geometry::Point(Point(it.at)), row)
}

const NOTES: &[&str] = &[
    "gegenüber der Bushaltestelle",
    "an der Einfahrt",
    "vor dem Trafohaus",
    "hinter der Kurve",
    "am Spielplatz",
    "neben der Garage",
    "am Ortseingang",
    "vor der Gaststätte",
    "am Wendeplatz",
    "unter der Linde",
];

fn status(dice: &mut Dice, row: &mut Row, skeleton: &Skeleton) {
    const RESTRICTED: &[&str] =
        &["Durchfluss gering", "Schwergängig", "Schild fehlt", "Zugewachsen", "Klauendeckel fehlt"];
    const OUT: &[&str] =
        &["Kein Wasser", "Undicht, Reparatur beauftragt", "Durch Baustelle abgesperrt", "Spindel gebrochen"];
    let state = dice.weighted(&[(76.0, "ready"), (17.0, "unknown"), (4.8, "restricted"), (2.2, "out_of_service")]);
    row.set("operational_status", state);
    let asked = if state == "unknown" { 0.2 } else { 0.96 };
    row.maybe(dice, asked, "status_as_of", |dice| day_before(dice, skeleton.today, 8.0));
    match state {
        "restricted" => row.set("status_reason", dice.pick(RESTRICTED)),
        "out_of_service" => row.set("status_reason", dice.pick(OUT)),
        _ => {}
    }
    row.set(
        "lifecycle",
        dice.weighted(&[(970.0, "existing"), (15.0, "doubtful"), (7.0, "decommissioned"), (8.0, "planned")]),
    );
}

/// Flow of a third of the hydrants, by method, and pressures for those that were measured.
fn flow(dice: &mut Dice, row: &mut Row, skeleton: &Skeleton, it: &Hydrant, street: &Street, care: f64) {
    if !dice.chance(care * 0.55) {
        return;
    }
    let method = dice.weighted(&[(5.0, "measured"), (2.5, "calculated"), (1.0, "estimated"), (1.5, "rule_of_thumb")]);
    let usual = match it.main {
        ..=80 => 560.0,
        81..=100 => 880.0,
        101..=125 => 1150.0,
        126..=150 => 1500.0,
        _ => 2100.0,
    };
    let rate = match method {
        "rule_of_thumb" => it.main * 10,
        "measured" => stepped(usual * (1.0 + 0.3 * dice.bell()) * if street.dead_end { 0.72 } else { 1.0 }, 10),
        _ => stepped(usual * (1.0 + 0.2 * dice.bell()), 50),
    };
    row.set("flow_rate", rate);
    row.set("flow_method", method);
    if matches!(method, "measured" | "calculated") {
        row.maybe(dice, 0.9, "flow_measured_on", |dice| day_before(dice, skeleton.today, 10.0));
    }
    if method == "measured" {
        let pressure = dice.range(3.2, 6.4);
        row.maybe(dice, 0.75, "static_pressure", |_| tenth(pressure));
        row.maybe(dice, 0.7, "flow_pressure", |dice| tenth(pressure * dice.range(0.35, 0.75)));
    }
}
