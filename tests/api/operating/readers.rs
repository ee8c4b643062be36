//! Users of the database who may only read.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::process::geokontor;
use crate::support::Database;

/// A name of its own: users belong to the whole cluster.
fn name() -> String {
    format!("reader_{}", uuid::Uuid::now_v7().simple())
}

/// The same database for its administrator. The server's own user may make no users, and belongs so.
fn administrator(database: &Database) -> String {
    database.url.replace("user=geokontor", "user=postgres")
}

/// What the database says to statements: nothing, or why not.
async fn run(url: &str, sql: String) -> Option<String> {
    let options = PgConnectOptions::from_str(url).expect("an address");
    let mut connection = PgConnection::connect_with(&options).await.expect("a connection");
    // That readers begin read-only is no wall: anybody may take it back.
    let writing = "SET default_transaction_read_only = off";
    sqlx::raw_sql(writing).execute(&mut connection).await.expect("a setting");
    let refused = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.err();
    refused.map(|error| error.to_string())
}

async fn dropped(database: &Database, name: &str) {
    let sql = format!("DROP OWNED BY {name}; DROP ROLE {name}");
    assert_eq!(run(&administrator(database), sql).await, None);
}

/// The same of a user.
async fn answer(database: &Database, name: &str, sql: &str) -> Option<String> {
    run(&database.url.replace("user=geokontor", &format!("user={name}")), sql.to_owned()).await
}

/// What a reader may not do, whoever made it.
async fn reads_and_nothing_else(database: &Database, name: &str) {
    assert_eq!(answer(database, name, "SELECT count(*) FROM hydrants").await, None);
    // A view that is made later, as for a new collection, is read as well.
    database.execute("CREATE VIEW register.later AS SELECT 1 AS one").await;
    assert_eq!(answer(database, name, "SELECT one FROM register.later").await, None);
    for forbidden in [
        "SELECT * FROM feature",
        "SELECT * FROM token",
        "DELETE FROM register.hydrants",
        "INSERT INTO register.hydrants (id) VALUES (gen_random_uuid())",
        "CREATE TABLE register.mine ()",
        "CREATE TABLE public.mine ()",
        "CREATE ROLE another",
        "CREATE TEMPORARY TABLE mine ()",
        "SELECT 1 AS one INTO TEMPORARY mine",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_import('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/mine'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SET ROLE geokontor",
        "DO $$ BEGIN CREATE TEMPORARY TABLE mine (); END $$",
    ] {
        let refused = answer(database, name, forbidden).await;
        let is_denied = |error: &String| error.contains("denied") || error.contains("must be superuser");
        assert!(refused.as_ref().is_some_and(is_denied), "{forbidden}: {refused:?}");
    }
}

#[tokio::test]
async fn a_reader_made_on_the_command_line_reads_the_views_and_nothing_else() {
    let (database, name) = (Database::new().await, name());
    let url = administrator(&database);
    let early = geokontor(&url, &["database", "reader", &name]);
    assert!(String::from_utf8_lossy(&early.stderr).contains("migrate"), "{early:?}");
    assert!(geokontor(&database.url, &["migrate"]).status.success());
    let made = geokontor(&url, &["database", "reader", &name]);
    assert!(made.status.success(), "{made:?}");
    let password = String::from_utf8(made.stdout).expect("text").trim().to_owned();
    assert_eq!(password.len(), 40);
    reads_and_nothing_else(&database, &name).await;
    // The database keeps no more than what PostgreSQL needs to check the password.
    let fits = format!("rolpassword LIKE 'SCRAM-SHA-256$4096:%' AND strpos(rolpassword, '{password}') = 0");
    let checked = format!("DO $$ BEGIN ASSERT (SELECT {fits} FROM pg_authid WHERE rolname = '{name}'); END $$");
    assert_eq!(run(&url, checked).await, None);
    let again = geokontor(&url, &["database", "reader", &name]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("already"));
    let renewed = geokontor(&url, &["database", "reader", &name, "--new-password"]);
    assert_ne!(String::from_utf8(renewed.stdout).expect("text").trim(), password);
    for (other, said) in [("geokontor", "more than read"), ("nobody_of_this_name", "no reader")] {
        let refused = geokontor(&url, &["database", "reader", other, "--new-password"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(said), "{refused:?}");
    }
    assert_eq!(geokontor(&url, &["database", "reader", "a b"]).status.code(), Some(2));
    dropped(&database, &name).await;
}

#[tokio::test]
async fn a_server_that_may_make_no_users_tells_what_an_administrator_has_to_run() {
    let (database, name) = (Database::new().await, name());
    assert!(geokontor(&database.url, &["migrate"]).status.success());
    let refused = geokontor(&database.url, &["database", "reader", &name]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--sql"), "{refused:?}");
    let told = geokontor(&database.url, &["database", "reader", &name, "--sql"]);
    let (sql, said) = (String::from_utf8(told.stdout).expect("text"), String::from_utf8(told.stderr).expect("text"));
    let password = said.trim().rsplit(' ').next().expect("a password");
    assert!(password.len() == 40 && !sql.contains(password), "{said}");
    assert_eq!(run(&administrator(&database), sql).await, None);
    reads_and_nothing_else(&database, &name).await;
    dropped(&database, &name).await;
}

#[tokio::test]
async fn in_a_database_of_somebody_else_everybody_keeps_what_everybody_may_and_that_is_said() {
    let (database, name) = (Database::new().await, name());
    assert!(geokontor(&database.url, &["migrate"]).status.success());
    let url = administrator(&database);
    let given = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO postgres', current_database()); END $$";
    assert_eq!(run(&url, given.to_owned()).await, None);
    let made = geokontor(&url, &["database", "reader", &name]);
    assert!(made.status.success(), "{made:?}");
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(said.contains("may make temporary tables") && said.contains("may make large objects"), "{said}");
    assert_eq!(answer(&database, &name, "CREATE TEMPORARY TABLE mine ()").await, None, "nothing of theirs was changed");
    let back = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO geokontor', current_database()); END $$";
    assert_eq!(run(&url, back.to_owned()).await, None);
    dropped(&database, &name).await;
}
