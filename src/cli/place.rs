//! Where a command works: declarations read, database connected.

use super::Failure;
use crate::collection::{Catalogue, District};
use crate::config::{Config, redacted};
use crate::feature::crs::assert_grids;
use crate::store::{Store, StoreError};
use crate::tiles::{Cartography, Tilesets};

/// Declarations and, through [`Place::store`], the database of a district.
#[derive(Debug)]
pub struct Place {
    pub district: District,
    pub catalogue: Catalogue,
    pub tilesets: Tilesets,
    pub cartography: Cartography,
}

impl Place {
    /// Reads the declarations, once it is certain that coordinates can be trusted.
    ///
    /// # Errors
    /// [`Failure::Usage`] with every fault of every file; [`Failure::Failed`] if PROJ lacks the shift grid of Germany and
    /// would silently be metres off.
    pub fn read(config: &Config) -> Result<Self, Failure> {
        assert_grids().map_err(|error| Failure::Failed(error.to_string()))?;
        let mut faults = Vec::new();
        let mut said = |error: String| faults.push(error);
        let district = District::load(&config.district).map_err(|error| said(error.to_string()));
        let catalogue = Catalogue::load(&config.data).map_err(|error| said(error.to_string()));
        let tilesets = match &catalogue {
            Ok(catalogue) => Tilesets::load(&config.tiles, catalogue).map_err(|error| said(error.to_string())),
            // What tilesets name is not known.
            Err(()) => Err(()),
        };
        let cartography = match (&catalogue, &tilesets) {
            (Ok(catalogue), Ok(tilesets)) => Cartography::load(&config.tiles, &config.map_ground, tilesets, catalogue)
                .map_err(|error| said(error.to_string())),
            // What styles name is not known.
            _ => Err(()),
        };
        match (district, catalogue, tilesets, cartography) {
            (Ok(district), Ok(catalogue), Ok(tilesets), Ok(cartography)) => {
                Ok(Self { district, catalogue, tilesets, cartography })
            }
            _ => Err(Failure::Usage(format!("the declarations have faults\n{}", faults.join("\n")))),
        }
    }

    /// Connects and brings the schema up to date.
    ///
    /// # Errors
    /// What [`unreachable`] says.
    pub async fn store(&self, config: &Config) -> Result<Store, Failure> {
        let store = Store::connect(&config.database_url, self.district.crs, config.database_patience).await;
        let store = store.map_err(|error| unreachable(config, &error))?;
        store.migrate().await.map_err(|error| unreachable(config, &error))?;
        store
            .apply_declarations(&self.catalogue, self.district.time_zone)
            .await
            .map_err(|error| unreachable(config, &error))?;
        Ok(store)
    }
}

/// A failure of the database with the address it was looked for at.
pub fn unreachable(config: &Config, error: &StoreError) -> Failure {
    let message = format!("{error} (database {})", redacted(&config.database_url));
    match error {
        StoreError::Url(_) => Failure::Usage(message),
        _ => Failure::Failed(message),
    }
}
