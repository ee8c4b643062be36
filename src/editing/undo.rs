//! Taking back: a feature's earlier state, or a whole changeset.
//!
//! Neither erases anything. Both are new changesets that bring back what was, with their own reason, so that the journal
//! tells what happened and can be taken back in turn.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json, json};

use super::approval::{self, Net};
use super::proposals::Wanted;
use super::{EditError, EditOutcome, Editor, Outcome, Precondition, compare};
use crate::collection::{Collection, Derivation, Faults};
use crate::feature::value::format_instant;
use crate::feature::{FeatureId, Row};
use crate::identity::{Action, Caller, Fields, Spot, Subject};
use crate::spine::Purpose;
use crate::store::Transaction;
use crate::store::features::{FeatureState, REGISTER};
use crate::store::history::{Past, State};
use crate::store::undo::TakenBack;

/// Of so many features an undo tells the new versions; those of a large import are in the journal.
const TOLD: i64 = 10_000;

/// Changes whose places are asked for at once.
const PORTION: i64 = 1_000;

/// Which state of which feature is to come back.
#[derive(Debug)]
pub struct Restoration {
    pub collection: String,
    pub id: FeatureId,
    /// The version whose state comes back.
    pub version: i64,
    /// What the author has seen of the feature now; of a deleted one the version of its deletion.
    pub precondition: Precondition,
    pub reason: String,
}

impl Editor {
    /// Gives a feature the state it had at a version; one that was deleted comes back with its id. It counts as written
    /// now, so that whoever asks for what is new is told.
    pub async fn restore(&self, caller: &Caller, wanted: Restoration) -> Result<Outcome, EditError> {
        let collection = self.permitted(caller, &wanted.collection, Action::Edit)?;
        let id = wanted.id;
        let history = self.spine.store.feature_history(&collection.name, id).await?;
        let state = history
            .into_iter()
            .find(|entry| entry.version == wanted.version)
            .and_then(|entry| entry.after)
            .ok_or_else(|| EditError::NotFound { collection: collection.name.clone(), id })?;
        let purpose = purpose("restore", &wanted.reason, None);
        let mut transaction = self.spine.begin(caller, purpose).await?;
        let before = transaction.read(&collection.name, id).await?;
        let action = if before.is_some() { Action::Edit } else { Action::Create };
        let preparer = self.preparer();
        let named = before.as_ref().and_then(|before| municipality(&collection, &before.properties));
        for geometry in before.iter().map(|before| &before.geometry).chain([&state.geometry]) {
            let spot = preparer.places().spot(geometry.as_ref());
            caller.may(action, &Subject::of(&collection).at(&spot).changing(Fields::ALL))?;
            let place = spot.municipality;
            // A municipality named by hand comes back with the state, as if it were named now.
            let comes = municipality(&collection, &state.properties).filter(|comes| named.as_ref() != Some(comes));
            if let Some(key) = comes.filter(|key| place.as_ref() != Some(key)) {
                caller.may(action, &Subject::of(&collection).at(&Spot::municipality(&key)))?;
            }
        }
        let seen = match &before {
            Some(before) => before.version,
            None => transaction.last_version(id).await?,
        };
        let made = before
            .as_ref()
            .and_then(|state| compare::made_at(&collection, Row::new(&compare::packed(&collection, state))));
        wanted.precondition.check(id, seen, made)?;
        let properties = written_at(&collection, state.properties, preparer.now());
        let after = FeatureState { id, version: seen + 1, geometry: state.geometry, properties };
        let net = Net { collection: &collection, id, before: before.as_ref(), after: Some(&after) };
        if approval::waits(caller, preparer.places(), &net) {
            drop(transaction);
            let wanted = Wanted { reason: &wanted.reason, edits: &[net] };
            return Ok(Outcome::Waits(self.propose(caller, &wanted).await?));
        }
        match &before {
            Some(_) => transaction.update(&collection.name, &after).await?,
            None => transaction.create(&collection.name, &after).await?,
        }
        Ok(Outcome::Made(self.finish(transaction, vec![(id, Some(after.version))]).await?))
    }

    /// Takes back everything a changeset did. Refused if any of its features has been changed since: that change would
    /// be lost.
    pub async fn undo(&self, caller: &Caller, changeset: i64, reason: &str) -> Result<EditOutcome, EditError> {
        self.undo_as(caller, changeset, reason, Author::Anybody).await
    }

    /// The same of an import by whoever made it: what nobody has touched since is as if it had never been there, and takes no
    /// second person, though taking back what was added is deleting.
    pub async fn undo_own_import(
        &self,
        caller: &Caller,
        changeset: i64,
        reason: &str,
    ) -> Result<EditOutcome, EditError> {
        self.undo_as(caller, changeset, reason, Author::Caller).await
    }

