//! What every answer has, whatever its route.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use geokontor::config::Config;
use geokontor::http::layers;
use geokontor::server::{Server, router, rules};
use serde_json::Value as Json;
use tower::ServiceExt;

use super::{config, node, prepared};
use crate::support::{Database, until};

/// Routes that do what a handler should not.
fn odd(app: &Arc<Server>) -> Router {
    let routes = Router::new()
        .route(
            "/panic",
            get(|| async {
                if true {
                    panic!("a secret")
                }
            }),
        )
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(3600)).await }))
        .route("/slow", post(|| async { tokio::time::sleep(Duration::from_secs(3600)).await }))
        .route("/large", get(|| async { "x".repeat(100_000) }))
        .route("/page", get(|| async { ([(header::CONTENT_TYPE, "text/html")], "<p>") }))
        .route("/body", post(|body: Bytes| async move { body.len().to_string() }));
    layers::wrap(routes, rules(app))
}

async fn ask(routes: &Router, request: Request<Body>) -> Response {
    routes.clone().oneshot(request).await.expect("an answer")
}

async fn get_path(routes: &Router, path: &str) -> Response {
    ask(routes, Request::get(path).body(Body::empty()).expect("a request")).await
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The kind of a problem, after checking that it is one and names the request as the header does.
async fn problem(response: Response, status: StatusCode) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let id = response.headers()["x-request-id"].to_str().expect("an id").to_owned();
    let problem: Json = serde_json::from_str(&text(response).await).expect("JSON");
    assert_eq!(problem["request_id"], id);
    assert_eq!(problem["status"], status.as_u16());
    problem["type"].as_str().and_then(|kind| kind.rsplit(':').next()).expect("a type").to_owned()
}

#[tokio::test]
async fn an_unknown_address_or_method_is_a_problem_that_names_the_request() {
    let database = Database::new().await;
    let routes = router(&node(&database.url).await);
    assert_eq!(problem(get_path(&routes, "/nothing/here").await, StatusCode::NOT_FOUND).await, "not-found");
    let request = Request::post("/health/live").body(Body::empty()).expect("a request");
    let response = ask(&routes, request).await;
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
    assert_eq!(problem(response, StatusCode::METHOD_NOT_ALLOWED).await, "method-not-allowed");
}

#[tokio::test]
async fn a_request_id_is_taken_over_if_it_is_well_formed() {
    let database = Database::new().await;
    let routes = router(&node(&database.url).await);
    for (given, taken) in [("abc-1", true), ("a b\"", false)] {
        let request = Request::get("/health/live").header("x-request-id", given).body(Body::empty());
        let response = ask(&routes, request.expect("a request")).await;
        assert_eq!(response.headers()["x-request-id"] == given, taken, "{given}");
    }
}

