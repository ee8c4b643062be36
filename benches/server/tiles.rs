//! Tiles over HTTP: warm beside a bare handler that sends the same bytes, cold with every tile encoded, and how soon an
//! edit is drawn while others edit.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::{Duration, Instant};

use geo_types::Coord;
use geokontor::collection::Frame;
use geokontor::feature::crs::Crs;
use geokontor::tiles::mvt::Tile;
use serde_json::{Value as Json, json};

use crate::floor::{Answers, Floor};
use crate::load::{self, Pace};
use crate::martin;
use crate::process::{Server, geokontor};
use crate::reads::shown;
use crate::table::{Row, grouped, median, ms};
use crate::villages::Villages;
use crate::{Outcome, fill};

/// Tiles of each zoom.
const PLACES: usize = 60;
const ZOOMS: RangeInclusive<u8> = 10..=17;
/// Of the floor's requests a second, at least.
const SHARE: f64 = 0.8;
/// Of martin's requests a second, at least.
const TIMES: f64 = 20.0;
/// No tile may take longer, however many points there are.
const SLOWEST: Duration = Duration::from_millis(50);
const GZIP: &str = "Accept-Encoding: gzip\r\n";

const EDITS: usize = 100;
/// Between the edits of the others.
const PAUSE: Duration = Duration::from_millis(100);
const DRAWN: Duration = Duration::from_millis(20);

/// All rows; the server runs already.
pub async fn measure(server: &Server, url: &str, data: &str, count: usize, folder: &Path) -> Outcome<Vec<Row>> {
    let paths = addresses(count, ZOOMS)?;
    let mut rows = vec![warm(server, data, &paths).await?];
    let (bare, _) = Server::start_with(url, &folder.join("cold.log"), &[("GEOKONTOR_TILE_CACHE", "0")]).await?;
    // At once after the start, before anything is in any memory.
    rows.push(slowest(&bare, url, data, count).await?);
    rows.push(cold(&bare, url, data, &paths, folder).await?);
    bare.stop().await?;
    rows.push(drawn(server, url, data).await?);
    Ok(rows)
}

/// Tiles that hold places of the data, of every zoom as many.
fn addresses(count: usize, zooms: RangeInclusive<u8>) -> Outcome<Vec<String>> {
    let Frame { crs, transformer } = fill::declarations()?.0.frame();
    let mut villages = Villages::new(count);
    let mut paths = Vec::new();
    for _ in 0..PLACES {
        for z in zooms.clone() {
            paths.push(address(z, transformer.coord(crs, Crs::CRS84, villages.place())?));
        }
    }
    Ok(paths)
}

fn address(z: u8, place: Coord) -> String {
    let tiles = f64::from(1_u32 << z);
    let down = 0.5 - place.y.to_radians().tan().asinh() / std::f64::consts::TAU;
    format!("/tiles/firewater/{z}/{}/{}", ((place.x + 180.0) / 360.0 * tiles) as u32, (down * tiles) as u32)
}

async fn warm(server: &Server, data: &str, paths: &[String]) -> Outcome<Row> {
    let client = reqwest::Client::builder().no_gzip().no_brotli().build()?;
    let mut answers = Answers::new();
    for path in paths {
        let answer = client.get(server.url(path)).header("Accept-Encoding", "gzip").send().await?;
        answers.insert(path.clone(), answer.error_for_status()?.bytes().await?);
    }
    let bytes = answers.values().map(|body| body.len()).sum::<usize>() / answers.len().max(1);
    let floor = Floor::start(answers).await?;
    let (mut ours, mut floors, mut shares): (Vec<Pace>, Vec<Pace>, Vec<f64>) = Default::default();
    for _ in 0..5 {
        let bare = load::run(floor.port, paths, GZIP, Duration::from_secs(2), || floor.busy()).await?;
        let real = load::run(server.port, paths, GZIP, Duration::from_secs(2), || server.busy()).await?;
        shares.push(real.requests_per_second / bare.requests_per_second);
        floors.push(bare);
        ours.push(real);
    }
    let share = median(shares).unwrap_or_default();
    Ok(Row {
        what: "mixed tiles z10–z17, kept".into(),
        data: format!("{data}; {} tiles, {} bytes on average", paths.len(), grouped(bytes)),
        measured: shown(&ours),
        floor: format!("bare handler {}; ×{share:.2}", shown(&floors)),
        target: Some((format!("at least ×{SHARE}"), share >= SHARE)),
    })
}

/// Every tile encoded, beside another server of tiles over the same points.
async fn cold(server: &Server, url: &str, data: &str, paths: &[String], folder: &Path) -> Outcome<Row> {
    let ours = load::run(server.port, paths, GZIP, Duration::from_secs(5), || server.busy()).await?;
    let theirs = martin::pace(url, paths, GZIP, folder).await?;
    let times = theirs.map(|theirs| ours.requests_per_second / theirs.requests_per_second);
    Ok(Row {
        what: "mixed tiles z10–z17, nothing kept".into(),
        data: data.into(),
        measured: shown(&[ours]),
        floor: match (theirs, times) {
            (Some(theirs), Some(times)) => format!("martin {}; ×{times:.1}", shown(&[theirs])),
            _ => "–".into(),
        },
        target: times.map(|times| (format!("at least ×{TIMES}"), times >= TIMES)),
    })
}

