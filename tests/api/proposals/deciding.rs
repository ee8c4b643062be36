//! From a proposal to what becomes of it.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{District, address, approve, at, edit, field, item, moved, patch, waiting};

#[tokio::test]
async fn an_edit_that_takes_a_second_person_changes_nothing_until_somebody_has_approved_it() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let before = clerk.get(&item(&district.here)).await.json();
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht vor Haus 4").await);
    assert_eq!((&proposal["proposer"], &proposal["reason"]), (&json!("Jens Ott"), &json!("steht vor Haus 4")));
    assert_eq!((&proposal["own"], &proposal["decisions"]), (&json!(true), &json!(["withdraw"])));
    assert_eq!(field(&proposal, "geometry")["before"]["coordinates"], json!([11.35, 53.85]));
    assert_eq!(field(&proposal, "geometry")["after"]["coordinates"], json!([11.3506, 53.85]));
    assert_eq!(clerk.get(&item(&district.here)).await.json()["geometry"], before["geometry"]);

    let seen = chief.get("/api/proposals?state=open&collection=hydrants").await.json();
    assert_eq!(seen["proposals"][0]["decisions"], json!(["approve", "refuse"]));
    assert_eq!(seen["proposals"][0]["edits"][0]["to"], json!([11.3506, 53.85]));
    let approved = approve(&mut chief, &proposal).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let approved = approved.json();
    assert_eq!((&approved["state"], &approved["decider"]), (&json!("approved"), &json!("Ute Kern")));
    let now = chief.get(&item(&district.here)).await.json();
    assert_eq!(now["geometry"]["coordinates"], json!([11.3506, 53.85]));

    let history = chief.get(&format!("{}/history", item(&district.here))).await.json();
    let last = &history["versions"][1];
    assert_eq!((&last["actor"], &last["proposer"]), (&json!("Ute Kern"), &json!("Jens Ott")));
    assert_eq!((&last["reason"], &last["changeset"]), (&json!("steht vor Haus 4"), &approved["changeset"]));
    assert_eq!(history["versions"][0].get("proposer"), None);
    let changeset = chief.get(&format!("/api/changesets/{}", approved["changeset"])).await.json();
    assert_eq!(changeset["proposer"], "Jens Ott");
    assert_eq!(clerk.get("/api/proposals?state=open").await.json()["proposals"], json!([]));
}

#[tokio::test]
async fn what_is_refused_or_withdrawn_is_not_made_and_the_reason_stays() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let proposal = waiting(&edit(&mut clerk, Method::DELETE, &item(&district.here), None, "weg").await);
    let unreasoned = chief.post(&address(&proposal, "/refuse"), json!({})).await;
    assert_eq!((unreasoned.status, unreasoned.pointers()), (StatusCode::BAD_REQUEST, vec!["/reason".to_owned()]));
    let refused = chief.post(&address(&proposal, "/refuse"), json!({ "reason": "wird noch gebraucht" })).await;
    assert_eq!(refused.status, StatusCode::OK, "{}", refused.text());
    let told = clerk.get(&address(&proposal, "")).await.json();
    assert_eq!((&told["state"], &told["answer"]), (&json!("refused"), &json!("wird noch gebraucht")));
    assert_eq!((&told["decider"], &told["changeset"]), (&json!("Ute Kern"), &json!(null)));

    let other = waiting(&patch(&mut clerk, &district.here, moved(), "steht vor Haus 4").await);
    let withdrawn = clerk.post(&address(&other, "/withdraw"), json!({})).await;
    assert_eq!(withdrawn.json()["state"], "withdrawn");
    assert_eq!(approve(&mut chief, &other).await.status, StatusCode::CONFLICT);
    let now = clerk.get(&item(&district.here)).await.json();
    assert_eq!(now["geometry"]["coordinates"], json!([11.35, 53.85]));
}

#[tokio::test]
async fn what_others_have_changed_meanwhile_stays_if_it_is_something_else() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let wanted = json!({ "geometry": moved()["geometry"], "properties": { "remark": "vor Haus 4" } });
    let proposal = waiting(&patch(&mut clerk, &district.here, wanted, "steht woanders").await);
    patch(&mut chief, &district.here, json!({ "properties": { "kind": "underground" } }), "geprüft").await;
    let shown = chief.get(&address(&proposal, "")).await.json();
    assert_eq!((&shown["edits"][0]["version"], &shown["edits"][0]["current"]), (&json!(1), &json!(2)));
    let approved = approve(&mut chief, &proposal).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let now = chief.get(&item(&district.here)).await.json();
    let properties = &now["properties"];
    assert_eq!((&properties["kind"], &properties["remark"]), (&json!("underground"), &json!("vor Haus 4")));
    assert_eq!(now["geometry"]["coordinates"], json!([11.3506, 53.85]));
}

