//! Changesets that meet in the same objects and numbers, in opposite orders: each does what it would have done alone, or
//! is told what the other has changed. None waits in a circle.

use axum::http::StatusCode;
use geokontor::feature::FeatureId;
use serde_json::{Value as Json, json};

use super::post;
use crate::support::{Reply, TestServer, hydrant};

/// Enough for a circle to happen in nearly every run of a server that lets it.
const ROUNDS: usize = 12;

fn patch(id: FeatureId, version: &Json, properties: &Json) -> Json {
    json!({ "collection": "hydrants", "operation": "patch", "id": id, "version": version,
            "patch": { "properties": properties } })
}

/// The same edits in both orders, at the same time.
async fn both_ways(server: &TestServer, token: &str, edits: [Vec<Json>; 2]) -> [Reply; 2] {
    let [one, mut other] = edits;
    other.reverse();
    let send = async |edits: Vec<Json>| {
        post(server, token, "/api/changesets", &json!({ "reason": "a meeting", "edits": edits })).await
    };
    let (one, other) = tokio::join!(send(one), send(other));
    [one, other]
}

#[tokio::test]
async fn edits_of_the_same_objects_in_opposite_orders_follow_each_other() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(20).await;
    let token = server.token("editor", None, None).await;
    for round in 0..ROUNDS {
        let edits = |who: &str, version: &Json| {
            let place = json!({ "place": format!("{who} {round}") });
            ids.iter().map(|id| patch(*id, version, &place)).collect::<Vec<_>>()
        };
        let any = json!("*");
        for reply in both_ways(&server, &token, [edits("Bobitz", &any), edits("Gägelow", &any)]).await {
            assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        }
        // Two versions a round of those that name none, and one of the two that name the one they have seen.
        let seen = json!(3 * round + 3);
        let replies = both_ways(&server, &token, [edits("Dassow", &seen), edits("Klütz", &seen)]).await;
        let mut statuses = replies.map(|reply| reply.status);
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::PRECONDITION_FAILED]);
    }
}

#[tokio::test]
async fn numbers_that_are_given_away_and_taken_in_opposite_orders_are_found_taken_or_free() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(6).await;
    let token = server.token("editor", None, None).await;
    for round in 0..ROUNDS {
        let create = |n: usize| {
            let feature = hydrant(11.5 + 0.01 * n as f64, 53.9, json!({ "ref": format!("N{round}-{n}") }));
            json!({ "collection": "hydrants", "operation": "create", "feature": feature })
        };
        let edits: Vec<Json> = (0..8).map(create).collect();
        let replies = both_ways(&server, &token, [edits.clone(), edits]).await;
        let mut statuses = replies.map(|reply| reply.status);
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::BAD_REQUEST], "the second finds the numbers taken");

        let any = json!("*");
        let renumber = |to: fn(usize) -> usize| {
            let new = |n: usize| json!({ "ref": format!("M{round}-{}", to(n)) });
            ids.iter().enumerate().map(|(n, id)| patch(*id, &any, &new(n))).collect::<Vec<_>>()
        };
        for reply in both_ways(&server, &token, [renumber(|n| n), renumber(|n| 5 - n)]).await {
            let known = [StatusCode::CREATED, StatusCode::BAD_REQUEST];
            assert!(known.contains(&reply.status), "{}", reply.text());
        }
    }
}

#[tokio::test]
async fn deleting_and_making_anew_in_opposite_orders_leaves_one_of_each_number() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let numbered = |n: usize| hydrant(11.4 + 0.01 * n as f64, 53.89, json!({ "ref": format!("H{n}") }));
    let mut ids = server.seed("hydrants", (0..6).map(numbered).collect()).await;
    for _ in 0..ROUNDS {
        let edits: Vec<[Json; 2]> = ids
            .iter()
            .enumerate()
            .map(|(n, id)| {
                let delete = json!({ "collection": "hydrants", "operation": "delete", "id": id, "version": "*" });
                [delete, json!({ "collection": "hydrants", "operation": "create", "feature": numbered(n) })]
            })
            .collect();
        let forth: Vec<Json> = edits.iter().flatten().cloned().collect();
        // In the other order, but each deletion still before its creation; `both_ways` turns it round.
        let back: Vec<Json> = edits.iter().flat_map(|[delete, create]| [create.clone(), delete.clone()]).collect();
        let replies = both_ways(&server, &token, [forth, back]).await;
        let done: Vec<&Reply> = replies.iter().filter(|reply| reply.status == StatusCode::CREATED).collect();
        assert_eq!(done.len(), 1, "{} {}", replies[0].text(), replies[1].text());
        let gone = replies.iter().any(|reply| reply.text().contains("\"code\":\"not-found\""));
        assert!(gone, "the second finds them deleted: {} {}", replies[0].text(), replies[1].text());
        let listed = server.get("/ogc/collections/hydrants/items?limit=100").await;
        assert_eq!(listed.ids().len(), 6);
        ids = listed.ids().iter().map(|id| id.parse().expect("an id")).collect();
        ids.sort_by_key(|id| {
            let features = listed.json()["features"].as_array().cloned().unwrap_or_default();
            let own = features.into_iter().find(|feature| feature["id"] == json!(id)).unwrap_or_default();
            own["properties"]["ref"].as_str().unwrap_or_default().to_owned()
        });
    }
}

#[tokio::test]
async fn an_undo_that_meets_an_edit_is_done_or_finds_the_objects_touched() {
    let server = TestServer::start().await;
    let ids = server.seed_hydrants(20).await;
    let token = server.token("administrator", None, None).await;
    let any = json!("*");
    for round in 0..ROUNDS {
        let edits = |who: &str| -> Vec<Json> {
            ids.iter().map(|id| patch(*id, &any, &json!({ "place": format!("{who} {round}") }))).collect()
        };
        let body = |mut edits: Vec<Json>| {
            edits.reverse();
            json!({ "reason": "a meeting", "edits": edits })
        };
        let first = post(&server, &token, "/api/changesets", &body(edits("Bobitz"))).await;
        let undo = format!("{}/undo", first.header("location"));
        let (reason, again) = (json!({ "reason": "wrong" }), body(edits("Gägelow")));
        let (undone, edited) =
            tokio::join!(post(&server, &token, &undo, &reason), post(&server, &token, "/api/changesets", &again));
        assert_eq!(edited.status, StatusCode::CREATED, "{}", edited.text());
        let touched = undone.json()["type"] == "urn:geokontor:problem:cannot-undo";
        assert!(undone.status == StatusCode::CREATED || touched, "{}", undone.text());
    }
}
