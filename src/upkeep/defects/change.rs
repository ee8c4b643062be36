//! Defects are recorded, assigned and resolved; each writes what that means for the object.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Defect;
use super::store::{add, assign, defect, resolve};
use crate::accounts::body::Body;
use crate::feature::FeatureId;
use crate::identity::{Action, Caller, Directory};
use crate::store::features::FeatureState;
use crate::store::{StoreError, Transaction};
use crate::texts::Faults;
use crate::upkeep::checklists::Effect;
use crate::upkeep::input::{Wrong, code, day, remark, required_id, required_word};
use crate::upkeep::object::{Object, Seen};
use crate::upkeep::words::{DEFECT_KINDS, DEFECT_RESOLUTIONS, DEFECT_SEVERITIES, Words, day as written};
use crate::upkeep::{Refusal, Upkeep, UpkeepError};

/// A defect to be recorded.
#[derive(Debug)]
pub struct NewDefect {
    pub id: Uuid,
    pub object: Object,
    pub kind: String,
    pub severity: String,
    pub effect: Effect,
    pub found_on: NaiveDate,
    pub remark: Option<String>,
    pub assignment: Assignment,
}

/// Who has to see to a defect, and until when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignment {
    pub organisation: Option<Uuid>,
    pub due_on: Option<NaiveDate>,
}

/// How a defect is resolved.
#[derive(Debug)]
pub struct Resolution {
    pub resolution: String,
    pub remark: Option<String>,
}

impl Assignment {
    fn read(body: &mut Body, directory: &Directory) -> Self {
        let sent = body.json("organisation");
        let organisation =
            sent.as_ref().and_then(|id| id.as_str()?.parse().ok()).filter(|id| directory.organisation(*id).is_some());
        if sent.is_some() && organisation.is_none() {
            body.wrong("organisation", "unknown-organisation", &Wrong::NoSuchOrganisation);
        }
        let due_on = day(body, "due_on", false);
        if due_on.is_some() && sent.is_none() {
            body.wrong("organisation", "missing", &Wrong::DueWithoutOrganisation);
        }
        Self { organisation, due_on }
    }

    /// Reads what is sent to assign a defect anew.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read_alone(mut body: Body, directory: &Directory) -> Result<Self, Faults> {
        let read = Self::read(&mut body, directory);
        body.finish()?;
        Ok(read)
    }
}

impl NewDefect {
    /// Reads what was sent of an object.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(
        mut body: Body,
        object: Object,
        (words, directory): (&Words, &Directory),
        today: NaiveDate,
    ) -> Result<Self, Faults> {
        let id = required_id(&mut body, "id");
        let kind = code(&mut body, "kind", words, DEFECT_KINDS);
        let severity = code(&mut body, "severity", words, DEFECT_SEVERITIES);
        let effect = required_word(&mut body, "effect", &Effect::ALL.map(Effect::name), Effect::named);
        let found_on = day(&mut body, "found_on", true);
        if found_on.is_some_and(|found_on| found_on > today) {
            body.wrong("found_on", "future", &Wrong::Future { today: written(today) });
        }
        let remark = remark(&mut body, "remark");
        let assignment = Assignment::read(&mut body, directory);
        if assignment.due_on.zip(found_on).is_some_and(|(due, found)| due < found) {
            body.wrong("due_on", "backwards", &Wrong::Backwards);
        }
        let read = id.zip(kind).zip(severity).zip(effect.zip(found_on));
        let (((id, kind), severity), (effect, found_on)) = body.finish_with(read)?;
        Ok(Self { id, object, kind, severity, effect, found_on, remark, assignment })
    }

    fn is(&self, known: &Defect) -> bool {
        (&known.collection, known.object, &known.kind) == (&self.object.collection.name, self.object.id.0, &self.kind)
            && (&known.severity, known.effect, known.found_on) == (&self.severity, self.effect, self.found_on)
            && known.remark == self.remark
    }

    fn defect(&self, transaction: &Transaction) -> Defect {
        Defect {
            id: self.id,
            version: 1,
            collection: self.object.collection.name.clone(),
            object: self.object.id.0,
            kind: self.kind.clone(),
            severity: self.severity.clone(),
            effect: self.effect,
            found_on: self.found_on,
            inspection: None,
            remark: self.remark.clone(),
            organisation: self.assignment.organisation,
            due_on: self.assignment.due_on,
            recorded_at: transaction.at(),
            resolved: None,
        }
    }
}

