//! Every way in which a feature is changed asks for the second person.

use axum::http::{Method, StatusCode};
use geokontor::collection::Language;
use geokontor::editing::EditError;
use geokontor::exchange::import::{ImportOrder, ImportOutcome, import};
use geokontor::exchange::mapping::Mapping;
use geokontor::exchange::mending::Mended;
use geokontor::identity::Caller;
use serde_json::{Value as Json, json};

use super::{District, HERE, THERE, approve, at, edit, item, moved, organisation, patch, waiting};
use crate::accounts::{Browser, Office};
use crate::support::{TestServer, Token, declarations, declarations_with, hydrant};

#[tokio::test]
async fn what_is_not_declared_is_made_at_once() {
    let district = District::open().await;
    let (mut clerk, _) = district.pair().await;
    let here = &district.here;
    let near = json!({ "geometry": at(11.3502, 53.85)["geometry"], "properties": { "remark": "13 m weiter" } });
    for wanted in [near, json!({ "properties": { "operational_status": "out_of_service" } })] {
        assert_eq!(patch(&mut clerk, here, wanted, "gesehen").await.status, StatusCode::OK);
    }
    let new = hydrant(11.36, 53.85, json!({ "lifecycle": "removed" }));
    let made = edit(&mut clerk, Method::POST, "/ogc/collections/hydrants/items", Some(new), "alt").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let same = patch(&mut clerk, here, json!({ "properties": { "lifecycle": "existing" } }), "gesehen").await;
    assert_eq!(same.status, StatusCode::OK, "it is so already");
}

#[tokio::test]
async fn every_door_makes_a_proposal_of_it() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let here = district.here.clone();
    let path = item(&here);
    let whole =
        json!({ "type": "Feature", "geometry": moved()["geometry"], "properties": { "kind": "pillar", "ref": "H1" } });
    let headers = [("sec-fetch-site", "same-origin"), ("if-match", "*"), ("content-type", "application/geo+json")];
    let put = waiting(&clerk.ask(Method::PUT, &path, Some(whole), &headers).await);
    assert_eq!(put["edits"][0]["operation"], "update");
    let gone = json!({ "properties": { "lifecycle": "decommissioned" } });
    assert_eq!(
        waiting(&patch(&mut clerk, &here, gone, "stillgelegt").await)["edits"][0]["fields"][0]["name"],
        "lifecycle"
    );
    let deletion = waiting(&edit(&mut clerk, Method::DELETE, &path, None, "weg").await);
    assert_eq!(deletion["edits"][0]["operation"], "delete");

    patch(&mut chief, &here, moved(), "eingemessen").await;
    let back = json!({ "version": 1, "reason": "war doch richtig" });
    let restored = waiting(&edit(&mut clerk, Method::POST, &format!("{path}/restore"), Some(back), "x").await);
    assert_eq!(restored["reason"], "war doch richtig");
    assert_eq!(approve(&mut chief, &restored).await.status, StatusCode::OK);
    assert_eq!(chief.get(&path).await.json()["geometry"]["coordinates"], json!([11.35, 53.85]));
}

fn change(id: &str, operation: &str, more: Json) -> Json {
    let mut edit = json!({ "collection": "hydrants", "operation": operation, "id": id, "version": "*" });
    edit.as_object_mut().expect("an edit").extend(more.as_object().expect("members").clone());
    edit
}

async fn changeset(by: &mut Browser<'_>, edits: Json) -> crate::support::Reply {
    by.post("/api/changesets", json!({ "reason": "Ortstermin", "edits": edits })).await
}

#[tokio::test]
async fn a_changeset_waits_as_a_whole_and_is_made_as_a_whole() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let here = &district.here;
    let more = hydrant(11.352, 53.85, json!({ "ref": "H1", "remark": "Ersatz" }));
    let edits = json!([
        change(here, "delete", json!({})),
        { "collection": "hydrants", "operation": "create", "feature": more },
    ]);
    let proposal = waiting(&changeset(&mut clerk, edits).await);
    assert_eq!(proposal["edits"].as_array().map(Vec::len), Some(2));
    let count = "SELECT count(*) FROM feature WHERE collection = 'hydrants' AND properties ->> 'remark' = 'Ersatz'";
    assert_eq!(district.office.server.count(count).await, 0);
    let approved = approve(&mut chief, &proposal).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    assert_eq!(district.office.server.count(count).await, 1);
    assert_eq!(chief.get(&item(here)).await.status, StatusCode::NOT_FOUND);
    let made = proposal["edits"][1]["feature"].as_str().expect("an id");
    assert_eq!(chief.get(&item(made)).await.json()["properties"]["ref"], "H1", "with the id it was proposed with");
}

