//! A compiled filter, evaluated feature by feature with SQL's three-valued logic.

use geo_types::Rect;

use super::ast::{Comparison, Temporal};
use super::like::Pattern;
use super::operand::{Clock, Number, Period, Text};
use super::place::Spatial;
use super::time::{Scale, Span};
use crate::feature::{FeatureId, Row, Shape, Value};
use crate::work::Effort;

/// What a predicate looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub id: FeatureId,
    pub row: Row<'a>,
    /// In the district's CRS.
    pub shape: &'a Shape,
    /// What looking at it costs is counted here.
    pub effort: &'a Effort,
}

/// A filter that has met its collection: nothing is looked up by name any more, all types fit.
#[derive(Debug)]
pub struct Predicate {
    test: Test,
    window: Option<Rect<f64>>,
    cost: u64,
}

impl Predicate {
    pub(super) fn new(test: Test) -> Self {
        Self { window: test.window(), cost: test.cost(), test }
    }

    /// True for every feature.
    pub fn always() -> Self {
        Self::new(Test::Constant(Some(true)))
    }

    /// Holds where both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(Test::All(vec![self.test, other.test]))
    }

    /// What a feature costs at least, in steps.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// Whether the feature passes; unknown is no. Of one whose effort has ended the answer is not to be used.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        subject.effort.spend(self.cost);
        self.test.truth(subject) == Some(true)
    }

    /// A box in the district's CRS that every passing feature's bounds meet, if the filter implies one.
    pub fn window(&self) -> Option<Rect<f64>> {
        self.window
    }
}

/// One test. `None` is unknown: a value it needs is not recorded.
#[derive(Debug)]
pub(super) enum Test {
    Constant(Option<bool>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// A boolean property.
    Flag(usize),
    Numbers(Comparison, Number, Number),
    /// The list is sorted.
    NumberIn(Number, Vec<f64>),
    /// Any test of one code property against constants.
    Codes(usize, CodeSet),
    /// Two properties of one code list.
    CodePair(Comparison, usize, usize),
    Texts(Comparison, Text, Text),
    /// The list is sorted.
    TextIn(Text, Vec<Box<str>>),
    Like(Text, Pattern),
    Booleans(Comparison, Box<(Test, Test)>),
    Clocks(Comparison, Scale, Clock, Clock),
    Periods(Temporal, Scale, Box<(Period, Period)>),
    /// The list is sorted.
    Ids(Vec<FeatureId>),
    Spatial(Box<Spatial>),
    Null(Recorded),
}

/// What IS NULL asks for.
#[derive(Debug)]
pub(super) enum Recorded {
    Property(usize),
    Geometry,
    Number(Number),
    Text(Text),
    Period(Period),
    Test(Box<Test>),
}

/// A set of positions in a code list.
#[derive(Debug, Default)]
pub(super) struct CodeSet(Vec<u64>);

impl CodeSet {
    pub(super) fn collect(positions: impl Iterator<Item = usize>) -> Self {
        let mut words = Vec::new();
        for position in positions {
            if words.len() <= position / 64 {
                words.resize(position / 64 + 1, 0);
            }
            words[position / 64] |= 1 << (position % 64);
        }
        Self(words)
    }

