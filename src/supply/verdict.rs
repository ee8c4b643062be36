//! Is a building supplied? The rule alone: the points in reach, what each gives, what is needed.
//!
//! Of all that is in reach, the points count that give most, no more than are allowed, and one for each water: two suction
//! points at one pond are one supply. Taking the greatest gives the greatest sum, so no other choice supplies a building that
//! this one leaves without.

use serde::Serialize;

use super::given::Given;
use super::settings::{Needs, Terms};

/// How a building is supplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SupplyVerdict")]
pub enum Verdict {
    /// What it needs is surely there.
    Supplied,
    /// Some water is there, and certainly not enough.
    TooLittle,
    /// No water is there.
    None,
    /// Depends on what is not recorded.
    Unknown,
    /// It needs nothing of its own.
    Exempt,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Supplied, Self::TooLittle, Self::None, Self::Unknown, Self::Exempt];

    /// The word in answers and tiles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Supplied => "supplied",
            Self::TooLittle => "too_little",
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Exempt => "exempt",
        }
    }

    /// From sums that are surely and possibly there.
    pub fn of(needs: Needs, sure: u32, possible: u32) -> Self {
        match needs {
            Needs::Nothing => Self::Exempt,
            Needs::Flow { most, .. } if sure >= most => Self::Supplied,
            Needs::Flow { least, .. } if possible >= least => Self::Unknown,
            Needs::Flow { .. } if possible == 0 => Self::None,
            Needs::Flow { .. } => Self::TooLittle,
        }
    }

    /// Certainly without the water that is needed.
    pub fn is_gap(self) -> bool {
        matches!(self, Self::TooLittle | Self::None)
    }
}

/// The points that count: each with its value, its water, and its place in what was offered.
#[derive(Debug, Default)]
pub struct Choice {
    taken: Vec<(u32, u32, usize)>,
}

impl Choice {
    /// The best of some points, each with what it is worth and whose water it draws; of equals, those offered first.
    pub fn make(&mut self, most: Option<usize>, offered: impl Iterator<Item = (u32, u32)>) {
        self.taken.clear();
        let most = most.unwrap_or(usize::MAX);
        for (nth, (value, water)) in offered.enumerate() {
            if value == 0 {
                continue;
            }
            if let Some(same) = self.taken.iter().position(|(_, other, _)| *other == water) {
                if self.taken[same].0 >= value {
                    continue;
                }
                self.taken.remove(same);
            } else if self.taken.len() >= most {
                if self.taken.last().is_none_or(|(least, _, _)| *least >= value) {
                    continue;
                }
                self.taken.pop();
            }
            let at = self.taken.partition_point(|(known, _, _)| *known >= value);
            self.taken.insert(at, (value, water, nth));
        }
    }

    /// What they give together.
    pub fn sum(&self) -> u32 {
        self.taken.iter().fold(0, |sum: u32, (value, _, _)| sum.saturating_add(*value))
    }

    /// The places of those that count.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.taken.iter().map(|(_, _, nth)| *nth)
    }

    /// What the best of them give where one more comes that gives so much.
    pub fn sum_with(&self, more: &[u32], most: Option<usize>) -> u32 {
        let mut values: Vec<u32> = self.taken.iter().map(|(value, _, _)| *value).chain(more.iter().copied()).collect();
        values.sort_unstable_by(|one, other| other.cmp(one));
        values.truncate(most.unwrap_or(usize::MAX));
        values.iter().fold(0, |sum: u32, value| sum.saturating_add(*value))
    }
}

/// A verdict, and what it rests on, litres a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    pub sure: u32,
    /// [`ANY`](super::given::ANY) where nobody knows.
    pub possible: u32,
}

/// The verdict on some points in reach, each with what it gives and whose water it draws. The choice is then that of what is
/// surely there.
pub fn judge<I>(needs: Needs, terms: &Terms, points: I, choice: &mut Choice) -> Judged
where
    I: Iterator<Item = (Given, u32)> + Clone,
{
    choice.make(terms.most, points.clone().map(|(given, water)| (given.possible, water)));
    let possible = choice.sum();
    choice.make(terms.most, points.map(|(given, water)| (given.sure, water)));
    let sure = choice.sum();
    Judged { verdict: Verdict::of(needs, sure, possible), sure, possible }
}
