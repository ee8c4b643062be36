//! Metres: UTM with its zone in any of its places, and Gauss-Krüger.

use super::said::Said;
use super::scan::{Number, Token};
use super::{Context, Note, ParseError, Place, Projected, Reading};
use crate::coordinate::{Datum, LonLat, transverse_mercator::TransverseMercator};

/// No degree is that large, no coordinate in metres that small.
const LEAST_M: f64 = 1_000.0;
/// Northings of Germany in UTM and Gauss-Krüger (47° to 56° N).
const GERMANY_M: std::ops::Range<f64> = 5_200_000.0..6_210_000.0;
/// Eastings within a UTM zone and some overlap.
const UTM_EASTING_M: std::ops::Range<f64> = 100_000.0..900_000.0;
/// Northing of the end of UTM at 84° N, and some overlap.
const POLE_M: f64 = 9_400_000.0;
/// How far the rough Gauss-Krüger place may be off, in degrees, when it only has to pick the zone.
const ROUGH_DEG: f64 = 0.05;

/// Words that add nothing to the numbers.
///
/// X and Y are among them: surveyors call the northing X, everyone else the easting, so they tell nothing.
const NOISE: [&str; 11] = ["UTM", "ZONE", "GK", "GAUSS", "KRÜGER", "KRUEGER", "M", "NORD", "NÖRDLICH", "X", "Y"];

/// Which axis a number in metres was said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    East,
    North,
}

/// Whether the numbers are metres: any is too large for degrees.
pub(super) fn are_meant(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token, Token::Number(number) if number.value >= LEAST_M))
}

/// Reads two numbers of metres, with a zone before them or within the easting.
pub(super) fn read(tokens: &[Token], said: Said, context: &Context) -> Result<Reading, ParseError> {
    let numbers: Vec<Number> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    if numbers.iter().any(|number| number.negative) {
        return Err(ParseError::Sign);
    }
    match numbers[..] {
        [first, second] if said.is_system() => stated(&orders(first.value, second.value, &sides(tokens)?), said),
        [zone, first, second] if zone.value < LEAST_M && !said.is_system() => {
            let (band, rest) = zone_and_band(tokens);
            let orders = orders(first.value, second.value, &sides(rest)?);
            with_zone(zone, band, &orders)
        }
        [first, second] => without_zone(&orders(first.value, second.value, &sides(tokens)?), context),
        _ => Err(ParseError::Count(numbers.len())),
    }
}

/// The letter right behind the zone, and the tokens after it.
fn zone_and_band(tokens: &[Token]) -> (Option<&str>, &[Token]) {
    let at = tokens.iter().position(|token| matches!(token, Token::Number(_))).unwrap_or(0);
    match tokens.get(at + 1) {
        Some(Token::Word(word)) if word.chars().count() == 1 => (Some(word), &tokens[at + 2..]),
        _ => (None, tokens.get(at + 1..).unwrap_or_default()),
    }
}

/// The axes named by letters or labels, in order of appearance.
fn sides(tokens: &[Token]) -> Result<Vec<Side>, ParseError> {
    let mut sides = Vec::new();
    for token in tokens {
        let Token::Word(word) = token else { continue };
        match word.as_str() {
            "E" | "O" | "ME" | "OST" | "OSTWERT" | "EASTING" | "EAST" | "R" | "RW" | "RECHTS" | "RECHTSWERT" => {
                sides.push(Side::East);
            }
            "N" | "MN" | "NORDWERT" | "NORTHING" | "NORTH" | "H" | "HW" | "HOCH" | "HOCHWERT" => {
                sides.push(Side::North);
            }
            noise if NOISE.contains(&noise) => {}
            _ => return Err(ParseError::Word(word.clone())),
        }
    }
    Ok(sides)
}

