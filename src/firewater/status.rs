//! Can a source be used? Decided from what is recorded and how old it is, and always with the reason.

use std::sync::Arc;

use chrono::{Months, NaiveDate};

use crate::collection::Collection;
use crate::feature::{Row, Value};

/// What a crew may expect of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Ready,
    Restricted,
    /// Nobody has confirmed the state, or not for longer than the district allows.
    Unknown,
    OutOfService,
}

/// A status and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    pub status: Status,
    pub because: Because,
    /// Day of the last confirmation.
    pub as_of: Option<NaiveDate>,
    /// Last day on which the state holds, if there is one and it is not over.
    pub until: Option<NaiveDate>,
}

/// Why a source has its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is recorded so.
    Recorded,
    /// It was confirmed as ready or restricted, but too long ago.
    Outdated,
    /// It was never confirmed.
    NeverVerified,
    /// It has been taken out of use for good.
    Decommissioned,
    /// It was recorded until a day that is over. The timer of the register writes the same; whoever reads does not wait for it.
    Ended,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Restricted, Self::Unknown, Self::OutOfService];

    /// The word in answers, and in the code list of the register.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Restricted => "restricted",
            Self::Unknown => "unknown",
            Self::OutOfService => "out_of_service",
        }
    }

    fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == code)
    }
}

impl Because {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Recorded, Self::Outdated, Self::NeverVerified, Self::Decommissioned, Self::Ended];

    /// The word in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Outdated => "outdated",
            Self::NeverVerified => "never_verified",
            Self::Decommissioned => "decommissioned",
            Self::Ended => "ended",
        }
    }
}

impl Readiness {
    /// Usable sources come first; one that nobody has verified may well give water and is better than none.
    pub fn is_usable(self) -> bool {
        self.status != Status::OutOfService
    }
}

/// How the status of features of one collection is recorded, and for how long a confirmation counts.
#[derive(Debug)]
pub struct Recording {
    status: Option<usize>,
    as_of: Option<usize>,
    until: Option<usize>,
    lifecycle: Option<usize>,
    codes: Vec<Option<Status>>,
    absent: Vec<u16>,
    decommissioned: Option<u16>,
    verified_for_months: Option<u32>,
}

/// Reads the status of features of one collection on a day.
#[derive(Debug, Clone)]
pub struct StatusRule {
    recording: Arc<Recording>,
    /// The day in the district.
    today: NaiveDate,
    /// Confirmations before this day no longer count.
    oldest: Option<NaiveDate>,
}

impl Recording {
    /// Of a collection; `verified_for_months` is how long a confirmation counts.
    pub fn new(collection: &Collection, verified_for_months: Option<u32>) -> Self {
        let status = collection.position("operational_status");
        let lifecycle = collection.position("lifecycle");
        let list = |position: Option<usize>| position.and_then(|k| collection.properties[k].codes());
        let codes =
            list(status).map_or_else(Vec::new, |list| list.codes().iter().map(|c| Status::of_code(&c.code)).collect());
        let code = |name: &str| list(lifecycle).and_then(|list| list.position(name));
        Self {
            status,
            as_of: collection.position("status_as_of"),
            until: collection.position("status_until"),
            lifecycle,
            codes,
            absent: ["planned", "removed"].into_iter().filter_map(code).collect(),
            decommissioned: code("decommissioned"),
            verified_for_months,
        }
    }

    /// The rule on a day.
    pub fn on(self: &Arc<Self>, today: NaiveDate) -> StatusRule {
        let oldest = self.verified_for_months.and_then(|months| today.checked_sub_months(Months::new(months)));
        StatusRule { recording: self.clone(), today, oldest }
    }
}

impl StatusRule {
    /// The rule for a collection on a day; `verified_for_months` is how long a confirmation counts.
    pub fn new(collection: &Collection, today: NaiveDate, verified_for_months: Option<u32>) -> Self {
        Arc::new(Recording::new(collection, verified_for_months)).on(today)
    }

    /// Where the state stands as it is recorded.
    pub fn recorded_in(&self) -> Option<usize> {
        self.recording.status
    }

    /// What may be expected of a feature; `None` for one that is not there (planned, removed).
    pub fn readiness(&self, row: Row<'_>) -> Option<Readiness> {
        let rule = &*self.recording;
        let code = |position: Option<usize>| position.and_then(|k| row.get(k).as_code());
        let lifecycle = code(rule.lifecycle);
        if lifecycle.is_some_and(|code| rule.absent.contains(&code)) {
            return None;
        }
        let day = |position: Option<usize>| match position.map(|k| row.get(k)) {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        };
        let (as_of, until) = (day(rule.as_of), day(rule.until));
        let recorded = code(rule.status).and_then(|code| rule.codes.get(usize::from(code)).copied().flatten());
        let (status, because) = match recorded {
            _ if lifecycle.is_some() && lifecycle == rule.decommissioned => {
                (Status::OutOfService, Because::Decommissioned)
            }
            Some(Status::Unknown) | None => (Status::Unknown, Because::NeverVerified),
            Some(_) if until.is_some_and(|last| last < self.today) => (Status::Unknown, Because::Ended),
            Some(Status::OutOfService) => (Status::OutOfService, Because::Recorded),
            Some(good) => match (as_of, self.oldest) {
                (None, _) => (Status::Unknown, Because::NeverVerified),
                (Some(day), Some(oldest)) if day < oldest => (Status::Unknown, Because::Outdated),
                _ => (good, Because::Recorded),
            },
        };
        Some(Readiness { status, because, as_of, until: until.filter(|last| *last >= self.today) })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Map, json};

