//! What one answer may cost, and whether anybody waits for it.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Steps one answer may cost. A step is about as much as looking at one property of one feature, some 20 ns: in all about
/// two seconds of a core.
pub const MOST: u64 = 100_000_000;

/// Steps that take about a millisecond: who needs more leaves the threads that answer everybody.
pub const MILLISECOND: u64 = 50_000;

/// The effort that goes into one answer.
///
/// Steps are counted and not time: the same question costs the same on a busy machine, in a test and on every node.
#[derive(Debug)]
pub struct Effort {
    left: Cell<u64>,
    most: u64,
    /// `None` where somebody waits in any case.
    given_up: Option<Arc<AtomicBool>>,
}

static NEVER: AtomicBool = AtomicBool::new(false);

/// Why work has ended before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    #[error("nobody waits for the answer any more")]
    GivenUp,
    #[error("the answer costs more than one may")]
    TooCostly,
}

impl Effort {
    /// Of work that somebody waits for until it is done.
    pub fn new() -> Self {
        Self { left: Cell::new(MOST), most: MOST, given_up: None }
    }

    /// Of work that may cost so many steps and ends when the flag is set.
    pub fn of(most: u64, given_up: Arc<AtomicBool>) -> Self {
        Self { left: Cell::new(most), most, given_up: Some(given_up) }
    }

    /// Counts steps that are about to be done, or that were.
    #[inline]
    pub fn spend(&self, steps: u64) {
        self.left.set(self.left.get().saturating_sub(steps));
    }

    /// Whether the work goes on. To be asked in every loop, at least once in some milliseconds.
    ///
    /// # Errors
    /// Why not.
    #[inline]
    pub fn check(&self) -> Result<(), Ended> {
        if self.left.get() == 0 {
            return Err(Ended::TooCostly);
        }
        if self.is_wanted() { Ok(()) } else { Err(Ended::GivenUp) }
    }

    /// The steps that are left.
    pub fn left(&self) -> u64 {
        self.left.get()
    }

    /// The steps that were counted.
    pub fn spent(&self) -> u64 {
        self.most - self.left.get()
    }

    /// False once nobody waits for the answer any more.
    #[inline]
    pub fn is_wanted(&self) -> bool {
        !self.given_up().load(Ordering::Relaxed)
    }

    /// What tells other threads that nobody waits any more.
    pub fn given_up(&self) -> &AtomicBool {
        self.given_up.as_deref().unwrap_or(&NEVER)
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_when_its_steps_are_spent_or_nobody_waits() {
        let flag = Arc::new(AtomicBool::new(false));
        let effort = Effort::of(10, flag.clone());
        effort.spend(9);
        assert_eq!((effort.check(), effort.spent()), (Ok(()), 9));
        flag.store(true, Ordering::Relaxed);
        assert_eq!(effort.check(), Err(Ended::GivenUp));
        effort.spend(u64::MAX);
        assert_eq!((effort.check(), effort.spent()), (Err(Ended::TooCostly), 10));
    }
}
