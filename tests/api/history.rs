//! What was: versions of a feature, restoring one, a collection at a past time.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{TestServer, Token};

const ITEMS: &str = "/ogc/collections/hydrants/items";
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn staff_see_every_version_with_who_when_why_and_restore_one() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let secret = server.token("administrator", None, None).await;
    let token = Token::Secret(&secret);
    let item = format!("{ITEMS}/{id}");
    let deleted =
        server.send(Method::DELETE, &item, token, &[("if-match", "*"), ("geokontor-reason", "gone")], None).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    let history = server.send(Method::GET, &format!("{item}/history"), token, &[], None).await;
    assert_eq!(history.header("cache-control"), "private, no-cache");
    let versions = history.json()["versions"].clone();
    assert_eq!(versions[0]["operation"], "create");
    assert_eq!(versions[0]["before"], json!(null));
    assert_eq!(versions[0]["after"]["properties"]["ref"], "H0");
    assert_eq!((&versions[1]["operation"], &versions[1]["reason"]), (&json!("delete"), &json!("gone")));
    assert_eq!(versions[1]["after"], json!(null));
    let body = json!({ "version": 1, "reason": "it is still there" });
    let send = async |headers: &[(&str, &str)], body: &serde_json::Value| {
        let headers = [&[JSON], headers].concat();
        server.send(Method::POST, &format!("{item}/restore"), token, &headers, Some(body)).await
    };
    assert_eq!(send(&[], &body).await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(send(&[("if-match", "\"1\"")], &body).await.status, StatusCode::PRECONDITION_FAILED);
    let restored = send(&[("if-match", "\"2\"")], &body).await;
    assert_eq!(restored.status, StatusCode::OK, "{}", restored.text());
    assert!(restored.header("etag").starts_with("\"3-"));
    assert_eq!(server.get(&item).await.json()["properties"]["ref"], "H0");
    let stale = send(&[("if-match", "\"2\"")], &body).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "somebody has restored it already");
    let none = json!({ "version": 99, "reason": "x" });
    let reply = send(&[("if-match", "*")], &none).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let bad = json!({ "version": "one" });
    let reply = send(&[("if-match", "*")], &bad).await;
    assert_eq!(
        (reply.status, reply.pointers()),
        (StatusCode::BAD_REQUEST, vec!["/reason".to_owned(), "/version".to_owned()])
    );
}

#[tokio::test]
async fn the_past_of_a_feature_and_of_a_collection_is_for_staff() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let history = format!("{ITEMS}/{id}/history");
    for path in [history.as_str(), "/api/history/hydrants?at=2026-01-01T00:00:00Z"] {
        assert_eq!(server.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
        let roads_only = server.token("reader", Some(&["roads"]), None).await;
        let reply = server.send(Method::GET, path, Token::Secret(&roads_only), &[], None).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_collection_is_shown_as_it_was_at_a_time() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(3).await;
    let secret = server.token("administrator", None, None).await;
    let token = Token::Secret(&secret);
    let between = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let item = format!("{ITEMS}/{}", ids[0]);
    server.send(Method::DELETE, &item, token, &[("if-match", "*")], None).await;
    let at = async |at: &str| {
        let reply = server.send(Method::GET, &format!("/api/history/hydrants?at={at}"), token, &[], None).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.ids().len()
    };
    assert_eq!(at(&between).await, 3);
    assert_eq!(at("2099-01-01T00:00:00Z").await, 2);
    assert_eq!(at("2020-01-01T00:00:00Z").await, 0);
    for query in ["", "?at=yesterday", "?at=2026-01-01T00:00:00Z&crs=x"] {
        let reply = server.send(Method::GET, &format!("/api/history/hydrants{query}"), token, &[], None).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
    }
}