    use super::*;
    use crate::collection::{Catalogue, Faults, validate};
    use crate::feature::RowBuilder;

    fn readiness(properties: serde_json::Value) -> Option<Readiness> {
        readiness_on(properties, NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day"))
    }

    fn readiness_on(properties: serde_json::Value, today: NaiveDate) -> Option<Readiness> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&folder).expect("the declarations");
        let hydrants = catalogue.get("hydrants").expect("hydrants");
        let mut row = RowBuilder::new();
        let mut faults = Faults::default();
        let mut object: Map<_, _> = properties.as_object().expect("an object").clone();
        object.insert("kind".into(), json!("pillar"));
        validate::read_object(hydrants, &object, "", today, &mut row, &mut faults);
        assert_eq!(faults, Faults::default());
        let packed = row.finish();
        StatusRule::new(hydrants, today, Some(48)).readiness(Row::new(&packed))
    }

    fn status(properties: serde_json::Value) -> Option<(Status, Because)> {
        readiness(properties).map(|readiness| (readiness.status, readiness.because))
    }

    #[test]
    fn a_confirmation_counts_for_four_years_to_the_day() {
        let confirmed = |day| status(json!({"operational_status": "ready", "status_as_of": day}));
        assert_eq!(confirmed("2022-11-22"), Some((Status::Ready, Because::Recorded)));
        assert_eq!(confirmed("2022-11-21"), Some((Status::Unknown, Because::Outdated)));
    }

    #[test]
    fn what_nobody_has_confirmed_is_not_ready_but_may_be_tried() {
        assert_eq!(status(json!({"operational_status": "ready"})), Some((Status::Unknown, Because::NeverVerified)));
        assert!(readiness(json!({})).is_some_and(Readiness::is_usable));
    }

    #[test]
    fn out_of_service_does_not_expire() {
        let old = json!({"operational_status": "out_of_service", "status_as_of": "2001-01-01"});
        assert_eq!(status(old), Some((Status::OutOfService, Because::Recorded)));
    }

    #[test]
    fn planned_and_removed_objects_are_not_there_and_decommissioned_ones_give_no_water() {
        assert_eq!(status(json!({"lifecycle": "planned"})), None);
        assert_eq!(status(json!({"lifecycle": "removed"})), None);
        let old = json!({"lifecycle": "decommissioned", "operational_status": "ready", "status_as_of": "2026-01-01"});
        assert_eq!(status(old), Some((Status::OutOfService, Because::Decommissioned)));
    }

    /// Read by web/src/crew/offline/status.test.ts, too: devices without a network say the same at the same moment.
    #[derive(serde::Deserialize)]
    struct Moment {
        now: chrono::DateTime<chrono::Utc>,
        recorded: String,
        until: NaiveDate,
        status: String,
        because: String,
    }

    #[test]
    fn a_state_ends_with_its_last_day_in_the_district_whether_or_not_its_timer_has_run() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/status_until.json");
        let moments: Vec<Moment> =
            serde_json::from_str(&std::fs::read_to_string(path).expect("the fixture")).expect("moments");
        assert!(moments.len() > 10);
        for Moment { now, recorded, until, status, because } in moments {
            let today = crate::clock::Clock::standing_at(now).in_zone(chrono_tz::Tz::Europe__Berlin).today();
            let state = json!({"operational_status": recorded, "status_as_of": "2026-01-15", "status_until": until.to_string()});
            let told = readiness_on(state, today).expect("a source that is there");
            assert_eq!((told.status.name(), told.because.name()), (&*status, &*because), "{now} until {until}");
            assert_eq!(told.until, (because != "ended").then_some(until), "{now} until {until}");
        }
    }

    #[test]
    fn what_is_gone_for_good_does_not_come_back_by_the_clock() {
        let old = json!({"lifecycle": "decommissioned", "operational_status": "out_of_service", "status_until": "2026-11-01"});
        assert_eq!(status(old), Some((Status::OutOfService, Because::Decommissioned)));
        let unknown = json!({"operational_status": "unknown", "status_until": "2026-11-01"});
        assert_eq!(status(unknown), Some((Status::Unknown, Because::NeverVerified)));
    }
}
