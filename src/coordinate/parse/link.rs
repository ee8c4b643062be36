//! Links of map services: Google Maps, Apple, OpenStreetMap, HERE, Waze, Bing, and whoever writes a place alike.
//!
//! What a link points at comes first: its pin, then a place asked for, last the middle of the view, which is as coarse as
//! the view is wide. Short links only their service can open, and three words only what3words.

use percent_encoding::percent_decode_str;

use super::ParseError;
use super::geo_uri::pair;
use crate::coordinate::LonLat;

/// What a link says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Link {
    /// A place, and what its last figures count in degrees.
    Place(LonLat, [f64; 2]),
    /// The middle of a view, and the metres around it in which what is meant may lie.
    View(LonLat, f64),
    /// An address or a name.
    Text(String),
}

const HOSTS: [&str; 9] =
    ["www.", "maps.", "goo.gl/", "google.", "osm.org", "openstreetmap.org", "w3w.co", "what3words.com", "waze.com"];
/// Links that hold nothing of the place.
const SHORT: [&str; 8] = [
    "maps.app.goo.gl/",
    "goo.gl/",
    "g.co/",
    "osm.org/go/",
    "openstreetmap.org/go/",
    "bit.ly/",
    "maps.apple/p/",
    "wa.me/",
];
/// Parameters that name a point.
const POINTS: [&str; 13] =
    ["q", "query", "destination", "daddr", "to", "coordinate", "ll", "sp", "marker", "pin", "point", "at", "address"];
/// Parameters that name the middle of a view.
const VIEWS: [&str; 5] = ["center", "centre", "cp", "sll", "map"];
/// Half of what is seen of a map on a telephone, in pixels.
const VIEW_PX: f64 = 200.0;

/// Reads a link; `None` for what is none.
pub(super) fn read(text: &str) -> Option<Result<Link, ParseError>> {
    let lower = text.to_lowercase();
    if is_three_words(&lower) || lower.contains("what3words.com") || lower.contains("w3w.co/") {
        return Some(Err(ParseError::What3Words));
    }
    let is_link = |piece: &&str| {
        let piece = piece.to_lowercase();
        piece.contains("://") || HOSTS.iter().any(|host| piece.starts_with(host) && piece.contains('/'))
    };
    let link = text.split_whitespace().find(is_link)?;
    let (_, address) = link.split_once("://").unwrap_or(("", link));
    if SHORT.iter().any(|short| address.to_lowercase().trim_start_matches("www.").starts_with(short)) {
        return Some(Err(ParseError::ShortLink));
    }
    Some(of_address(address).ok_or(ParseError::Link))
}

/// `///filled.count.soap`, or three words with full stops and nothing else.
fn is_three_words(text: &str) -> bool {
    let words: Vec<&str> = text.trim_start_matches('/').split('.').collect();
    let is_word = |word: &&str| word.chars().count() >= 3 && word.chars().all(char::is_alphabetic);
    words.len() == 3 && words.iter().all(is_word) && !text.starts_with("www.")
}

fn of_address(address: &str) -> Option<Link> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let (path, rest) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    let parameters: Vec<(String, String)> = rest
        .split(['?', '#', '&'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_lowercase(), decoded(value)))
        .collect();
    let value = |name: &str| parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    let segments: Vec<String> = path.split('/').skip(1).map(decoded).filter(|it| !it.is_empty()).collect();
    let marked = [("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"), ("latitude", "longitude")]
        .into_iter()
        .find_map(|(lat, lon)| pair(&format!("{},{}", value(lat)?, value(lon)?)));
    let points = || POINTS.iter().filter_map(|name| value(name));
    let place = pin(address)
        .or(marked)
        .or_else(|| points().find_map(point))
        .or_else(|| segments.iter().filter(|segment| !segment.starts_with('@')).find_map(|segment| point(segment)));
    if let Some((at, steps)) = place {
        return Some(Link::Place(at, steps));
    }
    let named = |name: &str| segments.iter().position(|it| it == name).and_then(|at| segments.get(at + 1)).cloned();
    let has_letters = |text: &String| text.chars().any(char::is_alphabetic);
    let text = points().map(str::to_owned).find(has_letters).or_else(|| named("place")).or_else(|| named("search"));
    let view = segments.iter().find_map(|segment| view(segment.strip_prefix('@')?));
    let view = view.or_else(|| VIEWS.iter().find_map(|name| self::view(value(name)?)));
    let text = text.filter(|text| has_letters(text) && !text.starts_with('@')).map(Link::Text);
    text.or(view.map(|(at, radius)| Link::View(at, radius)))
}

/// The pin of Google Maps, `!3d53.89!4d11.46`: the last one is what was chosen.
fn pin(address: &str) -> Option<(LonLat, [f64; 2])> {
    let (_, rest) = address.rsplit_once("!3d")?;
    let (lat, rest) = rest.split_once("!4d")?;
    let lon = rest.split(['!', '?', '&', '/', '#']).next()?;
    pair(&format!("{lat},{lon}"))
}

/// `53.89,11.46`, perhaps announced (`loc:`) or followed by a name; Bing writes `point.53.89_11.46_Name`.
fn point(text: &str) -> Option<(LonLat, [f64; 2])> {
    let text = text.trim_start_matches("loc:").trim_start_matches("point.").replace(['_', '~'], ",");
    let figures = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ' ' | '+');
    let end = text.find(|c| !figures(c)).unwrap_or(text.len());
    let parts: Vec<&str> = text[..end].split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let [lat, lon, ..] = parts[..] else { return None };
    // House numbers and postcodes are whole numbers.
    (lat.contains('.') || lon.contains('.')).then(|| pair(&format!("{lat},{lon}"))).flatten()
}

/// `53.89,11.46,17z` or `…,500m` of Google Maps, `17/53.89/11.46` of OpenStreetMap, `53.89~11.46` of Bing.
fn view(text: &str) -> Option<(LonLat, f64)> {
    let by_zoom = |place: LonLat, zoom: f64| {
        let metres_a_pixel = 156_543.034 * place.lat.to_radians().cos() / zoom.clamp(0.0, 22.0).exp2();
        (place, metres_a_pixel * VIEW_PX)
    };
    let parts: Vec<&str> = text.split(['/', ',', '~']).map(str::trim).collect();
    let number = |text: &str| text.trim_end_matches(|c: char| c.is_alphabetic()).parse::<f64>().ok();
    if text.contains('/') {
        let [zoom, lat, lon, ..] = parts[..] else { return None };
        let (place, _) = pair(&format!("{lat},{lon}"))?;
        return Some(by_zoom(place, number(zoom)?));
    }
    let [lat, lon, ref rest @ ..] = parts[..] else { return None };
    let (place, _) = pair(&format!("{lat},{lon}"))?;
    match rest.first() {
        Some(width) if width.ends_with('m') => Some((place, number(width)? / 2.0)),
        Some(zoom) => Some(by_zoom(place, number(zoom)?)),
        None => Some(by_zoom(place, 15.0)),
    }
}
