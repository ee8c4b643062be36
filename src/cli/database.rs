//! `geokontor database`: users of the database who may read and nothing else.

use clap::{Args, Subcommand};

use super::place::unreachable;
use super::said::Said;
use super::{Failure, Place, Unfit, Voice};
use crate::config::Config;
use crate::identity::Password;
use crate::store::Store;
use crate::store::readers::{InvalidName, Leeway, ReaderError, ReaderName};
use crate::texts::Told;

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub enum Database {
    /// Make a database user who may read the views in the schema register (QGIS, reports, FME) and nothing else
    Reader(Reader),
}

/// A reader.
#[derive(Debug, Args)]
pub struct Reader {
    /// The name of the database user
    #[arg(value_parser = reader_name)]
    name: ReaderName,
    /// Without a password: how the user is known is up to pg_hba.conf (peer, certificate)
    #[arg(long, conflicts_with = "new_password")]
    without_password: bool,
    /// Give a reader that is there already another password
    #[arg(long)]
    new_password: bool,
    /// Change nothing, but write the SQL that an administrator of the database has to run
    #[arg(long, conflicts_with = "new_password")]
    sql: bool,
}

fn reader_name(text: &str) -> Result<ReaderName, Unfit> {
    text.parse().map_err(|error: InvalidName| Unfit(Told::from(&error)))
}

/// Runs a command on the database.
///
/// # Errors
/// When there is a user of the name already, or the database refuses.
pub async fn run(database: Database, config: &Config, voice: &Voice) -> Result<(), Failure> {
    let Database::Reader(Reader { name, without_password, new_password, sql }) = database;
    let district = Place::read(config)?.district;
    // Only connected: an administrator may run this, to whom nothing of the registers should belong.
    let store = Store::connect(&config.database_url, district.crs, config.database_patience).await;
    let store = store.map_err(|error| unreachable(config, &error))?;
    let password = Password::random();
    let refused = |error: ReaderError| Failure::Failed(Told::from(&error));
    let verifier = (!without_password).then(|| password.verifier());
    if sql {
        let text = store.reader_sql(&name, verifier.as_deref()).await.map_err(refused)?;
        super::tell(format_args!("{}", text.trim_end()));
    } else if new_password {
        store.renew_reader(&name, &password.verifier()).await.map_err(refused)?;
    } else {
        let leeway = store.create_reader(&name, verifier.as_deref()).await.map_err(refused)?;
        warn(&name, leeway, voice);
    }
    match (without_password, sql) {
        (true, true) => {}
        (true, false) => {
            voice.tell(&Said::ReaderByHost { name: name.to_string() });
        }
        // Standard output is the SQL, which holds a verifier and no password.
        (false, true) => eprintln!("{} {}", voice.sentence(&Said::PasswordOnce), password.reveal()),
        (false, false) => {
            super::tell(format_args!("{}", password.reveal()));
            voice.note(&Said::ReaderPassword { name: name.to_string() });
        }
    }
    Ok(())
}

/// Says what the user can do beside reading.
fn warn(name: &ReaderName, Leeway { temporary_tables, large_objects }: Leeway, voice: &Voice) {
    if temporary_tables {
        voice.note(&Said::TemporaryTables { name: name.to_string() });
    }
    if large_objects {
        voice.note(&Said::LargeObjects { name: name.to_string() });
    }
}
