//! What is to be inspected: objects that nobody has confirmed, or whose last confirmation is or grows too old.
//!
//! Read from memory: when an object was last confirmed stands in its feature.

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::Upkeep;
use super::object::kind_of;
use super::standing::rule::counts_until;
use crate::collection::Collection;
use crate::feature::{Row, Value};
use crate::firewater::status::{Because, Status, StatusRule};
use crate::identity::{Area, Spot};
use crate::index::Stored;

#[derive(Debug, Serialize, JsonSchema)]
pub struct DueList {
    /// Those that were never confirmed first, then by the day on which they are due.
    pub objects: Vec<Due>,
    /// How many there are altogether.
    pub total: usize,
}

/// An object that is to be inspected.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DueObject")]
pub struct Due {
    pub collection: String,
    pub id: Uuid,
    /// The number people call it by.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// The code of its kind.
    pub kind: Option<String>,
    /// The key of its municipality.
    pub municipality: Option<String>,
    pub status: &'static str,
    /// When it was last confirmed.
    pub as_of: Option<NaiveDate>,
    /// The last day on which that counts; null if it was never confirmed.
    pub due_on: Option<NaiveDate>,
    pub overdue: bool,
}

/// The properties that are looked at, by their places.
struct Places {
    reference: Option<usize>,
    municipality: Option<usize>,
    as_of: Option<usize>,
    until: Option<usize>,
}

/// Objects of a collection that are due within so many days, in an area or the whole district. Where no check is asked for by the
/// district, none is due.
pub fn of(upkeep: &Upkeep, collection: &Arc<Collection>, area: Option<&Area>, days: u64) -> Vec<Due> {
    let months = upkeep.words.verified_for_months.get(&collection.name).copied();
    let Some(months) = months else { return Vec::new() };
    let today = upkeep.clock.today();
    let horizon = today.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    let rule = StatusRule::new(collection, today, Some(months));
    let places = Places {
        reference: collection.reference,
        municipality: collection.position("municipality"),
        as_of: collection.position("status_as_of"),
        until: collection.position("status_until"),
    };
    let snapshot = upkeep.editor.spine.index.snapshot(collection.place);
    let here = snapshot.iter().filter(|stored| area.is_none_or(|area| area.covers(&spot(stored, &places))));
    let due = here.filter_map(|stored| {
        let row = stored.row();
        let readiness = rule.readiness(row).filter(|it| it.because != Because::Decommissioned)?;
        let as_of = day(row, places.as_of);
        // What a list lets count for less than the district ends by itself.
        let own_end = day(row, places.until).filter(|_| readiness.status == Status::Ready);
        let due_on = own_end.or_else(|| counts_until(as_of?, months));
        let is_due = due_on.is_none_or(|due| due <= horizon);
        is_due.then(|| Due {
            collection: collection.name.clone(),
            id: stored.id.0,
            reference: text(row, places.reference),
            kind: kind_of(collection, row),
            municipality: text(row, places.municipality),
            status: readiness.status.name(),
            as_of,
            due_on,
            overdue: due_on.is_none_or(|due| due < today),
        })
    });
    due.collect()
}

/// The objects of collections that lie in an area.
pub fn within(upkeep: &Upkeep, collections: &[Arc<Collection>], area: &Area) -> Vec<Uuid> {
    let mut all = Vec::new();
    for collection in collections {
        let municipality = collection.position("municipality");
        let places = Places { reference: None, municipality, as_of: None, until: None };
        let snapshot = upkeep.editor.spine.index.snapshot(collection.place);
        all.extend(snapshot.iter().filter(|stored| area.covers(&spot(stored, &places))).map(|stored| stored.id.0));
    }
    all
}

fn spot(stored: &Stored, places: &Places) -> Spot {
    Spot { municipality: text(stored.row(), places.municipality), at: stored.position() }
}

fn text(row: Row<'_>, k: Option<usize>) -> Option<String> {
    row.get(k?).as_text().map(str::to_owned)
}

fn day(row: Row<'_>, k: Option<usize>) -> Option<NaiveDate> {
    match row.get(k?) {
        Value::Date(day) => Some(day),
        _ => None,
    }
}
