//! Jobs: none is lost, and what is done for one is kept once, whatever dies meanwhile.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use futures_util::future::BoxFuture;
use geokontor::feature::crs::Crs;
use geokontor::store::actors::Actor;
use geokontor::store::jobs::{Job, JobState, NewJob};
use geokontor::store::transaction::NewChangeset;
use geokontor::store::{Store, StoreError, Transaction};
use geokontor::work::jobs::{self, Handler, Patience, Undone};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::support::{Database, TestServer, Token, until};

/// The queue that the tests work on, and the one whose rows are what was done.
const QUEUE: &str = "test";
const EFFECT: &str = "test-effect";

async fn store(database: &Database) -> Store {
    let store = Store::connect(&database.url, Crs::UTM33, Duration::from_secs(60)).await.expect("a database");
    store.migrate().await.expect("the schema");
    store
}

pub async fn begin(store: &Store) -> Transaction {
    let changeset = NewChangeset {
        actor: Actor::system("test"),
        domain: "register",
        kind: "edit",
        reason: "a test".to_owned(),
        source: None,
        undoes: None,
    };
    store.begin(&changeset).await.expect("a transaction")
}

fn job(payload: Json) -> NewJob {
    NewJob { queue: QUEUE, key: None, payload, run_at: None }
}

async fn enqueue(store: &Store, jobs: impl IntoIterator<Item = NewJob>) {
    let mut transaction = begin(store).await;
    for job in jobs {
        transaction.enqueue(&job).await.expect("a job");
    }
    transaction.commit().await.expect("a commit");
}

/// Leaves a row for each job.
#[derive(Debug)]
struct Leaves(Store);

impl Leaves {
    async fn leave(&self, job: &Job) -> Result<(), StoreError> {
        let mut aside = self.0.aside().await?;
        let payload = job.payload.clone();
        aside.enqueue(&NewJob { queue: EFFECT, key: None, payload, run_at: None }).await?;
        aside.end_job(job).await?;
        aside.commit().await
    }
}

impl Handler for Leaves {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(async move { Ok(self.leave(job).await?) })
    }
}

/// Fails as often as it is told to, then leaves a row.
#[derive(Debug)]
struct Fails {
    times: AtomicI32,
    leaves: Leaves,
}

impl Handler for Fails {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    fn patience(&self) -> Patience {
        Patience { first: Duration::from_millis(1), most: Duration::from_millis(5), attempts: 3 }
    }

    fn handle<'a>(&'a self, job: &'a Job) -> BoxFuture<'a, Result<(), Undone>> {
        Box::pin(async move {
            if self.times.fetch_sub(1, Ordering::SeqCst) > 0 {
                return Err(Undone::Later("on purpose".to_owned()));
            }
            Ok(self.leaves.leave(job).await?)
        })
    }
}

