//! What crews write and say: the coordinate notations of radio, maps and telephones, read and written.
//!
//! Arithmetic and text: nothing here knows PROJ, a database or a feature. In reading order:
//!
//! - [`transverse_mercator`]: longitude and latitude to UTM metres and back, to a tenth of a millimetre.
//! - [`mgrs`]: UTMREF (MGRS), the reference spoken on the radio: `32U PE 6165 7426`.
//! - [`mod@parse`]: whatever a person pastes, from `53° 53,496' N 11° 27,600' E` to `33 U 267397 5977269`. Start with
//!   [`parse()`].
//! - [`mod@format`]: how a place is shown and read out.
//! - [`datum`]: the two datums of Gauss-Krüger coordinates; [`crate::collection::locate`] moves from one to the other.
//! - [`certainty`]: how sure it is that an incident is where a place says.
//! - [`geodesic`]: distance and bearing on the ellipsoid; [`short_lines`]: the same from one place to many near it.
//!
//! WGS 84 and ETRS89 are taken as equal: they differ by less than a metre and no crew can tell them apart. Gauss-Krüger
//! coordinates stand on other datums: [`parse()`] hands them on as read ([`Place::Projected`]), [`crate::collection::locate`] moves them.

pub mod certainty;
pub mod datum;
pub mod format;
pub mod geodesic;
pub mod mgrs;
pub mod parse;
pub mod short_lines;
pub mod transverse_mercator;

pub use certainty::Certainty;
pub use datum::Datum;
pub use geodesic::{distance_and_bearing, geodesic_distance_m, initial_bearing_deg};
pub use mgrs::{Precision, Utmref, UtmrefError};
pub use parse::{Context, Note, ParseError, Place, Projected, Reading, named_by_link, parse};
pub use short_lines::ShortLines;

/// A place on the ellipsoid, in degrees: longitude east positive, latitude north positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLat {
    /// Longitude in degrees, -180 to 180.
    pub lon: f64,
    /// Latitude in degrees, -90 to 90.
    pub lat: f64,
}
