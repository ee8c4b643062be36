//! The road network along which hoses are laid, in memory.
//!
//! In reading order: [`graph`] (roads cut where they meet), [`grid`] (the road nearest to a place), [`spread`] (the
//! shortest ways from one place, searched no farther than somebody asks), [`roads`] (the network of a running server,
//! built anew when roads change). Only [`roads`] knows the index; nothing here knows water, HTTP or SQL.
//!
//! Hoses may lie on every kind of road and path, in either direction, save on those classes the district excludes.
//! Metres are those of the district's plane; who tells them to people scales them by [`crate::coordinate::ShortLines`].

pub mod graph;
mod grid;
mod roads;
pub mod spread;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use geo_types::Coord;

use graph::{Graph, Snap};
use grid::Grid;
pub use roads::Roads;
use spread::Labels;
pub use spread::Spread;

/// Searches that may keep their memory for the next one.
const KEPT_LABELS: usize = 16;

/// A network that does not change.
#[derive(Debug)]
pub struct Network {
    graph: Graph,
    grid: Grid,
    /// Memory of searches that are over: as large as the network, so it is not made for every question.
    labels: Mutex<Vec<Labels>>,
}

impl Network {
    /// The network of some lines. They meet where ends or vertices lie no more than half a metre apart, see [`graph`].
    pub fn build<'l>(lines: impl IntoIterator<Item = &'l [Coord]>) -> Self {
        let graph = Graph::build(lines);
        let grid = Grid::build(&graph);
        Self { graph, grid, labels: Mutex::default() }
    }

    /// True without a road.
    pub fn is_empty(&self) -> bool {
        self.graph.edges().is_empty()
    }

    /// The roads as a graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The place on the nearest road, no farther than `reach` metres.
    pub fn snap(&self, place: Coord, reach: f64) -> Option<Snap> {
        self.grid.nearest(&self.graph, place, reach)
    }

    /// Begins a search for the ways from a place on a road.
    pub fn spread(&self, from: Snap) -> Spread<'_> {
        let kept = self.labels.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let labels = kept.unwrap_or_else(|| Labels::new(self.graph.nodes()));
        Spread::new(self, labels, from)
    }

    fn keep(&self, labels: Labels) {
        let mut kept = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT_LABELS {
            kept.push(labels);
        }
    }
}
