//! Inspections: who looked at an object found what, with which version of which check list. They are never changed.
//!
//! A tablet that was offline sends what it has, and again if the answer was lost: an inspection has the id that its maker chose,
//! and the same one sent again is the same inspection. In reading order: [`read`] (what is sent), [`record`] (what becomes of
//! it), [`store`], [`routes`].

pub mod answers;
mod read;
mod record;
pub mod routes;
pub mod store;

pub use read::NewInspection;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::checklists::Effect;
use crate::texts::Label;

/// What came of going there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "InspectionOutcome")]
pub enum Outcome {
    /// It was looked at; the answers say what was found.
    Checked,
    NotFound,
    /// It was there, and could not be looked at: a parked car, say.
    NotCheckable,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Checked, Self::NotFound, Self::NotCheckable];

    /// The word in answers and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::NotFound => "not_found",
            Self::NotCheckable => "not_checkable",
        }
    }

    /// The one of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == word)
    }
}

/// The answer to an item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ItemAnswer")]
pub enum Answer {
    Word(Word),
    Number(f64),
}

/// The answer to an item that is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "CheckAnswer")]
pub enum Word {
    Ok,
    Failed,
    NotChecked,
}

/// An answered item, with what was asked: it stays readable when the list is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AnsweredItem")]
pub struct Answered {
    pub item: String,
    pub label: Label,
    pub unit: Option<String>,
    pub answer: Answer,
    /// Not in order.
    pub failed: bool,
    /// What that means for use.
    pub effect: Effect,
    /// The defect that speaks for it: opened by this inspection, or open already.
    pub defect: Option<Uuid>,
}

/// An inspection.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    pub id: Uuid,
    pub collection: String,
    pub object: Uuid,
    pub checklist: String,
    pub checklist_version: u32,
    /// A day of the district.
    pub made_on: NaiveDate,
    pub outcome: Outcome,
    /// Was every item answered that may not be left out?
    pub complete: bool,
    pub answers: Vec<Answered>,
    /// Properties of the object that were measured, by name.
    pub measured: Map<String, Json>,
    pub remark: Option<String>,
    pub recorded_at: DateTime<Utc>,
}

impl Inspection {
    /// Was everything looked at and in order?
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Checked && self.complete && self.answers.iter().all(|answer| !answer.failed)
    }

    /// Is it the inspection that is sent? What the server adds is not looked at.
    pub fn is(&self, sent: &NewInspection) -> bool {
        let same_answers = self.answers.len() == sent.answers.len()
            && self
                .answers
                .iter()
                .zip(&sent.answers)
                .all(|(one, other)| (&one.item, one.answer) == (&other.item, other.answer));
        (&self.collection, self.object, self.made_on) == (&sent.object.collection.name, sent.object.id.0, sent.made_on)
            && (&self.checklist, self.checklist_version) == (&sent.checklist.name, sent.version)
            && (self.outcome, &self.measured, &self.remark) == (sent.outcome, &sent.measured, &sent.remark)
            && same_answers
    }
}
