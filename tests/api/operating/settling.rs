//! Commits whose answer was lost, on a database that crashes.

use axum::http::StatusCode;
use geokontor::http::Problem;

use super::cluster::Cluster;
use super::proxy::Proxy;
use super::{create, node, shown};
use crate::support::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_a_crash_has_swallowed_is_not_taken_for_the_transaction_that_got_its_number() {
    let cluster = Cluster::new();
    let proxy = Proxy::before(&cluster.url());
    let app = node(&proxy.url).await;
    create(&app, "before").await.expect("a hydrant");
    let editing = tokio::spawn({
        let app = app.clone();
        async move { create(&app, "swallowed").await }
    });
    proxy.freeze_at_commit(async {}).await;
    cluster.crash();
    cluster.start();
    // More numbers than the crash has given back, all of them committed.
    let taking = "DO $$ BEGIN FOR nth IN 1..50 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";
    cluster.sql("geokontor", taking);
    proxy.close().await;
    proxy.open();
    let refused = Problem::from(editing.await.expect("an edit").expect_err("a refusal"));
    assert_eq!((refused.kind.status(), refused.kind.name()), (StatusCode::SERVICE_UNAVAILABLE, "database-unavailable"));
    until("writing works again", async || create(&app, "after").await.is_ok()).await;
    assert_eq!(shown(&app), ["after", "before"]);
    assert_eq!(cluster.count("SELECT count(*) FROM feature").await, 2, "nothing is stored, as it says");
    assert_eq!(cluster.count("SELECT count(*) FROM changeset").await, 2, "and settling leaves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_has_reached_the_disk_is_acknowledged_although_its_answer_was_lost() {
    let database = crate::support::Database::new().await;
    let proxy = Proxy::before(&database.url);
    let app = node(&proxy.url).await;
    let editing = tokio::spawn({
        let app = app.clone();
        async move { create(&app, "kept").await }
    });
    proxy.freeze_at_commit(async {}).await;
    // The node has given the connection up when its COMMIT arrives.
    until("the node has given it up", async || app.store.ping().await.is_err()).await;
    proxy.thaw();
    editing.await.expect("an edit").expect("an acknowledgement");
    assert_eq!(shown(&app), ["kept"]);
    assert_eq!(database.count("SELECT count(*) FROM feature").await, 1);
    assert_eq!(database.count("SELECT count(*) FROM changeset").await, 1);
}
