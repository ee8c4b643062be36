//! In which CRS the coordinates of a file are.

use std::str::FromStr;

use geo_types::{Coord, Rect};

use super::frame::Header;
use crate::collection::District;
use crate::feature::crs::{Crs, candidates};

/// The answer, and where it comes from, for the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    pub crs: Crs,
    /// The file writes north (latitude) where east (longitude) belongs.
    pub swapped_axes: bool,
    pub because: String,
}

/// No answer, or too many.
#[derive(Debug, Clone, thiserror::Error, PartialEq)]
#[error("{0}")]
pub struct Unlocated(pub String);

/// Decides by what was said, then by the mapping, then by the file, then by where the district lies. `sample` are pairs as
/// the file has them, x and y.
pub fn locate(
    said: Option<Crs>,
    mapping: Option<Crs>,
    header: &Header,
    sample: &[Coord],
    district: &District,
) -> Result<Located, Unlocated> {
    let named = |crs, because: &str| {
        Ok(Located { crs, swapped_axes: is_swapped(crs, sample, district), because: because.to_owned() })
    };
    if let Some(crs) = said {
        return named(crs, "as said");
    }
    if let Some(crs) = mapping {
        return named(crs, "as the mapping says");
    }
    match &header.crs {
        Some(name) if !(header.crs_by_format && contradicts_degrees(sample)) => {
            let crs = Crs::from_str(name).map_err(|error| {
                Unlocated(format!("the CRS of the file cannot be used: {error}; say which it is with --crs"))
            })?;
            let because = if header.crs_by_format { "as the format prescribes" } else { "as the file says" };
            named(crs, because)
        }
        _ => match &header.unknown_crs {
            Some(name) => Err(Unlocated(format!(
                "the CRS of the file, '{name}', is not in the register; say which it is with --crs"
            ))),
            None => guess(sample, district),
        },
    }
}

/// Coordinates that cannot be degrees, in a file that should have them.
fn contradicts_degrees(sample: &[Coord]) -> bool {
    let beyond = sample.iter().filter(|at| at.x.abs() > 180.0 || at.y.abs() > 180.0).count();
    beyond * 2 > sample.len()
}

/// The bounds of the district with its margin, in degrees.
fn bounds(district: &District) -> Rect<f64> {
    let lat = district.margin / 111_320.0;
    let lon = lat / district.bounds.max().y.to_radians().cos().max(0.01);
    let by = Coord { x: lon, y: lat };
    Rect::new(district.bounds.min() - by, district.bounds.max() + by)
}

/// True if nearly nothing lies in the district as it stands, and nearly everything does with the axes swapped.
fn is_swapped(crs: Crs, sample: &[Coord], district: &District) -> bool {
    let Ok(guesses) = candidates(sample, &[crs], bounds(district)) else { return false };
    let share =
        |swapped| guesses.iter().find(|guess| guess.swapped_axes == swapped).map_or(0.0, |guess| guess.share_inside);
    share(false) < 0.1 && share(true) > 0.5
}

fn guess(sample: &[Coord], district: &District) -> Result<Located, Unlocated> {
    let say = "say which it is with --crs";
    if sample.is_empty() {
        return Err(Unlocated(format!(
            "the file does not name its CRS, and none of its first rows has a position; {say}"
        )));
    }
    let guesses =
        candidates(sample, &district.import_crs, bounds(district)).map_err(|error| Unlocated(error.to_string()))?;
    let Some(best) = guesses.first().filter(|best| best.share_inside >= 0.5) else {
        return Err(Unlocated(format!(
            "the file does not name its CRS, and in none of those usual here do its positions lie in the district; {say}"
        )));
    };
    let equals: Vec<String> = guesses
        .iter()
        .filter(|guess| guess.share_inside > best.share_inside - 0.05)
        .map(|guess| format!("{} ({})", guess.crs, guess.crs.title()))
        .collect();
    if equals.len() > 1 {
        return Err(Unlocated(format!(
            "the file does not name its CRS; its positions lie in the district in each of {}; {say}",
            equals.join(", ")
        )));
    }
    let because = format!("guessed: {:.0} % of the first positions lie in the district", best.share_inside * 100.0);
    Ok(Located { crs: best.crs, swapped_axes: best.swapped_axes, because })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn district() -> District {
        District::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/district.toml")))
            .expect("a district")
    }

    fn found(header: &Header, x: f64, y: f64) -> Result<(String, bool), String> {
        locate(None, None, header, &[Coord { x, y }], &district())
            .map(|located| (located.crs.to_string(), located.swapped_axes))
            .map_err(|error| error.0)
    }

    #[test]
    fn a_silent_file_is_placed_where_it_lies_in_the_district() {
        let silent = Header::default();
        let crs = |code: &str, swapped| Ok((code.to_owned(), swapped));
        assert_eq!(found(&silent, 267_397.4, 5_977_269.6), crs("EPSG:25833", false));
        assert_eq!(found(&silent, 33_267_397.4, 5_977_269.6), crs("EPSG:5650", false));
        assert_eq!(found(&silent, 661_655.4, 5_974_265.6), crs("EPSG:25832", false));
        assert_eq!(found(&silent, 53.89, 11.46), crs("EPSG:4326", true));
        assert_eq!(found(&silent, 5_977_269.6, 267_397.4), crs("EPSG:25833", true));
    }

    #[test]
    fn datums_that_cannot_be_told_apart_are_asked_for() {
        let error = found(&Header::default(), 4_464_623.9, 5_974_134.4).expect_err("two answers");
        assert!(error.contains("EPSG:2398") && error.contains("EPSG:31468") && error.contains("--crs"), "{error}");
        assert!(found(&Header::default(), 1.0, 2.0).expect_err("none").contains("--crs"));
    }

    #[test]
    fn geojson_with_metres_is_not_believed_to_be_degrees() {
        let header = Header { crs: Some("OGC:CRS84".into()), crs_by_format: true, ..Header::default() };
        assert_eq!(found(&header, 267_397.4, 5_977_269.6), Ok(("EPSG:25833".to_owned(), false)));
        assert_eq!(found(&header, 11.46, 53.89), Ok(("OGC:CRS84".to_owned(), false)));
    }
}
