//! Is it alive, is it ready, and how does it do: they look into every domain.
//!
//! Ready means: reads are answered. That needs the index and not the database, so a lost database is said but takes no
//! node out of the balancer: the others have lost it too, and reading goes on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics::{counter, gauge};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Server, describe};
use crate::collection::Visibility;
use crate::http::{Gate, Needs, Operation, Routes};
use crate::index::Snapshot;
use crate::store::jobs::{JobCount, JobState};

/// How long the database may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(1);

impl FromRef<Arc<Server>> for Gate {
    fn from_ref(server: &Arc<Server>) -> Self {
        server.ogc.gate.clone()
    }
}

/// `/health/live`, `/health/ready` and `/metrics`.
pub fn routes(server: Arc<Server>) -> Routes {
    Routes::new()
        .route(Operation::get("live", "/health/live", Needs::Nothing).described(describe::live), live)
        .route(Operation::get("ready", "/health/ready", Needs::Nothing).described(describe::ready), ready)
        .route(Operation::get("metrics", "/metrics", Needs::Nothing).described(describe::metrics), numbers)
        .answered_by(server)
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Liveness {
    status: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Readiness {
    /// `ready`, or `loading` while there are no answers to reads yet.
    status: &'static str,
    parts: ReadinessParts,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ReadinessParts {
    index: IndexPart,
    database: DatabasePart,
    follower: FollowerPart,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct IndexPart {
    loaded: bool,
    /// In public collections.
    features: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct DatabasePart {
    reachable: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct FollowerPart {
    seconds_since_last_look: Option<f64>,
}

/// The process runs and answers; anything else would have a supervisor restart it for what a restart does not mend.
async fn live() -> Response {
    fresh(StatusCode::OK, Liveness { status: "alive" })
}

async fn ready(State(server): State<Arc<Server>>) -> Response {
    let ping = tokio::time::timeout(PATIENCE, server.store.ping()).await;
    let reachable = matches!(ping, Ok(Ok(())));
    let is_ready = server.is_ready();
    let features: usize = public(&server).map(|snapshot| snapshot.len()).sum();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let parts = ReadinessParts {
        index: IndexPart { loaded: server.index.is_ready(), features },
        database: DatabasePart { reachable },
        follower: FollowerPart { seconds_since_last_look: server.index.last_look().map(|lag| lag.as_secs_f64()) },
    };
    fresh(status, Readiness { status: if is_ready { "ready" } else { "loading" }, parts })
}

fn fresh(status: StatusCode, body: impl Serialize) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn numbers(State(server): State<Arc<Server>>) -> Response {
    look(&server);
    // Numbers of a database that is away are those of the last look.
    if let Ok(Ok(counts)) = tokio::time::timeout(PATIENCE, server.store.job_counts()).await {
        tell_jobs(&server, &counts);
    }
    match crate::http::metrics::written() {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The collections everybody may know of: whoever reaches these addresses has shown no token.
fn public(server: &Server) -> impl Iterator<Item = Arc<Snapshot>> {
    let collections = server.catalogue.collections().iter();
    let public = collections.filter(|collection| collection.visibility == Visibility::Public);
    public.map(|collection| server.index.snapshot(collection.place))
}

/// What is asked for only when somebody wants to know.
fn look(server: &Server) {
    for snapshot in public(server) {
        let name = snapshot.collection().name.clone();
        gauge!("geokontor_index_features", "collection" => name).set(snapshot.len() as f64);
    }
    gauge!("geokontor_index_ready").set(f64::from(u8::from(server.is_ready())));
    if let Some(lag) = server.index.last_look() {
        gauge!("geokontor_follower_lag_seconds").set(lag.as_secs_f64());
    }
    let (connections, idle) = server.store.connections();
    gauge!("geokontor_database_connections", "state" => "idle").set(idle as f64);
    gauge!("geokontor_database_connections", "state" => "busy").set(connections.saturating_sub(idle) as f64);
    let (tiles, bytes) = server.tiles.cache.held();
    gauge!("geokontor_tiles_held").set(tiles as f64);
    gauge!("geokontor_tiles_bytes").set(bytes as f64);
    counter!("geokontor_tiles_total", "from" => "memory").absolute(server.tiles.cache.found());
    counter!("geokontor_tiles_total", "from" => "index").absolute(server.tiles.cache.encodes());
    counter!("geokontor_tiles_dropped_total").absolute(server.tiles.cache.dropped());
    if let Some(bytes) = resident_bytes() {
        gauge!("geokontor_resident_bytes").set(bytes as f64);
    }
}

/// Jobs of every queue that has, or may have, any: one that is empty is 0 and not missing.
fn tell_jobs(server: &Server, counts: &[JobCount]) {
    let queues = counts.iter().map(|count| count.queue.as_str());
    let queues: BTreeSet<&str> = queues.chain(server.handlers.iter().map(|handler| handler.queue())).collect();
    for queue in queues {
        for state in JobState::ALL {
            let found = counts.iter().find(|count| count.queue == queue && count.state == state);
            let (jobs, oldest) = found.map_or((0, 0.0), |count| (count.jobs, count.oldest.max(0.0)));
            let labels = [("queue", queue.to_owned()), ("state", state.name().to_owned())];
            gauge!("geokontor_jobs", &labels).set(jobs as f64);
            gauge!("geokontor_job_oldest_seconds", &labels).set(oldest);
        }
    }
}

/// Memory of the process as the kernel counts it; `None` where there is no /proc.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
