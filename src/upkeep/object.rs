//! What records are about: an object of a register that has a status. Who may see its records, and who may add some.

use std::sync::Arc;

use uuid::Uuid;

use super::input::{Wrong, required_id};
use super::{Refusal, Upkeep, UpkeepError};
use crate::accounts::body::Body;
use crate::collection::{Collection, Visibility};
use crate::feature::{FeatureId, Row};
use crate::identity::{Action, Caller, Denied, Spot, Subject};
use crate::index::Stored;
use crate::store::Transaction;
use crate::store::features::FeatureState;

/// An object as the index has it.
#[derive(Debug, Clone)]
pub struct Object {
    pub collection: Arc<Collection>,
    pub id: FeatureId,
    /// The code of its kind.
    pub kind: Option<String>,
    pub spot: Spot,
}

impl Upkeep {
    /// Collections that have upkeep and that the caller may know of.
    pub fn kept(&self, caller: &Caller) -> impl Iterator<Item = &Arc<Collection>> {
        let all = self.editor.spine.index.catalogue().collections().iter();
        all.filter(|collection| collection.is_register() && collection.position("operational_status").is_some())
            .filter(|collection| caller.sees(collection).is_some())
    }

    /// Those of which the caller may see the records: what was found there is for those who keep the register.
    pub fn readable(&self, caller: &Caller) -> Vec<Arc<Collection>> {
        self.kept(caller).filter(|collection| caller.sees(collection) == Some(Visibility::Staff)).cloned().collect()
    }

    /// A collection that has upkeep.
    pub fn collection(&self, caller: &Caller, name: &str) -> Option<Arc<Collection>> {
        self.kept(caller).find(|collection| collection.name == name).cloned()
    }

    /// An object whose records the caller may read.
    ///
    /// # Errors
    /// It is not there, or the caller may not.
    pub fn read_object(&self, caller: &Caller, collection: &str, id: Uuid) -> Result<Object, UpkeepError> {
        let collection = self.collection(caller, collection).ok_or(Refusal::NoObject)?;
        caller.may_read_past(&collection)?;
        Ok(self.object(&collection, id).ok_or(Refusal::NoObject)?)
    }

    /// The object that a body names by `collection` and `object`, about which the caller may record. Who may not is told so
    /// before the rest of the input is looked at.
    ///
    /// # Errors
    /// What is wrong with the two members, or the caller may not.
    pub fn named_object(&self, caller: &Caller, action: Action, body: &mut Body) -> Result<Object, UpkeepError> {
        let (name, id) = (body.text("collection"), required_id(body, "object"));
        let collection = self.collection(caller, &name);
        if collection.is_none() {
            let known = self.kept(caller).map(|collection| collection.name.clone()).collect();
            body.wrong("collection", "unknown-collection", &Wrong::NoCollection { known });
        }
        if let Some(collection) = &collection {
            caller.may(action, &Subject::of(collection))?;
        }
        let object = collection.zip(id).and_then(|(collection, id)| {
            let object = self.object(&collection, id);
            if object.is_none() {
                body.wrong("object", "unknown-object", &Wrong::NoSuchObject);
            }
            object
        });
        let object = object.ok_or_else(|| UpkeepError::Invalid(body.faults()))?;
        caller.may(action, &Subject::of(&object.collection).at(&object.spot))?;
        Ok(object)
    }

    fn object(&self, collection: &Arc<Collection>, id: Uuid) -> Option<Object> {
        let snapshot = self.editor.spine.index.snapshot(collection.place);
        let id = FeatureId(id);
        Some(self.seen(collection, snapshot.get(id)?))
    }

    /// An object as the index has it.
    pub fn seen(&self, collection: &Arc<Collection>, stored: &Stored) -> Object {
        let geometry = stored.shape.geometry();
        let spot = self.editor.whereabouts.now().spot(geometry.as_deref());
        Object { collection: collection.clone(), id: stored.id, kind: kind_of(collection, stored.row()), spot }
    }

    /// Locks an object until the transaction ends, and asks again whether the caller may: it may have been moved.
    ///
    /// # Errors
    /// It is gone, or the caller may not.
    pub async fn lock(
        &self,
        transaction: &mut Transaction,
        caller: &Caller,
        action: Action,
        (collection, id): (&Arc<Collection>, FeatureId),
    ) -> Result<FeatureState, UpkeepError> {
        let state = transaction.read(&collection.name, id).await?.ok_or(Refusal::NoObject)?;
        self.may_there(caller, action, collection, &state)?;
        Ok(state)
    }

    fn may_there(&self, caller: &Caller, action: Action, of: &Collection, state: &FeatureState) -> Result<(), Denied> {
        let spot = self.editor.whereabouts.now().spot(state.geometry.as_ref());
        caller.may(action, &Subject::of(of).at(&spot))
    }
}

/// The code of an object's kind.
pub fn kind_of(collection: &Collection, row: Row<'_>) -> Option<String> {
    let k = collection.position("kind")?;
    let codes = collection.properties[k].codes()?;
    row.get(k).as_code().map(|code| codes.code(code).to_owned())
}

/// Which version of a record its author has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Nothing,
    Any,
    Versions(Vec<i64>),
}

impl Seen {
    /// Is it the present one?
    ///
    /// # Errors
    /// It is not, or none was named.
    pub fn check(&self, version: i64) -> Result<(), Refusal> {
        match self {
            Self::Nothing => Err(Refusal::VersionMissing),
            Self::Versions(seen) if !seen.contains(&version) => Err(Refusal::Stale),
            Self::Any | Self::Versions(_) => Ok(()),
        }
    }
}

/// Which records are asked for.
#[derive(Debug, Clone, Default)]
pub struct Span {
    pub collections: Vec<String>,
    /// `None` for all.
    pub objects: Option<Vec<Uuid>>,
    pub from: Option<chrono::NaiveDate>,
    pub to: Option<chrono::NaiveDate>,
    pub most: usize,
}

impl Span {
    /// One more than is shown says that there are more.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.most).unwrap_or(i64::MAX).saturating_add(1)
    }
}
