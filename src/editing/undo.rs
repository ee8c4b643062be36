//! Taking back: a feature's earlier state, or a whole changeset.
//!
//! Neither erases anything. Both are new changesets that bring back what was, with their own reason, so that the journal
//! tells what happened and can be taken back in turn.

use super::{EditError, EditOutcome, Editor};
use crate::feature::FeatureId;
use crate::identity::Caller;
use crate::store::features::{ChangesetKind, ChangesetTransaction, FeatureState, NewChangeset};
use crate::store::history::State;
use crate::store::undo::TakenBack;

/// Of so many features an undo tells the new versions; those of a large import are in the journal.
const TOLD: i64 = 10_000;

impl Editor {
    /// Gives a feature the state it had at a version; one that was deleted comes back with its id.
    pub async fn restore(
        &self,
        caller: &Caller,
        collection: &str,
        id: FeatureId,
        version: i64,
        reason: &str,
    ) -> Result<EditOutcome, EditError> {
        caller.may_edit(collection)?;
        let name = self.collection(collection)?.name.clone();
        let history = self.store.feature_history(&name, id).await?;
        let state = history
            .into_iter()
            .find(|entry| entry.version == version)
            .and_then(|entry| entry.after)
            .ok_or_else(|| EditError::NotFound { collection: name.clone(), id })?;
        let changeset = self.new_changeset(ChangesetKind::Restore, caller, reason, None);
        let mut transaction = self.store.begin(&changeset).await?;
        let current = transaction.read(&name, id).await?;
        for state in current.as_ref().map(|state| &state.geometry).into_iter().chain([&state.geometry]) {
            let places = self.preparer();
            let municipality = state.as_ref().and_then(|geometry| places.places().municipality(geometry));
            caller.may_edit_in(&name, municipality.as_deref())?;
        }
        let version = bring_back(&mut transaction, &name, id, current, Some(state)).await?;
        self.finish(transaction, vec![(id, version)]).await
    }

    /// Takes back everything a changeset did. Refused if any of its features has been changed since: that change would
    /// be lost.
    pub async fn undo(&self, caller: &Caller, changeset: i64, reason: &str) -> Result<EditOutcome, EditError> {
        if self.store.changeset(changeset).await?.is_none() {
            return Err(EditError::UnknownChangeset(changeset));
        }
        let new = self.new_changeset(ChangesetKind::Undo, caller, reason, Some(changeset));
        let cannot = |reason: String| EditError::CannotUndo { changeset, reason };
        let mut transaction = match self.store.begin(&new).await {
            Ok(transaction) => transaction,
            Err(error) if is_second_undo(&error) => return Err(cannot("it has been taken back already".to_owned())),
            Err(error) => return Err(error.into()),
        };
        let collections = transaction.plan_undo(changeset).await?;
        for collection in &collections {
            caller.may_administer(collection)?;
        }
        for collection in &collections {
            if let TakenBack::Touched(id) = transaction.take_back(collection).await? {
                return Err(cannot(format!("feature {id} has been changed since")));
            }
        }
        let features = transaction.changed(TOLD).await?;
        self.finish(transaction, features).await
    }

    fn new_changeset(&self, kind: ChangesetKind, caller: &Caller, reason: &str, undoes: Option<i64>) -> NewChangeset {
        NewChangeset { kind, actor: caller.name().to_owned(), reason: reason.to_owned(), source: None, undoes }
    }

    async fn finish(
        &self,
        transaction: ChangesetTransaction,
        features: Vec<(FeatureId, Option<i64>)>,
    ) -> Result<EditOutcome, EditError> {
        let committed = transaction.commit().await?;
        self.index.wait_for(committed.transaction).await?;
        Ok(EditOutcome { changeset: committed.changeset, at: committed.at, features })
    }
}

/// Makes `wanted` the state of the feature, whatever it is now, and says which version that is.
async fn bring_back(
    transaction: &mut ChangesetTransaction,
    collection: &str,
    id: FeatureId,
    current: Option<FeatureState>,
    wanted: Option<State>,
) -> Result<Option<i64>, EditError> {
    let state =
        |version, wanted: State| FeatureState { id, version, geometry: wanted.geometry, properties: wanted.properties };
    match (current, wanted) {
        (Some(current), Some(wanted)) => {
            let state = state(current.version + 1, wanted);
            transaction.update(collection, &state).await?;
            Ok(Some(state.version))
        }
        (None, Some(wanted)) => {
            let state = state(transaction.last_version(id).await? + 1, wanted);
            transaction.create(collection, &state).await?;
            Ok(Some(state.version))
        }
        (Some(current), None) => {
            transaction.delete(collection, &current).await?;
            Ok(None)
        }
        (None, None) => Ok(None),
    }
}

fn is_second_undo(error: &crate::store::StoreError) -> bool {
    match error {
        crate::store::StoreError::Database(sqlx::Error::Database(refusal)) => {
            refusal.constraint() == Some("changeset_undoes")
        }
        _ => false,
    }
}
