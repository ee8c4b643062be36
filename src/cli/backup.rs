//! `geokontor backup`: the whole database in one file, with a manifest beside it that says what must be in it.
//!
//! The file is a dump of PostgreSQL's own (`pg_dump`, custom format), of the very moment at which the manifest was counted;
//! servers go on meanwhile. Its name is that of a whole backup only once it is one.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::process::Command;

use super::said::Said;
use super::{Failure, Place, Voice};
use crate::clock::Clock;
use crate::config::Config;
use crate::store::contents::Contents;
use crate::texts::Told;

/// Where to put the backup.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file, or a folder in which it is named by the time
    #[arg(value_name = "FILE|FOLDER")]
    to: PathBuf,
}

/// What is in a backup; a JSON file beside it, named as it is with `.json` behind.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The program that made it.
    pub version: String,
    pub made_at: DateTime<Utc>,
    pub district: String,
    /// Of the stored geometries.
    pub crs: String,
    pub postgresql: String,
    pub contents: Contents,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    /// Where the manifest of a backup is.
    pub fn beside(file: &Path) -> PathBuf {
        with_more(file, ".json")
    }
}

/// Backs the database up.
///
/// # Errors
/// When the database or `pg_dump` refuses, or the file cannot be written; then there is none.
pub async fn run(backup: Backup, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let place = Place::read(config)?;
    let store = place.store(config).await?;
    let now = Clock::system().now();
    let file = if backup.to.is_dir() {
        backup.to.join(now.format("geokontor-%Y%m%dT%H%M%SZ.dump").to_string())
    } else {
        backup.to
    };
    let failed = |error| Failure::failed(&Said::NoAnswer { why: Told::from(&error) });
    let postgresql = store.versions().await.map_err(failed)?;
    let mut moment = store.moment().await.map_err(failed)?;
    let contents = moment.contents().await.map_err(failed)?;
    let part = with_more(&file, ".part");
    let dumped = dump(store.environment(), &moment.snapshot, &part).await;
    // Held until here, or the dump would be of another moment.
    drop(moment);
    let (bytes, sha256) = dumped.and_then(|()| digest(&part)).inspect_err(|_| drop(std::fs::remove_file(&part)))?;
    let manifest = Manifest {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        district: place.district.name.clone(),
        crs: place.district.crs.to_string(),
        postgresql,
        contents,
        bytes,
        sha256,
    };
    let text = serde_json::to_vec_pretty(&manifest).map_err(|error| unwritable(&file, error.into()))?;
    let written = std::fs::rename(&part, &file).and_then(|()| std::fs::write(Manifest::beside(&file), text));
    written.map_err(|error| unwritable(&file, error))?;
    let contents = summary(&manifest.contents);
    voice.tell(&Said::BackedUp { file: file.display().to_string(), bytes, contents });
    Ok(())
}

/// What there is, for people.
pub fn summary(contents: &Contents) -> Told {
    Told::of(&Said::from(contents))
}

async fn dump(environment: &[(&'static str, String)], snapshot: &str, into: &Path) -> Result<(), Failure> {
    // It holds what only staff may see.
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(into);
    let file = file.map_err(|error| unwritable(into, error))?;
    let mut command = tool("pg_dump", environment);
    command.args(["--format=custom", "--no-password", &format!("--snapshot={snapshot}")]).stdout(Stdio::from(file));
    finish(command, "pg_dump").await.map(drop)
}

/// A program of PostgreSQL's: the one that is found as any, else that of the newest PostgreSQL as Debian installs it.
pub fn tool(name: &str, environment: &[(&'static str, String)]) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_known = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let major = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = installed.max_by_key(major).map(|folder| folder.join("bin").join(name));
    let program = newest.filter(|program| !is_known && program.is_file()).unwrap_or_else(|| PathBuf::from(name));
    let mut command = Command::new(program);
    command.envs(environment.iter().map(|(name, value)| (*name, value))).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs such a program to its end, and gives what it printed.
pub async fn finish(mut command: Command, name: &str) -> Result<Vec<u8>, Failure> {
    let missing = |error| Failure::failed(&Said::ProgramMissing { name, why: Told::from(&error) });
    let child = command.stderr(Stdio::piped()).spawn().map_err(missing)?;
    let output = child.wait_with_output().await.map_err(missing)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::failed(&Said::ProgramFailed { name, error }))
}

/// Length and SHA-256 of a file.
pub fn digest(file: &Path) -> Result<(u64, String), Failure> {
    let mut hash = Sha256::new();
    let bytes = File::open(file).and_then(|mut file| std::io::copy(&mut file, &mut Hashing(&mut hash)));
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let unreadable =
        |error| Failure::failed(&Said::Unreadable { file: file.display().to_string(), why: Told::from(&error) });
    Ok((bytes.map_err(unreadable)?, digits))
}

/// Takes bytes into a hash.
struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn unwritable(file: &Path, error: std::io::Error) -> Failure {
    Failure::failed(&Said::Unwritable { file: file.display().to_string(), why: Told::from(&error) })
}

fn with_more(file: &Path, more: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}