/// The ways to take two numbers as (easting, northing).
fn orders(first: f64, second: f64, sides: &[Side]) -> Vec<(f64, f64)> {
    match sides {
        [Side::East, Side::North] => vec![(first, second)],
        [Side::North, Side::East] => vec![(second, first)],
        _ => vec![(first, second), (second, first)],
    }
}

/// UTM with its zone, and perhaps its band, before the numbers.
fn with_zone(zone: Number, band: Option<&str>, orders: &[(f64, f64)]) -> Result<Reading, ParseError> {
    if zone.decimals.is_some() || !(1.0..=60.0).contains(&zone.value) {
        return Err(ParseError::Zone(zone.value));
    }
    // A whole number from 1 to 60.
    let number = zone.value as u8;
    let fits = |order: &&(f64, f64)| UTM_EASTING_M.contains(&order.0) && (0.0..=10_000_000.0).contains(&order.1);
    let &(easting, northing) = orders.iter().find(fits).ok_or(ParseError::Metres)?;
    let grid = TransverseMercator::utm(number);
    let north = grid.inverse(easting, northing);
    // N and S may be bands near the equator or the word for the hemisphere; the northing tells.
    let southern = match band {
        None => false,
        Some("N") => false,
        Some("S") => !(31.0..41.0).contains(&north.lat),
        Some(letter) => letter < "N",
    };
    let position = if southern { grid.inverse(easting, northing - 10_000_000.0) } else { north };
    if !southern && northing > POLE_M {
        return Err(ParseError::Metres);
    }
    let band_fits = band.is_none_or(|letter| matches!(letter, "N" | "S") || in_band(letter, position.lat));
    if !band_fits {
        return Err(ParseError::Band { band: band.unwrap_or_default().to_owned(), northing });
    }
    let epsg = utm_epsg(number, southern);
    Ok(reading(Projected { epsg, alternatives: &[], easting, northing, position: Some(position) }, Vec::new()))
}

/// Two numbers in a system that was said.
fn stated(orders: &[(f64, f64)], said: Said) -> Result<Reading, ParseError> {
    let whole = |found: Option<(Projected, LonLat)>| {
        found.map(|(projected, _)| reading(projected, Vec::new())).ok_or(ParseError::Metres)
    };
    let zone = |code: u32| match code {
        25_828..=25_838 => Some(code - 25_800),
        32_601..=32_660 => Some(code - 32_600),
        _ => None,
    };
    match said.crs {
        Some(5_649 | 4_647 | 5_650 | 325_833) => whole(orders.iter().find_map(|(e, n)| prefixed_utm(*e, *n))),
        Some(code) if zone(code).is_some() => {
            let zone = Number { value: f64::from(zone(code).unwrap_or_default()), negative: false, decimals: None };
            with_zone(zone, None, orders)
        }
        Some(code) if Datum::of(code).is_none() => Err(ParseError::System(code)),
        _ => whole(orders.iter().find_map(|(e, n)| gauss_krueger(*e, *n, said))),
    }
}

/// ETRS89 where it is defined, WGS 84 elsewhere.
fn utm_epsg(zone: u8, southern: bool) -> u32 {
    let base = match (southern, zone) {
        (true, _) => 32_700,
        (false, 28..=37) => 25_800,
        (false, _) => 32_600,
    };
    base + u32::from(zone)
}

/// Whether a latitude lies in a lettered band, or a degree beside it.
fn in_band(letter: &str, lat: f64) -> bool {
    let Some(index) = "CDEFGHJKLMNPQRSTUVWX".find(letter) else {
        return false;
    };
    let south = index as f64 * 8.0 - 80.0;
    let height = if letter == "X" { 12.0 } else { 8.0 };
    (south - 1.0..south + height + 1.0).contains(&lat)
}

