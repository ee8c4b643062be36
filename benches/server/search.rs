//! The search over HTTP, beside a bare handler that sends the same bytes, after 100,000 addresses have come in.

use std::time::{Duration, Instant};

use geo_types::{Geometry, Point};
use geokontor::feature::FeatureId;
use geokontor::store::Store;
use geokontor::store::actors::Actor;
use geokontor::store::bulk::BulkWriter;
use geokontor::store::features::REGISTER;
use geokontor::store::transaction::NewChangeset;

use crate::Outcome;
use crate::floor::{Answers, Floor};
use crate::load;
use crate::process::Server;
use crate::reads::shown;
use crate::streets::{Address, addresses, questions};
use crate::table::{Row, grouped};

const ADDRESSES: usize = 100_000;
const QUESTIONS: usize = 500;
/// MB for a million features and all that is searched.
const MEMORY: u64 = 700;
/// Longest that the server may need to follow an import of the addresses.
const PATIENCE: Duration = Duration::from_secs(120);

/// Brings addresses into the register of a running server and asks for them as people do.
pub async fn measure(server: &Server, store: &Store, data: &str) -> Outcome<Vec<Row>> {
    let all: Vec<Address> = addresses(ADDRESSES).collect();
    fill(store, &all).await?;
    let client = reqwest::Client::builder().no_gzip().no_brotli().build()?;
    let last = all.last().ok_or("no addresses")?;
    let probe = path(&format!("{} {} {}", last.street, last.number, last.town));
    let started = Instant::now();
    while !client.get(server.url(&probe)).send().await?.text().await?.contains("\"exact\":true") {
        if started.elapsed() > PATIENCE {
            return Err("the addresses were not found".into());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // All is made anew after so many changes, and what that needed is given back by now or never.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let resident = server.resident_mb()?;
    let (mut answers, mut paths) = (Answers::new(), Vec::new());
    for text in questions(&all, QUESTIONS) {
        let path = path(&text);
        let body = client.get(server.url(&path)).send().await?.error_for_status()?.bytes().await?;
        answers.insert(path.clone(), body);
        paths.push(path);
    }
    let floor = Floor::start(answers).await?;
    let time = Duration::from_secs(4);
    let bare = load::run(floor.port, &paths, "", time, || floor.busy()).await?;
    let real = load::run(server.port, &paths, "", time, || server.busy()).await?;
    let data = format!("{data}, {} addresses", grouped(ADDRESSES));
    Ok(vec![
        Row {
            what: "search as typed, three in five with a slip".into(),
            data: format!("{data}; {QUESTIONS} questions"),
            measured: shown(&[real]),
            floor: format!("bare handler {}", shown(&[bare])),
            target: None,
        },
        Row {
            what: "resident memory with everything searchable".into(),
            data,
            measured: format!("{resident} MB"),
            floor: "–".into(),
            target: Some((format!("at most {MEMORY} MB"), resident <= MEMORY)),
        },
    ])
}

fn path(text: &str) -> String {
    let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/api/search?q={text}")
}

async fn fill(store: &Store, all: &[Address]) -> Outcome<()> {
    let changeset = NewChangeset {
        actor: Actor::system("bench"),
        domain: REGISTER,
        kind: "import",
        reason: format!("{} addresses to search", all.len()),
        source: None,
        undoes: None,
    };
    let mut transaction = store.begin(&changeset).await?;
    let mut writer = BulkWriter::new("addresses");
    for address in all {
        let geometry = Geometry::Point(Point(address.place));
        writer.create(&mut transaction, FeatureId::new().0, Some(&geometry), address.properties().as_bytes()).await?;
    }
    writer.finish(&mut transaction).await?;
    transaction.commit().await?;
    Ok(())
}
