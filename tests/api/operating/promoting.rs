//! A database that is not the one it was: a replica was promoted, or it has gone back.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use geokontor::http::Problem;
use geokontor::server::{self, Server};
use serde_json::Value as Json;
use tower::ServiceExt;

use super::cluster::Cluster;
use super::{create, node, rename, shown};
use crate::events::Listener;
use crate::support::{Database, until};

async fn get(app: &Arc<Server>, path: &str) -> (StatusCode, String, Json) {
    let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
    let response = server::router(app).oneshot(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let tag = head.headers.get("etag").map_or("", |tag| tag.to_str().expect("a tag")).to_owned();
    (head.status, tag, serde_json::from_slice(&body).unwrap_or_default())
}

async fn device_cursor(app: &Arc<Server>) -> String {
    get(app, "/api/device/manifest").await.2["cursor"].as_str().expect("a cursor").to_owned()
}

async fn changes_since(app: &Arc<Server>, cursor: &str) -> (StatusCode, Json) {
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("since", cursor).finish();
    let (status, _, body) = get(app, &format!("/api/device/changes?{query}")).await;
    (status, body)
}

/// Waits until something holds, and has a look at the register meanwhile, which never fails otherwise than by 503.
async fn until_without_failure(app: &Arc<Server>, what: &str, mut holds: impl AsyncFnMut() -> bool) {
    until(what, async || {
        let (status, ..) = get(app, "/ogc/collections/hydrants/items").await;
        assert!([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&status), "{status}");
        holds().await
    })
    .await;
}

/// Both hosts of a pair, as one URL.
fn either(one: &Cluster, other: &Cluster) -> String {
    one.url().replace(&one.socket(), &format!("{},{}", one.socket(), other.socket()))
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_promotion_that_lost_nothing_everything_goes_on_on_the_other_host() {
    let primary = Cluster::new();
    let replica = Cluster::replica_of(&primary);
    let app = node(&either(&primary, &replica)).await;
    let made = create(&app, "A").await.expect("a hydrant");
    let mut listener = Listener::open(&app, "/api/events", None).await;
    let cursor = device_cursor(&app).await;
    create(&app, "B").await.expect("a hydrant");
    assert_eq!(listener.next().await.name, "change");
    until("the replica has everything", async || replica.has_all_of(&primary)).await;
    primary.crash();
    replica.promote();
    until_without_failure(&app, "the other host is found", async || create(&app, "C").await.is_ok()).await;
    rename(&app, made.features[0].0, "D").await.expect("a change");
    assert_eq!(shown(&app), ["B", "C", "D"]);
    assert_eq!(listener.next().await.data["action"], "created", "no reset");
    assert_eq!(listener.next().await.data["action"], "updated");
    let (status, told) = changes_since(&app, &cursor).await;
    assert_eq!((status, told["deleted"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{told}");
    assert_eq!(replica.count("SELECT count(*) FROM feature").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_promotion_that_lost_changes_nobody_is_shown_them_and_everybody_is_told() {
    let primary = Cluster::new();
    let replica = Cluster::replica_of(&primary);
    let app = node(&either(&primary, &replica)).await;
    let made = create(&app, "A").await.expect("a hydrant").features[0].0;
    let kept = create(&app, "B").await.expect("a hydrant").features[0].0;
    let old_cursor = device_cursor(&app).await;
    let mut listener = Listener::open(&app, "/api/events", None).await;
    until("the replica has everything", async || replica.has_all_of(&primary)).await;
    // From here on it receives nothing.
    replica.crash();
    rename(&app, made, "lost").await.expect("a change");
    create(&app, "ghost").await.expect("a hydrant");
    let path = format!("/ogc/collections/hydrants/items/{made}");
    let (_, lost_tag, lost) = get(&app, &path).await;
    assert_eq!(lost["properties"]["ref"], "lost");
    let lost_page = get(&app, "/ogc/collections/hydrants/items").await.1;
    let lost_cursor = device_cursor(&app).await;
    for _ in 0..2 {
        assert_eq!(listener.next().await.name, "change");
    }
    let lost_id = listener.last_id.clone();
    primary.crash();
    replica.start();
    replica.promote();
    until_without_failure(&app, "what is lost is not shown", async || app.is_ready() && shown(&app) == ["A", "B"])
        .await;
    assert_eq!(listener.next().await.name, "reset");
    // The same versions come again, with other contents.
    until_without_failure(&app, "writing works again", async || rename(&app, made, "found").await.is_ok()).await;
    create(&app, "C").await.expect("a hydrant");
    rename(&app, kept, "D").await.expect("a change");
    assert_eq!(shown(&app), ["C", "D", "found"]);
    let (_, tag, found) = get(&app, &path).await;
    assert_eq!((&found["properties"]["ref"], tag == lost_tag), (&Json::from("found"), false), "{tag}");
    assert_ne!(get(&app, "/ogc/collections/hydrants/items").await.1, lost_page);
    let mut again = Listener::open(&app, "/api/events", Some(&lost_id)).await;
    assert_eq!(again.next().await.name, "reset", "an id from what is lost");
    assert_eq!(changes_since(&app, &lost_cursor).await.0, StatusCode::GONE);
    let (status, told) = changes_since(&app, &old_cursor).await;
    assert_eq!((status, told["collections"][0]["count"].clone()), (StatusCode::OK, Json::from(3)), "{told}");
    let found = replica.count("SELECT count(*) FROM feature").await;
    assert_eq!(found, 3, "and the database holds what is shown");
}

#[tokio::test]
async fn a_journal_that_is_replaced_under_a_running_node_is_noticed() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    create(&app, "A").await.expect("a hydrant");
    let mut listener = Listener::open(&app, "/api/events", None).await;
    create(&app, "B").await.expect("a hydrant");
    assert_eq!(listener.next().await.name, "change");
    // As a backup from before the second hydrant brings it, restored in place.
    database
        .execute(
            "DELETE FROM feature f USING change c WHERE c.feature = f.id AND c.after_properties->>'ref' = 'B'; \
             DELETE FROM changeset s USING change c WHERE c.changeset = s.id AND c.after_properties->>'ref' = 'B'; \
             DELETE FROM change WHERE after_properties->>'ref' = 'B'",
        )
        .await;
    // Whoever writes at once is told to wait, or is shown what is there.
    until("writing goes on", async || match create(&app, "C").await.map_err(Problem::from) {
        Ok(_) => true,
        Err(problem) => {
            assert_eq!((problem.kind.status(), problem.kind.name()), (StatusCode::SERVICE_UNAVAILABLE, "loading"));
            false
        }
    })
    .await;
    assert_eq!(shown(&app), ["A", "C"]);
    assert_eq!(listener.next().await.name, "reset");
    assert_eq!(shown(&app), ["A", "C"]);
}
