//! A wish that was made on an older state of a feature, laid over the present one: what others have changed meanwhile stays,
//! as long as it is something else.

use serde_json::{Map, Value as Json};

use crate::collection::{Collection, encode};
use crate::editing::compare::{self, Packed, near};
use crate::editing::{Places, Prepared};
use crate::feature::{Geometry, Row};
use crate::identity::Fields;
use crate::store::features::FeatureState;

/// What somebody wants changed.
#[derive(Debug)]
pub struct Wish {
    /// Another place, or none.
    pub geometry: Option<Option<Geometry>>,
    /// A JSON merge patch on the properties.
    pub properties: Map<String, Json>,
}

impl Wish {
    /// The difference between what its author saw and what they wrote.
    pub fn between(collection: &Collection, before: &Packed, after: &FeatureState, places: &Places) -> Self {
        let (fields, row) = changed(collection, before, after, places);
        let properties = properties_of(collection, fields).map(|k| {
            let mut value = Vec::new();
            encode::write_value(&collection.properties[k], Row::new(&row).get(k), &mut value);
            (collection.properties[k].name.clone(), serde_json::from_slice(&value).unwrap_or_default())
        });
        Self { properties: properties.collect(), geometry: fields.geometry.then(|| after.geometry.clone()) }
    }
}

/// What somebody has changed, by name: properties, and `geometry`.
pub fn fields_between(collection: &Collection, before: &Packed, after: &FeatureState, places: &Places) -> Vec<String> {
    names(collection, changed(collection, before, after, places).0)
}

/// The fields that a proposal would change and somebody has changed otherwise since it was made. A deletion would change all.
pub fn conflicts(
    collection: &Collection,
    before: &Packed,
    after: Option<&FeatureState>,
    now: &FeatureState,
    places: &Places,
) -> Vec<String> {
    let (theirs, present) = changed(collection, before, now, places);
    let Some(after) = after else { return names(collection, theirs) };
    let (mine, wanted) = changed(collection, before, after, places);
    let (present, wanted) = (Row::new(&present), Row::new(&wanted));
    let both = Fields { properties: mine.properties & theirs.properties, geometry: mine.geometry && theirs.geometry };
    let differing = properties_of(collection, both).filter(|k| present.get(*k) != wanted.get(*k));
    let geometry = both.geometry && !near(now.geometry.as_ref(), after.geometry.as_ref());
    names(collection, Fields { properties: differing.fold(0, |bits, k| bits | 1 << k), geometry })
}

/// What people have changed from one state to another, and the properties of the other, packed.
fn changed(collection: &Collection, before: &Packed, after: &FeatureState, places: &Places) -> (Fields, Vec<u8>) {
    let prepared = Prepared {
        geometry: after.geometry.clone(),
        properties: after.properties.clone(),
        row: compare::packed(collection, after),
        municipality: after.geometry.as_ref().and_then(|geometry| places.municipality(geometry)),
    };
    (compare::changed(collection, Some(before), &prepared), prepared.row)
}

fn properties_of(collection: &Collection, fields: Fields) -> impl Iterator<Item = usize> {
    (0..collection.properties.len()).filter(move |k| fields.properties & 1 << k != 0)
}

fn names(collection: &Collection, fields: Fields) -> Vec<String> {
    let properties = properties_of(collection, fields).map(|k| collection.properties[k].name.clone());
    properties.chain(fields.geometry.then(|| "geometry".to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use geo_types::Point;
    use serde_json::json;

    use super::*;
    use crate::collection::{Catalogue, District};
    use crate::feature::FeatureId;

    struct Ground {
        collection: Arc<Collection>,
        places: Places,
    }

    impl Ground {
        fn new() -> Self {
            let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
            let catalogue = Catalogue::load(data).expect("the declarations");
            let district = District::load(&data.join("district.toml")).expect("the district");
            let collection = catalogue.get("hydrants").expect("a collection").clone();
            Self { collection, places: Places::within(None, &district) }
        }

        fn conflicts(&self, before: &FeatureState, after: Option<&FeatureState>, now: &FeatureState) -> Vec<String> {
            conflicts(&self.collection, &Packed::new(&self.collection, before.clone()), after, now, &self.places)
        }

        fn wish(&self, before: &FeatureState, after: &FeatureState) -> Wish {
            Wish::between(&self.collection, &Packed::new(&self.collection, before.clone()), after, &self.places)
        }
    }

    fn state(x: f64, properties: &Json) -> FeatureState {
        FeatureState {
            id: FeatureId::new(),
            version: 1,
            geometry: Some(Geometry::Point(Point::new(x, 0.0))),
            properties: serde_json::value::to_raw_value(properties).expect("JSON"),
        }
    }

    #[test]
    fn only_what_both_have_changed_in_different_ways_is_a_conflict() {
        let ground = Ground::new();
        let before = state(0.0, &json!({ "kind": "pillar", "remark": "alt", "ref": "H1" }));
        let after = state(40.0, &json!({ "kind": "pillar", "remark": "neu", "ref": "H1" }));
        let none = Vec::<String>::new();
        assert_eq!(ground.conflicts(&before, Some(&after), &before), none);
        let elsewhere = state(0.0, &json!({ "kind": "wall", "remark": "alt", "ref": "H1" }));
        assert_eq!(ground.conflicts(&before, Some(&after), &elsewhere), none);
        let same = state(40.0, &json!({ "kind": "pillar", "remark": "neu", "ref": "H2" }));
        assert_eq!(ground.conflicts(&before, Some(&after), &same), none, "both want the same");
        let against = state(30.0, &json!({ "kind": "pillar", "remark": "anders" }));
        assert_eq!(ground.conflicts(&before, Some(&after), &against), ["remark", "geometry"]);
        assert_eq!(ground.conflicts(&before, None, &elsewhere), ["kind"], "a deletion would lose it");
        let touched = state(
            0.0,
            &json!({ "kind": "pillar", "remark": "alt", "ref": "H1", "updated_at": "2026-11-30T08:00:00Z" }),
        );
        assert_eq!(ground.conflicts(&before, None, &touched), none, "written, but not changed");
    }

    #[test]
    fn a_wish_names_what_is_to_change_and_nothing_else() {
        let ground = Ground::new();
        let before = state(0.0, &json!({ "kind": "pillar", "remark": "alt", "ref": "H1" }));
        let wish = ground.wish(&before, &state(0.0, &json!({ "kind": "pillar", "ref": "H2" })));
        assert_eq!(Json::Object(wish.properties), json!({ "ref": "H2", "remark": null }));
        assert!(wish.geometry.is_none());
        let moved = ground.wish(&before, &state(40.0, &json!({ "kind": "pillar", "remark": "alt", "ref": "H1" })));
        assert!(moved.properties.is_empty() && moved.geometry.is_some());
    }
}
