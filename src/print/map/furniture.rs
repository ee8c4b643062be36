//! What lies on top of a map image: markers, the scale bar, the line that says whose data it shows and of when.

use tiny_skia::{Pixmap, Rect, Transform};

use super::Tools;
use super::fonts::{Fonts, Setting};
use super::frame::MapWindow;
use super::labels::{PlacedIcon, PlacedLetter, PlacedText, Typesetter};
use super::paint::{ink, sight};
use super::shape::{Pixel, Window};
use super::style::Colour;
use crate::coordinate::LonLat;

/// The face and size of furniture, pixels of the style.
const FACE: &str = "Geokontor Regular";
const MARKER_FACE: &str = "Geokontor Bold";
const TEXT_SIZE: f32 = 11.0;
const MARKER_SIZE: f32 = 14.0;
/// The longest a scale bar may be, pixels of the style.
const BAR: f32 = 120.0;
/// The symbol that stands on its place, and how far down in it its foot is.
const PIN: &str = "incident";
const PIN_FOOT: f32 = 50.0 / 52.0;
const PAPER: Colour = Colour([1.0, 1.0, 1.0, 0.8]);
const INK: Colour = Colour([0.1, 0.1, 0.1, 1.0]);
const HALO: Colour = Colour([1.0, 1.0, 1.0, 0.9]);

/// A place that is marked.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    pub place: LonLat,
    /// Of the sprite, such as `incident`.
    pub symbol: String,
    pub label: Option<String>,
}

/// What is written on the map's edge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Furniture {
    /// Whose data, and of when; lower right.
    pub attribution: Option<String>,
    /// A bar with a length; lower left.
    pub scale_bar: bool,
}

/// A marker ready to be drawn.
#[derive(Debug)]
pub struct Placed {
    icon: Option<PlacedIcon>,
    text: Option<PlacedText>,
}

/// Lays out the markers.
#[expect(clippy::cast_possible_truncation, reason = "pixels of an image; far ones saturate")]
pub fn place_markers(markers: &[Marker], frame: &MapWindow, tools: Tools<'_>) -> Vec<Placed> {
    let ratio = frame.size.ratio;
    let placed = markers.iter().map(|marker| {
        let at = frame.pixel(marker.place);
        let icon = tools.icons.icon(&marker.symbol, ratio).map(|image| {
            let half = [image.width() as f32 / 2.0, image.height() as f32 / 2.0];
            let up = if marker.symbol == PIN { half[1] * 2.0 * PIN_FOOT } else { half[1] };
            let low = [(at[0] - half[0]).round(), (at[1] - up).round()];
            let window = Window { low, high: [low[0] + half[0] * 2.0, low[1] + half[1] * 2.0] };
            PlacedIcon { image, corner: [low[0] as i32, low[1] as i32], opacity: 1.0, window }
        });
        let below = icon.as_ref().map_or(4.0 * ratio, |icon| icon.window.high[1] - at[1]);
        let text = marker.label.as_ref().and_then(|label| {
            let centre = [at[0], at[1] + below + MARKER_SIZE * ratio * 0.6];
            write(tools.fonts, MARKER_FACE, label, MARKER_SIZE * ratio, Align::Middle(centre))
        });
        Placed { icon, text: text.map(|text| PlacedText { halo: HALO, halo_width: 2.0 * ratio, ..text }) }
    });
    placed.collect()
}

/// The room that markers and furniture take from labels.
pub fn taken(markers: &[Placed], furniture: &Furniture, frame: &MapWindow, fonts: &Fonts) -> Vec<Window> {
    let icons = markers.iter().filter_map(|marker| marker.icon.as_ref()).map(|icon| icon.window);
    let texts = markers.iter().filter_map(|marker| marker.text.as_ref()).flat_map(|text| text.windows.iter().copied());
    let line = attribution(furniture, frame, fonts).map(|(_, window)| window);
    let bar = furniture.scale_bar.then(|| bar(frame).1);
    icons.chain(texts).chain(line).chain(bar).collect()
}

/// Draws markers and furniture.
pub fn draw(
    pixmap: &mut Pixmap,
    markers: &[Placed],
    furniture: &Furniture,
    frame: &MapWindow,
    pen: &mut Typesetter<'_>,
) {
    markers.iter().filter_map(|marker| marker.icon.as_ref()).for_each(|icon| icon.draw(pixmap));
    pen.write(pixmap, markers.iter().filter_map(|marker| marker.text.as_ref()));
    if let Some((text, window)) = attribution(furniture, frame, pen.fonts()) {
        rectangle(pixmap, &window, PAPER);
        pen.write(pixmap, [&text]);
    }
    if furniture.scale_bar {
        scale_bar(pixmap, frame, pen);
    }
}

