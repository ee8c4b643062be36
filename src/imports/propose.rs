//! How the columns of a file are probably meant: as they were the last time, as a mapping file says, or by their names and values.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::collection::{Collection, Property};
use crate::exchange::examine::{Examined, ExaminedColumn};
use crate::exchange::mapping::Mapping;

/// A mapping fits where the file has this share of the columns that it names.
const FITS: f64 = 0.7;
/// Share of the different values of a column that are words of a code list, so that it is meant: some are misspelt.
const WORDS: f64 = 0.6;

/// Proposes a mapping. `kept` are those that were used before, the latest first, `files` those of the district.
pub fn propose(
    examined: &Examined,
    collection: &Arc<Collection>,
    kept: Vec<(String, Json)>,
    files: Vec<(String, Json)>,
) -> Json {
    let columns: HashSet<String> = examined.columns.iter().map(|column| plain(&column.name)).collect();
    let mut best: Option<(f64, Json)> = None;
    for (_, definition) in kept.into_iter().chain(files) {
        let share = share_of(&definition, &columns);
        if share >= FITS && best.as_ref().is_none_or(|(known, _)| share > *known) {
            best = Some((share, definition));
        }
    }
    let found = best.map(|(_, definition)| definition);
    found.unwrap_or_else(|| by_names(examined, collection))
}

/// The share of the columns of a mapping that a file has. A rule counts once, whichever of its columns is there.
fn share_of(definition: &Json, columns: &HashSet<String>) -> f64 {
    let rules = definition["properties"].as_array().map(Vec::as_slice).unwrap_or_default();
    let has = |name: &Json| name.as_str().is_some_and(|name| columns.contains(&plain(name)));
    let found = rules.iter().filter(|rule| rule["columns"].as_array().is_some_and(|names| names.iter().any(has)));
    let all = rules.len();
    #[expect(clippy::cast_precision_loss, reason = "some dozen columns")]
    let share = found.count() as f64 / all.max(1) as f64;
    if all == 0 { 0.0 } else { share }
}

/// Columns called like properties, in either language, and columns whose values are words of one code list alone.
fn by_names(examined: &Examined, collection: &Arc<Collection>) -> Json {
    let identity = Mapping::identity(collection);
    let mut rules: Vec<Json> = Vec::new();
    let mut taken: HashSet<usize> = HashSet::new();
    for rule in &identity.rules {
        let names: HashSet<String> = rule.columns.iter().map(|name| plain(name)).collect();
        let free = |(k, column): &(usize, &ExaminedColumn)| !taken.contains(k) && names.contains(&plain(&column.name));
        if let Some((k, column)) = examined.columns.iter().enumerate().find(free) {
            taken.insert(k);
            rules.push(rule_of(&collection.properties[rule.property], column));
        }
    }
    let unmapped = |rules: &[Json], property: &Property| rules.iter().all(|rule| rule["property"] != property.name);
    for (k, column) in examined.columns.iter().enumerate() {
        if taken.contains(&k) || column.values.is_empty() {
            continue;
        }
        let writable = collection.properties.iter().filter(|property| property.is_writable());
        let meant: Vec<&Property> =
            writable.filter(|property| unmapped(&rules, property) && speaks_of(column, property)).collect();
        // Where several lists have the words, a person has to say which is meant.
        if let [property] = meant.as_slice() {
            taken.insert(k);
            rules.push(rule_of(property, column));
        }
    }
    let mut definition = place_of(examined, &identity);
    definition.insert("collection".to_owned(), json!(collection.name));
    definition.insert("properties".to_owned(), Json::Array(rules));
    Json::Object(definition)
}

/// The columns in which the importer would find where a row lies, where the rows have no geometry of their own.
fn place_of(examined: &Examined, mapping: &Mapping) -> Map<String, Json> {
    let (pairs, whole) = mapping.place_columns();
    let called = |wanted: &str| examined.columns.iter().find(|column| plain(&column.name) == plain(wanted));
    let named = |members: &[(&str, &ExaminedColumn)]| {
        members.iter().map(|(name, column)| ((*name).to_owned(), json!(column.name))).collect()
    };
    if examined.first.iter().any(|row| !row.wkb.is_empty()) {
        return Map::new();
    }
    let pair = pairs.iter().find_map(|(x, y)| Some(named(&[("x", called(x)?), ("y", called(y)?)])));
    pair.or_else(|| whole.iter().find_map(|name| Some(named(&[("at", called(name)?)])))).unwrap_or_default()
}

fn rule_of(property: &Property, column: &ExaminedColumn) -> Json {
    let mut rule =
        Map::from_iter([("property".to_owned(), json!(property.name)), ("columns".to_owned(), json!([column.name]))]);
    if let Some(unit) = column.unit.as_ref().filter(|_| property.unit.is_some()) {
        rule.insert("unit".to_owned(), json!(unit));
    }
    Json::Object(rule)
}

/// Are the values of a column codes or labels of a property's code list?
fn speaks_of(column: &ExaminedColumn, property: &Property) -> bool {
    let Some(list) = property.codes() else { return false };
    let words: HashSet<String> = list
        .codes()
        .iter()
        .flat_map(|code| [plain(&code.code), plain(&code.label.de), plain(&code.label.en)])
        .collect();
    let known = column.values.iter().filter(|one| words.contains(&plain(&one.value))).count();
    #[expect(clippy::cast_precision_loss, reason = "at most a hundred values")]
    let share = known as f64 / column.values.len() as f64;
    // A single word, as "ja" or "1", says too little.
    known >= 2 && share >= WORDS
}

/// A name without what people write in different ways: case, blanks, punctuation.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
