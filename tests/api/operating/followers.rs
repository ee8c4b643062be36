//! Several nodes on one database, and writers that do not wait for each other.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{create, node, rename, shown};
use crate::support::{Database, until};

#[tokio::test]
async fn two_nodes_on_one_database_see_each_others_edits() {
    let database = Database::new().await;
    let (one, other) = (node(&database.url).await, node(&database.url).await);
    let made = create(&one, "A").await.expect("a hydrant");
    assert_eq!(shown(&one), ["A"], "the author's node shows it at once");
    until("the other node shows it", async || shown(&other) == ["A"]).await;
    rename(&other, made.features[0].0, "B").await.expect("a change");
    until("the change comes back", async || shown(&one) == ["B"]).await;
}

/// A hydrant written by hand, as another program of ours would: state and journal in one transaction that stays open.
async fn open_writer(url: &str, name: &str) -> PgConnection {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let sql = "WITH a AS (INSERT INTO actor (kind, label) VALUES ('guest', 'test') RETURNING id), \
                    c AS (INSERT INTO changeset (domain, kind, actor, reason) SELECT 'register', 'edit', id, 'a test' FROM a \
                          RETURNING id), \
                 f AS (INSERT INTO feature VALUES ('hydrants', $1, 1, ST_SetSRID(ST_MakePoint(264000, 5977000), 25833), $2)) \
               INSERT INTO change (changeset, collection, feature, version, operation, after_geometry, after_properties) \
               SELECT id, 'hydrants', $1, 1, 'create', ST_SetSRID(ST_MakePoint(264000, 5977000), 25833), $2 FROM c";
    sqlx::query("BEGIN").execute(&mut connection).await.expect("a transaction");
    let properties = serde_json::json!({ "kind": "underground", "ref": name });
    sqlx::query(sql).bind(Uuid::now_v7()).bind(properties).execute(&mut connection).await.expect("a hydrant");
    connection
}

#[tokio::test]
async fn a_change_with_an_early_number_that_is_committed_late_is_not_skipped() {
    let database = Database::new().await;
    let app = node(&database.url).await;
    // Three writers take their numbers in this order and commit in another, with edits of the node between them.
    let mut first = open_writer(&database.url, "first").await;
    let mut second = open_writer(&database.url, "second").await;
    let mut third = open_writer(&database.url, "third").await;
    create(&app, "edit 1").await.expect("a hydrant");
    assert_eq!(shown(&app), ["edit 1"], "nobody waits for an open transaction");
    sqlx::query("COMMIT").execute(&mut third).await.expect("a commit");
    until("the third is shown", async || shown(&app) == ["edit 1", "third"]).await;
    create(&app, "edit 2").await.expect("a hydrant");
    sqlx::query("COMMIT").execute(&mut first).await.expect("a commit");
    until("the first is shown", async || shown(&app) == ["edit 1", "edit 2", "first", "third"]).await;
    sqlx::query("ROLLBACK").execute(&mut second).await.expect("a rollback");
    create(&app, "edit 3").await.expect("a hydrant");
    assert_eq!(shown(&app), ["edit 1", "edit 2", "edit 3", "first", "third"]);
    let fresh = node(&database.url).await;
    assert_eq!(shown(&fresh), shown(&app), "a node that loads now sees the same");
}

#[tokio::test]
async fn a_node_that_loads_while_a_writer_is_under_way_sees_its_change_after_the_commit() {
    let database = Database::new().await;
    drop(node(&database.url).await);
    let mut writer = open_writer(&database.url, "late").await;
    let app = node(&database.url).await;
    assert!(shown(&app).is_empty());
    sqlx::query("COMMIT").execute(&mut writer).await.expect("a commit");
    until("it is shown", async || shown(&app) == ["late"]).await;
}

#[tokio::test]
async fn many_writers_on_two_nodes_lose_nothing() {
    let database = Database::new().await;
    let (one, other) = (node(&database.url).await, node(&database.url).await);
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let app = if writer % 2 == 0 { one.clone() } else { other.clone() };
            tokio::spawn(async move {
                for n in 0..10 {
                    create(&app, &format!("{writer}-{n}")).await.expect("a hydrant");
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("a writer");
    }
    until("both show all", async || shown(&one).len() == 80 && shown(&other).len() == 80).await;
    assert_eq!(shown(&one), shown(&other));
}

#[tokio::test]
async fn a_journal_from_another_cluster_is_not_read_again_at_every_look() {
    let database = Database::new().await;
    let before = node(&database.url).await;
    create(&before, "A").await.expect("a hydrant");
    before.stop.cancel();
    // As a dump from a cluster that has counted further brings it.
    for table in ["change", "changeset"] {
        database.execute(&format!("UPDATE {table} SET transaction = '999999999999'::xid8")).await;
    }
    let app = node(&database.url).await;
    assert_eq!(shown(&app), ["A"]);
    let ahead = "SELECT count(*) FROM change WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())";
    assert_eq!(database.count(ahead).await, 0);
    create(&app, "B").await.expect("a hydrant");
    assert_eq!(shown(&app), ["A", "B"]);
}
