//! Timers: a moment that a feature names is a job that is due when it has passed.
//!
//! Whatever door a change comes by, the commit of its changeset sets the timers of what it has changed
//! ([`Transaction::commit`](super::Transaction::commit)), so a moment and its job are always kept together. Which moments
//! there are is declared ([`Timer`](crate::collection::Timer)).

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::jobs::{self, NewJob};
use super::{StoreError, Transaction};
use crate::collection::{Catalogue, Moment};

/// The queue whose jobs are moments that have passed.
pub const TIMERS: &str = "timer";

/// A moment of a feature: what the job of a timer is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    pub collection: String,
    pub feature: Uuid,
    /// The property that named the moment.
    pub property: String,
    /// As it was named when the timer was set.
    pub moment: String,
}

/// The moments that features may name.
#[derive(Debug, Default)]
pub(super) struct Timers {
    zone: Tz,
    timed: Vec<Timed>,
}

#[derive(Debug)]
struct Timed {
    collection: String,
    property: String,
    moment: Moment,
}

/// A moment that a feature names, or named.
struct Named {
    feature: Uuid,
    /// Among those that are declared.
    timed: usize,
    moment: Option<String>,
}

impl Timers {
    /// Those that are declared; days end by a zone.
    pub fn declared(catalogue: &Catalogue, zone: Tz) -> Self {
        let of = |collection: &crate::collection::Collection| {
            let timed = |timer: &crate::collection::Timer| Timed {
                collection: collection.name.clone(),
                property: collection.properties[timer.at].name.clone(),
                moment: timer.moment,
            };
            collection.timers.iter().map(timed).collect::<Vec<_>>()
        };
        Self { zone, timed: catalogue.collections().iter().flat_map(|collection| of(collection)).collect() }
    }

    /// What tells one set of timers from another.
    pub fn mark(&self) -> String {
        format!("{self:?}")
    }

    /// The job of a moment; `None` if none is named.
    fn job(&self, named: &Named) -> Option<NewJob> {
        let Timed { collection, property, moment } = &self.timed[named.timed];
        let text = named.moment.as_deref()?;
        let passes: DateTime<Utc> = moment.passes(text, self.zone)?;
        let due = Due {
            collection: collection.clone(),
            feature: named.feature,
            property: property.clone(),
            moment: text.to_owned(),
        };
        Some(NewJob { queue: TIMERS, key: Some(self.key(named)), payload: json!(due), run_at: Some(passes) })
    }

    fn key(&self, named: &Named) -> String {
        let Timed { collection, property, .. } = &self.timed[named.timed];
        format!("{collection}/{}/{property}", named.feature)
    }
}

impl Transaction {
    /// Sets the timers of the features whose moments the changeset has changed.
    pub(super) async fn set_timers(&mut self) -> Result<(), StoreError> {
        let timers = self.store.timers.load_full();
        if timers.timed.is_empty() {
            return Ok(());
        }
        let (collections, properties): (Vec<&str>, Vec<&str>) =
            timers.timed.iter().map(|timed| (timed.collection.as_str(), timed.property.as_str())).unzip();
        // By the journal alone: whoever names `feature` waits for a load that has the table of any collection to itself.
        let sql = "SELECT DISTINCT ON (c.feature, t.timed) c.feature, t.timed, c.after_properties->>t.property AS moment \
                   FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (collection, property, timed) \
                   JOIN change c ON c.changeset = $1 AND c.collection = t.collection \
                     AND c.before_properties->>t.property IS DISTINCT FROM c.after_properties->>t.property \
                   ORDER BY c.feature, t.timed, c.sequence DESC";
        let rows = sqlx::query(sql).bind(self.changeset()).bind(collections).bind(properties);
        let rows = rows.fetch_all(self.connection()).await?;
        let named = |row: &sqlx::postgres::PgRow| -> Result<Named, StoreError> {
            let timed = usize::try_from(row.try_get::<i64, _>("timed")?).unwrap_or(1) - 1;
            Ok(Named { feature: row.try_get("feature")?, timed, moment: row.try_get("moment")? })
        };
        let mut set = Vec::new();
        let mut ended = Vec::new();
        for row in &rows {
            let named = named(row)?;
            match timers.job(&named) {
                Some(job) => set.push(job),
                None => ended.push(timers.key(&named)),
            }
        }
        if !ended.is_empty() {
            let sql = "DELETE FROM job WHERE queue = $1 AND key = ANY ($2)";
            sqlx::query(sql).bind(TIMERS).bind(ended).execute(self.connection()).await?;
        }
        if !set.is_empty() {
            jobs::enqueue_all(self.connection(), &set).await?;
        }
        Ok(())
    }
}

/// Sets all timers anew: for a declaration that was changed.
pub(super) async fn set_all(connection: &mut PgConnection, timers: &Timers) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM job WHERE queue = $1").bind(TIMERS).execute(&mut *connection).await?;
    for (k, Timed { collection, property, .. }) in timers.timed.iter().enumerate() {
        let sql = "SELECT id, properties->>$2 AS moment FROM feature WHERE collection = $1 AND properties ? $2";
        let rows = sqlx::query(sql).bind(collection).bind(property).fetch_all(&mut *connection).await?;
        let mut set = Vec::new();
        for row in rows {
            let named = Named { feature: row.try_get("id")?, timed: k, moment: row.try_get("moment")? };
            set.extend(timers.job(&named));
        }
        jobs::enqueue_all(&mut *connection, &set).await?;
    }
    Ok(())
}
