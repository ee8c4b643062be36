//! One rule of a mapping: cells to values, and values back to the supplier's words.

use serde_json::Value as Json;

use super::units::in_unit;
use super::words::{self, Habit, Understood};
use super::{Rule, Several};
use crate::collection::{Property, PropertyKind};
use crate::exchange::frame::is_uncalculated;
use crate::exchange::remark::{Remark, What};

impl Rule {
    /// The value of one cell.
    pub fn value(&self, property: &Property, cell: &Json, habit: Habit<'_>) -> Result<Understood, What> {
        if is_uncalculated(cell).is_some() {
            return Err(What::NoResult);
        }
        match self.words.value(cell) {
            Some(Json::Null) => Ok(Understood::default()),
            Some(value) => Ok(Some(value.clone()).into()),
            None => words::read(property, cell, habit),
        }
    }

    /// How a value is written in the supplier's words; `None` if it cannot be.
    pub fn word(&self, property: &Property, value: &Json) -> Option<String> {
        match (self.words.word(value), value) {
            (Some(word), _) => Some(word.to_owned()),
            (None, Json::String(text)) if !matches!(property.kind, PropertyKind::Code(_)) => Some(text.clone()),
            (None, Json::Number(number)) => match self.unit.as_deref().filter(|_| property.unit.is_some()) {
                Some(unit) => in_unit(number.as_f64()?, unit, property).map(|number| number.to_string()),
                // 6 and not 6.0, which nobody writes.
                None => number.as_f64().map(|number| number.to_string()),
            },
            _ => None,
        }
    }

    /// True if a value, written in the supplier's words, is read as another one: the supplier has no words to tell the two
    /// apart, so the other is no news.
    pub fn cannot_tell(&self, property: &Property, ours: &Json, theirs: &Json) -> bool {
        let habit = Habit { unit: self.unit.as_deref(), month_first: self.month_first };
        let read = |word: String| self.value(property, &word.into(), habit).ok()?.value;
        self.word(property, ours).and_then(read).is_some_and(|read| read == *theirs)
    }
}

/// The external-id system under which the wording of a column is kept.
pub fn wording_system(mapping: &str, column: &str) -> String {
    let base = mapping.split('_').next().unwrap_or(mapping);
    format!("{base}:{column}").chars().take(40).collect()
}

/// The wording of a cell if an export from the value alone would say something else.
pub(super) fn unspoken(rule: &Rule, property: &Property, cell: &Json, value: Option<&Json>) -> Option<String> {
    let text = match cell {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    let spoken = value.and_then(|value| rule.word(property, value));
    (spoken.as_deref() != Some(text.as_str()) && text.chars().count() <= 80 && !text.trim().is_empty()).then_some(text)
}

/// The one value of several columns, as the rule says.
pub(super) fn together(rule: &Rule, mut values: Vec<Json>, warnings: &mut Vec<Remark>) -> Option<Json> {
    match &rule.several {
        Several::Join(between) => {
            let texts: Vec<&str> = values.iter().filter_map(Json::as_str).collect();
            (!texts.is_empty()).then(|| Json::String(texts.join(between)))
        }
        Several::Agree if values.iter().any(|value| *value != values[0]) => {
            let said: Vec<String> = values.iter().map(ToString::to_string).collect();
            let what = What::Contradiction { columns: rule.columns.clone() };
            let remark = Remark { value: Some(said.join(", ")), ..Remark::of(Some(rule.property), what) };
            warnings.push(remark);
            None
        }
        _ => (!values.is_empty()).then(|| values.swap_remove(0)),
    }
}
