//! What a caller may do: the one place that decides.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::Action;
use crate::collection::{Collection, Visibility};
use crate::store::actors::{Actor, ActorKind};
use crate::texts::Tell;

/// What a token is for, in rising order of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads what is not public.
    Reader,
    /// Changes features in its collections and area.
    Editor,
    /// Also imports, and takes back whole changesets.
    Administrator,
}

impl Role {
    /// The word on the command line and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Editor => "editor",
            Self::Administrator => "administrator",
        }
    }
}

impl From<Action> for Role {
    /// The least role that may do something.
    fn from(action: Action) -> Self {
        match action {
            Action::Read => Self::Reader,
            Action::Create | Action::Edit | Action::Delete | Action::Inspect | Action::Block => Self::Editor,
            Action::Import | Action::Approve | Action::Administer => Self::Administrator,
        }
    }
}

/// The text names no role.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a role; roles are reader, editor and administrator")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        [Self::Reader, Self::Editor, Self::Administrator]
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// Where a token may write: the municipalities whose keys begin with one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area(pub Vec<String>);

impl Area {
    fn covers(&self, municipality: Option<&str>) -> bool {
        municipality.is_some_and(|key| self.0.iter().any(|prefix| key.starts_with(prefix.as_str())))
    }
}

/// Whoever sent a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    person: Option<Person>,
    grant: Option<Grant>,
}

/// Somebody who has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub account: Uuid,
    pub actor: i64,
    /// In which session; `None` where the server acts for them.
    pub session: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Grant {
    name: String,
    actor: Actor,
    role: Role,
    collections: Option<Vec<String>>,
    area: Option<Area>,
}

/// Why a caller may not do something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, schemars::JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Denied {
    #[error("a token is needed")]
    Anonymous,
    #[error("this needs an account: sign in")]
    NotSignedIn,
    #[error("your account has no role that allows this; an administrator can give it one")]
    NoRole,
    #[error("the token '{token}' has the role '{role}'; this needs '{needed}'")]
    Role { token: String, role: &'static str, needed: &'static str },
    #[error("the token '{token}' is not for the collection '{collection}'")]
    Collection { token: String, collection: String },
    #[error("'{collection}' is written by {owner} alone; change it there")]
    Owner { collection: String, owner: String },
    /// `place` is the municipality that is concerned, if any.
    #[error("the token '{token}' is limited to {area:?}; this concerns {place:?}")]
    Area { token: String, area: Vec<String>, place: Option<String> },
    #[error("the token '{token}' is limited to {area:?}; this concerns the whole district")]
    District { token: String, area: Vec<String> },
    #[error("the token '{token}' is for the collections {collections:?} alone; this is about none")]
    Everything { token: String, collections: Vec<String> },
}

impl Tell for Denied {
    const FILE: &'static str = "rights";
}

impl Caller {
    /// Somebody without a token.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The server itself, for the demo district and the command line, where who has the shell has the database.
    pub fn operator(name: &str) -> Self {
        Self::with_token(name.to_owned(), Actor::system(name), Role::Administrator, None, None)
    }

    /// The holder of a token.
    pub fn with_token(
        name: String,
        actor: Actor,
        role: Role,
        collections: Option<Vec<String>>,
        area: Option<Area>,
    ) -> Self {
        Self { person: None, grant: Some(Grant { name, actor, role, collections, area }) }
    }

    /// The holder of an account. Without a role they are known, and may do what everybody may.
    pub fn of_account(person: Person, role: Option<Role>) -> Self {
        // What a person is called stands in the database alone, see `actor`.
        let name = format!("account {}", person.actor);
        let grant = |role| Grant { name, actor: Actor::Known(person.actor), role, collections: None, area: None };
        Self { person: Some(person), grant: role.map(grant) }
    }

    /// Who has signed in; tokens are for programs and have no account.
    pub fn person(&self) -> Option<Person> {
        self.person
    }

    /// Who it is in the journal.
    pub fn actor(&self) -> Actor {
        let anonymous = || Actor::Named { kind: ActorKind::System, label: "anonymous".to_owned() };
        let person = || self.person.map_or_else(anonymous, |person| Actor::Known(person.actor));
        self.grant.as_ref().map_or_else(person, |grant| grant.actor.clone())
    }

    /// The name, for people.
    pub fn name(&self) -> &str {
        self.grant.as_ref().map_or("anonymous", |grant| &grant.name)
    }

