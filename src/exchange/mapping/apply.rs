//! Applies a mapping to one row after the other.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use geo_types::Coord;
use serde::de::DeserializeSeed;
use serde_json::{Map, Value as Json, json};

use super::columns::{Cells, EAST, NORTH, OWN_ID, WKT, plain};
use super::words::{self, parse_number};
use super::{Condition, Mapping, Rule, Several};
use crate::collection::{Fault, PropertyKind};
use crate::exchange::frame::Column;

/// A row in the terms of the collection.
#[derive(Debug, Default)]
pub struct Mapped {
    pub properties: Map<String, Json>,
    /// From columns of coordinates, x east.
    pub point: Option<Coord>,
    /// From a column of well-known text.
    pub wkt: Option<String>,
    /// The id the feature has in this or another Geokontor.
    pub id: Option<uuid::Uuid>,
    pub faults: Vec<Fault>,
    pub warnings: Vec<String>,
    /// The row is none of ours.
    pub skipped: bool,
}

/// Applies a mapping; remembers which columns it has met.
#[derive(Debug)]
pub struct Applier<'a> {
    mapping: &'a Mapping,
    /// Slot by name of a column in small letters.
    slots: HashMap<String, usize>,
    /// Slot by name as it stands in the file.
    met: HashMap<String, Option<usize>>,
    /// The columns of each rule as slots.
    rules: Vec<Vec<usize>>,
    cells: Vec<Option<Json>>,
    /// The unit of each slot's column, where a line below the head says one.
    units: HashMap<usize, String>,
    external_ids: bool,
    /// Slots asked for in every row.
    id: usize,
    key: Vec<usize>,
    wkt: Vec<usize>,
    pairs: Vec<(usize, usize)>,
    only: Vec<usize>,
    skip: Vec<usize>,
}

impl<'a> Applier<'a> {
    pub fn new(mapping: &'a Mapping) -> Self {
        let mut applier = Self {
            mapping,
            slots: HashMap::new(),
            met: HashMap::new(),
            rules: Vec::new(),
            cells: Vec::new(),
            units: HashMap::new(),
            external_ids: mapping.collection.position("external_ids").is_some(),
            id: 0,
            key: Vec::new(),
            wkt: Vec::new(),
            pairs: Vec::new(),
            only: Vec::new(),
            skip: Vec::new(),
        };
        applier.rules =
            mapping.rules.iter().map(|rule| rule.columns.iter().map(|name| applier.slot(name)).collect()).collect();
        applier.id = applier.slot(OWN_ID);
        applier.key = mapping.key.iter().flat_map(|key| &key.columns).map(|name| applier.slot(name)).collect();
        applier.wkt = WKT.iter().map(|name| applier.slot(name)).collect();
        applier.pairs = match &mapping.coordinates {
            Some((x, y)) => vec![(applier.slot(x), applier.slot(y))],
            None => EAST.iter().zip(NORTH).map(|(x, y)| (applier.slot(x), applier.slot(y))).collect(),
        };
        applier.only = mapping.only.iter().map(|condition| applier.slot(&condition.column)).collect();
        applier.skip = mapping.skip.iter().map(|condition| applier.slot(&condition.column)).collect();
        applier
    }

    fn slot(&mut self, name: &str) -> usize {
        let next = self.slots.len();
        *self.slots.entry(plain(name)).or_insert(next)
    }

    /// A table begins, with columns and units of its own.
    pub fn begin(&mut self, columns: &[Column]) {
        let unit = |column: &Column| Some((*self.slots.get(&plain(&column.name))?, column.unit.clone()?));
        self.units = columns.iter().filter_map(unit).collect();
    }

    /// The columns of the file that no rule takes.
    pub fn left_over(&self) -> BTreeSet<&str> {
        self.met.iter().filter(|(_, slot)| slot.is_none()).map(|(name, _)| name.as_str()).collect()
    }

