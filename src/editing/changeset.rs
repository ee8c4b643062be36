//! Many edits, one reason, one transaction: all of them happen or none.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::plan::{Planner, Step, targets};
use super::proposals::{Proposal, Wanted};
use super::refusal::{ChangesetError, Refusal, Refusals, Stand};
use super::terms::EditTerms;
use super::{EditError, Editor, Precondition, approval, numbers};
use crate::collection::{Collection, Faults};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::firewater::plausibility::Waters;
use crate::identity::{Action, Caller, Subject};
use crate::spine::Purpose;
use crate::store::features::REGISTER;
use crate::store::{StoreError, Transaction};

/// One edit of a changeset.
#[derive(Debug, Clone)]
pub struct Edit {
    pub collection: String,
    pub operation: Operation,
}

/// What is done to a feature.
#[derive(Debug, Clone)]
pub enum Operation {
    /// A new feature from a GeoJSON Feature; the server gives it its id.
    Create {
        feature: Json,
    },
    /// The whole feature anew.
    Replace {
        id: FeatureId,
        precondition: Precondition,
        feature: Json,
    },
    /// A JSON merge patch (RFC 7396) on geometry and properties.
    Patch {
        id: FeatureId,
        precondition: Precondition,
        patch: Json,
    },
    Delete {
        id: FeatureId,
        precondition: Precondition,
    },
}

impl Operation {
    /// What it is for rights.
    pub fn action(&self) -> Action {
        match self {
            Self::Create { .. } => Action::Create,
            Self::Replace { .. } | Self::Patch { .. } => Action::Edit,
            Self::Delete { .. } => Action::Delete,
        }
    }

    /// The feature it changes, and which state of it the author has seen; nothing for a new one.
    pub(super) fn target(&self) -> Option<(FeatureId, Precondition)> {
        match self {
            Self::Create { .. } => None,
            Self::Replace { id, precondition, .. }
            | Self::Patch { id, precondition, .. }
            | Self::Delete { id, precondition } => Some((*id, *precondition)),
        }
    }
}

/// Many edits and why they are made, as far as they could be read.
#[derive(Debug)]
pub struct Changeset {
    pub reason: String,
    /// Of all geometries, in the axis order of its authority.
    pub crs: Crs,
    /// Each with its place in the input.
    pub edits: Vec<(usize, Edit)>,
    /// What could not be read. Nothing is written then, but what else is wrong is told in the same answer.
    pub faults: Faults,
}

/// What has become of what somebody wanted to change.
#[derive(Debug, Clone)]
pub enum Outcome {
    Made(EditOutcome),
    /// Nothing yet: it waits for a second person.
    Waits(Arc<Proposal>),
}

impl Outcome {
    /// What was made, if it was.
    pub fn made(self) -> Option<EditOutcome> {
        match self {
            Self::Made(outcome) => Some(outcome),
            Self::Waits(_) => None,
        }
    }
}

/// What has become of a changeset.
#[derive(Debug, Clone)]
pub struct EditOutcome {
    /// Its number; `None` if everything was as it should be already, so that there was nothing to write.
    pub changeset: Option<i64>,
    pub at: DateTime<Utc>,
    /// Id and new version of the feature of each edit; no version after a deletion.
    pub features: Vec<(FeatureId, Option<i64>)>,
    /// What is hardly so of what was written, as far as the author may see it.
    pub warnings: Faults,
}

impl Editor {
    /// Makes all edits or none, with geometries in `crs`; where one of them takes a second person, all of them wait. A single one is told the first reason against it, without a place:
    /// it is the whole input of whoever sends it.
    pub async fn commit(
        &self,
        caller: &Caller,
        reason: &str,
        crs: Crs,
        edits: Vec<Edit>,
    ) -> Result<Outcome, EditError> {
        let alone = edits.len() == 1;
        let stand = |(n, edit)| (if alone { Stand::Alone } else { Stand::Nth(n) }, edit);
        let edits = edits.into_iter().enumerate().map(stand).collect();
        let done = self.make(caller, reason, crs, edits, Vec::new()).await;
        done.map_err(ChangesetError::into_first)
    }

    /// The same for an input of many edits, which is told everything that is wrong with any of them at once.
    pub async fn commit_changeset(&self, caller: &Caller, changeset: Changeset) -> Result<Outcome, ChangesetError> {
        let Changeset { reason, crs, edits, faults } = changeset;
        let edits = edits.into_iter().map(|(n, edit)| (Stand::Nth(n), edit)).collect();
        let unread = if faults.is_empty() { Vec::new() } else { vec![Refusal::faults(faults)] };
        self.make(caller, &reason, crs, edits, unread).await
    }

