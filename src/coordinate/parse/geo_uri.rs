//! `geo:` addresses (RFC 5870), and the form Android passes on (`geo:0,0?q=53.89,11.46(name)`).

use crate::coordinate::LonLat;

/// What `geo:0,0?q=…` asks for, where that is no pair of numbers.
pub(super) fn named(rest: &str) -> Option<String> {
    let (path, query) = rest.split_once('?')?;
    let asked = query.split('&').find_map(|part| part.strip_prefix("q="))?;
    let text = percent_encoding::percent_decode_str(&asked.replace('+', " ")).decode_utf8_lossy().into_owned();
    let is_nowhere = pair(path.split(';').next()?).is_some_and(|(place, _)| place == LonLat { lon: 0.0, lat: 0.0 });
    (is_nowhere && text.chars().any(char::is_alphabetic) && pair(text.split('(').next()?).is_none()).then_some(text)
}

/// Reads what follows `geo:`: the place, and what the last figures of both numbers count in degrees. `None` when it is
/// malformed or not in WGS 84.
pub(super) fn read(rest: &str) -> Option<(LonLat, [f64; 2])> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = path.split(';');
    let place = pair(parts.next()?)?;
    let foreign = |part: &str| {
        part.split_once('=')
            .is_some_and(|(key, value)| key.eq_ignore_ascii_case("crs") && !value.eq_ignore_ascii_case("wgs84"))
    };
    if parts.any(foreign) {
        return None;
    }
    // 0,0 with a query is how apps say "the place is in the query".
    let asked = query.split('&').find_map(|part| part.strip_prefix("q="));
    match asked {
        Some(asked) if place.0 == (LonLat { lon: 0.0, lat: 0.0 }) => pair(asked.split('(').next()?),
        _ => Some(place),
    }
}

/// Reads `latitude,longitude` with an optional height.
pub(super) fn pair(text: &str) -> Option<(LonLat, [f64; 2])> {
    let texts: Vec<&str> = text.split(',').map(str::trim).collect();
    let numbers: Vec<f64> = texts.iter().map(|text| text.parse().ok()).collect::<Option<_>>()?;
    let (&[lat, lon] | &[lat, lon, _]) = &numbers[..] else {
        return None;
    };
    let step = |text: &str| 0.1_f64.powi(text.split_once('.').map_or(0, |(_, decimals)| decimals.len().min(9) as i32));
    let place = ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(LonLat { lon, lat })?;
    Some((place, [step(texts[0]), step(texts[1])]))
}
