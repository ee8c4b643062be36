//! Views of registers that people keep for themselves or share with an organisation: a filter, an order and columns, by a name.
//!
//! What a view shows is the desk's business: here it is a text, as the address of the desk has it. In reading order:
//! [`refusal`] (what may be the matter), [`store`], [`routes`] (`/api/views`), [`answers`], [`describe`].

mod answers;
mod describe;
mod refusal;
mod routes;
mod store;

pub use refusal::{Refusal, ViewError};

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Clock;
use crate::collection::Catalogue;
use crate::http::Gate;
use crate::identity::{Caller, Directory, Person};
use crate::store::Store;
use crate::texts::{Fault, Faults};
use store::{NewView, ViewRow};

/// What saved views are kept with.
#[derive(Debug)]
pub struct Views {
    pub gate: Gate,
    pub directory: Arc<Directory>,
    pub catalogue: Arc<Catalogue>,
    pub store: Store,
    pub clock: Clock,
}

/// Views that one account keeps.
const MOST: i64 = 200;
/// Characters of a name, and of what is shown.
const NAME: usize = 80;
const QUERY: usize = 4_000;

/// A view as somebody wants to keep it.
#[derive(Debug)]
struct Wanted {
    name: String,
    collection: String,
    query: String,
    organisation: Option<Uuid>,
}

impl Views {
    /// The views of a person and those that the organisations of that person share, by name.
    async fn all(&self, person: Person, collection: Option<&str>) -> Result<Vec<ViewRow>, ViewError> {
        Ok(store::views(&self.store, person.account, &self.organisations(person), collection).await?)
    }

    /// Keeps a view.
    async fn create(&self, caller: &Caller, person: Person, wanted: Wanted) -> Result<ViewRow, ViewError> {
        let name = wanted.name.trim().to_owned();
        let mut faults = Faults::default();
        if name.is_empty() || name.chars().count() > NAME {
            faults.push(Fault::new("/name", "length", &Refusal::NameLength { most: NAME }));
        }
        if wanted.query.chars().count() > QUERY {
            faults.push(Fault::new("/query", "length", &Refusal::QueryLength { most: QUERY }));
        }
        let collection = self.catalogue.collections().iter().find(|one| one.name == wanted.collection);
        if collection.is_none_or(|one| caller.sees(one).is_none()) {
            let fault = Refusal::NoCollection { name: wanted.collection.clone() };
            faults.push(Fault::new("/collection", "unknown", &fault));
        }
        if wanted.organisation.is_some_and(|wanted| !self.organisations(person).contains(&wanted)) {
            faults.push(Fault::new("/organisation", "refused", &Refusal::NoMember));
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let new = NewView {
            account: person.account,
            organisation: wanted.organisation,
            collection: &wanted.collection,
            name: &name,
            query: &wanted.query,
            at: self.clock.now(),
        };
        let made = store::create_view(&self.store, &new, MOST).await?;
        made.ok_or(ViewError::Refused(Refusal::TooMany { most: MOST }))
    }

    /// Forgets a view: one's own, or one that is shared with an organisation that one administers.
    async fn delete(&self, caller: &Caller, person: Person, id: Uuid) -> Result<(), ViewError> {
        let view = store::view(&self.store, id).await?;
        let view = view.filter(|view| view.account == person.account || self.administers(caller, view));
        let view = view.ok_or(Refusal::NoView)?;
        store::delete_view(&self.store, view.id).await?;
        Ok(())
    }

    fn administers(&self, caller: &Caller, view: &ViewRow) -> bool {
        let organisation = view.organisation.and_then(|id| self.directory.organisation(id));
        organisation.is_some_and(|organisation| self.directory.may_administer(caller, &organisation).is_ok())
    }

    /// Where somebody is a member now.
    fn organisations(&self, person: Person) -> Vec<Uuid> {
        let memberships = self.directory.memberships_of(person.account);
        let organisations = memberships.into_iter().map(|membership| membership.organisation);
        organisations.filter(|id| self.directory.organisation(*id).is_some()).collect()
    }
}
