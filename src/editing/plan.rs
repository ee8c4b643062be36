//! What a changeset will do, decided before anything of it is written.
//!
//! Every feature it touches is locked and known by then, so planning needs no database: an edit is compared with the state
//! it replaces, or with what an earlier edit of the same changeset makes of that.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::compare::Packed;
use super::numbers::Number;
use super::proposals::{ProposedEdit, Wish};
use super::refusal::{Refusal, Stand};
use super::terms::{EditTerms, check_id, members_of_patch};
use super::{EditError, Operation, Places, Precondition, Prepared, compare};
use crate::collection::Collection;
use crate::feature::{FeatureId, Row};
use crate::firewater::plausibility::{self, Warning};
use crate::identity::Action;
use crate::store::features::FeatureState;

/// Which feature of which collection.
pub(super) type Target = (String, FeatureId);

/// One write of a plan.
#[derive(Debug)]
pub(super) struct Step {
    /// Where its feature or patch stands in the input.
    pub body: String,
    pub collection: Arc<Collection>,
    pub id: FeatureId,
    pub before: Option<FeatureState>,
    /// Nothing after a deletion.
    pub after: Option<FeatureState>,
    /// The state is what it was already: there is nothing to write.
    pub idle: bool,
    /// What is hardly so of the state after.
    pub warnings: Vec<Warning>,
}

impl Step {
    /// What an author is told: id and version, which a deleted feature has not.
    pub fn outcome(&self) -> (FeatureId, Option<i64>) {
        (self.id, self.after.as_ref().map(|after| after.version))
    }

    /// The numbers the step gives away and takes, as far as they change.
    pub fn numbers(&self) -> BTreeSet<Number> {
        let number = |state: Option<&FeatureState>| Number::of(&self.collection, state?);
        let (before, after) = (number(self.before.as_ref()), number(self.after.as_ref()));
        if before == after { BTreeSet::new() } else { before.into_iter().chain(after).collect() }
    }
}

/// The features that edits change, each once.
pub(super) fn targets(edits: &[(Stand, Arc<Collection>, Operation)]) -> BTreeSet<Target> {
    let target = |(_, collection, operation): &(_, Arc<Collection>, Operation)| {
        Some((collection.name.clone(), operation.target()?.0))
    };
    edits.iter().filter_map(target).collect()
}

/// Plans edit by edit.
#[derive(Debug)]
pub(super) struct Planner<'a> {
    terms: EditTerms<'a>,
    /// As the edits planned so far leave them.
    states: HashMap<Target, FeatureState>,
    /// What edits were refused for: what they would have left nobody knows.
    in_doubt: HashSet<Target>,
}

impl<'a> Planner<'a> {
    pub fn new(terms: EditTerms<'a>, states: HashMap<Target, FeatureState>) -> Self {
        Self { terms, states, in_doubt: HashSet::new() }
    }

    /// What an edit does, or everything that is wrong with it.
    pub fn step(&mut self, collection: Arc<Collection>, operation: Operation, at: Stand) -> Result<Step, Vec<Refusal>> {
        let target = operation.target().map(|(id, _)| (collection.name.clone(), id));
        let step = self.decide(collection, operation, at).inspect_err(|_| self.in_doubt.extend(target))?;
        let target = (step.collection.name.clone(), step.id);
        match &step.after {
            Some(after) => drop(self.states.insert(target, after.clone())),
            None => drop(self.states.remove(&target)),
        }
        Ok(step)
    }

    /// True for features that a refused edit concerns.
    pub fn is_in_doubt(&self, target: &Target) -> bool {
        self.in_doubt.contains(target)
    }

