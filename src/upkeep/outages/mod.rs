//! Outages: a source gives no water, or less, for a time that may be announced ahead.
//!
//! Days are the district's: an outage begins with its first day and ends with its last one. In reading order: [`change`] (what is
//! sent, and what is done), [`store`], [`routes`].

pub mod answers;
mod change;
pub mod routes;
pub mod store;

pub use change::NewOutage;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::checklists::Effect;

/// An outage.
#[derive(Debug, Clone, PartialEq)]
pub struct Outage {
    pub id: Uuid,
    pub version: i64,
    pub collection: String,
    pub object: Uuid,
    pub effect: Effect,
    /// A code of the list `outage_cause`.
    pub cause: String,
    pub begins_on: NaiveDate,
    /// The last day; without one it lasts until somebody ends it.
    pub ends_on: Option<NaiveDate>,
    pub remark: Option<String>,
    pub recorded_at: DateTime<Utc>,
    /// When somebody has ended it, before its last day or without one.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Outage {
    /// Does it count on a day?
    pub fn runs_on(&self, day: NaiveDate) -> bool {
        self.ended_at.is_none() && self.begins_on <= day && !self.is_over_on(day)
    }

    /// Is it over on a day, by itself or by somebody?
    pub fn is_over_on(&self, day: NaiveDate) -> bool {
        self.ended_at.is_some() || self.ends_on.is_some_and(|last| last < day)
    }
}
