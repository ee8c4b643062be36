//! The accounts in memory: who has one, and who may administer.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value as Json;
use uuid::Uuid;

use super::store::{ACCOUNT, accounts};
use crate::index::RecordKeeper;
use crate::store::records::RecordChanged;
use crate::store::{Store, StoreError};

/// Every account, without what is known of the person. Follows the journal.
#[derive(Debug, Default)]
pub struct People {
    known: ArcSwap<HashMap<Uuid, Known>>,
}

/// What a request must know of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub actor: i64,
    pub administrator: bool,
    /// May it be used?
    pub enabled: bool,
    version: i64,
}

impl People {
    /// An account that may be used.
    pub fn get(&self, account: Uuid) -> Option<Known> {
        self.known.load().get(&account).copied().filter(|known| known.enabled)
    }

    /// The account that an author of changes is, whether it may be used or not.
    pub fn of_actor(&self, actor: i64) -> Option<Uuid> {
        self.known.load().iter().find(|(_, known)| known.actor == actor).map(|(account, _)| *account)
    }

    /// The accounts that administer the district and may be used.
    pub fn administrators(&self) -> Vec<Uuid> {
        let known = self.known.load();
        known.iter().filter(|(_, known)| known.administrator && known.enabled).map(|(account, _)| *account).collect()
    }
}

impl RecordKeeper for People {
    fn subject(&self) -> &'static str {
        ACCOUNT
    }

    fn load<'a>(&'a self, store: &'a Store) -> BoxFuture<'a, Result<(), StoreError>> {
        async move {
            let read = accounts(store).await?.into_iter().map(|row| {
                let (enabled, version) = (row.disabled_at.is_none(), row.version);
                (row.id, Known { actor: row.actor, administrator: row.administrator, enabled, version })
            });
            self.known.store(Arc::new(read.collect()));
            Ok(())
        }
        .boxed()
    }

    fn changed(&self, records: &[RecordChanged]) {
        let mut known = HashMap::clone(&self.known.load());
        for record in records {
            if known.get(&record.id).is_some_and(|known| known.version > record.version) {
                continue;
            }
            match record.after.as_ref().and_then(|state| read(record.version, state)) {
                Some(state) => drop(known.insert(record.id, state)),
                // Gone, or written by a newer program: nobody is let in by what cannot be read.
                None => drop(known.remove(&record.id)),
            }
        }
        self.known.store(Arc::new(known));
    }
}

fn read(version: i64, state: &Json) -> Option<Known> {
    Some(Known {
        actor: state["actor"].as_i64()?,
        administrator: state["administrator"].as_bool()?,
        enabled: state.get("disabled_at")?.is_null(),
        version,
    })
}
