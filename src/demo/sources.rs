//! What the register says about the waters, and the suction points at them.

use geo_types::{Geometry, Point};

use super::DemoFeature;
use super::base::feature;
use super::dice::{Dice, Subject};
use super::names::pond;
use super::plane::{area, polygon, rounded};
use super::rows::{Row, day_before, stepped, tenth};
use super::skeleton::Skeleton;
use super::waters::{Water, WaterKind};

fn reference(skeleton: &Skeleton, water: &Water) -> String {
    format!("{}-W{:03}", skeleton.municipalities[water.municipality].short, water.number)
}

/// Area of the water in m², 0 for a point.
fn surface(water: &Water) -> f64 {
    let mut closed = water.shape.clone();
    closed.extend(water.shape.first().copied());
    area(&closed).abs()
}

/// One water source as a feature.
pub(super) fn water_source(skeleton: &Skeleton, number: usize) -> DemoFeature {
    let water = &skeleton.waters[number];
    let care = skeleton.municipalities[water.municipality].care;
    let mut dice = Dice::new(skeleton.seed, Subject::Water, 1 << 40 | number as u64);
    let dice = &mut dice;
    let mut row = Row::new();
    row.set("ref", reference(skeleton, water));
    row.set("kind", water.kind.code());
    status(dice, &mut row, skeleton, water);
    stock(dice, &mut row, water, care);
    row.maybe(dice, care * 0.7, "vehicle_access", |dice| match (water.reachable, water.street) {
        (false, _) => dice.pick(&["none", "on_foot", "unknown"]),
        (true, Some(_)) => dice.pick(&["paved", "paved", "din_14090", "unpaved"]),
        (true, None) => dice.pick(&["unpaved", "unpaved", "paved", "on_foot"]),
    });
    row.maybe(dice, care * 0.4, "standing_area", |dice| dice.chance(0.6));
    if let Some(street) = water.street {
        row.set("street", skeleton.streets[street].name.as_str());
    }
    if let Some(settlement) = water.settlement {
        row.set("place", skeleton.settlements[settlement].name.as_str());
    }
    owner(dice, &mut row, skeleton, water, care);
    match (&water.name, water.kind) {
        (Some(name), _) => row.set("name", name.as_str()),
        (None, WaterKind::NaturalPond) => row.maybe(dice, 0.6, "name", |dice| pond(dice, water.street.is_some())),
        (None, _) => {}
    }
    if water.kind == WaterKind::FirePond {
        row.maybe(dice, care * 0.6, "lock", |dice| {
            dice.pick(&["Feuerwehrdreikant", "Feuerwehrdreikant", "Schlüssel im Depot am Gerätehaus"])
        });
    }
    let geometry = match water.shape.as_slice() {
        [point] => Geometry::Point(Point(rounded(*point))),
        ring => Geometry::Polygon(polygon(ring)),
    };
    feature("water_sources", geometry, row)
}

fn status(dice: &mut Dice, row: &mut Row, skeleton: &Skeleton, water: &Water) {
    const RESTRICTED: &[&str] =
        &["Wasserstand niedrig", "Verschlammt", "Zufahrt nur bei trockenem Boden", "Ufer zugewachsen"];
    const OUT: &[&str] =
        &["Behälter undicht", "Brunnen versandet", "Trockengefallen", "Entnahme vom Eigentümer untersagt"];
    let state = if water.reachable {
        dice.weighted(&[(66.0, "ready"), (22.0, "unknown"), (9.0, "restricted"), (3.0, "out_of_service")])
    } else {
        dice.weighted(&[(1.0, "ready"), (6.0, "unknown"), (1.5, "restricted")])
    };
    row.set("operational_status", state);
    let asked = if state == "unknown" { 0.25 } else { 0.93 };
    row.maybe(dice, asked, "status_as_of", |dice| day_before(dice, skeleton.today, 8.0));
    match state {
        "restricted" => row.set("status_reason", dice.pick(RESTRICTED)),
        "out_of_service" => row.set("status_reason", dice.pick(OUT)),
        _ => {}
    }
    row.set(
        "lifecycle",
        dice.weighted(&[(95.0, "existing"), (2.0, "doubtful"), (1.5, "planned"), (1.0, "decommissioned")]),
    );
}

