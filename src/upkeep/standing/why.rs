//! Why a status is as it is, in words.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Statement;
use crate::texts::{Label, Tell};
use crate::upkeep::checklists::Effect;
use crate::upkeep::defects::Defect;
use crate::upkeep::inspections::{Answered, Inspection};
use crate::upkeep::outages::Outage;
use crate::upkeep::words::{Words, day};

/// A reason, as a sentence. Days are written as the language has them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Why {
    /// `organisation` has it to do, until `due`.
    Defect {
        defect: Label,
        day: Label,
        organisation: Option<String>,
        due: Option<Label>,
    },
    /// An item of a check list that was not in order, and opens no defect.
    Item {
        item: Label,
        list: Label,
        day: Label,
    },
    Outage {
        cause: Label,
        from: Label,
        until: Option<Label>,
    },
    /// Somebody has typed it in.
    Stated {
        reason: Option<String>,
        day: Option<Label>,
        until: Option<Label>,
    },
    NotFound {
        day: Label,
    },
    Checked {
        list: Label,
        day: Label,
    },
    Confirmed {
        day: Label,
    },
    Lapsed {
        list: Label,
        day: Label,
    },
    NeverChecked,
    /// The district no longer counts the last confirmation.
    Outdated {
        day: Label,
    },
    Decommissioned,
}

impl Tell for Why {
    const FILE: &'static str = "upkeep";
}

/// A reason and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub why: Why,
    pub effect: Effect,
    pub since: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// The record it comes from.
    pub of: Option<Uuid>,
}

impl Reason {
    /// A defect that is open.
    pub fn defect(defect: &Defect, words: &Words) -> Self {
        let why = Why::Defect {
            defect: words.defect(&defect.kind),
            day: day(defect.found_on),
            organisation: defect.organisation.and_then(|id| words.organisation(id)),
            due: defect.due_on.map(day),
        };
        Self { why, effect: defect.effect, since: Some(defect.found_on), until: None, of: Some(defect.id) }
    }

    /// An item that was not in order.
    pub fn item(inspection: &Inspection, item: &Answered, words: &Words) -> Self {
        let why = Why::Item { item: item.label.clone(), list: words.list(inspection), day: day(inspection.made_on) };
        Self { why, effect: item.effect, since: Some(inspection.made_on), until: None, of: Some(inspection.id) }
    }

    /// An outage.
    pub fn outage(outage: &Outage, words: &Words) -> Self {
        let (from, until) = (day(outage.begins_on), outage.ends_on.map(day));
        let why = Why::Outage { cause: words.cause(&outage.cause), from, until };
        let Outage { id, effect, begins_on, ends_on, .. } = *outage;
        Self { why, effect, since: Some(begins_on), until: ends_on, of: Some(id) }
    }

    /// What somebody has typed in.
    pub fn stated(said: &Statement, effect: Effect) -> Self {
        let why = Why::Stated { reason: said.reason.clone(), day: said.as_of.map(day), until: said.until.map(day) };
        Self { why, effect, since: said.as_of, until: said.until, of: None }
    }

    /// The same without what is nobody's business but that of those who keep the register: who has to see to it, and until when.
    #[must_use]
    pub fn for_everybody(&self) -> Self {
        let mut open = self.clone();
        if let Why::Defect { organisation, due, .. } = &mut open.why {
            (*organisation, *due) = (None, None);
        }
        open
    }
}
