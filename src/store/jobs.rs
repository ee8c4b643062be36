//! Jobs: what is to be done later, asked for in the transaction that wants it done.
//!
//! A worker takes a job by a lease, which it renews for as long as it works. What the job does and that it is done are one
//! transaction ([`Job::end`]); a worker whose lease was taken meanwhile cannot end the job, so nothing of its work is kept.
//! All times are the database's, and what is to be done at once asks no clock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgExecutor, Row};
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
    let asked = enqueue_all(connection, std::slice::from_ref(job)).await?;
    asked.first().copied().ok_or_else(|| StoreError::Stored("a job was asked for, and there is none".to_owned()))
}

/// Asks for several jobs, each of another name. Gives their numbers.
pub(super) async fn enqueue_all<'c>(connection: impl PgExecutor<'c>, jobs: &[NewJob]) -> Result<Vec<i64>, StoreError> {
    let sql = "WITH asked AS ( \
                 INSERT INTO job (queue, key, payload, run_at) \
                 SELECT queue, key, payload, coalesce(run_at, '-infinity') \
                 FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[]) AS t (queue, key, payload, run_at) \
                 ON CONFLICT (queue, key) WHERE key IS NOT NULL DO UPDATE \
                 SET payload = excluded.payload, run_at = excluded.run_at, created_at = excluded.created_at, \
                     attempts = 0, lease = NULL, leased_until = NULL, failed_at = NULL, error = NULL \
                 RETURNING id), \
               told AS (SELECT pg_notify($5, '') WHERE EXISTS (SELECT FROM asked)) \
               SELECT id FROM asked, (SELECT count(*) FROM told) AS once ORDER BY id";
    let queues: Vec<&str> = jobs.iter().map(|job| job.queue).collect();
    let keys: Vec<Option<&str>> = jobs.iter().map(|job| job.key.as_deref()).collect();
    let payloads: Vec<&Json> = jobs.iter().map(|job| &job.payload).collect();
    let times: Vec<Option<DateTime<Utc>>> = jobs.iter().map(|job| job.run_at).collect();
    let asked = sqlx::query_scalar(sql).bind(queues).bind(keys).bind(payloads).bind(times).bind(JOBS);
    Ok(asked.fetch_all(connection).await?)
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

    /// Lets others have jobs that were taken and not begun.
    ///
    /// # Errors
    /// The database's.
    pub async fn return_jobs<'a>(&self, jobs: impl IntoIterator<Item = &'a Job>) -> Result<(), StoreError> {
        let leases: Vec<Uuid> = jobs.into_iter().map(|job| job.lease).collect();
        let sql = "UPDATE job SET lease = NULL, leased_until = NULL, attempts = attempts - 1 WHERE lease = ANY ($1)";
        sqlx::query(sql).bind(leases).execute(self.pool()).await?;
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

/// What a job is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum JobState {
    Waiting,
    Running,
    /// It is not tried again before somebody asks for that.
    Failed,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Running, Self::Failed];

    /// The word in questions, answers and SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

/// A job, as it is told to those who run the server.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Job")]
pub struct JobSummary {
    pub id: i64,
    pub queue: String,
    /// What it is about; of one there is one job in a queue.
    pub key: Option<String>,
    pub state: JobState,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
    /// Seconds until it is due; null where it is due already.
    pub due_in: Option<f64>,
    /// Why it was not done the last time.
    pub error: Option<String>,
}

/// How many jobs of a queue there are in a state, and how long the oldest has been due, or has failed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JobCount {
    pub queue: String,
    pub state: JobState,
    pub jobs: i64,
    /// Seconds; below 0 if none of them is due yet.
    pub oldest: f64,
}

/// What a job is doing, in the words of SQL.
const STATE: &str =
    "CASE WHEN failed_at IS NOT NULL THEN 'failed' WHEN leased_until >= now() THEN 'running' ELSE 'waiting' END";

impl Store {
    /// Jobs in a state, or in any: failed ones first, then by the time they are due.
    ///
    /// # Errors
    /// The database's.
    pub async fn jobs(&self, state: Option<JobState>, most: i64) -> Result<Vec<JobSummary>, StoreError> {
        let sql = format!(
            "SELECT * FROM (SELECT id, queue, key, attempts, created_at, error, run_at, failed_at, {STATE} AS state, \
               CASE WHEN run_at > now() THEN extract(epoch FROM run_at - now())::float8 END AS due_in FROM job) j \
             WHERE $1::text IS NULL OR state = $1 ORDER BY failed_at NULLS LAST, run_at, id LIMIT $2"
        );
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(state.map(JobState::name)).bind(most).fetch_all(self.pool()).await?;
        let summary = |row: &PgRow| {
            Ok(JobSummary {
                id: row.try_get("id")?,
                queue: row.try_get("queue")?,
                key: row.try_get("key")?,
                state: row.try_get("state")?,
                attempts: row.try_get("attempts")?,
                created_at: row.try_get("created_at")?,
                due_in: row.try_get("due_in")?,
                error: row.try_get("error")?,
            })
        };
        rows.iter().map(summary).collect()
    }

    /// How many jobs there are, by queue and state.
    ///
    /// # Errors
    /// The database's.
    pub async fn job_counts(&self) -> Result<Vec<JobCount>, StoreError> {
        let sql = format!(
            "SELECT queue, {STATE} AS state, count(*) AS jobs, \
               max(extract(epoch FROM now() - coalesce(failed_at, greatest(run_at, created_at))))::float8 AS oldest \
             FROM job GROUP BY 1, 2 ORDER BY 1, 2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(self.pool()).await?;
        let count = |row: &PgRow| {
            Ok(JobCount {
                queue: row.try_get("queue")?,
                state: row.try_get("state")?,
                jobs: row.try_get("jobs")?,
                oldest: row.try_get("oldest")?,
            })
        };
        rows.iter().map(count).collect()
    }

    /// Has a job that failed, or waits for its next attempt, tried at once; `false` if there is none, or it is under way.
    ///
    /// # Errors
    /// The database's.
    pub async fn retry_job(&self, id: i64) -> Result<bool, StoreError> {
        let sql = "WITH retried AS ( \
                     UPDATE job SET failed_at = NULL, attempts = 0, run_at = '-infinity', lease = NULL, leased_until = NULL \
                     WHERE id = $1 AND (lease IS NULL OR leased_until < now()) RETURNING id) \
                   SELECT id, pg_notify($2, '') FROM retried";
        Ok(sqlx::query(sql).bind(id).bind(JOBS).fetch_optional(self.pool()).await?.is_some())
    }

    /// Forgets a job; `false` if there is none, or it is under way.
    ///
    /// # Errors
    /// The database's.
    pub async fn discard_job(&self, id: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM job WHERE id = $1 AND (lease IS NULL OR leased_until < now())";
        Ok(sqlx::query(sql).bind(id).execute(self.pool()).await?.rows_affected() > 0)
    }
}