/// How much water there is, as far as somebody wrote it down.
fn stock(dice: &mut Dice, row: &mut Row, water: &Water, care: f64) {
    let often = 0.35 + care * 0.55;
    match water.kind {
        WaterKind::Lake | WaterKind::River | WaterKind::Sea => {
            row.set("inexhaustible", water.kind.inexhaustible());
            row.maybe(dice, care, "year_round", |_| true);
        }
        WaterKind::FirePond | WaterKind::NaturalPond => {
            let depth = if water.kind == WaterKind::FirePond { dice.range(2.0, 2.8) } else { dice.range(0.8, 2.2) };
            let volume = surface(water) * depth * 0.62;
            row.maybe(dice, often, "total_volume", |_| stepped(volume, 10));
            row.maybe(dice, often * 0.7, "usable_volume", |_| stepped(volume * 0.7, 10));
            row.maybe(dice, often * 0.6, "depth", |_| tenth(depth));
            // DIN 14210 asks for 1,000 m³; what is smaller only looks like it.
            row.maybe(dice, care * 0.6, "standard", |_| if volume >= 1000.0 { "din_14210" } else { "none" });
            row.maybe(dice, care * 0.5, "drying_risk", |dice| dice.chance(0.3));
            row.maybe(dice, care * 0.7, "fenced", |dice| {
                dice.chance(if water.kind == WaterKind::FirePond { 0.8 } else { 0.1 })
            });
        }
        WaterKind::UndergroundTank | WaterKind::AboveGroundTank | WaterKind::Basin => {
            let volume = dice.weighted(&[(2.0, 50), (3.0, 75), (4.0, 100), (3.0, 150), (1.5, 200), (1.0, 300)]);
            row.maybe(dice, 0.93, "total_volume", |_| volume);
            row.maybe(dice, often * 0.8, "usable_volume", |_| volume - volume / 20);
            if water.kind != WaterKind::Basin {
                row.maybe(dice, care * 0.7, "standard", |dice| {
                    if water.kind == WaterKind::UndergroundTank && dice.chance(0.7) { "din_14230" } else { "none" }
                });
                row.maybe(dice, care * 0.6, "material", |dice| {
                    if water.kind == WaterKind::UndergroundTank {
                        dice.pick(&["concrete", "concrete", "steel", "plastic"])
                    } else {
                        dice.pick(&["steel", "foil"])
                    }
                });
                row.maybe(dice, care * 0.6, "frost_free", |_| water.kind == WaterKind::UndergroundTank);
                row.maybe(dice, care * 0.5, "refill_method", |dice| {
                    dice.pick(&["mains", "rainwater", "tanker", "well"])
                });
            }
        }
        WaterKind::Well => {
            row.maybe(dice, 0.85, "yield_rate", |dice| {
                dice.weighted(&[(3.0, 400), (2.0, 600), (4.0, 800), (2.0, 1200), (1.0, 1600)])
            });
            // DIN 14220 rates a well by what it gives for three hours.
            row.maybe(dice, often, "yield_duration", |_| 3.0);
            row.maybe(dice, often * 0.8, "flow_method", |dice| {
                dice.pick(&["measured", "measured", "calculated", "estimated"])
            });
            row.maybe(dice, care * 0.6, "standard", |_| "din_14220");
        }
        WaterKind::Ditch => {
            row.maybe(dice, care * 0.7, "drying_risk", |dice| dice.chance(0.6));
            row.maybe(dice, care * 0.6, "year_round", |dice| dice.chance(0.5));
        }
    }
}

fn owner(dice: &mut Dice, row: &mut Row, skeleton: &Skeleton, water: &Water, care: f64) {
    let municipality = &skeleton.municipalities[water.municipality];
    let built = water.shape.len() == 1 && water.street.is_some();
    row.maybe(dice, if built { 0.8 } else { 0.3 }, "operator", |_| format!("Gemeinde {}", municipality.name));
    row.maybe(dice, care * 0.5, "ownership", |dice| {
        dice.weighted(&[(6.0, "public"), (1.5, "private"), (1.5, "private_agreement")])
    });
    let year = skeleton.today.format("%Y").to_string().parse().unwrap_or(2025);
    row.maybe(dice, if built { care * 0.6 } else { 0.0 }, "year_built", |dice| dice.between(1955, year));
    row.maybe(dice, care * 0.6, "positional_accuracy", |dice| {
        dice.pick(&["within_1m", "within_5m", "within_5m", "within_10m", "over_10m"])
    });
    row.maybe(dice, care * 0.6, "position_source", |dice| {
        dice.pick(&["aerial_image", "aerial_image", "gnss", "import"])
    });
}

