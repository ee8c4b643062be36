//! Inspections as they are answered.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Answered, Outcome};
use crate::texts::{Faults, Label, Texts};
use crate::upkeep::standing::answers::ObjectStatus;

#[derive(Debug, Serialize, JsonSchema)]
pub struct InspectionList {
    /// The newest first.
    pub inspections: Vec<Inspection>,
    /// Are there earlier ones?
    pub more: bool,
}

/// What was found when somebody looked at an object.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Inspection {
    pub id: Uuid,
    pub collection: String,
    pub object: Uuid,
    pub checklist: String,
    pub checklist_version: u32,
    /// The title of the list.
    pub title: Label,
    pub made_on: NaiveDate,
    pub outcome: Outcome,
    /// Was every item answered that may not be left out?
    pub complete: bool,
    /// Was it complete, and everything in order?
    pub passed: bool,
    pub answers: Vec<Answered>,
    /// Properties of the object that were measured, by name.
    pub measured: BTreeMap<String, Json>,
    pub remark: Option<String>,
    pub recorded_at: DateTime<Utc>,
}

/// An inspection that was recorded.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RecordedInspection {
    pub inspection: Inspection,
    /// Of the object as it is now.
    pub status: ObjectStatus,
    /// What is hardly so of what was sent.
    pub warnings: Vec<Warning>,
}

/// What is hardly so.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UpkeepWarning")]
pub struct Warning {
    /// Where, as a JSON pointer into the input.
    pub pointer: String,
    pub message: Label,
}

impl Inspection {
    /// As it is answered, with the title of its list.
    pub fn of(one: super::Inspection, title: Label) -> Self {
        let passed = one.passed();
        let super::Inspection { id, collection, object, checklist, checklist_version, made_on, .. } = one;
        let super::Inspection { outcome, complete, answers, measured, remark, recorded_at, .. } = one;
        let measured = measured.into_iter().collect();
        Self {
            id,
            collection,
            object,
            checklist,
            checklist_version,
            title,
            made_on,
            outcome,
            complete,
            passed,
            answers,
            measured,
            remark,
            recorded_at,
        }
    }
}

/// Warnings in both languages.
pub fn warnings(all: &Faults, texts: &Texts) -> Vec<Warning> {
    all.told().iter().map(|one| Warning { pointer: one.pointer.clone(), message: texts.label(&one.told) }).collect()
}
