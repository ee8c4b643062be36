//! Tablets in vehicles, as administrators, crews and thieves meet them.

mod attacks;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::accounts::{Browser, Office};
use crate::support::{declarations_with, hydrant};

pub const PIN: &str = "4711";

/// A fire service, its administrator, and a hydrant with something that only crews read.
struct Station {
    office: Office,
    hydrant: String,
    /// Goes with the value.
    _declarations: tempfile::TempDir,
}

impl Station {
    async fn open() -> Self {
        let declarations = declarations_with(|text| {
            let (public, rest) =
                text.split_once("[[properties]]\nname = \"manufacturer\"").expect("the first for staff");
            let note = "[[properties]]\nname = \"crew_note\"\ntitle = { de = \"Hinweis\", en = \"Note\" }\ntype = \"text\"\n\
                        visibility = \"crew\"\n\n[[properties]]\nname = \"manufacturer\"";
            format!("{public}{note}{rest}")
        });
        let folder = declarations.path().to_owned();
        let office = Office::configured(|config| config.data = folder).await;
        let notes = json!({ "ref": "H1", "crew_note": "key at the pub", "manufacturer": "Maier" });
        let ids = office.server.seed("hydrants", vec![hydrant(11.4, 53.89, notes)]).await;
        Self { office, hydrant: ids[0].to_string(), _declarations: declarations }
    }

    async fn administrator(&self) -> Browser<'_> {
        self.office.administrator("a@kreis.example").await.0
    }

    fn item(&self) -> String {
        format!("/ogc/collections/hydrants/items/{}", self.hydrant)
    }

    /// The properties that a tablet is shown.
    async fn seen_by(&self, browser: &mut Browser<'_>) -> Json {
        browser.get(&self.item()).await.json()["properties"].clone()
    }
}

/// What the registers of this checkout have for crews.
#[tokio::test]
async fn a_tablet_knows_how_a_hydrant_is_opened_and_which_key_a_gate_takes_and_the_public_does_not() {
    let office = Office::open().await;
    let server = &office.server;
    let place = |lon: f64, properties: Json| json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [lon, 53.89] }, "properties": properties });
    let key = "Dreikant 42";
    let told = [
        ("hydrants", json!({ "kind": "pillar", "gate_valve": true, "closing_direction": "counterclockwise" })),
        ("suction_points", json!({ "kind": "shaft", "lock": key })),
        ("water_sources", json!({ "kind": "pond_din14210", "lock": key })),
    ];
    let mut administrator = office.administrator("a@kreis.example").await.0;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (_, code) = device(&mut administrator, &service, "Florian Lossow 10-43-1").await;
    let mut tablet = office.browser();
    assert_eq!(enrol(&mut tablet, &code).await, StatusCode::CREATED);
    let mut items = Vec::new();
    for (nth, (collection, properties)) in told.iter().enumerate() {
        let id = server.seed(collection, vec![place(11.4 + 0.01 * nth as f64, properties.clone())]).await[0];
        items.push(format!("/ogc/collections/{collection}/items/{id}"));
    }
    for (item, (_, properties)) in items.iter().zip(&told) {
        let (seen, public) = (tablet.get(item).await.json(), office.browser().get(item).await);
        for (name, value) in properties.as_object().expect("properties") {
            assert_eq!(&seen["properties"][name], value, "{item}");
            assert_eq!(public.text().contains(&format!("\"{name}\"")), name == "kind", "{}", public.text());
        }
    }
    let (taken, public) =
        (tablet.get("/api/device/register").await, office.browser().get("/api/device/register").await);
    assert!(taken.text().contains(key) && taken.text().contains("\"gate_valve\":[true]"), "{}", taken.text());
    assert!(!public.text().contains(key) && !public.text().contains("gate_valve"), "{}", public.text());
}

