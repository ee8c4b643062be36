//! Roads between the settlements: from gate to gate in gentle curves, cut at the district border.

use std::f64::consts::PI;

use geo_types::Coord;

use super::dice::{Dice, Subject};
use super::land::Land;
use super::layout::{Build, Layout};
use super::network::{Class, Link};
use super::plane::{Line, Wobble, angle_of, direction, distance, hermite, left, normal, turn};

/// What kind of way a line outside the settlements is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Motorway,
    Ramp,
    Road(Class),
    Track,
}

/// A road or track outside the settlements.
pub(super) struct Road {
    pub(super) line: Line,
    pub(super) way: Way,
    pub(super) reference: Option<String>,
}

/// Draws the linking roads and lets the streets they pass through take their class and number.
pub(super) fn draw(
    seed: u64,
    links: &[Link],
    layouts: &mut [Layout],
    outside: &[Coord<f64>],
    land: &Land<'_>,
) -> Vec<Road> {
    let mut used: Vec<Vec<usize>> = layouts.iter().map(|layout| vec![0; layout.gates.len()]).collect();
    // Important roads choose their gates first.
    let mut order: Vec<usize> = (0..links.len()).collect();
    order.sort_by_key(|&i| links[i].class);
    let mut roads = Vec::with_capacity(links.len());
    for i in order {
        let link = &links[i];
        let mut dice = Dice::new(seed, Subject::Road, (link.from * 1_000_003 + link.to) as u64);
        let far_end = layouts.get(link.to).and_then(|layout| layout.gates.first()).map(|gate| gate.point);
        let target = far_end.unwrap_or_else(|| outside[link.to.saturating_sub(layouts.len())]);
        let Some((from, out)) = enter(link, link.from, target, layouts, &mut used) else {
            continue;
        };
        let (to, back) = enter(link, link.to, from, layouts, &mut used).unwrap_or((target, angle_of(from - target)));
        let line = cut_at_border(&curve(&mut dice, (from, out), (to, back), link.class), land);
        if line.len() > 1 {
            roads.push(Road { line, way: Way::Road(link.class), reference: link.reference.clone() });
        }
    }
    roads
}

/// The best gate of a settlement for a road to `target`; none for places outside.
fn enter(
    link: &Link,
    settlement: usize,
    target: Coord<f64>,
    layouts: &mut [Layout],
    used: &mut [Vec<usize>],
) -> Option<(Coord<f64>, f64)> {
    let layout = layouts.get_mut(settlement)?;
    let cost = |number: usize| {
        let gate = &layout.gates[number];
        turn(gate.outward, angle_of(target - gate.point)) + 0.45 * used[settlement][number] as f64
    };
    let best = (0..layout.gates.len()).min_by(|&a, &b| cost(a).total_cmp(&cost(b)))?;
    used[settlement][best] += 1;
    let gate = &layout.gates[best];
    let found = (gate.point, gate.outward);
    for street in layout.streets.iter_mut().filter(|street| street.gates.contains(&best)) {
        if street.class.is_none_or(|class| link.class < class) && street.build != Build::Bare {
            street.class = Some(link.class);
            street.reference.clone_from(&link.reference);
        }
    }
    Some(found)
}

/// A road that leaves one gate straight and reaches the other straight, wandering a little between.
fn curve(dice: &mut Dice, (from, out): (Coord<f64>, f64), (to, back): (Coord<f64>, f64), class: Class) -> Line {
    let metres = distance(from, to);
    let pull = metres * 0.75;
    let pieces = (metres / 38.0).ceil().max(3.0) as usize;
    let line = hermite((from, direction(out) * pull), (to, direction(back) * -pull), pieces);
    // Old lanes wander; a federal road has been straightened.
    let amount = match class {
        Class::Primary => 0.012,
        Class::Secondary => 0.02,
        Class::Tertiary => 0.028,
        Class::Unclassified => 0.034,
    };
    let reach = (metres * amount).min(55.0);
    let wobble = Wobble::new(dice, 4, 0.8);
    let aside = left(normal(to - from));
    line.iter()
        .enumerate()
        .map(|(n, p)| {
            let t = n as f64 / pieces as f64;
            // Squared so that the ends stay tangent to their streets.
            let quiet = (PI * t).sin().powi(2);
            *p + aside * (wobble.value(t) * reach * quiet * 1.6)
        })
        .collect()
}

/// The line up to where it first leaves the district.
fn cut_at_border(line: &[Coord<f64>], land: &Land<'_>) -> Line {
    line.iter().copied().take_while(|p| land.municipality(*p).is_some()).collect()
}
