//! An inspection is recorded: what it opens, and what it means for its object, in one transaction.

use chrono::NaiveDate;
use serde_json::{Map, Value as Json};

use super::store::{add, inspection, of_day};
use super::{Inspection, NewInspection};
use crate::collection::{Collection, Faults};
use crate::firewater::plausibility;
use crate::identity::{Action, Caller};
use crate::store::Transaction;
use crate::store::features::FeatureState;
use crate::texts::Fault;
use crate::upkeep::defects::{self, Defect};
use crate::upkeep::standing::answers::ObjectStatus;
use crate::upkeep::standing::publish::properties_of;
use crate::upkeep::{Refusal, Upkeep, UpkeepError, Wrong};

/// What has become of an inspection.
#[derive(Debug)]
pub struct Recorded {
    pub inspection: Inspection,
    /// Of the object as it is now.
    pub status: ObjectStatus,
    /// What is hardly so.
    pub warnings: Faults,
    /// False for one that was recorded before.
    pub is_new: bool,
}

impl Upkeep {
    /// Records an inspection, or finds that it was recorded: whoever sends it again is answered as the first time.
    ///
    /// # Errors
    /// The caller may not there, another inspection has the id, and the database's.
    pub async fn record_inspection(&self, caller: &Caller, new: &NewInspection) -> Result<Recorded, UpkeepError> {
        let reason = format!("{}: {}", new.checklist.title.de, new.made_on.format("%d.%m.%Y"));
        let mut transaction = self.begin(caller, "inspection", &reason).await?;
        let collection = new.object.collection.clone();
        // Whoever records about the object waits here, so the same inspection sent twice at once is recorded once.
        let state = self.lock(&mut transaction, caller, Action::Inspect, (&collection, new.object.id)).await?;
        if let Some(known) = inspection(&mut transaction, new.id).await? {
            if !known.is(new) {
                return Err(Refusal::IdTaken.into());
            }
            let standing = self.standing_in(&mut transaction, &collection, &state).await?;
            let status = self.told_status(&collection, &properties_of(&state), &standing);
            return Ok(Recorded { inspection: known, status, warnings: Faults::default(), is_new: false });
        }
        let mut warnings = Faults::default();
        if of_day(&mut transaction, new).await? {
            let again = Wrong::AgainSameDay { list: new.checklist.title.clone() };
            warnings.push(Fault::new("/made_on", "implausible", &again));
        }
        let inspection = self.add_inspection(&mut transaction, new).await?;
        let measured = newest(&state, new);
        let after = self.settle(&mut transaction, &collection, state, measured.as_ref()).await?;
        warnings.append(implausible(&collection, &after.state, new));
        self.editor.spine.commit::<UpkeepError>(transaction).await?;
        let status = self.told_status(&collection, &properties_of(&after.state), &after.standing);
        Ok(Recorded { inspection, status, warnings, is_new: true })
    }

    async fn add_inspection(
        &self,
        transaction: &mut Transaction,
        new: &NewInspection,
    ) -> Result<Inspection, UpkeepError> {
        let mut open =
            defects::store::open_of(transaction.connection(), (&new.object.collection.name, new.object.id.0)).await?;
        let mut answers = new.answers.clone();
        let items = new.checklist.version(new.version);
        let mut opened = Vec::new();
        for answer in answers.iter_mut().filter(|answer| answer.failed) {
            let opens = items.and_then(|version| version.item(&answer.item)?.opens.clone());
            let Some(opens) = opens else { continue };
            // One that is open already speaks for it, if it says as much.
            let known = open.iter().find(|defect| defect.kind == opens.defect && defect.effect >= answer.effect);
            let defect = known.map(|defect| defect.id).unwrap_or_else(|| {
                let defect = Defect::found(new, &opens, answer.effect, transaction.at());
                open.push(defect.clone());
                let id = defect.id;
                opened.push(defect);
                id
            });
            answer.defect = Some(defect);
        }
        let inspection = add(transaction, new, answers).await?;
        for defect in &opened {
            defects::store::add(transaction, defect).await?;
        }
        Ok(inspection)
    }
}

/// What was measured, unless the object has been measured later.
fn newest(state: &FeatureState, new: &NewInspection) -> Option<Map<String, Json>> {
    let dated = &new.checklist.version(new.version)?.measures.as_ref()?.dated;
    let properties = properties_of(state);
    let known: Option<NaiveDate> = properties.get(dated).and_then(|day| day.as_str()?.parse().ok());
    (!new.measured.is_empty() && known.is_none_or(|known| known <= new.made_on)).then(|| new.measured.clone())
}

/// What is hardly so of what was measured.
fn implausible(collection: &Collection, after: &FeatureState, new: &NewInspection) -> Faults {
    let row = crate::editing::compare::packed(collection, after);
    let mut all = Faults::default();
    for warning in plausibility::of(collection, crate::feature::Row::new(&row)) {
        let property = warning.property.and_then(|k| collection.properties.get(k));
        if let Some(property) = property.filter(|property| new.measured.contains_key(&property.name)) {
            all.push(Fault::new(format!("/measured/{}", property.name), "implausible", &warning.what));
        }
    }
    all
}
