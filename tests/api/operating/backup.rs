//! A backup, and its way to another machine.

use std::process::Output;

use sqlx::migrate::Migrate;
use sqlx::{Connection, PgConnection};

use super::cluster::Cluster;
use super::process::geokontor;
use super::{create, node, rename, shown};
use crate::support::{Database, until};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_comes_back_whole_on_another_machine_and_a_node_goes_on_from_it() {
    let here = Database::new().await;
    let app = node(&here.url).await;
    let id = create(&app, "A").await.expect("a hydrant").features[0].0;
    rename(&app, id, "B").await.expect("a change");
    assert!(geokontor(&here.url, &["token", "create", "--name", "amt", "--role", "editor"]).status.success());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("district.dump").display().to_string();
    let made = geokontor(&here.url, &["backup", &file]);
    assert!(made.status.success() && said(&made).contains("1 features, 2 changes"), "{}", said(&made));
    // What comes after it is not in it.
    create(&app, "later").await.expect("a hydrant");

    let machine = Cluster::new();
    // That cluster has not counted as far as this one: its transactions must not be taken for ones to come.
    let (ours, theirs) = ("SELECT pg_current_xact_id()::text::bigint", machine.url());
    assert!(here.count(ours).await > 0 && machine.count(ours).await > 0);
    let restored = geokontor(&theirs, &["restore", &file]);
    assert!(restored.status.success(), "{}", said(&restored));
    let there = node(&theirs).await;
    assert_eq!(shown(&there), ["B"]);
    create(&there, "C").await.expect("a hydrant");
    rename(&there, id, "D").await.expect("a change");
    assert_eq!(shown(&there), ["C", "D"]);
    assert_eq!(machine.count("SELECT count(*) FROM token WHERE name = 'amt'").await, 1);
    for table in ["change", "changeset", "record_change"] {
        let ahead =
            format!("SELECT count(*) FROM {table} WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())");
        assert_eq!(machine.count(&ahead).await, 0, "{table}");
    }

    let refused = geokontor(&theirs, &["restore", &file]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("--replace"), "{}", said(&refused));
    assert_eq!(shown(&there), ["C", "D"]);
    let replaced = geokontor(&theirs, &["restore", "--replace", &file]);
    assert!(replaced.status.success(), "{}", said(&replaced));
    until("the running node shows it", async || there.is_ready() && shown(&there) == ["B"]).await;
    create(&there, "E").await.expect("a hydrant");
    assert_eq!(shown(&there), ["B", "E"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_loads_before_a_restore_has_ended_shows_what_it_acknowledges() {
    let here = Database::new().await;
    create(&*node(&here.url).await, "A").await.expect("a hydrant");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("district.dump").display().to_string();
    assert!(geokontor(&here.url, &["backup", &file]).status.success());
    let machine = Cluster::new();
    let theirs = machine.url();
    let there = node(&theirs).await;
    // What comes after the data waits for this lock.
    let mut migrating = PgConnection::connect(&theirs).await.expect("a connection");
    migrating.lock().await.expect("the lock of migrations");
    let url = theirs.clone();
    let restoring = tokio::task::spawn_blocking(move || geokontor(&url, &["restore", "--replace", &file]));
    until("the running node shows it", async || there.is_ready() && shown(&there) == ["A"]).await;
    create(&there, "B").await.expect("a hydrant");
    assert_eq!(shown(&there), ["A", "B"]);
    migrating.unlock().await.expect("the lock of migrations");
    let restored = restoring.await.expect("an end");
    assert!(restored.status.success(), "{}", said(&restored));
    assert_eq!(shown(&there), ["A", "B"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_holds_something_else_than_its_manifest_says_changes_nothing() {
    let here = Database::new().await;
    let node = node(&here.url).await;
    create(&node, "A").await.expect("a hydrant");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("district.dump");
    let name = file.display().to_string();
    assert!(geokontor(&here.url, &["backup", &name]).status.success());
    create(&node, "B").await.expect("a hydrant");
    let beside = folder.path().join("district.dump.json");
    let manifest = std::fs::read_to_string(&beside).expect("a manifest");
    let other = manifest.replace("\"changesets\": 1", "\"changesets\": 7");
    assert_ne!(other, manifest);
    std::fs::write(&beside, other).expect("a file");
    let refused = geokontor(&here.url, &["restore", "--replace", &name]);
    let told = said(&refused);
    assert!(!refused.status.success() && told.contains("the database is as it was"), "{told}");
    assert_eq!(here.count("SELECT count(*) FROM feature").await, 2);
}

#[tokio::test]
async fn a_damaged_backup_and_one_without_manifest_are_refused() {
    let database = Database::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let made = geokontor(&database.url, &["backup", &folder.path().display().to_string()]);
    assert!(made.status.success(), "{}", said(&made));
    let mut files: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|at| at.path()).collect();
    files.sort();
    let [file, manifest] = files.as_slice() else { panic!("a backup and its manifest, and nothing else: {files:?}") };
    let name = file.display().to_string();
    let mut bytes = std::fs::read(file).expect("a backup");
    bytes.truncate(bytes.len() - 10);
    std::fs::write(file, bytes).expect("a file");
    let refused = geokontor(&database.url, &["restore", &name]);
    assert!(!refused.status.success() && said(&refused).contains("is damaged"), "{}", said(&refused));
    std::fs::remove_file(manifest).expect("a manifest");
    let refused = geokontor(&database.url, &["restore", &name]);
    assert!(!refused.status.success() && said(&refused).contains("manifest"), "{}", said(&refused));
}
