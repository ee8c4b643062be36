//! Reads `tiles/tilesets.toml`. A mistake stops the start, so every mistake is reported at once, each with its line.

mod raw;

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use toml::Spanned;

use super::pmtiles::configured::Declared;
use super::seen::Seen;
use super::tileset::{Classes, Content, Layer, Names, SINGLE_FROM, Tileset};
use crate::collection::{Catalogue, Collection, DeclarationFault, DeclarationFaults, Label, Mistake, Visibility};
use crate::texts::{Reporter, Tell};
use raw::{Raw, RawArchive, RawClasses, RawContent, RawLayer, RawNames};

/// The file in the folder of the cartography.
pub const FILE: &str = "tilesets.toml";

/// The finest zoom of the web's scale.
const LAST_ZOOM: u8 = 20;

/// The last zoom of which clients ask for tiles, unless its layers end earlier: from there a unit of a tile is less than
/// the width of a hand, and drawing it larger shows nothing coarse.
const LAST_ASKED: u8 = 16;

/// Every tileset that is served: those of the file in its order, then one a collection.
#[derive(Debug)]
pub struct Tilesets {
    served: Vec<Served>,
    archives: Vec<Declared>,
}

/// A tileset with what people and clients are told of it.
#[derive(Debug)]
pub struct Served {
    pub tileset: Tileset,
    pub title: Label,
    /// First and last zoom of the web's scale that clients ask for.
    pub zooms: (u8, u8),
    /// The collection whose own tileset it is.
    pub collection: Option<usize>,
    /// What everybody gets of its layers.
    pub public: Seen,
    /// By layer: the classes of its properties, as a bit each.
    classes: Vec<u8>,
    /// True if a layer shows what changes with the day.
    pub daily: bool,
}

impl Tilesets {
    /// Reads the file in a folder.
    ///
    /// # Errors
    /// Every mistake, with its line.
    pub fn load(folder: &Path, catalogue: &Catalogue) -> Result<Self, DeclarationFaults> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| DeclarationFault::unreadable(&path, &error))?;
        Self::read(&path.display().to_string(), &text, catalogue)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// As [`Tilesets::load`].
    pub fn read(file: &str, text: &str, catalogue: &Catalogue) -> Result<Self, DeclarationFaults> {
        let mut reader = Reader { reporter: Reporter::new(file, text), catalogue };
        let (mut served, archives) = match toml::from_str::<Raw>(text) {
            Ok(raw) => reader.tilesets(raw),
            Err(error) => {
                reader.reporter.syntax(&error);
                Default::default()
            }
        };
        if !reader.reporter.faults.is_empty() {
            return Err(DeclarationFaults(reader.reporter.faults));
        }
        for (position, collection) in catalogue.collections().iter().enumerate() {
            let tileset = Tileset { name: collection.name.clone(), layers: vec![Layer::whole(position, collection)] };
            served.push(Served::new(tileset, collection.title.clone(), Some(position), catalogue));
        }
        Ok(Self { served, archives })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Served> {
        self.served.iter()
    }

    /// Those of the file.
    pub fn declared(&self) -> impl Iterator<Item = &Tileset> {
        self.served.iter().filter(|served| served.collection.is_none()).map(|served| &served.tileset)
    }

    /// The archives of others that are served beside them.
    pub fn archives(&self) -> &[Declared] {
        &self.archives
    }

    /// A tileset by its place.
    pub fn at(&self, place: usize) -> Option<&Served> {
        self.served.get(place)
    }

    /// The place of a tileset among the others.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.served.iter().position(|served| served.tileset.name == name)
    }
}

impl Served {
    /// A tileset of collections of the catalogue; `collection` is the one whose own it is.
    pub fn new(tileset: Tileset, title: Label, collection: Option<usize>, catalogue: &Catalogue) -> Self {
        let first = tileset.layers.iter().map(|layer| layer.zooms.0).min().unwrap_or_default();
        let last = tileset.layers.iter().map(|layer| layer.zooms.1).max().unwrap_or_default();
        let collection_of = |layer: &Layer| &catalogue.collections()[layer.collection];
        let classes_of = |layer: &Layer| {
            let properties = &collection_of(layer).properties;
            layer.properties.iter().fold(0, |bits, k| bits | 1 << properties[*k].visibility as u8)
        };
        let classes: Vec<u8> = tileset.layers.iter().map(classes_of).collect();
        let public = tileset.layers.iter().map(|layer| collection_of(layer).seen_by(Visibility::Public)).collect();
        let daily = tileset.layers.iter().any(|layer| layer.status);
        let zooms = (first, last.min(LAST_ASKED).max(first));
        Self { tileset, title, zooms, collection, public, classes, daily }
    }

