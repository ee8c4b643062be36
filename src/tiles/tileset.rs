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
        }
    }
}

impl Classes {
    /// The first zoom at which a feature with this code is shown.
    pub fn first_zoom(&self, code: Option<u16>) -> u8 {
        code.and_then(|code| self.from.get(usize::from(code))).copied().unwrap_or(self.otherwise)
    }
}
