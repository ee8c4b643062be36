//! What no server on the same framework can beat: a handler that has the very bytes at hand.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::{CORES, Outcome, process};

/// Tells its threads from the generator's.
const THREAD: &str = "floor";

/// Answers by path and query.
pub type Answers = HashMap<String, Bytes>;

/// A bare axum server with its own threads, as many as the real one has.
#[derive(Debug)]
pub struct Floor {
    runtime: Option<Runtime>,
    pub port: u16,
}

impl Floor {
    /// Serves the answers until dropped.
    pub async fn start(answers: Answers) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(CORES)
            .thread_name(THREAD)
            .enable_all()
            .build()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let router = Router::new().fallback(answer).with_state(Arc::new(answers));
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener)?.tap_io(|stream| drop(stream.set_nodelay(true)));
            axum::serve(listener, router).await
        });
        Ok(Self { runtime: Some(runtime), port })
    }

    /// Time its threads have spent on a core so far.
    pub fn busy(&self) -> Duration {
        process::busy(std::process::id(), |name| name == THREAD)
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // A runtime may not be dropped inside another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn answer(State(answers): State<Arc<Answers>>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    match answers.get(path) {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/geo+json")], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