    /// The row that `attributes`, a JSON object, holds. Columns of coordinates are looked for only where the row has no
    /// geometry of its own.
    pub fn apply(&mut self, attributes: &[u8], has_geometry: bool) -> Mapped {
        let mut mapped = Mapped::default();
        self.cells.clear();
        self.cells.resize(self.slots.len(), None);
        let mut deserializer = serde_json::Deserializer::from_slice(attributes);
        let cells = Cells { slots: &self.slots, met: &mut self.met, cells: &mut self.cells };
        if let Err(error) = cells.deserialize(&mut deserializer) {
            mapped.faults.push(Fault::new("", "type", format!("the row cannot be read: {error}")));
            return mapped;
        }
        let mapping = self.mapping;
        let holds = |(condition, slot): (&Condition, &usize)| self.holds(condition, *slot);
        if !mapping.only.iter().zip(&self.only).all(holds) || mapping.skip.iter().zip(&self.skip).any(holds) {
            mapped.skipped = true;
            return mapped;
        }
        let mut wordings = Vec::new();
        for (rule, slots) in mapping.rules.iter().zip(&self.rules) {
            self.apply_rule(rule, slots, &mut mapped, &mut wordings);
        }
        for (k, value) in &mapping.constants {
            mapped.properties.entry(mapping.collection.properties[*k].name.clone()).or_insert_with(|| value.clone());
        }
        self.external(&mut mapped, wordings);
        if !has_geometry {
            self.place(&mut mapped);
        }
        mapped.id = self.text(self.id).and_then(|text| uuid::Uuid::try_parse(text.trim()).ok());
        mapped
    }

    fn text(&self, slot: usize) -> Option<Cow<'_, str>> {
        match self.cells[slot].as_ref()? {
            Json::String(text) => Some(Cow::Borrowed(text)),
            Json::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    fn holds(&self, condition: &Condition, slot: usize) -> bool {
        self.text(slot).is_some_and(|text| condition.values.contains(&text.trim().to_lowercase()))
    }

    fn apply_rule(&self, rule: &Rule, slots: &[usize], mapped: &mut Mapped, wordings: &mut Vec<Json>) {
        let property = &self.mapping.collection.properties[rule.property];
        let mut values: Vec<Json> = Vec::new();
        for (column, slot) in rule.columns.iter().zip(slots) {
            let Some(cell) = self.cells[*slot].as_ref().filter(|cell| !cell.is_null()) else { continue };
            let unit = self.units.get(slot).or(rule.unit.as_ref());
            match rule.value_in(property, cell, unit.map(String::as_str)) {
                Ok(value) => {
                    if rule.keep_wording
                        && let Some(text) = unspoken(rule, property, cell, value.as_ref())
                    {
                        wordings.push(json!({ "system": wording_system(&self.mapping.name, column), "value": text }));
                    }
                    values.extend(value);
                }
                Err(unclear) => {
                    let message = format!("column '{column}': {}", unclear.message);
                    match &rule.otherwise {
                        Some(instead) => {
                            mapped.warnings.push(format!("{}: {message}; taken as '{instead}'", property.name));
                            values.extend((!instead.is_empty()).then(|| super::typed(&property.kind, instead)));
                        }
                        None => mapped.faults.push(Fault::new(property.name.clone(), unclear.code, message)),
                    }
                }
            }
            if rule.several == Several::First && !values.is_empty() {
                break;
            }
        }
        if let Some(value) = together(rule, values, &property.name, &mut mapped.warnings) {
            mapped.properties.insert(property.name.clone(), value);
        }
    }

    /// Adds the supplier's key and the kept wordings to the external ids.
    fn external(&self, mapped: &mut Mapped, wordings: Vec<Json>) {
        if !self.external_ids {
            return;
        }
        let mut ids = match mapped.properties.remove("external_ids") {
            Some(Json::Array(ids)) => ids,
            Some(other) => {
                mapped.properties.insert("external_ids".to_owned(), other);
                return;
            }
            None => Vec::new(),
        };
        if let Some(key) = &self.mapping.key {
            match self.key.iter().find_map(|slot| self.text(*slot)).filter(|text| !text.trim().is_empty()) {
                Some(value) => ids.push(json!({ "system": key.system, "value": value.trim() })),
                None => mapped
                    .warnings
                    .push(format!("no {}: the object will not be recognised by its key", key.columns.join(", "))),
            }
        }
        ids.extend(wordings);
        if !ids.is_empty() {
            mapped.properties.insert("external_ids".to_owned(), Json::Array(ids));
        }
    }

    fn place(&self, mapped: &mut Mapped) {
        if let Some(wkt) = self.wkt.iter().find_map(|slot| self.text(*slot)) {
            mapped.wkt = Some(wkt.into_owned());
            return;
        }
        let cell = |slot: usize| self.text(slot).filter(|text| !text.trim().is_empty());
        let Some((x, y)) = self.pairs.iter().find_map(|(x, y)| Some((cell(*x)?, cell(*y)?))) else { return };
        let number = |text: &str| parse_number(text.trim_end_matches(['°', 'm', ' ']), false);
        match (number(&x), number(&y)) {
            (Some(x), Some(y)) => mapped.point = Some(Coord { x, y }),
            _ => mapped.faults.push(Fault::new("geometry", "type", format!("'{x}' and '{y}' are not both numbers"))),
        }
    }
}

impl Rule {
    /// The value of one cell.
    pub fn value(&self, property: &crate::collection::Property, cell: &Json) -> Result<Option<Json>, words::Unclear> {
        self.value_in(property, cell, self.unit.as_deref())
    }

