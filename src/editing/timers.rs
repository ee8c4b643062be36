//! What the clock changes: when a moment has passed that a feature names, the clock writes what is declared for it, as any
//! author would, so index, tiles, events and copies on devices follow.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value as Json};

use super::{Editor, undo};
use crate::collection::{Collection, Timer};
use crate::feature::FeatureId;
use crate::store::actors::{Actor, ActorKind};
use crate::store::features::{FeatureState, REGISTER};
use crate::store::jobs::Job;
use crate::store::timers::{Due, TIMERS};
use crate::store::transaction::NewChangeset;
use crate::work::jobs::{Handler, Undone};

/// The domain of what the clock changes in collections that another domain than the register writes.
const CLOCK: &str = "clock";

/// Does the jobs of timers.
#[derive(Debug)]
pub struct Timers(pub Editor);

impl Handler for Timers {
    fn queue(&self) -> &'static str {
        TIMERS
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.pass(job))
    }
}

impl Timers {
    /// That the moment has passed says the database's clock, by which the job was due. Whether it is still named the
    /// feature says, which is locked until its next state is kept together with the end of the job.
    async fn pass(&self, job: &Job) -> Result<(), Undone> {
        let never = |error: serde_json::Error| Undone::Never(format!("the job names no moment: {error}"));
        let due: Due = serde_json::from_value(job.payload.clone()).map_err(never)?;
        let (collection, k) = self.declared(&due)?;
        let timer = &collection.timers[k];
        let store = &self.0.spine.store;
        let mut transaction = store.begin(&changeset(&collection, timer)).await?;
        let state = transaction.read(&collection.name, FeatureId(due.feature)).await?;
        let Some(after) = state.and_then(|state| self.after(&collection, timer, &due, state)) else {
            drop(transaction);
            let mut aside = store.aside().await?;
            aside.end_job(job).await?;
            return Ok(aside.commit().await?);
        };
        transaction.update(&collection.name, &after).await?;
        transaction.end_job(job).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The collection, and which of its timers it is.
    fn declared(&self, due: &Due) -> Result<(Arc<Collection>, usize), Undone> {
        let collection = self.0.spine.index.catalogue().get(&due.collection);
        let timer = collection.and_then(|collection| {
            let named = |timer: &Timer| collection.properties[timer.at].name == due.property;
            Some((collection.clone(), collection.timers.iter().position(named)?))
        });
        // A node with other declarations may know it.
        timer.ok_or_else(|| Undone::Later(format!("there is no timer of '{}' in '{}'", due.property, due.collection)))
    }

    /// The state after the moment; `None` if the feature names another one by now, or none.
    fn after(&self, collection: &Collection, timer: &Timer, due: &Due, state: FeatureState) -> Option<FeatureState> {
        let mut properties: Map<String, Json> = serde_json::from_str(state.properties.get()).ok()?;
        if properties.get(&due.property).and_then(Json::as_str) != Some(due.moment.as_str()) {
            return None;
        }
        timer.apply(collection, &mut properties);
        let properties = undo::written_at(collection, to_raw_value(&properties).ok()?, self.0.clock.now());
        Some(FeatureState { version: state.version + 1, properties, ..state })
    }
}

fn changeset(collection: &Collection, timer: &Timer) -> NewChangeset {
    let label = format!("{} {}", collection.name, collection.properties[timer.at].name);
    NewChangeset {
        actor: Actor::Named { kind: ActorKind::Timer, label },
        domain: if collection.is_register() { REGISTER } else { CLOCK },
        kind: "timer",
        reason: timer.reason.clone(),
        source: None,
        undoes: None,
    }
}
