//! `geokontor migrate`: for those who want the schema changed by another account, or at another time, than the server's
//! start.

use super::said::Said;
use super::{Failure, Place, Voice};
use crate::config::Config;
use crate::texts::Told;

/// Brings schema, partitions and views up to date.
///
/// # Errors
/// When the declarations have faults or the database refuses.
pub async fn run(config: &Config, voice: &Voice) -> Result<(), Failure> {
    let place = Place::read(config)?;
    let store = place.store(config).await?;
    let versions = store.versions().await;
    let versions = versions.map_err(|error| Failure::failed(&Said::NoAnswer { why: Told::from(&error) }))?;
    voice.tell(&Said::UpToDate { versions: &versions });
    Ok(())
}
