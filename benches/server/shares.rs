//! What a tile waits for while many ask for whole registers: the shares of the pool, alone and through the whole server.
//!
//! The times are those of a clock, so both are measured in turns; what else the machine does meets both.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use geokontor::work::{Effort, Kind, Pool};

use crate::Outcome;
use crate::process::Server;
use crate::table::{Row, median, ms};

/// Whole registers that are asked for at the same time.
const EXTRACTS: usize = 50;
/// By so much may a tile take longer.
const MOST: f64 = 4.0 / 3.0;
const ROUNDS: usize = 5;
/// Tiles of a round.
const TILES: usize = 60;
/// Between two tiles, as whoever moves a map leaves it.
const PAUSE: Duration = Duration::from_millis(5);

/// Both rows. The database holds the invented district, or nothing.
pub async fn measure(url: &str, folder: &Path) -> Outcome<Vec<Row>> {
    let pool = in_pool().await?;
    let arguments = ["--demo-if-empty"];
    let (server, _) =
        Server::start_as(url, &folder.join("shares.log"), &arguments, &[("GEOKONTOR_TILE_CACHE", "0")]).await?;
    let rows = vec![pool, over_http(&server).await?];
    server.stop().await?;
    Ok(rows)
}

/// Work of the length of a tile, and of that of an extract, in a pool of their own.
async fn in_pool() -> Outcome<Row> {
    let pool = Arc::new(Pool::of_this_machine());
    let tile = async |_| {
        pool.run(Kind::Tile, |effort: &Effort| work(effort, Duration::from_millis(3))).await?;
        Ok(())
    };
    let (alone, beside) = in_turns(tile, || {
        let pool = pool.clone();
        async move {
            let _ = pool.run(Kind::Extract, |effort: &Effort| work(effort, Duration::from_millis(200))).await;
        }
    })
    .await?;
    Ok(row("work of 3 ms in the pool beside 50 extracts", "–", alone, beside))
}

/// Keeps a core at work for about so long, or until nobody waits for it.
fn work(effort: &Effort, time: Duration) {
    // Counted once, so that a piece takes as much of a core however long it waits for one.
    static STEPS: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let a_millisecond = *STEPS.get_or_init(|| {
        let started = Instant::now();
        std::hint::black_box(steps(2_000_000));
        (2_000_000.0 / started.elapsed().as_secs_f64() / 1e3) as u64
    });
    for _ in 0..time.as_millis() {
        if !effort.is_wanted() {
            return;
        }
        std::hint::black_box(steps(a_millisecond));
    }
}

fn steps(count: u64) -> u64 {
    (0..count).fold(1, |number, step| number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step))
}

/// Tiles of the base map, each encoded anew, while others read the largest registers to their ends.
async fn over_http(server: &Server) -> Outcome<Row> {
    // A connection is driven by the threads that opened it, so those who read have none that a tile could come by.
    let client = || reqwest::Client::builder().no_gzip().no_brotli().build();
    let (map, readers) = (client()?, client()?);
    let ask = |client: &reqwest::Client, path: String| {
        let request = client.get(server.url(&path)).header("Accept-Encoding", "gzip");
        async move {
            request.send().await?.error_for_status()?.bytes().await?;
            Ok(())
        }
    };
    let tiles: Vec<String> =
        (0..TILES).map(|nth| format!("/tiles/base/14/{}/{}", 8_706 + nth % 8, 5_245 + nth / 8)).collect();
    let registers = ["buildings", "roads", "addresses", "hydrants"];
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (alone, beside) = in_turns(
        async |nth: usize| ask(&map, tiles[nth].clone()).await,
        || {
            let register = registers[next.fetch_add(1, Ordering::Relaxed) % registers.len()];
            let read = ask(&readers, format!("/ogc/collections/{register}/items?limit=10000"));
            async move { drop::<Outcome<()>>(read.await) }
        },
    )
    .await?;
    Ok(row(
        "tile of the base map over HTTP beside 50 readers of whole registers",
        "the invented district",
        alone,
        beside,
    ))
}

/// Asks for tiles alone and beside extracts, in turns; gives the medians.
async fn in_turns<E: Future<Output = ()> + Send + 'static>(
    tile: impl AsyncFn(usize) -> Outcome<()>,
    extract: impl Fn() -> E,
) -> Outcome<(Duration, Duration)> {
    // Whoever reads costs as little of the cores as possible.
    let readers =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().on_thread_start(be_nice).build()?;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.append(&mut times(&tile).await?);
        let over = Arc::new(AtomicBool::new(false));
        let mut reading = Vec::new();
        for _ in 0..EXTRACTS {
            // Each reads on until the round is over.
            let all: Vec<E> = (0..200).map(|_| extract()).collect();
            let over = over.clone();
            reading.push(readers.spawn(async move {
                for one in all {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    one.await;
                }
            }));
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        beside.append(&mut times(&tile).await?);
        over.store(true, Ordering::Relaxed);
        for one in reading {
            one.abort();
        }
    }
    readers.shutdown_background();
    let middle = |times| median(times).ok_or("nothing was measured");
    Ok((middle(alone)?, middle(beside)?))
}

async fn times(tile: &impl AsyncFn(usize) -> Outcome<()>) -> Outcome<Vec<Duration>> {
    let mut times = Vec::new();
    for nth in 0..TILES {
        let asked = Instant::now();
        tile(nth).await?;
        times.push(asked.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    Ok(times)
}

fn be_nice() {
    // SAFETY: the call takes numbers only, and 0 is the calling thread.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) };
}

fn row(what: &str, data: &str, alone: Duration, beside: Duration) -> Row {
    let times = beside.as_secs_f64() / alone.as_secs_f64();
    Row {
        what: what.into(),
        data: data.into(),
        measured: format!("{}; ×{times:.2}", ms(beside)),
        floor: format!("alone {}", ms(alone)),
        target: Some((format!("at most ×{MOST:.2}"), times <= MOST)),
    }
}
