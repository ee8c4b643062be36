//! The map of the sheet: the district's cartography as a picture, and on it, as lines that stay sharp, the rings around
//! the incident, the ways, and the numbers by which the table calls the water; those of water beyond the map with an arrow.

use std::sync::atomic::AtomicBool;

use krilla::geom::{Path, Size as Extent, Transform};
use krilla::image::Image;
use krilla::paint::FillRule;
use tiny_skia::PixmapPaint;

use super::badge;
use super::content::{Source, Water};
use super::discs::{self, Obstacle};
use super::pen::{AMBER, BLACK, GREY, Pen, WHITE, Weight, circle, polygon, rectangle};
use crate::app::App;
use crate::collection::District;
use crate::coordinate::LonLat;
use crate::print::encode::{EncodeError, Format};
use crate::print::map::frame::{Frame, Projection, Size};
use crate::print::map::furniture::{Furniture, Marker};
use crate::print::map::scene::Fetched;
use crate::print::map::{DrawError, Picture};
use crate::print::source::Register;
use crate::tiles::Theme;

/// Rings around the incident, metres.
const RINGS: [f64; 3] = [75.0, 150.0, 300.0];
/// The map shows at least this far around the incident, and water at most this far off, metres.
const LEAST: f64 = 100.0;
const MOST: f64 = 2_200.0;
/// Part of the map's extent that is left free around what it is made large enough for: there numbers stand.
const FREE: f64 = 0.12;
/// Points of paper a pixel of the style: its smallest letters of ten pixels are eight points.
const PIXEL: f32 = 0.8;
/// Pixels of the picture for each of them: 192 to the inch.
const RATIO: f32 = 2.0;
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

/// The map ready to be laid on the page.
pub struct SheetMap {
    image: Image,
    frame: Frame,
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
    pub fn draw(app: &App, water: &Water, room: [f32; 2], cancelled: &AtomicBool) -> Result<Self, MapError> {
        let size = size(room);
        let overview = water.is_outside && water.sources.is_empty();
        let frame = if overview { overview_of(&app.district, water, size) } else { frame(water, size) };
        let markers = [Marker { place: water.at.position(), symbol: "incident".to_owned(), label: None }];
        let furniture = Furniture { attribution: None, scale_bar: true };
        let style = app.studio.style(Theme::Day);
        let draw = |layers: &[String], picture: Picture<'_>| {
            let picture = Picture { shown: Some(layers), ..picture };
            let sources = picture.sources();
            let register = Register::now(app, sources.iter().copied());
            let go_on = || !cancelled.load(std::sync::atomic::Ordering::Relaxed);
            let fetched = Fetched::fetch(&register, &sources, &frame, go_on);
            app.studio.draw(&picture, &fetched, Theme::Day, cancelled)
        };
        let (markers, furniture) = (&markers, &furniture);
        let base = Picture { frame, style, shown: None, markers, furniture, whole_texts: true, ground: true };
        let mut pixmap = draw(&["base".to_owned()], base)?;
        if frame.zoom >= SYMBOLS_FROM {
            // By itself, so that no symbol keeps a street from having its name.
            let nothing = Furniture { attribution: None, scale_bar: false };
            let water = Picture { markers: &[], furniture: &nothing, ground: false, ..base };
            let faded = PixmapPaint { opacity: FADED, ..PixmapPaint::default() };
            let symbols = draw(&["firewater".to_owned()], water)?;
            pixmap.draw_pixmap(0, 0, symbols.as_ref(), &faded, tiny_skia::Transform::identity(), None);
        }
        let file = Format::Jpeg(QUALITY).encode(pixmap, cancelled)?;
        Ok(Self { image: Image::from_jpeg(file.into(), false).map_err(MapError::Print)?, frame })
    }

    /// Lays the map on the page, its upper left corner at a point.
    pub fn lay(&self, pen: &mut Pen<'_, '_>, water: &Water, [x, y, width, height]: [f32; 4]) {
        let Some((extent, window)) = Extent::from_wh(width, height).zip(rectangle([0.0, 0.0, width, height])) else {
            return;
        };
        pen.surface.push_transform(&Transform::from_translate(x, y));
        pen.surface.push_clip_path(&window, &FillRule::NonZero);
        pen.surface.draw_image(self.image.clone(), extent);
        let middle = self.at(water.at.position());
        let taken = if water.at.is_exact() {
            self.rings(pen, middle);
            for source in water.sources.iter().rev().filter(|source| source.usable) {
                self.way(pen, source);
            }
            self.names_of_rings(pen, middle)
        } else {
            // From a place that is not known no hose is laid.
            self.doubt(pen, middle, water.at.radius.unwrap_or_default());
            Vec::new()
        };
        self.numbers(pen, water, taken, [width, height]);
        pen.surface.pop();
        pen.stroke(&window, 0.8, BLACK, None);
        pen.surface.pop();
    }

    /// Where a place lies on the map, points.
    fn at(&self, place: LonLat) -> [f32; 2] {
        self.frame.pixel(place).map(|pixel| pixel / RATIO * PIXEL)
    }

    /// The rings with their radii in points, from the inside out.
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    fn radii(&self) -> [(f64, f32); 3] {
        let ground = self.frame.ground() * f64::from(RATIO / PIXEL);
        RINGS.map(|metres| (metres, (metres / ground) as f32))
    }

    fn rings(&self, pen: &mut Pen<'_, '_>, middle: [f32; 2]) {
        for (_, radius) in self.radii() {
            if let Some(ring) = circle(middle, radius) {
                pen.stroke(&ring, 2.0, WHITE, None);
                pen.stroke(&ring, 0.8, GREY, Some([4.0, 2.5]));
            }
        }
    }

    /// The circle in which the incident may be.
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    fn doubt(&self, pen: &mut Pen<'_, '_>, middle: [f32; 2], metres: f64) {
        let radius = metres / (self.frame.ground() * f64::from(RATIO / PIXEL));
        if let Some(ring) = circle(middle, radius as f32) {
            pen.fill(&ring, AMBER, 0.25);
            pen.stroke(&ring, 1.2, BLACK, Some([4.0, 2.5]));
        }
    }

    /// Writes how large the rings are; where, is given back.
    fn names_of_rings(&self, pen: &mut Pen<'_, '_>, [x, y]: [f32; 2]) -> Vec<Obstacle> {
        let mut taken = Vec::new();
        for (metres, radius) in self.radii().into_iter().filter(|(_, radius)| *radius > 16.0) {
            let label = format!("{metres} m");
            let half = pen.letters.width(&label, Weight::Bold, 8.0) / 2.0 + 1.5;
            // Below, because the incident's symbol stands above its place.
            let bottom = y + radius;
            pen.block([x - half, bottom - 5.0, 2.0 * half, 10.0], WHITE, 0.85);
            pen.text_at([x, bottom + 2.9], &label, Weight::Bold, 8.0, BLACK);
            taken.push([x - half, bottom - 5.0, x + half, bottom + 5.0]);
        }
        taken
    }

    fn way(&self, pen: &mut Pen<'_, '_>, source: &Source) {
        let Some(line) = source.route.as_ref().and_then(|route| route.geometry.as_ref()) else { return };
        let turns: Vec<[f32; 2]> =
            line.coordinates.iter().map(|[lon, lat]| self.at(LonLat { lon: *lon, lat: *lat })).collect();
        pen.line(&turns, 2.6, WHITE, None);
        pen.line(&turns, 1.1, [20, 60, 140], None);
    }

    fn numbers(&self, pen: &mut Pen<'_, '_>, water: &Water, mut obstacles: Vec<Obstacle>, room: [f32; 2]) {
        let middle = self.at(water.at.position());
        obstacles.push([0, 1, 2, 3].map(|k| middle[k % 2] + SYMBOL[k]));
        obstacles.push([0.0, room[1] - SCALE[1], SCALE[0], room[1]]);
        let places: Vec<[f32; 2]> = water.sources.iter().map(|source| self.at(source.position.position())).collect();
        let shown: Vec<[f32; 2]> = places.iter().map(|place| brought_in(*place, middle, room)).collect();
        let discs = discs::placed(&shown, &obstacles, room);
        // Lines below discs: a number must be legible even where a line of another passes.
        for (nth, (at, disc)) in shown.iter().zip(&discs).enumerate() {
            pen.line(&[*at, *disc], 1.8, WHITE, None);
            pen.line(&[*at, *disc], 0.8, BLACK, None);
            let mark = if *at == places[nth] { circle(*at, 2.2) } else { arrow(*at, middle) };
            if let Some(mark) = mark {
                pen.stroke(&mark, 1.2, WHITE, None);
                pen.fill(&mark, BLACK, 1.0);
            }
        }
        for (source, disc) in water.sources.iter().zip(&discs) {
            badge::draw(pen, &source.status, Some(source.number), *disc);
        }
    }
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

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a page")]
fn size([width, height]: [f32; 2]) -> Size {
    Size { width: (width / PIXEL).round() as u32, height: (height / PIXEL).round() as u32, ratio: RATIO }
}

