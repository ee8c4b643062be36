//! Reads mapping files; every mistake of a file at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Condition, DuplicateNumbers, Key, Mapping, Rule, Several, Words, typed};
use crate::collection::{Collection, Mistake};
use crate::exchange::reader::TableForm;
use crate::feature::crs::Crs;
use crate::texts::{Tell, Told, line_of};

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum MappingError {
    NoMapping { name: String, collection: String, known: Vec<String> },
    MappingFaulty { file: String, faults: Vec<Told> },
}

impl Tell for MappingError {
    const FILE: &'static str = "declarations";
}

/// What can be wrong with a mapping, beside properties that there are not.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum MappingMistake<'a> {
    InLine { line: usize, reason: Told },
    OfAnotherCollection { collection: &'a str, wanted: &'a str },
    XWithoutY,
    OtherwiseOfAll,
    CommentMark,
    SetByServer { name: &'a str },
    NoCodeOfProperty { code: &'a str, name: &'a str },
    JoinOrAgree { name: &'a str },
}

impl Tell for MappingMistake<'_> {
    const FILE: &'static str = "declarations";
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMapping {
    #[expect(dead_code, reason = "for the people who read the file")]
    title: Option<String>,
    collection: String,
    supplier: Option<String>,
    crs: Option<String>,
    layer: Option<String>,
    #[serde(default)]
    head: Vec<String>,
    comment: Option<char>,
    x: Option<String>,
    y: Option<String>,
    at: Option<String>,
    key: Option<RawKey>,
    #[serde(default)]
    duplicate_numbers: RawDuplicate,
    otherwise: Option<String>,
    #[serde(default)]
    only: Vec<RawCondition>,
    #[serde(default)]
    skip: Vec<RawCondition>,
    #[serde(default)]
    constants: BTreeMap<String, toml::Value>,
    #[serde(default)]
    properties: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKey {
    system: String,
    columns: Vec<String>,
    none: Option<Vec<String>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
enum RawDates {
    #[default]
    DayFirst,
    MonthFirst,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCondition {
    column: String,
    values: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum RawDuplicate {
    #[default]
    Fault,
    ExternalId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    property: String,
    columns: Vec<String>,
    /// Value → the supplier's words for it; `-` for words that mean nothing.
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    unit: Option<String>,
    otherwise: Option<String>,
    #[serde(default)]
    dates: RawDates,
    join: Option<String>,
    #[serde(default)]
    agree: bool,
    #[serde(default)]
    keep_wording: bool,
}

/// The word of `words` for what is not recorded.
const NOTHING: &str = "-";

impl Mapping {
    /// Finds a mapping: a file if `name` is a path, else `NAME_COLLECTION.toml` or `NAME.toml` in `folder`. Without a name,
    /// the identity.
    pub fn find(name: Option<&str>, folder: &Path, collection: &Arc<Collection>) -> Result<Self, MappingError> {
        let Some(name) = name.filter(|name| *name != "identity") else { return Ok(Self::identity(collection)) };
        let unknown = || MappingError::NoMapping {
            name: name.to_owned(),
            collection: collection.name.clone(),
            known: known(folder),
        };
        let path = if name.contains(['/', '.']) {
            PathBuf::from(name)
        } else {
            let special = folder.join(format!("{name}_{}.toml", collection.name));
            if special.exists() { special } else { folder.join(format!("{name}.toml")) }
        };
        let text = std::fs::read_to_string(&path).map_err(|_| unknown())?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self::parse(&stem, &text, collection)
            .map_err(|faults| MappingError::MappingFaulty { file: path.display().to_string(), faults })
    }

    /// Reads the text of a mapping file.
    pub fn parse(name: &str, text: &str, collection: &Arc<Collection>) -> Result<Self, Vec<Told>> {
        let raw: RawMapping = toml::from_str(text).map_err(|error: toml::de::Error| {
            let line = line_of(text, error.span().map_or(0, |span| span.start));
            vec![Told::of(&MappingMistake::InLine { line, reason: Told::from(&error) })]
        })?;
        Self::of(name, raw, collection)
    }

    /// Reads a mapping that was put together by hand: what a file of one holds, as JSON.
    pub fn from_json(name: &str, definition: &Json, collection: &Arc<Collection>) -> Result<Self, Vec<Told>> {
        let raw = RawMapping::deserialize(definition).map_err(|error| vec![Told::verbatim(error.to_string())])?;
        Self::of(name, raw, collection)
    }

    /// The mapping files for a collection, by name, with what they hold. Files with faults are left out: `geokontor check` names them.
    pub fn files(folder: &Path, collection: &Arc<Collection>) -> Vec<(String, Json)> {
        let read = |name: String| {
            let text = std::fs::read_to_string(folder.join(format!("{name}.toml"))).ok()?;
            Self::parse(&name, &text, collection).ok()?;
            Some((name, toml::from_str(&text).ok()?))
        };
        known(folder).into_iter().filter_map(read).collect()
    }

    fn of(name: &str, raw: RawMapping, collection: &Arc<Collection>) -> Result<Self, Vec<Told>> {
        let mut faults: Vec<Told> = Vec::new();
        if raw.collection != collection.name {
            let mistake = MappingMistake::OfAnotherCollection { collection: &raw.collection, wanted: &collection.name };
            faults.push(Told::of(&mistake));
        }
        let crs = raw.crs.as_deref().map(Crs::from_str).transpose().map_err(|error| faults.push(Told::from(&error)));
        let mut rules = Vec::with_capacity(raw.properties.len());
        for rule in raw.properties {
            match read_rule(rule, collection) {
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        let mut constants = Vec::with_capacity(raw.constants.len());
        for (property, value) in raw.constants {
            match (collection.position(&property), serde_json::to_value(value)) {
                (Some(k), Ok(value)) => constants.push((k, value)),
                _ => {
                    let mistake = Mistake::NoPropertyOf { collection: &collection.name, name: &property };
                    faults.push(Told::of(&mistake));
                }
            }
        }
        let coordinates = match (raw.x, raw.y) {
            (Some(x), Some(y)) => Some((x, y)),
            (None, None) => None,
            _ => {
                faults.push(Told::of(&MappingMistake::XWithoutY));
                None
            }
        };
        if raw.otherwise.as_ref().is_some_and(|otherwise| !otherwise.is_empty()) {
            faults.push(Told::of(&MappingMistake::OtherwiseOfAll));
        }
        if raw.comment.is_some_and(|mark| !mark.is_ascii_punctuation()) {
            faults.push(Told::of(&MappingMistake::CommentMark));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let conditions = |raw: Vec<RawCondition>| raw.into_iter().map(condition).collect();
        Ok(Self {
            name: name.to_owned(),
            supplier: raw.supplier.unwrap_or_else(|| name.to_owned()),
            collection: collection.clone(),
            crs: crs.unwrap_or_default(),
            layer: raw.layer,
            table: TableForm { head: raw.head, comment: raw.comment },
            coordinates,
            whole: raw.at,
            key: raw.key.map(key),
            duplicate_numbers: match raw.duplicate_numbers {
                RawDuplicate::Fault => DuplicateNumbers::Fault,
                RawDuplicate::ExternalId => DuplicateNumbers::ExternalId,
            },
            otherwise: raw.otherwise,
            only: conditions(raw.only),
            skip: conditions(raw.skip),
            rules,
            constants,
        })
    }
}

fn key(raw: RawKey) -> Key {
    let none = raw.none.map(|none| none.iter().map(|word| word.trim().to_lowercase()).collect());
    Key { system: raw.system, columns: raw.columns, none }
}

fn condition(raw: RawCondition) -> Condition {
    Condition { column: raw.column, values: raw.values.iter().map(|value| value.to_lowercase()).collect() }
}

fn read_rule(raw: RawRule, collection: &Collection) -> Result<Rule, Told> {
    let name = raw.property.as_str();
    let missing = || Told::of(&Mistake::NoPropertyOf { collection: &collection.name, name });
    let k = collection.position(name).ok_or_else(missing)?;
    let property = &collection.properties[k];
    if !property.is_writable() {
        return Err(Told::of(&MappingMistake::SetByServer { name }));
    }
    let mut words = Words::default();
    for (value, supplier_words) in &raw.words {
        let value = match value.as_str() {
            NOTHING => Json::Null,
            code if property.codes().is_some_and(|list| list.position(code).is_none()) => {
                return Err(Told::of(&MappingMistake::NoCodeOfProperty { code, name }));
            }
            value => typed(&property.kind, value),
        };
        supplier_words.iter().for_each(|word| words.add(&value, word));
    }
    let several = match (raw.join, raw.agree) {
        (Some(between), false) => Several::Join(between),
        (None, true) => Several::Agree,
        (None, false) => Several::First,
        (Some(_), true) => return Err(Told::of(&MappingMistake::JoinOrAgree { name })),
    };
    Ok(Rule {
        property: k,
        columns: raw.columns,
        several,
        words,
        unit: raw.unit,
        otherwise: raw.otherwise,
        month_first: raw.dates == RawDates::MonthFirst,
        keep_wording: raw.keep_wording,
    })
}

fn known(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().strip_suffix(".toml").map(str::to_owned))
        .collect();
    names.push("identity".to_owned());
    names.sort();
    names
}
