//! Where a command works: declarations read, database connected.

use super::Failure;
use crate::collection::{Catalogue, District};
use crate::config::{Config, redacted};
use crate::feature::crs::assert_grids;
use crate::store::{Store, StoreError};

/// Declarations and, through [`Place::store`], the database of a district.
#[derive(Debug)]
pub struct Place {
    pub district: District,
    pub catalogue: Catalogue,
}

impl Place {
    /// Reads the declarations, once it is certain that coordinates can be trusted.
    ///
    /// # Errors
    /// [`Failure::Usage`] with every fault of every file; [`Failure::Failed`] if PROJ lacks the shift grid of Germany and
    /// would silently be metres off.
    pub fn read(config: &Config) -> Result<Self, Failure> {
        assert_grids().map_err(|error| Failure::Failed(error.to_string()))?;
        let faulty = |faults| Failure::Usage(format!("the declarations have faults\n{faults}"));
        let district = District::load(&config.district);
        let catalogue = Catalogue::load(&config.data);
        match (district, catalogue) {
            (Ok(district), Ok(catalogue)) => Ok(Self { district, catalogue }),
            (Err(district), Err(catalogue)) => Err(faulty(format!("{district}\n{catalogue}"))),
            (Err(faults), _) | (_, Err(faults)) => Err(faulty(faults.to_string())),
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
        store.apply_declarations(&self.catalogue).await.map_err(|error| unreachable(config, &error))?;
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
