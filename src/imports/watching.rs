//! Who looks on while a file is worked through: for a preview, which keeps what would become of every row, and for the import itself,
//! which has to come to the same.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::preview::Teller;
use super::rows;
use super::store::{self, Import};
use super::summary::Summary;
use crate::blobs::{self, Blobs, NewAttachment};
use crate::exchange::import::{ImportError, ImportOutcome};
use crate::exchange::watch::Watch;
use crate::exchange::worker::Done;
use crate::store::aside::Aside;
use crate::store::jobs::Job;
use crate::store::{Store, StoreError, Transaction};

/// What the file with what became of every row is attached to: an import.
pub const REPORT: &str = "import_report";

/// Tells those who wait how far it is, about once a second.
struct Meter {
    store: Store,
    import: Uuid,
    told: Instant,
    rows: u64,
}

impl Meter {
    fn new(store: &Store, import: Uuid) -> Self {
        Self { store: store.clone(), import, told: Instant::now(), rows: 0 }
    }

    async fn count(&mut self, rows: usize) -> Result<(), StoreError> {
        self.rows += rows as u64;
        if self.told.elapsed() < Duration::from_secs(1) {
            return Ok(());
        }
        self.told = Instant::now();
        store::progress(&self.store, self.import, self.rows).await
    }
}

/// Keeps what would become of every row.
pub struct Previewing<'a> {
    pub teller: Teller<'a>,
    pub aside: Aside,
    import: Uuid,
    meter: Meter,
}

impl<'a> Previewing<'a> {
    /// # Errors
    /// The database's.
    pub async fn begin(store: &Store, import: Uuid, teller: Teller<'a>) -> Result<Self, StoreError> {
        let mut aside = store.aside().await?;
        rows::store::clear(&mut aside, import).await?;
        Ok(Self { teller, aside, import, meter: Meter::new(store, import) })
    }
}

impl Watch for Previewing<'_> {
    fn rows<'a>(&'a mut self, done: &'a [Done]) -> BoxFuture<'a, Result<(), ImportError>> {
        Box::pin(async move {
            let told = done.iter().map(|done| self.teller.told(done)).collect();
            rows::store::add(&mut self.aside, self.import, told).await?;
            Ok(self.meter.count(done.len()).await?)
        })
    }
}

/// Sees to it that nothing is written but what was looked at.
pub struct Committing<'a> {
    /// Taken when the last row has gone by.
    teller: Option<Teller<'a>>,
    blobs: &'a Blobs,
    import: &'a Import,
    job: &'a Job,
    /// What became of every row, for people.
    report: PathBuf,
    now: DateTime<Utc>,
    meter: Meter,
}

impl<'a> Committing<'a> {
    pub fn new(
        teller: Teller<'a>,
        blobs: &'a Blobs,
        import: &'a Import,
        job: &'a Job,
        report: PathBuf,
        now: DateTime<Utc>,
    ) -> Self {
        let meter = Meter::new(&blobs.store, import.id);
        Self { teller: Some(teller), blobs, import, job, report, now, meter }
    }

    /// Has the file come to what was looked at?
    pub fn is_as_shown(&mut self) -> bool {
        self.teller.take().is_some_and(|teller| Some(teller.digest()) == self.import.digest)
    }

    async fn attach_report(&self, transaction: &mut Transaction) -> Result<(), ImportError> {
        let file = tokio::fs::File::open(&self.report).await?;
        let kept = |error: blobs::BlobError| std::io::Error::other(error.to_string());
        let received = self.blobs.receive(ReaderStream::new(file)).await.map_err(kept)?;
        let name: String = self.import.name.chars().take(190).collect();
        let name = format!("{name}.xlsx");
        let to = NewAttachment { subject: REPORT, of: self.import.id, name: &name };
        blobs::attach(transaction, &received, &to).await.map_err(kept)?;
        Ok(())
    }
}

impl Watch for Committing<'_> {
    fn rows<'a>(&'a mut self, done: &'a [Done]) -> BoxFuture<'a, Result<(), ImportError>> {
        Box::pin(async move {
            if let Some(teller) = &mut self.teller {
                done.iter().for_each(|done| drop(teller.told(done)));
            }
            Ok(self.meter.count(done.len()).await?)
        })
    }

    fn seal<'a>(
        &'a mut self,
        transaction: &'a mut Transaction,
        outcome: &'a ImportOutcome,
    ) -> BoxFuture<'a, Result<(), ImportError>> {
        Box::pin(async move {
            let collection = self.teller.as_ref().map(|teller| teller.collection);
            let summary = collection.map(|collection| Summary::of(outcome, collection)).unwrap_or_default();
            if !self.is_as_shown() {
                return Err(ImportError::Differs);
            }
            self.attach_report(transaction).await?;
            if !store::committed(transaction, self.import, &summary, self.now).await? {
                return Err(StoreError::LeaseLost.into());
            }
            Ok(transaction.end_job(self.job).await?)
        })
    }
}
