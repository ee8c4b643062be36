//! The unit of work: everything that is stored, in one transaction and under one changeset that says who and why.
//!
//! What a transaction can do stands by subject in [`features`](super::features), [`bulk`](super::bulk),
//! [`records`](super::records), [`jobs`](super::jobs), [`timers`](super::timers), [`published`](super::published) and [`undo`](super::undo), and for tables of a domain in its own `store.rs`.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use sqlx::{Postgres, Row};

use super::actors::Actor;
use super::journal::{CHANNEL, read_transaction};
use super::{Guarded, Store, StoreError};

/// What a changeset says about itself.
#[derive(Debug, Clone)]
pub struct NewChangeset {
    pub actor: Actor,
    /// Whose rules were asked, in kebab case: [`REGISTER`](super::features::REGISTER) and the like.
    pub domain: &'static str,
    /// What is done, in kebab case: `edit`, `import`, …
    pub kind: &'static str,
    pub reason: String,
    /// For an import: file, mapping, counts.
    pub source: Option<serde_json::Value>,
    /// For an undo: what it takes back.
    pub undoes: Option<i64>,
}

/// A committed changeset.
#[derive(Debug, Clone, Copy)]
pub struct Committed {
    pub changeset: i64,
    /// What [`crate::index::Index::wait_for`] waits for.
    pub transaction: u64,
    pub at: DateTime<Utc>,
}

/// A transaction under way. Dropped without [`Transaction::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Transaction {
    pub(super) store: Store,
    pub(super) inner: sqlx::Transaction<'static, Postgres>,
    pub(super) srid: i32,
    pub(super) changeset: i64,
    /// Drawn for this changeset and no other.
    nonce: i64,
    number: u64,
    at: DateTime<Utc>,
}

impl Store {
    /// Begins a changeset, on the database that the follower of this process follows.
    ///
    /// # Errors
    /// [`StoreError::WentBack`] if that has been replaced and the follower has not noticed yet: what the change was checked
    /// against, and what its author has seen, may be no more.
    pub async fn begin(&self, changeset: &NewChangeset) -> Result<Transaction, StoreError> {
        let actor = self.actor(&changeset.actor).await?;
        let mut inner = self.transaction(None).await?;
        let row = sqlx::query(
            "INSERT INTO changeset (domain, kind, actor, reason, source, undoes) VALUES ($1, $2, $3, $4, $5, $6) \
             RETURNING id, at, nonce, transaction::text AS number, \
               $7::bigint = 0 OR EXISTS (SELECT FROM changeset WHERE nonce = $7) AS is_followed",
        )
        .bind(changeset.domain)
        .bind(changeset.kind)
        .bind(actor)
        .bind(&changeset.reason)
        .bind(&changeset.source)
        .bind(changeset.undoes)
        .bind(self.followed.load(Ordering::Acquire))
        .fetch_one(self.line().on(&mut inner))
        .await?;
        if !row.try_get::<bool, _>("is_followed")? {
            return Err(StoreError::WentBack("a change was to be made in another history than is shown".to_owned()));
        }
        let number: String = row.try_get("number")?;
        Ok(Transaction {
            store: self.clone(),
            inner,
            srid: self.srid(),
            changeset: row.try_get("id")?,
            nonce: row.try_get("nonce")?,
            number: read_transaction(&number)?,
            at: row.try_get("at")?,
        })
    }
}

impl Transaction {
    /// Runs a statement within the transaction.
    pub(crate) fn connection(&mut self) -> Guarded<'_> {
        self.store.line().on(&mut self.inner)
    }

    /// The changeset's number.
    pub fn changeset(&self) -> i64 {
        self.changeset
    }

    /// When the changeset began, by the database's clock.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Says what the changeset was made from; for those that know it only when they are done.
    pub async fn set_source(&mut self, source: &serde_json::Value) -> Result<(), StoreError> {
        sqlx::query("UPDATE changeset SET source = $2 WHERE id = $1")
            .bind(self.changeset)
            .bind(source)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Sets timers and asks for looks at what a domain has published, makes everything durable and visible, and wakes the followers. A commit whose answer was lost is settled by what is
    /// stored.
    pub async fn commit(mut self) -> Result<Committed, StoreError> {
        self.set_timers().await?;
        self.look_again().await?;
        sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(self.connection()).await?;
        let transaction = match self.store.alive(self.inner.commit()).await {
            Ok(()) => self.number,
            Err(lost @ StoreError::Unavailable(_)) => self.store.settle(self.changeset, self.nonce, lost).await?,
            Err(refused) => return Err(refused),
        };
        Ok(Committed { changeset: self.changeset, transaction, at: self.at })
    }
}
