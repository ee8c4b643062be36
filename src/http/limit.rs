//! How often one may ask for what costs much: signing in, searching, images, sheets, exports, writing.
//!
//! An [`Operation`](super::Operation) says which limit it counts for, and [`Routes`](super::Routes) counts before its handler is
//! asked. Whoever is known is counted by themselves, everybody else by their address: an office, or the proxy of a carrier, has
//! one for many people, so an address may ask several times as often. What crews need at an incident, tiles and nearest
//! water, counts for none.
//!
//! Counted by the generic cell rate algorithm (GCRA, ITU-T I.371, annex A): a number a caller, the time at which they would
//! have asked for everything so far if they had asked evenly. Each node counts for itself and in memory, and forgets whoever asked
//! longest ago when there are too many.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use chrono::{DateTime, Utc};

use super::line::Line;
use super::origin::{self, household};
use super::{Network, Problem, ProblemKind, Trouble};
use crate::identity::Caller;
use crate::store::actors::Actor;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// What hashes a password, or looks at a link or a code.
    SignIn,
    Search,
    /// A picture of a map.
    Image,
    /// An alarm sheet.
    Sheet,
    /// A whole collection, or the past.
    Export,
    /// Whatever changes something.
    Write,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::SignIn, Self::Search, Self::Image, Self::Sheet, Self::Export, Self::Write];

    /// The word in settings and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Search => "search",
            Self::Image => "image",
            Self::Sheet => "sheet",
            Self::Export => "export",
            Self::Write => "write",
        }
    }
}

/// How much of each is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowances {
    /// Requests of one caller by [`Limit`], in the order of [`Limit::ALL`]: so many at once, and then as many a minute. 0 is
    /// no limit.
    pub a_minute: [u32; 6],
    /// How many times as often as a caller an address may ask.
    pub address_factor: u32,
}

impl Allowances {
    /// As often as one likes.
    pub const UNLIMITED: Self = Self { a_minute: [0; 6], address_factor: 1 };
}

impl Default for Allowances {
    fn default() -> Self {
        // The vehicles of a district may have one token, and each asks several times a second while somebody types.
        Self { a_minute: [30, 3_000, 120, 60, 60, 3_000], address_factor: 10 }
    }
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// The actor of an account or of a token.
    Actor(i64),
    /// A household of addresses, see [`super::origin::household`].
    Address(IpAddr),
}

/// Somebody has asked too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften {
    /// Until the next request is taken; at least 1.
    pub seconds: u32,
}

/// Parts of the memory that are locked each by itself.
const SHARDS: usize = 16;
/// Callers a part remembers: all of them together take about 2 MB.
const MOST: usize = 4_096;
/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// What everybody has asked for lately.
#[derive(Debug)]
pub struct Limits {
    allowances: Allowances,
    trusted_proxies: Vec<Network>,
    /// Callers by a hash with a secret of this process, which nobody can aim at.
    hasher: RandomState,
    shards: [Mutex<HashMap<u64, i64>>; SHARDS],
}

impl Limits {
    /// Nobody has asked for anything yet. What these proxies say of where a request comes from is believed.
    pub fn new(allowances: Allowances, trusted_proxies: Vec<Network>) -> Self {
        Self { allowances, trusted_proxies, hasher: RandomState::new(), shards: Default::default() }
    }

    /// Counts a request of a caller, or of the address it comes from. One that comes from none, as in this process, is not
    /// counted.
    ///
    /// # Errors
    /// 429, which says when to ask again.
    pub fn count(&self, limit: Limit, caller: &Caller, request: &Request, now: DateTime<Utc>) -> Result<(), Problem> {
        let Some(who) = self.who(caller, request) else { return Ok(()) };
        self.pass(limit, who, now).map_err(|TooOften { seconds }| {
            metrics::counter!("geokontor_requests_limited_total", "limit" => limit.name()).increment(1);
            let address = matches!(who, Who::Address(_)) && limit != Limit::SignIn;
            Problem::of(ProblemKind::TooManyRequests, &Trouble::TooOften { seconds, address }).after(seconds)
        })
    }

    fn who(&self, caller: &Caller, request: &Request) -> Option<Who> {
        if let Actor::Known(actor) = caller.actor() {
            return Some(Who::Actor(actor));
        }
        let line = request.extensions().get::<Arc<Line>>()?;
        Some(Who::Address(household(origin::of(line.peer, request.headers(), &self.trusted_proxies))))
    }

