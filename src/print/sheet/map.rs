//! The map of the sheet: the district's cartography as a picture with rings and the ways of the hoses below its names, and on
//! it, as lines that stay sharp, the numbers by which the table calls the water; those of water beyond the map with an arrow.
//!
//! Names come first: numbers look for a place beside them, and what numbers of houses there are keep off both.

use std::sync::atomic::{AtomicBool, Ordering};

use krilla::geom::{Path, Size as Extent, Transform};
use krilla::image::Image;
use krilla::paint::FillRule;
use tiny_skia::PixmapPaint;

use super::badge;
use super::content::Water;
use super::discs::{self, Obstacle};
use super::frame::{self, PIXELS_A_POINT};
use super::labels::{self, RINGS, SIZE};
use super::pen::{AMBER, BLACK, GREY, Letters, Pen, WHITE, Weight, circle, polygon, rectangle};
use super::words::Words;
use crate::coordinate::LonLat;
use crate::print::Print;
use crate::print::encode::{EncodeError, Format};
use crate::print::map::frame::MapWindow;
use crate::print::map::furniture::{Furniture, Marker};
use crate::print::map::scene::Fetched;
use crate::print::map::shape::Window;
use crate::print::map::sketch::Sketch;
use crate::print::map::style::{Colour, Kind, Layer};
use crate::print::map::underlay::Underlay;
use crate::print::map::{DrawError, Picture};
use crate::print::source::TilesetViews;
use crate::tiles::Theme;

const QUALITY: u8 = 88;
/// From this zoom on every source has its own symbol; farther out there are only counts, which look like our numbers.
const SYMBOLS_FROM: f64 = 15.0;
/// How strongly water is shown that the table does not list.
const FADED: f32 = 0.3;
/// What numbers keep off, points: the incident's symbol around the incident, the scale in the lower left corner.
const SYMBOL: Obstacle = [-10.0, -25.0, 10.0, 3.0];
const SCALE: [f32; 2] = [80.0, 20.0];
/// How far from the edge of the map the arrow to water beyond it ends.
const EDGE: f32 = 3.0;
/// Radius of the dot at a source.
pub const DOT: f32 = 2.2;
/// Turns of a ring.
const TURNS: u8 = 120;
const BLUE: [u8; 3] = [20, 60, 140];

/// The map ready to be laid on the page.
pub struct SheetMap {
    image: Image,
    /// Where the incident is, points of the map; so are all below.
    middle: [f32; 2],
    /// How large rings are, what the street is called, how far it is to the district, and where that is written.
    labels: Vec<(String, Obstacle)>,
    /// Of each source in the order of the table: its place as far as it is on the map, and its number's.
    numbers: Vec<Numbered>,
}

/// Where a source and its number stand.
struct Numbered {
    at: [f32; 2],
    is_beyond: bool,
    disc: [f32; 2],
}

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error("the map cannot be encoded: {0}")]
    Encode(#[from] EncodeError),
    #[error("the map cannot be printed: {0}")]
    Print(String),
}

