//! Does a style name only what there is? Sources, layers of tiles, properties, symbols, fonts.
//!
//! A map program passes over what it cannot find, and the crew sees a map without hydrants. So a style that names a
//! missing thing stops the start, with the file and the layer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::StyleMistake;
use super::palette::Theme;
use super::styles::Styles;
use super::symbols::{STATUSES, Symbols};
use crate::collection::{Catalogue, DeclarationFault};
use crate::texts::Told;

/// Numbers that a cluster of points has instead of the properties of one.
const COUNTS: [&str; 5] = ["count", "ready", "restricted", "unknown", "out_of_service"];

/// What a layer of a tile offers: properties, and the codes of those that are code lists.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    properties: BTreeMap<String, Option<BTreeSet<String>>>,
}

impl Offer {
    /// A layer with the id and the named properties of a collection. With `status`, its features carry that too, and
    /// points of it are counted together at low zooms.
    pub fn of_collection(catalogue: &Catalogue, collection: usize, properties: &[usize], status: bool) -> Self {
        let mut offer = Self::default().with("id", None);
        if let Some(collection) = catalogue.collections().get(collection) {
            for property in properties.iter().filter_map(|k| collection.properties.get(*k)) {
                let codes = property.codes().map(|list| list.codes().iter().map(|code| code.code.clone()).collect());
                offer = offer.with(&property.name, codes);
            }
        }
        if status {
            offer = offer.with("status", Some(STATUSES.map(str::to_owned).into()));
            offer = COUNTS.into_iter().fold(offer, |offer, count| offer.with(count, None));
        }
        offer
    }

    /// And a property more.
    #[must_use]
    pub fn with(mut self, name: &str, codes: Option<BTreeSet<String>>) -> Self {
        self.properties.insert(name.to_owned(), codes);
        self
    }
}

/// What all tilesets offer, by tileset (a source of the style) and layer.
pub type Offers = BTreeMap<(String, String), Offer>;

/// Everything a style names that is not there.
pub fn faults(styles: &Styles, offers: &Offers, symbols: &Symbols, fonts: &[&str]) -> Vec<DeclarationFault> {
    // Both themes have the same layers.
    let theme = Theme::Day;
    let sources = &styles.of(theme)["sources"];
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for layer in styles.layers(theme) {
        let id = layer["id"].as_str().unwrap_or_default();
        let mut check = Check { offer: None, reasons: Vec::new() };
        if !seen.insert(id) {
            check.push(&StyleMistake::IdTaken);
        }
        if let Some(source) = layer["source"].as_str() {
            check.source(source, layer["source-layer"].as_str(), sources, offers);
        } else if layer["type"] != "background" {
            check.push(&StyleMistake::SourceMissing);
        }
        check.properties(layer);
        check.icons(&layer["layout"]["icon-image"], symbols);
        check.fonts(&layer["layout"], fonts);
        faults.extend(check.reasons.into_iter().map(|reason| styles.fault(id, reason)));
    }
    faults
}

/// The check of one layer.
struct Check<'a> {
    offer: Option<&'a Offer>,
    reasons: Vec<Told>,
}

impl<'a> Check<'a> {
    fn push(&mut self, mistake: &StyleMistake<'_>) {
        self.reasons.push(mistake.into());
    }

    fn source(&mut self, source: &str, layer: Option<&str>, sources: &Value, offers: &'a Offers) {
        let Some(declared) = sources.get(source) else {
            return self.push(&StyleMistake::NoSource { name: source });
        };
        if declared["type"] != "vector" {
            return;
        }
        let Some(layer) = layer else {
            return self.push(&StyleMistake::SourceLayerMissing);
        };
        self.offer = offers.get(&(source.to_owned(), layer.to_owned()));
        if self.offer.is_none() {
            let known: Vec<&str> = offers.keys().filter(|key| key.0 == source).map(|key| key.1.as_str()).collect();
            self.push(&match known.is_empty() {
                true => StyleMistake::NoTileset { name: source },
                false => StyleMistake::NoTilesetLayer { tileset: source, layer, known },
            });
        }
    }

