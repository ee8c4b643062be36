//! The fire-water register as it is declared: which collections hold water, and where their properties stand.
//!
//! Worked out once, when the server starts. A request that looked its properties up by name and its labels up by code
//! would spend more on that than on finding the water.

use std::sync::Arc;

use chrono::NaiveDate;

use super::answer::Told;
use super::status::{Recording, StatusRule};
use crate::collection::{Catalogue, Collection, District, Frame, Laying, Visibility};
use crate::feature::{Row, Value};

/// The collections that hold water.
pub const COLLECTIONS: [&str; 3] = ["hydrants", "water_sources", "suction_points"];

/// Kinds of water that never run dry, unless the feature says otherwise.
pub const UNLIMITED_KINDS: [&str; 3] = ["lake", "river", "sea"];

/// The collections of water of a server.
#[derive(Debug)]
pub struct Register {
    pub(super) frame: Frame,
    /// See [`District::utmref_zone`].
    pub(super) utmref_zone: Option<u8>,
    pub(super) waters: Vec<Water>,
    /// What is reckoned with when hoses are laid.
    pub(super) laying: Laying,
}

/// A collection that holds water.
#[derive(Debug)]
pub struct Water {
    pub name: String,
    /// Its place in the catalogue.
    pub(super) position: usize,
    pub(super) status: Arc<Recording>,
    pub(super) unlimited: Arc<Unlimited>,
    pub(super) collection: Arc<Collection>,
    /// By class of visibility.
    told: [Told; Visibility::ALL.len()],
}

impl Register {
    /// The register of a catalogue. Collections it lacks hold no water.
    pub fn new(catalogue: &Catalogue, district: &District) -> Self {
        let water = |name: &&str| {
            let collection = catalogue.get(name)?;
            let months = district.verified_for_months.get(*name).copied();
            Some(Water {
                name: collection.name.clone(),
                position: collection.place,
                status: Arc::new(Recording::new(collection, months)),
                unlimited: Arc::new(Unlimited::new(collection)),
                told: Visibility::ALL.map(|class| Told::new(collection, class)),
                collection: collection.clone(),
            })
        };
        let waters = COLLECTIONS.iter().filter_map(water).collect();
        Self { frame: district.frame(), utmref_zone: district.utmref_zone, waters, laying: district.laying.clone() }
    }

    /// How the status of features of a collection is judged on a day; `None` for one that holds no water.
    pub fn status_rule(&self, collection: &str, today: NaiveDate) -> Option<StatusRule> {
        self.waters.iter().find(|water| water.name == collection).map(|water| water.status.on(today))
    }

    /// Does a source of a collection, by its place in the catalogue, never run dry?
    pub fn never_runs_dry(&self, collection: usize, row: Row<'_>) -> bool {
        self.waters.iter().any(|water| water.position == collection && water.unlimited.holds(row))
    }
}

impl Water {
    /// What is told of its sources to somebody who may see this much.
    pub(super) fn told(&self, to: Visibility) -> &Told {
        &self.told[to as usize]
    }
}

/// Which sources of a collection never run dry.
#[derive(Debug)]
pub struct Unlimited {
    inexhaustible: Option<usize>,
    kind: Option<usize>,
    kinds: Vec<u16>,
}

impl Unlimited {
    fn new(collection: &Collection) -> Self {
        let kind = collection.position("kind");
        let codes = kind.and_then(|kind| collection.properties[kind].codes());
        let kinds = codes.map(|codes| UNLIMITED_KINDS.iter().filter_map(|name| codes.position(name)).collect());
        Self { inexhaustible: collection.position("inexhaustible"), kind, kinds: kinds.unwrap_or_default() }
    }

    /// False if no source of the collection can be one.
    pub fn is_possible(&self) -> bool {
        self.inexhaustible.is_some() || !self.kinds.is_empty()
    }

    /// Does this source never run dry? What is recorded counts, then its kind.
    pub fn holds(&self, row: Row<'_>) -> bool {
        match self.inexhaustible.map(|position| row.get(position)) {
            Some(Value::Boolean(recorded)) => recorded,
            _ => {
                let kind = self.kind.filter(|_| !self.kinds.is_empty()).and_then(|kind| row.get(kind).as_code());
                kind.is_some_and(|kind| self.kinds.contains(&kind))
            }
        }
    }
}
#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::collection::Catalogue;

    #[test]
    fn every_kind_that_is_declared_tells_what_is_needed_unless_it_is_an_unknown_one() {
        let catalogue = Catalogue::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("the declarations");
        let mut silent = Vec::new();
        for name in COLLECTIONS {
            let kinds = catalogue.get(name).and_then(|collection| collection.property("kind")?.codes());
            let codes = kinds.expect("kinds").codes();
            silent.extend(codes.iter().filter(|code| code.needs.is_empty()).map(|code| code.code.clone()));
        }
        silent.sort_unstable();
        silent.dedup();
        assert_eq!(silent, ["elevated_reservoir", "other", "pipe", "unknown"]);
    }
}
