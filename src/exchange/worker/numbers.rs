//! What becomes of a number that another object of the municipality has already.

use serde_json::{Map, Value as Json, json};

use super::Worker;
use crate::collection::Faults;
use crate::editing::Prepared;
use crate::exchange::mapping::DuplicateNumbers;
use crate::exchange::mapping::wording_system;
use crate::exchange::remark::{Holder, Remark, What};

impl Worker<'_> {
    /// The row without the number that `holder` has; refused unless the mapping says where else to keep it.
    pub(super) fn without_number(
        &self,
        prepared: &Prepared,
        mut properties: Map<String, Json>,
        by: Holder,
        warnings: &mut Vec<Remark>,
    ) -> Result<Prepared, Vec<Remark>> {
        let reference = self.collection.reference.map_or("ref", |k| self.collection.properties[k].name.as_str());
        let number = properties.remove(reference).unwrap_or_default();
        let number = number.as_str().unwrap_or_default().to_owned();
        let about = |what| Remark::of(self.collection.reference, what);
        let keeps = self.mapping.duplicate_numbers == DuplicateNumbers::ExternalId
            && self.collection.position("external_ids").is_some();
        if !keeps {
            return Err(vec![about(What::NumberTaken { number, by })]);
        }
        push_external(&mut properties, self.kept_number(reference, &number));
        warnings.push(about(What::NumberKept { number, by }));
        let mut faults = Faults::default();
        let again = self.surroundings.preparer.prepare(
            &self.collection,
            prepared.geometry.clone(),
            &properties,
            "",
            &mut faults,
        );
        again.ok_or_else(|| self.remarks(faults, prepared.geometry.as_ref()))
    }

    /// A number that an earlier import had to keep among the external ids is left there.
    pub(super) fn number_kept_before(
        &self,
        ours: &Map<String, Json>,
        mut properties: Map<String, Json>,
    ) -> Map<String, Json> {
        let Some(reference) = self.collection.reference.map(|k| self.collection.properties[k].name.as_str()) else {
            return properties;
        };
        let entry = self.kept_number(reference, properties.get(reference).and_then(Json::as_str).unwrap_or_default());
        let kept = ours.get("external_ids").and_then(Json::as_array).is_some_and(|ids| ids.contains(&entry));
        if kept && !ours.contains_key(reference) {
            properties.remove(reference);
            push_external(&mut properties, entry);
        }
        properties
    }

    /// The external id that keeps a number which somebody else has.
    fn kept_number(&self, reference: &str, number: &str) -> Json {
        let column =
            self.mapping.rule(reference).and_then(|rule| rule.columns.first()).map_or(reference, String::as_str);
        json!({ "system": wording_system(&self.mapping.name, column), "value": number })
    }
}

fn push_external(properties: &mut Map<String, Json>, entry: Json) {
    match properties.entry("external_ids").or_insert_with(|| Json::Array(Vec::new())) {
        Json::Array(ids) => ids.push(entry),
        other => *other = Json::Array(vec![entry]),
    }
}
