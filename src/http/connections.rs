//! From a listening socket to requests.
//!
//! `axum::serve` would do, but for one thing: it waits for ever, for the head of a request and for somebody to read the
//! answer, so that clients who do nothing could hold every connection the process may have open, and its memory.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulConnection;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::util::MapRequest;

use super::line::{End, Line, Patience};

/// How often a silent HTTP/2 connection is asked whether anybody is there.
const PULSE: Duration = Duration::from_secs(20);

/// Requests at the same time on one HTTP/2 connection: a map asks for fewer tiles.
const STREAMS: u32 = 64;

/// Bytes of one answer that are taken out of its hands before the connection has taken them, and of the head of a request
/// at most.
const BUFFER: usize = 128 << 10;

/// How often a connection is looked at within the time it may do nothing.
const LOOKS: u32 = 4;

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

/// Answers requests until `told`, then finishes those under way.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, told: CancellationToken) {
    let builder = builder();
    let under_way = TaskTracker::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                    continue;
                }
            },
            () = told.cancelled() => break,
        };
        hurry(&stream);
        let line = Line::new(peer.ip());
        let of_requests = line.clone();
        let named = MapRequest::new(router.clone(), move |mut request: Request<_>| {
            request.extensions_mut().insert(of_requests.clone());
            request
        });
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(named)).into_owned();
        under_way.spawn(attend(connection, line, patience, told.clone()));
    }
    drop(listener);
    under_way.close();
    under_way.wait().await;
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Heads that do not end are cut off by `attend`, which spares every request a timer of its own.
    builder.http1().header_read_timeout(None).max_buf_size(BUFFER);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PULSE).keep_alive_timeout(PULSE);
    builder.http2().max_concurrent_streams(STREAMS).max_send_buf_size(BUFFER);
    builder
}

/// Serves a connection until its other end has gone, does nothing, or lets answers lie.
///
/// The server's own timers, which only HTTP/2 has, begin with the first bytes and know nothing of windows that stay closed. A head
/// that does not end is no request under way, so its connection counts as idle.
async fn attend<C: GracefulConnection>(connection: C, line: Arc<Line>, patience: Patience, told: CancellationToken)
where
    C::Error: std::fmt::Display,
{
    let mut connection = pin!(connection);
    let (mut stopping, mut leaving) = (false, false);
    let mut looks = tokio::time::interval(patience.head.min(patience.stall) / LOOKS);
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                return;
            }
            () = told.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = line.given_up.cancelled() => {
                cut(&line, "others need the room");
                return;
            }
            _ = looks.tick() => match line.end(patience, Instant::now()) {
                None => leaving = false,
                Some(End::Idle) if !leaving => {
                    leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
                // Whoever was asked to leave and has not is not waited for.
                Some(End::Idle) => {
                    cut(&line, "nothing is asked for");
                    return;
                }
                Some(End::Stalled) => {
                    cut(&line, "nobody takes the answers");
                    return;
                }
            },
        }
    }
}

/// Tells that a connection ends from this side.
fn cut(line: &Line, why: &str) {
    tracing::debug!(why, peer = %line.peer, "a connection is cut");
    metrics::counter!("geokontor_connections_cut_total").increment(1);
}