const TO_DO: &str = "SELECT count(*) FROM job WHERE queue = 'test'";
const DONE: &str = "SELECT count(*) FROM job WHERE queue = 'test-effect'";
const DIFFERENT: &str = "SELECT count(DISTINCT payload) FROM job WHERE queue = 'test-effect'";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_and_committed_is_done_once_by_two_nodes_and_the_rest_never() {
    let database = Database::new().await;
    let (one, other) = (store(&database).await, store(&database).await);
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    for node in [&one, &other] {
        jobs::start(node, vec![Arc::new(Leaves(node.clone()))], &stop);
    }
    let mut given_up = begin(&one).await;
    given_up.enqueue(&job(json!("given up"))).await.expect("a job");
    drop(given_up);
    for portion in 0..4 {
        enqueue(&one, (0..75).map(|n| job(json!(portion * 75 + n)))).await;
    }
    until("all is done", async || database.count(TO_DO).await == 0).await;
    assert_eq!((database.count(DONE).await, database.count(DIFFERENT).await), (300, 300));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_tried_again_until_a_person_decides() {
    let database = Database::new().await;
    let store = store(&database).await;
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    let fails = Fails { times: AtomicI32::new(4), leaves: Leaves(store.clone()) };
    jobs::start(&store, vec![Arc::new(fails)], &stop);
    enqueue(&store, [job(json!(1))]).await;
    until("it is given up", async || {
        store.jobs(Some(JobState::Failed), 10).await.expect("jobs").iter().any(|job| job.queue == QUEUE)
    })
    .await;
    let failed = store.jobs(Some(JobState::Failed), 10).await.expect("jobs").remove(0);
    assert_eq!((failed.attempts, failed.error.as_deref()), (3, Some("on purpose")));
    assert!(store.retry_job(failed.id).await.expect("a retry"));
    until("it is done", async || database.count(DONE).await == 1).await;
    assert_eq!(database.count(TO_DO).await, 0);
    assert!(!store.retry_job(failed.id).await.expect("nothing to retry"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_lost_a_job_to_another_node_keeps_nothing_of_it() {
    let database = Database::new().await;
    let store = store(&database).await;
    enqueue(&store, [job(json!(1))]).await;
    let slow = store.take_jobs(QUEUE, 10).await.expect("jobs").remove(0);
    assert!(store.take_jobs(QUEUE, 10).await.expect("jobs").is_empty(), "it is taken");
    database.execute("UPDATE job SET leased_until = now() - interval '1 second'").await;
    let quick = store.take_jobs(QUEUE, 10).await.expect("jobs").remove(0);
    assert_eq!(quick.attempts, 2);
    let leaves = Leaves(store.clone());
    assert!(matches!(leaves.leave(&slow).await, Err(StoreError::LeaseLost)));
    leaves.leave(&quick).await.expect("it is done");
    assert!(matches!(leaves.leave(&quick).await, Err(StoreError::LeaseLost)), "and not once more");
    assert_eq!((database.count(TO_DO).await, database.count(DONE).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_asked_for_anew_is_done_as_it_was_asked_last() {
    let database = Database::new().await;
    let store = store(&database).await;
    let of_name = |payload: Json| NewJob { key: Some("one".to_owned()), ..job(payload) };
    enqueue(&store, [of_name(json!("first"))]).await;
    let first = store.take_jobs(QUEUE, 10).await.expect("jobs").remove(0);
    enqueue(&store, [of_name(json!("second"))]).await;
    let leaves = Leaves(store.clone());
    assert!(matches!(leaves.leave(&first).await, Err(StoreError::LeaseLost)));
    let second = store.take_jobs(QUEUE, 10).await.expect("jobs").remove(0);
    assert_eq!((second.payload.clone(), second.attempts), (json!("second"), 1));
    leaves.leave(&second).await.expect("it is done");
    assert_eq!((database.count(TO_DO).await, database.count(DONE).await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_or_forward_holds_up_nothing_for_long_and_repeats_nothing() {
    let database = Database::new().await;
    let store = store(&database).await;
    // What is to be done at once asks no clock; what has a time waits for it.
    let tomorrow = chrono::Utc::now() + chrono::Duration::days(1);
    enqueue(&store, [job(json!("at once")), NewJob { run_at: Some(tomorrow), ..job(json!("tomorrow")) }]).await;
    let taken = store.take_jobs(QUEUE, 10).await.expect("jobs");
    assert_eq!(taken.iter().map(|job| &job.payload).collect::<Vec<_>>(), [&json!("at once")]);
    // Back by an hour: the lease of a node that died would last an hour, were it believed.
    database.execute("UPDATE job SET leased_until = leased_until + interval '1 hour' WHERE lease IS NOT NULL").await;
    let again = store.take_jobs(QUEUE, 10).await.expect("jobs").remove(0);
    // Forward by a day: every lease is over, and still one of the two alone can end the job.
    database.execute("UPDATE job SET leased_until = leased_until - interval '1 day' WHERE lease IS NOT NULL").await;
    let third = store.take_jobs(QUEUE, 10).await.expect("jobs").remove(0);
    let leaves = Leaves(store.clone());
    for late in [&taken[0], &again] {
        assert!(matches!(leaves.leave(late).await, Err(StoreError::LeaseLost)));
    }
    leaves.leave(&third).await.expect("it is done");
    assert_eq!((database.count(TO_DO).await, database.count(DONE).await), (1, 1));
}

/// The variable that tells a process of the test below to work, and on which database.
const WORKER: &str = "GEOKONTOR_TEST_WORKER";

/// Nothing, unless a test has started this program again to work for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_works_until_it_is_killed() {
    let Ok(url) = std::env::var(WORKER) else { return };
    let store = Store::connect(&url, Crs::UTM33, Duration::from_secs(60)).await.expect("a database");
    let stop = CancellationToken::new();
    jobs::start(&store, vec![Arc::new(Leaves(store.clone()))], &stop);
    stop.cancelled().await;
}

/// Killed when dropped.
struct Worker(Child);

impl Worker {
    fn start(url: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["operating::jobs::a_process_works_until_it_is_killed", "--exact"]).env(WORKER, url);
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process"))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // SIGKILL.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_are_killed_in_the_middle_lose_no_job_and_repeat_none() {
    let kills: i64 = std::env::var("GEOKONTOR_TEST_KILLS").map_or(10, |kills| kills.parse().expect("a number"));
    let database = Database::new().await;
    let store = store(&database).await;
    let mut workers = [Worker::start(&database.url), Worker::start(&database.url)];
    for kill in 0..kills {
        let before = database.count(DONE).await;
        enqueue(&store, (0..40).map(|n| job(json!(kill * 40 + n)))).await;
        until("work is under way", async || database.count(DONE).await > before).await;
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..40))).await;
        workers[(kill % 2) as usize] = Worker::start(&database.url);
    }
    until("all is done", async || database.count(TO_DO).await == 0).await;
    let all = kills * 40;
    assert_eq!((database.count(DONE).await, database.count(DIFFERENT).await), (all, all));
}

#[tokio::test]
async fn administrators_see_jobs_and_mails_and_decide_about_those_that_failed() {
    let server = TestServer::start().await;
    let administrator = server.token("administrator", None, None).await;
    let editor = server.token("editor", None, None).await;
    let (jobs, outbox) = ("/api/jobs", "/api/outbox");
    for path in [jobs, outbox] {
        assert_eq!(server.get(path).await.status, StatusCode::UNAUTHORIZED);
        let refused = server.send(Method::GET, path, Token::Secret(&editor), &[], None).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    enqueue(&server.app.store, [job(json!({ "secret": "s3cret" })), job(json!(2))]).await;
    server.execute("UPDATE job SET failed_at = now(), attempts = 3, error = 'on purpose' WHERE payload = '2'").await;
    let ask =
        async |method: Method, path: &str| server.send(method, path, Token::Secret(&administrator), &[], None).await;
    let told = ask(Method::GET, jobs).await;
    assert!(!told.text().contains("s3cret"), "what a job is about is nobody's business");
    let told = told.json();
    assert_eq!(told["jobs"][0]["state"], "failed");
    assert_eq!((&told["jobs"][0]["error"], &told["jobs"][0]["attempts"]), (&json!("on purpose"), &json!(3)));
    assert_eq!((&told["jobs"][1]["state"], &told["counts"][0]["jobs"]), (&json!("waiting"), &json!(1)));
    let of_state = ask(Method::GET, "/api/jobs?state=waiting").await.json();
    assert_eq!(of_state["jobs"].as_array().expect("jobs").len(), 1);
    let wrong = ask(Method::GET, "/api/jobs?state=dead").await;
    assert!(wrong.status == StatusCode::BAD_REQUEST && wrong.text().contains("waiting, running"), "{}", wrong.text());
    let id = told["jobs"][0]["id"].as_i64().expect("a number");
    assert_eq!(ask(Method::POST, &format!("/api/jobs/{id}/retry")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(Method::GET, "/api/jobs?state=failed").await.json()["jobs"], json!([]));
    assert_eq!(ask(Method::POST, &format!("/api/jobs/{id}/discard")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(Method::POST, &format!("/api/jobs/{id}/discard")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(Method::POST, "/api/jobs/first/retry").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(Method::GET, outbox).await.json(), json!({ "mails": [], "relay": null }));
}