/// The slowest tile of all zooms: the first time each is asked for after a start, and after an edit in it.
async fn slowest(server: &Server, url: &str, data: &str, count: usize) -> Outcome<Row> {
    let client = reqwest::Client::new();
    let first = slowest_of(&client, server, &addresses(count, 0..=20)?).await?;
    let token = editor(url, "bench slowest tile").await?;
    let page: Json = client.get(server.url("/ogc/collections/hydrants/items?limit=1")).send().await?.json().await?;
    let feature = &page["features"][0];
    let id = feature["id"].as_str().ok_or("a feature without an id")?;
    let place: [f64; 2] = serde_json::from_value(feature["geometry"]["coordinates"].clone())?;
    patch(&client, &server.url(""), &token, id, "slow?").await?.error_for_status()?;
    let of_it: Vec<String> = (0..=20).map(|z| address(z, Coord { x: place[0], y: place[1] })).collect();
    let edited = slowest_of(&client, server, &of_it).await?;
    let worst = first.0.max(edited.0);
    let shown = |(time, path): &(Duration, String)| format!("{} ({path})", ms(*time));
    Ok(Row {
        what: format!(
            "slowest of {PLACES} tiles of each zoom z0–z20, nothing kept, from the first request after a start"
        ),
        data: data.into(),
        measured: format!("{}; of those that an edit touched {}", shown(&first), shown(&edited)),
        floor: "–".into(),
        target: Some((format!("at most {}", ms(SLOWEST)), worst <= SLOWEST)),
    })
}

/// Asks for one tile after the other; gives the longest time, and for which.
async fn slowest_of(client: &reqwest::Client, server: &Server, paths: &[String]) -> Outcome<(Duration, String)> {
    let mut slowest = (Duration::ZERO, String::new());
    for path in paths {
        let started = Instant::now();
        client.get(server.url(path)).send().await?.error_for_status()?.bytes().await?;
        let took = started.elapsed();
        if took > slowest.0 {
            slowest = (took, path.clone());
        }
    }
    Ok(slowest)
}

/// A token to edit with.
async fn editor(url: &str, name: &str) -> Outcome<String> {
    let made = geokontor(url).args(["token", "create", "--name", name, "--role", "editor"]).output().await?;
    // Running servers follow tokens within a second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    Ok(String::from_utf8(made.stdout)?.trim().to_owned())
}

/// From the request that makes an edit to the tile that shows it, with ten edits a second by others.
async fn drawn(server: &Server, url: &str, data: &str) -> Outcome<Row> {
    let token = editor(url, "bench tiles").await?;
    let client = reqwest::Client::new();
    let page = server.url(&format!("/ogc/collections/hydrants/items?limit={}", 2 * EDITS));
    let page: Json = client.get(page).send().await?.json().await?;
    let features: Vec<&Json> = page["features"].as_array().into_iter().flatten().collect();
    let (mine, others) = features.split_at(features.len() / 2);
    let others: Vec<String> = others.iter().filter_map(|feature| feature["id"].as_str().map(str::to_owned)).collect();
    let going_on = tokio::spawn({
        let (client, token, base) = (client.clone(), token.clone(), server.url(""));
        async move {
            for (nth, id) in others.iter().cycle().enumerate() {
                // What becomes of it decides nothing here.
                let _ = patch(&client, &base, &token, id, &format!("other {nth}")).await;
                tokio::time::sleep(PAUSE).await;
            }
        }
    });
    let mut times = Vec::new();
    for (nth, feature) in mine.iter().enumerate() {
        let id = feature["id"].as_str().ok_or("a feature without an id")?;
        let place: [f64; 2] = serde_json::from_value(feature["geometry"]["coordinates"].clone())?;
        let tile = server.url(&address(16, Coord { x: place[0], y: place[1] }));
        client.get(&tile).send().await?.bytes().await?;
        let name = format!("edit {nth}");
        let started = Instant::now();
        patch(&client, &server.url(""), &token, id, &name).await?.error_for_status()?;
        loop {
            let bytes = client.get(&tile).send().await?.bytes().await?;
            let tile = Tile::decode(&bytes)?;
            let mut layers = tile.layers.iter().flat_map(|layer| layer.features());
            if layers.any(|feature| feature.property("ref").and_then(|value| value.text()) == Some(name.as_str())) {
                break;
            }
        }
        times.push(started.elapsed());
    }
    going_on.abort();
    let worst = times.iter().max().copied().unwrap_or_default();
    let seen = median(times).ok_or("nothing was edited")?;
    Ok(Row {
        what: format!("edit sent until its tile shows it, 10 other edits a second, median of {}", mine.len()),
        data: data.into(),
        measured: format!("{} (worst {})", ms(seen), ms(worst)),
        floor: "–".into(),
        target: Some((format!("under {}", ms(DRAWN)), seen < DRAWN)),
    })
}

async fn patch(
    client: &reqwest::Client,
    base: &str,
    token: &str,
    id: &str,
    name: &str,
) -> Result<reqwest::Response, reqwest::Error> {
    let body = json!({ "properties": { "ref": name } }).to_string();
    let patch = client.patch(format!("{base}/ogc/collections/hydrants/items/{id}")).bearer_auth(token);
    let patch = patch.header("Content-Type", "application/merge-patch+json").header("If-Match", "*");
    patch.body(body).send().await
}
