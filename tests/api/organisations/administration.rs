use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{District, HERE, THERE, amt, give, id, make};
use crate::accounts::Browser;
use crate::support::Reply;

#[tokio::test]
async fn organisations_are_made_changed_and_ended_by_the_version_that_was_seen() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let made = administrator.post("/api/organisations", amt("Amt Lossow", HERE)).await;
    assert_eq!((made.status, made.header("etag")), (StatusCode::CREATED, "\"1\""));
    let path = format!("/api/organisations/{}", id(&made.json()));
    let twice = administrator.post("/api/organisations", amt("Amt Lossow", THERE)).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    let wider = Some(json!({ "name": "Amt Lossow", "kind": "amt", "municipalities": [HERE, THERE] }));
    let mut put = async |tag: Option<&str>| {
        let headers: Vec<(&str, &str)> =
            [("sec-fetch-site", "same-origin")].into_iter().chain(tag.map(|tag| ("if-match", tag))).collect();
        administrator.ask(Method::PUT, &path, wider.clone(), &headers).await
    };
    assert_eq!(put(None).await.status, StatusCode::PRECONDITION_REQUIRED);
    assert_eq!(put(Some("\"7\"")).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(put(Some("W/\"1\"")).await.status, StatusCode::PRECONDITION_FAILED);
    let changed = put(Some("\"1\"")).await;
    assert_eq!((changed.status, changed.header("etag")), (StatusCode::OK, "\"2\""), "{}", changed.text());
    assert_eq!(put(Some("\"1\"")).await.status, StatusCode::PRECONDITION_FAILED, "somebody else has changed it");

    let mut remove = async |tag: &str| {
        let headers = [("sec-fetch-site", "same-origin"), ("if-match", tag)];
        administrator.ask(Method::DELETE, &path, None, &headers).await.status
    };
    assert_eq!(remove("\"1\"").await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(remove("\"2\"").await, StatusCode::NO_CONTENT);
    assert_eq!(remove("\"2\"").await, StatusCode::NOT_FOUND);
    let none = administrator.get("/api/organisations").await.json();
    assert_eq!(none["organisations"], json!([]));
    assert_eq!(none["municipalities"].as_array().map(Vec::len), Some(2));
    make(&mut administrator, amt("Amt Lossow", HERE)).await;
}

#[tokio::test]
async fn every_fault_of_an_organisation_is_told_at_once() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let wrong =
        json!({ "name": "", "kind": "club", "municipalities": ["abc"], "outline": { "type": "Point" }, "x": 1 });
    let reply = administrator.post("/api/organisations", wrong).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    let mut pointers = reply.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/kind", "/municipalities", "/name", "/outline", "/x"]);
}

