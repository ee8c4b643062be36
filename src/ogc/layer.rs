//! What is read at an address below `/ogc/collections`: a collection, or a part of one with a single kind of geometry.

use std::sync::Arc;

use crate::collection::{Collection, Part, Visibility};
use crate::feature::FeatureId;
use crate::http::{Absent, Problem};
use crate::identity::Caller;
use crate::index::{Snapshot, Stored};
use crate::ogc::Ogc;

/// A collection or a part of one, as it is now.
#[derive(Debug, Clone)]
pub struct Layer {
    /// All features of the collection, declared as what the address names.
    pub snapshot: Arc<Snapshot>,
    /// `None` for a whole collection.
    pub part: Option<Part>,
    /// What the caller may see of it: rights are given for whole collections.
    pub visibility: Visibility,
}

impl Layer {
    /// What an address names, to a caller who may know of it.
    ///
    /// # Errors
    /// [`Problem`] 404 with the names there are for this caller.
    pub fn find(ogc: &Ogc, caller: &Caller, name: &str) -> Result<Self, Problem> {
        if let Some(snapshot) = ogc.index.snapshot_of(name) {
            let visibility = caller.sees(snapshot.collection()).ok_or_else(|| unknown(ogc, caller, name))?;
            return Ok(Self { snapshot, part: None, visibility });
        }
        let part = ogc.catalogue.part(name);
        let part = part.and_then(|part| Some((part, caller.sees(&part.collection)?)));
        let Some((part, visibility)) = part else { return Err(unknown(ogc, caller, name)) };
        let snapshot = Arc::new(ogc.index.snapshot(part.whole).declared_as(part.collection.clone()));
        Ok(Self { snapshot, part: Some(part.part), visibility })
    }

    /// All collections the caller may know of and, behind each, its parts.
    pub fn all(ogc: &Ogc, caller: &Caller) -> Vec<Self> {
        let mut layers = Vec::new();
        for (collection, visibility) in seen(ogc, caller) {
            let snapshot = ogc.index.snapshot(collection.place);
            layers.push(Self { snapshot: snapshot.clone(), part: None, visibility });
            let parts = ogc.catalogue.parts().iter().filter(|part| part.whole == collection.place);
            layers.extend(parts.map(|part| Self {
                snapshot: Arc::new(snapshot.declared_as(part.collection.clone())),
                part: Some(part.part),
                visibility,
            }));
        }
        layers
    }

    /// True if the feature is one of this layer.
    pub fn holds(&self, stored: &Stored) -> bool {
        self.part.is_none_or(|part| part.holds(&stored.shape))
    }

    /// How many features there are.
    pub fn count(&self) -> usize {
        match self.part {
            None => self.snapshot.len(),
            Some(_) => self.snapshot.iter().filter(|stored| self.holds(stored)).count(),
        }
    }

    /// The feature an address names. An id that is none is an address without a feature like any other.
    ///
    /// # Errors
    /// [`Problem`] 404.
    pub fn feature(&self, id: &str) -> Result<&Stored, Problem> {
        let found = id.parse::<FeatureId>().ok().and_then(|id| self.snapshot.get(id));
        found.filter(|stored| self.holds(stored)).ok_or_else(|| {
            let name = &self.snapshot.collection().name;
            Problem::not_found(&Absent::Feature { collection: name, id })
        })
    }
}

/// The collections a caller may know of, with what may be seen of each.
pub fn seen<'a>(ogc: &'a Ogc, caller: &'a Caller) -> impl Iterator<Item = (&'a Arc<Collection>, Visibility)> {
    let collections = ogc.catalogue.collections().iter();
    collections.filter_map(|collection| Some((collection, caller.sees(collection)?)))
}

/// 404 for a name that means nothing to this caller, or a part where only whole collections are.
pub fn unknown(ogc: &Ogc, caller: &Caller, name: &str) -> Problem {
    if let Some(part) = ogc.catalogue.part(name).filter(|part| caller.sees(&part.collection).is_some()) {
        let whole = &ogc.catalogue.collections()[part.whole].name;
        return Problem::not_found(&Absent::Part { name, whole });
    }
    Problem::not_found(&Absent::Collection { name, known: known(ogc, caller) })
}

/// Names of the collections that a caller may know of.
pub fn known<'o>(ogc: &'o Ogc, caller: &'o Caller) -> Vec<&'o str> {
    seen(ogc, caller).map(|(collection, _)| collection.name.as_str()).collect()
}
