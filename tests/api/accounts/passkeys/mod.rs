//! Passkeys, made and shown by an authenticator in software. What a browser does is tried in tests/browser/passkeys.spec.ts.

mod attacks;
mod authenticator;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use self::authenticator::Authenticator;
use super::browser::{Browser, code};
use super::{Office, PASSWORD};
use crate::support::Reply;

const OWN: &str = "/api/account/passkeys";
const ALONE: &str = "/api/sign-in/passkey";
const SECOND: &str = "/api/sign-in/second-factor/passkey";

impl Browser<'_> {
    /// What the authenticator is asked.
    async fn asked(&mut self, path: &str, body: Json) -> Json {
        let asked = self.post(path, body).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
        asked.json()
    }

    /// Hands over what the authenticator has answered.
    async fn answer(&mut self, path: &str, credential: Json) -> Reply {
        self.send(Method::PUT, path, Some(json!({ "credential": credential }))).await
    }

    /// Sets up a passkey.
    async fn add_passkey(&mut self, authenticator: &mut Authenticator, name: &str) -> Reply {
        let question = self.asked(OWN, json!({ "password": PASSWORD })).await;
        let body = json!({ "name": name, "credential": authenticator.make(&question) });
        self.send(Method::PUT, OWN, Some(body)).await
    }

    /// Answers what the server asks at an address of the sign-in.
    async fn show_passkey(&mut self, path: &str, authenticator: &mut Authenticator) -> Reply {
        let question = self.asked(path, json!({})).await;
        authenticator.count += 1;
        self.answer(path, authenticator.show(&question)).await
    }

    /// The passkeys of one's own account, as they are listed.
    async fn passkeys(&mut self) -> Vec<Json> {
        self.get("/api/account").await.json()["passkeys"].as_array().cloned().expect("passkeys")
    }

    async fn remove_passkey(&mut self, nth: usize) -> Reply {
        let id = self.passkeys().await[nth]["id"].as_str().expect("an id").to_owned();
        self.send(Method::DELETE, &format!("{OWN}/{id}"), Some(json!({ "password": PASSWORD }))).await
    }
}

impl Office {
    /// Somebody without rights who has a passkey and is signed in.
    async fn with_passkey(&self, mail: &str) -> (Browser<'_>, Authenticator) {
        let (mut browser, mut authenticator) = (self.signed_in(mail).await, Authenticator::new());
        let kept = browser.add_passkey(&mut authenticator, "Diensthandy").await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
        (browser, authenticator)
    }

    /// A browser in which somebody has shown their password.
    async fn half_in(&self, mail: &str) -> Browser<'_> {
        let mut browser = self.browser();
        assert_eq!(browser.sign_in(mail, PASSWORD).await.json()["state"], "second_factor");
        browser
    }
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_beside_recovery_codes() {
    let office = Office::open().await;
    let mut other = office.signed_in("a@amt.example").await;
    let (mut browser, mut authenticator) = (office.browser(), Authenticator::new());
    browser.sign_in("a@amt.example", PASSWORD).await;
    let kept = browser.add_passkey(&mut authenticator, "Diensthandy").await;
    assert_eq!(kept.json()["recovery_codes"].as_array().map(Vec::len), Some(10), "{}", kept.text());
    assert!(browser.is_in().await);
    assert!(!other.is_in().await, "it was begun with less than is asked for now");
    assert_eq!(browser.passkeys().await[0]["name"], "Diensthandy");

    let mut elsewhere = office.browser();
    let step = elsewhere.sign_in("a@amt.example", PASSWORD).await.json();
    assert_eq!(step, json!({ "state": "second_factor", "factors": ["passkey", "recovery"] }));
    assert!(!elsewhere.is_in().await);
    let pending = elsewhere.session().to_owned();
    let shown = elsewhere.show_passkey(SECOND, &mut authenticator).await;
    assert_eq!(shown.json()["state"], "signed_in", "{}", shown.text());
    assert!(elsewhere.is_in().await);
    assert_ne!(elsewhere.session(), pending, "the secret of the session is a new one");
    let sessions = elsewhere.get("/api/account/sessions").await.json();
    assert_eq!(sessions["sessions"][0]["begun_by"], json!(["password", "passkey"]));

    // Without the device.
    let recovery = kept.json()["recovery_codes"][0].clone();
    let mut without = office.half_in("a@amt.example").await;
    let shown = without.post("/api/sign-in/second-factor", json!({ "code": recovery })).await;
    assert_eq!(shown.json()["state"], "signed_in", "{}", shown.text());
    let told = "SELECT count(*) FROM mail WHERE template = 'second-factor-changed'";
    assert_eq!(office.server.count(told).await, 1);
}

#[tokio::test]
async fn a_passkey_alone_signs_in() {
    let office = Office::open().await;
    let (_, mut authenticator) = office.with_passkey("a@amt.example").await;
    let mut browser = office.browser();
    let shown = browser.show_passkey(ALONE, &mut authenticator).await;
    assert_eq!(shown.json()["state"], "signed_in", "{}", shown.text());
    assert_eq!(browser.get("/api/account").await.json()["mail"], "a@amt.example");
    let ways = browser.get("/api/sign-in").await.json();
    assert_eq!(ways["passkeys"], "https://geo.example");
}

