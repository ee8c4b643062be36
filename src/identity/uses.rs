//! When tokens and tablets were last used: noted in memory by the request, told to the database later, to the hour.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

const HOUR: i64 = 3600;

/// When one token or tablet was used, in hours since 1970.
#[derive(Debug)]
pub struct Use {
    seen: AtomicI64,
    told: AtomicI64,
}

impl Use {
    /// It is used now. Costs a read, and a write the first time in an hour.
    pub fn note(&self, now: DateTime<Utc>) {
        let hour = now.timestamp().div_euclid(HOUR);
        if self.seen.load(Ordering::Relaxed) < hour {
            self.seen.store(hour, Ordering::Relaxed);
        }
    }

    fn seen(&self) -> Option<DateTime<Utc>> {
        instant(self.seen.load(Ordering::Relaxed))
    }
}

impl Default for Use {
    fn default() -> Self {
        Self { seen: AtomicI64::new(i64::MIN), told: AtomicI64::new(i64::MIN) }
    }
}

/// The uses of many, by id.
#[derive(Debug, Default)]
pub struct Uses(Mutex<HashMap<Uuid, Arc<Use>>>);

impl Uses {
    /// Those of one: the same however often it is asked for.
    pub fn of(&self, id: Uuid) -> Arc<Use> {
        self.known().entry(id).or_default().clone()
    }

    /// When one was last used, as far as this node knows.
    pub fn last(&self, id: Uuid) -> Option<DateTime<Utc>> {
        self.known().get(&id)?.seen()
    }

    /// What the database has not been told yet.
    pub fn untold(&self) -> Vec<(Uuid, DateTime<Utc>)> {
        let known = self.known();
        let is_new = |one: &Use| one.told.load(Ordering::Relaxed) < one.seen.load(Ordering::Relaxed);
        known.iter().filter(|(_, one)| is_new(one)).filter_map(|(id, one)| Some((*id, one.seen()?))).collect()
    }

    /// The database has been told so much.
    pub fn told(&self, told: &[(Uuid, DateTime<Utc>)]) {
        let known = self.known();
        for (id, at) in told {
            if let Some(one) = known.get(id) {
                one.told.store(at.timestamp().div_euclid(HOUR), Ordering::Relaxed);
            }
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Use>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn instant(hours: i64) -> Option<DateTime<Utc>> {
    hours.checked_mul(HOUR).and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_use_is_told_once_an_hour_however_often_there_is_one() {
        let (uses, id) = (Uses::default(), Uuid::from_u128(1));
        assert_eq!((uses.last(id), uses.untold()), (None, vec![]));
        let one = uses.of(id);
        for minute in 0..60 {
            one.note(at(&format!("2026-11-29T08:{minute:02}:30Z")));
        }
        assert_eq!(uses.last(id), Some(at("2026-11-29T08:00:00Z")));
        let untold = uses.untold();
        assert_eq!(untold, [(id, at("2026-11-29T08:00:00Z"))]);
        uses.told(&untold);
        one.note(at("2026-11-29T08:59:59Z"));
        // A clock that was set back makes nothing older.
        one.note(at("2026-11-29T07:00:00Z"));
        assert_eq!(uses.untold(), []);
        uses.of(id).note(at("2026-11-29T09:00:00Z"));
        assert_eq!(uses.untold().len(), 1);
    }
}
