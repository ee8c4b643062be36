//! TileJSON 3.0.0: what map libraries must know of a tileset (<https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>).

use serde_json::{Map, Value as Json, json};

use super::Served;
use super::tileset::{Content, Layer};
use crate::collection::{Language, Property};
use crate::feature::GeometryKind;
use crate::http::Ask;
use crate::tiles::Tiles;

/// The document; `template` is the address of a tile.
pub fn document(tiles: &Tiles, ask: &Ask, served: &Served, template: &str) -> Json {
    let (min, max) = (tiles.district.bounds.min(), tiles.district.bounds.max());
    let (first, last) = served.zooms;
    let middle = tiles.district.bounds.center();
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    json!({
        "tilejson": "3.0.0",
        "name": served.tileset.name,
        "description": served.title.in_language(ask.language),
        "scheme": "xyz",
        "tiles": [template],
        "minzoom": first,
        "maxzoom": last,
        "bounds": [min.x, min.y, max.x, max.y],
        "center": [rounded(middle.x), rounded(middle.y), 10.clamp(first, last)],
        "vector_layers": vector_layers(tiles, ask, served),
    })
}

/// The layers with the fields that the caller gets.
fn vector_layers(tiles: &Tiles, ask: &Ask, served: &Served) -> Vec<Json> {
    layers(tiles, ask, served)
        .map(|layer| {
            let collection = &tiles.catalogue.collections()[layer.collection];
            json!({
                "id": layer.name,
                "description": collection.title.in_language(ask.language),
                "minzoom": layer.zooms.0,
                "maxzoom": served.zooms.1,
                "fields": fields(tiles, ask, layer),
            })
        })
        .collect()
}

/// The layers of which the caller may know.
pub fn layers<'a>(tiles: &'a Tiles, ask: &'a Ask, served: &'a Served) -> impl Iterator<Item = &'a Layer> {
    let is_seen = |layer: &&Layer| ask.caller.sees(&tiles.catalogue.collections()[layer.collection]).is_some();
    served.tileset.layers.iter().filter(is_seen)
}

/// What a layer's features carry, in words.
pub fn fields(tiles: &Tiles, ask: &Ask, layer: &Layer) -> Map<String, Json> {
    let language = ask.language;
    let word = |de: &str, en: &str| Json::from(if language == Language::De { de } else { en });
    let mut fields = Map::new();
    if layer.content == Content::Places {
        fields.insert("name".to_owned(), word("Ortsname", "Name of the settlement"));
        fields.insert("rank".to_owned(), word("Rang nach Zahl der Adressen", "Rank by number of addresses"));
        return fields;
    }
    if layer.content == Content::Names {
        fields.insert("zoom".to_owned(), word("Zoomstufe, ab der Platz ist", "Zoom from which on there is room"));
    } else {
        fields.insert("id".to_owned(), word("Kennung des Objekts", "Id of the feature"));
    }
    let collection = &tiles.catalogue.collections()[layer.collection];
    let seen = ask.caller.sees(collection);
    let properties = layer.properties.iter().map(|k| &collection.properties[*k]);
    for property in properties.filter(|property| Some(property.visibility) <= seen) {
        fields.insert(property.name.clone(), described(property, language).into());
    }
    if layer.status {
        let status = word("Was heute zu erwarten ist", "What to expect today");
        fields.insert("status".to_owned(), status);
    }
    if layer.zooms.0 < layer.single_from && collection.geometry.contains(&GeometryKind::Point) {
        fields.insert(
            "count".to_owned(),
            word(
                "Zahl der Objekte, für die der Punkt steht; ohne Angabe eines",
                "Number of features the point stands for; one without it",
            ),
        );
        for (name, de, en) in STATUSES.into_iter().filter(|_| layer.status) {
            fields.insert(name.to_owned(), word(de, en));
        }
    }
    fields
}

const STATUSES: [(&str, &str, &str); 4] = [
    ("ready", "davon einsatzbereit", "of them ready"),
    ("restricted", "davon eingeschränkt", "of them restricted"),
    ("unknown", "davon ungeprüft", "of them unknown"),
    ("out_of_service", "davon außer Betrieb", "of them out of service"),
];

fn described(property: &Property, language: Language) -> String {
    let title = property.title.in_language(language);
    match &property.unit {
        Some(unit) => format!("{title} ({unit})"),
        None => title.to_owned(),
    }
}
