//! How a place is shown, copied and read out. Everything written here is read again by [`parse`](super::parse()).

use super::{LonLat, Precision, Utmref, UtmrefError};

/// Language of the reader: decides comma or point, and O or E for east.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// German: `53,89160° N 11,46000° O`.
    De,
    /// English: `53.89160° N 11.46000° E`.
    En,
}

/// The UTMREF in the grid zone of the place's longitude: `32U PE 6165 7426`.
///
/// Ten metres ([`Precision::M10`]) is what is spoken on the radio.
///
/// # Errors
/// [`UtmrefError::Polar`].
pub fn utmref(place: LonLat, precision: Precision) -> Result<String, UtmrefError> {
    Utmref::at(place, precision).map(|reference| reference.to_string())
}

/// The UTMREF in the groups in which it is spoken: `32 U PE 6165 7426`.
///
/// # Errors
/// [`UtmrefError::Polar`].
pub fn spoken_utmref(place: LonLat, precision: Precision) -> Result<String, UtmrefError> {
    let reference = Utmref::at(place, precision)?;
    let written = reference.to_string();
    let number = reference.zone().to_string();
    Ok(format!("{number} {}", &written[number.len()..]))
}

/// Degrees with five decimals (one metre): `53,89160° N 11,46000° O`.
pub fn decimal_degrees(place: LonLat, language: Language) -> String {
    let one = |value: f64, letter| format!("{}° {letter}", decimal(value.abs(), 5, language));
    pair(place, language, one)
}

/// Degrees and minutes with three decimals (two metres): `53° 53,496' N 11° 27,600' O`.
pub fn degrees_minutes(place: LonLat, language: Language) -> String {
    let mut out = Vec::with_capacity(32);
    write_degrees_minutes(place, language, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends [`degrees_minutes`], without the formatting machinery: an answer for a crew holds a dozen of them.
pub fn write_degrees_minutes(place: LonLat, language: Language, out: &mut Vec<u8>) {
    let [north, east] = letters(place, language);
    write_angle(place.lat, north, language, out);
    out.push(b' ');
    write_angle(place.lon, east, language, out);
}

fn write_angle(value: f64, letter: char, language: Language, out: &mut Vec<u8>) {
    // Rounded as a whole number of thousandths first, so that no minute ever reads 60.
    let thousandths = (value.abs() * 60_000.0).round() as u32;
    let (degrees, rest) = (thousandths / 60_000, thousandths % 60_000);
    let mut text = *b"000\xC2\xB0 00,000' N";
    text[..3].copy_from_slice(&digits::<3>(degrees));
    text[6..8].copy_from_slice(&digits::<2>(rest / 1_000));
    text[8] = if language == Language::De { b',' } else { b'.' };
    text[9..12].copy_from_slice(&digits::<3>(rest % 1_000));
    text[14] = letter as u8;
    let first = usize::from(degrees < 100) + usize::from(degrees < 10);
    out.extend_from_slice(&text[first..]);
}

/// The last `N` decimal digits of a number, zeros before it.
#[inline]
pub fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut text = [b'0'; N];
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    text
}

fn pair(place: LonLat, language: Language, one: impl Fn(f64, char) -> String) -> String {
    let [north, east] = letters(place, language);
    format!("{} {}", one(place.lat, north), one(place.lon, east))
}

/// The letters behind latitude and longitude.
fn letters(place: LonLat, language: Language) -> [char; 2] {
    let east = if language == Language::De { 'O' } else { 'E' };
    [if place.lat < 0.0 { 'S' } else { 'N' }, if place.lon < 0.0 { 'W' } else { east }]
}

fn decimal(value: f64, decimals: usize, language: Language) -> String {
    let text = format!("{value:.decimals$}");
    if language == Language::De { text.replace('.', ",") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinate::{Context, parse};

    const WISMAR_BAY: LonLat = LonLat { lon: 11.46, lat: 53.8916 };

    #[test]
    fn a_place_is_written_in_both_languages() {
        assert_eq!(utmref(WISMAR_BAY, Precision::M10).unwrap(), "32U PE 6165 7426");
        assert_eq!(spoken_utmref(WISMAR_BAY, Precision::M1).unwrap(), "32 U PE 61655 74265");
        assert_eq!(decimal_degrees(WISMAR_BAY, Language::De), "53,89160° N 11,46000° O");
        assert_eq!(decimal_degrees(WISMAR_BAY, Language::En), "53.89160° N 11.46000° E");
        assert_eq!(degrees_minutes(WISMAR_BAY, Language::De), "53° 53,496' N 11° 27,600' O");
        assert_eq!(degrees_minutes(WISMAR_BAY, Language::En), "53° 53.496' N 11° 27.600' E");
        let south_west = LonLat { lon: -0.999_999_9, lat: -33.1 };
        assert_eq!(degrees_minutes(south_west, Language::En), "33° 06.000' S 1° 00.000' W");
    }

    #[test]
    fn what_is_written_is_read_again() {
        for step in 0..200 {
            let place = LonLat { lon: -170.0 + f64::from(step) * 1.7003, lat: -79.0 + f64::from(step) * 0.8007 };
            for language in [Language::De, Language::En] {
                for text in [decimal_degrees(place, language), degrees_minutes(place, language)] {
                    let read = parse(&text, &Context::default()).unwrap().position().unwrap();
                    assert!((read.lon - place.lon).abs() < 1e-5 && (read.lat - place.lat).abs() < 1e-5, "{text}");
                }
            }
            let spoken = spoken_utmref(place, Precision::M1).unwrap();
            let read = parse(&spoken, &Context::default()).unwrap().position().unwrap();
            assert!((read.lat - place.lat).abs() < 1e-5, "{spoken}");
        }
    }
}
