//! Municipalities as communities: names, keys, offices, inhabitants, who runs the mains.

use std::collections::HashSet;
use std::ops::Range;

use geo_types::Coord;

use super::DemoPlan;
use super::dice::{Dice, Subject};
use super::layout::{Build, Street};
use super::municipalities::Cell;
use super::names::{of_place, short_form};
use super::offices::group;
use super::plane::{distance, length};
use super::settlements::Settlement;

/// A municipality as the other parts need it.
pub(super) struct Municipality {
    pub(super) cell: Cell,
    pub(super) key: String,
    pub(super) name: String,
    /// Three capitals that begin its object numbers.
    pub(super) short: String,
    pub(super) office: String,
    pub(super) office_key: String,
    pub(super) population: i64,
    pub(super) postcode: String,
    /// Who runs the mains.
    pub(super) operator: String,
    /// How well its register is kept, 0..1: the chance that a detail is filled in.
    pub(super) care: f64,
}

/// Names, keys and offices for the cells, by the settlements in them.
pub(super) fn municipalities(
    plan: &DemoPlan,
    cells: Vec<Cell>,
    towns: &[usize],
    settlements: &[Settlement],
    streets: &[Street],
    streets_of: &[Range<usize>],
) -> Vec<Municipality> {
    // Two of the five towns belong to an office like a village.
    let free = &towns[..towns.len().min(3)];
    let offices = group(&cells, free);
    let main = |municipality: usize| {
        settlements.iter().find(|s| s.municipality == municipality).map_or("", |s| s.name.as_str())
    };
    let mut seats: Vec<Option<usize>> = vec![None; 10];
    for (i, office) in offices.iter().enumerate() {
        if let Some(number) = office {
            let better = towns.contains(&i) || seats[*number].is_none();
            seats[*number] = if better { Some(i) } else { seats[*number] };
        }
    }
    let sites: Vec<Coord<f64>> = cells.iter().map(|cell| cell.site).collect();
    let mut shorts = HashSet::new();
    cells
        .into_iter()
        .enumerate()
        .map(|(i, cell)| {
            let mut dice = Dice::new(plan.seed, Subject::Settlement, 10_000 + i as u64);
            let name = main(i).to_owned();
            let gap = |town: usize| distance(sites[town], cell.site);
            let near = towns.iter().copied().min_by(|&a, &b| gap(a).total_cmp(&gap(b))).unwrap_or(i);
            let rank = towns.iter().position(|town| *town == near).unwrap_or(0);
            let (office, office_key) = match offices[i] {
                Some(number) => {
                    let seat = main(seats[number].unwrap_or(i));
                    let seat = seat.split(' ').next_back().unwrap_or(seat);
                    let form = if number % 3 == 0 { format!("Amt {seat}-Land") } else { format!("Amt {seat}") };
                    (form, format!("{}{}", plan.municipality_prefix, 5451 + number))
                }
                None => (format!("Stadt {name}"), format!("{}{:04}", plan.municipality_prefix, i + 1)),
            };
            let operator = if towns.contains(&i) {
                format!("Stadtwerke {name}")
            } else {
                format!("Zweckverband Wasser {} Land", of_place(main(near)))
            };
            // The leading 43 is given to no real place.
            let zone = if towns.contains(&i) { 0 } else { 1 + (i / 12) % 9 };
            Municipality {
                key: format!("{}{:03}", plan.municipality_prefix, i + 1),
                short: short_form(&name, &mut shorts),
                office,
                office_key,
                operator,
                population: population(i, settlements, streets, streets_of),
                postcode: format!("43{rank}{zone}{}", dice.below(9) + 1),
                care: dice.range(0.35, 0.95),
                cell,
                name,
            }
        })
        .collect()
}

fn population(municipality: usize, settlements: &[Settlement], streets: &[Street], streets_of: &[Range<usize>]) -> i64 {
    let people: f64 = settlements
        .iter()
        .zip(streets_of)
        .filter(|(place, _)| place.municipality == municipality)
        .flat_map(|(_, range)| &streets[range.clone()])
        .map(|street| {
            length(&street.line)
                * match street.build {
                    Build::Core => 0.36,
                    Build::Blocks => 1.7,
                    Build::Detached => 0.22,
                    Build::Rural => 0.15,
                    Build::Trade | Build::Holiday | Build::Bare => 0.02,
                }
        })
        .sum();
    people.round() as i64
}
