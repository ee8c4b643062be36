//! Roads as a graph: cut where they meet, numbered, packed.
//!
//! Two roads meet where an end or a vertex of one lies within [`WELD_M`] of an end or a vertex of the other, and where a road
//! ends on another. Lines that merely cross do not meet: data of surveying offices and of OpenStreetMap have a vertex at
//! every crossing at level, and a bridge crosses without one.

use std::collections::HashMap;

use geo_types::Coord;

use super::grid::Grid;

/// Vertices this near are the same place, metres.
pub const WELD_M: f64 = 0.5;

/// A stretch of road between two nodes.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub nodes: [u32; 2],
    /// First of its points, and the one after the last.
    points: [u32; 2],
    /// Metres.
    pub length: f64,
}

/// A way from a node over an edge.
#[derive(Debug, Clone, Copy)]
pub struct Exit {
    pub edge: u32,
    pub to: u32,
    pub length: f64,
}

/// A place on a road, and what it is the nearest one to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snap {
    pub edge: u32,
    /// Metres from the edge's first node.
    pub along: f64,
    /// Metres between the place and the road.
    pub offset: f64,
}

/// The graph.
#[derive(Debug, Default)]
pub struct Graph {
    edges: Vec<Edge>,
    /// The points of all edges, one edge after the other.
    points: Vec<Coord>,
    /// Of each point, metres from its edge's first.
    along: Vec<f64>,
    /// Where the exits of each node begin, with the end as last element.
    first: Vec<u32>,
    exits: Vec<Exit>,
    /// Of each node, the number of the connected part it belongs to.
    parts: Vec<u32>,
}

