//! The Hilbert curve along which features are laid out, in memory and in the tree.

use super::tree::Bounds;

/// Where along the Hilbert curve the centre of a box lies. There is one curve for all collections and all times, through
/// squares of a quarter of a metre, so that what was laid out along it earlier need not be put in order again.
pub fn hilbert_of(bounds: &Bounds) -> u64 {
    const STEPS_A_METRE: f64 = 4.0;
    // The middle of the curve's square lies at the origin; what lies outside (there is no such place) is put on its edge.
    let step = |centre: f64| (centre * STEPS_A_METRE + f64::from(1u32 << (ORDER - 1))).clamp(0.0, LAST) as u32;
    hilbert(step(f64::midpoint(bounds.min_x, bounds.max_x)), step(f64::midpoint(bounds.min_y, bounds.max_y)))
}

/// Order of the curve: its square is 268,000 km wide.
const ORDER: u32 = 30;
const LAST: f64 = ((1u32 << ORDER) - 1) as f64;

/// Distance along the Hilbert curve (the classic rotate-and-flip walk from the highest bit down).
fn hilbert(mut x: u32, mut y: u32) -> u64 {
    let mut distance = 0u64;
    for bit in (0..ORDER).rev() {
        let (right, upper) = (x >> bit & 1, y >> bit & 1);
        distance = distance << 2 | u64::from((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                x = !x;
                y = !y;
            }
            std::mem::swap(&mut x, &mut y);
        }
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_on_the_hilbert_curve_are_neighbours_in_the_plane() {
        let mut cells: Vec<(u64, u32, u32)> =
            (0..32).flat_map(|x| (0..32).map(move |y| (hilbert(x << 25, y << 25), x, y))).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            assert_eq!(pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2), 1);
        }
    }
}
