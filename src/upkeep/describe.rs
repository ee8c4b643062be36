//! The operations of upkeep in the words of OpenAPI.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::checklists::{Checklist, Effect};
use super::defects::answers::{Defect, DefectList};
use super::due::DueList;
use super::inspections::Outcome;
use super::inspections::answers::{InspectionList, RecordedInspection};
use super::outages::answers::{Outage, OutageList};
use super::routes::{MOST, USUAL};
use super::standing::answers::ObjectUpkeep;
use super::words::{DEFECT_KINDS, DEFECT_RESOLUTIONS, DEFECT_SEVERITIES, OUTAGE_CAUSES, Words};
use crate::http::schema::or_null;
use crate::http::spec::{Context, Spec, choice, closed_object, in_query, limit, string};
use crate::texts::Label;

/// The tag of these operations.
const TAG: &str = "Upkeep";

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChecklistList {
    /// In the order in which people should see them.
    pub checklists: Vec<Checklist>,
    pub codes: Codes,
}

/// The words of defects and outages.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UpkeepCodes")]
pub struct Codes {
    pub defect_kind: Vec<Code>,
    pub defect_severity: Vec<Code>,
    pub defect_resolution: Vec<Code>,
    pub outage_cause: Vec<Code>,
}

/// A word, and what it is called.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UpkeepCode")]
pub struct Code {
    pub code: String,
    pub title: Label,
}

impl Codes {
    /// Those that are declared.
    pub fn of(words: &Words) -> Self {
        let of = |list: &str| {
            let codes = words.known(list).into_iter();
            codes.map(|code| Code { title: words.code(list, &code), code }).collect()
        };
        Self {
            defect_kind: of(DEFECT_KINDS),
            defect_severity: of(DEFECT_SEVERITIES),
            defect_resolution: of(DEFECT_RESOLUTIONS),
            outage_cause: of(OUTAGE_CAUSES),
        }
    }
}

fn spec(summary: &str) -> Spec {
    Spec::new(TAG, summary)
}

fn uuid() -> Json {
    json!({ "type": "string", "format": "uuid" })
}

fn day() -> Json {
    json!({ "type": "string", "format": "date" })
}

fn text_or_null() -> Json {
    or_null(json!({ "type": "string", "maxLength": 2000 }))
}

/// A code of a list, as it is declared.
fn code(context: &Context<'_>, list: &str) -> Json {
    let list = context.catalogue.code_lists().get(list);
    let codes: Vec<&str> =
        list.map(|list| list.codes().iter().map(|one| one.code.as_str()).collect()).unwrap_or_default();
    json!({ "type": "string", "enum": codes })
}

fn organisation() -> Json {
    in_query("organisation", "Only what lies in the area of this organisation", uuid())
}

fn collection() -> Json {
    in_query("collection", "Only of this collection", string())
}

/// What records are asked for by.
fn listed(summary: &str, days: &str) -> Spec {
    let object = "Only of this object, which needs its collection";
    spec(summary)
        .parameter(collection())
        .parameter(in_query("object", object, uuid()))
        .parameter(organisation())
        .parameter(in_query("from", &format!("The first day: {days}"), day()))
        .parameter(in_query("to", &format!("The last day: {days}"), day()))
        .parameter(limit(MOST, USUAL))
        .refused("400", "Invalid")
        .refuses("404", "There is no such object")
}

/// What is recorded about an object, under an id that whoever sends it has chosen.
fn recorded(spec: Spec) -> Spec {
    spec.refused("400", "Invalid").refuses("404", "The object is gone").refuses("409", "Another record has the id")
}

const AGAIN: &str = "The id is chosen by whoever sends it. Sent again, it is answered as it is now, with 200, and nothing is recorded \
                     twice.";

pub fn checklists(_: &Context<'_>) -> Spec {
    let spec =
        spec("The check lists with all their versions, and the words of defects and outages").refused("400", "Invalid");
    spec.gives::<ChecklistList>("200", "Those of collections that the caller reads as staff")
}

pub fn upkeep(_: &Context<'_>) -> Spec {
    spec("The status of an object, why it is so, and what the caller may do there")
        .gives::<ObjectUpkeep>("200", "Status, open defects, outages")
        .refused("400", "Invalid")
        .refuses("404", "There is no such object")
}

pub fn due(_: &Context<'_>) -> Spec {
    let within = in_query("within_days", "Days ahead", json!({ "type": "integer", "minimum": 0, "default": 30 }));
    spec("What is to be inspected: never confirmed, or not for long enough")
        .parameter(collection())
        .parameter(organisation())
        .parameter(within)
        .parameter(limit(MOST, USUAL))
        .gives::<DueList>("200", "Objects whose last confirmation is too old or soon will be")
        .refused("400", "Invalid")
}

pub fn inspections(_: &Context<'_>) -> Spec {
    listed("Inspections, the newest first", "made on it or after it").gives::<InspectionList>("200", "The inspections")
}

