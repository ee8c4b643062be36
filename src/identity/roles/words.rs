//! What a role allows, in words: sentences made of its grants, the labels of collections and properties, and the area of
//! whoever has it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Role, RoleGrant, Within};
use crate::collection::{Catalogue, Visibility};
use crate::identity::Action;
use crate::identity::organisations::OrganisationKind;
use crate::texts::{Label, Tell, Told};

/// Where somebody's own area is, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Whereabouts {
    /// Names of municipalities.
    pub places: Vec<String>,
    /// Is there an outline besides?
    pub outline: bool,
    /// The whole district.
    pub everywhere: bool,
}

/// Of whom a role is told.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The name of the organisation.
    pub name: String,
    pub kind: OrganisationKind,
    pub area: Whereabouts,
}

/// What is said of roles.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum InWords {
    /// `on` is empty for all collections, `fields` for all properties; without `who` the role is told of itself, with the
    /// `kinds` of organisation that a grant is limited to.
    May {
        who: Option<String>,
        on: Vec<Label>,
        place: Told,
        actions: Vec<Told>,
        fields: Vec<Label>,
        kinds: Vec<Label>,
    },
    Administers {
        who: Option<String>,
        place: Told,
    },
    /// Is said of people, whoever gives them the role.
    SecondFactor,
    InDistrict,
    InOwnArea,
    In {
        places: Vec<String>,
        outline: bool,
    },
    ReadPublic,
    ReadCrew,
    ReadStaff,
    Create,
    Edit,
    Delete,
    Inspect,
    Block,
    Import,
    Approve,
}

impl Tell for InWords {
    const FILE: &'static str = "roles";
}

/// What a role allows its holder, or whoever has it, a sentence a grant; and what it asks of them.
pub fn sentences(role: &Role, holder: Option<&Holder>, catalogue: &Catalogue) -> Vec<Told> {
    let held = role.grants.iter().filter(|grant| holder.is_none_or(|holder| grant.is_for(Some(holder.kind))));
    let allows = held.flat_map(|grant| of_grant(grant, holder, catalogue));
    allows.chain(role.asks_for_two().then(|| Told::of(&InWords::SecondFactor))).collect()
}

fn of_grant(grant: &RoleGrant, holder: Option<&Holder>, catalogue: &Catalogue) -> Vec<Told> {
    let who = || holder.map(|holder| holder.name.clone());
    let place = place(grant.within, holder);
    let actions: Vec<Told> = Action::ALL.into_iter().filter_map(|action| verb(action, grant)).collect();
    let named = catalogue.collections().iter().filter(|collection| grant.on[collection.place] != 0);
    let mut told = Vec::new();
    if !actions.is_empty() {
        let on = if grant.on_all { Vec::new() } else { named.clone().map(|one| one.title.clone()).collect() };
        let titles = |field: &String| named.clone().find_map(|one| Some(one.property(field)?.title.clone()));
        let geometry = || Label::new("Lage", "position");
        let fields = grant.fields.iter().flatten().map(|field| titles(field).unwrap_or_else(geometry)).collect();
        let kinds = grant.kinds.iter().flatten().filter(|_| holder.is_none()).map(|kind| kind.title()).collect();
        told.push(Told::of(&InWords::May { who: who(), on, place: place.clone(), actions, fields, kinds }));
    }
    if grant.actions.has(Action::Administer) {
        told.push(Told::of(&InWords::Administers { who: who(), place }));
    }
    told
}

fn place(within: Within, holder: Option<&Holder>) -> Told {
    Told::of(&match (within, holder.map(|holder| &holder.area)) {
        (Within::District, _) => InWords::InDistrict,
        (Within::Own, Some(area)) if area.everywhere => InWords::InDistrict,
        (Within::Own, Some(area)) => InWords::In { places: area.places.clone(), outline: area.outline },
        (Within::Own, None) => InWords::InOwnArea,
    })
}

fn verb(action: Action, grant: &RoleGrant) -> Option<Told> {
    let verb = match action {
        Action::Read => match grant.sees {
            Visibility::Public => InWords::ReadPublic,
            Visibility::Crew => InWords::ReadCrew,
            Visibility::Staff => InWords::ReadStaff,
        },
        Action::Create => InWords::Create,
        Action::Edit => InWords::Edit,
        Action::Delete => InWords::Delete,
        Action::Inspect => InWords::Inspect,
        Action::Block => InWords::Block,
        Action::Import => InWords::Import,
        Action::Approve => InWords::Approve,
        // It has a sentence of its own.
        Action::Administer => return None,
    };
    grant.actions.has(action).then(|| Told::of(&verb))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::identity::Roles;
    use crate::texts::{Language, in_language};

    fn said(role: &str, holder: Option<&Holder>, language: Language) -> Vec<String> {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let roles = Roles::load(&data, &catalogue).expect("the roles");
        let told = sentences(roles.get(role).expect("a role"), holder, &catalogue);
        told.into_iter().map(|told| in_language(told, language)).collect()
    }

    fn amt() -> Holder {
        let places = vec!["Lossow".to_owned(), "Grürnitz".to_owned()];
        let kind = OrganisationKind::Amt;
        Holder { name: "Amt Lossow".to_owned(), kind, area: Whereabouts { places, ..Whereabouts::default() } }
    }

    #[test]
    fn a_role_is_told_of_an_organisation_with_its_places() {
        assert_eq!(
            said("utility", Some(&amt()), Language::De),
            [
                "Amt Lossow darf Hydranten im ganzen Kreis mit allen Angaben lesen.",
                "Amt Lossow darf Hydranten in Lossow und Grürnitz anlegen, ändern, prüfen, sperren und importieren.",
            ]
        );
        assert_eq!(
            said("utility", Some(&amt()), Language::En),
            [
                "Amt Lossow may read in full: Hydrants in the whole district.",
                "Amt Lossow may create, edit, inspect, take out of service and import: Hydrants in Lossow and Grürnitz.",
            ]
        );
    }

    #[test]
    fn what_a_role_allows_some_kinds_of_organisation_alone_is_told_of_those() {
        let own = "May approve: all collections in the own area (District only).";
        assert!(said("editor", None, Language::En).contains(&own.to_owned()));
        assert!(said("editor", Some(&amt()), Language::De).iter().all(|told| !told.contains("freigeben")));
        let district = Holder { kind: OrganisationKind::District, ..amt() };
        let told = said("editor", Some(&district), Language::De);
        assert_eq!(
            told.last().map(String::as_str),
            Some("Amt Lossow darf alle Sammlungen in Lossow und Grürnitz freigeben.")
        );
    }

    #[test]
    fn a_role_is_told_of_itself_where_nobody_is_named() {
        assert_eq!(
            said("administrator", None, Language::De),
            [
                "Darf alle Sammlungen im ganzen Kreis mit allen Angaben lesen.",
                "Darf alle Sammlungen im eigenen Gebiet anlegen, ändern, löschen, prüfen, sperren, importieren und freigeben.",
                "Darf Personen, Organisationen und Token im eigenen Gebiet verwalten.",
                "Wer diese Rolle hat, meldet sich mit einem zweiten Faktor an.",
            ]
        );
        let warden = said("warden", None, Language::En);
        assert!(warden[1].contains("of these only Operational status, Status checked on,"), "{warden:?}");
    }
}
