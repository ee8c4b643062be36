//! What roles allow, in words: of themselves, or of an organisation that gives them.

pub(super) mod routes;

use std::sync::Arc;

use super::Organisations;
use crate::collection::Language;
use crate::identity::Caller;
use crate::identity::organisations::{Organisation, whereabouts};
use crate::identity::roles::Role;
use crate::identity::roles::words::{Holder, sentences};

impl Organisations {
    /// The sentences of a role, told of an organisation if one is named.
    pub fn in_words(&self, role: &Role, organisation: Option<&Organisation>, language: Language) -> Vec<String> {
        let holder = organisation.map(|one| Holder {
            name: one.name.clone(),
            kind: one.kind,
            area: whereabouts(one, &self.spine.index),
        });
        let told = sentences(role, holder.as_ref(), &self.catalogue);
        told.iter().map(|told| self.texts.sentence(told, language)).collect()
    }

    /// The roles that an organisation gives, and whether the caller may give each there; without one all roles.
    pub fn roles(&self, caller: &Caller, organisation: Option<&Organisation>) -> Vec<(Arc<Role>, bool)> {
        let is_given = |role: &&Arc<Role>| organisation.is_none_or(|one| role.kinds.contains(&one.kind));
        let may = |role: &Role| organisation.is_some_and(|one| self.directory.may_give(caller, one, role).is_ok());
        self.directory.roles().iter().filter(is_given).map(|role| (role.clone(), may(role))).collect()
    }
}
