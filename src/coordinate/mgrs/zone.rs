//! Grid zones and 100 km squares: which exist, how they are lettered and where they lie.

use super::UtmrefError;
use crate::coordinate::LonLat;
use crate::coordinate::transverse_mercator::{TransverseMercator, degrees_east};

/// Bands from 80° S, each 8° high; the last, X, is 12° high.
const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";
/// Column letters of zones 1, 2, 3; they repeat every three zones.
const COLUMNS: [&str; 3] = ["ABCDEFGH", "JKLMNPQR", "STUVWXYZ"];
/// Row letters of odd zones from the equator; even zones start five later. They repeat every 2000 km.
const ROWS: &str = "ABCDEFGHJKLMNPQRSTUV";
const SQUARE_M: i32 = 100_000;
/// How far beyond its zone a square is still taken, in degrees: maps along the edge carry one zone's grid across.
const OVERLAP_DEG: f64 = 1.0;

/// A zone number and a latitude band that exist together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct GridZone {
    number: u8,
    /// Place of its letter among the bands.
    band: u8,
}

/// The UTM zone of a place, with the exceptions for south-west Norway (32V) and Svalbard (31X–37X).
pub fn natural_zone(place: LonLat) -> u8 {
    let lon = (place.lon + 180.0).rem_euclid(360.0) - 180.0;
    let plain = ((lon + 180.0) / 6.0).floor().clamp(0.0, 59.0) as u8 + 1;
    if (56.0..64.0).contains(&place.lat) && (3.0..12.0).contains(&lon) {
        return 32;
    }
    if (72.0..=84.0).contains(&place.lat) && (0.0..42.0).contains(&lon) {
        return match lon {
            ..9.0 => 31,
            9.0..21.0 => 33,
            21.0..33.0 => 35,
            _ => 37,
        };
    }
    plain
}

impl GridZone {
    pub(super) fn new(number: u32, band: char) -> Result<Self, UtmrefError> {
        let index = BANDS.find(band).ok_or(UtmrefError::Band(band))?;
        Self::with_band(number, index)
    }

    /// The zone in the band with a letter at a place of [`BANDS`].
    fn with_band(number: u32, index: usize) -> Result<Self, UtmrefError> {
        let zone = u8::try_from(number).ok().filter(|zone| (1..=60).contains(zone));
        let number = zone.ok_or(UtmrefError::ZoneNumber(number))?;
        let found = Self { number, band: index as u8 };
        if found.is_last() && matches!(number, 32 | 34 | 36) {
            return Err(UtmrefError::NoSuchZone { zone: number, band: found.band() });
        }
        Ok(found)
    }

    /// The grid zone of that number at the latitude of a place.
    pub(super) fn of(number: u8, place: LonLat) -> Result<Self, UtmrefError> {
        if !(-80.0..=84.0).contains(&place.lat) {
            return Err(UtmrefError::Polar(place.lat));
        }
        let index = (((place.lat + 80.0) / 8.0) as usize).min(BANDS.len() - 1);
        Self::with_band(u32::from(number), index)
    }

    /// The zones a square without a grid zone may lie in: those around a place. `number` fixes the zone if it was given.
    pub(super) fn around(place: LonLat, number: Option<u32>) -> Vec<Self> {
        let here = u32::from(natural_zone(place));
        let numbers = match number {
            Some(number) => vec![number],
            None => vec![here, (here + 58) % 60 + 1, here % 60 + 1],
        };
        let bands = || {
            [0.0, -8.0, 8.0]
                .into_iter()
                .filter_map(|step| Self::of(1, LonLat { lat: place.lat + step, ..place }).ok())
                .map(|zone| usize::from(zone.band))
        };
        numbers
            .into_iter()
            .flat_map(|number| bands().filter_map(move |band| Self::with_band(number, band).ok()))
            .collect()
    }

    pub(super) fn number(self) -> u8 {
        self.number
    }

    pub(super) fn band(self) -> char {
        letter(BANDS, usize::from(self.band)).unwrap_or('X')
    }

    /// True in the northernmost band, which is higher than the others.
    fn is_last(self) -> bool {
        usize::from(self.band) == BANDS.len() - 1
    }

    /// Southern and northern latitude of the band.
    fn latitudes(self) -> (f64, f64) {
        let south = f64::from(self.band) * 8.0 - 80.0;
        (south, if self.is_last() { 84.0 } else { south + 8.0 })
    }

