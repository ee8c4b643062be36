//! Reads the file of a check list: every mistake with its line.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Checklist, Effect, Item, Kind, Measures, Opens, Version};
use crate::collection::{Catalogue, Collection, Label, Mistake};
use crate::texts::{Reporter, Tell};
use crate::upkeep::words::{DEFECT_KINDS, DEFECT_SEVERITIES};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    title: Label,
    collection: Spanned<String>,
    kinds: Option<Vec<Spanned<String>>>,
    #[serde(default = "yes")]
    confirms: bool,
    counts_for_months: Option<Spanned<u32>>,
    #[serde(default)]
    order: i64,
    versions: Spanned<Vec<RawVersion>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVersion {
    version: Spanned<u32>,
    measures: Option<Spanned<Measures>>,
    items: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawItem {
    name: Spanned<String>,
    label: Label,
    hint: Option<Label>,
    #[serde(default = "check")]
    answer: Spanned<Kind>,
    effect: Effect,
    opens: Option<Spanned<Opens>>,
    #[serde(default)]
    optional: bool,
}

fn yes() -> bool {
    true
}

fn check() -> Spanned<Kind> {
    Spanned::new(0..0, Kind::Check)
}

/// What can be wrong with a check list, beside names that nothing has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum ChecklistMistake<'a> {
    /// What is inspected there would mean nothing for anybody.
    NoStatusProperty {
        collection: &'a str,
    },
    NoKinds {
        collection: &'a str,
    },
    NoCode {
        code: &'a str,
        list: &'a str,
    },
    Months,
    NoVersions,
    /// Versions rise, so that the last one is the newest.
    VersionOrder {
        version: u32,
    },
    NoItems {
        version: u32,
    },
    ItemTwice {
        name: &'a str,
    },
    ItemLimits {
        name: &'a str,
    },
    NotDated {
        name: &'a str,
    },
}

impl Tell for ChecklistMistake<'_> {
    const FILE: &'static str = "declarations";
}

/// A file under reading.
pub(super) struct Reader<'a> {
    pub reporter: Reporter<'a>,
    pub catalogue: &'a Catalogue,
}

