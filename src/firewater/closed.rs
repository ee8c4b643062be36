//! Which sources out of service are told beside the usable ones.
//!
//! They come last, and usable ones take the limit before them. But whoever stands before a hydrant that is not in the list
//! does not know whether it is closed or nobody knows of it: a few of those that a crew comes upon before the last usable
//! one are told although the limit is used up. The device follows the same rule, web/src/crew/offline/nearest.ts.

use super::nearest::{Found, Query};

/// So many are told beyond the limit, at most.
pub(super) const BEYOND_LIMIT: usize = 5;

/// The rule beside the usable sources of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closed {
    /// What the usable ones leave of the limit.
    room: usize,
    /// Metres in a straight line to the farthest of them.
    farthest: f64,
}

impl Closed {
    /// Beside usable sources, without those that never run dry and were told beyond the limit.
    pub fn beside<'f>(query: &Query, usable: impl ExactSizeIterator<Item = &'f Found<'f>>) -> Self {
        Self {
            room: query.limit.saturating_sub(usable.len()),
            farthest: usable.map(|source| source.distance).fold(0.0, f64::max),
        }
    }

    /// So many are worth ranking.
    pub fn most(self) -> usize {
        self.room.max(BEYOND_LIMIT)
    }

    /// Whether the `nth` is told.
    pub fn tells(self, nth: usize, source: &Found<'_>) -> bool {
        nth < self.room || source.distance <= self.farthest
    }
}