    /// Every `get` and `has` below a value.
    fn properties(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                if let [Value::String(operator), Value::String(name)] = items.as_slice()
                    && ["get", "has"].contains(&operator.as_str())
                    && let Some(offer) = self.offer
                    && !offer.properties.contains_key(name)
                {
                    let known = offer.properties.keys().map(String::as_str).collect();
                    let reason = Told::of(&StyleMistake::FeaturesLack { name, known });
                    if !self.reasons.contains(&reason) {
                        self.reasons.push(reason);
                    }
                }
                items.iter().for_each(|item| self.properties(item));
            }
            Value::Object(members) => members.values().for_each(|member| self.properties(member)),
            _ => {}
        }
    }

    fn icons(&mut self, value: &Value, symbols: &Symbols) {
        if value.is_null() {
            return;
        }
        match self.texts(value) {
            Ok(names) => {
                let missing: Vec<String> =
                    names.into_iter().filter(|name| symbols.get(Theme::Day, name).is_none()).collect();
                if let Some((first, rest)) = missing.split_first() {
                    self.push(&StyleMistake::NoSymbol { name: first, others: rest.len() });
                }
            }
            Err(reason) => self.push(&StyleMistake::SymbolsUnclear { reason }),
        }
    }

    /// Every text an expression can result in.
    fn texts(&self, value: &Value) -> Result<BTreeSet<String>, Told> {
        let Value::Array(items) = value else {
            let no_text = || Told::of(&StyleMistake::NotText { value: value.to_string() });
            return value.as_str().map(|text| [text.to_owned()].into()).ok_or_else(no_text);
        };
        let (operator, rest) = items.split_first().ok_or_else(|| Told::of(&StyleMistake::EmptyExpression))?;
        let union = |values: &mut dyn Iterator<Item = &Value>| {
            let mut all = BTreeSet::new();
            for value in values {
                all.extend(self.texts(value)?);
            }
            Ok(all)
        };
        match operator.as_str().unwrap_or_default() {
            "literal" | "to-string" | "coalesce" => union(&mut rest.iter()),
            "get" => {
                let name = rest.first().and_then(Value::as_str).unwrap_or_default();
                let codes = self.offer.and_then(|offer| offer.properties.get(name));
                codes.cloned().flatten().ok_or_else(|| Told::of(&StyleMistake::NoCodes { name }))
            }
            "concat" => rest.iter().try_fold(BTreeSet::from([String::new()]), |heads, value| {
                let tails = self.texts(value)?;
                Ok(heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect())
            }),
            // Condition and output by turns, then the output of what is left.
            "case" => union(&mut outputs(rest)),
            "match" => union(&mut outputs(rest.get(1..).unwrap_or_default())),
            "step" => union(&mut rest.iter().skip(1).step_by(2)),
            operator => Err(Told::of(&StyleMistake::NotUnderstood { operator })),
        }
    }

    fn fonts(&mut self, layout: &Value, fonts: &[&str]) {
        let named = layout["text-font"].as_array().map_or(&[][..], Vec::as_slice);
        if !layout["text-field"].is_null() && named.is_empty() {
            self.push(&StyleMistake::FontMissing);
        }
        for name in named.iter().map(|name| name.as_str().unwrap_or_default()).filter(|name| !fonts.contains(name)) {
            self.push(&StyleMistake::NoFont { name, known: fonts.to_vec() });
        }
    }
}

