//! martin, a server of tiles over PostGIS, as a floor for tiles that are made and not kept.
//!
//! Measured where `GEOKONTOR_BENCH_MARTIN` names its program: over a table of the same points with typed columns and a
//! spatial index, in the CRS of the tiles so that nothing has to be projected, with its cache off (as 1.14 reads it).

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;
use sqlx::{Connection, raw_sql};
use tokio::process::{Child, Command};

use crate::load::{self, Pace};
use crate::process::busy;
use crate::{CORES, Outcome};

const PROGRAM: &str = "GEOKONTOR_BENCH_MARTIN";

/// Longest time to wait for a start.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a tile of ours shows of a hydrant.
const TABLE: &str = "
    CREATE SCHEMA martin;
    CREATE TABLE martin.firewater AS
        SELECT id::text AS id, ref, kind, flow_class, main_diameter, operational_status AS status,
               ST_Transform(geometry, 3857)::geometry(Point, 3857) AS geom
        FROM register.hydrants;
    CREATE INDEX ON martin.firewater USING gist (geom);
    ANALYZE martin.firewater;";

/// Its pace on the same tiles; `None` where it is not given.
pub async fn pace(url: &str, paths: &[String], headers: &str, folder: &Path) -> Outcome<Option<Pace>> {
    let Some(program) = std::env::var_os(PROGRAM) else { return Ok(None) };
    let mut connection = PgConnection::connect(url).await?;
    raw_sql(TABLE).execute(&mut connection).await?;
    connection.close().await?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let settings = folder.join("martin.yaml");
    std::fs::write(&settings, configuration(url, port))?;
    let log = std::fs::File::create(folder.join("martin.log"))?;
    let mut child = Command::new(program)
        .arg("--config")
        .arg(&settings)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn()?;
    ready(&mut child, port, &folder.join("martin.log")).await?;
    let paths: Vec<String> = paths.iter().map(|path| path.replacen("/tiles", "", 1)).collect();
    let id = child.id().unwrap_or_default();
    // Of its own; the database's part is not in it.
    let pace = load::run(port, &paths, headers, Duration::from_secs(5), || busy(id)).await?;
    child.kill().await?;
    Ok(Some(pace))
}

fn configuration(url: &str, port: u16) -> String {
    format!(
        "listen_addresses: '127.0.0.1:{port}'\n\
         worker_processes: {CORES}\n\
         cache: disable\n\
         postgres:\n\
         \x20 connection_string: '{url}'\n\
         \x20 auto_publish: false\n\
         \x20 tables:\n\
         \x20   firewater:\n\
         \x20     schema: martin\n\
         \x20     table: firewater\n\
         \x20     srid: 3857\n\
         \x20     geometry_column: geom\n\
         \x20     geometry_type: POINT\n\
         \x20     properties: {{ id: text, ref: text, kind: text, flow_class: text, main_diameter: int4, status: text }}\n"
    )
}

async fn ready(child: &mut Child, port: u16, log: &Path) -> Outcome<()> {
    let (client, started) = (reqwest::Client::new(), Instant::now());
    let address = format!("http://127.0.0.1:{port}/health");
    while !client.get(&address).send().await.is_ok_and(|answer| answer.status().is_success()) {
        if child.try_wait()?.is_some() || started.elapsed() > PATIENCE {
            return Err(format!("martin did not start:\n{}", std::fs::read_to_string(log)?).into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
