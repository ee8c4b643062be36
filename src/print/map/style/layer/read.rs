//! Layers read from JSON: every property is taken by name, and what nobody took is a fault.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::super::parse::{Wanted, parse};
use super::super::{Colour, Property, StyleFault, Undrawable, Value};
use super::{
    Anchor, Background, Cap, Circle, Fill, Icon, Join, Kind, Layer, Line, Overlaps, Placement, Raster, Symbol, Text,
};
use crate::texts::Told;

const ANCHORS: [&str; 9] =
    ["center", "left", "right", "top", "bottom", "top-left", "top-right", "bottom-left", "bottom-right"];

const LAYER_KEYS: [&str; 10] =
    ["id", "type", "source", "source-layer", "minzoom", "maxzoom", "filter", "layout", "paint", "metadata"];

/// Where the zoom stands from which on a layer fills paper; map programs pass over it.
const FILLS_PAPER_FROM: &str = "/metadata/geokontor:fills-paper-from";

impl Layer {
    /// Reads a layer; `None` if it is hidden or has faults, which are added.
    pub(in super::super) fn read(
        json: &Json,
        sources: &Map<String, Json>,
        faults: &mut Vec<StyleFault>,
    ) -> Option<Self> {
        let before = faults.len();
        let id = json.get("id").and_then(Json::as_str).unwrap_or("?").to_owned();
        let mut reader = Reader { layer: &id, json, faults, taken: Vec::new() };
        let word = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
        let visible = reader.word("layout", "visibility", &["visible", "none"]) == "visible";
        let kind = reader.kind()?;
        let source = word("source");
        match (&kind, &source) {
            (Kind::Background(_), _) => {}
            (_, Some(name)) if !sources.contains_key(name) => {
                reader.fault("source", &Undrawable::UnknownSource { name: name.clone() });
            }
            (_, None) => reader.fault("source", &Undrawable::NoSource),
            (Kind::Raster(_), _) => {}
            _ if word("source-layer").is_none() => {
                reader.fault("source-layer", &Undrawable::NoSourceLayer);
            }
            _ => {}
        }
        let zooms = (reader.zoom("minzoom", 0.0), reader.zoom("maxzoom", 24.0));
        let fills_paper_from = json.pointer(FILLS_PAPER_FROM).and_then(Json::as_f64);
        let filter = json.get("filter").and_then(|filter| match parse(filter, Wanted::Bool) {
            Ok(filter) => Some(filter),
            Err(fault) => {
                reader.fault("filter", &fault);
                None
            }
        });
        reader.finish();
        let source_layer = word("source-layer").unwrap_or_default();
        (faults.len() == before && visible).then_some(Self {
            id,
            source,
            source_layer,
            zooms,
            fills_paper_from,
            filter,
            kind,
        })
    }
}

struct Reader<'r> {
    layer: &'r str,
    json: &'r Json,
    faults: &'r mut Vec<StyleFault>,
    taken: Vec<(&'static str, &'static str)>,
}

impl<'r> Reader<'r> {
    fn kind(&mut self) -> Option<Kind> {
        Some(match self.json.get("type").and_then(Json::as_str).unwrap_or_default() {
            "background" => Kind::Background(Background {
                color: self.colour("paint", "background-color", Colour::BLACK),
                opacity: self.number("paint", "background-opacity", 1.0),
            }),
            "fill" => Kind::Fill(self.fill()),
            "line" => Kind::Line(Box::new(self.line())),
            "circle" => Kind::Circle(Box::new(self.circle())),
            "symbol" => Kind::Symbol(Box::new(self.symbol())),
            "raster" => Kind::Raster(Raster { opacity: self.number("paint", "raster-opacity", 1.0) }),
            other => {
                self.fault("type", &Undrawable::LayerKind { kind: other.to_owned() });
                return None;
            }
        })
    }

    fn fill(&mut self) -> Fill {
        Fill {
            color: self.colour("paint", "fill-color", Colour::BLACK),
            opacity: self.number("paint", "fill-opacity", 1.0),
            outline: self.colour("paint", "fill-outline-color", Colour::NONE),
            sort_key: self.number("layout", "fill-sort-key", 0.0),
        }
    }

