//! Applies a mapping to one row after the other. [`place`] finds where the row lies.

mod place;

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::de::DeserializeSeed;
use serde_json::{Map, Value as Json, json};

use super::columns::{Cell, Cells, Columns, OWN_ID, OWN_VERSION, PAIRS, WHOLE};
use super::position::Position;
use super::rule::{together, unspoken, wording_system};
use super::words::{Habit, Understood, is_no_key};
use super::{Condition, Mapping, Rule, Several};
use crate::collection::{Label, Presence, Property, PropertyKind};
use crate::coordinate::Context;
use crate::exchange::frame::Column;
use crate::exchange::guard;
use crate::exchange::remark::{Became, Remark, What};

/// Characters of a hint on the state of an object.
const HINT: usize = 200;

/// A row in the terms of the collection.
#[derive(Debug, Default)]
pub struct Mapped {
    pub properties: Map<String, Json>,
    /// Those of the properties that are the mapping's constants and not the row's own.
    pub assumed: Vec<String>,
    /// By its cells, where it has no geometry of its own.
    pub position: Option<Position>,
    /// The id the feature has in this or another Geokontor.
    pub id: Option<uuid::Uuid>,
    /// The version of that feature which was checked out.
    pub version: Option<i64>,
    /// Of a row that was checked out: properties whose cells are empty, which is what somebody has made of them.
    pub emptied: Vec<String>,
    pub faults: Vec<Remark>,
    pub warnings: Vec<Remark>,
    /// The row is none of ours.
    pub skipped: bool,
}

/// What becomes of a property whose cell is no value of it.
#[derive(Debug)]
pub enum Instead {
    /// The row is refused.
    Refused,
    /// The property is left out.
    Nothing,
    Value(Json),
}

/// Applies a mapping; remembers which columns it has met.
#[derive(Debug)]
pub struct Applier<'a> {
    mapping: &'a Mapping,
    /// For positions that a person would have to complete.
    context: Context,
    /// Nothing is left out but what the mapping says.
    strict: bool,
    columns: Columns,
    /// The columns of each rule as slots.
    rules: Vec<Vec<usize>>,
    cells: Vec<Option<Cell>>,
    external_ids: bool,
    /// Slots asked for in every row.
    id: usize,
    version: usize,
    key: Vec<usize>,
    whole: Vec<usize>,
    pairs: Vec<(usize, usize)>,
    only: Vec<usize>,
    skip: Vec<usize>,
    /// Cells are those of a spreadsheet, where texts may have a guard.
    spreadsheet: bool,
}

impl<'a> Applier<'a> {
    pub fn new(mapping: &'a Mapping, context: Context, strict: bool) -> Self {
        let mut columns = Columns::default();
        let rules = mapping.rules.iter().map(|rule| rule.columns.iter().map(|name| columns.slot(name)).collect());
        let rules = rules.collect();
        let whole = match &mapping.whole {
            Some(column) => vec![columns.slot(column)],
            None => WHOLE.iter().map(|name| columns.slot(name)).collect(),
        };
        let pairs = match &mapping.coordinates {
            Some((x, y)) => vec![(columns.slot(x), columns.slot(y))],
            None => PAIRS.iter().map(|(x, y)| (columns.slot(x), columns.slot(y))).collect(),
        };
        let mut slots = |conditions: &[Condition]| -> Vec<usize> {
            conditions.iter().map(|condition| columns.slot(&condition.column)).collect()
        };
        let (only, skip) = (slots(&mapping.only), slots(&mapping.skip));
        Self {
            mapping,
            context,
            strict,
            rules,
            cells: Vec::new(),
            external_ids: mapping.collection.position("external_ids").is_some(),
            id: columns.slot(OWN_ID),
            version: columns.slot(OWN_VERSION),
            key: mapping.key.iter().flat_map(|key| &key.columns).map(|name| columns.slot(name)).collect(),
            whole,
            pairs,
            only,
            skip,
            columns,
            spreadsheet: false,
        }
    }

    /// The same for rows of a spreadsheet, if they are.
    pub fn of_spreadsheet(self, spreadsheet: bool) -> Self {
        Self { spreadsheet, ..self }
    }

    /// A table begins, with columns and units of its own.
    pub fn begin(&mut self, columns: &[Column]) {
        columns.iter().for_each(|column| self.columns.declare(&column.name, column.unit.as_deref()));
    }

