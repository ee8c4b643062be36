//! `geokontor migrate`: for those who want the schema changed by another account, or at another time, than the server's
//! start.

use super::{Failure, Place};
use crate::config::Config;

/// Brings schema, partitions and views up to date.
///
/// # Errors
/// When the declarations have faults or the database refuses.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let place = Place::read(config)?;
    let store = place.store(config).await?;
    let versions = store.versions().await.map_err(|error| Failure::of("the database does not answer", error))?;
    super::tell(format_args!("the database is up to date ({versions})"));
    Ok(())
}
