//! What the file says laid over what the register has: nothing is blanked, nothing of ours is lost without a word.

use geo::{Distance, Euclidean};
use serde_json::{Map, Value as Json};

use super::mapping::Mapping;
use super::mapping::wording_system;
use super::remark::{Remark, Sides, What};
use super::store::Said;
use crate::collection::{Collection, Visibility};
pub use crate::editing::compare::{SAME, differs, near};
use crate::feature::Geometry;
use crate::index::Stored;

/// Ends a text that did not fit.
pub const CUT: char = '…';

/// Everything recorded of a feature, as a JSON object.
pub fn members(stored: &Stored) -> Map<String, Json> {
    let members = stored.members_json(Visibility::Staff);
    let mut object = Vec::with_capacity(members.len() + 2);
    object.push(b'{');
    object.extend_from_slice(members);
    object.push(b'}');
    serde_json::from_slice(&object).unwrap_or_default()
}

/// Lays the file's values over ours. External ids are joined, entry by entry: other suppliers' are none of this file's
/// business. Kept wordings of this mapping that the file no longer has go.
pub fn overlay(merged: &mut Map<String, Json>, mapping: &Mapping, properties: Map<String, Json>) {
    let wording = wording_system(&mapping.name, "");
    let no_news = |name: &str, ours: &Json, theirs: &Json| {
        let property = mapping.collection.property(name);
        mapping.rule(name).zip(property).is_some_and(|(rule, property)| rule.cannot_tell(property, ours, theirs))
    };
    for (name, value) in properties {
        match (name.as_str(), merged.get_mut(&name), value) {
            ("external_ids", Some(Json::Array(ours)), Json::Array(theirs)) => {
                let stale = |id: &Json| {
                    let system = id["system"].as_str().unwrap_or_default();
                    system.starts_with(&wording) && !theirs.iter().any(|other| other["system"] == id["system"])
                };
                ours.retain(|id| !stale(id));
                for their in theirs {
                    match ours.iter_mut().find(|our| our["system"] == their["system"]) {
                        Some(our) if their["system"].as_str().is_some_and(|system| system.contains(':')) => {
                            *our = their;
                        }
                        Some(our) if *our == their => {}
                        _ => ours.push(their),
                    }
                }
            }
            (_, Some(Json::String(ours)), Json::String(theirs)) if says_no_more(ours, &theirs) => {}
            (_, Some(ours), theirs) if *ours != theirs && no_news(&name, ours, &theirs) => {}
            (_, _, value) => drop(merged.insert(name, value)),
        }
    }
}

/// Tables of some formats have no room for long texts nor for blanks around them: such a text is no change of ours.
fn says_no_more(ours: &str, theirs: &str) -> bool {
    let begun = |theirs: &str| ours.len() > theirs.len() && ours.starts_with(theirs);
    theirs.strip_suffix(CUT).is_some_and(begun) || ours.trim() == theirs.trim()
}

/// Where the feature goes, and how far that is.
pub fn moved_to(from: Option<Geometry>, to: Option<Geometry>) -> (Option<Geometry>, Option<f64>) {
    match (from, to) {
        (from, None) => (from, None),
        (None, Some(to)) => (Some(to), None),
        (Some(from), Some(to)) => {
            if near(Some(&from), Some(&to)) {
                return (Some(from), Some(0.0));
            }
            let by = Euclidean.distance(&from, &to).max(2.0 * SAME);
            (Some(to), Some(by))
        }
    }
}

/// Brings together what the supplier said before (`said`), what stands here (`ours`) and what the file says now
/// (`theirs`). Where the supplier has nothing new to say, ours stays; where only the supplier has changed something, that
/// is taken; where both have, ours stays and the conflict is told.
pub fn three_way(
    collection: &Collection,
    said: &Said,
    ours: &Map<String, Json>,
    theirs: &Map<String, Json>,
    merged: &mut Map<String, Json>,
) -> Vec<Remark> {
    let mut conflicts = Vec::new();
    let compared = collection.properties.iter().enumerate();
    for (k, property) in compared.filter(|(_, property)| property.is_writable() && property.name != "external_ids") {
        let name = property.name.as_str();
        let (our, their, base) = (ours.get(name), theirs.get(name), said.properties.get(name));
        if our == their || base == our || base.is_none() && our.is_none() {
            continue;
        }
        if base != their {
            let what = What::Conflict(Box::new(Sides { ours: our.cloned(), theirs: their.cloned() }));
            conflicts.push(Remark::of(Some(k), what));
        }
        match our {
            Some(our) => drop(merged.insert(name.to_owned(), our.clone())),
            None => drop(merged.remove(name)),
        }
    }
    conflicts
}
