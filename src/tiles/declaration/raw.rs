//! The file as it is written, before anything in it is looked up.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use crate::collection::Label;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    #[serde(default)]
    pub tilesets: Vec<RawTileset>,
    #[serde(default)]
    pub archives: Vec<RawArchive>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArchive {
    pub name: Spanned<String>,
    pub title: Label,
    pub file: Spanned<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTileset {
    pub name: Spanned<String>,
    pub title: Label,
    pub layers: Vec<RawLayer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLayer {
    pub name: Spanned<String>,
    pub collection: Option<Spanned<String>>,
    #[serde(default)]
    pub content: RawContent,
    #[serde(default)]
    pub properties: Vec<Spanned<String>>,
    #[serde(default)]
    pub status: bool,
    pub zooms: Option<Spanned<(u8, u8)>>,
    pub single_from: Option<Spanned<u8>>,
    pub classes: Option<RawClasses>,
    pub names: Option<RawNames>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawContent {
    #[default]
    Features,
    Points,
    Areas,
    Places,
    Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNames {
    pub property: Spanned<String>,
    pub letter: f64,
    pub every: f64,
    #[serde(default)]
    pub clear_of: Vec<Spanned<String>>,
    pub symbols: Spanned<BTreeMap<String, f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClasses {
    pub property: Spanned<String>,
    pub from: Spanned<toml::Table>,
    pub otherwise: Option<u8>,
}
