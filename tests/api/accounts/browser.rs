//! An office with a clock that can be set, and browsers that keep cookies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use geokontor::clock::Clock;
use geokontor::config::Config;
use geokontor::identity::Caller;
use geokontor::identity::accounts::store::NewAccount;
use geokontor::texts::Language;
use serde_json::{Value as Json, json};

use crate::operations::described;
use crate::support::{NOW, Reply, TestServer, Token, declarations};

pub const PASSWORD: &str = "zwölf rote kühe im mai";

/// A server whose clock is set by the test.
pub struct Office {
    pub server: TestServer,
    now: Arc<AtomicI64>,
}

impl Office {
    pub async fn open() -> Self {
        Self::configured(|_| {}).await
    }

    pub async fn configured(configure: impl FnOnce(&mut Config)) -> Self {
        let start = NOW.parse::<DateTime<Utc>>().expect("an instant").timestamp();
        let now = Arc::new(AtomicI64::new(start));
        let hand = now.clone();
        let clock =
            Clock::told_by(move || DateTime::from_timestamp(hand.load(Ordering::Relaxed), 0).expect("an instant"));
        Self { server: TestServer::timed(declarations(), clock, configure).await, now }
    }

    pub fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Makes an account; gives the secret of the invitation.
    pub async fn invite(&self, mail: &str, administrator: bool) -> String {
        let new = NewAccount {
            name: "Erika Mustermann".parse().expect("a name"),
            mail: mail.parse().expect("an address"),
            language: Language::De,
            administrator,
        };
        let caller = Caller::operator("test");
        let (_, link) = self.server.app.accounts.invite(&caller, &new, None).await.expect("an account");
        secret(&link)
    }

    pub fn browser(&self) -> Browser<'_> {
        Browser { office: self, cookies: BTreeMap::new() }
    }

    /// Somebody without rights who has signed in.
    pub async fn signed_in(&self, mail: &str) -> Browser<'_> {
        let link = self.invite(mail, false).await;
        let mut browser = self.browser();
        let set = browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text());
        assert_eq!(browser.sign_in(mail, PASSWORD).await.json()["state"], "signed_in");
        browser
    }

    /// The secret of the link in the latest mail of a kind.
    pub async fn mailed(&self, template: &str) -> String {
        let sql = format!(
            "SELECT params ->> 'link' FROM mail WHERE template = '{template}' ORDER BY created_at DESC, id DESC LIMIT 1"
        );
        secret(&self.server.text(&sql).await)
    }

    /// How many mails of a kind there are to an address.
    pub async fn mails(&self, template: &str, to: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM mail WHERE template = '{template}' AND recipient = '{to}'");
        self.server.count(&sql).await
    }

    /// An administrator who has signed in with both factors, and the secret of their authenticator.
    pub async fn administrator(&self, mail: &str) -> (Browser<'_>, String) {
        let link = self.invite(mail, true).await;
        let mut browser = self.browser();
        browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
        assert_eq!(browser.sign_in(mail, PASSWORD).await.json()["state"], "enrolment");
        let secret = browser.enrol().await;
        (browser, secret)
    }
}

/// What stands behind `#link=`.
pub fn secret(link: &str) -> String {
    link.split_once("#link=").expect("a link").1.to_owned()
}

/// The code that an authenticator shows.
pub fn code(secret: &str, now: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("a secret");
    let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    totp.generate(now.try_into().expect("a time after 1970")).to_string()
}

/// Somebody's browser.
#[derive(Clone)]
pub struct Browser<'a> {
    pub office: &'a Office,
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Reply {
        self.ask(Method::GET, path, None, &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn post(&mut self, path: &str, body: Json) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<Json>) -> Reply {
        self.ask(method, path, body, &[("sec-fetch-site", "same-origin")]).await
    }

    /// Sends with cookies and what else is given, and keeps what is set.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<Json>, more: &[(&str, &str)]) -> Reply {
        self.ask_with(method, path, body.map_or_else(Vec::new, |body| body.to_string().into_bytes()), more).await
    }

    /// Sends a file.
    pub async fn upload(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> Reply {
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/octet-stream")];
        self.ask_with(Method::POST, path, bytes.into(), &headers).await
    }

    async fn ask_with(&mut self, method: Method, path: &str, body: Vec<u8>, more: &[(&str, &str)]) -> Reply {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut headers = Vec::new();
        if more.iter().all(|(name, _)| *name != "content-type") {
            headers.push(("content-type", "application/json"));
        }
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        headers.extend(more);
        let server = &self.office.server;
        let reply = server.send_bytes(method.clone(), path, Token::Nobody, &headers, body).await;
        described::check(server, &method, path, &reply).await;
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().expect("a cookie").split(';').next().expect("a pair").to_owned();
            let (name, value) = pair.split_once('=').expect("a cookie");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    pub async fn sign_in(&mut self, mail: &str, password: &str) -> Reply {
        self.post("/api/sign-in", json!({ "mail": mail, "password": password })).await
    }

    /// Sets up an authenticator; gives its secret.
    pub async fn enrol(&mut self) -> String {
        let begun = self.post("/api/account/totp", json!({})).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text());
        let secret = begun.json()["secret"].as_str().expect("a secret").to_owned();
        let now = self.office.now();
        let shown = self.send(Method::PUT, "/api/account/totp", Some(json!({ "code": code(&secret, now) }))).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
        secret
    }

    pub fn session(&self) -> &str {
        self.cookies.get("__Host-geokontor").map_or("", String::as_str)
    }

    /// The state of the session, as its holder is told.
    pub async fn is_in(&mut self) -> bool {
        self.get("/api/account").await.status == StatusCode::OK
    }
}
