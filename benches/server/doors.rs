//! What the dearest question that is known of every open door costs: processor time of the whole server, on the invented
//! district.
//!
//! Time of a core and not of a clock: it goes on counting after the answer, so work that outlives its answer is seen, and a
//! busy machine changes it little. `tests/api/cost.rs` holds the same in counted steps.

use std::f64::consts::TAU;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::process::Server;
use crate::table::{Row, grouped};

/// Of a core, at most.
const MOST: Duration = Duration::from_secs(2);
/// A server that used less in [`PAUSE`] is at rest: timers, and the reading of what others may have changed.
const REST: Duration = Duration::from_millis(15);
const PAUSE: Duration = Duration::from_millis(300);
/// Whatever happens, waiting ends.
const PATIENCE: Duration = Duration::from_secs(180);

/// A door, what is asked there, and what goes with it.
struct Door {
    name: &'static str,
    questions: Vec<Question>,
}

struct Question {
    path: String,
    encoding: &'static str,
}

/// Asks every door its dearest questions on an empty database that is filled with the invented district.
pub async fn measure(url: &str, folder: &Path) -> Outcome<Vec<Row>> {
    let arguments = ["--demo-if-empty"];
    let (server, _) = Server::start_as(url, &folder.join("doors.log"), &arguments, &[]).await?;
    let client = reqwest::Client::builder().no_gzip().no_brotli().build()?;
    let mut rows = vec![made_once(&server, &client).await?];
    for door in doors() {
        let mut dearest = (Duration::ZERO, String::new());
        for question in &door.questions {
            let cost = cost(&server, &client, question).await?;
            if cost.0 > dearest.0 {
                dearest = cost;
            }
        }
        let (busy, what) = dearest;
        rows.push(Row {
            what: format!("dearest known request: {}", door.name),
            data: format!("the invented district; {} questions", door.questions.len()),
            measured: format!("{:.2} s of a core ({what})", busy.as_secs_f64()),
            floor: "–".into(),
            target: Some((format!("less than {} s", MOST.as_secs()), busy < MOST)),
        });
    }
    server.stop().await?;
    Ok(rows)
}

/// What is made when it is first asked for and kept until what it is made from changes: the base map in one file, and files
/// for devices.
async fn made_once(server: &Server, client: &reqwest::Client) -> Outcome<Row> {
    at_rest(server).await?;
    let manifest = Question { path: "/api/device/manifest".into(), encoding: "identity" };
    let (busy, _) = cost(server, client, &manifest).await?;
    Ok(Row {
        what: "what devices take along, made once after a change".into(),
        data: "the invented district".into(),
        measured: format!("{:.2} s of a core", busy.as_secs_f64()),
        floor: "–".into(),
        target: None,
    })
}

/// Time of a core for one question, until the server is at rest again, and what was asked and answered.
async fn cost(server: &Server, client: &reqwest::Client, question: &Question) -> Outcome<(Duration, String)> {
    let before = server.busy();
    let request = client.get(server.url(&question.path)).header("Accept-Encoding", question.encoding);
    let answer = request.send().await?;
    let status = answer.status();
    let bytes = answer.bytes().await?.len();
    // Refused as too costly, or answered; a mistake in the question would measure nothing.
    if !status.is_success() && !matches!(status.as_u16(), 400 | 503) {
        return Err(format!("{}: {status}", question.path).into());
    }
    let busy = at_rest(server).await?.saturating_sub(before);
    let shown: String = question.path.chars().take(60).collect();
    Ok((busy, format!("`{shown}`, {}, {} bytes", status.as_u16(), grouped(bytes))))
}

/// Waits until the server does nothing; the time of a core it has used until then.
async fn at_rest(server: &Server) -> Outcome<Duration> {
    let started = Instant::now();
    let mut last = server.busy();
    while started.elapsed() < PATIENCE {
        tokio::time::sleep(PAUSE).await;
        let now = server.busy();
        if now.saturating_sub(last) < REST {
            return Ok(last);
        }
        last = now;
    }
    Err("the server never rests".into())
}

fn doors() -> Vec<Door> {
    vec![
        Door { name: "items", questions: pages().into_iter().chain(filters()).collect() },
        Door { name: "search", questions: searches("/api/search", "q").collect() },
        Door { name: "nearest water", questions: nearest() },
        Door { name: "tiles", questions: tiles() },
        Door { name: "images", questions: images() },
        Door { name: "alarm sheet", questions: sheets() },
        Door { name: "files of devices", questions: files() },
    ]
}

fn question(path: &str, parameters: &[(&str, &str)]) -> Question {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    Question { path: format!("{path}?{query}"), encoding: "identity" }
}

fn items(collection: &str) -> String {
    format!("/ogc/collections/{collection}/items")
}

/// Longest pages: in a system that is computed, written as a page, packed, and in an order of many properties.
fn pages() -> Vec<Question> {
    let crs = ("crs", "http://www.opengis.net/def/crs/EPSG/0/31468");
    let collections = ["roads", "buildings", "addresses", "hydrants"];
    let plain = collections.into_iter().flat_map(|collection| {
        let path = items(collection);
        [vec![], vec![crs], vec![("f", "html")]].map(|more| question(&path, &[vec![("limit", "10000")], more].concat()))
    });
    let packed = ["gzip", "br", "zstd"]
        .map(|encoding| Question { encoding, ..question(&items("buildings"), &[crs, ("limit", "10000")]) });
    let order = "-street,house_number,postcode,place,suburb,municipality";
    let ordered = question(&items("addresses"), &[("limit", "10000"), ("sortby", order)]);
    plain.chain(packed).chain([ordered]).collect()
}

