//! What the clock changes. That time passes is said by moving the moment a job is due: the database tells the time here.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use geokontor::clock::Clock;
use geokontor::editing::Timers;
use geokontor::feature::FeatureId;
use geokontor::feature::crs::Crs;
use geokontor::store::bulk::BulkWriter;
use geokontor::store::features::FeatureState;
use geokontor::store::timers::TIMERS;
use geokontor::store::{Store, Transaction};
use geokontor::work::jobs::{self, Handler};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::events::{Listener, another_node};
use crate::support::{TestServer, Token, declarations, hydrant, until};

const SET: &str = "SELECT count(*) FROM job WHERE queue = 'timer'";
/// Changes that the clock has made.
const MADE: &str = "SELECT count(*) FROM change c JOIN changeset s ON s.id = c.changeset JOIN actor a ON a.id = s.actor \
                    WHERE a.kind = 'timer' AND s.kind = 'timer'";

/// A hydrant that gives no water until the end of a day.
async fn out_of_service(server: &TestServer, until: &str) -> String {
    let why = json!({ "operational_status": "out_of_service", "status_reason": "Rohrbruch", "status_until": until });
    server.seed("hydrants", vec![hydrant(11.4, 53.89, why)]).await[0].to_string()
}

fn address(id: &str) -> String {
    format!("/ogc/collections/hydrants/items/{id}")
}

async fn properties(server: &TestServer, id: &str) -> Json {
    server.get(&address(id)).await.json()["properties"].clone()
}

async fn status(server: &TestServer, id: &str) -> String {
    properties(server, id).await["operational_status"].as_str().expect("a status").to_owned()
}