    /// The columns of the file that nothing was taken from.
    pub fn left_over(&self) -> BTreeSet<&str> {
        self.columns.left_over().collect()
    }

    /// The columns whose unit was told by their head.
    pub fn units(&self) -> Vec<(String, String)> {
        self.columns.units().map(|(name, unit)| (name.to_owned(), unit.to_owned())).collect()
    }

    /// The row that `attributes`, a JSON object, holds. Columns of coordinates are looked for only where the row has no
    /// geometry of its own.
    pub fn apply(&mut self, attributes: &[u8], has_geometry: bool) -> Mapped {
        let mut mapped = Mapped::default();
        self.cells.clear();
        self.cells.resize_with(self.columns.slots(), || None);
        let mut deserializer = serde_json::Deserializer::from_slice(attributes);
        let cells = Cells { columns: &mut self.columns, cells: &mut self.cells };
        if let Err(error) = cells.deserialize(&mut deserializer) {
            mapped
                .faults
                .push(Remark::of_row(What::Unreadable { reason: Label::new(error.to_string(), error.to_string()) }));
            return mapped;
        }
        let mapping = self.mapping;
        mapped.faults.extend(self.uncalculated());
        let holds = |(condition, slot): (&Condition, &usize)| self.holds(condition, *slot);
        // Of a row whose conditions are not known nobody can say that it is none of ours.
        if mapped.faults.is_empty()
            && (!mapping.only.iter().zip(&self.only).all(holds) || mapping.skip.iter().zip(&self.skip).any(holds))
        {
            mapped.skipped = true;
            return mapped;
        }
        mapped.id = self.text(self.id).and_then(|text| uuid::Uuid::try_parse(text.trim()).ok());
        if mapped.id.is_some() {
            mapped.version = self.text(self.version).and_then(|text| text.trim().parse().ok());
        }
        let mut wordings = Vec::new();
        for (rule, slots) in mapping.rules.iter().zip(&self.rules) {
            self.apply_rule(rule, slots, &mut mapped, &mut wordings);
            if mapped.version.is_some() && self.is_empty(slots) {
                mapped.emptied.push(mapping.collection.properties[rule.property].name.clone());
            }
        }
        for (k, value) in &mapping.constants {
            let name = &mapping.collection.properties[*k].name;
            if !mapped.properties.contains_key(name) {
                mapped.properties.insert(name.clone(), value.clone());
                mapped.assumed.push(name.clone());
            }
        }
        self.external(&mut mapped, wordings);
        if !has_geometry {
            self.place(&mut mapped);
        }
        mapped
    }

    /// Is there a column for one of these slots, and nothing in any?
    fn is_empty(&self, slots: &[usize]) -> bool {
        slots.iter().all(|slot| self.cells[*slot].is_none()) && slots.iter().any(|slot| self.columns.has(*slot))
    }