impl SheetMap {
    /// Draws the map of some water for a room of so many points.
    ///
    /// # Errors
    /// See [`MapError`].
    pub fn draw(
        print: &Print,
        water: &Water,
        (words, letters): (&Words, &Letters<'_>),
        room: [f32; 2],
        cancelled: &AtomicBool,
    ) -> Result<Self, MapError> {
        let frame = frame::frame(&print.district, water, room);
        let middle = frame::at(&frame, water.at.position());
        let labels = labels::labels((&frame, room), water, words, letters);
        let markers = [Marker { place: water.at.position(), symbol: "incident".to_owned(), label: None }];
        let (furniture, nothing) = (Furniture { attribution: None, scale_bar: true }, Furniture::default());
        let style = print.painter.studio.style(Theme::Day);
        let shelf = print.painter.studio.shelf(Theme::Day);
        let tools = print.painter.studio.tools(&shelf, cancelled);
        let ground = Picture {
            frame,
            style,
            ground: true,
            shown: &|layer| layer.source.as_deref() == Some("base"),
            markers: &markers,
            furniture: &furniture,
            whole_texts: true,
            is_paper: true,
        };
        // By itself, so that no symbol keeps a street from having its name; what is written beside symbols looks like
        // numbers of houses.
        let symbols = |layer: &Layer| {
            let has_symbol = matches!(&layer.kind, Kind::Symbol(symbol) if symbol.icon.image.is_given);
            frame.zoom >= SYMBOLS_FROM && layer.source.as_deref() == Some("firewater") && has_symbol
        };
        let faded = Picture { ground: false, shown: &symbols, markers: &[], furniture: &nothing, ..ground };
        let fetched = [&ground, &faded].map(|picture| fetch(print, picture, cancelled));
        let (mut ground, faded) = (ground.sketch(&fetched[0], tools)?, faded.sketch(&fetched[1], tools)?);
        let looked_at = water.sources.iter().map(|source| source.position.position()).chain([water.at.position()]);
        ground.fill_from(&looked_at.map(|place| frame.pixel(place)).collect::<Vec<_>>());

        let (numbers, avoided) = numbers((&frame, room), water, &labels, (&ground, &faded));
        let mut pixmap = ground.draw(&underlays(&frame, water, middle), &avoided)?;
        let paint = PixmapPaint { opacity: FADED, ..PixmapPaint::default() };
        let symbols = faded.draw(&[], &[])?;
        pixmap.draw_pixmap(0, 0, symbols.as_ref(), &paint, tiny_skia::Transform::identity(), None);
        let file = Format::Jpeg(QUALITY).encode(pixmap, cancelled)?;
        Ok(Self { image: Image::from_jpeg(file.into(), false).map_err(MapError::Print)?, middle, labels, numbers })
    }

    /// Lays the map on the page, its upper left corner at a point.
    pub fn lay(&self, pen: &mut Pen<'_, '_>, water: &Water, [x, y, width, height]: [f32; 4]) {
        let Some((extent, window)) = Extent::from_wh(width, height).zip(rectangle([0.0, 0.0, width, height])) else {
            return;
        };
        pen.surface.push_transform(&Transform::from_translate(x, y));
        pen.surface.push_clip_path(&window, &FillRule::NonZero);
        pen.surface.draw_image(self.image.clone(), extent);
        for (label, [left, top, right, bottom]) in &self.labels {
            pen.block([*left, *top, right - left, bottom - top], WHITE, 0.85);
            pen.text_at([f32::midpoint(*left, *right), bottom - 2.1], label, Weight::Bold, SIZE, BLACK);
        }
        // Lines below discs: a number must be legible even where a line of another passes.
        for Numbered { at, is_beyond, disc } in &self.numbers {
            pen.line(&[*at, *disc], 1.8, WHITE, None);
            pen.line(&[*at, *disc], 0.8, BLACK, None);
            let mark = if *is_beyond { arrow(*at, self.middle) } else { circle(*at, DOT) };
            if let Some(mark) = mark {
                pen.stroke(&mark, 1.2, WHITE, None);
                pen.fill(&mark, BLACK, 1.0);
            }
        }
        for (source, Numbered { disc, .. }) in water.sources.iter().zip(&self.numbers) {
            badge::draw(pen, &source.status, Some(source.number), *disc);
        }
        pen.surface.pop();
        pen.stroke(&window, 0.8, BLACK, None);
        pen.surface.pop();
    }
}

fn fetch(print: &Print, picture: &Picture<'_>, cancelled: &AtomicBool) -> Fetched {
    let sources = picture.sources();
    let register = TilesetViews::now(&print.painter, sources.iter().copied());
    Fetched::fetch(&register, &sources, &picture.frame, || !cancelled.load(Ordering::Relaxed))
}

/// Where the numbers stand, beside names and rings; and all that names keep off where they have a choice.
fn numbers(
    (frame, room): (&MapWindow, [f32; 2]),
    water: &Water,
    labels: &[(String, Obstacle)],
    (ground, faded): (&Sketch<'_>, &Sketch<'_>),
) -> (Vec<Numbered>, Vec<Window>) {
    let middle = frame::at(frame, water.at.position());
    let places = water.sources.iter().map(|source| frame::at(frame, source.position.position()));
    let places: Vec<_> = places.map(|place| (place, brought_in(place, middle, room))).collect();
    let shown: Vec<[f32; 2]> = places.iter().map(|(_, at)| *at).collect();
    let mut avoided: Vec<Window> = labels.iter().map(|(_, place)| window(*place)).chain(faded.symbols()).collect();
    avoided.extend(shown.iter().map(|at| window(around(*at, DOT + 1.0))));
    let mut obstacles: Vec<Obstacle> = labels.iter().map(|(_, place)| *place).collect();
    obstacles.push([0, 1, 2, 3].map(|k| middle[k % 2] + SYMBOL[k]));
    obstacles.push([0.0, room[1] - SCALE[1], SCALE[0], room[1]]);
    obstacles.extend(ground.names(&avoided).into_iter().map(obstacle));
    let discs = discs::placed(&shown, &obstacles, room);
    avoided.extend(discs.iter().map(|disc| window(around(*disc, badge::RADIUS + 1.0))));
    let numbered = places.into_iter().zip(discs);
    (numbered.map(|((place, at), disc)| Numbered { at, is_beyond: at != place, disc }).collect(), avoided)
}

/// What lies below the names: rings and the ways of the hoses, or the circle in which the incident may be. From a place that
/// is not known no hose is laid.
fn underlays(frame: &MapWindow, water: &Water, middle: [f32; 2]) -> Vec<Underlay> {
    if let Some(border) = water.border.filter(|_| water.is_far_outside()) {
        return vec![stroke(&[middle, frame::at(frame, border)], 1.2, BLACK, Some([4.0, 2.5]))];
    }
    if !water.at.is_exact() {
        let radius = frame::points(frame, water.at.radius.unwrap_or_default());
        let ring = stroke(&ring(middle, radius), 1.2, BLACK, Some([4.0, 2.5]));
        return vec![Underlay { fill: colour(AMBER).faded(0.25), ..ring }];
    }
    let rings = RINGS.map(|metres| ring(middle, frame::points(frame, metres)));
    let rings =
        rings.iter().flat_map(|ring| [stroke(ring, 2.0, WHITE, None), stroke(ring, 0.8, GREY, Some([4.0, 2.5]))]);
    let usable = water.sources.iter().rev().filter(|source| source.usable);
    let lines = usable.filter_map(|source| source.route.as_ref()?.geometry.as_ref());
    let ways = lines.flat_map(|line| {
        let turns = line.coordinates.iter().map(|[lon, lat]| frame::at(frame, LonLat { lon: *lon, lat: *lat }));
        let turns: Vec<[f32; 2]> = turns.collect();
        [stroke(&turns, 2.6, WHITE, None), stroke(&turns, 1.1, BLUE, None)]
    });
    rings.chain(ways).collect()
}

/// A line of the picture; all in points.
fn stroke(line: &[[f32; 2]], width: f32, ink: [u8; 3], dashes: Option<[f32; 2]>) -> Underlay {
    Underlay {
        line: line.iter().map(|point| point.map(|part| part * PIXELS_A_POINT)).collect(),
        fill: Colour::NONE,
        colour: colour(ink),
        width: width * PIXELS_A_POINT,
        dashes: dashes.map(|dashes| dashes.map(|dash| dash * PIXELS_A_POINT)),
    }
}

fn ring([x, y]: [f32; 2], radius: f32) -> Vec<[f32; 2]> {
    let turn = |nth: u8| {
        let (sin, cos) = (f32::from(nth % TURNS) * std::f32::consts::TAU / f32::from(TURNS)).sin_cos();
        [x + radius * cos, y + radius * sin]
    };
    (0..=TURNS).map(turn).collect()
}

fn colour(ink: [u8; 3]) -> Colour {
    let [red, green, blue] = ink.map(|part| f32::from(part) / 255.0);
    Colour([red, green, blue, 1.0])
}

fn around([x, y]: [f32; 2], reach: f32) -> Obstacle {
    [x - reach, y - reach, x + reach, y + reach]
}

/// The pixels of a room on paper.
fn window([left, top, right, bottom]: Obstacle) -> Window {
    Window {
        low: [left, top].map(|part| part * PIXELS_A_POINT),
        high: [right, bottom].map(|part| part * PIXELS_A_POINT),
    }
}

/// The room on paper of some pixels.
fn obstacle(Window { low: [left, top], high: [right, bottom] }: Window) -> Obstacle {
    [left, top, right, bottom].map(|pixel| pixel / PIXELS_A_POINT)
}

/// A place on the map; what lies beyond its edge is brought in along the line to the middle, as far as need be.
fn brought_in(place: [f32; 2], middle: [f32; 2], room: [f32; 2]) -> [f32; 2] {
    let part = |k: usize| {
        let along = place[k] - middle[k];
        let reach = if along > 0.0 { room[k] - EDGE - middle[k] } else { EDGE - middle[k] };
        if (0.0..=room[k]).contains(&place[k]) { 1.0 } else { reach / along }
    };
    let part = part(0).min(part(1));
    if part >= 1.0 { place } else { [0, 1].map(|k| middle[k] + (place[k] - middle[k]) * part) }
}

/// An arrow with its tip at a place, away from the middle: there it goes on.
fn arrow(tip: [f32; 2], middle: [f32; 2]) -> Option<Path> {
    let length = (tip[0] - middle[0]).hypot(tip[1] - middle[1]).max(1.0);
    let [x, y] = [0, 1].map(|k| (tip[k] - middle[k]) / length);
    let foot = [tip[0] - 7.0 * x, tip[1] - 7.0 * y];
    polygon(&[tip, [foot[0] - 3.5 * y, foot[1] + 3.5 * x], [foot[0] + 3.5 * y, foot[1] - 3.5 * x]])
}
