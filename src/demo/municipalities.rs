//! Municipalities: cells around scattered sites, with wobbly borders that both neighbours share.
//!
//! Every border between two cells is drawn once, from the lower cell's side, and read backwards by
//! the other; so there are neither gaps nor overlaps. A border point is a blend of a straight base
//! and one of the two sites: it stays inside the two triangles that edge and sites span, and these
//! triangles never overlap, so no two borders can cross however much they wobble.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::{Coord, Rect};

use super::dice::{Dice, Subject};
use super::plane::{Line, Wobble, area, at, distance, rounded};

/// How many municipalities the district has.
pub(super) const MUNICIPALITIES: usize = 84;
/// Cells over the whole rectangle, sea and neighbouring districts included.
const CELLS: usize = 190;
/// Corners nearer than this are one corner: it spares the map borders of a few metres.
const SAME_CORNER: f64 = 120.0;

/// One municipality as far as its land is concerned.
pub(super) struct Cell {
    pub(super) site: Coord<f64>,
    /// Anticlockwise, open (the first point is not repeated).
    pub(super) ring: Line,
    /// Pieces of the ring that are sea shore.
    pub(super) coast: Vec<Line>,
    /// Indices of the adjoining municipalities.
    pub(super) neighbours: Vec<usize>,
}

/// The whole tiling: the municipalities, and land outside that roads lead to.
pub(super) struct Tiling {
    pub(super) cells: Vec<Cell>,
    pub(super) outside: Vec<Coord<f64>>,
}

/// A corner of a raw cell and the neighbour beyond the edge that starts there.
type Corner = (Coord<f64>, Option<usize>);

/// Divides the rectangle and keeps the cells that make the district.
pub(super) fn tile(seed: u64, bounds: Rect<f64>) -> Tiling {
    let mut dice = Dice::new(seed, Subject::Site, 0);
    let shore = Shore::new(&mut dice);
    let sites = scatter(&mut dice, bounds);
    let raw: Vec<Vec<Corner>> = (0..sites.len()).map(|i| voronoi_cell(&sites, i, bounds)).collect();
    let at_rim: Vec<bool> = raw.iter().map(|cell| cell.iter().any(|corner| corner.1.is_none())).collect();
    let sea: Vec<bool> = sites.iter().map(|site| shore.is_sea(relative(*site, bounds))).collect();

    let mut ranked: Vec<(f64, usize)> = (0..sites.len())
        .filter(|&i| !at_rim[i] && !sea[i])
        .map(|i| (remoteness(relative(sites[i], bounds)) + dice.range(0.0, 0.10), i))
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut kept: Vec<usize> = ranked.iter().take(MUNICIPALITIES).map(|entry| entry.1).collect();
    // Numbered from the north-west in bands, as keys follow an old alphabet more than the map.
    kept.sort_by_key(|&i| (-(sites[i].y / 9000.0) as i64, sites[i].x as i64));
    let place: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, &old)| (old, new)).collect();

    let mut drawing = Borders { seed, sites: &sites, sea: &sea, corners: Vec::new(), lines: BTreeMap::new() };
    let cells = kept.iter().map(|&i| drawing.cell(i, &raw[i], &place)).collect();
    let outside: BTreeSet<usize> = kept
        .iter()
        .flat_map(|&i| raw[i].iter().filter_map(|corner| corner.1))
        .filter(|i| !place.contains_key(i) && !sea[*i])
        .collect();
    Tiling { cells, outside: outside.into_iter().map(|i| sites[i]).collect() }
}

fn relative(p: Coord<f64>, bounds: Rect<f64>) -> Coord<f64> {
    at((p.x - bounds.min().x) / bounds.width(), (p.y - bounds.min().y) / bounds.height())
}

/// How far from the middle of the district, in an uneven measure that gives it a waist and arms.
fn remoteness(p: Coord<f64>) -> f64 {
    let (x, y) = (p.x - 0.5, p.y - 0.52);
    let lean = x + 0.18 * y;
    let arms = 0.10 * (7.0 * p.x + 1.0).sin();
    (lean * lean / 0.21 + (y + arms) * (y + arms) / 0.13).sqrt()
}

/// The coast line over the width of the rectangle, with one deep bay.
struct Shore {
    phases: [f64; 3],
    bay: f64,
}

impl Shore {
    fn new(dice: &mut Dice) -> Self {
        Shore {
            phases: [dice.range(0.0, 6.0), dice.range(0.0, 6.0), dice.range(0.0, 6.0)],
            bay: dice.range(0.55, 0.68),
        }
    }

    fn is_sea(&self, p: Coord<f64>) -> bool {
        let [a, b, c] = self.phases;
        let waves = 0.03 * (5.0 * p.x + a).sin() + 0.03 * (11.0 * p.x + b).sin() + 0.02 * (23.0 * p.x + c).sin();
        let bay = 0.24 * (-((p.x - self.bay) / 0.055).powi(2)).exp();
        p.y > 0.80 + waves - bay
    }
}

