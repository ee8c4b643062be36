//! Which settlements a road joins, and how important that road is.
//!
//! Neighbours without a third place between them are joined (relative neighbourhood graph). Through
//! that mesh run the shortest ways between towns (B roads), from the villages to the towns (L) and
//! between the municipalities (K); what is left are lanes between villages.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use geo_types::Coord;

use super::land::Land;
use super::plane::{Line, contains, distance};
use super::settlements::{Kind, Settlement};

/// Class of a road, the most important first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    Primary,
    Secondary,
    Tertiary,
    Unclassified,
}

/// A road to be drawn between two places; numbers past the settlements are places outside.
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) class: Class,
    pub(super) reference: Option<String>,
}

/// The links of the district.
pub(super) fn connect(
    settlements: &[Settlement],
    outside: &[Coord<f64>],
    land: &Land<'_>,
    lakes: &[Line],
) -> Vec<Link> {
    let points: Vec<_> = settlements.iter().map(|s| s.centre).chain(outside.iter().copied()).collect();
    let inside = settlements.len();
    let mut mesh = Mesh::new(&points, inside, |a, b| passable(a, b, land, lakes));
    mesh.join_islands();
    mesh.classify(settlements);
    let kept = mesh.edges.into_iter().filter(|(_, edge)| edge.class < Class::Unclassified || edge.lane);
    kept.map(|((from, to), edge)| Link { from, to, class: edge.class, reference: edge.reference }).collect()
}

/// Whether a straight road stays on dry land of the district.
fn passable(a: Coord<f64>, b: Coord<f64>, land: &Land<'_>, lakes: &[Line]) -> bool {
    (1..24).all(|n| {
        let p = a + (b - a) * (f64::from(n) / 24.0);
        land.municipality(p).is_some() && !lakes.iter().any(|lake| contains(lake, p))
    })
}

struct Edge {
    metres: f64,
    class: Class,
    reference: Option<String>,
    /// Worth a road even when no important way uses it.
    lane: bool,
}

struct Mesh<'a> {
    points: &'a [Coord<f64>],
    inside: usize,
    edges: BTreeMap<(usize, usize), Edge>,
}

impl<'a> Mesh<'a> {
    fn new(points: &'a [Coord<f64>], inside: usize, passable: impl Fn(Coord<f64>, Coord<f64>) -> bool) -> Self {
        let near: Vec<Vec<usize>> = (0..points.len()).map(|i| nearest(points, i, 16)).collect();
        let mut edges = BTreeMap::new();
        for i in 0..inside {
            for &j in &near[i] {
                let (a, b) = (points[i], points[j]);
                let between = || near[i].iter().chain(&near[j]).filter(|&&k| k != i && k != j);
                let middle = (a + b) / 2.0;
                let metres = distance(a, b);
                let gabriel = between().all(|&k| distance(points[k], middle) >= metres / 2.0);
                let dry = j >= inside || passable(a, b);
                if gabriel && dry {
                    let lane = between().all(|&k| distance(points[k], a).max(distance(points[k], b)) >= metres);
                    edges.insert(
                        (i.min(j), i.max(j)),
                        Edge { metres, class: Class::Unclassified, reference: None, lane },
                    );
                }
            }
        }
        Mesh { points, inside, edges }
    }

    /// Adds the shortest missing links until every settlement can be reached.
    fn join_islands(&mut self) {
        loop {
            let reached = self.shortest(0, |metres, _| metres);
            let (on, off): (Vec<usize>, Vec<usize>) = (0..self.inside).partition(|&i| reached[i].is_some());
            let gap = |a: usize, b: usize| distance(self.points[a], self.points[b]);
            let best = off
                .iter()
                .flat_map(|&b| on.iter().map(move |&a| (a, b)))
                .min_by(|x, y| gap(x.0, x.1).total_cmp(&gap(y.0, y.1)));
            let Some((a, b)) = best else { break };
            let edge = Edge { metres: gap(a, b), class: Class::Unclassified, reference: None, lane: true };
            self.edges.insert((a.min(b), a.max(b)), edge);
        }
    }

