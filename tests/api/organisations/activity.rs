use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{District, HERE, THERE, amt, make};
use crate::accounts::Browser;

/// Reasons of the changesets that an address lists, the newest first.
async fn listed(by: &mut Browser<'_>, query: &str) -> Vec<String> {
    let answer = by.get(&format!("/api/changesets?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    let changesets = answer["changesets"].as_array().expect("changesets");
    changesets.iter().map(|one| one["actor"].as_str().expect("an actor").to_owned()).collect()
}

#[tokio::test]
async fn what_an_organisation_has_done_is_told_apart_by_collection_and_time() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let moor = make(&mut administrator, amt("Amt Moor", THERE)).await;
    let (mut clerk, _) = district.member(&mut administrator, "c@lossow.example", &lossow, "maintainer").await;
    let (mut other, _) = district.member(&mut administrator, "c@moor.example", &moor, "maintainer").await;
    assert_eq!(district.edit(&mut clerk, &district.here).await, StatusCode::OK);
    assert_eq!(district.edit(&mut other, &district.there).await, StatusCode::OK);

    let of = async |by: &mut Browser<'_>, query: &str| listed(by, &format!("domain=register&{query}")).await.len();
    assert_eq!(of(&mut administrator, &format!("organisation={lossow}")).await, 1);
    assert_eq!(of(&mut administrator, &format!("organisation={moor}&collection=hydrants")).await, 1);
    assert_eq!(of(&mut administrator, &format!("organisation={moor}&collection=roads")).await, 0);
    assert_eq!(of(&mut administrator, "collection=hydrants").await, 3, "with the seed");
    assert_eq!(of(&mut administrator, "until=2020-01-01T00:00:00Z").await, 0);
    assert_eq!(of(&mut administrator, "collection=hydrants&since=2020-01-01T00:00:00Z").await, 3);
    let nobody = "organisation=018f0000-0000-7000-8000-000000000000";
    assert_eq!(of(&mut administrator, nobody).await, 0);

    let newest = administrator.get("/api/changesets?collection=hydrants&limit=1").await.json();
    assert_eq!(newest["changesets"][0]["features"], json!(1));
    let wrong = administrator.get("/api/changesets?collection=ponds&organisation=7&since=today").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let mut pointers = wrong.pointers();
    pointers.sort();
    assert_eq!(pointers, ["collection", "organisation", "since"]);
}

#[tokio::test]
async fn the_audit_trail_is_a_table_of_who_changed_which_value_and_runs_nothing() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let (mut clerk, _) = district.member(&mut administrator, "c@lossow.example", &lossow, "maintainer").await;
    let path = format!("/ogc/collections/hydrants/items/{}", district.here);
    let patch = json!({
        "properties": { "remark": "=cmd|' /C calc'!A0", "flow_rate": 800 },
        "geometry": { "type": "Point", "coordinates": [11.3502, 53.85] },
    });
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("if-match", "*"),
        ("content-type", "application/merge-patch+json"),
        ("geokontor-reason", "%2Bgemessen"),
    ];
    let edited = clerk.ask(Method::PATCH, &path, Some(patch), &headers).await;
    assert_eq!(edited.status, StatusCode::OK, "{}", edited.text());

    let trail = |query: &str| format!("/api/history/hydrants/changes.csv{query}");
    let all = administrator.get(&trail("")).await;
    assert_eq!((all.status, all.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    let all = all.text();
    let mut lines = all.trim_start_matches('\u{feff}').lines();
    let head = "at;actor;kind;reason;changeset;object;ref;version;operation;property;before;after";
    assert_eq!(lines.next(), Some(head));
    let of_here: Vec<&str> = lines.filter(|line| line.contains(&district.here) && line.contains(";update;")).collect();
    let values: Vec<&str> = of_here.iter().filter_map(|line| Some(line.split_once(";update;")?.1)).collect();
    assert_eq!(values.len(), 4, "flow rate, its class, remark and place: {values:?}");
    assert!(values.contains(&"flow_rate;;800"), "{values:?}");
    assert!(values.contains(&"remark;;'=cmd|' /C calc'!A0"), "{values:?}");
    assert!(values.iter().any(|value| value.starts_with("geometry;POINT(")), "{values:?}");
    assert!(of_here[0].contains(";Erika Mustermann;") && of_here[0].contains(";'+gemessen;"), "{}", of_here[0]);

    let own = administrator.get(&trail(&format!("?organisation={lossow}"))).await.text();
    assert_eq!(own.lines().count(), 5, "{own}");
    let before = administrator.get(&trail("?until=2020-01-01T00:00:00Z")).await.text();
    assert_eq!(before.lines().count(), 1, "the head alone");
    let nobody = district.office.server.get(&trail("")).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}
