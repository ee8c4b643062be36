//! Every proposal in memory, and who may see and decide it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::store::{PROPOSAL, proposals};
use super::{Decision, Proposal, State};
use crate::collection::{Catalogue, Collection};
use crate::editing::Places;
use crate::identity::store::Entry;
use crate::identity::{Action, Caller, Denied, Directory, People, Person, Subject};
use crate::index::RecordKeeper;
use crate::store::actors::Actor;
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// All proposals. Follows the journal, so that lists ask the database for words alone.
#[derive(Debug)]
pub struct Docket {
    catalogue: Arc<Catalogue>,
    directory: Arc<Directory>,
    people: Arc<People>,
    /// By id, which rises with time.
    known: Mutex<BTreeMap<Uuid, Arc<Proposal>>>,
}

impl Docket {
    /// A docket that knows of nothing yet.
    pub fn new(catalogue: Arc<Catalogue>, directory: Arc<Directory>, people: Arc<People>) -> Self {
        Self { catalogue, directory, people, known: Mutex::default() }
    }

    /// A proposal.
    pub fn get(&self, id: Uuid) -> Option<Arc<Proposal>> {
        self.known().get(&id).cloned()
    }

    /// The proposals before one, the newest first.
    pub fn before(&self, id: Option<Uuid>) -> Vec<Arc<Proposal>> {
        let known = self.known();
        match id {
            Some(id) => known.range(..id).rev().map(|(_, one)| one.clone()).collect(),
            None => known.values().rev().cloned().collect(),
        }
    }

    /// May the caller know of a proposal? Of their own always; of those of others where they could make or approve such an
    /// edit at one of its places. Nobody learns of a collection that is not for them.
    pub fn may_see(&self, caller: &Caller, proposal: &Proposal, places: &Places) -> bool {
        let seen = |name: &str| self.collection(name).filter(|collection| caller.sees(collection).is_some()).is_some();
        let is_theirs = || {
            proposal.edits.iter().any(|edit| {
                let Some(collection) = self.collection(&edit.collection) else { return false };
                edit.places().any(|at| {
                    let (spot, subject) = (places.spot_at(at), Subject::of(collection));
                    let may = |action| caller.may(action, &subject.at(&spot)).is_ok();
                    [Action::Approve, Action::Edit, Action::Delete].into_iter().any(may)
                })
            })
        };
        proposal.edits.iter().all(|edit| seen(&edit.collection)) && (self.is_own(caller, proposal) || is_theirs())
    }

    /// Has the caller made the proposal, with their account or a token of theirs?
    pub fn is_own(&self, caller: &Caller, proposal: &Proposal) -> bool {
        let Actor::Known(actor) = caller.actor() else { return false };
        let person = || self.person_of(proposal.actor).filter(|person| self.person_of(actor) == Some(*person));
        actor == proposal.actor || person().is_some()
    }

    /// May the caller approve and refuse all of a proposal? Nobody decides about what they do not see.
    ///
    /// # Errors
    /// Why not.
    pub fn may_decide(&self, caller: &Caller, proposal: &Proposal, places: &Places) -> Result<(), Denied> {
        for edit in &proposal.edits {
            let Some(collection) = self.collection(&edit.collection) else { continue };
            caller.may_read_past(collection)?;
            for at in edit.places() {
                caller.may(Action::Approve, &Subject::of(collection).at(&places.spot_at(at)))?;
            }
            if edit.places().next().is_none() {
                caller.may(Action::Approve, &Subject::of(collection).everywhere())?;
            }
        }
        Ok(())
    }

    /// What the caller may do with a proposal now. Programs decide nothing: it takes eyes.
    pub fn decisions(&self, caller: &Caller, proposal: &Proposal, places: &Places) -> Vec<Decision> {
        match (proposal.state, self.is_own(caller, proposal)) {
            (State::Open, true) => vec![Decision::Withdraw],
            (State::Open, false) if caller.person().is_some() && self.may_decide(caller, proposal, places).is_ok() => {
                vec![Decision::Approve, Decision::Refuse]
            }
            _ => Vec::new(),
        }
    }

    /// The accounts whose holders may decide about a proposal by a role of theirs; without any, those who administer the
    /// district. Its author is none of them.
    pub(super) fn deciders(&self, proposal: &Proposal, places: &Places) -> Vec<Uuid> {
        let may = |account: &Uuid| {
            let person =
                self.people.get(*account).map(|it| Person { account: *account, actor: it.actor, session: None });
            let caller = person.map(|person| Caller::of_account(person, self.directory.power_of(*account)));
            caller.is_some_and(|it| !self.is_own(&it, proposal) && self.may_decide(&it, proposal, places).is_ok())
        };
        let mut holders: Vec<Uuid> = self.directory.memberships().into_iter().map(|one| one.account).collect();
        holders.sort_unstable();
        holders.dedup();
        holders.retain(may);
        if holders.is_empty() {
            holders = self.people.administrators();
            holders.retain(|account| self.person_of(proposal.actor) != Some(*account));
        }
        holders
    }

    /// The account behind an author: a person's, or that of the owner of a token.
    pub(super) fn person_of(&self, actor: i64) -> Option<Uuid> {
        self.people.of_actor(actor).or_else(|| self.directory.owner_of_token(actor))
    }

    fn collection(&self, name: &str) -> Option<&Collection> {
        self.catalogue.get(name).map(Arc::as_ref)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Uuid, Arc<Proposal>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecordKeeper for Docket {
    fn subject(&self) -> &'static str {
        PROPOSAL
    }

    fn load<'a>(&'a self, store: &'a Store) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            let read = proposals(store).await?;
            *self.known() = read.into_iter().map(|one| (one.id, Arc::new(one))).collect();
            Ok(())
        }
        .boxed()
    }

    fn changed(&self, records: &[RecordChanged]) {
        let mut known = self.known();
        for record in records {
            if known.get(&record.id).is_some_and(|known| known.version > record.version) {
                continue;
            }
            let state = record.after.as_ref();
            match state.and_then(|state| Proposal::from_journal(record.id, record.version, state)) {
                Some(state) => drop(known.insert(record.id, Arc::new(state))),
                None => drop(known.remove(&record.id)),
            }
        }
    }
}
