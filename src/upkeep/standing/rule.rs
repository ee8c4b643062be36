//! The status of an object on a day: the worst of what people have said of it, of outages that run, of defects that are open
//! and of what the last checks have found; unknown if nothing confirms it, or not for long enough.
//!
//! Days are the district's. The same facts give the same status wherever and whenever it is worked out.

use chrono::{Months, NaiveDate};
use uuid::Uuid;

use super::{Reason, Statement, Why};
use crate::firewater::status::Status;
use crate::upkeep::checklists::Effect;
use crate::upkeep::defects::Defect;
use crate::upkeep::inspections::{Inspection, Outcome};
use crate::upkeep::outages::Outage;
use crate::upkeep::words::Words;

/// What is recorded of an object.
#[derive(Debug, Clone)]
pub struct Facts {
    /// A day that has begun, where the register itself shows that.
    pub begun: Option<NaiveDate>,
    pub statement: Statement,
    /// In any order.
    pub inspections: Vec<Inspection>,
    /// Those that are not resolved.
    pub defects: Vec<Defect>,
    /// Those that have not ended.
    pub outages: Vec<Outage>,
}

/// The terms by which a status is worked out.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    pub today: NaiveDate,
    pub words: &'a Words,
}

/// What the facts come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// As it is written into the feature. A confirmation that the district no longer counts is seen by whoever reads.
    pub status: Status,
    /// The worst first.
    pub reasons: Vec<Reason>,
    /// What has been announced and does not count yet.
    pub announced: Vec<Reason>,
    /// Day of the last confirmation.
    pub as_of: Option<NaiveDate>,
    /// Last day on which the status holds, where that is known.
    pub until: Option<NaiveDate>,
    /// The first day on which the same facts come to something else.
    pub changes_on: Option<NaiveDate>,
}

/// A confirmation: somebody has looked, and the source was there.
struct Confirmed {
    on: NaiveDate,
    until: Option<NaiveDate>,
    why: Why,
}

