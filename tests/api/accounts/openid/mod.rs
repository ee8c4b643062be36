//! Signing in through a provider that does whatever a test wants. What a real one does is tried in tests/browser/openid.spec.ts.

mod attacks;
mod memberships;
mod provider;
mod sign_in;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use self::provider::Provider;
use super::Office;
use super::browser::Browser;
use crate::support::Reply;

const LEAVE: &str = "/api/sign-in/openid/kreis";
const RETURN: &str = "/api/sign-in/openid/kreis/return";
/// First sign-ins make accounts.
const OPEN: &str = "creates_accounts = true\n";

/// An office that takes sign-ins of a provider, as `more` declares it.
async fn office(provider: &Provider, more: &str) -> Office {
    let folder = tempfile::tempdir().expect("a folder");
    let path = provider.declared_in(folder.path(), more);
    Office::configured(|config| config.openid_providers = Some(path)).await
}

impl Browser<'_> {
    /// Is sent to the provider; gives the address.
    async fn leave(&mut self) -> String {
        let sent = self.post(LEAVE, json!({})).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
        sent.json()["location"].as_str().expect("an address").to_owned()
    }

    /// Goes to the provider, signs in there and comes back.
    async fn through(&mut self, provider: &Provider) -> Reply {
        let answer = provider.approve(&self.leave().await, self.office.now());
        self.post(RETURN, answer).await
    }

    /// The same to link the account of somebody who has signed in.
    async fn link(&mut self, provider: &Provider, password: &str) -> Reply {
        let sent = self.post("/api/account/identities/kreis", json!({ "password": password })).await;
        let Some(location) = sent.json()["location"].as_str().map(str::to_owned) else { return sent };
        let answer = provider.approve(&location, self.office.now());
        self.post(RETURN, answer).await
    }

    async fn account(&mut self) -> Json {
        self.get("/api/account").await.json()
    }
}

#[tokio::test]
async fn the_page_is_told_the_ways_in_and_an_office_without_providers_has_none() {
    let provider = Provider::open().await;
    let office = office(&provider, "").await;
    let label = json!({ "de": "Kreis-Anmeldung", "en": "district account" });
    let told = office.browser().get("/api/sign-in").await.json();
    assert_eq!(told, json!({ "providers": [{ "name": "kreis", "label": label }], "passkeys": "https://geo.example" }));
    assert_eq!(provider.script().discovered, 0, "nobody was asked yet");

    let plain = Office::open().await;
    assert_eq!(plain.browser().get("/api/sign-in").await.json()["providers"], json!([]));
    assert_eq!(plain.browser().post(LEAVE, json!({})).await.status, StatusCode::NOT_FOUND);
    let foreign = [("sec-fetch-site", "cross-site")];
    let sent = office.browser().ask(Method::POST, LEAVE, None, &foreign).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN, "pages of others send nobody away");
}
