//! What somebody tries who is not the holder of an account.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::browser::{code, secret};
use super::{Office, PASSWORD};

#[tokio::test]
async fn a_session_that_was_fixed_before_the_sign_in_is_worth_nothing_after_it() {
    let office = Office::open().await;
    let (_, authenticator) = office.administrator("a@amt.example").await;
    let mut victim = office.browser();
    victim.cookies.insert("__Host-geokontor".to_owned(), "A".repeat(43));
    victim.sign_in("a@amt.example", PASSWORD).await;
    let pending = victim.clone();
    assert_ne!(pending.session(), "A".repeat(43));
    office.wait(30);
    victim.post("/api/sign-in/second-factor", json!({ "code": code(&authenticator, office.now()) })).await;
    assert!(victim.is_in().await);
    assert_ne!(victim.session(), pending.session());
    for fixed in ["A".repeat(43), pending.session().to_owned()] {
        let mut attacker = office.browser();
        attacker.cookies.insert("__Host-geokontor".to_owned(), fixed);
        assert!(!attacker.is_in().await);
    }
}

#[tokio::test]
async fn a_stolen_session_ends_at_once_when_it_is_ended_elsewhere() {
    let office = Office::open().await;
    let mut thief = office.signed_in("a@amt.example").await.clone();
    assert!(thief.is_in().await);
    let mut holder = office.browser();
    holder.sign_in("a@amt.example", PASSWORD).await;
    let sessions = holder.get("/api/account/sessions").await.json();
    let sessions = sessions["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 2);
    let foreign = sessions.iter().find(|session| session["current"] == false).expect("another session");
    let path = format!("/api/account/sessions/{}", foreign["id"].as_str().expect("an id"));
    assert_eq!(holder.send(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert!(!thief.is_in().await);
    assert!(holder.is_in().await);
    assert_eq!(holder.send(Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_is_not_replayed_after_the_sign_out_nor_after_a_new_password() {
    let office = Office::open().await;
    let mut browser = office.signed_in("a@amt.example").await;
    let mut kept = browser.clone();
    assert_eq!(browser.post("/api/sign-out", json!({})).await.status, StatusCode::NO_CONTENT);
    assert!(browser.session().is_empty());
    assert!(!kept.is_in().await);
    let refused = kept.send(Method::PATCH, "/api/account", Some(json!({ "name": "Mallory" }))).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);

    let mut other = office.browser();
    other.sign_in("a@amt.example", PASSWORD).await;
    browser.sign_in("a@amt.example", PASSWORD).await;
    let new = json!({ "present": PASSWORD, "password": "dreizehn schwarze schafe" });
    assert_eq!(browser.post("/api/account/password", new).await.status, StatusCode::NO_CONTENT);
    assert!(browser.is_in().await);
    assert!(!other.is_in().await);
}

#[tokio::test]
async fn pages_of_others_change_nothing_with_somebody_s_session() {
    let office = Office::open().await;
    let mut browser = office.signed_in("a@amt.example").await;
    let body = json!({ "name": "Mallory" });
    let strangers: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ];
    for headers in strangers {
        let reply = browser.ask(Method::PATCH, "/api/account", Some(body.clone()), headers).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{headers:?}");
        let sign_out = browser.clone().ask(Method::DELETE, "/api/account/sessions", None, headers).await;
        assert_eq!(sign_out.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    let own = [("origin", "https://geo.example")];
    assert_eq!(browser.ask(Method::PATCH, "/api/account", Some(body), &own).await.status, StatusCode::OK);
    // Nobody signs a victim in to an account of theirs.
    let mail = json!({ "mail": "a@amt.example", "password": PASSWORD });
    let reply =
        office.browser().ask(Method::POST, "/api/sign-in", Some(mail), &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_second_factor_cannot_be_guessed_and_a_code_is_used_once() {
    let office = Office::open().await;
    let (_, authenticator) = office.administrator("a@amt.example").await;
    let mut attacker = office.browser();
    attacker.sign_in("a@amt.example", PASSWORD).await;
    // The code by which the authenticator was set up was seen over a shoulder.
    let seen = code(&authenticator, office.now());
    let reply = attacker.post("/api/sign-in/second-factor", json!({ "code": seen })).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    let mut tried = 0;
    for n in 0..200 {
        // A new sign-in does not help.
        if n % 10 == 0 {
            attacker.sign_in("a@amt.example", PASSWORD).await;
        }
        let reply = attacker.post("/api/sign-in/second-factor", json!({ "code": format!("{n:06}") })).await;
        match reply.status {
            StatusCode::UNAUTHORIZED => tried += 1,
            StatusCode::TOO_MANY_REQUESTS => assert_ne!(reply.header("retry-after"), ""),
            other => panic!("{other}: {}", reply.text()),
        }
    }
    assert!(tried <= 5, "{tried} codes were tried");
    assert!(!attacker.is_in().await);
}

#[tokio::test]
async fn whoever_guesses_passwords_is_slowed_down_and_keeps_no_known_browser_out() {
    let office = Office::open().await;
    let mut holder = office.signed_in("a@amt.example").await;
    holder.post("/api/sign-out", json!({})).await;
    let mut last = StatusCode::OK;
    for n in 0..12 {
        last = office.browser().sign_in("a@amt.example", &format!("guess number {n}")).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Even the right password is not told apart by the guesser.
    assert_eq!(office.browser().sign_in("a@amt.example", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    // By the pause of the guesser's network the holder's is not touched; here both are one, and it ends.
    office.wait(900);
    assert_eq!(holder.sign_in("a@amt.example", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_link_opens_once_in_time_and_for_its_holder_alone() {
    let office = Office::open().await;
    let link = office.invite("a@amt.example", false).await;
    let password = |link: &str| json!({ "link": link, "password": PASSWORD });
    // Forwarded to somebody who is signed in.
    let mut other = office.signed_in("b@amt.example").await;
    let foreign = other.post("/api/links/password", password(&link)).await;
    assert_eq!(foreign.status, StatusCode::GONE, "{}", foreign.text());
    // It is for a password and nothing else.
    let elsewhere = office.browser().post("/api/links/factor", password(&link)).await;
    assert_eq!(elsewhere.status, StatusCode::GONE);
    assert_eq!(office.browser().post("/api/links/password", password(&link)).await.status, StatusCode::OK);
    let twice = office.browser().post("/api/links/password", password(&link)).await;
    assert_eq!(twice.status, StatusCode::GONE);
    assert!(twice.text().contains("urn:geokontor:problem:link-shut"), "{}", twice.text());
    // Too late.
    let late = office.invite("c@amt.example", false).await;
    office.wait(14 * 86_400 + 1);
    assert_eq!(office.browser().post("/api/links/password", password(&late)).await.status, StatusCode::GONE);
    for none in ["", "x", &"A".repeat(43)] {
        assert_eq!(office.browser().post("/api/links/open", json!({ "link": none })).await.status, StatusCode::GONE);
    }
}

#[tokio::test]
async fn after_a_lost_factor_the_password_alone_sets_up_no_new_one() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("a@amt.example").await;
    let (mut loser, _) = office.administrator("b@amt.example").await;
    let id = loser.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();
    let reset = administrator.post(&format!("/api/accounts/{id}/factor-reset"), json!({})).await;
    let link = secret(reset.json()["link"].as_str().expect("a link"));
    assert!(!loser.is_in().await);
    let mut thief = office.browser();
    assert_eq!(thief.sign_in("b@amt.example", PASSWORD).await.status, StatusCode::FORBIDDEN);
    let mut holder = office.browser();
    let begun = holder.post("/api/links/factor", json!({ "link": link, "password": PASSWORD })).await;
    assert_eq!(begun.json()["state"], "enrolment", "{}", begun.text());
    holder.enrol().await;
    assert!(holder.is_in().await);
}

#[tokio::test]
async fn nothing_that_is_typed_in_becomes_a_header_of_a_mail() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("a@amt.example").await;
    for (mail, name) in [
        ("b@amt.example\r\nBcc: all@evil.example", "B"),
        ("b@amt.example,all@evil.example", "B"),
        ("b@amt.example", "B\r\nBcc: all@evil.example"),
        ("b@amt.example", "B\u{0}"),
    ] {
        let reply = administrator.post("/api/accounts", json!({ "mail": mail, "name": name })).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{mail:?} {name:?}");
    }
    assert_eq!(office.server.count("SELECT count(*) FROM mail WHERE recipient <> 'a@amt.example'").await, 0);
}

#[tokio::test]
async fn a_token_and_a_session_at_once_are_refused() {
    let office = Office::open().await;
    let mut browser = office.signed_in("a@amt.example").await;
    let token = office.server.token("reader", None, None).await;
    let bearer = format!("Bearer {token}");
    let reply = browser.ask(Method::GET, "/ogc/collections", None, &[("authorization", &bearer)]).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
}
