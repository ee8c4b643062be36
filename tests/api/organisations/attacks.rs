//! What somebody tries who has some rights and wants more.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{District, HERE, THERE, amt, give, id, make};
use crate::accounts::{Browser, Office};
use crate::events::Listener;
use crate::support::hydrant;

/// An Amt whose administrator has signed in, and another Amt beside it.
async fn two_offices<'a>(district: &'a District, by: &mut Browser<'_>) -> (Browser<'a>, String, String, String) {
    let own = make(by, amt("Amt Lossow", HERE)).await;
    let other = make(by, amt("Amt Grürnitz", THERE)).await;
    let (amt, account) = district.member(by, "v@amt.example", &own, "administrator").await;
    (amt, account, own, other)
}

#[tokio::test]
async fn an_account_without_a_role_sees_its_own_page_alone() {
    let office = Office::open().await;
    let id = office.server.seed_hydrants(1).await[0];
    let mut nobody = office.signed_in("n@amt.example").await;
    assert!(nobody.is_in().await);
    let refused = [
        (Method::GET, "/api/organisations".to_owned()),
        (Method::GET, "/api/memberships".to_owned()),
        (Method::GET, "/api/accounts".to_owned()),
        (Method::GET, "/api/changesets".to_owned()),
        (Method::GET, format!("/ogc/collections/hydrants/items/{id}/history")),
        (Method::POST, "/ogc/collections/hydrants/items".to_owned()),
        (Method::POST, "/api/memberships".to_owned()),
    ];
    for (method, path) in refused {
        assert_eq!(nobody.send(method, &path, None).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let wanted = json!({ "name": "mine", "role": "reader" });
    assert_eq!(nobody.post("/api/tokens", wanted).await.status, StatusCode::FORBIDDEN);
    let path = format!("/ogc/collections/hydrants/items/{id}");
    let public = office.server.get(&path).await.json()["properties"].clone();
    assert_eq!(nobody.get(&path).await.json()["properties"], public);
}

#[tokio::test]
async fn an_administrator_of_an_area_administers_nothing_beyond_it() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let (mut amt_lossow, account, own, other) = two_offices(&district, &mut administrator).await;
    let seen = amt_lossow.get("/api/organisations").await.json();
    assert_eq!(seen["organisations"].as_array().map(Vec::len), Some(1));
    make(&mut amt_lossow, json!({ "name": "FF Lossow", "kind": "fire_service", "municipalities": [HERE] })).await;

    let mut status = async |method: Method, path: &str, body| {
        let headers = [("sec-fetch-site", "same-origin"), ("if-match", "*")];
        amt_lossow.ask(method, path, body, &headers).await.status
    };
    for beyond in [
        json!({ "name": "Fremd", "kind": "fire_service", "municipalities": [THERE] }),
        json!({ "name": "Beide", "kind": "fire_service", "municipalities": [HERE, THERE] }),
        json!({ "name": "Alle", "kind": "district" }),
        json!({ "name": "Anfang", "kind": "amt", "municipalities": ["13074"] }),
    ] {
        let created = status(Method::POST, "/api/organisations", Some(beyond.clone())).await;
        assert_eq!(created, StatusCode::FORBIDDEN, "{beyond}");
        let own = format!("/api/organisations/{own}");
        assert_eq!(status(Method::PUT, &own, Some(beyond.clone())).await, StatusCode::FORBIDDEN, "{beyond}");
    }
    let other_path = format!("/api/organisations/{other}");
    assert_eq!(status(Method::GET, &other_path, None).await, StatusCode::FORBIDDEN);
    assert_eq!(status(Method::DELETE, &other_path, None).await, StatusCode::FORBIDDEN);
    let to_own = Some(amt("Amt Grürnitz", HERE));
    assert_eq!(
        status(Method::PUT, &other_path, to_own).await,
        StatusCode::FORBIDDEN,
        "nor is it pulled over the border"
    );

    assert_eq!(give(&mut amt_lossow, &account, &other, "reader").await.0, StatusCode::FORBIDDEN);
    let invite = json!({ "mail": "x@amt.example", "name": "X", "organisation": other, "role": "reader" });
    assert_eq!(amt_lossow.post("/api/accounts", invite).await.status, StatusCode::FORBIDDEN);
    let district_wide = json!({ "mail": "x@amt.example", "name": "X" });
    assert_eq!(amt_lossow.post("/api/accounts", district_wide).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nobody_gives_more_than_they_have_nor_takes_over_an_account_that_has_more() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let (mut amt_lossow, account, own, _) = two_offices(&district, &mut administrator).await;
    let chief = administrator.get("/api/account").await.json();
    let kreis = make(&mut administrator, json!({ "name": "Landkreis", "kind": "district" })).await;
    assert_eq!(give(&mut amt_lossow, &account, &kreis, "administrator").await.0, StatusCode::FORBIDDEN);

    let all =
        json!({ "mail": "x@amt.example", "name": "X", "administrator": true, "organisation": own, "role": "reader" });
    assert_eq!(amt_lossow.post("/api/accounts", all).await.status, StatusCode::FORBIDDEN);
    let path = format!("/api/accounts/{}", id(&chief));
    for act in ["link", "factor-reset", "disable"] {
        let tried = amt_lossow.post(&format!("{path}/{act}"), json!({})).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN, "{act}");
    }
    assert_eq!(amt_lossow.send(Method::DELETE, &path, None).await.status, StatusCode::FORBIDDEN);
    let listed = amt_lossow.get("/api/accounts").await.json();
    assert_eq!(listed["accounts"].as_array().map(Vec::len), Some(1), "those of the own area: {listed}");

    // Somebody who is theirs, and is given more by the district, is theirs no longer.
    let (_, clerk) = district.member(&mut amt_lossow, "c@amt.example", &own, "maintainer").await;
    assert_eq!(amt_lossow.post(&format!("/api/accounts/{clerk}/link"), json!({})).await.status, StatusCode::OK);
    assert_eq!(give(&mut administrator, &clerk, &kreis, "editor").await.0, StatusCode::CREATED);
    assert_eq!(amt_lossow.post(&format!("/api/accounts/{clerk}/link"), json!({})).await.status, StatusCode::FORBIDDEN);

    // A member of the district's organisation has a role, and is still bound by it.
    let (mut second, _) = district.member(&mut administrator, "k@kreis.example", &kreis, "administrator").await;
    assert_eq!(second.post(&format!("{path}/link"), json!({})).await.status, StatusCode::FORBIDDEN);
    let more = json!({ "mail": "y@kreis.example", "name": "Y", "administrator": true });
    assert_eq!(second.post("/api/accounts", more).await.status, StatusCode::FORBIDDEN);
    let (status, _) = give(&mut second, &clerk, &own, "warden").await;
    assert_eq!(status, StatusCode::CREATED, "what they do have they give");
}

#[tokio::test]
async fn a_dormant_membership_does_not_wake_with_more_than_its_administrator_has() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let (mut amt_lossow, _, own, _) = two_offices(&district, &mut administrator).await;
    let (clerk, _) = district.member(&mut amt_lossow, "c@amt.example", &own, "maintainer").await;
    drop(clerk);
    // Without an area the organisation would be the whole district's, and its maintainers with it.
    let widened = Some(json!({ "name": "Amt Lossow", "kind": "amt" }));
    let headers = [("sec-fetch-site", "same-origin"), ("if-match", "*")];
    let path = format!("/api/organisations/{own}");
    assert_eq!(amt_lossow.ask(Method::PUT, &path, widened, &headers).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn whoever_is_given_the_say_over_others_signs_in_anew_with_a_second_factor() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let (mut clerk, account) = district.member(&mut administrator, "c@amt.example", &lossow, "maintainer").await;
    assert_eq!(give(&mut administrator, &account, &lossow, "administrator").await.0, StatusCode::CREATED);
    assert!(!clerk.is_in().await, "the session was begun with the password alone");
    let again = clerk.sign_in("c@amt.example", crate::accounts::PASSWORD).await;
    assert_eq!(again.json()["state"], "enrolment");
    assert_eq!(clerk.get("/api/organisations").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_open_stream_ends_when_what_its_reader_may_know_of_has_changed() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let (mut reader, account) = district.member(&mut administrator, "l@amt.example", &lossow, "reader").await;
    let cookie = format!("__Host-geokontor={}", reader.session());
    let headers = [("cookie", cookie.as_str())];
    let app = &district.office.server.app;
    let mut stream = Listener::open_with(app, "/api/events", &headers).await;
    district.office.server.seed("hydrants", vec![hydrant(11.36, 53.85, json!({}))]).await;
    assert!(stream.says("event: change").await);

    let path = format!("/api/accounts/{account}/disable");
    assert_eq!(administrator.post(&path, json!({})).await.status, StatusCode::NO_CONTENT);
    assert!(!reader.is_in().await);
    district.office.server.seed("hydrants", vec![hydrant(11.37, 53.85, json!({}))]).await;
    assert!(stream.says("your rights have changed").await);
    assert!(!stream.says("event").await, "the stream is at its end");
}
