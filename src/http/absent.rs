//! What is not there.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Label, Tell};

/// What an address or a name stands for and is not there. Names are what the caller wrote; `known` are those there are.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Absent<'a> {
    Collection {
        name: &'a str,
        known: Vec<&'a str>,
    },
    /// A part of a collection can only be read.
    Part {
        name: &'a str,
        whole: &'a str,
    },
    Feature {
        collection: &'a str,
        id: &'a str,
    },
    /// There never was one, in no version.
    NeverFeature {
        collection: &'a str,
        id: &'a str,
    },
    Changeset {
        text: &'a str,
    },
    Tileset,
    NamedTileset {
        name: String,
        known: Vec<&'a str>,
    },
    /// There are no tiles of several collections at once.
    Dataset,
    Grid {
        name: String,
        known: Vec<&'a str>,
    },
    Tile,
    /// `what` is the level, the column or the row.
    TileOf {
        grid: &'a str,
        what: Label,
        text: String,
    },
    TileOutside {
        tile: String,
    },
    /// The address is that of no tile.
    TileAddress,
    ArchiveTile,
    Style {
        name: &'a str,
    },
    Sprite {
        name: &'a str,
        known: &'a str,
    },
    Font {
        name: &'a str,
        known: &'a str,
    },
    Glyphs {
        name: &'a str,
        known: &'a str,
    },
    /// A file of the pages.
    File {
        name: &'a str,
    },
    ViewerFile {
        name: &'a str,
    },
    /// Along which hoses are laid.
    Roads,
}

impl Tell for Absent<'_> {
    const FILE: &'static str = "absent";
}