    fn contains(&self, position: u16) -> bool {
        let position = usize::from(position);
        self.0.get(position / 64).is_some_and(|word| word & (1 << (position % 64)) != 0)
    }
}

impl Test {
    /// SQL's truth value.
    pub(super) fn truth(&self, subject: &Subject<'_>) -> Option<bool> {
        let row = subject.row;
        match self {
            Self::Constant(truth) => *truth,
            Self::All(tests) => joined(tests, subject, false),
            Self::Any(tests) => joined(tests, subject, true),
            Self::Not(test) => test.truth(subject).map(|truth| !truth),
            Self::Flag(k) => match row.get(*k) {
                Value::Boolean(flag) => Some(flag),
                _ => None,
            },
            Self::Numbers(comparison, a, b) => {
                a.value(row)?.partial_cmp(&b.value(row)?).map(|order| comparison.holds(order))
            }
            Self::NumberIn(number, list) => {
                // Adding zero turns -0 into 0, which the total order would tell apart.
                let number = number.value(row)? + 0.0;
                Some(list.binary_search_by(|entry| entry.total_cmp(&number)).is_ok())
            }
            Self::Codes(k, set) => row.get(*k).as_code().map(|position| set.contains(position)),
            Self::CodePair(comparison, a, b) => {
                Some(comparison.holds(row.get(*a).as_code()?.cmp(&row.get(*b).as_code()?)))
            }
            Self::Texts(comparison, a, b) => Some(comparison.holds(a.value(subject)?.cmp(&b.value(subject)?))),
            Self::TextIn(text, list) => {
                let text = text.value(subject)?;
                Some(list.binary_search_by(|entry| (**entry).cmp(&text)).is_ok())
            }
            Self::Like(text, pattern) => text.value(subject).map(|text| pattern.fits(&text, subject.effort)),
            Self::Booleans(comparison, tests) => {
                Some(comparison.holds(tests.0.truth(subject)?.cmp(&tests.1.truth(subject)?)))
            }
            Self::Clocks(comparison, scale, a, b) => {
                Some(comparison.holds(a.span(row, *scale)?.order(b.span(row, *scale)?)))
            }
            Self::Periods(relation, scale, periods) => {
                let (a, b) = (periods.0.span(row, *scale)?, periods.1.span(row, *scale)?);
                let moments = matches!(**periods, (Period::At(_), Period::At(_)));
                Some(if moments && *relation == Temporal::Equals { a.intersects(b) } else { holds(*relation, a, b) })
            }
            Self::Ids(list) => Some(list.binary_search(&subject.id).is_ok()),
            Self::Spatial(spatial) => spatial.truth(subject.shape, subject.effort),
            Self::Null(what) => Some(!what.is_recorded(subject)),
        }
    }

    /// A box that everything passing meets.
    fn window(&self) -> Option<Rect<f64>> {
        match self {
            Self::All(tests) => tests.iter().filter_map(Test::window).reduce(|a, b| common(a, b).unwrap_or(a)),
            Self::Spatial(spatial) => spatial.window(),
            _ => None,
        }
    }
}

/// AND (`decisive` false) or OR (`decisive` true): the decisive value wins, then unknown, then the other.
fn joined(tests: &[Test], subject: &Subject<'_>, decisive: bool) -> Option<bool> {
    let mut known = true;
    for test in tests {
        match test.truth(subject) {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decisive)
}

fn common(a: Rect<f64>, b: Rect<f64>) -> Option<Rect<f64>> {
    let (min_x, min_y) = (a.min().x.max(b.min().x), a.min().y.max(b.min().y));
    let (max_x, max_y) = (a.max().x.min(b.max().x), a.max().y.min(b.max().y));
    (min_x <= max_x && min_y <= max_y).then(|| Rect::new((min_x, min_y), (max_x, max_y)))
}

/// The temporal relations over spans with both ends included (OGC 21-065r2, 7.9; after Allen 1983).
fn holds(relation: Temporal, a: Span, b: Span) -> bool {
    match relation {
        Temporal::After => a.start > b.end,
        Temporal::Before => a.end < b.start,
        Temporal::Contains => a.start < b.start && a.end > b.end,
        Temporal::Disjoint => !a.intersects(b),
        Temporal::During => holds(Temporal::Contains, b, a),
        Temporal::Equals => a == b,
        Temporal::FinishedBy => holds(Temporal::Finishes, b, a),
        Temporal::Finishes => a.start > b.start && a.end == b.end,
        Temporal::Intersects => a.intersects(b),
        Temporal::Meets => a.end == b.start,
        Temporal::MetBy => b.end == a.start,
        Temporal::OverlappedBy => holds(Temporal::Overlaps, b, a),
        Temporal::Overlaps => a.start < b.start && a.end > b.start && a.end < b.end,
        Temporal::StartedBy => holds(Temporal::Starts, b, a),
        Temporal::Starts => a.start == b.start && a.end < b.end,
    }
}

impl Recorded {
    fn is_recorded(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::Property(k) => !subject.row.get(*k).is_null(),
            Self::Geometry => !matches!(subject.shape, Shape::Absent),
            Self::Number(number) => number.value(subject.row).is_some(),
            Self::Text(text) => text.value(subject).is_some(),
            Self::Period(period) => period.span(subject.row, Scale::Micros).is_some(),
            Self::Test(test) => test.truth(subject).is_some(),
        }
    }
}
