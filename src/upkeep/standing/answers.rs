//! The status of an object as it is answered to those who keep the register.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{Reason, Standing, Why};
use crate::collection::Collection;
use crate::firewater::status::Status;
use crate::texts::{Label, Texts};
use crate::upkeep::checklists::Effect;
use crate::upkeep::defects::answers::Defect;
use crate::upkeep::outages::answers::Outage;
use crate::upkeep::words::{Words, day};

/// All that says whether an object may be counted on.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ObjectUpkeep {
    pub status: ObjectStatus,
    /// Those that are not resolved, the oldest first.
    pub defects: Vec<Defect>,
    /// Those that run or are announced.
    pub outages: Vec<Outage>,
    /// The check lists for objects of its kind, in the order in which people should see them.
    pub checklists: Vec<String>,
    /// Who may be asked to see to a defect there, by name; none where the caller may record none.
    pub organisations: Vec<Named>,
    pub may: May,
}

/// An organisation.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NamedOrganisation")]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// The status of an object, and why it is so.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ObjectStatus {
    #[schemars(schema_with = "statuses")]
    pub status: &'static str,
    /// Status and reasons in one sentence.
    pub words: Label,
    /// The worst first.
    pub reasons: Vec<ToldReason>,
    /// Outages that do not count yet.
    pub announced: Vec<ToldReason>,
    /// When it was last confirmed.
    pub as_of: Option<NaiveDate>,
    /// The last day on which the status holds, where that is known.
    pub until: Option<NaiveDate>,
    /// The last day on which the last confirmation counts.
    pub due_on: Option<NaiveDate>,
}

/// A reason.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatusReason")]
pub struct ToldReason {
    pub words: Label,
    pub effect: Effect,
    /// The defect, outage or inspection it comes from.
    pub of: Option<Uuid>,
}

/// What the caller may do there.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MayRecord")]
pub struct May {
    /// Record inspections and defects.
    pub inspect: bool,
    /// Record outages.
    pub block: bool,
}

fn statuses(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": Status::ALL.map(Status::name) })
}

/// What statuses are told by.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    pub words: &'a Words,
    pub texts: &'a Texts,
    pub today: NaiveDate,
    pub collection: &'a Collection,
    /// It has been taken out of use for good, whatever its records say.
    pub decommissioned: bool,
}

impl Telling<'_> {
    /// The status as whoever reads the feature today sees it.
    pub fn status(self, standing: &Standing) -> ObjectStatus {
        let months = self.words.verified_for_months.get(&self.collection.name).copied();
        let counted = standing.as_of.zip(months).and_then(|(on, months)| super::rule::counts_until(on, months));
        let is_confirmed = matches!(standing.status, Status::Ready | Status::Restricted);
        let outdated = counted.filter(|last| is_confirmed && *last < self.today).and(standing.as_of);
        let (status, first) = match outdated {
            _ if self.decommissioned => (Status::OutOfService, Some(Why::Decommissioned)),
            Some(on) => (Status::Unknown, Some(Why::Outdated { day: day(on) })),
            None => (standing.status, None),
        };
        let first = first.map(|why| Reason { why, effect: Effect::None, since: None, until: None, of: None });
        let reasons: Vec<ToldReason> =
            first.iter().chain(&standing.reasons).map(|reason| self.reason(reason)).collect();
        let own_end = standing.until.filter(|_| standing.status == Status::Ready);
        ObjectStatus {
            status: status.name(),
            words: self.sentence(status, &reasons),
            reasons,
            announced: standing.announced.iter().map(|reason| self.reason(reason)).collect(),
            as_of: standing.as_of,
            until: standing.until,
            due_on: own_end.into_iter().chain(counted).min(),
        }
    }

    fn reason(self, reason: &Reason) -> ToldReason {
        let Reason { why, effect, of, .. } = reason;
        ToldReason { words: self.texts.label(&why.into()), effect: *effect, of: *of }
    }

    fn sentence(self, status: Status, reasons: &[ToldReason]) -> Label {
        let property = self.collection.property("operational_status").and_then(|property| property.codes());
        let code = property.and_then(|list| list.codes().get(usize::from(list.position(status.name())?)));
        let title = code.map_or_else(|| Label::new(status.name(), status.name()), |code| code.label.clone());
        let joined = |title: &str, of: fn(&Label) -> &str| {
            let all: Vec<&str> = reasons.iter().map(|reason| of(&reason.words)).collect();
            if all.is_empty() { title.to_owned() } else { format!("{title}: {}", all.join("; ")) }
        };
        Label::new(joined(&title.de, |label| &label.de), joined(&title.en, |label| &label.en))
    }
}
