//! Which part of the world the map of the sheet shows, and where it lies on paper.

use super::content::{Source, Water};
use crate::collection::District;
use crate::coordinate::LonLat;
use crate::print::map::frame::{MapWindow, Projection, Size};

/// The map shows at least this far around the incident, and water at most this far off, metres.
const LEAST: f64 = 100.0;
const MOST: f64 = 2_200.0;
/// Part of the map's extent that is left free around what it is made large enough for: there numbers stand.
const FREE: f64 = 0.12;
/// Points of paper a pixel of the style: its smallest letters of ten pixels are eight points.
const PIXEL: f32 = 0.8;
/// Pixels of the picture for each of them: 192 to the inch.
const RATIO: f32 = 2.0;
/// Pixels of the picture a point of paper.
pub const PIXELS_A_POINT: f32 = RATIO / PIXEL;

/// From this zoom on tiles have houses, and from a zoom below it there is room for the numbers of some.
const HOUSES_FROM: f64 = 16.0;
/// An overview has the towns and main roads of maps so many zooms larger.
const TOWNS: u8 = 2;

/// The window for a room of so many points.
pub fn frame(district: &District, water: &Water, room: [f32; 2]) -> MapWindow {
    let size = size(room);
    if water.is_far_outside() {
        return overview(district, water, size).of_finer_tiles(TOWNS);
    }
    let frame = fitted(water, size);
    let has_room = (HOUSES_FROM - 1.0..HOUSES_FROM).contains(&frame.zoom);
    frame.of_finer_tiles(u8::from(has_room))
}

/// Where a place lies on the map, points.
pub fn at(frame: &MapWindow, place: LonLat) -> [f32; 2] {
    frame.pixel(place).map(|pixel| pixel / PIXELS_A_POINT)
}

/// Points of so many metres on the ground.
#[expect(clippy::cast_possible_truncation, reason = "points of a page")]
pub fn points(frame: &MapWindow, metres: f64) -> f32 {
    (metres / (frame.ground() * f64::from(PIXELS_A_POINT))) as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a page")]
fn size([width, height]: [f32; 2]) -> Size {
    Size { width: (width / PIXEL).round() as u32, height: (height / PIXEL).round() as u32, ratio: RATIO }
}

/// The part of the world with the incident and the water that is listed. A lake that is told although others are nearer is
/// shown by an arrow.
fn fitted(water: &Water, size: Size) -> MapWindow {
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
fn overview(district: &District, water: &Water, size: Size) -> MapWindow {
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
fn framed([west, south, east, north]: [f64; 4], size: Size) -> MapWindow {
    let (across, along) = ((east - west) * FREE, (north - south) * FREE);
    MapWindow::around_box(Projection::Web, [west - across, south - along, east + across, north + along], size)
}
