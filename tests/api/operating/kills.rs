//! Two nodes that are killed one after the other at random moments, while edits, timers and mails are under way: what was
//! acknowledged is there, what was asked for is done, and nothing is done twice.
//!
//! Each node gives its mails to a mail server of its own, so a mail that comes twice shows which nodes sent it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use geokontor::feature::crs::Crs;
use geokontor::store::Store;
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::mails::{MailServer, post_mail};
use super::process::{Server, geokontor};
use crate::support::{Database, until};

/// Hydrants of a changeset. The state of the last ended long ago, so the clock changes it at once.
const HYDRANTS: usize = 3;
/// A hydrant's name is that of its changeset and a number.
const CHANGESET: &str = "split_part(properties->>'ref', '/', 1)";
const CHANGED_BY_CLOCK: &str = "FROM change JOIN changeset s ON s.id = change.changeset JOIN actor a ON a.id = s.actor \
                                WHERE a.kind = 'timer'";

fn changeset(name: &str) -> Json {
    let edit = |nth: usize| {
        let mut properties = json!({ "kind": "underground", "ref": format!("{name}/{nth}") });
        if nth + 1 == HYDRANTS {
            properties["operational_status"] = json!("out_of_service");
            properties["status_until"] = json!("2020-01-01");
        }
        let geometry = json!({ "type": "Point", "coordinates": [11.46, 53.89] });
        let feature = json!({ "type": "Feature", "geometry": geometry, "properties": properties });
        json!({ "collection": "hydrants", "operation": "create", "feature": feature })
    };
    json!({ "reason": "a test", "edits": (0..HYDRANTS).map(edit).collect::<Vec<_>>() })
}

/// A node, and the mail server that it alone sends to.
struct Node {
    server: Server,
    mails: MailServer,
}

impl Node {
    fn start(url: &str) -> Arc<Self> {
        let mails = MailServer::default();
        let (address, _) = mails.listen("127.0.0.1:0".parse().expect("an address"));
        let relay = format!("smtp://{address}?tls=none");
        let settings = [
            ("GEOKONTOR_MAIL_URL", &*relay),
            ("GEOKONTOR_MAIL_FROM", "geo@example.org"),
            ("GEOKONTOR_LIMIT_WRITE", "0"),
        ];
        Arc::new(Self { server: Server::start_with(url, &settings), mails })
    }
}

/// What the writers have asked for.
#[derive(Default)]
struct Asked {
    acknowledged: Mutex<BTreeSet<String>>,
    /// The node was killed before it answered.
    unanswered: Mutex<BTreeSet<String>>,
    mails: Mutex<BTreeSet<String>>,
    over: AtomicBool,
}

impl Asked {
    fn count(&self) -> usize {
        self.acknowledged.lock().expect("a lock").len()
    }
}

/// All that writers and killer share.
struct Scene {
    database: Database,
    store: Store,
    token: String,
    nodes: Mutex<[Arc<Node>; 2]>,
    asked: Asked,
}

impl Scene {
    async fn set() -> Arc<Self> {
        let database = Database::new().await;
        let store = Store::connect(&database.url, Crs::UTM33, Duration::from_secs(60)).await.expect("a database");
        let nodes = [Node::start(&database.url), Node::start(&database.url)];
        for node in &nodes {
            node.server.ready().await;
        }
        let made = geokontor(&database.url, &["token", "create", "--name", "amt", "--role", "editor"]);
        let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
        for (nth, node) in nodes.iter().enumerate() {
            let first = changeset(&format!("first-{nth}"));
            until("the token is known", async || node.server.change(&token, &first).await).await;
        }
        Arc::new(Self { database, store, token, nodes: Mutex::new(nodes), asked: Asked::default() })
    }

    fn node(&self, nth: usize) -> Arc<Node> {
        self.nodes.lock().expect("a lock")[nth % 2].clone()
    }

    /// Changes the register at whichever node answers, and has a mail sent for every changeset.
    async fn write(self: Arc<Self>, writer: usize) {
        let mut nth = writer;
        for n in 0.. {
            if self.asked.over.load(Ordering::Relaxed) {
                return;
            }
            let name = format!("{writer}-{n}");
            let node = self.node(nth);
            let answered = if node.server.change(&self.token, &changeset(&name)).await {
                &self.asked.acknowledged
            } else {
                nth += 1;
                // A node that starts refuses connections at once.
                tokio::time::sleep(Duration::from_millis(20)).await;
                &self.asked.unanswered
            };
            answered.lock().expect("a lock").insert(name.clone());
            self.post(&name).await;
        }
    }

    async fn post(&self, name: &str) {
        let id = post_mail(&self.store, name).await;
        self.asked.mails.lock().expect("a lock").insert(id.to_string());
    }

    /// Kills a node and starts another in its place; gives what it leaves behind.
    fn replace(&self, nth: usize) -> MailServer {
        let old = self.node(nth);
        old.server.signal("-KILL");
        let new = Node::start(&self.database.url);
        self.nodes.lock().expect("a lock")[nth % 2] = new;
        old.mails.clone()
    }

    /// Mails that may have arrived, and nobody knows.
    async fn in_doubt(&self) -> Vec<String> {
        let mut connection = PgConnection::connect(&self.database.url).await.expect("a connection");
        let sql = "SELECT id::text FROM mail WHERE handed_over_at IS NOT NULL AND sent_at IS NULL";
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("mails")
    }
}

