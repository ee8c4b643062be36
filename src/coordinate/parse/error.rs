//! What can be wrong with a pasted coordinate, and how to say so.

use crate::coordinate::UtmrefError;

pub(super) const DEGREES: &str = "53.8916 N 11.4600 E";
pub(super) const COMMAS: &str = "53,8916 11,4600";
pub(super) const MINUTES: &str = "53° 53.496' N 11° 27.600' E";
pub(super) const SECONDS: &str = "53° 53' 29.8\" N 11° 27' 36.0\" E";
pub(super) const UTM: &str = "32U 661655 5974265";
pub(super) const GAUSS_KRUEGER: &str = "DHDN 4464599 5973544";
pub(super) const UTMREF: &str = "32U PE 6165 7426";

/// Why a text is no place. The message names the fault and ends with a form that would be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParseError {
    /// Nothing but space.
    #[error("no coordinate given; write for example {DEGREES}")]
    Empty,
    /// Longer than any coordinate.
    #[error("the text is too long for a coordinate; write for example {DEGREES}")]
    TooLong,
    /// A character that belongs to no notation.
    #[error("`{0}` does not belong into a coordinate; write for example {DEGREES}")]
    Character(char),
    /// A word that belongs to no notation.
    #[error("`{0}` is not understood; write for example {DEGREES} or {UTMREF}")]
    Word(String),
    /// Commas that may be decimal commas or separators.
    #[error("the commas in `{0}` can be read in more than one way; separate the numbers by a space: {COMMAS}")]
    Commas(String),
    /// Not the numbers of two coordinates.
    #[error("{0} numbers do not make two coordinates; write for example {DEGREES} or {MINUTES}")]
    Count(usize),
    /// Only one coordinate says which it is, or there are more than two directions.
    #[error("both numbers or none must have a direction (N, S, E or O, W); write for example {DEGREES}")]
    Directions,
    /// Two latitudes or two longitudes.
    #[error("both numbers are marked as {0}; write for example {DEGREES}")]
    SameAxis(&'static str),
    /// A minus sign and a direction letter together, or a sign within a coordinate.
    #[error("a minus sign does not go with a direction letter or with minutes; write for example {DEGREES}")]
    Sign,
    /// A decimal fraction before the last part.
    #[error("only the last part of a coordinate may have decimals; write for example {MINUTES}")]
    Fraction,
    /// Marks in the wrong order, such as seconds before minutes.
    #[error("the marks °, ' and \" must stand in this order; write for example {SECONDS}")]
    Marks,
    /// Minutes or seconds of 60 or more.
    #[error("{unit} must be below 60, not {value}; write for example {SECONDS}")]
    Sixty {
        /// `minutes` or `seconds`.
        unit: &'static str,
        /// What was written.
        value: f64,
    },
    /// Beyond the pole or the date line.
    #[error("{axis} {value}° does not exist; write for example {DEGREES}")]
    OutOfRange {
        /// `latitude` or `longitude`.
        axis: &'static str,
        /// What was written, in degrees.
        value: f64,
    },
    /// Two bare numbers make sense in both orders.
    #[error("the order of the two numbers is unclear; add letters, for example {DEGREES} or E 5421000 N 5440000")]
    Order,
    /// Metres that fit no UTM or Gauss-Krüger zone.
    #[error("easting and northing fit no UTM or Gauss-Krüger zone; write for example {UTM} or {GAUSS_KRUEGER}")]
    Metres,
    /// UTM metres without a zone, and no district to find it by.
    #[error("the UTM zone is missing; write for example {UTM}")]
    ZoneMissing,
    /// A zone number that is not 1–60.
    #[error("there is no UTM zone {0}; write for example {UTM}")]
    Zone(f64),
    /// The northing does not lie in the band named.
    #[error("northing {northing} m is not in band {band}; write for example {UTM}")]
    Band {
        /// Letter after the zone.
        band: String,
        /// Northing in metres.
        northing: f64,
    },
    /// Degrees whose last figures count a kilometre or more.
    #[error(
        "two numbers this coarse are no place to go to; give at least three decimals of a degree or one of a minute, \
         for example 53.892 N 11.460 E or 53° 53.5' N 11° 27.6' E"
    )]
    Coarse,
    /// A grid reference that names a square of a kilometre or more.
    #[error(
        "`{reference}` is a square {} km wide; give at least three digits each for easting and northing, for example {UTMREF}",
        cell_m / 1_000
    )]
    CoarseSquare {
        /// As it was read.
        reference: String,
        /// Metres.
        cell_m: u32,
    },
    /// A `geo:` address that does not follow RFC 5870 or names another CRS than WGS 84.
    #[error("`{0}` is no geo address for WGS 84; write for example geo:53.8916,11.46")]
    GeoUri(String),
    /// A CRS that is not read here.
    #[error(
        "coordinates in EPSG:{0} are not read here; write for example {UTM}, EPSG:2398 4464624 5974134 or {DEGREES}"
    )]
    System(u32),
    /// A link in which no place is written.
    #[error("the link names no place; open it and copy the coordinate")]
    Link,
    /// A link that only its service can open.
    #[error("a short link does not say where it leads; open it and copy the coordinate or the long link")]
    ShortLink,
    /// Three words.
    #[error("what3words cannot be read without its service; ask for an address or a coordinate")]
    What3Words,
    /// A faulty grid reference.
    #[error("{0}; write for example {UTMREF}")]
    Utmref(#[from] UtmrefError),
}

impl ParseError {
    /// True if the text is certainly meant as figures of a place, so that it is nothing else either.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Empty
                | Self::TooLong
                | Self::Coarse
                | Self::CoarseSquare { .. }
                | Self::Order
                | Self::System(_)
                | Self::Link
                | Self::ShortLink
                | Self::What3Words
        )
    }
}
