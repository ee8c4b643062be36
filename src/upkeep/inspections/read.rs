//! An inspection as it is sent, checked against its list and its object. Everything that is wrong is told at once.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{Answer, Answered, Outcome, Word};
use crate::accounts::body::Body;
use crate::collection::{Collection, validate};
use crate::feature::RowBuilder;
use crate::texts::{Fault, Faults};
use crate::upkeep::checklists::{Checklist, Effect, Item, Kind, Number, Version};
use crate::upkeep::input::{Wrong, day, remark, required_id, word};
use crate::upkeep::words::day as written;
use crate::upkeep::{Checklists, Object};

/// An inspection to be recorded.
#[derive(Debug)]
pub struct NewInspection {
    pub id: Uuid,
    pub object: Object,
    pub checklist: Arc<Checklist>,
    pub version: u32,
    pub made_on: NaiveDate,
    pub outcome: Outcome,
    pub complete: bool,
    /// In the order of the list, with no defect yet.
    pub answers: Vec<Answered>,
    pub measured: Map<String, Json>,
    pub remark: Option<String>,
}

impl NewInspection {
    /// Reads what was sent of an object.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(mut body: Body, object: Object, lists: &Checklists, today: NaiveDate) -> Result<Self, Faults> {
        let id = required_id(&mut body, "id");
        let made_on = day(&mut body, "made_on", true).filter(|made_on| not_ahead(&mut body, *made_on, today));
        let outcome = match body.json("outcome") {
            None => Some(Outcome::Checked),
            Some(sent) => word(&mut body, "outcome", &sent, &Outcome::ALL.map(Outcome::name), Outcome::named),
        };
        let remark = remark(&mut body, "remark");
        let list = checklist(&mut body, &object, lists);
        let (answers, measured) = (body.json("answers"), body.json("measured"));
        let mut read = None;
        if let Some((checklist, version)) = list {
            let answers = answered(&mut body, &version, answers, outcome);
            let measured =
                self::measured(&mut body, &object.collection, &version, measured, made_on.unwrap_or(today), today);
            let is_answered =
                |item: &Item| item.optional || answers.iter().any(|one| one.item == item.name && is_given(one.answer));
            let complete = outcome == Some(Outcome::Checked) && version.items.iter().all(is_answered);
            read = id.zip(made_on).zip(outcome).map(|((id, made_on), outcome)| Self {
                id,
                object,
                checklist,
                version: version.version,
                made_on,
                outcome,
                complete,
                answers,
                measured,
                remark,
            });
        }
        body.finish_with(read)
    }
}

fn is_given(answer: Answer) -> bool {
    answer != Answer::Word(Word::NotChecked)
}

fn not_ahead(body: &mut Body, made_on: NaiveDate, today: NaiveDate) -> bool {
    if made_on > today {
        body.wrong("made_on", "future", &Wrong::Future { today: written(today) });
    }
    made_on <= today
}

/// The list and its version, if they are there and for such an object.
fn checklist(body: &mut Body, object: &Object, lists: &Checklists) -> Option<(Arc<Checklist>, Version)> {
    let (name, version) = (body.text("checklist"), body.json("checklist_version"));
    let fits = |list: &&Arc<Checklist>| list.is_for(&object.collection.name, object.kind.as_deref());
    let Some(list) = lists.iter().filter(fits).find(|list| list.name == name) else {
        let known = lists.iter().filter(fits).map(|list| list.name.clone()).collect();
        body.wrong("checklist", "unknown-checklist", &Wrong::NoChecklist { known });
        return None;
    };
    let number = version.as_ref().and_then(Json::as_u64).and_then(|number| u32::try_from(number).ok());
    let found = number.and_then(|number| list.version(number)).cloned();
    if found.is_none() {
        let known = list.versions.iter().map(|one| one.version.to_string()).collect();
        body.wrong("checklist_version", "unknown-version", &Wrong::NoVersion { list: list.title.clone(), known });
    }
    Some((list.clone(), found?))
}