    fn decide(&self, collection: Arc<Collection>, operation: Operation, at: Stand) -> Result<Step, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let (body, target) = (at.body(&operation), operation.target());
        let before = match target {
            None => None,
            Some((id, precondition)) => {
                self.before(&collection, (id, precondition), operation.action(), at, &mut refusals)?
            }
        };
        if let (Some((id, _)), Operation::Replace { feature: input, .. } | Operation::Patch { patch: input, .. }) =
            (target, &operation)
        {
            refusals.extend(check_id(input, id, &body).err().map(|error| at.refusal("", error)));
        }
        let (terms, state) = (&self.terms, before.as_ref());
        let prepared = match (&operation, state) {
            (Operation::Create { feature } | Operation::Replace { feature, .. }, _) => {
                Some(terms.prepare(&collection, state, feature, &body))
            }
            (Operation::Patch { patch, .. }, Some(state)) => {
                Some(terms.prepare_patch(&collection, state, patch, &body))
            }
            // What is not there cannot be patched, and that has been said.
            (Operation::Patch { patch, .. }, None) => {
                refusals.extend(members_of_patch(patch, &body).err().map(|error| at.refusal("", error)));
                None
            }
            (Operation::Delete { .. }, _) => None,
        };
        let prepared = prepared.transpose().unwrap_or_else(|errors| {
            refusals.extend(errors.into_iter().map(|error| at.refusal("", error)));
            None
        });
        if !refusals.is_empty() {
            return Err(refusals);
        }
        match (before, prepared) {
            (None, Some(prepared)) => Ok(created(body, collection, FeatureId::new(), prepared)),
            (Some(before), Some(prepared)) => Ok(changed(body, collection, before, prepared)),
            (Some(Packed { state: before, .. }), None) => Ok(deleted(body, collection, before)),
            (None, None) => Err(refusals),
        }
    }

    /// The states that a proposal would change, as they are now.
    pub fn state(&self, target: &Target) -> Option<&FeatureState> {
        self.states.get(target)
    }

    /// What is written of a proposal that nothing stands against any more, or why that cannot be.
    pub fn adopt(&mut self, collection: Arc<Collection>, edit: &ProposedEdit, at: Stand) -> Result<Step, Vec<Refusal>> {
        let (target, body) = ((collection.name.clone(), edit.feature), at.member(""));
        let told = |errors: Vec<EditError>| errors.into_iter().map(|error| at.refusal("", error)).collect::<Vec<_>>();
        let terms = &self.terms;
        let now = self.states.get(&target).map(|state| Packed::new(&collection, state.clone()));
        let step = match (now, &edit.before, &edit.after) {
            (None, None, Some(wished)) => {
                let prepared = terms.prepare_new(&collection, wished, &body).map_err(told)?;
                created(body, collection, edit.feature, prepared)
            }
            (Some(now), Some(before), Some(after)) => {
                terms.may_leave(&collection, Action::Edit, &now.state).map_err(|error| told(vec![error]))?;
                let seen = Packed::new(&collection, before.clone());
                let wish = Wish::between(&collection, &seen, after, terms.preparer.places());
                let prepared = terms.prepare_wish(&collection, &now, wish, &body).map_err(told)?;
                changed(body, collection, now, prepared)
            }
            (Some(now), _, None) => {
                terms.may_leave(&collection, Action::Delete, &now.state).map_err(|error| told(vec![error]))?;
                deleted(body, collection, now.state)
            }
            (now, ..) => {
                let current = now.map(|now| now.state.version);
                return Err(told(vec![EditError::Stale { id: edit.feature, current }]));
            }
        };
        match &step.after {
            Some(after) => drop(self.states.insert(target, after.clone())),
            None => drop(self.states.remove(&target)),
        }
        Ok(step)
    }

    /// The municipalities that places are judged by.
    pub fn places(&self) -> &Places {
        self.terms.preparer.places()
    }

    /// The state before. Whether there is one and its author has seen it is added to what is wrong; whoever may not
    /// change what lies there is told nothing else of it.
    fn before(
        &self,
        collection: &Collection,
        (id, precondition): (FeatureId, Precondition),
        action: Action,
        at: Stand,
        refusals: &mut Vec<Refusal>,
    ) -> Result<Option<Packed>, Vec<Refusal>> {
        let target = (collection.name.clone(), id);
        let Some(state) = self.states.get(&target) else {
            refusals.push(at.refusal("id", precondition.of_nothing(&collection.name, id)));
            return Ok(None);
        };
        self.terms.may_leave(collection, action, state).map_err(|error| vec![at.refusal("", error)])?;
        let before = Packed::new(collection, state.clone());
        let made = compare::made_at(collection, before.row());
        // Which version an edit builds on is not known if the one before it has been refused.
        if !self.is_in_doubt(&target) {
            let unseen: Option<EditError> = precondition.check(id, state.version, made).err();
            refusals.extend(unseen.map(|error| at.refusal("version", error)));
        }
        Ok(Some(before))
    }
}

fn created(body: String, collection: Arc<Collection>, id: FeatureId, made: Prepared) -> Step {
    let warnings = plausibility::of(&collection, Row::new(&made.row));
    let after = FeatureState { id, version: 1, geometry: made.geometry, properties: made.properties };
    Step { body, collection, id, before: None, after: Some(after), idle: false, warnings }
}

fn deleted(body: String, collection: Arc<Collection>, before: FeatureState) -> Step {
    Step { body, collection, id: before.id, before: Some(before), after: None, idle: false, warnings: vec![] }
}

/// The next state, unless it says nothing new. A place that moves by less than coordinates are rounded by has not moved:
/// whoever writes back what was read shifts nothing.
fn changed(body: String, collection: Arc<Collection>, before: Packed, prepared: Prepared) -> Step {
    let stays = compare::near(before.state.geometry.as_ref(), prepared.geometry.as_ref());
    let row = Row::new(&prepared.row);
    let idle = stays && !compare::differs(&collection, before.row(), row);
    let warnings = plausibility::of(&collection, row);
    let before = before.state;
    let after = if idle {
        before.clone()
    } else {
        let geometry = if stays { before.geometry.clone() } else { prepared.geometry };
        FeatureState { id: before.id, version: before.version + 1, geometry, properties: prepared.properties }
    };
    Step { body, collection, id: before.id, before: Some(before), after: Some(after), idle, warnings }
}
