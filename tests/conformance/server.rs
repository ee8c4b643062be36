//! The real program on a database of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use geokontor::http::Limit;
use reqwest::blocking::{Client, Response};
use serde_json::Value as Json;

use crate::database::Database;

const PROGRAM: &str = env!("CARGO_BIN_EXE_geokontor");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A debug build loads the invented district in this time even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(300);

/// Which district a server is for.
#[derive(Clone, Copy)]
pub enum District {
    /// The one of the checkout, filled with what the demo invents.
    Demo,
    /// One of `tests/fixtures/districts`, empty.
    Fixture(&'static str),
}

/// A running server; it ends and its database goes when this is dropped.
pub struct Server {
    child: Child,
    pub base: String,
    pub client: Client,
    district: District,
    // Dropped last: the program is connected to it.
    database: Database,
}

impl Server {
    /// The server with the demo district that all tests share; who needs it keeps it running.
    pub fn demo() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start(District::Demo));
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// A server of one's own.
    pub fn start(district: District) -> Self {
        Self::configured(district, "127.0.0.1:0", &[])
    }

    /// The same at an address of one's own, with what else is to stand in its environment.
    pub fn configured(district: District, listen: &str, settings: &[(&str, &str)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let database = runtime.block_on(Database::new());
        let arguments: &[&str] = match district {
            District::Demo => &["serve", "--listen", listen, "--demo-if-empty"],
            District::Fixture(_) => &["serve", "--listen", listen],
        };
        let mut child = command(&database.url, district)
            .args(arguments)
            .env("GEOKONTOR_LOG_FORMAT", "json")
            .envs(settings.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut lines = BufReader::new(child.stderr.take().expect("a log")).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("listening")).expect("the server listens");
        let address = serde_json::from_str::<Json>(&line).expect("JSON")["address"].clone();
        // Read on, or the server would wait for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let base = format!("http://{}", address.as_str().expect("an address"));
        geokontor::tls::choose();
        let client = Client::builder().timeout(Duration::from_secs(120)).build().expect("a client");
        let server = Self { child, base, client, district, database };
        until("the server is ready", || {
            server.client.get(format!("{}/health/ready", server.base)).send().is_ok_and(|r| r.status().is_success())
        });
        server
    }

    /// Runs another command of the program on the same database.
    pub fn run(&self, arguments: &[&str]) -> Output {
        command(&self.database.url, self.district).args(arguments).output().expect("the program")
    }

    /// The database it works on.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// The answer to a GET of a path and parameters that are encoded here.
    pub fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Response {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        self.client.get(format!("{}{path}{mark}{query}", self.base)).send().expect("an answer")
    }

    /// The same as JSON; anything but 200 fails the test.
    pub fn json(&self, path: &str, parameters: &[(&str, &str)]) -> Json {
        let response = self.get(path, parameters);
        let status = response.status();
        let text = response.text().expect("a body");
        assert!(status.is_success(), "{status} for {path} {parameters:?}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// All features that answer a query, over all pages.
    pub fn features(&self, collection: &str, parameters: &[(&str, &str)]) -> Vec<Json> {
        let path = format!("/ogc/collections/{collection}/items");
        let mut page = self.json(&path, &[parameters, &[("limit", "10000")]].concat());
        let mut features = Vec::new();
        loop {
            features.append(page["features"].as_array_mut().expect("features"));
            let links = page["links"].as_array().expect("links");
            let Some(next) = links.iter().find(|link| link["rel"] == "next") else { return features };
            let response = self.client.get(next["href"].as_str().expect("an address")).send().expect("an answer");
            page = response.error_for_status().expect("a page").json().expect("JSON");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(url: &str, district: District) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GEOKONTOR_")) {
        command.env_remove(name);
    }
    if let District::Fixture(name) = district {
        command.env("GEOKONTOR_DISTRICT", Path::new(ROOT).join("tests/fixtures/districts").join(name));
    }
    // One address asks for everything here.
    command.envs(Limit::ALL.map(|limit| (format!("GEOKONTOR_LIMIT_{}", limit.name().to_uppercase()), "0")));
    command.env("DATABASE_URL", url).current_dir(ROOT);
    command
}

/// Waits until something holds; a test that waits in vain says for what.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
