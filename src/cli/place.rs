//! Where a command works: declarations read, database connected.

use std::sync::Arc;

use super::Failure;
use super::said::Said;
use crate::collection::{Catalogue, District};
use crate::config::{Config, redacted};
use crate::feature::crs::assert_grids;
use crate::index::Index;
use crate::index::loading::{self, LoadError};
use crate::store::{Store, StoreError};
use crate::texts::{DeclarationFaults, Told};
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
        assert_grids().map_err(|error| Failure::Failed(Told::from(&error)))?;
        let mut faults = Vec::new();
        let mut add = |DeclarationFaults(more)| faults.extend(more);
        let district = District::load(&config.district).map_err(&mut add);
        let catalogue = Catalogue::load(&config.data).map_err(&mut add);
        let tilesets = match &catalogue {
            Ok(catalogue) => Tilesets::load(&config.tiles, catalogue).map_err(&mut add),
            // What tilesets name is not known.
            Err(()) => Err(()),
        };
        let cartography = match (&catalogue, &tilesets) {
            (Ok(catalogue), Ok(tilesets)) => {
                Cartography::load(&config.tiles, &config.map_ground, tilesets, catalogue).map_err(&mut add)
            }
            // What styles name is not known.
            _ => Err(()),
        };
        match (district, catalogue, tilesets, cartography) {
            (Ok(district), Ok(catalogue), Ok(tilesets), Ok(cartography)) => {
                Ok(Self { district, catalogue, tilesets, cartography })
            }
            _ => Err(Failure::faulty(&Said::DeclarationsFaulty, DeclarationFaults(faults))),
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

/// Loads the registers of a database into an index.
pub async fn load(store: &Store, index: &Arc<Index>) -> Result<(), Failure> {
    let unread = |why| Failure::failed(&Said::RegistersUnread { why });
    let mut journal = store.follow().await.map_err(|error| unread(Told::from(&error)))?;
    let loaded = loading::load(index, &mut journal).await;
    loaded.map(drop).map_err(|error| match error {
        LoadError::Store(error) => unread(Told::from(&error)),
        LoadError::Broken(error) => unread(Told::verbatim(error.to_string())),
    })
}

/// A failure of the database with the address it was looked for at.
pub fn unreachable(config: &Config, error: &StoreError) -> Failure {
    let said = Said::AtDatabase { why: error.into(), place: redacted(&config.database_url) };
    match error {
        StoreError::Url(_) => Failure::usage(&said),
        _ => Failure::failed(&said),
    }
}
