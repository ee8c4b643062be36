//! Tilesets: which collections, properties and zooms a tile holds.

use crate::collection::Collection;

/// A named composition of layers, served as one tile.
#[derive(Debug, Clone)]
pub struct Tileset {
    /// The name in URLs, as in `/tiles/{name}/{z}/{x}/{y}`.
    pub name: String,
    pub layers: Vec<Layer>,
}

/// One layer of a tileset: features of one collection.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The layer's name in the tile.
    pub name: String,
    /// Place of its collection in the catalogue.
    pub collection: usize,
    /// What of the collection is drawn.
    pub content: Content,
    /// Places of the properties that travel, in the collection's order of declaration. A caller gets those of them that
    /// are visible to it.
    pub properties: Vec<usize>,
    /// True when features carry `status`, what a crew may expect of a source today (`firewater::status`). What is not
    /// there (planned, removed) is not in such a layer.
    pub status: bool,
    /// The zooms (of the web's scale) for which the layer is made. Below the first it is not shown; past the last it is
    /// drawn from the same data, so that looking closer never makes it vanish.
    pub zooms: (u8, u8),
    /// The first zoom at which each point is shown by itself. Below it points that share a cell are counted together, of
    /// whatever class.
    pub single_from: u8,
    /// Which features appear only from a later zoom on.
    pub classes: Option<Classes>,
    /// What is written along lines, and how much room that takes; there for [`Content::Names`] and for nothing else.
    pub names: Option<Names>,
}

/// What of a collection a layer draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Content {
    /// Every feature as it is.
    #[default]
    Features,
    /// Every feature as a point: lines and areas by a point on them.
    Points,
    /// Areas alone.
    Areas,
    /// The names of settlements, derived from a collection of addresses; see [`super::places`].
    Places,
    /// The stretches of lines on which their names are written; see [`super::names`].
    Names,
}

/// Names along lines. Pixels are those of a tile of 512.
#[derive(Debug, Clone, PartialEq)]
pub struct Names {
    /// Place of the property that is written.
    pub property: usize,
    /// Pixels along the line that a letter takes.
    pub letter: f64,
    /// Pixels of a line after which its name is written again.
    pub every: f64,
    /// Places of the collections whose symbols names keep clear of, as far as there is room.
    pub clear_of: Vec<usize>,
    /// Pixels that such a symbol takes, each from a zoom on; before the first there are no symbols to be seen.
    pub symbols: Vec<(u8, f64)>,
}

impl Names {
    /// Pixels that a symbol takes at a zoom; nothing where none is shown.
    pub fn symbol(&self, zoom: u8) -> Option<f64> {
        self.symbols.iter().rev().find(|(from, _)| *from <= zoom).map(|(_, pixels)| *pixels)
    }
}

/// Features of a class are shown from a zoom on: side streets are not for a map of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classes {
    /// Place of a property that is a code.
    pub property: usize,
    /// The first zoom of each code, in the order of the code list; beyond its end, and where no class is recorded,
    /// `otherwise`.
    pub from: Vec<u8>,
    pub otherwise: u8,
}

/// From here on points stand for themselves unless a tileset says otherwise: 100 m are 36 pixels apart in the middle of
/// Germany.
pub const SINGLE_FROM: u8 = 14;

impl Layer {
    /// A collection as a layer of its own name, with all its properties at the zooms it declares.
    pub fn whole(position: usize, collection: &Collection) -> Self {
        Self {
            name: collection.name.clone(),
            collection: position,
            content: Content::Features,
            properties: (0..collection.properties.len()).collect(),
            status: false,
            zooms: collection.zooms,
            single_from: SINGLE_FROM,
            classes: None,
            names: None,
        }
    }

    /// Places of the collections whose changes may alter the layer: its own, and those that its names keep clear of.
    pub fn collections(&self) -> impl Iterator<Item = usize> {
        let clear_of = self.names.iter().flat_map(|names| names.clear_of.iter().copied());
        std::iter::once(self.collection).chain(clear_of)
    }
}

impl Classes {
    /// The first zoom at which a feature with this code is shown.
    pub fn first_zoom(&self, code: Option<u16>) -> u8 {
        code.and_then(|code| self.from.get(usize::from(code))).copied().unwrap_or(self.otherwise)
    }
}
