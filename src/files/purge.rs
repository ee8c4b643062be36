//! What was taken away and not brought back is forgotten, content and all: a photo may show somebody who wants that.

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use uuid::Uuid;

use super::store::forget;
use super::{FILES, ObjectFiles};
use crate::store::actors::{Actor, ActorKind};
use crate::store::jobs::Job;
use crate::store::transaction::NewChangeset;
use crate::work::jobs::{Handler, Undone};

/// The queue whose jobs forget a file each.
pub const FORGET: &str = "forget-file";

/// Does the jobs of [`FORGET`].
#[derive(Debug)]
pub struct Purger(pub Arc<ObjectFiles>);

#[derive(Deserialize)]
struct Wanted {
    file: Uuid,
}

impl Handler for Purger {
    fn queue(&self) -> &'static str {
        FORGET
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.forget(job))
    }
}

impl Purger {
    /// A file that was brought back meanwhile stays; taken away once more it has a job of its own.
    async fn forget(&self, job: &Job) -> Result<(), Undone> {
        let never = |error: serde_json::Error| Undone::Never(format!("the job names no file: {error}"));
        let Wanted { file } = serde_json::from_value(job.payload.clone()).map_err(never)?;
        let store = &self.0.editor.spine.store;
        let mut transaction = store.begin(&changeset()).await?;
        let kept = TimeDelta::from_std(self.0.kept).unwrap_or(TimeDelta::MAX);
        let before = transaction.at().checked_sub_signed(kept).unwrap_or_default();
        if forget(&mut transaction, store, file, before).await? {
            transaction.end_job(job).await?;
            transaction.commit().await?;
            return Ok(());
        }
        drop(transaction);
        let mut aside = store.aside().await?;
        aside.end_job(job).await?;
        Ok(aside.commit().await?)
    }
}

fn changeset() -> NewChangeset {
    NewChangeset {
        actor: Actor::Named { kind: ActorKind::Timer, label: FILES.to_owned() },
        domain: FILES,
        kind: "forget-file",
        reason: "Entfernte Dateien werden nach Ablauf der Frist gelöscht.".to_owned(),
        source: None,
        undoes: None,
    }
}
