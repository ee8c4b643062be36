//! Edits that take a second person: proposed by offices, decided by the district.

mod attacks;
mod deciding;
mod doors;
mod mails;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::accounts::{Browser, Office, PASSWORD};
use crate::support::{Reply, hydrant, municipality};

const HERE: &str = "13074001";
const THERE: &str = "13074002";

/// Two municipalities with a hydrant each, whose offices propose, and the district, which decides.
struct District {
    office: Office,
    /// A hydrant of the municipality [`HERE`], and one of [`THERE`].
    here: String,
    there: String,
}

impl District {
    async fn open() -> Self {
        Self::at(Office::open().await).await
    }

    async fn at(office: Office) -> Self {
        let server = &office.server;
        server.seed("municipalities", vec![municipality(HERE, 11.3), municipality(THERE, 11.4)]).await;
        let features =
            vec![hydrant(11.35, 53.85, json!({ "ref": "H1" })), hydrant(11.45, 53.85, json!({ "ref": "H2" }))];
        let ids = server.seed("hydrants", features).await;
        Self { here: ids[0].to_string(), there: ids[1].to_string(), office }
    }

    async fn administrator(&self) -> Browser<'_> {
        self.office.administrator("a@kreis.example").await.0
    }

    /// Somebody of this name with a role in an organisation, who has signed in.
    async fn member(&self, by: &mut Browser<'_>, name: &str, organisation: &str, role: &str) -> Browser<'_> {
        let mail = format!("{}@example.org", name.to_lowercase().replace(' ', "."));
        let new = json!({ "mail": mail, "name": name, "organisation": organisation, "role": role });
        let made = by.post("/api/accounts", new).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let link = crate::accounts::secret(made.json()["link"].as_str().expect("a link"));
        let mut browser = self.office.browser();
        browser.post("/api/links/password", json!({ "link": link, "password": PASSWORD })).await;
        if browser.sign_in(&mail, PASSWORD).await.json()["state"] == "enrolment" {
            browser.enrol().await;
        }
        assert!(browser.is_in().await);
        browser
    }

    /// An editor of the municipality here, and one of the district.
    async fn pair(&self) -> (Browser<'_>, Browser<'_>) {
        let mut administrator = self.administrator().await;
        let lossow = organisation(&mut administrator, "Gemeinde Lossow", "municipality", Some(HERE)).await;
        let kreis = organisation(&mut administrator, "Landkreis", "district", None).await;
        let clerk = self.member(&mut administrator, "Jens Ott", &lossow, "editor").await;
        let chief = self.member(&mut administrator, "Ute Kern", &kreis, "editor").await;
        (clerk, chief)
    }
}

async fn organisation(by: &mut Browser<'_>, name: &str, kind: &str, key: Option<&str>) -> String {
    let keys = key.map(|key| vec![key]);
    let made = by.post("/api/organisations", json!({ "name": name, "kind": kind, "municipalities": keys })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()["id"].as_str().expect("an id").to_owned()
}

fn item(id: &str) -> String {
    format!("/ogc/collections/hydrants/items/{id}")
}

/// Sends an edit with a reason, whatever version is there.
async fn edit(by: &mut Browser<'_>, method: Method, path: &str, body: Option<Json>, reason: &str) -> Reply {
    let media = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let headers =
        [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", media), ("geokontor-reason", reason)];
    by.ask(method, path, body, &headers).await
}

async fn patch(by: &mut Browser<'_>, id: &str, patch: Json, reason: &str) -> Reply {
    edit(by, Method::PATCH, &item(id), Some(patch), reason).await
}

fn at(lon: f64, lat: f64) -> Json {
    json!({ "geometry": { "type": "Point", "coordinates": [lon, lat] } })
}

/// About 40 m to the east of the hydrant here.
fn moved() -> Json {
    at(11.3506, 53.85)
}

/// What is in a proposal that an edit has become.
fn waiting(reply: &Reply) -> Json {
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let proposal = reply.json();
    let id = proposal["id"].as_str().expect("an id");
    assert_eq!(reply.header("location"), format!("https://geo.example/api/proposals/{id}"));
    assert_eq!(proposal["state"], "open");
    proposal
}

/// The address of a proposal, and of what is done with it.
fn address(proposal: &Json, what: &str) -> String {
    format!("/api/proposals/{}{what}", proposal["id"].as_str().expect("an id"))
}

async fn approve(by: &mut Browser<'_>, proposal: &Json) -> Reply {
    by.post(&address(proposal, "/approve"), json!({})).await
}

fn field<'a>(proposal: &'a Json, name: &str) -> &'a Json {
    let fields = proposal["edits"][0]["fields"].as_array().expect("fields");
    fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("{name}: {proposal}"))
}
