//! What a caller may do: the one place that decides.

use std::sync::Arc;

use uuid::Uuid;

use super::power::{Lack, Power};
use super::subject::{Place, Subject};
use super::{Action, Denied, Spot};
use crate::collection::{Collection, Visibility};
use crate::store::actors::{Actor, ActorKind};

/// Whoever sent a request. What they may do was worked out before they came, so a copy is a pointer.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    person: Option<Person>,
    grant: Option<Arc<Grant>>,
}

/// Somebody who has signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub account: Uuid,
    pub actor: i64,
    /// In which session; `None` where the server acts for them.
    pub session: Option<Uuid>,
}

#[derive(Debug)]
struct Grant {
    name: String,
    actor: Actor,
    powers: Powers,
    /// A tablet, which reads and nothing else, whatever its role says.
    is_device: bool,
}

#[derive(Debug)]
enum Powers {
    /// Of those who administer the district: they could give themselves what they lack. Of the command line too, where who
    /// has the shell has the database.
    All,
    /// What each of them allows: a token's own rights and those of its owner.
    Each(Vec<Arc<Power>>),
}

impl Caller {
    /// Somebody without a token.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The server itself, for the demo district and the command line.
    pub fn operator(name: &str) -> Self {
        Self::known(name.to_owned(), Actor::system(name), Powers::All)
    }

    /// The holder of a token, who may do what every one of these powers allows. Without any: nothing.
    pub fn with_token(name: String, actor: Actor, powers: Vec<Arc<Power>>) -> Self {
        let powers = if powers.is_empty() { vec![Arc::default()] } else { powers };
        Self::known(name, actor, Powers::Each(powers))
    }

    /// A tablet in a vehicle, which may read what this power lets it read.
    pub fn with_device(actor: Actor, power: Arc<Power>) -> Self {
        let (name, powers) = ("a tablet".to_owned(), Powers::Each(vec![power]));
        Self { person: None, grant: Some(Arc::new(Grant { name, actor, powers, is_device: true })) }
    }

    /// The holder of an account. Without a role they are known, and may do what everybody may.
    pub fn of_account(person: Person, power: Option<Arc<Power>>) -> Self {
        let grant = power.filter(|power| !power.is_empty());
        Self { person: Some(person), ..grant.map_or_else(Self::default, |power| Self::of(person, vec![power])) }
    }

    /// The holder of an account that administers the district.
    pub fn administrator(person: Person) -> Self {
        let actor = Actor::Known(person.actor);
        Self { person: Some(person), ..Self::known(name_of(person), actor, Powers::All) }
    }

    fn of(person: Person, powers: Vec<Arc<Power>>) -> Self {
        Self::known(name_of(person), Actor::Known(person.actor), Powers::Each(powers))
    }

    fn known(name: String, actor: Actor, powers: Powers) -> Self {
        Self { person: None, grant: Some(Arc::new(Grant { name, actor, powers, is_device: false })) }
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
        collection.seen_by(self.grant.as_ref().map_or(Visibility::Public, |grant| grant.class(collection.place)))
    }

    /// Is the caller somebody with an account? Tokens are for programs and have none.
    ///
    /// # Errors
    /// Whoever has not signed in.
    pub fn signed_in(&self) -> Result<(), Denied> {
        self.person.map(drop).ok_or(Denied::NotSignedIn)
    }

    /// May the caller do this somewhere? Whoever may not needs no look at what they sent. Where exactly they may is
    /// asked again once it is known what the request is about.
    ///
    /// # Errors
    /// Nobody who is known, or without a role that allows it.
    pub fn could(&self, action: Action) -> Result<(), Denied> {
        self.may(action, &Subject::ANYTHING)
    }

    /// May the caller do this in the whole district, whatever it is about?
    ///
    /// # Errors
    /// As [`Self::could`]; also whoever is limited to an area or to some collections.
    pub fn could_everywhere(&self, action: Action) -> Result<(), Denied> {
        self.may(action, &Subject::district())
    }

