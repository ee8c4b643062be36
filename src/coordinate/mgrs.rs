//! UTMREF, the military grid reference system (MGRS), as fire services speak it: `32U PE 6165 7426`.
//!
//! A reference names a square cell, not a point: two digits a side fewer make a cell ten times as wide. Digits are cut
//! off, never rounded, so that a coarser reference still names the cell that contains the finer one. What a reader gets
//! is the south-west corner and the width; the [position](Utmref::position) shown on a map is the middle of the cell.
//!
//! `zone` knows which grid zones and 100 km squares exist, `text` reads what people write. Source of the scheme: NGA
//! standard NGA.STND.0037 (2014). The polar areas (UPS) are left out.

mod error;
mod text;
mod zone;

use std::fmt;

use super::format::digits;
use super::{LonLat, transverse_mercator::TransverseMercator};
pub use error::UtmrefError;
pub(crate) use text::resembles_utmref;
use zone::GridZone;
pub use zone::natural_zone;

/// Width of the cell a reference names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// No digits: the whole square.
    Km100,
    /// 1 + 1 digits.
    Km10,
    /// 2 + 2 digits.
    Km1,
    /// 3 + 3 digits.
    M100,
    /// 4 + 4 digits: usual on the radio.
    M10,
    /// 5 + 5 digits.
    M1,
}

impl Precision {
    const ALL: [Self; 6] = [Self::Km100, Self::Km10, Self::Km1, Self::M100, Self::M10, Self::M1];

    /// Digits a side.
    pub fn digits(self) -> usize {
        self as usize
    }

    /// Width of the cell in metres.
    pub fn cell_m(self) -> u32 {
        [100_000, 10_000, 1_000, 100, 10, 1][self.digits()]
    }

    /// The precision of that many digits a side.
    fn from_digits(digits: usize) -> Option<Self> {
        Self::ALL.get(digits).copied()
    }
}

/// `32U PE 61655 74265`.
const LONGEST: usize = 18;

/// A grid reference: one cell of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Utmref {
    zone: GridZone,
    /// Column and row letter of the 100 km square.
    square: [char; 2],
    /// South-west corner of the square in the zone, in metres; northing from the equator, south negative.
    origin: (i32, i32),
    /// South-west corner of the cell within the square, in metres, a multiple of the cell's width.
    offset: (u32, u32),
    precision: Precision,
}

impl Utmref {
    /// The cell that contains a place, in the grid zone of its longitude.
    ///
    /// # Errors
    /// [`UtmrefError::Polar`].
    pub fn at(place: LonLat, precision: Precision) -> Result<Self, UtmrefError> {
        Self::in_zone(place, natural_zone(place), precision)
    }

    /// The cell that contains a place, in the grid zone asked for: maps along a zone's edge go on in its own grid.
    ///
    /// # Errors
    /// [`UtmrefError::Polar`]; [`UtmrefError::ZoneNumber`]; [`UtmrefError::FarFromZone`] and
    /// [`UtmrefError::NoSuchSquare`] for places beyond the overlap.
    pub fn in_zone(place: LonLat, zone: u8, precision: Precision) -> Result<Self, UtmrefError> {
        let zone = GridZone::of(zone, place)?;
        let (easting, northing) = TransverseMercator::utm(zone.number()).forward(place);
        let far = UtmrefError::FarFromZone { lon: place.lon, zone: zone.number() };
        if !(100_000.0..900_000.0).contains(&easting) {
            return Err(far);
        }
        // In range by the check above and because a northing is at most 9.4 million metres either way.
        let (easting, northing) = (easting.floor() as i32, northing.floor() as i32);
        let origin = (easting - easting.rem_euclid(100_000), northing - northing.rem_euclid(100_000));
        let square = zone::square_letters(zone.number(), origin).ok_or(far)?;
        // A place in its own zone shows that its square touches it, which spares looking at the square's corners.
        if !zone.holds(place) {
            zone.check_square(square, origin)?;
        }
        let cut = |metres: i32| metres.rem_euclid(100_000).unsigned_abs() / precision.cell_m() * precision.cell_m();
        Ok(Self { zone, square, origin, offset: (cut(easting), cut(northing)), precision })
    }

    /// Reads a reference; `reference` completes one that lacks its grid zone, by the nearest square of that name.
    ///
    /// # Errors
    /// Any [`UtmrefError`] but the last two.
    pub fn parse(text: &str, reference: Option<LonLat>) -> Result<Self, UtmrefError> {
        text::read(text, reference)
    }

    /// Builds a reference from its read parts. `digits` are the easting's and northing's figures, of equal length.
    fn from_parts(
        zone: GridZone,
        square: [char; 2],
        digits: (u32, u32),
        precision: Precision,
    ) -> Result<Self, UtmrefError> {
        let origin = zone.square_origin(square)?;
        let offset = (digits.0 * precision.cell_m(), digits.1 * precision.cell_m());
        Ok(Self { zone, square, origin, offset, precision })
    }

    /// UTM zone number, 1–60.
    pub fn zone(&self) -> u8 {
        self.zone.number()
    }

    /// Latitude band letter, C–X.
    pub fn band(&self) -> char {
        self.zone.band()
    }

    /// Width of the cell.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// South-west corner of the cell in its UTM zone: easting and northing in metres, northing negative in the south.
    pub fn corner_m(&self) -> (f64, f64) {
        let east = f64::from(self.origin.0) + f64::from(self.offset.0);
        (east, f64::from(self.origin.1) + f64::from(self.offset.1))
    }

    /// South-west corner of the cell.
    pub fn corner(&self) -> LonLat {
        let (east, north) = self.corner_m();
        TransverseMercator::utm(self.zone()).inverse(east, north)
    }

    /// Middle of the cell: the best single point for the place that was meant.
    pub fn position(&self) -> LonLat {
        let ((east, north), half) = (self.corner_m(), f64::from(self.precision.cell_m()) / 2.0);
        TransverseMercator::utm(self.zone()).inverse(east + half, north + half)
    }

    /// Appends `32U PE 6165 7426`, without the formatting machinery: an answer for a crew holds a dozen of them.
    pub fn write(&self, out: &mut Vec<u8>) {
        let width = self.precision.digits();
        let [tens, ones] = digits(u32::from(self.zone()));
        let [column, row] = self.square.map(|letter| letter as u8);
        let mut text = [b' '; LONGEST];
        text[..6].copy_from_slice(&[tens, ones, self.band() as u8, b' ', column, row]);
        // Coarser cells are named by the first digits of finer ones.
        for (place, digit) in text[7..7 + width].iter_mut().zip(digits::<5>(self.offset.0)) {
            *place = digit;
        }
        for (place, digit) in text[8 + width..8 + 2 * width].iter_mut().zip(digits::<5>(self.offset.1)) {
            *place = digit;
        }
        let end = if width > 0 { 8 + 2 * width } else { 6 };
        out.extend_from_slice(&text[usize::from(self.zone() < 10)..end]);
    }
}

impl fmt::Display for Utmref {
    /// `32U PE 6165 7426`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(LONGEST);
        self.write(&mut text);
        f.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

impl std::str::FromStr for Utmref {
    type Err = UtmrefError;

    /// Reads a complete reference; see [`Utmref::parse`] for one without its grid zone.
    fn from_str(text: &str) -> Result<Self, UtmrefError> {
        Self::parse(text, None)
    }
}

#[cfg(test)]
mod tests;
