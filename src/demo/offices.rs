//! Offices (Ämter): neighbouring municipalities under one administration, and towns without one.

use geo_types::Coord;

use super::municipalities::Cell;
use super::plane::distance;

/// How many offices the district has beside the towns that run themselves.
const OFFICES: usize = 10;

/// Picks `count` cells far from each other, the first given.
pub(super) fn spread(cells: &[Cell], first: usize, count: usize, allowed: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut chosen = vec![first];
    while chosen.len() < count {
        let lonely =
            |i: usize| chosen.iter().map(|&c| distance(cells[i].site, cells[c].site)).fold(f64::INFINITY, f64::min);
        let next = (0..cells.len())
            .filter(|&i| allowed(i) && !chosen.contains(&i))
            .max_by(|&a, &b| lonely(a).total_cmp(&lonely(b)));
        match next {
            Some(cell) => chosen.push(cell),
            None => break,
        }
    }
    chosen
}

/// The office of every municipality, `None` for the free towns. Offices grow from their seats in
/// turn, always by the nearest free neighbour, so that each is one connected area of like size.
pub(super) fn group(cells: &[Cell], free: &[usize]) -> Vec<Option<usize>> {
    let open = |i: usize| !free.contains(&i);
    let first = (0..cells.len()).find(|&i| open(i)).unwrap_or(0);
    let seats = spread(cells, first, OFFICES, open);
    let mut office: Vec<Option<usize>> = vec![None; cells.len()];
    for (number, &seat) in seats.iter().enumerate() {
        office[seat] = Some(number);
    }
    while let Some((member, number)) = next_member(cells, &office, &seats, free) {
        office[member] = Some(number);
    }
    // What a town or the sea cuts off goes to the office whose seat is nearest.
    for i in (0..cells.len()).filter(|&i| open(i)) {
        if office[i].is_none() {
            let away = |seat: usize| distance(cells[seat].site, cells[i].site);
            office[i] = (0..seats.len()).min_by(|&a, &b| away(seats[a]).total_cmp(&away(seats[b])));
        }
    }
    office
}

/// The smallest office that can still grow, and the neighbour it takes.
fn next_member(cells: &[Cell], office: &[Option<usize>], seats: &[usize], free: &[usize]) -> Option<(usize, usize)> {
    let size = |number: usize| office.iter().filter(|o| **o == Some(number)).count();
    let mut by_size: Vec<usize> = (0..seats.len()).collect();
    by_size.sort_by_key(|&number| (size(number), number));
    by_size.into_iter().find_map(|number| {
        let seat: Coord<f64> = cells[seats[number]].site;
        (0..cells.len())
            .filter(|&i| office[i] == Some(number))
            .flat_map(|i| cells[i].neighbours.iter().copied())
            .filter(|i| office[*i].is_none() && !free.contains(i))
            .min_by(|&a, &b| distance(cells[a].site, seat).total_cmp(&distance(cells[b].site, seat)))
            .map(|member| (member, number))
    })
}