/// Of what, output, what, output, …, otherwise: the outputs.
fn outputs(arms: &[Value]) -> impl Iterator<Item = &Value> {
    let otherwise = arms.last().filter(|_| arms.len() % 2 == 1);
    arms.iter().skip(1).step_by(2).chain(otherwise)
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use super::super::styles::tests::{load, shipped};
    use super::super::symbols::tests::shipped as symbols;
    use super::*;
    use crate::texts::english;

    const FONTS: [&str; 2] = ["Geokontor Bold", "Geokontor Regular"];

    /// What the tilesets of the house offer.
    pub fn offers() -> Offers {
        let catalogue = Catalogue::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("the declarations");
        let layer = |collection: &str, properties: &[&str], status| {
            let position = catalogue.position(collection).expect("a collection");
            let places: Vec<usize> = properties
                .iter()
                .map(|name| catalogue.collections()[position].position(name).expect("a property"))
                .collect();
            Offer::of_collection(&catalogue, position, &places, status)
        };
        let mut offers = Offers::new();
        let mut add = |source: &str, name: &str, offer| offers.insert((source.to_owned(), name.to_owned()), offer);
        add(
            "firewater",
            "hydrants",
            layer("hydrants", &["ref", "kind", "flow_rate", "flow_method", "flow_class", "main_diameter"], true),
        );
        add(
            "firewater",
            "water_sources",
            layer("water_sources", &["ref", "kind", "yield_rate", "flow_method", "flow_class"], true),
        );
        add(
            "firewater",
            "suction_points",
            layer("suction_points", &["ref", "kind", "flow_rate", "flow_method", "flow_class"], true),
        );
        add("base", "municipalities", layer("municipalities", &["name"], false));
        add("base", "water", layer("water_sources", &["name"], false));
        add("base", "water_names", layer("water_sources", &["kind", "name"], false));
        add("base", "buildings", layer("buildings", &["function"], false));
        add("base", "roads", layer("roads", &["class", "name", "ref"], false));
        add("base", "street_names", layer("roads", &["class", "name"], false).with("zoom", None));
        add("base", "addresses", layer("addresses", &["street", "house_number"], false));
        add("base", "places", Offer::default().with("name", None).with("rank", None));
        offers
    }

    fn told(layers: &str) -> Vec<String> {
        let head =
            "{\"version\": 8, \"sources\": {\"firewater\": {\"type\": \"vector\", \"url\": \"/tiles/firewater\"}}";
        let styles = load(&format!("{head}, \"layers\": [{layers}]}}")).expect("a style");
        faults(&styles, &offers(), &symbols(), &FONTS).into_iter().map(|fault| english(fault.told)).collect()
    }

    #[test]
    fn the_style_of_the_house_names_nothing_that_is_missing() {
        assert_eq!(faults(&shipped(), &offers(), &symbols(), &FONTS), []);
    }

    #[test]
    fn a_missing_source_or_layer_is_told_with_what_there_is() {
        let told = told(
            r#"{"id": "a", "type": "fill", "source": "satellite", "source-layer": "x"},
               {"id": "b", "type": "circle", "source": "firewater", "source-layer": "hydrant"},
               {"id": "b", "type": "line"}"#,
        );
        assert_eq!(
            told,
            [
                "layer 'a': the style has no source 'satellite'",
                "layer 'b': the tileset 'firewater' has no layer 'hydrant' (hydrants, suction_points, water_sources)",
                "layer 'b': another layer has this id",
                "layer 'b': has no 'source'",
            ]
        );
    }

    #[test]
    fn a_missing_property_symbol_or_font_is_told_with_its_layer() {
        let told = told(
            r#"{"id": "a", "type": "symbol", "source": "firewater", "source-layer": "suction_points",
                "filter": ["has", "depth"], "layout": {
                    "icon-image": ["concat", "hydrants-", ["get", "kind"], "-", ["get", "status"]],
                    "text-field": "x", "text-font": ["Arial"]}},
               {"id": "b", "type": "symbol", "source": "firewater", "source-layer": "hydrants",
                "layout": {"icon-image": ["get", "ref"]}}"#,
        );
        assert_eq!(
            told,
            [
                "layer 'a': its features have no property 'depth' (count, flow_class, flow_method, flow_rate, id, kind, out_of_service, ready, ref, restricted, status, unknown)",
                "layer 'a': there is no symbol 'hydrants-paved_place-out_of_service' (and 27 others) in symbols/",
                "layer 'a': there is no font 'Arial' in fonts/ (Geokontor Bold, Geokontor Regular)",
                "layer 'b': which symbols it shows cannot be told: 'ref' has no code list",
            ]
        );
    }

    #[test]
    fn every_branch_of_an_expression_is_looked_at() {
        let icon = |image: &str| {
            told(&format!(
                r#"{{"id": "a", "type": "symbol", "source": "firewater", "source-layer": "hydrants", "layout": {{"icon-image": {image}}}}}"#
            ))
        };
        for image in [
            r#"["case", ["has", "count"], "nowhere", "incident"]"#,
            r#"["match", ["get", "status"], "ready", "incident", "nowhere"]"#,
            r#"["step", ["zoom"], "incident", 12, "nowhere"]"#,
            r#"["coalesce", "incident", "nowhere"]"#,
        ] {
            assert_eq!(icon(image), ["layer 'a': there is no symbol 'nowhere' in symbols/"], "{image}");
        }
        assert_eq!(icon(r#"["step", ["zoom"], "incident", 12, "position"]"#), [] as [&str; 0]);
    }
}
