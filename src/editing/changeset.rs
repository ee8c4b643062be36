//! Many edits, one reason, one transaction: all of them happen or none.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json};

use super::{EditError, Editor, Prepared, Preparer};
use crate::collection::{Collection, Derivation, Fault, Faults, Presence, encode, validate};
use crate::feature::crs::{AxisOrder, Crs};
use crate::feature::geometry::{self, read_geojson};
use crate::feature::{FeatureId, Geometry, Row, RowBuilder};
use crate::identity::Caller;
use crate::store::features::{ChangesetKind, ChangesetTransaction, FeatureState, NewChangeset};

/// One edit of a changeset.
#[derive(Debug, Clone)]
pub struct Edit {
    pub collection: String,
    pub operation: Operation,
}

/// What is done to a feature.
#[derive(Debug, Clone)]
pub enum Operation {
    /// A new feature from a GeoJSON Feature; the server gives it its id.
    Create {
        feature: Json,
    },
    /// The whole feature anew.
    Replace {
        id: FeatureId,
        precondition: Precondition,
        feature: Json,
    },
    /// A JSON merge patch (RFC 7396) on geometry and properties.
    Patch {
        id: FeatureId,
        precondition: Precondition,
        patch: Json,
    },
    Delete {
        id: FeatureId,
        precondition: Precondition,
    },
}

/// Which state of a feature the author of an edit has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing was said; refused, because the edit might undo somebody else's.
    Missing,
    /// `If-Match: *`: whatever it is now.
    Any,
    /// One of the versions behind the ETags sent.
    Version(i64),
    /// ETags were sent, and none of them is one of ours.
    Never,
}

impl Precondition {
    fn check(self, id: FeatureId, current: i64) -> Result<(), EditError> {
        match self {
            Self::Missing => Err(EditError::PreconditionMissing),
            Self::Version(version) if version == current => Ok(()),
            Self::Any => Ok(()),
            Self::Version(_) | Self::Never => Err(EditError::Stale { id, current }),
        }
    }
}

/// What has become of a changeset.
#[derive(Debug, Clone)]
pub struct EditOutcome {
    pub changeset: i64,
    pub at: DateTime<Utc>,
    /// Id and new version of the feature of each edit; no version after a deletion.
    pub features: Vec<(FeatureId, Option<i64>)>,
}

/// Who edits and in which terms.
#[derive(Debug)]
struct Session<'a> {
    caller: &'a Caller,
    crs: Crs,
    preparer: Preparer,
}

impl Editor {
    /// Makes all edits or none. Geometries are in `crs`, in the axis order of its authority. Faults of all edits come
    /// back at once, with pointers that begin with `/edits/N` where there are several edits.
    pub async fn commit(
        &self,
        caller: &Caller,
        reason: &str,
        crs: Crs,
        edits: Vec<Edit>,
    ) -> Result<EditOutcome, EditError> {
        // Whoever may not write at all learns nothing about the input.
        for edit in &edits {
            caller.may_edit(&edit.collection)?;
        }
        let session = Session { caller, crs, preparer: self.preparer() };
        let changeset = NewChangeset {
            kind: ChangesetKind::Edit,
            actor: caller.name().to_owned(),
            reason: reason.to_owned(),
            source: None,
            undoes: None,
        };
        let mut transaction = self.store.begin(&changeset).await?;
        let mut features = Vec::with_capacity(edits.len());
        let mut faults = Vec::new();
        let several = edits.len() > 1;
        for (n, edit) in edits.into_iter().enumerate() {
            let pointer = if several { format!("/edits/{n}/feature") } else { String::new() };
            let reference = self.reference(&edit.collection);
            match self.apply(&session, &mut transaction, edit, &pointer).await {
                Ok(done) => features.push(done),
                Err(EditError::Invalid(more)) => faults.extend(more.0),
                Err(taken @ EditError::ReferenceTaken) => {
                    let at = format!("{pointer}/properties/{reference}");
                    faults.push(Fault::new(at, "duplicate", taken.to_string()));
                    // The database has given up on the transaction: the edits behind cannot be looked at.
                    break;
                }
                Err(other) => return Err(other),
            }
        }
        if !faults.is_empty() {
            return Err(EditError::Invalid(Faults(faults)));
        }
        let committed = transaction.commit().await?;
        self.index.wait_for(committed.transaction).await?;
        Ok(EditOutcome { changeset: committed.changeset, at: committed.at, features })
    }

