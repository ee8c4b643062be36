//! Boxes and nearest water over HTTP, against a bare handler that sends the same bytes for the same addresses.

use std::time::Duration;

use geo_types::{Coord, coord};
use geokontor::collection::Frame;
use geokontor::feature::crs::{Crs, CrsError};

use crate::floor::{Answers, Floor};
use crate::load::{self, Pace};
use crate::process::Server;
use crate::table::{Row, grouped, median, ms};
use crate::villages::{HALF_BOX, Villages};
use crate::{Outcome, fill};

/// Addresses a kind of request is made of, so that no answer is in a cache of the processor because it was just made.
const PLACES: usize = 400;
/// What a box may hold to be asked for.
const FEATURES: std::ops::RangeInclusive<u64> = 50..=1000;
/// Of the floor's requests a second, at least.
const SHARE: f64 = 0.5;

const BOX: &str = "box of 800 m as GeoJSON";
const NEAREST: &str = "nearest 10 waters by line";
const BY_ROAD: &str = "nearest 10 waters by road";

/// Both kinds of request, plain and compressed.
pub async fn measure(server: &Server, data: &str, count: usize, quick: bool) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (what, paths) in [(BOX, boxes(count)?), (NEAREST, points(count, "&by=line")?)] {
        let prepared = prepare(server, paths, what == BOX).await?;
        let paths = prepared.paths.clone();
        rows.push(compare(server, what, data, prepared, quick, Some(SHARE)).await?);
        rows.push(gzip(server, what, data, &paths, quick).await?);
    }
    Ok(rows)
}

/// What a crew asks where there are roads; the server must have read them.
pub async fn by_road(server: &Server, data: &str, count: usize, quick: bool) -> Outcome<Row> {
    let prepared = prepare(server, points(count, "")?, false).await?;
    if !prepared.answers.values().all(|answer| is_by_road(answer)) {
        return Err("the server ranks by straight lines".into());
    }
    compare(server, BY_ROAD, data, prepared, quick, None).await
}

fn is_by_road(answer: &[u8]) -> bool {
    answer.windows(11).any(|eleven| eleven == b"\"by\":\"road\"")
}

/// Our server and a bare handler, taking turns, so that what else the machine does meets both.
async fn compare(
    server: &Server,
    what: &str,
    data: &str,
    prepared: Prepared,
    quick: bool,
    target: Option<f64>,
) -> Outcome<Row> {
    let Prepared { paths, answers, features } = prepared;
    let (rounds, time) = if quick { (3, Duration::from_secs(2)) } else { (5, Duration::from_secs(3)) };
    let bytes = answers.values().map(|body| body.len()).sum::<usize>() / answers.len().max(1);
    let floor = Floor::start(answers).await?;
    let (mut ours, mut floors, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let bare = load::run(floor.port, &paths, "", time, || floor.busy()).await?;
        let real = load::run(server.port, &paths, "", time, || server.busy()).await?;
        shares.push(real.requests_per_second / bare.requests_per_second);
        floors.push(bare);
        ours.push(real);
    }
    let share = median(shares).unwrap_or_default();
    let of = features.map_or_else(String::new, |features| format!(", {features} features"));
    Ok(Row {
        what: what.into(),
        data: format!("{data}; {} places{of}, {} bytes on average", paths.len(), grouped(bytes)),
        measured: shown(&ours),
        floor: format!("bare handler {}; ×{share:.2}", shown(&floors)),
        target: target.map(|target| (format!("at least ×{target}"), share >= target)),
    })
}

/// The same requests by somebody who takes compressed answers.
async fn gzip(server: &Server, what: &str, data: &str, paths: &[String], quick: bool) -> Outcome<Row> {
    let time = Duration::from_secs(if quick { 2 } else { 3 });
    let packed = load::run(server.port, paths, "Accept-Encoding: gzip\r\n", time, || server.busy()).await?;
    Ok(Row {
        what: format!("{what}, gzip"),
        data: data.into(),
        measured: shown(&[packed]),
        floor: "–".into(),
        target: None,
    })
}

/// What was measured, in words.
pub fn shown(paces: &[Pace]) -> String {
    let pace = |of: fn(&Pace) -> f64| median(paces.iter().map(of).collect()).unwrap_or_default();
    let time = |of: fn(&Pace) -> Duration| ms(median(paces.iter().map(of).collect()).unwrap_or_default());
    let requests = grouped(pace(|pace| pace.requests_per_second) as usize);
    let busy = pace(|pace| pace.busy_per_request.as_secs_f64() * 1e6);
    let (median, p99) = (time(|pace| pace.median), time(|pace| pace.p99));
    format!("{requests} requests/s (median {median}, p99 {p99}, {busy:.0} µs of a core each)")
}

/// Addresses and what the server answers to them.
struct Prepared {
    paths: Vec<String>,
    answers: Answers,
    /// Features of an answer, on average, where it holds a number of them.
    features: Option<u64>,
}

async fn prepare(server: &Server, candidates: Vec<String>, in_boxes: bool) -> Outcome<Prepared> {
    let client = reqwest::Client::builder().no_gzip().no_brotli().build()?;
    let mut prepared = Prepared { paths: Vec::new(), answers: Answers::new(), features: None };
    let mut all = 0;
    for path in candidates {
        let body = client.get(server.url(&path)).send().await?.error_for_status()?.bytes().await?;
        if in_boxes {
            let json: serde_json::Value = serde_json::from_slice(&body)?;
            let features = json["numberReturned"].as_u64().unwrap_or_default();
            if !FEATURES.contains(&features) || json["numberMatched"] != json["numberReturned"] {
                continue;
            }
            all += features;
        }
        prepared.answers.insert(path.clone(), body);
        prepared.paths.push(path);
        if prepared.paths.len() == PLACES {
            break;
        }
    }
    prepared.features = in_boxes.then(|| all / prepared.paths.len().max(1) as u64);
    if prepared.paths.is_empty() { Err("no place is fit to be asked for".into()) } else { Ok(prepared) }
}

fn boxes(count: usize) -> Outcome<Vec<String>> {
    let corner = |place: Coord, sign: f64| coord! { x: place.x + sign * HALF_BOX, y: place.y + sign * HALF_BOX };
    let path = |place, geographic: &dyn Fn(Coord) -> Result<Coord, CrsError>| {
        let (low, high) = (geographic(corner(place, -1.0))?, geographic(corner(place, 1.0))?);
        let bbox = format!("{:.6},{:.6},{:.6},{:.6}", low.x, low.y, high.x, high.y);
        Ok(format!("/ogc/collections/hydrants/items?bbox={bbox}&limit=1000"))
    };
    addresses(count, path)
}

fn points(count: usize, more: &str) -> Outcome<Vec<String>> {
    addresses(count, |place, geographic| {
        let place = geographic(place)?;
        Ok(format!("/api/firewater/nearest?lon={:.6}&lat={:.6}&limit=10{more}", place.x, place.y))
    })
}

/// An address for each of some places in villages; more than are needed, because not all are fit.
fn addresses(
    count: usize,
    path: impl Fn(Coord, &dyn Fn(Coord) -> Result<Coord, CrsError>) -> Result<String, CrsError>,
) -> Outcome<Vec<String>> {
    let Frame { crs, transformer } = fill::declarations()?.0.frame();
    let geographic = |place| transformer.coord(crs, Crs::CRS84, place);
    let mut villages = Villages::new(count);
    (0..2 * PLACES).map(|_| path(villages.place(), &geographic).map_err(Into::into)).collect()
}
