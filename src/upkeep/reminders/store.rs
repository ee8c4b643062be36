//! When organisations were last reminded, and what they have to see to. It belongs to no journal: nobody but the job asks for it.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::store::{StoreError, Transaction};

/// The days on which an organisation's open defects are due.
///
/// # Errors
/// The database's.
pub async fn due_days(transaction: &mut Transaction, organisation: Uuid) -> Result<Vec<NaiveDate>, StoreError> {
    let sql = "SELECT due_on FROM defect WHERE organisation = $1 AND resolved_at IS NULL AND due_on IS NOT NULL";
    Ok(sqlx::query_scalar(sql).bind(organisation).fetch_all(transaction.connection()).await?)
}

/// When an organisation was last reminded.
///
/// # Errors
/// The database's.
pub async fn reminded_on(transaction: &mut Transaction, organisation: Uuid) -> Result<Option<NaiveDate>, StoreError> {
    let sql = "SELECT reminded_on FROM defect_reminder WHERE organisation = $1";
    Ok(sqlx::query_scalar(sql).bind(organisation).fetch_optional(transaction.connection()).await?)
}

/// Notes that an organisation is reminded on a day.
///
/// # Errors
/// The database's.
pub async fn note(transaction: &mut Transaction, organisation: Uuid, on: NaiveDate) -> Result<(), StoreError> {
    let sql = "INSERT INTO defect_reminder (organisation, reminded_on) VALUES ($1, $2) \
               ON CONFLICT (organisation) DO UPDATE SET reminded_on = excluded.reminded_on";
    sqlx::query(sql).bind(organisation).bind(on).execute(transaction.connection()).await?;
    Ok(())
}