/// Shapes that are dear to compare, and texts that are dear to look for.
fn filters() -> Vec<Question> {
    let shapes = [
        format!("S_INTERSECTS(geometry,{})", circle(1_800)),
        format!("S_WITHIN(geometry,{})", circle(1_800)),
        format!("S_TOUCHES(geometry,{})", comb(1_200)),
        format!("S_CROSSES(geometry,{})", star(1_501)),
        ["ACCENTI(CASEI(name)) LIKE ACCENTI('%ä%e%i%x')"; 200].join(" OR "),
    ];
    let ask = |collection: &str, filter: &String| question(&items(collection), &[("limit", "10"), ("filter", filter)]);
    shapes.iter().flat_map(|filter| ["roads", "buildings"].map(|collection| ask(collection, filter))).collect()
}

fn searches(path: &'static str, name: &'static str) -> impl Iterator<Item = Question> {
    let many = "haupt dorf muehl kirch schul bahn garten wiesen linden birken ahorn eichen buchen tannen fichten weg";
    let slips = "hauptstrasxe dorfstrasxe mühlenstrasxe kirchstrasxe schulstrasxe";
    let corner = "ecke hauptstrasxe dorfstrasxe mühlenstrasxe kirchstrasxe";
    let texts = [many, slips, corner, "a b c d e f g h i j k l m n o p", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"];
    texts.into_iter().map(move |text| question(path, &[(name, text)]))
}

fn nearest() -> Vec<Question> {
    let far = |by| {
        let radius = [("radius", "50000"), ("limit", "100"), ("geometry", "route"), ("by", by)];
        question("/api/firewater/nearest", &[&[("lon", "11.46"), ("lat", "53.89")][..], &radius].concat())
    };
    ["road", "line"].map(far).into_iter().chain(searches("/api/firewater/nearest", "at")).collect()
}

/// One place on every level of zoom, as vectors and as pixels.
fn tiles() -> Vec<Question> {
    let places = [(0, 0, 0), (6, 34, 20), (8, 136, 82), (10, 544, 328), (12, 2_177, 1_312), (14, 8_710, 5_248)];
    let sets = ["base", "firewater"];
    let vectors = places.iter().flat_map(|(z, x, y)| sets.map(|set| format!("/tiles/{set}/{z}/{x}/{y}")));
    let pixels = places.iter().map(|(z, x, y)| format!("/tiles/map/{z}/{x}/{y}@2x.webp"));
    vectors.chain(pixels).map(|path| Question { path, encoding: "gzip" }).collect()
}

fn images() -> Vec<Question> {
    let image = |format: &str, zoom: &str, crs: &str| {
        let size = [("width", "4096"), ("height", "4096"), ("center", "11.4,53.89"), ("zoom", zoom), ("crs", crs)];
        question(&format!("/map/image.{format}"), &size)
    };
    let zooms = ["0", "9", "11", "12", "13", "14", "16"];
    let jpeg = zooms.iter().flat_map(|zoom| ["EPSG:3857", "EPSG:25833"].map(|crs| image("jpg", zoom, crs)));
    let others =
        ["png", "webp"].into_iter().flat_map(|format| ["12", "13"].map(|zoom| image(format, zoom, "EPSG:3857")));
    jpeg.chain(others).collect()
}

fn sheets() -> Vec<Question> {
    let long = "W".repeat(1_000);
    let at = [("lon", "11.46"), ("lat", "53.89"), ("radius", "50000"), ("limit", "12"), ("text", &*long)];
    vec![question("/api/firewater/alarm-sheet.pdf", &at), question("/api/firewater/alarm-sheet.pdf", &at[..4])]
}

fn files() -> Vec<Question> {
    let files = [
        "/api/device/manifest",
        "/api/device/register",
        "/api/device/search",
        "/api/device/roads",
        "/tiles/base.pmtiles",
    ];
    let encodings = ["br", "gzip", "identity"];
    files.iter().flat_map(|path| encodings.map(|encoding| Question { path: (*path).into(), encoding })).collect()
}

fn ring(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut points: Vec<String> = points.map(|(x, y)| format!("{x:.4} {y:.4}")).collect();
    points.extend(points.first().cloned());
    points.join(",")
}

fn circle(count: usize) -> String {
    let at = |nth: usize| TAU * nth as f64 / count as f64;
    format!("POLYGON(({}))", ring((0..count).map(|nth| (11.4 + 0.19 * at(nth).cos(), 53.88 + 0.12 * at(nth).sin()))))
}

/// Teeth side by side, so that every house lies under many edges.
fn comb(count: usize) -> String {
    let teeth = (0..count / 2).map(|nth| 11.2 + nth as f64 * 0.0004).flat_map(|x| [(x, 53.75), (x + 0.3, 54.0)]);
    let end = [(11.6 + count as f64 * 0.0002, 53.74), (11.2, 53.74)];
    format!("POLYGON(({}))", ring(teeth.chain(end)))
}

/// A line that crosses itself everywhere.
fn star(count: usize) -> String {
    let at = |nth: usize| TAU * nth as f64 * (count / 2) as f64 / count as f64;
    format!("LINESTRING({})", ring((0..count).map(|nth| (11.4 + 0.3 * at(nth).cos(), 53.88 + 0.15 * at(nth).sin()))))
}