/// The answers in the order of the list. Where nothing was looked at there are none.
fn answered(body: &mut Body, version: &Version, sent: Option<Json>, outcome: Option<Outcome>) -> Vec<Answered> {
    let mut sent = match sent {
        None => Map::new(),
        Some(Json::Object(members)) => members,
        Some(_) => {
            body.wrong("answers", "type", &Wrong::Answers);
            return Vec::new();
        }
    };
    if outcome.is_some_and(|outcome| outcome != Outcome::Checked) && !sent.is_empty() {
        body.wrong("answers", "needless", &Wrong::NothingLookedAt);
        return Vec::new();
    }
    let mut answers = Vec::with_capacity(version.items.len());
    for item in &version.items {
        let Some(given) = sent.shift_remove(&item.name) else { continue };
        match answer(item, &given) {
            Ok(answer) => answers.push(answered_item(item, answer)),
            Err(wrong) => body.wrong(&format!("answers/{}", item.name), "answer", &wrong),
        }
    }
    // A list may be long, and a body longer: those of one body are counted by the faults.
    for name in sent.keys() {
        let known = version.items.iter().map(|item| item.name.clone()).collect();
        body.wrong(&format!("answers/{}", validate::escaped(name)), "unknown-item", &Wrong::NoItem { known });
    }
    answers
}

fn answer(item: &Item, given: &Json) -> Result<Answer, Wrong> {
    match &item.answer {
        Kind::Check => serde_json::from_value(given.clone()).map(Answer::Word).map_err(|_| Wrong::NoAnswer),
        Kind::Number(limits) => {
            let Number { minimum, maximum, unit, .. } = limits.clone();
            let number = given.as_f64().filter(|number| (minimum..=maximum).contains(number));
            let word = serde_json::from_value(given.clone()).ok().filter(|word| *word == Word::NotChecked);
            let answer = number.map(Answer::Number).or(word.map(Answer::Word));
            answer.ok_or(Wrong::NoNumber { minimum, maximum, unit })
        }
    }
}

fn answered_item(item: &Item, answer: Answer) -> Answered {
    let (unit, failed) = match (&item.answer, answer) {
        (_, Answer::Word(word)) => (None, word == Word::Failed),
        (Kind::Number(limits), Answer::Number(number)) => {
            let low = limits.fails_below.is_some_and(|least| number < least);
            (limits.unit.clone(), low || limits.fails_above.is_some_and(|most| number > most))
        }
        (Kind::Check, Answer::Number(_)) => (None, false),
    };
    let effect = if failed { item.effect } else { Effect::None };
    Answered { item: item.name.clone(), label: item.label.clone(), unit, answer, failed, effect, defect: None }
}

/// What was measured, checked as properties of the object are.
fn measured(
    body: &mut Body,
    collection: &Collection,
    version: &Version,
    sent: Option<Json>,
    made_on: NaiveDate,
    today: NaiveDate,
) -> Map<String, Json> {
    let mut sent = match sent {
        None => return Map::new(),
        Some(Json::Object(members)) => members,
        Some(_) => {
            body.wrong("measured", "type", &Wrong::Measured);
            return Map::new();
        }
    };
    sent.retain(|_, value| !value.is_null());
    let known = version.measures.as_ref().map(|measures| measures.properties.clone()).unwrap_or_default();
    let unknown: Vec<String> = sent.keys().filter(|name| !known.contains(name)).cloned().collect();
    for name in unknown {
        sent.shift_remove(&name);
        let wrong = Wrong::NotMeasured { known: known.clone() };
        body.wrong(&format!("measured/{}", validate::escaped(&name)), "not-measured", &wrong);
    }
    if sent.is_empty() {
        return sent;
    }
    if let Some(measures) = &version.measures {
        sent.insert(measures.dated.clone(), Json::String(made_on.to_string()));
    }
    let mut faults = Faults::default();
    validate::read_object(collection, &sent, "/measured", today, &mut RowBuilder::new(), &mut faults);
    // Of the object nothing else is written, so nothing else can be missing.
    faults.remove(|fault: &Fault| fault.code == "missing");
    body.found(faults);
    sent
}
