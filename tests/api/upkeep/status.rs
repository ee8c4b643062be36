//! What records mean for the object that they are about.

use axum::http::{Method, StatusCode};
use geokontor::identity::organisations::OrganisationKind;
use serde_json::{Value as Json, json};

use super::{BEFORE, Office, but};
use crate::operations::matrix::organisation;
use crate::support::{Token, until};

#[tokio::test]
async fn a_check_with_a_failed_item_opens_a_defect_and_restricts_until_that_is_resolved() {
    let office = Office::open().await;
    assert_eq!(office.words().await, "Nicht geprüft: noch nie geprüft");
    let recorded = office.recorded("/api/inspections", &office.failed(&["coupling", "sign"])).await;
    let reason = "Abgang oder Kupplung defekt, gemeldet 28.5.2026";
    assert_eq!(office.published().await, [json!("restricted"), json!(reason), Json::Null, json!(BEFORE)]);
    assert_eq!(recorded["status"]["status"], "restricted");
    assert_eq!(
        office.words().await,
        format!("Eingeschränkt nutzbar: {reason}; Hinweisschild falsch oder unleserlich, gemeldet 28.5.2026")
    );
    let nearest = office.server.get("/api/firewater/nearest?lon=11.4&lat=53.89").await.json();
    assert_eq!(nearest["sources"][0]["status"], "restricted", "crews see it");
    let defects = office.get("/api/defects?state=open").await.json()["defects"].clone();
    let kinds: Vec<&str> = defects.as_array().expect("defects").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    for defect in defects.as_array().expect("defects") {
        assert_eq!(defect["inspection"], recorded["inspection"]["id"]);
        let path = format!("/api/defects/{}/resolution", defect["id"].as_str().expect("an id"));
        let resolved = office.post(&path, &json!({ "resolution": "repaired" })).await;
        assert_eq!(resolved.status, StatusCode::OK, "{}", resolved.text());
    }
    assert_eq!(office.published().await, [json!("ready"), Json::Null, Json::Null, json!(BEFORE)]);
    assert_eq!(office.words().await, "Einsatzbereit: geprüft am 28.5.2026 (Funktionsprüfung Hydrant)");
}

#[tokio::test]
async fn records_and_what_they_mean_are_one_changeset_with_one_author() {
    let office = Office::open().await;
    office.recorded("/api/inspections", &office.failed(&["water"])).await;
    let one = "SELECT count(DISTINCT changeset) FROM ( \
                 SELECT changeset FROM record_change WHERE subject IN ('inspection', 'defect') \
                 UNION ALL SELECT c.changeset FROM change c JOIN changeset s ON s.id = c.changeset WHERE s.domain = 'upkeep') all_of_it";
    assert_eq!(office.server.count(one).await, 1);
    assert_eq!(office.published().await[0], "out_of_service");
    let path = format!("/ogc/collections/hydrants/items/{}/history", office.hydrant);
    assert!(office.get(&path).await.text().contains("Funktionsprüfung Hydrant"), "the history says why");
}

#[tokio::test]
async fn who_has_to_see_to_a_defect_is_told_to_those_who_keep_the_register_and_to_nobody_else() {
    let office = Office::open().await;
    let id = organisation(&office.server, "Zweckverband", OrganisationKind::Utility).await;
    let defect = but(office.defect(), "organisation", json!(id));
    let defect = but(but(defect, "due_on", json!("2026-06-15")), "remark", json!("Frau Meier anrufen"));
    office.recorded("/api/defects", &defect).await;
    assert_eq!(office.words().await, "Eingeschränkt nutzbar: Undicht, gemeldet 28.5.2026, Zweckverband bis 15.6.2026");
    assert_eq!(office.published().await[1], "Undicht, gemeldet 28.5.2026");
    let public = office.server.get(&format!("/ogc/collections/hydrants/items/{}", office.hydrant)).await.text();
    assert!(!public.contains("Zweckverband") && !public.contains("Meier"), "{public}");
    let journal = "SELECT count(*) FROM record_change WHERE after::text LIKE '%Meier%'";
    assert_eq!(office.server.count(journal).await, 0, "what people write is not in the journal");
}

#[tokio::test]
async fn what_is_measured_is_written_into_the_object_unless_it_was_measured_later() {
    let office = Office::open().await;
    let measured =
        json!({ "flow_rate": 1600, "flow_pressure": 1.5, "static_pressure": 5.2, "flow_method": "measured" });
    office.recorded("/api/inspections", &but(office.check(), "measured", measured)).await;
    let members = ["flow_rate", "flow_pressure", "static_pressure", "flow_method", "flow_measured_on", "flow_class"];
    let told = async || {
        let properties = office.properties().await;
        members.map(|name| properties[name].clone())
    };
    let expected = [json!(1600), json!(1.5), json!(5.2), json!("measured"), json!(BEFORE), json!("k96")];
    assert_eq!(told().await, expected);
    let older = but(but(office.check(), "measured", json!({ "flow_rate": 400 })), "made_on", json!("2020-01-01"));
    let recorded = office.recorded("/api/inspections", &older).await;
    assert_eq!((told().await, &recorded["inspection"]["measured"]["flow_rate"]), (expected, &json!(400)));
}

#[tokio::test]
async fn a_status_that_is_typed_in_is_the_least_until_a_check_and_an_open_record_comes_out_again() {
    let office = Office::open().await;
    office.recorded("/api/defects", &office.defect()).await;
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let path = format!("/ogc/collections/hydrants/items/{}", office.hydrant);
    let typed = async |properties: Json| {
        let body = json!({ "properties": properties });
        let reply = office.server.send(Method::PATCH, &path, Token::Secret(&office.token), &headers, Some(&body)).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    };
    typed(json!({ "operational_status": "ready", "status_as_of": "2026-06-01", "status_reason": null })).await;
    until("the defect is told again", async || office.published().await[0] == "restricted").await;
    assert_eq!(office.published().await[1], "Undicht, gemeldet 28.5.2026");
    typed(json!({ "operational_status": "out_of_service", "status_reason": "Abgebaut", "status_as_of": "2026-06-01" }))
        .await;
    until("both are told", async || office.published().await[1] == "Abgebaut; Undicht, gemeldet 28.5.2026").await;
    assert_eq!(office.published().await[0], "out_of_service");
    let today = but(office.check(), "made_on", json!("2026-06-01"));
    office.recorded("/api/inspections", &today).await;
    assert_eq!(office.published().await[0], "restricted", "somebody has looked since; the defect is open");
}

#[tokio::test]
async fn what_records_have_written_is_taken_back_by_nobody_who_keeps_the_register_alone() {
    let office = Office::open().await;
    office.recorded("/api/outages", &office.outage("2026-05-01", None)).await;
    let changeset = office.server.count("SELECT max(id) FROM changeset WHERE domain = 'upkeep'").await;
    let administrator = office.server.token("administrator", None, None).await;
    let path = format!("/api/changesets/{changeset}/undo");
    let undone = office.send_as(&administrator, Method::POST, &path, Some(&json!({ "reason": "a mistake" }))).await;
    assert_eq!(undone.status, StatusCode::NOT_FOUND, "{}", undone.text());
    assert_eq!(office.published().await[0], "out_of_service");
}
