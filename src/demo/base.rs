//! The reference layers as features: municipalities, roads, buildings, addresses.

use geo_types::{Geometry, Point};

use super::DemoFeature;
use super::buildings::{Building, of_settlement};
use super::dice::{Dice, Subject};
use super::layout::{Build, Street};
use super::network::Class;
use super::plane::{polygon, rounded, rounded_line};
use super::roads::{Road, Way};
use super::rows::{Row, tenth};
use super::settlements::Kind;
use super::skeleton::Skeleton;

pub(super) fn municipality(skeleton: &Skeleton, number: usize) -> DemoFeature {
    let it = &skeleton.municipalities[number];
    let mut row = Row::new();
    row.set("key", it.key.as_str());
    row.set("name", it.name.as_str());
    row.set("office", it.office.as_str());
    row.set("office_key", it.office_key.as_str());
    row.set("population", it.population);
    row.set("area_km2", (it.cell.area_km2() * 100.0).round() / 100.0);
    feature("municipalities", Geometry::Polygon(polygon(&it.cell.ring)), row)
}

/// A street of a settlement as a road.
pub(super) fn street(skeleton: &Skeleton, number: usize) -> DemoFeature {
    let it = &skeleton.streets[number];
    let mut dice = Dice::new(skeleton.seed, Subject::Road, 1 << 40 | number as u64);
    let mut row = Row::new();
    row.set("name", it.name.as_str());
    if let Some(reference) = &it.reference {
        row.set("ref", reference.as_str());
    }
    let (class, speed) = match (it.class, it.build) {
        (Some(class), _) => (class_code(class), 50),
        (None, Build::Bare) => ("service", 30),
        (None, _) => ("residential", if dice.chance(0.6) { 30 } else { 50 }),
    };
    row.set("class", class);
    row.maybe(&mut dice, 0.9, "surface", |dice| street_surface(dice, it));
    row.maybe(&mut dice, 0.85, "speed_limit", |_| speed);
    row.maybe(&mut dice, 0.7, "width", |_| it.width());
    feature("roads", Geometry::LineString(rounded_line(&it.line)), row)
}

fn street_surface(dice: &mut Dice, street: &Street) -> &'static str {
    match (street.class, street.build) {
        (Some(_), _) => dice.weighted(&[(9.0, "asphalt"), (1.0, "sett")]),
        (None, Build::Core) => dice.weighted(&[(6.0, "sett"), (3.0, "asphalt"), (2.0, "paving_stones")]),
        (None, Build::Bare) => dice.weighted(&[(3.0, "sett"), (2.0, "compacted"), (1.0, "gravel")]),
        (None, Build::Rural | Build::Holiday) => dice.weighted(&[
            (5.0, "asphalt"),
            (2.0, "sett"),
            (1.5, "paving_stones"),
            (1.0, "compacted"),
            (0.6, "concrete_lanes"),
        ]),
        (None, _) => dice.weighted(&[(5.0, "asphalt"), (4.0, "paving_stones"), (0.5, "concrete")]),
    }
}

/// A road or track between settlements.
pub(super) fn road(skeleton: &Skeleton, number: usize) -> DemoFeature {
    let it: &Road = &skeleton.roads[number];
    let mut dice = Dice::new(skeleton.seed, Subject::Road, 1 << 41 | number as u64);
    let mut row = Row::new();
    if let Some(reference) = &it.reference {
        row.set("ref", reference.as_str());
    }
    let (class, surface, speed, width) = match it.way {
        Way::Motorway => ("motorway", "asphalt", Some(130), 11.5),
        Way::Ramp => ("trunk", "asphalt", Some(60), 5.5),
        Way::Road(class) => {
            let (speed, width) = match class {
                Class::Primary => (100, 7.5),
                Class::Secondary => (100, 6.5),
                Class::Tertiary => (80, 5.5),
                Class::Unclassified => (70, 4.5),
            };
            let poor = class == Class::Unclassified && dice.chance(0.25);
            let surface = if poor { dice.pick(&["concrete_lanes", "sett", "compacted"]) } else { "asphalt" };
            (class_code(class), surface, Some(speed), width)
        }
        Way::Track => {
            let surface = dice.weighted(&[
                (4.0, "ground"),
                (2.0, "gravel"),
                (2.0, "concrete_lanes"),
                (1.5, "grass"),
                (1.0, "sand"),
            ]);
            ("track", surface, None, tenth(dice.range(2.5, 3.6)))
        }
    };
    row.set("class", class);
    row.maybe(&mut dice, 0.9, "surface", |_| surface);
    if let Some(speed) = speed {
        row.maybe(&mut dice, 0.7, "speed_limit", |_| speed);
    }
    row.maybe(&mut dice, 0.6, "width", |_| width);
    feature("roads", Geometry::LineString(rounded_line(&it.line)), row)
}

fn class_code(class: Class) -> &'static str {
    match class {
        Class::Primary => "primary",
        Class::Secondary => "secondary",
        Class::Tertiary => "tertiary",
        Class::Unclassified => "unclassified",
    }
}

/// The buildings of a settlement.
pub(super) fn buildings(skeleton: &Skeleton, settlement: usize) -> Vec<DemoFeature> {
    let mut dice = Dice::new(skeleton.seed, Subject::Building, 1 << 40 | settlement as u64);
    let told = |it: Building| {
        let mut row = Row::new();
        row.set("function", it.function);
        if let Some(name) = it.name {
            row.set("name", name);
        }
        row.maybe(&mut dice, 0.85, "storeys", |_| it.storeys);
        let height = |dice: &mut Dice| tenth(it.storeys as f64 * 2.9 + dice.range(1.5, 5.0));
        row.maybe(&mut dice, 0.6, "height", height);
        feature("buildings", Geometry::Polygon(polygon(&it.ring)), row)
    };
    of_settlement(skeleton, settlement).into_iter().map(told).collect()
}

/// The addresses of a settlement: a point in every building with a number.
pub(super) fn addresses(skeleton: &Skeleton, settlement: usize) -> Vec<DemoFeature> {
    let place = &skeleton.settlements[settlement];
    let municipality = &skeleton.municipalities[place.municipality];
    let told = |it: Building| {
        let (number, addition) = it.number?;
        let middle = (it.ring[0] + it.ring[it.ring.len() / 2]) / 2.0;
        let mut row = Row::new();
        row.set("street", skeleton.streets[it.street].name.as_str());
        row.set("house_number", number.to_string());
        if let Some(letter) = addition {
            row.set("house_number_addition", letter.to_string());
        }
        row.set("postcode", municipality.postcode.as_str());
        row.set("post_town", municipality.name.as_str());
        if place.kind != Kind::Town {
            row.set("place", place.name.as_str());
        }
        Some(feature("addresses", Geometry::Point(Point(rounded(middle))), row))
    };
    of_settlement(skeleton, settlement).into_iter().filter_map(told).collect()
}

pub(super) fn feature(collection: &'static str, geometry: Geometry<f64>, row: Row) -> DemoFeature {
    DemoFeature { collection, geometry: Some(geometry), properties: row.done() }
}
