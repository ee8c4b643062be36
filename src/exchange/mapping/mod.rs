//! From the columns of a supplier to the properties of a collection.
//!
//! A mapping is a TOML file, kept for a supplier; `data/mappings/README.md` describes every word of it. [`file`] reads
//! one; where there is none, [`Mapping::identity`] takes columns by the names and labels of the declaration. [`columns`] finds
//! cells, [`words`] understands them, with [`numbers`], [`units`] and [`dates`]; [`position`] finds where a row lies;
//! a [`rule`]
//! takes one property of a row, [`apply`] the whole row. No I/O but reading the file; no database, no GDAL.

pub mod apply;
mod columns;
mod dates;
pub mod file;
mod numbers;
mod position;
mod rule;
pub mod units;
pub mod words;
#[cfg(test)]
mod words_tests;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::reader::TableForm;
use crate::collection::{Collection, PropertyKind};
use crate::feature::crs::Crs;

pub use apply::{Applier, Instead, Mapped};
pub use columns::{OURS, OWN_ID, OWN_VERSION, WHOLE};
pub use file::{MappingError, MappingMistake};
pub use position::Position;
pub use rule::wording_system;

/// What the mapping is called where there is no file.
const IDENTITY: &str = "identity";

/// How the rows of a supplier become features of a collection.
#[derive(Debug)]
pub struct Mapping {
    /// The file's name without its ending.
    pub name: String,
    /// Whose data these are: what an earlier import is recognised by.
    pub supplier: String,
    pub collection: Arc<Collection>,
    pub crs: Option<Crs>,
    pub layer: Option<String>,
    /// What a table does not say about itself.
    pub table: TableForm,
    /// Columns of easting (or longitude) and northing, where the rows have no geometry of their own.
    pub coordinates: Option<(String, String)>,
    /// The column that holds a whole position in any notation, where that is not one of the usual names.
    pub whole: Option<String>,
    pub key: Option<Key>,
    pub duplicate_numbers: DuplicateNumbers,
    /// What a value becomes that is unclear or does not fit, where its rule does not say; `Some("")`: nothing.
    pub otherwise: Option<String>,
    /// Every one must hold for a row to be taken.
    pub only: Vec<Condition>,
    /// Any of them leaves a row out.
    pub skip: Vec<Condition>,
    pub rules: Vec<Rule>,
    /// What rows get that have no value of their own.
    pub constants: Vec<(usize, Json)>,
}

/// The supplier's own identity of an object.
#[derive(Debug, Clone)]
pub struct Key {
    /// The `system` in `external_ids`.
    pub system: String,
    /// The first of these columns that has a value.
    pub columns: Vec<String>,
    /// Words for "none", small letters; without any the usual ones.
    pub none: Option<Vec<String>>,
}

impl Key {
    /// True for a word that says that there is no key.
    pub fn is_none(&self, text: &str) -> bool {
        self.none.as_ref().map_or_else(|| words::is_no_key(text), |none| none.contains(&text.trim().to_lowercase()))
    }
}

/// What becomes of a number that another object of the municipality has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DuplicateNumbers {
    /// The row is refused.
    #[default]
    Fault,
    /// The object is taken without its number, which is kept among its external ids.
    ExternalId,
}

/// A column whose value is one of a list, whatever the case.
#[derive(Debug, Clone)]
pub struct Condition {
    pub column: String,
    pub values: Vec<String>,
}

impl Condition {
    /// True of the properties of an object.
    pub fn holds(&self, properties: &serde_json::Map<String, Json>) -> bool {
        let value = properties.get(&self.column).and_then(Json::as_str);
        value.is_some_and(|text| self.values.contains(&text.trim().to_lowercase()))
    }
}

/// Where one property comes from.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Position in the collection.
    pub property: usize,
    pub columns: Vec<String>,
    pub several: Several,
    /// The supplier's words for a value; the first of a value is the one written on export.
    pub words: Words,
    /// The unit of numbers that come without one.
    pub unit: Option<String>,
    /// What a word that nobody knows, or a value that does not fit, becomes; `Some("")`: nothing.
    pub otherwise: Option<String>,
    /// `03/04/2024` is the fourth of March.
    pub month_first: bool,
    /// Keep the supplier's own wording among the external ids where the property alone could not give it back.
    pub keep_wording: bool,
}

/// What to do where several columns have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Several {
    First,
    /// All must say the same, or nothing is recorded.
    Agree,
    /// All, with this between them.
    Join(String),
}

/// A supplier's vocabulary.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Small letters → value; `Null` for words that mean nothing.
    known: HashMap<String, Json>,
    /// The same for words that are numbers, which programs write with more or fewer digits.
    numbers: Vec<(f64, Json)>,
    /// Value → the word to write.
    first: Vec<(Json, String)>,
}

