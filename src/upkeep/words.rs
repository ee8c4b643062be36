//! What the words of records stand for: code lists, check lists, organisations, and days as people write them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::checklists::{Checklist, Checklists};
use super::inspections::Inspection;
use super::standing::rule::counts_until;
use crate::collection::{Catalogue, District, Label};
use crate::identity::Directory;

/// Code lists of this domain, by the names of their files.
pub const DEFECT_KINDS: &str = "defect_kind";
pub const DEFECT_SEVERITIES: &str = "defect_severity";
pub const DEFECT_RESOLUTIONS: &str = "defect_resolution";
pub const OUTAGE_CAUSES: &str = "outage_cause";

/// What is asked for the meaning of words.
#[derive(Debug, Clone)]
pub struct Words {
    pub catalogue: Arc<Catalogue>,
    pub checklists: Arc<Checklists>,
    /// By collection: for how many months the district lets confirmations count.
    pub verified_for_months: HashMap<String, u32>,
    pub directory: Option<Arc<Directory>>,
}

impl Words {
    /// Those of a district.
    pub fn new(
        catalogue: Arc<Catalogue>,
        checklists: Arc<Checklists>,
        district: &District,
        directory: Option<Arc<Directory>>,
    ) -> Self {
        Self { catalogue, checklists, verified_for_months: district.verified_for_months.clone(), directory }
    }

    /// What a code of a list is called; itself if the list no longer has it.
    pub fn code(&self, list: &str, code: &str) -> Label {
        let list = self.catalogue.code_lists().get(list);
        let known = list.and_then(|list| list.codes().get(usize::from(list.position(code)?)));
        known.map_or_else(|| Label::new(code, code), |known| known.label.clone())
    }

    /// True for a code of a list.
    pub fn knows(&self, list: &str, code: &str) -> bool {
        self.catalogue.code_lists().get(list).is_some_and(|list| list.position(code).is_some())
    }

    /// The codes of a list, for messages.
    pub fn known(&self, list: &str) -> Vec<String> {
        let list = self.catalogue.code_lists().get(list);
        list.map(|list| list.codes().iter().map(|one| one.code.clone()).collect()).unwrap_or_default()
    }

    pub fn defect(&self, kind: &str) -> Label {
        self.code(DEFECT_KINDS, kind)
    }

    pub fn cause(&self, cause: &str) -> Label {
        self.code(OUTAGE_CAUSES, cause)
    }

    /// The title of the list an inspection was made with.
    pub fn list(&self, inspection: &Inspection) -> Label {
        let name = &inspection.checklist;
        self.declared(inspection).map_or_else(|| Label::new(name, name), |list| list.title.clone())
    }

    /// Does the list of an inspection confirm the status? One that is declared no more did.
    pub fn confirms(&self, inspection: &Inspection) -> bool {
        self.declared(inspection).is_none_or(|list| list.confirms)
    }

    /// The last day on which an inspection counts, where its list says less than the district.
    pub fn counts_until(&self, inspection: &Inspection) -> Option<NaiveDate> {
        let months = self.declared(inspection)?.counts_for_months?;
        let is_less = self.verified_for_months.get(&inspection.collection).is_none_or(|district| months < *district);
        if is_less { counts_until(inspection.made_on, months) } else { None }
    }

    /// The name of an organisation that has not ended and is no person.
    pub fn organisation(&self, id: Uuid) -> Option<String> {
        let organisation = self.directory.as_ref()?.organisation(id)?;
        let is_person = organisation.kind == crate::identity::organisations::OrganisationKind::PrivatePerson;
        (!is_person).then_some(organisation.name)
    }

    pub fn day(&self, on: NaiveDate) -> Label {
        day(on)
    }

    fn declared(&self, inspection: &Inspection) -> Option<&Arc<Checklist>> {
        self.checklists.get(&inspection.checklist)
    }
}

/// A day as people write it.
pub fn day(on: NaiveDate) -> Label {
    Label::new(format!("{}.{}.{}", on.day(), on.month(), on.year()), on.format("%-d %B %Y").to_string())
}