/// Two numbers alone: the zone stands before the easting, or the district tells it.
fn without_zone(orders: &[(f64, f64)], context: &Context) -> Result<Reading, ParseError> {
    let stated: Vec<_> = orders
        .iter()
        .filter_map(|&(e, n)| prefixed_utm(e, n).or_else(|| gauss_krueger(e, n, Said::default())))
        .collect();
    let near = |(_, place): &&(Projected, LonLat)| context.holds(*place, ROUGH_DEG) == Some(true);
    let inside: Vec<_> = stated.iter().filter(near).collect();
    // East of 13.5° E a northing may look like an easting of zone 5: then the district decides, or nobody.
    let chosen = match (&inside[..], &stated[..]) {
        ([only], _) => Some(only.0),
        (_, [only]) => Some(only.0),
        (_, []) => None,
        (_, [first, ..]) if first.0.easting == first.0.northing => Some(first.0),
        _ => return Err(ParseError::Order),
    };
    if let Some(projected) = chosen {
        return Ok(reading(projected, Vec::new()));
    }
    let plain = orders.iter().find(|(e, n)| UTM_EASTING_M.contains(e) && GERMANY_M.contains(n));
    let &(easting, northing) = plain.ok_or(ParseError::Metres)?;
    let zones = [31, 32, 33].map(|zone| (zone, TransverseMercator::utm(zone).inverse(easting, northing)));
    match zones.iter().filter(|(_, place)| context.holds(*place, ROUGH_DEG) == Some(true)).collect::<Vec<_>>()[..] {
        [&(zone, position)] => {
            let epsg = utm_epsg(zone, false);
            let projected = Projected { epsg, alternatives: &[], easting, northing, position: Some(position) };
            Ok(reading(projected, vec![Note::ZoneCompleted]))
        }
        _ => Err(ParseError::ZoneMissing),
    }
}

/// UTM with the zone as the first two digits of the easting: EPSG:5649, 4647 and 5650.
fn prefixed_utm(easting: f64, northing: f64) -> Option<(Projected, LonLat)> {
    let (zone, within) = ((easting / 1e6).floor(), easting % 1e6);
    let (zone, epsg) = [(31, 5649), (32, 4647), (33, 5650)].into_iter().find(|(z, _)| f64::from(*z) == zone)?;
    if !UTM_EASTING_M.contains(&within) || !GERMANY_M.contains(&northing) {
        return None;
    }
    let position = TransverseMercator::utm(zone).inverse(within, northing);
    Some((Projected { epsg, alternatives: &[], easting, northing, position: Some(position) }, position))
}

/// Gauss-Krüger with the zone as the first digit, or said; the place answered is rough.
///
/// The same figures are written on two datums: DHDN (west, and the register's usual code) and Pulkovo 1942(83) (east).
fn gauss_krueger(easting: f64, northing: f64, said: Said) -> Option<(Projected, LonLat)> {
    let told = said.zone.or_else(|| said.crs.and_then(Datum::zone));
    let (digit, within) = ((easting / 1e6).floor(), easting % 1e6);
    let zone = match told {
        Some(zone) if digit == 0.0 || digit == f64::from(zone) => zone,
        Some(_) => return None,
        None => (2..=5).find(|zone| f64::from(*zone) == digit)?,
    };
    if !(200_000.0..800_000.0).contains(&within) || !GERMANY_M.contains(&northing) {
        return None;
    }
    let easting = f64::from(zone) * 1e6 + within;
    let (epsg, alternatives): (u32, &'static [u32]) = match said.datum.or_else(|| said.crs.and_then(Datum::of)) {
        Some(datum) => (datum.epsg(zone)?, &[]),
        None => (
            Datum::Dhdn.epsg(zone)?,
            match zone {
                3 => &[2397],
                4 => &[2398],
                5 => &[2399],
                _ => &[],
            },
        ),
    };
    let rough = TransverseMercator::roughly_gauss_krueger(zone).inverse(easting, northing);
    Some((Projected { epsg, alternatives, easting, northing, position: None }, rough))
}

fn reading(projected: Projected, notes: Vec<Note>) -> Reading {
    Reading { place: Place::Projected(projected), notes, radius: std::f64::consts::FRAC_1_SQRT_2 }
}