impl Graph {
    /// The graph of some lines, metres.
    pub fn build<'l>(lines: impl IntoIterator<Item = &'l [Coord]>) -> Self {
        let mut welder = Welder::default();
        let mut lines: Vec<Vec<u32>> = lines.into_iter().map(|line| welder.line(line)).collect();
        lines.retain(|line| line.len() > 1);
        cut_where_others_end(&mut lines, &welder.places);
        let mut meets = vec![0_u8; welder.places.len()];
        for line in &lines {
            line.iter().for_each(|vertex| meets[*vertex as usize] = meets[*vertex as usize].saturating_add(1));
            for end in [line.first(), line.last()].into_iter().flatten() {
                meets[*end as usize] = 2;
            }
        }
        let mut graph = Self::default();
        let mut nodes = HashMap::new();
        for line in &lines {
            let mut start = 0;
            for at in 1..line.len() {
                if meets[line[at] as usize] > 1 {
                    let mut node = |vertex: u32| {
                        let next = nodes.len() as u32;
                        *nodes.entry(vertex).or_insert(next)
                    };
                    let ends = [node(line[start]), node(line[at])];
                    graph.add(ends, line[start..=at].iter().map(|vertex| welder.places[*vertex as usize]));
                    start = at;
                }
            }
        }
        graph.join(nodes.len());
        graph
    }

    fn add(&mut self, nodes: [u32; 2], points: impl Iterator<Item = Coord>) {
        let start = self.points.len();
        let mut length = 0.0;
        for point in points {
            if self.points.len() > start {
                length += between(self.points[self.points.len() - 1], point);
            }
            self.points.push(point);
            self.along.push(length);
        }
        self.edges.push(Edge { nodes, points: [start as u32, self.points.len() as u32], length });
    }

    /// Sorts the edges by their nodes, and finds out which nodes hang together.
    fn join(&mut self, nodes: usize) {
        let mut first = vec![0_u32; nodes + 1];
        // An edge back to its own node leads nowhere.
        let leading = || self.edges.iter().enumerate().filter(|(_, edge)| edge.nodes[0] != edge.nodes[1]);
        leading().flat_map(|(_, edge)| edge.nodes).for_each(|node| first[node as usize + 1] += 1);
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut free = first.clone();
        let mut exits = vec![Exit { edge: 0, to: 0, length: 0.0 }; first[nodes] as usize];
        let mut parts: Vec<u32> = (0..nodes as u32).collect();
        for (number, edge) in leading() {
            let [a, b] = edge.nodes;
            for (from, to) in [(a, b), (b, a)] {
                let place = &mut free[from as usize];
                exits[*place as usize] = Exit { edge: number as u32, to, length: edge.length };
                *place += 1;
            }
            let (a, b) = (root(&mut parts, a), root(&mut parts, b));
            parts[a.max(b) as usize] = a.min(b);
        }
        for node in 0..nodes as u32 {
            parts[node as usize] = root(&mut parts, node);
        }
        (self.first, self.exits, self.parts) = (first, exits, parts);
    }

    /// What part of the nodes belongs to the largest connected part of the network, from 0 to 1.
    pub fn largest_part(&self) -> f64 {
        let mut sizes = vec![0_u32; self.parts.len()];
        self.parts.iter().for_each(|part| sizes[*part as usize] += 1);
        let largest = sizes.into_iter().max().unwrap_or_default();
        f64::from(largest) / self.parts.len().max(1) as f64
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.parts.len()
    }

    /// All edges.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// An edge by its number.
    pub fn edge(&self, number: u32) -> &Edge {
        &self.edges[number as usize]
    }

    /// The ways on from a node.
    pub fn exits(&self, node: u32) -> &[Exit] {
        &self.exits[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// The connected part of the network that a place on a road belongs to.
    pub fn part(&self, snap: &Snap) -> u32 {
        self.parts[self.edge(snap.edge).nodes[0] as usize]
    }

    /// Calls `visit` with the number and the ends of every straight piece of road.
    pub fn segments(&self, mut visit: impl FnMut(u32, Coord, Coord)) {
        for edge in &self.edges {
            for point in edge.points[0]..edge.points[1].saturating_sub(1) {
                visit(point, self.points[point as usize], self.points[point as usize + 1]);
            }
        }
    }

    /// The point of a straight piece nearest to a place, as metres from it and the part of the piece's length there.
    pub(super) fn on_segment(&self, segment: u32, place: Coord) -> (f64, f64) {
        let (a, b) = (self.points[segment as usize], self.points[segment as usize + 1]);
        let direction = b - a;
        let squared = direction.x * direction.x + direction.y * direction.y;
        let part = if squared > 0.0 {
            let to = place - a;
            ((to.x * direction.x + to.y * direction.y) / squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (between(place, a + direction * part), part)
    }

    /// A place on a straight piece as one on its edge.
    pub(super) fn snap_on(&self, segment: u32, part: f64, offset: f64) -> Snap {
        let edge = self.edges.partition_point(|edge| edge.points[0] <= segment) - 1;
        let (low, high) = (self.along[segment as usize], self.along[segment as usize + 1]);
        Snap { edge: edge as u32, along: low + (high - low) * part, offset }
    }

    /// Appends the road from one place of an edge to another, both included.
    pub fn stretch(&self, edge: u32, from: f64, to: f64, out: &mut Vec<Coord>) {
        let [start, end] = self.edge(edge).points.map(|point| point as usize);
        let (low, high) = (from.min(to), from.max(to));
        let begin = out.len();
        out.push(self.at(start..end, low));
        let inner = (start..end).filter(|point| self.along[*point] > low && self.along[*point] < high);
        out.extend(inner.map(|point| self.points[point]));
        out.push(self.at(start..end, high));
        if from > to {
            out[begin..].reverse();
        }
    }

    fn at(&self, points: std::ops::Range<usize>, along: f64) -> Coord {
        let start = points.start;
        let after = (start + self.along[points.clone()].partition_point(|known| *known < along)).min(points.end - 1);
        let before = after.saturating_sub(1).max(start);
        let (low, high) = (self.along[before], self.along[after]);
        let part = if high > low { ((along - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
        self.points[before] + (self.points[after] - self.points[before]) * part
    }
}

/// Metres between two points of the plane. Nowhere near overflow, so a plain root does, and far faster than `hypot`: the
/// road of a source is found by some dozen of these.
pub fn between(a: Coord, b: Coord) -> f64 {
    let (east, north) = (a.x - b.x, a.y - b.y);
    (east * east + north * north).sqrt()
}

fn root(parts: &mut [u32], node: u32) -> u32 {
    let mut node = node;
    while parts[node as usize] != node {
        let above = parts[parts[node as usize] as usize];
        parts[node as usize] = above;
        node = above;
    }
    node
}

/// Puts a vertex into a line where another one ends on it.
fn cut_where_others_end(lines: &mut [Vec<u32>], places: &[Coord]) {
    let mut whole = Graph::default();
    for line in &*lines {
        whole.add([0, 0], line.iter().map(|vertex| places[*vertex as usize]));
    }
    let grid = Grid::build(&whole);
    let mut ends: Vec<u32> = lines.iter().flat_map(|line| [line[0], line[line.len() - 1]]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut cuts = Vec::new();
    for end in ends {
        grid.within(&whole, places[end as usize], WELD_M, |segment, part| cuts.push((segment, part, end)));
    }
    // The last of a line first, so that the places of the others still hold.
    cuts.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(b.2.cmp(&a.2)));
    cuts.dedup();
    for (segment, _, vertex) in cuts {
        let number = whole.edges.partition_point(|edge| edge.points[0] <= segment) - 1;
        let (line, after) = (&mut lines[number], (segment - whole.edges[number].points[0]) as usize);
        if line[after] != vertex && line[after + 1] != vertex {
            line.insert(after + 1, vertex);
        }
    }
}

/// Gives places within [`WELD_M`] of each other the same number.
#[derive(Default)]
struct Welder {
    places: Vec<Coord>,
    /// By square of a weld's size.
    squares: HashMap<(i64, i64), Vec<u32>>,
}

impl Welder {
    fn line(&mut self, line: &[Coord]) -> Vec<u32> {
        let mut vertices: Vec<u32> = line.iter().map(|place| self.vertex(*place)).collect();
        vertices.dedup();
        vertices
    }

    #[expect(clippy::cast_possible_truncation, reason = "metres of a plane; far ones saturate")]
    fn vertex(&mut self, place: Coord) -> u32 {
        let square = |metres: f64| (metres / WELD_M).floor() as i64;
        let (column, row) = (square(place.x), square(place.y));
        let around = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (column + dx, row + dy)));
        let near = around.filter_map(|square| self.squares.get(&square)).flatten();
        let metres = |vertex: &u32| between(self.places[*vertex as usize], place);
        let nearest = near.copied().min_by(|a, b| metres(a).total_cmp(&metres(b)));
        if let Some(vertex) = nearest.filter(|vertex| metres(vertex) <= WELD_M) {
            return vertex;
        }
        let vertex = self.places.len() as u32;
        self.places.push(place);
        self.squares.entry((column, row)).or_default().push(vertex);
        vertex
    }
}
