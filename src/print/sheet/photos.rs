//! What the nearest water looks like: the first photo of some sources in a row, each with the number of its source.

use std::sync::Arc;

use krilla::geom::{Path, PathBuilder, Size, Transform};
use krilla::image::Image;

use super::badge;
use super::content::Water;
use super::pen::{Pen, WHITE, Weight, rectangle};
use crate::files::{FirstPhoto, Note};

/// Height of the row, points.
pub const ROW: f32 = 92.0;
const GAP: f32 = 8.0;
/// What is drawn on a photo, as on screens (web/src/photo/Notes.svelte).
const INK: [u8; 3] = [209, 0, 28];
const STROKE: f32 = 1.2;
const LETTERS: f32 = 7.0;
/// Handle of a curve that is a quarter of an ellipse.
const HANDLE: f32 = 0.552_284_8;

/// Draws the photos from left to right, the upper left corner of the row at a point.
pub fn draw(pen: &mut Pen<'_, '_>, photos: &[FirstPhoto], water: &Water, [x, y, width]: [f32; 3]) {
    let room = (width - GAP * (photos.len().max(1) - 1) as f32) / photos.len().max(1) as f32;
    let mut left = x;
    for photo in photos {
        let Some(source) = water.sources.iter().find(|source| source.id == photo.object) else { continue };
        let proportion = photo.width as f32 / photo.height.max(1) as f32;
        let (wide, high) = if ROW * proportion <= room { (ROW * proportion, ROW) } else { (room, room / proportion) };
        if lay(pen, photo, [left, y, wide, high]) {
            let corner = [left + badge::RADIUS + 2.0, y + badge::RADIUS + 2.0];
            badge::draw(pen, &source.status, Some(source.number), corner);
            left += wide + GAP;
        }
    }
}

/// Lays a photo on the page with what is drawn on it; false where it cannot be read, which is no reason for having no sheet.
fn lay(pen: &mut Pen<'_, '_>, photo: &FirstPhoto, [x, y, width, height]: [f32; 4]) -> bool {
    let image = Image::from_jpeg(Arc::new(photo.picture.to_vec()).into(), false);
    let (Ok(image), Some(size), Some(window)) =
        (image, Size::from_wh(width, height), rectangle([0.0, 0.0, width, height]))
    else {
        return false;
    };
    pen.surface.push_transform(&Transform::from_translate(x, y));
    pen.surface.push_clip_path(&window, &krilla::paint::FillRule::NonZero);
    pen.surface.draw_image(image, size);
    for note in &photo.notes {
        note_over(pen, note, [width, height]);
    }
    pen.surface.pop();
    pen.surface.pop();
    true
}

#[expect(clippy::cast_possible_truncation, reason = "places on a photo")]
fn note_over(pen: &mut Pen<'_, '_>, note: &Note, [width, height]: [f32; 2]) {
    let at = |[x, y]: [f64; 2]| [x as f32 * width, y as f32 * height];
    let path = match note {
        Note::Text { at: place, text } => {
            let [x, y] = at(*place);
            let text = pen.letters.printable(text);
            let wide = pen.letters.width(&text, Weight::Bold, LETTERS);
            pen.block([x - 1.0, y - LETTERS / 2.0 - 1.0, wide + 2.0, LETTERS + 2.0], WHITE, 0.85);
            pen.text([x, y + LETTERS * 0.36], &text, Weight::Bold, LETTERS, INK);
            return;
        }
        Note::Arrow { from, to } => arrow(at(*from), at(*to)),
        Note::Circle { from, to } => ellipse(at(*from), at(*to)),
        Note::Line { points } => line(points.iter().map(|point| at(*point))),
    };
    if let Some(path) = path {
        pen.stroke(&path, 2.0 * STROKE, WHITE, None);
        pen.stroke(&path, STROKE, INK, None);
    }
}

fn line(points: impl Iterator<Item = [f32; 2]>) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (nth, [x, y]) in points.enumerate() {
        if nth == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.finish()
}

fn arrow([from_x, from_y]: [f32; 2], [x, y]: [f32; 2]) -> Option<Path> {
    let angle = (y - from_y).atan2(x - from_x);
    let barb = |turn: f32| {
        let (sine, cosine) = (angle + turn).sin_cos();
        [x - 6.0 * STROKE * cosine, y - 6.0 * STROKE * sine]
    };
    let mut path = PathBuilder::new();
    path.move_to(from_x, from_y);
    path.line_to(x, y);
    let [one, other] = [barb(0.5), barb(-0.5)];
    path.move_to(one[0], one[1]);
    path.line_to(x, y);
    path.line_to(other[0], other[1]);
    path.finish()
}

/// The ellipse in the box between two corners.
fn ellipse(from: [f32; 2], to: [f32; 2]) -> Option<Path> {
    let [x, y] = [0, 1].map(|k| f32::midpoint(from[k], to[k]));
    let [across, down] = [0, 1].map(|k| (to[k] - from[k]).abs() / 2.0);
    let (handle_x, handle_y) = (across * HANDLE, down * HANDLE);
    let mut path = PathBuilder::new();
    path.move_to(x + across, y);
    path.cubic_to(x + across, y + handle_y, x + handle_x, y + down, x, y + down);
    path.cubic_to(x - handle_x, y + down, x - across, y + handle_y, x - across, y);
    path.cubic_to(x - across, y - handle_y, x - handle_x, y - down, x, y - down);
    path.cubic_to(x + handle_x, y - down, x + across, y - handle_y, x + across, y);
    path.close();
    path.finish()
}
