//! Tilesets: which collections, properties and zooms a tile holds.

/// Everything `tiles/tilesets.toml` declares, in its order.
#[derive(Debug, Clone, Default)]
pub struct Tilesets {
    pub tilesets: Vec<Tileset>,
}

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
    /// Places of the properties that travel, in the collection's order of declaration.
    pub properties: Vec<usize>,
    /// True when features carry `status`, what a crew may expect of a source today (`firewater::status`).
    pub status: bool,
    /// The zooms (of the web's scale) at which the layer is shown, both included.
    pub zooms: (u8, u8),
}
