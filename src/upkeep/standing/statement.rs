//! A status that somebody has typed in, or that a file has brought: what is said of an object beside its records.
//!
//! The properties of the status are written by both, people and the rule. What they held when the rule wrote them last is kept
//! (`published`), so whatever they hold otherwise was said by somebody since.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::firewater::status::Status;

/// The properties that the rule writes.
pub const STATUS: &str = "operational_status";
pub const REASON: &str = "status_reason";
pub const UNTIL: &str = "status_until";
pub const AS_OF: &str = "status_as_of";
const WRITTEN: [&str; 4] = [STATUS, REASON, UNTIL, AS_OF];

/// What somebody has said of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub status: String,
    pub reason: Option<String>,
    /// The last day it holds.
    pub until: Option<NaiveDate>,
    pub as_of: Option<NaiveDate>,
    /// When it was noticed; none for what was there before the first record.
    pub noticed_at: Option<DateTime<Utc>>,
}

impl Statement {
    /// What the properties of a feature say.
    pub fn of(properties: &Map<String, Json>, noticed_at: Option<DateTime<Utc>>) -> Self {
        let text = |name: &str| properties.get(name).and_then(Json::as_str).map(str::to_owned);
        let day = |name: &str| text(name)?.parse().ok();
        Self {
            status: text(STATUS).unwrap_or_else(|| Status::Unknown.name().to_owned()),
            reason: text(REASON),
            until: day(UNTIL),
            as_of: day(AS_OF),
            noticed_at,
        }
    }

    /// The statement that holds now, given what was said and written before: the earlier one, unless the properties have been
    /// changed since by somebody else than the clock, which only ends what has an end.
    pub fn now(before: Option<(Self, &Map<String, Json>)>, properties: &Map<String, Json>, now: DateTime<Utc>) -> Self {
        let Some((said, published)) = before else { return Self::of(properties, None) };
        if published_in(properties) == *published || ended_by_clock(published, properties).is_some() {
            return said;
        }
        Self::of(properties, Some(now))
    }

    /// The day from which it holds, as far as that is known.
    pub fn since(&self) -> Option<NaiveDate> {
        self.as_of
    }

    /// The status it names.
    pub fn status(&self) -> Status {
        Status::ALL.into_iter().find(|status| status.name() == self.status).unwrap_or(Status::Unknown)
    }
}

/// The values of a feature's properties that the rule writes, all of them, null where nothing is recorded.
pub fn published_in(properties: &Map<String, Json>) -> Map<String, Json> {
    let value = |name: &str| properties.get(name).cloned().unwrap_or_default();
    WRITTEN.iter().map(|name| ((*name).to_owned(), value(name))).collect()
}

/// The day after the last one of a state that was written with an end, where the timer of the register has ended it: that day
/// has begun, whatever the clock of this node says.
pub fn ended_by_clock(published: &Map<String, Json>, properties: &Map<String, Json>) -> Option<NaiveDate> {
    let until: NaiveDate = published.get(UNTIL)?.as_str()?.parse().ok()?;
    let mut ended = published.clone();
    ended.insert(STATUS.to_owned(), json!(Status::Unknown.name()));
    ended.insert(REASON.to_owned(), Json::Null);
    ended.insert(UNTIL.to_owned(), Json::Null);
    if published_in(properties) == ended { until.succ_opt() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn properties(value: Json) -> Map<String, Json> {
        value.as_object().expect("an object").clone()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-30T08:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn what_was_there_before_the_first_record_is_a_statement_without_a_time() {
        let feature =
            properties(json!({ "operational_status": "restricted", "status_as_of": "2026-05-01", "ref": "H1" }));
        let said = Statement::now(None, &feature, now());
        assert_eq!((said.status(), said.noticed_at), (Status::Restricted, None));
        assert_eq!(said.as_of, NaiveDate::from_ymd_opt(2026, 5, 1));
    }

    #[test]
    fn a_statement_stays_until_somebody_says_something_else() {
        let said = Statement::of(&properties(json!({ "operational_status": "ready" })), None);
        let published =
            published_in(&properties(json!({ "operational_status": "restricted", "status_reason": "Undicht" })));
        let untouched =
            properties(json!({ "operational_status": "restricted", "status_reason": "Undicht", "remark": "new" }));
        assert_eq!(Statement::now(Some((said.clone(), &published)), &untouched, now()), said);
        let edited = properties(json!({ "operational_status": "out_of_service", "status_reason": "Abgebaut" }));
        let after = Statement::now(Some((said, &published)), &edited, now());
        assert_eq!((after.status(), after.noticed_at), (Status::OutOfService, Some(now())));
    }

    #[test]
    fn the_timer_of_a_state_that_ends_says_nothing_new() {
        let said =
            Statement::of(&properties(json!({ "operational_status": "ready", "status_as_of": "2026-01-01" })), None);
        let closed = json!({ "operational_status": "out_of_service", "status_reason": "Frost", "status_until": "2026-11-29",
                             "status_as_of": "2026-01-01" });
        let published = published_in(&properties(closed));
        let ended = properties(json!({ "operational_status": "unknown", "status_as_of": "2026-01-01" }));
        assert_eq!(Statement::now(Some((said.clone(), &published)), &ended, now()), said);
    }
}