    async fn apply(
        &self,
        session: &Session<'_>,
        transaction: &mut ChangesetTransaction,
        edit: Edit,
        pointer: &str,
    ) -> Result<(FeatureId, Option<i64>), EditError> {
        let collection = self.collection(&edit.collection)?;
        match edit.operation {
            Operation::Create { feature } => {
                let prepared = session.prepare(&collection, &feature, pointer)?;
                session.authorise(&collection, &prepared)?;
                let state = next_state(FeatureId::new(), 1, prepared);
                transaction.create(&collection.name, &state).await?;
                Ok((state.id, Some(1)))
            }
            Operation::Replace { id, precondition, feature } => {
                let before = self.read(session, transaction, &collection, id, precondition).await?;
                check_id(&feature, id, pointer)?;
                let prepared = session.prepare(&collection, &feature, pointer)?;
                write(session, transaction, &collection, &before, prepared).await
            }
            Operation::Patch { id, precondition, patch } => {
                let before = self.read(session, transaction, &collection, id, precondition).await?;
                check_id(&patch, id, pointer)?;
                let prepared = session.prepare_patch(&collection, &before, &patch, pointer)?;
                write(session, transaction, &collection, &before, prepared).await
            }
            Operation::Delete { id, precondition } => {
                let before = self.read(session, transaction, &collection, id, precondition).await?;
                transaction.delete(&collection.name, &before).await?;
                Ok((id, None))
            }
        }
    }

    pub(super) fn collection(&self, name: &str) -> Result<Arc<Collection>, EditError> {
        self.index.catalogue().get(name).cloned().ok_or_else(|| EditError::UnknownCollection(name.to_owned()))
    }

    /// The name of the property that holds a collection's numbers.
    fn reference(&self, collection: &str) -> String {
        let collection = self.index.catalogue().get(collection);
        let property = collection.and_then(|collection| collection.reference.map(|k| &collection.properties[k]));
        property.map_or_else(String::new, |property| property.name.clone())
    }

    /// The present state, locked, if the caller has seen it and may change what lies there.
    async fn read(
        &self,
        session: &Session<'_>,
        transaction: &mut ChangesetTransaction,
        collection: &Collection,
        id: FeatureId,
        precondition: Precondition,
    ) -> Result<FeatureState, EditError> {
        let state = transaction.read(&collection.name, id).await?;
        let Some(state) = state else {
            return Err(match precondition {
                // A version of something that is gone: the author has missed its deletion (RFC 9110, 13.1.1).
                Precondition::Version(_) | Precondition::Never => EditError::Stale { id, current: 0 },
                _ => EditError::NotFound { collection: collection.name.clone(), id },
            });
        };
        let municipality =
            state.geometry.as_ref().and_then(|geometry| session.preparer.places().municipality(geometry));
        session.caller.may_edit_in(&collection.name, municipality.as_deref())?;
        precondition.check(id, state.version)?;
        Ok(state)
    }
}

