//! As many requests as a server answers, over connections that are kept open.
//!
//! Small and close to the socket on purpose: it runs on the same cores as what it measures.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use memchr::{memchr_iter, memmem};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{CORES, Outcome};

/// Connections a thread of the generator keeps busy.
const CONNECTIONS: usize = 8;
/// The header that says how long a body is.
const CONTENT_LENGTH: &[u8] = b"content-length:";
/// Not counted: connections open, caches fill.
const WARM_UP: Duration = Duration::from_millis(500);

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub requests_per_second: f64,
    pub median: Duration,
    pub p99: Duration,
    /// Of the server's cores; what it would be on a quiet machine, too.
    pub busy_per_request: Duration,
}

/// Asks for the paths, round and round, for so long. `busy` tells how long the server has been at work.
pub async fn run(
    port: u16,
    paths: &[String],
    headers: &str,
    time: Duration,
    busy: impl Fn() -> Duration,
) -> Outcome<Pace> {
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(
        paths
            .iter()
            .map(|path| format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n").into_bytes())
            .collect(),
    );
    let (counting, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let threads: Vec<_> = (0..CORES)
        .map(|thread| {
            let (requests, counting, over) = (requests.clone(), counting.clone(), over.clone());
            std::thread::spawn(move || -> Result<Vec<u32>, String> {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
                runtime.map_err(|error| error.to_string())?.block_on(async {
                    let all = (0..CONNECTIONS).map(|nth| {
                        // Everybody begins somewhere else.
                        let first = (thread * CONNECTIONS + nth) * requests.len() / (CORES * CONNECTIONS);
                        connection(port, requests.clone(), first, counting.clone(), over.clone())
                    });
                    let times = futures_util::future::try_join_all(all).await.map_err(|error| error.to_string())?;
                    Ok(times.concat())
                })
            })
        })
        .collect();
    tokio::time::sleep(WARM_UP).await;
    counting.store(true, Ordering::Relaxed);
    let (started, busy_before) = (Instant::now(), busy());
    tokio::time::sleep(time).await;
    // A thread that ends takes its time along, and may have been at work before.
    let (elapsed, worked) = (started.elapsed(), busy().saturating_sub(busy_before));
    over.store(true, Ordering::Relaxed);
    let mut micros = Vec::new();
    for thread in threads {
        micros.append(&mut thread.join().map_err(|_| "the generator panicked")??);
    }
    micros.sort_unstable();
    let at = |share: f64| {
        let nth = (micros.len() as f64 * share) as usize;
        micros.get(nth).map_or(Duration::ZERO, |micros| Duration::from_micros(u64::from(*micros)))
    };
    let requests_per_second = micros.len() as f64 / elapsed.as_secs_f64();
    let busy_per_request = worked / micros.len().max(1) as u32;
    Ok(Pace { requests_per_second, median: at(0.5), p99: at(0.99), busy_per_request })
}

/// One request after the other; gives back how long each took, in microseconds.
async fn connection(
    port: u16,
    requests: Arc<Vec<Vec<u8>>>,
    first: usize,
    counting: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
) -> std::io::Result<Vec<u32>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut times = Vec::new();
    let mut buffer = vec![0; 256 << 10];
    for request in requests.iter().cycle().skip(first) {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let asked = Instant::now();
        stream.write_all(request).await?;
        answer(&mut stream, &mut buffer).await?;
        if counting.load(Ordering::Relaxed) {
            times.push(asked.elapsed().as_micros() as u32);
        }
    }
    Ok(times)
}

/// Reads one answer to its end. Anything but a 200 is an error.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> std::io::Result<()> {
    let bad = |what: &str| std::io::Error::other(what.to_owned());
    let mut filled = 0;
    let head = loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(bad("the server closed the connection"));
        }
        filled += read;
        if let Some(end) = memmem::find(&buffer[..filled], b"\r\n\r\n") {
            break end + 4;
        }
    };
    if !buffer.starts_with(b"HTTP/1.1 200") {
        return Err(bad(&String::from_utf8_lossy(&buffer[..head])));
    }
    let Some(length) = length(&buffer[..head]) else {
        // In chunks: nothing is asked before the answer has ended, so its end is the end of what has come. Packed bytes
        // that look like it by chance would make the next head unreadable and the run fail.
        while !buffer[..filled].ends_with(b"0\r\n\r\n") {
            let kept = filled.min(5);
            buffer.copy_within(filled - kept..filled, 0);
            let read = stream.read(&mut buffer[kept..]).await?;
            if read == 0 {
                return Err(bad("the server closed the connection"));
            }
            filled = kept + read;
        }
        return Ok(());
    };
    let mut missing = (head + length).saturating_sub(filled);
    while missing > 0 {
        let wanted = missing.min(buffer.len());
        let read = stream.read(&mut buffer[..wanted]).await?;
        if read == 0 {
            return Err(bad("the server closed the connection"));
        }
        missing -= read;
    }
    Ok(())
}

/// What a head says about the length of its body.
fn length(head: &[u8]) -> Option<usize> {
    memchr_iter(b'\n', head).find_map(|end| {
        let (name, value) = head[end + 1..].split_at_checked(CONTENT_LENGTH.len())?;
        let digits = value.split(|byte| *byte == b'\r').next().filter(|_| name.eq_ignore_ascii_case(CONTENT_LENGTH))?;
        std::str::from_utf8(digits).ok()?.trim().parse().ok()
    })
}
