//! Lakes and field ponds: large lakes before anyone settles, the rest in the gaps that are left.

use geo_types::Rect;

use super::dice::Dice;
use super::grid::SegmentGrid;
use super::land::Land;
use super::plane::{Line, Shape, at, blob, distance, middle_of};

/// Large, long lakes as glaciers leave them, planned first; settlements and roads go round them.
pub(super) fn large(dice: &mut Dice, bounds: Rect<f64>, land: &Land<'_>) -> Vec<Line> {
    let mut lakes: Vec<Line> = Vec::new();
    for _ in 0..400 {
        if lakes.len() == 6 {
            break;
        }
        let centre = at(dice.range(bounds.min().x, bounds.max().x), dice.range(bounds.min().y, bounds.max().y));
        let long = dice.range(900.0, 2100.0);
        let axis = 1.2 + dice.bell() * 0.5;
        let wide = long * dice.range(0.25, 0.42);
        let lake = blob(dice, centre, axis, long, wide, (long / 16.0) as usize);
        let dry = |p: &geo_types::Coord<f64>| land.municipality(*p).is_none();
        let crowded = lakes.iter().any(|other| distance(other[0], lake[0]) < 9000.0);
        if !crowded && !lake.iter().any(dry) {
            lakes.push(lake);
        }
    }
    lakes
}

/// The planned lakes, each shrunk until no road or street wets its feet.
pub(super) fn settle(lakes: Vec<Line>, grid: &SegmentGrid) -> Vec<Line> {
    let shrunk = |lake: &Line| {
        let centre = middle_of(lake);
        lake.iter().map(|p| centre + (*p - centre) * 0.9).collect::<Line>()
    };
    lakes
        .into_iter()
        .filter_map(|mut lake| {
            for _ in 0..14 {
                if !lake.iter().any(|p| grid.occupied(*p, 45.0, None)) {
                    return Some(lake);
                }
                lake = shrunk(&lake);
            }
            None
        })
        .collect()
}

/// Smaller waters in the gaps between roads: some lakes, then ponds in the fields (Sölle).
pub(super) fn small(
    dice: &mut Dice,
    bounds: Rect<f64>,
    land: &Land<'_>,
    grid: &SegmentGrid,
    large: &[Line],
) -> Vec<Line> {
    const LAKES: usize = 24;
    const PONDS: usize = 110;
    let mut waters: Vec<Line> = Vec::new();
    let mut known: Vec<Shape> = large.iter().cloned().map(Shape::new).collect();
    for attempt in 0..9000 {
        let pond = waters.len() >= LAKES || attempt > 5000;
        if waters.len() >= LAKES + PONDS {
            break;
        }
        let p = at(dice.range(bounds.min().x, bounds.max().x), dice.range(bounds.min().y, bounds.max().y));
        if land.municipality(p).is_none() {
            continue;
        }
        let search = if pond { 140.0 } else { 950.0 };
        let streets = grid.nearest(p, search).map_or(search, |(metres, _)| metres);
        let margin = if pond { 25.0 } else { 110.0 };
        let others = known.iter().map(|other| other.distance(p)).fold(f64::INFINITY, f64::min);
        let free = streets.min(others) - margin;
        if free < if pond { 25.0 } else { 260.0 } {
            continue;
        }
        let (axis, long) = if pond {
            (dice.range(0.0, 3.1), dice.range(11.0, 38.0).min(free * 0.7))
        } else {
            (1.2 + dice.bell() * 0.9, free * dice.range(0.4, 0.68))
        };
        let wide = long * if pond { dice.range(0.6, 1.0) } else { dice.range(0.32, 0.75) };
        let lake = blob(dice, p, axis, long, wide, ((long / 9.0) as usize).clamp(14, 90));
        // A lake across the coast or the border would belong to no municipality in part.
        if lake.iter().all(|p| land.municipality(*p).is_some()) {
            known.push(Shape::new(lake.clone()));
            waters.push(lake);
        }
    }
    waters
}
