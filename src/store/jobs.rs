//! Jobs: what is to be done later, asked for in the transaction that wants it done.
//!
//! A worker takes a job by a lease, which it renews for as long as it works. What the job does and that it is done are one
//! transaction ([`Job::end`]); a worker whose lease was taken meanwhile cannot end the job, so nothing of its work is kept.
//! All times are the database's, and what is to be done at once asks no clock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::aside::Aside;
use super::{Guarded, Store, StoreError, Transaction};

/// The channel on which a commit announces new jobs.
pub const JOBS: &str = "geokontor_jobs";

/// How long a job stays with a worker that is not heard of. A lease that would last longer than twice that was given by a
/// clock that has been set back since.
pub const LEASE: Duration = Duration::from_secs(30);

/// Something to be done.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Whose handler does it, in kebab case.
    pub queue: &'static str,
    /// Of one name there is one job in a queue; asked for again, it is replaced, even while somebody works on it.
    pub key: Option<String>,
    pub payload: Json,
    /// Not before; `None` is at once.
    pub run_at: Option<DateTime<Utc>>,
}

/// A job that somebody works on.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: i64,
    pub payload: Json,
    /// The present one counts.
    pub attempts: i32,
    lease: Uuid,
}

/// What to do with a job that was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again after so long.
    Again(Duration),
    /// A person decides.
    GiveUp,
}

impl Transaction {
    /// Asks for a job, which is done once this is committed. Gives its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<i64, StoreError> {
        enqueue(self.connection(), job).await
    }

    /// Ends a job together with the changes it has made.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if it is somebody else's by now: nothing may be kept then.
    pub async fn end_job(&mut self, job: &Job) -> Result<(), StoreError> {
        end(self.connection(), job).await
    }
}

impl Aside {
    /// As [`Transaction::enqueue`].
    ///
    /// # Errors
    /// The database's.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<i64, StoreError> {
        enqueue(self.connection(), job).await
    }

    /// As [`Transaction::end_job`].
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if it is somebody else's by now.
    pub async fn end_job(&mut self, job: &Job) -> Result<(), StoreError> {
        end(self.connection(), job).await
    }
}

async fn enqueue(connection: Guarded<'_>, job: &NewJob) -> Result<i64, StoreError> {
    let sql = "WITH asked AS ( \
                 INSERT INTO job (queue, key, payload, run_at) VALUES ($1, $2, $3, coalesce($4, '-infinity')) \
                 ON CONFLICT (queue, key) WHERE key IS NOT NULL DO UPDATE \
                 SET payload = excluded.payload, run_at = excluded.run_at, created_at = excluded.created_at, \
                     attempts = 0, lease = NULL, leased_until = NULL, failed_at = NULL, error = NULL \
                 RETURNING id) \
               SELECT id, pg_notify($5, '') FROM asked";
    let row = sqlx::query(sql)
        .bind(job.queue)
        .bind(&job.key)
        .bind(&job.payload)
        .bind(job.run_at)
        .bind(JOBS)
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("id")?)
}

async fn end(connection: Guarded<'_>, job: &Job) -> Result<(), StoreError> {
    let sql = "DELETE FROM job WHERE id = $1 AND lease = $2";
    let gone = sqlx::query(sql).bind(job.id).bind(job.lease).execute(connection).await?;
    if gone.rows_affected() == 0 { Err(StoreError::LeaseLost) } else { Ok(()) }
}

impl Store {
    /// Takes up to `most` jobs of a queue that are due, those that wait longest first. Nobody else has them until the lease
    /// ends.
    ///
    /// # Errors
    /// The database's.
    pub async fn take_jobs(&self, queue: &str, most: usize) -> Result<Vec<Job>, StoreError> {
        let sql = "UPDATE job SET lease = gen_random_uuid(), leased_until = now() + $3, attempts = attempts + 1 \
                   WHERE id = ANY (ARRAY( \
                     SELECT id FROM job WHERE queue = $1 AND failed_at IS NULL AND run_at <= now() \
                       AND (lease IS NULL OR leased_until NOT BETWEEN now() AND now() + 2 * $3) \
                     ORDER BY run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)) \
                   RETURNING id, payload, attempts, lease";
        let taken = sqlx::query(sql).bind(queue).bind(i64::try_from(most).unwrap_or(i64::MAX)).bind(LEASE);
        let mut jobs: Vec<Job> = taken.fetch_all(self.pool()).await?.iter().map(read).collect::<Result<_, _>>()?;
        jobs.sort_unstable_by_key(|job| job.id);
        Ok(jobs)
    }

    /// Says that these are still worked on.
    ///
    /// # Errors
    /// The database's.
    pub async fn renew_leases<'a>(&self, jobs: impl IntoIterator<Item = &'a Job>) -> Result<(), StoreError> {
        let leases: Vec<Uuid> = jobs.into_iter().map(|job| job.lease).collect();
        let sql = "UPDATE job SET leased_until = now() + $2 WHERE lease = ANY ($1)";
        sqlx::query(sql).bind(leases).bind(LEASE).execute(self.pool()).await?;
        Ok(())
    }

    /// Gives a job back that was not done, with the reason; nothing if it is somebody else's by now.
    ///
    /// # Errors
    /// The database's.
    pub async fn give_back(&self, job: &Job, next: Next, reason: &str) -> Result<(), StoreError> {
        let pause = match next {
            Next::Again(pause) => Some(pause),
            Next::GiveUp => None,
        };
        let sql = "UPDATE job SET lease = NULL, leased_until = NULL, error = $4, \
                     run_at = CASE WHEN $3 IS NULL THEN run_at ELSE now() + $3 END, \
                     failed_at = CASE WHEN $3 IS NULL THEN now() END \
                   WHERE id = $1 AND lease = $2";
        sqlx::query(sql).bind(job.id).bind(job.lease).bind(pause).bind(reason).execute(self.pool()).await?;
        Ok(())
    }
}

fn read(row: &PgRow) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.try_get("id")?,
        payload: row.try_get("payload")?,
        attempts: row.try_get("attempts")?,
        lease: row.try_get("lease")?,
    })
}