impl Resolution {
    /// Reads what is sent.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn read(mut body: Body, words: &Words) -> Result<Self, Faults> {
        let resolution = code(&mut body, "resolution", words, DEFECT_RESOLUTIONS);
        let remark = remark(&mut body, "remark");
        let resolution = body.finish_with(resolution)?;
        Ok(Self { resolution, remark })
    }
}

impl Upkeep {
    /// Records a defect, or finds that it was recorded.
    ///
    /// # Errors
    /// The caller may not there, another defect has the id, and the database's.
    pub async fn record_defect(&self, caller: &Caller, new: &NewDefect) -> Result<(Defect, bool), UpkeepError> {
        let reason = self.words.defect(&new.kind).de;
        let mut transaction = self.begin(caller, "defect", &reason).await?;
        let of = (&new.object.collection, new.object.id);
        let state = self.lock(&mut transaction, caller, Action::Inspect, of).await?;
        if let Some(known) = defect(&mut transaction, new.id).await? {
            return if new.is(&known) { Ok((known, false)) } else { Err(Refusal::IdTaken.into()) };
        }
        let made = new.defect(&transaction);
        add(&mut transaction, &made).await?;
        self.plan_reminders(&mut transaction, [None, made.organisation]).await?;
        self.settle(&mut transaction, &new.object.collection, state, None).await?;
        self.editor.spine.commit::<UpkeepError>(transaction).await?;
        Ok((made, true))
    }

    /// Says who has to see to a defect, and until when.
    ///
    /// # Errors
    /// It is not there, resolved or changed since; the caller may not there; the database's.
    pub async fn assign_defect(
        &self,
        caller: &Caller,
        id: Uuid,
        seen: &Seen,
        to: &Assignment,
    ) -> Result<Defect, UpkeepError> {
        let (mut transaction, before, state) = self.open_defect(caller, id, "assign-defect").await?;
        seen.check(before.version)?;
        let after = assign(&mut transaction, &before, to).await?;
        self.plan_reminders(&mut transaction, [before.organisation, after.organisation]).await?;
        self.settle_defect(transaction, caller, &after, state).await?;
        Ok(after)
    }

    /// Resolves a defect: what it meant for the object is over.
    ///
    /// # Errors
    /// It is not there or resolved already; the caller may not there; the database's.
    pub async fn resolve_defect(&self, caller: &Caller, id: Uuid, how: &Resolution) -> Result<Defect, UpkeepError> {
        let (mut transaction, before, state) = self.open_defect(caller, id, "resolve-defect").await?;
        let after = resolve(&mut transaction, &before, how).await?;
        self.plan_reminders(&mut transaction, [None, after.organisation]).await?;
        self.settle_defect(transaction, caller, &after, state).await?;
        Ok(after)
    }

    /// A defect that is to be changed, with its object, both locked.
    async fn open_defect(
        &self,
        caller: &Caller,
        id: Uuid,
        kind: &'static str,
    ) -> Result<(Transaction, Defect, FeatureState), UpkeepError> {
        let mut transaction = self.begin(caller, kind, &kind.replace('-', " ")).await?;
        // First the object, as everywhere, so that nobody waits in a circle; what it is about never changes.
        let found = defect(&mut transaction, id).await?.ok_or(Refusal::NoDefect)?;
        let collection = self.collection(caller, &found.collection).ok_or(Refusal::NoDefect)?;
        let of = (&collection, FeatureId(found.object));
        let state = self.lock(&mut transaction, caller, Action::Inspect, of).await?;
        let found = defect(&mut transaction, id).await?.ok_or(Refusal::NoDefect)?;
        if found.resolved.is_some() {
            return Err(Refusal::Resolved.into());
        }
        Ok((transaction, found, state))
    }

    /// Those who had to see to a defect, and those who have to now.
    async fn plan_reminders(
        &self,
        transaction: &mut Transaction,
        concerned: [Option<Uuid>; 2],
    ) -> Result<(), StoreError> {
        let [before, after] = concerned;
        for organisation in before.filter(|_| before != after).into_iter().chain(after) {
            self.plan_reminder(transaction, organisation, self.clock.today()).await?;
        }
        Ok(())
    }

    async fn settle_defect(
        &self,
        mut transaction: Transaction,
        caller: &Caller,
        after: &Defect,
        state: FeatureState,
    ) -> Result<(), UpkeepError> {
        let collection = self.collection(caller, &after.collection).ok_or(Refusal::NoDefect)?;
        self.settle(&mut transaction, &collection, state, None).await?;
        self.editor.spine.commit::<UpkeepError>(transaction).await?;
        Ok(())
    }
}
