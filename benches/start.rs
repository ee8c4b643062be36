//! How long a server takes to be ready, what it keeps in memory, and how soon an edit is seen.
//!
//! Floor: `COPY (SELECT …) TO STDOUT` of the same rows over the same kind of connection, which any server that reads its
//! data at start must at least do. Size by `GEOKONTOR_BENCH_HYDRANTS`, database by `GEOKONTOR_BENCH_URL`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use geokontor::clock::Clock;
use geokontor::collection::{Catalogue, District};
use geokontor::editing::{Edit, Editor, Operation, Precondition};
use geokontor::feature::crs::Crs;
use geokontor::identity::Caller;
use geokontor::index::{Index, follower};
use geokontor::store::Store;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Loads are repeated: the first pays for a cold cache of the database.
const ROUNDS: usize = 1;
const EDITS: usize = 200;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Outcome<()> {
    let Ok(url) = std::env::var("GEOKONTOR_BENCH_URL") else {
        println!("start: set GEOKONTOR_BENCH_URL to a database with a register in it");
        return Ok(());
    };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let catalogue = Arc::new(Catalogue::load(&data)?);
    let district = Arc::new(District::load(&data.join("district.toml"))?);
    let store = Store::connect(&url, district.crs, Duration::from_secs(5)).await?;
    store.migrate().await?;
    store.apply_declarations(&catalogue).await?;

    let mut floors = Vec::new();
    let mut loads = Vec::new();
    let mut index = Arc::new(Index::new(catalogue.clone(), &district));
    for _ in 0..ROUNDS {
        floors.push(copy_floor(&url).await?);
        drop(index);
        index = Arc::new(Index::new(catalogue.clone(), &district));
        let started = Instant::now();
        follower::load(&index, &mut store.follow().await?).await?;
        loads.push(started.elapsed());
    }
    let features: usize = (0..catalogue.collections().len()).map(|i| index.snapshot(i).len()).sum();
    let footprint: usize = (0..catalogue.collections().len()).map(|i| index.snapshot(i).footprint()).sum();
    println!("features in memory                 {features:>12}");
    println!(
        "ready after start (median of {ROUNDS})     {:>12.2?}   floor COPY TO STDOUT {:.2?}   ratio {:.2}",
        median(&mut loads),
        median(&mut floors),
        median(&mut loads).as_secs_f64() / median(&mut floors).as_secs_f64()
    );
    println!("resident memory                    {:>9} MB   of it features {} MB", resident_mb()?, footprint >> 20);
    edits(store, index, district).await
}

/// Reads and throws away what a server reads at start.
async fn copy_floor(url: &str) -> Outcome<Duration> {
    let mut connection = PgConnection::connect(url).await?;
    let started = Instant::now();
    let sql = "COPY (SELECT collection, id, version, ST_AsBinary(geometry), properties FROM feature) TO STDOUT";
    let mut copy = connection.copy_out_raw(sql).await?;
    let mut bytes = 0;
    while let Some(part) = copy.try_next().await? {
        bytes += part.len();
    }
    drop(copy);
    assert!(bytes > 0, "the register is empty");
    let elapsed = started.elapsed();
    connection.close().await?;
    Ok(elapsed)
}

/// One edit after the other: from the request to the moment readers see it.
async fn edits(store: Store, index: Arc<Index>, district: Arc<District>) -> Outcome<()> {
    let stop = CancellationToken::new();
    let following = tokio::spawn(follower::run(index.clone(), store.clone(), stop.clone()));
    let editor = Editor { store, index: index.clone(), district, clock: Clock::system() };
    while !index.is_ready() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let caller = Caller::operator("bench");
    let snapshot = index.snapshot_of("hydrants").ok_or("no hydrants")?;
    let ids: Vec<_> = snapshot.by_id(None).step_by(1 + snapshot.len() / EDITS).map(|stored| stored.id).collect();
    drop(snapshot);
    let mut times = Vec::new();
    for (n, id) in ids.into_iter().enumerate() {
        let patch = json!({"properties": {"remark": format!("edit {n}")}});
        let operation = Operation::Patch { id, precondition: Precondition::Any, patch };
        let edit = Edit { collection: "hydrants".into(), operation };
        let started = Instant::now();
        let outcome = editor.commit(&caller, "bench", Crs::CRS84, vec![edit]).await?;
        times.push(started.elapsed());
        let seen = index.snapshot_of("hydrants").and_then(|s| s.get(id).map(|stored| stored.version));
        assert_eq!(seen, outcome.features[0].1, "what was acknowledged is seen");
    }
    let worst = times.iter().max().copied().unwrap_or_default();
    println!("edit to visible (median of {EDITS})    {:>12.2?}   worst {worst:.2?}", median(&mut times));
    stop.cancel();
    following.await?;
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn resident_mb() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS")).ok_or("no VmRSS")?;
    let kb: u64 = line.split_whitespace().nth(1).ok_or("no number")?.parse()?;
    Ok(kb / 1024)
}