/// Sites spread by chance and then evened out twice (Lloyd), so that no cell is tiny.
fn scatter(dice: &mut Dice, bounds: Rect<f64>) -> Vec<Coord<f64>> {
    let (min, max) = (bounds.min(), bounds.max());
    let mut sites: Vec<_> = (0..CELLS).map(|_| at(dice.range(min.x, max.x), dice.range(min.y, max.y))).collect();
    for _ in 0..2 {
        sites = (0..sites.len())
            .map(|i| {
                let cell = voronoi_cell(&sites, i, bounds);
                let sum = cell.iter().fold(at(0.0, 0.0), |sum, corner| sum + corner.0);
                // Three quarters of the way leaves large and small municipalities.
                sites[i] * 0.25 + sum / cell.len() as f64 * 0.75
            })
            .collect();
    }
    sites
}

/// The part of the rectangle nearer to site `i` than to any other.
fn voronoi_cell(sites: &[Coord<f64>], i: usize, bounds: Rect<f64>) -> Vec<Corner> {
    let (min, max) = (bounds.min(), bounds.max());
    let mut cell: Vec<Corner> =
        [at(min.x, min.y), at(max.x, min.y), at(max.x, max.y), at(min.x, max.y)].map(|p| (p, None)).to_vec();
    for (j, other) in sites.iter().enumerate().filter(|(j, _)| *j != i) {
        let middle = (sites[i] + *other) / 2.0;
        let away = *other - sites[i];
        let beyond = |p: Coord<f64>| (p.x - middle.x) * away.x + (p.y - middle.y) * away.y;
        let mut clipped = Vec::with_capacity(cell.len() + 1);
        for k in 0..cell.len() {
            let ((a, tag), (b, _)) = (cell[k], cell[(k + 1) % cell.len()]);
            let (da, db) = (beyond(a), beyond(b));
            if da <= 0.0 {
                clipped.push((a, tag));
            }
            if (da <= 0.0) != (db <= 0.0) {
                let cut = a + (b - a) * (da / (da - db));
                clipped.push((cut, if da <= 0.0 { Some(j) } else { tag }));
            }
        }
        cell = clipped;
    }
    cell
}

/// The borders drawn so far, so that the second neighbour reuses the first one's line.
struct Borders<'a> {
    seed: u64,
    sites: &'a [Coord<f64>],
    sea: &'a [bool],
    corners: Vec<Coord<f64>>,
    /// By the pair of cells, lower index first, as seen going round the lower cell anticlockwise.
    lines: BTreeMap<(usize, usize), Line>,
}

impl Borders<'_> {
    fn cell(&mut self, i: usize, raw: &[Corner], place: &BTreeMap<usize, usize>) -> Cell {
        let mut cell = Cell { site: self.sites[i], ring: Vec::new(), coast: Vec::new(), neighbours: Vec::new() };
        for k in 0..raw.len() {
            let ((a, neighbour), (b, _)) = (raw[k], raw[(k + 1) % raw.len()]);
            let Some(j) = neighbour else { continue };
            let (a, b) = (self.corner(a), self.corner(b));
            if a == b {
                continue;
            }
            let line = self.line(i, j, a, b);
            cell.ring.extend_from_slice(&line[..line.len() - 1]);
            if self.sea[j] {
                cell.coast.push(line);
            }
            cell.neighbours.extend(place.get(&j));
        }
        cell
    }

    /// The one corner that stands for all corners computed near this point.
    fn corner(&mut self, p: Coord<f64>) -> Coord<f64> {
        if let Some(known) = self.corners.iter().find(|known| distance(**known, p) < SAME_CORNER) {
            return *known;
        }
        self.corners.push(rounded(p));
        rounded(p)
    }

    /// The border from `a` to `b`, walked anticlockwise round cell `i`.
    fn line(&mut self, i: usize, j: usize, a: Coord<f64>, b: Coord<f64>) -> Line {
        let key = (i.min(j), i.max(j));
        if !self.lines.contains_key(&key) {
            let (from, to) = if i < j { (a, b) } else { (b, a) };
            let drawn = self.draw(key, from, to);
            self.lines.insert(key, drawn);
        }
        let mut line = self.lines[&key].clone();
        if i > j {
            line.reverse();
        }
        line
    }

    fn draw(&self, (low, high): (usize, usize), a: Coord<f64>, b: Coord<f64>) -> Line {
        let mut dice = Dice::new(self.seed, Subject::Border, (low * CELLS + high) as u64);
        let coast = self.sea[low] != self.sea[high];
        let metres = distance(a, b);
        // A shore has bays and hooks, a land border follows ditches and field edges.
        let (step, reach, waves) = if coast { (60.0, 0.42, 18) } else { (140.0, 0.17, 7) };
        let bends = Wobble::new(&mut dice, waves, if coast { 0.9 } else { 0.6 });
        let reach = reach * (metres / 4000.0).min(1.0);
        let pieces = (metres / step).ceil().max(4.0) as usize;
        (0..=pieces)
            .map(|n| {
                let t = n as f64 / pieces as f64;
                let ragged = if n % 2 == 1 && !coast { dice.range(-0.008, 0.008) } else { 0.0 };
                let c = bends.value(t) * reach + ragged * (t * (1.0 - t) * 4.0);
                let base = a + (b - a) * t;
                let site = if c > 0.0 { self.sites[low] } else { self.sites[high] };
                if n == 0 {
                    a
                } else if n == pieces {
                    b
                } else {
                    rounded(base + (site - base) * c.abs())
                }
            })
            .collect()
    }
}

impl Cell {
    pub(super) fn area_km2(&self) -> f64 {
        let mut closed = self.ring.clone();
        closed.extend(self.ring.first().copied());
        area(&closed) / 1e6
    }
}
