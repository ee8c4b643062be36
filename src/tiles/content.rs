//! What a tile holds: from a view to bytes.
//!
//! A tile has at most [`MOST_BYTES`], however many features there are, and is never cut off at some number of them. Where
//! it would have more, the layer that takes most of it is drawn again with less detail: points that share a cell of the
//! tile are counted together, small areas and lines are left out, the rest is simplified. Every step is a rule of size,
//! the same for all features of the layer.

use std::borrow::Cow;

use geo_types::Coord;

use super::atlas::Placement;
use super::clusters::{Cell, Count, STATUSES};
use super::draw::{Detail, Pen};
use super::grid::{Grid, Level, TileId};
use super::mvt::{EXTENT, Kind, LayerWriter};
use super::names;
use super::tileset::{Content, Layer, Names};
use super::view::{Field, LayerView, MARGIN, View};
use crate::feature::value::format_instant;
use crate::feature::{FeatureId, GeometryKind, Row, Shape, Value};
use crate::firewater::status::Status;
use crate::index::Stored;

/// The most a tile may take, before compression.
pub const MOST_BYTES: usize = 300_000;

/// Steps by which a layer may be coarsened.
const STEPS: u32 = 6;
/// Cells along the edge of a tile at each step, for points that would stand alone.
const STEP_CELLS: [i32; STEPS as usize] = [32, 16, 8, 4, 2, 1];

/// The tile of a view: MVT 2.1, not compressed; without bytes where there is nothing. The same contents give the same
/// bytes on every node.
pub fn encode(view: &View, grid: &'static Grid, tile: TileId) -> Vec<u8> {
    let Some(level) = grid.level(tile.z) else { return Vec::new() };
    let Some(placement) = view.atlas.sheet(grid).place(grid, tile, MARGIN + 1.0) else { return Vec::new() };
    let draw = |layer: &LayerView, step: u32| {
        let mut bytes = Vec::new();
        if level.zoom >= layer.layer.zooms.0 {
            LayerTile { view, layer, grid, tile, level, placement: &placement, step }.draw(&mut bytes);
        }
        bytes
    };
    let mut parts: Vec<(u32, &LayerView, Vec<u8>)> =
        view.layers.iter().map(|layer| (0, layer, draw(layer, 0))).collect();
    while parts.iter().map(|part| part.2.len()).sum::<usize>() > MOST_BYTES {
        let coarsable = parts.iter_mut().filter(|part| part.0 < STEPS);
        let Some((step, layer, bytes)) = coarsable.max_by_key(|part| part.2.len()) else { break };
        *step += 1;
        *bytes = draw(layer, *step);
    }
    let mut parts = parts.into_iter().map(|part| part.2);
    let mut tile = parts.next().unwrap_or_default();
    parts.for_each(|part| tile.extend_from_slice(&part));
    tile
}

/// A feature's id in tiles: stable, and exact in a double (below 2^53), as browsers keep it.
pub fn tile_id(id: FeatureId) -> u64 {
    let (high, low) = id.0.as_u64_pair();
    let mut mixed = high.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ low;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) >> 11
}

/// One layer of one tile on the way.
struct LayerTile<'a> {
    view: &'a View,
    layer: &'a LayerView,
    grid: &'static Grid,
    tile: TileId,
    level: &'a Level,
    placement: &'a Placement<'a>,
    step: u32,
}

/// A feature that is seen.
struct Seen<'a> {
    id: FeatureId,
    stored: &'a Stored,
    status: Option<Status>,
    drawn: Drawn,
}

enum Drawn {
    Point([i32; 2]),
    Path(Kind, std::ops::Range<usize>),
}

