//! In which CRS the coordinates of a file are.

use std::str::FromStr;

use geo_types::{Coord, Rect};

use super::frame::Header;
use crate::collection::{District, Label, Language};
use crate::coordinate::{Datum, LonLat, geodesic_distance_m};
use crate::feature::crs::{Crs, CrsError, Guess, candidates};

/// Places nearer than this, in metres, are the same whichever CRS is meant.
const SAME_M: f64 = 1.0;

/// The answer, and where it comes from, for the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    pub crs: Crs,
    /// The file writes north (latitude) where east (longitude) belongs.
    pub swapped_axes: bool,
    pub because: Label,
}

/// No answer, or too many.
#[derive(Debug, Clone, thiserror::Error, PartialEq)]
#[error("{}", .0.en)]
pub struct Unlocated(pub Label);

impl Unlocated {
    fn new(de: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Label::new(de, en))
    }
}

/// Decides by what was said, then by the mapping, then by the file, then by where the district lies. `sample` are pairs as
/// the file has them, x and y.
pub fn locate(
    said: Option<Crs>,
    mapping: Option<Crs>,
    header: &Header,
    sample: &[Coord],
    district: &District,
) -> Result<Located, Unlocated> {
    let named = |crs, de: &str, en: &str| {
        Ok(Located { crs, swapped_axes: is_swapped(crs, sample, district), because: Label::new(de, en) })
    };
    if let Some(crs) = said {
        return named(crs, "wie angegeben", "as said");
    }
    if let Some(crs) = mapping {
        return named(crs, "laut Mapping", "as the mapping says");
    }
    match &header.crs {
        Some(name) if !(header.crs_by_format && contradicts_degrees(sample)) => {
            let crs = Crs::from_str(name).map_err(|error| {
                Unlocated::new(
                    format!("Das Koordinatensystem der Datei ist nicht brauchbar ({error}); --crs legt es fest"),
                    format!("the CRS of the file cannot be used: {error}; say which it is with --crs"),
                )
            })?;
            match header.crs_by_format {
                true => named(crs, "vom Format vorgeschrieben", "as the format prescribes"),
                false => named(crs, "laut Datei", "as the file says"),
            }
        }
        _ => match &header.unknown_crs {
            Some(name) => Err(Unlocated::new(
                format!("Das Koordinatensystem der Datei, „{name}“, ist nicht bekannt; --crs legt es fest"),
                format!("the CRS of the file, '{name}', is not in the register; say which it is with --crs"),
            )),
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

/// A CRS in which the sample lies in the district, and where its first position then is.
struct Candidate {
    guess: Guess,
    at: LonLat,
}

impl Candidate {
    fn apart(&self, other: &Self) -> f64 {
        geodesic_distance_m(self.at, other.at)
    }
}

fn guess(sample: &[Coord], district: &District) -> Result<Located, Unlocated> {
    let (sagt, say) = ("--crs legt es fest", "say which it is with --crs");
    if sample.is_empty() {
        return Err(Unlocated::new(
            format!("Die Datei nennt kein Koordinatensystem, und keine der ersten Zeilen hat eine Lage; {sagt}"),
            format!("the file does not name its CRS, and none of its first rows has a position; {say}"),
        ));
    }
    let found = likeliest(sample, district)?;
    let Some(best) = found.first() else {
        return Err(Unlocated::new(
            format!(
                "Die Datei nennt kein Koordinatensystem, und in keinem der hier üblichen liegen ihre Positionen im Kreis; \
                 {sagt}"
            ),
            format!(
                "the file does not name its CRS, and in none of those usual here do its positions lie in the district; \
                 {say}"
            ),
        ));
    };
    let share = best.guess.share_inside * 100.0;
    let located =
        |one: &Candidate, because| Located { crs: one.guess.crs, swapped_axes: one.guess.swapped_axes, because };
    let others: Vec<&Candidate> = found[1..].iter().filter(|other| best.apart(other) > SAME_M).collect();
    if others.is_empty() {
        let because = Label::new(
            format!("erschlossen: {share:.0} % der ersten Positionen liegen im Kreis"),
            format!("guessed: {share:.0} % of the first positions lie in the district"),
        );
        return Ok(located(best, because));
    }
    if let Some(chosen) = by_order(&found, district) {
        let others = |language| named(found.iter().filter(|other| chosen.apart(other) > SAME_M), chosen, language);
        let because = Label::new(
            format!("nach der Reihenfolge des Kreises; möglich wäre auch {}", others(Language::De)),
            format!("by the order of the district; it might also be {}", others(Language::En)),
        );
        return Ok(located(chosen, because));
    }
    let all = |language| named(std::iter::once(best).chain(others.iter().copied()), best, language);
    Err(Unlocated::new(
        format!(
            "Die Datei nennt kein Koordinatensystem; ihre Positionen liegen in jedem von diesen im Kreis: {}; {sagt}, \
             zum Beispiel --crs {}",
            all(Language::De),
            best.guess.crs
        ),
        format!(
            "the file does not name its CRS; its positions lie in the district in each of {}; {say}, for example --crs {}",
            all(Language::En),
            best.guess.crs
        ),
    ))
}

/// The CRSs in which most of the sample lies in the district, the likeliest first.
fn likeliest(sample: &[Coord], district: &District) -> Result<Vec<Candidate>, Unlocated> {
    let unusable = |error: CrsError| Unlocated::new(error.to_string(), error.to_string());
    let transformer = district.frame().transformer;
    let mut crss = district.import_crs.clone();
    crss.extend(gauss_krueger(sample).filter(|crs| !district.import_crs.contains(crs)));
    let guesses = candidates(sample, &crss, bounds(district)).map_err(unusable)?;
    let least = guesses.first().map_or(1.0, |best| best.share_inside - 0.05).max(0.5);
    let (mut found, mut unusual) = (Vec::new(), Vec::new());
    for guess in guesses.into_iter().filter(|guess| guess.share_inside >= least) {
        let first = sample.first().copied().unwrap_or_default();
        let first = if guess.swapped_axes { Coord { x: first.y, y: first.x } } else { first };
        let at = transformer.coord(guess.crs, Crs::CRS84, first).map_err(unusable)?;
        // A datum that was never used there is not meant where there is another, unless files of the district come in it.
        let is_usual = district.import_crs.contains(&guess.crs) || guess.crs.is_used_near(at);
        let candidate = Candidate { guess, at: LonLat { lon: at.x, lat: at.y } };
        if is_usual { found.push(candidate) } else { unusual.push(candidate) }
    }
    Ok(if found.is_empty() { unusual } else { found })
}

/// Gauss-Krüger on both datums in the zone that the figures name: whoever has one of them usual must hear of the other.
fn gauss_krueger(sample: &[Coord]) -> impl Iterator<Item = Crs> {
    let figures = sample.first().map_or([0.0; 2], |at| [at.x, at.y]);
    let zones = figures.map(|figure| (figure / 1e6) as u8);
    let codes = zones.into_iter().flat_map(|zone| [Datum::Dhdn, Datum::Pulkovo83].map(|datum| datum.epsg(zone)));
    codes.flatten().filter_map(|code| Crs::from_epsg(code).ok())
}

/// Which of several datums the district says is usual; only Gauss-Krüger has such an order.
fn by_order<'a>(found: &'a [Candidate], district: &District) -> Option<&'a Candidate> {
    let datum = |crs: Crs| crs.epsg().and_then(Datum::of);
    if found.iter().any(|one| datum(one.guess.crs).is_none()) {
        return None;
    }
    district.gauss_krueger.iter().find_map(|usual| found.iter().find(|one| datum(one.guess.crs) == datum(*usual)))
}

/// Candidates by name, with their distance from one of them.
fn named<'a>(all: impl Iterator<Item = &'a Candidate>, from: &Candidate, language: Language) -> String {
    let names: Vec<String> = all
        .map(|one| {
            // The register knows 42/83 by its Russian name only.
            let (crs, title) =
                (one.guess.crs, one.guess.crs.title().replace("Pulkovo 1942(83)", "42/83, Pulkovo 1942"));
            match (one.apart(from).round(), language) {
                (0.0, _) => format!("{crs} ({title})"),
                (metres, Language::De) => format!("{crs} ({title}, {metres} m entfernt)"),
                (metres, Language::En) => format!("{crs} ({title}, {metres} m away)"),
            }
        })
        .collect();
    names.join(", ")
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
            .map_err(|error| error.to_string())
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
        // Zone 5 is not among those usual here, but its figures name it.
        for (x, codes) in [(4_464_623.9, ["EPSG:2398", "EPSG:31468"]), (5_267_100.0, ["EPSG:2399", "EPSG:31469"])] {
            let error = found(&Header::default(), x, 5_974_134.4).expect_err("two answers");
            assert!(codes.iter().all(|code| error.contains(code)) && error.contains("--crs"), "{error}");
            assert!(error.contains(" m away"), "{error}");
        }
        assert!(found(&Header::default(), 1.0, 2.0).expect_err("none").contains("--crs"));
    }

    #[test]
    fn the_order_of_the_district_decides_between_datums_and_says_so() {
        let mut district = district();
        district.gauss_krueger = vec![Crs::from_epsg(2398).expect("a CRS"), Crs::from_epsg(31468).expect("a CRS")];
        let at = Coord { x: 4_464_623.9, y: 5_974_134.4 };
        let located = locate(None, None, &Header::default(), &[at], &district).expect("decided");
        assert_eq!(located.crs.to_string(), "EPSG:2398");
        assert!(located.because.en.contains("EPSG:31468") && located.because.de.contains("Reihenfolge des Kreises"));
        // What was said goes before.
        let said = Crs::from_epsg(31468).ok();
        assert_eq!(
            locate(said, None, &Header::default(), &[at], &district).expect("said").crs.to_string(),
            "EPSG:31468"
        );
        // A district that expects one of them hears of the other all the same.
        district.gauss_krueger.clear();
        district.import_crs.retain(|crs| crs.epsg() != Some(2398));
        assert!(locate(None, None, &Header::default(), &[at], &district).is_err());
    }

    #[test]
    fn systems_that_mean_the_same_place_are_not_asked_for() {
        let mut district = district();
        district.import_crs.push(Crs::from_epsg(32633).expect("a CRS"));
        let at = Coord { x: 267_397.4, y: 5_977_269.6 };
        let located = locate(None, None, &Header::default(), &[at], &district).expect("the same place");
        assert_eq!(located.crs.to_string(), "EPSG:25833");
    }

    #[test]
    fn geojson_with_metres_is_not_believed_to_be_degrees() {
        let header = Header { crs: Some("OGC:CRS84".into()), crs_by_format: true, ..Header::default() };
        assert_eq!(found(&header, 267_397.4, 5_977_269.6), Ok(("EPSG:25833".to_owned(), false)));
        assert_eq!(found(&header, 11.46, 53.89), Ok(("OGC:CRS84".to_owned(), false)));
    }
}
