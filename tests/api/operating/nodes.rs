//! `/api/nodes`: which nodes there are, and how much is stored.

use axum::http::{Method, StatusCode};
use serde_json::Value as Json;

use crate::events::another_node;
use crate::support::{TestServer, Token, until};

async fn told(server: &TestServer, token: &str) -> Json {
    let reply = server.send(Method::GET, "/api/nodes", Token::Secret(token), &[], None).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()
}

fn nodes(told: &Json) -> &Vec<Json> {
    told["nodes"].as_array().expect("nodes")
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_the_nodes_that_are_there_and_how_much_is_stored() {
    let server = TestServer::start().await;
    let token = server.token("administrator", None, None).await;
    server.seed_hydrants(3).await;
    let other = another_node(&server).await;
    until("both are told of", async || nodes(&told(&server, &token).await).len() == 2).await;
    let seen = told(&server, &token).await;
    let this = nodes(&seen).iter().find(|node| node["id"] == seen["asked"]).expect("the node that answers");
    assert_eq!(this["version"], env!("CARGO_PKG_VERSION"));
    assert!(this["seen"].as_f64().is_some_and(|seconds| seconds >= 0.0), "{this}");
    let sizes = seen["stores"].as_array().expect("sizes");
    let names: Vec<&str> = sizes.iter().filter_map(|size| size["store"].as_str()).collect();
    assert_eq!(names, ["features", "journal", "work", "files", "all"]);
    assert!(sizes.iter().all(|size| size["bytes"].as_i64() > Some(0)), "{sizes:?}");
    assert_eq!(seen["files"]["blobs"], 0);
    assert!(seen["journal"]["last"].as_str() >= seen["journal"]["first"].as_str());
    // One says that it ends; of one that was killed it is seen how long it has been silent.
    other.stop.cancel();
    until("it has taken its leave", async || nodes(&told(&server, &token).await).len() == 1).await;
    server.execute("INSERT INTO node (id, name, version, seen_at, features) VALUES (gen_random_uuid(), 'killed', '0', now() - interval '1 hour', 0)").await;
    let killed = told(&server, &token).await;
    let killed = nodes(&killed).iter().find(|node| node["name"] == "killed").expect("the one that was killed").clone();
    assert!(killed["seen"].as_f64() >= Some(3_600.0), "{killed}");
}

#[tokio::test]
async fn of_nodes_only_those_are_told_who_run_the_whole_district() {
    let server = TestServer::start().await;
    let area = server.token("administrator", None, Some(&["13074012"])).await;
    let collection = server.token("administrator", Some(&["hydrants"]), None).await;
    for token in [area, collection, server.token("editor", None, None).await] {
        for path in ["/api/nodes", "/api/jobs", "/api/outbox"] {
            let refused = server.send(Method::GET, path, Token::Secret(&token), &[], None).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}
