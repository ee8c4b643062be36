//! Who sees files, and who changes them.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{DOCUMENT, Office, ids, path, photo};
use crate::support::{NOW, TestServer, Token, declarations_with, hydrant, municipality};

/// Two municipalities; the office's own hydrant is in the first.
async fn district() -> Office {
    let server = TestServer::start().await;
    server.seed("municipalities", vec![municipality("13074001", 11.35), municipality("13074002", 11.45)]).await;
    Office::with(server).await
}

async fn statuses(office: &Office, token: Option<&str>, file: &Json) -> Vec<StatusCode> {
    let token = token.map_or(Token::Nobody, Token::Secret);
    let mut told = Vec::new();
    for size in ["content", "screen", "thumbnail"] {
        let path = format!("{}/{size}", path(file));
        told.push(office.server.send(Method::GET, &path, token, &[], None).await.status);
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn crews_see_photos_the_public_none_and_documents_are_for_those_who_keep_the_register() {
    let office = Office::open().await;
    let (picture, document) = (office.added("", &photo(64, 64, 1)).await, office.added("", DOCUMENT).await);
    let crew = office.server.token("crew", None, None).await;
    let reader = office.server.token("reader", None, None).await;
    let list = format!("/api/files?collection=hydrants&object={}", office.hydrant);
    let public = office.server.get(&list).await.json();
    assert_eq!((&public["files"], &public["may"]["edit"]), (&json!([]), &json!(false)));
    assert_eq!(statuses(&office, None, &picture).await, [StatusCode::NOT_FOUND; 3]);
    assert_eq!(ids(&office.listed_by(&crew, "").await), [picture["id"].as_str().expect("an id")]);
    assert_eq!(statuses(&office, Some(&crew), &picture).await, [StatusCode::OK; 3]);
    assert_eq!(statuses(&office, Some(&crew), &document).await, [StatusCode::NOT_FOUND; 3]);
    assert_eq!(office.listed_by(&reader, "").await.len(), 2);
    assert_eq!(statuses(&office, Some(&reader), &document).await[0], StatusCode::OK);
    let of_roads = office.server.token("editor", Some(&["roads"]), None).await;
    assert!(office.listed_by(&of_roads, "").await.is_empty());
    for token in [&crew, &reader, &of_roads] {
        let added = office.send(token, &office.address("").0, &photo(64, 64, 2)).await;
        let changed = office.change_as(token, Method::PATCH, &path(&picture), Some(&json!({}))).await;
        let removed = office.change_as(token, Method::DELETE, &path(&picture), None).await;
        let restored = office.change_as(token, Method::POST, &format!("{}/restore", path(&picture)), None).await;
        assert_eq!([added, changed, removed, restored].map(|reply| reply.status), [StatusCode::FORBIDDEN; 4]);
    }
    let nobody =
        office.server.send_bytes(Method::POST, &office.address("").0, Token::Nobody, &[], photo(8, 8, 1)).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declared_for_everybody_everybody_sees() {
    let open = |text: String| text.replacen("visibility = \"crew\"", "visibility = \"public\"", 1);
    let folder = declarations_with(open);
    let office = Office::with(TestServer::start_with(folder.path().to_owned()).await).await;
    let picture = office.added("", &photo(64, 64, 1)).await;
    assert_eq!(statuses(&office, None, &picture).await, [StatusCode::OK; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_adds_to_changes_or_takes_from_an_object_beyond_their_area() {
    let office = district().await;
    let there = office.server.seed("hydrants", vec![hydrant(11.5, 53.89, json!({}))]).await[0].to_string();
    let address = || format!("/api/files?collection=hydrants&object={there}&id={}", Uuid::now_v7());
    let file = office.send(&office.token, &address(), &photo(64, 64, 1)).await.json();
    let own = office.server.token("maintainer", None, Some(&["13074001"])).await;
    assert_eq!(office.send(&own, &address(), &photo(64, 64, 2)).await.status, StatusCode::FORBIDDEN);
    // An id that is somebody else's answers nothing of theirs.
    let (same, _) = office.address("");
    let same = same.split("&id=").next().expect("an address").to_owned() + "&id=" + file["id"].as_str().expect("an id");
    let taken = office.send(&own, &same, &photo(64, 64, 2)).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert!(!taken.text().contains(&there), "{}", taken.text());
    for (method, path, body) in [
        (Method::PATCH, path(&file), Some(json!({ "caption": "x" }))),
        (Method::DELETE, path(&file), None),
        (Method::POST, format!("{}/restore", path(&file)), None),
    ] {
        assert_eq!(office.change_as(&own, method, &path, body.as_ref()).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(office.send(&own, &office.address("").0, &photo(64, 64, 2)).await.status, StatusCode::CREATED);
    // Of another object, it is no neighbour.
    let mine = office.listed().await.remove(0);
    let wanted = json!({ "before": file["id"] });
    let reply = office.change_as(&own, Method::PATCH, &path(&mine), Some(&wanted)).await;
    assert_eq!((reply.status, reply.pointers()), (StatusCode::BAD_REQUEST, vec!["/before".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_of_a_defect_is_for_those_who_keep_the_register_and_added_by_who_inspects() {
    let office = Office::open().await;
    let defect = json!({
        "id": Uuid::now_v7(), "collection": "hydrants", "object": office.hydrant, "kind": "leaking", "severity": "major",
        "effect": "none", "found_on": &NOW[..10],
    });
    let recorded = office.change(Method::POST, "/api/defects", Some(&defect)).await;
    assert_eq!(recorded.status, StatusCode::CREATED, "{}", recorded.text());
    let of = format!("&defect={}", defect["id"].as_str().expect("an id"));
    let file = office.added(&format!("{of}&kind=damage"), &photo(64, 64, 1)).await;
    assert_eq!(file["defect"], defect["id"]);
    let crew = office.server.token("crew", None, None).await;
    let reader = office.server.token("reader", None, None).await;
    assert!(office.listed_by(&crew, "").await.is_empty());
    assert_eq!(statuses(&office, Some(&crew), &file).await, [StatusCode::NOT_FOUND; 3]);
    assert_eq!(office.listed_by(&reader, "").await.len(), 1);
    let unknown =
        office.send(&office.token, &office.address(&format!("&defect={}", Uuid::now_v7())).0, &photo(64, 64, 2)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_an_object_that_is_gone_are_gone_and_come_back_with_it() {
    let office = Office::open().await;
    let file = office.added("", &photo(64, 64, 1)).await;
    let object = format!("/ogc/collections/hydrants/items/{}", office.hydrant);
    assert_eq!(office.change(Method::DELETE, &object, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(statuses(&office, Some(&office.token), &file).await, [StatusCode::NOT_FOUND; 3]);
    let changed = office.change(Method::PATCH, &path(&file), Some(&json!({ "caption": "x" }))).await;
    assert_eq!(changed.status, StatusCode::NOT_FOUND);
    let changeset = office.server.count("SELECT max(id) FROM changeset").await;
    let undo = json!({ "reason": "a mistake" });
    let operator = office.server.token("administrator", None, None).await;
    let path = format!("/api/changesets/{changeset}/undo");
    let undone = office.change_as(&operator, Method::POST, &path, Some(&undo)).await;
    assert_eq!(undone.status, StatusCode::CREATED, "{}", undone.text());
    assert_eq!(office.listed().await, vec![file]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_takes_along_what_its_holder_sees_and_no_more_than_around_a_place_if_it_asks_so() {
    let office = Office::open().await;
    let file = office.added("", &photo(2_000, 1_000, 1)).await;
    let defect = json!({
        "id": Uuid::now_v7(), "collection": "hydrants", "object": office.hydrant, "kind": "leaking", "severity": "major",
        "effect": "none", "found_on": &NOW[..10],
    });
    office.change(Method::POST, "/api/defects", Some(&defect)).await;
    office.added(&format!("&defect={}", defect["id"].as_str().expect("an id")), &photo(64, 64, 2)).await;
    office.added("", DOCUMENT).await;
    let gone = office.added("", &photo(64, 64, 3)).await;
    office.change(Method::DELETE, &path(&gone), None).await;
    let crew = office.server.token("crew", None, None).await;
    let photos = async |query: &str| {
        let told = office.get_as(&crew, &format!("/api/device/photos{query}")).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
        told.json()["photos"].as_array().expect("a list").clone()
    };
    let all = photos("").await;
    assert_eq!((all.len(), &all[0]["file"], &all[0]["object"]), (1, &file, &json!(office.hydrant)));
    for (size, bytes) in [("thumbnail", &all[0]["thumbnail_bytes"]), ("screen", &all[0]["screen_bytes"])] {
        let picture = office.get_as(&crew, &format!("{}/{size}", path(&file))).await;
        assert_eq!(bytes, picture.body.len());
    }
    assert_eq!(photos("?lon=11.401&lat=53.89&radius=200").await.len(), 1);
    assert!(photos("?lon=11.41&lat=53.89&radius=200").await.is_empty());
    assert_eq!(office.server.get("/api/device/photos").await.json()["photos"], json!([]), "the public sees none");
    let half = office.get_as(&crew, "/api/device/photos?lon=11.4&radius=far").await;
    let mut pointers = half.pointers();
    pointers.sort_unstable();
    assert_eq!((half.status, pointers), (StatusCode::BAD_REQUEST, vec!["lat".to_owned(), "radius".to_owned()]));
}
