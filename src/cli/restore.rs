//! `geokontor restore`: a backup into a database, all of it or nothing, and checked against its manifest.
//!
//! The database is there and has PostGIS, as for an installation. What is in it is replaced only if told so. Servers that
//! run on it notice that it is another one, and load everything anew.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::Args;
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};

use super::backup::{Manifest, digest, finish, summary, tool};
use super::place::unreachable;
use super::said::Said;
use super::{Failure, Place, Voice};
use crate::config::{Config, redacted};
use crate::store::contents::{COUNT_CONTENTS, Contents};
use crate::store::{FORGET_FOREIGN_TRANSACTIONS, Store};
use crate::texts::Told;

/// What to restore.
#[derive(Debug, Args)]
pub struct Restore {
    /// The file that `geokontor backup` has written; its manifest is beside it
    file: PathBuf,
    /// Take the place of what the database holds
    #[arg(long)]
    replace: bool,
}

/// Restores a backup.
///
/// # Errors
/// When the backup is damaged or of another district, holds something else than its manifest says, the database is not fit
/// or not empty, or it cannot be restored; the database is then as it was.
pub async fn run(restore: Restore, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let place = Place::read(config)?;
    let manifest = read(&restore.file, &place)?;
    let store = Store::connect(&config.database_url, place.district.crs, config.database_patience).await;
    let store = store.map_err(|error| unreachable(config, &error))?;
    let failed = |error| unreachable(config, &error);
    let target = || redacted(&config.database_url);
    if store.inspect().await.map_err(failed)?.postgis.is_none() {
        return Err(Failure::failed(&Said::NoPostgis { place: target() }));
    }
    let before = store.has_contents().await.map_err(failed)?;
    if before == Some(true) && !restore.replace {
        return Err(Failure::failed(&Said::DatabaseNotEmpty { place: target() }));
    }
    load(&store, &restore.file, before.is_some(), &manifest.contents).await?;
    store.migrate().await.map_err(failed)?;
    store.apply_declarations(&place.catalogue, place.district.time_zone).await.map_err(failed)?;
    store.analyze().await.map_err(failed)?;
    let at = manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    voice.tell(&Said::Restored { at, contents: summary(&manifest.contents) });
    Ok(())
}

/// The manifest of a backup that is whole and of this district.
fn read(file: &Path, place: &Place) -> Result<Manifest, Failure> {
    let beside = Manifest::beside(file);
    let text = std::fs::read(&beside).map_err(|error| {
        Failure::failed(&Said::ManifestUnread { file: beside.display().to_string(), why: Told::from(&error) })
    })?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| {
        Failure::failed(&Said::NoManifest { file: beside.display().to_string(), why: error.to_string() })
    })?;
    let crs = place.district.crs.to_string();
    if manifest.crs != crs {
        let Manifest { district, crs: theirs, .. } = &manifest;
        return Err(Failure::failed(&Said::OtherDistrict { district, crs: theirs, ours: &crs }));
    }
    let (bytes, sha256) = digest(file)?;
    if (bytes, &sha256) != (manifest.bytes, &manifest.sha256) {
        return Err(Failure::failed(&Said::Damaged { file: file.display().to_string() }));
    }
    Ok(manifest)
}

/// What belongs to PostGIS is left out: only a superuser may make it, and it is there.
const OF_POSTGIS: [&str; 2] = [" EXTENSION ", " TABLE DATA public spatial_ref_sys "];

/// Makes room for what comes: everything in the two schemas that is not PostGIS's.
const MAKE_ROOM: &str = "SET client_min_messages = warning;
DROP SCHEMA IF EXISTS register CASCADE;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT c.oid::regclass::text FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP EXECUTE 'DROP TABLE IF EXISTS ' || name || ' CASCADE'; END LOOP;
END $$;
";

/// Has `pg_restore` tell what to do and `psql` do it, in one transaction that is committed only when all has been told and
/// what is there then is what the manifest says. A running server may look, and be edited, at any moment after that: the
/// journal is in order by then.
async fn load(store: &Store, file: &Path, has_tables: bool, wanted: &Contents) -> Result<(), Failure> {
    let list = contents(store, file).await?;
    let mut telling = tool("pg_restore", store.environment());
    telling.args(["--no-owner", "--no-privileges", "--file=-", "--use-list"]).arg(list.path()).arg(file);
    let mut doing = tool("psql", store.environment());
    doing.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--tuples-only", "--no-align"]);
    let missing = |error| Failure::failed(&Said::ProgramMissing { name: "psql", why: Told::from(&error) });
    let mut teller = telling.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(missing)?;
    doing.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut doer = doing.spawn().map_err(missing)?;
    let (Some(mut told), Some(mut done)) = (teller.stdout.take(), doer.stdin.take()) else {
        return Err(missing(std::io::ErrorKind::BrokenPipe.into()));
    };
    let Some(answers) = doer.stdout.take() else { return Err(missing(std::io::ErrorKind::BrokenPipe.into())) };
    let sent = async {
        // Only the count answers.
        done.write_all(b"\\o /dev/null\nBEGIN;\n").await?;
        done.write_all(if has_tables { MAKE_ROOM } else { "" }.as_bytes()).await?;
        tokio::io::copy(&mut told, &mut done).await
    };
    // A program that has ended early says why.
    let sent = sent.await;
    drop(told);
    let teller = teller.wait_with_output().await.map_err(missing)?;
    let mut is_committed = false;
    if sent.is_ok() && teller.status.success() {
        let found = count(&mut done, answers).await;
        if let Ok(found) = &found
            && found != wanted
        {
            // Without a word of committing.
            drop(done);
            doer.wait().await.map_err(missing)?;
            return Err(Failure::failed(&Said::HoldsOther { found: summary(found), wanted: summary(wanted) }));
        }
        is_committed = found.is_ok() && done.write_all(b"COMMIT;\n").await.is_ok();
    }
    drop(done);
    let doer = doer.wait_with_output().await.map_err(missing)?;
    if is_committed && doer.status.success() {
        return Ok(());
    }
    let error = [doer.stderr, teller.stderr].concat();
    let error = String::from_utf8_lossy(&error).trim().to_owned();
    Err(Failure::failed(&Said::NothingRestored { error }))
}

/// Puts the journal in order and asks what is there then.
async fn count(asked: &mut ChildStdin, answers: ChildStdout) -> Result<Contents, std::io::Error> {
    asked.write_all(FORGET_FOREIGN_TRANSACTIONS.as_bytes()).await?;
    asked.write_all(format!("\\o\n{COUNT_CONTENTS};\n").as_bytes()).await?;
    let answer = BufReader::new(answers).lines().next_line().await?.unwrap_or_default();
    Ok(serde_json::from_str(&answer)?)
}

/// What of a dump is to be restored, as a list that `pg_restore` reads.
async fn contents(store: &Store, file: &Path) -> Result<NamedTempFile, Failure> {
    let mut listing = tool("pg_restore", store.environment());
    listing.arg("--list").arg(file).stdout(Stdio::piped());
    let listed = finish(listing, "pg_restore").await?;
    let folder = std::env::temp_dir().display().to_string();
    let cannot = |error| Failure::failed(&Said::Unwritable { file: folder.clone(), why: Told::from(&error) });
    let mut list = NamedTempFile::new().map_err(cannot)?;
    let is_ours = |line: &&str| OF_POSTGIS.iter().all(|part| !line.contains(part));
    for line in String::from_utf8_lossy(&listed).lines().filter(is_ours) {
        writeln!(list, "{line}").map_err(cannot)?;
    }
    Ok(list)
}
