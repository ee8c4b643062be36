//! Configuration: defaults, then the file named by `GEOKONTOR_CONFIG`, then the environment.

use std::path::PathBuf;
use std::time::Duration;

/// How a server runs. What it serves is declared in `data/`.
#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: String,
    /// How long to wait at start for the database to come up.
    pub database_patience: Duration,
    /// Folder with `collections/`, `codelists/` and the rest.
    pub data: PathBuf,
    /// The district file.
    pub district: PathBuf,
    /// Address to listen on.
    pub listen: String,
    /// The address people and programs reach the server by, without a slash at the end. `None`: what the request says.
    pub public_url: Option<String>,
    /// Largest request body, bytes.
    pub body_limit: usize,
    /// Longest time for a request.
    pub request_timeout: Duration,
    /// Features a page has when nothing is asked for, and at most.
    pub default_limit: usize,
    pub maximum_limit: usize,
}