    /// The value of one cell; `unit` is that of a number without one.
    fn value_in(
        &self,
        property: &crate::collection::Property,
        cell: &Json,
        unit: Option<&str>,
    ) -> Result<Option<Json>, words::Unclear> {
        match self.words.value(cell) {
            Some(Json::Null) => Ok(None),
            Some(value) => Ok(Some(value.clone())),
            None => words::read(property, cell, unit),
        }
    }

    /// How a value is written in the supplier's words; `None` if it cannot be.
    pub fn word(&self, property: &crate::collection::Property, value: &Json) -> Option<String> {
        match (self.words.word(value), value) {
            (Some(word), _) => Some(word.to_owned()),
            (None, Json::String(text)) if !matches!(property.kind, PropertyKind::Code(_)) => Some(text.clone()),
            (None, Json::Number(number)) => Some(number.to_string()),
            _ => None,
        }
    }
}

/// The external-id system under which the wording of a column is kept.
pub fn wording_system(mapping: &str, column: &str) -> String {
    let base = mapping.split('_').next().unwrap_or(mapping);
    format!("{base}:{column}").chars().take(40).collect()
}

/// The wording of a cell if an export from the value alone would say something else.
fn unspoken(rule: &Rule, property: &crate::collection::Property, cell: &Json, value: Option<&Json>) -> Option<String> {
    let text = match cell {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    let spoken = value.and_then(|value| rule.word(property, value));
    (spoken.as_deref() != Some(text.as_str()) && text.chars().count() <= 80 && !text.trim().is_empty()).then_some(text)
}

fn together(rule: &Rule, mut values: Vec<Json>, name: &str, warnings: &mut Vec<String>) -> Option<Json> {
    match &rule.several {
        Several::Join(between) => {
            let texts: Vec<&str> = values.iter().filter_map(Json::as_str).collect();
            (!texts.is_empty()).then(|| Json::String(texts.join(between)))
        }
        Several::Agree if values.iter().any(|value| *value != values[0]) => {
            let said: Vec<String> = values.iter().map(ToString::to_string).collect();
            warnings.push(format!(
                "{name}: the columns {} contradict each other ({}); nothing is recorded",
                rule.columns.join(", "),
                said.join(", ")
            ));
            None
        }
        _ => (!values.is_empty()).then(|| values.swap_remove(0)),
    }
}
