use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{SUPPLIER, clerk, commit, committed, mapping, previewed, rested, sent};
use crate::organisations::{District, THERE, amt, make};

#[tokio::test]
async fn the_imports_of_others_are_like_those_that_are_not_there() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let mut administrator = district.office.browser();
    administrator.sign_in("a@kreis.example", crate::accounts::PASSWORD).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    let mut boss = district.office.administrator("b@kreis.example").await.0;
    let moor = make(&mut boss, amt("Amt Moor", THERE)).await;
    let (mut other, _) = district.member(&mut boss, "c@moor.example", &moor, "editor").await;
    let path = format!("/api/imports/{}", import["id"].as_str().expect("an id"));
    for part in ["", "/rows", "/places", "/report"] {
        assert_eq!(other.get(&format!("{path}{part}")).await.status, StatusCode::NOT_FOUND, "{part}");
    }
    let version = &import["version"];
    let sent = [
        (Method::PUT, "/settings", json!({ "version": version })),
        (Method::PUT, "/rows/0", json!({ "version": version, "decision": "leave" })),
        (Method::POST, "/decisions", json!({ "version": version, "status": "error", "decision": "leave" })),
        (Method::POST, "/commit", json!({ "version": version, "reason": "" })),
        (Method::DELETE, "", json!({})),
    ];
    for (method, part, body) in sent {
        let answer = other.send(method, &format!("{path}{part}"), Some(body)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{part}: {}", answer.text());
    }
    assert_eq!(other.get("/api/imports").await.json()["imports"], json!([]));
    // And whoever may only read imports nothing.
    let (mut warden, _) = district.member(&mut boss, "w@moor.example", &moor, "warden").await;
    let refused = warden.upload("/api/imports?collection=hydrants&name=a.csv", "a;b\n").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_has_lost_the_right_between_the_look_and_the_import_writes_nothing() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let office = make(&mut administrator, amt("Amt Lossow", super::HERE)).await;
    let (mut clerk, account) = district.member(&mut administrator, "c@lossow.example", &office, "editor").await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    let memberships = administrator.get(&format!("/api/memberships?account={account}")).await.json();
    let membership = memberships["memberships"][0]["id"].as_str().expect("a membership").to_owned();
    let ended = administrator.send(Method::DELETE, &format!("/api/memberships/{membership}"), None).await;
    assert!(ended.status.is_success(), "{}", ended.text());
    assert_eq!(commit(&mut clerk, &import).await.0, StatusCode::FORBIDDEN);
    assert_eq!(super::hydrants(&mut administrator).await, 2);
}

#[tokio::test]
async fn files_that_are_none_are_told_what_is_the_matter() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let wrong = clerk.upload("/api/imports?collection=ponds&name=..%2Fetc%2Fpasswd", "x").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{}", wrong.text());
    let mut pointers = wrong.pointers();
    pointers.sort();
    assert_eq!(pointers, ["collection", "name"], "{}", wrong.text());
    let kind = clerk.upload("/api/imports?collection=hydrants&name=bild.exe", "MZ").await;
    assert!(kind.status == StatusCode::BAD_REQUEST && kind.text().contains(".xlsx"), "{}", kind.text());
    let empty = clerk.upload("/api/imports?collection=hydrants&name=leer.csv", "").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST, "{}", empty.text());

    // What lies about its type is found out when it is read, and leaves a sentence.
    for (name, bytes) in [
        ("bombe.xlsx", b"PK\x03\x04 no workbook at all".to_vec()),
        ("luege.gpkg", b"SQLite format 3\0 no it is not".to_vec()),
        ("binaer.csv", (0..=255).cycle().take(5_000).collect()),
        ("null.csv", b"kind;x;y;remark\nunderground;11.351;53.851;a\0b\n".to_vec()),
        ("leer.geojson", b"{\"type\":\"FeatureCollection\",\"features\":[]}".to_vec()),
    ] {
        let import = sent(&mut clerk, name, bytes).await;
        assert_eq!(import["state"], "examined", "{name}: {import}");
        let path = format!("/api/imports/{}/settings", import["id"].as_str().expect("an id"));
        let asked = clerk.send(Method::PUT, &path, Some(json!({ "version": import["version"] }))).await;
        let import = rested(&mut clerk, &asked.json()).await;
        let told = import["problem"].is_string() || import["state"] == "previewed";
        assert!(told, "{name}: {import}");
    }
    assert_eq!(super::hydrants(&mut clerk).await, 2);
}

#[tokio::test]
async fn settings_that_mean_nothing_are_named_all_at_once() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let path = format!("/api/imports/{}/settings", import["id"].as_str().expect("an id"));
    let wrong = json!({
        "version": import["version"], "encoding": "EBCDIC-7", "crs": "EPSG:1",
        "mapping": { "properties": [{ "property": "colour", "columns": ["Art"] }] },
    });
    let refused = clerk.send(Method::PUT, &path, Some(wrong)).await;
    let mut pointers = refused.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/crs", "/encoding", "/mapping"], "{}", refused.text());
    // Of two who decide at once, one is told.
    let body = || json!({ "version": import["version"], "mapping": mapping() });
    assert_eq!(clerk.send(Method::PUT, &path, Some(body())).await.status, StatusCode::OK);
    assert_eq!(clerk.send(Method::PUT, &path, Some(body())).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_import_that_nobody_works_with_goes_with_its_file_when_its_time_is_over() {
    let office = crate::accounts::Office::configured(|config| config.imports_kept = std::time::Duration::ZERO).await;
    let (mut boss, _) = office.administrator("a@kreis.example").await;
    let made = boss.upload("/api/imports?collection=hydrants&name=a.csv", "kind;x;y\nunderground;11.3;53.8\n").await;
    let path = format!("/api/imports/{}", made.json()["id"].as_str().expect("an id"));
    crate::support::until("it is gone", async || boss.get(&path).await.status == StatusCode::NOT_FOUND).await;
    let kept = geokontor::blobs::store::figures(&office.server.app.store).await.expect("figures");
    assert_eq!(kept.attachments, 0);
}

#[tokio::test]
async fn a_file_that_changes_nothing_is_done_without_a_changeset() {
    let district = District::open().await;
    let mut clerk = clerk(&district).await;
    let import = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let import = previewed(&mut clerk, &import, mapping()).await;
    let first = committed(&mut clerk, &import).await;
    assert!(first["changeset"].is_i64(), "{first}");
    let again = sent(&mut clerk, "lieferung.csv", SUPPLIER).await;
    let again = previewed(&mut clerk, &again, mapping()).await;
    let again = committed(&mut clerk, &again).await;
    assert_eq!((&again["state"], &again["changeset"]), (&json!("committed"), &json!(null)), "{again}");
}
