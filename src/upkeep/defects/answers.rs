//! Defects as they are answered.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::texts::Label;
use crate::upkeep::checklists::Effect;
use crate::upkeep::words::{DEFECT_RESOLUTIONS, DEFECT_SEVERITIES, Words};

#[derive(Debug, Serialize, JsonSchema)]
pub struct DefectList {
    /// The newest first.
    pub defects: Vec<Defect>,
    /// Are there earlier ones?
    pub more: bool,
}

/// What is the matter with an object.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Defect {
    pub id: Uuid,
    pub version: i64,
    pub collection: String,
    pub object: Uuid,
    /// A code of the list `defect_kind`, and what it is called.
    pub kind: String,
    pub title: Label,
    /// A code of the list `defect_severity`, and what it is called.
    pub severity: String,
    pub severity_title: Label,
    /// What it means for use as long as it is open.
    pub effect: Effect,
    pub found_on: NaiveDate,
    /// The inspection that has opened it.
    pub inspection: Option<Uuid>,
    pub remark: Option<String>,
    /// Who has to see to it.
    pub organisation: Option<Uuid>,
    pub organisation_name: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub recorded_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
    /// A code of the list `defect_resolution`, and what it is called.
    pub resolution: Option<String>,
    pub resolution_title: Option<Label>,
    pub resolution_remark: Option<String>,
}

impl Defect {
    /// As it is answered, with what its codes are called.
    pub fn of(one: super::Defect, words: &Words) -> Self {
        let super::Defect { id, version, collection, object, kind, severity, effect, found_on, inspection, .. } = one;
        let super::Defect { remark, organisation, due_on, recorded_at, resolved, .. } = one;
        let (resolved_at, resolution, resolution_remark) = match resolved {
            Some(resolved) => (Some(resolved.at), Some(resolved.resolution), resolved.remark),
            None => (None, None, None),
        };
        Self {
            title: words.defect(&kind),
            severity_title: words.code(DEFECT_SEVERITIES, &severity),
            organisation_name: organisation.and_then(|id| words.organisation(id)),
            resolution_title: resolution.as_ref().map(|code| words.code(DEFECT_RESOLUTIONS, code)),
            id,
            version,
            collection,
            object,
            kind,
            severity,
            effect,
            found_on,
            inspection,
            remark,
            organisation,
            due_on,
            recorded_at,
            resolved_at,
            resolution,
            resolution_remark,
        }
    }
}
