//! Answers that nobody reads, and others who want some too.

use std::net::SocketAddr;
use std::time::Duration;

use geokontor::config::Config;
use geokontor::http::connections;
use geokontor::http::line::Patience;
use geokontor::server;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::support::{TestServer, declarations, hydrant, until};

const HYDRANTS: usize = 400;
/// Readers who take nothing: more than find room.
const DEAF: usize = 24;
/// Of the buffers of both ends, so that little is on the way that nobody has read.
const BUFFER: u32 = 4 << 10;
/// Nobody is let go for being slow alone.
const PATIENT: Patience = Patience { head: Duration::from_secs(3_600), stall: Duration::from_secs(3_600) };

/// A request from an address of this machine.
async fn ask(server: SocketAddr, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(BUFFER).expect("a small buffer");
    socket.bind(format!("{from}:0").parse().expect("an address")).expect("an address");
    let mut stream = socket.connect(server).await.expect("a connection");
    let head =
        "GET /ogc/collections/hydrants/items?limit=1000 HTTP/1.1\r\nHost: geo.example\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.expect("a request");
    stream
}

/// The status of an answer.
async fn status(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 12];
    stream.read_exact(&mut bytes).await.expect("a status");
    String::from_utf8_lossy(&bytes[9..]).into_owned()
}

async fn a_fresh_reader_is_answered(configure: impl FnOnce(&mut Config)) {
    let server = TestServer::configured(declarations(), configure).await;
    let words = "Hinter dem Feuerwehrhaus, vom Kirchplatz aus gesehen links. ".repeat(8);
    let features =
        (0..HYDRANTS).map(|nth| hydrant(11.4, 53.89, json!({ "ref": format!("H{nth}"), "location_note": words })));
    server.seed("hydrants", features.collect()).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_send_buffer_size(BUFFER).expect("a small buffer");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let listener = socket.listen(64).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let told = CancellationToken::new();
    let serving = tokio::spawn(connections::serve(listener, server::router(&server.app), PATIENT, told.clone()));
    let mut deaf = Vec::new();
    for _ in 0..DEAF {
        let mut stream = ask(address, "127.0.0.1").await;
        status(&mut stream).await;
        deaf.push(stream);
    }
    let mut whole = Vec::new();
    until("a fresh reader is answered", async || {
        let mut stream = ask(address, "127.0.0.2").await;
        let is_answered = status(&mut stream).await == "200";
        whole.clear();
        drop(stream.read_to_end(&mut whole).await);
        is_answered
    })
    .await;
    assert!(String::from_utf8_lossy(&whole).contains(&format!("\"numberReturned\":{HYDRANTS}")));
    told.cancel();
    serving.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_who_take_nothing_do_not_keep_the_places_of_others() {
    a_fresh_reader_is_answered(|config| config.maximum_requests = 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_who_take_nothing_do_not_keep_the_memory_of_others() {
    a_fresh_reader_is_answered(|config| config.answer_memory = 4_000_000).await;
}
