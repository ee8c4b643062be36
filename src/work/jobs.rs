//! Doing jobs: for each queue a handler, which several workers of every node serve.
//!
//! A job is taken by a lease ([`store::jobs`](crate::store::jobs)), which is renewed here for as long as its handler works.
//! Where a node dies, the lease ends and another node takes the job. A handler ends its job in the transaction that has
//! its effect, so that what is done twice can be kept only once.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use metrics::counter;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::store::jobs::{JOBS, Job, LEASE, Next};
use crate::store::{Store, StoreError};

/// How often is looked for jobs whose time has come, and for those that were announced in vain.
const PULSE: Duration = Duration::from_secs(1);

/// Does the jobs of a queue.
pub trait Handler: fmt::Debug + Send + Sync {
    /// Whose jobs it does, in kebab case.
    fn queue(&self) -> &'static str;

    /// Jobs a node does at the same time.
    fn places(&self) -> usize {
        2
    }

    /// Jobs that are taken at once: more cost less, but a slow one makes those behind it wait.
    fn batch(&self) -> usize {
        20
    }

    /// How often, and for how long, a job is tried again.
    fn patience(&self) -> Patience {
        Patience { first: Duration::from_secs(5), most: Duration::from_secs(3_600), attempts: 20 }
    }

    /// Does a job and ends it by `end_job` in the transaction that keeps what was done.
    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>>;
}

/// How long to go on with a job that fails.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The pause after the first attempt; each further one is twice as long.
    pub first: Duration,
    /// The longest pause.
    pub most: Duration,
    /// After so many attempts a person decides.
    pub attempts: i32,
}

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// It may succeed later.
    #[error("{0}")]
    Later(String),
    /// It will not, unless somebody changes something.
    #[error("{0}")]
    Never(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Patience {
    /// What to do after so many attempts. `luck` lies between 0 and 1: what failed together must not come back together.
    fn after(self, attempts: i32, luck: f64) -> Next {
        if attempts >= self.attempts {
            return Next::GiveUp;
        }
        let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(30);
        let pause = self.first.saturating_mul(1 << doublings).min(self.most).mul_f64(0.75 + luck / 2.0);
        // The database counts microseconds.
        Next::Again(Duration::from_millis(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)))
    }
}

/// Starts workers for some queues; they end with `stop`.
pub fn start(store: &Store, handlers: Vec<Arc<dyn Handler>>, stop: &CancellationToken) {
    if handlers.is_empty() {
        return;
    }
    let (tell, told) = watch::channel(());
    tokio::spawn(listen(store.clone(), tell, stop.clone()));
    for handler in handlers {
        let queue = Queue { store: store.clone(), handler, held: HashMap::new(), waiting: VecDeque::new() };
        tokio::spawn(queue.serve(told.clone(), stop.clone()));
    }
}

