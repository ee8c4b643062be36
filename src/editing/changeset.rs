//! Many edits, one reason, one transaction: all of them happen or none.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::plan::{Planner, Step, targets};
use super::session::Session;
use super::{EditError, Editor, Precondition};
use crate::collection::{Collection, Fault, Faults};
use crate::feature::FeatureId;
use crate::feature::crs::Crs;
use crate::identity::Caller;
use crate::store::StoreError;
use crate::store::features::{ChangesetKind, ChangesetTransaction, NewChangeset};

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

/// What has become of a changeset.
#[derive(Debug, Clone)]
pub struct EditOutcome {
    /// Its number; `None` if everything was as it should be already, so that there was nothing to write.
    pub changeset: Option<i64>,
    pub at: DateTime<Utc>,
    /// Id and new version of the feature of each edit; no version after a deletion.
    pub features: Vec<(FeatureId, Option<i64>)>,
}

impl Editor {
    /// Makes all edits or none. Geometries are in `crs`, in the axis order of its authority. Faults of all edits come
    /// back at once, with pointers that begin with `/edits/N` where there are several edits.
    ///
    /// First everything is locked, always in the same order, and only then looked at and written: two changesets that
    /// meet in several features or numbers wait for each other once, and never in a circle.
    pub async fn commit(
        &self,
        caller: &Caller,
        reason: &str,
        crs: Crs,
        edits: Vec<Edit>,
    ) -> Result<EditOutcome, EditError> {
        // Whoever may not write at all learns nothing about the input.
        for edit in &edits {
            caller.may_edit(&edit.collection)?;
        }
        let changeset = NewChangeset {
            kind: ChangesetKind::Edit,
            actor: caller.name().to_owned(),
            reason: reason.to_owned(),
            source: None,
            undoes: None,
        };
        let mut transaction = self.store.begin(&changeset).await?;
        let states = transaction.lock(&targets(&edits)).await?;
        let planner = Planner::new(Session { caller, crs, preparer: self.preparer() }, states);
        let steps = self.plan(planner, edits).await?;
        let features: Vec<_> = steps.iter().map(Step::outcome).collect();
        if steps.iter().all(|step| step.idle) {
            return Ok(EditOutcome { changeset: None, at: transaction.at(), features });
        }
        write(&mut transaction, &steps).await?;
        let committed = transaction.commit().await?;
        self.index.wait_for(committed.transaction).await?;
        Ok(EditOutcome { changeset: Some(committed.changeset), at: committed.at, features })
    }

    async fn plan(&self, mut planner: Planner<'_>, edits: Vec<Edit>) -> Result<Vec<Step>, EditError> {
        let several = edits.len() > 1;
        let mut steps = Vec::with_capacity(edits.len());
        let mut faults = Vec::new();
        for (n, edit) in edits.into_iter().enumerate() {
            let collection = self.collection(&edit.collection)?;
            match planner.step(collection, edit, &place(n, several)) {
                Ok(step) => steps.push(step),
                Err(EditError::Invalid(more)) => faults.extend(more.0),
                Err(other) => return Err(other),
            }
            // A thousand large geometries are checked beside what others ask.
            tokio::task::consume_budget().await;
        }
        if faults.is_empty() { Ok(steps) } else { Err(EditError::Invalid(Faults(faults))) }
    }

    pub(super) fn collection(&self, name: &str) -> Result<Arc<Collection>, EditError> {
        self.index.catalogue().get(name).cloned().ok_or_else(|| EditError::UnknownCollection(name.to_owned()))
    }
}

/// Where the feature of edit `n` stands in the input.
fn place(n: usize, several: bool) -> String {
    if several { format!("/edits/{n}/feature") } else { String::new() }
}

async fn write(transaction: &mut ChangesetTransaction, steps: &[Step]) -> Result<(), EditError> {
    let several = steps.len() > 1;
    let references: BTreeSet<String> = steps.iter().flat_map(Step::references).collect();
    // Who takes or gives away a single one waits at most for others, and nobody for them meanwhile.
    if references.len() > 1 {
        transaction.reserve(&references).await?;
    }
    for (n, step) in steps.iter().enumerate().filter(|(_, step)| !step.idle) {
        match write_step(transaction, step).await.map_err(EditError::from) {
            // The database has given up on the transaction: the steps behind cannot be tried.
            Err(taken @ EditError::ReferenceTaken) => {
                let reference = step.collection.reference.map(|k| step.collection.properties[k].name.as_str());
                let at = format!("{}/properties/{}", place(n, several), reference.unwrap_or_default());
                return Err(EditError::invalid(Fault::new(at, "duplicate", taken.to_string())));
            }
            other => other?,
        }
    }
    Ok(())
}

async fn write_step(transaction: &mut ChangesetTransaction, step: &Step) -> Result<(), StoreError> {
    let name = &step.collection.name;
    match (&step.before, &step.after) {
        (None, Some(after)) => transaction.create(name, after).await,
        (Some(_), Some(after)) => transaction.update(name, after).await,
        (Some(before), None) => transaction.delete(name, before).await,
        (None, None) => Ok(()),
    }
}
