//! From the input of one edit to a state that may be stored: GeoJSON read, patches merged, places and rights checked.

use serde_json::{Map, Value as Json};

use super::compare::Packed;
use super::input::InputFault;
use super::proposals::Wish;
use super::{EditError, Prepared, Preparer, compare};
use crate::collection::validate::escaped;
use crate::collection::{Collection, Derivation, Fault, Faults, Presence, encode};
use crate::feature::crs::{AxisOrder, Crs};
use crate::feature::geometry::{self, read_geojson};
use crate::feature::{FeatureId, Geometry, Row};
use crate::identity::{Action, Caller, Fields, Spot, Subject};
use crate::store::features::FeatureState;

/// Members of a feature that a patch may name.
const PATCHED: [&str; 4] = ["type", "id", "geometry", "properties"];

/// Who edits and in which terms.
#[derive(Debug)]
pub(super) struct EditTerms<'a> {
    pub caller: &'a Caller,
    pub crs: Crs,
    pub preparer: Preparer,
    /// The caller decides about what somebody else wants: asked for is the right to approve it, not to do it.
    pub approving: bool,
}

impl EditTerms<'_> {
    /// A feature as a whole.
    pub fn prepare(
        &self,
        collection: &Collection,
        before: Option<&Packed>,
        feature: &Json,
        pointer: &str,
    ) -> Result<Prepared, Vec<EditError>> {
        let mut faults = Faults::default();
        let empty = Map::new();
        if feature.get("type").and_then(Json::as_str) != Some("Feature") {
            faults.push(Fault::new(format!("{pointer}/type"), "type", &InputFault::NoFeature));
        }
        let properties = match feature.get("properties") {
            Some(Json::Object(properties)) => properties,
            None | Some(Json::Null) => &empty,
            Some(_) => {
                faults.push(Fault::new(format!("{pointer}/properties"), "type", &InputFault::NoObject));
                &empty
            }
        };
        let geometry = self.geometry(feature.get("geometry"), pointer, &mut faults);
        self.finish(collection, before, geometry, properties, pointer, faults)
    }

    /// A JSON merge patch laid over the state before it.
    pub fn prepare_patch(
        &self,
        collection: &Collection,
        before: &Packed,
        patch: &Json,
        pointer: &str,
    ) -> Result<Prepared, Vec<EditError>> {
        let mut faults = Faults::default();
        let members = members_of_patch(patch, pointer).map_err(|error| vec![error])?;
        for name in members.keys().filter(|name| !PATCHED.contains(&name.as_str())) {
            let fault = InputFault::NoMember { name };
            faults.push(Fault::new(format!("{pointer}/{}", escaped(name)), "unknown-member", &fault));
        }
        if members.get("type").is_some_and(|kind| kind != "Feature") {
            faults.push(Fault::new(format!("{pointer}/type"), "immutable", &InputFault::StaysFeature));
        }
        let geometry = match members.get("geometry") {
            None => before.state.geometry.clone(),
            given => self.geometry(given, pointer, &mut faults),
        };
        let mut properties = self.kept(collection, before, members.contains_key("geometry"));
        match members.get("properties") {
            None => {}
            Some(Json::Object(changes)) => merge(&mut properties, changes),
            Some(_) => faults.push(Fault::new(format!("{pointer}/properties"), "type", &InputFault::NoObject)),
        }
        self.finish(collection, Some(before), geometry, &properties, pointer, faults)
    }

    /// What was wished for laid over the state that is there by now.
    pub fn prepare_wish(
        &self,
        collection: &Collection,
        now: &Packed,
        wish: Wish,
        pointer: &str,
    ) -> Result<Prepared, Vec<EditError>> {
        let mut properties = self.kept(collection, now, wish.geometry.is_some());
        merge(&mut properties, &wish.properties);
        let geometry = wish.geometry.unwrap_or_else(|| now.state.geometry.clone());
        self.finish(collection, Some(now), geometry, &properties, pointer, Faults::default())
    }

    /// A feature that was wished for, as it was checked then.
    pub fn prepare_new(
        &self,
        collection: &Collection,
        wished: &FeatureState,
        pointer: &str,
    ) -> Result<Prepared, Vec<EditError>> {
        let packed = Packed::new(collection, wished.clone());
        let properties = self.kept(collection, &packed, true);
        self.finish(collection, None, wished.geometry.clone(), &properties, pointer, Faults::default())
    }

    /// The properties that stay unless something else is said; of a feature that `moves` without what comes of its place.
    fn kept(&self, collection: &Collection, before: &Packed, moves: bool) -> Map<String, Json> {
        let mut properties = shown(collection, before.row());
        self.preparer.places().forget_unknown(collection, &mut properties);
        if moves {
            self.forget_place(collection, &before.state, &mut properties);
        }
        properties
    }

    /// Takes out what was filled in from the place that the feature leaves, so that it is filled in from the new one. A
    /// municipality that somebody has set otherwise by hand stays.
    fn forget_place(&self, collection: &Collection, before: &FeatureState, properties: &mut Map<String, Json>) {
        let left = before.geometry.as_ref().and_then(|geometry| self.preparer.places().municipality(geometry));
        for property in &collection.properties {
            if property.presence == Presence::Automatic(Derivation::Municipality)
                && properties.get(&property.name).and_then(Json::as_str) == left.as_deref()
            {
                properties.remove(&property.name);
            }
        }
    }

    fn finish(
        &self,
        collection: &Collection,
        before: Option<&Packed>,
        geometry: Option<Geometry>,
        properties: &Map<String, Json>,
        pointer: &str,
        mut faults: Faults,
    ) -> Result<Prepared, Vec<EditError>> {
        let misplaced = |faults: &Faults| {
            let geometry = format!("{pointer}/geometry");
            faults.told().iter().any(|fault| fault.pointer.starts_with(&geometry))
        };
        // A geometry that could not be read is one fault, not a missing one too.
        let unread = misplaced(&faults);
        let spot = self.preparer.places().spot(geometry.as_ref());
        let prepared = self.preparer.prepare(collection, geometry, properties, pointer, &mut faults);
        if unread {
            faults.remove(|fault| fault.code == "missing" && fault.pointer == format!("{pointer}/geometry"));
        }
        // Where a place is no place, whose it is is no question.
        let fields = prepared.as_ref().map(|prepared| compare::changed(collection, before, prepared));
        let denied = match misplaced(&faults) {
            true => Ok(()),
            false => self.may_enter(collection, before, &spot, properties, fields.unwrap_or_default()),
        };
        match (prepared, denied) {
            (Some(prepared), Ok(())) if faults.is_empty() => Ok(prepared),
            (_, denied) => {
                let invalid = (!faults.is_empty()).then(|| EditError::Invalid(faults));
                Err(invalid.into_iter().chain(denied.err()).collect())
            }
        }
    }

    /// A GeoJSON geometry of the input in the district's CRS.
    fn geometry(&self, json: Option<&Json>, pointer: &str, faults: &mut Faults) -> Option<Geometry> {
        let json = json.filter(|json| !json.is_null())?;
        let north_first = self.crs.axis_order() == AxisOrder::NorthEast;
        let mut read = match read_geojson(json, north_first) {
            Ok(geometry) => geometry,
            Err(error) => {
                faults.push(Fault::new(format!("{pointer}/geometry{}", error.pointer), "geometry-invalid", &error));
                return None;
            }
        };
        // A ring that crosses itself is named before the transformation has moved it.
        if let Err(error) = geometry::check(&read) {
            faults.push(Fault::new(format!("{pointer}/geometry{}", error.pointer), "geometry-invalid", &error));
            return None;
        }
        let frame = self.preparer.frame();
        if let Err(error) = frame.transformer.transform(self.crs, frame.crs, &mut read) {
            faults.push(Fault::new(format!("{pointer}/geometry/coordinates"), "outside-district", &error));
            return None;
        }
        Some(read)
    }

    /// May the caller change what lies where this state lies?
    pub fn may_leave(&self, collection: &Collection, action: Action, before: &FeatureState) -> Result<(), EditError> {
        let spot = self.preparer.places().spot(before.geometry.as_ref());
        Ok(self.caller.may(self.asked(action), &Subject::of(collection).at(&spot))?)
    }

    fn asked(&self, action: Action) -> Action {
        if self.approving { Action::Approve } else { action }
    }

    /// May the caller put a feature into a municipality, and say that it belongs to the one it names? One that was named
    /// before is nobody's doing now.
    fn may_enter(
        &self,
        collection: &Collection,
        before: Option<&Packed>,
        spot: &Spot,
        properties: &Map<String, Json>,
        fields: Fields,
    ) -> Result<(), EditError> {
        let action = self.asked(if before.is_some() { Action::Edit } else { Action::Create });
        self.caller.may(action, &Subject::of(collection).at(spot).changing(fields))?;
        let Some(property) = collection.derived(Derivation::Municipality).map(|k| &collection.properties[k]) else {
            return Ok(());
        };
        let Some(named) = properties.get(&property.name).and_then(Json::as_str) else { return Ok(()) };
        let named_before = before.map(|before| shown(collection, before.row()));
        let was_named = named_before.is_some_and(|before| before.get(&property.name).is_some_and(|one| one == named));
        if was_named || Some(named) == spot.municipality.as_deref() || !self.preparer.places().knows(named) {
            return Ok(());
        }
        Ok(self.caller.may(action, &Subject::of(collection).at(&Spot::municipality(named)))?)
    }
}