    /// May the caller do this? Of a feature that moves ask for the place it leaves and the place it goes to.
    ///
    /// # Errors
    /// Why not, and who may.
    pub fn may(&self, action: Action, subject: &Subject<'_>) -> Result<(), Denied> {
        if self.is_device() && action != Action::Read {
            return Err(Denied::Device);
        }
        let nothing = if self.person.is_some() { Denied::NoRole } else { Denied::Anonymous };
        let grant = self.grant.as_ref().ok_or(nothing)?;
        if let Powers::Each(powers) = &grant.powers {
            for power in powers {
                power.allows(action, subject).map_err(|lack| self.denied(lack, power, action, subject))?;
            }
        }
        // What changes features is not for those of a collection that another domain writes.
        match subject.collection.filter(|collection| action.writes_features() && !collection.is_register()) {
            Some(of) => Err(Denied::Owner { collection: of.name.clone(), owner: of.owner.clone() }),
            None => Ok(()),
        }
    }

    /// May the caller read the past of a collection, which shows all properties there are?
    ///
    /// # Errors
    /// As [`Caller::may`].
    pub fn may_read_past(&self, collection: &Collection) -> Result<(), Denied> {
        self.may(Action::Read, &Subject::of(collection))?;
        match self.sees(collection) {
            Some(Visibility::Staff) => Ok(()),
            _ if self.is_device() => Err(Denied::Device),
            _ => Err(Denied::Collection { token: self.token(), collection: collection.name.clone() }),
        }
    }

    /// Holds the caller all that a power allows? Nobody gives away more than they have.
    pub fn holds(&self, power: &Power) -> bool {
        match self.grant.as_ref().map(|grant| &grant.powers) {
            None => power.is_empty(),
            Some(Powers::All) => true,
            Some(Powers::Each(powers)) => powers.iter().all(|own| own.holds(power)),
        }
    }

    /// May the caller say who administers the district? Only whoever does so, and is bound by no role.
    ///
    /// # Errors
    /// Everybody else.
    pub fn may_make_administrators(&self) -> Result<(), Denied> {
        self.could(Action::Administer)?;
        match self.grant.as_ref().map(|grant| &grant.powers) {
            Some(Powers::All) => Ok(()),
            _ => Err(Denied::MoreThanOwn),
        }
    }

    fn is_device(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| grant.is_device)
    }

    /// The name of the token, where it is one.
    fn token(&self) -> Option<String> {
        self.grant.as_ref().filter(|_| self.person.is_none()).map(|grant| grant.name.clone())
    }

    fn denied(&self, lack: Lack, power: &Power, action: Action, subject: &Subject<'_>) -> Denied {
        let (token, of) = (self.token(), subject.collection);
        let collection = of.map(|collection| collection.name.clone()).unwrap_or_default();
        match (lack, subject.place) {
            (Lack::Action, _) => Denied::Role { token, roles: power.roles(), may: power.able.titles(action) },
            (Lack::Collection, _) if of.is_none() => Denied::Everything { token },
            (Lack::Collection, _) => Denied::Collection { token, collection },
            (Lack::Area(area, outline), Place::At(Spot { municipality, .. })) => {
                Denied::Area { token, area, outline, place: municipality.clone() }
            }
            (Lack::Area(..), Place::Throughout(_)) => Denied::Organisation { token },
            (Lack::Area(area, outline), Place::Somewhere | Place::Everywhere) => {
                Denied::District { token, area, outline }
            }
            (Lack::Fields(properties, geometry), _) => {
                let all = of.map_or(&[][..], |collection| &collection.properties).iter().enumerate();
                let lacking = all.filter(|(k, _)| properties & 1 << k != 0).map(|(_, property)| property.name.as_str());
                let lacking = lacking.chain(geometry.then_some("geometry")).map(str::to_owned).collect();
                Denied::Fields { token, collection, fields: lacking }
            }
        }
    }
}

impl Grant {
    fn class(&self, place: usize) -> Visibility {
        match &self.powers {
            Powers::All => Visibility::Staff,
            Powers::Each(powers) => powers.iter().map(|power| power.class(place)).min().unwrap_or_default(),
        }
    }
}

/// What a person is called stands in the database alone, see [`Caller::actor`].
fn name_of(person: Person) -> String {
    format!("account {}", person.actor)
}

#[cfg(test)]
mod tests;
