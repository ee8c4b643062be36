//! From a listening socket to requests.
//!
//! `axum::serve` would do, but for one thing: it waits for ever for the rest of a request's head, so that clients who
//! send a byte a minute could hold every connection the process may have open.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A head of a request that takes longer is not worth waiting for; an idle connection is closed after as long.
pub const HEAD: Duration = Duration::from_secs(20);

/// How often a silent HTTP/2 connection is asked whether anybody is there.
const PULSE: Duration = Duration::from_secs(20);

/// Pause after the process could not accept, usually because it has too many files open.
const BREATH: Duration = Duration::from_millis(200);

/// Lets this process have as many files open as the system grants it, and says how many those are. Shells and services start
/// programs with 1,024; the streams of as many open maps would use them up, and nobody else would get in.
///
/// # Errors
/// What the system says.
pub fn raise_limit() -> io::Result<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` lives until both calls return.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) != 0 {
            return Err(io::Error::last_os_error());
        }
        limit.rlim_cur = limit.rlim_max;
        if libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(limit.rlim_cur)
}

/// Answers requests until `told`, then finishes those under way. `head` is how long the head of a request may take.
pub async fn serve(listener: TcpListener, router: Router, head: Duration, told: CancellationToken) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PULSE).keep_alive_timeout(PULSE);
    let under_way = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
            () = told.cancelled() => break,
        };
        hurry(&stream);
        let service = TowerToHyperService::new(router.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = under_way.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended early");
            }
        });
    }
    drop(listener);
    under_way.shutdown().await;
}

/// Small answers must not wait for the acknowledgement of earlier ones.
fn hurry(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_client_that_never_ends_its_head_is_let_go_and_one_that_does_is_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().route("/", get(async || "here"));
        let told = CancellationToken::new();
        let serving = tokio::spawn(serve(listener, router, Duration::from_millis(200), told.clone()));

        let mut slow = TcpStream::connect(address).await.expect("a connection");
        slow.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await.expect("half a head");
        let mut heard = Vec::new();
        slow.read_to_end(&mut heard).await.expect("the end of the connection");
        assert!(!heard.starts_with(b"HTTP/1.1 200"));

        let mut quick = TcpStream::connect(address).await.expect("a connection");
        quick.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.expect("a request");
        heard.clear();
        quick.read_to_end(&mut heard).await.expect("an answer");
        assert!(heard.ends_with(b"here"));

        told.cancel();
        serving.await.expect("the server ends");
    }
}