/// Small answers must not wait for the acknowledgement of earlier ones.
fn hurry(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Extension;
    use axum::body::Body;
    use axum::response::Response;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::task::JoinHandle;

    use super::*;
    use crate::http::sending::Held;

    const SHORT: Patience = Patience { head: Duration::from_millis(200), stall: Duration::from_millis(400) };
    /// Far more than the system's own buffers hold, and about as much.
    const LARGE: usize = 32 << 20;
    const MIDDLE: usize = 1 << 20;

    /// A server of three answers.
    struct Served {
        address: SocketAddr,
        held: Arc<Held>,
        told: CancellationToken,
        serving: JoinHandle<()>,
    }

    impl Served {
        async fn start() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let held = Arc::new(Held::new(usize::MAX));
            let of_size = |size: usize| {
                let held = held.clone();
                get(async move |Extension(line): Extension<Arc<Line>>| {
                    let response = Response::new(Body::from(vec![b'a'; size]));
                    held.send(response, None, None, Some(line.busy(line.peer))).await.expect("room")
                })
            };
            let router = Router::new().route("/", get(async || "here"));
            let router = router.route("/large", of_size(LARGE)).route("/middle", of_size(MIDDLE));
            let told = CancellationToken::new();
            let serving = tokio::spawn(serve(listener, router, SHORT, told.clone()));
            Self { address, held, told, serving }
        }

        /// A connection on which something has been said.
        async fn connect(&self, beginning: &[u8]) -> TcpStream {
            let mut stream = TcpStream::connect(self.address).await.expect("a connection");
            stream.write_all(beginning).await.expect("some bytes");
            stream
        }

        async fn end(self) {
            self.told.cancel();
            self.serving.await.expect("the server ends");
            assert_eq!(self.held.bytes(), 0);
        }
    }

    /// All that comes until the server ends the connection; how it ends is of no matter.
    async fn heard(stream: &mut TcpStream) -> Vec<u8> {
        let mut heard = Vec::new();
        drop(stream.read_to_end(&mut heard).await);
        heard
    }

    /// The beginning of an HTTP/2 connection whose window is closed and never opened.
    fn closed_window() -> Vec<u8> {
        let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        bytes.extend([0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        bytes
    }

    /// A request for `/middle` as a frame of HTTP/2.
    fn request(stream: u32) -> Vec<u8> {
        let fields = [&[0x82, 0x86, 0x41, 1, b'a', 0x44, 7][..], b"/middle"].concat();
        let length = u8::try_from(fields.len()).expect("a short frame");
        [&[0, 0, length, 1, 5][..], &stream.to_be_bytes(), &fields].concat()
    }

    #[tokio::test]
    async fn a_client_that_never_ends_its_head_is_let_go_and_one_that_does_is_answered() {
        let served = Served::start().await;
        let mut slow = served.connect(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
        assert!(!heard(&mut slow).await.starts_with(b"HTTP/1.1 200"));
        let mut quick = served.connect(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert!(heard(&mut quick).await.ends_with(b"here"));
        served.end().await;
    }

    #[tokio::test]
    async fn a_client_that_says_nothing_or_hardly_anything_is_let_go() {
        let served = Served::start().await;
        let mut silent = Vec::new();
        for beginning in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n", &closed_window()] {
            silent.push(served.connect(beginning).await);
        }
        for stream in &mut silent {
            heard(stream).await;
        }
        served.end().await;
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_is_given_up_and_one_that_is_read_comes_whole() {
        let served = Served::start().await;
        let get = b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut deaf = served.connect(get).await;
        deaf.readable().await.expect("an answer that begins");
        while served.held.bytes() > 0 {
            tokio::time::sleep(SHORT.head / 10).await;
        }
        assert!(heard(&mut deaf).await.len() < LARGE);
        assert!(heard(&mut served.connect(get).await).await.len() > LARGE);
        served.end().await;
    }

    #[tokio::test]
    async fn a_connection_whose_window_stays_closed_holds_few_answers_and_not_for_long() {
        let served = Served::start().await;
        let requests: Vec<u8> = (0..3 * STREAMS).flat_map(|nth| request(2 * nth + 1)).collect();
        let mut stream = served.connect(&[closed_window(), requests].concat()).await;
        let most = Arc::new(AtomicUsize::new(0));
        let (seen, held) = (most.clone(), served.held.clone());
        let watching = tokio::spawn(async move {
            loop {
                seen.fetch_max(held.bytes(), Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        });
        heard(&mut stream).await;
        watching.abort();
        let most = most.load(Ordering::Relaxed);
        assert!((1..=STREAMS as usize * MIDDLE).contains(&most), "{most} bytes");
        served.end().await;
    }
}
