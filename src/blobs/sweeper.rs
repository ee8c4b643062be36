//! Removes content that is attached to nothing: what broke off when its node died, what somebody sent and did not keep, and what
//! the last attachment was taken from.

use futures_util::future::BoxFuture;

use super::{Blobs, Place, store};
use crate::store::jobs::Job;
use crate::work::jobs::{Handler, Undone};

/// The queue whose jobs are sweeps. There is one while there is something that may have to be swept.
pub const SWEEP: &str = "sweep";

/// Contents that are removed in one go.
const MOST: i64 = 1_000;

/// Does the jobs of [`SWEEP`].
#[derive(Debug)]
pub struct Sweeper(pub Blobs);

impl Handler for Sweeper {
    fn queue(&self) -> &'static str {
        SWEEP
    }

    fn places(&self) -> usize {
        1
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(self.sweep(job))
    }
}

impl Sweeper {
    /// Objects of a bucket go before their rows do: what is half done is found again.
    async fn sweep(&self, job: &Job) -> Result<(), Undone> {
        let Blobs { store: database, bucket, .. } = &self.0;
        store::loosen(database).await?;
        let loose = store::loose(database, MOST).await?;
        let of = |place: Place| loose.iter().filter(move |one| one.1 == place).map(|one| one.0).collect::<Vec<_>>();
        let (mut gone, in_bucket) = (of(Place::Database), of(Place::Bucket));
        // Without the bucket they wait for one.
        if let Some(bucket) = bucket {
            bucket.remove(&in_bucket).await.map_err(|error| Undone::Later(error.to_string()))?;
            gone.extend(in_bucket);
        }
        let mut aside = database.aside().await?;
        store::remove(aside.connection(), &gone).await?;
        aside.end_job(job).await?;
        store::plan(&mut aside).await?;
        Ok(aside.commit().await?)
    }
}