#[tokio::test]
async fn short_moves_of_one_changeset_are_one_long_one() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let step = |lon: f64| change(&district.here, "patch", json!({ "patch": at(lon, 53.85) }));
    let mut edits = vec![step(11.3503), step(11.3506)];
    edits[1]["version"] = json!(2);
    let proposal = waiting(&changeset(&mut clerk, json!(edits)).await);
    assert_eq!(proposal["edits"].as_array().map(Vec::len), Some(1));
    approve(&mut chief, &proposal).await;
    let now = chief.get(&item(&district.here)).await;
    assert_eq!(now.json()["geometry"]["coordinates"], json!([11.3506, 53.85]));
    assert!(now.header("etag").starts_with("\"2-"), "one change: {}", now.header("etag"));
    let there_and_back =
        json!([step(11.3526), change(&district.here, "patch", json!({ "patch": moved(), "version": 3 }))]);
    let back = changeset(&mut clerk, there_and_back).await;
    assert_eq!(back.status, StatusCode::CREATED, "{}", back.text());
}

#[tokio::test]
async fn whoever_may_approve_there_edits_at_once() {
    let district = District::open().await;
    let (_, mut chief) = district.pair().await;
    let mut administrator = district.office.administrator("b@kreis.example").await.0;
    let amt = organisation(&mut administrator, "Amt Lossow", "amt", Some(HERE)).await;
    let mut head = district.member(&mut administrator, "Ina Voss", &amt, "administrator").await;
    let mut clerk = district.member(&mut administrator, "Uwe Rohde", &amt, "editor").await;
    assert_eq!(patch(&mut chief, &district.here, moved(), "eingemessen").await.status, StatusCode::OK);
    assert_eq!(patch(&mut head, &district.here, at(11.35, 53.85), "eingemessen").await.status, StatusCode::OK);
    waiting(&patch(&mut clerk, &district.here, moved(), "eingemessen").await);
    let server = &district.office.server;
    for role in ["editor", "administrator"] {
        let token = server.token(role, None, None).await;
        let headers = [("if-match", "*"), ("content-type", "application/merge-patch+json")];
        let far = at(if role == "editor" { 11.36 } else { 11.37 }, 53.85);
        let done = server.send(Method::PATCH, &item(&district.here), Token::Secret(&token), &headers, Some(&far)).await;
        assert_eq!(done.status, StatusCode::OK, "a program of the district's own: {}", done.text());
    }
}

#[tokio::test]
async fn a_move_out_of_the_area_in_which_one_approves_waits() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let amt = organisation(&mut administrator, "Amt Lossow", "amt", Some(HERE)).await;
    let other = organisation(&mut administrator, "Amt Grürnitz", "amt", Some(THERE)).await;
    let mut head = district.member(&mut administrator, "Ina Voss", &amt, "administrator").await;
    let account = head.get("/api/account").await.json()["id"].clone();
    let given = json!({ "account": account, "organisation": other, "role": "maintainer" });
    assert_eq!(administrator.post("/api/memberships", given).await.status, StatusCode::CREATED);
    waiting(&patch(&mut head, &district.here, at(11.44, 53.85), "steht drüben").await);
}

/// Declarations in which a role imports and takes back, and approves nothing.
fn with_importers() -> tempfile::TempDir {
    let data = declarations_with(|hydrants| hydrants);
    let role = r#"
title = { de = "Importe", en = "Imports" }
description = { de = "Importiert.", en = "Imports." }
for = ["district", "amt"]
[[grants]]
actions = ["read", "create", "edit", "delete", "import", "administer"]
on = ["*"]
within = "own"
"#;
    std::fs::write(data.path().join("roles/importer.toml"), role).expect("a role");
    data
}

