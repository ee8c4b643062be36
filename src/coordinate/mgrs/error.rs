//! What can be wrong with a grid reference.

/// Why a grid reference could not be read or made. Each names what is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UtmrefError {
    /// No grid reference at all.
    #[error("`{0}` is no grid reference")]
    Malformed(String),
    /// Grid zone or band is missing and no place is known from which to complete it.
    #[error("the grid zone before the square {square} is missing")]
    ZoneMissing {
        /// The two letters of the square.
        square: String,
    },
    /// The zone number is not 1–60.
    #[error("there is no grid zone {0}; zones are 1 to 60")]
    ZoneNumber(u32),
    /// The band letter is not C–X without I and O.
    #[error("`{0}` is no latitude band; bands are C to X without I and O")]
    Band(char),
    /// Bands V and X leave some zones out around Norway and Svalbard.
    #[error("there is no grid zone {zone}{band}")]
    NoSuchZone {
        /// Zone number.
        zone: u8,
        /// Band letter.
        band: char,
    },
    /// I and O are never used.
    #[error("the square letter `{0}` does not exist; I and O are not used (for 1 and 0 look alike)")]
    SquareLetter(char),
    /// The column letter belongs to other zones.
    #[error("column letter `{column}` is not used in zone {zone}; there it is one of {allowed}")]
    Column {
        /// First letter of the square.
        column: char,
        /// Zone number.
        zone: u8,
        /// Letters of that zone.
        allowed: &'static str,
    },
    /// The row letter is W–Z.
    #[error("row letter `{0}` does not exist; rows are A to V without I and O")]
    Row(char),
    /// The letters are possible, but no such square touches the zone and band.
    #[error("there is no square {square} in grid zone {zone}{band}")]
    NoSuchSquare {
        /// The two letters.
        square: String,
        /// Zone number.
        zone: u8,
        /// Band letter.
        band: char,
    },
    /// An odd number of digits in one block cannot be halved.
    #[error("{0} digits cannot be halved into easting and northing")]
    OddDigits(usize),
    /// Two blocks of different length.
    #[error("the easting has {easting} digits but the northing {northing}")]
    UnequalDigits {
        /// Digits of the first block.
        easting: usize,
        /// Digits of the second block.
        northing: usize,
    },
    /// More than five digits a side would be finer than a metre.
    #[error("{0} digits are too many; at most five for the easting and five for the northing")]
    TooManyDigits(usize),
    /// The grid covers latitudes 80° S to 84° N.
    #[error("latitude {0}° is outside the grid, which ends at 80° south and 84° north")]
    Polar(f64),
    /// The place is too far from the zone asked for.
    #[error("longitude {lon}° is too far from grid zone {zone}")]
    FarFromZone {
        /// Longitude in degrees.
        lon: f64,
        /// Zone asked for.
        zone: u8,
    },
}