    /// Western and eastern edge of the zone as offsets in degrees from its central meridian.
    fn half_widths(self) -> (f64, f64) {
        match (self.number, self.band()) {
            (31, 'V') => (-3.0, 0.0),
            (32, 'V') => (-6.0, 3.0),
            (31, 'X') => (-3.0, 6.0),
            (33 | 35, 'X') => (-6.0, 6.0),
            (37, 'X') => (-6.0, 3.0),
            _ => (-3.0, 3.0),
        }
    }

    /// The south-west corner of a lettered square, in metres in the zone.
    pub(super) fn square_origin(self, square: [char; 2]) -> Result<(i32, i32), UtmrefError> {
        let [column, row] = square;
        for letter in square {
            if matches!(letter, 'I' | 'O') || !letter.is_ascii_uppercase() {
                return Err(UtmrefError::SquareLetter(letter));
            }
        }
        let allowed = columns(self.number);
        let unknown = UtmrefError::Column { column, zone: self.number, allowed };
        let east = allowed.find(column).ok_or(unknown)? as i32 + 1;
        let row = ROWS.find(row).ok_or(UtmrefError::Row(row))? as i32;
        let north = (row - row_shift(self.number)).rem_euclid(20);
        // The letter comes round every 2000 km; the band, at most 1400 km high, decides between them.
        let origins = (-5..5).map(|turn| (east * SQUARE_M, (turn * 20 + north) * SQUARE_M));
        let mut fitting = origins.filter(|origin| self.check_square(square, *origin).is_ok());
        fitting.next().ok_or_else(|| self.no_such_square(square))
    }

    /// True if the place lies within the zone, widened by the overlap, and within the band.
    pub(super) fn holds(self, place: LonLat) -> bool {
        let ((south, north), (west, east)) = (self.latitudes(), self.half_widths());
        let away = self.away(place.lon);
        south < place.lat && place.lat < north && west - OVERLAP_DEG < away && away < east + OVERLAP_DEG
    }

    /// Degrees east of the zone's central meridian.
    fn away(self, lon: f64) -> f64 {
        degrees_east(f64::from(self.number) * 6.0 - 183.0, lon)
    }

    /// Refuses a square that does not touch the zone (widened by the overlap) and the band.
    pub(super) fn check_square(self, square: [char; 2], origin: (i32, i32)) -> Result<(), UtmrefError> {
        let grid = TransverseMercator::utm(self.number);
        let [west, east] = [origin.0, origin.0 + SQUARE_M].map(f64::from);
        let [south, north] = [origin.1, origin.1 + SQUARE_M].map(f64::from);
        if south.abs().max(north.abs()) > 9_500_000.0 {
            return Err(self.no_such_square(square));
        }
        let corners = [(west, south), (east, south), (west, north), (east, north)].map(|(e, n)| grid.inverse(e, n));
        // Squares meet on the central meridian, so the corners hold the extremes of latitude and longitude.
        let away = corners.map(|corner| self.away(corner.lon));
        let (min_lat, max_lat) = range(corners.map(|corner| corner.lat));
        let (min_lon, max_lon) = range(away);
        let ((band_south, band_north), (zone_west, zone_east)) = (self.latitudes(), self.half_widths());
        let meets_band = max_lat > band_south && min_lat < band_north;
        let meets_zone = max_lon > zone_west - OVERLAP_DEG && min_lon < zone_east + OVERLAP_DEG;
        if meets_band && meets_zone { Ok(()) } else { Err(self.no_such_square(square)) }
    }

    fn no_such_square(self, square: [char; 2]) -> UtmrefError {
        UtmrefError::NoSuchSquare { square: square.iter().collect(), zone: self.number, band: self.band() }
    }
}

/// Least and greatest of four numbers.
fn range(values: [f64; 4]) -> (f64, f64) {
    let [first, rest @ ..] = values;
    rest.iter().fold((first, first), |(min, max), value| (min.min(*value), max.max(*value)))
}

/// A letter of a row of ASCII letters.
fn letter(letters: &str, nth: usize) -> Option<char> {
    letters.as_bytes().get(nth).copied().map(char::from)
}

fn columns(zone: u8) -> &'static str {
    COLUMNS[usize::from(zone.wrapping_sub(1)) % 3]
}

fn row_shift(zone: u8) -> i32 {
    if zone.is_multiple_of(2) { 5 } else { 0 }
}

/// The letters of the square with that south-west corner; `None` outside the eight columns of a zone.
pub(super) fn square_letters(zone: u8, origin: (i32, i32)) -> Option<[char; 2]> {
    let column = usize::try_from(origin.0 / SQUARE_M - 1).ok()?;
    let row = (origin.1.div_euclid(SQUARE_M) + row_shift(zone)).rem_euclid(20);
    Some([letter(columns(zone), column)?, letter(ROWS, row as usize)?])
}
