use std::path::Path;
use std::process::Command;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{clerk, committed, counted, hydrants, rested, rows, sent};
use crate::accounts::Browser;
use crate::organisations::District;

/// Edits a GeoPackage as QGIS would.
fn sql(file: &Path, statement: &str) {
    let done = Command::new("ogrinfo").arg(file).args(["-sql", statement]).output().expect("ogrinfo runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

async fn patch(by: &mut Browser<'_>, id: &str, properties: Json) {
    let headers =
        [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let done = by.ask(Method::PATCH, &path, Some(json!({ "properties": properties })), &headers).await;
    assert!(done.status.is_success(), "{}", done.text());
}

#[tokio::test]
async fn what_was_checked_out_comes_back_and_is_merged_field_by_field() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    patch(&mut clerk, &district.here, json!({ "remark": "alt", "location_note": "am Zaun", "street": "Dorfstr." }))
        .await;
    let file = clerk.get("/api/checkouts?collection=hydrants").await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/geopackage+sqlite3"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hydrants.gpkg");
    std::fs::write(&path, &file.body).expect("written");
    // At one desk one field is set and one emptied, at another one a third; both have written a remark.
    let here = &district.here;
    sql(
        &path,
        &format!("UPDATE hydrants SET remark = 'aus QGIS', location_note = NULL, place = 'Lossow' WHERE id = '{here}'"),
    );
    patch(&mut clerk, here, json!({ "remark": "vom Amt", "street": "Dorfstraße" })).await;

    let import = sent(&mut clerk, "hydrants.gpkg", std::fs::read(&path).expect("read")).await;
    assert_eq!(import["settings"]["mapping"], Json::Null, "its columns are called like the properties");
    let settings = format!("/api/imports/{}/settings", import["id"].as_str().expect("an id"));
    let chosen = clerk.send(Method::PUT, &settings, Some(json!({ "version": import["version"] }))).await;
    let import = rested(&mut clerk, &chosen.json()).await;
    assert_eq!(counted(&import), "1 unchanged, 1 conflict", "{import}");
    let conflict = &rows(&mut clerk, &import, "status=conflict").await[0];
    assert_eq!(conflict["faults"][0]["sides"], json!(["vom Amt", "aus QGIS"]), "{conflict}");
    let changes = json!([
        { "property": "place", "before": null, "after": "Lossow" },
        { "property": "location_note", "before": "am Zaun", "after": null },
    ]);
    assert_eq!(conflict["changes"], changes, "what only one side has touched goes through");
    let import = committed(&mut clerk, &import).await;
    assert_eq!(import["state"], "committed", "{import}");
    let now = clerk.get(&format!("/ogc/collections/hydrants/items/{here}")).await.json()["properties"].clone();
    let told = ["remark", "street", "place", "location_note"].map(|name| now[name].clone());
    assert_eq!(told, [json!("vom Amt"), json!("Dorfstraße"), json!("Lossow"), Json::Null]);
    assert_eq!(hydrants(&mut clerk).await, 2);
}

#[tokio::test]
async fn what_comes_back_as_it_went_out_changes_nothing_whatever_was_done_meanwhile() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let file = clerk.get("/api/checkouts?collection=hydrants").await;
    patch(&mut clerk, &district.here, json!({ "remark": "inzwischen" })).await;
    let import = sent(&mut clerk, "hydrants.gpkg", file.body.to_vec()).await;
    let settings = format!("/api/imports/{}/settings", import["id"].as_str().expect("an id"));
    let chosen = clerk.send(Method::PUT, &settings, Some(json!({ "version": import["version"] }))).await;
    let import = rested(&mut clerk, &chosen.json()).await;
    assert_eq!(counted(&import), "2 unchanged", "{import}");
    // Nobody checks out what they may not import into.
    let mut boss = district.office.administrator("b@kreis.example").await.0;
    let moor = crate::organisations::make(&mut boss, crate::organisations::amt("Amt Moor", "13074002")).await;
    let (mut warden, _) = district.member(&mut boss, "w@moor.example", &moor, "warden").await;
    assert_eq!(warden.get("/api/checkouts?collection=hydrants").await.status, StatusCode::FORBIDDEN);
    assert_eq!(clerk.get("/api/checkouts?collection=ponds").await.pointers(), ["collection"]);
}