    /// What a caller gets of each layer who sees so much of its collection: the least class that gets as much, so that
    /// those who get the same tile share it.
    pub fn seen(&self, sees: impl Fn(usize) -> Option<Visibility>) -> Seen {
        let layers = self.tileset.layers.iter().zip(&self.classes);
        layers
            .map(|(layer, classes)| {
                let class = sees(layer.collection)?;
                let told = |one: &Visibility| *one <= class && (classes & 1 << *one as u8 != 0);
                Some(Visibility::ALL.into_iter().filter(told).max().unwrap_or_default())
            })
            .collect()
    }

    /// True if a layer draws the collection, or keeps clear of it.
    pub fn shows(&self, collection: usize) -> bool {
        self.tileset.layers.iter().flat_map(Layer::collections).any(|one| one == collection)
    }
}

/// What can be wrong with a tileset, beside names that nothing has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum TilesetMistake<'a> {
    TilesetTaken { name: &'a str },
    LayerTaken { name: &'a str },
    Layers { most: u32 },
    NoArchive { file: String },
    NamedTwice { name: &'a str },
    NoStatus { collection: &'a str },
    NamesApart,
    NotAmongProperties { name: &'a str },
    SymbolSize { zoom: &'a str, pixels: f64 },
    Letters,
    NotACode { name: &'a str },
    NoCodeOf { list: &'a str, code: &'a str },
    ZoomOfCode { code: &'a str, last: u8 },
}

impl Tell for TilesetMistake<'_> {
    const FILE: &'static str = "declarations";
}

struct Reader<'a> {
    reporter: Reporter<'a>,
    catalogue: &'a Catalogue,
}

impl Reader<'_> {
    fn tilesets(&mut self, raw: Raw) -> (Vec<Served>, Vec<Declared>) {
        let mut names: Vec<String> = self.catalogue.collections().iter().map(|c| c.name.clone()).collect();
        let mut served = Vec::with_capacity(raw.tilesets.len() + names.len());
        for raw in raw.tilesets {
            self.name(&raw.name, &mut names, |name| TilesetMistake::TilesetTaken { name });
            if raw.layers.is_empty() || raw.layers.len() > u64::BITS as usize {
                self.reporter.fault(raw.name.span(), &TilesetMistake::Layers { most: u64::BITS });
            }
            let mut layer_names = Vec::new();
            let layers = raw.layers.into_iter().filter_map(|raw| self.layer(raw, &mut layer_names)).collect();
            let tileset = Tileset { name: raw.name.into_inner(), layers };
            if self.reporter.faults.is_empty() {
                served.push(Served::new(tileset, raw.title, None, self.catalogue));
            }
        }
        let archives = raw.archives.into_iter().map(|raw| self.archive(raw, &mut names)).collect();
        (served, archives)
    }

    /// A file is looked for beside the declaration; whether it is an archive is seen when it is opened.
    fn archive(&mut self, raw: RawArchive, names: &mut Vec<String>) -> Declared {
        self.name(&raw.name, names, |name| TilesetMistake::TilesetTaken { name });
        let folder = Path::new(self.reporter.file).parent().unwrap_or(Path::new(""));
        let file = folder.join(raw.file.get_ref());
        if !file.is_file() {
            self.reporter.fault(raw.file.span(), &TilesetMistake::NoArchive { file: file.display().to_string() });
        }
        Declared { name: raw.name.into_inner(), title: raw.title, file }
    }

    /// A name goes into addresses and tiles as it is, and only once.
    fn name(&mut self, name: &Spanned<String>, taken: &mut Vec<String>, mistake: fn(&str) -> TilesetMistake<'_>) {
        let text = name.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(plain) {
            self.reporter.fault(name.span(), &Mistake::NotSnakeCase { name: text });
        }
        if taken.contains(text) {
            self.reporter.fault(name.span(), &mistake(text));
        }
        taken.push(text.clone());
    }

    fn layer(&mut self, raw: RawLayer, taken: &mut Vec<String>) -> Option<Layer> {
        self.name(&raw.name, taken, |name| TilesetMistake::LayerTaken { name });
        let named = raw.collection.as_ref().unwrap_or(&raw.name);
        let Some(position) = self.catalogue.position(named.get_ref()) else {
            self.reporter.fault(named.span(), &Mistake::NoCollection { name: named.get_ref() });
            return None;
        };
        let collection = self.catalogue.collections()[position].clone();
        let mut properties = Vec::with_capacity(raw.properties.len());
        for name in &raw.properties {
            match self.property(&collection, name) {
                Some(k) if properties.contains(&k) => {
                    self.reporter.fault(name.span(), &TilesetMistake::NamedTwice { name: name.get_ref() });
                }
                Some(k) => properties.push(k),
                None => {}
            }
        }
        properties.sort_unstable();
        if raw.status && collection.position("operational_status").is_none() {
            self.reporter.fault(raw.name.span(), &TilesetMistake::NoStatus { collection: &collection.name });
        }
        let zooms = raw.zooms.as_ref().map_or(collection.zooms, |zooms| *zooms.get_ref());
        if let Some(written) = raw.zooms.filter(|_| zooms.0 > zooms.1 || zooms.1 > LAST_ZOOM) {
            self.reporter.fault(written.span(), &Mistake::Zooms { last: LAST_ZOOM });
        }
        if (raw.content == RawContent::Names) != raw.names.is_some() {
            self.reporter.fault(raw.name.span(), &TilesetMistake::NamesApart);
        }
        let names = raw.names.and_then(|raw| self.names(&collection, &properties, raw));
        Some(Layer {
            name: raw.name.into_inner(),
            collection: position,
            content: match raw.content {
                RawContent::Features => Content::Features,
                RawContent::Points => Content::Points,
                RawContent::Areas => Content::Areas,
                RawContent::Places => Content::Places,
                RawContent::Names => Content::Names,
            },
            properties,
            status: raw.status,
            zooms,
            single_from: raw.single_from.map_or(SINGLE_FROM, Spanned::into_inner),
            classes: raw.classes.and_then(|raw| self.classes(&collection, &raw, zooms)),
            names,
        })
    }

    /// What is written along lines: a property that travels, so that a style can write it.
    fn names(&mut self, collection: &Collection, travel: &[usize], raw: RawNames) -> Option<Names> {
        let property = self.property(collection, &raw.property)?;
        if !travel.contains(&property) {
            let mistake = TilesetMistake::NotAmongProperties { name: raw.property.get_ref() };
            self.reporter.fault(raw.property.span(), &mistake);
        }
        let mut clear_of = Vec::with_capacity(raw.clear_of.len());
        for name in &raw.clear_of {
            match self.catalogue.position(name.get_ref()) {
                Some(position) => clear_of.push(position),
                None => self.reporter.fault(name.span(), &Mistake::NoCollection { name: name.get_ref() }),
            }
        }
        let mut symbols = Vec::with_capacity(raw.symbols.get_ref().len());
        for (zoom, pixels) in raw.symbols.get_ref() {
            match zoom.parse() {
                Ok(zoom) if zoom <= LAST_ZOOM && *pixels > 0.0 => symbols.push((zoom, *pixels)),
                _ => {
                    let mistake = TilesetMistake::SymbolSize { zoom, pixels: *pixels };
                    self.reporter.fault(raw.symbols.span(), &mistake);
                }
            }
        }
        symbols.sort_unstable_by_key(|(zoom, _)| *zoom);
        if !(raw.letter > 0.0 && raw.every > 0.0) {
            self.reporter.fault(raw.property.span(), &TilesetMistake::Letters);
        }
        Some(Names { property, letter: raw.letter, every: raw.every, clear_of, symbols })
    }

    fn property(&mut self, collection: &Collection, name: &Spanned<String>) -> Option<usize> {
        let position = collection.position(name.get_ref());
        if position.is_none() {
            let mistake = Mistake::NoPropertyOf { collection: &collection.name, name: name.get_ref() };
            self.reporter.fault(name.span(), &mistake);
        }
        position
    }

    fn classes(&mut self, collection: &Collection, raw: &RawClasses, zooms: (u8, u8)) -> Option<Classes> {
        let property = self.property(collection, &raw.property)?;
        let Some(list) = collection.properties[property].codes().cloned() else {
            self.reporter.fault(raw.property.span(), &TilesetMistake::NotACode { name: raw.property.get_ref() });
            return None;
        };
        let otherwise = raw.otherwise.unwrap_or(zooms.1);
        let mut from = vec![otherwise; list.codes().len()];
        for (code, zoom) in raw.from.get_ref() {
            let zoom = zoom.as_integer().and_then(|zoom| u8::try_from(zoom).ok()).filter(|zoom| *zoom <= LAST_ZOOM);
            match (list.position(code), zoom) {
                (Some(position), Some(zoom)) => from[usize::from(position)] = zoom,
                (None, _) => {
                    self.reporter.fault(raw.from.span(), &TilesetMistake::NoCodeOf { list: &list.name, code });
                }
                (_, None) => {
                    self.reporter.fault(raw.from.span(), &TilesetMistake::ZoomOfCode { code, last: LAST_ZOOM });
                }
            }
        }
        Some(Classes { property, from, otherwise })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        Catalogue::load(&data).expect("the declarations")
    }

    #[test]
    fn the_tilesets_of_this_checkout_are_those_maps_are_drawn_from_and_one_a_collection() {
        let catalogue = catalogue();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tiles");
        let tilesets = Tilesets::load(&folder, &catalogue).expect("the tilesets");
        let declared: Vec<&str> = tilesets.declared().map(|tileset| tileset.name.as_str()).collect();
        assert_eq!(declared, ["firewater", "base"]);
        assert_eq!(tilesets.iter().count(), declared.len() + catalogue.collections().len());
        let firewater = tilesets.at(0).expect("a tileset");
        assert!(
            firewater.daily
                && firewater.seen(|_| Some(Visibility::Staff)) == firewater.public
                && firewater.zooms == (0, 16)
        );
        let hydrants = tilesets.place("hydrants").and_then(|place| tilesets.at(place)).expect("a tileset");
        let of_staff = hydrants.seen(|_| Some(Visibility::Staff));
        assert_eq!((of_staff.layer(0), hydrants.public.layer(0)), (Some(Visibility::Staff), Some(Visibility::Public)));
        assert_eq!(hydrants.collection, catalogue.position("hydrants"));
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let text = r#"
[[tilesets]]
name = "hydrants"
title = { de = "a", en = "a" }
[[tilesets.layers]]
name = "nothing"
[[tilesets.layers]]
name = "hydrants"
properties = ["ref", "colour", "ref"]
zooms = [9, 40]
[[tilesets.layers]]
name = "hydrants"
[[tilesets.layers]]
name = "roads"
status = true
[tilesets.layers.classes]
property = "class"
from = { motorway = 5, canal = 7 }
[[tilesets]]
name = "Odd Name"
title = { de = "a", en = "a" }
layers = []
"#;
        let faults = Tilesets::read("tilesets.toml", text, &catalogue()).expect_err("faults").to_string();
        let expected = "tilesets.toml:3: there is another tileset or collection 'hydrants'
tilesets.toml:6: there is no collection 'nothing'
tilesets.toml:9: 'hydrants' has no property 'colour'
tilesets.toml:9: the property 'ref' stands twice
tilesets.toml:10: zooms are first and last, from 0 to 20
tilesets.toml:12: there is another layer 'hydrants'
tilesets.toml:14: 'roads' has no 'operational_status' to tell a status by
tilesets.toml:18: the list 'road_class' has no code 'canal'
tilesets.toml:20: 'Odd Name' is not a snake_case name
tilesets.toml:20: a tileset has 1 to 64 layers";
        assert_eq!(faults, expected);
        let unknown = Tilesets::read("t", "\n[[tilesets]]\nnam = 1\n", &catalogue()).expect_err("a fault").to_string();
        assert!(unknown.starts_with("t:3: unknown field `nam`"), "{unknown}");
    }
}
