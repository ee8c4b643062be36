//! Outages as they are answered.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::texts::Label;
use crate::upkeep::checklists::Effect;
use crate::upkeep::words::Words;

#[derive(Debug, Serialize, JsonSchema)]
pub struct OutageList {
    /// Those that begin last first.
    pub outages: Vec<Outage>,
    /// Are there earlier ones?
    pub more: bool,
}

/// When an object gives no water, or less.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Outage {
    pub id: Uuid,
    pub version: i64,
    pub collection: String,
    pub object: Uuid,
    pub effect: Effect,
    /// A code of the list `outage_cause`, and what it is called.
    pub cause: String,
    pub title: Label,
    pub begins_on: NaiveDate,
    /// The last day; null until somebody ends it.
    pub ends_on: Option<NaiveDate>,
    /// Does it count today?
    pub running: bool,
    pub remark: Option<String>,
    pub recorded_at: DateTime<Utc>,
    /// When somebody has ended it.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Outage {
    /// As it is answered on a day.
    pub fn of(one: super::Outage, words: &Words, today: NaiveDate) -> Self {
        let running = one.runs_on(today);
        let super::Outage { id, version, collection, object, effect, cause, begins_on, ends_on, .. } = one;
        let super::Outage { remark, recorded_at, ended_at, .. } = one;
        let title = words.cause(&cause);
        Self {
            id,
            version,
            collection,
            object,
            effect,
            cause,
            title,
            begins_on,
            ends_on,
            running,
            remark,
            recorded_at,
            ended_at,
        }
    }
}
