//! A MapLibre style, read once into typed layers. Start at [`Style::read`].
//!
//! The server understands a part of the MapLibre style specification (version 8): what its own styles use. Whatever it
//! does not know (a layer type, a property, an operator of an expression, a constant of the wrong type) is a fault that
//! names layer and property when the style is read, so that drawing never meets it. In reading order: [`value`] (what
//! expressions compute with), [`colour`], [`expression`] and [`parse`] (the tree), [`evaluate`] (its value for a feature
//! at a zoom), [`property`] (one property of a layer), [`layer`] (the layers and their properties), [`fault`] (what cannot be drawn).

mod colour;
mod evaluate;
mod expression;
mod fault;
mod layer;
mod parse;
mod property;
mod value;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json};

use crate::texts::Told;

pub use colour::Colour;
pub use evaluate::Context;
pub use fault::Undrawable;
pub use layer::{
    Anchor, Background, Cap, Circle, Fill, Icon, Join, Kind, Layer, Line, Overlap, Placement, Raster, Symbol, Text,
    Transform,
};
pub use property::Property;
pub use value::Value;

/// A style: its layers from the ground up.
#[derive(Debug)]
pub struct Style {
    pub layers: Vec<Layer>,
}

/// Something in a style that cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleFault {
    /// Id of the layer; empty if the style as a whole is meant.
    pub layer: String,
    /// The property, as `paint/line-width`; empty if the layer as a whole is meant.
    pub property: String,
    pub told: Told,
}

/// All faults of a style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleFaults(pub Vec<StyleFault>);

impl Style {
    /// Reads a style as it is served to browsers.
    ///
    /// # Errors
    /// Every fault of every layer at once.
    pub fn read(json: &str) -> Result<Self, StyleFaults> {
        let whole = |told: Told| StyleFaults(vec![StyleFault { layer: String::new(), property: String::new(), told }]);
        let document: Json = serde_json::from_str(json).map_err(|error| whole(Told::verbatim(error.to_string())))?;
        if document.get("version") != Some(&Json::from(8)) {
            return Err(whole(Told::of(&Undrawable::NoVersion)));
        }
        let layers =
            document.get("layers").and_then(Json::as_array).ok_or_else(|| whole(Told::of(&Undrawable::NoLayers)))?;
        let no_sources = Map::new();
        let sources = document.get("sources").and_then(Json::as_object).unwrap_or(&no_sources);
        let mut faults = Vec::new();
        let layers = layers.iter().filter_map(|layer| Layer::read(layer, sources, &mut faults)).collect();
        if faults.is_empty() { Ok(Self { layers }) } else { Err(StyleFaults(faults)) }
    }
}