impl LayerTile<'_> {
    fn draw(&self, out: &mut Vec<u8>) {
        let mut writer = Writer::new(self.layer);
        let mut pen = Pen::new(self.placement, self.detail());
        if self.layer.layer.content == Content::Places {
            self.places(&pen, &mut writer);
        } else if let Some(names) = &self.layer.layer.names {
            self.names(names, &mut pen, &mut writer);
        } else {
            let counted = self.level.zoom < self.layer.layer.single_from;
            if counted {
                self.counted(&mut writer);
            }
            self.features(counted, &mut pen, &mut writer);
        }
        if !writer.mvt.is_empty() {
            writer.mvt.finish(&self.layer.layer.name, out);
        }
    }

    /// From half a pixel (of 512 a tile) at the zooms that are looked at from afar; each step doubles it.
    fn detail(&self) -> Detail {
        let coarser = f64::from(1u32 << self.step);
        let tolerance = if self.level.zoom < 17 { 4.0 } else { 1.0 };
        let pixel = f64::from(EXTENT) / 512.0;
        Detail {
            tolerance: tolerance * coarser,
            least_area: (pixel * coarser).powi(2),
            least_length: if self.step == 0 { pixel / 2.0 } else { pixel * coarser },
        }
    }

    /// Points by cell; what is in the margin belongs to a neighbour's cells.
    fn counted(&self, writer: &mut Writer<'_>) {
        let Some(count) = Count::new(&self.view.atlas, self.layer, self.grid) else { return };
        let TileId { z, x, y } = self.tile;
        let last = self.level.tiles - 1;
        for row in y.saturating_sub(1)..=(y + 1).min(last) {
            for column in x.saturating_sub(1)..=(x + 1).min(last) {
                for cell in count.cells(TileId { z, x: column, y: row }).iter() {
                    self.cell(cell, writer);
                }
            }
        }
    }

    fn cell(&self, cell: &Cell, writer: &mut Writer<'_>) {
        let Some(at) = within_margin(cell.middle(self.grid, self.tile)) else { return };
        if cell.count == 1
            && let Some(stored) = self.layer.snapshot.get(cell.id)
        {
            let status = STATUSES.into_iter().zip(cell.by_status).find(|(_, count)| *count > 0).map(|found| found.0);
            writer.single(stored, status, Kind::Point, &point_commands(at));
        } else {
            writer.cluster(cell.count, cell.by_status, at);
        }
    }

    /// Features one by one; `counted` leaves out those that are counted by cell.
    fn features(&self, counted: bool, pen: &mut Pen<'_>, writer: &mut Writer<'_>) {
        let Layer { content, .. } = self.layer.layer;
        let kinds = &self.layer.snapshot.collection().geometry;
        if counted && (content == Content::Points || kinds.iter().all(|kind| *kind == GeometryKind::Point)) {
            return;
        }
        let mut seen = Vec::new();
        self.layer.snapshot.window(self.placement.window, |stored| {
            let stored: &Stored = stored;
            if let Some((status, drawn)) = self.see(stored, counted, pen) {
                seen.push(Seen { id: stored.id, stored, status, drawn });
            }
        });
        // Memory is laid out differently on every node.
        seen.sort_unstable_by_key(|seen| seen.id.0.as_u128());
        let (points, others): (Vec<_>, Vec<_>) = if self.step == 0 {
            (Vec::new(), seen)
        } else {
            seen.into_iter().partition(|seen| matches!(seen.drawn, Drawn::Point(_)))
        };
        for Seen { stored, status, drawn, .. } in &others {
            match drawn {
                Drawn::Point(at) => writer.single(stored, *status, Kind::Point, &point_commands(*at)),
                Drawn::Path(kind, range) => {
                    writer.single(stored, *status, *kind, pen.path.commands(range.clone()));
                }
            }
        }
        self.crowded(points, writer);
    }

    /// Whether and how a feature is drawn.
    fn see(&self, stored: &Stored, counted: bool, pen: &mut Pen<'_>) -> Option<(Option<Status>, Drawn)> {
        let LayerView { layer, rule, .. } = self.layer;
        if let Some(classes) = &layer.classes
            && classes.first_zoom(stored.row().get(classes.property).as_code()) > self.level.zoom
        {
            return None;
        }
        let drawn = match (&stored.shape, layer.content) {
            (Shape::Point(_), Content::Features) | (_, Content::Points) => {
                if counted {
                    return None;
                }
                let (place, status) = self.layer.point(stored)?;
                return Some((status, Drawn::Point(pen.point(place)?)));
            }
            (Shape::Other(geometry), _) => {
                let (kind, range) = pen.draw(geometry)?;
                if layer.content == Content::Areas && kind != Kind::Polygon {
                    return None;
                }
                Drawn::Path(kind, range)
            }
            _ => return None,
        };
        let status = match rule {
            Some(rule) => Some(rule.readiness(stored.row())?.status),
            None => None,
        };
        Some((status, drawn))
    }

    /// Points of a tile with more of them than it can hold: by cells of the tile. Only those of the tile itself, so that no
    /// neighbour counts one again.
    fn crowded(&self, points: Vec<Seen<'_>>, writer: &mut Writer<'_>) {
        if points.is_empty() {
            return;
        }
        let cells = STEP_CELLS[(self.step as usize - 1).min(STEP_CELLS.len() - 1)];
        let extent = EXTENT as i32;
        let mut placed: Vec<(i32, [i32; 2], Seen<'_>)> = points
            .into_iter()
            .filter_map(|seen| match seen.drawn {
                Drawn::Point([x, y]) if (0..extent).contains(&x) && (0..extent).contains(&y) => {
                    Some((y * cells / extent * cells + x * cells / extent, [x, y], seen))
                }
                _ => None,
            })
            .collect();
        placed.sort_by_key(|(cell, _, seen)| (*cell, seen.id));
        for group in placed.chunk_by(|a, b| a.0 == b.0) {
            if let [(_, at, seen)] = group {
                writer.single(seen.stored, seen.status, Kind::Point, &point_commands(*at));
                continue;
            }
            let mut by_status = [0; 4];
            let mut sum = [0i64; 2];
            for (_, at, seen) in group {
                seen.status.iter().for_each(|status| by_status[*status as usize] += 1);
                sum = [sum[0] + i64::from(at[0]), sum[1] + i64::from(at[1])];
            }
            let count = group.len() as u32;
            let middle = sum.map(|sum| (sum / i64::from(count)) as i32);
            writer.cluster(count, by_status, middle);
        }
    }

    /// Each name in the tile in which its middle lies. Where there are too many, those of later zooms stay away.
    fn names(&self, names: &Names, pen: &mut Pen<'_>, writer: &mut Writer<'_>) {
        let mut key = None;
        for named in names::named(self.view, self.layer, names, self.grid, self.tile, self.level) {
            if named.zoom > self.level.zoom && u32::from(named.zoom) + self.step > u32::from(names::CLOSEST) {
                continue;
            }
            let Some(range) = pen.stretch(&named.line) else { continue };
            let mvt = &mut writer.mvt;
            let key = *key.get_or_insert_with(|| mvt.key("zoom"));
            let zoom = mvt.integer(named.zoom.into());
            mvt.tag(key, zoom);
            writer.named(named.stored, pen.path.commands(range));
        }
    }

    fn places(&self, pen: &Pen<'_>, writer: &mut Writer<'_>) {
        let places = self.view.atlas.places.of(&self.layer.snapshot);
        let (mut name, mut rank) = (None, None);
        for place in places.iter().filter(|place| self.level.zoom >= place.first_zoom()) {
            if self.step > 0 && u32::from(place.rank) + self.step > 5 {
                continue;
            }
            let Some(at) = pen.point(place.at) else { continue };
            let mvt = &mut writer.mvt;
            let name = *name.get_or_insert_with(|| mvt.key("name"));
            let rank = *rank.get_or_insert_with(|| mvt.key("rank"));
            let value = mvt.text(&place.name);
            mvt.tag(name, value);
            let value = mvt.integer(place.rank.into());
            mvt.tag(rank, value);
            mvt.feature(Some(tile_id(place.id)), Kind::Point, &point_commands(at));
        }
    }
}