    /// True for somebody who sees what everybody sees.
    pub fn is_anonymous(&self) -> bool {
        self.grant.is_none()
    }

    /// What the caller may see of a collection; `None` if not even that it exists, which is then answered as a name that
    /// nobody has declared. The key of every cache must hold it.
    pub fn sees(&self, collection: &Collection) -> Option<Visibility> {
        collection.seen_by(match &self.grant {
            Some(grant) if grant.is_for(collection.declared_name()) => Visibility::Staff,
            _ => Visibility::Public,
        })
    }

    /// May the caller do this somewhere? Whoever may not needs no look at what they sent. Where exactly they may is
    /// asked again once it is known what the request is about.
    ///
    /// # Errors
    /// No token, or one whose role lacks the action.
    pub fn could(&self, action: Action) -> Result<(), Denied> {
        self.with_role(Role::from(action)).map(drop)
    }

    /// May the caller do this in the whole district, whatever it is about?
    ///
    /// # Errors
    /// As [`Self::could`]; also a token for an area or for some collections.
    pub fn could_everywhere(&self, action: Action) -> Result<(), Denied> {
        let grant = self.with_role(Role::from(action))?;
        let token = || grant.name.clone();
        match (&grant.area, &grant.collections) {
            (Some(area), _) => Err(Denied::District { token: token(), area: area.0.clone() }),
            (None, Some(collections)) => Err(Denied::Everything { token: token(), collections: collections.clone() }),
            (None, None) => Ok(()),
        }
    }

    /// Is the caller somebody with an account? Tokens are for programs and have none.
    ///
    /// # Errors
    /// Whoever has not signed in.
    pub fn signed_in(&self) -> Result<(), Denied> {
        self.person.map(drop).ok_or(Denied::NotSignedIn)
    }

    /// May the caller change features of a collection at all?
    pub fn may_edit(&self, collection: &Collection) -> Result<(), Denied> {
        self.may_write(Role::Editor, collection).map(drop)
    }

    /// May the caller change a feature that lies in a municipality? Ask for the place it leaves and the place it goes to.
    pub fn may_edit_in(&self, collection: &Collection, municipality: Option<&str>) -> Result<(), Denied> {
        let grant = self.may_write(Role::Editor, collection)?;
        match &grant.area {
            Some(area) if !area.covers(municipality) => {
                let (token, place) = (grant.name.clone(), municipality.map(str::to_owned));
                Err(Denied::Area { token, area: area.0.clone(), place })
            }
            _ => Ok(()),
        }
    }

    /// May the caller import into a collection, or take back what others did there? Both reach the whole district, so a
    /// token for an area may not.
    pub fn may_administer(&self, collection: &Collection) -> Result<(), Denied> {
        let grant = self.may_write(Role::Administrator, collection)?;
        match &grant.area {
            None => Ok(()),
            Some(area) => Err(Denied::District { token: grant.name.clone(), area: area.0.clone() }),
        }
    }

    /// May the caller read what is not public, such as the history of a feature?
    pub fn may_read_staff(&self, collection: &Collection) -> Result<(), Denied> {
        self.may(Role::Reader, collection).map(drop)
    }

    /// As [`Self::may`], for what changes features: that of a collection another domain writes is nobody's here.
    fn may_write(&self, needed: Role, collection: &Collection) -> Result<&Grant, Denied> {
        let grant = self.may(needed, collection)?;
        if !collection.is_register() {
            let (collection, owner) = (collection.name.clone(), collection.owner.clone());
            return Err(Denied::Owner { collection, owner });
        }
        Ok(grant)
    }

    fn with_role(&self, needed: Role) -> Result<&Grant, Denied> {
        let nothing = if self.person.is_some() { Denied::NoRole } else { Denied::Anonymous };
        let grant = self.grant.as_ref().ok_or(nothing)?;
        if grant.role < needed {
            let (token, role) = (grant.name.clone(), grant.role.name());
            return Err(Denied::Role { token, role, needed: needed.name() });
        }
        Ok(grant)
    }

    fn may(&self, needed: Role, collection: &Collection) -> Result<&Grant, Denied> {
        let grant = self.with_role(needed)?;
        if !grant.is_for(collection.declared_name()) {
            return Err(Denied::Collection { token: grant.name.clone(), collection: collection.name.clone() });
        }
        Ok(grant)
    }
}

