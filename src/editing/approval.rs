//! Which edits wait for a second person: the one place that decides, for every way in which features are changed.
//!
//! What a collection wants approved is declared ([`Approval`](crate::collection::Approval)). An edit of that kind is made at
//! once by whoever holds the right to approve it where the feature lies and where it goes; of anybody else it becomes a
//! [proposal](super::proposals). A changeset is judged by what it comes to: two short moves of a feature are one long one.

use std::collections::HashMap;
use std::sync::Arc;

use geo::BoundingRect;

use super::compare::packed;
use super::plan::{Step, Target};
use super::{EditError, Places};
use crate::collection::Collection;
use crate::feature::{FeatureId, Geometry, Row};
use crate::identity::{Action, Caller, Subject};
use crate::store::features::FeatureState;

/// A state of a feature as far as approvals depend on it.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub row: Row<'a>,
    pub place: Option<&'a Geometry>,
}

/// What a changeset does to one feature, whatever it does on the way.
#[derive(Debug, Clone)]
pub(super) struct Net<'a> {
    pub collection: &'a Arc<Collection>,
    pub id: FeatureId,
    pub before: Option<&'a FeatureState>,
    pub after: Option<&'a FeatureState>,
}

/// Does it take a second person to make one state of a feature of another?
pub fn is_needed(collection: &Collection, before: Option<Side<'_>>, after: Option<Side<'_>>) -> bool {
    let approval = &collection.approval;
    match (before, after) {
        (None, _) => false,
        (Some(_), None) => approval.delete,
        (Some(before), Some(after)) => {
            let is_set = |k: usize| after.row.get(k) != before.row.get(k);
            approval.move_over.is_some_and(|most| moved(before.place, after.place) > most)
                || approval.set.iter().any(|(k, values)| is_set(*k) && values.contains(&after.row.get(*k)))
        }
    }
}

/// How far a feature moves, metres of the district's plane: as far as a corner of the box around it. A shape that is drawn
/// anew within its box stays where it is; one that loses its place is gone from anywhere.
pub fn moved(before: Option<&Geometry>, after: Option<&Geometry>) -> f64 {
    let bounds = |geometry: Option<&Geometry>| geometry.and_then(BoundingRect::bounding_rect);
    match (bounds(before), bounds(after)) {
        (None, _) => 0.0,
        (Some(_), None) => f64::INFINITY,
        (Some(before), Some(after)) => {
            let (low, high) = (after.min() - before.min(), after.max() - before.max());
            low.x.hypot(low.y).max(high.x.hypot(high.y))
        }
    }
}

/// May the caller approve what happens to features of a collection at these places?
///
/// # Errors
/// Why not.
pub fn may_approve<'a>(
    caller: &Caller,
    collection: &Collection,
    places: &Places,
    at: impl IntoIterator<Item = Option<&'a Geometry>>,
) -> Result<(), EditError> {
    for geometry in at {
        caller.may(Action::Approve, &Subject::of(collection).at(&places.spot(geometry)))?;
    }
    Ok(())
}

/// Must an edit wait that makes one state of another, as its author may not approve it?
pub(super) fn waits(caller: &Caller, places: &Places, net: &Net<'_>) -> bool {
    let at = [net.before, net.after].into_iter().flatten().map(|state| state.geometry.as_ref());
    asks(net) && may_approve(caller, net.collection, places, at).is_err()
}

/// Does an edit take a second person, whoever makes it?
pub(super) fn asks(net: &Net<'_>) -> bool {
    let Net { collection, before, after, .. } = net;
    if collection.approval.is_empty() {
        return false;
    }
    let [row_before, row_after] = [before, after].map(|state| state.map(|state| packed(collection, state)));
    is_needed(collection, side(*before, row_before.as_deref()), side(*after, row_after.as_deref()))
}

fn side<'a>(state: Option<&'a FeatureState>, row: Option<&'a [u8]>) -> Option<Side<'a>> {
    Some(Side { row: Row::new(row?), place: state?.geometry.as_ref() })
}

