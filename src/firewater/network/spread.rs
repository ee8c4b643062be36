//! The shortest ways from one place: a search that goes no farther than it is asked (Dijkstra 1959, with the nodes that
//! wait in a heap). All ways of an answer come from one search, which goes on where the question before has left it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo_types::Coord;

use super::Network;
use super::graph::Snap;

/// Nodes looked at for one answer. A limit of work that does not depend on the speed of the machine: some milliseconds.
const MOST_NODES: usize = 50_000;
/// Stands for "from the start", where there is no edge before.
const START: u32 = u32::MAX;

/// What a search knows of each node.
#[derive(Debug)]
pub struct Labels {
    /// Labels of earlier searches do not count.
    search: u32,
    labels: Vec<Label>,
}

#[derive(Debug, Clone, Copy)]
struct Label {
    search: u32,
    /// The edge by which the node is reached.
    by: u32,
    /// Metres.
    cost: f64,
    is_final: bool,
}

impl Labels {
    pub(super) fn new(nodes: usize) -> Self {
        Self { search: 0, labels: vec![Label { search: 0, by: START, cost: 0.0, is_final: false }; nodes] }
    }
}

/// A search under way.
#[derive(Debug)]
pub struct Spread<'n> {
    network: &'n Network,
    from: Snap,
    labels: Labels,
    /// Complements of nothing: the bits of a cost rise with it, because no cost is negative.
    waiting: BinaryHeap<Reverse<(u64, u32)>>,
    looked: usize,
}

impl Drop for Spread<'_> {
    fn drop(&mut self) {
        self.network.keep(std::mem::replace(&mut self.labels, Labels { search: 0, labels: Vec::new() }));
    }
}

impl<'n> Spread<'n> {
    pub(super) fn new(network: &'n Network, mut labels: Labels, from: Snap) -> Self {
        labels.search = labels.search.wrapping_add(1);
        if labels.search == 0 {
            // After four billion searches old labels might be taken for new ones.
            labels = Labels { search: 1, ..Labels::new(labels.labels.len()) };
        }
        let mut spread = Self { network, from, labels, waiting: BinaryHeap::with_capacity(64), looked: 0 };
        let edge = *network.graph.edge(from.edge);
        for (node, cost) in [(edge.nodes[0], from.along), (edge.nodes[1], edge.length - from.along)] {
            spread.offer(node, cost, START);
        }
        spread
    }

    /// Metres along roads from the start to a place on a road; `None` beyond `bound`, or if there is no way.
    pub fn metres_to(&mut self, to: &Snap, bound: f64) -> Option<f64> {
        let graph = &self.network.graph;
        if graph.part(to) != graph.part(&self.from) {
            return None;
        }
        loop {
            let best = self.best(to).map_or(f64::INFINITY, |(metres, _)| metres);
            // What is not final yet is no nearer than the next node that waits.
            let next = self.waiting.peek().map_or(f64::INFINITY, |Reverse((bits, _))| f64::from_bits(*bits));
            if next >= best.min(bound) || self.looked >= MOST_NODES {
                return (best <= bound).then_some(best);
            }
            self.step();
        }
    }

    /// The way to a place whose metres are known: its turns, beginning and ending on roads.
    pub fn path_to(&self, to: &Snap) -> Vec<Coord> {
        let graph = &self.network.graph;
        let mut path = Vec::new();
        match self.best(to) {
            None => {}
            Some((_, None)) => graph.stretch(to.edge, self.from.along, to.along, &mut path),
            Some((_, Some(end))) => {
                let last = graph.edge(to.edge);
                let (edges, first) = self.trace(last.nodes[end]);
                graph.stretch(self.from.edge, self.from.along, first, &mut path);
                for (edge, forwards) in edges.into_iter().rev() {
                    let length = graph.edge(edge).length;
                    let (from, to) = if forwards { (0.0, length) } else { (length, 0.0) };
                    graph.stretch(edge, from, to, &mut path);
                }
                graph.stretch(to.edge, if end == 0 { 0.0 } else { last.length }, to.along, &mut path);
            }
        }
        path.dedup();
        path
    }

    /// The edges from a node back to the start, each with whether it is walked from its first node to its second, and
    /// the end of the start's edge at which they arrive.
    fn trace(&self, node: u32) -> (Vec<(u32, bool)>, f64) {
        let graph = &self.network.graph;
        let (mut node, mut edges) = (node, Vec::new());
        loop {
            let by = self.labels.labels[node as usize].by;
            if by == START {
                break;
            }
            let edge = graph.edge(by);
            let forwards = edge.nodes[1] == node;
            edges.push((by, forwards));
            node = edge.nodes[usize::from(!forwards)];
        }
        let first = graph.edge(self.from.edge);
        let back = first.length - self.from.along;
        let is_first = match first.nodes {
            [a, b] if a == b => self.from.along <= back,
            [a, _] => a == node,
        };
        (edges, if is_first { 0.0 } else { first.length })
    }

    /// The shortest way found to a place: metres, and over which end of its edge; `None` for along the start's own.
    fn best(&self, to: &Snap) -> Option<(f64, Option<usize>)> {
        let edge = self.network.graph.edge(to.edge);
        let own = (to.edge == self.from.edge).then(|| ((to.along - self.from.along).abs(), None));
        let over = |end: usize| {
            let rest = if end == 0 { to.along } else { edge.length - to.along };
            self.known(edge.nodes[end]).map(|cost| (cost + rest, Some(end)))
        };
        [own, over(0), over(1)].into_iter().flatten().min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// Metres to a node, if they are found out.
    fn known(&self, node: u32) -> Option<f64> {
        let label = &self.labels.labels[node as usize];
        (label.search == self.labels.search && label.is_final).then_some(label.cost)
    }

    fn offer(&mut self, node: u32, cost: f64, by: u32) {
        let search = self.labels.search;
        let label = &mut self.labels.labels[node as usize];
        if label.search != search || (!label.is_final && cost < label.cost) {
            *label = Label { search, by, cost, is_final: false };
            self.waiting.push(Reverse((cost.to_bits(), node)));
        }
    }

    /// Makes the nearest node that waits final and offers its neighbours.
    fn step(&mut self) {
        let Some(Reverse((bits, node))) = self.waiting.pop() else { return };
        let label = &mut self.labels.labels[node as usize];
        if label.is_final || label.cost.to_bits() != bits {
            return;
        }
        label.is_final = true;
        self.looked += 1;
        let (cost, network) = (label.cost, self.network);
        for exit in network.graph.exits(node) {
            self.offer(exit.to, cost + exit.length, exit.edge);
        }
    }
}
