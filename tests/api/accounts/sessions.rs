use axum::http::{Method, StatusCode};
use serde_json::json;

use super::Office;

#[tokio::test]
async fn a_session_ends_when_it_lies_idle_and_after_its_longest_time() {
    let office = Office::open().await;
    let mut browser = office.signed_in("a@amt.example").await;
    office.wait(7 * 3600);
    assert!(browser.is_in().await);
    office.wait(7 * 3600);
    assert!(browser.is_in().await);
    let mut idle = browser.clone();
    for _ in 0..120 {
        office.wait(6 * 3600);
        browser.get("/api/account").await;
    }
    assert!(!browser.is_in().await, "30 days have passed");
    assert!(!idle.is_in().await);
    // Whoever only reads is anonymous then, and is not kept from what is public.
    assert_eq!(browser.get("/ogc/collections").await.status, StatusCode::OK);
    let refused = browser.send(Method::PATCH, "/api/account", Some(json!({ "language": "en" }))).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_gets_a_new_secret_every_day_and_requests_under_way_are_answered() {
    let office = Office::configured(|config| config.session_idle = std::time::Duration::from_secs(3 * 86_400)).await;
    let mut browser = office.signed_in("a@amt.example").await;
    office.wait(86_400);
    let mut under_way = browser.clone();
    assert!(browser.is_in().await);
    assert_ne!(browser.session(), under_way.session());
    let late = under_way.clone();
    assert_eq!(under_way.ask(Method::GET, "/api/account/sessions", None, &[]).await.status, StatusCode::OK);
    office.wait(61);
    assert_eq!(late.clone().get("/api/account/sessions").await.status, StatusCode::UNAUTHORIZED);
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn when_a_session_was_last_seen_is_known_to_the_database_and_not_to_the_journal() {
    let office = Office::open().await;
    let mut browser = office.signed_in("a@amt.example").await;
    let entries = "SELECT count(*) FROM record_change";
    let before = office.server.count(entries).await;
    office.wait(3600);
    assert!(browser.is_in().await);
    let app = &office.server.app;
    app.sessions.note(&app.store).await.expect("a database");
    let seen = "SELECT count(*) FROM session WHERE last_seen = created_at + interval '1 hour'";
    assert_eq!(office.server.count(seen).await, 1);
    assert_eq!(office.server.count(entries).await, before);
}
