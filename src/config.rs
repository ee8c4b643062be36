//! Configuration: defaults, then the file, then the environment, then flags; the later wins.
//!
//! The file is TOML, named by `--config` or `GEOKONTOR_CONFIG`. Every key of it can also be set in the environment, as
//! `GEOKONTOR_` and the key in capitals; `DATABASE_URL` is understood too. [`Config::load`] reports every fault at once.

mod fault;
mod mistake;
mod origin;
mod redact;
mod settings;
mod sources;

use std::path::PathBuf;
use std::time::Duration;

use crate::blobs::BucketSettings;
use crate::http::Network;
use crate::http::limit::Allowances;
use crate::http::network;
use crate::mail::Relay;
use crate::tiles::style::GroundConfig;

pub use fault::{ConfigFault, ConfigFaults};
pub use mistake::ConfigMistake;
pub use redact::redacted;
pub use sources::Overrides;

/// How a server runs. What it serves is declared in `data/`.
#[derive(Clone)]
pub struct Config {
    pub database_url: String,
    /// How long to wait at start for the database to come up.
    pub database_patience: Duration,
    /// Folder with `collections/`, `codelists/` and the rest.
    pub data: PathBuf,
    /// Folder with `tilesets.toml` and the cartography.
    pub tiles: PathBuf,
    /// The district file.
    pub district: PathBuf,
    /// Address to listen on.
    pub listen: String,
    /// The address people and programs reach the server by, without a slash at the end. `None`: what the request says.
    pub public_url: Option<String>,
    /// Largest request body, bytes.
    pub body_limit: usize,
    /// The bucket in which files are kept; without one they are kept in the database.
    pub files: Option<BucketSettings>,
    /// Largest file that is attached to something, bytes.
    pub file_limit: u64,
    /// How long a photo or document that was taken away from its object can be brought back.
    pub removed_file_lifetime: Duration,
    /// The binary of the server, which starts itself again as the limited reader of what others send. No setting.
    pub program: PathBuf,
    /// Longest time until the answer to a reading request begins.
    pub request_timeout: Duration,
    /// The same for a changing one, which may have a large file to upload.
    pub write_timeout: Duration,
    /// How long alarm software waits for a sheet: later than that it prints without one.
    pub sheet_patience: Duration,
    /// Requests answered at the same time; more are sent away with 503.
    pub maximum_requests: usize,
    /// Memory for answers that wait to be sent, bytes; more large ones are sent away with 503.
    pub answer_memory: usize,
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// Memory for encoded tiles, bytes; 0 keeps none.
    pub tile_cache: usize,
    /// What lies under the map instead of the register's own base layers.
    pub map_ground: GroundConfig,
    /// Origins whose pages may show the map in a frame (`https://www.example.org`); none by default.
    pub embed_origins: Vec<String>,
    /// Clients of `/api/events` at the same time, and a quarter as many from one address; more are sent away with 503.
    pub maximum_streams: usize,
    /// The mail server, and in whose name mails are sent; without one they wait.
    pub mail: Option<Relay>,
    /// How long requests under way may take to finish after the server was told to stop.
    pub stop_patience: Duration,
    /// Features a page has when nothing is asked for, and at most.
    pub default_limit: usize,
    pub maximum_limit: usize,
    /// How often callers and addresses may ask for what costs much.
    pub allowances: Allowances,
    /// How long somebody who has signed in stays so: without a request, and at all.
    pub session_idle: Duration,
    /// How long a file that somebody imports is kept after it was last worked with.
    pub imports_kept: Duration,
    pub session_longest: Duration,
    /// How long a code enrols a tablet, and how long a tablet stays enrolled.
    pub device_code_lifetime: Duration,
    pub device_lifetime: Duration,
    /// How passwords are hashed (argon2id): memory in KiB, and how often it is gone over.
    pub password_memory: u32,
    pub password_rounds: u32,
    /// Must everybody show a second factor? Administrators always must.
    pub second_factor: SecondFactor,
    /// The file that declares providers of OpenID Connect; without it persons sign in with passwords alone.
    pub openid_providers: Option<PathBuf>,
    /// What is logged, in the words of `tracing_subscriber::EnvFilter`.
    pub log: String,
    pub log_format: LogFormat,
}

/// Who must show a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    Administrators,
    Everybody,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line of text, for people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// What OWASP's Password Storage Cheat Sheet asks for at least: 19 MiB, gone over twice.
const PASSWORD_FLOOR: (u32, u32) = (19 * 1024, 2);

/// A proxy on the same machine is trusted.
const LOOPBACK: &str = "127.0.0.0/8 ::1";

/// The binary that this process runs, which reads the files of others when told so.
pub fn own_program() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("geokontor"))
}

impl Default for Config {
    /// What holds when nothing is said. The database is the local one, found as `psql` finds it.
    fn default() -> Self {
        let data = PathBuf::from("data");
        Self {
            database_url: "postgres:///geokontor".to_owned(),
            database_patience: Duration::from_secs(30),
            district: data.join("district.toml"),
            data,
            tiles: PathBuf::from("tiles"),
            listen: "127.0.0.1:8080".to_owned(),
            public_url: None,
            body_limit: 16 << 20,
            files: None,
            file_limit: 50 << 20,
            removed_file_lifetime: Duration::from_secs(30 * 86_400),
            program: own_program(),
            request_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(600),
            sheet_patience: Duration::from_secs(10),
            maximum_requests: 1024,
            answer_memory: 512 << 20,
            trusted_proxies: network::parse(LOOPBACK).0,
            tile_cache: 256 << 20,
            map_ground: GroundConfig::default(),
            embed_origins: Vec::new(),
            maximum_streams: 4096,
            mail: None,
            stop_patience: Duration::from_secs(20),
            default_limit: 100,
            maximum_limit: 10_000,
            allowances: Allowances::default(),
            session_idle: Duration::from_secs(8 * 3600),
            imports_kept: Duration::from_secs(30 * 86_400),
            session_longest: Duration::from_secs(30 * 86_400),
            device_code_lifetime: Duration::from_secs(86_400),
            // Browsers keep no cookie for longer (RFC 6265bis, 5.5).
            device_lifetime: Duration::from_secs(400 * 86_400),
            password_memory: PASSWORD_FLOOR.0,
            password_rounds: PASSWORD_FLOOR.1,
            second_factor: SecondFactor::Administrators,
            openid_providers: None,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

impl std::fmt::Debug for Config {
    /// Everything but the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("database_url", &redacted(&self.database_url))
            .field("data", &self.data)
            .field("tiles", &self.tiles)
            .field("district", &self.district)
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .field("body_limit", &self.body_limit)
            .field("request_timeout", &self.request_timeout)
            .field("sheet_patience", &self.sheet_patience)
            .field("maximum_requests", &self.maximum_requests)
            .field("tile_cache", &self.tile_cache)
            .field("map_ground", &self.map_ground)
            .field("embed_origins", &self.embed_origins)
            .field("maximum_streams", &self.maximum_streams)
            .field("mail", &self.mail)
            .field("default_limit", &self.default_limit)
            .field("maximum_limit", &self.maximum_limit)
            .field("allowances", &self.allowances)
            .field("log", &self.log)
            .field("log_format", &self.log_format)
            .finish_non_exhaustive()
    }
}