    fn line(&mut self) -> Line {
        let cap = match self.word("layout", "line-cap", &["butt", "round", "square"]) {
            "round" => Cap::Round,
            "square" => Cap::Square,
            _ => Cap::Butt,
        };
        let join = match self.word("layout", "line-join", &["miter", "round", "bevel"]) {
            "round" => Join::Round,
            "bevel" => Join::Bevel,
            _ => Join::Miter,
        };
        Line {
            color: self.colour("paint", "line-color", Colour::BLACK),
            opacity: self.number("paint", "line-opacity", 1.0),
            width: self.number("paint", "line-width", 1.0),
            offset: self.number("paint", "line-offset", 0.0),
            gap_width: self.number("paint", "line-gap-width", 0.0),
            dashes: self.property("paint", "line-dasharray", Wanted::Numbers(0), Value::List(Vec::new())),
            cap,
            join,
            sort_key: self.number("layout", "line-sort-key", 0.0),
        }
    }

    fn circle(&mut self) -> Circle {
        Circle {
            color: self.colour("paint", "circle-color", Colour::BLACK),
            opacity: self.number("paint", "circle-opacity", 1.0),
            radius: self.number("paint", "circle-radius", 5.0),
            stroke_color: self.colour("paint", "circle-stroke-color", Colour::BLACK),
            stroke_opacity: self.number("paint", "circle-stroke-opacity", 1.0),
            stroke_width: self.number("paint", "circle-stroke-width", 0.0),
            sort_key: self.number("layout", "circle-sort-key", 0.0),
        }
    }

    fn symbol(&mut self) -> Symbol {
        let placement = match self.word("layout", "symbol-placement", &["point", "line", "line-center"]) {
            "line" => Placement::Line,
            "line-center" => Placement::LineCenter,
            _ => Placement::Point,
        };
        if placement != Placement::Point && self.value("layout", "icon-image").is_some() {
            self.fault("layout/icon-image", &Undrawable::IconsAlongLines);
        }
        let sorted = self.value("layout", "symbol-sort-key").is_some();
        let sort_key = self.number("layout", "symbol-sort-key", 0.0);
        Symbol {
            placement,
            spacing: self.number("layout", "symbol-spacing", 250.0),
            sort_key: sorted.then_some(sort_key),
            icon: self.icon(),
            text: self.text(),
        }
    }

    fn icon(&mut self) -> Icon {
        Icon {
            image: self.property("layout", "icon-image", Wanted::Text, Value::Null),
            size: self.number("layout", "icon-size", 1.0),
            anchor: self.anchor("icon-anchor"),
            offset: self.property("layout", "icon-offset", Wanted::Numbers(2), Value::Null),
            padding: self.number("layout", "icon-padding", 2.0),
            opacity: self.number("paint", "icon-opacity", 1.0),
            overlap: self.overlaps("icon-overlap", "icon-allow-overlap"),
            ignore_placement: self.flag("icon-ignore-placement"),
            optional: self.flag("icon-optional"),
        }
    }

    fn text(&mut self) -> Text {
        let words = Wanted::Words(&ANCHORS);
        if let Some(Json::String(text)) = self.value("layout", "text-field")
            && text.contains('{')
        {
            self.fault("layout/text-field", &Undrawable::NamesInBraces);
        }
        Text {
            field: self.property("layout", "text-field", Wanted::Text, Value::Null),
            font: self.property("layout", "text-font", Wanted::Texts, Value::Null),
            size: self.number("layout", "text-size", 16.0),
            anchor: self.anchor("text-anchor"),
            variable_anchor: self.property("layout", "text-variable-anchor", words, Value::Null),
            variable_places: self.places("text-variable-anchor-offset"),
            offset: self.property("layout", "text-offset", Wanted::Numbers(2), Value::Null),
            max_width: self.number("layout", "text-max-width", 10.0),
            letter_spacing: self.number("layout", "text-letter-spacing", 0.0),
            transform: self.property(
                "layout",
                "text-transform",
                Wanted::Word(&["none", "uppercase", "lowercase"]),
                Value::Null,
            ),
            padding: self.number("layout", "text-padding", 2.0),
            color: self.colour("paint", "text-color", Colour::BLACK),
            opacity: self.number("paint", "text-opacity", 1.0),
            halo_color: self.colour("paint", "text-halo-color", Colour::NONE),
            halo_width: self.number("paint", "text-halo-width", 0.0),
            overlap: self.overlaps("text-overlap", "text-allow-overlap"),
            ignore_placement: self.flag("text-ignore-placement"),
            optional: self.flag("text-optional"),
        }
    }

