//! Reading a grid reference from what people write: any case, with or without spaces, with or without a leading word.

use super::{Precision, Utmref, UtmrefError, zone::GridZone};
use crate::coordinate::{LonLat, geodesic_distance_m};

/// Words that announce a grid reference.
const ANNOUNCEMENTS: [&str; 4] = ["UTM-REF", "UTM REF", "UTMREF", "MGRS"];

/// The parts of a reference as written.
struct Parts {
    zone: Option<u32>,
    /// One to three letters: band and square, or the square alone.
    letters: Vec<char>,
    /// Blocks of digits after the letters.
    blocks: Vec<String>,
}

/// Whether a text is meant as a grid reference, right or wrong; decides which error a person gets to see.
pub(crate) fn resembles_utmref(text: &str) -> bool {
    let text = text.trim().to_uppercase();
    if announced(&text).is_some() {
        return true;
    }
    let Some(parts) = split(&text) else {
        return false;
    };
    let digits: usize = parts.blocks.iter().map(String::len).sum();
    match (parts.zone, parts.letters.len()) {
        (Some(_), 3) => true,
        (Some(_) | None, 2) => (2..=11).contains(&digits),
        _ => false,
    }
}

/// Reads a reference; see [`Utmref::parse`].
pub(super) fn read(text: &str, reference: Option<LonLat>) -> Result<Utmref, UtmrefError> {
    let malformed = || UtmrefError::Malformed(text.chars().take(60).collect());
    let upper = text.trim().to_uppercase();
    let bare = announced(&upper).unwrap_or(&upper);
    let parts = split(bare).ok_or_else(malformed)?;
    let (digits, precision) = digits(&parts.blocks)?;
    match (parts.zone, &parts.letters[..]) {
        (Some(zone), &[band, column, row]) => {
            Utmref::from_parts(GridZone::new(zone, band)?, [column, row], digits, precision)
        }
        (zone, &[column, row]) => complete(zone, [column, row], digits, precision, reference),
        _ => Err(malformed()),
    }
}

/// Completes a square that lacks its band or zone by the nearest one of that name.
fn complete(
    zone: Option<u32>,
    square: [char; 2],
    digits: (u32, u32),
    precision: Precision,
    reference: Option<LonLat>,
) -> Result<Utmref, UtmrefError> {
    let missing = UtmrefError::ZoneMissing { square: square.iter().collect() };
    if let Some(letter) = square.into_iter().find(|letter| matches!(letter, 'I' | 'O')) {
        return Err(UtmrefError::SquareLetter(letter));
    }
    let Some(reference) = reference else {
        return Err(missing);
    };
    let distance = |found: &Utmref| geodesic_distance_m(found.position(), reference);
    let near = GridZone::around(reference, zone).into_iter();
    let found = near.filter_map(|zone| Utmref::from_parts(zone, square, digits, precision).ok());
    // The same cell is found in two bands when its square straddles them; its own band is then the right one.
    let settled = found.filter(|found| GridZone::of(found.zone(), found.position()).is_ok_and(|own| own == found.zone));
    settled.min_by(|a, b| distance(a).total_cmp(&distance(b))).ok_or_else(|| {
        let home = GridZone::around(reference, zone).into_iter().next();
        home.and_then(|home| home.square_origin(square).err()).unwrap_or(missing)
    })
}

/// What follows a leading announcement.
fn announced(upper: &str) -> Option<&str> {
    let rest = ANNOUNCEMENTS.iter().find_map(|word| upper.strip_prefix(word))?;
    Some(rest.trim_start_matches([':', ' ', '=']))
}

/// Splits `32U PE 6165 7426`; `None` when the text is no zone, letters and digits in that order.
fn split(upper: &str) -> Option<Parts> {
    let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | ',' | ';');
    let mut rest = upper.trim_matches(separator);
    let figures = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (zone, tail) = rest.split_at(figures(rest));
    if zone.len() > 2 {
        return None;
    }
    rest = tail.trim_start_matches(separator);
    let mut letters = Vec::new();
    while let Some(letter) = rest.chars().next().filter(char::is_ascii_uppercase) {
        letters.push(letter);
        rest = rest[1..].trim_start_matches(separator);
    }
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        let (block, tail) = rest.split_at(figures(rest));
        if block.is_empty() {
            return None;
        }
        blocks.push(block.to_owned());
        rest = tail.trim_start_matches(separator);
    }
    (1..=3).contains(&letters.len()).then(|| Parts { zone: zone.parse().ok(), letters, blocks })
}

/// Halves the digit blocks into easting and northing.
fn digits(blocks: &[String]) -> Result<((u32, u32), Precision), UtmrefError> {
    let all = blocks.concat();
    if let [east, north] = blocks
        && east.len() != north.len()
    {
        return Err(UtmrefError::UnequalDigits { easting: east.len(), northing: north.len() });
    }
    if !all.len().is_multiple_of(2) {
        return Err(UtmrefError::OddDigits(all.len()));
    }
    let precision = Precision::from_digits(all.len() / 2).ok_or(UtmrefError::TooManyDigits(all.len()))?;
    let (east, north) = all.split_at(all.len() / 2);
    // At most five ASCII digits each; an empty half stands for the corner of the whole square.
    let value = |half: &str| half.parse().unwrap_or(0);
    Ok(((value(east), value(north)), precision))
}
