//! The commands of the program: what they print, and how they end.

use std::process::Output;

use super::process::{Server, command, geokontor};
use crate::support::Database;

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const NOWHERE: &str = "postgres:///nowhere?host=/nonexistent&port=5432&user=geokontor&password=hunter2";

#[test]
fn a_faulty_configuration_is_told_with_its_line_and_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("geokontor.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:0\"\n\nbody_limt = 3\n").expect("a file");
    let file = file.display().to_string();
    let output = geokontor(NOWHERE, &["--config", &file, "migrate"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains(&format!("{file}:3: unknown field `body_limt`")), "{}", said(&output));
    let output = geokontor(NOWHERE, &["--config", &file, "check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with("FAULT  configuration"), "{}", said(&output));
}

#[test]
fn faulty_declarations_are_told_all_at_once_with_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for sub in ["collections", "codelists"] {
        std::fs::create_dir(folder.path().join(sub)).expect("a folder");
    }
    std::fs::write(folder.path().join("codelists/a.toml"), "codes = 3\n").expect("a file");
    std::fs::write(folder.path().join("collections/b.toml"), "\n\nnonsense\n").expect("a file");
    std::fs::write(folder.path().join("district.toml"), "name = \"X\"\ncolour = 1\n").expect("a file");
    let output = command(NOWHERE, &["migrate"]).env("GEOKONTOR_DATA", folder.path()).output().expect("the program");
    assert_eq!(output.status.code(), Some(2));
    for place in ["codelists/a.toml:1: ", "collections/b.toml:3: ", "district.toml:2: unknown field `colour`"] {
        assert!(said(&output).contains(place), "{place} is missing in {}", said(&output));
    }
}

#[test]
fn a_database_that_is_not_there_is_told_without_its_password() {
    let output = command(NOWHERE, &["migrate"]).env("GEOKONTOR_DATABASE_PATIENCE", "1").output().expect("the program");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("the database is not available"), "{}", said(&output));
    let checked = geokontor(NOWHERE, &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(said(&checked).contains("FAULT  database"), "{}", said(&checked));
    assert!(!said(&output).contains("hunter2") && !said(&checked).contains("hunter2"));
}

#[tokio::test]
async fn a_sound_installation_passes_the_check_and_a_newer_schema_does_not() {
    let database = Database::new().await;
    assert_eq!(geokontor(&database.url, &["migrate"]).status.code(), Some(0));
    let output = geokontor(&database.url, &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    database
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (29991231000000, 'future', true, '', 0)",
        )
        .await;
    let output = geokontor(&database.url, &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("FAULT  schema"), "{}", said(&output));
}

#[tokio::test]
async fn an_import_says_by_its_exit_code_whether_rows_were_refused_and_whether_any_could_be_taken() {
    let database = Database::new().await;
    assert_eq!(geokontor(&database.url, &["migrate"]).status.code(), Some(0));
    let folder = tempfile::tempdir().expect("a folder");
    let (good, bad) = ("A;Unterflurhydrant;11.45;53.9\n", "B;Springbrunnen;11.46;53.9\n");
    for (rows, code) in [(good.to_owned(), 0), (format!("{good}{bad}"), 3), (bad.to_owned(), 4)] {
        let file = folder.path().join(format!("{code}.csv"));
        std::fs::write(&file, format!("Nummer;Bauart;lon;lat\n{rows}")).expect("a file");
        let file = file.display().to_string();
        let output = geokontor(&database.url, &["import", &file, "--collection", "hydrants", "--dry-run"]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
    }
}

#[tokio::test]
async fn two_servers_that_start_together_on_an_empty_database_load_the_district_once() {
    let database = Database::new().await;
    let servers: Vec<Server> = (0..2).map(|_| Server::start(&database.url, &["--demo-if-empty"])).collect();
    for server in &servers {
        server.ready().await;
    }
    assert_eq!(database.count("SELECT count(*) FROM changeset WHERE kind = 'demo'").await, 1);
    assert_eq!(database.count("SELECT count(*) FROM register.hydrants").await, 4000);
    let again = geokontor(&database.url, &["demo", "--scale", "10"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("not empty"), "{}", said(&again));
}

#[tokio::test]
async fn told_to_stop_a_server_ends_with_0() {
    let database = Database::new().await;
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start(&database.url, &[]);
        server.ready().await;
        server.signal(signal);
        assert_eq!(server.end().await, Some(0), "{signal}");
    }
}

#[tokio::test]
async fn a_load_that_is_killed_half_way_leaves_nothing() {
    let database = Database::new().await;
    assert!(geokontor(&database.url, &["migrate"]).status.success());
    let mut loading = command(&database.url, &["demo"]).spawn().expect("the program");
    let writing = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'";
    crate::support::until("the load is under way", async || database.count(writing).await > 0).await;
    loading.kill().expect("a process");
    loading.wait().expect("an end");
    let holding =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    crate::support::until("its connections are gone", async || database.count(holding).await == 0).await;
    assert_eq!(database.count("SELECT count(*) FROM change").await, 0);
    assert_eq!(database.count("SELECT count(*) FROM changeset").await, 0);
    assert!(geokontor(&database.url, &["demo", "--scale", "10"]).status.success(), "and it can be loaded anew");
}
