//! Which nodes serve the district and how much is stored, for those who run them.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Server;
use crate::blobs;
use crate::http::answer::private;
use crate::http::spec::{Context, OPERATING, Spec};
use crate::http::{Needs, Operation, Problem, Routes};
use crate::identity::Action;
use crate::index::Index;
use crate::store::Store;
use crate::store::nodes::{Node, NodeSummary, Size};

/// How often a node tells of itself.
const PULSE: Duration = Duration::from_secs(10);

/// What those are told who run the server.
#[derive(Debug, Serialize, JsonSchema)]
struct Nodes {
    /// The oldest first.
    nodes: Vec<NodeSummary>,
    /// The one that answers.
    asked: Uuid,
    /// Parts of the database with their indexes.
    stores: Vec<Size>,
    files: blobs::store::Figures,
    /// Null while it is empty.
    journal: Option<JournalSpan>,
}

/// When the journal begins, and when it was last added to.
#[derive(Debug, Serialize, JsonSchema)]
struct JournalSpan {
    first: DateTime<Utc>,
    last: DateTime<Utc>,
}

/// `/api/nodes`.
pub fn routes(server: Arc<Server>) -> Routes {
    let needs = Needs::District(Action::Administer);
    Routes::new().route(Operation::get("nodes", "/api/nodes", needs).described(describe), nodes).answered_by(server)
}

fn describe(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Nodes that serve the district, and how much is stored")
        .explained("A node lets itself be heard of every ten seconds; one that was killed stays for a day.")
        .gives::<Nodes>("200", "Nodes, sizes and ages")
}

async fn nodes(State(server): State<Arc<Server>>) -> Result<Response, Problem> {
    let store = &server.store;
    let (nodes, stores) = (store.nodes().await?, store.sizes().await?);
    let (files, span) = (blobs::store::figures(store).await?, store.journal_span().await?);
    let journal = span.map(|(first, last)| JournalSpan { first, last });
    Ok(private(Json(Nodes { nodes, asked: server.node, stores, files, journal })))
}

/// Tells of this node until it ends, and that it ends.
pub async fn tell(id: Uuid, listen: String, store: Store, index: Arc<Index>, stop: CancellationToken) {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = format!("{} {listen}", host.trim()).trim().to_owned();
    loop {
        let places = 0..index.catalogue().collections().len();
        let features = places.map(|place| index.snapshot(place).len()).sum();
        let cursor = index.cursor().map(|cursor| cursor.to_string());
        if let Err(error) = store.tell_of(&Node { id, name: name.clone(), cursor, features }).await {
            tracing::debug!(%error, "others are not told of this node now");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(PULSE) => {}
        }
    }
    if let Err(error) = store.take_leave(id).await {
        tracing::debug!(%error, "this node is forgotten some day");
    }
}
