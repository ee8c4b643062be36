//! An import, validated and journalled, beside `ogr2ogr` into a bare table.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::process::{geokontor, resident_kb};
use crate::table::{Row, grouped};
use crate::{LARGE, Outcome, fill};

/// Of the speed of `ogr2ogr`, at least.
const SHARE: f64 = 0.5;

/// The row; none while the program has no import.
pub async fn measure(url: &str, floor_url: &str, count: usize, folder: &Path) -> Outcome<Option<Row>> {
    if !geokontor(url).args(["import", "--help"]).output().await?.status.success() {
        eprintln!("server: there is no import yet");
        return Ok(None);
    }
    let file = folder.join("hydrants.geojson");
    fill::geojson(&file, count)?;
    let megabytes = std::fs::metadata(&file)?.len() >> 20;
    let floor = Command::new("ogr2ogr")
        .args(["-f", "PostgreSQL", &format!("PG:{}", floor_url.replacen("postgres:", "postgresql:", 1))])
        .arg(&file)
        .args(["-nln", "hydrants"])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (floor, floor_kb) = watch(floor).await?;
    let import = geokontor(url)
        .arg("import")
        .arg(&file)
        .args(["--collection", "hydrants", "--accept-duplicates"])
        .stdout(Stdio::null())
        .spawn()?;
    let (import, import_kb) = watch(import).await?;
    let share = floor.as_secs_f64() / import.as_secs_f64();
    Ok(Some(Row {
        what: "import of GeoJSON, validated and journalled".into(),
        data: format!("{} hydrants, {megabytes} MB", grouped(count)),
        measured: format!("{:.1} s, at most {} MB", import.as_secs_f64(), import_kb >> 10),
        floor: format!("ogr2ogr {:.1} s, {} MB; ×{share:.2} of its speed", floor.as_secs_f64(), floor_kb >> 10),
        // Both take their time to start, which shows with fewer.
        target: (count == LARGE).then(|| (format!("at least ×{SHARE}"), share >= SHARE)),
    }))
}

/// Waits for a process; how long it took, and the most memory it and its children had together.
async fn watch(mut child: Child) -> Outcome<(Duration, u64)> {
    let started = Instant::now();
    let pid = child.id().ok_or("the process has ended")?;
    let mut peak = 0;
    loop {
        tokio::select! {
            status = child.wait() => {
                let status = status?;
                return if status.success() { Ok((started.elapsed(), peak)) } else { Err(status.to_string().into()) };
            }
            () = tokio::time::sleep(Duration::from_millis(50)) => {
                peak = peak.max(family(pid).into_iter().filter_map(resident_kb).sum());
            }
        }
    }
}

/// A process and its children.
fn family(pid: u32) -> Vec<u32> {
    let mut family = vec![pid];
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        family.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
    }
    family
}
