//! Records in a transaction: what is no feature (a token, an account, a case) and has its journal all the same.
//!
//! The tables of records are a domain's own, and so are the statements on them; here is what all share, the journal entry.
//! A record's whole state stands in it as JSON, so that whoever keeps records in memory follows the journal and asks no
//! table.

use serde_json::Value as Json;
use uuid::Uuid;

use super::{StoreError, Transaction};

/// What became of a record, as the journal tells it.
#[derive(Debug, Clone)]
pub struct RecordChanged {
    pub subject: String,
    pub id: Uuid,
    pub version: i64,
    /// `None` if it is gone.
    pub after: Option<Json>,
}

/// A change of one record, to be entered.
#[derive(Debug)]
pub struct RecordChange<'a> {
    /// Which kind of record, in snake case.
    pub subject: &'a str,
    pub id: Uuid,
    /// After the change; 1 for a new one.
    pub version: i64,
    /// `None` for a new one.
    pub before: Option<Json>,
    /// `None` for one that is gone.
    pub after: Option<Json>,
}

impl Transaction {
    /// Enters a change of a record, which is made in the same transaction, into the journal.
    ///
    /// # Errors
    /// [`StoreError::Collision`] if somebody else has made this version of it.
    pub async fn record(&mut self, change: &RecordChange<'_>) -> Result<(), StoreError> {
        let operation = match (&change.before, &change.after) {
            (None, _) => "create",
            (Some(_), Some(_)) => "update",
            (Some(_), None) => "delete",
        };
        let entered = sqlx::query(
            "INSERT INTO record_change (changeset, subject, id, version, operation, before, after) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(self.changeset())
        .bind(change.subject)
        .bind(change.id)
        .bind(change.version)
        .bind(operation)
        .bind(&change.before)
        .bind(&change.after)
        .execute(self.connection())
        .await;
        match entered.map_err(StoreError::from) {
            Err(error) if error.broken_constraint() == Some("record_change_subject_id_version_key") => {
                Err(StoreError::Collision)
            }
            other => other.map(drop),
        }
    }
}
