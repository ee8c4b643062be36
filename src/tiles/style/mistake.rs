//! What can be wrong with styles, symbols, palettes, fonts and the ground under them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::texts::{Tell, Told};

/// A mistake in the cartography.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum StyleMistake<'a> {
    // Of palettes.
    NoTheme { name: &'a str },
    NotAColour { name: &'a str, value: &'a str },
    InOneThemeOnly { name: &'a str, has: &'a str, lacks: &'a str },
    NoColour { names: Vec<String> },
    // Of styles.
    InLayer { layer: &'a str, reason: Told },
    NoLayers,
    LayerWithoutId { number: usize },
    NoTerm { name: &'a str },
    Circle { name: &'a str },
    IdTaken,
    SourceMissing,
    NoSource { name: &'a str },
    SourceLayerMissing,
    NoTileset { name: &'a str },
    NoTilesetLayer { tileset: &'a str, layer: &'a str, known: Vec<&'a str> },
    FeaturesLack { name: &'a str, known: Vec<&'a str> },
    NoSymbol { name: &'a str, others: usize },
    SymbolsUnclear { reason: Told },
    NotText { value: String },
    EmptyExpression,
    NoCodes { name: &'a str },
    NotUnderstood { operator: &'a str },
    FontMissing,
    NoFont { name: &'a str, known: Vec<&'a str> },
    // Of drawings and fonts.
    NoElement { id: &'a str },
    NotSvg { error: Option<String> },
    NotAFont { error: String },
    FontWithoutName,
    // Of a configured ground.
    NightAlone,
    InFile { file: &'a str, line: Option<usize>, reason: Told },
    NotAGround { value: &'a str },
    AttributionMissing,
    NotAnAddress { value: &'a str },
    NotAWholeStyle,
    NotAFullAddress { value: &'a str },
}

impl Tell for StyleMistake<'_> {
    const FILE: &'static str = "cartography";
}
