//! All collections of a server.

use std::path::Path;
use std::sync::Arc;

use super::declaration::{CodeLists, read_code_list, read_collection};
use super::{Collection, DeclarationFaults, Part};
use crate::texts::toml_files;

/// Every declared collection, in the order in which people should see them.
#[derive(Debug)]
pub struct Catalogue {
    collections: Vec<Arc<Collection>>,
    parts: Vec<PartOf>,
    code_lists: CodeLists,
}

/// A part of a collection, to be read like one.
#[derive(Debug, Clone)]
pub struct PartOf {
    pub part: Part,
    /// The place of the whole collection among the others.
    pub whole: usize,
    /// The declaration of the part.
    pub collection: Arc<Collection>,
}

impl Catalogue {
    /// Reads `codelists/*.toml` and `collections/*.toml` below a folder. All mistakes of all files are reported at once.
    pub fn load(folder: &Path) -> Result<Self, DeclarationFaults> {
        let mut faults = Vec::new();
        let mut code_lists = CodeLists::new();
        for (file, name, text) in toml_files(&folder.join("codelists"), &mut faults) {
            match read_code_list(&file, &name, &text) {
                Ok(list) => drop(code_lists.insert(name, Arc::new(list))),
                Err(more) => faults.extend(more.0),
            }
        }
        let mut ordered = Vec::new();
        for (file, name, text) in toml_files(&folder.join("collections"), &mut faults) {
            match read_collection(&file, &name, &text, &code_lists) {
                Ok((order, collection)) => ordered.push((order, collection)),
                Err(more) => faults.extend(more.0),
            }
        }
        if !faults.is_empty() {
            return Err(DeclarationFaults(faults));
        }
        ordered.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
        let placed = ordered.into_iter().enumerate();
        let collections: Vec<_> =
            placed.map(|(place, (_, collection))| Arc::new(Collection { place, ..collection })).collect();
        Ok(Self { parts: parts(&collections), collections, code_lists })
    }

    /// The collections in order.
    pub fn collections(&self) -> &[Arc<Collection>] {
        &self.collections
    }

    /// Their names, for messages.
    pub fn names(&self) -> Vec<String> {
        self.collections.iter().map(|collection| collection.name.clone()).collect()
    }

    /// A collection by name.
    pub fn get(&self, name: &str) -> Option<&Arc<Collection>> {
        self.collections.iter().find(|collection| collection.name == name)
    }

    /// The place of a collection among the others.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.collections.iter().position(|collection| collection.name == name)
    }

    /// The parts of those collections that have several kinds of geometry.
    pub fn parts(&self) -> &[PartOf] {
        &self.parts
    }

    /// A part by name.
    pub fn part(&self, name: &str) -> Option<&PartOf> {
        self.parts.iter().find(|part| part.collection.name == name)
    }

    /// All code lists by name.
    pub fn code_lists(&self) -> &CodeLists {
        &self.code_lists
    }
}

/// The parts of all collections, but for those whose name a declared collection has.
fn parts(collections: &[Arc<Collection>]) -> Vec<PartOf> {
    let of = |(whole, collection): (usize, &Arc<Collection>)| {
        let parts = collection.parts().into_iter();
        let parts = parts.map(|part| PartOf { part, whole, collection: Arc::new(collection.part(part)) });
        parts.collect::<Vec<_>>()
    };
    let all = collections.iter().enumerate().flat_map(of);
    all.filter(|part| collections.iter().all(|known| known.name != part.collection.name)).collect()
}
