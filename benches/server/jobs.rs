//! How fast a node with two workers does jobs whose effect is kept with their end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use geokontor::feature::crs::Crs;
use geokontor::store::actors::Actor;
use geokontor::store::jobs::{Job, NewJob};
use geokontor::store::transaction::NewChangeset;
use geokontor::store::{Store, StoreError};
use geokontor::work::jobs::{self, Handler, Undone};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Outcome;
use crate::table::{Row, grouped};

const JOBS: usize = 10_000;
const QUEUE: &str = "bench";
const EFFECT: &str = "bench-effect";
const TARGET: Duration = Duration::from_secs(60);

/// Leaves a row for each job, in the transaction that ends it.
#[derive(Debug)]
struct Leaves(Store);

impl Leaves {
    async fn leave(&self, job: &Job) -> Result<(), StoreError> {
        let mut aside = self.0.aside().await?;
        aside.enqueue(&NewJob { queue: EFFECT, key: None, payload: job.payload.clone(), run_at: None }).await?;
        aside.end_job(job).await?;
        aside.commit().await
    }
}

impl Handler for Leaves {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn places(&self) -> usize {
        2
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(async move { Ok(self.leave(job).await?) })
    }
}

/// Asks for all jobs in one transaction and waits until each has left its row.
pub async fn measure(url: &str) -> Outcome<Row> {
    let store = &Store::connect(url, Crs::UTM33, Duration::from_secs(5)).await?;
    store.migrate().await?;
    let changeset = NewChangeset {
        actor: Actor::system("bench"),
        domain: "register",
        kind: "edit",
        reason: "jobs to measure with".into(),
        source: None,
        undoes: None,
    };
    let mut transaction = store.begin(&changeset).await?;
    for n in 0..JOBS {
        transaction.enqueue(&NewJob { queue: QUEUE, key: None, payload: json!(n), run_at: None }).await?;
    }
    transaction.commit().await?;
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    let started = Instant::now();
    jobs::start(store, vec![Arc::new(Leaves(store.clone()))], &stop);
    while of(store, QUEUE).await? > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = started.elapsed();
    let done = of(store, EFFECT).await?;
    if done != JOBS as i64 {
        return Err(format!("{done} of {JOBS} jobs have left a row").into());
    }
    Ok(Row {
        what: format!("{} jobs done by a node with two workers", grouped(JOBS)),
        data: "each leaves a row".into(),
        measured: format!(
            "{:.1} s; {} a minute",
            took.as_secs_f64(),
            grouped((60.0 * JOBS as f64 / took.as_secs_f64()) as usize)
        ),
        floor: "–".into(),
        target: Some(("at most 60 s".into(), took <= TARGET)),
    })
}

async fn of(store: &Store, queue: &str) -> Outcome<i64> {
    let counts = store.job_counts().await?;
    Ok(counts.iter().filter(|count| count.queue == queue).map(|count| count.jobs).sum())
}
