//! Degrees, with minutes and seconds or without, with direction letters or without.

use super::scan::{Mark, Number, Token};
use super::{Context, Note, ParseError, Place, Reading};
use crate::coordinate::LonLat;

/// How far outside the district bare numbers may lie and still show their order, in degrees (some 40 km).
const NEARBY_DEG: f64 = 0.5;
/// The coarsest statement that is a place: a tenth of a minute, some 185 m.
const COARSEST_DEG: f64 = 1.0 / 600.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Latitude,
    Longitude,
}

/// What a direction says: the axis, whether it counts negative, and whether a sign may stand beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Direction {
    axis: Axis,
    negative: bool,
    /// A label such as "Breite" instead of a letter such as N.
    label: bool,
}

/// One coordinate.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Angle {
    degrees: f64,
    /// A sign was written before it.
    negative: bool,
    /// What its last figure counts, in degrees.
    step: f64,
}

/// Tokens with words understood and marks joined to their numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Item {
    Number(Number, Option<Mark>),
    Direction(Direction),
    Break,
}

type Parts = Vec<(Number, Option<Mark>)>;

/// Reads two coordinates in degrees.
pub(super) fn read(tokens: &[Token], context: &Context) -> Result<Reading, ParseError> {
    let (items, longitude_first) = items(tokens)?;
    let directions: Vec<Direction> = items
        .iter()
        .filter_map(|item| match item {
            Item::Direction(direction) => Some(*direction),
            _ => None,
        })
        .collect();
    match directions[..] {
        [] => {
            let [first, second] = halves(&items)?.map(|parts| angle(&parts));
            let (first, second) = (first?, second?);
            let reading = ordered(first.degrees, second.degrees, longitude_first, context)?;
            fine_enough([first.step, second.step])?;
            let radius = reading.position().map_or(0.0, |place| open_m(place, [first.step, second.step]));
            Ok(Reading { radius, ..reading })
        }
        [first, second] => {
            let groups = groups(&items)?;
            let angles = [angle(&groups[0])?, angle(&groups[1])?];
            let place = directed([(first, angles[0]), (second, angles[1])])?;
            let steps = angles.map(|angle| angle.step);
            fine_enough(steps)?;
            Ok(Reading { place: Place::Geographic(place), notes: Vec::new(), radius: open_m(place, steps) })
        }
        _ => Err(ParseError::Directions),
    }
}

/// Understands words and joins marks to numbers; also whether a WKT word says that longitude comes first.
fn items(tokens: &[Token]) -> Result<(Vec<Item>, bool), ParseError> {
    let (mut items, mut longitude_first) = (Vec::new(), false);
    for token in tokens {
        match token {
            Token::Number(number) => items.push(Item::Number(*number, None)),
            Token::Break => items.push(Item::Break),
            Token::Mark(mark) => match items.last_mut() {
                Some(Item::Number(_, empty @ None)) => *empty = Some(*mark),
                _ => return Err(ParseError::Marks),
            },
            Token::Word(word) if word == "POINT" => longitude_first = true,
            // "n. Br." and "ö. L." say the direction twice.
            Token::Word(word) if matches!(word.as_str(), "BR" | "L") => {}
            Token::Word(word) => {
                let direction = direction(word).ok_or_else(|| ParseError::Word(word.clone()))?;
                match items.last() {
                    // "östlicher Länge": the letter or adjective already said it.
                    Some(Item::Direction(last)) if last.axis == direction.axis && direction.label => {}
                    _ => items.push(Item::Direction(direction)),
                }
            }
        }
    }
    Ok((items, longitude_first))
}

fn direction(word: &str) -> Option<Direction> {
    let (axis, negative, label) = match word {
        "N" | "NORD" | "NORTH" | "NÖRDL" | "NÖRDLICH" | "NÖRDLICHE" | "NÖRDLICHER" => {
            (Axis::Latitude, false, false)
        }
        "S" | "SÜD" | "SUED" | "SOUTH" | "SÜDL" | "SÜDLICH" | "SÜDLICHE" | "SÜDLICHER" => {
            (Axis::Latitude, true, false)
        }
        "E" | "O" | "Ö" | "OST" | "EAST" | "ÖSTL" | "ÖSTLICH" | "ÖSTLICHE" | "ÖSTLICHER" => {
            (Axis::Longitude, false, false)
        }
        "W" | "WEST" | "WESTL" | "WESTLICH" | "WESTLICHE" | "WESTLICHER" => (Axis::Longitude, true, false),
        "LAT" | "LATITUDE" | "BREITE" | "BREITENGRAD" => (Axis::Latitude, false, true),
        "LON" | "LNG" | "LONG" | "LONGITUDE" | "LÄNGE" | "LAENGE" | "LÄNGENGRAD" => (Axis::Longitude, false, true),
        _ => return None,
    };
    Some(Direction { axis, negative, label })
}

/// The numbers that belong to each of two directions, which stand before their numbers or behind them.
fn groups(items: &[Item]) -> Result<[Parts; 2], ParseError> {
    let runs: Vec<Parts> = items.split(|item| matches!(item, Item::Direction(_))).map(parts).collect();
    let [before, between, behind] = <[Parts; 3]>::try_from(runs).map_err(|_| ParseError::Directions)?;
    match (before.is_empty(), between.is_empty(), behind.is_empty()) {
        (true, false, false) => Ok([between, behind]),
        (false, false, true) => Ok([before, between]),
        (true, true, true) => Err(ParseError::Count(0)),
        _ => Err(ParseError::Directions),
    }
}

