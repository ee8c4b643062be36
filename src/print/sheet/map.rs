//! The map of the sheet: the district's cartography as a picture, and on it, as lines that stay sharp, the rings around
//! the incident, the ways, and the numbers by which the table calls the water.

use std::sync::atomic::AtomicBool;

use krilla::geom::{Size as Extent, Transform};
use krilla::image::Image;
use krilla::paint::FillRule;

use super::content::{Source, Water};
use super::pen::{BLACK, GREY, Pen, WHITE, Weight, circle, rectangle};
use crate::app::App;
use crate::coordinate::LonLat;
use crate::print::encode::Format;
use crate::print::map::frame::{Frame, Projection, Size};
use crate::print::map::furniture::{Furniture, Marker};
use crate::print::map::scene::Fetched;
use crate::print::map::{DrawError, Picture};
use crate::print::source::Register;
use crate::tiles::Theme;

/// Rings around the incident, metres.
const RINGS: [f64; 3] = [75.0, 150.0, 300.0];
/// The map shows at least this far around the incident, and at most, metres.
const LEAST: f64 = 330.0;
const MOST: f64 = 2_200.0;
/// Water that the map is made large enough for.
const SHOWN: usize = 8;
/// Points of paper a pixel of the style: 96 to the inch.
const PIXEL: f32 = 0.75;
/// Pixels of the picture for each of them: 192 to the inch.
const RATIO: f32 = 2.0;
const QUALITY: u8 = 88;
/// From this zoom on every source has its own symbol; farther out there are only counts, which look like our numbers.
const SYMBOLS_FROM: f64 = 15.0;
/// Radius of the disc around a number, and how far it stands off its water.
const DISC: f32 = 6.4;
const AWAY: f32 = 12.0;

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
    Encode(#[from] image::ImageError),
    #[error("the map cannot be printed: {0}")]
    Print(String),
}

impl SheetMap {
    /// Draws the map of some water for a room of so many points.
    ///
    /// # Errors
    /// See [`MapError`].
    pub fn draw(app: &App, water: &Water, [width, height]: [f32; 2], cancelled: &AtomicBool) -> Result<Self, MapError> {
        let frame = frame(water, [width, height]);
        let markers = [Marker { place: water.at.position(), symbol: "incident".to_owned(), label: None }];
        let furniture = Furniture { attribution: None, scale_bar: true };
        let style = app.studio.style(Theme::Day);
        let ground = ["base".to_owned()];
        let shown = (frame.zoom < SYMBOLS_FROM).then_some(&ground[..]);
        let (markers, furniture) = (&markers, &furniture);
        let picture = Picture { frame, style, shown, markers, furniture, whole_texts: true, ground: true };
        let sources = picture.sources();
        let register = Register::now(app, sources.iter().copied());
        let go_on = || !cancelled.load(std::sync::atomic::Ordering::Relaxed);
        let fetched = Fetched::fetch(&register, &sources, &frame, go_on);
        let pixmap = app.studio.draw(&picture, &fetched, Theme::Day, cancelled)?;
        let file = Format::Jpeg(QUALITY).encode(pixmap)?;
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
        self.rings(pen, water.at.position());
        for source in water.sources.iter().rev().filter(|source| source.usable) {
            self.way(pen, source);
        }
        self.numbers(pen, water, [width, height]);
        pen.surface.pop();
        pen.stroke(&window, 0.8, BLACK, None);
        pen.surface.pop();
    }

    /// Where a place lies on the map, points.
    fn at(&self, place: LonLat) -> [f32; 2] {
        self.frame.pixel(place).map(|pixel| pixel / RATIO * PIXEL)
    }

    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    fn rings(&self, pen: &mut Pen<'_, '_>, at: LonLat) {
        let middle = self.at(at);
        let ground = self.frame.ground() * f64::from(RATIO / PIXEL);
        for metres in RINGS {
            let radius = (metres / ground) as f32;
            if let Some(ring) = circle(middle, radius) {
                pen.stroke(&ring, 2.0, WHITE, None);
                pen.stroke(&ring, 0.8, GREY, Some([4.0, 2.5]));
            }
            let label = format!("{metres} m");
            let width = pen.letters.width(&label, Weight::Bold, 6.5);
            // Below, because the incident's symbol stands above its place.
            let [x, bottom] = [middle[0], middle[1] + radius];
            if radius > 16.0 {
                pen.block([x - width / 2.0 - 1.5, bottom - 4.0, width + 3.0, 8.0], WHITE, 0.85);
                pen.text_at([x, bottom + 2.3], &label, Weight::Bold, 6.5, BLACK);
            }
        }
    }

