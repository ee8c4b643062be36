//! What changes with the day: outages that were announced, and their ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use geokontor::clock::Clock;
use serde_json::{Value as Json, json};

use super::{BEFORE, Office};
use crate::support::{TestServer, declarations, until};

/// A server whose clock is moved by hand.
async fn office(now: &str) -> (Office, Arc<AtomicI64>) {
    let hand = Arc::new(AtomicI64::new(at(now)));
    let read = hand.clone();
    let told = move || DateTime::from_timestamp(read.load(Ordering::Relaxed), 0).expect("an instant");
    let server = TestServer::timed(declarations(), Clock::told_by(told), |_| {}).await;
    (Office::with(server).await, hand)
}

fn at(instant: &str) -> i64 {
    instant.parse::<DateTime<Utc>>().expect("an instant").timestamp()
}

impl Office {
    /// When the object is looked at again.
    async fn look_at(&self) -> String {
        self.server
            .text("SELECT to_char(run_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM job WHERE queue = 'look'")
            .await
    }

    /// The moment comes for which the jobs wait.
    async fn pass(&self, hand: &AtomicI64, to: &str) {
        hand.store(at(to), Ordering::Relaxed);
        self.server
            .execute("UPDATE job SET run_at = now() - interval '1 second' WHERE queue IN ('look', 'timer')")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_that_was_announced_begins_and_ends_by_itself_also_when_clocks_change() {
    let (office, hand) = office("2098-10-20T10:00:00Z").await;
    let mut check = office.check();
    check["made_on"] = json!("2098-10-01");
    office.recorded("/api/inspections", &check).await;
    office.recorded("/api/outages", &office.outage("2098-10-26", Some("2098-10-26"))).await;
    assert_eq!(office.published().await[0], "ready");
    // The Sunday on which clocks are set back is the 26th of October 2098, and has 25 hours.
    assert_eq!(office.look_at().await, "2098-10-25 22:00");
    office.pass(&hand, "2098-10-25T22:00:00Z").await;
    until("the outage has begun", async || office.published().await[0] == "out_of_service").await;
    let told = [
        json!("out_of_service"),
        json!("Baustelle, 26.10.2098 bis 26.10.2098"),
        json!("2098-10-26"),
        json!("2098-10-01"),
    ];
    assert_eq!(office.published().await, told);
    assert_eq!(office.look_at().await, "2098-10-26 23:00");
    office.pass(&hand, "2098-10-26T23:00:00Z").await;
    until("the outage has ended", async || office.published().await[0] == "ready").await;
    assert_eq!(office.published().await, [json!("ready"), Json::Null, Json::Null, json!("2098-10-01")]);
    let left = "SELECT count(*) FROM job WHERE queue IN ('look', 'timer')";
    until("nothing is left to do", async || office.server.count(left).await == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_clock_is_slow_ends_an_outage_all_the_same() {
    let (office, hand) = office("2098-06-01T10:00:00Z").await;
    office.recorded("/api/outages", &office.outage("2098-06-01", Some("2098-06-02"))).await;
    assert_eq!(office.published().await[0], "out_of_service");
    // The database says that the third has begun; the node thinks that it is still the second.
    office.pass(&hand, "2098-06-02T21:59:59Z").await;
    until("the outage has ended", async || office.published().await[0] == "unknown").await;
    assert_eq!(office.published().await[2], Json::Null);
}

#[tokio::test]
async fn an_outage_is_ended_early_and_one_that_was_announced_is_called_off() {
    let office = Office::open().await;
    office.recorded("/api/inspections", &office.check()).await;
    let running = office.recorded("/api/outages", &office.outage("2026-05-30", None)).await;
    let ahead = office.recorded("/api/outages", &office.outage("2026-07-01", Some("2026-07-02"))).await;
    assert_eq!((&running["running"], &ahead["running"]), (&json!(true), &json!(false)));
    let told = office.get(&format!("/api/upkeep/hydrants/{}", office.hydrant)).await.json();
    assert_eq!(told["status"]["announced"][0]["words"]["en"], "Construction site, 1 July 2026 to 2 July 2026");
    for outage in [running, ahead] {
        let path = format!("/api/outages/{}/end", outage["id"].as_str().expect("an id"));
        assert_eq!(office.post(&path, &json!({})).await.status, 200);
        assert_eq!(office.post(&path, &json!({})).await.status, 409, "it is over");
    }
    assert_eq!(office.published().await, [json!("ready"), Json::Null, Json::Null, json!(BEFORE)]);
}