#[tokio::test]
async fn a_panic_becomes_a_problem_without_what_the_panic_said() {
    let database = Database::new().await;
    let routes = odd(&node(&database.url).await);
    let response = get_path(&routes, "/panic").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = text(response).await;
    assert!(body.contains("request_id") && !body.contains("secret") && !body.contains("panic"), "{body}");
    assert_eq!(get_path(&routes, "/page").await.status(), StatusCode::OK, "the server goes on");
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_a_change_is_said_to_be_uncertain() {
    let database = Database::new().await;
    let short = Duration::from_millis(50);
    let app = prepared(Config { request_timeout: short, write_timeout: short, ..config(&database.url) }).await;
    app.follow();
    until("the registers are loaded", async || app.is_ready()).await;
    let routes = odd(&app);
    let read = get_path(&routes, "/slow").await;
    assert_eq!(problem(read, StatusCode::SERVICE_UNAVAILABLE).await, "timeout");
    let write = ask(&routes, Request::post("/slow").body(Body::empty()).expect("a request")).await;
    assert!(text(write).await.contains("Whether it was stored is not known"));
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_and_one_below_is_read() {
    let database = Database::new().await;
    let app = prepared(Config { body_limit: 10, ..config(&database.url) }).await;
    app.follow();
    until("the registers are loaded", async || app.is_ready()).await;
    let routes = odd(&app);
    let send = async |bytes: usize| {
        ask(&routes, Request::post("/body").body(Body::from("x".repeat(bytes))).expect("one")).await
    };
    assert_eq!(text(send(10).await).await, "10");
    assert_eq!(problem(send(11).await, StatusCode::PAYLOAD_TOO_LARGE).await, "too-large");
}

#[tokio::test]
async fn more_requests_than_allowed_are_sent_away_but_health_is_answered() {
    let database = Database::new().await;
    let app = prepared(Config { maximum_requests: 1, ..config(&database.url) }).await;
    app.follow();
    until("the registers are loaded", async || app.is_ready()).await;
    let routes = odd(&app);
    let busy = tokio::spawn({
        let routes = routes.clone();
        async move { get_path(&routes, "/slow").await }
    });
    until("a request is sent away", async || {
        get_path(&routes, "/page").await.status() == StatusCode::SERVICE_UNAVAILABLE
    })
    .await;
    let response = get_path(&routes, "/page").await;
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(problem(response, StatusCode::SERVICE_UNAVAILABLE).await, "busy");
    assert_eq!(get_path(&router(&app), "/health/live").await.status(), StatusCode::OK);
    busy.abort();
    until("the place is free again", async || get_path(&routes, "/page").await.status() == StatusCode::OK).await;
}

#[tokio::test]
async fn a_large_answer_keeps_its_place_until_it_is_read_and_none_is_made_that_finds_no_room() {
    let database = Database::new().await;
    let app = prepared(Config { maximum_requests: 2, answer_memory: 150_000, ..config(&database.url) }).await;
    app.follow();
    until("the registers are loaded", async || app.is_ready()).await;
    let routes = odd(&app);
    let unread = get_path(&routes, "/large").await;
    assert_eq!(unread.status(), StatusCode::OK);
    let second = get_path(&routes, "/large").await;
    assert!(second.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(problem(second, StatusCode::SERVICE_UNAVAILABLE).await, "busy");
    let small = get_path(&routes, "/page").await;
    assert_eq!(small.status(), StatusCode::OK, "one place is left");
    assert_eq!(text(unread).await.len(), 100_000);
    assert_eq!(app.answers.bytes(), 0);
    assert_eq!(text(get_path(&routes, "/large").await).await.len(), 100_000);
}

#[tokio::test]
async fn any_origin_may_read_and_none_may_write() {
    let database = Database::new().await;
    let routes = odd(&node(&database.url).await);
    let preflight = Request::options("/page")
        .header(header::ORIGIN, "https://karten.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "PUT");
    let response = ask(&routes, preflight.body(Body::empty()).expect("a request")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()[header::ACCESS_CONTROL_ALLOW_METHODS], "GET, HEAD, OPTIONS");
    assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS));
    let page = get_path(&routes, "/page").await;
    assert_eq!(page.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert!(page.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    assert_eq!(page.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
}

#[tokio::test]
async fn until_the_registers_are_loaded_only_health_and_metrics_are_answered() {
    let database = Database::new().await;
    let app = prepared(config(&database.url)).await;
    let (routes, odd) = (router(&app), odd(&app));
    assert_eq!(get_path(&routes, "/health/live").await.status(), StatusCode::OK);
    assert_eq!(get_path(&routes, "/health/ready").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    let early = get_path(&odd, "/page").await;
    assert!(early.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(problem(early, StatusCode::SERVICE_UNAVAILABLE).await, "loading");
    app.follow();
    until("ready", async || get_path(&routes, "/health/ready").await.status() == StatusCode::OK).await;
    assert_eq!(get_path(&odd, "/page").await.status(), StatusCode::OK);
    let metrics = text(get_path(&routes, "/metrics").await).await;
    for name in [
        "geokontor_requests_total{route=\"/health/ready\",class=\"2xx\"}",
        "geokontor_request_seconds_bucket{route=\"/health/ready\",le=\"0.001\"}",
        "geokontor_index_features{collection=\"hydrants\"} 0",
        "geokontor_index_ready 1",
        "geokontor_follower_connected 1",
        "geokontor_follower_lag_seconds",
        "geokontor_database_connections{state=\"busy\"}",
        "geokontor_uptime_seconds",
        "geokontor_resident_bytes",
    ] {
        assert!(metrics.contains(name), "{name} is missing in\n{metrics}");
    }
}
