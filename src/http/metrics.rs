//! Numbers for Prometheus.
//!
//! Other modules use the macros of the `metrics` crate. Requests do not: looking a series up by its labels costs more
//! than a small answer, so a route keeps its counters.

use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{Counter, Histogram, counter, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::app::App;
use crate::http::Routes;

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

/// `/metrics`.
pub fn routes() -> Routes {
    Routes::new().route("/metrics", get(show))
}

async fn show(State(app): State<Arc<App>>) -> Response {
    let Some(Some(handle)) = RECORDER.get() else { return StatusCode::NOT_FOUND.into_response() };
    look(&app);
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

/// What is asked for only when somebody wants to know.
fn look(app: &App) {
    for (position, collection) in app.catalogue.collections().iter().enumerate() {
        let snapshot = app.index.snapshot(position);
        gauge!("geokontor_index_features", "collection" => collection.name.clone()).set(snapshot.len() as f64);
    }
    gauge!("geokontor_index_ready").set(f64::from(u8::from(app.is_ready())));
    if let Some(lag) = app.index.last_look() {
        gauge!("geokontor_follower_lag_seconds").set(lag.as_secs_f64());
    }
    let (connections, idle) = app.store.connections();
    gauge!("geokontor_database_connections", "state" => "idle").set(idle as f64);
    gauge!("geokontor_database_connections", "state" => "busy").set(connections.saturating_sub(idle) as f64);
    let (tiles, bytes) = app.tiles.held();
    gauge!("geokontor_tiles_held").set(tiles as f64);
    gauge!("geokontor_tiles_bytes").set(bytes as f64);
    counter!("geokontor_tiles_total", "from" => "memory").absolute(app.tiles.found());
    counter!("geokontor_tiles_total", "from" => "index").absolute(app.tiles.encodes());
    counter!("geokontor_tiles_dropped_total").absolute(app.tiles.dropped());
    gauge!("geokontor_uptime_seconds").set(STARTED.elapsed().as_secs_f64());
    if let Some(bytes) = resident_bytes() {
        gauge!("geokontor_resident_bytes").set(bytes as f64);
    }
}

/// Memory of the process as the kernel counts it; `None` where there is no /proc.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!("geokontor_requests_total", "Requests answered, by route and class of status");
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
    describe_gauge!("geokontor_uptime_seconds", "Time since the start");
    describe_gauge!("geokontor_resident_bytes", "Memory of the process");
}
