//! A filter as it was written, in either encoding, before it meets a collection.

use chrono::{DateTime, NaiveDate, Utc};

use super::fold::Fold;
use super::time::Moment;
use super::{FilterError, Matter};
use crate::feature::Geometry;
use crate::texts::Told;

/// One expression of a filter. Coordinates stand in the order in which they were written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Apply(Function, Vec<Node>),
    Property(String),
    Number(f64),
    Text(String),
    Boolean(bool),
    Date(NaiveDate),
    Timestamp(DateTime<Utc>),
    /// Start and end; each a date, a timestamp, a property or [`Node::Open`].
    Interval(Box<[Node; 2]>),
    /// `..`, the open end of an interval.
    Open,
    Array(Vec<Node>),
    Geometry(Geometry),
    /// 4 or 6 numbers.
    Bbox(Vec<f64>),
}

impl From<Moment> for Node {
    fn from(moment: Moment) -> Self {
        match moment {
            Moment::Date(date) => Self::Date(date),
            Moment::Instant(instant) => Self::Timestamp(instant),
        }
    }
}

/// What an expression does with its operands.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Function {
    And,
    Or,
    Not,
    Compare(Comparison),
    Between,
    In,
    Like,
    IsNull,
    Fold(Fold),
    Arithmetic(Arithmetic),
    Spatial(Relation),
    Temporal(Temporal),
    /// `A_EQUALS` and its like, by name.
    Array(&'static str),
    /// A function of somebody's own, by name.
    Other(String),
}

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether the operator holds for operands in this order.
    pub(super) fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The operator that holds for exchanged operands.
    pub(super) fn exchanged(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// The arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// Remainder with the sign of the dividend, as in SQL.
    Remainder,
    /// Quotient without its fraction.
    IntegerDivide,
    Power,
}

/// The spatial predicates (OGC 06-103r4, 6.1.15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Intersects,
    Equals,
    Disjoint,
    Touches,
    Within,
    Overlaps,
    Crosses,
    Contains,
}

/// The temporal predicates (Allen's relations and three practical ones).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Temporal {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

/// Every operator and function of CQL2 with its name in CQL2 JSON. In CQL2 text names are read whatever their case.
const NAMES: [(&str, Function); 51] = [
    ("and", Function::And),
    ("or", Function::Or),
    ("not", Function::Not),
    ("=", Function::Compare(Comparison::Equal)),
    ("<>", Function::Compare(Comparison::NotEqual)),
    ("<", Function::Compare(Comparison::Less)),
    ("<=", Function::Compare(Comparison::LessOrEqual)),
    (">", Function::Compare(Comparison::Greater)),
    (">=", Function::Compare(Comparison::GreaterOrEqual)),
    ("between", Function::Between),
    ("in", Function::In),
    ("like", Function::Like),
    ("isNull", Function::IsNull),
    ("casei", Function::Fold(Fold::CASE)),
    ("accenti", Function::Fold(Fold::ACCENTS)),
    ("+", Function::Arithmetic(Arithmetic::Add)),
    ("-", Function::Arithmetic(Arithmetic::Subtract)),
    ("*", Function::Arithmetic(Arithmetic::Multiply)),
    ("/", Function::Arithmetic(Arithmetic::Divide)),
    ("%", Function::Arithmetic(Arithmetic::Remainder)),
    ("div", Function::Arithmetic(Arithmetic::IntegerDivide)),
    ("^", Function::Arithmetic(Arithmetic::Power)),
    ("s_intersects", Function::Spatial(Relation::Intersects)),
    ("s_equals", Function::Spatial(Relation::Equals)),
    ("s_disjoint", Function::Spatial(Relation::Disjoint)),
    ("s_touches", Function::Spatial(Relation::Touches)),
    ("s_within", Function::Spatial(Relation::Within)),
    ("s_overlaps", Function::Spatial(Relation::Overlaps)),
    ("s_crosses", Function::Spatial(Relation::Crosses)),
    ("s_contains", Function::Spatial(Relation::Contains)),
    ("t_after", Function::Temporal(Temporal::After)),
    ("t_before", Function::Temporal(Temporal::Before)),
    ("t_contains", Function::Temporal(Temporal::Contains)),
    ("t_disjoint", Function::Temporal(Temporal::Disjoint)),
    ("t_during", Function::Temporal(Temporal::During)),
    ("t_equals", Function::Temporal(Temporal::Equals)),
    ("t_finishedBy", Function::Temporal(Temporal::FinishedBy)),
    ("t_finishes", Function::Temporal(Temporal::Finishes)),
    ("t_intersects", Function::Temporal(Temporal::Intersects)),
    ("t_meets", Function::Temporal(Temporal::Meets)),
    ("t_metBy", Function::Temporal(Temporal::MetBy)),
    ("t_overlappedBy", Function::Temporal(Temporal::OverlappedBy)),
    ("t_overlaps", Function::Temporal(Temporal::Overlaps)),
    ("t_startedBy", Function::Temporal(Temporal::StartedBy)),
    ("t_starts", Function::Temporal(Temporal::Starts)),
    ("a_equals", Function::Array("a_equals")),
    ("a_contains", Function::Array("a_contains")),
    ("a_containedBy", Function::Array("a_containedBy")),
    ("a_overlaps", Function::Array("a_overlaps")),
    // What earlier drafts called them; GDAL and QGIS still know these names.
    ("intersects", Function::Spatial(Relation::Intersects)),
    ("anyinteracts", Function::Temporal(Temporal::Intersects)),
];