fn within_margin(at: Coord) -> Option<[i32; 2]> {
    let range = -(MARGIN as i32)..=EXTENT as i32 + MARGIN as i32;
    let at = [(at.x + 0.5).floor() as i32, (at.y + 0.5).floor() as i32];
    (range.contains(&at[0]) && range.contains(&at[1])).then_some(at)
}

fn point_commands(at: [i32; 2]) -> [u32; 3] {
    let zigzag = |number: i32| ((number << 1) ^ (number >> 31)).cast_unsigned();
    [1 | 1 << 3, zigzag(at[0]), zigzag(at[1])]
}

/// Writes features with their properties; knows the numbers of keys and codes in the layer.
struct Writer<'a> {
    layer: &'a LayerView,
    mvt: LayerWriter,
    id_key: Option<u32>,
    status_key: Option<u32>,
    count_keys: Option<[u32; 5]>,
    statuses: [Option<u32>; 4],
    fields: Vec<Known>,
}

/// The numbers of a field's key and codes, once they are used.
#[derive(Default)]
struct Known {
    key: Option<u32>,
    codes: Vec<Option<u32>>,
}

impl<'a> Writer<'a> {
    fn new(layer: &'a LayerView) -> Self {
        let known = |field: &Field| Known {
            key: None,
            codes: vec![None; field.codes.as_ref().map_or(0, |list| list.codes().len())],
        };
        let fields = layer.fields.iter().map(known).collect();
        let mvt = LayerWriter::new();
        Self { layer, mvt, id_key: None, status_key: None, count_keys: None, statuses: [None; 4], fields }
    }

