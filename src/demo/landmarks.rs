//! Buildings with a shape of their own: churches, manors, schools.

use geo_types::Coord;

use super::buildings::Building;
use super::dice::Dice;
use super::layout::{Spot, Use};
use super::plane::{Line, direction, left, rectangle};

/// The buildings on a kept spot; none for ponds, tanks and wells.
pub(super) fn landmark(dice: &mut Dice, spot: &Spot, street: usize, place: &str) -> Vec<Building> {
    // Churches look east whatever the street does.
    let forward = direction(if spot.what == Use::Church { dice.range(-0.15, 0.15) } else { spot.axis });
    let shape = |points: &[(f64, f64)]| -> Line {
        points.iter().map(|(f, a)| spot.at + forward * *f + left(forward) * *a).collect()
    };
    let one = |ring: Line, function: &'static str, storeys: i64, name: String| {
        vec![Building { ring, function, storeys, name: Some(name), street, number: None }]
    };
    match spot.what {
        Use::Church => {
            // Tower in the west, nave, a narrower choir in the east.
            let ring = shape(&[
                (-13.0, -3.5),
                (-6.5, -3.5),
                (-6.5, -5.5),
                (7.0, -5.5),
                (7.0, -3.5),
                (12.0, -2.0),
                (12.0, 2.0),
                (7.0, 3.5),
                (7.0, 5.5),
                (-6.5, 5.5),
                (-6.5, 3.5),
                (-13.0, 3.5),
            ]);
            one(ring, "church", 1, format!("Kirche {place}"))
        }
        Use::Manor => manor(dice, spot, street, place, forward),
        Use::School => {
            let ring = shape(&[(-28.0, -14.0), (28.0, -14.0), (28.0, 12.0), (16.0, 12.0), (16.0, -1.0), (-28.0, -1.0)]);
            one(ring, "school", 2, format!("Schule {place}"))
        }
        Use::Kindergarten => {
            one(rectangle(spot.at, forward, 26.0, 14.0).to_vec(), "kindergarten", 1, format!("Kita {place}"))
        }
        Use::TownHall => {
            one(rectangle(spot.at, forward, 20.0, 13.0).to_vec(), "town_hall", 3, format!("Rathaus {place}"))
        }
        Use::FireStation => {
            one(rectangle(spot.at, forward, 18.0, 12.0).to_vec(), "fire_station", 1, format!("Feuerwehr {place}"))
        }
        Use::Hospital => {
            let ring = shape(&[
                (-42.0, -24.0),
                (42.0, -24.0),
                (42.0, 20.0),
                (28.0, 20.0),
                (28.0, -9.0),
                (-28.0, -9.0),
                (-28.0, 20.0),
                (-42.0, 20.0),
            ]);
            one(ring, "hospital", 4, format!("Krankenhaus {place}"))
        }
        Use::Pond | Use::Green | Use::Works => Vec::new(),
    }
}

/// The manor at the end of its avenue, with a barn and a stable on either side of the yard.
fn manor(dice: &mut Dice, spot: &Spot, street: usize, place: &str, forward: Coord<f64>) -> Vec<Building> {
    let across = left(forward);
    let (wide, deep) = (dice.range(28.0, 42.0), dice.range(13.0, 16.0));
    let house = rectangle(spot.at + forward * 8.0, across, wide, deep);
    let mut buildings = vec![Building {
        ring: house.to_vec(),
        function: "manor",
        storeys: 2,
        name: Some(format!("Gutshaus {place}")),
        street,
        number: None,
    }];
    for (side, function) in [(1.0, "barn"), (-1.0, "stable")] {
        let wing = spot.at - forward * dice.range(16.0, 22.0) + across * (side * (wide / 2.0 + dice.range(8.0, 14.0)));
        let ring = rectangle(wing, forward, dice.range(30.0, 44.0), dice.range(11.0, 14.0)).to_vec();
        buildings.push(Building { ring, function, storeys: 1, name: None, street, number: None });
    }
    buildings
}
