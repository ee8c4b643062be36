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
async fn what_is_hardly_so_is_stored_and_told_with_its_place_in_the_language_of_its_author() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let lake =
        json!({ "type": "Polygon", "coordinates": [[[11.44, 53.89], [11.47, 53.89], [11.47, 53.91], [11.44, 53.89]]] });
    let lake = json!({ "type": "Feature", "geometry": lake, "properties": { "kind": "lake", "name": "Ploggensee" } });
    let edits = json!([
        { "collection": "water_sources", "operation": "create", "feature": lake },
        { "collection": "hydrants", "operation": "create",
          "feature": hydrant(11.46, 53.9, json!({ "ref": "a", "main_diameter": 70, "flow_rate": 800 })) },
        { "collection": "hydrants", "operation": "create", "feature": hydrant(11.3, 53.9, json!({ "ref": "b" })) },
    ]);
    let changeset = json!({ "reason": "after the inspection", "edits": edits });
    let done = post(&server, &token, "/api/changesets", &changeset).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.text());
    let told = done.json()["warnings"].clone();
    let pointers: Vec<&str> =
        told.as_array().expect("warnings").iter().filter_map(|warning| warning["pointer"].as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/edits/1/feature/properties/main_diameter",
            "/edits/1/feature/properties/main_diameter",
            "/edits/1/feature/properties/flow_rate",
            "/edits/1/feature/properties/flow_rate",
            "/edits/1/feature/geometry",
        ]
    );
    assert_eq!(told[0]["code"], "implausible");
    assert_eq!(told[0]["message"], "DN 70 is no usual nominal diameter");
    assert!(told[4]["message"].as_str().is_some_and(|text| text.contains("open water (Ploggensee")), "{told}");
    assert_eq!(server.get(ITEMS).await.ids().len(), 2, "all of it is stored");
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

/// Pointer and code of every fault.
fn faults(reply: &Reply) -> Vec<(String, String)> {
    let errors = reply.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |error: &Json, name: &str| error[name].as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| (text(error, "pointer"), text(error, "code"))).collect()
}

#[tokio::test]
async fn faults_of_every_kind_in_any_edits_are_told_in_one_answer() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(4).await;
    let token = server.token("editor", Some(&["hydrants"]), None).await;
    let nobody = "01a20499-f0b1-75b1-b114-d03d509c6ede";
    let create = |feature: Json| json!({ "collection": "hydrants", "operation": "create", "feature": feature });
    let body = json!({ "reason": "", "edits": [
        { "collection": "hydrants", "operation": "patch", "id": ids[0], "version": 1 },
        create(hydrant(11.45, 53.9, json!({ "kind": "fountain", "colour": 1 }))),
        { "collection": "hydrants", "operation": "patch", "id": nobody, "version": "*", "patch": 1 },
        { "collection": "hydrants", "operation": "patch", "id": ids[1], "version": 9, "patch": { "properties": { "flow_rate": -1 } } },
        { "collection": "hydrants", "operation": "patch", "id": ids[2], "patch": {} },
        { "collection": "roads", "operation": "create", "feature": {} },
        create(hydrant(11.401, 53.89, json!({ "ref": "H0" }))),
        create(hydrant(11.45, 53.9, json!({ "ref": "fine" }))),
        7,
    ] });
    let reply = post(&server, &token, "/api/changesets", &body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.text());
    let mut told = faults(&reply);
    told.sort();
    let expected = [
        ("/edits/0/patch", "invalid"),
        ("/edits/1/feature/properties/colour", "unknown-property"),
        ("/edits/1/feature/properties/kind", "unknown-code"),
        ("/edits/2/id", "not-found"),
        ("/edits/2/patch", "type"),
        ("/edits/3/patch/properties/flow_rate", "range"),
        ("/edits/3/version", "stale"),
        ("/edits/4/version", "precondition-required"),
        ("/edits/5/collection", "forbidden"),
        ("/edits/6/feature/properties/ref", "duplicate"),
        ("/edits/8", "type"),
        ("/edits/8/collection", "invalid"),
        ("/edits/8/operation", "invalid"),
        ("/reason", "invalid"),
    ];
    assert_eq!(told, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    assert_eq!(server.get(ITEMS).await.ids().len(), 4, "nothing of it has happened");
}