#[tokio::test]
async fn a_role_in_an_organisation_lets_somebody_edit_in_its_area_until_it_is_taken() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let (mut member, account) = district.member(&mut administrator, "m@amt.example", &lossow, "maintainer").await;
    let (here, there) = (district.here.as_str(), district.there.as_str());
    assert_eq!(district.edit(&mut member, here).await, StatusCode::OK);
    assert_eq!(district.edit(&mut member, there).await, StatusCode::FORBIDDEN);

    let own = member.get("/api/account").await.json();
    let organisation = &own["organisations"][0];
    assert_eq!((&organisation["name"], &organisation["role"]), (&json!("Amt Lossow"), &json!("Hydrant maintainer")));
    assert!(own["actions"].as_array().expect("actions").contains(&json!("edit")), "{own}");

    assert_eq!(give(&mut administrator, &account, &lossow, "maintainer").await.0, StatusCode::CONFLICT);
    let wrong_kind = give(&mut administrator, &account, &lossow, "utility").await;
    assert_eq!(wrong_kind.0, StatusCode::BAD_REQUEST, "{}", wrong_kind.1);
    let memberships = administrator.get("/api/memberships").await.json();
    let path = format!("/api/memberships/{}", id(&memberships["memberships"][0]));
    assert_eq!(administrator.send(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(district.edit(&mut member, here).await, StatusCode::FORBIDDEN, "with the next request");
    assert_eq!(member.get("/api/account").await.json()["actions"], json!([]));
}

#[tokio::test]
async fn roles_are_told_in_words_with_the_places_of_the_organisation() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let mut told = async |language: &str| {
        let path = format!("/api/roles?organisation={lossow}");
        let headers = [("sec-fetch-site", "same-origin"), ("accept-language", language)];
        let roles = administrator.ask(Method::GET, &path, None, &headers).await.json();
        let roles = roles["roles"].as_array().expect("roles").clone();
        assert!(roles.iter().all(|role| role["name"] != "utility"), "an Amt gives no such role");
        assert!(roles.iter().all(|role| role["may_give"] == true));
        roles.into_iter().find(|role| role["name"] == "maintainer").expect("a role")["sentences"][1].clone()
    };
    let german = told("de").await;
    let expected = "Amt Lossow darf Hydranten, Löschwasserentnahmestellen und Saugstellen in Gemeinde 13074001 anlegen, \
                    ändern, löschen, prüfen, sperren und importieren.";
    assert_eq!(german, Json::from(expected));
    let english = told("en").await;
    assert!(english.as_str().is_some_and(|text| text.starts_with("Amt Lossow may create, edit")), "{english}");
}

#[tokio::test]
async fn the_journal_has_no_names_of_private_persons() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let person = json!({ "name": "Wiebke Wandel", "kind": "private_person", "municipalities": [HERE] });
    make(&mut administrator, person).await;
    let listed = administrator.get("/api/organisations").await.json();
    assert_eq!(listed["organisations"][0]["name"], "Wiebke Wandel");
    let journal = "SELECT count(*) FROM record_change WHERE concat(before, after) ILIKE '%wandel%'";
    assert_eq!(district.office.server.count(journal).await, 0);
}

#[tokio::test]
async fn of_two_who_give_one_name_or_one_role_at_the_same_moment_one_is_told() {
    let district = District::open().await;
    let server = &district.office.server;
    let mut one = district.administrator().await;
    let mut other = one.clone();
    let lossow = make(&mut one, amt("Amt Lossow", HERE)).await;
    let brenz = make(&mut one, amt("Amt Brenz", THERE)).await;
    let rename = async |browser: &mut Browser<'_>, organisation: &str, key: &str| {
        let headers = [("sec-fetch-site", "same-origin"), ("if-match", "\"1\"")];
        let path = format!("/api/organisations/{organisation}");
        browser.ask(Method::PUT, &path, Some(amt("Amt Lossow-Brenz", key)), &headers).await
    };
    let both = async { tokio::join!(rename(&mut one, &lossow, HERE), rename(&mut other, &brenz, THERE)) };
    one_of(server.meeting("organisation", 2, both).await, "There is an organisation of this name already.");

    let (_, account) = district.member(&mut one, "m@amt.example", &lossow, "maintainer").await;
    let memberships = json!({ "account": account, "organisation": brenz, "role": "maintainer" });
    let tokens = json!({ "name": "GIS", "role": "editor", "organisation": lossow, "collections": ["hydrants"] });
    let new = [
        ("organisation", "/api/organisations", amt("Amt Neu", HERE)),
        ("membership", "/api/memberships", memberships),
        ("token", "/api/tokens", tokens),
    ];
    for (table, path, body) in new {
        let both = async { tokio::join!(one.post(path, body.clone()), other.post(path, body.clone())) };
        one_of(server.meeting(table, 2, both).await, "");
    }
}

/// One of two is done, and the other refused with a sentence.
fn one_of((first, second): (Reply, Reply), told: &str) {
    let (done, refused) = if first.status.is_success() { (first, second) } else { (second, first) };
    assert!(done.status.is_success(), "{}", done.text());
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    let detail = refused.json()["detail"].clone();
    assert!(detail.as_str().is_some_and(|detail| detail.starts_with(told)), "{detail}");
}
