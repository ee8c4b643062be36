//! Mails about defects that are due.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::accounts::Office;
use crate::support::{hydrant, until};

const MAILS: &str = "SELECT count(*) FROM mail WHERE template = 'defects-due'";

/// The moment comes for which the reminder waits, on a day.
async fn pass(office: &Office, day: &str) {
    let sql = format!(
        "UPDATE job SET run_at = now() - interval '1 second', payload = payload || '{{\"day\": \"{day}\"}}' WHERE queue = 'reminder'"
    );
    office.server.execute(&sql).await;
}

/// When the organisation is reminded next.
async fn next(office: &Office) -> String {
    let sql = "SELECT to_char(run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM job WHERE queue = 'reminder'";
    office.server.text(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_mailed_once_a_period_about_what_is_due() {
    let office = Office::open().await;
    let server = &office.server;
    let hydrant = server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "ref": "H1" }))]).await[0].to_string();
    let (mut administrator, _) = office.administrator("administrator@amt.example").await;
    let utility = json!({ "name": "Zweckverband", "kind": "utility" });
    let utility = administrator.post("/api/organisations", utility).await.json()["id"].clone();
    for (mail, role) in [("werk@amt.example", "utility"), ("leser@amt.example", "reader")] {
        let new = json!({ "mail": mail, "name": "Ina Moor", "organisation": utility, "role": role });
        administrator.post("/api/accounts", new).await;
    }
    let mut defect = json!({
        "id": Uuid::now_v7(), "collection": "hydrants", "object": hydrant, "kind": "leaking", "severity": "major",
        "effect": "restricted", "found_on": "2026-06-01", "organisation": utility, "due_on": "2099-06-20",
    });
    administrator.post("/api/defects", defect.clone()).await;
    assert_eq!(next(&office).await, "2099-06-13 04:00", "seven days before, at six in the district");
    pass(&office, "2099-06-13").await;
    until("those are written to who may resolve it", async || server.count(MAILS).await == 1).await;
    let params: Json =
        serde_json::from_str(&server.text("SELECT params::text FROM mail WHERE template = 'defects-due'").await)
            .expect("parameters");
    let told = ["organisation", "count", "overdue", "defects", "link"].map(|name| params[name].clone());
    let expected = [
        json!("Zweckverband"),
        json!(1),
        json!(0),
        json!("H1: Undicht (20.6.2099)"),
        json!("https://geo.example/desk"),
    ];
    assert_eq!(told, expected);
    let to = server.text("SELECT recipient FROM mail WHERE template = 'defects-due'").await;
    assert_eq!((to.as_str(), next(&office).await.as_str()), ("werk@amt.example", "2099-06-20 04:00"));

    defect["id"] = json!(Uuid::now_v7());
    administrator.post("/api/defects", defect.clone()).await;
    assert_eq!(next(&office).await, "2099-06-20 04:00", "another one is told of with the next mail");
    pass(&office, "2099-06-21").await;
    until("once a period", async || server.count(MAILS).await == 2).await;

    for one in administrator.get("/api/defects").await.json()["defects"].as_array().expect("defects") {
        let path = format!("/api/defects/{}/resolution", one["id"].as_str().expect("an id"));
        administrator.post(&path, json!({ "resolution": "repaired" })).await;
    }
    pass(&office, "2099-06-28").await;
    let left = "SELECT count(*) FROM job WHERE queue = 'reminder'";
    until("nothing is due", async || server.count(left).await == 0).await;
    assert_eq!(server.count(MAILS).await, 2);
}
