//! What is sent, and what may be wrong with it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::words::Words;
use crate::accounts::body::Body;
use crate::texts::{Label, Tell};

/// Characters of a remark.
const MOST: usize = 2_000;
/// Before this nobody has recorded anything.
const EARLIEST: i32 = 1950;

/// What is wrong with a member of an input.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum Wrong {
    NoId,
    NoDay,
    Future {
        today: Label,
    },
    /// Days of a period the wrong way round.
    Backwards,
    /// An outage that is over before it is recorded.
    OverAlready,
    NoWord {
        known: Vec<String>,
    },
    NoText {
        most: usize,
    },
    NoChecklist {
        known: Vec<String>,
    },
    NoVersion {
        list: Label,
        known: Vec<String>,
    },
    Answers,
    NothingLookedAt,
    NoAnswer,
    NoNumber {
        minimum: f64,
        maximum: f64,
        unit: Option<String>,
    },
    NoItem {
        known: Vec<String>,
    },
    Measured,
    NotMeasured {
        known: Vec<String>,
    },
    NoCollection {
        known: Vec<String>,
    },
    NoSuchObject,
    /// An object is named by its collection and its id.
    CollectionToo,
    NoSuchOrganisation,
    DueWithoutOrganisation,
    // Hardly so.
    AgainSameDay {
        list: Label,
    },
}

impl Tell for Wrong {
    const FILE: &'static str = "upkeep";
}

/// An id that must be there.
pub fn required_id(body: &mut Body, name: &'static str) -> Option<Uuid> {
    let id = body.json(name).and_then(|id| id.as_str()?.parse().ok());
    if id.is_none() {
        body.wrong(name, "id", &Wrong::NoId);
    }
    id
}

/// A day, as `2026-11-30`.
pub fn day(body: &mut Body, name: &'static str, required: bool) -> Option<NaiveDate> {
    let sent = body.json(name);
    let read = sent.as_ref().and_then(|day| NaiveDate::parse_from_str(day.as_str()?, "%Y-%m-%d").ok());
    let read = read.filter(|day| (EARLIEST..=9999).contains(&chrono::Datelike::year(day)));
    if read.is_none() && (required || sent.is_some()) {
        body.wrong(name, "day", &Wrong::NoDay);
    }
    read
}

/// One of some words.
pub fn word<T>(
    body: &mut Body,
    name: &'static str,
    sent: &Json,
    known: &[&str],
    named: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let read = sent.as_str().and_then(named);
    if read.is_none() {
        body.wrong(name, "word", &Wrong::NoWord { known: known.iter().map(|word| (*word).to_owned()).collect() });
    }
    read
}

/// A word that must be there.
pub fn required_word<T>(
    body: &mut Body,
    name: &'static str,
    known: &[&str],
    named: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let sent = body.json(name).unwrap_or_default();
    word(body, name, &sent, known, named)
}

/// A code of a list, which must be there.
pub fn code(body: &mut Body, name: &'static str, words: &Words, list: &str) -> Option<String> {
    let sent = body.json(name);
    let read = sent.as_ref().and_then(Json::as_str).filter(|code| words.knows(list, code)).map(str::to_owned);
    if read.is_none() {
        body.wrong(name, "code", &Wrong::NoWord { known: words.known(list) });
    }
    read
}

/// A text for those who keep the register; kept as it is, and never a part of what others see.
pub fn remark(body: &mut Body, name: &'static str) -> Option<String> {
    let sent = body.json(name)?;
    let fits = |text: &&str| {
        text.chars().count() <= MOST && !text.chars().any(|one| one.is_control() && !"\n\r\t".contains(one))
    };
    let read = sent.as_str().filter(fits).map(|text| text.trim().to_owned());
    if read.is_none() {
        body.wrong(name, "text", &Wrong::NoText { most: MOST });
    }
    read.filter(|text| !text.is_empty())
}
