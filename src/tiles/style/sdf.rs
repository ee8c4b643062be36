//! Signed distance fields of outlines: what a map program wants instead of a picture of a letter.
//!
//! Each pixel says how far its centre is from the outline, so that a letter can be drawn at any size and with a halo. The
//! numbers are those MapLibre expects: 0 at 6 px outside, 192 on the outline, 255 at 2 px inside, linear in between
//! (radius 8, cutoff 0.25).

/// Pixels around the outline's box that the field covers.
pub const BUFFER: i32 = 3;
/// Distance over which the field falls from 255 to 0.
const RADIUS: f32 = 8.0;
/// Which part of that lies inside.
const CUTOFF: f32 = 0.25;
/// Pieces a curve is cut into; at letters of 24 px the cut is under a hundredth of a pixel off.
const PIECES: u16 = 12;

/// An outline as straight pieces, y upwards, in pixels.
#[derive(Debug, Default)]
pub struct Outline {
    pieces: Vec<[f32; 4]>,
    start: [f32; 2],
    at: [f32; 2],
    scale: f32,
}

/// A field, row by row from the top.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub pixels: Vec<u8>,
    /// Without the buffer.
    pub width: u32,
    pub height: u32,
    /// Of the first pixel inside the buffer: its left edge and its top edge above the baseline.
    pub left: i32,
    pub top: i32,
}

impl Outline {
    /// An empty outline, whose coordinates will be multiplied by `scale`.
    pub fn scaled(scale: f32) -> Self {
        Self { scale, ..Self::default() }
    }

    fn line(&mut self, to: [f32; 2]) {
        if to != self.at {
            self.pieces.push([self.at[0], self.at[1], to[0], to[1]]);
        }
        self.at = to;
    }

    /// Cuts a curve, given by its place at a share of its course.
    fn curve(&mut self, place: impl Fn(f32) -> [f32; 2]) {
        for piece in 1..=PIECES {
            self.line(place(f32::from(piece) / f32::from(PIECES)));
        }
    }

    fn px(&self, x: f32, y: f32) -> [f32; 2] {
        [x * self.scale, y * self.scale]
    }

    /// The field; `None` for an outline with nothing in it, such as that of a space.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a letter is some dozens of pixels wide"
    )]
    #[expect(clippy::cast_precision_loss, reason = "the same")]
    pub fn field(&self) -> Option<Field> {
        let over = |k: usize| self.pieces.iter().flat_map(move |piece| [piece[k], piece[k + 2]]);
        let low = |k| over(k).reduce(f32::min).map(f32::floor);
        let high = |k| over(k).reduce(f32::max).map(f32::ceil);
        let (left, right, bottom, top) = (low(0)? as i32, high(0)? as i32, low(1)? as i32, high(1)? as i32);
        let (width, height) = ((right - left).max(0), (top - bottom).max(0));
        let mut pixels = Vec::with_capacity(((width + 2 * BUFFER) * (height + 2 * BUFFER)) as usize);
        for row in 0..height + 2 * BUFFER {
            let y = (top + BUFFER - row) as f32 - 0.5;
            for column in 0..width + 2 * BUFFER {
                let x = (left - BUFFER + column) as f32 + 0.5;
                let distance = self.distance([x, y]);
                let value = 255.0 - 256.0 * (distance / RADIUS + CUTOFF);
                pixels.push(value.round().clamp(0.0, 255.0) as u8);
            }
        }
        Some(Field { pixels, width: width as u32, height: height as u32, left, top })
    }

    /// From a point to the outline, negative inside; inside is where the outline winds around.
    fn distance(&self, [x, y]: [f32; 2]) -> f32 {
        let (mut nearest, mut winding) = (f32::INFINITY, 0);
        for &[ax, ay, bx, by] in &self.pieces {
            let (dx, dy) = (bx - ax, by - ay);
            let along = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            let (ox, oy) = (ax + along * dx - x, ay + along * dy - y);
            nearest = nearest.min(ox * ox + oy * oy);
            let side = dx * (y - ay) - (x - ax) * dy;
            if ay <= y && by > y && side > 0.0 {
                winding += 1;
            } else if ay > y && by <= y && side < 0.0 {
                winding -= 1;
            }
        }
        let distance = nearest.sqrt();
        if winding == 0 { distance } else { -distance }
    }
}

impl ttf_parser::OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.px(x, y);
        self.at = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.line(self.px(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, by, to) = (self.at, self.px(x1, y1), self.px(x, y));
        self.curve(|t| [0, 1].map(|k| (1.0 - t).powi(2) * from[k] + 2.0 * t * (1.0 - t) * by[k] + t * t * to[k]));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (from, one, two, to) = (self.at, self.px(x1, y1), self.px(x2, y2), self.px(x, y));
        self.curve(|t| {
            let s = 1.0 - t;
            [0, 1]
                .map(|k| s.powi(3) * from[k] + 3.0 * s * s * t * one[k] + 3.0 * s * t * t * two[k] + t.powi(3) * to[k])
        });
    }

    fn close(&mut self) {
        self.line(self.start);
    }
}

#[cfg(test)]
mod tests {
    use ttf_parser::OutlineBuilder;

    use super::*;

    /// A square of 8 px with its lower left corner at (2, 1).
    fn square() -> Field {
        let mut outline = Outline::scaled(1.0);
        outline.move_to(2.0, 1.0);
        outline.line_to(2.0, 9.0);
        outline.line_to(10.0, 9.0);
        outline.line_to(10.0, 1.0);
        outline.close();
        outline.field().expect("a field")
    }

    #[test]
    fn a_field_covers_the_outline_and_three_pixels_around_it() {
        let field = square();
        assert_eq!((field.left, field.top, field.width, field.height), (2, 9, 8, 8));
        assert_eq!(field.pixels.len(), 14 * 14);
    }

    #[test]
    fn half_a_pixel_inside_is_above_the_outlines_value_and_half_a_pixel_outside_as_much_below() {
        let field = square();
        // The middle of the left edge: columns -3 … 10 around the outline, whose edge lies between the third and fourth.
        let row = &field.pixels[7 * 14..8 * 14];
        assert_eq!(&row[..6], &[111, 143, 175, 207, 239, 255]);
        assert_eq!(row[13], 111);
    }

    #[test]
    fn a_corner_is_as_far_as_it_is_and_a_hole_is_outside() {
        let field = square();
        let corner = (2.5_f32 * 2.5 + 2.5 * 2.5).sqrt();
        assert_eq!(f32::from(field.pixels[0]), (255.0 - 256.0 * (corner / 8.0 + 0.25)).round());
        let mut ring = Outline::scaled(1.0);
        for (low, high, turn) in [(0.0, 12.0, false), (4.0, 8.0, true)] {
            ring.move_to(low, low);
            let (x, y) = if turn { (low, high) } else { (high, low) };
            ring.line_to(x, y);
            ring.line_to(high, high);
            ring.line_to(y, x);
            ring.close();
        }
        let field = ring.field().expect("a field");
        let middle = field.pixels[(3 + 6) * 18 + 3 + 6];
        assert!(middle < 191, "{middle}");
    }

    #[test]
    fn nothing_has_no_field() {
        assert_eq!(Outline::scaled(1.0).field(), None);
    }
}
