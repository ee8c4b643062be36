//! What is sent, and what is answered.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{BEFORE, Office, but};
use crate::support::{NOW, Token, hydrant, municipality};

const RECORDS: &str =
    "SELECT (SELECT count(*) FROM inspection) + (SELECT count(*) FROM defect) + (SELECT count(*) FROM outage)";

#[tokio::test]
async fn an_inspection_that_is_sent_again_is_the_same_and_nothing_is_recorded_twice() {
    let office = Office::open().await;
    let sent = but(office.failed(&["coupling"]), "measured", json!({ "flow_rate": 800, "flow_pressure": 2.0 }));
    let first = office.recorded("/api/inspections", &sent).await;
    let again = office.post("/api/inspections", &sent).await;
    assert_eq!((again.status, &again.json()["inspection"]), (StatusCode::OK, &first["inspection"]));
    assert_eq!(office.server.count(RECORDS).await, 2, "the inspection and its defect");
    let changed = office.post("/api/inspections", &but(sent, "remark", json!("doch nicht"))).await;
    assert_eq!(changed.status, StatusCode::CONFLICT, "{}", changed.text());
}

#[tokio::test]
async fn the_same_inspection_sent_by_two_at_once_is_recorded_once() {
    let office = Office::open().await;
    let sent = office.failed(&["closes"]);
    let (one, other) = tokio::join!(office.post("/api/inspections", &sent), office.post("/api/inspections", &sent));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201], "{} {}", one.text(), other.text());
    assert_eq!(one.json()["inspection"], other.json()["inspection"]);
    assert_eq!(office.server.count(RECORDS).await, 2);
}

#[tokio::test]
async fn two_people_on_one_object_lose_nothing() {
    let office = Office::open().await;
    let (check, defect) = (office.check(), but(office.defect(), "kind", json!("no_water")));
    let defect = but(defect, "effect", json!("out_of_service"));
    let outage = office.outage("2026-05-01", None);
    let (one, two, three) = tokio::join!(
        office.post("/api/inspections", &check),
        office.post("/api/defects", &defect),
        office.post("/api/outages", &outage),
    );
    for reply in [one, two, three] {
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    }
    assert_eq!(office.words().await, "Außer Betrieb: Baustelle, seit 1.5.2026; Kein Wasser, gemeldet 28.5.2026");
}

