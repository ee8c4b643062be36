//! From one plane to another by polynomials, because a tile has no time to ask PROJ for every point.
//!
//! Projections are smooth: over a district a polynomial through a few points follows them to less than the width of a
//! hair. A [`Chart`] is made once from PROJ and covers the district; a [`Patch`] is made from a chart for one tile and
//! costs some ten nanoseconds a point. Both are tensor products of Chebyshev polynomials through Chebyshev nodes
//! (Trefethen, "Approximation Theory and Approximation Practice", chapter 3).

use std::f64::consts::PI;

use geo_types::{Coord, Rect};

/// Terms along each axis of a chart: over 300 km the error is far below a tenth of a millimetre.
const CHART: usize = 10;
/// Terms along each axis of a patch.
const PATCH: usize = 4;

/// A projection over a district.
pub type Chart = Surface<CHART>;
/// A projection over a tile.
pub type Patch = Surface<PATCH>;

/// A map from a box to a plane, as sums of `N` × `N` products of Chebyshev polynomials.
#[derive(Debug, Clone)]
pub struct Surface<const N: usize> {
    middle: Coord,
    /// One over half the width and half the height.
    scale: Coord,
    terms: [[Coord; N]; N],
}

impl<const N: usize> Surface<N> {
    /// The places at which the map must be known: `N` × `N` of them, row by row.
    pub fn nodes(area: Rect<f64>) -> Vec<Coord> {
        let (middle, half) = (area.center(), Coord { x: area.width() / 2.0, y: area.height() / 2.0 });
        let at = |k: usize| (PI * (k as f64 + 0.5) / N as f64).cos();
        (0..N)
            .flat_map(|j| (0..N).map(move |i| (i, j)))
            .map(|(i, j)| Coord { x: middle.x + half.x * at(i), y: middle.y + half.y * at(j) })
            .collect()
    }

    /// The map through the images of the nodes of an area.
    pub fn through(area: Rect<f64>, images: &[Coord]) -> Self {
        debug_assert_eq!(images.len(), N * N);
        let cosine: [[f64; N]; N] = std::array::from_fn(|term| {
            std::array::from_fn(|node| {
                let weight = if term == 0 { 1.0 } else { 2.0 } / N as f64;
                weight * (PI * term as f64 * (node as f64 + 0.5) / N as f64).cos()
            })
        });
        // First along the rows, then along the columns.
        let mut rows = [[Coord { x: 0.0, y: 0.0 }; N]; N];
        for (j, row) in rows.iter_mut().enumerate() {
            for (term, sum) in row.iter_mut().enumerate() {
                for (i, image) in images[j * N..(j + 1) * N].iter().enumerate() {
                    *sum = *sum + *image * cosine[term][i];
                }
            }
        }
        let mut terms = [[Coord { x: 0.0, y: 0.0 }; N]; N];
        for (down, row) in terms.iter_mut().enumerate() {
            for (across, sum) in row.iter_mut().enumerate() {
                for (j, part) in rows.iter().enumerate() {
                    *sum = *sum + part[across] * cosine[down][j];
                }
            }
        }
        let one_over = |length: f64| if length > 0.0 { 2.0 / length } else { 0.0 };
        Self { middle: area.center(), scale: Coord { x: one_over(area.width()), y: one_over(area.height()) }, terms }
    }

    /// Where a place of the area comes to lie.
    #[inline]
    pub fn at(&self, place: Coord) -> Coord {
        let across = chebyshev::<N>((place.x - self.middle.x) * self.scale.x);
        let down = chebyshev::<N>((place.y - self.middle.y) * self.scale.y);
        let mut image = Coord { x: 0.0, y: 0.0 };
        for (row, height) in self.terms.iter().zip(down) {
            let (mut x, mut y) = (0.0, 0.0);
            for (term, value) in row.iter().zip(across) {
                x += term.x * value;
                y += term.y * value;
            }
            image.x += x * height;
            image.y += y * height;
        }
        image
    }

    /// A box that holds the image of a box within the area. A straight edge becomes a curve, so the edges are followed
    /// and the result is widened by what a curve may bulge between two points.
    pub fn bounds(&self, area: Rect<f64>) -> Rect<f64> {
        const STEPS: usize = 4;
        let (low, high) = (area.min(), area.max());
        let mut min = Coord { x: f64::INFINITY, y: f64::INFINITY };
        let mut max = Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
        let mut hold = |image: Coord| {
            min = Coord { x: min.x.min(image.x), y: min.y.min(image.y) };
            max = Coord { x: max.x.max(image.x), y: max.y.max(image.y) };
        };
        if low == high {
            hold(self.at(low));
        } else {
            for step in 0..=STEPS {
                let part = step as f64 / STEPS as f64;
                let (x, y) = (low.x + (high.x - low.x) * part, low.y + (high.y - low.y) * part);
                hold(self.at(Coord { x, y: low.y }));
                hold(self.at(Coord { x, y: high.y }));
                hold(self.at(Coord { x: low.x, y }));
                hold(self.at(Coord { x: high.x, y }));
            }
        }
        // The curvature of the projections at hand stays below 3e-7 a metre up to 60° N; of a chord of length c a curve
        // strays by c² / 8 of that.
        let chord = area.width().max(area.height()) / STEPS as f64;
        let bulge = Coord { x: 1.0, y: 1.0 } * (chord * chord * 1e-7);
        Rect::new(min - bulge, max + bulge)
    }
}

/// The first `N` Chebyshev polynomials of the first kind.
#[inline]
fn chebyshev<const N: usize>(at: f64) -> [f64; N] {
    let mut values = [1.0; N];
    if N > 1 {
        values[1] = at;
    }
    for k in 2..N {
        values[k] = 2.0 * at * values[k - 1] - values[k - 2];
    }
    values
}
