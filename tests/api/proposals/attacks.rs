//! What somebody tries who would rather not wait for a second person, or not be one.

use axum::http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{District, HERE, THERE, address, approve, at, edit, field, item, moved, organisation, patch, waiting};
use crate::accounts::Office;
use crate::support::{Token, declarations_with};

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

#[tokio::test]
async fn nobody_approves_or_refuses_their_own() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let mut administrator = district.office.administrator("b@kreis.example").await.0;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    assert_eq!(approve(&mut clerk, &proposal).await.status, StatusCode::FORBIDDEN, "no such right");

    // With a token of one's own, and promoted since.
    let wanted = json!({ "name": "GIS", "role": "editor" });
    let token = clerk.post("/api/tokens", wanted).await.json()["secret"].as_str().expect("a token").to_owned();
    let headers = [("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let server = &district.office.server;
    let sent = server.send(Method::PATCH, &item(&district.here), Token::Secret(&token), &headers, Some(&moved())).await;
    let by_token = waiting(&sent);
    let kreis = administrator.get("/api/organisations").await.json();
    let kreis = kreis["organisations"].as_array().expect("organisations").iter().find(|one| one["kind"] == "district");
    let account = clerk.get("/api/account").await.json()["id"].clone();
    let given = json!({ "account": account, "organisation": kreis.expect("the district")["id"], "role": "editor" });
    assert_eq!(administrator.post("/api/memberships", given).await.status, StatusCode::CREATED);
    for proposal in [&proposal, &by_token] {
        for (what, body) in [("/approve", json!({})), ("/refuse", json!({ "reason": "doch nicht" }))] {
            let own = clerk.post(&address(proposal, what), body).await;
            assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
        }
        assert_eq!(clerk.get(&address(proposal, "")).await.json()["decisions"], json!(["withdraw"]));
        let theirs = chief.post(&address(proposal, "/withdraw"), json!({})).await;
        assert_eq!(theirs.status, StatusCode::FORBIDDEN, "{}", theirs.text());
        let withdrawn = clerk.post(&address(proposal, "/withdraw"), json!({})).await;
        assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text());
    }
}

#[tokio::test]
async fn programs_decide_nothing() {
    let district = District::open().await;
    let (mut clerk, _) = district.pair().await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    let mut administrator = district.office.administrator("b@kreis.example").await.0;
    let amt = organisation(&mut administrator, "Amt Lossow", "amt", Some(HERE)).await;
    let wanted = json!({ "name": "GIS Lossow", "role": "administrator", "organisation": amt });
    let of_amt = administrator.post("/api/tokens", wanted).await.json()["secret"].as_str().expect("a token").to_owned();
    let server = &district.office.server;
    let of_district = server.token("administrator", None, None).await;
    for token in [of_amt, of_district] {
        let seen = server.send(Method::GET, &address(&proposal, ""), Token::Secret(&token), &[], None).await;
        assert_eq!((seen.status, &seen.json()["decisions"]), (StatusCode::OK, &json!([])));
        for what in ["/approve", "/refuse"] {
            let headers = [("content-type", "application/json")];
            let body = json!({ "reason": "x" });
            let path = address(&proposal, what);
            let sent = server.send(Method::POST, &path, Token::Secret(&token), &headers, Some(&body)).await;
            assert_eq!(sent.status, StatusCode::UNAUTHORIZED, "{}", sent.text());
        }
    }
}

#[tokio::test]
async fn whoever_may_do_nothing_at_its_places_does_not_learn_that_a_proposal_exists() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let mut administrator = district.office.administrator("b@kreis.example").await.0;
    let beside = organisation(&mut administrator, "Amt Grürnitz", "amt", Some(THERE)).await;
    let mut stranger = district.member(&mut administrator, "Ole Thun", &beside, "administrator").await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    let unknown = json!({ "id": Uuid::now_v7().to_string() });
    assert_eq!(stranger.get("/api/proposals").await.json()["proposals"], json!([]));
    for proposal in [&proposal, &unknown] {
        let told: Vec<_> = [
            stranger.get(&address(proposal, "")).await,
            approve(&mut stranger, proposal).await,
            stranger.post(&address(proposal, "/refuse"), json!({ "reason": "nein" })).await,
            stranger.post(&address(proposal, "/withdraw"), json!({})).await,
        ]
        .into_iter()
        .map(|reply| (reply.status, reply.json()["detail"].clone()))
        .collect();
        assert!(told.iter().all(|one| *one == told[0] && one.0 == StatusCode::NOT_FOUND), "{told:?}");
    }
    for strange in ["/api/proposals/x", "/api/proposals/0", "/api/proposals/../accounts"] {
        assert_eq!(chief.get(strange).await.status, StatusCode::NOT_FOUND, "{strange}");
    }
    assert_eq!(district.office.server.get("/api/proposals").await.status, StatusCode::UNAUTHORIZED);
    let mut nobody = district.office.signed_in("n@amt.example").await;
    assert_eq!(nobody.get("/api/proposals").await.status, StatusCode::FORBIDDEN);
    assert_eq!(approve(&mut chief, &proposal).await.status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_approves_at_one_end_of_a_move_does_not_approve_at_the_other() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let both = json!({ "name": "Wasserwerk", "kind": "utility", "municipalities": [HERE, THERE] });
    let works = administrator.post("/api/organisations", both).await.json()["id"].as_str().expect("an id").to_owned();
    let amt = organisation(&mut administrator, "Amt Lossow", "amt", Some(HERE)).await;
    let mut fitter = district.member(&mut administrator, "Jens Ott", &works, "utility").await;
    let mut head = district.member(&mut administrator, "Ina Voss", &amt, "administrator").await;
    let proposal = waiting(&patch(&mut fitter, &district.here, at(11.44, 53.85), "steht drüben").await);
    let seen = head.get(&address(&proposal, "")).await;
    assert_eq!((seen.status, &seen.json()["decisions"]), (StatusCode::OK, &json!([])));
    let denied = approve(&mut head, &proposal).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text());
    assert_eq!(approve(&mut administrator, &proposal).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_is_decided_twice() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let proposal = waiting(&edit(&mut clerk, Method::DELETE, &item(&district.here), None, "weg").await);
    assert_eq!(approve(&mut chief, &proposal).await.status, StatusCode::OK);
    for (what, by_author) in [("/approve", false), ("/refuse", false), ("/withdraw", true)] {
        let by = if by_author { &mut clerk } else { &mut chief };
        let again = by.post(&address(&proposal, what), json!({ "reason": "nochmal" })).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{what}: {}", again.text());
    }
    assert_eq!(district.office.server.count("SELECT count(*) FROM change WHERE operation = 'delete'").await, 1);
}