impl Facts {
    /// What they come to.
    pub fn standing(&self, terms: Terms<'_>) -> Standing {
        let terms = Terms { today: self.begun.map_or(terms.today, |day| day.max(terms.today)), ..terms };
        let checks = self.checks(terms.words);
        let last = last_complete(&checks);
        let mut reasons = self.defects.iter().map(|defect| Reason::defect(defect, terms.words)).collect::<Vec<_>>();
        reasons.extend(self.failed(&checks, terms.words));
        reasons.extend(self.running(terms));
        reasons.extend(self.stated(last, terms.today));
        let lost = checks.iter().max_by_key(|check| check.order()).filter(|check| check.outcome == Outcome::NotFound);
        let confirmed = self.confirmed(last, terms);
        let worst = reasons.iter().map(|reason| reason.effect).max().unwrap_or(Effect::None);
        let is_known = confirmed.is_some() || worst == Effect::Restricted;
        let status = match worst {
            Effect::OutOfService => Status::OutOfService,
            _ if lost.is_some() || !is_known => Status::Unknown,
            Effect::Restricted => Status::Restricted,
            Effect::None => Status::Ready,
        };
        let until = self.until(status, &reasons, confirmed.as_ref());
        let as_of = self.as_of(&checks, last);
        reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.effect), reason.since));
        let about = lost.map(|check| Why::NotFound { day: terms.words.day(check.made_on) });
        let about = about.or_else(|| self.confirmation(status, confirmed, last, terms));
        reasons.extend(about.map(|why| Reason { why, effect: Effect::None, since: None, until: None, of: None }));
        Standing {
            status,
            reasons,
            announced: self.announced(terms),
            as_of,
            until,
            changes_on: self.changes_on(terms, last),
        }
    }

    /// The inspections by lists that are declared no more count like any.
    fn checks(&self, words: &Words) -> Vec<Check<'_>> {
        self.inspections.iter().map(|inspection| Check { inspection, confirms: words.confirms(inspection) }).collect()
    }

    /// Items that were not in order when their list was last gone through, and opened no defect that speaks for them.
    fn failed(&self, checks: &[Check<'_>], words: &Words) -> Vec<Reason> {
        let is_last = |check: &&Check<'_>| {
            let same =
                checks.iter().filter(|other| other.checklist == check.checklist && other.outcome == Outcome::Checked);
            same.max_by_key(|other| other.order()).is_some_and(|last| last.id == check.id)
        };
        let of = |check: &Check<'_>| {
            let failed = check.inspection.answers.iter().filter(|one| one.failed && one.defect.is_none());
            failed.map(|one| Reason::item(check.inspection, one, words)).collect::<Vec<_>>()
        };
        checks.iter().filter(is_last).flat_map(of).collect()
    }

    fn running(&self, terms: Terms<'_>) -> Vec<Reason> {
        let runs = self.outages.iter().filter(|outage| outage.runs_on(terms.today));
        runs.map(|outage| Reason::outage(outage, terms.words)).collect()
    }

    fn announced(&self, terms: Terms<'_>) -> Vec<Reason> {
        let ahead = self.outages.iter().filter(|outage| outage.begins_on > terms.today);
        let mut all: Vec<Reason> = ahead.map(|outage| Reason::outage(outage, terms.words)).collect();
        all.sort_by_key(|reason| reason.since);
        all
    }

    /// What somebody has said, as long as it holds: until its day, or until somebody has looked at everything since.
    fn stated(&self, last: Option<&Check<'_>>, today: NaiveDate) -> Option<Reason> {
        let said = &self.statement;
        let effect = match said.status() {
            Status::OutOfService => Effect::OutOfService,
            Status::Restricted => Effect::Restricted,
            Status::Ready | Status::Unknown => return None,
        };
        let holds = match said.until {
            Some(until) => until >= today,
            None => !last.is_some_and(|check| check.is_after(said)),
        };
        holds.then(|| Reason::stated(said, effect))
    }

    fn confirmed(&self, last: Option<&Check<'_>>, terms: Terms<'_>) -> Option<Confirmed> {
        let by_check = last.map(|check| Confirmed {
            on: check.made_on,
            until: terms.words.counts_until(check.inspection),
            why: Why::Checked { list: terms.words.list(check.inspection), day: terms.words.day(check.made_on) },
        });
        let said = &self.statement;
        // What had an end says nothing of what was before it.
        let is_confirming =
            matches!(said.status(), Status::Ready | Status::Restricted) && !over(said.until, terms.today);
        let by_word = said.as_of.filter(|_| is_confirming);
        let by_word = by_word.map(|on| Confirmed {
            on,
            until: said.until.filter(|_| said.status() == Status::Ready),
            why: Why::Confirmed { day: terms.words.day(on) },
        });
        let counts = |one: &Confirmed| !over(one.until, terms.today);
        by_check.into_iter().chain(by_word).filter(counts).max_by_key(|one| one.on)
    }

    /// Why the status is known, or is not.
    fn confirmation(
        &self,
        status: Status,
        confirmed: Option<Confirmed>,
        last: Option<&Check<'_>>,
        terms: Terms<'_>,
    ) -> Option<Why> {
        match (status, confirmed, last) {
            (Status::Ready, Some(confirmed), _) => Some(confirmed.why),
            (Status::Unknown, None, Some(check)) => {
                Some(Why::Lapsed { list: terms.words.list(check.inspection), day: terms.words.day(check.made_on) })
            }
            (Status::Unknown, None, None) => Some(Why::NeverChecked),
            _ => None,
        }
    }

    fn as_of(&self, checks: &[Check<'_>], last: Option<&Check<'_>>) -> Option<NaiveDate> {
        let defects = self.defects.iter().filter(|defect| defect.effect != Effect::None).map(|defect| defect.found_on);
        let failed = checks.iter().filter(|check| check.inspection.answers.iter().any(|one| one.failed));
        let seen = last.into_iter().chain(failed).map(|check| check.made_on);
        seen.chain(defects).chain(self.statement.as_of).max()
    }

    /// A status ends when all of its reasons have ended.
    fn until(&self, status: Status, reasons: &[Reason], confirmed: Option<&Confirmed>) -> Option<NaiveDate> {
        let effect = match status {
            Status::Ready => return confirmed.and_then(|confirmed| confirmed.until),
            Status::Unknown => return None,
            Status::Restricted => Effect::Restricted,
            Status::OutOfService => Effect::OutOfService,
        };
        let ends: Option<Vec<NaiveDate>> =
            reasons.iter().filter(|one| one.effect == effect).map(|one| one.until).collect();
        ends.and_then(|ends| ends.into_iter().max())
    }

    fn changes_on(&self, terms: Terms<'_>, last: Option<&Check<'_>>) -> Option<NaiveDate> {
        let begins = self.outages.iter().map(|outage| Some(outage.begins_on));
        let ends = self.outages.iter().map(|outage| outage.ends_on);
        let lapses = last.and_then(|check| terms.words.counts_until(check.inspection));
        let after = ends.chain([self.statement.until, lapses]).map(|last_day| last_day?.succ_opt());
        begins.chain(after).flatten().filter(|day| *day > terms.today).min()
    }
}

/// An inspection, and whether its list confirms the status.
struct Check<'a> {
    inspection: &'a Inspection,
    confirms: bool,
}

impl std::ops::Deref for Check<'_> {
    type Target = Inspection;

    fn deref(&self) -> &Inspection {
        self.inspection
    }
}

impl Check<'_> {
    /// Of two on one day the one that was recorded later is the later.
    fn order(&self) -> (NaiveDate, chrono::DateTime<chrono::Utc>, Uuid) {
        (self.made_on, self.recorded_at, self.id)
    }

    fn is_after(&self, said: &Statement) -> bool {
        let day = said.since().is_none_or(|since| self.made_on >= since);
        day && said.noticed_at.is_none_or(|noticed| self.recorded_at > noticed)
    }
}

fn last_complete<'a, 'b>(checks: &'b [Check<'a>]) -> Option<&'b Check<'a>> {
    let complete = checks.iter().filter(|check| check.confirms && check.complete && check.outcome == Outcome::Checked);
    complete.max_by_key(|check| check.order())
}

fn over(until: Option<NaiveDate>, today: NaiveDate) -> bool {
    until.is_some_and(|until| until < today)
}

/// The last day on which a check counts that was made on a day.
pub fn counts_until(made_on: NaiveDate, months: u32) -> Option<NaiveDate> {
    made_on.checked_add_months(Months::new(months))
}

#[cfg(test)]
mod tests;
