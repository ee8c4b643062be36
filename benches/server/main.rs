//! Whole-server runs: the release binary on a database of its own, each number beside a floor measured in the same run.
//!
//! `scripts/bench` makes the databases and starts this; without them it measures nothing. `--quick` leaves out the million,
//! `--start` everything but the start, `--work` everything but jobs and the shares of the pool.
//! In reading order: [`villages`] (the data), [`fill`], [`process`] (the real server), [`start`] (ready, memory, edits),
//! [`reads`] (boxes and nearest water over HTTP) and [`tiles`] with [`load`], [`floor`] and [`martin`], [`search`] over
//! [`streets`], [`roads`], [`doors`] (what one request may cost), [`shares`] (a tile beside what is less urgent), [`jobs`], [`import`], [`table`].

mod doors;
mod edits;
mod fill;
mod floor;
mod import;
mod jobs;
mod load;
mod martin;
mod process;
mod reads;
mod roads;
mod search;
mod shares;
mod start;
mod streets;
mod table;
mod tiles;
mod villages;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use geokontor::feature::crs::Crs;
use geokontor::store::Store;

use table::{Row, Table};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Worker threads of the measured server and of the generator, and of this program, which is the floor, too.
const CORES: usize = 2;

/// Whatever happens, a run ends.
const LONGEST: Duration = Duration::from_secs(40 * 60);

const SMALL: usize = 100_000;
const LARGE: usize = 1_000_000;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Outcome<()> {
    if std::env::args().nth(1).is_some_and(|role| role == floor::ROLE) {
        return floor::serve().await;
    }
    geokontor::tls::choose();
    let Ok(databases) = std::env::var("GEOKONTOR_BENCH_DATABASES") else {
        println!("server: started by scripts/bench, which makes databases for it");
        return Ok(());
    };
    let databases: Vec<&str> = databases.split_whitespace().collect();
    let wants = |flag: &str| std::env::args().any(|argument| argument == flag);
    let extent = Extent { quick: wants("--quick"), only_start: wants("--start"), only_work: wants("--work") };
    // Dropping the run ends the processes it has started.
    tokio::select! {
        done = run(&databases, extent) => done,
        () = tokio::time::sleep(LONGEST) => Err("it took too long".into()),
        _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
    }
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Extent {
    quick: bool,
    only_start: bool,
    only_work: bool,
}

async fn run(databases: &[&str], Extent { quick, only_start, only_work }: Extent) -> Outcome<()> {
    let &[small, large, district, import, empty] = databases else {
        return Err("five databases are needed: small, large, for the district, for import, for ogr2ogr".into());
    };
    let folder = tempfile::tempdir()?;
    if only_work {
        return work(district, folder.path()).await;
    }
    let mut rows = Vec::new();
    let sizes: &[(usize, &str)] = if quick { &[(SMALL, small)] } else { &[(SMALL, small), (LARGE, large)] };
    let mut machine = String::new();
    for (count, url) in sizes {
        let data = format!("{} hydrants", table::grouped(*count));
        eprintln!("server: filling a database with {data}");
        let store = fill::database(url, *count).await?;
        eprintln!("server: starting with {data}");
        let (server, mut found) = start::measure(url, &data, folder.path()).await?;
        rows.append(&mut found);
        if only_start {
            server.stop().await?;
            machine = table::machine(&store).await?;
            continue;
        }
        eprintln!("server: reading from {data}");
        rows.append(&mut reads::measure(&server, &data, *count, quick).await?);
        eprintln!("server: drawing {data}");
        rows.append(&mut tiles::measure(&server, url, &data, *count, folder.path()).await?);
        eprintln!("server: editing {data}");
        rows.push(edits::measure(&server, url, &data).await?);
        eprintln!("server: searching {data}");
        rows.append(&mut search::measure(&server, &store, &data).await?);
        eprintln!("server: laying hoses among {data}");
        rows.append(&mut roads::measure(&server, &store, &data, *count, quick).await?);
        server.stop().await?;
        machine = table::machine(&store).await?;
        // An import that fails must not take these along.
        eprintln!("\n{}", Table { machine: machine.clone(), rows: rows.clone() });
    }
    if only_start {
        println!("\n{}", Table { machine, rows });
        return Ok(());
    }
    eprintln!("server: asking what is dear");
    rows.append(&mut doors::measure(district, folder.path()).await?);
    rows.append(&mut background(district, folder.path()).await?);
    let count = if quick { SMALL } else { LARGE };
    eprintln!("server: importing {} hydrants", table::grouped(count));
    rows.extend(import::measure(import, empty, count, folder.path()).await?);
    println!("\n{}", Table { machine, rows });
    Ok(())
}

/// What is done beside the answers, alone.
async fn work(url: &str, folder: &Path) -> Outcome<()> {
    let rows = background(url, folder).await?;
    let store = Store::connect(url, Crs::UTM33, Duration::from_secs(5)).await?;
    println!("\n{}", Table { machine: table::machine(&store).await?, rows });
    Ok(())
}

async fn background(url: &str, folder: &Path) -> Outcome<Vec<Row>> {
    eprintln!("server: sharing cores");
    let mut rows = shares::measure(url, folder).await?;
    eprintln!("server: doing jobs");
    rows.push(jobs::measure(url).await?);
    Ok(rows)
}
