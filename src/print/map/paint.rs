//! Areas, lines and circles on the pixels.
//!
//! Everything of a layer that looks the same is one path: the parts that neighbouring tiles have of a feature melt
//! together, and half-transparent colours do not add up where they overlap. Start at [`fills`].

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Shader, Stroke, StrokeDash, Transform,
};

use super::scene::Scene;
use super::shape::{self, Pixel, Window};
use super::style::{Background, Cap, Circle, Colour, Fill, Join, Layer, Line};
use crate::tiles::mvt;

/// Pixels a shape may reach beyond the image before it is cut; the rasterizer's numbers end at some ten thousand.
const REACH: f32 = 4_000.0;
/// Positions closer together than this are one.
const LEAST_STEP: f32 = 0.05;

/// A paint of one colour.
pub fn ink(colour: Colour) -> Paint<'static> {
    let [red, green, blue, alpha] = colour.0.map(|part| part.clamp(0.0, 1.0));
    let colour = Color::from_rgba(red, green, blue, alpha).unwrap_or(Color::TRANSPARENT);
    Paint { shader: Shader::SolidColor(colour), anti_alias: true, ..Paint::default() }
}

/// Fills the image.
pub fn background(pixmap: &mut Pixmap, layer: &Background, zoom: f64) {
    let context = super::style::Context { zoom, feature: None };
    let colour = layer.color.colour(context).faded(layer.opacity.number(context));
    if let Some(whole) = tiny_skia::Rect::from_xywh(0.0, 0.0, pixmap.width() as f32, pixmap.height() as f32) {
        pixmap.fill_rect(whole, &ink(colour), Transform::identity(), None);
    }
}

/// Paths by what they are drawn with, in the order of the sort key and then of their first appearance.
struct Batches<K> {
    batches: Vec<(f32, K, PathBuilder)>,
    last: usize,
}

impl<K: PartialEq + Copy> Batches<K> {
    fn new() -> Self {
        Self { batches: Vec::new(), last: 0 }
    }

    fn of(&mut self, order: f32, key: K) -> &mut PathBuilder {
        let is_it = |batch: &(f32, K, PathBuilder)| batch.0 == order && batch.1 == key;
        if !self.batches.get(self.last).is_some_and(is_it) {
            self.last = self.batches.iter().position(is_it).unwrap_or_else(|| {
                self.batches.push((order, key, PathBuilder::new()));
                self.batches.len() - 1
            });
        }
        &mut self.batches[self.last].2
    }

    fn draw(mut self, mut draw: impl FnMut(K, &tiny_skia::Path)) {
        self.batches.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, key, path) in self.batches {
            if let Some(path) = path.finish() {
                draw(key, &path);
            }
        }
    }
}

/// Draws the areas of a layer.
pub fn fills(pixmap: &mut Pixmap, scene: &Scene<'_>, layer: &Layer, fill: &Fill) {
    let sight = sight(pixmap);
    let (mut areas, mut outlines) = (Batches::new(), Batches::new());
    let mut ring = Vec::new();
    scene.visit(layer, |sheet, feature| {
        let geometry = feature.geometry();
        if geometry.kind != mvt::Kind::Polygon {
            return;
        }
        let context = scene.context(feature);
        let (opacity, order) = (fill.opacity.number(context), fill.sort_key.number(context));
        let colour = fill.color.colour(context).faded(opacity);
        let outline = fill.outline.colour(context).faded(opacity);
        for part in geometry.parts() {
            ring.clear();
            ring.extend(part.iter().map(|position| sheet.at(*position)));
            let Some(window) = Window::around(&ring).filter(|window| window.meets(&sight)) else { continue };
            if !colour.is_invisible() {
                let path = areas.of(order, colour.bytes());
                if sight.grown(REACH).holds(&window) {
                    add_line(path, &ring, true);
                } else {
                    add_line(path, &shape::cut_ring(ring.clone(), &sight.grown(16.0)), true);
                }
            }
            if !outline.is_invisible() {
                let path = outlines.of(order, outline.bytes());
                owned_lines(sheet, part, true, |line| add_visible(path, line, &sight));
            }
        }
    });
    areas.draw(|colour, path| {
        pixmap.fill_path(path, &ink_of(colour), FillRule::Winding, Transform::identity(), None);
    });
    let stroke = Stroke { width: scene.frame.size.ratio, ..Stroke::default() };
    outlines.draw(|colour, path| pixmap.stroke_path(path, &ink_of(colour), &stroke, Transform::identity(), None));
}