#[tokio::test]
async fn a_defect_is_assigned_by_who_has_seen_its_version_and_resolved_once() {
    let office = Office::open().await;
    let defect = office.recorded("/api/defects", &office.defect()).await;
    let path = format!("/api/defects/{}", defect["id"].as_str().expect("an id"));
    let assign = async |seen: &str| {
        let headers = [("content-type", "application/json"), ("if-match", seen)];
        let headers = if seen.is_empty() { &headers[..1] } else { &headers[..] };
        let to = json!({ "organisation": null });
        office.server.send(Method::PATCH, &path, Token::Secret(&office.token), headers, Some(&to)).await.status
    };
    assert_eq!(assign("").await, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(assign("\"1\"").await, StatusCode::OK);
    assert_eq!(assign("\"1\"").await, StatusCode::PRECONDITION_FAILED);
    let resolution = format!("{path}/resolution");
    let twice = [json!({ "resolution": "not_a_defect" }), json!({ "resolution": "repaired" })];
    assert_eq!(office.post(&resolution, &twice[0]).await.status, StatusCode::OK);
    assert_eq!(office.post(&resolution, &twice[1]).await.status, StatusCode::CONFLICT);
    assert_eq!(assign("*").await, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_defect_that_is_open_already_is_not_opened_again() {
    let office = Office::open().await;
    let first = office.recorded("/api/inspections", &office.failed(&["drains"])).await;
    let second =
        office.recorded("/api/inspections", &but(office.failed(&["drains"]), "made_on", json!("2026-05-30"))).await;
    let defect = |recorded: &Json| recorded["inspection"]["answers"][6]["defect"].clone();
    assert!(defect(&first).is_string());
    assert_eq!(defect(&first), defect(&second));
}

#[tokio::test]
async fn everything_that_is_wrong_with_an_inspection_is_told_at_once_in_both_languages() {
    let office = Office::open().await;
    let wrong = json!({
        "id": "7", "collection": "hydrants", "object": office.hydrant, "checklist": "hydrant_service", "checklist_version": 1,
        "made_on": "2026-06-02", "outcome": "seen", "remark": 5, "colour": "red",
        "answers": { "sign": "yes", "bell": "ok", "water": 3 },
        "measured": { "flow_rate": 0, "flow_pressure": 26, "static_pressure": "viel", "manufacturer": "X" },
    });
    for (language, name) in [("de", "german"), ("en", "english")] {
        let headers = [("content-type", "application/json"), ("accept-language", language)];
        let reply = office
            .server
            .send(Method::POST, "/api/inspections", Token::Secret(&office.token), &headers, Some(&wrong))
            .await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text());
        let faults = reply.json()["errors"].as_array().cloned().unwrap_or_default();
        let told: Vec<String> = faults.iter().map(|one| format!("{}: {}", one["pointer"], one["message"])).collect();
        insta::assert_snapshot!(name, told.join("\n"));
    }
    assert_eq!(office.server.count(RECORDS).await, 0);
}

#[tokio::test]
async fn a_list_or_version_that_is_not_there_or_for_other_objects_is_refused_with_those_that_are() {
    let office = Office::open().await;
    for (member, value, code) in [
        ("checklist", json!("well"), "unknown-checklist"),
        ("checklist", json!("hydrant"), "unknown-checklist"),
        ("checklist_version", json!(2), "unknown-version"),
        ("checklist_version", json!("1"), "unknown-version"),
        ("checklist_version", json!(-1), "unknown-version"),
    ] {
        let reply = office.post("/api/inspections", &but(office.check(), member, value.clone())).await;
        let problem = reply.json();
        assert_eq!((reply.status, &problem["errors"][0]["code"]), (StatusCode::BAD_REQUEST, &json!(code)), "{value}");
    }
}

#[tokio::test]
async fn an_old_version_is_taken_and_stays_readable_after_the_list_has_changed() {
    let data = crate::support::declarations_with(|hydrants| hydrants);
    let file = data.path().join("checklists/hydrant_service.toml");
    let text = std::fs::read_to_string(&file).expect("the list");
    let newer = "\n[[versions]]\nversion = 2\n[[versions.items]]\nname = \"all\"\nlabel = { de = \"Alles\", en = \"All\" }\neffect = \"restricted\"\n";
    std::fs::write(&file, text + newer).expect("a newer version");
    let office = Office::with(crate::support::TestServer::start_with(data.path().to_owned()).await).await;
    let recorded = office.recorded("/api/inspections", &office.failed(&["drains"])).await;
    let answer = &recorded["inspection"]["answers"][6];
    assert_eq!(
        (&answer["label"]["de"], &recorded["inspection"]["checklist_version"]),
        (&json!("Entleert nach dem Schließen"), &json!(1))
    );
    let lists = office.get("/api/checklists").await.json();
    assert_eq!(lists["checklists"][0]["versions"].as_array().map(Vec::len), Some(2));
    let unknown = but(office.check(), "checklist_version", json!(2));
    assert_eq!(office.post("/api/inspections", &unknown).await.status, StatusCode::BAD_REQUEST, "answers of version 1");
}

#[tokio::test]
async fn flow_without_pressure_and_a_second_check_of_a_day_are_recorded_with_a_warning() {
    let office = Office::open().await;
    let sent = but(office.check(), "measured", json!({ "flow_rate": 800 }));
    let warned = office.recorded("/api/inspections", &sent).await["warnings"].clone();
    assert_eq!(
        warned,
        json!([{ "pointer": "/measured/flow_rate", "message": { "de": "ohne Druck", "en": "without a pressure" } }])
    );
    let again = office.recorded("/api/inspections", &office.check()).await["warnings"].clone();
    assert_eq!(again[0]["pointer"], "/made_on", "{again}");
}

#[tokio::test]
async fn a_defect_or_an_outage_that_cannot_be_is_refused_with_every_fault() {
    let office = Office::open().await;
    let defect = json!({
        "id": Uuid::now_v7(), "collection": "hydrants", "object": office.hydrant, "kind": "bent", "severity": "bad",
        "effect": "worst", "found_on": "2026-06-30", "due_on": "2026-01-01", "organisation": Uuid::now_v7(),
    });
    let reply = office.post("/api/defects", &defect).await;
    assert_eq!(reply.pointers(), ["/kind", "/severity", "/effect", "/found_on", "/organisation", "/due_on"]);
    let outage = but(office.outage("2026-06-05", Some("2026-06-01")), "effect", json!("none"));
    assert_eq!(office.post("/api/outages", &outage).await.pointers(), ["/effect", "/ends_on"]);
    let over = office.outage("2026-01-01", Some("2026-05-31"));
    assert_eq!(office.post("/api/outages", &over).await.pointers(), ["/ends_on"]);
    assert_eq!(office.server.count(RECORDS).await, 0);
}

#[tokio::test]
async fn records_are_listed_by_object_days_and_the_area_of_an_organisation() {
    let office = Office::open().await;
    office.recorded("/api/inspections", &office.check()).await;
    office.recorded("/api/inspections", &but(office.check(), "made_on", json!("2025-01-01"))).await;
    let count = async |query: &str| {
        let reply = office.get(&format!("/api/inspections?{query}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        reply.json()["inspections"].as_array().map_or(0, Vec::len)
    };
    let object = format!("collection=hydrants&object={}", office.hydrant);
    assert_eq!(count(&object).await, 2);
    assert_eq!(count(&format!("{object}&from={BEFORE}&to={BEFORE}")).await, 1);
    assert_eq!(count("to=2025-12-31").await, 1);
    assert_eq!(count("collection=water_sources").await, 0);
    let first = office.get("/api/inspections?limit=1").await.json();
    assert_eq!((&first["inspections"][0]["made_on"], &first["more"]), (&json!(BEFORE), &json!(true)));
    let wrong = "object=7&from=May&organisation=x&limit=0&colour=red";
    let pointers = office.get(&format!("/api/inspections?{wrong}")).await.pointers();
    assert_eq!(pointers, ["organisation", "object", "from", "limit", "colour"]);
}

#[tokio::test]
async fn what_was_never_checked_or_soon_is_too_old_is_due() {
    let office = Office::open().await;
    let place = |n: f64, as_of: &str| {
        hydrant(11.4 + n / 100.0, 53.89, json!({ "ref": format!("D{n}"), "status_as_of": as_of }))
    };
    // Confirmations of hydrants count for 48 months; the tests happen on 2026-06-01.
    assert!(NOW.starts_with("2026-06-01"));
    office.server.seed("municipalities", vec![municipality("13074001", 11.35)]).await;
    office
        .server
        .seed("hydrants", vec![place(1.0, "2022-05-31"), place(2.0, "2022-06-30"), place(3.0, "2022-07-15")])
        .await;
    let due = async |query: &str| {
        let told = office.get(&format!("/api/upkeep/due?{query}")).await.json();
        let of = |one: &Json| format!("{} {} {}", one["ref"].as_str().unwrap_or("-"), one["due_on"], one["overdue"]);
        told["objects"].as_array().expect("objects").iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(due("within_days=0").await, ["H1 null true", "D1 \"2026-05-31\" true"]);
    assert_eq!(due("").await, ["H1 null true", "D1 \"2026-05-31\" true", "D2 \"2026-06-30\" false"]);
    office.recorded("/api/inspections", &office.check()).await;
    assert_eq!(
        due("within_days=44").await,
        ["D1 \"2026-05-31\" true", "D2 \"2026-06-30\" false", "D3 \"2026-07-15\" false"]
    );
}