/// What the steps of a changeset come to, feature by feature, in the order in which these are first touched. A feature that
/// is made and deleted again is nothing.
pub(super) fn net(steps: &[Step]) -> Vec<Net<'_>> {
    let mut all: Vec<Net<'_>> = Vec::with_capacity(steps.len());
    let mut known: HashMap<Target, usize> = HashMap::with_capacity(steps.len());
    for step in steps.iter().filter(|step| !step.idle) {
        let (before, after) = (step.before.as_ref(), step.after.as_ref());
        let at = *known.entry((step.collection.name.clone(), step.id)).or_insert(all.len());
        match all.get_mut(at) {
            Some(net) => net.after = after,
            None => all.push(Net { collection: &step.collection, id: step.id, before, after }),
        }
    }
    all.retain(|net| net.before.is_some() || net.after.is_some());
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use geo_types::{Point, polygon};
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::collection::Catalogue;

    fn point(x: f64, y: f64) -> Geometry {
        Geometry::Point(Point::new(x, y))
    }

    fn state(at: Geometry, properties: &Json) -> FeatureState {
        let properties = serde_json::value::to_raw_value(properties).expect("JSON");
        FeatureState { id: FeatureId::new(), version: 1, geometry: Some(at), properties }
    }

    fn hydrants() -> Arc<Collection> {
        let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
        Catalogue::load(data).expect("the declarations").get("hydrants").expect("a collection").clone()
    }

    fn needed(before: Option<&FeatureState>, after: Option<&FeatureState>) -> bool {
        let hydrants = hydrants();
        let [one, other] = [before, after].map(|state| state.map(|state| packed(&hydrants, state)));
        is_needed(&hydrants, side(before, one.as_deref()), side(after, other.as_deref()))
    }

    #[test]
    fn deletions_long_moves_and_decommissioning_take_a_second_person_and_nothing_else_does() {
        let old = state(point(0.0, 0.0), &json!({ "kind": "pillar", "lifecycle": "existing" }));
        let with = |properties: Json| state(point(0.0, 0.0), &properties);
        assert!(needed(Some(&old), None));
        assert!(!needed(None, Some(&with(json!({ "lifecycle": "removed" })))), "recorded as what it is");
        assert!(needed(Some(&old), Some(&with(json!({ "lifecycle": "decommissioned" })))));
        assert!(!needed(Some(&old), Some(&with(json!({ "lifecycle": "doubtful", "remark": "tief" })))));
        let gone = with(json!({ "lifecycle": "removed" }));
        assert!(!needed(Some(&gone), Some(&with(json!({ "lifecycle": "removed", "remark": "tief" })))), "it was so");
        let moved = |x, y| state(point(x, y), &json!({ "kind": "pillar", "lifecycle": "existing" }));
        assert!(!needed(Some(&old), Some(&moved(15.0, 20.0))), "25 m are not more than 25 m");
        assert!(needed(Some(&old), Some(&moved(15.1, 20.0))));
    }

    #[test]
    fn an_area_moves_as_far_as_a_corner_of_its_box() {
        let square = |by: f64, size: f64| {
            Geometry::Polygon(
                polygon![(x: by, y: 0.0), (x: by + size, y: 0.0), (x: by + size, y: size), (x: by, y: size)],
            )
        };
        let by = |one: &Geometry, other: &Geometry| moved(Some(one), Some(other));
        assert!((by(&square(0.0, 10.0), &square(30.0, 10.0)) - 30.0).abs() < 1e-9);
        assert!((by(&square(0.0, 10.0), &square(0.0, 40.0)) - 30.0 * 2f64.sqrt()).abs() < 1e-9, "it grows");
        let flat = Geometry::Polygon(polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 0.0, y: 10.0)]);
        assert!(by(&square(0.0, 10.0), &flat) < 1e-9, "drawn anew within its box");
        assert_eq!(moved(Some(&point(0.0, 0.0)), None), f64::INFINITY);
        assert!(moved(None, Some(&point(0.0, 0.0))) < 1e-9, "a place is recorded for the first time");
    }
}
