//! What a domain writes into a feature: a few properties, whose values follow from records of its own.

use serde_json::value::to_raw_value;
use serde_json::{Map, Value as Json, json};

use super::{Editor, compare, undo};
use crate::collection::{Collection, Derivation};
use crate::feature::Row;
use crate::firewater::supply;
use crate::store::features::FeatureState;

impl Editor {
    /// The next state of a feature in which these properties are otherwise, null for what is not recorded; `None` if they are
    /// so already. What else is recorded stays, whether or not it fits the declaration of today: nobody has touched it.
    pub fn written(
        &self,
        collection: &Collection,
        state: &FeatureState,
        values: &Map<String, Json>,
    ) -> Option<FeatureState> {
        let before: Map<String, Json> = serde_json::from_str(state.properties.get()).ok()?;
        let mut after = before.clone();
        for (name, value) in values.iter().filter(|(name, _)| collection.position(name).is_some()) {
            match value {
                Json::Null => drop(after.remove(name)),
                value => drop(after.insert(name.clone(), value.clone())),
            }
        }
        if after == before {
            return None;
        }
        let mut next =
            FeatureState { version: state.version + 1, properties: to_raw_value(&after).ok()?, ..state.clone() };
        if let Some((name, class)) = flow_class(collection, &next) {
            after.insert(name, class);
            next.properties = to_raw_value(&after).ok()?;
        }
        next.properties = undo::written_at(collection, next.properties, self.clock.now());
        Some(next)
    }
}

/// The property of the flow class and its value.
fn flow_class(collection: &Collection, state: &FeatureState) -> Option<(String, Json)> {
    let property = &collection.properties[collection.derived(Derivation::FlowClass)?];
    let packed = compare::packed(collection, state);
    let class = supply::flow_class(property.codes()?, supply::flow(collection, Row::new(&packed)))?;
    Some((property.name.clone(), json!(property.codes()?.code(class))))
}