    async fn undo_as(
        &self,
        caller: &Caller,
        changeset: i64,
        reason: &str,
        author: Author,
    ) -> Result<EditOutcome, EditError> {
        // What other domains have done is not theirs alone to take back who keep the registers.
        let known = self.spine.store.changeset(changeset).await?;
        if known.is_none_or(|known| known.domain != REGISTER) {
            return Err(EditError::UnknownChangeset { changeset });
        }
        let purpose = purpose("undo", reason, Some(changeset));
        let mut transaction = match self.spine.begin(caller, purpose).await {
            Ok(transaction) => transaction,
            Err(error) if is_second_undo(&error) => return Err(EditError::UndoneAlready { changeset }),
            Err(error) => return Err(error.into()),
        };
        let collections = transaction.plan_undo(changeset).await?;
        for collection in &collections {
            // Of what the caller may not know nothing is told.
            let collection =
                self.collection(caller, collection).map_err(|_| EditError::UnknownChangeset { changeset })?;
            self.may_take_back(caller, &collection, changeset, author).await?;
        }
        for collection in collections.iter().filter_map(|name| self.spine.index.catalogue().get(name)) {
            if let Some(k) = collection.derived(Derivation::UpdatedAt) {
                let now = format_instant(self.clock.now());
                transaction.stamp_undo(&collection.name, &collection.properties[k].name, &now).await?;
            }
        }
        for collection in &collections {
            if let TakenBack::Touched(id) = transaction.take_back(collection).await? {
                return Err(EditError::ChangedSince { changeset, id });
            }
        }
        let features = transaction.changed(TOLD).await?;
        self.finish(transaction, features).await
    }

    /// May the caller take back what a changeset did in a collection? Whoever imports into all of it may, if they
    /// may approve there, too. Anybody else is asked for every place that the changeset has left and gone to.
    async fn may_take_back(
        &self,
        caller: &Caller,
        of: &Arc<Collection>,
        changeset: i64,
        author: Author,
    ) -> Result<(), EditError> {
        let subject = Subject::of(of).changing(Fields::ALL);
        caller.may(Action::Import, &subject)?;
        let everywhere = |action| caller.may(action, &subject.everywhere()).is_ok();
        if everywhere(Action::Import) && (of.approval.is_empty() || everywhere(Action::Approve)) {
            return Ok(());
        }
        let preparer = self.preparer();
        let past = Past { collections: vec![of.name.clone()], records: false };
        let mut before = i64::MAX;
        loop {
            let entries = self.spine.store.changeset_entries_before(changeset, &past, before, PORTION).await?;
            for entry in &entries {
                for state in [&entry.before, &entry.after].into_iter().flatten() {
                    caller.may(Action::Import, &subject.at(&preparer.places().spot(state.geometry.as_ref())))?;
                }
                // Taking back is what was done the other way round, of a whole changeset, and so cannot wait.
                let state = |version, state: &Option<State>| Some(state.as_ref()?.of(entry.feature, version));
                let (was, is) = (state(entry.version, &entry.after), state(entry.version + 1, &entry.before));
                let back = Net { collection: of, id: entry.feature, before: was.as_ref(), after: is.as_ref() };
                if author == Author::Anybody && approval::waits(caller, preparer.places(), &back) {
                    return Err(EditError::CannotWait);
                }
            }
            match entries.last() {
                Some(last) => before = last.sequence,
                None => return Ok(()),
            }
        }
    }

    async fn finish(
        &self,
        transaction: Transaction,
        features: Vec<(FeatureId, Option<i64>)>,
    ) -> Result<EditOutcome, EditError> {
        let committed = self.spine.commit::<EditError>(transaction).await?;
        Ok(EditOutcome {
            changeset: Some(committed.changeset),
            at: committed.at,
            features,
            warnings: Faults::default(),
        })
    }
}

/// Whose changeset is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    Anybody,
    Caller,
}

fn purpose(kind: &'static str, reason: &str, undoes: Option<i64>) -> Purpose {
    Purpose { domain: REGISTER, kind, reason: reason.to_owned(), undoes }
}

/// The municipality that stored properties name.
fn municipality(collection: &Collection, properties: &RawValue) -> Option<String> {
    let name = &collection.properties[collection.derived(Derivation::Municipality)?].name;
    let properties: Json = serde_json::from_str(properties.get()).ok()?;
    properties[name].as_str().map(str::to_owned)
}

/// The same properties, last written at another time. Everything else is as it was, also what the declaration has
/// dropped since.
pub(super) fn written_at(collection: &Collection, properties: Box<RawValue>, now: DateTime<Utc>) -> Box<RawValue> {
    let Some(k) = collection.derived(Derivation::UpdatedAt) else { return properties };
    let Ok(mut members) = serde_json::from_str::<Map<String, Json>>(properties.get()) else { return properties };
    members.insert(collection.properties[k].name.clone(), json!(format_instant(now)));
    serde_json::value::to_raw_value(&members).unwrap_or(properties)
}

fn is_second_undo(error: &crate::store::StoreError) -> bool {
    error.broken_constraint() == Some("changeset_undoes")
}
