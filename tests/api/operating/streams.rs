//! A thousand open maps at one server.

use geokontor::http::connections;
use serde_json::{Value as Json, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::process::{Server, geokontor};
use crate::support::{Database, until};

const MAPS: usize = 1_000;
const EDITS: usize = 30;
/// What a map may cost the server, bytes.
const ROOM: u64 = 64 << 10;

fn edit(nth: usize) -> Json {
    json!({ "reason": "a test", "edits": [{ "collection": "hydrants", "operation": "create", "feature": {
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [11.46, 53.89] },
        "properties": { "kind": "underground", "ref": format!("S-{nth}") },
    }}] })
}

/// Reads until a stream has said something so many times.
async fn heard(stream: &mut TcpStream, what: &str, times: usize) {
    let mut said = String::new();
    while said.matches(what).count() < times {
        let mut bytes = [0; 16 << 10];
        let length = stream.read(&mut bytes).await.expect("a stream");
        assert!(length > 0, "the stream ended: {said}");
        said.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_open_maps_cost_little_hear_of_every_edit_and_are_let_go_at_the_end() {
    connections::raise_limit().expect("files for this side of the connections");
    let database = Database::new().await;
    let mut server = Server::start_with_few_files(&database.url);
    server.ready().await;
    let made = geokontor(&database.url, &["token", "create", "--name", "amt", "--role", "editor"]);
    let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
    until("the token is known", async || server.change(&token, &edit(0)).await).await;
    let before = server.memory();
    let mut maps = Vec::with_capacity(MAPS);
    for _ in 0..MAPS {
        maps.push(server.listen().await);
    }
    for map in &mut maps {
        heard(map, "200 OK", 1).await;
    }
    for nth in 1..=EDITS {
        assert!(server.change(&token, &edit(nth)).await, "edit {nth} with {MAPS} maps open");
    }
    // The other half does not read what it is told.
    for map in &mut maps[..MAPS / 2] {
        heard(map, "event: change", EDITS).await;
    }
    let grown = server.memory().saturating_sub(before);
    assert!(grown < MAPS as u64 * ROOM, "{} bytes a map", grown / MAPS as u64);
    server.signal("-TERM");
    assert_eq!(server.end().await, Some(0));
    for map in &mut maps {
        // Some are reset: they have not read everything.
        drop(map.read_to_end(&mut Vec::new()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_may_not_keep_all_others_from_hearing_of_changes() {
    let database = Database::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("geokontor.toml");
    std::fs::write(&file, "maximum_streams = 8\n").expect("a configuration");
    let server = Server::start(&database.url, &["--config", file.to_str().expect("a path")]);
    server.ready().await;
    let answer = async |address: &str| {
        let mut stream = server.listen_from(address).await;
        let mut bytes = [0; 12];
        stream.read_exact(&mut bytes).await.expect("a status");
        (String::from_utf8_lossy(&bytes[9..]).into_owned(), stream)
    };
    let (first, _open) = answer("192.0.2.1").await;
    let (second, _open_too) = answer("192.0.2.1").await;
    let (third, _) = answer("192.0.2.1").await;
    let (other, _) = answer("198.51.100.7").await;
    assert_eq!([first, second, third, other], ["200", "200", "503", "200"]);
}
