//! Is it alive, is it ready?
//!
//! Ready means: reads are answered. That needs the index and not the database, so a lost database is said but takes no
//! node out of the balancer: the others have lost it too, and reading goes on.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::app::App;
use crate::http::Routes;

/// How long the database may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(1);

/// `/health/live` and `/health/ready`.
pub fn routes() -> Routes {
    Routes::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

/// The process runs and answers; anything else would have a supervisor restart it for what a restart does not mend.
async fn live() -> Response {
    fresh(StatusCode::OK, json!({ "status": "alive" }))
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    let ping = tokio::time::timeout(PATIENCE, app.store.ping()).await;
    let reachable = matches!(ping, Ok(Ok(())));
    let is_ready = app.is_ready();
    let features: usize = (0..app.catalogue.collections().len()).map(|k| app.index.snapshot(k).len()).sum();
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": if is_ready { "ready" } else { "loading" },
        "parts": {
            "index": { "loaded": app.index.is_ready(), "features": features },
            "database": { "reachable": reachable },
            "follower": { "seconds_since_last_look": app.index.last_look().map(|lag| lag.as_secs_f64()) },
        },
    });
    fresh(status, body)
}

fn fresh(status: StatusCode, body: serde_json::Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