#[tokio::test]
async fn faults_that_are_all_of_one_kind_have_its_status() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(2).await;
    let token = server.token("editor", None, None).await;
    let edit = |id: &Json, more: Json| {
        let mut edit = json!({ "collection": "hydrants", "operation": "delete", "id": id });
        edit.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        edit
    };
    let send =
        async |edits: Json| post(&server, &token, "/api/changesets", &json!({ "reason": "x", "edits": edits })).await;
    let [first, second] = [json!(ids[0]), json!(ids[1])];
    let stale = send(json!([edit(&first, json!({ "version": 7 })), edit(&second, json!({ "version": 8 }))])).await;
    assert_eq!(
        (stale.status, stale.json()["type"].as_str()),
        (StatusCode::PRECONDITION_FAILED, Some("urn:geokontor:problem:stale"))
    );
    assert_eq!(stale.pointers(), ["/edits/0/version", "/edits/1/version"]);
    assert!(stale.text().contains("it is at version 1 now"), "{}", stale.text());
    let open = send(json!([edit(&first, json!({})), edit(&second, json!({}))])).await;
    assert_eq!((open.status, open.pointers().len()), (StatusCode::PRECONDITION_REQUIRED, 2));
    let nobody = json!("01a20499-f0b1-75b1-b114-d03d509c6ede");
    let gone = send(json!([edit(&nobody, json!({ "version": "*" }))])).await;
    assert_eq!((gone.status, gone.pointers()), (StatusCode::NOT_FOUND, vec!["/edits/0/id".to_owned()]));
    let both = send(json!([edit(&nobody, json!({ "version": "*" })), edit(&first, json!({ "version": 7 }))])).await;
    assert_eq!((both.status, both.pointers().len()), (StatusCode::BAD_REQUEST, 2));
}

#[tokio::test]
async fn an_area_forbids_each_edit_beyond_it_and_tells_the_faults_of_the_others() {
    let server = TestServer::start().await;
    let square =
        |west: f64| json!([[[west, 53.8], [west + 0.1, 53.8], [west + 0.1, 53.95], [west, 53.95], [west, 53.8]]]);
    let municipality = |key: &str, west: f64| {
        json!({ "type": "Feature", "geometry": { "type": "Polygon", "coordinates": square(west) },
                "properties": { "key": key, "name": key } })
    };
    server.seed("municipalities", vec![municipality("13074001", 11.3), municipality("13074002", 11.4)]).await;
    let ids = server.seed("hydrants", vec![hydrant(11.45, 53.9, json!({})), hydrant(11.35, 53.9, json!({}))]).await;
    let token = server.token("editor", None, Some(&["13074001"])).await;
    let patch = |id: &Json, patch: Json| json!({ "collection": "hydrants", "operation": "patch", "id": id, "version": "*", "patch": patch });
    let body = json!({ "reason": "x", "edits": [
        patch(&json!(ids[0]), json!({ "properties": { "kind": "fountain" } })),
        patch(&json!(ids[1]), json!({ "geometry": { "type": "Point", "coordinates": [11.45, 53.9] }, "properties": { "kind": "fountain" } })),
        { "collection": "hydrants", "operation": "create",
          "feature": hydrant(11.35, 53.9, json!({ "municipality": "13074002", "flow_rate": -1 })) },
    ] });
    let mut told = faults(&post(&server, &token, "/api/changesets", &body).await);
    told.sort();
    let expected = [
        ("/edits/0", "forbidden"),
        ("/edits/1", "forbidden"),
        ("/edits/1/patch/properties/kind", "unknown-code"),
        ("/edits/2", "forbidden"),
        ("/edits/2/feature/properties/flow_rate", "range"),
    ];
    assert_eq!(
        told,
        expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())),
        "of what lies elsewhere nothing else"
    );
}

#[tokio::test]
async fn a_number_may_pass_from_one_object_to_another_within_a_changeset_and_not_be_given_twice() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(2).await;
    let token = server.token("editor", None, None).await;
    let named = |n: usize, name: &str| {
        json!({ "collection": "hydrants", "operation": "patch", "id": ids[n], "version": "*",
                "patch": { "properties": { "ref": name } } })
    };
    let create = |name: &str| {
        let feature = hydrant(11.5, 53.89, json!({ "ref": name }));
        json!({ "collection": "hydrants", "operation": "create", "feature": feature })
    };
    let send =
        async |edits: Json| post(&server, &token, "/api/changesets", &json!({ "reason": "x", "edits": edits })).await;
    let twice = send(json!([create("X"), create("X"), named(0, "H1"), create("H1")])).await;
    let taken = ["/edits/1/feature/properties/ref", "/edits/2/patch/properties/ref", "/edits/3/feature/properties/ref"];
    assert_eq!((twice.status, twice.pointers()), (StatusCode::BAD_REQUEST, taken.map(str::to_owned).to_vec()));
    let passed = send(json!([named(1, "old"), named(0, "H1"), create("H0")])).await;
    assert_eq!(passed.status, StatusCode::CREATED, "{}", passed.text());
}

