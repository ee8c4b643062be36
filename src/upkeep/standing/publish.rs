//! What records come to is written into the object, in the transaction that has changed them.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value as Json, json};

use super::rule::{Facts, Standing, Terms};
use super::statement::{AS_OF, REASON, STATUS, Statement, UNTIL, ended_by_clock, published_in};
use crate::clock::beginning_of;
use crate::collection::Collection;
use crate::feature::FeatureId;
use crate::store::features::FeatureState;
use crate::store::published::{Look, Published, published};
use crate::store::{StoreError, Transaction};
use crate::texts::Language;
use crate::upkeep::checklists::Effect;
use crate::upkeep::{Upkeep, defects, inspections, outages};

/// Characters of a reason, as the collections declare it.
const MOST: usize = 200;

/// An object after its records have changed.
#[derive(Debug)]
pub struct Settled {
    pub standing: Standing,
    pub state: FeatureState,
}

impl Upkeep {
    /// What is recorded of an object that is locked.
    ///
    /// # Errors
    /// The database's.
    async fn facts_in(
        &self,
        transaction: &mut Transaction,
        collection: &Collection,
        state: &FeatureState,
    ) -> Result<Facts, StoreError> {
        let (name, id) = (collection.name.as_str(), state.id);
        let published = published(transaction.connection(), name, id).await?;
        let at = transaction.at();
        Ok(Facts {
            inspections: inspections::store::of_object(transaction.connection(), (name, id.0)).await?,
            defects: defects::store::open_of(transaction.connection(), (name, id.0)).await?,
            outages: outages::store::of_object(transaction.connection(), (name, id.0)).await?,
            ..said(published, &properties_of(state), at)
        })
    }

    /// What is recorded of an object now, whose properties are these.
    ///
    /// # Errors
    /// The database's.
    pub async fn facts(
        &self,
        (collection, id): (&str, FeatureId),
        properties: &Map<String, Json>,
    ) -> Result<Facts, StoreError> {
        let store = &self.editor.spine.store;
        let published = published(store.pool(), collection, id).await?;
        Ok(Facts {
            inspections: inspections::store::of_object(store.pool(), (collection, id.0)).await?,
            defects: defects::store::open_of(store.pool(), (collection, id.0)).await?,
            outages: outages::store::of_object(store.pool(), (collection, id.0)).await?,
            ..said(published, properties, self.clock.now())
        })
    }

    /// What the records of an object that is locked come to.
    ///
    /// # Errors
    /// The database's.
    pub async fn standing_in(
        &self,
        transaction: &mut Transaction,
        collection: &Collection,
        state: &FeatureState,
    ) -> Result<Standing, StoreError> {
        let facts = self.facts_in(transaction, collection, state).await?;
        Ok(facts.standing(Terms { today: self.clock.today(), words: &self.words }))
    }

    /// Writes into an object that is locked what its records come to, and what was measured. When that changes by itself, another
    /// look follows.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle(
        &self,
        transaction: &mut Transaction,
        collection: &Collection,
        state: FeatureState,
        measured: Option<&Map<String, Json>>,
    ) -> Result<Settled, StoreError> {
        self.settle_on(transaction, collection, state, measured, self.clock.today()).await
    }

    /// The same on a day that has begun, as a job says that was due.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_on(
        &self,
        transaction: &mut Transaction,
        collection: &Collection,
        state: FeatureState,
        measured: Option<&Map<String, Json>>,
        today: NaiveDate,
    ) -> Result<Settled, StoreError> {
        let facts = self.facts_in(transaction, collection, &state).await?;
        let standing = facts.standing(Terms { today, words: &self.words });
        let mut values = self.values(&standing);
        values.extend(measured.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        let after = self.editor.written(collection, &state, &values);
        if let Some(after) = &after {
            transaction.update(&collection.name, after).await?;
        }
        let state = after.unwrap_or(state);
        let published = Published { properties: published_in(&properties_of(&state)), note: json!(facts.statement) };
        transaction.publish(&collection.name, state.id, &published).await?;
        if let Some(day) = standing.changes_on {
            let look = Look { collection: collection.name.clone(), feature: state.id.0, day: Some(day) };
            let begins = beginning_of(day, self.editor.district.time_zone);
            transaction.enqueue(&look.job(Some(begins))).await?;
        }
        Ok(Settled { standing, state })
    }

    /// The properties of the status as they are to be.
    fn values(&self, standing: &Standing) -> Map<String, Json> {
        let day = |day: Option<NaiveDate>| day.map_or(Json::Null, |day| json!(day.to_string()));
        let reasons = self.published_reason(standing);
        Map::from_iter([
            (STATUS.to_owned(), json!(standing.status.name())),
            (REASON.to_owned(), reasons.map_or(Json::Null, Json::String)),
            (UNTIL.to_owned(), day(standing.until)),
            (AS_OF.to_owned(), day(standing.as_of)),
        ])
    }

    /// Why an object is not simply ready, for everybody: no remark, nobody's name. In German, as registers are kept.
    fn published_reason(&self, standing: &Standing) -> Option<String> {
        let told = standing.reasons.iter().filter(|reason| reason.effect != Effect::None);
        let told = told.map(|reason| match &reason.why {
            // What somebody has typed in stands there as they have typed it.
            super::Why::Stated { reason, .. } => reason.clone(),
            _ => Some(self.texts.sentence(&(&reason.for_everybody().why).into(), Language::De)),
        });
        let mut all = String::new();
        for one in told.flatten() {
            let joined = if all.is_empty() { one } else { format!("{all}; {one}") };
            if joined.chars().count() > MOST {
                break;
            }
            all = joined;
        }
        (!all.is_empty()).then_some(all)
    }
}

/// What is said of an object beside its records.
fn said(published: Option<Published>, properties: &Map<String, Json>, now: DateTime<Utc>) -> Facts {
    let before = published.as_ref().and_then(|before| {
        let said: Statement = serde_json::from_value(before.note.clone()).ok()?;
        Some((said, &before.properties))
    });
    Facts {
        begun: published.as_ref().and_then(|before| ended_by_clock(&before.properties, properties)),
        statement: Statement::now(before, properties, now),
        inspections: Vec::new(),
        defects: Vec::new(),
        outages: Vec::new(),
    }
}

/// The properties of a feature.
pub fn properties_of(state: &FeatureState) -> Map<String, Json> {
    serde_json::from_str(state.properties.get()).unwrap_or_default()
}
