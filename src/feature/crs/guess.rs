//! Finding the CRS of a file that does not name it: try every candidate and see which puts the points into the district.

use geo_types::{Coord, Rect};

use super::{Crs, CrsError, Transformer};

/// A CRS in which some of a file's points lie inside the district.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// The candidate.
    pub crs: Crs,
    /// Whether the file writes north (latitude) first and east (longitude) second.
    pub swapped_axes: bool,
    /// Share of the sample inside the district, above 0 and up to 1.
    pub share_inside: f64,
}

/// Tries each candidate CRS in both axis orders on a sample of pairs as read (x = first number, y = second).
///
/// `district` is in degrees (x = longitude, y = latitude). Answers the guesses that put at least one point inside, the
/// best first, equals in the order of `crss`. Datums a few hundred metres apart (EPSG:2398 and 31468, or 4258 and 4326)
/// cannot be told apart this way: both are answered and a person has to choose.
///
/// # Errors
/// As [`super::Transformation::new`], when a candidate cannot be transformed to longitude and latitude at all.
pub fn candidates(sample: &[Coord<f64>], crss: &[Crs], district: Rect<f64>) -> Result<Vec<Guess>, CrsError> {
    let transformer = Transformer::new(Some(district));
    let mut guesses = Vec::new();
    for &crs in crss {
        for swapped_axes in [false, true] {
            let mut coords: Vec<_> = sample.iter().map(|c| if swapped_axes { swap(*c) } else { *c }).collect();
            transformer.attempt(crs, Crs::CRS84, &mut coords)?;
            let inside = coords.iter().filter(|coord| contains(district, **coord)).count();
            if inside > 0 {
                guesses.push(Guess { crs, swapped_axes, share_inside: inside as f64 / sample.len() as f64 });
            }
        }
    }
    guesses.sort_by(|a, b| b.share_inside.total_cmp(&a.share_inside));
    Ok(guesses)
}

fn swap(coord: Coord<f64>) -> Coord<f64> {
    Coord { x: coord.y, y: coord.x }
}

/// Whether a point lies in a box; a point that could not be transformed (infinite) does not.
fn contains(bounds: Rect<f64>, coord: Coord<f64>) -> bool {
    let (min, max) = (bounds.min(), bounds.max());
    (min.x..=max.x).contains(&coord.x) && (min.y..=max.y).contains(&coord.y)
}
