//! What the register has, for an import to compare with: keys of everything, states of what is asked for.
//!
//! An import process holds no index. Of every feature of its collection it knows id, keys and place, some sixty bytes
//! ([`FeatureKeys`]); the states of those that rows of a batch may be are fetched together. All of it is read in one
//! transaction, so it is the register of one moment; what is changed after it is noticed when the updates are written.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use uuid::Uuid;

use super::recognise::identities;
use super::seen::{Seen, SeenPoints};
use super::store::{Foreign, Keys, Reading, Said};
use crate::collection::{CodeList, Collection, Frame};
use crate::feature::FeatureId;
use crate::index::{Encoder, Stored};
use crate::store::StoreError;

/// The states of some features.
pub type States = HashMap<FeatureId, Stored>;

/// What a batch of rows is compared with.
#[derive(Debug, Default)]
pub struct Fetched {
    pub states: States,
    /// Of rows that were checked out: the features as they were then.
    pub bases: HashMap<FeatureId, Said>,
}

/// The features of a collection by what they can be recognised by. They are numbered in no particular order.
#[derive(Debug)]
pub struct FeatureKeys {
    ids: Vec<Uuid>,
    /// Numbers by rising id.
    by_id: Vec<u32>,
    hash: RandomState,
    external: Seen,
    numbers: Seen,
    pub places: SeenPoints,
    deleted: Seen,
    deleted_ids: Vec<FeatureId>,
}

impl FeatureKeys {
    /// Reads the keys of a collection; `foreign` knows what was deleted.
    pub async fn read(reading: &mut Reading, collection: &Collection, foreign: &Foreign) -> Result<Self, StoreError> {
        let mut register = Self {
            ids: Vec::new(),
            by_id: Vec::new(),
            hash: RandomState::new(),
            external: Seen::default(),
            numbers: Seen::default(),
            places: SeenPoints::default(),
            deleted: Seen::default(),
            deleted_ids: Vec::new(),
        };
        let codes = collection.property("kind").and_then(|property| property.codes()).map(Arc::as_ref);
        reading.keys(collection, |keys| register.add(&keys, codes)).await?;
        register.by_id = (0..register.ids.len() as u32).collect();
        let ids = &register.ids;
        register.by_id.sort_unstable_by_key(|number| ids[*number as usize]);
        for (id, properties) in &foreign.deleted {
            let number = register.deleted_ids.len() as u32;
            register.deleted_ids.push(*id);
            for (system, value) in identities(properties.get("external_ids")) {
                let key = register.key(&system, &value);
                register.deleted.insert(key, number);
            }
        }
        Ok(register)
    }

    fn add(&mut self, keys: &Keys<'_>, codes: Option<&CodeList>) {
        let number = self.ids.len() as u32;
        self.ids.push(keys.id);
        for (system, value) in identities(keys.external_ids.and_then(|json| serde_json::from_slice(json).ok()).as_ref())
        {
            let key = self.key(&system, &value);
            self.external.insert(key, number);
        }
        if let Some(reference) = keys.reference {
            let key = self.key(reference, keys.municipality.unwrap_or_default());
            self.numbers.insert(key, number);
        }
        if let Some(at) = keys.point {
            let kind = keys.kind.and_then(|code| codes?.position(code)).unwrap_or(u16::MAX);
            self.places.add(at, kind, number);
        }
    }

    /// The key of a pair: system and value, or number and municipality.
    pub fn key(&self, a: &str, b: &str) -> u64 {
        self.hash.hash_one((a, b))
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True without features.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// A feature's number by its id.
    pub fn number_of(&self, id: Uuid) -> Option<u32> {
        let at = self.by_id.binary_search_by_key(&id, |number| self.ids[*number as usize]).ok()?;
        Some(self.by_id[at])
    }

    /// The feature with a number.
    pub fn id(&self, number: u32) -> FeatureId {
        FeatureId(self.ids[number as usize])
    }

    /// The feature that has an external id, by its key.
    pub fn with_external(&self, key: u64) -> Option<u32> {
        self.external.get(key)
    }

    /// The feature that people call by a number, by its key.
    pub fn with_reference(&self, key: u64) -> Option<u32> {
        self.numbers.get(key)
    }

    /// The deleted feature that had an external id, by its key.
    pub fn deleted(&self, key: u64) -> Option<FeatureId> {
        self.deleted.get(key).map(|number| self.deleted_ids[number as usize])
    }
}

/// Fetches states, a batch at a time.
#[derive(Debug)]
pub struct StateReader {
    reading: Reading,
    collection: Arc<Collection>,
    encoder: Encoder,
}

impl StateReader {
    pub fn new(reading: Reading, collection: Arc<Collection>, frame: Frame) -> Self {
        Self { reading, encoder: Encoder::new(collection.clone(), frame), collection }
    }

    /// What a batch is compared with: the states of some features, and what some were in a version.
    pub async fn fetch(&mut self, ids: &[Uuid], versions: &[(Uuid, i64)]) -> Result<Fetched, StoreError> {
        let states = self.states(ids).await?;
        let bases = if versions.is_empty() { HashMap::new() } else { self.reading.versions(versions).await? };
        Ok(Fetched { states, bases })
    }

    /// The states of some features. One that cannot be read is left out, as it is for readers of the register.
    async fn states(&mut self, ids: &[Uuid]) -> Result<States, StoreError> {
        let mut states = States::with_capacity(ids.len());
        if ids.is_empty() {
            return Ok(states);
        }
        let encoder = &mut self.encoder;
        self.reading
            .states(&self.collection.name, ids, |id, version, geometry, properties| {
                if let Ok((stored, _)) = encoder.encode(id, version, geometry, properties) {
                    states.insert(id, stored);
                }
            })
            .await?;
        Ok(states)
    }
}
