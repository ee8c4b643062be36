//! Sign-in through Keycloak: its own form, its tokens and claims, its way out.
//!
//! `scripts/conformance` starts it with the realm of `keycloak.json`: a confidential client with PKCE, a person, a group and a
//! realm role that become claims.

use std::collections::BTreeMap;

use reqwest::blocking::{Client, RequestBuilder};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url, header};
use serde_json::{Value as Json, json};

use crate::material::{KEYCLOAK, KEYCLOAK_CLIENT, setting};
use crate::server::{District, Server};

const PASSWORD: &str = "fünf graue gänse im juni";

/// A browser without a screen: keeps the cookies of each server, and goes nowhere by itself.
struct Browser {
    client: Client,
    /// By port.
    cookies: BTreeMap<u16, BTreeMap<String, String>>,
}

/// What was answered.
struct Page {
    at: Url,
    status: StatusCode,
    location: Option<Url>,
    text: String,
}

impl Browser {
    fn new() -> Self {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { client, cookies: BTreeMap::new() }
    }

    fn get(&mut self, at: &Url) -> Page {
        self.send(at, self.client.get(at.clone()))
    }

    /// Sends a form.
    fn submit(&mut self, at: &Url, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let form = self.client.post(at.clone()).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(at, form.body(body))
    }

    /// Sends what a page of ours sends; gives what is answered, if it is anything.
    fn ask(&mut self, server: &Server, method: &str, path: &str, body: &Json) -> Json {
        let at: Url = format!("{}{path}", server.base).parse().expect("an address");
        let method = method.parse().expect("a method");
        let request = self.client.request(method, at.clone()).header("sec-fetch-site", "same-origin");
        let request = request.header(header::ACCEPT_LANGUAGE, "en");
        let request = if body.is_null() { request } else { request.json(body) };
        let page = self.send(&at, request);
        assert!(page.status.is_success(), "{} {path}: {}", page.status, page.text);
        serde_json::from_str(&page.text).unwrap_or_default()
    }

    fn send(&mut self, at: &Url, request: RequestBuilder) -> Page {
        let jar = self.cookies.entry(at.port().expect("a port")).or_default();
        let told: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(header::COOKIE, told.join("; ")).send().expect("an answer");
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let pair = line.to_str().expect("a cookie").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a cookie");
            match value.trim_matches('"') {
                "" => drop(jar.remove(name)),
                value => drop(jar.insert(name.to_owned(), value.to_owned())),
            }
        }
        let location = answer.headers().get(header::LOCATION).map(|to| to.to_str().expect("an address"));
        let location = location.map(|to| at.join(to).expect("an address"));
        Page { at: at.clone(), status: answer.status(), location, text: answer.text().expect("a body") }
    }
}

impl Page {
    /// Where its form goes.
    fn action(&self) -> Url {
        self.at.join(&self.after("action=\"")).expect("an address")
    }

    /// What follows a mark, up to the next quotation mark.
    fn after(&self, mark: &str) -> String {
        let (_, rest) = self.text.split_once(mark).unwrap_or_else(|| panic!("no {mark}: {}", self.text));
        rest.split('"').next().expect("an end").replace("&amp;", "&")
    }

    fn asks_for_a_password(&self) -> bool {
        self.text.contains("name=\"password\"")
    }
}

/// Declares the Keycloak to our program; gives the text of the file.
fn declaration(keycloak: &str) -> String {
    format!(
        "[[provider]]\nname = 'kreis'\nlabel = {{ de = 'Kreis', en = 'district' }}\nissuer = '{keycloak}/realms/kreis'\n\
         client_id = 'geokontor'\nclient_secret_variable = 'KEYCLOAK_SECRET'\ncreates_accounts = true\nmemberships = [\n\
         {{ claim = 'groups', value = '/geokontor/{{organisation}}/{{role}}' }},\n\
         {{ claim = 'roles', value = 'brandschutz', organisation = 'Amt Nord', role = 'reader' }},\n]\n"
    )
}

