//! Replicas that a commit waits for: what has been answered is not lost with the primary.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use geokontor::http::Problem;
use geokontor::server::Server;

use super::cluster::Cluster;
use super::{create, node, shown};
use crate::support::until;

const WRITERS: usize = 4;
/// Changes before the primary dies, and after.
const BEFORE: usize = 60;
const AFTER: usize = 20;

/// What authors were told of their hydrants.
#[derive(Default)]
struct Told {
    acknowledged: Vec<String>,
    /// Refused as not stored.
    refused: Vec<String>,
}

/// Makes hydrants one after the other until it is told to stop.
async fn write(app: Arc<Server>, nth: usize, told: Arc<Mutex<Told>>, stop: Arc<AtomicBool>) {
    for number in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let name = format!("{nth}-{number:05}");
        let answer = create(&app, &name).await.map_err(Problem::from);
        // Refusals come without waiting for anything: authors who only are refused would keep the clock from everybody.
        tokio::task::yield_now().await;
        let mut told = told.lock().expect("a lock");
        match answer {
            Ok(_) => told.acknowledged.push(name),
            Err(problem) if problem.kind.name() == "outcome-unknown" => {}
            Err(_) => told.refused.push(name),
        }
    }
}

/// All of them as one URL, as docs/operate.md has it.
fn any_of(clusters: &[&Cluster]) -> String {
    let hosts: Vec<String> = clusters.iter().map(|cluster| cluster.socket()).collect();
    format!("postgres:///geokontor?host={}&port=5432&user=geokontor", hosts.join(","))
}

/// Waits until a primary waits for its replicas.
async fn in_step(primary: &Cluster, replicas: i64) {
    let waiting = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum' AND state = 'streaming'";
    until("the replicas are waited for", async || primary.sql("postgres", waiting) == replicas.to_string()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_by_a_quorum_outlives_the_primary_and_what_was_refused_is_not_there() {
    let primary = Cluster::new();
    let (one, other) = (Cluster::replica_called("db2", &primary), Cluster::replica_called("db3", &primary));
    primary.set("synchronous_standby_names", "ANY 1 (db2, db3)");
    in_step(&primary, 2).await;
    let app = node(&any_of(&[&primary, &one, &other])).await;
    let (told, stop) = (Arc::<Mutex<Told>>::default(), Arc::<AtomicBool>::default());
    let writers: Vec<_> =
        (0..WRITERS).map(|nth| tokio::spawn(write(app.clone(), nth, told.clone(), stop.clone()))).collect();
    let acknowledged = || told.lock().expect("a lock").acknowledged.len();
    until("much is written", async || acknowledged() >= BEFORE).await;
    primary.crash();
    let before = acknowledged();
    // As whatever promotes does: the replica that has most.
    let promoted = if one.received() >= other.received() { &one } else { &other };
    promoted.promote();
    until("writing goes on", async || acknowledged() >= before + AFTER).await;
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.expect("a writer");
    }
    let stored = promoted.sql("geokontor", "SELECT after_properties->>'ref' FROM change ORDER BY 1");
    let stored: Vec<&str> = stored.lines().collect();
    assert_eq!(shown(&app), stored, "the node shows what is stored");
    let told = told.lock().expect("a lock");
    let is_stored = |name: &&String| stored.binary_search(&name.as_str()).is_ok();
    let lost: Vec<&String> = told.acknowledged.iter().filter(|name| !is_stored(name)).collect();
    assert_eq!(lost, Vec::<&String>::new(), "acknowledged and lost");
    let there: Vec<&String> = told.refused.iter().filter(is_stored).collect();
    assert_eq!(there, Vec::<&String>::new(), "refused and stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_not_acknowledged_before_a_replica_has_it() {
    let primary = Cluster::new();
    let replica = Cluster::replica_called("db2", &primary);
    primary.set("synchronous_standby_names", "ANY 1 (db2)");
    in_step(&primary, 1).await;
    let app = node(&any_of(&[&primary, &replica])).await;
    // `remote_apply` waits longer: until who reads from the replica sees it.
    for (nth, commit) in ["on", "remote_apply"].into_iter().enumerate() {
        primary.set("synchronous_commit", commit);
        replica.crash();
        let editing = tokio::spawn({
            let app = app.clone();
            async move { create(&app, commit).await }
        });
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
        until("the commit waits for the replica", async || primary.sql("postgres", waiting) != "0").await;
        assert!(!editing.is_finished() && shown(&app).len() == nth, "{commit}");
        replica.start();
        editing.await.expect("an edit").expect("an acknowledgement");
        assert_eq!(shown(&app), ["on", "remote_apply"][..=nth]);
        if commit == "on" {
            until("the replica has everything", async || replica.has_all_of(&primary)).await;
        }
        assert_eq!(replica.count("SELECT count(*) FROM feature").await, nth as i64 + 1, "{commit}");
    }
}
