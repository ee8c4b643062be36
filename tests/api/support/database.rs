//! A database of one's own, and waiting without luck.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A new database that is dropped at the end of the test.
pub struct Database {
    name: String,
    pub url: String,
}

impl Database {
    pub async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let server = server_url();
        execute(&server, format!("CREATE DATABASE {name} TEMPLATE geokontor_template")).await;
        let (before, after) = server.split_once("/geokontor?").expect("the URL of the database 'geokontor'");
        Self { url: format!("{before}/{name}?{after}"), name }
    }

    /// Runs a statement on a connection of its own.
    pub async fn execute(&self, sql: &str) {
        execute(&self.url, sql.to_owned()).await;
    }

    /// Does several things at the same moment: nobody writes to a table before as many wait for it as are expected, so all
    /// have looked at it as it was.
    pub async fn meeting<T>(&self, table: &str, count: i64, things: impl Future<Output = T>) -> T {
        let mut holder = PgConnection::connect(&self.url).await.expect("a connection");
        let lock = AssertSqlSafe(format!("BEGIN; LOCK TABLE {table} IN SHARE MODE"));
        sqlx::raw_sql(lock).execute(&mut holder).await.expect("a lock");
        let let_go = async {
            let waiting =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            until("all wait", async || self.count(waiting).await >= count).await;
            holder.close().await.expect("the end of the lock");
        };
        tokio::join!(things, let_go).0
    }

    /// A text that is in the database.
    pub async fn text(&self, sql: &str) -> String {
        let mut connection = PgConnection::connect(&self.url).await.expect("a connection");
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a text")
    }

    /// A number the database counts.
    pub async fn count(&self, sql: &str) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.expect("a connection");
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (server_url(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(execute(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        });
        drop(dropped.join());
    }
}

async fn execute(url: &str, sql: String) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a statement");
}

/// The database that `make test` started, or the throw-away cluster of this checkout.
fn server_url() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/cluster");
        let output = Command::new(script).args(["--name", "test", "url"]).output().expect("scripts/cluster");
        String::from_utf8(output.stdout).expect("a URL").trim().to_owned()
    })
}

/// Waits until something holds; a test that waits in vain says for what. The time is long because it decides nothing but
/// when to give up, and the machine may be busy.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(240);
    while !holds().await {
        assert!(Instant::now() < end, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