/// Packed properties as an object.
fn shown(collection: &Collection, row: Row<'_>) -> Map<String, Json> {
    let mut object = Vec::new();
    encode::write_object(collection, row, &mut object);
    serde_json::from_slice(&object).unwrap_or_default()
}

/// A merge patch is an object, whatever it is laid over.
pub(super) fn members_of_patch<'p>(patch: &'p Json, pointer: &str) -> Result<&'p Map<String, Json>, EditError> {
    let fault = || EditError::invalid(Fault::new(pointer, "type", &InputFault::NoPatch));
    patch.as_object().ok_or_else(fault)
}

/// The id in a body may be left out, but may not be another than that of the URL.
pub(super) fn check_id(body: &Json, id: FeatureId, pointer: &str) -> Result<(), EditError> {
    match body.get("id") {
        None => Ok(()),
        Some(Json::String(text)) if text.parse().is_ok_and(|given: FeatureId| given == id) => Ok(()),
        Some(_) => Err(EditError::invalid(Fault::new(format!("{pointer}/id"), "immutable", &InputFault::IdStays))),
    }
}

/// RFC 7396 for one level: properties are flat, and lists are replaced as a whole.
fn merge(properties: &mut Map<String, Json>, changes: &Map<String, Json>) {
    for (name, value) in changes {
        if value.is_null() {
            properties.remove(name);
        } else {
            properties.insert(name.clone(), value.clone());
        }
    }
}