    fn way(&self, pen: &mut Pen<'_, '_>, source: &Source) {
        let Some(line) = source.route.as_ref().and_then(|route| route.geometry.as_ref()) else { return };
        let turns: Vec<[f32; 2]> =
            line.coordinates.iter().map(|[lon, lat]| self.at(LonLat { lon: *lon, lat: *lat })).collect();
        pen.line(&turns, 2.6, WHITE, None);
        pen.line(&turns, 1.1, [20, 60, 140], None);
    }

    fn numbers(&self, pen: &mut Pen<'_, '_>, water: &Water, room: [f32; 2]) {
        let mut taken = vec![self.at(water.at.position())];
        for (nth, source) in water.sources.iter().enumerate() {
            let at = self.at(source.position.position());
            if at[0] < 0.0 || at[1] < 0.0 || at[0] > room[0] || at[1] > room[1] {
                continue;
            }
            let disc = free(at, &taken, room);
            taken.push(disc);
            if let Some(dot) = circle(at, 2.2) {
                pen.stroke(&dot, 1.2, WHITE, None);
                pen.fill(&dot, BLACK, 1.0);
            }
            pen.line(&[at, disc], 1.8, WHITE, None);
            pen.line(&[at, disc], 0.8, BLACK, None);
            if let Some(path) = circle(disc, DISC) {
                pen.fill(&path, WHITE, 1.0);
                pen.stroke(&path, 1.0, BLACK, None);
            }
            pen.text_at([disc[0], disc[1] + 2.7], &(nth + 1).to_string(), Weight::Bold, 7.5, BLACK);
            if !source.usable {
                let arm = DISC * 0.75;
                pen.line(&[[disc[0] - arm, disc[1] + arm], [disc[0] + arm, disc[1] - arm]], 1.4, BLACK, None);
            }
        }
    }
}

/// A place for a disc near its water that no other disc has, or the one that covers least.
fn free(at: [f32; 2], taken: &[[f32; 2]], room: [f32; 2]) -> [f32; 2] {
    let places = (1..=4_u8).flat_map(|ring| (0..8_u8).map(move |eighth| (ring, eighth)));
    let places = places.map(|(ring, eighth)| {
        let (sin, cos) = (f32::from(eighth) * std::f32::consts::FRAC_PI_4 - 0.6).sin_cos();
        let away = AWAY * (0.6 + 0.4 * f32::from(ring)) + DISC * f32::from(ring - 1);
        [at[0] + cos * away, at[1] + sin * away]
    });
    let gap = |place: &[f32; 2]| {
        let near = |other: &[f32; 2]| (place[0] - other[0]).hypot(place[1] - other[1]);
        taken.iter().map(near).fold(f32::INFINITY, f32::min)
    };
    let is_inside = |place: &[f32; 2]| (0..2).all(|k| place[k] >= DISC + 1.0 && place[k] <= room[k] - DISC - 1.0);
    let mut best = [at[0].clamp(DISC, room[0] - DISC), at[1].clamp(DISC, room[1] - DISC)];
    let mut widest = 0.0;
    for place in places.filter(is_inside) {
        let gap = gap(&place);
        if gap >= DISC * 2.1 {
            return place;
        }
        if gap > widest {
            (best, widest) = (place, gap);
        }
    }
    best
}

/// The part of the world around the incident with the nearest water in it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a page")]
fn frame(water: &Water, [width, height]: [f32; 2]) -> Frame {
    let size = Size { width: (width / PIXEL).round() as u32, height: (height / PIXEL).round() as u32, ratio: RATIO };
    let near = water.sources.iter().take(SHOWN);
    let farthest = near.map(|source| source.distance).fold(0.0, f64::max);
    let at = water.at.position();
    let metres = (farthest * 1.1).clamp(LEAST, MOST) / at.lat.to_radians().cos().max(0.01);
    let [east, north] = Projection::Web.forward(at);
    Frame::around_box(Projection::Web, [east - metres, north - metres, east + metres, north + metres], size)
}