fn parts(items: &[Item]) -> Parts {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Number(number, mark) => Some((*number, *mark)),
            _ => None,
        })
        .collect()
}

/// Splits numbers without directions: at the only break, before the second degree mark, or in the middle.
fn halves(items: &[Item]) -> Result<[Parts; 2], ParseError> {
    let pieces: Vec<Parts> = items.split(|item| *item == Item::Break).map(parts).filter(|p| !p.is_empty()).collect();
    if let [first, second] = &pieces[..] {
        return Ok([first.clone(), second.clone()]);
    }
    let all = parts(items);
    let degree_marks = all.iter().enumerate().filter(|(_, (_, mark))| *mark == Some(Mark::Degrees));
    let cut = match degree_marks.map(|(index, _)| index).collect::<Vec<_>>()[..] {
        [0, second] => second,
        _ if matches!(all.len(), 2 | 4 | 6) && pieces.len() == 1 => all.len() / 2,
        _ => return Err(ParseError::Count(all.len())),
    };
    Ok([all[..cut].to_vec(), all[cut..].to_vec()])
}

/// One coordinate from its parts.
fn angle(parts: &[(Number, Option<Mark>)]) -> Result<Angle, ParseError> {
    let expected = [Mark::Degrees, Mark::Minutes, Mark::Seconds];
    if parts.is_empty() || parts.len() > expected.len() {
        return Err(ParseError::Count(parts.len()));
    }
    let (mut degrees, mut unit, mut step) = (0.0, 1.0, 1.0);
    for (index, ((number, mark), expected)) in parts.iter().zip(expected).enumerate() {
        if mark.is_some_and(|mark| mark != expected) {
            return Err(ParseError::Marks);
        }
        if index + 1 < parts.len() && number.decimals.is_some() {
            return Err(ParseError::Fraction);
        }
        if index > 0 && number.negative {
            return Err(ParseError::Sign);
        }
        if index > 0 && number.value >= 60.0 {
            let unit = if index == 1 { "minutes" } else { "seconds" };
            return Err(ParseError::Sixty { unit, value: number.value });
        }
        degrees += number.value / unit;
        step = 0.1_f64.powi(number.decimals.unwrap_or(0).min(9).cast_signed()) / unit;
        unit *= 60.0;
    }
    let negative = parts[0].0.negative;
    Ok(Angle { degrees: if negative { -degrees } else { degrees }, negative, step })
}

/// Two coordinates that say which is which.
fn directed(coordinates: [(Direction, Angle); 2]) -> Result<LonLat, ParseError> {
    if coordinates.iter().any(|(direction, angle)| !direction.label && angle.negative) {
        return Err(ParseError::Sign);
    }
    let values = coordinates.map(|(direction, angle)| if direction.negative { -angle.degrees } else { angle.degrees });
    match coordinates.map(|(direction, _)| direction.axis) {
        [Axis::Latitude, Axis::Longitude] => place(values[0], values[1]),
        [Axis::Longitude, Axis::Latitude] => place(values[1], values[0]),
        [Axis::Latitude, _] => Err(ParseError::SameAxis("latitude")),
        [Axis::Longitude, _] => Err(ParseError::SameAxis("longitude")),
    }
}

/// Refuses two coordinates of which neither is fine enough to go to. Programs leave zeros at the end out, so the finer one
/// speaks for both.
pub(super) fn fine_enough([first, second]: [f64; 2]) -> Result<(), ParseError> {
    // A little more, for a tenth of a minute is no number of a computer.
    if first.min(second) > COARSEST_DEG * 1.001 { Err(ParseError::Coarse) } else { Ok(()) }
}

/// Metres that the last figures of two coordinates leave open around a place; the finer one speaks for both.
pub(super) fn open_m(place: LonLat, [first, second]: [f64; 2]) -> f64 {
    const METRES_A_DEGREE: f64 = 111_320.0;
    first.min(second) / 2.0 * METRES_A_DEGREE * 1.0_f64.hypot(place.lat.to_radians().cos())
}

/// Two coordinates that do not say which is which: the order that lies in or near the district, else latitude first.
fn ordered(first: f64, second: f64, longitude_first: bool, context: &Context) -> Result<Reading, ParseError> {
    let reading = |place, notes| Ok(Reading { place: Place::Geographic(place), notes, radius: 0.0 });
    if longitude_first {
        return reading(place(second, first)?, Vec::new());
    }
    let (usual, swapped) = (place(first, second), place(second, first));
    let near = |place: &Result<LonLat, ParseError>| {
        place.as_ref().is_ok_and(|place| context.holds(*place, NEARBY_DEG) == Some(true))
    };
    match (near(&usual), near(&swapped)) {
        (true, true) if first != second => Err(ParseError::Order),
        (true, _) => reading(usual?, Vec::new()),
        (false, true) => reading(swapped?, vec![Note::LongitudeFirst]),
        (false, false) => reading(usual?, vec![Note::OrderAssumed]),
    }
}

fn place(lat: f64, lon: f64) -> Result<LonLat, ParseError> {
    if !(-90.0..=90.0).contains(&lat) {
        return Err(ParseError::OutOfRange { axis: "latitude", value: lat });
    }
    if !(-180.0..=180.0).contains(&lon) {
        return Err(ParseError::OutOfRange { axis: "longitude", value: lon });
    }
    Ok(LonLat { lon, lat })
}
