//! The fire-water register as it is declared: which collections hold water, and where their properties stand.
//!
//! Worked out once, when the server starts. A request that looked its properties up by name and its labels up by code
//! would spend more on that than on finding the water.

use std::sync::Arc;

use super::answer::Told;
use super::status::Recording;
use crate::collection::{Catalogue, District, Frame, Visibility};

/// The collections that hold water.
pub const COLLECTIONS: [&str; 3] = ["hydrants", "water_sources", "suction_points"];

/// The collections of water of a server.
#[derive(Debug)]
pub struct Register {
    pub(super) frame: Frame,
    /// See [`District::utmref_zone`].
    pub(super) utmref_zone: Option<u8>,
    pub(super) waters: Vec<Water>,
}

/// A collection that holds water.
#[derive(Debug)]
pub struct Water {
    pub name: String,
    /// Its place in the catalogue.
    pub(super) position: usize,
    pub(super) status: Arc<Recording>,
    public: Told,
    staff: Told,
}

impl Register {
    /// The register of a catalogue. Collections it lacks hold no water.
    pub fn new(catalogue: &Catalogue, district: &District) -> Self {
        let water = |name: &&str| {
            let (position, collection) = (catalogue.position(name)?, catalogue.get(name)?);
            let months = district.verified_for_months.get(*name).copied();
            Some(Water {
                name: collection.name.clone(),
                position,
                status: Arc::new(Recording::new(collection, months)),
                public: Told::new(collection, Visibility::Public),
                staff: Told::new(collection, Visibility::Staff),
            })
        };
        let waters = COLLECTIONS.iter().filter_map(water).collect();
        Self { frame: district.frame(), utmref_zone: district.utmref_zone, waters }
    }
}

impl Water {
    /// What is told of its sources to somebody who may see this much.
    pub(super) fn told(&self, to: Visibility) -> &Told {
        match to {
            Visibility::Public => &self.public,
            Visibility::Staff => &self.staff,
        }
    }
}