/// Wakes workers when jobs are announced. What is missed meanwhile is found by their pulse.
async fn listen(store: Store, tell: watch::Sender<()>, stop: CancellationToken) {
    let listening = async {
        loop {
            if let Ok(mut listener) = store.listen(JOBS).await {
                while listener.told().await.is_ok() {
                    tell.send_replace(());
                }
            }
            tokio::time::sleep(PULSE).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = listening => {}
    }
}

/// The workers of one queue on this node.
struct Queue {
    store: Store,
    handler: Arc<dyn Handler>,
    /// Under way, by task.
    held: HashMap<Id, Job>,
    /// Taken, and not begun.
    waiting: VecDeque<Job>,
}

impl Queue {
    async fn serve(mut self, mut told: watch::Receiver<()>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let (mut pulse, mut renewal) = (interval(PULSE), interval(LEASE / 3));
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut may_be_due = true;
        while !stop.is_cancelled() {
            self.begin(&mut tasks);
            if may_be_due && tasks.len() < self.handler.places() {
                may_be_due = self.take().await;
                continue;
            }
            tokio::select! {
                Some(done) = tasks.join_next_with_id() => self.has_ended(done),
                _ = renewal.tick() => self.renew().await,
                _ = pulse.tick() => may_be_due = true,
                // Without a sender it is the pulse alone.
                Ok(()) = told.changed() => may_be_due = true,
                () = stop.cancelled() => {}
            }
        }
        self.end(tasks).await;
    }

    fn begin(&mut self, tasks: &mut JoinSet<()>) {
        while tasks.len() < self.handler.places() {
            let Some(job) = self.waiting.pop_front() else { return };
            let task = tasks.spawn(attempt(self.store.clone(), self.handler.clone(), job.clone()));
            self.held.insert(task.id(), job);
        }
    }

    /// Takes jobs that are due; `false` if there are none, or the database gives none now.
    async fn take(&mut self) -> bool {
        match self.store.take_jobs(self.handler.queue(), self.handler.batch()).await {
            Ok(jobs) => {
                self.waiting.extend(jobs);
                !self.waiting.is_empty()
            }
            Err(error) => {
                tracing::debug!(queue = self.handler.queue(), %error, "no jobs can be taken now");
                false
            }
        }
    }

    fn has_ended(&mut self, done: Result<(Id, ()), tokio::task::JoinError>) {
        let id = match done {
            Ok((id, ())) => id,
            Err(panic) => {
                // Its lease ends, and it is tried again.
                tracing::error!(queue = self.handler.queue(), %panic, "a job ended without a word");
                panic.id()
            }
        };
        self.held.remove(&id);
    }

    async fn renew(&self) {
        let jobs = self.held.values().chain(&self.waiting);
        if let Err(error) = self.store.renew_leases(jobs).await {
            tracing::warn!(queue = self.handler.queue(), %error, "leases cannot be renewed now");
        }
    }

    /// Lets others have what was not begun at once. What is under way may still end, or is taken over with its lease.
    async fn end(self, mut tasks: JoinSet<()>) {
        if let Err(error) = self.store.return_jobs(&self.waiting).await {
            tracing::debug!(queue = self.handler.queue(), %error, "jobs are given back with their leases");
        }
        while tasks.join_next().await.is_some() {}
    }
}

/// Tries a job once.
async fn attempt(store: Store, handler: Arc<dyn Handler>, job: Job) {
    let (queue, patience) = (handler.queue(), handler.patience());
    // Whatever ended its workers before they could say so may be the job.
    let handled = if job.attempts > patience.attempts {
        Err(Undone::Never("every worker that took it ended without a word".to_owned()))
    } else {
        handler.handle(&job).await
    };
    let Err(undone) = handled else {
        counter!("geokontor_jobs_total", "queue" => queue, "outcome" => "done").increment(1);
        return;
    };
    let next = match &undone {
        Undone::Store(StoreError::LeaseLost) => {
            counter!("geokontor_jobs_total", "queue" => queue, "outcome" => "taken-over").increment(1);
            return;
        }
        Undone::Never(_) => Next::GiveUp,
        // The database's fault is no fault of the job.
        Undone::Store(error) if error.is_passing() => patience.after(1, rand::random()),
        Undone::Later(_) | Undone::Store(_) => patience.after(job.attempts, rand::random()),
    };
    let outcome = if next == Next::GiveUp { "given-up" } else { "again" };
    counter!("geokontor_jobs_total", "queue" => queue, "outcome" => outcome).increment(1);
    tracing::warn!(queue, job = job.id, attempts = job.attempts, outcome, reason = %undone, "a job was not done");
    if let Err(error) = store.give_back(&job, next, &undone.to_string()).await {
        tracing::warn!(queue, job = job.id, %error, "a job is given back with its lease");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_then_a_person_decides() {
        let patience = Patience { first: Duration::from_secs(4), most: Duration::from_secs(60), attempts: 9 };
        let seconds: Vec<f64> = (1..9)
            .map(|attempt| match patience.after(attempt, 0.5) {
                Next::Again(pause) => pause.as_secs_f64(),
                Next::GiveUp => panic!("too early"),
            })
            .collect();
        assert_eq!(seconds, [4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0]);
        assert_eq!(patience.after(9, 0.5), Next::GiveUp);
        assert_eq!(patience.after(1, 0.0), Next::Again(Duration::from_secs(3)));
        assert_eq!(patience.after(1, 1.0), Next::Again(Duration::from_secs(5)));
    }

    #[test]
    fn a_pause_is_a_number_of_whole_milliseconds_whatever_the_luck() {
        let patience = Patience { first: Duration::from_secs(1), most: Duration::from_secs(9), attempts: 5 };
        let Next::Again(pause) = patience.after(2, 0.123_456_789_123) else { panic!("too early") };
        assert_eq!(pause.as_nanos() % 1_000_000, 0);
    }
}
