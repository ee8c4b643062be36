//! Roles as `data/roles/*.toml` declares them: what somebody with one may do, and which kinds of organisation give it.
//!
//! In reading order: here what a role is and what it comes to for somebody, [`reading`] the files, [`words`] for people.

mod reading;
pub mod words;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use self::reading::Reader;
pub use self::reading::RoleMistake;
use super::action::Actions;
use super::organisations::OrganisationKind;
use super::power::{Given, Power};
use super::{Action, Area};
use crate::collection::{Catalogue, Collection, DeclarationFaults, Label, Visibility};
use crate::texts::{Reporter, toml_files};

/// What holds where a folder of declarations has no `roles`: those of ours that name no collection.
const BUILT_IN: [(&str, &str); 4] = [
    ("administrator", include_str!("../../../data/roles/administrator.toml")),
    ("crew", include_str!("../../../data/roles/crew.toml")),
    ("editor", include_str!("../../../data/roles/editor.toml")),
    ("reader", include_str!("../../../data/roles/reader.toml")),
];

/// Every role by its name.
#[derive(Debug, Default)]
pub struct Roles {
    roles: BTreeMap<String, Arc<Role>>,
    able: Arc<Able>,
}

/// A role.
#[derive(Debug)]
pub struct Role {
    pub name: String,
    pub title: Label,
    pub description: Label,
    /// The kinds of organisation whose people and tokens may have it.
    pub kinds: Vec<OrganisationKind>,
    /// Must people with it show a second factor, whatever it allows?
    pub second_factor: bool,
    pub grants: Vec<RoleGrant>,
}

impl Role {
    /// Must people with it show a second factor? Whoever administers always must.
    pub fn asks_for_two(&self) -> bool {
        self.second_factor || self.grants.iter().any(|grant| grant.actions.has(Action::Administer))
    }
}

/// What a role allows in some collections.
#[derive(Debug)]
pub struct RoleGrant {
    pub actions: Actions,
    /// By place of the collection: bit k for property k that may be changed; 0 where the grant is not for the collection.
    pub on: Arc<[u64]>,
    /// True for a grant on all collections there are.
    pub on_all: bool,
    /// The fields it names; `None` for all.
    pub fields: Option<Vec<String>>,
    pub geometry: bool,
    pub within: Within,
    /// The kinds of organisation it is limited to; `None` for all that give the role. What is nobody's is the district's.
    pub kinds: Option<Vec<OrganisationKind>>,
    /// The class of properties that reading shows.
    pub sees: Visibility,
}

impl RoleGrant {
    /// Does it hold in organisations of a kind? `None` is the district itself.
    pub fn is_for(&self, kind: Option<OrganisationKind>) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind.unwrap_or(OrganisationKind::District)))
    }
}

/// Where a grant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Within {
    /// In the area of the organisation, or of the token.
    Own,
    District,
}

/// Who is to have a role.
#[derive(Debug, Clone, Default)]
pub struct Holder<'a> {
    /// `None`: all that the role is for.
    pub collections: Option<&'a [String]>,
    /// `None`: the whole district.
    pub area: Option<Arc<Area>>,
    /// Of which kind the organisation is; `None`: the district itself, to which belongs what is nobody's.
    pub kind: Option<OrganisationKind>,
}

/// Which roles allow what.
#[derive(Debug, Default)]
pub struct Able(BTreeMap<Action, Vec<Label>>);

impl Able {
    fn of<'a>(roles: impl Iterator<Item = &'a Role> + Clone) -> Self {
        let allows = |role: &Role, action| role.grants.iter().any(|grant| grant.actions.has(action));
        let titles =
            |action| roles.clone().filter(|role| allows(role, action)).map(|role| role.title.clone()).collect();
        Self(Action::ALL.into_iter().map(|action| (action, titles(action))).collect())
    }

    /// The titles of the roles that allow an action.
    pub fn titles(&self, action: Action) -> Vec<Label> {
        self.0.get(&action).cloned().unwrap_or_default()
    }
}

impl Roles {
    /// Reads the roles below a folder of declarations; without a folder `roles` there, those that are built in.
    ///
    /// # Errors
    /// Every mistake of every file, with its line.
    pub fn load(folder: &Path, catalogue: &Catalogue) -> Result<Self, DeclarationFaults> {
        let (folder, mut faults) = (folder.join("roles"), Vec::new());
        let files = if folder.exists() { toml_files(&folder, &mut faults) } else { built_in() };
        let mut roles = BTreeMap::new();
        for (file, name, text) in files {
            let mut reader = Reader { reporter: Reporter::new(&file, &text), catalogue };
            if let Some(role) = reader.role(&name) {
                roles.insert(name, Arc::new(role));
            }
            faults.append(&mut reader.reporter.faults);
        }
        if !faults.is_empty() {
            return Err(DeclarationFaults(faults));
        }
        let able = Arc::new(Able::of(roles.values().map(Arc::as_ref)));
        Ok(Self { roles, able })
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.roles.values()
    }

    /// A role by name.
    pub fn get(&self, name: &str) -> Option<&Arc<Role>> {
        self.roles.get(name)
    }

    /// Their names, for messages.
    pub fn names(&self) -> String {
        self.roles.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// What a role comes to for somebody.
    pub fn power(&self, role: &Arc<Role>, holder: &Holder<'_>, catalogue: &Catalogue) -> Power {
        let is_for = |collection: &Collection| holder.collections.is_none_or(|some| some.contains(&collection.name));
        let held: Vec<bool> = catalogue.collections().iter().map(|collection| is_for(collection)).collect();
        let mut sees = vec![Visibility::Public; held.len()];
        let mut given = Vec::with_capacity(role.grants.len());
        for grant in role.grants.iter().filter(|grant| grant.is_for(holder.kind)) {
            let on: Arc<[u64]> = grant.on.iter().zip(&held).map(|(on, held)| if *held { *on } else { 0 }).collect();
            if on.iter().all(|on| *on == 0) {
                continue;
            }
            if grant.actions.has(Action::Read) {
                let shown = sees.iter_mut().zip(&*on).filter(|(_, on)| **on != 0);
                shown.for_each(|(sees, _)| *sees = (*sees).max(grant.sees));
            }
            let area = holder.area.clone().filter(|_| grant.within == Within::Own);
            given.push(Given { role: role.clone(), actions: grant.actions, on, geometry: grant.geometry, area });
        }
        Power { given, sees: sees.into(), able: self.able.clone() }
    }
}

fn built_in() -> Vec<(String, String, String)> {
    BUILT_IN.map(|(name, text)| (format!("{name}.toml (built in)"), name.to_owned(), text.to_owned())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
    }

    fn catalogue() -> Catalogue {
        Catalogue::load(&data()).expect("the declarations")
    }

    #[test]
    fn the_roles_of_this_checkout_are_sound_and_hold_those_of_earlier_tokens() {
        let roles = Roles::load(&data(), &catalogue()).expect("the roles");
        for name in ["reader", "editor", "administrator"] {
            assert!(roles.get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn declarations_without_roles_have_those_that_fit_any_collection() {
        let empty = tempfile::tempdir().expect("a folder");
        let roles = Roles::load(empty.path(), &catalogue()).expect("the roles");
        assert_eq!(roles.names(), "administrator, crew, editor, reader");
        assert!(roles.iter().all(|role| role.grants.iter().all(|grant| grant.on_all)));
    }
}