#[tokio::test]
async fn of_what_somebody_does_not_see_they_are_told_nothing_and_decide_nothing() {
    let data = declarations_with(|hydrants| hydrants);
    let role = r#"
title = { de = "Wehrführung", en = "Chief" }
description = { de = "Gibt frei.", en = "Approves." }
for = ["fire_service"]
[[grants]]
actions = ["read"]
on = ["*"]
sees = "crew"
within = "district"
[[grants]]
actions = ["approve"]
on = ["*"]
within = "own"
"#;
    std::fs::write(data.path().join("roles/chief.toml"), role).expect("a role");
    let folder = data.path().to_owned();
    let district = District::at(Office::configured(|config| config.data = folder).await).await;
    let mut administrator = district.administrator().await;
    let lossow = organisation(&mut administrator, "Gemeinde Lossow", "municipality", Some(HERE)).await;
    let fire = organisation(&mut administrator, "FF Lossow", "fire_service", Some(HERE)).await;
    let mut clerk = district.member(&mut administrator, "Jens Ott", &lossow, "editor").await;
    let mut chief = district.member(&mut administrator, "Ina Voss", &fire, "chief").await;
    let wanted = json!({ "geometry": moved()["geometry"], "properties": { "remark": "Schlüssel bei Nr. 4" } });
    let proposal = waiting(&patch(&mut clerk, &district.here, wanted, "steht woanders").await);
    assert_eq!(field(&proposal, "remark")["after"], "Schlüssel bei Nr. 4");
    for path in [address(&proposal, ""), "/api/proposals".to_owned()] {
        let seen = chief.get(&path).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.text().contains("geometry") && !seen.text().contains("remark"), "{}", seen.text());
        assert!(!seen.text().contains("Schlüssel"), "{}", seen.text());
    }
    assert_eq!(approve(&mut chief, &proposal).await.status, StatusCode::FORBIDDEN);
    assert_eq!(district.office.mails("proposal-made", "ina.voss@example.org").await, 0);
}

#[tokio::test]
async fn reasons_are_texts_of_bounded_length_and_stay_out_of_the_journal() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let reason = "<img src=x onerror=alert(1)> =HYPERLINK(\"x\") Frau Ott";
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), reason).await);
    assert_eq!(proposal["reason"], reason);
    let huge = "x".repeat(501);
    for bad in [
        json!({ "reason": huge }),
        json!({ "reason": "a\r\nb" }),
        json!({ "reason": 7 }),
        json!({ "reason": "x", "more": 1 }),
    ] {
        for what in ["/refuse", "/approve"] {
            let refused = chief.post(&address(&proposal, what), bad.clone()).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{what} {bad}: {}", refused.text());
        }
        let refused = clerk.post(&address(&proposal, "/withdraw"), bad.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let endless = json!({ "reason": "x".repeat(1 << 20) });
    let refused = chief.post(&address(&proposal, "/refuse"), endless).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let headers =
        [SAME, ("if-match", "*"), ("content-type", "application/merge-patch+json"), ("geokontor-reason", &huge)];
    let refused = clerk.ask(Method::PATCH, &item(&district.here), Some(moved()), &headers).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    chief.post(&address(&proposal, "/refuse"), json!({ "reason": "Frau Ott irrt" })).await;
    let named = "SELECT count(*) FROM record_change WHERE subject = 'proposal' \
                 AND (coalesce(before::text, '') || coalesce(after::text, '')) ~ 'Ott|img|pillar'";
    assert_eq!(district.office.server.count(named).await, 0);
    let all = "SELECT count(*) FROM record_change WHERE subject = 'proposal'";
    assert_eq!(district.office.server.count(all).await, 2);
}