pub fn inspection(_: &Context<'_>) -> Spec {
    let answers = json!({
        "type": "object", "description": "By the name of the item: ok, failed, not_checked, or a number",
        "additionalProperties": { "type": ["string", "number"] },
    });
    let measured =
        json!({ "type": "object", "description": "By the name of the property", "additionalProperties": true });
    let new = closed_object(
        &["id", "collection", "object", "checklist", "checklist_version", "made_on"],
        &json!({
            "id": uuid(), "collection": string(), "object": uuid(), "checklist": string(),
            "checklist_version": { "type": "integer", "minimum": 1 }, "made_on": day(),
            "outcome": { "type": "string", "enum": Outcome::ALL.map(Outcome::name) },
            "answers": answers, "measured": measured, "remark": text_or_null(),
        }),
    );
    let opens = "A failed item opens the defect that its list names, unless such a one is open. What was measured is written into \
                 the object if nothing newer is there.";
    recorded(spec("Record an inspection").explained(format!("{opens} {AGAIN}")).takes("NewInspection", new))
        .gives::<RecordedInspection>("201", "The inspection, and the status of its object")
        .gives::<RecordedInspection>("200", "It was recorded before")
}

pub fn defects(_: &Context<'_>) -> Spec {
    listed("Defects, the newest first", "found on it")
        .parameter(in_query("assigned_to", "Only those that this organisation has to see to", uuid()))
        .parameter(choice("state", "Only those; without it both", &["open", "resolved"]))
        .gives::<DefectList>("200", "The defects")
}

pub fn defect(context: &Context<'_>) -> Spec {
    let new = closed_object(
        &["id", "collection", "object", "kind", "severity", "effect", "found_on"],
        &json!({
            "id": uuid(), "collection": string(), "object": uuid(), "kind": code(context, DEFECT_KINDS),
            "severity": code(context, DEFECT_SEVERITIES),
            "effect": { "type": "string", "enum": Effect::ALL.map(Effect::name) }, "found_on": day(),
            "remark": text_or_null(), "organisation": or_null(uuid()), "due_on": or_null(day()),
        }),
    );
    recorded(spec("Record a defect").explained(AGAIN).takes("NewDefect", new))
        .gives::<Defect>("201", "The defect")
        .gives::<Defect>("200", "It was recorded before")
}

pub fn assign(_: &Context<'_>) -> Spec {
    let to = closed_object(&[], &json!({ "organisation": or_null(uuid()), "due_on": or_null(day()) }));
    let if_match = json!({ "name": "If-Match", "in": "header", "required": true, "schema": string(),
                           "description": "The version of the defect that was seen, in quotes" });
    spec("Say who has to see to a defect, and until when; without an organisation nobody has")
        .parameter(if_match)
        .takes("DefectAssignment", to)
        .gives::<Defect>("200", "As it is now")
        .refused("400", "Invalid")
        .refuses("404", "There is no such defect")
        .refuses("409", "It is resolved")
        .refuses("412", "It has been changed since")
        .refuses("428", "If-Match is missing")
}

pub fn resolve(context: &Context<'_>) -> Spec {
    let how = closed_object(
        &["resolution"],
        &json!({ "resolution": code(context, DEFECT_RESOLUTIONS), "remark": text_or_null() }),
    );
    spec("Resolve a defect: what it meant for the object is over")
        .takes("DefectResolution", how)
        .gives::<Defect>("200", "As it is now")
        .refused("400", "Invalid")
        .refuses("404", "There is no such defect")
        .refuses("409", "It is resolved already")
}

pub fn outages(_: &Context<'_>) -> Spec {
    listed("Outages, those that begin last first", "not over before it, begun by it")
        .gives::<OutageList>("200", "The outages")
}

pub fn outage(context: &Context<'_>) -> Spec {
    let new = closed_object(
        &["id", "collection", "object", "cause", "begins_on"],
        &json!({
            "id": uuid(), "collection": string(), "object": uuid(), "cause": code(context, OUTAGE_CAUSES),
            "effect": { "type": "string", "enum": ["restricted", "out_of_service"], "default": "out_of_service" },
            "begins_on": day(), "ends_on": or_null(day()), "remark": text_or_null(),
        }),
    );
    let days =
        "From its first day to its last one, both days of the district; without a last day until somebody ends it.";
    recorded(
        spec("Record an outage, ahead or when it begins").explained(format!("{days} {AGAIN}")).takes("NewOutage", new),
    )
    .gives::<Outage>("201", "The outage")
    .gives::<Outage>("200", "It was recorded before")
}

pub fn end(_: &Context<'_>) -> Spec {
    spec("End an outage now; one that was announced does not begin")
        .gives::<Outage>("200", "As it is now")
        .refuses("404", "There is no such outage")
        .refuses("409", "It is over")
}
