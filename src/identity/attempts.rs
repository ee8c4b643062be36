//! How often one may guess: a few times at once, then after pauses that double.
//!
//! Kept in memory and for each node by itself: whoever guesses on three nodes guesses three times as often, which is not what
//! keeps them out. An account is never locked: whoever guesses is slowed down, see [`crate::accounts`].

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Attempts of each key.
#[derive(Debug)]
pub struct Attempts<K> {
    /// Attempts without a pause.
    free: u32,
    longest_pause: TimeDelta,
    made: Mutex<HashMap<K, Made>>,
}

#[derive(Debug, Clone, Copy)]
struct Made {
    count: u32,
    last: DateTime<Utc>,
}

/// Keys that are kept; of more, those that tried longest ago are forgotten.
const MOST: usize = 50_000;
/// After such a time nothing is held against anybody.
const FORGOTTEN: TimeDelta = TimeDelta::hours(24);

/// It is too early for another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooEarly {
    /// Until then.
    pub seconds: u32,
}

impl<K: Hash + Eq + Clone> Attempts<K> {
    /// So many without a pause, and pauses no longer than this.
    pub fn new(free: u32, longest_pause: TimeDelta) -> Self {
        Self { free, longest_pause, made: Mutex::default() }
    }

    /// May there be one more now? It is not counted.
    ///
    /// # Errors
    /// How long to wait.
    pub fn check(&self, key: &K, now: DateTime<Utc>) -> Result<(), TooEarly> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(made) = made.get(key) else { return Ok(()) };
        let left = made.last + self.pause(made.count) - now;
        match left.num_milliseconds() {
            i64::MIN..=0 => Ok(()),
            left => Err(TooEarly { seconds: u32::try_from((left + 999) / 1_000).unwrap_or(u32::MAX) }),
        }
    }

    /// Counts one before its outcome is known, so that many at once are not one.
    pub fn count(&self, key: K, now: DateTime<Utc>) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST && !made.contains_key(&key) {
            forget(&mut made, now);
        }
        let entry = made.entry(key).or_insert(Made { count: 0, last: now });
        entry.count = if now - entry.last > FORGOTTEN { 1 } else { entry.count.saturating_add(1) };
        entry.last = now;
    }

    /// The last one was right: nothing is held against the key any more.
    pub fn forgive(&self, key: &K) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// The last one was right, but others of the key may be guesses.
    pub fn uncount(&self, key: &K) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = made.get_mut(key) {
            entry.count = entry.count.saturating_sub(1);
        }
    }

    /// How many have been counted.
    pub fn counted(&self, key: &K) -> u32 {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).get(key).map_or(0, |made| made.count)
    }

    fn pause(&self, count: u32) -> TimeDelta {
        match count.checked_sub(self.free) {
            None => TimeDelta::zero(),
            Some(beyond) => TimeDelta::seconds(1 << beyond.min(20)).min(self.longest_pause),
        }
    }
}

/// Makes room: what is forgotten anyway, and else the older half.
fn forget<K: Hash + Eq + Clone>(made: &mut HashMap<K, Made>, now: DateTime<Utc>) {
    made.retain(|_, entry| now - entry.last <= FORGOTTEN);
    if made.len() < MOST {
        return;
    }
    let mut times: Vec<DateTime<Utc>> = made.values().map(|entry| entry.last).collect();
    let (_, middle, _) = times.select_nth_unstable(MOST / 2);
    let middle = *middle;
    made.retain(|_, entry| entry.last > middle);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let attempts = Attempts::new(2, TimeDelta::seconds(10));
        let start = DateTime::from_timestamp(1_780_000_000, 0).expect("an instant");
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let pause = attempts.check(&"a", now).err().map_or(0, |early| early.seconds);
            pauses.push(pause);
            now += TimeDelta::seconds(pause.into());
            assert_eq!(attempts.check(&"a", now), Ok(()));
            attempts.count("a", now);
        }
        assert_eq!(pauses, [0, 0, 1, 2, 4, 8, 10, 10]);
        assert_eq!(attempts.check(&"b", now), Ok(()));
        attempts.forgive(&"a");
        assert_eq!(attempts.check(&"a", now), Ok(()));
    }

    #[test]
    fn however_many_guess_the_memory_is_bounded_and_the_latest_are_kept() {
        let attempts = Attempts::new(0, TimeDelta::seconds(900));
        let start = DateTime::from_timestamp(1_780_000_000, 0).expect("an instant");
        for n in 0..2 * MOST {
            attempts.count(n, start + TimeDelta::milliseconds(n.try_into().expect("a number")));
        }
        assert!(attempts.made.lock().expect("nobody panicked").len() <= MOST);
        assert_eq!(attempts.counted(&(2 * MOST - 1)), 1);
    }
}