    fn text(&self, slot: usize) -> Option<Cow<'_, str>> {
        match &self.cells[slot].as_ref()?.value {
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
            let Some(cell) = self.cells[*slot].as_ref() else { continue };
            let name = self.columns.name(cell, column);
            let habit = Habit { unit: self.columns.unit(cell, rule.unit.as_deref()), month_first: rule.month_first };
            let remark = |what| Remark::of_cell(Some(rule.property), name, &cell.value, what);
            let verbatim = self.verbatim(mapped, property, &cell.value);
            let understood = match verbatim {
                Some(text) => Ok(Some(Json::from(text)).into()),
                None => rule.value(property, &cell.value, habit),
            };
            let value = match understood {
                Ok(Understood { value: Some(_), .. }) if verbatim.is_none() && self.is_no_number(rule, &cell.value) => {
                    None
                }
                Ok(Understood { value, note }) => {
                    mapped.warnings.extend(note.map(remark));
                    value
                }
                Err(what) => {
                    self.hint(property, &what, &cell.value, mapped);
                    let mut remark = remark(what);
                    match self.instead(rule, &mut remark) {
                        Instead::Refused => {
                            mapped.faults.push(remark);
                            None
                        }
                        Instead::Nothing => {
                            mapped.warnings.push(remark);
                            None
                        }
                        Instead::Value(value) => {
                            mapped.warnings.push(remark);
                            Some(value)
                        }
                    }
                }
            };
            if rule.keep_wording
                && let Some(text) = unspoken(rule, property, &cell.value, value.as_ref())
            {
                wordings.push(json!({ "system": wording_system(&self.mapping.name, column), "value": text }));
            }
            values.extend(value);
            if rule.several == Several::First && !values.is_empty() {
                break;
            }
        }
        if let Some(value) = together(rule, values, &mut mapped.warnings) {
            mapped.properties.insert(property.name.clone(), value);
        }
    }

    /// A text that is taken letter by letter: that of a row of ours, which has no words for "nothing" and nothing to
    /// tidy up. In a spreadsheet people may have written beside it, so there only what has a guard.
    fn verbatim<'c>(&self, mapped: &Mapped, property: &Property, cell: &'c Json) -> Option<&'c str> {
        let is_ours = mapped.id.is_some() && self.mapping.is_identity();
        match (&property.kind, cell) {
            (PropertyKind::Text { .. }, Json::String(text)) if is_ours && self.spreadsheet => guard::taken_off(text),
            (PropertyKind::Text { .. }, Json::String(text)) if is_ours => Some(text),
            _ => None,
        }
    }

    /// True where the column of numbers that people call objects by says that there is none.
    fn is_no_number(&self, rule: &Rule, cell: &Json) -> bool {
        let text = || cell.as_str().map_or_else(|| Cow::Owned(cell.to_string()), Cow::Borrowed);
        self.mapping.collection.reference == Some(rule.property)
            && rule.words.value(cell).is_none()
            && is_no_key(&text())
    }

    /// What becomes of a cell that is not understood, or whose value does not fit; the remark then says it, too.
    pub fn instead(&self, rule: &Rule, remark: &mut Remark) -> Instead {
        let property = &self.mapping.collection.properties[rule.property];
        match rule.otherwise.as_deref().or(self.mapping.otherwise.as_deref()) {
            None if self.strict || !self.may_be_left_out(rule.property) => Instead::Refused,
            None | Some("") => {
                remark.became = Became::LeftOut;
                Instead::Nothing
            }
            Some(instead) => {
                remark.became = Became::TakenAs(instead.to_owned());
                Instead::Value(super::typed(&property.kind, instead))
            }
        }
    }

    /// Whether a feature is the same without a property: not what is mandatory, nor what it is recognised by.
    fn may_be_left_out(&self, property: usize) -> bool {
        let collection = &self.mapping.collection;
        let declared = &collection.properties[property];
        declared.presence == Presence::Optional
            && collection.reference != Some(property)
            && declared.name != "external_ids"
    }

    /// The rule and the cell that a value came from; good until the next row.
    pub fn origin(&self, property: usize) -> Option<(&'a Rule, &str, &Json)> {
        let rules = self.mapping.rules.iter().zip(&self.rules).filter(|(rule, _)| rule.property == property);
        rules
            .flat_map(|(rule, slots)| rule.columns.iter().zip(slots).map(move |(column, slot)| (rule, column, slot)))
            .find_map(|(rule, column, slot)| {
                let cell = self.cells[*slot].as_ref()?;
                Some((rule, self.columns.name(cell, column), &cell.value))
            })
    }

    /// Keeps words about the state of an object, found where a value belongs, as the reason of its state.
    fn hint(&self, property: &Property, what: &What, cell: &Json, mapped: &mut Mapped) {
        let reason = self.mapping.collection.property("status_reason");
        if let (What::State, Some(reason), Json::String(text)) = (what, reason, cell) {
            let said: String = format!("{}: {}", property.title.de, text.trim()).chars().take(HINT).collect();
            mapped.properties.entry(reason.name.clone()).or_insert_with(|| said.into());
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
            // Our own id is no key of the supplier's, though it may stand in the same column.
            let is_ours = |text: &str| mapped.id.is_some() && uuid::Uuid::try_parse(text.trim()).ok() == mapped.id;
            let is_one = |text: &Cow<'_, str>| !text.trim().is_empty() && !key.is_none(text) && !is_ours(text);
            match self.key.iter().find_map(|slot| self.text(*slot).filter(is_one)) {
                None if mapped.id.is_some() => {}
                Some(value) => ids.push(json!({ "system": key.system, "value": value.trim() })),
                None => mapped.warnings.push(Remark::of_row(What::NoKey { columns: key.columns.clone() })),
            }
        }
        ids.extend(wordings);
        if !ids.is_empty() {
            mapped.properties.insert("external_ids".to_owned(), Json::Array(ids));
        }
    }
}
