//! What changes by itself, or because somebody has typed something else into a status: a job looks at the object again.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::feature::FeatureId;
use crate::store::actors::{Actor, ActorKind};
use crate::store::jobs::Job;
use crate::store::published::{LOOKS, Look};
use crate::store::transaction::NewChangeset;
use crate::upkeep::{UPKEEP, Upkeep};
use crate::work::jobs::{Handler, Undone};

/// Does the jobs of objects that are to be looked at again.
#[derive(Debug)]
pub struct Clockwork(pub Arc<Upkeep>);

impl Handler for Clockwork {
    fn queue(&self) -> &'static str {
        LOOKS
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.look(job))
    }
}

impl Clockwork {
    /// Whether a day has begun says the clock of the database, by which the job was due; a node whose clock is slow does not
    /// work by the day before.
    async fn look(&self, job: &Job) -> Result<(), Undone> {
        let never = |error: serde_json::Error| Undone::Never(format!("the job names no object: {error}"));
        let look: Look = serde_json::from_value(job.payload.clone()).map_err(never)?;
        let upkeep = &self.0;
        let collection = upkeep.editor.spine.index.catalogue().get(&look.collection).cloned();
        // A node with other declarations may know it.
        let collection =
            collection.ok_or_else(|| Undone::Later(format!("there is no collection '{}'", look.collection)))?;
        let mut transaction = upkeep.editor.spine.store.begin(&changeset(&look.collection)).await?;
        let state = transaction.read(&collection.name, FeatureId(look.feature)).await?;
        let Some(state) = state else {
            drop(transaction);
            let mut aside = upkeep.editor.spine.store.aside().await?;
            aside.end_job(job).await?;
            return Ok(aside.commit().await?);
        };
        transaction.end_job(job).await?;
        let today = look.day.map_or_else(|| upkeep.clock.today(), |day| day.max(upkeep.clock.today()));
        upkeep.settle_on(&mut transaction, &collection, state, None, today).await?;
        transaction.commit().await?;
        Ok(())
    }
}

fn changeset(collection: &str) -> NewChangeset {
    NewChangeset {
        actor: Actor::Named { kind: ActorKind::Timer, label: format!("{collection} {UPKEEP}") },
        domain: UPKEEP,
        kind: "status",
        reason: "Der Betriebszustand folgt aus Prüfungen, Mängeln und Sperrungen.".to_owned(),
        source: None,
        undoes: None,
    }
}
