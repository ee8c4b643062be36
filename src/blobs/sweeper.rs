//! Removes content that is attached to nothing: what broke off when its node died, what somebody sent and did not keep, and what
//! the last attachment was taken from.

use futures_util::future::BoxFuture;

use super::store;
use crate::store::Store;
use crate::store::jobs::Job;
use crate::work::jobs::{Handler, Undone};

/// The queue whose jobs are sweeps. There is one while there is something that may have to be swept.
pub const SWEEP: &str = "sweep";

/// Does the jobs of [`SWEEP`].
#[derive(Debug)]
pub struct Sweeper(pub Store);

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
    async fn sweep(&self, job: &Job) -> Result<(), Undone> {
        let mut aside = self.0.aside().await?;
        let is_left = store::sweep(&mut aside).await?;
        aside.end_job(job).await?;
        if is_left {
            store::plan(&mut aside).await?;
        }
        Ok(aside.commit().await?)
    }
}
