//! What is written on the map of the sheet, in letters that stay sharp.

use super::content::Water;
use super::discs::Obstacle;
use super::frame;
use super::map::DOT;
use super::pen::{Letters, Weight};
use super::words::Words;
use crate::print::map::frame::MapWindow;

/// Rings around the incident, metres.
pub const RINGS: [f64; 3] = [75.0, 150.0, 300.0];
/// Of the letters, points.
pub const SIZE: f32 = 8.0;
/// Points from the pin's foot down to where the name of its street may stand, the best first.
const BESIDE_PIN: [f32; 6] = [8.0, -48.0, 18.0, 28.0, -58.0, 38.0];
/// A line that is so many points long has room for its length.
const LINE: f32 = 60.0;

/// What is written on the map and the room for it: how large rings are; the street, where no more is known; how far it is to
/// the area of the register.
pub fn labels(
    (frame, room): (&MapWindow, [f32; 2]),
    water: &Water,
    words: &Words,
    letters: &Letters<'_>,
) -> Vec<(String, Obstacle)> {
    let [x, y] = frame::at(frame, water.at.position());
    let label = |label: String, [x, y]: [f32; 2]| {
        let label = letters.printable(&label);
        let half = letters.width(&label, Weight::Bold, SIZE) / 2.0 + 1.5;
        let x = x.clamp(half, (room[0] - half).max(half));
        (label, [x - half, y - 5.0, x + half, y + 5.0])
    };
    if let Some((border, (metres, _))) = water.border.filter(|_| water.is_far_outside()).zip(water.way_in()) {
        let border = frame::at(frame, border);
        let has_room = (border[0] - x).hypot(border[1] - y) > LINE;
        let middle = [0, 1].map(|k| f32::midpoint([x, y][k], border[k]));
        return has_room.then(|| label(words.metres(metres), middle)).into_iter().collect();
    }
    if !water.at.is_exact() {
        return street(frame, water, |name, down| label(name, [x, y + down])).into_iter().collect();
    }
    let radii = RINGS.map(|metres| (metres, frame::points(frame, metres)));
    let shown = radii.into_iter().filter(|(_, radius)| *radius > 16.0);
    shown.map(|(metres, radius)| label(format!("{metres} m"), [x, y + radius])).collect()
}

/// The street's name below or above the pin, where it hides no source.
fn street(
    frame: &MapWindow,
    water: &Water,
    label: impl Fn(String, f32) -> (String, Obstacle),
) -> Option<(String, Obstacle)> {
    let name = water.at.street()?;
    let dots: Vec<_> = water.sources.iter().map(|source| frame::at(frame, source.position.position())).collect();
    let places = BESIDE_PIN.map(|down| label(name.to_owned(), down));
    let hides = |[left, top, right, bottom]: Obstacle| {
        dots.iter().any(|[x, y]| (left - DOT..=right + DOT).contains(x) && (top - DOT..=bottom + DOT).contains(y))
    };
    let free = places.iter().find(|(_, place)| !hides(*place)).cloned();
    free.or_else(|| places.into_iter().next())
}
