//! How long a server takes to be ready and what it keeps in memory.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection};

use crate::Outcome;
use crate::process::Server;
use crate::table::{Row, median};

/// Starts are repeated: the first pays for a cold cache of the database.
const ROUNDS: usize = 3;
/// Of the start by the COPY, at most.
const START: f64 = 3.0;
/// MB for a million features of ten properties.
const MEMORY: u64 = 700;

/// Leaves a server running.
pub async fn measure(url: &str, data: &str, folder: &Path) -> Outcome<(Server, Vec<Row>)> {
    let (mut floors, mut starts) = (Vec::new(), Vec::new());
    let mut running = None;
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        if let Some(server) = running.take() {
            Server::stop(server).await?;
        }
        let (copied, took) = copy(url).await?;
        (bytes, _) = (copied, floors.push(took));
        let (server, took) = Server::start(url, &folder.join("log")).await?;
        starts.push(took);
        running = Some(server);
    }
    let server = running.ok_or("nothing was started")?;
    // The search is made ready in the background and answers when it is.
    reqwest::get(server.url("/api/search?q=x")).await?.error_for_status()?;
    // What the loading has freed is given back by now or never.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let resident = server.resident_mb()?;
    let (start, floor) = (median(starts).unwrap_or_default(), median(floors).unwrap_or_default());
    let ratio = start.as_secs_f64() / floor.as_secs_f64();
    let rows = vec![
        Row {
            what: "process started until ready".into(),
            data: data.into(),
            measured: format!("{:.2} s", start.as_secs_f64()),
            floor: format!("COPY of the rows {:.2} s; ×{ratio:.2}", floor.as_secs_f64()),
            target: Some((format!("at most ×{START}"), ratio <= START)),
        },
        Row {
            what: "resident memory when ready".into(),
            data: data.into(),
            measured: format!("{resident} MB"),
            floor: format!("the rows as COPY sends them {} MB", bytes >> 20),
            target: Some((format!("at most {MEMORY} MB"), resident <= MEMORY)),
        },
    ];
    Ok((server, rows))
}

/// Reads and throws away what a server reads at start: how many bytes, how long.
async fn copy(url: &str) -> Outcome<(usize, Duration)> {
    let mut connection = PgConnection::connect(url).await?;
    let started = Instant::now();
    let sql = "COPY (SELECT collection, id, version, ST_AsBinary(geometry), properties FROM feature) \
               TO STDOUT (FORMAT binary)";
    let mut copy = connection.copy_out_raw(sql).await?;
    let mut bytes = 0;
    while let Some(part) = copy.try_next().await? {
        bytes += part.len();
    }
    drop(copy);
    let elapsed = started.elapsed();
    connection.close().await?;
    Ok((bytes, elapsed))
}