impl Session<'_> {
    fn prepare(&self, collection: &Collection, feature: &Json, pointer: &str) -> Result<Prepared, EditError> {
        let mut faults = Vec::new();
        let empty = Map::new();
        if feature.get("type").and_then(Json::as_str) != Some("Feature") {
            let message = "a GeoJSON Feature is expected: {\"type\": \"Feature\", \"geometry\": …, \"properties\": …}";
            faults.push(Fault::new(format!("{pointer}/type"), "type", message));
        }
        let properties = match feature.get("properties") {
            Some(Json::Object(properties)) => properties,
            None | Some(Json::Null) => &empty,
            Some(_) => {
                faults.push(Fault::new(format!("{pointer}/properties"), "type", "an object is expected"));
                &empty
            }
        };
        let geometry = self.geometry(feature.get("geometry"), pointer, &mut faults);
        self.finish(collection, geometry, properties, pointer, faults)
    }

    fn prepare_patch(
        &self,
        collection: &Collection,
        before: &FeatureState,
        patch: &Json,
        pointer: &str,
    ) -> Result<Prepared, EditError> {
        let mut faults = Vec::new();
        let Some(members) = patch.as_object() else {
            return Err(EditError::invalid(Fault::new(pointer, "type", "a JSON merge patch is an object")));
        };
        for name in members.keys().filter(|name| !["type", "id", "geometry", "properties"].contains(&name.as_str())) {
            let message = format!("a feature has no member '{name}'; its own data are under 'properties'");
            faults.push(Fault::new(format!("{pointer}/{name}"), "unknown-member", message));
        }
        let geometry = match members.get("geometry") {
            None => before.geometry.clone(),
            given => self.geometry(given, pointer, &mut faults),
        };
        let mut properties = shown(collection, before);
        if members.contains_key("geometry") {
            self.forget_place(collection, before, &mut properties);
        }
        match members.get("properties") {
            None => {}
            Some(Json::Object(changes)) => merge(&mut properties, changes),
            Some(_) => faults.push(Fault::new(format!("{pointer}/properties"), "type", "an object is expected")),
        }
        self.finish(collection, geometry, &properties, pointer, faults)
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
        geometry: Option<Geometry>,
        properties: &Map<String, Json>,
        pointer: &str,
        mut faults: Vec<Fault>,
    ) -> Result<Prepared, EditError> {
        // A geometry that could not be read is one fault, not a missing one too.
        let unread = faults.iter().any(|fault| fault.pointer.starts_with(&format!("{pointer}/geometry")));
        let prepared = self.preparer.prepare(collection, geometry, properties, pointer, &mut faults);
        if unread {
            faults.retain(|fault| !(fault.code == "missing" && fault.pointer == format!("{pointer}/geometry")));
        }
        match prepared {
            Some(prepared) if faults.is_empty() => Ok(prepared),
            _ => Err(EditError::Invalid(Faults(faults))),
        }
    }

    /// A GeoJSON geometry of the input in the district's CRS.
    fn geometry(&self, json: Option<&Json>, pointer: &str, faults: &mut Vec<Fault>) -> Option<Geometry> {
        let json = json.filter(|json| !json.is_null())?;
        let north_first = self.crs.axis_order() == AxisOrder::NorthEast;
        let mut read = match read_geojson(json, north_first) {
            Ok(geometry) => geometry,
            Err(error) => {
                faults.push(Fault::new(
                    format!("{pointer}/geometry{}", error.pointer),
                    "geometry-invalid",
                    error.message,
                ));
                return None;
            }
        };
        // A ring that crosses itself is named before the transformation has moved it.
        if let Err(error) = geometry::check(&read) {
            faults.push(Fault::new(format!("{pointer}/geometry{}", error.pointer), "geometry-invalid", error.message));
            return None;
        }
        let frame = self.preparer.frame();
        if let Err(error) = frame.transformer.transform(self.crs, frame.crs, &mut read) {
            faults.push(Fault::new(format!("{pointer}/geometry/coordinates"), "outside-district", error.to_string()));
            return None;
        }
        Some(read)
    }

    fn authorise(&self, collection: &Collection, prepared: &Prepared) -> Result<(), EditError> {
        Ok(self.caller.may_edit_in(&collection.name, prepared.municipality.as_deref())?)
    }
}

async fn write(
    session: &Session<'_>,
    transaction: &mut ChangesetTransaction,
    collection: &Collection,
    before: &FeatureState,
    prepared: Prepared,
) -> Result<(FeatureId, Option<i64>), EditError> {
    session.authorise(collection, &prepared)?;
    let state = next_state(before.id, before.version + 1, prepared);
    transaction.update(&collection.name, &state).await?;
    Ok((state.id, Some(state.version)))
}

fn next_state(id: FeatureId, version: i64, prepared: Prepared) -> FeatureState {
    FeatureState { id, version, geometry: prepared.geometry, properties: prepared.properties }
}

/// The properties of a state as the declaration knows them now: what has been taken out of it since must not stand in
/// the way of a patch that never mentions it.
fn shown(collection: &Collection, state: &FeatureState) -> Map<String, Json> {
    let mut row = RowBuilder::new();
    let mut object = Vec::new();
    // Stored properties are an object; anything else has nothing to show.
    if validate::read_stored(collection, state.properties.get().as_bytes(), &mut row).is_ok() {
        let packed = row.finish();
        encode::write_object(collection, Row::new(&packed), &mut object);
    }
    serde_json::from_slice(&object).unwrap_or_default()
}

/// The id in a body may be left out, but may not be another than that of the URL.
fn check_id(body: &Json, id: FeatureId, pointer: &str) -> Result<(), EditError> {
    match body.get("id") {
        None => Ok(()),
        Some(Json::String(text)) if text.parse().is_ok_and(|given: FeatureId| given == id) => Ok(()),
        Some(_) => {
            let message = "the id of a feature cannot be changed";
            Err(EditError::invalid(Fault::new(format!("{pointer}/id"), "immutable", message)))
        }
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
