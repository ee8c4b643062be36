//! A number that tells the state of its water, in black on white: the same on the map, in the table and in the legend.
//!
//! Ready is a black disc, restricted half of one, not verified a broken ring; what is out of service is no disc but a square,
//! crossed.

use krilla::geom::{Path, PathBuilder};

use super::pen::{BLACK, GREY, Pen, WHITE, Weight, circle, rectangle};

/// Radius of a badge, points.
pub const RADIUS: f32 = 7.0;
/// Size of its number.
const SIZE: f32 = 8.0;
/// Handle of a curve that is a quarter of a circle.
const HANDLE: f32 = 0.552_284_8;

/// Draws the badge of a state around a point, with a number where there is one.
pub fn draw(pen: &mut Pen<'_, '_>, status: &str, number: Option<usize>, at: [f32; 2]) {
    let [x, y] = at;
    let square = rectangle([x - RADIUS, y - RADIUS, 2.0 * RADIUS, 2.0 * RADIUS]);
    let shape = if status == "out_of_service" { square } else { circle(at, RADIUS) };
    let Some(shape) = shape else { return };
    let ink = if status == "ready" { WHITE } else { BLACK };
    pen.fill(&shape, if status == "ready" { BLACK } else { WHITE }, 1.0);
    match status {
        "ready" => pen.stroke(&shape, 1.0, WHITE, None),
        "restricted" => {
            if let Some(half) = lower_half(at) {
                pen.fill(&half, GREY, 0.45);
            }
            pen.stroke(&shape, 1.3, BLACK, None);
        }
        "out_of_service" => pen.stroke(&shape, 1.3, BLACK, None),
        _ => pen.stroke(&shape, 1.2, BLACK, Some([2.2, 1.6])),
    }
    if status == "out_of_service" {
        let arm = RADIUS * 0.86;
        // Under the number, which must be read all the same.
        pen.line(&[[x - arm, y + arm], [x + arm, y - arm]], 1.4, [185, 185, 185], None);
        pen.line(&[[x - arm, y - arm], [x + arm, y + arm]], 1.4, [185, 185, 185], None);
    }
    if let Some(number) = number {
        pen.text_at([x, y + 0.36 * SIZE], &number.to_string(), Weight::Bold, SIZE, ink);
    }
}

fn lower_half([x, y]: [f32; 2]) -> Option<Path> {
    let handle = RADIUS * HANDLE;
    let mut path = PathBuilder::new();
    path.move_to(x + RADIUS, y);
    path.cubic_to(x + RADIUS, y + handle, x + handle, y + RADIUS, x, y + RADIUS);
    path.cubic_to(x - handle, y + RADIUS, x - RADIUS, y + handle, x - RADIUS, y);
    path.close();
    path.finish()
}