#[tokio::test]
async fn an_edit_behind_a_refused_one_of_the_same_feature_is_not_called_stale() {
    let server = TestServer::start().await;
    let id = server.seed_hydrants(1).await[0];
    let token = server.token("editor", None, None).await;
    let patch = |version: i64, kind: &str| {
        json!({ "collection": "hydrants", "operation": "patch", "id": id, "version": version,
                "patch": { "properties": { "kind": kind } } })
    };
    let body = json!({ "reason": "x", "edits": [patch(1, "fountain"), patch(2, "wall")] });
    let reply = post(&server, &token, "/api/changesets", &body).await;
    assert_eq!(
        (reply.status, reply.pointers()),
        (StatusCode::BAD_REQUEST, vec!["/edits/0/patch/properties/kind".to_owned()])
    );
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
    let listed = server
        .send(Method::GET, "/api/changesets?limit=1&domain=register", Token::Secret(&token), &[], None)
        .await
        .json();
    assert_eq!(listed["changesets"][0]["reason"], "moved");
    let none = server.send(Method::GET, "/api/changesets?limit=0", Token::Secret(&token), &[], None).await;
    assert_eq!((none.status, none.pointers()), (StatusCode::BAD_REQUEST, vec!["limit".to_owned()]));
    for limit in ["1000000", "99999999999999999999"] {
        let path = format!("/api/changesets?limit={limit}");
        let many = server.send(Method::GET, &path, Token::Secret(&token), &[], None).await;
        assert_eq!(many.status, StatusCode::OK, "{}", many.text());
    }
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
}

#[tokio::test]
async fn of_the_past_a_caller_is_told_what_concerns_the_own_collections() {
    let server = TestServer::start().await;
    server.seed_hydrants(1).await;
    let editor = server.token("editor", None, None).await;
    let road = json!({ "type": "Feature", "properties": { "name": "Dorfstraße", "class": "residential" },
        "geometry": { "type": "LineString", "coordinates": [[11.4, 53.89], [11.41, 53.89]] } });
    let edits = json!([
        { "collection": "roads", "operation": "create", "feature": road },
        { "collection": "hydrants", "operation": "create", "feature": hydrant(11.5, 53.89, json!({})) },
    ]);
    let both = post(&server, &editor, "/api/changesets", &json!({ "reason": "a new street", "edits": edits })).await;
    assert_eq!(both.status, StatusCode::CREATED, "{}", both.text());
    let told = async |token: &str, path: &str| server.send(Method::GET, path, Token::Secret(token), &[], None).await;
    let reasons = async |token: &str| {
        let list = told(token, "/api/changesets").await.json()["changesets"].clone();
        let named = list.as_array().cloned().unwrap_or_default().into_iter().map(|one| one["reason"].clone());
        named.map(|reason| reason.as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let roads = server.token("reader", Some(&["roads"]), None).await;
    assert_eq!(reasons(&roads).await, ["a new street"]);
    let shown = told(&roads, both.header("location")).await.json();
    let changes = shown["changes"].as_array().expect("changes");
    assert_eq!(changes.iter().map(|change| &change["collection"]).collect::<Vec<_>>(), ["roads"]);
    let (seed, of_identity) = (
        server.count("SELECT id FROM changeset WHERE reason = 'seed'").await,
        server.count("SELECT max(id) FROM changeset WHERE domain = 'identity'").await,
    );
    assert_eq!(told(&roads, &format!("/api/changesets/{seed}")).await.status, StatusCode::NOT_FOUND);
    // What was done to tokens is told to those who look after the whole district, and to nobody else.
    let staff = server.token("reader", None, None).await;
    assert_eq!(reasons(&staff).await, ["a new street", "seed"]);
    assert_eq!(told(&staff, &format!("/api/changesets/{of_identity}")).await.status, StatusCode::NOT_FOUND);
    let local = server.token("administrator", None, Some(&["13074012"])).await;
    assert_eq!(reasons(&local).await, ["a new street", "seed"]);
    let administrator = server.token("administrator", None, None).await;
    assert!(reasons(&administrator).await.iter().any(|reason| reason == "a test"));
    let of_token = told(&administrator, &format!("/api/changesets/{of_identity}")).await.json();
    assert_eq!((&of_token["domain"], &of_token["kind"]), (&json!("identity"), &json!("create-token")));
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