/// How often a mail server has taken each mail, by the number that its Message-ID is made of.
fn taken(server: &MailServer) -> BTreeMap<String, usize> {
    let mut taken = BTreeMap::new();
    for mail in server.taken() {
        let id = mail.lines().find_map(|line| line.strip_prefix("Message-ID: <")).expect("a Message-ID");
        *taken.entry(id.split_once('@').expect("an address").0.to_owned()).or_default() += 1;
    }
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_killed_at_random_moments_lose_nothing_and_do_nothing_twice() {
    let kills: usize = std::env::var("GEOKONTOR_TEST_KILLS").map_or(10, |kills| kills.parse().expect("a number"));
    let scene = Scene::set().await;
    let writers: Vec<_> = (0..3).map(|writer| tokio::spawn(scene.clone().write(writer))).collect();
    let (mut in_doubt, mut mail_servers) = (BTreeSet::new(), Vec::new());
    for kill in 0..kills {
        let before = scene.asked.count();
        until("work is under way", async || scene.asked.count() > before + 3).await;
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..400))).await;
        mail_servers.push(scene.replace(kill));
        in_doubt.extend(scene.in_doubt().await);
    }
    scene.asked.over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.expect("a writer");
    }
    // The last of both, so that no lease belongs to anybody who lives.
    for nth in 0..2 {
        scene.node(nth).server.signal("-KILL");
    }
    in_doubt.extend(scene.in_doubt().await);
    scene.database.execute("UPDATE job SET leased_until = now() - interval '1 second' WHERE lease IS NOT NULL").await;
    for nth in 0..2 {
        mail_servers.push(scene.replace(nth));
    }
    mail_servers.extend([0, 1].map(|nth| scene.node(nth).mails.clone()));
    let count = async |sql: &str| scene.database.count(sql).await;
    until("all is done", async || count("SELECT count(*) FROM job WHERE queue IN ('timer', 'mail')").await == 0).await;
    edits_are_whole(&scene).await;
    let again = mails_have_come(&scene, &mail_servers, &in_doubt);
    let kept = count(&format!("SELECT count(DISTINCT {CHANGESET}) FROM feature")).await;
    println!(
        "| kills | changesets acknowledged | without an answer | kept | timers | mails | sent again, in doubt | lost | twice |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    println!(
        "| {kills} | {} | {} | {kept} | {kept} | {} | {again} | 0 | 0 |",
        scene.asked.count() + 2,
        scene.asked.unanswered.lock().expect("a lock").len(),
        scene.asked.mails.lock().expect("a lock").len(),
    );
}

/// Every acknowledged changeset is there, each is whole and once, the journal tells the same, and the clock has changed each
/// of the hydrants whose moment has passed, once.
async fn edits_are_whole(scene: &Scene) {
    let count = async |sql: &str| scene.database.count(sql).await;
    let of_changeset = format!("SELECT count(*) AS parts FROM feature GROUP BY {CHANGESET}");
    assert_eq!(count(&format!("SELECT count(*) FROM ({of_changeset}) t WHERE parts <> {HYDRANTS}")).await, 0);
    let names: Vec<String> = scene.asked.acknowledged.lock().expect("a lock").iter().cloned().collect();
    let missing = format!(
        "SELECT count(*) FROM unnest('{{{}}}'::text[]) AS name \
         WHERE name NOT IN (SELECT {CHANGESET} FROM feature)",
        names.join(","),
    );
    assert_eq!(count(&missing).await, 0, "an acknowledged changeset is lost");
    let kept = count(&format!("SELECT count(DISTINCT {CHANGESET}) FROM feature")).await;
    assert_eq!(count("SELECT count(*) FROM change WHERE operation = 'create'").await, HYDRANTS as i64 * kept);
    assert_eq!(count(&format!("SELECT count(*) {CHANGED_BY_CLOCK}")).await, kept, "each moment has passed once");
    assert_eq!(count(&format!("SELECT count(DISTINCT feature) {CHANGED_BY_CLOCK}")).await, kept);
    assert_eq!(count("SELECT count(*) FROM feature WHERE properties ? 'status_until'").await, 0);
    for nth in 0..2 {
        let node = scene.node(nth);
        node.server.ready().await;
        until("the node shows all of it", async || {
            let path = "/ogc/collections/hydrants/items?limit=1";
            let told: Json = node.server.get(path).await.expect("an answer").json().await.expect("GeoJSON");
            told["numberMatched"] == HYDRANTS as i64 * kept
        })
        .await;
    }
}

/// Every mail has come. One that came more than once was in doubt when a node was killed, and came from nodes that knew
/// nothing of one another. Says how many did.
fn mails_have_come(scene: &Scene, servers: &[MailServer], in_doubt: &BTreeSet<String>) -> usize {
    let mut senders: BTreeMap<String, usize> = BTreeMap::new();
    for (id, times) in servers.iter().flat_map(taken) {
        assert_eq!(times, 1, "one node has sent {id} twice");
        *senders.entry(id).or_default() += 1;
    }
    let asked = scene.asked.mails.lock().expect("a lock");
    assert_eq!(senders.keys().collect::<Vec<_>>(), asked.iter().collect::<Vec<_>>());
    let again: Vec<&String> = senders.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id).collect();
    for id in &again {
        assert!(in_doubt.contains(*id), "{id} was known to be sent, and sent again");
    }
    again.len()
}
