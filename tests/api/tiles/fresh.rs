//! No edit leaves an old tile behind, and none drops a tile that shows nothing of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{address, shows};
use crate::support::{TestServer, Token, hydrant};

const PLACE: (f64, f64) = (11.4, 53.89);

async fn patch(server: &TestServer, token: &str, id: &str, body: Json) {
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let reply = server.send(Method::PATCH, &path, Token::Secret(token), &headers, Some(&body)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
}

#[tokio::test]
async fn an_edit_drops_the_tiles_that_show_it_at_every_zoom_and_no_other() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let (lon, lat) = PLACE;
    let id = server.seed("hydrants", vec![hydrant(lon, lat, json!({ "ref": "OLD" }))]).await[0].to_string();
    // Ten kilometres apart: what shows one does not show the other from zoom 12 on.
    server.seed("hydrants", vec![hydrant(lon + 0.2, lat, json!({ "ref": "OTHER" }))]).await;
    let near: Vec<String> = (0..=20).map(|z| address("firewater", z, lon, lat)).collect();
    let far: Vec<String> = (13..=20).map(|z| address("firewater", z, lon + 0.2, lat)).collect();
    let mut tags = Vec::new();
    for path in near.iter().chain(&far) {
        tags.push(server.get(path).await.header("etag").to_owned());
    }
    let made = server.app.tiles.cache.encodes();
    patch(&server, &token, &id, json!({ "properties": { "ref": "NEW", "operational_status": "out_of_service" } }))
        .await;
    for (path, tag) in near.iter().zip(&tags) {
        let reply = server.get_with(path, &[("if-none-match", tag)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert_ne!(reply.header("etag"), tag, "{path}");
    }
    assert!(shows(&server, &near[16], "hydrants", "ref", "NEW").await);
    let after_near = server.app.tiles.cache.encodes();
    assert_eq!(after_near - made, near.len() as u64);
    for (path, tag) in far.iter().zip(&tags[near.len()..]) {
        let reply = server.get_with(path, &[("if-none-match", tag)]).await;
        assert_eq!(reply.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    assert_eq!(server.app.tiles.cache.encodes(), after_near, "tiles that show nothing of the edit are kept");
}

#[tokio::test]
async fn a_feature_that_moves_leaves_one_tile_and_comes_to_another() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let (lon, lat) = PLACE;
    let id = server.seed("hydrants", vec![hydrant(lon, lat, json!({ "ref": "M" }))]).await[0].to_string();
    let (from, to) = (address("firewater", 16, lon, lat), address("firewater", 16, lon + 0.05, lat));
    assert!(shows(&server, &from, "hydrants", "ref", "M").await);
    assert!(!shows(&server, &to, "hydrants", "ref", "M").await);
    let geometry = json!({ "geometry": { "type": "Point", "coordinates": [lon + 0.05, lat] } });
    patch(&server, &token, &id, geometry).await;
    assert!(!shows(&server, &from, "hydrants", "ref", "M").await);
    assert!(shows(&server, &to, "hydrants", "ref", "M").await);
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let gone = server.send(Method::DELETE, &path, Token::Secret(&token), &[("if-match", "*")], None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text());
    assert!(server.get(&to).await.body.is_empty());
}

/// Readers ask for the tiles of a feature without a pause while it is edited. A tile may be newer than the last edit that
/// was answered before the reader asked, never older; nor may a 304 confirm an older one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_edits_go_on_no_reader_gets_a_tile_older_than_the_last_answered_edit() {
    const EDITS: u64 = 60;
    let server = Arc::new(TestServer::start().await);
    let token = server.token("editor", None, None).await;
    let (lon, lat) = PLACE;
    let id = server.seed("hydrants", vec![hydrant(lon, lat, json!({ "ref": "0" }))]).await[0].to_string();
    let (answered, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let readers: Vec<_> = [14, 15, 16, 17]
        .into_iter()
        .map(|z| {
            let (server, answered, done) = (server.clone(), answered.clone(), done.clone());
            tokio::spawn(async move { read(&server, &address("firewater", z, lon, lat), &answered, &done).await })
        })
        .collect();
    for nth in 1..=EDITS {
        patch(&server, &token, &id, json!({ "properties": { "ref": nth.to_string() } })).await;
        answered.store(nth, Ordering::SeqCst);
        // The author's next look, at every zoom.
        for z in [14, 16, 20] {
            let path = address("firewater", z, lon, lat);
            assert!(shows(&server, &path, "hydrants", "ref", &nth.to_string()).await, "edit {nth}, zoom {z}");
        }
    }
    done.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.expect("a reader") > 0);
    }
}

/// Reads a tile until told to stop; how often it did.
async fn read(server: &TestServer, path: &str, answered: &AtomicU64, done: &AtomicBool) -> u64 {
    let (mut tag, mut seen, mut reads) = (String::new(), 0, 0);
    while !done.load(Ordering::SeqCst) {
        let known = answered.load(Ordering::SeqCst);
        let reply = server.get_with(path, &[("if-none-match", &tag)]).await;
        if reply.status != StatusCode::NOT_MODIFIED {
            let tile = geokontor::tiles::mvt::Tile::decode(&reply.body).expect("a tile");
            let layer = tile.layer("hydrants").expect("hydrants");
            let number = layer.features().next().and_then(|feature| feature.property("ref")?.text());
            seen = number.and_then(|number| number.parse().ok()).expect("a number");
            tag = reply.header("etag").to_owned();
        }
        assert!(seen >= known, "{path}: edit {known} was answered, but the tile shows {seen}");
        reads += 1;
        tokio::task::yield_now().await;
    }
    reads
}

#[tokio::test]
async fn many_who_ask_for_one_missing_tile_have_it_made_once() {
    let server = Arc::new(TestServer::start().await);
    server.seed_hydrants(50).await;
    let path = address("firewater", 9, 11.4, 53.89);
    let asking: Vec<_> = (0..32)
        .map(|_| {
            let (server, path) = (server.clone(), path.clone());
            tokio::spawn(async move { server.get(&path).await.body })
        })
        .collect();
    let mut bodies = Vec::new();
    for one in asking {
        bodies.push(one.await.expect("a tile"));
    }
    assert!(bodies.iter().all(|body| *body == bodies[0] && !body.is_empty()));
    assert_eq!(server.app.tiles.cache.encodes(), 1);
}
