//! How far the journal has been read: a snapshot of PostgreSQL's, cut to what is certain, and the sum of what it holds.

use std::fmt;
use std::str::FromStr;

use super::StoreError;

/// Which transactions have been read, as PostgreSQL writes a snapshot (`xmin:xmax:in progress,…`), and the sum of the nonces
/// of all changesets among them.
///
/// It promises no number above that of the last changeset read: after a crash the database gives numbers again that had
/// left no trace on its disk, and those below a committed one have. The sum tells one history from another that counts
/// the same numbers, such as that of a replica which lacked the last changes when it was promoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    xmin: u64,
    xmax: u64,
    in_progress: Vec<u64>,
    sum: u64,
}

/// A changeset that a follower has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    pub transaction: u64,
    /// Drawn for this changeset and no other.
    pub nonce: i64,
}

impl Cursor {
    /// True if everything the transaction did has been read.
    pub fn sees(&self, transaction: u64) -> bool {
        transaction < self.xmin || (transaction < self.xmax && self.in_progress.binary_search(&transaction).is_err())
    }

    /// True if everything `other` sees is seen by this cursor, too.
    pub fn covers(&self, other: &Self) -> bool {
        let unseen = |transaction: &u64| !other.sees(*transaction);
        let beyond = self.xmax..other.xmax.max(self.xmax);
        // A gap that large is never all in progress.
        let few = beyond.end - beyond.start <= other.in_progress.len() as u64;
        few && beyond.into_iter().all(|transaction| unseen(&transaction)) && self.in_progress.iter().all(unseen)
    }

    /// True if this cursor is of the history that `since` is of, only further. `passed` are changesets that this one sees;
    /// those that `since` does not see must all be among them.
    pub fn follows<'a>(&self, since: &Self, passed: impl IntoIterator<Item = &'a Passed>) -> bool {
        let news = passed.into_iter().filter(|passed| !since.sees(passed.transaction));
        self.covers(since) && added(since.sum, news) == self.sum
    }

    /// The sum of the nonces of everything it sees, modulo 2^64.
    pub fn sum(&self) -> u64 {
        self.sum
    }

    /// The snapshot, as PostgreSQL reads it.
    pub fn snapshot(&self) -> String {
        let in_progress: Vec<String> = self.in_progress.iter().map(u64::to_string).collect();
        format!("{}:{}:{}", self.xmin, self.xmax, in_progress.join(","))
    }

    /// True if a database in the state `now` can have written everything this cursor sees.
    pub(super) fn is_reached_by(&self, now: &Self) -> bool {
        now.xmax >= self.xmax
    }

    /// A snapshot cut behind the number of the last changeset that was read, whose sum is known.
    pub(super) fn up_to(&self, number: u64, sum: u64) -> Self {
        let xmax = number + 1;
        let in_progress = self.in_progress.iter().copied().filter(|transaction| *transaction < xmax).collect();
        Self { xmin: self.xmin.min(xmax), xmax, in_progress, sum }
    }

    /// Where a follower is that was here, when it has read everything up to the snapshot `now`.
    pub(super) fn after(&self, now: &Self, passed: &[Passed]) -> Self {
        let numbers = passed.iter().map(|passed| passed.transaction);
        now.up_to(numbers.fold(self.xmax - 1, u64::max), added(self.sum, passed))
    }
}

fn added<'a>(sum: u64, passed: impl IntoIterator<Item = &'a Passed>) -> u64 {
    passed.into_iter().fold(sum, |sum, passed| sum.wrapping_add(passed.nonce.cast_unsigned()))
}

impl FromStr for Cursor {
    type Err = StoreError;

    /// Reads a cursor, or a snapshot of PostgreSQL's, whose sum is then nothing.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let fault = || StoreError::Stored(format!("'{text}' is not a snapshot of transactions"));
        let mut parts = text.splitn(4, ':');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).ok_or_else(fault);
        let (xmin, xmax) = (number()?, number()?);
        let in_progress = parts
            .next()
            .unwrap_or_default()
            .split(',')
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().map_err(|_| fault()))
            .collect::<Result<Vec<u64>, _>>()?;
        let sum = parts.next().map_or(Ok(0), |sum| u64::from_str_radix(sum, 16).map_err(|_| fault()))?;
        // What PostgreSQL would refuse, too: cursors come back from clients.
        let ascending = in_progress.windows(2).all(|pair| pair[0] < pair[1]);
        let within = in_progress.iter().all(|transaction| (xmin..xmax).contains(transaction));
        if xmin == 0 || xmin > xmax || xmax > i64::MAX as u64 || !ascending || !within {
            return Err(fault());
        }
        Ok(Self { xmin, xmax, in_progress, sum })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:016x}", self.snapshot(), self.sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor {
        text.parse().expect("a cursor")
    }

    const NOTHING: [Passed; 0] = [];

    #[test]
    fn a_cursor_covers_another_if_it_sees_all_that_the_other_sees() {
        for (large, small) in [
            ("10:10:", "10:10:"),
            ("10:12:", "10:10:"),
            ("10:12:10", "10:12:10,11"),
            // The one that is in progress here has not been seen there either.
            ("10:12:11", "10:14:11,12,13"),
        ] {
            assert!(cursor(large).covers(&cursor(small)), "{large} {small}");
        }
        for (one, other) in [("10:12:11", "10:12:10"), ("10:10:", "10:12:11"), ("10:10:", "900000000000:900000000000:")]
        {
            assert!(!cursor(one).covers(&cursor(other)), "{one} {other}");
        }
    }

    #[test]
    fn what_postgresql_would_not_take_as_a_snapshot_is_no_cursor() {
        for text in [
            "",
            "10",
            "10:9:",
            "0:0:",
            "10:12:12",
            "10:12:11,10",
            "10:12:9",
            "1:2:x",
            "1:18446744073709551615:",
            "1:2::x",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
        assert_eq!(cursor("10:12:10,11:ff").to_string(), "10:12:10,11:00000000000000ff");
    }

    #[test]
    fn a_number_above_the_last_changeset_is_not_promised_for_it_may_be_given_again() {
        let start = cursor("10:10:");
        // 12 has been read; 13 to 15 were taken by somebody and left nothing.
        let read = start.after(&cursor("11:16:11,14"), &[Passed { transaction: 12, nonce: 7 }]);
        assert_eq!(read.to_string(), "11:13:11:0000000000000007");
        assert!(read.sees(12) && !read.sees(11) && !read.sees(13) && !read.sees(15));
        // A crash later the database counts from 13 on: it has not gone back.
        assert!(read.is_reached_by(&cursor("13:13:")));
        assert!(!read.is_reached_by(&cursor("12:12:")));
    }

    #[test]
    fn a_history_that_lacks_or_replaces_a_changeset_is_another_one() {
        let passed = |transaction, nonce| Passed { transaction, nonce };
        let start = cursor("10:10:");
        let here = start.after(&cursor("12:12:"), &[passed(10, 5), passed(11, -9)]);
        let later = here.after(&cursor("14:14:"), &[passed(12, 3)]);
        let news = [passed(10, 5), passed(11, -9), passed(12, 3)];
        assert!(later.follows(&here, &news) && later.follows(&start, &news) && here.follows(&here, &NOTHING));
        // The same numbers, but 11 was lost and given again.
        let there = start.after(&cursor("14:14:"), &[passed(10, 5), passed(11, 4), passed(12, 8)]);
        assert!(there.covers(&here) && !there.follows(&here, &[passed(12, 8)]));
    }
}
