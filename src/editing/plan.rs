//! What a changeset will do, decided before anything of it is written.
//!
//! Every feature it touches is locked and known by then, so planning needs no database: an edit is compared with the state
//! it replaces, or with what an earlier edit of the same changeset makes of that.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value as Json;

use super::session::{Session, check_id};
use super::{Edit, EditError, Operation, Precondition, Prepared, compare};
use crate::collection::Collection;
use crate::feature::{FeatureId, Row};
use crate::store::features::FeatureState;

/// Which feature of which collection.
pub(super) type Target = (String, FeatureId);

/// One write of a plan.
#[derive(Debug)]
pub(super) struct Step {
    pub collection: Arc<Collection>,
    pub id: FeatureId,
    pub before: Option<FeatureState>,
    /// Nothing after a deletion.
    pub after: Option<FeatureState>,
    /// The state is what it was already: there is nothing to write.
    pub idle: bool,
}

impl Step {
    /// What an author is told: id and version, which a deleted feature has not.
    pub fn outcome(&self) -> (FeatureId, Option<i64>) {
        (self.id, self.after.as_ref().map(|after| after.version))
    }

    /// The numbers the step gives away and takes, as far as they change, each with the municipality it is unique in.
    pub fn references(&self) -> BTreeSet<String> {
        let Some(k) = self.collection.reference else { return BTreeSet::new() };
        let name = &self.collection.properties[k].name;
        let key = |state: &FeatureState| {
            let properties: Json = serde_json::from_str(state.properties.get()).unwrap_or_default();
            let number = properties[name].as_str()?;
            let municipality = properties["municipality"].as_str().unwrap_or_default();
            Some(format!("{} {municipality} {number}", self.collection.name))
        };
        let (before, after) = (self.before.as_ref().and_then(key), self.after.as_ref().and_then(key));
        if before == after { BTreeSet::new() } else { before.into_iter().chain(after).collect() }
    }
}

/// The features that edits change, each once.
pub(super) fn targets(edits: &[Edit]) -> BTreeSet<Target> {
    let id = |edit: &Edit| match &edit.operation {
        Operation::Create { .. } => None,
        Operation::Replace { id, .. } | Operation::Patch { id, .. } | Operation::Delete { id, .. } => Some(*id),
    };
    edits.iter().filter_map(|edit| Some((edit.collection.clone(), id(edit)?))).collect()
}

/// Plans edit by edit.
#[derive(Debug)]
pub(super) struct Planner<'a> {
    session: Session<'a>,
    /// As the edits planned so far leave them.
    states: HashMap<Target, FeatureState>,
}

impl<'a> Planner<'a> {
    pub fn new(session: Session<'a>, states: HashMap<Target, FeatureState>) -> Self {
        Self { session, states }
    }

    /// What an edit does. `pointer` is where its feature stands in the input.
    pub fn step(&mut self, collection: Arc<Collection>, edit: Edit, pointer: &str) -> Result<Step, EditError> {
        let step = self.decide(collection, edit.operation, pointer)?;
        let target = (step.collection.name.clone(), step.id);
        match &step.after {
            Some(after) => drop(self.states.insert(target, after.clone())),
            None => drop(self.states.remove(&target)),
        }
        Ok(step)
    }

    fn decide(&self, collection: Arc<Collection>, operation: Operation, pointer: &str) -> Result<Step, EditError> {
        match operation {
            Operation::Create { feature } => {
                let prepared = self.session.prepare(&collection, &feature, pointer)?;
                self.session.may_enter(&collection, None, &prepared)?;
                let (id, after) = (FeatureId::new(), prepared);
                let after = FeatureState { id, version: 1, geometry: after.geometry, properties: after.properties };
                Ok(Step { collection, id, before: None, after: Some(after), idle: false })
            }
            Operation::Replace { id, precondition, feature } => {
                let before = self.seen(&collection, id, precondition)?;
                check_id(&feature, id, pointer)?;
                let prepared = self.session.prepare(&collection, &feature, pointer)?;
                self.changed(collection, before, prepared)
            }
            Operation::Patch { id, precondition, patch } => {
                let before = self.seen(&collection, id, precondition)?;
                check_id(&patch, id, pointer)?;
                let prepared = self.session.prepare_patch(&collection, &before, &patch, pointer)?;
                self.changed(collection, before, prepared)
            }
            Operation::Delete { id, precondition } => {
                let before = self.seen(&collection, id, precondition)?;
                Ok(Step { collection, id, before: Some(before), after: None, idle: false })
            }
        }
    }

    /// The state before, if the caller has seen it and may change what lies there.
    fn seen(
        &self,
        collection: &Collection,
        id: FeatureId,
        precondition: Precondition,
    ) -> Result<FeatureState, EditError> {
        let state = self.states.get(&(collection.name.clone(), id));
        let state = state.ok_or_else(|| precondition.of_nothing(&collection.name, id))?;
        self.session.may_leave(collection, state)?;
        let made = compare::made_at(collection, Row::new(&compare::packed(collection, state)));
        precondition.check(id, state.version, made)?;
        Ok(state.clone())
    }

    /// The next state, unless it says nothing new. A place that moves by less than coordinates are rounded by has not
    /// moved: whoever writes back what was read shifts nothing.
    fn changed(
        &self,
        collection: Arc<Collection>,
        before: FeatureState,
        prepared: Prepared,
    ) -> Result<Step, EditError> {
        self.session.may_enter(&collection, Some(&before), &prepared)?;
        let stays = compare::near(before.geometry.as_ref(), prepared.geometry.as_ref());
        let geometry = if stays { before.geometry.clone() } else { prepared.geometry };
        let after =
            FeatureState { id: before.id, version: before.version + 1, geometry, properties: prepared.properties };
        let rows = (compare::packed(&collection, &before), compare::packed(&collection, &after));
        let idle = stays && !compare::differs(&collection, Row::new(&rows.0), Row::new(&rows.1));
        let after = if idle { before.clone() } else { after };
        Ok(Step { collection, id: before.id, before: Some(before), after: Some(after), idle })
    }
}