    fn classify(&mut self, settlements: &[Settlement]) {
        let towns: Vec<usize> = (0..self.inside).filter(|&i| settlements[i].kind == Kind::Town).collect();
        let mains: Vec<usize> = (0..self.inside).filter(|&i| settlements[i].main).collect();
        let Some(&capital) = towns.first() else {
            return;
        };
        let mut numbers = [601, 0, 0];
        for pair in towns.windows(2) {
            self.mark(pair[0], pair[1], Class::Primary, &mut numbers);
        }
        for &town in towns.iter().skip(1) {
            self.mark(capital, town, Class::Primary, &mut numbers);
        }
        self.mark_exits(&towns, &mut numbers);
        let to_town = |i: usize| {
            towns.iter().copied().min_by(|&a, &b| {
                distance(self.points[i], self.points[a]).total_cmp(&distance(self.points[i], self.points[b]))
            })
        };
        let mut ways: Vec<(usize, usize)> = mains.iter().filter_map(|&i| to_town(i).map(|town| (i, town))).collect();
        // The long ways first: the short ones then lie on them already.
        let metres = |way: &(usize, usize)| distance(self.points[way.0], self.points[way.1]) as i64;
        ways.sort_by_key(|way| Reverse(metres(way)));
        for (n, (place, town)) in ways.into_iter().enumerate() {
            let class = if n % 4 == 0 { Class::Secondary } else { Class::Tertiary };
            self.mark(place, town, class, &mut numbers);
        }
    }

    /// Lets main roads leave the district on several sides.
    fn mark_exits(&mut self, towns: &[usize], numbers: &mut [u32; 3]) {
        let exits: Vec<usize> = (self.inside..self.points.len()).filter(|&i| self.degree(i) > 0).collect();
        for (n, exit) in exits.iter().step_by((exits.len() / 7).max(1)).enumerate() {
            let away = |town: usize| distance(self.points[town], self.points[*exit]);
            let Some(&town) = towns.iter().min_by(|&&a, &&b| away(a).total_cmp(&away(b))) else {
                return;
            };
            let class = if n % 2 == 0 { Class::Primary } else { Class::Secondary };
            self.mark(town, *exit, class, numbers);
        }
    }

    /// Classes the shortest way between two places; what is classed already keeps its number.
    fn mark(&mut self, from: usize, to: usize, class: Class, numbers: &mut [u32; 3]) {
        // Ways that exist are taken rather than built anew beside.
        let cost = |metres: f64, class: Class| match class {
            Class::Primary => metres * 0.55,
            Class::Secondary => metres * 0.65,
            Class::Tertiary => metres * 0.75,
            Class::Unclassified => metres,
        };
        let before = self.shortest(from, cost);
        let mut fresh = Vec::new();
        let mut here = to;
        while here != from {
            let Some(previous) = before[here] else { return };
            let key = (here.min(previous), here.max(previous));
            if self.edges.get(&key).is_some_and(|edge| edge.class > class && edge.reference.is_none()) {
                fresh.push(key);
            }
            here = previous;
        }
        if fresh.is_empty() {
            return;
        }
        let reference = match class {
            Class::Primary => format!("B {}", numbers[0]),
            Class::Secondary => format!("L {:02}", numbers[1] + 1),
            Class::Tertiary | Class::Unclassified => format!("K {}", numbers[2] + 1),
        };
        numbers[class as usize] += 1;
        for key in fresh {
            if let Some(edge) = self.edges.get_mut(&key) {
                edge.class = class;
                edge.reference = Some(reference.clone());
            }
        }
    }

    fn degree(&self, i: usize) -> usize {
        self.edges.keys().filter(|key| key.0 == i || key.1 == i).count()
    }

    /// For every place the one before it on the cheapest way from `start` (Dijkstra); `start`
    /// itself stands before itself.
    fn shortest(&self, start: usize, cost: impl Fn(f64, Class) -> f64) -> Vec<Option<usize>> {
        let mut adjacent: Vec<Vec<(usize, u64)>> = vec![Vec::new(); self.points.len()];
        for (&(a, b), edge) in &self.edges {
            let centimetres = (cost(edge.metres, edge.class) * 100.0) as u64;
            adjacent[a].push((b, centimetres));
            adjacent[b].push((a, centimetres));
        }
        let mut best = vec![u64::MAX; self.points.len()];
        let mut before = vec![None; self.points.len()];
        let mut open = BinaryHeap::from([Reverse((0u64, start))]);
        best[start] = 0;
        before[start] = Some(start);
        while let Some(Reverse((so_far, here))) = open.pop() {
            // Nobody drives through a place outside and back in.
            if so_far > best[here] || (here >= self.inside && here != start) {
                continue;
            }
            for &(next, step) in &adjacent[here] {
                if so_far + step < best[next] {
                    best[next] = so_far + step;
                    before[next] = Some(here);
                    open.push(Reverse((so_far + step, next)));
                }
            }
        }
        before
    }
}

/// The `count` points nearest to point `i`.
fn nearest(points: &[Coord<f64>], i: usize, count: usize) -> Vec<usize> {
    let mut others: Vec<usize> = (0..points.len()).filter(|&j| j != i).collect();
    let by_distance = |a: &usize, b: &usize| {
        distance(points[*a], points[i]).total_cmp(&distance(points[*b], points[i])).then(a.cmp(b))
    };
    if others.len() > count {
        others.select_nth_unstable_by(count, by_distance);
        others.truncate(count);
    }
    others.sort_by(by_distance);
    others
}