impl Words {
    /// Adds a word for a value; the first one is written on export.
    pub fn add(&mut self, value: &Json, word: &str) {
        let plain = word.trim().to_lowercase();
        if let Some(number) = numbers::parse_number(&plain, false) {
            self.numbers.push((number, value.clone()));
        }
        self.known.insert(plain, value.clone());
        if !value.is_null() && self.first.iter().all(|(known, _)| known != value) {
            self.first.push((value.clone(), word.to_owned()));
        }
    }

    /// The value a cell stands for, if the vocabulary has it.
    pub fn value(&self, cell: &Json) -> Option<&Json> {
        let number = match cell {
            Json::String(text) => {
                if let Some(value) = self.known.get(&text.trim().to_lowercase()) {
                    return Some(value);
                }
                numbers::parse_number(text, false)
            }
            Json::Number(number) => number.as_f64(),
            _ => None,
        }?;
        self.numbers.iter().find(|(known, _)| (known - number).abs() < 0.05).map(|(_, value)| value)
    }

    /// The word for a value.
    pub fn word(&self, value: &Json) -> Option<&str> {
        self.first.iter().find(|(known, _)| known == value).map(|(_, word)| word.as_str())
    }
}

impl Mapping {
    /// Columns called like the properties, by name, by German or English label or by the short names of our Shapefiles.
    pub fn identity(collection: &Arc<Collection>) -> Self {
        let short = short_names(collection);
        let rule = |(k, property): (usize, &crate::collection::Property)| Rule {
            property: k,
            columns: different([&property.name, &property.title.de, &property.title.en, &short[k]]),
            several: Several::First,
            words: Words::default(),
            unit: None,
            otherwise: None,
            month_first: false,
            keep_wording: false,
        };
        Self {
            name: IDENTITY.to_owned(),
            supplier: IDENTITY.to_owned(),
            collection: collection.clone(),
            crs: None,
            layer: None,
            table: TableForm::default(),
            coordinates: None,
            whole: None,
            key: None,
            duplicate_numbers: DuplicateNumbers::Fault,
            otherwise: None,
            only: Vec::new(),
            skip: Vec::new(),
            rules: collection
                .properties
                .iter()
                .enumerate()
                .filter(|(_, property)| property.is_writable())
                .map(rule)
                .collect(),
            constants: Vec::new(),
        }
    }

    /// Where positions are looked for: pairs of columns, and columns that hold a whole position.
    pub fn place_columns(&self) -> (Vec<(&str, &str)>, Vec<&str>) {
        let pairs = match &self.coordinates {
            Some((x, y)) => vec![(x.as_str(), y.as_str())],
            None => columns::PAIRS.to_vec(),
        };
        let whole = self.whole.as_ref().map_or_else(|| WHOLE.to_vec(), |column| vec![column.as_str()]);
        (pairs, whole)
    }

    /// The names of all columns that are looked for in a table.
    pub fn columns(&self) -> Vec<String> {
        let rules = self.rules.iter().flat_map(|rule| &rule.columns);
        let key = self.key.iter().flat_map(|key| &key.columns);
        let conditions = self.only.iter().chain(&self.skip).map(|condition| &condition.column);
        let (pairs, whole) = self.place_columns();
        let places = pairs.iter().flat_map(|(x, y)| [*x, *y]).chain(whole).map(str::to_owned);
        rules.chain(key).chain(conditions).cloned().chain(places).collect()
    }

    /// True if columns are taken by the names of the declaration, as our exports have them.
    pub fn is_identity(&self) -> bool {
        self.name == IDENTITY
    }

    /// The rule for a property by name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        let k = self.collection.position(name)?;
        self.rules.iter().find(|rule| rule.property == k)
    }
}

/// The names that differ in more than their case, or one column would be read several times.
fn different(names: [&String; 4]) -> Vec<String> {
    let mut different: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !different.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            different.push(name.clone());
        }
    }
    different
}

/// Names of at most ten characters, unique, for the table of a Shapefile, by position of the property.
pub fn short_names(collection: &Collection) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(collection.properties.len());
    for property in &collection.properties {
        let mut short: String = property.name.chars().take(10).collect();
        let mut n = 1;
        while names.contains(&short) || short == "id" {
            n += 1;
            short = format!("{}{n}", property.name.chars().take(10 - n.to_string().len()).collect::<String>());
        }
        names.push(short);
    }
    names
}

/// A value as a mapping file or a constant gives it, in the JSON form of the property.
fn typed(kind: &PropertyKind, text: &str) -> Json {
    match kind {
        PropertyKind::Integer { .. } => text.parse::<i64>().map_or_else(|_| text.into(), Into::into),
        PropertyKind::Number { .. } => text.parse::<f64>().map_or_else(|_| text.into(), Into::into),
        PropertyKind::Boolean => text.parse::<bool>().map_or_else(|_| text.into(), Into::into),
        _ => text.into(),
    }
}