impl Function {
    /// The function of a name; any name has one.
    pub(super) fn named(name: &str) -> Self {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or_else(|| Self::Other(name.to_owned()), |(_, function)| function.clone())
    }

    /// The name in CQL2 JSON, for messages.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => NAMES.iter().find(|(_, function)| function == known).map_or("", |(name, _)| name),
        }
    }
}

/// `AND` and `OR` are associative: a chain, however it was bracketed, becomes one node, so that it stays flat.
pub(super) fn chain(function: Function, operands: Vec<Node>) -> Node {
    let mut flat = Vec::with_capacity(operands.len());
    for operand in operands {
        match operand {
            Node::Apply(inner, more) if inner == function => flat.extend(more),
            other => flat.push(other),
        }
    }
    Node::Apply(function, flat)
}

/// Counts what a reader has made, in both encodings alike.
#[derive(Debug, Default)]
pub(super) struct Size {
    nodes: usize,
}

/// Bytes of a filter.
pub(super) const MAX_BYTES: usize = 32 * 1024;
/// Levels of a filter: brackets, arguments and links of an arithmetic chain. Bounds the stack of every walk.
pub(super) const MAX_DEPTH: usize = 50;
/// Expressions of a filter, literals of lists included.
const MAX_NODES: usize = 2_000;
/// Entries of one list.
const MAX_ENTRIES: usize = 1_000;

impl Size {
    pub(super) fn bytes(text: &str) -> Result<(), FilterError> {
        at_most(text.len(), Matter::Bytes, MAX_BYTES)
    }

    pub(super) fn node(&mut self) -> Result<(), FilterError> {
        self.nodes += 1;
        at_most(self.nodes, Matter::Expressions, MAX_NODES)
    }

    pub(super) fn depth(depth: usize) -> Result<(), FilterError> {
        at_most(depth, Matter::Nesting, MAX_DEPTH)
    }

    pub(super) fn entries(count: usize) -> Result<(), FilterError> {
        at_most(count, Matter::Entries, MAX_ENTRIES)
    }
}

fn at_most(count: usize, what: Matter<'_>, limit: usize) -> Result<(), FilterError> {
    if count > limit { Err(FilterError::TooLarge { what: Told::of(&what), limit }) } else { Ok(()) }
}
