//! Defects: what is the matter with an object, who has to see to it until when, and how it came to its end.
//!
//! One is opened by a failed item of an inspection or recorded by itself. In reading order: [`change`] (what is sent, and what is
//! done), [`store`], [`routes`].

pub mod answers;
mod change;
pub mod routes;
pub mod store;

pub use change::{Assignment, NewDefect, Resolution};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::checklists::{Effect, Opens};
use super::inspections::NewInspection;

/// A defect.
#[derive(Debug, Clone, PartialEq)]
pub struct Defect {
    pub id: Uuid,
    pub version: i64,
    pub collection: String,
    pub object: Uuid,
    /// A code of the list `defect_kind`.
    pub kind: String,
    /// A code of the list `defect_severity`.
    pub severity: String,
    /// What it means for use, as long as it is open.
    pub effect: Effect,
    /// A day of the district.
    pub found_on: NaiveDate,
    /// The inspection that has opened it.
    pub inspection: Option<Uuid>,
    pub remark: Option<String>,
    /// Who has to see to it, until when.
    pub organisation: Option<Uuid>,
    pub due_on: Option<NaiveDate>,
    pub recorded_at: DateTime<Utc>,
    pub resolved: Option<Resolved>,
}

/// How a defect came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    pub at: DateTime<Utc>,
    /// A code of the list `defect_resolution`.
    pub resolution: String,
    pub remark: Option<String>,
}

impl Defect {
    /// What a failed item opens.
    pub fn found(new: &NewInspection, opens: &Opens, effect: Effect, recorded_at: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::now_v7(),
            version: 1,
            collection: new.object.collection.name.clone(),
            object: new.object.id.0,
            kind: opens.defect.clone(),
            severity: opens.severity.clone(),
            effect,
            found_on: new.made_on,
            inspection: Some(new.id),
            remark: None,
            organisation: None,
            due_on: None,
            recorded_at,
            resolved: None,
        }
    }
}
