//! Two who do the same at the same moment: each has looked before the other writes. One of them may be refused, in words of
//! what they did; neither meets a fault of the server.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{Browser, Office, PASSWORD};
use crate::support::Reply;

/// A link for an address that two have asked for, sent to each of them.
async fn asked_for(browser: &mut Browser<'_>, mail: &str) -> String {
    let asked = browser.post("/api/account/mail", json!({ "mail": mail, "password": PASSWORD })).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    browser.office.mailed("address-confirm").await
}

async fn confirm(browser: &mut Browser<'_>, link: &str, language: &str) -> Reply {
    let headers = [("sec-fetch-site", "same-origin"), ("accept-language", language)];
    browser.ask(Method::POST, "/api/links/mail", Some(json!({ "link": link })), &headers).await
}

#[tokio::test]
async fn of_two_who_confirm_one_address_at_the_same_moment_one_gets_it_and_the_other_is_told_in_their_language() {
    let office = Office::open().await;
    let mut one = office.signed_in("a@amt.example").await;
    let mut other = office.signed_in("b@amt.example").await;
    let mut told = Vec::new();
    for mail in ["first@amt.example", "second@amt.example"] {
        let links = (asked_for(&mut one, mail).await, asked_for(&mut other, mail).await);
        let both = async { tokio::join!(confirm(&mut one, &links.0, "de"), confirm(&mut other, &links.1, "en")) };
        let (german, english) = office.server.meeting("account", 2, both).await;
        let mut statuses = [german.status, english.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT], "{} {}", german.text(), english.text());
        let is_german = german.status == StatusCode::CONFLICT;
        let refused = if is_german { german } else { english };
        assert!(refused.text().contains("urn:geokontor:problem:conflict"), "{}", refused.text());
        told.push((is_german, refused.json()["detail"].as_str().expect("a detail").to_owned()));
        let holders = format!("SELECT count(*) FROM account WHERE mail = '{mail}'");
        assert_eq!(office.server.count(&holders).await, 1);
        office.wait(3600);
    }
    for (is_german, told) in told {
        let said = if is_german {
            "Unter dieser E-Mail-Adresse gibt es schon ein Konto."
        } else {
            "There is an account of this mail address already."
        };
        assert_eq!(told, said);
    }
}

#[tokio::test]
async fn of_two_invitations_to_one_address_at_the_same_moment_one_makes_the_account() {
    let office = Office::open().await;
    let (mut one, _) = office.administrator("a@amt.example").await;
    let mut other = one.clone();
    let new = || json!({ "mail": "new@amt.example", "name": "Erika Mustermann" });
    let both = async { tokio::join!(one.post("/api/accounts", new()), other.post("/api/accounts", new())) };
    let (first, second) = office.server.meeting("account", 2, both).await;
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT], "{} {}", first.text(), second.text());
}

#[tokio::test]
async fn what_one_account_keeps_once_may_be_set_twice_at_the_same_moment() {
    let office = Office::open().await;
    let mut one = office.signed_in("a@amt.example").await;
    let mut other = one.clone();
    let new = "elf graue gänse im juni";
    let change = || json!({ "present": PASSWORD, "password": new });
    for (path, body) in [("/api/account/totp", json!({})), ("/api/account/password", change())] {
        let both = async { tokio::join!(one.post(path, body.clone()), other.post(path, body.clone())) };
        let (first, second) = office.server.meeting("credential", 2, both).await;
        for reply in [&first, &second] {
            let is_fine = reply.status.is_success() || reply.status == StatusCode::CONFLICT;
            assert!(is_fine, "{path}: {} {}", reply.status, reply.text());
        }
        assert!(first.status.is_success() || second.status.is_success(), "{path}: {}", first.text());
    }
    assert_eq!(office.browser().sign_in("a@amt.example", new).await.status, StatusCode::OK);
}