async fn fire_service(by: &mut Browser<'_>, name: &str) -> String {
    let made = by.post("/api/organisations", json!({ "name": name, "kind": "fire_service" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()["id"].as_str().expect("an id").to_owned()
}

/// A tablet that waits: its id and its code.
async fn device(by: &mut Browser<'_>, organisation: &str, name: &str) -> (String, String) {
    let made = by.post("/api/devices", json!({ "name": name, "organisation": organisation })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let told = made.json();
    let text = |name: &str| told[name].as_str().expect("a text").to_owned();
    (text("id"), text("code"))
}

async fn enrol(browser: &mut Browser<'_>, code: &str) -> StatusCode {
    browser.post("/api/enrolment", json!({ "code": code, "pin": PIN })).await.status
}

async fn listed(by: &mut Browser<'_>) -> Vec<Json> {
    by.get("/api/devices").await.json()["devices"].as_array().expect("a list").clone()
}

/// A tablet that is enrolled, and its id.
async fn enrolled<'a>(station: &'a Station, by: &mut Browser<'_>, organisation: &str) -> (Browser<'a>, String) {
    let (id, code) = device(by, organisation, "Florian Lossow 10-43-1").await;
    let mut tablet = station.office.browser();
    assert_eq!(enrol(&mut tablet, &code).await, StatusCode::CREATED);
    (tablet, id)
}

#[tokio::test]
async fn a_tablet_is_made_enrolled_and_reads_what_crews_read() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (id, code) = device(&mut administrator, &service, "Florian Lossow 10-43-1").await;
    assert_eq!(listed(&mut administrator).await[0]["state"], "waiting");

    let mut tablet = station.office.browser();
    assert_eq!(station.seen_by(&mut tablet).await["crew_note"], Json::Null);
    let typed = code.to_lowercase().replace('-', " ");
    let reply = tablet.post("/api/enrolment", json!({ "code": typed, "pin": PIN })).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let cookies: Vec<&str> =
        reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text")).collect();
    assert!(
        cookies[0].starts_with("__Host-geokontor-device=") && cookies[0].contains("; Secure; HttpOnly; SameSite=Lax")
    );
    assert!(cookies[1].starts_with("__Host-geokontor-tablet=1;") && !cookies[1].contains("HttpOnly"));

    let seen = station.seen_by(&mut tablet).await;
    assert_eq!((&seen["crew_note"], &seen["manufacturer"]), (&json!("key at the pub"), &Json::Null));
    let own = tablet.get("/api/enrolment").await.json();
    assert_eq!((&own["name"], &own["organisation"]), (&json!("Florian Lossow 10-43-1"), &json!(service)));
    let register = tablet.get("/api/device/register").await;
    assert!(register.text().contains("key at the pub") && !register.text().contains("Maier"));

    let renamed =
        administrator.send(Method::PATCH, &format!("/api/devices/{id}"), Some(json!({ "name": "LF 10" }))).await;
    assert_eq!(renamed.json()["name"], "LF 10");
    let mut device = listed(&mut administrator).await[0].clone();
    device["id"] = json!("…");
    device["organisation"] = json!("…");
    insta::assert_json_snapshot!(device, @r#"
    {
      "id": "…",
      "name": "LF 10",
      "organisation": "…",
      "state": "enrolled",
      "created_at": "2026-06-01T10:00:00Z",
      "code_expires_at": null,
      "enrolled_at": "2026-06-01T10:00:00Z",
      "expires_at": "2027-07-06T10:00:00Z",
      "last_seen": "2026-06-01T10:00:00Z"
    }
    "#);
}

#[tokio::test]
async fn a_tablet_that_is_revoked_is_refused_with_its_next_request_and_told_what_to_do() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (mut tablet, id) = enrolled(&station, &mut administrator, &service).await;
    let path = format!("/api/devices/{id}");
    assert_eq!(administrator.send(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    for asked in [
        station.item().as_str(),
        "/api/enrolment",
        "/api/firewater/nearest?lon=11.4&lat=53.89",
        "/api/device/manifest",
        "/api/events",
    ] {
        let refused = tablet.ask(Method::GET, asked, None, &[("accept-language", "de")]).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{asked}");
        assert!(refused.text().contains("/tablet"), "{}", refused.text());
    }
    // Whoever opens the map still gets the page, which does the rest.
    let opened = tablet.ask(Method::GET, &station.item(), None, &[("sec-fetch-mode", "navigate")]).await;
    assert_eq!((opened.status, &opened.json()["properties"]["crew_note"]), (StatusCode::OK, &Json::Null));
    assert_eq!(listed(&mut administrator).await, Vec::<Json>::new());
    assert_eq!(administrator.send(Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);

    let left = tablet.send(Method::DELETE, "/api/enrolment", None).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    assert_eq!(tablet.cookies.len(), 0);
    assert_eq!(station.seen_by(&mut tablet).await["ref"], "H1", "without the cookie it reads what everybody reads");
}

#[tokio::test]
async fn a_new_code_puts_another_tablet_in_the_place_of_the_old_one() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (mut old, id) = enrolled(&station, &mut administrator, &service).await;
    let told = administrator.post(&format!("/api/devices/{id}/code"), json!({})).await.json();
    assert_eq!(told["state"], "enrolled");
    assert_eq!(station.seen_by(&mut old).await["crew_note"], "key at the pub", "until the code is used");
    let mut new = station.office.browser();
    assert_eq!(enrol(&mut new, told["code"].as_str().expect("a code")).await, StatusCode::CREATED);
    assert_eq!(station.seen_by(&mut new).await["crew_note"], "key at the pub");
    assert_eq!(old.get("/api/enrolment").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_tablet_ends_with_its_time_and_with_its_organisation() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (mut tablet, _) = enrolled(&station, &mut administrator, &service).await;
    station.office.wait(400 * 86_400 - 1);
    assert_eq!(tablet.get("/api/enrolment").await.status, StatusCode::OK);
    station.office.wait(1);
    assert_eq!(tablet.get("/api/enrolment").await.status, StatusCode::UNAUTHORIZED);

    let mut administrator = station.office.administrator("b@kreis.example").await.0;
    let other = fire_service(&mut administrator, "FF Grürnitz").await;
    let (mut tablet, _) = enrolled(&station, &mut administrator, &other).await;
    assert_eq!(tablet.get("/api/enrolment").await.status, StatusCode::OK);
    let headers = [("sec-fetch-site", "same-origin"), ("if-match", "*")];
    let ended = administrator.ask(Method::DELETE, &format!("/api/organisations/{other}"), None, &headers).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(tablet.get("/api/enrolment").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn when_a_tablet_was_last_seen_is_told_by_the_hour_and_stands_beside_the_journal() {
    let station = Station::open().await;
    let mut administrator = station.administrator().await;
    let service = fire_service(&mut administrator, "FF Lossow").await;
    let (mut tablet, _) = enrolled(&station, &mut administrator, &service).await;
    assert_eq!(listed(&mut administrator).await[0]["last_seen"], Json::Null);
    let entries = "SELECT count(*) FROM record_change";
    let before = station.office.server.count(entries).await;
    station.office.wait(1800);
    tablet.get("/api/enrolment").await;
    assert_eq!(listed(&mut administrator).await[0]["last_seen"], "2026-06-01T10:00:00Z");
    let app = &station.office.server.app;
    app.directory.note_uses(&app.store, &app.clock).await.expect("a database");
    let seen = "SELECT count(*) FROM device WHERE last_seen = '2026-06-01T10:00:00Z'";
    assert_eq!(station.office.server.count(seen).await, 1);
    assert_eq!(station.office.server.count(entries).await, before);
}
