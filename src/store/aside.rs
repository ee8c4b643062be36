//! A transaction beside the journal: for what is no feature and no record, and leaves no trace when it is over.

use sqlx::Postgres;

use super::{Guarded, Store, StoreError};

/// A transaction without a changeset. Dropped without [`Aside::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Aside {
    store: Store,
    inner: sqlx::Transaction<'static, Postgres>,
}

impl Store {
    /// Begins a transaction beside the journal.
    ///
    /// # Errors
    /// The database's.
    pub async fn aside(&self) -> Result<Aside, StoreError> {
        let inner = self.transaction(None).await?;
        Ok(Aside { store: self.clone(), inner })
    }
}

impl Aside {
    /// Runs a statement within the transaction.
    pub(crate) fn connection(&mut self) -> Guarded<'_> {
        self.store.line().on(&mut self.inner)
    }

    /// Makes everything durable. Where the database is lost meanwhile, what became of it is not known.
    ///
    /// # Errors
    /// The database's.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.store.alive(self.inner.commit()).await
    }
}
