//! Outages are recorded, ahead or when they begin, and ended early.

use chrono::NaiveDate;
use uuid::Uuid;

use super::Outage;
use super::store::{add, end, outage};
use crate::accounts::body::Body;
use crate::feature::FeatureId;
use crate::identity::{Action, Caller};
use crate::store::Transaction;
use crate::texts::Faults;
use crate::upkeep::checklists::Effect;
use crate::upkeep::input::{Wrong, code, day, remark, required_id, word};
use crate::upkeep::object::Object;
use crate::upkeep::words::{OUTAGE_CAUSES, Words};
use crate::upkeep::{Refusal, Upkeep, UpkeepError};

/// An outage to be recorded.
#[derive(Debug)]
pub struct NewOutage {
    pub id: Uuid,
    pub object: Object,
    pub effect: Effect,
    pub cause: String,
    pub begins_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub remark: Option<String>,
}

/// What an outage may mean; one that means nothing is none.
const EFFECTS: [Effect; 2] = [Effect::Restricted, Effect::OutOfService];

impl NewOutage {
    /// Reads what was sent of an object.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(mut body: Body, object: Object, words: &Words, today: NaiveDate) -> Result<Self, Faults> {
        let id = required_id(&mut body, "id");
        let cause = code(&mut body, "cause", words, OUTAGE_CAUSES);
        let effect = match body.json("effect") {
            None => Some(Effect::OutOfService),
            Some(sent) => {
                let named = |word: &str| Effect::named(word).filter(|effect| *effect != Effect::None);
                word(&mut body, "effect", &sent, &EFFECTS.map(Effect::name), named)
            }
        };
        let (begins_on, ends_on) = (day(&mut body, "begins_on", true), day(&mut body, "ends_on", false));
        if begins_on.zip(ends_on).is_some_and(|(first, last)| last < first) {
            body.wrong("ends_on", "backwards", &Wrong::Backwards);
        } else if ends_on.is_some_and(|last| last < today) {
            body.wrong("ends_on", "over", &Wrong::OverAlready);
        }
        let remark = remark(&mut body, "remark");
        let (((id, cause), effect), begins_on) = body.finish_with(id.zip(cause).zip(effect).zip(begins_on))?;
        Ok(Self { id, object, effect, cause, begins_on, ends_on, remark })
    }

    fn is(&self, known: &Outage) -> bool {
        (&known.collection, known.object, &known.cause) == (&self.object.collection.name, self.object.id.0, &self.cause)
            && (known.effect, known.begins_on, known.ends_on) == (self.effect, self.begins_on, self.ends_on)
            && known.remark == self.remark
    }

    fn outage(&self, transaction: &Transaction) -> Outage {
        Outage {
            id: self.id,
            version: 1,
            collection: self.object.collection.name.clone(),
            object: self.object.id.0,
            effect: self.effect,
            cause: self.cause.clone(),
            begins_on: self.begins_on,
            ends_on: self.ends_on,
            remark: self.remark.clone(),
            recorded_at: transaction.at(),
            ended_at: None,
        }
    }
}

impl Upkeep {
    /// Records an outage, or finds that it was recorded.
    ///
    /// # Errors
    /// The caller may not there, another outage has the id, and the database's.
    pub async fn record_outage(&self, caller: &Caller, new: &NewOutage) -> Result<(Outage, bool), UpkeepError> {
        let reason = self.words.cause(&new.cause).de;
        let mut transaction = self.begin(caller, "outage", &reason).await?;
        let of = (&new.object.collection, new.object.id);
        let state = self.lock(&mut transaction, caller, Action::Block, of).await?;
        if let Some(known) = outage(&mut transaction, new.id).await? {
            return if new.is(&known) { Ok((known, false)) } else { Err(Refusal::IdTaken.into()) };
        }
        let made = new.outage(&transaction);
        add(&mut transaction, &made).await?;
        self.settle(&mut transaction, &new.object.collection, state, None).await?;
        self.editor.spine.commit::<UpkeepError>(transaction).await?;
        Ok((made, true))
    }

    /// Ends an outage now; one that was announced will not begin.
    ///
    /// # Errors
    /// It is not there or over; the caller may not there; the database's.
    pub async fn end_outage(&self, caller: &Caller, id: Uuid) -> Result<Outage, UpkeepError> {
        let mut transaction = self.begin(caller, "end-outage", "end outage").await?;
        let found = outage(&mut transaction, id).await?.ok_or(Refusal::NoOutage)?;
        let collection = self.collection(caller, &found.collection).ok_or(Refusal::NoOutage)?;
        let of = (&collection, FeatureId(found.object));
        let state = self.lock(&mut transaction, caller, Action::Block, of).await?;
        let before = outage(&mut transaction, id).await?.ok_or(Refusal::NoOutage)?;
        if before.is_over_on(self.clock.today()) {
            return Err(Refusal::Over.into());
        }
        let after = end(&mut transaction, &before).await?;
        self.settle(&mut transaction, &collection, state, None).await?;
        self.editor.spine.commit::<UpkeepError>(transaction).await?;
        Ok(after)
    }
}
