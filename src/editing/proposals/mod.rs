//! Edits that wait for a second person.
//!
//! A proposal is a record: what its author has seen, what they want instead, and why. It changes nothing of the features it
//! is about. Whoever may approve such edits there, and is somebody else, has it made or refuses it; its author may withdraw
//! it.
//!
//! In reading order: here what one is and what may become of it, [`store`] (its tables and the journal), [`docket`] (all of
//! them in memory, and who may see and decide them), [`propose`], [`merge`] (what is left of a wish if the feature has been
//! changed meanwhile), [`decide`], [`refusal`], [`letters`] (who is sent a mail).

mod decide;
mod docket;
mod letters;
mod merge;
mod propose;
mod refusal;
pub mod store;

pub use docket::Docket;
pub use letters::Letters;
pub use merge::{Wish, conflicts};
pub(super) use propose::Wanted;
pub use refusal::{DecisionError, ProposalRefusal};

use chrono::{DateTime, Utc};
use geo_types::Coord;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::feature::FeatureId;
use crate::store::features::FeatureState;

/// The domain of changesets by which proposals are made, refused and withdrawn. One that is approved is an edit of the
/// register.
pub const PROPOSALS: &str = "proposals";

/// How far a proposal has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProposalState")]
pub enum State {
    Open,
    /// What it wanted was made.
    Approved,
    Refused,
    /// Its author has taken it back.
    Withdrawn,
}

/// What may become of an open proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProposalDecision")]
pub enum Decision {
    Approve,
    Refuse,
    /// By its author.
    Withdraw,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Approved, Self::Refused, Self::Withdrawn];

    /// The word in the database, in addresses and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What it is after a decision; `None` where nothing is left to decide.
    pub fn after(self, decision: Decision) -> Option<Self> {
        match (self, decision) {
            (Self::Open, Decision::Approve) => Some(Self::Approved),
            (Self::Open, Decision::Refuse) => Some(Self::Refused),
            (Self::Open, Decision::Withdraw) => Some(Self::Withdrawn),
            (Self::Approved | Self::Refused | Self::Withdrawn, _) => None,
        }
    }
}

/// What is to happen to a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ProposedOperation")]
pub enum Operation {
    Create,
    Update,
    Delete,
}

/// A proposal as the journal and memory have it: ids and names alone, neither values nor words of persons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    #[serde(skip)]
    pub id: Uuid,
    #[serde(skip)]
    pub version: i64,
    pub state: State,
    /// Who has made it.
    pub actor: i64,
    pub proposed_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// The changeset by which it was made true.
    pub changeset: Option<i64>,
    pub edits: Vec<Outline>,
}

/// What a proposal would do to one feature, without the values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    pub collection: String,
    pub feature: FeatureId,
    /// The version its author has seen; none of a new feature.
    pub version: Option<i64>,
    pub operation: Operation,
    /// The properties that would change, and `geometry`.
    pub fields: Vec<String>,
    /// A point in the feature as it is, and as it would be, in the district's plane.
    pub from: Option<[f64; 2]>,
    pub to: Option<[f64; 2]>,
}

impl Outline {
    /// The places that rights depend on.
    pub fn places(&self) -> impl Iterator<Item = Coord> {
        self.from.into_iter().chain(self.to).map(Coord::from)
    }
}

/// What a proposal would do to one feature: the states before and after.
#[derive(Debug, Clone)]
pub struct ProposedEdit {
    pub collection: String,
    pub feature: FeatureId,
    pub before: Option<FeatureState>,
    pub after: Option<FeatureState>,
}

/// What people have written about a proposal, and who they are.
#[derive(Debug, Clone)]
pub struct Words {
    pub proposer: String,
    pub reason: String,
    pub decider: Option<String>,
    /// Why it was decided so.
    pub answer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decided_stays_decided() {
        for decision in [Decision::Approve, Decision::Refuse, Decision::Withdraw] {
            let decided = State::Open.after(decision).expect("a decision");
            for again in [Decision::Approve, Decision::Refuse, Decision::Withdraw] {
                assert_eq!(decided.after(again), None, "{decided:?} {again:?}");
            }
        }
    }
}
