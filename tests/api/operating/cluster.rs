//! A PostgreSQL of a test's own, which may be killed, replicated and promoted.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// No test needs it to survive the machine.
const SETTINGS: &str = "listen_addresses = ''\nport = 5432\nfsync = off\nfull_page_writes = off\nautovacuum = off\n\
    shared_buffers = 32MB\nmax_connections = 100\nmax_wal_senders = 4\nwal_level = replica\nhot_standby = on\n\
    dynamic_shared_memory_type = mmap\njit = off\nlog_min_messages = fatal\n";

/// A cluster in a folder of its own, which ends with the value.
pub struct Cluster {
    folder: TempDir,
    /// What its primary knows a replica by.
    name: String,
}

impl Cluster {
    /// A new one with an empty database `geokontor` that has PostGIS.
    pub fn new() -> Self {
        let cluster = Self { folder: folder(), name: "primary".to_owned() };
        let made = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
        run(cluster.tool("initdb").args(made).args(["--wal-segsize=1", "-D"]).arg(cluster.data()));
        cluster.settle_in();
        cluster.start();
        cluster.sql("postgres", "CREATE ROLE geokontor LOGIN CREATEDB");
        cluster.create("geokontor");
        cluster
    }

    /// A database that has PostGIS.
    pub fn create(&self, name: &str) {
        self.sql("postgres", &format!("CREATE DATABASE {name} OWNER geokontor"));
        self.sql(name, "CREATE EXTENSION postgis");
    }

    /// A replica that receives what the primary commits a moment later.
    pub fn replica_of(primary: &Self) -> Self {
        Self::replica_called("replica", primary)
    }

    /// The same with a name, by which the primary may wait for it.
    pub fn replica_called(name: &str, primary: &Self) -> Self {
        let replica = Self { folder: folder(), name: name.to_owned() };
        let mut copy = replica.tool("pg_basebackup");
        copy.args(["-U", "postgres", "-p", "5432", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-h"]);
        run(copy.arg(primary.folder.path()).arg("-D").arg(replica.data()));
        replica.settle_in();
        replica.start();
        replica
    }

    pub fn start(&self) {
        // Its output is the log: a pipe would be held open by the server.
        let log = self.folder.path().join("log");
        run(self.tool("pg_ctl").args(["-s", "-w", "-t", "120", "start", "-D"]).arg(self.data()).arg("-l").arg(log));
    }

    /// Ends it as a power cut would: what is not on the disk is gone.
    pub fn crash(&self) {
        run(self.tool("pg_ctl").args(["-s", "-w", "-m", "immediate", "stop", "-D"]).arg(self.data()));
    }

    /// Has a replica take writes.
    pub fn promote(&self) {
        run(self.tool("pg_ctl").args(["-s", "-w", "-t", "120", "promote", "-D"]).arg(self.data()));
    }

    /// Changes a setting of a running one.
    pub fn set(&self, name: &str, value: &str) {
        self.sql("postgres", &format!("ALTER SYSTEM SET {name} = '{value}'"));
        self.sql("postgres", "SELECT pg_reload_conf()");
    }

    /// How far a replica has the log of its primary on its disk.
    pub fn received(&self) -> u64 {
        let bytes = self.sql("postgres", "SELECT pg_last_wal_receive_lsn() - '0/0'::pg_lsn");
        bytes.parse().expect("a number")
    }

    /// The URL of a database.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&port=5432&user=geokontor", self.socket())
    }

    pub fn url(&self) -> String {
        self.url_of("geokontor")
    }

    /// The folder of its socket.
    pub fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// Runs statements as the superuser.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = self.tool("psql");
        psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-p", "5432", "-h", &self.socket()]);
        let output = run(psql.args(["-d", database, "-c", sql]));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A number of the database `geokontor`.
    pub async fn count(&self, sql: &str) -> i64 {
        let mut connection = PgConnection::connect(&self.url()).await.expect("a connection");
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.expect("a number")
    }

    /// True once a replica has everything that its primary has.
    pub fn has_all_of(&self, primary: &Self) -> bool {
        let written = primary.sql("postgres", "SELECT pg_current_wal_flush_lsn()");
        self.sql("postgres", &format!("SELECT pg_last_wal_replay_lsn() >= '{written}'")) == "t"
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn settle_in(&self) {
        let own = format!("unix_socket_directories = '{}'\ncluster_name = '{}'\n", self.socket(), self.name);
        let settings = format!("{SETTINGS}{own}");
        std::fs::write(self.data().join("postgresql.conf"), settings).expect("settings");
        std::fs::write(self.data().join("pg_hba.conf"), "local all all trust\nlocal replication all trust\n")
            .expect("settings");
    }

    /// A program of PostgreSQL's, as the account that runs it: it refuses to run as root.
    fn tool(&self, name: &str) -> Command {
        let program = programs().join(name);
        let mut command = if is_root() { Command::new("setpriv") } else { Command::new(&program) };
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(&program);
        }
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may not run any more.
        let stop = self.tool("pg_ctl").args(["-s", "-m", "immediate", "stop", "-D"]).arg(self.data()).output();
        drop(stop);
    }
}

/// The programs of the newest PostgreSQL that is installed.
pub fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL").flatten();
    let major = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = installed.map(|entry| entry.path()).max_by_key(|path| major(path));
    newest.expect("PostgreSQL").join("bin")
}

fn is_root() -> bool {
    // The owner of a process is that of its folder in /proc.
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").expect("a process")) == 0
}

fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("gk").tempdir_in("/tmp").expect("a folder");
    if is_root() {
        run(Command::new("chown").arg("postgres:").arg(folder.path()));
    }
    folder
}

fn run(command: &mut Command) -> Output {
    let output = command.stdin(std::process::Stdio::null()).output().expect("a program");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
