//! How often one may ask: whoever asks too often waits, and nobody else does.

use axum::http::{Method, StatusCode};
use geokontor::http::limit::Allowances;
use geokontor::http::spec::{Context, Version, Written};
use geokontor::texts::Language;
use serde_json::json;

use crate::accounts::Office;
use crate::support::{Reply, Token, hydrant};

const SEARCH: &str = "/api/search?q=H1";
const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";

/// A server where a caller may ask three times a minute, and an address six times.
async fn strict() -> Office {
    Office::configured(|config| config.allowances = Allowances { a_minute: [3; 6], address_factor: 2 }).await
}

async fn search(office: &Office, peer: &str, token: Token<'_>, headers: &[(&str, &str)]) -> Reply {
    office.server.ask_from(peer, Method::GET, SEARCH, token, headers, vec![]).await
}

/// How many of ten searches are answered, one from each of these addresses in turn.
async fn answered(office: &Office, peers: &[&str], token: Token<'_>, headers: &[(&str, &str)]) -> usize {
    let mut answered = 0;
    for peer in peers.iter().cycle().take(10) {
        answered += usize::from(search(office, peer, token, headers).await.status == StatusCode::OK);
    }
    answered
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_ask_again_and_others_go_on() {
    let office = strict().await;
    assert_eq!(answered(&office, &[HERE], Token::Nobody, &[]).await, 6);
    let refused = search(&office, HERE, Token::Nobody, &[("accept-language", "de")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.header("retry-after"), "10");
    let mut problem = refused.json();
    problem["request_id"] = json!("…");
    insta::assert_json_snapshot!(problem, @r#"
    {
      "type": "urn:geokontor:problem:too-many-requests",
      "title": "Zu viele Anfragen",
      "status": 429,
      "detail": "Solche Anfragen kamen zu oft von dieser Adresse. Die nächste ist in 10 Sekunden möglich; wer sich anmeldet oder einen API-Token sendet, wird für sich gezählt.",
      "request_id": "…"
    }
    "#);
    assert_eq!(search(&office, ELSEWHERE, Token::Nobody, &[]).await.status, StatusCode::OK);
    office.wait(9);
    assert_eq!(search(&office, HERE, Token::Nobody, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    office.wait(1);
    assert_eq!(search(&office, HERE, Token::Nobody, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_is_that_of_a_household_and_of_whom_trusted_proxies_name() {
    let office = strict().await;
    assert_eq!(answered(&office, &["2001:db8::1", "2001:db8::2"], Token::Nobody, &[]).await, 6);
    assert_eq!(answered(&office, &["2001:db8:0:1::1"], Token::Nobody, &[]).await, 6);
    // A proxy on this machine is trusted by default.
    let named = |address| [("x-forwarded-for", address)];
    assert_eq!(answered(&office, &["127.0.0.1"], Token::Nobody, &named("203.0.113.1")).await, 6);
    assert_eq!(answered(&office, &["127.0.0.1"], Token::Nobody, &named("203.0.113.2")).await, 6);
    // Nobody else takes the name of another, or many names.
    let mut passed = 0;
    for n in 0..10 {
        let named = format!("198.51.100.{n}");
        let reply = search(&office, HERE, Token::Nobody, &[("x-forwarded-for", &named)]).await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 6);
    assert_eq!(answered(&office, &["198.51.100.1"], Token::Nobody, &[]).await, 6);
}

#[tokio::test]
async fn whoever_is_known_is_counted_by_themselves_from_wherever_they_ask() {
    let office = strict().await;
    let tokens = [office.server.token("reader", None, None).await, office.server.token("reader", None, None).await];
    assert_eq!(answered(&office, &[HERE], Token::Nobody, &[]).await, 6);
    for token in &tokens {
        assert_eq!(answered(&office, &[HERE, ELSEWHERE], Token::Secret(token), &[]).await, 3);
    }
    let refused = search(&office, HERE, Token::Secret(&tokens[0]), &[]).await.json();
    let detail = "Such requests came too often. The next one is possible in 20 seconds.";
    assert_eq!(refused["detail"], detail);
    // An account is one caller in all its browsers.
    let mut first = office.signed_in("a@amt.example").await;
    let mut second = office.browser();
    second.sign_in("a@amt.example", crate::accounts::PASSWORD).await;
    let mut passed = 0;
    for n in 0..10 {
        let browser = if n % 2 == 0 { &mut first } else { &mut second };
        passed += usize::from(browser.get(SEARCH).await.status == StatusCode::OK);
    }
    assert_eq!(passed, 3);
    // What is no token is no caller: it is told so, and counted where it comes from.
    let garbage = Token::Secret("gk_garbage");
    assert_eq!(search(&office, "192.0.2.9", garbage, &[]).await.status, StatusCode::UNAUTHORIZED);
    for _ in 0..5 {
        search(&office, "192.0.2.9", garbage, &[]).await;
    }
    assert_eq!(search(&office, "192.0.2.9", garbage, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_write_too_many_is_not_done_and_sign_ins_too_many_are_not_looked_at() {
    let office = strict().await;
    let token = office.server.token("editor", None, None).await;
    let feature = hydrant(11.4, 53.89, json!({}));
    let items = "/ogc/collections/hydrants/items";
    let kind = [("content-type", "application/geo+json")];
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let reply = office.server.send(Method::POST, items, Token::Secret(&token), &kind, Some(&feature)).await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses, [201, 201, 201, 429, 429]);
    assert_eq!(office.server.count("SELECT count(*) FROM feature WHERE collection = 'hydrants'").await, 3);
    // Whoever may not write at all is told that and not to wait.
    let reader = office.server.token("reader", None, None).await;
    for _ in 0..5 {
        let reply = office.server.send(Method::POST, items, Token::Secret(&reader), &kind, Some(&feature)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }

    let mut last = StatusCode::OK;
    for n in 0..7 {
        let body = json!({ "mail": format!("a{n}@amt.example"), "password": "a guess that is long enough" });
        let headers = [("content-type", "application/json")];
        let body = body.to_string().into_bytes();
        last = office.server.ask_from(HERE, Method::POST, "/api/sign-in", Token::Nobody, &headers, body).await.status;
        assert_eq!(last == StatusCode::UNAUTHORIZED, n < 6, "{n}: {last}");
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_crews_need_is_never_refused() {
    let office = strict().await;
    assert_eq!(answered(&office, &[HERE], Token::Nobody, &[]).await, 6);
    for path in [
        "/api/firewater/nearest?lon=11.4&lat=53.89",
        "/tiles/hydrants/10/544/328",
        "/ogc/collections/hydrants/items",
        "/api/device/register",
        "/map/styles/day.json",
    ] {
        for _ in 0..20 {
            let reply = office.server.ask_from(HERE, Method::GET, path, Token::Nobody, &[], vec![]).await;
            assert_ne!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
    }
}

#[tokio::test]
async fn whatever_changes_something_has_a_limit_and_what_has_one_says_so() {
    let office = strict().await;
    let (catalogue, district) = (&office.server.app.catalogue, &office.server.app.district);
    let context = Context { catalogue, district, language: Language::En, version: Version::V3_1 };
    for operation in geokontor::server::routes(&office.server.app).operations() {
        assert!(operation.limit.is_some() || operation.method.is_safe(), "{}", operation.id);
        for Written { address, operation: spec, .. } in operation.specs(&context) {
            assert_eq!(spec["responses"].get("429").is_some(), operation.limit.is_some(), "{address}");
        }
    }
}
