//! Reminders: the people of an organisation are told of the defects that they have to see to, when the first of them is nearly due
//! and then once a period, as long as one is.
//!
//! Of an organisation there is one job, which every change of its defects sets anew. In reading order: [`rule`] (on which day),
//! [`letter`] (what is written to whom), [`store`].

mod letter;
mod rule;
mod store;

pub use letter::Reminders;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Upkeep;
use crate::clock::beginning_of;
use crate::store::jobs::NewJob;
use crate::store::{StoreError, Transaction};

/// The queue whose jobs are organisations to be reminded.
pub const REMINDERS: &str = "reminder";

/// An organisation to be reminded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Reminder {
    organisation: Uuid,
    /// The day that has begun.
    day: NaiveDate,
}

impl Upkeep {
    /// Sets the job of an organisation after a change of its defects.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn plan_reminder(
        &self,
        transaction: &mut Transaction,
        organisation: Uuid,
        today: NaiveDate,
    ) -> Result<(), StoreError> {
        let due = store::due_days(transaction, organisation).await?;
        let last = store::reminded_on(transaction, organisation).await?;
        let district = &self.editor.district;
        let Some(day) = rule::next(&due, last, today, district.reminding) else { return Ok(()) };
        // What is left of a job that nothing is due for finds that out.
        let hour = TimeDelta::hours(i64::from(district.reminding.hour));
        let job = NewJob {
            queue: REMINDERS,
            key: Some(organisation.to_string()),
            payload: json!(Reminder { organisation, day }),
            run_at: Some(beginning_of(day, district.time_zone) + hour),
        };
        transaction.enqueue(&job).await?;
        Ok(())
    }
}