/// Makes the organisation that the claims name, as whoever administers the district does.
fn organisation(server: &Server) {
    let arguments = ["account", "create", "admin@kreis.example", "--name", "Olga Kranz", "--administrator"];
    let link = String::from_utf8(server.run(&arguments).stdout).expect("a link");
    let secret = link.trim().split_once("#link=").expect("a link").1.to_owned();
    let mut browser = Browser::new();
    browser.ask(server, "POST", "/api/links/password", &json!({ "link": secret, "password": PASSWORD }));
    browser.ask(server, "POST", "/api/sign-in", &json!({ "mail": "admin@kreis.example", "password": PASSWORD }));
    let begun = browser.ask(server, "POST", "/api/account/totp", &json!({}));
    let secret = totp_rs::Secret::try_from_base32(begun["secret"].as_str().expect("a secret")).expect("a secret");
    let now = chrono::Utc::now().timestamp().try_into().expect("a time after 1970");
    let code = totp_rs::Builder::new().with_secret(secret).build_noncompliant().generate(now).to_string();
    browser.ask(server, "PUT", "/api/account/totp", &json!({ "code": code }));
    browser.ask(server, "POST", "/api/organisations", &json!({ "name": "Amt Nord", "kind": "amt" }));
}

/// Is sent to the Keycloak, and sees what it shows.
fn leave(browser: &mut Browser, server: &Server) -> Page {
    let sent = browser.ask(server, "POST", "/api/sign-in/openid/kreis", &json!({}));
    browser.get(&sent["location"].as_str().expect("an address").parse().expect("an address"))
}

#[test]
fn keycloak_lets_somebody_in_with_the_rights_of_their_group_and_out_again() {
    let (Some(keycloak), Some(client)) = (setting(KEYCLOAK), setting(KEYCLOAK_CLIENT)) else { return };
    let realm: Json = serde_json::from_str(include_str!("keycloak.json")).expect("a realm");
    let person = &realm["users"][0];
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let (name, password) = (text(&person["username"]), text(&person["credentials"][0]["value"]));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("openid.toml");
    std::fs::write(&file, declaration(&keycloak)).expect("a file");
    let secret = text(&realm["clients"][0]["secret"]);
    let settings = [("GEOKONTOR_OPENID_PROVIDERS", file.to_str().expect("a path")), ("KEYCLOAK_SECRET", &*secret)];
    let server = Server::configured(District::Fixture("boston.toml"), &client, &settings);
    organisation(&server);

    let mut browser = Browser::new();
    let form = leave(&mut browser, &server);
    let wrong = browser.submit(&form.action(), &[("username", &name), ("password", "a guess")]);
    assert!(wrong.asks_for_a_password(), "{}: {}", wrong.status, wrong.text);
    let back = browser.submit(&wrong.action(), &[("username", &name), ("password", &password)]);
    let back = back.location.unwrap_or_else(|| panic!("{}: {}", back.status, back.text));
    assert_eq!(back.path(), "/sign-in/return/kreis");
    let wanted = ["code", "state", "iss"];
    let answer: Json = back
        .query_pairs()
        .filter(|(name, _)| wanted.contains(&&**name))
        .map(|(name, value)| (name.into_owned(), Json::from(value.into_owned())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(3), "{back}");
    let arrived = browser.ask(&server, "POST", "/api/sign-in/openid/kreis/return", &answer);
    assert_eq!(arrived["state"], "signed_in");
    let account = browser.ask(&server, "GET", "/api/account", &Json::Null);
    assert_eq!((&account["name"], &account["mail"]), (&json!("Ina Moor"), &json!("ina.moor@kreis.example")));
    let mut roles: Vec<&str> = account["organisations"]
        .as_array()
        .expect("organisations")
        .iter()
        .map(|one| one["role"].as_str().expect("a role"))
        .collect();
    roles.sort_unstable();
    assert_eq!(roles, ["Editor", "Reader"], "of the group, and of the realm role: {account}");
    assert!(account["actions"].as_array().expect("actions").contains(&json!("edit")), "{account}");

    let elsewhere = browser.ask(&server, "POST", "/api/sign-out", &json!({}));
    let question = browser.get(&elsewhere["location"].as_str().expect("an address").parse().expect("an address"));
    let session = question.after("name=\"session_code\" value=\"");
    let done = browser.submit(&question.action(), &[("session_code", &session), ("confirmLogout", "Logout")]);
    assert_eq!(done.location.map(|to| to.to_string()), Some(format!("{}/", server.base)));
    assert!(leave(&mut browser, &server).asks_for_a_password(), "Keycloak knows nobody any more");
}
