//! What is read at an address below `/ogc/collections`: a collection, or a part of one with a single kind of geometry.

use std::sync::Arc;

use crate::collection::{Part, Visibility};
use crate::feature::FeatureId;
use crate::http::{Ask, Problem};
use crate::index::{Snapshot, Stored};
use crate::ogc::Ogc;

/// A collection or a part of one, as it is now.
#[derive(Debug, Clone)]
pub struct Layer {
    /// All features of the collection, declared as what the address names.
    pub snapshot: Arc<Snapshot>,
    /// `None` for a whole collection.
    pub part: Option<Part>,
    /// The name of the whole collection.
    whole: String,
}

impl Layer {
    /// What an address names.
    ///
    /// # Errors
    /// [`Problem`] 404 with the names there are.
    pub fn find(ogc: &Ogc, name: &str) -> Result<Self, Problem> {
        if let Some(snapshot) = ogc.index.snapshot_of(name) {
            return Ok(Self { snapshot, part: None, whole: name.to_owned() });
        }
        let Some(part) = ogc.catalogue.part(name) else { return Err(unknown(ogc, name)) };
        let whole = ogc.index.snapshot(part.whole);
        let snapshot = Arc::new(whole.declared_as(part.collection.clone()));
        Ok(Self { snapshot, part: Some(part.part), whole: whole.collection().name.clone() })
    }

    /// All collections and, behind each, its parts.
    pub fn all(ogc: &Ogc) -> Vec<Self> {
        let whole = |(k, collection): (usize, &Arc<_>)| {
            let snapshot = ogc.index.snapshot(k);
            let collection: &Arc<crate::collection::Collection> = collection;
            let name = collection.name.clone();
            let parts = ogc.catalogue.parts().iter().filter(|part| part.whole == k).map(|part| Self {
                snapshot: Arc::new(snapshot.declared_as(part.collection.clone())),
                part: Some(part.part),
                whole: name.clone(),
            });
            let parts: Vec<Self> = parts.collect();
            [Self { snapshot, part: None, whole: name }].into_iter().chain(parts).collect::<Vec<_>>()
        };
        ogc.catalogue.collections().iter().enumerate().flat_map(whole).collect()
    }

    /// What the caller may see here: rights are given for whole collections.
    pub fn visibility(&self, ask: &Ask) -> Visibility {
        ask.caller.visibility(&self.whole)
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
            Problem::not_found(format!(
                "'{name}' has no feature '{id}'. It may have been deleted; staff see so in its history."
            ))
        })
    }
}

/// 404 for a name that means nothing, or a part where only whole collections are.
pub fn unknown(ogc: &Ogc, name: &str) -> Problem {
    if let Some(part) = ogc.catalogue.part(name) {
        let whole = &ogc.catalogue.collections()[part.whole].name;
        let detail = format!("'{name}' is a part of '{whole}' and can only be read; everything else is at '{whole}'.");
        return Problem::not_found(detail);
    }
    let known: Vec<&str> = ogc.catalogue.collections().iter().map(|collection| collection.name.as_str()).collect();
    Problem::not_found(format!("There is no collection '{name}'; there are {}.", known.join(", ")))
}
