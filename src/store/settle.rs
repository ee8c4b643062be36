//! What became of a commit whose answer was lost.
//!
//! The author must not be told that nothing was stored when it was, nor the other way round. The number of the transaction
//! does not say it: after a crash the database gives numbers again that never reached its disk, and the one asked about
//! may have been committed by somebody else. The changeset says it, by a nonce that only it has
//! ([ADR 0017](../../docs/adr/0017-a-commit-is-settled-by-its-nonce.md)).

use std::time::Duration;

use sqlx::Row;

use super::journal::read_transaction;
use super::{Store, StoreError};

/// How long to look for the outcome: a database that crashed is back by then, a replica mostly promoted.
const SETTLING: Duration = Duration::from_secs(15);

/// How long to wait before the database is asked again.
const PAUSE: Duration = Duration::from_millis(100);

/// Stores the nonce once more. Where the changeset is stored, that meets it and writes it again, unchanged: once this is
/// committed, both are as durable as the database is told to be, its replicas included. Where the changeset is still being
/// stored, it waits; where it is not there and will not come, a row is made, which is not kept.
const DRAW_AGAIN: &str = "INSERT INTO changeset (domain, kind, actor, reason, nonce) VALUES ('none', 'settle', 0, '', $1) \
    ON CONFLICT (nonce) DO UPDATE SET nonce = excluded.nonce RETURNING id, transaction::text AS transaction";

impl Store {
    /// Finds out whether a changeset is stored whose connection was `lost` after COMMIT was sent, and gives the transaction
    /// to wait for.
    ///
    /// # Errors
    /// `lost` if nothing of it is stored, [`StoreError::Uncertain`] if that could not be found out.
    pub(super) async fn settle(&self, changeset: i64, nonce: i64, lost: StoreError) -> Result<u64, StoreError> {
        match self.until_known(|| self.transaction_of(changeset, nonce)).await {
            Ok(Some(transaction)) => Ok(transaction),
            Ok(None) => Err(lost),
            Err(error) => {
                tracing::error!(changeset, %error, "what became of a changeset could not be found out");
                Err(StoreError::Uncertain)
            }
        }
    }

    /// Asks the database until it answers, for as long as an outcome is looked for.
    ///
    /// # Errors
    /// What does not pass, and [`StoreError::Uncertain`] if the time is over.
    pub(super) async fn until_known<T, F>(&self, ask: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let asking = async {
            loop {
                match ask().await {
                    // Not back yet, or the old connection's process has not noticed its end.
                    Err(error) if error.is_passing() => tokio::time::sleep(PAUSE).await,
                    known => return known,
                }
            }
        };
        tokio::time::timeout(SETTLING, asking).await.unwrap_or(Err(StoreError::Uncertain))
    }

    /// The transaction in which a changeset is stored; `None` if it is not.
    async fn transaction_of(&self, changeset: i64, nonce: i64) -> Result<Option<u64>, StoreError> {
        let mut transaction = self.transaction(None).await?;
        sqlx::query("SET LOCAL lock_timeout = '1s'").execute(self.line().on(&mut transaction)).await?;
        let row = sqlx::query(DRAW_AGAIN).bind(nonce).fetch_one(self.line().on(&mut transaction)).await?;
        if row.try_get::<i64, _>("id")? != changeset {
            self.alive(transaction.rollback()).await?;
            return Ok(None);
        }
        self.alive(transaction.commit()).await?;
        read_transaction(row.try_get("transaction")?).map(Some)
    }
}
