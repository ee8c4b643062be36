//! Nearest water by road, after streets have come in: every village has some, with gaps, and a road leads to its neighbours.

use std::time::{Duration, Instant};

use geo_types::{Coord, Geometry, LineString, coord};
use geokontor::feature::FeatureId;
use geokontor::store::Store;
use geokontor::store::actors::Actor;
use geokontor::store::bulk::BulkWriter;
use geokontor::store::features::REGISTER;
use geokontor::store::transaction::NewChangeset;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::process::Server;
use crate::table::{Row, grouped};
use crate::villages::Villages;
use crate::{Outcome, reads};

/// Metres between two streets.
const BLOCK: f64 = 110.0;
/// Of so many stretches of street one is missing.
const GAPS: u32 = 10;
/// Roads that leave a village.
const NEIGHBOURS: usize = 3;
/// MB for a million features and everything else that the server holds by now.
const MEMORY: u64 = 700;
/// Longest that the server may need to follow the roads.
const PATIENCE: Duration = Duration::from_secs(60);

/// Brings streets into the register of a running server and asks for water as a crew does.
pub async fn measure(server: &Server, store: &Store, data: &str, count: usize, quick: bool) -> Outcome<Vec<Row>> {
    let lines = lines(&Villages::new(count));
    let stretches: usize = lines.iter().map(|line| line.0.len() - 1).sum();
    fill(store, &lines).await?;
    let started = Instant::now();
    let settings = server.url("/api/firewater/settings");
    while !reqwest::get(&settings).await?.text().await?.contains("\"road_network\":true") {
        if started.elapsed() > PATIENCE {
            return Err("the roads were not found".into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let data = format!("{data}, {} stretches of road", grouped(stretches));
    let row = reads::by_road(server, &data, count, quick).await?;
    // What devices take along is made and kept when it is asked for.
    let part = server.url("/api/device/register");
    let taken = reqwest::get(&part).await?.error_for_status()?.bytes().await?.len();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let resident = server.resident_mb()?;
    Ok(vec![
        row,
        Row {
            what: "resident memory with everything, at the end".into(),
            data: format!("{data}, tiles, addresses, register for devices ({} kB)", grouped(taken >> 10)),
            measured: format!("{resident} MB"),
            floor: "–".into(),
            target: Some((format!("at most {MEMORY} MB"), resident <= MEMORY)),
        },
    ])
}

fn lines(villages: &Villages) -> Vec<LineString> {
    let mut dice = Pcg64::seed_from_u64(5);
    let centres = &villages.villages;
    let mut lines = Vec::new();
    for (nth, (centre, radius)) in centres.iter().enumerate() {
        let reach = (radius / BLOCK).ceil() as i32;
        let crossing = |x: i32, y: i32| *centre + coord! { x: f64::from(x) * BLOCK, y: f64::from(y) * BLOCK };
        for across in -reach..=reach {
            street((-reach..=reach).map(|along| crossing(across, along)), &mut dice, &mut lines);
            street((-reach..=reach).map(|along| crossing(along, across)), &mut dice, &mut lines);
        }
        let mut others: Vec<Coord> = centres[nth + 1..].iter().map(|(centre, _)| *centre).collect();
        let metres = |other: &Coord| (other.x - centre.x).hypot(other.y - centre.y);
        others.sort_by(|a, b| metres(a).total_cmp(&metres(b)));
        lines.extend(others.into_iter().take(NEIGHBOURS).map(|other| LineString(vec![*centre, other])));
    }
    lines.retain(|line| line.0.len() > 1);
    lines
}

/// A street over its crossings, in pieces where stretches are missing.
fn street(crossings: impl Iterator<Item = Coord>, dice: &mut Pcg64, lines: &mut Vec<LineString>) {
    let mut piece = Vec::new();
    for crossing in crossings {
        if dice.random_range(0..GAPS) == 0 {
            lines.push(LineString(std::mem::take(&mut piece)));
        }
        piece.push(crossing);
    }
    lines.push(LineString(piece));
}

async fn fill(store: &Store, lines: &[LineString]) -> Outcome<()> {
    let changeset = NewChangeset {
        actor: Actor::system("bench"),
        domain: REGISTER,
        kind: "import",
        reason: format!("{} roads to lay hoses along", lines.len()),
        source: None,
        undoes: None,
    };
    let mut transaction = store.begin(&changeset).await?;
    let mut writer = BulkWriter::new("roads");
    for line in lines {
        let geometry = Geometry::LineString(line.clone());
        let properties = br#"{"class":"residential"}"#;
        writer.create(&mut transaction, FeatureId::new().0, Some(&geometry), properties).await?;
    }
    writer.finish(&mut transaction).await?;
    transaction.commit().await?;
    Ok(())
}
