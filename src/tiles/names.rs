//! Where the names of streets go: the stretches of lines on which a map may write them.
//!
//! A map program writes a name along a line that is long enough within one tile, at a place that it alone chooses: most
//! streets are cut too short for theirs, or have a hydrant just there. So the pieces of a street are joined again
//! ([`join`]), and a place is chosen on the whole of it ([`track`]): near the middle, straight enough, clear of the symbols
//! and of other names. What travels is the stretch of line under the name. It belongs to the tile in which its middle
//! lies; both sides of an edge see the same streets and choose the same places, as long as a street ends within
//! [`REACH`].
//!
//! A tile of the closest zoom is drawn larger by those who look closer, so it holds the names of later zooms too, each
//! with the zoom from which on there is room for it.

mod join;
mod track;

use std::collections::BTreeMap;

use geo::InteriorPoint;
use geo_types::Coord;

use super::clip::Square;
use super::grid::{Grid, Level, TILE_PIXELS, TileId};
use super::mvt::EXTENT;
use super::simplify::Simplifier;
use super::tileset::Names;
use super::view::{LayerView, View};
use crate::feature::{Shape, Value};
use crate::index::Stored;
use join::{Piece, join};
use track::{Label, Spans, Track};

/// How far around itself a tile looks for streets and symbols, in its units.
pub const REACH: f64 = EXTENT as f64 / 2.0;
/// The last zoom for which a tile of the layer's last zoom holds names.
pub const CLOSEST: u8 = 19;
/// Of a name, that symbols may cover at the zooms at which every street is named, and before, where a name can wait.
const COVERABLE: f64 = 0.5;
const COVERABLE_AFAR: f64 = 0.34;
/// How much longer than its name a stretch is at most: letters differ, and so do fonts.
const SPARE: f64 = 1.3;

/// A stretch of line with its name.
#[derive(Debug)]
pub(super) struct Named<'a> {
    /// Whose properties the name travels with: the longest piece of the street.
    pub stored: &'a Stored,
    /// The zoom from which on it is written.
    pub zoom: u8,
    pub line: Vec<Coord>,
}

/// The street that a name is for.
struct Street<'a> {
    stored: &'a Stored,
    letters: usize,
    track: Track,
    /// Middles of the names it has so far.
    middles: Vec<f64>,
}

/// The names of a tile, in units of the tile. Those that matter more come first, within the same rank the shorter
/// streets, which have less room.
pub(super) fn named<'a>(
    view: &'a View,
    layer: &'a LayerView,
    names: &Names,
    grid: &'static Grid,
    tile: TileId,
    level: &Level,
) -> Vec<Named<'a>> {
    let Some(placement) = view.atlas.sheet(grid).place(grid, tile, REACH + 1.0) else { return Vec::new() };
    let mut streets = streets(layer, names, level, placement.window, |place| placement.at(place));
    let mut symbols = Vec::new();
    for snapshot in &layer.symbols {
        snapshot.window(placement.window, |stored| {
            let place = match &stored.shape {
                Shape::Point(place) => Some(*place),
                Shape::Other(geometry) => geometry.interior_point().map(|point| point.0),
                Shape::Absent => None,
            };
            let within = |at: &Coord| [at.x, at.y].iter().all(|way| (-REACH..=f64::from(EXTENT) + REACH).contains(way));
            symbols.extend(place.map(|place| placement.at(place)).filter(within));
        });
    }
    let closest = if level.zoom < layer.layer.zooms.1 { level.zoom } else { CLOSEST.max(level.zoom) };
    let pixels = if grid == Grid::web() { 2 * TILE_PIXELS } else { TILE_PIXELS };
    let mut named = Vec::new();
    let mut written: Vec<Coord> = Vec::new();
    for zoom in level.zoom..=closest {
        let unit = f64::from(EXTENT / pixels) / f64::from(1u32 << (zoom - level.zoom));
        for street in &mut streets {
            let length = street.letters as f64 * names.letter * unit;
            let coverable = length * if zoom < layer.layer.zooms.1 { COVERABLE_AFAR } else { COVERABLE };
            let label = Label { length, half_height: names.letter * unit, coverable };
            let symbol = names.symbol(zoom).map(|pixels| pixels * unit / 2.0);
            let covered =
                symbol.map_or_else(Spans::default, |radius| street.track.near(&symbols, radius + label.half_height));
            let taken = street.track.near(&written, 2.0 * label.half_height);
            for middle in street.track.places(label, names.every * unit, &street.middles, &covered, &taken) {
                written.extend(street.track.samples(middle, label));
                street.middles.push(middle);
                let line = street.track.around(middle, label.length * SPARE);
                named.push(Named { stored: street.stored, zoom, line });
            }
        }
    }
    named
}

/// The streets in a window, put together by their names.
fn streets<'a>(
    layer: &'a LayerView,
    names: &Names,
    level: &Level,
    window: geo_types::Rect<f64>,
    at: impl Fn(Coord) -> Coord,
) -> Vec<Street<'a>> {
    let mut found: Vec<&Stored> = Vec::new();
    layer.snapshot.window(window, |stored| found.push(stored));
    // Memory is laid out differently on every node.
    found.sort_unstable_by_key(|stored| stored.id);
    let first_zoom = |stored: &Stored| {
        layer.layer.classes.as_ref().map_or(0, |of| of.first_zoom(stored.row().get(of.property).as_code()))
    };
    let square = Square::around(EXTENT, REACH);
    let (mut line, mut buffer) = (Vec::new(), Vec::new());
    let mut by_name: BTreeMap<&str, Vec<Piece<'a>>> = BTreeMap::new();
    for stored in found.into_iter().filter(|stored| first_zoom(stored) <= level.zoom) {
        let (Value::Text(name), Shape::Other(geometry)) = (stored.row().get(names.property), &stored.shape) else {
            continue;
        };
        for part in join::lines(geometry) {
            line.clear();
            line.extend(part.0.iter().map(|place| at(*place)));
            let pieces = by_name.entry(name).or_default();
            square.line(&line, &mut buffer, |piece| pieces.push(Piece { line: piece.to_vec(), of: stored }));
        }
    }
    let mut simplifier = Simplifier::default();
    let mut streets: Vec<(u8, Street<'a>)> = Vec::new();
    for (name, pieces) in by_name {
        for Piece { mut line, of } in join(pieces) {
            simplifier.line(&mut line, f64::from(EXTENT) / 1024.0);
            let track = Track::new(line);
            streets.push((
                first_zoom(of),
                Street { stored: of, letters: name.chars().count(), track, middles: Vec::new() },
            ));
        }
    }
    // In a stable way: streets of one rank and length keep the order of their names.
    streets.sort_by(|(rank, one), (other_rank, other)| {
        rank.cmp(other_rank).then(one.track.length().total_cmp(&other.track.length()))
    });
    streets.into_iter().map(|(_, street)| street).collect()
}
