//! Tiles over HTTP: warm beside a bare handler that sends the same bytes, cold with every tile encoded, and how soon an
//! edit is drawn while others edit.

use std::path::Path;
use std::time::{Duration, Instant};

use geo_types::Coord;
use geokontor::collection::Frame;
use geokontor::feature::crs::Crs;
use geokontor::tiles::mvt::Tile;
use serde_json::{Value as Json, json};

use crate::floor::{Answers, Floor};
use crate::load::{self, Pace};
use crate::process::{Server, geokontor};
use crate::reads::shown;
use crate::table::{Row, grouped, median, ms};
use crate::villages::Villages;
use crate::{Outcome, fill};

/// Tiles of each zoom.
const PLACES: usize = 60;
const ZOOMS: std::ops::RangeInclusive<u8> = 10..=17;
/// Of the floor's requests a second, at least.
const SHARE: f64 = 0.8;
const GZIP: &str = "Accept-Encoding: gzip\r\n";

const EDITS: usize = 100;
/// Between the edits of the others.
const PAUSE: Duration = Duration::from_millis(100);
const DRAWN: Duration = Duration::from_millis(20);

/// All rows; the server runs already.
pub async fn measure(server: &Server, url: &str, data: &str, count: usize, folder: &Path) -> Outcome<Vec<Row>> {
    let paths = addresses(count)?;
    let mut rows = vec![warm(server, data, &paths).await?];
    let (cold, _) = Server::start_with(url, &folder.join("cold.log"), &[("GEOKONTOR_TILE_CACHE", "0")]).await?;
    let pace = load::run(cold.port, &paths, GZIP, Duration::from_secs(5), || cold.busy()).await?;
    cold.stop().await?;
    rows.push(Row {
        what: "mixed tiles z10–z17, nothing kept".into(),
        data: data.into(),
        measured: shown(&[pace]),
        floor: "–".into(),
        target: None,
    });
    rows.push(drawn(server, url, data).await?);
    Ok(rows)
}

/// Tiles that hold places of the data, of every zoom as many.
fn addresses(count: usize) -> Outcome<Vec<String>> {
    let Frame { crs, transformer } = fill::declarations()?.0.frame();
    let mut villages = Villages::new(count);
    let mut paths = Vec::new();
    for nth in 0..PLACES * ZOOMS.count() {
        let place = transformer.coord(crs, Crs::CRS84, villages.place())?;
        let z = ZOOMS.start() + (nth % ZOOMS.count()) as u8;
        paths.push(address(z, place));
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

/// From the request that makes an edit to the tile that shows it, with ten edits a second by others.
async fn drawn(server: &Server, url: &str, data: &str) -> Outcome<Row> {
    let made = geokontor(url).args(["token", "create", "--name", "bench tiles", "--role", "editor"]).output().await?;
    let token = String::from_utf8(made.stdout)?.trim().to_owned();
    // Running servers follow tokens within a second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
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
