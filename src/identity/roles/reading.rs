//! Reads the file of a role: every mistake with its line.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Role, RoleGrant, Within};
use crate::collection::{Catalogue, Collection, Label, Mistake, Visibility};
use crate::identity::Action;
use crate::identity::action::Actions;
use crate::identity::organisations::OrganisationKind;
use crate::texts::{Reporter, Tell, Told};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRole {
    title: Label,
    description: Label,
    #[serde(rename = "for")]
    kinds: Vec<OrganisationKind>,
    #[serde(default)]
    second_factor: bool,
    grants: Vec<RawGrant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrant {
    actions: Vec<Spanned<String>>,
    on: Spanned<Vec<Spanned<String>>>,
    fields: Option<Vec<Spanned<String>>>,
    within: Within,
    #[serde(rename = "for")]
    kinds: Option<Spanned<Vec<OrganisationKind>>>,
    sees: Option<Spanned<Visibility>>,
}

/// All collections.
const ALL: &str = "*";
/// What is no property and may be named among the fields.
const GEOMETRY: &str = "geometry";

/// What can be wrong with a role, beside names that nothing has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum RoleMistake<'a> {
    /// Whoever changes it does not see all of it.
    Blind {
        collection: &'a str,
    },
    NoAction {
        word: &'a str,
        known: Vec<&'a str>,
    },
    FieldsOfAll,
    SeesOfRead,
    /// A grant for organisations that do not give the role.
    GrantForOthers,
}

impl Tell for RoleMistake<'_> {
    const FILE: &'static str = "declarations";
}

/// A file under reading.
pub(super) struct Reader<'a> {
    pub reporter: Reporter<'a>,
    pub catalogue: &'a Catalogue,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, told: impl Into<Told>) {
        self.reporter.fault(span, told);
    }

    /// The role; `None` for what is no TOML of a role. Further mistakes are among the faults.
    pub fn role(&mut self, name: &str) -> Option<Role> {
        let raw: RawRole = match toml::from_str(self.reporter.text) {
            Ok(raw) => raw,
            Err(error) => {
                self.reporter.syntax(&error);
                return None;
            }
        };
        let RawRole { title, description, kinds, second_factor, grants } = raw;
        let spans: Vec<Range<usize>> = grants.iter().map(|grant| grant.on.span()).collect();
        let grants: Vec<RoleGrant> = grants.into_iter().map(|grant| self.grant(grant, &kinds)).collect();
        let reads = |place: usize| {
            let read = grants.iter().filter(|grant| grant.actions.has(Action::Read) && grant.on[place] != 0);
            read.map(|grant| grant.sees).max().unwrap_or_default()
        };
        // Whoever writes a feature back would empty what they cannot see.
        for (grant, span) in grants.iter().zip(spans).filter(|(grant, _)| grant.actions.writes_features()) {
            let blind = self
                .catalogue
                .collections()
                .iter()
                .find(|collection| grant.on[collection.place] != 0 && reads(collection.place) < Visibility::Staff);
            if let Some(blind) = blind {
                let collection = blind.name.clone();
                self.fault(span, &RoleMistake::Blind { collection: &collection });
            }
        }
        Some(Role { name: name.to_owned(), title, description, kinds, second_factor, grants })
    }

    fn grant(&mut self, raw: RawGrant, of_role: &[OrganisationKind]) -> RoleGrant {
        let mut actions = Actions::default();
        for word in &raw.actions {
            match Action::ALL.into_iter().find(|action| action.name() == word.get_ref()) {
                Some(action) => actions = actions.with(action),
                None => {
                    let known = Action::ALL.map(Action::name).to_vec();
                    self.fault(word.span(), &RoleMistake::NoAction { word: word.get_ref(), known });
                }
            }
        }
        let on_all = raw.on.get_ref().iter().any(|name| name.get_ref() == ALL);
        let fields = raw.fields.as_deref();
        if on_all && fields.is_some() {
            self.fault(raw.on.span(), &RoleMistake::FieldsOfAll);
        }
        let mut on = vec![if on_all { u64::MAX } else { 0 }; self.catalogue.collections().len()];
        for name in raw.on.get_ref().iter().filter(|name| name.get_ref() != ALL) {
            match self.catalogue.get(name.get_ref()).cloned() {
                Some(collection) => on[collection.place] = self.fields(&collection, fields),
                None => self.fault(name.span(), &Mistake::NoCollection { name: name.get_ref() }),
            }
        }
        if let Some(sees) = raw.sees.as_ref().filter(|_| !actions.has(Action::Read)) {
            self.fault(sees.span(), &RoleMistake::SeesOfRead);
        }
        if let Some(kinds) =
            raw.kinds.as_ref().filter(|kinds| !kinds.get_ref().iter().all(|kind| of_role.contains(kind)))
        {
            self.fault(kinds.span(), &RoleMistake::GrantForOthers);
        }
        let geometry = fields.is_none_or(|fields| fields.iter().any(|field| field.get_ref() == GEOMETRY));
        RoleGrant {
            actions,
            on: on.into(),
            on_all,
            fields: raw.fields.map(|fields| fields.into_iter().map(Spanned::into_inner).collect()),
            geometry,
            within: raw.within,
            kinds: raw.kinds.map(Spanned::into_inner),
            sees: raw.sees.map_or(Visibility::Staff, Spanned::into_inner),
        }
    }

    /// The properties that fields name, as bits.
    fn fields(&mut self, collection: &Collection, fields: Option<&[Spanned<String>]>) -> u64 {
        let Some(fields) = fields else { return u64::MAX };
        let mut bits = 0;
        for field in fields.iter().filter(|field| field.get_ref() != GEOMETRY) {
            match collection.position(field.get_ref()) {
                Some(k) => bits |= 1 << k,
                None => {
                    let (collection, name) = (collection.name.as_str(), field.get_ref().as_str());
                    self.fault(field.span(), &Mistake::NoPropertyOf { collection, name });
                }
            }
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_of_a_role_is_told_with_its_line() {
        let text = r#"
title = { de = "Wart", en = "Warden" }
description = { de = "Wart", en = "Warden" }
for = ["fire_service"]
[[grants]]
actions = ["read", "fly"]
on = ["hydrants"]
within = "own"
sees = "crew"
[[grants]]
actions = ["edit"]
on = ["hydrants", "ponds"]
fields = ["remark", "colour"]
within = "own"
for = ["district"]
"#;
        let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let mut reader = Reader { reporter: Reporter::new("warden.toml", text), catalogue: &catalogue };
        reader.role("warden");
        let faults: Vec<String> = reader.reporter.faults.iter().map(ToString::to_string).collect();
        let expected = [
            "warden.toml:6: 'fly' is not an action; there are read, create, edit, delete, inspect, block, import, approve, administer",
            "warden.toml:13: 'hydrants' has no property 'colour'",
            "warden.toml:12: there is no collection 'ponds'",
            "warden.toml:15: a grant is for organisations that give the role, and for no others",
            "warden.toml:12: whoever changes 'hydrants' must read it with sees = \"staff\"",
        ];
        assert_eq!(faults, expected);
    }
}
