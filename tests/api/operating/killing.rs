//! A server that is killed in the middle of edits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use super::process::{Server, geokontor};
use crate::support::{Database, until};

/// Changesets of three hydrants each, whose names say to which they belong.
fn changeset(name: &str) -> Json {
    let edit = |nth: usize| {
        json!({ "collection": "hydrants", "operation": "create", "feature": {
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [11.46, 53.89] },
            "properties": { "kind": "underground", "ref": format!("{name}/{nth}") },
        }})
    };
    json!({ "reason": "a test", "edits": [edit(0), edit(1), edit(2)] })
}

/// How many hydrants of each changeset there are.
async fn found(server: &Server) -> BTreeMap<String, usize> {
    let path = "/ogc/collections/hydrants/items?limit=10000";
    let answer: Json = server.get(path).await.expect("an answer").json().await.expect("GeoJSON");
    let mut found = BTreeMap::new();
    for feature in answer["features"].as_array().expect("features") {
        let name = feature["properties"]["ref"].as_str().expect("a name").split_once('/').expect("a changeset").0;
        *found.entry(name.to_owned()).or_default() += 1;
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill_and_the_rest_is_whole_or_absent() {
    let database = Database::new().await;
    let server = Arc::new(Server::start(&database.url, &[]));
    server.ready().await;
    let made = geokontor(&database.url, &["token", "create", "--name", "amt", "--role", "editor"]);
    let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
    until("the token is known", async || server.change(&token, &changeset("first")).await).await;
    let acknowledged: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (server, token, acknowledged) = (server.clone(), token.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let mut n = 0;
                // Ends with the server.
                while server.change(&token, &changeset(&format!("{writer}-{n}"))).await {
                    acknowledged.lock().expect("a lock").insert(format!("{writer}-{n}"));
                    n += 1;
                }
            })
        })
        .collect();
    until("there is work under way", async || acknowledged.lock().expect("a lock").len() > 20).await;
    server.signal("-KILL");
    for writer in writers {
        writer.await.expect("a writer");
    }
    let again = Server::start(&database.url, &[]);
    again.ready().await;
    let found = found(&again).await;
    for name in acknowledged.lock().expect("a lock").iter() {
        assert_eq!(found.get(name), Some(&3), "{name} was acknowledged");
    }
    assert!(found.values().all(|count| *count == 3), "no changeset is there in part: {found:?}");
    let journal = "SELECT count(*) FROM change";
    assert_eq!(database.count(journal).await, 3 * found.len() as i64, "and the journal tells the same");
    assert_eq!(database.count("SELECT count(*) FROM feature").await, 3 * found.len() as i64);
}
