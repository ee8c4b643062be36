//! One connection as the answers on it see it: whose it is, what is under way on it, and whether anything moves.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// How long a connection may do nothing.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request to come, the first one included; a connection without requests is closed after as long.
    pub head: Duration,
    /// For the reader of an answer to take the next piece of it.
    pub stall: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(20), stall: Duration::from_secs(30) }
    }
}

/// Why a connection is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nothing is asked for.
    Idle,
    /// Answers wait, and nobody takes them.
    Stalled,
}

/// One connection.
#[derive(Debug)]
pub struct Line {
    /// The other end.
    pub peer: IpAddr,
    /// Told once the connection is to end because others need the room that its answers take.
    pub given_up: CancellationToken,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Requests that have come and answers that have not gone.
    under_way: usize,
    /// Answers of which a piece lies ready that nobody has asked to be followed by another.
    waiting: usize,
    /// When something began, went on or ended last.
    moved: Instant,
}

impl Line {
    /// A connection that has just been accepted.
    pub fn new(peer: IpAddr) -> Arc<Self> {
        let state = Mutex::new(State { under_way: 0, waiting: 0, moved: Instant::now() });
        Arc::new(Self { peer, given_up: CancellationToken::new(), state })
    }

    /// Something is under way for an origin until what is returned is dropped.
    pub fn busy(self: &Arc<Self>, origin: IpAddr) -> Busy {
        self.state().under_way += 1;
        Busy { line: self.clone(), origin, waits: false }
    }

    /// Whether the connection has been patient enough with the other end.
    pub fn end(&self, patience: Patience, now: Instant) -> Option<End> {
        let (is_idle, still) = {
            let state = self.state();
            (state.under_way == 0, now.saturating_duration_since(state.moved))
        };
        if is_idle {
            return (still >= patience.head).then_some(End::Idle);
        }
        // While a handler works or a stream has nothing to say, nobody is to blame.
        self.unread(now).filter(|unread| *unread >= patience.stall).map(|_| End::Stalled)
    }

    /// For how long answers have waited here of which nobody takes a piece; `None` if none waits.
    pub fn unread(&self, now: Instant) -> Option<Duration> {
        let state = self.state();
        (state.waiting > 0).then(|| now.saturating_duration_since(state.moved))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something under way on a connection.
#[derive(Debug)]
pub struct Busy {
    pub line: Arc<Line>,
    /// Who asked, behind whatever proxies are trusted.
    pub origin: IpAddr,
    waits: bool,
}

impl Busy {
    /// A piece lies ready, or has been taken.
    pub fn waits(&mut self, waits: bool) {
        if waits != self.waits {
            self.waits = waits;
            let mut state = self.line.state();
            state.moved = Instant::now();
            if waits {
                state.waiting += 1;
            } else {
                state.waiting -= 1;
            }
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.waits(false);
        let mut state = self.line.state();
        state.under_way -= 1;
        state.moved = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_line_is_idle_without_a_request_and_stalled_when_nobody_takes_an_answer() {
        let patience = Patience::default();
        let (begun, moment) = (Instant::now(), Duration::from_millis(1));
        let line = Line::new(Ipv4Addr::LOCALHOST.into());
        assert_eq!(line.end(patience, begun + patience.head - moment), None);
        assert_eq!(line.end(patience, Instant::now() + patience.head), Some(End::Idle));
        let (mut answer, mut other) = (line.busy(line.peer), line.busy(line.peer));
        assert_eq!(line.end(patience, begun + patience.stall * 10), None, "handlers may take their time");
        answer.waits(true);
        other.waits(true);
        assert_eq!(line.end(patience, Instant::now() + patience.stall), Some(End::Stalled));
        let later = Instant::now();
        other.waits(false);
        other.waits(true);
        assert_eq!(line.end(patience, later + patience.stall - moment), None, "one of the answers goes on");
        drop((answer, other));
        assert_eq!(line.end(patience, later + patience.head - moment), None);
    }
}