    /// Counts a request, if it may be taken.
    ///
    /// # Errors
    /// How long to wait.
    pub fn pass(&self, limit: Limit, who: Who, now: DateTime<Utc>) -> Result<(), TooOften> {
        let a_minute = i64::from(self.allowances.a_minute[limit as usize]);
        let a_minute = match who {
            Who::Actor(_) => a_minute,
            Who::Address(_) => a_minute * i64::from(self.allowances.address_factor),
        };
        if a_minute == 0 {
            return Ok(());
        }
        let key = self.hasher.hash_one((limit, who));
        let mut seen = self.shards[key as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.timestamp_micros();
        let due = next_due(seen.get(&key).copied(), now, MINUTE / a_minute)?;
        if seen.len() >= MOST && !seen.contains_key(&key) {
            forget(&mut seen, now);
        }
        seen.insert(key, due);
        Ok(())
    }
}

/// When everything that was asked for, this request included, would have been asked for evenly, `step` microseconds apart. A
/// minute of it may be asked for at once.
fn next_due(due: Option<i64>, now: i64, step: i64) -> Result<i64, TooOften> {
    let due = due.unwrap_or(now).max(now);
    let early = due - now + step - MINUTE;
    match early {
        // Later than any request leads to: the clock was set back.
        _ if due - now > MINUTE => Ok(now + step),
        i64::MIN..=0 => Ok(due + step),
        early => Err(TooOften { seconds: u32::try_from((early + 999_999) / 1_000_000).unwrap_or(u32::MAX) }),
    }
}

/// Makes room: whoever has asked for nothing lately, and else the half that did longest ago.
fn forget(seen: &mut HashMap<u64, i64>, now: i64) {
    seen.retain(|_, due| *due > now);
    if seen.len() < MOST {
        return;
    }
    let mut dues: Vec<i64> = seen.values().copied().collect();
    let (_, middle, _) = dues.select_nth_unstable(MOST / 2);
    let middle = *middle;
    seen.retain(|_, due| *due > middle);
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const SOMEBODY: Who = Who::Actor(1);

    fn limits(searches: u32) -> Limits {
        Limits::new(Allowances { a_minute: [0, searches, 0, 0, 0, 0], address_factor: 3 }, Vec::new())
    }

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).expect("an instant")
    }

    /// How many of `asked` searches are taken at a moment.
    fn taken(limits: &Limits, who: Who, now: DateTime<Utc>, asked: usize) -> usize {
        (0..asked).filter(|_| limits.pass(Limit::Search, who, now).is_ok()).count()
    }

    #[test]
    fn a_minute_s_worth_is_taken_at_once_and_then_one_after_the_other() {
        let (limits, start) = (limits(60), noon());
        assert_eq!(taken(&limits, SOMEBODY, start, 100), 60);
        assert_eq!(limits.pass(Limit::Search, SOMEBODY, start), Err(TooOften { seconds: 1 }));
        assert_eq!(taken(&limits, SOMEBODY, start + TimeDelta::milliseconds(999), 5), 0);
        assert_eq!(taken(&limits, SOMEBODY, start + TimeDelta::seconds(1), 5), 1);
        assert_eq!(taken(&limits, SOMEBODY, start + TimeDelta::seconds(11), 50), 10);
        // Whoever waits has all of it again, and no more.
        assert_eq!(taken(&limits, SOMEBODY, start + TimeDelta::hours(1), 100), 60);
    }

    #[test]
    fn whoever_is_told_to_wait_is_let_in_after_that_time_and_not_before() {
        let (limits, start) = (limits(4), noon());
        assert_eq!(taken(&limits, SOMEBODY, start, 10), 4);
        let early = limits.pass(Limit::Search, SOMEBODY, start).expect_err("too often");
        assert_eq!(early.seconds, 15);
        assert!(limits.pass(Limit::Search, SOMEBODY, start + TimeDelta::milliseconds(14_900)).is_err());
        assert_eq!(limits.pass(Limit::Search, SOMEBODY, start + TimeDelta::seconds(15)), Ok(()));
    }

    #[test]
    fn one_does_not_count_for_another_nor_for_other_limits_and_addresses_have_more() {
        let (limits, start) = (limits(5), noon());
        assert_eq!(taken(&limits, SOMEBODY, start, 10), 5);
        assert_eq!(taken(&limits, Who::Actor(2), start, 10), 5);
        assert_eq!(taken(&limits, Who::Address([192, 0, 2, 1].into()), start, 20), 15);
        assert_eq!(taken(&limits, Who::Address([192, 0, 2, 2].into()), start, 20), 15);
        // 0 is no limit.
        assert!((0..10_000).all(|_| limits.pass(Limit::Image, SOMEBODY, start).is_ok()));
    }

    #[test]
    fn nobody_is_kept_out_by_a_clock_that_is_set_back_or_let_in_twice_by_one_set_forward() {
        let (limits, start) = (limits(60), noon());
        assert_eq!(taken(&limits, SOMEBODY, start, 60), 60);
        assert_eq!(taken(&limits, SOMEBODY, start - TimeDelta::hours(1), 100), 60);
        assert_eq!(taken(&limits, SOMEBODY, start + TimeDelta::days(1), 100), 60);
    }

    #[test]
    fn however_many_ask_the_memory_is_bounded_and_who_asks_most_is_remembered() {
        let (limits, start) = (limits(60), noon());
        let crowd = 4 * SHARDS * MOST;
        assert_eq!(taken(&limits, SOMEBODY, start, 100), 60);
        for n in 0..crowd {
            let who = Who::Actor(100 + i64::try_from(n).expect("a number"));
            assert!(limits.pass(Limit::Search, who, start + TimeDelta::microseconds(10)).is_ok());
        }
        let held = limits.shards.iter().map(|shard| shard.lock().expect("nobody panicked").len());
        assert!(held.sum::<usize>() <= SHARDS * MOST);
        assert_eq!(taken(&limits, SOMEBODY, start + TimeDelta::milliseconds(1), 10), 0);
    }
}
