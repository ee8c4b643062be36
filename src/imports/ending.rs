//! Imports whose time is over: the file of a supplier is not kept longer than somebody works with it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde_json::json;
use uuid::Uuid;

use super::watching::REPORT;
use super::{FILE, IMPORTS, Imports, ImportsError, store};
use crate::blobs;
use crate::identity::Caller;
use crate::imports::store::Import;
use crate::spine::Purpose;
use crate::store::Transaction;
use crate::store::jobs::{Job, NewJob};
use crate::work::jobs::{Handler, Undone};

/// The queue whose jobs are imports that end.
const ENDINGS: &str = "import-ending";

/// Ends an import at some time; asked for again, at that time and no earlier.
pub fn job(import: Uuid, at: DateTime<Utc>) -> NewJob {
    NewJob { queue: ENDINGS, key: Some(import.to_string()), payload: json!(import), run_at: Some(at) }
}

/// Does the jobs of [`ENDINGS`].
#[derive(Debug)]
pub struct Endings(pub Arc<Imports>);

impl Handler for Endings {
    fn queue(&self) -> &'static str {
        ENDINGS
    }

    fn places(&self) -> usize {
        1
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(async move {
            let imports = &self.0;
            let id = serde_json::from_value(job.payload.clone()).map_err(|error| Undone::Never(error.to_string()))?;
            let later = |error: ImportsError| Undone::Later(error.to_string());
            let operator = Caller::operator("geokontor");
            let mut transaction = begin(imports, &operator, "").await.map_err(later)?;
            forget(imports, &mut transaction, id).await.map_err(later)?;
            transaction.end_job(job).await?;
            transaction.commit().await?;
            Ok(())
        })
    }
}

/// Removes an import at somebody's wish.
pub async fn remove(imports: &Imports, caller: &Caller, import: &Import) -> Result<(), ImportsError> {
    let mut transaction = begin(imports, caller, &import.name).await?;
    forget(imports, &mut transaction, import.id).await?;
    imports.editor.spine.commit::<ImportsError>(transaction).await?;
    Ok(())
}

async fn begin(imports: &Imports, caller: &Caller, name: &str) -> Result<Transaction, ImportsError> {
    let purpose = Purpose { domain: IMPORTS, kind: "import-end", reason: name.to_owned(), undoes: None };
    Ok(imports.editor.spine.begin(caller, purpose).await?)
}

/// Removes an import with its files. What it has written stays.
async fn forget(imports: &Imports, transaction: &mut Transaction, id: Uuid) -> Result<(), ImportsError> {
    for subject in [FILE, REPORT] {
        for attachment in blobs::attachments(&imports.blobs.store, subject, id).await? {
            blobs::detach(transaction, attachment.id).await?;
        }
    }
    Ok(store::remove(transaction, id).await?)
}