    /// First everything is locked, always in the same order, and only then looked at and written: two changesets that
    /// meet in several features or numbers wait for each other once, and never in a circle.
    async fn make(
        &self,
        caller: &Caller,
        reason: &str,
        crs: Crs,
        edits: Vec<(Stand, Edit)>,
        unread: Vec<Refusal>,
    ) -> Result<Outcome, ChangesetError> {
        let mut refusals = Refusals::default();
        refusals.extend(unread);
        // Whoever may not write in a collection learns nothing about what they sent for it.
        let (mut permitted, several) = (Vec::with_capacity(edits.len()), edits.len() > 1);
        for (at, edit) in edits {
            match self.permitted(caller, &edit.collection, edit.operation.action()) {
                Ok(collection) => permitted.push((at, collection, edit.operation)),
                Err(error) => refusals.extend([at.refusal("collection", error)]),
            }
        }
        if permitted.is_empty() && !refusals.is_empty() {
            return Err(ChangesetError::Refused(refusals.all));
        }
        let purpose = Purpose { domain: REGISTER, kind: "edit", reason: reason.to_owned(), undoes: None };
        let mut transaction = self.spine.begin(caller, purpose).await?;
        let states = transaction.lock(&targets(&permitted)).await?;
        let mut planner = Planner::new(EditTerms { caller, crs, preparer: self.preparer(), approving: false }, states);
        let mut steps = Vec::with_capacity(permitted.len());
        for (at, collection, operation) in permitted {
            match planner.step(collection, operation, at) {
                Ok(step) => steps.push(step),
                Err(more) => refusals.extend(more),
            }
            // A thousand large geometries are checked beside what others ask.
            tokio::task::consume_budget().await;
        }
        numbers::reserve(&mut transaction, &steps).await?;
        // Of a single one the database says it as well.
        if several {
            refusals.extend(numbers::taken(&mut transaction, &steps, |target| planner.is_in_doubt(target)).await?);
        }
        if !refusals.is_empty() {
            return Err(ChangesetError::Refused(refusals.all));
        }
        let features: Vec<_> = steps.iter().map(Step::outcome).collect();
        if steps.iter().all(|step| step.idle) {
            let outcome = EditOutcome { changeset: None, at: transaction.at(), features, warnings: Faults::default() };
            return Ok(Outcome::Made(outcome));
        }
        let edits = approval::net(&steps);
        if edits.iter().any(|net| approval::waits(caller, planner.places(), net)) {
            // What waits holds nobody up.
            drop(transaction);
            return Ok(Outcome::Waits(self.propose(caller, &Wanted { reason, edits: &edits }).await?));
        }
        write(&mut transaction, &steps).await?;
        let committed = self.spine.commit::<EditError>(transaction).await?;
        let warnings = self.warnings(caller, &steps);
        Ok(Outcome::Made(EditOutcome { changeset: Some(committed.changeset), at: committed.at, features, warnings }))
    }

    fn warnings(&self, caller: &Caller, steps: &[Step]) -> Faults {
        let waters = Waters::known_to(caller, &self.spine.index);
        let mut all = Faults::default();
        for step in steps.iter().filter(|step| !step.idle) {
            let Some(seen) = caller.sees(&step.collection) else { continue };
            let is_seen = |k: usize| step.collection.properties.get(k).is_none_or(|it| it.visibility <= seen);
            let place = step.after.as_ref().and_then(|after| after.geometry.as_ref());
            let around = waters.as_ref().and_then(|waters| waters.around_source(&step.collection, place?));
            for warning in step.warnings.iter().chain(&around).filter(|it| it.property.is_none_or(is_seen)) {
                all.push(warning.at(&step.body, &step.collection));
            }
        }
        all
    }

    pub(super) fn permitted(
        &self,
        caller: &Caller,
        collection: &str,
        action: Action,
    ) -> Result<Arc<Collection>, EditError> {
        let collection = self.collection(caller, collection)?;
        caller.may(action, &Subject::of(&collection))?;
        Ok(collection)
    }

    /// A collection the caller may know of.
    pub(super) fn collection(&self, caller: &Caller, name: &str) -> Result<Arc<Collection>, EditError> {
        let collection = self.spine.index.catalogue().get(name).filter(|collection| caller.sees(collection).is_some());
        collection.cloned().ok_or_else(|| EditError::UnknownCollection { name: name.to_owned() })
    }
}

/// Writes what was planned, or says whose number it would take.
pub(super) async fn write(transaction: &mut Transaction, steps: &[Step]) -> Result<(), ChangesetError> {
    for step in steps.iter().filter(|step| !step.idle) {
        match write_step(transaction, step).await.map_err(EditError::from) {
            // Somebody else has taken it this moment.
            Err(EditError::ReferenceTaken) => {
                return Err(ChangesetError::Refused(vec![Refusal::faults(numbers::fault(step))]));
            }
            other => other?,
        }
    }
    Ok(())
}

async fn write_step(transaction: &mut Transaction, step: &Step) -> Result<(), StoreError> {
    let name = &step.collection.name;
    match (&step.before, &step.after) {
        (None, Some(after)) => transaction.create(name, after).await,
        (Some(_), Some(after)) => transaction.update(name, after).await,
        (Some(before), None) => transaction.delete(name, before).await,
        (None, None) => Ok(()),
    }
}