fn attribution(furniture: &Furniture, frame: &MapWindow, fonts: &Fonts) -> Option<(PlacedText, Window)> {
    let ratio = frame.size.ratio;
    let (width, height) = frame.size.pixels();
    let size = TEXT_SIZE * ratio;
    let end = [width as f32 - 4.0 * ratio, height as f32 - size * 0.75];
    let text = write(fonts, FACE, furniture.attribution.as_ref()?, size, Align::End(end))?;
    let left = text.windows.first()?.low[0] - 4.0 * ratio;
    Some((text, Window { low: [left, height as f32 - size * 1.5], high: [width as f32, height as f32] }))
}

/// The bar's length in metres and pixels, and the room it takes with its text.
fn bar(frame: &MapWindow) -> ((f64, f32), Window) {
    let ratio = frame.size.ratio;
    let (width, height) = frame.size.pixels();
    let longest = f64::from((BAR * ratio).min(width as f32 / 2.0)) * frame.ground();
    let magnitude = 10_f64.powf(longest.log10().floor());
    let metres = [5.0, 2.0, 1.0].map(|step| step * magnitude).into_iter().find(|step| *step <= longest);
    let metres = metres.unwrap_or(magnitude);
    #[expect(clippy::cast_possible_truncation, reason = "at most the bar's longest length")]
    let pixels = (metres / frame.ground()) as f32;
    let (left, bottom) = (8.0 * ratio, height as f32 - 8.0 * ratio);
    let low = [left - 4.0 * ratio, bottom - TEXT_SIZE * ratio * 2.0];
    ((metres, pixels), Window { low, high: [left + pixels + 4.0 * ratio, bottom + 4.0 * ratio] })
}

fn scale_bar(pixmap: &mut Pixmap, frame: &MapWindow, pen: &mut Typesetter<'_>) {
    let ratio = frame.size.ratio;
    let ((metres, length), room) = bar(frame);
    rectangle(pixmap, &room, PAPER);
    let (left, bottom) = (room.low[0] + 4.0 * ratio, room.high[1] - 4.0 * ratio);
    let line = 2.0 * ratio;
    rectangle(pixmap, &Window { low: [left, bottom - line], high: [left + length, bottom] }, INK);
    for x in [left, left + length - line] {
        rectangle(pixmap, &Window { low: [x, bottom - 3.0 * line], high: [x + line, bottom] }, INK);
    }
    let label = if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") };
    let centre = [left + length / 2.0, bottom - TEXT_SIZE * ratio];
    if let Some(text) = write(pen.fonts(), FACE, &label, TEXT_SIZE * ratio, Align::Middle(centre)) {
        pen.write(pixmap, [&text]);
    }
}

/// Where a line of text belongs: around a place, or ending at it.
enum Align {
    Middle(Pixel),
    End(Pixel),
}

fn write(fonts: &Fonts, face: &str, text: &str, size: f32, align: Align) -> Option<PlacedText> {
    let (face, typeface) = fonts.choose(&[face.to_owned()]);
    let setting = Setting::new(typeface, text, 0.0, 0.0)?;
    let line = setting.lines.first()?;
    let (left, middle) = match align {
        Align::Middle([x, y]) => (x - line.width * size / 2.0, y),
        Align::End([x, y]) => (x - line.width * size, y),
    };
    let origin = |along: f32| [left + along * size, middle + typeface.baseline * size];
    let letters = line.letters.iter();
    let letters = letters.map(|(character, along)| PlacedLetter {
        character: *character,
        origin: origin(*along),
        direction: [1.0, 0.0],
    });
    let low = [left, middle - size * 0.6];
    let window = Window { low, high: [left + line.width * size, middle + size * 0.6] };
    let (ink, halo, halo_width) = (INK, Colour::NONE, 0.0);
    Some(PlacedText { face, size, ink, halo, halo_width, letters: letters.collect(), windows: vec![window] })
}

fn rectangle(pixmap: &mut Pixmap, window: &Window, colour: Colour) {
    let Window { low, high } = *window;
    let visible = window.meets(&sight(pixmap));
    if let Some(rect) = Rect::from_ltrb(low[0], low[1], high[0], high[1]).filter(|_| visible) {
        pixmap.fill_rect(rect, &ink(colour), Transform::identity(), None);
    }
}
