//! Numbers for Prometheus.
//!
//! Other modules use the macros of the `metrics` crate. Requests do not: looking a series up by its labels costs more
//! than a small answer, so a route keeps its counters.

use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use metrics::{Counter, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Upper bounds in seconds: from an item out of memory to a large export.
const BUCKETS: [f64; 13] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0];

/// How often recorded times are put into their buckets; between, each lies in memory.
const UPKEEP: Duration = Duration::from_secs(2);

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The series of one route.
#[derive(Debug)]
pub struct Route {
    /// By the first digit of the status, from 1 to 5.
    classes: [Counter; 5],
    seconds: Histogram,
}

/// Begins to count; once a process, however often it is called.
pub fn start() {
    LazyLock::force(&STARTED);
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?.build_recorder();
        let handle = recorder.handle();
        // Refused when a program that embeds the server counts already: then that one has the numbers.
        metrics::set_global_recorder(recorder).ok()?;
        describe();
        let upkeep = handle.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                upkeep.run_upkeep();
            }
        });
        Some(handle)
    });
}

impl Route {
    /// Counts a request.
    pub fn record(&self, status: StatusCode, took: Duration) {
        if let Some(class) = self.classes.get(usize::from(status.as_u16() / 100).wrapping_sub(1)) {
            class.increment(1);
        }
        self.seconds.record(took.as_secs_f64());
    }
}

/// The series of a route, to be kept: looking them up costs more than counting.
pub fn of_route(name: &str) -> Arc<Route> {
    let class =
        |class: &'static str| counter!("geokontor_requests_total", "route" => name.to_owned(), "class" => class);
    Arc::new(Route {
        classes: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(class),
        seconds: histogram!("geokontor_request_seconds", "route" => name.to_owned()),
    })
}

/// Everything counted so far, as Prometheus reads it; `None` where another recorder has the numbers.
pub fn written() -> Option<String> {
    let handle = RECORDER.get()?.as_ref()?;
    gauge!("geokontor_uptime_seconds").set(STARTED.elapsed().as_secs_f64());
    handle.run_upkeep();
    Some(handle.render())
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!("geokontor_requests_total", "Requests answered, by route and class of status");
    describe_counter!("geokontor_requests_limited_total", "Requests refused because their limit was reached");
    describe_histogram!("geokontor_request_seconds", "Time until the answer began");
    describe_gauge!("geokontor_index_features", "Features in memory");
    describe_gauge!("geokontor_index_ready", "1 once the registers are loaded");
    describe_gauge!("geokontor_follower_connected", "1 while the journal is followed");
    describe_gauge!("geokontor_follower_lag_seconds", "Time since the journal was last read to its end");
    describe_counter!(
        "geokontor_database_went_back_total",
        "Times everything was loaded anew because the database lacked it"
    );
    describe_gauge!("geokontor_database_connections", "Connections of this process to the database");
    describe_gauge!("geokontor_tiles_held", "Encoded tiles in memory");
    describe_gauge!("geokontor_tiles_bytes", "Memory they take");
    describe_counter!("geokontor_tiles_total", "Tiles answered, found in memory or made from the index");
    describe_counter!("geokontor_tiles_dropped_total", "Tiles dropped because a change touched them");
    describe_gauge!("geokontor_event_streams", "Clients that listen for changes");
    describe_counter!("geokontor_events_total", "Changes told");
    describe_counter!("geokontor_event_streams_dropped_total", "Streams ended because their reader was too slow");
    describe_gauge!("geokontor_jobs", "Jobs, by queue and state");
    describe_gauge!("geokontor_job_oldest_seconds", "How long the oldest of them has been due, or has failed");
    describe_counter!("geokontor_jobs_total", "Attempts of this node at jobs, by queue and outcome");
    describe_counter!("geokontor_mails_total", "Mails given to the mail server, by outcome");
    describe_gauge!("geokontor_uptime_seconds", "Time since the start");
    describe_gauge!("geokontor_resident_bytes", "Memory of the process");
}
