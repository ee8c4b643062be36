//! The numbers people call objects by. Two objects of one municipality do not share one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde_json::Value as Json;

use super::EditError;
use super::plan::{Step, Target};
use super::refusal::Refusal;
use crate::collection::{Collection, Fault};
use crate::feature::FeatureId;
use crate::store::StoreError;
use crate::store::Transaction;
use crate::store::features::FeatureState;

/// A number, and within what it is unique.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Number {
    collection: String,
    municipality: String,
    number: String,
}

impl Number {
    /// The number a feature has in a state, if its collection gives numbers and it has one.
    pub fn of(collection: &Collection, state: &FeatureState) -> Option<Self> {
        let name = &collection.properties[collection.reference?].name;
        let properties: Json = serde_json::from_str(state.properties.get()).ok()?;
        let number = properties[name].as_str()?.to_owned();
        let municipality = properties["municipality"].as_str().unwrap_or_default().to_owned();
        Some(Self { collection: collection.name.clone(), municipality, number })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.collection, self.municipality, self.number)
    }
}

/// Takes turns with others for the numbers that steps give away or take. Who changes a single one waits at most for
/// others, and nobody for them meanwhile.
pub(super) async fn reserve(transaction: &mut Transaction, steps: &[Step]) -> Result<(), StoreError> {
    let names: BTreeSet<String> = steps.iter().flat_map(Step::numbers).map(|number| number.to_string()).collect();
    if names.len() > 1 { transaction.reserve(&names).await } else { Ok(()) }
}

/// The steps that take a number which another object has by then: one that is stored, or that a step before has given it.
/// `in_doubt` are objects that may yet give theirs away.
pub(super) async fn taken(
    transaction: &mut Transaction,
    steps: &[Step],
    in_doubt: impl Fn(&Target) -> bool,
) -> Result<Vec<Refusal>, StoreError> {
    let mut holders = holders(transaction, steps).await?;
    let mut refusals = Vec::new();
    for step in steps {
        if let Some(given) = step.before.as_ref().and_then(|before| Number::of(&step.collection, before))
            && holders.get(&given) == Some(&step.id)
        {
            holders.remove(&given);
        }
        let Some(number) = step.after.as_ref().and_then(|after| Number::of(&step.collection, after)) else { continue };
        match holders.get(&number) {
            Some(other) if *other != step.id => {
                if !in_doubt(&(step.collection.name.clone(), *other)) {
                    refusals.push(Refusal::faults(fault(step)));
                }
            }
            _ => drop(holders.insert(number, step.id)),
        }
    }
    Ok(refusals)
}

/// What the author of a step is told whose number is another's.
pub(super) fn fault(step: &Step) -> Fault {
    let name = step.collection.reference.map(|k| step.collection.properties[k].name.as_str()).unwrap_or_default();
    Fault::new(format!("{}/properties/{name}", step.body), "duplicate", &EditError::ReferenceTaken)
}

/// Who has the numbers that steps give away or take.
async fn holders(transaction: &mut Transaction, steps: &[Step]) -> Result<HashMap<Number, FeatureId>, StoreError> {
    let mut wanted: BTreeMap<(&str, &str), Vec<(String, String)>> = BTreeMap::new();
    for step in steps {
        let Some(k) = step.collection.reference else { continue };
        let key = (step.collection.name.as_str(), step.collection.properties[k].name.as_str());
        wanted.entry(key).or_default().extend(step.numbers().into_iter().map(|one| (one.municipality, one.number)));
    }
    let mut holders = HashMap::new();
    for ((collection, property), numbers) in wanted.into_iter().filter(|(_, numbers)| !numbers.is_empty()) {
        for (id, municipality, number) in transaction.holders(collection, property, &numbers).await? {
            holders.insert(Number { collection: collection.to_owned(), municipality, number }, id);
        }
    }
    Ok(holders)
}
