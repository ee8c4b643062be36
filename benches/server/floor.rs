//! What no server on the same framework can beat: a handler that has the very bytes at hand. It is a process of its own, as
//! the real server is: what speaks to another thread of its own process has no address space to change for every answer.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::{Outcome, process};

/// The argument with which this program is the floor.
pub const ROLE: &str = "floor";

/// Answers by path and query.
pub type Answers = HashMap<String, Bytes>;

/// A bare axum server with as many threads as the real one has. Ends with this value.
#[derive(Debug)]
pub struct Floor {
    child: Child,
    pub port: u16,
}

impl Floor {
    /// Serves the answers until dropped.
    pub async fn start(answers: Answers) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(ROLE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut ear = child.stdin.take().ok_or("the floor has no ear")?;
        for (path, body) in &answers {
            ear.write_all(format!("{path} {}\n", body.len()).as_bytes()).await?;
            ear.write_all(body).await?;
        }
        drop(ear);
        let mut port = String::new();
        BufReader::new(child.stdout.take().ok_or("the floor has no mouth")?).read_line(&mut port).await?;
        Ok(Self { child, port: port.trim().parse()? })
    }

    /// Time its threads have spent on a core so far.
    pub fn busy(&self) -> Duration {
        self.child.id().map_or(Duration::ZERO, process::busy)
    }
}

/// The floor's own process: hears its answers, tells its port, serves until it is killed.
pub async fn serve() -> Outcome<()> {
    let mut answers = Answers::new();
    let mut told = std::io::stdin().lock();
    let mut line = String::new();
    while told.read_line(&mut line)? > 0 {
        let (path, length) = line.trim_end().rsplit_once(' ').ok_or("no length")?;
        let mut body = vec![0; length.parse()?];
        told.read_exact(&mut body)?;
        answers.insert(path.to_owned(), body.into());
        line.clear();
    }
    drop(told);
    let router = Router::new().fallback(answer).with_state(Arc::new(answers));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), router).await?)
}

async fn answer(State(answers): State<Arc<Answers>>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    match answers.get(path) {
        Some(bytes) => ([(header::CONTENT_TYPE, "application/geo+json")], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
