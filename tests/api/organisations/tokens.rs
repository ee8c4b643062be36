use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{District, HERE, THERE, amt, id, make};
use crate::support::{Token, hydrant};

const ITEMS: &str = "/ogc/collections/hydrants/items";

async fn writes(district: &District, secret: &str, lon: f64) -> StatusCode {
    let feature = hydrant(lon, 53.86, json!({}));
    let headers = [("content-type", "application/geo+json")];
    district.office.server.send(Method::POST, ITEMS, Token::Secret(secret), &headers, Some(&feature)).await.status
}

fn secret(made: &Json) -> String {
    made["secret"].as_str().expect("a secret").to_owned()
}

#[tokio::test]
async fn a_token_of_an_organisation_writes_in_its_area_and_is_told_once() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let wanted = json!({ "name": "GIS Lossow", "role": "editor", "organisation": lossow, "collections": ["hydrants"] });
    let made = administrator.post("/api/tokens", wanted.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let token = secret(&made.json());
    assert_eq!(writes(&district, &token, 11.35).await, StatusCode::CREATED);
    assert_eq!(writes(&district, &token, 11.45).await, StatusCode::FORBIDDEN);
    assert_eq!(
        administrator.post("/api/tokens", wanted).await.status,
        StatusCode::CONFLICT,
        "names are not used twice"
    );

    let listed = administrator.get("/api/tokens").await;
    assert!(listed.text().contains("GIS Lossow") && !listed.text().contains(&token));
    let path = format!("/api/tokens/{}", id(&made.json()));
    assert_eq!(administrator.send(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(writes(&district, &token, 11.35).await, StatusCode::UNAUTHORIZED);
    assert_eq!(administrator.send(Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_never_holds_more_than_its_owner_and_ends_with_what_the_owner_has() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let (mut clerk, account) = district.member(&mut administrator, "c@amt.example", &lossow, "maintainer").await;
    for (wanted, status) in [
        (json!({ "name": "t1", "role": "administrator" }), StatusCode::FORBIDDEN),
        (json!({ "name": "t2", "role": "reader" }), StatusCode::FORBIDDEN),
        (json!({ "name": "t3", "role": "maintainer", "area": [THERE] }), StatusCode::FORBIDDEN),
        (json!({ "name": "t4", "role": "maintainer", "district": true }), StatusCode::FORBIDDEN),
        (json!({ "name": "t5", "role": "maintainer", "organisation": lossow }), StatusCode::FORBIDDEN),
        (json!({ "name": "t6", "role": "captain" }), StatusCode::BAD_REQUEST),
        (json!({ "name": "t7", "role": "maintainer", "collections": ["ponds"] }), StatusCode::BAD_REQUEST),
        (json!({ "name": "t8", "role": "maintainer", "expires_at": "2020-01-01T00:00:00Z" }), StatusCode::BAD_REQUEST),
    ] {
        let refused = clerk.post("/api/tokens", wanted.clone()).await;
        assert_eq!(refused.status, status, "{wanted}: {}", refused.text());
    }
    let made = clerk.post("/api/tokens", json!({ "name": "Handy", "role": "maintainer" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let token = secret(&made.json());
    assert_eq!(writes(&district, &token, 11.35).await, StatusCode::CREATED);
    assert_eq!(writes(&district, &token, 11.45).await, StatusCode::FORBIDDEN);

    let standing = format!("/api/accounts/{account}");
    administrator.post(&format!("{standing}/disable"), json!({})).await;
    assert_eq!(writes(&district, &token, 11.35).await, StatusCode::UNAUTHORIZED, "its owner has been sent away");
    administrator.post(&format!("{standing}/enable"), json!({})).await;
    assert_eq!(writes(&district, &token, 11.35).await, StatusCode::CREATED);
    let memberships = administrator.get("/api/memberships").await.json();
    let membership = format!("/api/memberships/{}", id(&memberships["memberships"][0]));
    administrator.send(Method::DELETE, &membership, None).await;
    assert_eq!(writes(&district, &token, 11.35).await, StatusCode::FORBIDDEN, "its owner may nothing any more");
}

#[tokio::test]
async fn nobody_sees_or_ends_the_tokens_of_others() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let wanted = json!({ "name": "GIS Lossow", "role": "editor", "organisation": lossow });
    let made = administrator.post("/api/tokens", wanted).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let (mut clerk, _) = district.member(&mut administrator, "c@amt.example", &lossow, "maintainer").await;
    assert_eq!(clerk.get("/api/tokens").await.json()["tokens"], json!([]));
    let path = format!("/api/tokens/{}", id(&made.json()));
    assert_eq!(clerk.send(Method::DELETE, &path, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(writes(&district, &secret(&made.json()), 11.35).await, StatusCode::CREATED);
    // Programs make no tokens.
    let token = district.office.server.token("administrator", None, None).await;
    let wanted = json!({ "name": "more", "role": "reader" });
    let headers = [("content-type", "application/json")];
    let server = &district.office.server;
    let refused = server.send(Method::POST, "/api/tokens", Token::Secret(&token), &headers, Some(&wanted)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_last_use_of_a_token_is_a_day_that_is_written_once_and_by_no_request() {
    let district = District::open().await;
    let (office, app) = (&district.office, &district.office.server.app);
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let wanted = json!({ "name": "GIS Lossow", "role": "editor", "organisation": lossow });
    let made = administrator.post("/api/tokens", wanted).await.json();
    let token = secret(&made);
    let used = async |by: &mut crate::accounts::Browser<'_>| {
        let listed = by.get("/api/tokens").await.json();
        let all = listed["tokens"].as_array().expect("a list").clone();
        all.into_iter().find(|one| one["name"] == "GIS Lossow").expect("the token")["last_used_on"].clone()
    };
    assert_eq!(used(&mut administrator).await, Json::Null);
    let written = "SELECT count(*) FROM token WHERE last_used_on IS NOT NULL";
    office.server.send(Method::GET, ITEMS, Token::Secret(&token), &[], None).await;
    assert_eq!(used(&mut administrator).await, "2026-06-01");
    assert_eq!(office.server.count(written).await, 0, "no request writes");
    app.directory.note_uses(&app.store, &app.clock).await.expect("a database");
    assert_eq!(office.server.count("SELECT count(*) FROM token WHERE last_used_on = '2026-06-01'").await, 1);

    // The same day again is not written again; at 22:30 in Greenwich it is tomorrow here.
    let row = "SELECT xmin::text::bigint FROM token WHERE last_used_on IS NOT NULL";
    let before = office.server.count(row).await;
    office.wait(3 * 3600);
    office.server.send(Method::GET, ITEMS, Token::Secret(&token), &[], None).await;
    app.directory.note_uses(&app.store, &app.clock).await.expect("a database");
    assert_eq!(office.server.count(row).await, before);
    office.wait(9 * 3600 + 1800);
    office.server.send(Method::GET, ITEMS, Token::Secret(&token), &[], None).await;
    app.directory.note_uses(&app.store, &app.clock).await.expect("a database");
    assert_eq!(office.server.count("SELECT count(*) FROM token WHERE last_used_on = '2026-06-02'").await, 1);
    assert_eq!(office.server.count("SELECT count(*) FROM record_change WHERE after ? 'last_used_on'").await, 0);
}