/// The suction points at one water, none to two.
pub(super) fn suction_points(skeleton: &Skeleton, number: usize) -> Vec<DemoFeature> {
    let water = &skeleton.waters[number];
    let mut dice = Dice::new(skeleton.seed, Subject::Water, 1 << 41 | number as u64);
    let likely = match water.kind {
        WaterKind::FirePond => 0.95,
        WaterKind::UndergroundTank | WaterKind::Lake => 0.85,
        WaterKind::Well | WaterKind::AboveGroundTank => 0.7,
        WaterKind::Sea => 0.6,
        WaterKind::NaturalPond | WaterKind::River => 0.45,
        WaterKind::Ditch | WaterKind::Basin => 0.25,
    };
    if !water.reachable || !dice.chance(likely) {
        return Vec::new();
    }
    let second = matches!(water.kind, WaterKind::UndergroundTank | WaterKind::FirePond) && dice.chance(0.12);
    (0..=usize::from(second)).map(|n| suction_point(skeleton, water, n, &mut dice)).collect()
}

fn suction_point(skeleton: &Skeleton, water: &Water, n: usize, dice: &mut Dice) -> DemoFeature {
    let municipality = &skeleton.municipalities[water.municipality];
    let care = municipality.care;
    let kind = match water.kind {
        WaterKind::FirePond => {
            dice.weighted(&[(3.0, "shaft"), (3.0, "pipe"), (2.0, "pillar_connection"), (1.5, "paved_place")])
        }
        WaterKind::UndergroundTank | WaterKind::AboveGroundTank | WaterKind::Basin => {
            dice.weighted(&[(5.0, "pillar_connection"), (3.0, "underground_connection"), (1.0, "shaft")])
        }
        WaterKind::Well => dice.weighted(&[(4.0, "well_head"), (1.0, "submersible_pump")]),
        _ => dice.weighted(&[(2.0, "paved_place"), (4.0, "unpaved_place"), (1.0, "pipe")]),
    };
    let mut row = Row::new();
    row.set("ref", format!("{}-S{:03}{}", municipality.short, water.number, if n == 0 { "" } else { "b" }));
    row.set("kind", kind);
    status(dice, &mut row, skeleton, water);
    row.set("water_source", reference(skeleton, water));
    let fixed = matches!(kind, "pillar_connection" | "underground_connection" | "pipe" | "well_head");
    if fixed {
        row.maybe(dice, 0.8, "couplings", |dice| {
            let count = if dice.chance(0.15) { 2 } else { 1 };
            serde_json::json!([{ "coupling": "storz_a", "count": count }])
        });
        row.maybe(dice, care * 0.6, "suction_pipe_diameter", |dice| dice.pick(&[100, 125, 125]));
    }
    if kind != "submersible_pump" {
        row.maybe(dice, care * 0.65, "suction_head", |dice| tenth(dice.range(1.2, 5.8)));
    }
    row.maybe(dice, care * 0.4, "flow_rate", |dice| dice.pick(&[800, 800, 1200, 1600, 2000]));
    row.maybe(dice, care * 0.6, "frost_free", |dice| dice.chance(if fixed { 0.7 } else { 0.1 }));
    row.maybe(dice, care * 0.6, "vehicle_access", |dice| {
        if fixed { "paved" } else { dice.pick(&["unpaved", "paved", "unpaved"]) }
    });
    row.maybe(dice, care * 0.5, "standing_area", |dice| dice.chance(0.7));
    if let Some(street) = water.street {
        row.set("street", skeleton.streets[street].name.as_str());
    }
    if let Some(settlement) = water.settlement {
        row.set("place", skeleton.settlements[settlement].name.as_str());
    }
    let at = super::plane::at(water.access.x + n as f64 * 3.0, water.access.y);
    feature("suction_points", Geometry::Point(Point(rounded(at))), row)
}
