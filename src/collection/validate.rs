//! From input to a row: every property checked against its declaration, every fault reported.
//!
//! Two ways lead here. [`read_object`] takes what people and programs send and is strict. [`read_stored`] takes what the
//! database holds and streams it into a row without building a tree, because a million features are loaded at start;
//! what no longer fits a changed declaration is counted and left out of the row, never of the database.

mod fault;
mod stored;
mod value;

pub use fault::ValueFault;
pub use stored::read_stored;

use chrono::NaiveDate;
use serde_json::{Map, Value as Json};

use super::{Collection, Fault, Faults, Presence, Property};
use crate::feature::RowBuilder;
use crate::texts::Told;
use value::set_value;

/// An object with more members than this is not looked at: no collection has so many properties, and to name every
/// unknown one, with a guess at what was meant, takes minutes for a million of them.
const MAX_MEMBERS: usize = 300;

/// Reads the writable properties of an object into `row`. Mandatory properties that are missing get their default or
/// are a fault. `pointer` is where the object lies in the input; `today` is the clock for dates that may not lie ahead.
/// Derived properties are passed over, so that what was read can be written back; the caller sets them afterwards.
pub fn read_object(
    collection: &Collection,
    object: &Map<String, Json>,
    pointer: &str,
    today: NaiveDate,
    row: &mut RowBuilder,
    faults: &mut Faults,
) {
    if object.len() > MAX_MEMBERS {
        let (collection, properties) = (collection.name.as_str(), collection.properties.len());
        let fault = ValueFault::TooManyMembers { most: MAX_MEMBERS, collection, properties };
        return faults.push(Fault::new(pointer, "too-long", &fault));
    }
    for (name, json) in object {
        let at = || format!("{pointer}/{}", escaped(name));
        let Some(k) = collection.position(name) else {
            let near = nearest_name(collection, name);
            let fault = ValueFault::UnknownProperty { collection: &collection.name, name, near };
            faults.push(Fault::new(at(), "unknown-property", &fault));
            continue;
        };
        let property = &collection.properties[k];
        if !property.is_writable() || json.is_null() {
            continue;
        }
        if let Err(reasons) = set_value(property, json, today, |value| row.set(k, value)) {
            let found = reasons.into_iter();
            faults.extend(found.map(|it| Fault::new(format!("{}{}", at(), it.pointer), it.code, it.told)));
        }
    }
    for (k, property) in collection.properties.iter().enumerate() {
        if property.presence != Presence::Mandatory || object.get(&property.name).is_some_and(|json| !json.is_null()) {
            continue;
        }
        match &property.default {
            // A default was checked when the declaration was read.
            Some(default) => drop(set_value(property, default, today, |value| row.set(k, value))),
            None => faults.push(Fault::new(
                format!("{pointer}/{}", property.name),
                "missing",
                &ValueFault::Mandatory { name: &property.name },
            )),
        }
    }
}

/// A name as a part of a JSON pointer (RFC 6901, 3).
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Checks a value against a property without keeping it; used for defaults.
pub(super) fn check_value(property: &Property, json: &Json) -> Result<(), Vec<Told>> {
    let told = |reasons: Vec<value::Reason>| reasons.into_iter().map(|reason| reason.told).collect();
    set_value(property, json, NaiveDate::MAX, |_| ()).map_err(told)
}

/// How many separators a misspelt name may have too many or too few.
const MOST_SEPARATORS: usize = 4;

/// A declared name close to a misspelt one: equal but for case and separators, or one edit away.
fn nearest_name<'a>(collection: &'a Collection, name: &str) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = plain(name);
    // Most names are of another length, and a large input may have a hundred thousand that are unknown.
    let alike = |known: &&str| known.len().abs_diff(name.len()) <= MOST_SEPARATORS;
    collection.properties.iter().map(|property| property.name.as_str()).filter(alike).find(|known| {
        let known = plain(known);
        known == wanted || (known.len() > 3 && one_edit_apart(&known, &wanted))
    })
}

fn one_edit_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - head - tail <= 1
}
