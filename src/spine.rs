//! The one way in which a server changes something: begin under a name and a reason, write, commit, and answer only when this
//! node shows it.

use std::sync::Arc;

use crate::identity::Caller;
use crate::index::{Index, Lagging};
use crate::store::transaction::{Committed, NewChangeset, Transaction};
use crate::store::{Store, StoreError};

/// Begins and commits changes of features and records.
#[derive(Debug, Clone)]
pub struct Spine {
    pub store: Store,
    pub index: Arc<Index>,
}

/// What a change is, and why it is made.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// Whose rules were asked, in kebab case.
    pub domain: &'static str,
    /// What is done, in kebab case.
    pub kind: &'static str,
    pub reason: String,
    /// The changeset it takes back.
    pub undoes: Option<i64>,
}

impl Spine {
    /// Begins a change. Dropped without a commit, it leaves nothing behind.
    ///
    /// # Errors
    /// The database's; see [`Store::begin`].
    pub async fn begin(&self, caller: &Caller, purpose: Purpose) -> Result<Transaction, StoreError> {
        let Purpose { domain, kind, reason, undoes } = purpose;
        self.store.begin(&NewChangeset { actor: caller.actor(), domain, kind, reason, source: None, undoes }).await
    }

    /// Commits, finds out what became of a commit whose answer was lost, and waits until this node shows the change.
    ///
    /// # Errors
    /// The database's, with nothing stored but for [`StoreError::Uncertain`]; [`Lagging`] when it is stored and not shown yet.
    pub async fn commit<E: From<StoreError> + From<Lagging>>(&self, transaction: Transaction) -> Result<Committed, E> {
        let committed = transaction.commit().await?;
        self.index.wait_for(committed.transaction).await?;
        Ok(committed)
    }
}
