//! States of the database that pass: said to be so, with nothing stored.

use axum::http::StatusCode;
use geokontor::collection::Language;
use geokontor::http::Problem;
use geokontor::server::Server;
use sqlx::{Connection, PgConnection};

use super::breaking::CUT;
use super::proxy::Proxy;
use super::{create, node, rename, shown};
use crate::support::{Database, until};

/// Has the connections of a node made anew, with the settings the database has now.
async fn reconnect(database: &Database, app: &Server) {
    database.execute(CUT).await;
    until("the node is connected", async || app.store.ping().await.is_ok()).await;
}

fn assert_passing(app: &Server, refused: Problem, kind: &str) {
    let told = refused.written(&app.texts, Language::En);
    assert_eq!((refused.kind.status(), refused.kind.name()), (StatusCode::SERVICE_UNAVAILABLE, kind), "{told}");
    assert!(told["detail"].as_str().is_some_and(|detail| detail.starts_with("Nothing was stored")), "{told}");
    assert_eq!(refused.hint.expect("a header").0, "retry-after");
}

#[tokio::test]
async fn what_a_database_cannot_do_now_is_told_as_passing_and_nothing_is_stored() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    let made = create(&app, "A").await.expect("a hydrant");
    let set = async |setting: &str| {
        let sql = format!("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {setting}', current_database()); END $$");
        database.execute(&sql).await;
        reconnect(&database, &app).await;
    };

    set("SET default_transaction_read_only = on").await;
    assert_passing(&app, create(&app, "B").await.expect_err("read only").into(), "database-read-only");
    // By a session that may write, or it would be refused, too.
    let mut writer = PgConnection::connect(&database.url).await.expect("a connection");
    let reset = "DO $$ BEGIN \
                 EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$";
    for sql in ["SET default_transaction_read_only = off", reset] {
        sqlx::raw_sql(sql).execute(&mut writer).await.expect("a statement");
    }

    set("SET lock_timeout = 100").await;
    let mut writer = PgConnection::connect(&database.url).await.expect("a connection");
    sqlx::raw_sql("BEGIN; SELECT FROM feature FOR UPDATE").execute(&mut writer).await.expect("a lock");
    assert_passing(&app, rename(&app, made.features[0].0, "B").await.expect_err("a lock").into(), "database-slow");
    drop(writer);
    set("RESET lock_timeout").await;

    database
        .execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS \
               $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; \
             CREATE TRIGGER no_room BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION no_room()",
        )
        .await;
    assert_passing(&app, create(&app, "B").await.expect_err("no room").into(), "database-full");
    database.execute("DROP TRIGGER no_room ON change").await;

    assert_eq!(shown(&app), ["A"]);
    create(&app, "B").await.expect("a hydrant");
    assert_eq!(shown(&app), ["A", "B"]);
    assert_eq!(database.count("SELECT count(*) FROM changeset").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_vanishes_without_a_word_is_given_up_and_found_again() {
    let database = Database::new().await;
    let proxy = Proxy::before(&database.url);
    let app = node(&proxy.url).await;
    let made = create(&app, "A").await.expect("a hydrant");
    // In the middle of a transaction: another one holds the lock.
    let mut writer = PgConnection::connect(&database.url).await.expect("a connection");
    sqlx::raw_sql("BEGIN; SELECT FROM feature FOR UPDATE").execute(&mut writer).await.expect("a lock");
    let editing = tokio::spawn({
        let app = app.clone();
        async move { rename(&app, made.features[0].0, "B").await }
    });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until("the edit waits", async || database.count(waiting).await == 1).await;
    proxy.freeze();
    assert_passing(&app, editing.await.expect("an edit").expect_err("no database").into(), "database-unavailable");
    assert_passing(&app, create(&app, "C").await.expect_err("no database").into(), "database-unavailable");
    assert!(app.is_ready() && shown(&app) == ["A"], "reading goes on");
    drop(writer);
    proxy.thaw();
    until("writing works again", async || create(&app, "D").await.is_ok()).await;
    assert_eq!(shown(&app), ["A", "D"]);
    assert_eq!(database.count("SELECT count(*) FROM changeset").await, 2, "nothing else is stored, as it was told");
}
