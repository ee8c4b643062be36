//! What breaks, and what goes on all the same.

use axum::http::StatusCode;
use geokontor::http::Problem;

use super::{create, node, shown};
use crate::operating::proxy::Proxy;
use crate::support::{Database, until};

/// Ends every connection of a node to the database of the test.
pub const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";

#[tokio::test]
async fn lost_connections_lose_no_change() {
    let database = Database::new().await;
    let (reader, writer) = (node(&database.url).await, node(&database.url).await);
    for round in 0..5 {
        database.execute(CUT).await;
        let name = format!("round {round}");
        // The writer's own connections were cut too: the first tries may fail, but then nothing is stored.
        until("it is stored", async || create(&writer, &name).await.is_ok()).await;
    }
    until("the reader shows all", async || shown(&reader).len() == 5).await;
    assert_eq!(database.count("SELECT count(*) FROM feature").await, 5);
    assert_eq!(database.count("SELECT count(*) FROM change").await, 5);
}

#[tokio::test]
async fn without_its_database_a_node_reads_on_refuses_writes_and_recovers() {
    let database = Database::new().await;
    let proxy = Proxy::before(&database.url);
    let app = node(&proxy.url).await;
    create(&app, "before").await.expect("a hydrant");
    proxy.close().await;
    let refused = Problem::from(create(&app, "lost").await.expect_err("a refusal"));
    assert_eq!((refused.kind.status(), refused.kind.name()), (StatusCode::SERVICE_UNAVAILABLE, "database-unavailable"));
    assert_eq!(shown(&app), ["before"]);
    assert!(app.is_ready(), "the node stays in the balancer");
    proxy.open();
    until("writing works again", async || create(&app, "after").await.is_ok()).await;
    assert_eq!(shown(&app), ["after", "before"]);
    let other = node(&database.url).await;
    create(&other, "elsewhere").await.expect("a hydrant");
    until("the journal is followed again", async || shown(&app) == ["after", "before", "elsewhere"]).await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_told_as_what_it_was() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    // Slow enough to be cut in the middle: the constraint is checked at the commit.
    database
        .execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'; \
             CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON changeset DEFERRABLE INITIALLY DEFERRED \
             FOR EACH ROW EXECUTE FUNCTION slow()",
        )
        .await;
    let editing = tokio::spawn({
        let app = app.clone();
        async move { create(&app, "cut").await }
    });
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    until("the commit is under way", async || database.count(waiting).await == 1).await;
    database.execute(CUT).await;
    let refused = Problem::from(editing.await.expect("an edit").expect_err("a refusal"));
    assert_eq!((refused.kind.status(), refused.kind.name()), (StatusCode::SERVICE_UNAVAILABLE, "database-unavailable"));
    assert_eq!(database.count("SELECT count(*) FROM feature").await, 0, "and nothing is stored, as it says");
}