impl Grant {
    fn is_for(&self, collection: &str) -> bool {
        self.collections.as_ref().is_none_or(|collections| collections.iter().any(|name| name == collection))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "municipalities {}", self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::collection::Catalogue;

    fn collection(name: &str) -> std::sync::Arc<Collection> {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        Catalogue::load(&data).expect("the declarations").get(name).expect("a collection").clone()
    }

    fn editor(collections: Option<&[&str]>, area: Option<&[&str]>) -> Caller {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Caller::with_token(
            "amt".into(),
            Actor::Known(1),
            Role::Editor,
            collections.map(owned),
            area.map(|area| Area(owned(area))),
        )
    }

    #[test]
    fn without_a_token_only_what_is_public_is_seen_and_nothing_is_written() {
        let caller = Caller::anonymous();
        assert_eq!(caller.sees(&collection("hydrants")), Some(Visibility::Public));
        assert_eq!(caller.may_edit(&collection("hydrants")), Err(Denied::Anonymous));
        assert_eq!(caller.may_read_staff(&collection("hydrants")), Err(Denied::Anonymous));
    }

    #[test]
    fn a_token_for_one_collection_sees_and_writes_only_there() {
        let caller = editor(Some(&["hydrants"]), None);
        assert_eq!(caller.sees(&collection("hydrants")), Some(Visibility::Staff));
        assert_eq!(caller.sees(&collection("roads")), Some(Visibility::Public));
        assert!(caller.may_edit(&collection("hydrants")).is_ok());
        assert!(caller.may_edit(&collection("roads")).is_err());
    }

    #[test]
    fn a_token_for_an_area_writes_only_there_and_never_where_no_municipality_is() {
        let caller = editor(None, Some(&["13074012", "1307405"]));
        assert!(caller.may_edit_in(&collection("hydrants"), Some("13074012")).is_ok());
        assert!(caller.may_edit_in(&collection("hydrants"), Some("13074056")).is_ok());
        assert!(caller.may_edit_in(&collection("hydrants"), Some("13074013")).is_err());
        assert!(caller.may_edit_in(&collection("hydrants"), None).is_err());
    }

    #[test]
    fn whoever_may_do_something_somewhere_could_do_it_and_anonymous_callers_could_do_nothing() {
        let somewhere = editor(Some(&["hydrants"]), Some(&["13074012"]));
        for action in [Action::Read, Action::Create, Action::Edit, Action::Delete] {
            assert_eq!(somewhere.could(action), Ok(()), "{action}");
        }
        assert!(somewhere.could(Action::Import).is_err());
        for (collections, area) in [(Some(&["hydrants"][..]), None), (None, Some(&["13074012"][..]))] {
            assert!(editor(collections, area).could_everywhere(Action::Edit).is_err(), "{collections:?} {area:?}");
        }
        assert_eq!(editor(None, None).could_everywhere(Action::Edit), Ok(()));
        for action in Action::ALL {
            assert_eq!(Caller::anonymous().could(action), Err(Denied::Anonymous), "{action}");
        }
    }

    #[test]
    fn an_editor_does_not_administer_and_a_reader_does_not_edit() {
        assert!(editor(None, None).may_administer(&collection("hydrants")).is_err());
        let area = Some(Area(vec!["13074012".to_owned()]));
        let local = Caller::with_token("amt".into(), Actor::Known(1), Role::Administrator, None, area);
        assert!(local.may_administer(&collection("hydrants")).is_err());
        let reader = Caller::with_token("leitstelle".into(), Actor::Known(2), Role::Reader, None, None);
        assert!(reader.may_read_staff(&collection("hydrants")).is_ok());
        assert!(reader.may_edit(&collection("hydrants")).is_err());
    }

    #[test]
    fn what_another_domain_owns_is_edited_by_nobody_and_a_hidden_collection_is_seen_by_those_it_is_for() {
        let mut closures = Collection::clone(&collection("hydrants"));
        (closures.owner, closures.visibility) = ("roadworks".to_owned(), Visibility::Staff);
        assert_eq!(Caller::anonymous().sees(&closures), None);
        let operator = Caller::operator("somebody");
        assert_eq!(operator.sees(&closures), Some(Visibility::Staff));
        let denied = operator.may_edit(&closures).expect_err("a refusal");
        assert_eq!(denied.to_string(), "'hydrants' is written by roadworks alone; change it there");
        assert!(operator.may_administer(&closures).is_err());
        assert!(operator.may_read_staff(&closures).is_ok());
    }
}
