//! `/api/changesets`: many edits at once, and taking them back.

mod meeting;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::support::{Reply, TestServer, Token, hydrant};

const ITEMS: &str = "/ogc/collections/hydrants/items";
const JSON: (&str, &str) = ("content-type", "application/json");

async fn post(server: &TestServer, token: &str, path: &str, body: &Json) -> Reply {
    server.send(Method::POST, path, Token::Secret(token), &[JSON], Some(body)).await
}

#[tokio::test]
async fn all_edits_of_a_changeset_happen_or_none() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(3).await;
    let token = server.token("editor", None, None).await;
    let edit = |operation: &str, more: Json| {
        let mut edit = json!({ "collection": "hydrants", "operation": operation });
        edit.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        edit
    };
    let edits = |version: i64| {
        json!({ "reason": "after the inspection", "edits": [
            edit("create", json!({ "feature": hydrant(11.45, 53.9, json!({ "ref": "new" })) })),
            edit("replace", json!({ "id": ids[0], "version": 1, "feature": hydrant(11.46, 53.9, json!({ "ref": "replaced" })) })),
            edit("patch", json!({ "id": ids[1], "version": version, "patch": { "properties": { "place": "Bobitz" } } })),
            edit("delete", json!({ "id": ids[2], "version": "*" })),
        ] })
    };
    let stale = post(&server, &token, "/api/changesets", &edits(9)).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED, "{}", stale.text());
    assert_eq!(server.get(ITEMS).await.ids().len(), 3, "nothing of it has happened");
    let done = post(&server, &token, "/api/changesets", &edits(1)).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text());
    let versions: Vec<Json> =
        done.json()["features"].as_array().expect("features").iter().map(|one| one["version"].clone()).collect();
    assert_eq!(versions, [json!(1), json!(2), json!(2), json!(null)]);
    assert_eq!(server.get(ITEMS).await.ids().len(), 3);
    assert_eq!(server.get(&format!("{ITEMS}/{}", ids[1])).await.json()["properties"]["place"], "Bobitz");
}

