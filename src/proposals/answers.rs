//! Proposals as they are answered.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::editing::proposals::{Decision, Operation, State};

#[derive(Debug, Serialize, JsonSchema)]
pub struct ProposalList {
    /// The newest first.
    pub proposals: Vec<ProposalSummary>,
    /// The address of those before them; null where there are none.
    pub next: Option<String>,
}

/// Who proposes what, and what has become of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProposalHead {
    pub id: Uuid,
    pub href: String,
    pub state: State,
    pub proposed_at: DateTime<Utc>,
    pub proposer: String,
    pub reason: String,
    /// True for one's own.
    pub own: bool,
    /// What the caller may do with it now.
    pub decisions: Vec<Decision>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decider: Option<String>,
    /// Why it was decided so.
    pub answer: Option<String>,
    /// The changeset by which it was made true.
    pub changeset: Option<i64>,
}

/// A proposal among others.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProposalSummary {
    #[serde(flatten)]
    pub head: ProposalHead,
    pub edits: Vec<EditSummary>,
}

/// What a proposal would do to a feature, without the values.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EditSummary {
    pub collection: String,
    pub feature: Uuid,
    /// The version its author has seen; null for a new feature.
    pub version: Option<i64>,
    pub operation: Operation,
    /// The properties that would change, and `geometry`.
    pub fields: Vec<String>,
    /// A point in the feature as it is, longitude and latitude.
    pub from: Option<[f64; 2]>,
    /// The same as it would be.
    pub to: Option<[f64; 2]>,
}

/// A proposal with all that it would change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Proposal {
    #[serde(flatten)]
    pub head: ProposalHead,
    pub edits: Vec<Edit>,
}

/// What a proposal would do to a feature.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProposedEdit")]
pub struct Edit {
    pub collection: String,
    pub feature: Uuid,
    /// The version its author has seen; null for a new feature.
    pub version: Option<i64>,
    /// The version that is there now; null where there is none.
    pub current: Option<i64>,
    pub operation: Operation,
    pub fields: Vec<FieldChange>,
}

/// One property, or the geometry in longitude and latitude.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProposedField")]
pub struct FieldChange {
    pub name: String,
    /// As the author of the proposal saw it.
    pub before: Json,
    /// As it would be.
    pub after: Json,
    /// As it is now.
    pub now: Json,
    /// It has been changed otherwise since, so that the proposal cannot be approved as it is.
    pub conflict: bool,
}
