//! `geokontor database`: users of the database who may read and nothing else.

use clap::{Args, Subcommand};

use super::place::unreachable;
use super::{Failure, Place};
use crate::config::Config;
use crate::identity::Password;
use crate::store::Store;
use crate::store::readers::{Leeway, ReaderError, ReaderName};

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

/// Runs a command on the database.
///
/// # Errors
/// When there is a user of the name already, or the database refuses.
pub async fn run(database: Database, config: &Config) -> Result<(), Failure> {
    let Database::Reader(Reader { name, without_password, new_password, sql }) = database;
    let district = Place::read(config)?.district;
    // Only connected: an administrator may run this, to whom nothing of the registers should belong.
    let store = Store::connect(&config.database_url, district.crs, config.database_patience).await;
    let store = store.map_err(|error| unreachable(config, &error))?;
    let password = Password::random();
    let refused = |error: ReaderError| Failure::Failed(error.to_string());
    let verifier = (!without_password).then(|| password.verifier());
    if sql {
        let text = store.reader_sql(&name, verifier.as_deref()).await.map_err(refused)?;
        super::tell(format_args!("{}", text.trim_end()));
    } else if new_password {
        store.renew_reader(&name, &password.verifier()).await.map_err(refused)?;
    } else {
        let leeway = store.create_reader(&name, verifier.as_deref()).await.map_err(refused)?;
        warn(&name, leeway);
    }
    match (without_password, sql) {
        (true, true) => {}
        (true, false) => {
            super::tell(format_args!("'{name}' may read the schema register, once pg_hba.conf lets it in"));
        }
        // Standard output is the SQL, which holds a verifier and no password.
        (false, true) => eprintln!("The password, shown this once: {}", password.reveal()),
        (false, false) => {
            super::tell(format_args!("{}", password.reveal()));
            eprintln!("The password of the database user '{name}'. This is the only time it is shown.");
        }
    }
    Ok(())
}

/// Says what the user can do beside reading.
fn warn(name: &ReaderName, Leeway { temporary_tables, large_objects }: Leeway) {
    if temporary_tables {
        eprintln!(
            "Warning: '{name}' may make temporary tables, as everybody in this database: it belongs to another user than \
             the registers. Its owner forbids it with REVOKE TEMPORARY ON DATABASE … FROM PUBLIC."
        );
    }
    if large_objects {
        eprintln!(
            "Warning: '{name}' may make large objects, as everybody in this database. A superuser forbids it by what --sql \
             writes, where the database belongs to the user of the registers."
        );
    }
}