impl Reader<'_> {
    /// The list; `None` for what is no TOML of one. Further mistakes are among the faults.
    pub fn list(&mut self, name: &str) -> Option<Checklist> {
        let raw: RawList = match toml::from_str(self.reporter.text) {
            Ok(raw) => raw,
            Err(error) => {
                self.reporter.syntax(&error);
                return None;
            }
        };
        let collection = self.collection(&raw.collection)?;
        if let Some(kinds) = &raw.kinds {
            self.kinds(&collection, kinds);
        }
        if let Some(months) = raw.counts_for_months.as_ref().filter(|months| !(1..=600).contains(months.get_ref())) {
            self.reporter.fault(months.span(), &ChecklistMistake::Months);
        }
        let versions = self.versions(&collection, raw.versions);
        Some(Checklist {
            name: name.to_owned(),
            title: raw.title,
            collection: collection.name.clone(),
            kinds: raw.kinds.map(|kinds| kinds.into_iter().map(Spanned::into_inner).collect()),
            confirms: raw.confirms,
            counts_for_months: raw.counts_for_months.map(Spanned::into_inner),
            versions,
            order: raw.order,
        })
    }

    fn collection(&mut self, named: &Spanned<String>) -> Option<Collection> {
        let name = named.get_ref();
        let Some(collection) = self.catalogue.get(name) else {
            self.reporter.fault(named.span(), &Mistake::NoCollection { name });
            return None;
        };
        if collection.position("operational_status").is_none() {
            self.reporter.fault(named.span(), &ChecklistMistake::NoStatusProperty { collection: name });
            return None;
        }
        Some(Collection::clone(collection))
    }

    fn kinds(&mut self, collection: &Collection, kinds: &[Spanned<String>]) {
        let list = collection.property("kind").and_then(|property| property.codes());
        for kind in kinds {
            let code = kind.get_ref();
            match list {
                None => self.reporter.fault(kind.span(), &ChecklistMistake::NoKinds { collection: &collection.name }),
                Some(list) if list.position(code).is_none() => {
                    self.reporter.fault(kind.span(), &ChecklistMistake::NoCode { code, list: &list.name });
                }
                Some(_) => {}
            }
        }
    }

    fn versions(&mut self, collection: &Collection, raw: Spanned<Vec<RawVersion>>) -> Vec<Version> {
        let (span, mut read) = (raw.span(), Vec::<Version>::new());
        for RawVersion { version, measures, items } in raw.into_inner() {
            let (at, version) = (version.span(), version.into_inner());
            if version == 0 || read.last().is_some_and(|before| before.version >= version) {
                self.reporter.fault(at.clone(), &ChecklistMistake::VersionOrder { version });
            }
            if items.is_empty() {
                self.reporter.fault(at, &ChecklistMistake::NoItems { version });
            }
            let measures = measures.map(|measures| self.measures(collection, measures));
            read.push(Version { version, items: self.items(items), measures });
        }
        if read.is_empty() {
            self.reporter.fault(span, &ChecklistMistake::NoVersions);
        }
        read
    }

    fn measures(&mut self, collection: &Collection, measures: Spanned<Measures>) -> Measures {
        let (span, measures) = (measures.span(), measures.into_inner());
        for name in measures.properties.iter().chain([&measures.dated]) {
            if collection.position(name).is_none() {
                let mistake = Mistake::NoPropertyOf { collection: &collection.name, name };
                self.reporter.fault(span.clone(), &mistake);
            }
        }
        let dated = collection.property(&measures.dated);
        if dated.is_some_and(|property| !matches!(property.kind, crate::collection::PropertyKind::Date { .. })) {
            self.reporter.fault(span, &ChecklistMistake::NotDated { name: &measures.dated });
        }
        measures
    }

    fn items(&mut self, raw: Vec<RawItem>) -> Vec<Item> {
        let mut items = Vec::<Item>::with_capacity(raw.len());
        for RawItem { name, label, hint, answer, effect, opens, optional } in raw {
            let (at, name) = (name.span(), name.into_inner());
            if items.iter().any(|item| item.name == name) {
                self.reporter.fault(at, &ChecklistMistake::ItemTwice { name: &name });
            }
            let (at, answer) = (answer.span(), answer.into_inner());
            if let Kind::Number(number) = &answer
                && (number.minimum > number.maximum
                    || number.fails_below.zip(number.fails_above).is_some_and(|(low, high)| low > high))
            {
                self.reporter.fault(at, &ChecklistMistake::ItemLimits { name: &name });
            }
            let opens = opens.map(|opens| {
                let (at, opens) = (opens.span(), opens.into_inner());
                self.code(at.clone(), DEFECT_KINDS, &opens.defect);
                self.code(at, DEFECT_SEVERITIES, &opens.severity);
                opens
            });
            items.push(Item { name, label, hint, answer, effect, opens, optional });
        }
        items
    }

    fn code(&mut self, at: Range<usize>, list: &str, code: &str) {
        if self.catalogue.code_lists().get(list).is_none_or(|codes| codes.position(code).is_none()) {
            self.reporter.fault(at, &ChecklistMistake::NoCode { code, list });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::upkeep::Checklists;

    fn catalogue() -> Catalogue {
        Catalogue::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("the declarations")
    }

    #[test]
    fn the_check_lists_of_this_checkout_are_sound_and_there_is_one_for_every_kind_of_source() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = catalogue();
        let lists = Checklists::load(&data, &catalogue).expect("the check lists");
        for name in crate::firewater::COLLECTIONS {
            let kinds = catalogue.get(name).and_then(|collection| collection.property("kind")?.codes()).expect("kinds");
            for kind in kinds.codes() {
                let confirms = |list: &&std::sync::Arc<Checklist>| list.confirms && list.is_for(name, Some(&kind.code));
                assert!(lists.iter().any(|list| confirms(&list)), "{name} {}", kind.code);
            }
        }
    }

    #[test]
    fn every_mistake_of_a_check_list_is_told_with_its_line() {
        let text = r#"title = { de = "Prüfung", en = "Check" }
collection = "hydrants"
kinds = ["pillar", "lake"]
counts_for_months = 0
[[versions]]
version = 2
measures = { properties = ["flow_rate", "colour"], dated = "street" }
items = []
[[versions]]
version = 2
[[versions.items]]
name = "sign"
label = { de = "Schild", en = "Sign" }
effect = "none"
opens = { defect = "bent", severity = "minor" }
[[versions.items]]
name = "sign"
label = { de = "Schild", en = "Sign" }
answer = { number = { minimum = 5, maximum = 1 } }
effect = "restricted"
"#;
        let catalogue = catalogue();
        let mut reader = Reader { reporter: Reporter::new("service.toml", text), catalogue: &catalogue };
        reader.list("service");
        let faults: Vec<String> = reader.reporter.faults.iter().map(ToString::to_string).collect();
        insta::assert_debug_snapshot!(faults, @r#"
        [
            "service.toml:3: 'lake' is not in the code list 'hydrant_kind'",
            "service.toml:4: 1 to 600 months are expected",
            "service.toml:6: version 2 has no items ([[versions.items]])",
            "service.toml:7: 'hydrants' has no property 'colour'",
            "service.toml:7: 'street' is no date",
            "service.toml:10: version 2 is out of order: versions rise, from 1",
            "service.toml:15: 'bent' is not in the code list 'defect_kind'",
            "service.toml:17: the item 'sign' stands in the version twice",
            "service.toml:19: the limits of the item 'sign' exclude each other",
        ]
        "#);
    }

    #[test]
    fn a_list_for_a_collection_without_a_status_is_refused() {
        let text = "title = { de = \"Straße\", en = \"Road\" }\ncollection = \"roads\"\nversions = []\n";
        let catalogue = catalogue();
        let mut reader = Reader { reporter: Reporter::new("road.toml", text), catalogue: &catalogue };
        assert!(reader.list("road").is_none());
        let faults: Vec<String> = reader.reporter.faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults, ["road.toml:2: 'roads' has no operational_status that could follow from a check"]);
    }
}