#[tokio::test]
async fn what_others_have_changed_to_something_else_stands_against_a_proposal_which_stays_open() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    let deletion = waiting(&edit(&mut clerk, Method::DELETE, &item(&district.here), None, "weg").await);
    patch(&mut chief, &district.here, at(11.3498, 53.85), "eingemessen").await;
    let against = approve(&mut chief, &proposal).await;
    assert_eq!(against.status, StatusCode::CONFLICT);
    assert_eq!(against.pointers(), ["/edits/0/fields/geometry"], "{}", against.text());
    let shown = chief.get(&address(&proposal, "")).await.json();
    assert_eq!(shown["state"], "open");
    assert_eq!(field(&shown, "geometry")["conflict"], json!(true));
    assert_eq!(field(&shown, "geometry")["now"]["coordinates"], json!([11.3498, 53.85]));
    let against = approve(&mut chief, &deletion).await;
    assert_eq!(against.pointers(), ["/edits/0/fields/geometry"], "what would be lost: {}", against.text());

    edit(&mut chief, Method::DELETE, &item(&district.here), None, "doppelt").await;
    for (asked, said) in [("de", "gelöscht"), ("en", "deleted")] {
        let headers = [("sec-fetch-site", "same-origin"), ("accept-language", asked)];
        let gone = chief.ask(Method::POST, &address(&proposal, "/approve"), Some(json!({})), &headers).await;
        assert_eq!((gone.status, gone.pointers()), (StatusCode::CONFLICT, vec!["/edits/0".to_owned()]));
        assert!(
            gone.json()["errors"][0]["message"].as_str().is_some_and(|told| told.contains(said)),
            "{}",
            gone.text()
        );
    }
    assert_eq!(chief.get(&address(&proposal, "")).await.json()["edits"][0]["current"], json!(null));
}

#[tokio::test]
async fn what_can_no_longer_be_is_told_as_of_any_edit() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let wanted = json!({ "geometry": moved()["geometry"], "properties": { "ref": "H7" } });
    let proposal = waiting(&patch(&mut clerk, &district.here, wanted, "steht woanders").await);
    let seven = crate::support::hydrant(11.355, 53.85, json!({ "ref": "H7" }));
    district.office.server.seed("hydrants", vec![seven]).await;
    let taken = approve(&mut chief, &proposal).await;
    assert_eq!(taken.pointers(), ["/edits/0/properties/ref"], "{}", taken.text());
    assert_eq!(chief.get(&address(&proposal, "")).await.json()["state"], "open");
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_does() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    let (mut other, answer) = (chief.clone(), json!({ "reason": "nein" }));
    let path = address(&proposal, "/refuse");
    let both = async { tokio::join!(approve(&mut chief, &proposal), other.post(&path, answer)) };
    let (approved, refused) = both.await;
    let mut both = [approved.status, refused.status];
    both.sort();
    assert_eq!(both, [StatusCode::OK, StatusCode::CONFLICT], "{} {}", approved.text(), refused.text());
    let state = clerk.get(&address(&proposal, "")).await.json()["state"].clone();
    let is_moved = clerk.get(&item(&district.here)).await.json()["geometry"]["coordinates"] == json!([11.3506, 53.85]);
    assert_eq!(is_moved, state == "approved", "{state}");
}

#[tokio::test]
async fn proposals_are_listed_page_by_page_by_object_and_by_state() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    for n in 0..5 {
        let further = at(11.3506 + f64::from(n) * 0.001, 53.85);
        waiting(&patch(&mut clerk, &district.here, further, "steht woanders").await);
    }
    let (mut seen, mut next) = (Vec::new(), Some("/api/proposals?limit=2".to_owned()));
    while let Some(path) = next.take() {
        let page = chief.get(&path).await.json();
        seen.extend(page["proposals"].as_array().expect("proposals").iter().map(|one| one["id"].clone()));
        next = page["next"].as_str().map(|next| next.trim_start_matches("https://geo.example").to_owned());
    }
    let mut newest_first = seen.clone();
    newest_first.sort_by_key(|id| std::cmp::Reverse(id.to_string()));
    assert_eq!((seen.len(), &seen), (5, &newest_first));
    let count = async |query: &str| {
        let mut chief = chief.clone();
        let found = chief.get(&format!("/api/proposals?{query}")).await.json();
        found["proposals"].as_array().expect("proposals").len()
    };
    assert_eq!(count(&format!("collection=hydrants&feature={}", district.here)).await, 5);
    assert_eq!(count(&format!("feature={}", district.there)).await, 0);
    assert_eq!(count("collection=water_sources").await + count("state=refused").await, 0);
    let wrong = chief.get("/api/proposals?state=done&feature=x&before=1&colour=red").await;
    assert_eq!(
        (wrong.status, wrong.pointers()),
        (StatusCode::BAD_REQUEST, ["feature", "before", "state", "colour"].map(str::to_owned).to_vec())
    );
}

#[tokio::test]
async fn a_node_that_loads_anew_knows_what_waits() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    let app = &district.office.server.app;
    let docket = &app.editor.letters.as_ref().expect("proposals").docket;
    let before = docket.before(None);
    geokontor::index::RecordKeeper::load(&**docket, &app.store).await.expect("loaded");
    assert_eq!(docket.before(None), before);
    assert_eq!(approve(&mut chief, &proposal).await.status, StatusCode::OK);
}