    fn overlaps(&mut self, word: &'static str, allowed: &'static str) -> Overlaps {
        let words = Wanted::Word(&["never", "always", "cooperative"]);
        Overlaps { word: self.property("layout", word, words, Value::Null), allowed: self.flag(allowed) }
    }

    /// Anchors in turn with offsets: `["top", [0, 1], "left", [1, 0]]`.
    fn places(&mut self, name: &'static str) -> Vec<(Anchor, [f32; 2])> {
        let Some(json) = self.value("layout", name) else { return Vec::new() };
        places(json).unwrap_or_else(|| {
            self.fault(&format!("layout/{name}"), &Undrawable::NoAnchors { given: json.to_string() });
            Vec::new()
        })
    }

    fn anchor(&mut self, name: &'static str) -> Property {
        self.property("layout", name, Wanted::Word(&ANCHORS), Value::Null)
    }

    fn number(&mut self, group: &'static str, name: &'static str, otherwise: f64) -> Property {
        self.property(group, name, Wanted::Number, Value::Number(otherwise))
    }

    fn colour(&mut self, group: &'static str, name: &'static str, otherwise: Colour) -> Property {
        self.property(group, name, Wanted::Colour, Value::Colour(otherwise))
    }

    fn property(
        &mut self,
        group: &'static str,
        name: &'static str,
        wanted: Wanted,
        otherwise: Value<'static>,
    ) -> Property {
        let expression = self.value(group, name).and_then(|json| match parse(json, wanted) {
            Ok(expression) => Some(expression),
            Err(fault) => {
                self.fault(&format!("{group}/{name}"), &fault);
                None
            }
        });
        Property::new(expression, otherwise)
    }

    /// A constant word; the first of the list where none is given.
    fn word(&mut self, group: &'static str, name: &'static str, words: &'static [&'static str]) -> &'static str {
        let Some(json) = self.value(group, name) else { return words[0] };
        let known = json.as_str().and_then(|given| words.iter().find(|word| **word == given));
        known.copied().unwrap_or_else(|| {
            self.fault(
                &format!("{group}/{name}"),
                &Undrawable::NoneOf { words: words.to_vec(), given: json.to_string() },
            );
            words[0]
        })
    }

    fn flag(&mut self, name: &'static str) -> Property {
        self.property("layout", name, Wanted::Bool, Value::Bool(false))
    }

    fn zoom(&mut self, name: &str, otherwise: f64) -> f64 {
        match self.json.get(name) {
            None => otherwise,
            Some(zoom) => zoom.as_f64().filter(|zoom| (0.0..=24.0).contains(zoom)).unwrap_or_else(|| {
                self.fault(name, &Undrawable::NoZoom { given: zoom.to_string() });
                otherwise
            }),
        }
    }

    fn value(&mut self, group: &'static str, name: &'static str) -> Option<&'r Json> {
        self.taken.push((group, name));
        self.json.get(group)?.get(name)
    }

    /// Finds what nobody took.
    fn finish(&mut self) {
        let Some(layer) = self.json.as_object() else { return };
        for key in layer.keys().filter(|key| !LAYER_KEYS.contains(&key.as_str())) {
            self.fault(key, &Undrawable::UnknownKey);
        }
        for group in ["layout", "paint"] {
            for name in layer.get(group).and_then(Json::as_object).into_iter().flat_map(Map::keys) {
                if !self.taken.contains(&(group, name.as_str())) {
                    self.fault(&format!("{group}/{name}"), &Undrawable::UnknownProperty);
                }
            }
        }
    }

    fn fault(&mut self, property: &str, fault: &Undrawable) {
        let layer = Cow::Borrowed(self.layer).into_owned();
        self.faults.push(StyleFault { layer, property: property.to_owned(), told: Told::of(fault) });
    }
}

#[expect(clippy::cast_possible_truncation, reason = "offsets of labels are a few letters")]
fn places(json: &Json) -> Option<Vec<(Anchor, [f32; 2])>> {
    let place = |pair: &[Json]| {
        let [word, offset] = pair else { return None };
        let word = word.as_str().filter(|word| ANCHORS.contains(word))?;
        let [x, y] = offset.as_array()?.as_slice() else { return None };
        Some((Anchor::named(word), [x.as_f64()? as f32, y.as_f64()? as f32]))
    };
    json.as_array()?.chunks(2).map(place).collect()
}
