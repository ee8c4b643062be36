//! The real program, started and killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use reqwest::{Client, Response};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::until;

const PROGRAM: &str = env!("CARGO_BIN_EXE_geokontor");

/// The program with nothing but the settings of a test.
pub fn command(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GEOKONTOR_")) {
        command.env_remove(name);
    }
    // In English, whoever runs the tests.
    command.env("LC_ALL", "C").args(arguments).env("DATABASE_URL", url).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Runs a command of the program to its end.
pub fn geokontor(url: &str, arguments: &[&str]) -> Output {
    command(url, arguments).output().expect("the program")
}

/// A server in a process of its own; killed when dropped.
pub struct Server {
    pub child: Child,
    base: String,
    client: Client,
}

impl Server {
    /// Starts a server on a free port, which its log tells.
    pub fn start(url: &str, arguments: &[&str]) -> Self {
        Self::of(command(url, &[&["serve", "--listen", "127.0.0.1:0"], arguments].concat()))
    }

    /// The same with settings.
    pub fn start_with(url: &str, settings: &[(&str, &str)]) -> Self {
        let mut program = command(url, &["serve", "--listen", "127.0.0.1:0"]);
        program.envs(settings.iter().copied());
        Self::of(program)
    }

    /// The same, with as few files open at first as some shells allow a program.
    pub fn start_with_few_files(url: &str) -> Self {
        let mut shell = Command::new("sh");
        let program = command(url, &["serve", "--listen", "127.0.0.1:0"]);
        shell.args(["-c", "ulimit -Sn 128 && exec \"$0\" \"$@\""]).arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell.current_dir(env!("CARGO_MANIFEST_DIR"));
        Self::of(shell)
    }

    fn of(mut command: Command) -> Self {
        let mut child =
            command.env("GEOKONTOR_LOG_FORMAT", "json").stderr(Stdio::piped()).spawn().expect("the program");
        let mut lines = BufReader::new(child.stderr.take().expect("a log")).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("listening")).expect("the server listens");
        let address = serde_json::from_str::<serde_json::Value>(&line).expect("JSON")["address"].clone();
        // Read on, or the server would wait for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let base = format!("http://{}", address.as_str().expect("an address"));
        geokontor::tls::choose();
        Self { child, base, client: Client::new() }
    }

    pub async fn get(&self, path: &str) -> Option<Response> {
        self.client.get(format!("{}{path}", self.base)).send().await.ok()
    }

    pub async fn ready(&self) {
        until("the server is ready", async || {
            self.get("/health/ready").await.is_some_and(|response| response.status().is_success())
        })
        .await;
    }

    /// Opens a stream of events as a browser does, without a limit of time.
    pub async fn listen(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.base.trim_start_matches("http://")).await.expect("a connection");
        stream.write_all(b"GET /api/events HTTP/1.1\r\nHost: geo.example\r\n\r\n").await.expect("a request");
        stream
    }

    /// The same as a proxy on this machine does for somebody at an address.
    pub async fn listen_from(&self, address: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.base.trim_start_matches("http://")).await.expect("a connection");
        let head = format!("GET /api/events HTTP/1.1\r\nHost: geo.example\r\nX-Forwarded-For: {address}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("a request");
        stream
    }

    /// Memory of the process, bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    /// Sends a changeset and says whether it was acknowledged.
    pub async fn change(&self, token: &str, changeset: &serde_json::Value) -> bool {
        let request = self.client.post(format!("{}/api/changesets", self.base)).bearer_auth(token).json(changeset);
        request.send().await.is_ok_and(|response| response.status().is_success())
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }

    /// Waits for the end and says with which code.
    pub async fn end(&mut self) -> Option<i32> {
        let mut status = None;
        until("the server ends", async || {
            status = self.child.try_wait().expect("a process");
            status.is_some()
        })
        .await;
        status.and_then(|status| status.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