    fn single(&mut self, stored: &Stored, status: Option<Status>, kind: Kind, geometry: &[u32]) {
        let mvt = &mut self.mvt;
        let key = *self.id_key.get_or_insert_with(|| mvt.key("id"));
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let value = mvt.unique_text(stored.id.0.hyphenated().encode_lower(&mut text));
        mvt.tag(key, value);
        if let Some(status) = status {
            let key = *self.status_key.get_or_insert_with(|| mvt.key("status"));
            let value = *self.statuses[status as usize].get_or_insert_with(|| mvt.text(status.name()));
            mvt.tag(key, value);
        }
        let row = stored.row();
        for (field, known) in self.layer.fields.iter().zip(&mut self.fields) {
            property(field, known, row, mvt);
        }
        self.mvt.feature(Some(tile_id(stored.id)), kind, geometry);
    }

    /// A name with the properties of what it is the name of.
    fn named(&mut self, stored: &Stored, geometry: &[u32]) {
        for (field, known) in self.layer.fields.iter().zip(&mut self.fields) {
            property(field, known, stored.row(), &mut self.mvt);
        }
        self.mvt.feature(None, Kind::Line, geometry);
    }

    fn cluster(&mut self, count: u32, by_status: [u32; 4], at: [i32; 2]) {
        let mvt = &mut self.mvt;
        let [count_key, status_keys @ ..] = *self.count_keys.get_or_insert_with(|| {
            let [a, b, c, d] = STATUSES.map(Status::name);
            ["count", a, b, c, d].map(|name| mvt.key(name))
        });
        let value = mvt.integer(count.into());
        mvt.tag(count_key, value);
        if self.layer.layer.status {
            for (key, count) in status_keys.into_iter().zip(by_status) {
                let value = mvt.integer(count.into());
                mvt.tag(key, value);
            }
        }
        mvt.feature(None, Kind::Point, &point_commands(at));
    }
}

/// Tags the next feature with a property, if it is recorded.
fn property(field: &Field, known: &mut Known, row: Row<'_>, mvt: &mut LayerWriter) {
    let value = match (row.get(field.position), &field.codes) {
        (Value::Null, _) if field.absent.is_none() => return,
        (Value::Code(code), Some(list)) => code_value(list, code, known, mvt),
        (Value::Null, Some(list)) => code_value(list, field.absent.unwrap_or_default(), known, mvt),
        (Value::Null | Value::Code(_), _) => return,
        (Value::Boolean(truth), _) => mvt.boolean(truth),
        (Value::Integer(number), _) => mvt.integer(number),
        (Value::Number(number), _) => mvt.double(number),
        (Value::Text(text) | Value::List(text), _) => mvt.text(text),
        (value @ (Value::Date(_) | Value::Instant(_)), _) => mvt.text(&time_text(value)),
    };
    let key = *known.key.get_or_insert_with(|| mvt.key(&field.name));
    mvt.tag(key, value);
}

fn code_value(list: &crate::collection::CodeList, code: u16, known: &mut Known, mvt: &mut LayerWriter) -> u32 {
    match known.codes.get_mut(usize::from(code)) {
        Some(value) => *value.get_or_insert_with(|| mvt.text(list.code(code))),
        None => mvt.text(list.code(code)),
    }
}

/// Days and instants as everywhere in the house.
fn time_text(value: Value<'_>) -> Cow<'static, str> {
    match value {
        Value::Date(day) => day.to_string().into(),
        Value::Instant(instant) => format_instant(instant).into(),
        _ => "".into(),
    }
}
