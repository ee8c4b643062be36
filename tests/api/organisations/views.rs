use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::{District, HERE, THERE, amt, id, make};
use crate::accounts::Browser;

fn view(name: &str, organisation: Option<&str>) -> Json {
    json!({ "name": name, "collection": "hydrants", "query": "filter=flow_rate+%3C+800", "organisation": organisation })
}

/// Names of the views that somebody sees.
async fn seen(by: &mut Browser<'_>) -> Vec<String> {
    let answer = by.get("/api/views?collection=hydrants").await.json();
    let views = answer["views"].as_array().expect("views");
    views.iter().map(|view| view["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_view_is_its_owner_s_and_that_of_the_organisation_it_is_shared_with() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = make(&mut administrator, amt("Amt Lossow", HERE)).await;
    let moor = make(&mut administrator, amt("Amt Moor", THERE)).await;
    let (mut clerk, _) = district.member(&mut administrator, "c@lossow.example", &lossow, "maintainer").await;
    let (mut colleague, account) = district.member(&mut administrator, "d@lossow.example", &lossow, "maintainer").await;
    let (mut other, _) = district.member(&mut administrator, "c@moor.example", &moor, "maintainer").await;

    for wanted in [view(" Wenig Wasser ", None), view("Alle prüfen", Some(&lossow))] {
        let made = clerk.post("/api/views", wanted).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    }
    assert_eq!(seen(&mut clerk).await, ["Alle prüfen", "Wenig Wasser"]);
    assert_eq!(seen(&mut colleague).await, ["Alle prüfen"]);
    assert_eq!(seen(&mut other).await, [""; 0]);

    // Nobody takes away what is somebody else's; whoever administers the organisation may.
    let shared = id(&colleague.get("/api/views").await.json()["views"][0]);
    let path = format!("/api/views/{shared}");
    for by in [&mut colleague, &mut other] {
        assert_eq!(by.send(Method::DELETE, &path, None).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(administrator.send(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(seen(&mut colleague).await, [""; 0]);

    // With their owner goes what they have kept.
    colleague.post("/api/views", view("Meine", Some(&lossow))).await;
    assert_eq!(seen(&mut clerk).await, ["Meine", "Wenig Wasser"]);
    let erased = administrator.send(Method::DELETE, &format!("/api/accounts/{account}"), None).await;
    assert_eq!(erased.status, StatusCode::NO_CONTENT, "{}", erased.text());
    assert_eq!(seen(&mut clerk).await, ["Wenig Wasser"]);
}

#[tokio::test]
async fn every_fault_of_a_view_is_named() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let moor = make(&mut administrator, amt("Amt Moor", THERE)).await;
    let wrong = json!({ "name": " ", "collection": "ponds", "query": "x".repeat(4001), "organisation": moor });
    let refused = administrator.post("/api/views", wrong).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
    let mut pointers = refused.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/collection", "/name", "/organisation", "/query"]);
}
