//! What a test costs for one feature, in the steps of [`Effort`](crate::work::Effort): known before anything is looked at,
//! so that a request is done where it keeps nobody waiting. What depends on a feature's own size is counted as it comes.

use super::operand::{Number, Period, Text};
use super::predicate::{Recorded, Test};

/// Folding a text makes a new one.
const FOLD: u64 = 10;
/// An id is written out to be compared as a text.
const ID: u64 = 5;
const LIKE: u64 = 5;
/// A test against a geometry, if one way down its tree of edges settles it.
const SPATIAL: u64 = 20;

impl Test {
    /// Steps for one feature.
    pub(super) fn cost(&self) -> u64 {
        let all = |tests: &[Test]| tests.iter().map(Test::cost).sum::<u64>();
        let search = |entries: usize| u64::from(entries.checked_ilog2().unwrap_or(0));
        1 + match self {
            Self::Constant(_) | Self::Flag(_) | Self::Codes(..) | Self::CodePair(..) => 0,
            Self::All(tests) | Self::Any(tests) => all(tests),
            Self::Not(test) => test.cost(),
            Self::Booleans(_, tests) => tests.0.cost() + tests.1.cost(),
            Self::Numbers(_, a, b) => a.cost() + b.cost(),
            Self::NumberIn(number, list) => number.cost() + search(list.len()),
            Self::Texts(_, a, b) => a.cost() + b.cost(),
            Self::TextIn(text, list) => text.cost() + search(list.len()),
            Self::Like(text, _) => text.cost() + LIKE,
            Self::Clocks(..) => 1,
            Self::Periods(_, _, periods) => periods.0.cost() + periods.1.cost(),
            Self::Ids(list) => search(list.len()),
            Self::Spatial(spatial) => SPATIAL + spatial.region.as_ref().map_or(0, |region| region.positions() / 8),
            Self::Null(what) => what.cost(),
        }
    }
}

impl Recorded {
    fn cost(&self) -> u64 {
        match self {
            Self::Property(_) | Self::Geometry => 0,
            Self::Number(number) => number.cost(),
            Self::Text(text) => text.cost(),
            Self::Period(period) => period.cost(),
            Self::Test(test) => test.cost(),
        }
    }
}

impl Number {
    fn cost(&self) -> u64 {
        match self {
            Self::Literal(_) | Self::Property(_) => 1,
            Self::Binary(_, operands) => 1 + operands.0.cost() + operands.1.cost(),
        }
    }
}

impl Text {
    fn cost(&self) -> u64 {
        match self {
            Self::Literal(_) | Self::Property(_) | Self::Code(..) => 1,
            Self::Id => ID,
            Self::Folded(_, text) => FOLD + text.cost(),
        }
    }
}

impl Period {
    fn cost(&self) -> u64 {
        match self {
            Self::At(_) => 1,
            Self::Between(..) => 2,
        }
    }
}
