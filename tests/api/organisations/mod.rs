//! Organisations, roles and tokens, as those who administer them and those who attack them meet them.

mod activity;
mod administration;
mod attacks;
mod tokens;
mod views;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::accounts::{Browser, Office, PASSWORD};
use crate::support::{hydrant, municipality};

/// Two municipalities, an Amt for each, and a hydrant in each.
pub struct District {
    pub office: Office,
    pub here: String,
    pub there: String,
}

pub const HERE: &str = "13074001";
pub const THERE: &str = "13074002";

impl District {
    pub async fn open() -> Self {
        let office = Office::open().await;
        let server = &office.server;
        server.seed("municipalities", vec![municipality(HERE, 11.3), municipality(THERE, 11.4)]).await;
        let features = vec![hydrant(11.35, 53.85, json!({})), hydrant(11.45, 53.85, json!({}))];
        let ids = server.seed("hydrants", features).await;
        Self { here: ids[0].to_string(), there: ids[1].to_string(), office }
    }

    pub async fn administrator(&self) -> Browser<'_> {
        self.office.administrator("a@kreis.example").await.0
    }

    /// Somebody with a role in an organisation who has signed in.
    pub async fn member(
        &self,
        by: &mut Browser<'_>,
        mail: &str,
        organisation: &str,
        role: &str,
    ) -> (Browser<'_>, String) {
        let new = json!({ "mail": mail, "name": "Erika Mustermann", "organisation": organisation, "role": role });
        let made = by.post("/api/accounts", new).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let link = crate::accounts::secret(made.json()["link"].as_str().expect("a link"));
        let mut browser = self.office.browser();
        browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
        if browser.sign_in(mail, PASSWORD).await.json()["state"] == "enrolment" {
            browser.enrol().await;
        }
        assert!(browser.is_in().await);
        (browser, id(&made.json()))
    }

    /// Changes a remark of a hydrant; the status.
    async fn edit(&self, by: &mut Browser<'_>, hydrant: &str) -> StatusCode {
        let path = format!("/ogc/collections/hydrants/items/{hydrant}");
        let patch = Some(json!({ "properties": { "remark": "gesehen" } }));
        let headers =
            [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", "application/merge-patch+json")];
        by.ask(Method::PATCH, &path, patch, &headers).await.status
    }
}

fn id(answer: &Json) -> String {
    answer["id"].as_str().unwrap_or_else(|| panic!("an id: {answer}")).to_owned()
}

pub fn amt(name: &str, key: &str) -> Json {
    json!({ "name": name, "kind": "amt", "municipalities": [key] })
}

pub async fn make(by: &mut Browser<'_>, organisation: Json) -> String {
    let made = by.post("/api/organisations", organisation).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    id(&made.json())
}

async fn give(by: &mut Browser<'_>, account: &str, organisation: &str, role: &str) -> (StatusCode, Json) {
    let wanted = json!({ "account": account, "organisation": organisation, "role": role });
    let given = by.post("/api/memberships", wanted).await;
    (given.status, given.json())
}
