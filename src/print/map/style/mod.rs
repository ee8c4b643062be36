//! A MapLibre style, read once into typed layers. Start at [`Style::read`].
//!
//! The server understands a part of the MapLibre style specification (version 8): what its own styles use. Whatever it
//! does not know (a layer type, a property, an operator of an expression, a constant of the wrong type) is a fault that
//! names layer and property when the style is read, so that drawing never meets it. In reading order: [`value`] (what
//! expressions compute with), [`colour`], [`expression`] and [`parse`] (the tree), [`evaluate`] (its value for a feature
//! at a zoom), [`property`] (one property of a layer), [`layer`] (the layers and their properties).

mod colour;
mod evaluate;
mod expression;
mod layer;
mod parse;
mod property;
mod value;

#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json};

pub use colour::Colour;
pub use evaluate::Context;
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
    pub message: String,
}

/// All faults of a style.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the style cannot be drawn: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct StyleFaults(pub Vec<StyleFault>);

impl std::fmt::Display for StyleFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.layer.as_str(), self.property.as_str()) {
            ("", _) => write!(f, "{}", self.message),
            (layer, "") => write!(f, "layer '{layer}': {}", self.message),
            (layer, property) => write!(f, "layer '{layer}', {property}: {}", self.message),
        }
    }
}

impl Style {
    /// Reads a style as it is served to browsers.
    ///
    /// # Errors
    /// Every fault of every layer at once.
    pub fn read(json: &str) -> Result<Self, StyleFaults> {
        let whole =
            |message: String| StyleFaults(vec![StyleFault { layer: String::new(), property: String::new(), message }]);
        let document: Json = serde_json::from_str(json).map_err(|error| whole(error.to_string()))?;
        if document.get("version") != Some(&Json::from(8)) {
            return Err(whole("version 8 is expected".to_owned()));
        }
        let layers = document.get("layers").and_then(Json::as_array).ok_or_else(|| whole("no layers".to_owned()))?;
        let no_sources = Map::new();
        let sources = document.get("sources").and_then(Json::as_object).unwrap_or(&no_sources);
        let mut faults = Vec::new();
        let layers = layers.iter().filter_map(|layer| Layer::read(layer, sources, &mut faults)).collect();
        if faults.is_empty() { Ok(Self { layers }) } else { Err(StyleFaults(faults)) }
    }
}