async fn caller(server: &TestServer, role: &'static str) -> Caller {
    let secret = server.token(role, None, None).await;
    let now = crate::support::NOW.parse().expect("now");
    server.app.directory.caller(&secret.parse().expect("a secret"), now).expect("a caller")
}

#[tokio::test]
async fn what_cannot_wait_is_refused_with_a_reason() {
    let data = with_importers();
    let server = TestServer::start_with(data.path().to_owned()).await;
    let made = server.seed_hydrants(1).await[0];
    let seed = server.count("SELECT max(id) FROM changeset").await;
    let importer = caller(&server, "importer").await;
    let undone = server.app.editor.undo(&importer, seed, "falsche Datei").await;
    assert!(matches!(undone, Err(EditError::CannotWait)), "it would delete: {undone:?}");
    let token = server.token("administrator", None, None).await;
    let headers = [("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let remark = json!({ "properties": { "remark": "gesehen" } });
    let done =
        server.send(Method::PATCH, &item(&made.to_string()), Token::Secret(&token), &headers, Some(&remark)).await;
    let remark: i64 = done.header("geokontor-changeset").parse().expect("a changeset");
    server.app.editor.undo(&importer, remark, "doch nicht").await.expect("a remark takes no second person");
    server.app.editor.undo(&caller(&server, "administrator").await, seed, "falsche Datei").await.expect_err("changed");
}

async fn imported(server: &TestServer, caller: &Caller, rows: &str) -> ImportOutcome {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hydrants.csv");
    std::fs::write(&file, rows).expect("written");
    let collection = server.app.catalogue.get("hydrants").expect("a collection");
    let order = ImportOrder {
        file,
        mapping: Mapping::find(None, &declarations().join("mappings"), collection).expect("a mapping"),
        crs: Some("CRS84".parse().expect("a CRS")),
        layer: None,
        encoding: None,
        reason: Some("test".to_owned()),
        dry_run: false,
        strict: false,
        accept_duplicates: false,
        mended: Mended::default(),
        keeps_rows: false,
        report: None,
        language: Language::En,
        texts: server.app.texts.clone(),
        reader: env!("CARGO_BIN_EXE_geokontor").into(),
        wait: true,
    };
    import(&server.app.editor, caller, order, &mut |_| ()).await.expect("the file is imported")
}

#[tokio::test]
async fn rows_of_an_import_that_take_a_second_person_are_refused_with_a_reason() {
    let data = with_importers();
    let server = TestServer::start_with(data.path().to_owned()).await;
    let importer = caller(&server, "importer").await;
    let rows = |lon: f64| format!("ref;kind;lon;lat\nH1;pillar;{lon};53.85\nH2;pillar;11.36;53.85\n");
    let first = imported(&server, &importer, &rows(11.35)).await;
    assert_eq!((first.counts.new, first.counts.error), (2, 0));
    let again = imported(&server, &importer, &rows(11.351)).await;
    assert_eq!((again.counts.unchanged, again.counts.error), (1, 1), "{again:?}");
    assert!(format!("{again:?}").contains("cannot wait"), "{again:?}");
    let near = imported(&server, &importer, &rows(11.3501)).await;
    assert_eq!((near.counts.changed, near.counts.error), (1, 0));
    let district = caller(&server, "administrator").await;
    assert_eq!(imported(&server, &district, &rows(11.351)).await.counts.changed, 1);
}

#[tokio::test]
async fn a_collection_that_declares_nothing_waits_for_nobody() {
    let data = declarations_with(|hydrants| {
        let (head, rest) = hydrants.split_once("[approval]").expect("a declaration");
        format!("{head}{}", rest.split_once("\n\n").expect("an end").1)
    });
    let office = Office::configured(|config| config.data = data.path().to_owned()).await;
    let district = District::at(office).await;
    let (mut clerk, _) = district.pair().await;
    assert_eq!(patch(&mut clerk, &district.here, moved(), "x").await.status, StatusCode::OK);
    let gone = edit(&mut clerk, Method::DELETE, &item(&district.here), None, "x").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
}
