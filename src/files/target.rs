//! What files belong to: an object of a collection that takes some.

use std::sync::Arc;

use uuid::Uuid;

use super::{FileError, ObjectFiles, Refusal};
use crate::collection::Collection;
use crate::feature::FeatureId;
use crate::identity::{Action, Caller, Spot, Subject};
use crate::store::Transaction;

/// An object as the index has it.
#[derive(Debug, Clone)]
pub struct Target {
    pub collection: Arc<Collection>,
    pub id: FeatureId,
    pub spot: Spot,
}

impl ObjectFiles {
    /// A collection that takes files and that the caller may know of.
    pub fn collection(&self, caller: &Caller, name: &str) -> Option<Arc<Collection>> {
        let collection = self.editor.spine.index.catalogue().get(name)?;
        let takes = collection.files.largest().is_some() && caller.sees(collection).is_some();
        takes.then(|| collection.clone())
    }

    /// An object that may have files.
    ///
    /// # Errors
    /// [`Refusal::NoObject`].
    pub fn target(&self, caller: &Caller, collection: &str, id: Uuid) -> Result<Target, Refusal> {
        let collection = self.collection(caller, collection).ok_or(Refusal::NoObject)?;
        let snapshot = self.editor.spine.index.snapshot(collection.place);
        let stored = snapshot.get(FeatureId(id)).ok_or(Refusal::NoObject)?;
        let spot = self.editor.whereabouts.now().spot(stored.shape.geometry().as_deref());
        Ok(Target { id: stored.id, spot, collection })
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
        target: &Target,
    ) -> Result<(), FileError> {
        let state = transaction.read(&target.collection.name, target.id).await?.ok_or(Refusal::NoObject)?;
        let spot = self.editor.whereabouts.now().spot(state.geometry.as_ref());
        Ok(caller.may(action, &Subject::of(&target.collection).at(&spot))?)
    }
}
