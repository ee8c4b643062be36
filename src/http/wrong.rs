//! What can be wrong with a parameter.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::Tell;

/// A fault of a parameter. Names and words that programs send are the same in every language.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Wrong<'a> {
    /// More parameters than are read.
    TooMany {
        most: usize,
    },
    Repeated,
    NotUtf8,
    /// Nobody reads a parameter of this name; those that are read.
    Unknown {
        name: &'a str,
        known: &'a [&'a str],
    },
    /// A number between two others.
    Number {
        minimum: f64,
        maximum: f64,
    },
    /// A whole number from one on; no more than the maximum are given.
    Count {
        minimum: usize,
        maximum: usize,
    },
    /// A whole number of pixels.
    Pixels {
        maximum: u32,
    },
    /// One of some words.
    Choice {
        words: &'a [&'a str],
    },
    /// Some of some words.
    SomeOf {
        words: &'a [&'a str],
    },
    /// A word that is none of those offered.
    NotOffered {
        word: &'a str,
        offered: &'a [&'a str],
    },
    /// Both or none.
    Together {
        names: &'a [&'a str],
    },
    /// One, and not several.
    Either {
        names: &'a [&'a str],
    },
    /// One of them is needed.
    Missing {
        names: &'a [&'a str],
    },
    /// Nothing says where.
    NoPlace,
    /// Nothing says what is looked for.
    NoQuestion,
    /// The place has no coordinates in the CRS of the district.
    TooFar,
    /// A text of more characters.
    TooLong {
        most: usize,
    },
    /// A text of more words and numbers.
    TooManyWords {
        most: usize,
    },
    /// More of something than is drawn.
    MoreThan {
        count: usize,
        most: usize,
    },
    /// An image of more pixels than is drawn.
    TooLarge {
        across: u32,
        down: u32,
        most: u64,
    },
    /// A whole number of any size.
    WholeNumber,
    /// The id of something.
    Id,
    NoProperty {
        collection: &'a str,
        name: &'a str,
    },
    /// No point in time is given, or a text that is none.
    Instant {
        text: Option<&'a str>,
    },
    /// A format of the API's description.
    NoDescription {
        word: &'a str,
    },
    /// TileJSON of another grid.
    TileJsonGrid,
    /// No cursor is given, or a text that is none.
    Cursor {
        is_given: bool,
    },
    /// No page begins there.
    NoPage,
    /// Longitude and latitude, with a comma.
    LonLat,
    /// Longitude and latitude with a label behind.
    Marker,
    /// West, south, east, north.
    Box {
        crs: Option<&'a str>,
    },
    /// A box leaves no scale to be chosen.
    BoxHasScale,
    /// Only a format that loses something has a quality.
    NoQuality,
}

impl Tell for Wrong<'_> {
    const FILE: &'static str = "parameters";
}
