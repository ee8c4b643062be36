//! The motorway across the district, in a smooth sweep between the settlements.

use geo_types::{Coord, Rect};

use super::land::Land;
use super::network::Class;
use super::plane::{Line, angle_of, at, crossing, direction, distance, hermite, left, normal, smooth};
use super::roads::{Road, Way};
use super::settlements::Settlement;

const COLUMN: f64 = 900.0;
const ROW: f64 = 300.0;
/// Half the distance between the carriageways' centre lines.
const HALF: f64 = 9.0;
/// Junctions lie at least this far apart.
const JUNCTIONS_APART: f64 = 6500.0;

/// Both carriageways and the ramps of the junctions with main roads.
pub(super) fn draw(
    bounds: Rect<f64>,
    settlements: &[Settlement],
    lakes: &[Line],
    roads: &[Road],
    land: &Land<'_>,
) -> Vec<Road> {
    let axis: Line = smooth(&course(bounds, settlements, lakes), 3);
    let runs: Vec<Line> =
        axis.split(|p| land.municipality(*p).is_none()).filter(|run| run.len() > 20).map(<[_]>::to_vec).collect();
    let mut drawn = Vec::new();
    for run in &runs {
        for side in [1.0, -1.0] {
            let mut line = beside(run, side * HALF);
            if side > 0.0 {
                // Traffic keeps right: the northern carriageway runs west.
                line.reverse();
            }
            drawn.push(Road { line, way: Way::Motorway, reference: Some("A 97".to_owned()) });
        }
        drawn.extend(junctions(run, roads));
    }
    drawn
}

/// The cheapest row in every column from west to east (dynamic programming): away from houses and
/// lakes, with little turning.
fn course(bounds: Rect<f64>, settlements: &[Settlement], lakes: &[Line]) -> Line {
    let columns = (bounds.width() / COLUMN) as usize + 1;
    let rows = (bounds.height() * 0.56 / ROW) as usize;
    let south = bounds.min().y + bounds.height() * 0.22;
    let point = |column: usize, row: usize| at(bounds.min().x + column as f64 * COLUMN, south + row as f64 * ROW);
    let burden = |p: Coord<f64>| {
        let houses: f64 = settlements
            .iter()
            .map(|s| (distance(s.centre, p) - s.town_radius().max(200.0)) / 650.0)
            .filter(|gap| *gap < 1.5)
            .map(|gap| (1.6 - gap).powi(3))
            .sum();
        let wet =
            lakes.iter().any(|lake| super::plane::contains(lake, p) || super::plane::line_distance(p, lake) < 250.0);
        houses * 3.0 + if wet { 60.0 } else { 0.0 } + ((p.y - bounds.center().y) / bounds.height()).abs() * 1.5
    };
    let mut cost: Vec<f64> = (0..rows).map(|row| burden(point(0, row))).collect();
    let mut from: Vec<Vec<usize>> = Vec::new();
    for column in 1..columns {
        let mut next = Vec::with_capacity(rows);
        let mut origin = Vec::with_capacity(rows);
        for row in 0..rows {
            let step = |before: usize| cost[before] + 0.9 * (before as f64 - row as f64).powi(2);
            let candidates = row.saturating_sub(2)..=(row + 2).min(rows - 1);
            let best = candidates.min_by(|&a, &b| step(a).total_cmp(&step(b))).unwrap_or(row);
            next.push(step(best) + burden(point(column, row)));
            origin.push(best);
        }
        cost = next;
        from.push(origin);
    }
    let mut row = (0..rows).min_by(|&a, &b| cost[a].total_cmp(&cost[b])).unwrap_or(0);
    let mut line = vec![point(columns - 1, row)];
    for column in (1..columns).rev() {
        row = from[column - 1][row];
        line.push(point(column - 1, row));
    }
    line.reverse();
    evened(&line)
}

/// Each point moved to the mean of its neighbourhood: a motorway has radii of kilometres.
fn evened(line: &[Coord<f64>]) -> Line {
    let reach = 2usize;
    (0..line.len())
        .map(|i| {
            let around = &line[i.saturating_sub(reach)..(i + reach + 1).min(line.len())];
            let sum = around.iter().fold(at(0.0, 0.0), |sum, p| sum + *p);
            at(line[i].x, sum.y / around.len() as f64)
        })
        .collect()
}

fn beside(line: &[Coord<f64>], metres: f64) -> Line {
    (0..line.len())
        .map(|i| {
            let forward = normal(line[(i + 1).min(line.len() - 1)] - line[i.saturating_sub(1)]);
            line[i] + left(forward) * metres
        })
        .collect()
}

/// Four ramps wherever a main road crosses and the last junction is far enough.
fn junctions(axis: &[Coord<f64>], roads: &[Road]) -> Vec<Road> {
    let main = |road: &&Road| matches!(road.way, Way::Road(Class::Primary | Class::Secondary | Class::Tertiary));
    let mut built: Vec<Coord<f64>> = Vec::new();
    let mut ramps = Vec::new();
    for w in axis.windows(2) {
        for road in roads.iter().filter(main) {
            for s in road.line.windows(2) {
                let Some(p) = crossing([w[0], w[1]], [s[0], s[1]]) else {
                    continue;
                };
                if built.iter().all(|other| distance(*other, p) > JUNCTIONS_APART) {
                    built.push(p);
                    ramps.extend(junction(p, normal(w[1] - w[0]), normal(s[1] - s[0]), &road.line));
                }
            }
        }
    }
    ramps
}

fn junction(p: Coord<f64>, forward: Coord<f64>, across: Coord<f64>, road: &[Coord<f64>]) -> Vec<Road> {
    let north = if super::plane::dot(left(forward), across) > 0.0 { 1.0 } else { -1.0 };
    let mut ramps = Vec::new();
    for (ahead, side) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let leave = p + forward * (ahead * 330.0) + left(forward) * (side * HALF);
        let wanted = p + across * (side * north * 115.0);
        // The ramp must end on the road, which bends.
        let arrive = road.iter().copied().min_by(|a, b| distance(*a, wanted).total_cmp(&distance(*b, wanted)));
        let Some(arrive) = arrive.filter(|a| (40.0..260.0).contains(&distance(*a, p))) else {
            continue;
        };
        let inward = direction(angle_of(p - arrive)) * 150.0;
        let line = hermite((leave, forward * (-ahead * 260.0)), (arrive, left(inward) * (-ahead * side * 1.0)), 16);
        ramps.push(Road { line, way: Way::Ramp, reference: None });
    }
    ramps
}
