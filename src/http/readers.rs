//! Who takes the answers that are on their way, and who lets them lie.
//!
//! Places and memory are shared by all. Whoever asks for much and takes nothing of it must not keep them from others: where
//! there is no room left, the connection that lies idle for longest gives way, of the origin that has most answers waiting.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::line::{Busy, Line};
use super::origin::household;

/// Whoever takes nothing for so long gives way where there is no room. A weak radio network takes a piece sooner.
const PATIENCE: Duration = Duration::from_secs(1);

/// The connections that answers are being sent on.
#[derive(Debug, Clone, Default)]
pub struct Readers(Arc<Registered>);

#[derive(Debug, Default)]
struct Registered {
    next: AtomicU64,
    readers: Mutex<BTreeMap<u64, (IpAddr, Arc<Line>)>>,
}

/// One answer's reader, forgotten when dropped.
#[derive(Debug)]
pub struct Reader {
    among: Readers,
    number: u64,
}

impl Readers {
    /// Remembers who reads an answer.
    pub fn enter(&self, busy: &Busy) -> Reader {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, (household(busy.origin), busy.line.clone()));
        Reader { among: self.clone(), number }
    }

    /// Ends the connection that has to give way, if somebody lets answers lie.
    pub fn give_up_one(&self, now: Instant) -> bool {
        let readers = self.lock();
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for (origin, _) in readers.values() {
            *counts.entry(*origin).or_default() += 1;
        }
        let unread = readers.values().filter_map(|(origin, line)| {
            let unread = line.unread(now).filter(|unread| *unread >= PATIENCE && !line.given_up.is_cancelled())?;
            Some((counts.get(origin), unread, line))
        });
        let worst = unread.max_by_key(|(count, unread, _)| (*count, *unread));
        worst.map(|(_, _, line)| line.given_up.cancel()).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, (IpAddr, Arc<Line>)>> {
        self.0.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.among.lock().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_lets_most_answers_lie_gives_way_first_and_nobody_who_reads() {
        let readers = Readers::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let line = |origin: &str, waits: bool| {
            let line = Line::new(address("127.0.0.1"));
            let mut busy = line.busy(address(origin));
            busy.waits(waits);
            let reader = readers.enter(&busy);
            (line, busy, reader)
        };
        let one = line("192.0.2.9", true);
        let many = [(); 3].map(|()| line("198.51.100.7", true));
        let reading = line("198.51.100.7", false);
        let given_up = || many.iter().filter(|(line, ..)| line.given_up.is_cancelled()).count();
        let now = Instant::now();
        assert!(!readers.give_up_one(now), "not yet");
        for nth in 1..=3 {
            assert!(readers.give_up_one(now + PATIENCE));
            assert_eq!((given_up(), one.0.given_up.is_cancelled()), (nth, false));
        }
        assert!(readers.give_up_one(now + PATIENCE) && one.0.given_up.is_cancelled(), "the last that waits");
        assert!(!readers.give_up_one(now + PATIENCE) && !reading.0.given_up.is_cancelled());
        drop((one, many, reading));
        assert_eq!(readers.lock().len(), 0);
    }
}