/// What a line is drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pen {
    colour: [u8; 4],
    width: f32,
    offset: f32,
    gap: f32,
}

/// Draws the lines of a layer; of areas their edges.
pub fn lines(pixmap: &mut Pixmap, scene: &Scene<'_>, layer: &Layer, line: &Line) {
    let ratio = scene.frame.size.ratio;
    let dashes = line.dashes.numbers(super::style::Context { zoom: scene.frame.zoom, feature: None });
    let mut sight = sight(pixmap).grown(64.0 * ratio);
    if dashes.len() > 1 {
        // A dash's place goes by where its line begins, which must not depend on the window.
        sight = sight.grown(REACH);
    }
    let mut pens: Vec<(f32, Pen, Vec<Vec<Pixel>>)> = Vec::new();
    scene.visit(layer, |sheet, feature| {
        let geometry = feature.geometry();
        let context = scene.context(feature);
        let width = line.width.number(context) * ratio;
        let colour = line.color.colour(context).faded(line.opacity.number(context));
        if geometry.kind == mvt::Kind::Point || width <= 0.0 || colour.is_invisible() {
            return;
        }
        let (offset, gap) = (line.offset.number(context) * ratio, line.gap_width.number(context) * ratio);
        let (order, pen) = (line.sort_key.number(context), Pen { colour: colour.bytes(), width, offset, gap });
        let at = pens.iter().rposition(|(o, p, _)| *o == order && *p == pen).unwrap_or_else(|| {
            pens.push((order, pen, Vec::new()));
            pens.len() - 1
        });
        let is_area = geometry.kind == mvt::Kind::Polygon;
        for part in geometry.parts() {
            owned_lines(sheet, part, is_area, |piece| {
                if Window::around(piece).is_some_and(|window| window.meets(&sight)) {
                    pens[at].2.push(piece.to_vec());
                }
            });
        }
    });
    pens.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, pen, pieces) in pens {
        let mut path = PathBuilder::new();
        for piece in shape::join(pieces, ratio * 0.6) {
            strands(&piece, pen).iter().for_each(|strand| add_visible(&mut path, strand, &sight));
        }
        if let Some(path) = path.finish() {
            stroke(pixmap, &path, pen, line, &dashes);
        }
    }
}

/// The lines drawn for one: itself, beside it, or on both sides of a gap.
fn strands(piece: &[Pixel], pen: Pen) -> Vec<Vec<Pixel>> {
    let aside = |distance: f32| if distance == 0.0 { piece.to_vec() } else { shape::beside(piece, distance) };
    if pen.gap > 0.0 {
        let away = f32::midpoint(pen.gap, pen.width);
        vec![aside(pen.offset - away), aside(pen.offset + away)]
    } else {
        vec![aside(pen.offset)]
    }
}

fn stroke(pixmap: &mut Pixmap, path: &tiny_skia::Path, pen: Pen, line: &Line, dashes: &[f32]) {
    let line_cap = match line.cap {
        Cap::Butt => LineCap::Butt,
        Cap::Round => LineCap::Round,
        Cap::Square => LineCap::Square,
    };
    let line_join = match line.join {
        Join::Bevel => LineJoin::Bevel,
        Join::Round => LineJoin::Round,
        Join::Miter => LineJoin::Miter,
    };
    let mut lengths: Vec<f32> = dashes.iter().map(|dash| dash.max(0.0) * pen.width).collect();
    if lengths.len() % 2 == 1 {
        lengths.extend_from_within(..);
    }
    let dash = StrokeDash::new(lengths, 0.0);
    let stroke = Stroke { width: pen.width, miter_limit: 2.0, line_cap, line_join, dash };
    pixmap.stroke_path(path, &ink_of(pen.colour), &stroke, Transform::identity(), None);
}

