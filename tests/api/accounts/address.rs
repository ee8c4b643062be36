//! A new mail address, as its holder and others try to set it.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::browser::Browser;
use super::{Office, PASSWORD};
use crate::support::Reply;

impl Browser<'_> {
    async fn ask_for_address(&mut self, mail: &str) -> Reply {
        self.post("/api/account/mail", json!({ "mail": mail, "password": PASSWORD })).await
    }

    async fn confirm_address(&mut self, link: &str) -> Reply {
        self.post("/api/links/mail", json!({ "link": link })).await
    }

    async fn mail(&mut self) -> Json {
        self.get("/api/account").await.json()["mail"].clone()
    }
}

#[tokio::test]
async fn an_address_changes_once_its_new_mailbox_is_shown_and_the_old_one_is_told() {
    let office = Office::open().await;
    let mut browser = office.signed_in("old@amt.example").await;
    let asked = browser.ask_for_address(" New@Amt.example ").await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    assert_eq!(browser.mail().await, "old@amt.example", "nothing changes before");
    assert_eq!(office.mails("address-confirm", "new@amt.example").await, 1);
    assert_eq!(office.mails("address-asked", "old@amt.example").await, 1);

    // What was sent to the old mailbox opens nothing afterwards.
    browser.post("/api/links", json!({ "mail": "old@amt.example" })).await;
    crate::support::until("a link is sent", async || office.mails("password-reset", "old@amt.example").await == 1)
        .await;
    let reset = office.mailed("password-reset").await;
    let link = office.mailed("address-confirm").await;
    let opened = browser.post("/api/links/open", json!({ "link": link })).await.json();
    assert_eq!((&opened["purpose"], &opened["new_mail"]), (&json!("mail"), &json!("new@amt.example")));
    let confirmed = browser.confirm_address(&link).await;
    assert_eq!(confirmed.json(), json!({ "mail": "new@amt.example" }), "{}", confirmed.text());
    assert_eq!(browser.mail().await, "new@amt.example");
    assert_eq!(office.mails("address-changed", "old@amt.example").await, 1);
    let mut thief = office.browser();
    let opened =
        thief.post("/api/links/password", json!({ "link": reset, "password": "elf graue gänse im juni" })).await;
    assert_eq!(opened.status, StatusCode::GONE, "{}", opened.text());
    assert_eq!(office.browser().sign_in("old@amt.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(office.browser().sign_in("new@amt.example", PASSWORD).await.status, StatusCode::OK);
    let journal = "SELECT count(*) FROM record_change WHERE concat(before, after) ILIKE '%amt.example%'";
    assert_eq!(office.server.count(journal).await, 0);
}

#[tokio::test]
async fn a_link_for_an_address_opens_once_in_time_and_in_a_session_of_its_account() {
    let office = Office::open().await;
    let mut browser = office.signed_in("old@amt.example").await;
    browser.ask_for_address("new@amt.example").await;
    let link = office.mailed("address-confirm").await;

    // Sent to a mailbox of somebody else by a slip: they are told nothing, and can do nothing.
    let opened = office.browser().post("/api/links/open", json!({ "link": link })).await.json();
    assert_eq!((&opened["name"], &opened["mail"]), (&json!(null), &json!(null)));
    assert_eq!(office.browser().confirm_address(&link).await.status, StatusCode::UNAUTHORIZED);
    let mut other = office.signed_in("other@amt.example").await;
    assert_eq!(other.confirm_address(&link).await.status, StatusCode::GONE);
    assert_eq!(other.post("/api/links/open", json!({ "link": link })).await.status, StatusCode::GONE);
    let (mut half, _) = office.administrator("half@amt.example").await;
    half.ask_for_address("whole@amt.example").await;
    let own = office.mailed("address-confirm").await;
    let mut waiting = office.browser();
    waiting.sign_in("half@amt.example", PASSWORD).await;
    assert_eq!(waiting.confirm_address(&own).await.status, StatusCode::UNAUTHORIZED, "a second factor is missing");
    // It is for an address and nothing else, and no other link is for one.
    let set = json!({ "link": link, "password": "elf graue gänse im juni" });
    assert_eq!(office.browser().post("/api/links/password", set).await.status, StatusCode::GONE);
    let invitation = office.invite("invited@amt.example", false).await;
    assert_eq!(browser.confirm_address(&invitation).await.status, StatusCode::GONE);
    assert_eq!(browser.mail().await, "old@amt.example");

    let foreign = [("sec-fetch-site", "cross-site")];
    let sent = browser.ask(Method::POST, "/api/links/mail", Some(json!({ "link": link })), &foreign).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    // A newer one ends it, and is used once.
    browser.ask_for_address("newer@amt.example").await;
    assert_eq!(browser.confirm_address(&link).await.status, StatusCode::GONE);
    let newer = office.mailed("address-confirm").await;
    assert_eq!(browser.confirm_address(&newer).await.status, StatusCode::OK);
    let again = browser.confirm_address(&newer).await;
    assert!(again.text().contains("urn:geokontor:problem:link-shut"), "{}", again.text());

    let mut late = office.signed_in("late@amt.example").await;
    late.ask_for_address("later@amt.example").await;
    let link = office.mailed("address-confirm").await;
    office.wait(7 * 3_600);
    late.is_in().await;
    office.wait(7 * 3_600);
    late.is_in().await;
    office.wait(7 * 3_600);
    late.is_in().await;
    office.wait(3 * 3_600 + 1);
    assert_eq!(late.confirm_address(&link).await.status, StatusCode::GONE);
    assert_eq!(late.mail().await, "late@amt.example");
}

#[tokio::test]
async fn whose_an_address_is_shows_in_nothing_before_it_is_shown_to_be_one_s_own() {
    let office = Office::open().await;
    office.signed_in("taken@amt.example").await;
    let mut browser = office.signed_in("a@amt.example").await;
    let free = browser.ask_for_address("free@amt.example").await;
    let taken = browser.ask_for_address("taken@amt.example").await;
    assert_eq!((free.status, &free.body), (taken.status, &taken.body));
    assert_eq!(office.mails("address-confirm", "taken@amt.example").await, 0, "nobody is asked for what is theirs");
    assert_eq!(office.mails("address-asked", "a@amt.example").await, 2);

    // Taken meanwhile.
    browser.ask_for_address("free@amt.example").await;
    let link = office.mailed("address-confirm").await;
    office.invite("free@amt.example", false).await;
    assert_eq!(browser.confirm_address(&link).await.status, StatusCode::CONFLICT);
    assert_eq!(browser.mail().await, "a@amt.example");
}

#[tokio::test]
async fn an_address_is_asked_for_with_the_password_and_not_without_end() {
    let office = Office::open().await;
    let mut browser = office.signed_in("a@amt.example").await;
    for body in [json!({ "mail": "b@amt.example" }), json!({ "mail": "b@amt.example", "password": "a guess at it" })] {
        assert_eq!(browser.post("/api/account/mail", body).await.status, StatusCode::FORBIDDEN);
    }
    for mail in ["a@amt.example", "A@amt.example", "nobody", "b@amt.example\r\nBcc: c@d.de"] {
        let asked = browser.ask_for_address(mail).await;
        assert_eq!((asked.status, asked.pointers()), (StatusCode::BAD_REQUEST, vec!["/mail".to_owned()]), "{mail}");
    }
    let mut statuses = Vec::new();
    for n in 0..10 {
        statuses.push(browser.ask_for_address(&format!("b{n}@amt.example")).await.status);
    }
    let asked = statuses.iter().filter(|status| **status == StatusCode::ACCEPTED).count();
    assert!(asked <= 4, "{statuses:?}");
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn with_an_erased_person_their_former_addresses_go_too() {
    let office = Office::open().await;
    let (mut administrator, _) = office.administrator("admin@amt.example").await;
    let mut person = office.signed_in("wandel@amt.example").await;
    person.ask_for_address("wechsel@amt.example").await;
    let link = office.mailed("address-confirm").await;
    person.confirm_address(&link).await;
    person.ask_for_address("wunsch@amt.example").await;
    let id = person.get("/api/account").await.json()["id"].as_str().expect("an id").to_owned();
    administrator.send(Method::DELETE, &format!("/api/accounts/{id}"), None).await;
    let known = "SELECT (SELECT count(*) FROM mail WHERE concat(recipient, params) ~ '(wandel|wechsel|wunsch)@') \
                 + (SELECT count(*) FROM link WHERE mail IS NOT NULL) \
                 + (SELECT count(*) FROM account WHERE mail ~ '(wandel|wechsel|wunsch)@')";
    assert_eq!(office.server.count(known).await, 0);
}
