//! Whoever changes something on one node sees it on every other.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use geokontor::identity::Secret;
use geokontor::identity::store::NewToken;
use geokontor::server::{Server, router};
use serde_json::json;
use tower::ServiceExt;

use super::node;
use crate::support::{Database, hydrant, keep_token};

const CURSOR: &str = "geokontor-cursor";

async fn send(app: &Arc<Server>, request: Request<Body>) -> Response {
    router(app).oneshot(request).await.expect("an answer")
}

async fn get(app: &Arc<Server>, path: &str, cursor: &str) -> Response {
    send(app, Request::get(path).header(CURSOR, cursor).body(Body::empty()).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_on_one_node_is_read_on_another_that_is_shown_the_cursor() {
    let database = Database::new().await;
    let (one, other) = (node(&database.url).await, node(&database.url).await);
    let secret = Secret::random();
    let token =
        NewToken { name: "amt".to_owned(), hash: secret.hash(), role: "editor".to_owned(), ..NewToken::default() };
    keep_token(&one, &token).await;
    for n in 0..10 {
        let body = hydrant(11.46, 53.89, json!({ "ref": format!("H{n}") })).to_string();
        let request = Request::post("/ogc/collections/hydrants/items")
            .header("authorization", format!("Bearer {}", secret.reveal()))
            .header("content-type", "application/geo+json")
            .body(Body::from(body));
        let made = send(&one, request.expect("a request")).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let header = |name: &str| made.headers()[name].to_str().expect("text").to_owned();
        let place = header("location");
        let path = &place[place.find("/ogc").expect("an address of ours")..];
        let read = get(&other, path, &header(CURSOR)).await;
        assert_eq!(read.status(), StatusCode::OK, "{path}");
        assert!(read.headers().get(CURSOR).is_none(), "a read tells no cursor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_get_as_far_says_so_and_nonsense_is_refused() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    let late = get(&app, "/ogc/collections", "900000000:900000000::0000000000000001").await;
    assert_eq!((late.status(), late.headers()["retry-after"].as_bytes()), (StatusCode::SERVICE_UNAVAILABLE, &b"1"[..]));
    for nonsense in ["", "yesterday", "1:2:3:4:5", "10:9:"] {
        assert_eq!(get(&app, "/ogc/collections", nonsense).await.status(), StatusCode::BAD_REQUEST, "{nonsense}");
    }
    assert_eq!(get(&app, "/health/ready", "yesterday").await.status(), StatusCode::OK);
}