async fn patch(server: &TestServer, token: &str, id: &str, properties: Json) {
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let body = json!({ "properties": properties });
    let reply = server.send(Method::PATCH, &address(id), Token::Secret(token), &headers, Some(&body)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
}

/// So many timers are due at this moment.
async fn due_at(server: &TestServer, moment: &str) -> i64 {
    server.count(&format!("SELECT count(*) FROM job WHERE queue = 'timer' AND run_at = '{moment}'")).await
}

/// The moment comes.
async fn pass(server: &TestServer) {
    server.execute("UPDATE job SET run_at = now() - interval '1 second' WHERE queue = 'timer'").await;
}

async fn begin(server: &TestServer) -> Transaction {
    crate::operating::jobs::begin(&server.app.store).await
}

async fn until_made(server: &TestServer, changes: i64) {
    until("the clock has made its changes", async || server.count(MADE).await == changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_day_is_over_state_tiles_events_and_history_follow_by_themselves() {
    let server = TestServer::start().await;
    let token = server.token("reader", None, None).await;
    let id = out_of_service(&server, "2099-10-25").await;
    assert_eq!(due_at(&server, "2099-10-25T23:00:00Z").await, 1, "the day of 25 hours ends at midnight");
    let tile = "/tiles/firewater/14/8710/5269";
    let before = server.get(tile).await;
    assert_eq!(before.status, StatusCode::OK, "{}", before.text());
    let mut listener = Listener::open(&server.app, "/api/events", None).await;
    pass(&server).await;
    let event = listener.next().await;
    assert_eq!((&event.data["id"], &event.data["version"]), (&json!(id), &json!(2)));
    let told = properties(&server, &id).await;
    let now = ["operational_status", "status_reason", "status_until"].map(|name| told[name].clone());
    assert_eq!(now, [json!("unknown"), Json::Null, Json::Null]);
    let nearest = server.get("/api/firewater/nearest?lon=11.4&lat=53.89").await.json();
    assert_eq!(nearest["sources"][0]["status"], "unknown", "{nearest}");
    assert_ne!(server.get(tile).await.body, before.body);
    let path = format!("{}/history", address(&id));
    let history = server.send(Method::GET, &path, Token::Secret(&token), &[], None).await;
    assert!(history.text().contains("Der Zustand galt bis zu diesem Tag."), "{}", history.text());
    assert_eq!((server.count(MADE).await, server.count(SET).await), (1, 0));
}

#[tokio::test]
async fn who_reads_does_not_wait_for_the_timer_of_a_state_that_is_over() {
    let last_second = "2099-06-01T21:59:59Z".parse::<DateTime<Utc>>().expect("an instant").timestamp();
    let now = Arc::new(AtomicI64::new(last_second));
    let hand = now.clone();
    let told = move || DateTime::from_timestamp(hand.load(Ordering::Relaxed), 0).expect("an instant");
    let server = TestServer::timed(declarations(), Clock::told_by(told), |_| {}).await;
    let id = out_of_service(&server, "2099-06-01").await;
    let members = ["usable", "status", "status_because", "status_reason", "status_until"];
    let nearest = async || {
        let source = server.get("/api/firewater/nearest?lon=11.4&lat=53.89").await.json()["sources"][0].clone();
        members.map(|name| source[name].clone())
    };
    let closed = [json!(false), json!("out_of_service"), json!("recorded"), json!("Rohrbruch"), json!("2099-06-01")];
    assert_eq!(nearest().await, closed);
    let tile = "/tiles/firewater/14/8710/5269";
    let before = server.get(tile).await.body;
    now.fetch_add(1, Ordering::Relaxed);
    assert_eq!(nearest().await, [json!(true), json!("unknown"), json!("ended"), Json::Null, Json::Null]);
    assert_ne!(server.get(tile).await.body, before, "the map of the new day");
    // What is recorded stays until the timer writes: by the clock of the database that is far away.
    assert_eq!((status(&server, &id).await.as_str(), server.count(MADE).await), ("out_of_service", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_goes_with_its_moment_through_edits_deletions_and_undo() {
    let server = TestServer::start().await;
    let token = server.token("administrator", None, None).await;
    let id = out_of_service(&server, "2099-01-01").await;
    patch(&server, &token, &id, json!({ "status_until": "2099-06-30" })).await;
    assert_eq!((due_at(&server, "2099-06-30T22:00:00Z").await, server.count(SET).await), (1, 1));
    patch(&server, &token, &id, json!({ "remark": "nothing of it" })).await;
    assert_eq!((due_at(&server, "2099-06-30T22:00:00Z").await, server.count(SET).await), (1, 1));
    patch(&server, &token, &id, json!({ "status_until": null })).await;
    assert_eq!(server.count(SET).await, 0);
    patch(&server, &token, &id, json!({ "status_until": "2099-03-28" })).await;
    let gone = server.send(Method::DELETE, &address(&id), Token::Secret(&token), &[("if-match", "*")], None).await;
    assert_eq!((gone.status, server.count(SET).await), (StatusCode::NO_CONTENT, 0));
    let changeset = server.count("SELECT max(id) FROM changeset").await;
    let path = format!("/api/changesets/{changeset}/undo");
    let (json_type, reason) = ([("content-type", "application/json")], json!({ "reason": "a slip" }));
    let back = server.send(Method::POST, &path, Token::Secret(&token), &json_type, Some(&reason)).await;
    assert_eq!(back.status, StatusCode::CREATED, "{}", back.text());
    assert_eq!((due_at(&server, "2099-03-28T23:00:00Z").await, server.count(SET).await), (1, 1));
    // What was not kept set no timer.
    let refused = json!({ "properties": { "status_until": "2099-12-31", "kind": "no kind" } });
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    server.send(Method::PATCH, &address(&id), Token::Secret(&token), &headers, Some(&refused)).await;
    assert_eq!(due_at(&server, "2099-03-28T23:00:00Z").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_passed_while_no_server_ran_is_dealt_with_once_by_those_that_start() {
    let server = TestServer::start().await;
    let id = out_of_service(&server, "2099-01-01").await;
    server.app.stop.cancel();
    // A worker that is under way may still end.
    until("nobody works", async || Arc::strong_count(&server.app.handlers[0]) == 1).await;
    pass(&server).await;
    let nodes = [another_node(&server).await, another_node(&server).await];
    until_made(&server, 1).await;
    until("both show it", async || {
        nodes.iter().all(|node| {
            let snapshot = node.index.snapshot_of("hydrants").expect("hydrants");
            snapshot.iter().all(|stored| stored.version == 2)
        })
    })
    .await;
    assert_eq!(server.count(SET).await, 0);
    assert_eq!(server.count(&format!("SELECT version FROM feature WHERE id = '{id}'")).await, 2);
    nodes.iter().for_each(|node| node.stop.cancel());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_dies_between_taking_and_writing_leaves_the_change_to_another() {
    let server = TestServer::start().await;
    server.app.stop.cancel();
    until("nobody works", async || Arc::strong_count(&server.app.handlers[0]) == 1).await;
    out_of_service_unseen(&server).await;
    pass(&server).await;
    let url = &server.app.config.database_url;
    let store = Store::connect(url, Crs::UTM33, Duration::from_secs(60)).await.expect("a database");
    let dead = store.take_jobs(TIMERS, 10).await.expect("jobs").remove(0);
    server.execute("UPDATE job SET leased_until = now() - interval '1 second' WHERE lease IS NOT NULL").await;
    let stop = CancellationToken::new();
    let handler: Arc<dyn Handler> = Arc::new(Timers(server.app.editor.clone()));
    jobs::start(&store, vec![handler.clone()], &stop);
    until_made(&server, 1).await;
    stop.cancel();
    // It was not dead, only slow.
    assert!(handler.handle(&dead).await.is_err(), "it is somebody else's by now");
    assert_eq!((server.count(MADE).await, server.count(SET).await), (1, 0));
}

/// A hydrant of a server that follows no longer: nobody waits until it is shown.
async fn out_of_service_unseen(server: &TestServer) {
    let state = json!({ "kind": "pillar", "operational_status": "out_of_service", "status_until": "2099-01-01" });
    let properties = serde_json::value::to_raw_value(&state).expect("JSON");
    let mut transaction = begin(server).await;
    let state = FeatureState { id: FeatureId::new(), version: 1, geometry: None, properties };
    transaction.create("hydrants", &state).await.expect("a hydrant");
    transaction.commit().await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_delays_a_change_and_one_that_runs_ahead_makes_it_once() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let id = out_of_service(&server, "2099-01-01").await;
    // The moment was near when the clock was set back by an hour: it is an hour away.
    server.execute("UPDATE job SET run_at = now() + interval '1 hour' WHERE queue = 'timer'").await;
    patch(&server, &token, &id, json!({ "remark": "others go on" })).await;
    assert_eq!((status(&server, &id).await.as_str(), server.count(MADE).await), ("out_of_service", 0));
    // Forward by a day: it is over, and that the clock is put right afterwards brings it back no more.
    server.execute("UPDATE job SET run_at = run_at - interval '1 day' WHERE queue = 'timer'").await;
    until_made(&server, 1).await;
    assert_eq!(server.count(SET).await, 0);
    // The next state with a day of its own has a timer of its own.
    patch(&server, &token, &id, json!({ "operational_status": "restricted", "status_until": "2099-01-02" })).await;
    assert_eq!(due_at(&server, "2099-01-02T23:00:00Z").await, 1);
    pass(&server).await;
    until_made(&server, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_whose_moment_was_moved_while_it_was_under_way_changes_nothing() {
    let server = TestServer::start().await;
    let token = server.token("editor", None, None).await;
    let id = out_of_service(&server, "2099-01-01").await;
    // Due for the one who takes it here, and for nobody else: the lease begins in the same statement.
    let lease = "UPDATE job SET run_at = now() - interval '1 second', lease = gen_random_uuid(), \
                 leased_until = now() + interval '20 seconds' WHERE queue = 'timer'";
    server.execute(lease).await;
    patch(&server, &token, &id, json!({ "status_until": "2099-02-01" })).await;
    assert_eq!(server.count("SELECT count(*) FROM job WHERE lease IS NOT NULL").await, 0, "it is nobody's any more");
    // A worker that was told of the first moment only now finds the second.
    server.execute("UPDATE job SET payload = jsonb_set(payload, '{moment}', '\"2099-01-01\"')").await;
    pass(&server).await;
    until("it is done with", async || server.count(SET).await == 0).await;
    assert_eq!((status(&server, &id).await.as_str(), server.count(MADE).await), ("out_of_service", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn timers_follow_a_declaration_that_has_changed() {
    let server = TestServer::start().await;
    out_of_service(&server, "2099-01-01").await;
    let (store, catalogue) = (&server.app.store, &server.app.catalogue);
    store.apply_declarations(catalogue, chrono_tz::Tz::America__Havana).await.expect("another district");
    assert_eq!((due_at(&server, "2099-01-02T05:00:00Z").await, server.count(SET).await), (1, 1));
    store.apply_declarations(catalogue, chrono_tz::Tz::Europe__Berlin).await.expect("this district");
    assert_eq!((due_at(&server, "2099-01-01T23:00:00Z").await, server.count(SET).await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_load_of_many_brings_has_its_timers() {
    let server = TestServer::start().await;
    let mut load = begin(&server).await;
    let mut writer = BulkWriter::new("hydrants");
    let state = br#"{"kind":"pillar","operational_status":"restricted","status_until":"2099-01-01"}"#;
    for _ in 0..3 {
        writer.create(&mut load, uuid::Uuid::now_v7(), None, state).await.expect("written");
    }
    writer.finish(&mut load).await.expect("written");
    load.commit().await.expect("a commit");
    assert_eq!((due_at(&server, "2099-01-01T23:00:00Z").await, server.count(SET).await), (3, 3));
    pass(&server).await;
    until_made(&server, 3).await;
}