#[tokio::test]
async fn whoever_must_have_a_second_factor_has_one_of_either_kind_and_keeps_one() {
    let office = Office::open().await;
    let link = office.invite("a@amt.example", true).await;
    let (mut browser, mut authenticator) = (office.browser(), Authenticator::new());
    browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
    assert_eq!(browser.sign_in("a@amt.example", PASSWORD).await.json()["state"], "enrolment");
    // On the way in the password was shown just now.
    let question = browser.asked(OWN, json!({})).await;
    let body = json!({ "name": "Schlüssel", "credential": authenticator.make(&question) });
    let kept = browser.send(Method::PUT, OWN, Some(body)).await;
    assert_eq!(kept.json()["recovery_codes"].as_array().map(Vec::len), Some(10), "{}", kept.text());
    assert!(browser.is_in().await);
    assert_eq!(browser.remove_passkey(0).await.status, StatusCode::FORBIDDEN, "it is the last one");

    browser.enrol().await;
    assert_eq!(browser.get("/api/account").await.json()["factors"]["recovery_codes"], 10, "the codes stay");
    assert_eq!(browser.remove_passkey(0).await.status, StatusCode::NO_CONTENT);
    let password = json!({ "password": PASSWORD });
    let removed = browser.send(Method::DELETE, "/api/account/totp", Some(password)).await;
    assert_eq!(removed.status, StatusCode::FORBIDDEN, "{}", removed.text());
    let again = browser.add_passkey(&mut Authenticator::new(), "Ersatz").await;
    assert_eq!(again.json()["recovery_codes"], json!([]), "there are codes already");
}

#[tokio::test]
async fn of_the_last_two_factors_only_one_is_removed_however_many_try_at_once() {
    let office = Office::open().await;
    let (mut browser, _) = office.administrator("a@amt.example").await;
    browser.add_passkey(&mut Authenticator::new(), "Diensthandy").await;
    let mut other = browser.clone();
    let password = json!({ "password": PASSWORD });
    let (one, two) =
        tokio::join!(browser.remove_passkey(0), other.send(Method::DELETE, "/api/account/totp", Some(password)),);
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::FORBIDDEN]);
}

#[tokio::test]
async fn passkeys_are_renamed_and_removed_and_without_any_factor_there_are_no_codes() {
    let office = Office::open().await;
    let (mut browser, authenticator) = office.with_passkey("a@amt.example").await;
    browser.add_passkey(&mut Authenticator::new(), "Ersatz").await;
    let listed = browser.passkeys().await;
    let path = format!("{OWN}/{}", listed[0]["id"].as_str().expect("an id"));
    let renamed = browser.send(Method::PATCH, &path, Some(json!({ "name": "Altes Handy" }))).await;
    assert_eq!(renamed.status, StatusCode::NO_CONTENT, "{}", renamed.text());
    assert_eq!(browser.passkeys().await[0]["name"], "Altes Handy");
    let nameless = browser.send(Method::PATCH, &path, Some(json!({ "name": "" }))).await;
    assert_eq!(nameless.pointers(), ["/name"]);
    assert_eq!(browser.remove_passkey(0).await.status, StatusCode::NO_CONTENT);
    let mut attacker = office.browser();
    let question = attacker.asked(ALONE, json!({})).await;
    assert_eq!(attacker.answer(ALONE, authenticator.show(&question)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get("/api/account").await.json()["factors"]["recovery_codes"], 10);
    assert_eq!(browser.remove_passkey(0).await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.get("/api/account").await.json()["factors"]["recovery_codes"], 0);
    assert_eq!(office.browser().sign_in("a@amt.example", PASSWORD).await.json()["state"], "signed_in");
}

#[tokio::test]
async fn an_authenticator_app_stands_beside_a_passkey() {
    let office = Office::open().await;
    let (mut browser, mut authenticator) = office.with_passkey("a@amt.example").await;
    let secret = browser.enrol().await;
    let mut elsewhere = office.browser();
    let step = elsewhere.sign_in("a@amt.example", PASSWORD).await.json();
    assert_eq!(step["factors"], json!(["passkey", "totp", "recovery"]));
    office.wait(30);
    let shown = elsewhere.post("/api/sign-in/second-factor", json!({ "code": code(&secret, office.now()) })).await;
    assert_eq!(shown.json()["state"], "signed_in", "{}", shown.text());
    let shown = office.half_in("a@amt.example").await.show_passkey(SECOND, &mut authenticator).await;
    assert_eq!(shown.json()["state"], "signed_in", "{}", shown.text());
}

#[tokio::test]
async fn a_server_without_a_name_has_no_passkeys() {
    let office = Office::configured(|config| config.public_url = Some("https://192.0.2.7".to_owned())).await;
    assert_eq!(office.browser().get("/api/sign-in").await.json()["passkeys"], json!(null));
    let asked = office.browser().post(ALONE, json!({})).await;
    assert_eq!(asked.status, StatusCode::NOT_FOUND, "{}", asked.text());
}