/// The part of the world with the incident and the water that is listed. A lake that is told although others are nearer is
/// shown by an arrow.
fn frame(water: &Water, size: Size) -> Frame {
    let incident = water.at.position();
    let near = |source: &&Source| !source.unlimited && source.usable;
    let farthest = water.sources.iter().filter(near).map(|source| source.distance).fold(0.0, f64::max);
    let shown = water.sources.iter().filter(|source| source.distance <= farthest.clamp(2.0 * LEAST, MOST));
    let [east, north] = Projection::Web.forward(incident);
    let least = LEAST.max(water.at.radius.unwrap_or_default()) / incident.lat.to_radians().cos().max(0.01);
    let mut bounds = [east - least, north - least, east + least, north + least];
    for place in shown.map(|source| Projection::Web.forward(source.position.position())) {
        widen(&mut bounds, place);
    }
    framed(bounds, size)
}

/// The district and a place outside of it, in one window.
fn overview_of(district: &District, water: &Water, size: Size) -> Frame {
    let (least, most) = (district.bounds.min(), district.bounds.max());
    let corners = [LonLat { lon: least.x, lat: least.y }, LonLat { lon: most.x, lat: most.y }];
    let [[west, south], [east, north]] = corners.map(|corner| Projection::Web.forward(corner));
    let mut bounds = [west, south, east, north];
    widen(&mut bounds, Projection::Web.forward(water.at.position()));
    framed(bounds, size)
}

fn widen(bounds: &mut [f64; 4], [east, north]: [f64; 2]) {
    let [west, south, most_east, most_north] = bounds;
    (*west, *most_east) = (west.min(east), most_east.max(east));
    (*south, *most_north) = (south.min(north), most_north.max(north));
}

/// A window with these bounds and what is free around them.
fn framed([west, south, east, north]: [f64; 4], size: Size) -> Frame {
    let (across, along) = ((east - west) * FREE, (north - south) * FREE);
    Frame::around_box(Projection::Web, [west - across, south - along, east + across, north + along], size)
}
