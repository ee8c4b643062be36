//! Check lists: what is looked at when an object is inspected, declared in `data/checklists/*.toml`.
//!
//! A list has versions. What was inspected by one keeps it, and tablets that were offline may still send by an earlier one; so
//! a version that was used is never changed, the next one is written below it. [`reading`] takes the files apart.

mod reading;

pub use reading::ChecklistMistake;

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::collection::{Catalogue, DeclarationFaults, Label};
use crate::texts::{Reporter, toml_files};

/// What something found means for whoever needs the water, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "UpkeepEffect")]
pub enum Effect {
    None,
    Restricted,
    OutOfService,
}

impl Effect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Restricted, Self::OutOfService];

    /// The word in declarations, in answers and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Restricted => "restricted",
            Self::OutOfService => "out_of_service",
        }
    }

    /// The one of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.name() == word)
    }
}

/// A check list with all its versions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Checklist {
    pub name: String,
    pub title: Label,
    pub collection: String,
    /// The kinds of objects it is for; null for all.
    pub kinds: Option<Vec<String>>,
    /// Does a complete check by it confirm the status?
    pub confirms: bool,
    /// For how long a check by it counts, if not for as long as the district lets confirmations count.
    pub counts_for_months: Option<u32>,
    /// In rising order; inspections are made with the last one.
    pub versions: Vec<Version>,
    #[serde(skip)]
    order: i64,
}

/// One version of a check list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ChecklistVersion")]
pub struct Version {
    pub version: u32,
    pub items: Vec<Item>,
    pub measures: Option<Measures>,
}

/// Properties of the object that are measured during an inspection.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChecklistMeasures")]
pub struct Measures {
    /// Their names; ranges and units stand in the schema of the collection.
    pub properties: Vec<String>,
    /// The property that says on which day they were measured.
    pub dated: String,
}

/// What is looked at.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ChecklistItem")]
pub struct Item {
    pub name: String,
    pub label: Label,
    pub hint: Option<Label>,
    pub answer: Kind,
    /// What it means for use if it is not in order.
    pub effect: Effect,
    /// The defect that is opened then.
    pub opens: Option<Opens>,
    /// May it be left out of a complete check?
    pub optional: bool,
}

/// How an item is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ChecklistAnswer")]
pub enum Kind {
    /// With `ok`, `failed` or `not_checked`.
    Check,
    /// With a number.
    Number(Number),
}

/// The limits of a number that answers an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChecklistNumber")]
pub struct Number {
    pub unit: Option<String>,
    pub minimum: f64,
    pub maximum: f64,
    /// Less than this is not in order.
    pub fails_below: Option<f64>,
    /// More than this is not in order.
    pub fails_above: Option<f64>,
}

/// A defect that a failed item opens: codes of the lists `defect_kind` and `defect_severity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OpenedDefect")]
pub struct Opens {
    pub defect: String,
    pub severity: String,
}

/// All check lists of a server.
#[derive(Debug, Default)]
pub struct Checklists(Vec<Arc<Checklist>>);

impl Checklists {
    /// Reads the lists below a folder of declarations; without a folder `checklists` there are none.
    ///
    /// # Errors
    /// Every mistake of every file, with its line.
    pub fn load(folder: &Path, catalogue: &Catalogue) -> Result<Self, DeclarationFaults> {
        let (folder, mut faults, mut lists) = (folder.join("checklists"), Vec::new(), Vec::new());
        if !folder.exists() {
            return Ok(Self::default());
        }
        for (file, name, text) in toml_files(&folder, &mut faults) {
            let mut reader = reading::Reader { reporter: Reporter::new(&file, &text), catalogue };
            lists.extend(reader.list(&name));
            faults.append(&mut reader.reporter.faults);
        }
        if !faults.is_empty() {
            return Err(DeclarationFaults(faults));
        }
        lists.sort_by(|one: &Checklist, other| (one.order, &one.name).cmp(&(other.order, &other.name)));
        Ok(Self(lists.into_iter().map(Arc::new).collect()))
    }

    /// All of them, in the order in which people should see them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Checklist>> {
        self.0.iter()
    }

    /// Their names, for messages.
    pub fn names(&self) -> String {
        self.0.iter().map(|list| list.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The one of a name.
    pub fn get(&self, name: &str) -> Option<&Arc<Checklist>> {
        self.0.iter().find(|list| list.name == name)
    }
}

impl Checklist {
    /// Is it for objects of this collection and kind?
    pub fn is_for(&self, collection: &str, kind: Option<&str>) -> bool {
        let fits = |kinds: &Vec<String>| kind.is_some_and(|kind| kinds.iter().any(|one| one == kind));
        self.collection == collection && self.kinds.as_ref().is_none_or(fits)
    }

    /// A version of it.
    pub fn version(&self, version: u32) -> Option<&Version> {
        self.versions.iter().find(|one| one.version == version)
    }
}

impl Version {
    /// An item by name.
    pub fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name == name)
    }
}
