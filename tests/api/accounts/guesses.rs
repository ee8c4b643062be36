//! What the holder of an account is told of those who guess at it.

use axum::http::StatusCode;
use serde_json::json;

use super::{Office, PASSWORD};
use crate::support::until;

const KIND: &str = "sign-in-locked";

/// Guesses at a password until the guesser must wait.
async fn guess(office: &Office, mail: &str) {
    for n in 0..10 {
        let tried = office.browser().sign_in(mail, &format!("guess number {n}")).await;
        if tried.status == StatusCode::TOO_MANY_REQUESTS {
            return;
        }
    }
    panic!("nobody had to wait");
}

#[tokio::test]
async fn the_holder_is_told_once_a_day_that_somebody_guesses() {
    let office = Office::open().await;
    office.signed_in("a@amt.example").await;
    office.signed_in("b@amt.example").await;
    // One that is mistyped now and then is no guess.
    for n in 0..5 {
        office.browser().sign_in("b@amt.example", &format!("mistyped {n}")).await;
    }
    guess(&office, "a@amt.example").await;
    until("the holder is told", async || office.mails(KIND, "a@amt.example").await == 1).await;
    for _ in 0..3 {
        office.wait(3_600);
        guess(&office, "a@amt.example").await;
    }
    guess(&office, "nobody@amt.example").await;
    office.wait(24 * 3_600);
    guess(&office, "a@amt.example").await;
    until("the holder is told the next day", async || office.mails(KIND, "a@amt.example").await == 2).await;
    assert_eq!(office.server.count(&format!("SELECT count(*) FROM mail WHERE template = '{KIND}'")).await, 2);
    let journal = "SELECT count(*) FROM changeset WHERE concat(reason, source) ILIKE '%amt.example%'";
    assert_eq!(office.server.count(journal).await, 0);
}

#[tokio::test]
async fn who_knows_the_password_and_guesses_codes_is_told_of_too() {
    let office = Office::open().await;
    office.administrator("a@amt.example").await;
    let mut thief = office.browser();
    thief.sign_in("a@amt.example", PASSWORD).await;
    for n in 0..8 {
        thief.post("/api/sign-in/second-factor", json!({ "code": format!("{n:06}") })).await;
    }
    until("the holder is told", async || office.mails(KIND, "a@amt.example").await == 1).await;
}

#[tokio::test]
async fn of_guesses_at_a_disabled_account_nobody_is_told() {
    let office = Office::open().await;
    office.signed_in("gone@amt.example").await;
    office.signed_in("here@amt.example").await;
    office.server.execute("UPDATE account SET disabled_at = now() WHERE mail = 'gone@amt.example'").await;
    guess(&office, "gone@amt.example").await;
    guess(&office, "here@amt.example").await;
    until("the other is told", async || office.mails(KIND, "here@amt.example").await == 1).await;
    assert_eq!(office.mails(KIND, "gone@amt.example").await, 0);
}