/// Draws the circles of a layer.
pub fn circles(pixmap: &mut Pixmap, scene: &Scene<'_>, layer: &Layer, circle: &Circle) {
    let ratio = scene.frame.size.ratio;
    let sight = sight(pixmap);
    let (mut rims, mut discs) = (Batches::new(), Batches::new());
    scene.visit(layer, |sheet, feature| {
        let context = scene.context(feature);
        let radius = circle.radius.number(context).max(0.0) * ratio;
        let stroke = circle.stroke_width.number(context).max(0.0) * ratio;
        let order = circle.sort_key.number(context);
        let colour = circle.color.colour(context).faded(circle.opacity.number(context));
        let rim = circle.stroke_color.colour(context).faded(circle.stroke_opacity.number(context));
        for position in feature.geometry().parts().flatten().filter(|position| sheet.owns(**position)) {
            let [x, y] = sheet.at(*position);
            let around = Window { low: [x, y], high: [x, y] }.grown(radius + stroke);
            if !around.meets(&sight) {
                continue;
            }
            if stroke > 0.0 && !rim.is_invisible() {
                rims.of(order, (rim.bytes(), stroke)).push_circle(x, y, radius + stroke / 2.0);
            }
            if radius > 0.0 && !colour.is_invisible() {
                discs.of(order, colour.bytes()).push_circle(x, y, radius);
            }
        }
    });
    discs.draw(|colour, path| {
        pixmap.fill_path(path, &ink_of(colour), FillRule::Winding, Transform::identity(), None);
    });
    rims.draw(|(colour, width), path| {
        let stroke = Stroke { width, ..Stroke::default() };
        pixmap.stroke_path(path, &ink_of(colour), &stroke, Transform::identity(), None);
    });
}

/// The parts of a line that are the tile's own, without those in the margin that its neighbour draws, and without the
/// edges at which a tile cuts areas.
pub fn owned_lines(sheet: &super::frame::Sheet, part: &[[i32; 2]], closed: bool, mut each: impl FnMut(&[Pixel])) {
    let mut line: Vec<Pixel> = part.iter().map(|[x, y]| [*x as f32, *y as f32]).collect();
    if let (true, Some(first)) = (closed, line.first().copied()) {
        line.push(first);
    }
    let own = Window { low: [0.0, 0.0], high: [sheet.extent as f32; 2] };
    let is_whole = Window::around(&line).is_some_and(|window| own.holds(&window));
    let pieces = if is_whole { vec![line] } else { shape::cut_line(&line, &own) };
    for mut piece in pieces {
        piece.iter_mut().for_each(|position| *position = sheet.pixel(*position));
        each(&piece);
    }
}

/// The image itself.
pub fn sight(pixmap: &Pixmap) -> Window {
    Window { low: [0.0, 0.0], high: [pixmap.width() as f32, pixmap.height() as f32] }
}

fn ink_of([red, green, blue, alpha]: [u8; 4]) -> Paint<'static> {
    ink(Colour([red, green, blue, alpha].map(|part| f32::from(part) / 255.0)))
}

/// Adds a line; what lies far outside of the image is cut off.
pub(super) fn add_visible(path: &mut PathBuilder, line: &[Pixel], sight: &Window) {
    let reach = sight.grown(REACH);
    match Window::around(line) {
        Some(window) if !reach.holds(&window) => {
            shape::cut_line(line, &reach).iter().for_each(|piece| add_line(path, piece, false));
        }
        Some(_) => add_line(path, line, false),
        None => {}
    }
}

pub(super) fn add_line(path: &mut PathBuilder, line: &[Pixel], close: bool) {
    let Some(([x, y], rest)) = line.split_first() else { return };
    path.move_to(*x, *y);
    let mut last = [*x, *y];
    for (index, [x, y]) in rest.iter().enumerate() {
        let is_last = index + 1 == rest.len();
        if is_last || (x - last[0]).abs() > LEAST_STEP || (y - last[1]).abs() > LEAST_STEP {
            path.line_to(*x, *y);
            last = [*x, *y];
        }
    }
    let is_ring = line.len() > 2 && line[0] == line[line.len() - 1];
    if close || is_ring {
        path.close();
    }
}