#[tokio::test]
async fn every_fault_of_every_edit_is_named_with_its_place() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let token = server.token("editor", None, None).await;
    let body = json!({ "reason": "x", "edits": [
        { "collection": "hydrants", "operation": "create", "feature": hydrant(0.0, 0.0, json!({})) },
        { "collection": "hydrants", "operation": "patch", "id": id, "version": 1, "patch": { "properties": { "kind": "x" } } },
    ] });
    let reply = post(&server, &token, "/api/changesets", &body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.pointers(), ["/edits/0/feature/geometry", "/edits/1/patch/properties/kind"]);
    let body = json!({ "reason": " ", "colour": 1, "crs": "EPSG:1", "edits": [
        { "operation": "patch", "id": "seven", "version": "one" },
        { "collection": "hydrants", "operation": "explode" },
        7,
    ] });
    let mut pointers = post(&server, &token, "/api/changesets", &body).await.pointers();
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/colour",
            "/crs",
            "/edits/0/collection",
            "/edits/0/id",
            "/edits/0/patch",
            "/edits/0/version",
            "/edits/1/operation",
            "/edits/2",
            "/edits/2/collection",
            "/edits/2/operation",
            "/reason"
        ]
    );
    let one = json!({ "reason": "x", "edits": [{ "collection": "hydrants", "operation": "create", "feature": hydrant(0.0, 0.0, json!({})) }] });
    assert_eq!(post(&server, &token, "/api/changesets", &one).await.pointers(), ["/edits/0/feature/geometry"]);
    let missing = json!({ "reason": "x", "edits": [{ "collection": "hydrants", "operation": "delete", "id": id }] });
    let reply = post(&server, &token, "/api/changesets", &missing).await;
    assert_eq!(reply.status, StatusCode::PRECONDITION_REQUIRED);
    let nobody = server.send(Method::POST, "/api/changesets", Token::Nobody, &[JSON], Some(&json!(1))).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_changeset_is_listed_shown_and_taken_back_once() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let token = server.token("administrator", None, None).await;
    let body = json!({ "reason": "moved", "edits": [
        { "collection": "hydrants", "operation": "patch", "id": id, "version": 1,
          "patch": { "geometry": { "type": "Point", "coordinates": [11.5, 53.9] } } },
    ] });
    let done = post(&server, &token, "/api/changesets", &body).await;
    let location = done.header("location").to_owned();
    let listed = server.send(Method::GET, "/api/changesets?limit=1", Token::Secret(&token), &[], None).await.json();
    assert_eq!(listed["changesets"][0]["reason"], "moved");
    let none = server.send(Method::GET, "/api/changesets?limit=0", Token::Secret(&token), &[], None).await;
    assert_eq!((none.status, none.pointers()), (StatusCode::BAD_REQUEST, vec!["limit".to_owned()]));
    let older =
        server.send(Method::GET, listed["next"].as_str().expect("more"), Token::Secret(&token), &[], None).await;
    assert_eq!(older.json()["changesets"][0]["reason"], "seed");
    let shown = server.send(Method::GET, &location, Token::Secret(&token), &[], None).await.json();
    assert_eq!(shown["changes"][0]["before"]["geometry"]["coordinates"], json!([11.4, 53.89]));
    assert_eq!(shown["changes"][0]["after"]["geometry"]["coordinates"], json!([11.5, 53.9]));
    let undo = format!("{location}/undo");
    let undone = post(&server, &token, &undo, &json!({ "reason": "wrong hydrant" })).await;
    assert_eq!(undone.status, StatusCode::CREATED, "{}", undone.text());
    let back = server.get(&format!("{ITEMS}/{id}")).await.json();
    assert_eq!(back["geometry"]["coordinates"], json!([11.4, 53.89]));
    let again = post(&server, &token, &undo, &json!({ "reason": "again" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(
        post(&server, &token, "/api/changesets/9999/undo", &json!({ "reason": "x" })).await.status,
        StatusCode::NOT_FOUND
    );
    for path in ["/api/changesets", location.as_str()] {
        assert_eq!(server.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let roads_only = server.token("reader", Some(&["roads"]), None).await;
    for path in ["/api/changesets", location.as_str()] {
        let reply = server.send(Method::GET, path, Token::Secret(&roads_only), &[], None).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_number_that_is_taken_is_named_with_its_edit_and_nothing_is_stored() {
    let server = TestServer::start().await;
    server.seed_hydrants(1).await;
    let token = server.token("editor", None, None).await;
    let create = |reference: &str| {
        let feature = hydrant(11.5, 53.89, json!({ "ref": reference }));
        json!({ "collection": "hydrants", "operation": "create", "feature": feature })
    };
    let body = json!({ "reason": "a survey", "edits": [create("H1"), create("H0"), create("H2")] });
    let reply = post(&server, &token, "/api/changesets", &body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text());
    assert_eq!(reply.pointers(), ["/edits/1/feature/properties/ref"]);
    assert_eq!(server.get("/ogc/collections/hydrants/items").await.ids().len(), 1);
}

#[tokio::test]
async fn a_changeset_that_says_nothing_new_makes_nothing() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(2).await;
    let token = server.token("editor", None, None).await;
    let edits: Vec<Json> = ids
        .iter()
        .map(|id| json!({ "collection": "hydrants", "operation": "patch", "id": id, "version": 1, "patch": {} }))
        .collect();
    let reply = post(&server, &token, "/api/changesets", &json!({ "reason": "x", "edits": edits })).await;
    assert_eq!((reply.status, &reply.json()["id"]), (StatusCode::OK, &json!(null)), "{}", reply.text());
    assert_eq!(reply.json()["features"][1]["version"], 1);
    assert_eq!(reply.header("location"), "");
}
